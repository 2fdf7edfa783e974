"""Deliver: the outbox, one entry after another, each behind its own last look (house laws 1 to 4).

For each: last look, decide again, render and store, MAIL and RCPT, the commit `data_begun`, DATA, the record. What a
crash leaves between that commit and the record is uncertain, and is looked for, never repeated.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from relancier.core.outbox import Answer, Copy, Entry, Sort, Stage, Status, begun, found_at_start
from relancier.core.reading.plus import plus_address
from relancier.core.stored import Setting
from relancier.ports import Channel, FolderRole, Lost, Rejected, RenderFailed, Store, Unavailable, Wish
from relancier.work.books.sync import Books
from relancier.work.each import apart
from relancier.work.einvoices.papers import Papers
from relancier.work.inbox.intake import Intake
from relancier.work.morning.recalls import handed_over
from relancier.work.orders.obey import apply_orders
from relancier.work.records import Desk, blob, queue_note
from relancier.work.sending.copies import FILER, Copies
from relancier.work.sending.escalate import as_task
from relancier.work.sending.fit import free, out_of_date, stopped
from relancier.work.sending.gates import Gates, copy_refused, failed, put_off, worst
from relancier.work.sending.notes import Notes
from relancier.work.sending.proposals import Proposals
from relancier.work.sending.settle import settle_failed, settle_sent, settle_uncertain
from relancier.work.sending.shown import Accounts
from relancier.work.setup import Clock, Setup
from relancier.work.writing.render import Rendered, Renderer
from relancier.work.writing.telling import Telling, named_cases
from relancier.work.writing.texting import by_url, text_failed

log = logging.getLogger("relancier")

STALE = timedelta(minutes=1)  # how old a last look may be when DATA begins
RENDER_AGAIN = timedelta(hours=1)
REHEARSING = "rehearsing"
MOST_FILING = 4


@dataclass(slots=True)
class Deliver:
    """Sends what is queued, as far as the gates and the last look allow."""

    channel: Channel
    intake: Intake
    books: Books
    copies: Copies
    renderer: Renderer
    notes: Notes
    proposals: Proposals
    store: Store
    setup: Callable[[], Setup]
    clock: Clock
    gates: Gates
    beat: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False
    sms: Channel | None = None
    papers: Papers | None = None
    accounts: Accounts | None = None
    _filing: set[asyncio.Task[bool]] = field(default_factory=set)
    _following: str = ""
    _looked_at: datetime | None = None

    def recover(self) -> None:
        """After a start: what was on its way when the daemon died is uncertain (house law 4)."""
        self._left_over("the daemon stopped while it was being sent")
        self.gates.remember(self.clock())
        self.recover_rehearsal()

    def _left_over(self, reason: str) -> None:
        """What was begun and never recorded: nobody knows whether it arrived."""
        for entry in self.store.entries(Status.SENDING):
            if found_at_start(entry).status is Status.UNCERTAIN:
                self._lost_sight(entry, reason)

    def _lost_sight(self, entry: Entry, reason: str) -> None:
        desk = Desk.at(self.store, self.setup(), self.clock())
        if entry.sort is Sort.TASK:
            settle_sent(entry, desk, f"in the mailbox; whether the mail arrived is not known: {reason}")
        else:
            settle_uncertain(entry, desk, reason)
        desk.ledger.commit()
        log.warning("uncertain", extra={"entry": entry.id, "reason": reason})

    async def run(self) -> datetime | None:
        """Sends everything that may leave now; when to come back, if time alone decides. Raises Unavailable."""
        self._left_over("something unexpected happened while it was being sent")
        await self.notes.run()
        await self.copies.look_up(self.clock())
        await self.proposals.run(self.clock())
        try:
            return await self._queue()
        finally:
            await self._filed()
            await self.notes.run()

    async def _queue(self) -> datetime | None:
        again: datetime | None = None
        queue = [waiting.id for waiting in self._waiting()]
        for entry_id, following in zip(queue, [*queue, ""][1:], strict=True):
            self._following = following
            now = self.clock()
            again = self._closed(now)
            if again is not None or self.stopping():
                return again
            self.beat()
            go_on = True
            with apart(f"entry {entry_id}", partial(self._set_aside, entry_id)):
                go_on = await self._deliver(entry_id)
            if not go_on:
                break
        return self.gates.opens_at(self.clock()) or self._next_attempt()

    def _set_aside(self, entry_id: str, error: Exception) -> None:
        """A message that provokes the unexpected stops only itself."""
        entry = self.store.entry(entry_id)
        if entry is not None and entry.status is Status.SENDING:
            self._lost_sight(entry, f"unexpected: {error}")
        elif entry is not None:
            self._not_rendered(entry, f"unexpected: {error}")

    def _waiting(self) -> list[Entry]:
        now = self.clock()
        entries = [*self.store.entries(Status.QUEUED), *self.store.entries(Status.DEFERRED)]
        ready = [entry for entry in entries if entry.sort is not Sort.NOTE and (entry.not_before or now) <= now]
        return sorted(ready, key=lambda entry: (entry.attempts, entry.queued_at))

    def _next_attempt(self) -> datetime | None:
        return min(
            (entry.not_before for entry in self.store.entries(Status.DEFERRED) if entry.not_before), default=None
        )

    def _closed(self, now: datetime) -> datetime | None:
        """When to come back, if nothing may leave now: pace, hours, or a gate that opens by itself or not."""
        reason = self.gates.closed(now)
        if reason:
            log.info("not_sent", extra={"reason": reason})
            return self.gates.opens_at(now) or now + timedelta(days=1)
        opening = self.setup().calendar.next_moment(now)
        return opening if opening > now else self.gates.pace(now)

    async def last_look(self) -> bool:
        """Everything that may have arrived up to now: orders, mail, books. False: nothing may be sent.

        Orders come first, since they were given without the mail read here; those given meanwhile come after it.
        """
        now = self._looked_at = self.clock()
        apply_orders(self.store, self.setup(), now)
        await self.intake.run(now)
        if self.papers is not None:
            await self.papers.look(now)  # a statement among them may say that it is paid
        apply_orders(self.store, self.setup(), now)
        self.books.sync(now)
        read = self.intake.clear() and (self.papers is None or self.papers.clear())
        return read and not self.gates.closed(now) and self.books.trouble(now) is None

    async def _deliver(self, entry_id: str) -> bool:
        """One entry behind its last look; False when nothing more may be tried now."""
        if not await self.last_look():
            return False
        entry = self.store.entry(entry_id)
        if entry is None or entry.status not in {Status.QUEUED, Status.DEFERRED}:
            return True
        await self._look_at_files(entry)
        now = self.clock()
        world = self.books.world(now)
        parcel = self.renderer.parcel(entry)
        reason = out_of_date(entry, parcel)
        if parcel is None or reason:
            self._cancel(entry, reason)
            return True
        telling = self.renderer.telling(parcel, world)
        if reason := stopped(entry, telling):
            self._cancel(entry, reason)
            return True
        day = free(telling)
        if day > world.today:
            self._put_off(entry, world.calendar.opening(day))
            return True
        return await self._send(entry, telling)

    async def _look_at_files(self, entry: Entry) -> None:
        """Which accounts the files of the invoices show that it would name: another than ours holds its case."""
        parcel = self.renderer.parcel(entry)
        if self.accounts is None or parcel is None:
            return
        now = self.clock()
        telling = self.renderer.telling(parcel, self.books.world(now))
        if any(case.invoice.pdf for case in telling.siblings):
            await self.accounts.look(named_cases(telling), now)

    def _cancel(self, entry: Entry, reason: str) -> None:
        desk = Desk.at(self.store, self.setup(), self.clock())
        settle_failed(entry, Status.CANCELLED, desk, reason)
        desk.ledger.commit()
        log.info("cancelled", extra={"entry": entry.id, "reason": reason, "cases": [c.case for c in entry.carries]})

    def _put_off(self, entry: Entry, until: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), self.clock())
        put_off(entry, until, desk)
        desk.ledger.commit()

    async def _send(self, entry: Entry, telling: Telling) -> bool:
        if entry.approval and not self.setup().config.sending.redirect_to:
            return await self._propose(entry, telling)
        try:
            rendered = self._rendered(entry, telling)
        except RenderFailed as error:
            self._not_rendered(entry, str(error))
            return True
        if rendered is None:
            self._cancel(entry, "what is due changed after a first attempt")
            return True
        if entry.sort is Sort.TASK and entry.copy is not Copy.FILED:
            entry = await self._task_in_inbox(entry, rendered)
        if not rendered.to:
            self._record(entry, Answer(250, "in the mailbox"), said=False)
            return True
        return await self._dialogue(entry, rendered)

    async def _propose(self, entry: Entry, telling: Telling) -> bool:
        """Into Drafts, for a person to send; without such a folder it is a task."""
        try:
            rendered = self.renderer.reminder(entry, telling)
        except RenderFailed as error:
            self._not_rendered(entry, str(error))
            return True
        now = self.clock()
        if await self.proposals.put(entry, rendered, now):
            return True
        desk = Desk.at(self.store, self.setup(), now)
        given = as_task(entry, telling.parcel, desk)
        desk.ledger.commit()
        log.warning("no_drafts_folder", extra={"entry": entry.id})
        parcel = self.renderer.parcel(given)
        return await self._send(given, self.renderer.telling(parcel, telling.world)) if parcel is not None else True

    def _rendered(self, entry: Entry, telling: Telling) -> Rendered | None:
        """The message as of now; bytes whose DATA was begun before are used again or not at all (law 3)."""
        made = self.renderer.task(entry, telling) if entry.sort is Sort.TASK else self.renderer.reminder(entry, telling)
        if entry.begun_at is None:
            return made
        kept = self.store.blob(entry.blob)
        return replace(made, raw=kept) if kept is not None and entry.fingerprint == made.fingerprint else None

    def _not_rendered(self, entry: Entry, reason: str) -> None:
        """A bad template stops only its own messages, and a person is told."""
        desk = Desk.at(self.store, self.setup(), self.clock())
        put_off(entry, desk.now + RENDER_AGAIN, desk)
        numbers = "\n".join(one.case.split("|")[0] for one in entry.carries)
        facts = (("reason", "render_failed"), ("detail", reason), ("lines", numbers), ("command", "relancier check"))
        queue_note(desk, "held", f"render|{reason[:200]}|{desk.today.isoformat()}", facts)
        desk.ledger.commit()
        log.error("render_failed", extra={"entry": entry.id, "reason": reason})

    async def _task_in_inbox(self, entry: Entry, rendered: Rendered) -> Entry:
        await self.copies.into_inbox(entry, rendered.raw, self.clock())
        kept = blob(rendered.raw)
        filed = replace(entry, copy=Copy.FILED, blob=kept.sha256)
        given, in_hand = handed_over(filed, self.store, self.clock())
        self.store.commit(kept, given, in_hand)
        return given

    async def _dialogue(self, entry: Entry, rendered: Rendered) -> bool:
        recipients = (*rendered.to, *rendered.cc)
        ahead = partial(self._ahead, self._following)
        sender, size = self._sender(entry), len(rendered.raw)
        wish = Wish(sender, recipients, size, entry.token, success=rendered.proof, meanwhile=ahead)
        try:
            transaction = await self._way(entry).open(wish)
        except (Rejected, Lost) as error:
            return self._failed(entry, error)
        if self._looked_at is None or self.clock() - self._looked_at > STALE:
            await transaction.abandon()
            return True  # the server took so long that the look is old: the next run looks again
        turned_away = {to: transaction.refused[to] for to in rendered.to if to in transaction.refused}
        if turned_away:
            await transaction.abandon()
            return self._failed(entry, Rejected(Stage.RCPT, worst(turned_away)))
        entry = self._begin(entry, rendered)
        try:
            answer = await asyncio.shield(transaction.data(rendered.raw))
        except (Rejected, Lost) as error:
            return self._failed(entry, error)
        self._record(entry, answer, without=transaction.refused)
        return True

    def _way(self, entry: Entry) -> Channel:
        return self.sms if self.sms is not None and by_url(entry, self.setup()) else self.channel

    def _sender(self, entry: Entry) -> str:
        """The sender of the envelope, to which servers and programs answer."""
        mailbox = self.setup().config.mailbox
        tagged = mailbox.plus_addresses and entry.sort is Sort.REMINDER
        return plus_address(mailbox.address, entry.token) if tagged else mailbox.address

    def _ahead(self, entry_id: str) -> None:
        """Puts the next reminder into words, so that the same words are at hand after its own last look."""
        entry = self.store.entry(entry_id)
        parcel = self.renderer.parcel(entry) if entry is not None and entry.sort is Sort.REMINDER else None
        if parcel is None:
            return
        now = self.clock()
        world = self.books.world(now)
        with suppress(RenderFailed):  # told when it is its turn
            self.renderer.words(self.renderer.telling(parcel, world))

    def _begin(self, entry: Entry, rendered: Rendered) -> Entry:
        """The commit directly before the bytes of DATA."""
        sent = self.intake.folder(FolderRole.SENT)
        rehearsal = bool(self.setup().config.sending.redirect_to) and entry.sort is Sort.REMINDER
        kept = blob(rendered.raw)
        entry = begun(
            replace(entry, rehearsal=rehearsal),
            self.clock(),
            blob=kept.sha256,
            fingerprint=rendered.fingerprint,
            find_after=self.intake.highest(sent) if sent else 0,
        )
        noted = (Setting(REHEARSING, value=True),) if rehearsal else ()
        self.store.commit(kept, entry, *noted)
        return entry

    def _record(
        self, entry: Entry, answer: Answer, *, said: bool = True, without: Mapping[str, Answer] | None = None
    ) -> None:
        """The server's yes, in one commit with all that follows; `said`: a server was spoken to at all."""
        now = self.clock()
        desk = Desk.at(self.store, self.setup(), now)
        done = settle_sent(entry, desk, str(answer))
        if without:
            copy_refused(entry, without, desk)
        if said and not by_url(entry, self.setup()):
            self.gates.succeeded(entry, desk)
        desk.ledger.commit()
        if said:
            self.gates.sent(now)
        steps = [one.key for one in entry.carries]
        log.info(
            entry.sort.value, extra={"entry": entry.id, "steps": steps, "to": list(entry.to), "answer": str(answer)}
        )
        if done.copy is Copy.WANTED and self.store.setting(FILER) == "us":
            self._file_soon(done, now)

    def _file_soon(self, entry: Entry, now: datetime) -> None:
        """The copy is filed beside the next message; what fails here is tried again by the next tick."""
        if sum(not task.done() for task in self._filing) < MOST_FILING:
            self._filing.add(asyncio.create_task(self.copies.file(entry, now)))

    async def _filed(self) -> None:
        filing, self._filing = self._filing, set()
        for result in await asyncio.gather(*filing, return_exceptions=True):
            if isinstance(result, Unavailable):
                log.warning("copy_waits", extra={"reason": str(result)})
            elif isinstance(result, BaseException):
                raise result
        self.copies.record()

    def _failed(self, entry: Entry, error: Rejected | Lost) -> bool:
        """Records a failed attempt; True when other entries may still be tried."""
        if isinstance(error, Lost) and error.stage is Stage.BODY:
            self._lost_sight(entry, f"the connection was lost before the server answered: {error}")
            return True
        desk = Desk.at(self.store, self.setup(), self.clock())
        go_on = (text_failed if by_url(entry, self.setup()) else failed)(entry, error, desk)
        desk.ledger.commit()
        return go_on

    def recover_rehearsal(self) -> None:
        """Once messages go to the customers again, the steps that were only rehearsed are free."""
        if self.store.setting(REHEARSING) is None or self.setup().config.sending.redirect_to:
            return
        for entry in self.store.entries(Status.SENT, Status.UNCERTAIN):
            if entry.rehearsal:
                self._cancel(entry, "the rehearsal has ended")
        self.store.commit(Setting(REHEARSING, None))
