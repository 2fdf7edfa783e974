"""Law 2: one live entry a (case, step), a new Message-ID for each retry, and grouped messages that fall apart."""

import pytest
from tests.work.play import (
    KEY,
    case,
    daemon,
    entries,
    ids,
    late,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    the_entry,
    way_out,
)  # fmt: skip
from tests.work.rig import NOON

from relancier.core.case import State
from relancier.core.outbox import Answer, Carried, Stage, Status
from relancier.ports import AlreadyQueued
from relancier.work.records import new_entry

BUSY = Answer(451, "try later", "4.7.1")
SECOND = "FA-2026-0002|2026-02-27"


async def test_a_second_live_entry_for_the_same_step_is_refused_by_the_store() -> None:
    rig = daemon(late())
    await rig.tick()
    again = new_entry(rig.holder.setup, sort=the_entry(rig).sort, carries=[Carried(KEY, "reminder")], now=NOON, tries=7)
    with pytest.raises(AlreadyQueued):
        rig.store.commit(again)


async def test_many_ticks_make_one_entry() -> None:
    rig = daemon(late())
    for _ in range(5):
        await rig.tick()
    assert len(entries(rig)) == 1
    assert len(reminders(rig)) == 1


async def test_a_step_taken_again_after_a_cancellation_has_another_message_id() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.BODY] = BUSY
    await rig.tick()
    first = the_entry(rig)
    rig.order("pause", KEY)
    way_out(rig).script.clear()
    await pass_days(rig, 1)
    assert rig.store.entry(first.id).status is Status.CANCELLED  # type: ignore[union-attr]
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert ids(rig) != [first.message_id]
    assert len(reminders(rig)) == 1
    assert taken(rig) == ["reminder"]


async def test_invoices_of_one_customer_leave_in_one_message() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    (sent,) = reminders(rig)
    assert "FA-2026-0001" in str(parsed(sent.raw)["Subject"])
    assert "FA-2026-0002" in str(parsed(sent.raw)["Subject"])
    assert (taken(rig), taken(rig, SECOND)) == (["reminder"], ["reminder"])
    assert case(rig).thread == case(rig, SECOND).thread == tuple(ids(rig))


async def test_a_grouped_message_is_cancelled_when_one_case_is_held_and_the_rest_decided_again() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    way_out(rig).script[Stage.RCPT] = BUSY
    await rig.tick()
    grouped = the_entry(rig)
    assert {one.case for one in grouped.carries} == {KEY, SECOND}
    rig.order("pause", SECOND)
    way_out(rig).script.clear()
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert "FA-2026-0002" not in str(parsed(sent.raw)["Subject"])
    assert rig.store.entry(grouped.id).status is Status.CANCELLED  # type: ignore[union-attr]
    assert case(rig, SECOND).state is State.PAUSED
    assert grouped.message_id not in ids(rig)


async def test_steps_of_one_case_that_fall_together_are_all_done_once() -> None:
    """The plan "workflow" writes and calls on the same day."""
    rig = daemon(late(plan="workflow"))
    await pass_days(rig, 12)
    assert taken(rig)[:3] == ["reminder", "firm-reminder", "call"]
    live = [one.key for entry in rig.store.entries("sent") for one in entry.carries]
    assert len(live) == len(set(live))
    assert [entry for entry in entries(rig) if entry.status is Status.CANCELLED] == []
