"""Who writes under another customer's number, or for several customers, holds all that they may mean."""

from dataclasses import replace
from datetime import date

from tests.work.play import CUSTOMER, answer, arrive, case, daemon, late, pass_days, reminders, taken, written
from tests.work.rig import customer

from relancier.core.case import Contact, Role, State

MARTIN = "FA-2026-0009|2026-02-27"


async def test_a_customer_who_types_anothers_number_is_not_chased_on() -> None:
    rig = daemon(late(), late("FA-2026-0009", customer=customer("Martin")))
    await rig.tick()
    arrive(rig, written(CUSTOMER, "Facture FA-2026-0009 déjà réglée"))
    await pass_days(rig, 20)
    assert taken(rig) == ["reminder"]
    assert taken(rig, MARTIN) == ["reminder"]


async def test_an_accountant_who_answers_for_one_customer_may_mean_the_others() -> None:
    shared = (Contact(Role.ACCOUNTING, "cabinet@expert.test"),)
    one = late(customer=replace(customer(), contacts=shared))
    other = late("FA-2026-0009", due=date(2026, 3, 3), customer=replace(customer("Martin"), contacts=shared))
    rig = daemon(one, other)
    await rig.tick()
    before = len(reminders(rig))
    arrive(rig, answer(reminders(rig)[0], "Tout est réglé.", sender="cabinet@expert.test"))
    await pass_days(rig, 10)
    assert len(reminders(rig)) == before
    assert case(rig, other.key).state is State.PAUSED
