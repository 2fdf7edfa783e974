"""The SMS channel against a gateway that behaves, and one that does not: what is known for certain, and what is not."""

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests.servers.certificates import Authority
from tests.servers.gateway import OK, SmsGateway
from tests.work.rig import NOON

from relancier.adapters.sms import Gateway, SmsChannel, words
from relancier.core.outbox import Effect, Stage, rejected
from relancier.core.reading.mail import Draft, Envelope
from relancier.core.writing.compose import compose
from relancier.ports import Lost, Rejected, Wish

TO = "33612345678@sms.invalid"
TEXT = "Lumen : notre facture FA-1 (échéance : 1er mars). Quel jour sera-t-elle réglée ?\nMerci."
RAW = compose(
    Draft(subject="FA-1", text=f"{TEXT}\n", language="fr"),
    Envelope(
        message_id="<1@lumen.test>", token="t", from_name="Lumen", from_address="c@lumen.test", to=(TO,), date=NOON
    ),
)


@pytest.fixture
async def gateway() -> AsyncIterator[SmsGateway]:
    async with SmsGateway() as server:
        yield server


def channel(server: SmsGateway, **other: object) -> SmsChannel:
    return SmsChannel(Gateway(**{"url": server.url(), "token": "geheim", "seconds": 5.0, **other}))  # type: ignore[arg-type]


async def send(way: SmsChannel) -> str:
    transaction = await way.open(Wish("c@lumen.test", (TO,), len(RAW)))
    return str(await transaction.data(RAW))


async def lost(way: SmsChannel) -> Lost:
    with pytest.raises(Lost) as found:
        await send(way)
    return found.value


def test_the_words_of_a_message_are_what_is_sent() -> None:
    assert words(RAW) == TEXT


async def test_a_message_is_one_post_with_number_words_and_token(gateway: SmsGateway) -> None:
    answer = await send(channel(gateway, more={"from": "Lumen"}))
    assert answer == "250 HTTP 200 ok"
    assert json.loads(gateway.bodies[0]) == {"to": "+33612345678", "text": TEXT, "from": "Lumen"}
    head = gateway.heads[0].decode()
    assert head.startswith("POST /send?account=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "\r\nAuthorization: Bearer geheim\r\n" in head
    assert "\r\nContent-Type: application/json\r\n" in head


async def test_a_form_has_the_fields_that_the_gateway_asks_for(gateway: SmsGateway) -> None:
    form = {"form": True, "phone_field": "msisdn", "text_field": "body", "header": "X-Key", "prefix": ""}
    await send(channel(gateway, **form))
    assert parse_qs(gateway.bodies[0].decode()) == {"msisdn": ["+33612345678"], "body": [TEXT]}
    head = gateway.heads[0].decode()
    assert "\r\nX-Key: geheim\r\n" in head
    assert "\r\nContent-Type: application/x-www-form-urlencoded\r\n" in head


async def test_without_a_token_no_header_speaks_of_one(gateway: SmsGateway) -> None:
    await send(channel(gateway, token=""))
    assert b"Authorization" not in gateway.heads[0]


async def test_an_answer_in_two_parts_is_read(gateway: SmsGateway) -> None:
    gateway.reply = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202\r\nX: y\r\n\r\n"
    assert await send(channel(gateway)) == "250 HTTP 202"


@pytest.mark.parametrize(
    ("status", "effect"),
    [
        (301, Effect.QUEUE_HELD),
        (307, Effect.QUEUE_HELD),
        (308, Effect.QUEUE_HELD),
        (401, Effect.QUEUE_HELD),
        (403, Effect.QUEUE_HELD),
        (404, Effect.QUEUE_HELD),
        (400, Effect.ENTRY_REFUSED),
        (422, Effect.ENTRY_REFUSED),
        (429, Effect.ENTRY_DEFERRED),
        (408, Effect.ENTRY_DEFERRED),
    ],
)
async def test_a_clear_no_is_a_refusal(gateway: SmsGateway, status: int, effect: Effect) -> None:
    gateway.reply = f"HTTP/1.1 {status} No\r\nLocation: {gateway.url('/elsewhere')}\r\n\r\nnon\n".encode()
    with pytest.raises(Rejected) as no:
        await send(channel(gateway))
    assert rejected(no.value.stage, no.value.answer) is effect
    assert no.value.answer.text == f"HTTP {status} non"
    assert gateway.connections == 1


async def test_a_gateway_that_is_down_for_a_known_time_has_taken_nothing(gateway: SmsGateway) -> None:
    gateway.reply = b"HTTP/1.1 503 Down\r\nRetry-After: 60\r\n\r\n"
    with pytest.raises(Rejected) as no:
        await send(channel(gateway))
    assert rejected(no.value.stage, no.value.answer) is Effect.ENTRY_DEFERRED


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 500 Internal Server Error\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
        b"HTTP/1.1 503 Down\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\n\r\n",
        b"HTTP/1.1 303 See Other\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    ],
    ids=lambda reply: reply[:24].decode(),
)
async def test_an_answer_that_is_no_clear_no_leaves_doubt(gateway: SmsGateway, reply: bytes) -> None:
    gateway.reply = reply
    assert (await lost(channel(gateway))).stage is Stage.BODY
    assert gateway.connections == 1


