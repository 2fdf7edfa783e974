"""What the books say while a person still has something to read or to decide."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.work.play import KEY, answer, arrive, case, daemon, late, pass_days, reminders, taken
from tests.work.rig import Rig

OTHER = late("FA-2026-0002", due=date(2026, 3, 3))
PAID = replace(late(), paid=Decimal("1200.00"))


# --- A payment is no answer -------------------------------------------------------------------------------------------


async def answered_and_paid() -> Rig:
    rig = daemon(late(), OTHER)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Je paie celle-ci ; l'autre est contestée."))
    await rig.tick()
    rig.source.set(PAID, OTHER, at=rig.wake.now())
    await pass_days(rig, 10)
    return rig


async def test_a_payment_in_the_books_does_not_count_as_reading_the_reply() -> None:
    rig = await answered_and_paid()
    assert case(rig).unseen
    assert case(rig).needs_person
    assert taken(rig, OTHER.key) == []


async def test_the_other_invoices_go_on_once_a_person_has_read_it() -> None:
    rig = await answered_and_paid()
    rig.order("close", KEY)
    await pass_days(rig, 1)
    assert taken(rig, OTHER.key) != []
