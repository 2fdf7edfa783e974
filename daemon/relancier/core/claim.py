"""What is owed on an invoice at a day: principal, late interest line by line, recovery charge, and what they rest on.

Payments come from the history: those that a person recorded have their own day, those that only the books show count
from the day on which they were known there. What was paid already when the invoice was first read bears no interest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain

from relancier.core.case import Case, Event, Invoice, Kind, State
from relancier.core.discount import is_all_left
from relancier.core.money import Interest, Payment, Period, Rates, Terms, late_interest, to_cents
from relancier.core.paid.statement import is_movement

Day = Callable[[datetime], date]
NOTHING = Decimal(0)


class Source(StrEnum):
    """Where a payment is known from, and with it what its day means."""

    PERSON = "person"
    BANK = "bank"
    BOOKS = "books"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment: its day is the one that the bank or a person told, else that on which the books showed it."""

    on: date
    amount: Decimal
    source: Source


class Remark(StrEnum):
    """What whoever uses the figures must know."""

    ESTIMATED = "estimated"
    BELOW_FLOOR = "below_floor"
    BOOKS_DAY = "books_day"
    PAID_BEFORE = "paid_before"
    DISPUTED = "disputed"
    NO_NOTICE = "no_notice"
    INSOLVENT = "insolvent"
    INTEREST_FIRST = "interest_first"


@dataclass(frozen=True, slots=True)
class Line:
    """Days at one rate on one sum: from the day after `period.after`; `floor` is the least rate of a contract then."""

    period: Period
    floor: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is owed on one case at the end of the day `on`, each sum rounded once, half up, to the cent.

    `disputed` is the part of `principal` that the customer contests. `stopped_on` is the day of the judgment that
    stops interest and charge (insolvency).
    """

    invoice: Invoice
    on: date
    terms: Terms
    payments: tuple[Paid, ...] = ()
    lines: tuple[Line, ...] = ()
    principal: Decimal = NOTHING
    interest: Decimal = NOTHING
    charge: Decimal = NOTHING
    disputed: Decimal = NOTHING
    stopped_on: date | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.charge

    @property
    def estimated(self) -> bool:
        """Whether a rate was not known yet: no message may name the figure."""
        return Remark.ESTIMATED in self.remarks

    @property
    def beside_the_ledger(self) -> Decimal:
        """The interest to ask for beside what the ledger shows as unpaid, whatever part payments have paid first."""
        return self.principal + self.interest - (self.invoice.payable - _sum(self.payments))


def claim(case: Case, events: Sequence[Event], terms: Terms, rates: Rates, *, on: date, day: Day) -> Claim:
    """The claim on a case, from its whole history; `day` gives the local day of an instant."""
    paid = payments(case, events, day)
    stopped = case.insolvent_on
    until = on if stopped is None else min(on, stopped)
    known = [Payment(one.on, one.amount) for one in paid if one.on <= on]
    found = late_interest(case.invoice.payable, case.invoice.due, until, rates, terms=terms, payments=known)
    principal = to_cents(max(found.principal - _after(known, until), Fraction(0)))
    made = Claim(
        invoice=case.invoice,
        on=on,
        terms=terms,
        payments=tuple(one for one in paid if one.on <= on),
        lines=tuple(Line(period, rates.floor(period.until)) for period in found.periods),
        principal=principal,
        interest=found.amount,
        charge=terms.recovery_charge if found.periods and terms.professional and stopped is None else NOTHING,
        disputed=min(principal, _disputed(case)),
        stopped_on=stopped,
    )
    return replace(made, remarks=tuple(_remarks(made, found)))


def once_an_invoice(claims: Iterable[Claim]) -> list[Claim]:
    """The claims with the recovery charge once for each invoice number, on its first part that was late."""
    charged: set[str] = set()
    found = []
    for one in claims:
        again = one.charge and one.invoice.number in charged
        found.append(replace(one, charge=NOTHING) if again else one)
        charged |= {one.invoice.number} if one.charge else set()
    return found


def payments(case: Case, events: Iterable[Event], day: Day) -> tuple[Paid, ...]:
    """What was paid on a case, by day; together it is always what the case counts as paid."""
    found = _Ledger(case.invoice.due)
    for event in events:
        found.hear(event, day)
    found.bring_to(counted(case), day)
    return tuple(sorted(found.payments, key=lambda one: one.on))


def counted(case: Case) -> Decimal:
    """All of it once it has ended as paid; of a debt that ended less a discount, what was really paid."""
    invoice = case.invoice
    whole = case.state is State.PAID and not is_all_left(invoice, case.amount_due)
    return invoice.payable if whole else invoice.payable - case.amount_due


class _Ledger:
    """What is known as paid, event after event: the most that the books or a person say."""

    def __init__(self, due: date) -> None:
        self.payments: list[Paid] = []
        self._due = due
        self._books: Decimal | None = None
        self._told = NOTHING
        self._last: Event | None = None

    @property
    def known(self) -> Decimal:
        return max(self._books or NOTHING, self._told)

    def hear(self, event: Event, day: Day) -> None:
        if event.kind is Kind.PAID:
            self._last = event
        if event.invoice is not None:
            self._by_books(event.invoice.paid, day(event.at))
        elif event.kind is Kind.PAID and event.ref and event.amount is not None:
            self._told = self.known + event.amount
            self._settle(event.on or day(event.at), _source(event))
        elif event.kind is Kind.REOPENED:
            self._told = NOTHING
            self._settle(day(event.at), Source.BOOKS)

    def _by_books(self, paid: Decimal, on: date) -> None:
        first = self._books is None
        self._books = paid
        before = first and not self.payments
        self._settle(self._due if before else on, Source.BEFORE if before else Source.BOOKS)

    def bring_to(self, total: Decimal, day: Day) -> None:
        """What the parts do not explain was paid when the case was closed as paid, else before its history began."""
        self._books = self._told = total
        if self._last is None:
            self._settle(self._due, Source.BEFORE)
        else:
            self._settle(self._last.on or day(self._last.at), _source(self._last))

    def _settle(self, on: date, source: Source) -> None:
        """One payment more, or the last ones less where less is known as paid than before."""
        more = self.known - _sum(self.payments)
        if more > 0:
            self.payments.append(Paid(on, more, source))
        while more < 0:
            last = self.payments.pop()
            more += last.amount
            if more > 0:
                self.payments.append(replace(last, amount=more))


def _source(event: Event) -> Source:
    """Who told of a payment: a movement of a statement, a person's order, or else the books."""
    if not event.ref:
        return Source.BOOKS
    return Source.BANK if is_movement(event.ref) else Source.PERSON


