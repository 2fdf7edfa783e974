"""Proposals: messages that wait in Drafts for a person to read, mend and send from any mail program.

Nothing is put there without having been looked for, so that neither a crash nor a second daemon makes two of one. What
must not be sent any more is taken away if nobody has touched it, else a note says so.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from relancier.core.case import Event, Kind
from relancier.core.outbox import ABOUT, Entry, Status
from relancier.core.reading.read import read
from relancier.core.reading.token import tokens_in
from relancier.core.stored import Setting
from relancier.core.text.numbers import normalise, numbers_in
from relancier.ports import Fetched, Mailbox, Store
from relancier.work.books.sync import Books
from relancier.work.inbox.intake import FIRST_BYTES, Intake
from relancier.work.records import Desk, blob, queue_note
from relancier.work.sending.fit import out_of_date, stopped
from relancier.work.sending.gates import Gates
from relancier.work.sending.leftovers import Leftover, cleared, is_draft, leftovers
from relancier.work.sending.settle import settle_failed, settle_uncertain, settled
from relancier.work.setup import Setup
from relancier.work.writing.render import Rendered, Renderer
from relancier.work.writing.telling import Telling

log = logging.getLogger("relancier")

EVERY = timedelta(minutes=10)
MISSED_FOR = timedelta(hours=24)  # how long a draft that is gone may still turn up in Sent or Drafts
FRESH_FOR = 3  # working days after which a draft that nobody has touched is written anew
LYING_FOR = timedelta(days=30)  # how far back a draft may be ours without bearing our token
NOTE = "note-draft"
WAITS = "draft_waits"
STALE = "drafts_stale"  # drafts that a person was told not to send: they are no later message's
MOST_STALE = 200
AMOUNTS = "amounts"  # of a draft's facts: what it asks for


@dataclass(slots=True)
class Proposals:
    """Puts messages into Drafts, and watches what becomes of them there."""

    mailbox: Mailbox
    intake: Intake
    books: Books
    renderer: Renderer
    store: Store
    setup: Callable[[], Setup]
    gates: Gates
    _next: datetime | None = None

    async def run(self, now: datetime) -> None:
        """Withdraws what must not be sent any more; looks every ten minutes what became of the others.

        Raises Unavailable.
        """
        for entry in self.store.entries(Status.PROPOSED):
            self._judge(entry, now)
        for left in leftovers(self.store):
            if left.after <= now:
                await self._clear(left, now)
        if self._next is None or now >= self._next:
            self._next = now + EVERY
            for entry in self.store.entries(Status.PROPOSED, Status.UNCERTAIN):
                if is_draft(entry):
                    await self._look(entry, now)

    # --- Into Drafts ---

    async def put(self, entry: Entry, rendered: Rendered, now: datetime) -> bool:
        """The message is in Drafts afterwards, once; False where there is no such folder. Raises Unavailable."""
        folder = self.intake.drafts
        states = await self.mailbox.look([folder]) if folder else ()
        if not folder or not states:
            return False
        if await self._lying(entry, folder):
            self._proposed(replace(entry, begun_at=entry.begun_at or now), now)
            return True
        before = states[0].uidnext - 1
        if entry.begun_at is not None and before != entry.find_after:
            self._proposed(replace(entry, gone_at=now), now)  # it may have lain there, and have been sent or deleted
            return True
        kept = blob(rendered.raw)
        begun = replace(entry, begun_at=now, blob=kept.sha256, fingerprint=rendered.fingerprint)
        entry = replace(begun, find_after=before, facts=((AMOUNTS, self._amounts(entry)),))
        self.store.commit(kept, entry)
        try:
            await self.mailbox.append(folder, rendered.raw, seen=False, at=now, draft=True)
        except KeyError:
            return False
        self._proposed(entry, now)
        return True

    def _proposed(self, entry: Entry, now: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), now)
        desk.ledger.put(replace(entry, status=Status.PROPOSED, not_before=None))
        cases = [case for one in entry.carries if (case := desk.ledger.case(one.case)) is not None]
        told = any(f"{Kind.PROPOSED}:{entry.id}" in case.applied for case in cases)
        whom = ", ".join((*entry.to, *entry.cc))
        for one in entry.carries:
            detail = f"{one.step}: in Drafts for a person to send to {whom}"
            event = Event(case=one.case, kind=Kind.PROPOSED, at=now, ref=entry.id, step=one.step, detail=detail)
            desk.ledger.add(event)
        if not told:
            tell_waiting(entry, desk)
        desk.ledger.commit()
        log.info("draft", extra={"entry": entry.id, "steps": [one.key for one in entry.carries], "to": list(entry.to)})

    # --- Where a draft lies ---

    async def _lying(self, entry: Entry, folder: str) -> list[Fetched]:
        """The drafts of an entry: by its token, else those that a mail program has written anew."""
        uids = await self.mailbox.find(folder, entry.token)
        if uids:
            return [item async for item in self.mailbox.fetch(folder, uids, self._bytes_of(entry))]
        number = entry.carries[0].case.rpartition("|")[0]
        since = self._since(entry)
        alike = await self.mailbox.find_subject(folder, number, since.date() - timedelta(days=1))
        found = [item async for item in self.mailbox.fetch(folder, alike, FIRST_BYTES)]
        return [item for item in found if self._rewritten(item, entry, number, since)]

    def _bytes_of(self, entry: Entry) -> int:
        """How much to read of a draft, so that one which is longer than ours shows itself."""
        return max(FIRST_BYTES, len(self.store.blob(entry.blob) or b"") + 1)

    def _rewritten(self, item: Fetched, entry: Entry, number: str, since: datetime) -> bool:
        """Whether a draft without our token goes to that customer about that invoice, and is no older draft of ours."""
        message = read(item.raw, complete=item.complete)
        if normalise(number) not in numbers_in(message.subject) or (message.date is not None and message.date < since):
            return False
        if message.identity in _stale(self.store):
            return False
        values = " ".join((*message.references, message.message_id, message.header("x-relancier-id")))
        others = map(self.store.entry_by_token, tokens_in(self.setup().key, values))
        if any(one is not None and one.approval and _of_another(one, entry) for one in others):
            return False
        whom = {address.email for address in (*message.to, *message.cc)}
        return bool(whom & self._people(entry)) or not whom

    def _people(self, entry: Entry) -> set[str]:
        cases = self.store.cases(one.case for one in entry.carries)
        known = {contact.email.lower() for case in cases for contact in case.invoice.customer.contacts}
        return known | {address.lower() for address in (*entry.to, *entry.cc)}

    def _since(self, entry: Entry) -> datetime:
        """From when on a draft without our token can be this entry's: since what came to an end before it."""
        over = [
            event.at
            for one in entry.carries
            for event in self.store.events(one.case)
            if event.kind in {Kind.STEP_DONE, Kind.SEND_FAILED} and event.at <= entry.queued_at
        ]
        return max([entry.queued_at - LYING_FOR, *over])

    # --- What must not be sent any more ---

    def _telling(self, entry: Entry, now: datetime) -> Telling | None:
        parcel = self.renderer.parcel(entry)
        world = self.books.world(now)
        return self.renderer.telling(parcel, world) if parcel is not None else None

    def _judge(self, entry: Entry, now: datetime) -> None:
        telling = self._telling(entry, now)
        parcel = telling.parcel if telling is not None else None
        reason = out_of_date(entry, parcel) or (stopped(entry, telling) if telling is not None else "")
        if reason:
            desk = Desk.at(self.store, self.setup(), now)
            settle_failed(entry, Status.CANCELLED, desk, reason)
            desk.ledger.commit()
            log.info("draft_withdrawn", extra={"entry": entry.id, "reason": reason})

    async def _clear(self, left: Leftover, now: datetime) -> None:
        """Takes a draft away if it is as we wrote it; what a person has changed stays, and a note says not to send."""
        entry, raw, folder = self.store.entry(left.entry), self.store.blob(left.blob), self.intake.drafts
        lying = await self._lying(entry, folder) if entry is not None and folder else []
        kept = [item for item in lying if raw is None or not await self._take_away(item, raw, folder)]
        desk = Desk.at(self.store, self.setup(), now)
        cleared(left, desk)
        if kept and entry is not None:
            about = (ABOUT, "\n".join(one.case for one in entry.carries))
            messages = [read(item.raw, complete=item.complete) for item in kept]
            lines = ("lines", "\n".join(message.subject[:200] for message in messages))
            queue_note(desk, "draft-stale", f"{entry.id}|{left.why}", (("reason", left.why), about, lines))
            known = [*_stale(self.store), *(message.identity for message in messages)]
            desk.ledger.put(Setting(STALE, known[-MOST_STALE:]))
        desk.ledger.commit()

    async def _take_away(self, item: Fetched, raw: bytes, folder: str) -> bool:
        return item.raw == raw and await self.mailbox.discard(folder, item.uid, raw)

    # --- What becomes of a draft ---

    async def _look(self, entry: Entry, now: datetime) -> None:
        """It waits as long as it lies there; a day after it was missed first, a person is asked."""
        folder = self.intake.drafts
        if not folder:
            return
        lying = await self._lying(entry, folder)
        if lying:
            self._found(entry, now)
            await self._freshen(entry, lying, folder, now)
        elif entry.gone_at is None:
            self.store.commit(replace(entry, gone_at=now))
            log.info("draft_gone", extra={"entry": entry.id})
        elif entry.status is Status.PROPOSED and now - entry.gone_at >= MISSED_FOR:
            self._ask(entry, now)

    def _found(self, entry: Entry, now: datetime) -> None:
        if entry.gone_at is None:
            return
        desk = Desk.at(self.store, self.setup(), now)
        desk.ledger.put(replace(entry, status=Status.PROPOSED, gone_at=None, ended_at=None, answer=""))
        if entry.status is Status.UNCERTAIN:
            settled(entry, desk, "its draft is in Drafts again")
        desk.ledger.commit()

    def _ask(self, entry: Entry, now: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), now)
        settle_uncertain(entry, desk, "its draft has gone from Drafts, and it is not in Sent")
        queue_note(desk, "draft-gone", entry.id, ((ABOUT, "\n".join(one.case for one in entry.carries)),))
        desk.ledger.commit()
        log.warning("draft_lost", extra={"entry": entry.id})

    async def _freshen(self, entry: Entry, lying: list[Fetched], folder: str, now: datetime) -> None:
        """Takes a draft away that says what is no longer so, for the queue to put a new one there.

        At once where an amount has changed, after three working days otherwise; never one that a person has changed.
        """
        telling, raw = self._telling(entry, now), self.store.blob(entry.blob)
        if telling is None or raw is None or entry.begun_at is None or entry.status is not Status.PROPOSED:
            return
        begun_on = self.setup().today(entry.begun_at)
        other_amount = dict(entry.facts).get(AMOUNTS) not in {None, self._amounts(entry)}
        same = self.renderer.fingerprint(telling) == entry.fingerprint
        if same or not (other_amount or self._old(begun_on, telling)):
            return
        untouched = len(lying) == 1 and lying[0].raw == raw
        if untouched and self._may_be_replaced(now) and "UIDPLUS" in await self.mailbox.capabilities():
            await self._replace(entry, lying[0], folder)
        elif other_amount and not untouched:
            self._tell_amount(entry, now)

    def _old(self, begun_on: date, telling: Telling) -> bool:
        return telling.world.calendar.add_working_days(begun_on, FRESH_FOR) <= telling.today

    def _may_be_replaced(self, now: datetime) -> bool:
        """Only while the queue is open, lest nothing lie there for a night."""
        redirected = bool(self.setup().config.sending.redirect_to)
        return not redirected and not self.gates.closed(now) and self.setup().calendar.next_moment(now) <= now

    async def _replace(self, entry: Entry, item: Fetched, folder: str) -> None:
        states = await self.mailbox.look([folder])
        before = states[0].uidnext - 1 if states else 0
        waiting = replace(entry, status=Status.QUEUED, find_after=before)
        self.store.commit(waiting)
        if await self.mailbox.discard(folder, item.uid, item.raw):
            self.store.commit(replace(waiting, begun_at=None))

    def _tell_amount(self, entry: Entry, now: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), now)
        about = (ABOUT, "\n".join(one.case for one in entry.carries))
        queue_note(desk, "draft-stale", f"{entry.id}|{self._amounts(entry)}", (("reason", "draft_amount"), about))
        desk.ledger.commit()

    def _amounts(self, entry: Entry) -> str:
        """What is asked for now of the cases that an entry carries."""
        cases = self.store.cases(dict.fromkeys(one.case for one in entry.carries))
        return "|".join(f"{case.key}={case.asked}" for case in cases)


