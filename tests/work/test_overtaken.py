"""What was queued long ago: the plan has come further, or a person was shown something else (law 10, fault P4)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.work.play import (
    KEY,
    again,
    daemon,
    entries,
    late,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    the_entry,
    way_out,
)  # fmt: skip
from tests.work.rig import NOON, Rig, customer

from relancier.adapters.memory_channel import Cut
from relancier.core.case import Case
from relancier.core.forecast import forecast
from relancier.core.outbox import Sort, Stage, Status
from relancier.ports import Lost, Wish

OTHER = "FA-2026-0002|2026-02-27"


def down_until(rig: Rig, end: datetime) -> Callable[[Stage, Wish | None], None]:
    def step(_stage: Stage, _wish: Wish | None) -> None:
        if rig.wake.now() < end:
            raise Lost(Stage.CONNECT, "down")

    return step


def shown(rig: Rig) -> tuple[str, ...]:
    """The keys that `confirm` shows for the coming week: what was not tried yet counts as not decided."""
    world = rig.holder.setup.world(rig.wake.now(), rig.wake.now())
    customers: dict[str, list[Case]] = {}
    for found in rig.store.all_cases():
        free = tuple(name for name in found.in_flight if (entry := rig.store.entry(name)) and entry.begun_at)
        customers.setdefault(found.invoice.customer.id, []).append(replace(found, in_flight=free))
    week = world.today + timedelta(days=7)
    listed = forecast(customers, rig.holder.setup.plans, world, week, rig.holder.setup.old_a_day).entries
    return tuple(one.carried.key for item in listed for one in item.parcel.carries)


async def test_after_two_weeks_without_smtp_leaves_what_a_case_never_chased_gets_that_day() -> None:
    rig = daemon(late())
    way_out(rig).on_step = down_until(rig, datetime(2026, 3, 16, 9, tzinfo=NOON.tzinfo))
    await rig.go(datetime(2026, 3, 17, 12, tzinfo=NOON.tzinfo))
    assert taken(rig) == ["reminder"]
    assert len(reminders(rig)) == 1


async def test_a_step_that_waited_until_a_later_one_came_is_passed_over() -> None:
    rig = daemon(late())
    await rig.tick()
    way_out(rig).on_step = down_until(rig, datetime(2026, 3, 16, 9, tzinfo=NOON.tzinfo))
    await rig.go(datetime(2026, 3, 17, 12, tzinfo=NOON.tzinfo))
    assert taken(rig) == ["reminder", "call"]
    assert len(reminders(rig)) == 1


async def test_a_day_without_smtp_changes_nothing() -> None:
    rig = daemon(late())
    way_out(rig).on_step = down_until(rig, NOON + timedelta(days=1))
    await pass_days(rig, 2)
    assert taken(rig) == ["reminder"]
    assert the_entry(rig).status is Status.SENT


async def test_a_task_that_lies_in_the_inbox_is_not_given_twice() -> None:
    rig = daemon(late(customer=customer(contacts=())))
    way_out(rig).on_step = down_until(rig, datetime(2026, 3, 16, 9, tzinfo=NOON.tzinfo))
    await rig.go(datetime(2026, 3, 17, 12, tzinfo=NOON.tzinfo))
    assert taken(rig)[0] == "reminder"
    assert all(entry.status is Status.SENT for entry in entries(rig, Sort.TASK))


async def test_after_an_absence_exactly_what_was_shown_leaves() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    way_out(rig).script[Stage.CONNECT] = Cut()
    await rig.tick()
    way_out(rig).script.clear()
    rig.loop._note_tick(ok=True, reason="", seconds=0)
    rig = again(rig, now=datetime(2026, 3, 24, 9, tzinfo=NOON.tzinfo))
    await rig.tick()
    assert reminders(rig) == []
    keys = shown(rig)
    rig.order("confirm", keys=keys)
    await pass_days(rig, 6)
    gone = {f"{key}|{step}" for key in (KEY, OTHER) for step in taken(rig, key)}
    assert gone
    assert gone <= set(keys)


async def test_what_waits_unshown_is_decided_again_and_what_was_shown_stays() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    way_out(rig).script[Stage.CONNECT] = Cut()
    await rig.tick()
    way_out(rig).script.clear()
    rig.order("hold")
    rig.order("confirm", keys=(f"{KEY}|reminder",))
    await rig.tick()
    statuses = {entry.carries[0].case: entry.status for entry in entries(rig)}
    assert statuses[KEY] in {Status.QUEUED, Status.DEFERRED}
    assert statuses[OTHER] is Status.CANCELLED
    rig.order("release")
    await pass_minutes(rig, 15)
    assert len(reminders(rig)) == 2
