"""SMTP to a real Postfix, also through a proxy that cuts and holds."""

import asyncio
import email
import email.policy
from collections.abc import Callable

import pytest
from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.servers.proxy import CUT, Answer, Hold, Proxy, strip_starttls

from relancier.adapters.smtp import SmtpChannel, SmtpLogin, Timeouts
from relancier.core.outbox import Stage
from relancier.ports import Lost, Rejected, Wish

HEAD = b"From: compta@lumen.test\r\nDate: Mon, 02 Mar 2026 09:30:00 +0100\r\nMessage-ID: <%d@lumen.test>\r\n\r\n"
RAW = HEAD % 1 + b"Bonjour,\r\n"


def channel_to(
    host: MailHost, accounts: Accounts, port: int, *, security: str = "tls", password: str = "", **seconds: float
) -> SmtpChannel:
    login = SmtpLogin(
        host="localhost",
        port=port,
        security="tls" if security == "tls" else "starttls",
        user=accounts.shared,
        password=password or host.password(accounts.shared),
        ca_file=str(host.ca_file),
        timeouts=Timeouts(**{"connect": 10, "command": 10, "body": 10, "quit": 1, **seconds}),
    )
    return SmtpChannel(login)


async def send(
    channel: SmtpChannel, accounts: Accounts, raw: bytes = RAW, *, to: str = "", success: bool = False
) -> str:
    wish = Wish(accounts.shared, (to or accounts.customer(),), len(raw), "R-7", success=success)
    return str(await (await channel.open(wish)).data(raw))


async def arrived(host: MailHost, user: str, count: int = 1) -> list[bytes]:
    return await asyncio.to_thread(host.await_messages, user, count)


async def settled(host: MailHost, channel: SmtpChannel, accounts: Accounts) -> list[bytes]:
    """What the customer has once a later message has arrived: nothing is on its way any more."""
    await send(channel, accounts, HEAD % 2 + b"La suite\r\n")

    def later(raw: bytes) -> bool:
        return b"<2@lumen.test>" in raw

    await asyncio.to_thread(lambda: host.await_messages(accounts.customer(), where=later))
    return [raw for raw in host.messages(accounts.customer()) if not later(raw)]


async def test_a_large_message_arrives_byte_for_byte(mailhost: MailHost, accounts: Accounts) -> None:
    lines = [b"." * (n % 5) + b"a" * (n * 37 % 994) for n in range(165)] + [
        b"x" * 998,
        b"." + b"y" * 997,
        b".",
        b"..",
        b"",
    ]
    raw = HEAD % 1 + b"\r\n".join(lines) + b"\r\n.\r\n"
    assert len(raw) > 80_000
    channel = channel_to(mailhost, accounts, mailhost.smtps_port)
    await send(channel, accounts, raw)
    await channel.close()
    (got,) = await arrived(mailhost, accounts.customer())
    assert got.endswith(raw)


async def test_success_and_failure_are_reported_to_us(mailhost: MailHost, accounts: Accounts) -> None:
    channel = channel_to(mailhost, accounts, mailhost.submission_port, security="starttls")
    await send(channel, accounts, success=True)
    await send(channel, accounts, to=accounts.bouncing)
    await channel.close()
    reports = [
        email.message_from_bytes(raw, policy=email.policy.SMTP) for raw in await arrived(mailhost, accounts.shared, 2)
    ]
    whole = "".join(report.as_string() for report in reports)
    assert whole.count("Original-Envelope-Id: R-7") == 2
    assert "Action: failed" in whole
    assert "Action: delivered" in whole or "Action: relayed" in whole


async def test_a_wrong_password_is_tried_once(mailhost: MailHost, accounts: Accounts) -> None:
    async with Proxy.before(mailhost, "smtps") as between:
        with pytest.raises(Rejected) as rejected:
            await send(channel_to(mailhost, accounts, between.port, password="faux"), accounts)
        assert (rejected.value.stage, rejected.value.answer.code) == (Stage.AUTH, 535)
        assert (between.connections, between.count("client", "AUTH")) == (1, 1)


async def test_a_stripped_starttls_gets_no_secret(mailhost: MailHost, accounts: Accounts) -> None:
    async with Proxy.before(mailhost, "submission", hook=strip_starttls) as between:
        with pytest.raises(Lost, match="does not offer STARTTLS") as lost:
            await send(channel_to(mailhost, accounts, between.port, security="starttls"), accounts)
        assert lost.value.stage is Stage.TLS
        assert {event.verb for event in between.events if event.side == "client"} == {"EHLO"}