async def test_a_gateway_that_hangs_up_after_the_head_leaves_doubt(gateway: SmsGateway) -> None:
    gateway.hangs_up = True
    found = await lost(channel(gateway))
    assert found.stage in {Stage.DATA, Stage.BODY}
    assert gateway.connections == 1


async def test_a_gateway_that_falls_silent_leaves_doubt(gateway: SmsGateway) -> None:
    gateway.silent = True
    found = await lost(channel(gateway, seconds=0.2))
    assert (found.stage, str(found)) == (Stage.BODY, "the SMS gateway said nothing for 0.2 s")


async def test_what_cannot_be_reached_has_taken_nothing() -> None:
    async with SmsGateway() as server:
        way = channel(server)
    found = await lost(way)
    assert found.stage is Stage.CONNECT


async def test_a_server_without_tls_is_not_spoken_to(gateway: SmsGateway) -> None:
    way = channel(gateway, url=gateway.url().replace("http:", "https:"), seconds=1.0)
    found = await lost(way)
    assert found.stage in {Stage.TLS, Stage.CONNECT}
    assert gateway.bodies == []


def guarded(tmp_path: Path) -> tuple[SmsGateway, str]:
    """A gateway whose certificate a private authority gave, and that authority."""
    authority = Authority(tmp_path / "ca")
    given = authority.good()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.cert, given.key)
    return SmsGateway(tls=context), str(authority.ca_file)


async def test_a_certificate_of_an_unknown_authority_is_not_accepted(tmp_path: Path) -> None:
    made, _ = guarded(tmp_path)
    async with made as server:
        found = await lost(channel(server))
    assert found.stage is Stage.TLS
    assert server.bodies == []


async def test_a_private_authority_can_be_named(tmp_path: Path) -> None:
    made, ca_file = guarded(tmp_path)
    async with made as server:
        assert await send(channel(server, ca_file=ca_file)) == "250 HTTP 200 ok"


async def test_the_token_never_stands_in_what_is_told(gateway: SmsGateway) -> None:
    gateway.reply = b"HTTP/1.1 401 No\r\n\r\nwrong token geheim"
    with pytest.raises(Rejected) as no:
        await send(channel(gateway))
    assert "geheim" not in str(no.value)
    assert "geheim" not in repr(Gateway(url="http://127.0.0.1/", token="geheim"))


async def test_one_that_got_it_beside_one_that_did_not_leaves_doubt(gateway: SmsGateway) -> None:
    way = channel(gateway)
    gateway.first = [OK, b"HTTP/1.1 400 No\r\n\r\n"]
    transaction = await way.open(Wish("c@lumen.test", (TO, "33711111111@sms.invalid"), len(RAW)))
    with pytest.raises(Lost) as found:
        await transaction.data(RAW)
    assert found.value.stage is Stage.BODY
    assert [to for to, _ in gateway.texts] == ["+33612345678", "+33711111111"]
