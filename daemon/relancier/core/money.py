"""Amounts with a currency; late-payment interest and the recovery charge.

Interest between professionals (Code de commerce L441-10): amount unpaid including VAT × rate × days / 365, where days
are those after the due date up to and with the day of payment. A delay that crosses a half-year is split; the year
counts 365 days, leap years too; nothing is compounded. The sum is exact and rounded once, half up, to the cent.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Self


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, to the cent."""

    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class HalfYear:
    """The rates, in percent, in force from a 1 January or 1 July; `legal` is the one for professional creditors."""

    start: date
    ecb: Decimal
    legal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """A dated table of rates, oldest first and never empty."""

    table: tuple[HalfYear, ...]

    def of(self, day: date) -> HalfYear:
        """The row for a day: that of its half-year, else the last known before it, else the oldest."""
        return self.table[max(bisect_right(self.table, day, key=lambda row: row.start) - 1, 0)]

    def knows(self, day: date) -> bool:
        """Whether the half-year of this day has a row of its own."""
        return self.of(day).start == half_year(day)

    def legal(self, day: date) -> tuple[Decimal, bool]:
        """The legal rate of a day, else the last known before it; whether it is that of its own half-year."""
        row = self.of(day)
        if row.legal is not None:
            return row.legal, self.knows(day)
        known = [row.legal for row in self.table if row.legal is not None and row.start <= day]
        return (known[-1] if known else Decimal(0)), False

    def floor(self, day: date) -> Decimal | None:
        """The least percentage that a contract may set on this day; None where it is not known."""
        legal = self.of(day).legal
        return None if legal is None or not self.knows(day) else 3 * legal

    def plus(self, rows: Iterable[HalfYear]) -> Self:
        """The table with further rows; a row for the same half-year takes the place of the old one."""
        merged = {row.start: row for row in (*self.table, *rows)}
        return type(self)(tuple(merged[start] for start in sorted(merged)))


class Imputation(StrEnum):
    """What a part payment pays first."""

    PRINCIPAL = "principal"
    INTEREST_FIRST = "interest_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What governs late payment of one invoice: `contract` is the contract's own yearly percentage, if it has one.

    `notice` is the day of the formal notice, from which alone a consumer owes interest, at the legal rate.
    """

    contract: Decimal | None = None
    professional: bool = True
    public: bool = False
    notice: date | None = None
    imputation: Imputation = Imputation.PRINCIPAL
    recovery_charge: Decimal = Decimal(40)


@dataclass(frozen=True, slots=True)
class Payment:
    """A part payment on a day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Period:
    """Days at one rate on one principal: those after `after`, up to and with `until`."""

    after: date
    until: date
    principal: Fraction
    percent: Decimal
    estimated: bool

    @property
    def first(self) -> date:
        return self.after + timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.until - self.after).days

    @property
    def interest(self) -> Fraction:
        """Exact, not rounded."""
        return self.principal * Fraction(self.percent) * self.days / 36500


@dataclass(frozen=True, slots=True)
class Interest:
    """Late interest, with the periods it comes from.

    `settled` is what part payments have paid of it, `principal` what they have left unpaid. With `estimated`, a rate
    was not known yet: no message may name the figure.
    """

    periods: tuple[Period, ...] = ()
    settled: Fraction = Fraction(0)
    principal: Fraction = Fraction(0)

    @property
    def exact(self) -> Fraction:
        return sum((period.interest for period in self.periods), Fraction(0))

    @property
    def amount(self) -> Decimal:
        """What is owed, rounded half up to the cent."""
        return to_cents(self.exact - self.settled)

    @property
    def estimated(self) -> bool:
        return any(period.estimated for period in self.periods)


def late_interest(
    amount: Decimal,
    due: date,
    until: date,
    rates: Rates,
    *,
    terms: Terms = Terms(),
    payments: Sequence[Payment] = (),
) -> Interest:
    """The interest on `amount`, due on `due` and unpaid up to `until` but for part payments.

    A payment still bears interest for its own day. What is paid by the due date bears none, nor does a consumer's
    debt before the formal notice.
    """
    due = _bears_from(due, until, terms)
    principal, settled, start = Fraction(amount), Fraction(0), due
    periods: list[Period] = []
    first = due + timedelta(days=1)
    for payment in [*sorted(payments, key=lambda payment: payment.on), Payment(until, Decimal(0))]:
        end = min(max(payment.on, due), until)
        periods += _periods(principal, (start, end), first, rates, terms)
        paid = Fraction(payment.amount) if payment.on <= until else Fraction(0)
        owed = sum((period.interest for period in periods), Fraction(0)) - settled
        to_interest = min(paid, owed) if terms.imputation is Imputation.INTEREST_FIRST else Fraction(0)
        settled += to_interest
        principal = max(principal - (paid - to_interest), Fraction(0))
        start = max(start, end)
    return Interest(tuple(periods), settled, principal)


def _bears_from(due: date, until: date, terms: Terms) -> date:
    """The day after which interest runs: for a consumer that of the formal notice, never without one."""
    if terms.professional:
        return due
    return max(due, terms.notice or until)


def recovery_charge(late: Iterable[str], terms: Terms = Terms()) -> Decimal:
    """The charge for these invoice numbers paid late: once each, however many parts are late; none from a consumer."""
    return terms.recovery_charge * len(set(late)) if terms.professional else Decimal(0)


def below_floor(contract: Decimal, day: date, rates: Rates) -> bool:
    """Whether a contract's rate lies below three times the legal rate of that day, where that is known."""
    floor = rates.floor(day)
    return floor is not None and contract < floor


def half_year(day: date) -> date:
    """The 1 January or 1 July from which the rates of this day hold."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def to_cents(exact: Fraction) -> Decimal:
    """Rounded half up to two decimals."""
    return Decimal((exact * 200 + 1) // 2).scaleb(-2)


def _periods(
    principal: Fraction, stretch: tuple[date, date], first: date, rates: Rates, terms: Terms
) -> Iterator[Period]:
    """The stretch cut at every change of half-year. `first` is the first day of interest, which fixes a public rate."""
    after, until = stretch
    if not principal:
        return
    while after < until:
        day = after + timedelta(days=1)
        end = min(until, _last_of_half_year(day))
        percent, known = _percent(first if terms.public else day, rates, terms)
        yield Period(after, end, principal, percent, not known)
        after = end


def _percent(day: date, rates: Rates, terms: Terms) -> tuple[Decimal, bool]:
    if not terms.professional:
        return rates.legal(day)
    if terms.contract is not None:
        return terms.contract, True
    return rates.of(day).ecb + (8 if terms.public else 10), rates.knows(day)


def _last_of_half_year(day: date) -> date:
    return date(day.year, 6, 30) if day.month < 7 else date(day.year, 12, 31)
