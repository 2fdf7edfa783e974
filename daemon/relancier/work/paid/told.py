"""What a bank or a person has told as paid of a case: how much of it is the bank's, and how much came back."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from relancier.core.case import Case, Event, Invoice, Kind
from relancier.core.stored import Fate, Received
from relancier.work.records import Desk, queue_note

DIFFERS = "paid_differs"
MOST_SUMMED = 10


def by_the_bank(case: Case, desk: Desk) -> Decimal:
    """What statements tell of it and has not come back, be it what the books had before the bank told it."""
    booked = (event.amount or Decimal(0) for event in _payments(case, desk) if desk.store.received(event.ref))
    told = min(sum(booked, Decimal(0)), case.paid_by_order)
    about = [one.movement for one in _receipts(case, desk) if _tells(one)]
    told += sum((one.amount for one in about), Decimal(0))
    return max(min(told, case.invoice.payable), Decimal(0))


def _tells(one: Received) -> bool:
    """What the books had before the bank told it, and what came back and no person has seen to yet."""
    wanted = Fate.ASKED if one.movement.returned else Fate.SETTLED
    return one.fate is wanted and len(one.cases) == 1


def came_back(case: Case, desk: Desk) -> Decimal | None:
    """How much of it is owed again once a person says that a payment was rejected; None where nobody can tell.

    The returned movement that a person was asked about says it. Else, of several payments that have closed the case,
    it is the least, so that nobody is asked for too much; what was told as paid without an amount is the rest.
    """
    returned = [one for one in _receipts(case, desk) if one.movement.returned and one.fate is Fate.ASKED]
    if len(returned) == 1 and len(returned[0].cases) == 1:
        return -returned[0].movement.amount
    payments = _payments(case, desk)
    if not case.ended or not payments:
        return None
    if payments[-1].amount is None:
        return Decimal(0)
    return min(event.amount for event in payments if event.amount is not None)


def _keys(case: Case, desk: Desk) -> list[str]:
    """The keys that it has had, oldest first: the books may have given it another number or due date."""
    before = {one.carried_to: one.key for one in desk.store.of_customer(case.invoice.customer.id) if one.carried_to}
    keys = [case.key]
    while keys[0] in before and before[keys[0]] not in keys:
        keys.insert(0, before[keys[0]])
    return keys


def _receipts(case: Case, desk: Desk) -> Iterator[Received]:
    return (one for key in _keys(case, desk) for one in desk.store.receipts_for(key))


def _payments(case: Case, desk: Desk) -> Sequence[Event]:
    """What was told as paid since a payment came back the last time."""
    events = [event for key in _keys(case, desk) for event in desk.store.events(key)]
    last = max((place for place, event in enumerate(events) if event.kind is Kind.REJECTED), default=-1)
    return [event for event in events[last + 1 :] if event.kind is Kind.PAID and event.ref]


def another_payment(case: Case, now: Invoice, desk: Desk) -> list[Event]:
    """Holds a case whose books show another payment than was told before: both may have come, and one alone counts.

    A sum of some of those told before is none, nor what covers them all. Books that show less than before hold it, too,
    where the bank has told a payment that they took for the one they had.
    """
    if case.ended or now.paid == case.invoice.paid:
        return []
    known = case.paid_by_order if now.paid > case.invoice.paid else by_the_bank(case, desk)
    if now.paid >= known or known <= _shown(case, now):
        return []
    amounts = [event.amount for event in _payments(case, desk) if event.amount is not None]
    before = case.paid_by_order - sum(amounts, Decimal(0))
    if now.paid > case.invoice.paid and now.paid - before in _sums(amounts[-MOST_SUMMED:]):
        return []
    ref = f"{DIFFERS}|{now.paid:.2f}"
    detail = f"the invoice file shows {now.paid:.2f} paid, {known:.2f} was told before"
    queue_note(desk, "pause", f"{case.key}|{ref}", (("reason", DIFFERS), ("cases", case.key), ("detail", detail)))
    return [Event(case=case.key, kind=Kind.MONEY, at=desk.now, ref=ref, detail=detail)]


def _shown(case: Case, now: Invoice) -> Decimal:
    """What counts as paid all the same where the books show less than before."""
    return case.paid_by_order if now.paid < case.invoice.paid else Decimal(0)


def _sums(amounts: Sequence[Decimal]) -> set[Decimal]:
    found = {Decimal(0)}
    for amount in amounts:
        found |= {amount + one for one in found}
    return found
