"""What people record: calls, letters, reminders made elsewhere, contacts that have changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from relancier.config import address
from relancier.core.by_hand import BY_HAND, stands_for
from relancier.core.case import Case, Contact, Event, How, Kind
from relancier.core.recorded import last_letter, with_contact
from relancier.core.steps import MESSAGES
from relancier.core.stored import Order, Setting
from relancier.ports import Store
from relancier.work.books.taken import OPENING
from relancier.work.inbox.unflag import unflag
from relancier.work.orders.contacts import free_for_mail, mend, mended_contacts
from relancier.work.records import Desk
from relancier.work.setup import Setup

LEARNT_WITHIN = timedelta(days=10)
KINDS = {"called": Kind.CALLED, "posted": Kind.POSTED, "letter": Kind.LETTER}


@dataclass(frozen=True, slots=True)
class Told:
    """A part that a person tells as paid, with their remark."""

    amount: Decimal
    on: date
    note: str = ""


def record(order: Order, desk: Desk) -> None:
    """A call or what became of a letter: it answers nobody, so what waits for a person waits on."""
    on = day_of(order, desk)
    for case in _cases(order, desk):
        event = _event(order, case, KINDS[order.word], on)
        letter = last_letter(case, desk.setup.plans.get(case.plan))
        desk.ledger.add(replace(event, step=letter.step if letter and order.word != "called" else ""))


def day_of(order: Order, desk: Desk) -> date:
    """The day that an order speaks of: its own where it names none."""
    return order.on or desk.setup.today(order.at)


def told_before(events: Iterable[Event], told: Told, setup: Setup, store: Store) -> Event | None:
    """The same part of an invoice told as paid before: by a person on that day with that remark, or by the bank.

    A bank tells the day on which it came, a person often the one on which they learn of it.
    """
    paid = (event for event in events if event.kind is Kind.PAID and event.ref and event.amount == told.amount)
    return next((event for event in paid if _the_same(event, told, setup, store)), None)


def _the_same(event: Event, told: Told, setup: Setup, store: Store) -> bool:
    on = event.on or setup.today(event.at)
    if store.received(event.ref) is None:
        return (on, event.note) == (told.on, told.note)
    return not told.note and abs(on - told.on) <= LEARNT_WITHIN


def _cases(order: Order, desk: Desk) -> Iterator[Case]:
    return (case for case in map(desk.ledger.case, order.cases) if case is not None)


def _event(order: Order, case: Case, kind: Kind, on: date) -> Event:
    detail = f"{on.isoformat()}: {order.note.replace('_', ' ') if kind is Kind.LETTER else order.note}".rstrip(": ")
    return Event(case=case.key, kind=kind, at=order.at, ref=order.id, on=on, note=order.note, detail=detail)


def chase_by_hand(order: Order, desk: Desk) -> None:
    """A reminder made elsewhere counts as the step of its day, if none left since, and puts the next one off."""
    for case in _cases(order, desk):
        if day_of(order, desk) > case.invoice.due and not _counted(order, case):
            desk.ledger.add(*_by_hand(order, case, desk))


def _counted(order: Order, case: Case) -> bool:
    return any(mark.startswith(f"{Kind.STEP_DONE}:{order.id}:") for mark in case.applied)


def _by_hand(order: Order, case: Case, desk: Desk) -> Iterator[Event]:
    on, plan = day_of(order, desk), desk.setup.plans.get(case.plan)
    at = _instant(on, order.at, desk)
    later = any(done.on >= on for done in case.done if done.how in MESSAGES)
    nothing: tuple[str, tuple[str, ...]] = (BY_HAND, ())
    step, replaced = stands_for(case, plan, desk.setup.calendar, at, on) if plan and not later else nothing
    for one in replaced:
        told = f"{one}: a colleague reminded instead"
        yield Event(case=case.key, kind=Kind.STEP_SKIPPED, at=at, on=on, step=one, detail=told)
    told = ": ".join(part for part in (f"{step}: a colleague reminded elsewhere", order.note) if part)
    done = _event(order, case, Kind.STEP_DONE, on)
    yield replace(done, at=at, step=step, how=How.BY_HAND, detail=told)


def _instant(on: date, at: datetime, desk: Desk) -> datetime:
    """The order's own instant on its day, noon on an earlier one."""
    return at if on == desk.setup.today(at) else datetime.combine(on, time(12), desk.setup.calendar.zone)


def change_contact(order: Order, desk: Desk) -> None:
    """Who has a role at the customer, for all its cases, and for those that the books bring."""
    if order.contact is None:
        return
    contact = replace(order.contact, email=address(order.contact.email))
    named = [case.invoice.customer.id for case in _cases(order, desk)]
    ids = dict.fromkeys(named or [order.customer])
    keys = [case.key for customer in ids for case in desk.store.of_customer(customer)]
    cases = [case for case in map(desk.ledger.case, keys) if case is not None]
    for case in cases:
        _replace_contact(case, contact, order, desk)
    in_the_books_last = sorted(cases, key=lambda case: not case.absent)
    customers = {case.invoice.customer.id: case.invoice.customer for case in in_the_books_last}
    desk.ledger.put(mend(customers.values(), contact, mended_contacts(desk.store)))
    _ask_earlier_mail(cases, desk)


def _replace_contact(case: Case, contact: Contact, order: Order, desk: Desk) -> None:
    before = case.invoice.customer
    now = with_contact(before, contact)
    if now == before:
        return
    gone = ", ".join(sorted({one.email for one in before.contacts} - {one.email for one in now.contacts}))
    told = f"{contact.role.value} is now {contact.email}" + (f", no longer {gone}" if gone else "")
    event = _event(order, case, Kind.CONTACT, day_of(order, desk))
    free = free_for_mail(case, now, desk)
    desk.ledger.add(replace(event, invoice=replace(case.invoice, customer=now), detail=told), *free)
    after = desk.ledger.case(case.key) or case
    unflag(case, (hold.ref for hold in case.holds if hold not in after.holds), desk)


def _ask_earlier_mail(cases: list[Case], desk: Desk) -> None:
    """Who is new may have written already."""
    waiting = desk.store.setting(OPENING)
    keys = [*(waiting if isinstance(waiting, list) else ()), *(case.key for case in cases if not case.ended)]
    desk.ledger.put(Setting(OPENING, list(dict.fromkeys(map(str, keys)))))
