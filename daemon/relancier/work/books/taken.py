"""An invoice into its case, wherever it is known from: it opens one, brings one up to date, or is the books' own."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from relancier.core.again import written_otherwise
from relancier.core.case import Because, Case, Event, Hold, Invoice, Kind, Origin
from relancier.core.choosing import told
from relancier.core.discount import settled
from relancier.core.history import open_case
from relancier.core.stored import Setting
from relancier.core.text.numbers import squash
from relancier.ports import Store
from relancier.work.books.carry import (
    Moves,
    carry_over,
    doubted,
    moves,
    owed_again,
    reopened,
    same_number,
    with_known,
)
from relancier.work.books.credit import hold_for_unplaced
from relancier.work.books.held import by_number, tell_held
from relancier.work.books.spared import Spared
from relancier.work.orders.contacts import as_mended, free_for_mail, mended_contacts
from relancier.work.paid.told import another_payment
from relancier.work.records import Desk

KNOWN_AT = "known_at"  # the instant up to which the books know what was paid
OPENING = "opening"  # cases just opened, about which the mail read before has still to be asked
UNLISTED_AFTER = timedelta(days=2)  # an invoice that was mailed stands in the next export, or in the one after it
LEFT = "it has left the invoice file"
ONLY_OLDER = "a newer export does not list it; it stands only in"
UNLISTED = "it was sent by mail, and the invoice file does not list it"
ANOTHER_AMOUNT = "it was sent again with another amount"


class Took(StrEnum):
    """What became of an invoice that was given.

    BOOKS: the books list it, and their figures stay. DOUBTFUL: it contradicts what is known, and its case is held.
    UNLISTED: the books were written long after it was sent, and do not list it: no case was opened.
    """

    OPENED = "opened"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BOOKS = "books"
    DOUBTFUL = "doubtful"
    UNLISTED = "unlisted"


@dataclass(slots=True)
class Known:
    """The keys of all cases by number, however its separators are written; made once where many are taken."""

    by_number: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    squashed: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, store: Store) -> "Known":
        """Every case in the state, ended or not."""
        known = cls()
        for key in sorted(store.case_keys()):
            known.add(key)
        return known

    def add(self, key: str) -> None:
        """Remembers a case that has been opened since."""
        number = key.rpartition("|")[0]
        self.by_number[same_number(number)][key] = None
        self.squashed[squash(number)][key] = None


def take_invoice(
    invoice: Invoice, desk: Desk, *, message_id: str = "", detail: str = "", known: Known | None = None
) -> Took:
    """Opens the case of an invoice that was imported or mailed, or brings it up to date; nothing is committed."""
    (took,) = take_invoices([invoice], desk, message_id=message_id, detail=detail, known=known)
    return took


def take_invoices(
    invoices: Sequence[Invoice], desk: Desk, *, message_id: str = "", detail: str = "", known: Known | None = None
) -> list[Took]:
    """The same for several at once, in their order: the parts of one invoice must come together."""
    known = known or Known.of(desk.store)
    mended = mended_contacts(desk.store)
    spared = Spared.of(desk.store)
    given = [spared.marked(replace(one, customer=as_mended(one.customer, mended))) for one in invoices]
    keys = {one.key for one in given}
    took: dict[str, Took] = {}
    asked: list[str] = []
    for number, alike in _by_number(given).items():
        cases = _standing(known.by_number.get(number, ()), desk) or _alike(alike, known, desk)
        took.update(_Taking(cases, desk, message_id, detail, asked, keys).take(alike))
        for one in alike:
            known.add(one.key)
    if asked:
        ask_mail_before(asked, desk)
    return [took[one.key] for one in given]


def _by_number(invoices: Iterable[Invoice]) -> dict[str, list[Invoice]]:
    found: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        found[same_number(invoice.number)].append(invoice)
    return found


def _alike(invoices: Sequence[Invoice], known: Known, desk: Desk) -> dict[str, Case]:
    """The cases of the same invoice in another spelling: what else is told of it must be the same."""
    told = {(one.due, one.amount, one.currency) for one in invoices}
    cases = _standing(known.squashed.get(squash(invoices[0].number), ()), desk)
    same = [case for case in cases.values() if (case.invoice.due, case.invoice.amount, case.invoice.currency) in told]
    return {key: case for key, case in cases.items() if any(case.invoice.number == one.invoice.number for one in same)}


def _standing(keys: Iterable[str], desk: Desk) -> dict[str, Case]:
    found = (desk.ledger.case(key) for key in keys)
    return {case.key: case for case in found if case is not None}


def _in_the_books(case: Case) -> bool:
    gone = bool(case.carried_to) or (case.ended and case.absent)
    return case.invoice.origin is Origin.BOOKS and not gone


@dataclass(frozen=True, slots=True)
class _Taking:
    """The invoices of one number, and the cases of that number."""

    cases: Mapping[str, Case]
    desk: Desk
    message_id: str
    detail: str
    asked: list[str]  # the cases about which the mail read before is to be asked
    given: Collection[str]  # the keys of all that is given with them

    def take(self, invoices: Sequence[Invoice]) -> dict[str, Took]:
        """What became of each, by its key."""
        if self.desk.setup.config.invoices.has_books and any(map(_in_the_books, self.cases.values())):
            return dict.fromkeys((one.key for one in invoices), self._of_the_books(invoices[0]))
        written = {one.key: self._as_written(one) for one in invoices}
        changed = moves({one.key: one for one in written.values()}, self.cases)
        before = {invoice.key: self.cases[key] for key, invoice in changed.to.items()}
        return {key: self._one(invoice, before, changed) for key, invoice in written.items()}

    def _as_written(self, invoice: Invoice) -> Invoice:
        """The invoice with the number as its case of the same due date has it."""
        same = (case for case in self.cases.values() if case.invoice.due == invoice.due)
        case = next(same, None)
        return replace(invoice, number=case.invoice.number) if case else invoice

    def _of_the_books(self, invoice: Invoice) -> Took:
        """The books' figures stay; the message becomes the thread, its paper the attachment where there is none."""
        for case in self.cases.values():
            if case.carried_to:
                continue
            if not case.invoice.pdf and invoice.pdf:
                self._changed(case, replace(case.invoice, pdf=invoice.pdf), "its PDF was found in the mailbox")
            self._thread(case.key)
        return Took.BOOKS

    def _one(self, invoice: Invoice, before: Mapping[str, Case], changed: Moves) -> Took:
        if invoice.key in before:
            old = before[invoice.key]
            carry_over(old, with_known(old.invoice, invoice), self.desk)
            took = Took.CHANGED
        elif invoice.key in self.cases and invoice.key not in changed.doubtful:
            took = self._again(self.cases[invoice.key], invoice)
        else:
            took = self._opened(invoice, doubtful=invoice.key in changed.doubtful)
        self._thread(invoice.key)
        return took

    def _opened(self, invoice: Invoice, *, doubtful: bool) -> Took:
        if settled(invoice) and self.desk.store.gone(invoice.key):
            return Took.UNCHANGED
        if unlisted(invoice, self.desk.today, known_books(self.desk), self.desk):
            return Took.UNLISTED
        before = self.desk.store.of_customer(invoice.customer.id)
        others = [case for case in before if case.key not in self.given]
        doubtful = doubtful or written_otherwise(invoice, others)
        case = opened(invoice, before, self.desk, doubtful=doubtful)
        if self.detail:
            self.desk.ledger.add(Event(case=case.key, kind=Kind.NOTED, at=self.desk.now, detail=self.detail))
        self.asked.append(case.key)
        if doubtful:
            tell_held("parts_changed", by_number([invoice.key]), self.desk)
        return Took.DOUBTFUL if doubtful else Took.OPENED

    def _again(self, case: Case, invoice: Invoice) -> Took:
        """The same invoice given once more: a file given by a person counts, a message must say the same."""
        if invoice.origin is Origin.MAIL:
            return self._mailed_again(case, invoice)
        now = with_known(case.invoice, invoice)
        if now == case.invoice:
            return Took.UNCHANGED
        self.desk.ledger.add(*differences(case, now, self.desk))
        if now.customer.contacts != case.invoice.customer.contacts and not case.ended:
            self.asked.append(case.key)
        return Took.CHANGED

    def _mailed_again(self, case: Case, invoice: Invoice) -> Took:
        same = (invoice.payable, invoice.currency) == (case.invoice.payable, case.invoice.currency)
        if not same and not case.ended:
            hold_in_doubt(case, ANOTHER_AMOUNT, self.desk)
            return Took.DOUBTFUL
        if case.invoice.pdf or not invoice.pdf:
            return Took.UNCHANGED
        self._changed(case, replace(case.invoice, pdf=invoice.pdf), "its PDF was found in the mailbox")
        return Took.CHANGED

    def _changed(self, case: Case, invoice: Invoice, detail: str) -> None:
        event = Event(case=case.key, kind=Kind.CHANGED, at=self.desk.now, invoice=invoice, detail=detail)
        self.desk.ledger.add(event)

    def _thread(self, key: str) -> None:
        if self.message_id and self.desk.ledger.case(key) is not None:
            ref, told = f"carried|{self.message_id}", "the message that carried the invoice"
            event = Event(case=key, kind=Kind.NOTED, at=self.desk.now, ref=ref, detail=told)
            self.desk.ledger.add(replace(event, message_id=self.message_id))