async def test_a_wrong_certificate_gets_no_secret(mailhost: MailHost, accounts: Accounts) -> None:
    async with Proxy.before(mailhost, "smtps", certificate=mailhost.authority.wrong_name()) as between:
        with pytest.raises(Lost, match="not valid for 'localhost'") as lost:
            await send(channel_to(mailhost, accounts, between.port), accounts)
        assert lost.value.stage is Stage.TLS
        assert between.count("client", "EHLO") == 0


async def test_cut_after_the_final_dot_is_lost_at_body_and_arrives_once(mailhost: MailHost, accounts: Accounts) -> None:
    async with Proxy.before(mailhost, "smtps", hook=lambda e: CUT if e.is_reply_to(".", 1) else None) as between:
        channel = channel_to(mailhost, accounts, between.port)
        with pytest.raises(Lost) as lost:
            await send(channel, accounts)
        assert lost.value.stage is Stage.BODY
        assert len(await settled(mailhost, channel, accounts)) == 1
        await channel.close()


@pytest.mark.parametrize(
    ("verb", "stage"),
    [("MAIL", Stage.MAIL), ("RCPT", Stage.RCPT), ("DATA", Stage.DATA), ("BODY", Stage.BODY), (".", Stage.BODY)],
)
async def test_cut_before_the_server_has_it_all_arrives_never(
    mailhost: MailHost, accounts: Accounts, verb: str, stage: Stage
) -> None:
    async with Proxy.before(mailhost, "smtps", hook=lambda e: CUT if e.is_command(verb, 1) else None) as between:
        channel = channel_to(mailhost, accounts, between.port)
        with pytest.raises(Lost) as lost:
            await send(channel, accounts)
        assert lost.value.stage is stage
        assert await settled(mailhost, channel, accounts) == []
        await channel.close()


async def test_a_slow_answer_is_waited_for_and_a_failing_quit_ignored(mailhost: MailHost, accounts: Accounts) -> None:
    hold = Hold()
    hook: Callable[..., Hold | None] = lambda e: hold if e.is_reply_to(".") else None  # noqa: E731
    async with Proxy.before(mailhost, "smtps", hook=hook) as between:
        channel = channel_to(mailhost, accounts, between.port, command=0.5)
        sending = asyncio.create_task(send(channel, accounts))
        await asyncio.to_thread(hold.reached.wait, 10)
        done, _ = await asyncio.wait([sending], timeout=1)
        assert not done
        hold.release()
        assert (await sending).startswith("250 ")
        between.hook = lambda e: CUT if e.is_command("QUIT") else None
        await channel.close()
    assert len(await arrived(mailhost, accounts.customer())) == 1


async def test_a_temporary_no_to_the_final_dot_leaves_nothing(mailhost: MailHost, accounts: Accounts) -> None:
    full = Answer(b"452 4.2.2 boite pleine\r\n")
    async with Proxy.before(mailhost, "smtps", hook=lambda e: full if e.is_command(".", 1) else None) as between:
        channel = channel_to(mailhost, accounts, between.port)
        with pytest.raises(Rejected) as rejected:
            await send(channel, accounts)
        assert (rejected.value.stage, rejected.value.answer.enhanced) == (Stage.BODY, "4.2.2")
        assert await settled(mailhost, channel, accounts) == []
        await channel.close()


async def test_postfix_restarted_between_two_messages(mailhost: MailHost, accounts: Accounts) -> None:
    channel = channel_to(mailhost, accounts, mailhost.smtps_port)
    await send(channel, accounts)
    await asyncio.to_thread(mailhost.stop_smtp)
    with pytest.raises(Lost) as lost:
        await send(channel, accounts)
    assert lost.value.stage is Stage.CONNECT
    await asyncio.to_thread(mailhost.start_smtp)
    await send(channel, accounts)
    await channel.close()
    assert len(await arrived(mailhost, accounts.customer(), 2)) == 2


async def test_probe_lists_what_is_offered(mailhost: MailHost, accounts: Accounts) -> None:
    channel = channel_to(mailhost, accounts, mailhost.smtps_port)
    offers = await channel.probe()
    await channel.close()
    assert {"DSN", "SIZE 26214400", "8BITMIME"} <= set(offers)
