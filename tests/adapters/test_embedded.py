"""The embedded host delivers by envelope, answers as told, and ends cleanly."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from tests.adapters.idling import idles
from tests.contracts.mailbox import message

from relancier.adapters.embedded import BOUNCE, DEFER, REFUSE, Behaviour, EmbeddedHost
from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.ports import Unavailable

PASSWORD = "secret"
US, THEM = "compta@lumen.test", "achats@client.test"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
async def host() -> AsyncIterator[EmbeddedHost]:
    async with EmbeddedHost({US: PASSWORD, THEM: "autre"}, now=lambda: NOW) as host:
        yield host


async def send(host: EmbeddedHost, *to: str, password: str = PASSWORD) -> dict[str, tuple[int, bytes]]:
    """Sends message(1) from us; gives what was refused. In a thread: the host answers from this event loop."""

    def session() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", host.smtp_port, "lumen.test", timeout=10) as connection:
            connection.login(US, password)
            return connection.sendmail(US, list(to), message())

    return await asyncio.to_thread(session)


async def test_mail_goes_by_the_envelope_into_each_inbox(host: EmbeddedHost) -> None:
    assert await send(host, THEM, US) == {}
    for address in (THEM, US):
        (stored,) = await host.messages(address)
        assert (stored.raw, stored.flags) == (message(), frozenset())


async def test_deliveries_are_told(host: EmbeddedHost) -> None:
    told: list[tuple[str, bytes]] = []
    host.on_delivered = lambda address, raw: told.append((address, raw))
    host.behaviour["patron@client.test"] = Behaviour()
    await send(host, THEM, "patron@client.test")
    assert told == [(THEM, message()), ("patron@client.test", message())]


@pytest.mark.parametrize(("behaviour", "code"), [(REFUSE, 550), (DEFER, 450), (None, 550)])
async def test_a_recipient_is_refused_as_told(host: EmbeddedHost, behaviour: Behaviour | None, code: int) -> None:
    if behaviour is not None:
        host.behaviour["x@client.test"] = behaviour
    refused = await send(host, THEM, "x@client.test")
    assert [(address, answer[0]) for address, answer in refused.items()] == [("x@client.test", code)]
    assert len(await host.messages(THEM)) == 1


async def test_a_bounce_comes_back_as_a_delivery_report(host: EmbeddedHost) -> None:
    host.behaviour[THEM] = BOUNCE
    assert await send(host, THEM) == {}
    assert await host.messages(THEM) == []
    (stored,) = await host.messages(US)
    report = message_from_bytes(stored.raw, policy=policy.default)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    status = report.get_payload(1)
    assert [part.get("Status") for part in status.get_payload()] == [None, "5.1.1"]  # type: ignore[union-attr]
    assert b"<m1@client.test>" in stored.raw


async def test_a_wrong_password_is_refused(host: EmbeddedHost) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        await send(host, THEM, password="tort")


async def test_what_people_do_is_seen_over_imap(host: EmbeddedHost) -> None:
    await host.create(US, "Dossiers")
    first = await host.deliver(US, message(1))
    second = await host.deliver(US, message(2), flags=["\\Seen"])
    await host.move(US, first, "INBOX", "Dossiers")
    login = ImapLogin(host="127.0.0.1", port=host.imap_port, security="none", user=US, password=PASSWORD, seconds=10)
    mailbox = ImapMailbox(login, FolderNames())
    assert await mailbox.new("INBOX", 0) == [second]
    assert len(await mailbox.new("INBOX", 0, NOW.date())) == 1
    assert len(await mailbox.find("Dossiers", "m1@client.test")) == 1
    await mailbox.flag("INBOX", second, ["\\Flagged", "$RelanceReply"])
    (stored,) = await host.messages(US)
    assert stored.flags == {"\\Seen", "\\Flagged", "$RelanceReply"}
    await host.delete(US, "INBOX", [second])
    assert await mailbox.new("INBOX", 0) == []
    await mailbox.close()


async def test_it_ends_while_someone_idles() -> None:
    async with EmbeddedHost({US: PASSWORD}) as host:
        login = ImapLogin(host="127.0.0.1", port=host.imap_port, security="none", user=US, password=PASSWORD)
        mailbox = ImapMailbox(login, FolderNames())
        waiting = asyncio.create_task(mailbox.changed(60))
        await idles(mailbox)
    with pytest.raises(Unavailable):
        await asyncio.wait_for(waiting, 5)
    await mailbox.close()