def _after(known: Iterable[Payment], until: date) -> Fraction:
    """What came in after interest had stopped lowers the principal all the same."""
    return sum((Fraction(payment.amount) for payment in known if payment.on > until), Fraction(0))


def _sum(paid: Iterable[Paid]) -> Decimal:
    return sum((one.amount for one in paid), NOTHING)


def _disputed(case: Case) -> Decimal:
    """The part in dispute; the whole where no part is named."""
    return case.invoice.payable if case.state is State.DISPUTED and not case.disputed else case.disputed


def _remarks(made: Claim, found: Interest) -> Iterator[Remark]:
    terms, sources = made.terms, {one.source for one in made.payments}
    contract = terms.contract if terms.professional else None
    floors = (line.floor for line in made.lines)
    facts = {
        Remark.ESTIMATED: found.estimated,
        Remark.BELOW_FLOOR: contract is not None and any(floor is not None and contract < floor for floor in floors),
        Remark.BOOKS_DAY: Source.BOOKS in sources,
        Remark.PAID_BEFORE: Source.BEFORE in sources,
        Remark.DISPUTED: made.disputed > 0,
        Remark.NO_NOTICE: not terms.professional and terms.notice is None,
        Remark.INSOLVENT: made.stopped_on is not None,
        Remark.INTEREST_FIRST: found.settled > 0,
    }
    return (remark for remark, holds in facts.items() if holds)


def remarks(claims: Iterable[Claim]) -> tuple[Remark, ...]:
    """What holds for any of them, in the order in which it is told."""
    told = set(chain.from_iterable(one.remarks for one in claims))
    return tuple(remark for remark in Remark if remark in told)
