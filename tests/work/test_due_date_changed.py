"""An invoice whose due date changes in the books goes on with its history; it is not chased from the start."""

from dataclasses import replace
from datetime import date, timedelta

from tests.work.rig import NOON, MemorySource, Rig, invoice

from relancier.core.case import State

OLD, NEW = "FA-2026-0001|2026-03-04", "FA-2026-0001|2026-03-20"
HOUR = timedelta(hours=1)


def rig_after_the_notification() -> Rig:
    rig = Rig(MemorySource([invoice()]))
    rig.loop.poll = timedelta(hours=12)
    rig.confirm()
    return rig


async def test_the_case_goes_on_under_its_new_due_date() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    rig.source.set(replace(invoice(), due=date(2026, 3, 20)), at=rig.wake.now())
    await rig.go(rig.wake.now() + HOUR)
    old, new = rig.store.case(OLD), rig.store.case(NEW)
    assert old is not None
    assert old.state is State.CLOSED
    assert new is not None
    assert [done.step for done in new.done] == ["notification"]
    assert new.thread == old.thread


async def test_a_pause_survives_the_change() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    rig.order("dispute", OLD)
    await rig.go(rig.wake.now() + HOUR)
    rig.source.set(replace(invoice(), due=date(2026, 3, 20)), at=rig.wake.now())
    await rig.go(rig.wake.now() + timedelta(days=60))
    new = rig.store.case(NEW)
    assert new is not None
    assert new.state is State.DISPUTED
    assert len(rig.channel.sent) == 1  # type: ignore[attr-defined]


async def test_two_parts_of_one_invoice_are_not_taken_for_a_change() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    second = replace(invoice(), due=date(2026, 4, 20))
    rig.source.set(invoice(), second, at=rig.wake.now())
    await rig.go(rig.wake.now() + HOUR)
    assert rig.store.case_keys() == {OLD, "FA-2026-0001|2026-04-20"}
    old = rig.store.case(OLD)
    assert old is not None
    assert old.state is State.OPEN