def _of_another(one: Entry, entry: Entry) -> bool:
    """Whether a draft of that entry is none of this one's; what was sent is only of the thread."""
    return one.status is Status.CANCELLED or (one.id != entry.id and one.status is not Status.SENT)


def _stale(store: Store) -> list[str]:
    kept = store.setting(STALE)
    return [str(identity) for identity in kept] if isinstance(kept, list) else []


def tell_waiting(entry: Entry, desk: Desk) -> None:
    """One note names all that was put into Drafts in the same tick; the digest repeats what still lies there."""
    about = "\n".join(dict.fromkeys(one.case for one in entry.carries))
    cases = desk.store.cases(about.split("\n"))
    names = dict.fromkeys(case.invoice.customer.name for case in cases)
    line = " - ".join((", ".join(dict.fromkeys(case.invoice.number for case in cases)), *names, ", ".join(entry.to)))
    queued = desk.store.entries(Status.QUEUED)
    open_note = next((note for note in queued if note.template == NOTE), None)
    if open_note is None:
        queue_note(desk, "draft", entry.id, (("reason", WAITS), ("count", "1"), ("lines", line), (ABOUT, about)))
        return
    told = dict(open_note.facts)
    more = {"count": str(int(told["count"]) + 1), "lines": f"{told['lines']}\n{line}", ABOUT: f"{told[ABOUT]}\n{about}"}
    desk.ledger.put(replace(open_note, facts=tuple({**told, **more}.items())))
