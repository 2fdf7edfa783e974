"""Sums: which invoices an amount pays exactly, and how it is poured over them, the oldest first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relancier.core.case import Case

MOST_SEARCHED = 20
MOST_TOLD = 8  # amounts of which a sum hardly fits by chance
NOTHING = Decimal(0)
Price = Callable[[Case], Decimal]


@dataclass(frozen=True, slots=True)
class Share:
    """What of a payment is for one case."""

    case: str
    amount: Decimal


def prices(on: date) -> tuple[Price, ...]:
    """What pays a case on a day: what is due, also without a discount still allowed, or without what is disputed."""
    return (_due, lambda case: discounted(case, on), _asked)


def may_cost(case: Case) -> frozenset[Decimal]:
    """Every amount that pays a case on some day."""
    return frozenset({_due(case), _asked(case), case.amount_due - case.invoice.discount})


def _due(case: Case) -> Decimal:
    return case.amount_due


def _asked(case: Case) -> Decimal:
    return case.asked if case.asked > 0 else case.amount_due


def discounted(case: Case, on: date) -> Decimal:
    """What is due, without a discount that whoever pays on that day may take off."""
    invoice = case.invoice
    allowed = invoice.discount_until is not None and on <= invoice.discount_until
    taken = invoice.discount if allowed and not invoice.paid else NOTHING
    return case.amount_due - taken if NOTHING < taken < case.amount_due else case.amount_due


def alone(cases: Iterable[Case], amount: Decimal, on: date) -> list[Case]:
    """The cases of which each by itself is paid by exactly this amount."""
    return [case for case in cases if any(price(case) == amount for price in prices(on))]


def together(cases: Sequence[Case], amount: Decimal, on: date, credit: Iterable[Decimal] = ()) -> tuple[Share, ...]:
    """The shares where these cases together are paid by exactly this amount, credit notes taken off; else nothing."""
    for price in prices(on):
        if sum(map(price, cases)) == amount:
            return tuple(Share(case.key, price(case)) for case in by_age(cases))
    total = sum(map(_due, cases), NOTHING)
    netted = any(total - off == amount for off in credit)
    return poured(cases, amount) if netted else ()


def poured(cases: Iterable[Case], amount: Decimal) -> tuple[Share, ...]:
    """An amount over some cases, the oldest first, to none more than is due."""
    shares, left = [], amount
    for case in by_age(cases):
        share = min(left, case.amount_due)
        if share > 0:
            shares.append(Share(case.key, share))
            left -= share
    return tuple(shares)


def by_age(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (case.invoice.due, case.key))


def of_numbers(cases: Sequence[Case], amount: Decimal, on: date, credit: Iterable[Decimal] = ()) -> tuple[Share, ...]:
    """The shares where named invoices, or parts of them, are paid by exactly this amount."""
    for some in _parts(by_age(cases)):
        shares = together(some, amount, on, credit)
        if shares:
            return shares
    return ()


def _parts(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """All; of invoices due in parts the oldest part of each; of a single invoice each of its parts, and the oldest."""
    yield cases
    oldest = {case.invoice.number: case for case in reversed(cases)}
    yield tuple(oldest.values())
    if len(oldest) == 1:
        yield from ((case,) for case in cases)
        yield from (cases[: at + 1] for at in range(1, len(cases)))


def subsets(cases: Sequence[Case], amount: Decimal) -> list[tuple[Case, ...]]:
    """The first two ways in which two or more of at most twenty cases are due exactly this amount."""
    aged = by_age(cases)[:MOST_SEARCHED]
    half = len(aged) // 2
    left = _sums(aged[:half])
    right = _sums(aged[half:])
    found: list[tuple[Case, ...]] = []
    for total, masks in sorted(right.items()):
        for one in left.get(amount - total, ()):
            for other in masks:
                chosen = (*_chosen(aged[:half], one), *_chosen(aged[half:], other))
                found += [chosen] if len(chosen) > 1 else []
        if len(found) > 1:
            return found[:2]
    return found


def adds_up(amounts: Sequence[Decimal], wanted: Decimal) -> bool:
    """Whether two or more of a few amounts are together the wanted one."""
    sums: set[tuple[Decimal, int]] = {(NOTHING, 0)}
    for amount in amounts if len(amounts) <= MOST_TOLD else ():
        sums |= {(total + amount, min(many + 1, 2)) for total, many in sums}
    return (wanted, 2) in sums


def _sums(cases: Sequence[Case]) -> dict[Decimal, list[int]]:
    """What each choice of these cases is due, by its bits."""
    found: dict[Decimal, list[int]] = {NOTHING: [0]}
    for bit, case in enumerate(cases):
        more = [(total + case.amount_due, mask | 1 << bit) for total, masks in found.items() for mask in masks]
        for total, mask in more:
            found.setdefault(total, []).append(mask)
    return found


def _chosen(cases: Sequence[Case], mask: int) -> tuple[Case, ...]:
    return tuple(case for bit, case in enumerate(cases) if mask >> bit & 1)
