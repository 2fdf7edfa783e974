"""Notes to the team: a copy in the mailbox, and for some a message to people's own addresses, each of them once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from relancier.core.outbox import Copy, Entry, Sort, Stage, Status, delay
from relancier.ports import Channel, Lost, Rejected, RenderFailed, Store, Wish
from relancier.work.each import apart
from relancier.work.records import Desk, blob, queue_note
from relancier.work.sending.copies import Copies
from relancier.work.sending.gates import Gates, copy_refused
from relancier.work.setup import Clock, Setup
from relancier.work.writing.render import Renderer

log = logging.getLogger("relancier")

MOST_TRIES = 8  # in three hours or so: what is posted no more lies in the mailbox all the same


@dataclass(slots=True)
class Notes:
    """Files and posts what is queued for the team; no gate stops it, for it says what the gates have stopped."""

    channel: Channel
    copies: Copies
    renderer: Renderer
    gates: Gates
    store: Store
    setup: Callable[[], Setup]
    clock: Clock
    telling: bool = True  # what is queued while not waits for the next tick

    async def run(self) -> None:
        """Every note whose time has come. Raises Unavailable."""
        for entry in self._waiting():
            with apart(f"note {entry.id}", lambda _error: None):
                await self._note(entry)

    async def post_alone(self) -> None:
        """What goes to people's own addresses, while the mailbox cannot be reached; its copy is filed later."""
        for entry in self._waiting():
            raw = self.store.blob(entry.blob) if _to_post(entry) else None
            if raw is not None:
                with apart(f"note {entry.id}", lambda _error: None):
                    await self._posted(entry, raw)

    def _waiting(self) -> list[Entry]:
        now = self.clock()
        queued = self.store.entries(Status.QUEUED) if self.telling else ()
        return [entry for entry in queued if entry.sort is Sort.NOTE and (entry.not_before or now) <= now]

    async def _note(self, entry: Entry) -> None:
        now = self.clock()
        raw = self._words(entry, now)
        if raw is None:
            return
        if entry.copy is not Copy.FILED:
            if not await self.copies.into_inbox(entry, raw, now):
                return
            entry = self._filed(entry, raw, now)
        if _to_post(entry):
            await self._posted(entry, raw)
        elif entry.status is Status.QUEUED:  # posted before a crash, or while the mailbox was out of reach
            self.store.commit(_over(entry, now, entry.answer or "not known: the daemon stopped"))

    def _words(self, entry: Entry, now: datetime) -> bytes | None:
        kept = self.store.blob(entry.blob) if entry.blob else None
        if kept is not None:
            return kept
        try:
            return self.renderer.note(entry, now)
        except RenderFailed as error:
            log.error("note_failed", extra={"entry": entry.id, "reason": str(error)})  # noqa: TRY400 - a sentence
            return None

    def _filed(self, entry: Entry, raw: bytes, now: datetime) -> Entry:
        kept = blob(raw)
        filed = replace(entry, copy=Copy.FILED, blob=kept.sha256)
        if not _to_post(filed):
            filed = replace(filed, status=Status.SENT, ended_at=now)
        self.store.commit(kept, filed)
        log.info("note", extra={"entry": entry.id, "template": entry.template, "facts": dict(entry.facts)})
        return filed

    # --- To people's own addresses

    async def _posted(self, entry: Entry, raw: bytes) -> None:
        """One dialogue; a commit stands before DATA, and what was begun is never repeated."""
        now = self.clock()
        opens = self.gates.opens_at(now)
        if opens is not None:
            self.store.commit(replace(entry, not_before=opens))
            return
        try:
            wish = Wish(self.setup().config.mailbox.address, entry.to, len(raw), entry.token)
            transaction = await self.channel.open(wish)
        except (Rejected, Lost) as error:
            self._not_posted(entry, error, now)
            return
        begun = replace(entry, begun_at=now)
        self.store.commit(begun)
        try:
            answer = str(await transaction.data(raw))
        except Rejected as error:
            self._not_posted(replace(begun, begun_at=None), error, now)
            return
        except Lost as error:
            answer = f"not known: {error}"
        desk = Desk.at(self.store, self.setup(), now)
        desk.ledger.put(_over(begun, now, answer))
        if transaction.refused:
            copy_refused(entry, transaction.refused, desk)
        desk.ledger.commit()
        log.info("note_posted", extra={"entry": entry.id, "to": list(entry.to), "answer": answer})

    def _not_posted(self, entry: Entry, error: Rejected | Lost, now: datetime) -> None:
        """Tried again for some hours; a refused address is told at once."""
        desk = Desk.at(self.store, self.setup(), now)
        tried = replace(entry, attempts=entry.attempts + 1, answer=str(error))
        refused = isinstance(error, Rejected) and error.stage is Stage.RCPT and error.answer.permanent
        if refused:
            facts = (("reason", "colleague_fails"), ("detail", str(error)[:200]), ("lines", "\n".join(entry.to)))
            queue_note(desk, "held", f"colleague|{'|'.join(sorted(entry.to))}|{desk.today.isoformat()}", facts)
        if refused or tried.attempts >= MOST_TRIES:
            desk.ledger.put(_over(replace(tried, begun_at=now), now, str(error)))
        else:
            desk.ledger.put(replace(tried, not_before=now + delay(tried.attempts)))
        desk.ledger.commit()
        log.warning("note_waits", extra={"entry": entry.id, "to": list(entry.to), "reason": str(error)})


def _to_post(entry: Entry) -> bool:
    return bool(entry.to) and entry.begun_at is None


def _over(entry: Entry, now: datetime, answer: str) -> Entry:
    """Posted, or given up; where the copy in the mailbox still lacks, only that is left to do."""
    if entry.copy is not Copy.FILED:
        return replace(entry, answer=answer, not_before=None)
    return replace(entry, status=Status.SENT, ended_at=now, answer=answer)
