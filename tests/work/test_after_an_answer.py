"""Case "after an answer": what follows a person's reply is written by a person, never by a template."""

from datetime import datetime

import pytest
from tests.work.play import KEY, answer, arrive, daemon, entries, late, pass_days, reminders, taken, words, written
from tests.work.rig import NOON, OWN, Rig, config

from relancier.core.case import How
from relancier.core.outbox import Sort

WEEK_LATER = datetime(2026, 3, 10, 12, tzinfo=NOON.tzinfo)


async def replied_and_resumed(rig: Rig) -> None:
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(WEEK_LATER)


@pytest.mark.parametrize(("language", "told"), [("fr", "a écrit le 2 mars 2026"), ("en", "wrote on 2 March 2026")])
async def test_the_step_after_a_reply_is_a_task_that_says_why(language: str, told: str) -> None:
    rig = daemon(late(), conf=config(company={"language": language}))
    await replied_and_resumed(rig)
    assert len(reminders(rig)) == 1
    (task,) = entries(rig, Sort.TASK)
    raw = rig.store.blob(task.blob)
    assert raw is not None
    assert told in words(raw)


async def test_such_a_task_counts_as_the_step() -> None:
    rig = daemon(late())
    await replied_and_resumed(rig)
    found = rig.store.case(KEY)
    assert found is not None
    assert [(done.step, done.how) for done in found.done if done.how is How.TASK] == [(taken(rig)[-1], How.TASK)]


async def test_another_invoice_of_that_customer_is_chased_by_mail_once_the_reply_is_seen_to() -> None:
    other = late("FA-2026-0002", due=datetime(2026, 3, 6, tzinfo=NOON.tzinfo).date())
    rig = daemon(late(), other)
    await replied_and_resumed(rig)
    await pass_days(rig, 7)
    first, *later = reminders(rig)
    assert KEY.encode()[:12] in first.raw
    assert all(b"FA-2026-0002" in sent.raw and b"FA-2026-0001" not in sent.raw for sent in later)
    assert "reminder" in taken(rig, other.key)
    assert later


async def test_a_message_written_by_hand_after_the_reply_lets_the_plan_write_again() -> None:
    rig = daemon(late())
    await replied_and_resumed(rig)
    by_hand = written(OWN, "FA-2026-0001 : notre appel", to="compta@dupont.test", at=rig.wake.now())
    arrive(rig, by_hand, "Sent")
    await pass_days(rig, 25)
    assert len(reminders(rig)) > 1