def opened(invoice: Invoice, before: Sequence[Case], desk: Desk, *, doubtful: bool = False) -> Case:
    """A new case, on the plan that the configuration wants; `before` are the customer's other cases."""
    chosen = desk.setup.choose(invoice, before)
    case = open_case(invoice, plan=chosen.plan, at=desk.now, on=desk.today)
    if doubtful:
        case = doubted(case, desk)
    event = Event(case=case.key, kind=Kind.OPENED, at=desk.now, plan=chosen.plan, detail=told(chosen), invoice=invoice)
    desk.ledger.open(case, event)
    if desk.store.gone(case.key):
        desk.ledger.add(reopened(case.key, desk))
    hold_for_unplaced(invoice, desk)
    return case


def differences(
    case: Case, invoice: Invoice | None, desk: Desk, as_of: datetime | None = None, older: str = ""
) -> list[Event]:
    """The events that bring a case up to date with its line, or with there being none in books written at `as_of`.

    `older` names the older file in which alone it still stands.
    """
    if invoice is None:
        return _left(case, as_of, older, desk)
    events = []
    if case.absent:
        events.append(Event(case=case.key, kind=Kind.RETURNED, at=desk.now, detail="it is in the invoice file again"))
    if invoice != case.invoice:
        changed = Event(case=case.key, kind=Kind.CHANGED, at=desk.now, invoice=invoice)
        events.append(replace(changed, detail=_told(case.invoice, invoice)))
        events += free_for_mail(case, invoice.customer, desk)
    if owed_again(case, invoice, desk):
        events.append(reopened(case.key, desk))
        ask_mail_before([case.key], desk)  # and money that was nobody's as long as nothing was owed
    events += another_payment(case, invoice, desk)
    chosen = desk.setup.choose(invoice)
    before = replace(case.invoice, amount=invoice.amount)  # another amount alone is no person's choice of a plan
    if chosen.plan != desk.setup.plan_for(before) and not case.ended:
        chose = Event(case=case.key, kind=Kind.PLAN_CHOSEN, at=desk.now, plan=chosen.plan, on=desk.today)
        events.append(replace(chose, detail=told(chosen)))
    return events


