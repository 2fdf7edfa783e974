"""A message given up as lost that is found in Sent after all (house laws 2 and 13)."""

from tests.work.play import (
    KEY,
    arrive,
    at_stage,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    the_entry,
    way_out,
)
from tests.work.rig import Rig

from relancier.core.outbox import Stage, Status
from relancier.ports import Lost


def lose() -> None:
    raise Lost(Stage.BODY, "cut")


async def lost() -> tuple[Rig, bytes]:
    rig = daemon(late())
    way_out(rig).on_step = at_stage(Stage.BODY, lose)
    await rig.tick()
    entry = the_entry(rig)
    assert entry.status is Status.UNCERTAIN
    raw = rig.store.blob(entry.blob)
    assert raw is not None
    return rig, raw


async def test_a_copy_found_after_resend_stops_the_second_message() -> None:
    rig, raw = await lost()
    rig.order("resend", KEY)
    arrive(rig, raw, "Sent")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1  # the one given up
    assert taken(rig) == ["reminder"]
    assert case(rig).in_flight == ()


async def test_a_copy_found_after_the_second_message_left_changes_nothing() -> None:
    rig, raw = await lost()
    rig.order("resend", KEY)
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2
    arrive(rig, raw, "Sent")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2
    assert sorted(entry.status for entry in entries(rig)) == [Status.CANCELLED, Status.SENT]
    assert (case(rig).holds, notes(rig, "unread"), rig.parts.intake.clear()) == ((), [], True)
