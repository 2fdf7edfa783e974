"""What is attached to messages: invoices and bank statements, fetched whole and read after intake, each message once.

A message's papers and the mark that they are read are one commit. What cannot be read three times is set aside and
told (house law 9). Nothing is sent while what we sent, or a bank, is still to be read: it may reduce or pay something.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from relancier.core.einvoices.carried import File, files_in, is_invoice
from relancier.core.einvoices.einvoice import EInvoice, PaperKind
from relancier.core.einvoices.mailed import Sending, contact, name_key
from relancier.core.reading.mail import Message
from relancier.core.reading.read import read
from relancier.core.stored import Seen, Setting
from relancier.core.text.folding import fold
from relancier.core.text.numbers import squash
from relancier.ports import Fetched, Mailbox, Paper, Store, Unavailable
from relancier.work.books.taken import KNOWN_AT
from relancier.work.each import apart
from relancier.work.einvoices.carries import endings
from relancier.work.einvoices.mailed import Brought, file_paper
from relancier.work.einvoices.offers import ours, settle_known
from relancier.work.einvoices.whose import Register
from relancier.work.inbox.intake import FIRST_BYTES
from relancier.work.orders.dictated import written_here
from relancier.work.paid.bankmail import believed, from_a_bank
from relancier.work.paid.statements import Taken, take
from relancier.work.records import Desk, blob, queue_note
from relancier.work.sending.shown import MAILED_DATA, MAILED_PAGES, Accounts
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST_A_TICK = 20
MOST_BYTES = 60 * 1024 * 1024  # fetched in one tick: the rest has its turn with the next one
LARGEST = 25 * 1024 * 1024  # of a message in Sent
LARGEST_OUTSIDE = 5 * 1024 * 1024  # of one that came in
MOST_TRIES = 3
MOST_UNREACHED = 20  # the same where the server does not give it out
COMPARED_EVERY = timedelta(minutes=10)
TRIED = "papers_tried"  # {identity: how often its papers could not be read}
_FORWARDED = re.compile(r"(?:\s|re\s?:|\[[^\]]{0,20}\])*(?:tr|fwd?|wg|rv|enc|i)\s?[:：]", re.IGNORECASE)
_OF_A_BANK = re.compile(r"\breleve|\bextrait|\bbancaire|\bbanque|\bcompte\b|\bstatement|\bbank")
_OF_AN_INVOICE = re.compile(r"factur|invoice|avoir|fac-?\d|fa-?\d", re.IGNORECASE)


@dataclass(slots=True)
class Papers:
    """Reads what intake has marked; the mailbox is only read."""

    mailbox: Mailbox
    store: Store
    setup: Callable[[], Setup]
    accounts: Accounts
    beat: Callable[[], None] = lambda: None
    _compared: tuple[str, datetime] = ("", datetime.min.replace(tzinfo=UTC))

    async def run(self, now: datetime) -> None:
        """Once a tick, what waits and offers that nobody need decide about any more. Raises StoreFailed."""
        known = str(self.store.setting(KNOWN_AT))
        if self._compared[0] != known or now - self._compared[1] >= COMPARED_EVERY:
            self._compared = (known, now)
            self._settle(now)
        await self.look(now)

    def _settle(self, now: datetime) -> None:
        """What the books or an import tell of by now is offered no more."""
        if self.store.offers():
            desk = Desk.at(self.store, self.setup(), now)
            settle_known(Register.of(self.store), desk)
            desk.ledger.commit()

    async def look(self, now: datetime) -> None:
        """Some of what waits, in the order in which it was written; cheap where nothing does. Raises StoreFailed."""
        setup = self.setup()
        waiting = sorted(self.store.attachments_wanted(), key=lambda seen: (not _counts(seen, setup), *_written(seen)))
        if not waiting or self._before_the_books():
            return
        try:
            await self._read(waiting, now)
        except Unavailable as error:
            log.warning("papers_wait", extra={"reason": str(error)})

    def clear(self) -> bool:
        """Whether everything that may open, reduce or pay a case has been read."""
        setup = self.setup()
        return not any(_counts(seen, setup) for seen in self.store.attachments_wanted())

    def _before_the_books(self) -> bool:
        """Whether there are books that were never read: what they list is known best by them."""
        return self.setup().config.invoices.has_books and self.store.setting(KNOWN_AT) is None

    async def _read(self, waiting: Sequence[Seen], now: datetime) -> None:
        register, fetched = Register.of(self.store), 0
        for seen in waiting[:MOST_A_TICK]:
            with apart(f"papers of {seen.identity}", partial(self._failed, seen, now)):
                fetched += await self._counted(seen, register, now)
            self.beat()
            if fetched > MOST_BYTES:
                break

    async def _counted(self, seen: Seen, register: Register, now: datetime) -> int:
        """One message; that the server did not give it out counts too, so that no message keeps the others waiting."""
        try:
            return await self._one(seen, register, now)
        except Unavailable as error:
            self._failed(seen, now, error)
            raise

    async def _one(self, seen: Seen, register: Register, now: datetime) -> int:
        """One message; gives how much was fetched for it."""
        limit = LARGEST if seen.in_sent else LARGEST_OUTSIDE
        found = [item async for item in self.mailbox.fetch(seen.folder, [seen.uid], limit)]
        kept = self.store.seen(seen.identity)
        if kept is None or not kept.attached or (kept.folder, kept.uid) != (seen.folder, seen.uid):
            return 0
        message = _message(found[0]) if found else None
        if message is None or message.identity != seen.identity:
            self.store.commit(replace(kept, folder=""))  # it lies elsewhere now, and is found there or nowhere
            return 0
        desk = Desk.at(self.store, self.setup(), now)
        if found[0].complete:
            await self._take(found[0].raw, message, kept, desk, register)
        else:
            _too_large(kept, desk)
        desk.ledger.commit()
        return len(found[0].raw)

    async def _take(self, raw: bytes, message: Message, seen: Seen, desk: Desk, register: Register) -> None:
        """What the message carries, into the ledger, and that it was read."""
        sending = sending_of(message, seen, desk.setup)
        files = files_in(raw, endings(seen, desk.setup))
        banks = [file for file in files if _of_a_bank(file, seen, sending, desk.setup)]
        for file in banks if sending.trusted or believed(message, seen, banks, desk) else ():
            await self._statement(file, seen, sending, desk)
        papers = [(one, await self._paper(one, desk.setup)) for one in files if one not in banks and is_invoice(one)]
        keys = dict.fromkeys(seen.cases)
        for brought in brought_by(papers, seen, sending):
            about = file_paper(brought, desk, register)
            keys.update(dict.fromkeys(about))
            await self._compared_with_ours(brought, papers, about, desk)
        _tell_refused(papers, seen, sending, desk)
        done = replace(seen, attached=False)
        if tuple(keys) != seen.cases:
            first = blob(raw[:FIRST_BYTES])
            done = replace(done, cases=tuple(keys), unmatched=False, blob=seen.blob or first.sha256)
            desk.ledger.put(*(() if seen.blob else (first,)))
        desk.ledger.put(done)

    async def _compared_with_ours(
        self, brought: Brought, papers: Iterable[tuple[File, Paper]], about: Sequence[str], desk: Desk
    ) -> None:
        """The accounts that the customer got to read; what came from outside is about none of our cases."""
        if about and brought.pdf:
            await self.accounts.mailed(about, MAILED_PAGES, brought.pdf, desk)
        for file, paper in papers:
            if about and paper.invoice is brought.paper and not _is_page(file):
                await self.accounts.mailed(about, MAILED_DATA, file.content, desk)

    async def _statement(self, file: File, seen: Seen, sending: Sending, desk: Desk) -> None:
        """A statement that a colleague put into the mailbox; one that went outside may be of another's account."""
        if sending.to and not desk.setup.config.payments.accounts:
            return
        self.beat()
        found = await asyncio.to_thread(desk.setup.statements.read, file.name, file.content)
        if sending.to and found.assumed:
            return
        wrong = [str(one) for one in found.problems if not one.warning]
        whole = not sending.to  # what went to a customer may be an extract
        taken = Taken() if wrong else take(found.found, file.name, desk, whole=whole)
        told = [*wrong, *map(str, taken.problems)]
        if told:
            log.warning("paper_refused", extra={"file": file.name, "reason": told[0]})
            facts = (("reason", "statement_mailed"), ("detail", told[0][:300]), ("lines", seen.subject[:200]))
            queue_note(desk, "statement", f"{seen.identity}|{file.name}", facts)

    async def _paper(self, file: File, setup: Setup) -> Paper:
        self.beat()
        return await asyncio.to_thread(setup.papers.read, file.name, file.content)

    def _failed(self, seen: Seen, now: datetime, error: Exception) -> None:
        """Tried again with the next ticks; after some times a person is told, and it is left at that."""
        tried = self.store.setting(TRIED)
        counts = {str(name): int(count) for name, count in tried.items()} if isinstance(tried, dict) else {}
        count = counts.pop(seen.identity, 0) + 1
        desk = Desk.at(self.store, self.setup(), now)
        kept = self.store.seen(seen.identity) or seen
        if count >= (MOST_UNREACHED if isinstance(error, Unavailable) else MOST_TRIES):
            _set_aside(kept, f"{type(error).__name__}: {error}"[:200], desk)
        else:
            counts[seen.identity] = count
        desk.ledger.put(Setting(TRIED, counts or None))
        desk.ledger.commit()


