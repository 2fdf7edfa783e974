"""What every channel promises, whatever stands behind it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from relancier.core.outbox import Stage
from relancier.ports import Channel, Lost, Rejected, Wish

RAW = (
    b"From: compta@lumen.test\r\nDate: Mon, 02 Mar 2026 09:30:00 +0100\r\nMessage-ID: <1@lumen.test>\r\n"
    b"Subject: Facture\r\n\r\n.\r\n..deux\r\nBonjour,\r\n"
)


@dataclass
class World:
    """A channel and what lies around it: `refused` is refused at RCPT, more than `limit` bytes at MAIL."""

    channel: Channel
    sender: str
    customer: str
    other: str
    refused: str
    limit: int
    arrived: Callable[[str, int], Awaitable[list[bytes]]]

    def wish(self, *recipients: str, size: int = len(RAW)) -> Wish:
        return Wish(self.sender, recipients or (self.customer,), size, "id+1=x")


class ChannelContract:
    """Subclasses give the fixture `world`; `arrived(address, count)` waits for `count` messages, then gives all."""

    async def test_the_bytes_arrive_as_they_are(self, world: World) -> None:
        transaction = await world.channel.open(world.wish())
        assert dict(transaction.refused) == {}
        answer = await transaction.data(RAW)
        assert answer.code == 250
        (raw,) = await world.arrived(world.customer, 1)
        assert raw.endswith(RAW)

    async def test_one_connection_sends_several(self, world: World) -> None:
        for _ in range(3):
            await (await world.channel.open(world.wish(world.customer, world.other))).data(RAW)
        assert len(await world.arrived(world.customer, 3)) == 3
        assert len(await world.arrived(world.other, 3)) == 3

    async def test_a_recipient_may_be_refused(self, world: World) -> None:
        transaction = await world.channel.open(world.wish(world.refused, world.customer))
        assert list(transaction.refused) == [world.refused]
        assert transaction.refused[world.refused].permanent
        assert transaction.refused[world.refused].enhanced == "5.1.1"
        await transaction.data(RAW)
        assert len(await world.arrived(world.customer, 1)) == 1

    async def test_all_refused_is_a_rejection(self, world: World) -> None:
        with pytest.raises(Rejected) as rejected:
            await world.channel.open(world.wish(world.refused))
        assert rejected.value.stage is Stage.RCPT
        assert rejected.value.answer.code == 550
        await (await world.channel.open(world.wish())).data(RAW)
        assert len(await world.arrived(world.customer, 1)) == 1

    async def test_too_large_is_told_before_anything_is_sent(self, world: World) -> None:
        with pytest.raises(Rejected) as rejected:
            await world.channel.open(world.wish(size=world.limit + 1))
        assert (rejected.value.stage, rejected.value.answer.code) == (Stage.MAIL, 552)

    async def test_what_is_abandoned_never_arrives(self, world: World) -> None:
        transaction = await world.channel.open(world.wish())
        await transaction.abandon()
        await transaction.abandon()
        with pytest.raises(Lost) as lost:
            await transaction.data(RAW)
        assert lost.value.stage is Stage.DATA
        await (await world.channel.open(world.wish(world.other))).data(RAW)
        assert len(await world.arrived(world.other, 1)) == 1
        assert await world.arrived(world.customer, 0) == []

    async def test_a_new_transaction_ends_an_unfinished_one(self, world: World) -> None:
        unfinished = await world.channel.open(world.wish())
        await (await world.channel.open(world.wish(world.other))).data(RAW)
        with pytest.raises(Lost):
            await unfinished.data(RAW)
        assert len(await world.arrived(world.other, 1)) == 1
        assert await world.arrived(world.customer, 0) == []

    async def test_a_transaction_is_good_for_one_message(self, world: World) -> None:
        transaction = await world.channel.open(world.wish())
        await transaction.data(RAW)
        with pytest.raises(Lost) as lost:
            await transaction.data(RAW)
        assert lost.value.stage is Stage.DATA
        assert len(await world.arrived(world.customer, 1)) == 1

    async def test_closing_is_no_end(self, world: World) -> None:
        await world.channel.close()
        assert any(offer.startswith("SIZE") for offer in await world.channel.probe())
        await world.channel.close()
        await world.channel.close()
        await (await world.channel.open(world.wish())).data(RAW)
        assert len(await world.arrived(world.customer, 1)) == 1
