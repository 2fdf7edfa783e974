"""A last look that has grown old is taken again (house law 1)."""

from datetime import timedelta

from tests.work.rig import OWN, MemorySource, Rig, invoice, mail

from relancier.adapters.memory_channel import MemoryChannel
from relancier.core.outbox import Stage
from relancier.ports import Wish


async def test_a_server_that_keeps_us_waiting_gets_nothing_decided_before() -> None:
    rig = Rig(MemorySource([invoice()]))
    channel = rig.channel
    assert isinstance(channel, MemoryChannel)
    waited: list[Stage] = []

    def slow(stage: Stage, _wish: Wish | None) -> None:
        if stage is Stage.RCPT and not waited:
            waited.append(stage)
            rig.wake._now += timedelta(minutes=5)
            rig.mailbox.deliver("INBOX", mail("compta@dupont.test", "FA-2026-0001", "Payée hier.", to=OWN))  # type: ignore[attr-defined]

    channel.on_step = slow
    rig.confirm()
    await rig.go(rig.now + timedelta(hours=2))
    assert waited
    assert channel.sent == []