def _of_a_bank(file: File, seen: Seen, sending: Sending, setup: Setup) -> bool:
    """Whether it is a statement, or meant as one: a table so called that a colleague sent to the mailbox itself."""
    if setup.statements.recognises(file.name, file.content):
        return True
    payments = setup.config.payments
    meant = sending.trusted and not sending.to and bool(payments.awaited or payments.accounts)
    return meant and not is_invoice(file) and _OF_A_BANK.search(fold(f"{seen.subject} {file.name}")) is not None


def _counts(seen: Seen, setup: Setup) -> bool:
    """Whether what it carries may do more than ask a person: it stands in Sent, or says that it comes from a bank."""
    return seen.in_sent or from_a_bank(seen, setup)


def _written(seen: Seen) -> tuple[datetime, datetime]:
    """A credit note was written after its invoice, though both may be read at once."""
    return (seen.written_at or datetime.min.replace(tzinfo=UTC), seen.at)


def _message(item: Fetched) -> Message:
    """The message as intake has read it: from no more bytes than that."""
    return read(item.raw[:FIRST_BYTES], complete=item.complete and len(item.raw) <= FIRST_BYTES)


def sending_of(message: Message, seen: Seen, setup: Setup) -> Sending:
    """How it was mailed: to whom outside, and whether it stands in Sent and was written there."""
    outside = [one for one in message.to if not ours(one.email, setup)]
    return Sending(
        on=setup.today(seen.written_at or seen.at),
        to=tuple(contact(one.email, one.name) for one in outside),
        trusted=seen.in_sent and written_here(message),
        forwarded=_FORWARDED.match(message.subject) is not None,
    )


