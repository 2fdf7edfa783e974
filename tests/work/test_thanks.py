"""Thanks for a payment: off by default, once a customer and day, only after a reminder of ours and real money."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.work.play import KEY, answer, arrive, case, daemon, entries, late, pass_days, reminders, taken, words
from tests.work.rig import Rig, config

from relancier.core.case import State

OTHER = "FA-2026-0002|2026-02-27"
THANKFUL = config(sending={"thank_you": True, "per_minute": 1000, "per_hour": 10000})


async def reminded(*numbers: str, thankful: bool = True) -> Rig:
    invoices = [late(number) for number in numbers or ("FA-2026-0001",)]
    rig = daemon(*invoices, conf=THANKFUL if thankful else config())
    await rig.tick()
    return rig


def pays(rig: Rig) -> None:
    paid = [replace(one, paid=one.amount) for one in rig.source.invoices]
    rig.source.set(*paid, at=rig.wake.now())


async def test_nobody_is_thanked_by_default() -> None:
    rig = await reminded(thankful=False)
    pays(rig)
    await pass_days(rig, 5)
    assert (case(rig).state, len(reminders(rig))) == (State.PAID, 1)


async def test_a_payment_after_a_reminder_is_thanked_for_once_all_invoices_together() -> None:
    rig = await reminded("FA-2026-0001", "FA-2026-0002")
    pays(rig)
    await pass_days(rig, 5)
    assert (taken(rig)[-1], taken(rig, OTHER)[-1]) == ("thank-you", "thank-you")
    assert len(reminders(rig)) == 2
    said = words(reminders(rig)[-1].raw)
    assert "FA-2026-0001" in said
    assert "FA-2026-0002" in said


async def test_a_message_that_crossed_the_payment_is_followed_by_thanks_on_another_day() -> None:
    rig = await reminded()
    pays(rig)
    await pass_days(rig, 0.2)
    assert len(reminders(rig)) == 1  # written to today already
    await pass_days(rig, 1)
    assert taken(rig)[-1] == "thank-you"


async def test_a_payment_that_nobody_reminded_of_is_not_thanked_for() -> None:
    rig = daemon(late(paid=Decimal("1200.00")), conf=THANKFUL)
    await pass_days(rig, 5)
    assert reminders(rig) == []


@pytest.mark.parametrize("how", ["credit note", "close"])
async def test_what_ends_without_money_is_not_thanked_for(how: str) -> None:
    rig = await reminded()
    if how == "close":
        rig.order("close", KEY)
    else:
        credited = replace(rig.source.invoices[0], amount=Decimal(0))
        rig.source.set(credited, at=rig.wake.now())
    await pass_days(rig, 5)
    assert case(rig).ended
    assert len(reminders(rig)) == 1


async def test_who_has_written_is_not_thanked_before_a_person_has_answered() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0], "Nous avons payé, mais votre facture est fausse."))
    await pass_days(rig, 0.1)
    pays(rig)
    await pass_days(rig, 5)
    assert (case(rig).state, len(reminders(rig))) == (State.PAID, 1)


async def test_an_order_paid_is_thanked_for_and_long_ago_is_not() -> None:
    rig = await reminded()
    rig.order("paid", KEY)
    await pass_days(rig, 2)
    assert [entry.carries[0].step for entry in entries(rig)] == ["reminder", "thank-you"]
