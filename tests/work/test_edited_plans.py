"""Plans that people edit reach the cases that wait, and send nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.work.play import KEY, PENALTIES, again, case, daemon, late, notes, pass_days, reminders, taken
from tests.work.rig import NOON, Rig

from relancier.core.plan import Step

J7 = datetime(2026, 3, 6, 12, tzinfo=NOON.tzinfo)


def edit(rig: Rig, change: Callable[[Step], Step]) -> None:
    setup = rig.holder.setup
    plan = setup.plans["standard"]
    edited = replace(plan, steps=tuple(map(change, plan.steps)))
    rig.holder.setup = replace(setup, plans={**setup.plans, "standard": edited})


def sooner(step: Step) -> Step:
    moment = replace(step.moment, offset=timedelta(days=5))
    return replace(step, moment=moment) if step.id == "penalties" else step


def renamed(step: Step) -> Step:
    return replace(step, id=f"our-{step.id}")


async def test_a_step_brought_forward_leaves_on_its_new_day() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    edit(rig, sooner)
    await rig.go(J7)
    assert taken(rig) == ["reminder", "penalties"]


async def test_also_when_it_was_edited_while_the_daemon_did_not_run() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    rig = again(rig)
    edit(rig, sooner)
    await rig.go(J7)
    assert taken(rig) == ["reminder", "penalties"]


async def test_a_restart_with_the_same_plans_wakes_nobody() -> None:
    rig = daemon(late())
    await rig.tick()
    await rig.tick()
    before = case(rig)
    rig = again(rig)
    await rig.tick()
    assert case(rig) == before


async def test_renamed_steps_are_not_sent_again() -> None:
    rig = daemon(late())
    await rig.go(PENALTIES + timedelta(hours=5))
    assert taken(rig) == ["reminder", "penalties"]
    sent = len(reminders(rig))
    edit(rig, renamed)
    rig.source.set(late(purpose="autre chose"), at=rig.wake.now())
    await rig.go(PENALTIES + timedelta(days=4))
    assert len(reminders(rig)) == sent


async def test_a_plan_that_is_gone_is_told_and_one_that_is_back_goes_on() -> None:
    rig = daemon(late())
    whole = rig.holder.setup
    rig.holder.setup = replace(whole, plans={name: plan for name, plan in whole.plans.items() if name != "standard"})
    await pass_days(rig, 1)
    (note,) = notes(rig, "held", "plan_missing")
    assert dict(note.facts)["detail"] == "standard"
    assert taken(rig, KEY) == []
    rig.holder.setup = whole
    await pass_days(rig, 1)
    assert taken(rig, KEY) == ["reminder"]