def _left(case: Case, as_of: datetime | None, older: str, desk: Desk) -> list[Event]:
    if case.absent or case.ended:
        return []
    if case.invoice.origin is not Origin.BOOKS:
        missing = unlisted(case.invoice, desk.setup.today(case.opened_at), as_of, desk)
        return [Event(case=case.key, kind=Kind.MISSING, at=desk.now, detail=UNLISTED)] if missing else []
    invoices = desk.setup.config.invoices
    if older:
        return [Event(case=case.key, kind=Kind.MISSING, at=desk.now, detail=f"{ONLY_OLDER} {older}")]
    if invoices.missing == "paid" and invoices.has_books:
        return [Event(case=case.key, kind=Kind.PAID, at=desk.now, detail="it has left the list of open invoices")]
    return [Event(case=case.key, kind=Kind.MISSING, at=desk.now, detail=LEFT)]


def unlisted(invoice: Invoice, since: date, as_of: datetime | None, desk: Desk) -> bool:
    """Whether books written at `as_of` should list an invoice that was mailed, or known of, on a day."""
    if invoice.origin is not Origin.MAIL or as_of is None or not desk.setup.config.invoices.has_books:
        return False
    day = min(since, invoice.known_on or since)
    return desk.setup.today(as_of) > day + UNLISTED_AFTER


def known_books(desk: Desk) -> datetime | None:
    """The instant of the books as they were last taken over, if they ever were."""
    stored = desk.store.setting(KNOWN_AT)
    return datetime.fromisoformat(str(stored)) if stored else None


def _told(before: Invoice, now: Invoice) -> str:
    if now.amount_due != before.amount_due:
        return f"amount due {before.amount_due} is now {now.amount_due}"
    if now.origin is not before.origin:
        return f"{'the books list' if now.origin is Origin.BOOKS else 'a file tells of'} it now"
    return "its line in the invoice file has changed"


def hold_in_doubt(case: Case, why: str, desk: Desk) -> None:
    """Holds a case that contradicts what was given, until a person has looked; once for the same contradiction."""
    told = (event.detail for event in desk.store.events(case.key) if event.kind is Kind.NOTED)
    if why in {*told, *(hold.detail for hold in case.holds)}:
        return
    held = replace(case, holds=(*case.holds, Hold(Because.PARTS, "", why, desk.now)), needs_person=why)
    desk.ledger.replace_case(replace(held, look_at=desk.now))
    desk.ledger.add(Event(case=case.key, kind=Kind.NOTED, at=desk.now, detail=why))
    tell_held("parts_changed", by_number([case.key]), desk)


def ask_mail_before(keys: Collection[str], desk: Desk) -> None:
    """Lets the mail read before be asked about these cases, once they are in the store."""
    put = [change.value for change in desk.ledger.changes if isinstance(change, Setting) and change.name == OPENING]
    waiting = put[-1] if put else desk.store.setting(OPENING)
    before = map(str, waiting) if isinstance(waiting, list) else ()
    desk.ledger.put(Setting(OPENING, list(dict.fromkeys([*before, *keys]))))
