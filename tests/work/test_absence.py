"""After a long absence a person sees first what would leave (fault P4)."""

from datetime import timedelta

from tests.work.rig import NOON, MemorySource, Rig, invoice

from relancier.core.outbox import Sort


def restarted(rig: Rig, later: timedelta) -> Rig:
    """The same state, mailbox and channel, taken up again after a while."""
    again = Rig(rig.source, rig.mailbox, rig.channel, rig.store, rig.conf, rig.wake.now() + later)
    again.source.touch(again.wake.now())
    again.loop.poll = timedelta(hours=12)
    return again


async def test_after_three_weeks_off_nothing_leaves_before_a_person_has_seen_it() -> None:
    rig = Rig(MemorySource([invoice()]))
    rig.loop.poll = timedelta(hours=12)
    rig.confirm()
    await rig.go(NOON + timedelta(hours=1))
    assert len(rig.channel.sent) == 1  # type: ignore[attr-defined]
    again = restarted(rig, timedelta(days=21))
    await again.go(again.wake.now() + timedelta(hours=2))
    assert len(rig.channel.sent) == 1  # type: ignore[attr-defined]
    notes = [entry for entry in rig.store.entries("sent") if entry.sort is Sort.NOTE]
    assert ("reason", "away") in notes[-1].facts
    again.confirm()
    await again.go(again.wake.now() + timedelta(hours=1))
    assert len(rig.channel.sent) == 2  # type: ignore[attr-defined]


async def test_a_weekend_off_asks_nobody() -> None:
    rig = Rig(MemorySource([invoice()]))
    rig.loop.poll = timedelta(hours=12)
    rig.confirm()
    await rig.go(NOON + timedelta(hours=1))
    again = restarted(rig, timedelta(days=6))
    await again.go(again.wake.now() + timedelta(hours=2))
    assert rig.store.setting("confirmed_at") is not None
