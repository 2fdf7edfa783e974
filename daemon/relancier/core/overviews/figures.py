"""Figures about what is owed: the aged balance, and what falls due soon; sums are kept apart by currency."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from relancier.core.case import Case

SOON = (7, 15, 30)


class Age(StrEnum):
    """How long ago an amount was due."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


AGES = tuple(Age)
_LAST_DAYS = ((0, Age.NOT_DUE), (30, Age.TO_30), (60, Age.TO_60), (90, Age.TO_90))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one case still owes."""

    customer: str
    name: str
    currency: str
    amount: Decimal
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """Amounts and their number by age, in the order of AGES: of one customer, or (`customer` empty) of all."""

    currency: str
    amounts: tuple[Decimal, ...]
    counts: tuple[int, ...]
    customer: str = ""
    name: str = ""

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    @property
    def late(self) -> Decimal:
        return self.total - self.amounts[0]

    @property
    def count(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Balance:
    """The aged balance in one currency: all together, then each customer, who owes most late first."""

    total: Aged
    customers: tuple[Aged, ...]


@dataclass(frozen=True, slots=True)
class Falling:
    """What falls due within so many days: how many, and the sum in each currency."""

    days: int
    count: int
    sums: tuple[tuple[str, Decimal], ...]


def owed(case: Case) -> Owed | None:
    """What a case still owes, the part in dispute included; nothing once it has ended."""
    if case.ended or case.amount_due <= 0:
        return None
    invoice = case.invoice
    return Owed(
        customer=invoice.customer.id,
        name=invoice.customer.name,
        currency=invoice.currency,
        amount=case.amount_due,
        due=invoice.due,
    )


def age(due: date, today: date) -> Age:
    """The age of an amount: on its due date it is not late."""
    days = (today - due).days
    return next((name for last, name in _LAST_DAYS if days <= last), Age.OVER_90)


def balances(open_amounts: Iterable[Owed], today: date) -> tuple[Balance, ...]:
    """The aged balance of each currency, the one with the most amounts first."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(AGES))
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(AGES))
    names: dict[str, str] = {}
    for one in open_amounts:
        place = AGES.index(age(one.due, today))
        names[one.customer] = one.name
        sums[one.currency, one.customer][place] += one.amount
        counts[one.currency, one.customer][place] += 1
    rows = [
        Aged(
            currency=currency,
            amounts=tuple(amounts),
            counts=tuple(counts[currency, customer]),
            customer=customer,
            name=names[customer],
        )
        for (currency, customer), amounts in sums.items()
    ]
    made = [_balance(currency, rows) for currency in {row.currency for row in rows}]
    return tuple(sorted(made, key=lambda balance: (-balance.total.count, balance.total.currency)))


def _balance(currency: str, rows: Iterable[Aged]) -> Balance:
    own = sorted(
        (row for row in rows if row.currency == currency),
        key=lambda row: (-row.late, -row.total, row.name, row.customer),
    )
    amounts = tuple(sum(column, Decimal(0)) for column in zip(*(row.amounts for row in own), strict=True))
    counts = tuple(sum(column) for column in zip(*(row.counts for row in own), strict=True))
    return Balance(Aged(currency=currency, amounts=amounts, counts=counts), tuple(own))


def falling_due(open_amounts: Iterable[Owed], today: date) -> tuple[Falling, ...]:
    """What falls due within 7, 15 and 30 days, today included; each span holds the shorter ones."""
    spans = [(days, today + timedelta(days=days)) for days in SOON]
    coming = [one for one in open_amounts if today <= one.due <= spans[-1][1]]
    return tuple(_falling(days, [one for one in coming if one.due <= last]) for days, last in spans)


def _falling(days: int, amounts: Iterable[Owed]) -> Falling:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    count = 0
    for one in amounts:
        sums[one.currency] += one.amount
        count += 1
    return Falling(days, count, tuple(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))))
