"""A payment promised on the phone: the promise holds, and what was said waits in Drafts to be sent."""

from datetime import timedelta

import pytest
from tests.work.play import (
    KEY,
    arrive,
    case,
    daemon,
    entries,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    words,
    written,
)
from tests.work.rig import NOON, OWN, Rig, customer
from tests.work.test_drafts import drafts, send, the_draft

from relancier.core.case import How, State
from relancier.core.outbox import Sort, Status

IN_TEN_DAYS = (NOON + timedelta(days=10)).date()


async def called(rig: Rig) -> Rig:
    """A call told the day after the first reminder, in which payment was promised."""
    await rig.tick()
    await pass_days(rig, 1)
    on = rig.wake.now().date()
    rig.order("called", KEY, on=on, note="vu avec Mme Petit", promised=IN_TEN_DAYS)
    await pass_minutes(rig, 3)
    return rig


async def test_the_promise_holds_and_the_recap_waits_in_drafts() -> None:
    rig = await called(daemon(late()))
    assert (case(rig).state, case(rig).state_on) == (State.PROMISED, IN_TEN_DAYS)
    assert (case(rig).called_on, case(rig).said) == ((NOON + timedelta(days=1)).date(), "vu avec Mme Petit")
    said = words(the_draft(rig))
    assert "entretien téléphonique du 3 mars 2026" in said
    assert "règlement le 12 mars 2026" in said
    assert len(reminders(rig)) == 1
    await pass_days(rig, 1)
    assert len(drafts(rig)) == 1


async def test_it_is_sent_by_a_colleague_and_nothing_else_leaves_until_the_day() -> None:
    rig = await called(daemon(late()))
    send(rig, the_draft(rig))
    await pass_days(rig, 6)
    assert taken(rig) == ["reminder", "recap:2026-03-03"]
    assert case(rig).state is State.PROMISED
    assert not drafts(rig)
    assert not [task for task in entries(rig, Sort.TASK) if task.live]


async def test_a_recap_that_nobody_sends_is_withdrawn_when_the_promise_is_over() -> None:
    rig = await called(daemon(late()))
    rig.order("paid", KEY)
    await rig.tick()
    assert not drafts(rig)


async def test_a_broken_promise_is_not_confirmed_any_more() -> None:
    rig = await called(daemon(late(plan="regulier")))
    await pass_days(rig, 14)
    assert "recap:2026-03-03" not in [one.carries[0].step for one in entries(rig) if one.status is Status.PROPOSED]
    assert all("entretien téléphonique du 3 mars" not in words(raw) or "promis" not in words(raw)
               for raw in drafts(rig).values())  # fmt: skip


async def test_the_plans_own_recap_is_the_only_one() -> None:
    rig = daemon(late(plan="squad", due=(NOON - timedelta(days=5)).date()))
    await rig.go(NOON + timedelta(days=8))
    key = next(iter(rig.store.case_keys()))
    found = rig.store.case(key)
    assert found is not None
    assert found.done[-1].step == "call-again"
    rig.order("called", key, on=rig.wake.now().date(), promised=IN_TEN_DAYS)
    await pass_days(rig, 8)
    recaps = [one for one in entries(rig) if one.carries[0].step.startswith("recap")]
    assert [one.carries[0].step for one in recaps] == ["recap"]


async def test_a_recap_of_a_call_that_reached_nobody_leaves_as_the_plan_says() -> None:
    rig = daemon(late(plan="squad", due=(NOON - timedelta(days=5)).date()))
    await rig.go(NOON + timedelta(days=7, hours=2))
    key = next(iter(rig.store.case_keys()))
    before = len(reminders(rig))
    rig.order("called", key, on=rig.wake.now().date(), note="no answer")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == before + 1
    assert "appel sans réponse" in str(parsed(reminders(rig)[-1].raw)["Subject"])
    assert not drafts(rig)


async def test_nobody_to_write_to_gets_no_recap() -> None:
    rig = daemon(late(customer=customer(contacts=())))
    await called(rig)
    assert case(rig).state is State.PROMISED
    assert not drafts(rig)
    assert "recap" not in "".join(done.step for done in case(rig).done if done.how is How.TASK)


@pytest.mark.parametrize("line", ["appelé, promesse 12/03/2026 : vu avec Mme Petit"])
async def test_it_is_ordered_in_answer_to_the_task(line: str) -> None:
    rig = daemon(late())
    await rig.go(NOON + timedelta(days=15))
    (task,) = [one for one in entries(rig, Sort.TASK) if one.channel == "call"]
    raw = rig.store.blob(task.blob)
    assert raw is not None
    line = line.replace("12/03/2026", f"{rig.wake.now() + timedelta(days=5):%d/%m/%Y}")
    to = {"In_Reply_To": str(parsed(raw)["Message-ID"])}
    arrive(rig, written(OWN, "RE: tâche", line, to=OWN, at=rig.wake.now(), **to), "Sent")
    await pass_days(rig, 0.2)
    assert not notes(rig, "order")
    assert case(rig).state is State.PROMISED
    assert case(rig).said == "vu avec Mme Petit"
    assert "règlement le" in words(the_draft(rig))