# --- What was read --------------------------------------------------------------------------------------------------


def brought_by(papers: Iterable[tuple[File, Paper]], seen: Seen, sending: Sending) -> list[Brought]:
    """Each invoice and credit note once, by its data where several files tell it; invoices first."""
    read_ones = [(file, paper.invoice) for file, paper in papers if paper.invoice is not None]
    pages = [file for file, _ in papers if _is_page(file)]
    if len({name_key(invoice.buyer) for _, invoice in read_ones if invoice.buyer}) > 1:
        sending = replace(sending, forwarded=True)  # whoever gets the invoices of several customers is none of them
    best: dict[tuple[str, PaperKind], tuple[File, EInvoice]] = {}
    for file, invoice in sorted(read_ones, key=lambda pair: (not pair[1].exact, not _is_page(pair[0]))):
        best.setdefault((squash(invoice.number), invoice.kind), (file, invoice))
    found = [
        Brought(invoice, seen, sending, file.name, _page_of(file, invoice, pages, read_ones))
        for file, invoice in best.values()
    ]
    return sorted(found, key=lambda brought: brought.paper.kind is PaperKind.CREDIT_NOTE)


def _page_of(file: File, invoice: EInvoice, pages: Sequence[File], read_ones: Iterable[tuple[File, EInvoice]]) -> bytes:
    """The PDF of an invoice: its own file, the one that shows the same number, or the only one there is."""
    if _is_page(file):
        return file.content
    same = [one for one, other in read_ones if _is_page(one) and squash(other.number) == squash(invoice.number)]
    named = [one for one in pages if squash(invoice.number) in squash(one.name)]
    alone = pages if len(pages) == 1 else []
    return next((one.content for one in (*same, *named, *alone)), b"")


def _is_page(file: File) -> bool:
    return file.content[:1024].lstrip().startswith(b"%PDF")


# --- What a person is told ------------------------------------------------------------------------------------------


def _tell_refused(papers: Iterable[tuple[File, Paper]], seen: Seen, sending: Sending, desk: Desk) -> None:
    """A file that was refused stops only itself; one that we sent as an invoice is told."""
    refused = [(file, paper.refused) for file, paper in papers if paper.refused]
    for file, reason in refused:
        log.warning("paper_refused", extra={"file": file.name, "reason": reason})
    told = [
        f"{file.name}: {reason}" for file, reason in refused if _OF_AN_INVOICE.search(f"{seen.subject} {file.name}")
    ]
    if told and sending.trusted:
        _tell(seen, "\n".join((*told, seen.subject[:200])), "an attached invoice could not be read", desk)


def _too_large(seen: Seen, desk: Desk) -> None:
    log.warning("paper_refused", extra={"file": seen.subject[:100], "reason": "the message is too large"})
    if seen.in_sent:
        _tell(seen, f"{seen.folder}\n{seen.subject[:200]}", f"more than {LARGEST // 1024 // 1024} MB", desk)
    desk.ledger.put(replace(seen, attached=False))


def _set_aside(seen: Seen, reason: str, desk: Desk) -> None:
    _tell(seen, f"{seen.folder}\n{seen.subject[:200]}", reason, desk)
    desk.ledger.put(replace(seen, attached=False))


def _tell(seen: Seen, lines: str, detail: str, desk: Desk) -> None:
    queue_note(desk, "unread", f"papers|{seen.identity}", (("detail", detail), ("lines", lines)))
