"""A customer without any address: the task says why and what mends it, and then the messages leave by themselves."""

from typing import Any

import pytest
from tests.work.play import KEY, case, daemon, late, notes, parsed, pass_days, pass_minutes, reminders, taken, words
from tests.work.rig import Rig, config, customer
from tests.work.test_orders_by_mail import dictated, lying_notes, lying_tasks, order

from relancier.core.case import Contact, How, Role

ADDRESS = Contact(Role.ACCOUNTING, "compta@zed.test", "")
NOBODY = customer(contacts=(), phone="")


async def a_task(**tables: Any) -> Rig:
    rig = daemon(late(customer=NOBODY), conf=config(**tables))
    await rig.tick()
    assert reminders(rig) == []
    assert [done.how for done in case(rig).done if done.how is not How.SKIPPED] == [How.TASK]
    return rig


async def test_the_task_says_why_it_is_one_which_step_it_is_and_the_order_that_mends_it() -> None:
    rig = await a_task()
    text = words(lying_tasks(rig)[0].as_bytes())
    assert "Aucune adresse de courriel n'est connue pour ce client" in text
    assert "Étape du plan : relance." in text
    assert text.index("contact comptable adresse") < text.index("relancé")


async def test_in_english_too() -> None:
    rig = await a_task(company={"language": "en"})
    text = words(lying_tasks(rig)[0].as_bytes())
    assert "No email address of this customer is known" in text
    assert "contact accounting address" in text


async def test_the_task_that_comes_back_offers_that_order_too() -> None:
    rig = await a_task()
    await pass_days(rig, 3)
    (note,) = lying_notes(rig, "task")
    text = words(note.as_bytes())
    assert "Étape du plan : relance." in text
    assert "contact comptable adresse" in text


async def test_once_an_address_is_known_the_first_reminder_leaves_and_not_the_firm_one() -> None:
    rig = await a_task()
    await dictated(rig, order(lying_tasks(rig)[0], f"contact comptable {ADDRESS.email}"))
    await pass_minutes(rig, 3)
    (first,) = reminders(rig)
    assert first.recipients == (ADDRESS.email,)
    assert taken(rig) == ["reminder"]
    assert "pénalités" not in words(first.raw)
    await pass_days(rig, 3)
    assert notes(rig, "task") == [], "nobody is asked to do what has left"


async def test_also_where_the_books_name_it() -> None:
    rig = await a_task()
    rig.source.set(late(customer=customer(contacts=(ADDRESS,), phone="")), at=rig.wake.now())
    await pass_minutes(rig, 3)
    assert len(reminders(rig)) == 1


@pytest.mark.parametrize("said", ["fait", "relancé 02/03/2026"])
async def test_what_a_colleague_has_done_is_not_done_again(said: str) -> None:
    rig = await a_task()
    await dictated(rig, order(lying_tasks(rig)[0], said))
    rig.order("contact", KEY, contact=ADDRESS)
    await pass_minutes(rig, 3)
    assert reminders(rig) == []
    assert taken(rig)[0] == "reminder"


async def test_two_tasks_that_nobody_did_leave_the_firm_step_for_later() -> None:
    rig = await a_task()
    await pass_days(rig, 10)
    assert taken(rig) == ["reminder", "penalties"]
    rig.order("contact", KEY, contact=ADDRESS)
    await pass_minutes(rig, 3)
    (first,) = reminders(rig)
    assert "pénalités de retard s'élèvent" not in words(first.raw).replace("’", "'")
    assert str(parsed(first.raw)["Subject"])
    assert taken(rig) == ["reminder"]
