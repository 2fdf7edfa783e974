"""A person's word about money that nobody could place: what it was for is remembered, and what it held goes on.

`paid` places it where what is told as paid covers it: the other invoices it may have been for are free again. Where it
does not, or a person says of some that it is not for them, the others stay held until each has been seen to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from relancier.core.case import Because, Case
from relancier.core.paid.evidence import Doubt
from relancier.core.stored import Fate, Order, Received
from relancier.work.paid.money import going_on, released
from relancier.work.paid.told import DIFFERS
from relancier.work.records import Desk

WAITING = frozenset({Fate.ASKED, Fate.LOOSE})
PAID = "paid"
RESUME = "resume"
REJECTED = "rejected"  # tells of what came back, and of no other money


def place_money(order: Order, before: Sequence[Case], desk: Desk) -> None:
    """What an order about these cases, as they were, means for the money that a person was asked about."""
    _compared(order, before, desk)
    waiting = [one for one in _asked_about(order, before, desk) if order.word != REJECTED or one.movement.returned]
    told = _told(order, before) if order.word == PAID else Decimal(0)
    for receipt in sorted(waiting, key=lambda one: (_left(one, desk) != told, one.movement.on, one.identity)):
        mine = [case for case in before if case.key in receipt.cases or receipt.identity in _refs(case)]
        if order.word == PAID and _left(receipt, desk) <= told:
            told -= max(_left(receipt, desk), Decimal(0))
            _placed(receipt, mine, desk)
            continue
        if order.word == PAID:
            for case in mine:
                released(case.key, receipt.identity, "a person says what was paid", desk)
        if not _holds(receipt, desk):
            keys = _counted_before(order, receipt, mine)
            desk.ledger.put(replace(receipt, fate=Fate.SETTLED, cases=keys, customer=""))


def _counted_before(order: Order, receipt: Received, cases: Iterable[Case]) -> tuple[str, ...]:
    """The cases whose books had this payment already, as a person says: it explains what they show as paid."""
    if order.word != RESUME or receipt.reason != Doubt.KNOWN:
        return ()
    return tuple(case.key for case in cases if case.invoice.paid >= receipt.movement.amount)


def _compared(order: Order, before: Iterable[Case], desk: Desk) -> None:
    """What the books show beside the bank has been compared by whoever says what was paid."""
    for case in before:
        for ref in _refs(case):
            if order.word == PAID and ref.startswith(DIFFERS) and (order.seen is None or ref in order.seen):
                released(case.key, ref, "a person says what was paid", desk)


def _asked_about(order: Order, before: Iterable[Case], desk: Desk) -> list[Received]:
    """The money that waits for a word about one of these cases, as far as the person knew of it."""
    listed = [one for case in before for one in desk.store.receipts_for(case.key)]
    holding = filter(None, (desk.store.received(ref) for case in before for ref in _refs(case)))
    found = {one.identity: one for one in (*listed, *holding) if one.fate in WAITING}
    return [one for name, one in found.items() if order.seen is None or name in order.seen or not _holds(one, desk)]


def _told(order: Order, cases: Iterable[Case]) -> Decimal:
    """What the order says was paid: its amount, else all that was due."""
    if order.amount:
        return Decimal(order.amount)
    return sum((case.amount_due for case in cases), Decimal(0))


def _left(receipt: Received, desk: Desk) -> Decimal:
    """What of the money no invoice has got yet."""
    events = (event for key in receipt.cases for event in desk.store.events(key))
    booked = sum((event.amount or Decimal(0) for event in events if event.ref == receipt.identity), Decimal(0))
    return receipt.movement.amount - booked


def _placed(receipt: Received, cases: Sequence[Case], desk: Desk) -> None:
    customers = {case.invoice.customer.id for case in cases}
    for key in receipt.cases:
        released(key, receipt.identity, "a person says what it was for", desk)
    keys = tuple(case.key for case in cases)
    customer = customers.pop() if len(customers) == 1 else ""
    desk.ledger.put(replace(receipt, fate=Fate.SETTLED, cases=keys, customer=customer))


def _holds(receipt: Received, desk: Desk) -> bool:
    return any(_still_held(key, receipt, desk) for key in receipt.cases)


def _still_held(key: str, receipt: Received, desk: Desk) -> bool:
    case = going_on(key, desk)
    return case is not None and not case.ended and receipt.identity in _refs(case)


def _refs(case: Case) -> set[str]:
    return {hold.ref for hold in case.holds if hold.because is Because.PAYMENT}
