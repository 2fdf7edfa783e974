"""The daemon with a real gateway on loopback: what is posted, and that nothing is posted twice."""

import pytest
from tests.servers.gateway import OK, SmsGateway
from tests.work.play import KEY, case, daemon, entries, late, notes, pass_days
from tests.work.rig import Rig, config, customer

from relancier import wiring
from relancier.core.outbox import Entry, Status
from relancier.core.plan import Channel

TEXT = "silence-sms"


def texting(server: SmsGateway) -> Rig:
    conf = config(sms={"url": server.url(), "format": "form", "more": {"from": "Lumen"}})
    rig = daemon(late(plan="silence", customer=customer(phone="06 12 34 56 78")), conf=conf)
    rig.parts.deliver.sms = wiring.sms(conf, {})
    return rig


def text(rig: Rig) -> Entry:
    (entry,) = [entry for entry in entries(rig) if entry.channel == Channel.SMS]
    return entry


async def test_an_sms_is_posted_once_and_its_step_done() -> None:
    async with SmsGateway() as server:
        rig = texting(server)
        await pass_days(rig, 8)
        ((to, said),) = server.texts
    assert to == "+33612345678"
    assert said.startswith("Atelier Lumen : quel jour sera")
    assert case(rig).step_done(TEXT) is not None
    assert text(rig).answer == "250 HTTP 200 ok"


@pytest.mark.parametrize("reply", [b"HTTP/1.1 500 Internal Server Error\r\n\r\n", b"", b"HTTP/1.1 302 Found\r\n\r\n"])
async def test_an_answer_in_doubt_leaves_it_to_a_person(reply: bytes) -> None:
    async with SmsGateway(reply=reply) as server:
        rig = texting(server)
        await pass_days(rig, 12)
        assert len(server.bodies) == 1
    assert text(rig).status is Status.UNCERTAIN
    assert len(notes(rig, "uncertain")) == 1


async def test_a_gateway_that_asks_for_patience_gets_it_again_later() -> None:
    async with SmsGateway(first=[b"HTTP/1.1 429 Slow\r\n\r\n"], reply=OK) as server:
        rig = texting(server)
        await pass_days(rig, 8)
        assert len(server.bodies) == 2
        assert server.texts[0] == server.texts[1]
    assert case(rig, KEY).step_done(TEXT) is not None
