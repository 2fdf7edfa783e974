"""What changes of an invoice that was imported or mailed is recorded, and its case planned anew."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.work.play import KEY, case, daemon, late, pass_days, reminders
from tests.work.rig import Rig

from relancier.core.case import Invoice, Kind, Origin, State
from relancier.work.books.taken import Took, take_invoice
from relancier.work.records import Desk

LATER = date(2026, 4, 10)


def give(rig: Rig, invoice: Invoice) -> Took:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    took = take_invoice(replace(invoice, known_on=desk.today), desk)
    desk.ledger.commit()
    return took


async def imported() -> Rig:
    rig = daemon()
    assert give(rig, late(origin=Origin.IMPORT)) is Took.OPENED
    await rig.tick()
    return rig


async def test_another_amount_is_recorded_and_asked_for() -> None:
    rig = await imported()
    assert give(rig, late(origin=Origin.IMPORT, credited=Decimal(200), credit_notes=("AV-1",))) is Took.CHANGED
    changed = [event.detail for event in rig.store.events(KEY) if event.kind is Kind.CHANGED]
    assert changed == ["amount due 1200.00 is now 1000.00"]
    await pass_days(rig, 1)
    assert case(rig).amount_due == 1000


async def test_a_credit_note_cancels_an_imported_invoice_too() -> None:
    rig = await imported()
    give(rig, late(origin=Origin.IMPORT, credited=Decimal(1200), credit_notes=("AV-1",)))
    await pass_days(rig, 10)
    assert case(rig).state is State.CLOSED
    assert len(reminders(rig)) <= 1


async def test_another_due_date_carries_the_case_over() -> None:
    rig = await imported()
    assert give(rig, late(origin=Origin.IMPORT, due=LATER)) is Took.CHANGED
    moved = case(rig, f"FA-2026-0001|{LATER}")
    assert (case(rig).carried_to, moved.state) == (moved.key, State.OPEN)
    assert next(event.detail for event in rig.store.events(moved.key)).startswith("the due date 2026-02-27 is now")
    before = len(reminders(rig))
    await pass_days(rig, 20)
    assert len(reminders(rig)) == before  # nothing before it is due again


async def test_what_a_second_message_says_otherwise_is_for_a_person() -> None:
    rig = daemon()
    give(rig, late(origin=Origin.MAIL))
    assert give(rig, late(origin=Origin.MAIL, amount=Decimal(900))) is Took.DOUBTFUL
    await pass_days(rig, 10)
    assert reminders(rig) == []
    assert case(rig).needs_person
