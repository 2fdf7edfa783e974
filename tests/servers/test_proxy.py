"""The proxy sees what passes and interferes where it is told to."""

import asyncio
import imaplib
import smtplib
import ssl

import pytest
from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.servers.proxy import (
    CUT,
    DROP,
    Action,
    Answer,
    Event,
    Hold,
    Hook,
    Proxy,
    ProxyThread,
    Replace,
    strip_starttls,
)
from tests.servers.waiting import until

MAIL = b"Subject: Bonjour\r\n\r\n..\r\n. point\r\nTexte.\r\n"
LOST = (smtplib.SMTPServerDisconnected, ConnectionResetError, ssl.SSLError)


def send(host: MailHost, port: int, accounts: Accounts, *, timeout: float = 10) -> str:
    to = accounts.customer()
    with smtplib.SMTP_SSL("localhost", port, "lumen.test", timeout=timeout, context=host.context()) as connection:
        connection.login(accounts.shared, host.password(accounts.shared))
        connection.sendmail(accounts.shared, [to], MAIL)
    return to


def proxy(host: MailHost, hook: Hook | None = None, service: str = "smtps") -> ProxyThread:
    return ProxyThread(Proxy.before(host, service, hook=hook))


def test_it_sees_each_command_inside_tls(mailhost: MailHost, accounts: Accounts) -> None:
    with proxy(mailhost) as between:
        to = send(mailhost, between.port, accounts)
        (raw,) = mailhost.await_messages(to)
    assert raw.endswith(MAIL.partition(b"\r\n\r\n")[2])
    commands = [event.verb for event in between.events if event.side == "client"]
    assert commands == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY", ".", "QUIT"]
    replies = [event.verb for event in between.events if event.side == "server"]
    assert replies == ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".", "QUIT"]


def test_cut_after_the_final_dot_loses_the_answer_alone(mailhost: MailHost, accounts: Accounts) -> None:
    with proxy(mailhost, lambda e: CUT if e.is_reply_to(".") else None) as between, pytest.raises(LOST):
        send(mailhost, between.port, accounts)
    assert len(mailhost.await_messages(accounts.customer())) == 1


def test_cut_before_the_final_dot_loses_the_message(mailhost: MailHost, accounts: Accounts) -> None:
    with proxy(mailhost, lambda e: CUT if e.is_command(".") else None) as between:
        with pytest.raises(LOST):
            send(mailhost, between.port, accounts)
        between.hook = None
        send(mailhost, between.port, accounts)
    assert len(mailhost.await_messages(accounts.customer())) == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "."])
def test_an_answer_of_its_own(mailhost: MailHost, accounts: Accounts, verb: str) -> None:
    hook: Hook = lambda e: Answer(b"450 4.7.1 plus tard\r\n") if e.is_command(verb) else None  # noqa: E731
    with proxy(mailhost, hook) as between, pytest.raises(smtplib.SMTPException, match="450"):
        send(mailhost, between.port, accounts)
    assert mailhost.messages(accounts.customer()) == []


def test_a_swallowed_answer_and_a_rewritten_one(mailhost: MailHost, accounts: Accounts) -> None:
    with proxy(mailhost, lambda e: DROP if e.is_reply_to("MAIL") else None) as between:
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            send(mailhost, between.port, accounts, timeout=0.5)
        between.hook = lambda e: Replace(b"552 5.2.2 pleine\r\n") if e.is_reply_to("MAIL") else None
        with pytest.raises(smtplib.SMTPSenderRefused, match="pleine"):
            send(mailhost, between.port, accounts)


def test_held_until_released(mailhost: MailHost, accounts: Accounts) -> None:
    hold = Hold()
    with proxy(mailhost, lambda e: hold if e.is_command("MAIL") else None) as between:
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            send(mailhost, between.port, accounts, timeout=0.5)
        assert hold.reached.is_set()
        hold.release()
        send(mailhost, between.port, accounts)


@pytest.mark.parametrize("service", ["submission", "smtp"])
def test_starttls_passes_or_is_stripped(mailhost: MailHost, accounts: Accounts, service: str) -> None:
    seen: list[Event] = []

    def strip_later(event: Event) -> Action | None:
        seen.append(event)
        return strip_starttls(event) if event.connection == 2 else None

    with proxy(mailhost, strip_later, service) as between:
        with smtplib.SMTP("localhost", between.port, timeout=10) as connection:
            connection.starttls(context=mailhost.context())
            if service == "submission":
                connection.login(accounts.shared, mailhost.password(accounts.shared))
            connection.sendmail(accounts.shared, [accounts.customer()], MAIL)
        with smtplib.SMTP("localhost", between.port, timeout=10) as connection:
            with pytest.raises(smtplib.SMTPNotSupportedError):
                connection.starttls(context=mailhost.context())
            assert connection.has_extn("size")
    assert "AUTH" not in {event.verb for event in seen}


def test_imap_commands_literals_and_silence(mailhost: MailHost, accounts: Accounts) -> None:
    with proxy(mailhost, service="imaps") as between:
        connection = imaplib.IMAP4_SSL("localhost", between.port, ssl_context=mailhost.context(), timeout=1)
        connection.login(accounts.shared, mailhost.password(accounts.shared))
        connection.append("INBOX", "", "", MAIL)
        connection.select("INBOX")
        _, found = connection.uid("FETCH", "1", "(BODY.PEEK[])")
        assert found[0] is not None
        assert found[0][1] == MAIL
        assert between.count("client", "APPEND") == between.count("client", "UID FETCH") == 1
        between.freeze()
        with pytest.raises(TimeoutError):
            connection.noop()
        between.thaw()
        connection.shutdown()
        between.refusing = True
        with pytest.raises((OSError, imaplib.IMAP4.abort)):
            imaplib.IMAP4_SSL("localhost", between.port, ssl_context=mailhost.context(), timeout=5)


async def test_in_the_loop_of_the_test(mailhost: MailHost, accounts: Accounts) -> None:
    async with Proxy.before(mailhost, "smtps", certificate=mailhost.authority.expired()) as between:
        with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
            await asyncio.to_thread(send, mailhost, between.port, accounts)
    async with Proxy.before(mailhost, "smtps") as between:
        sending = asyncio.create_task(asyncio.to_thread(send, mailhost, between.port, accounts))
        await between.seen("server", ".")
        assert await sending
        await until(lambda: between.count("server", "QUIT") == 1)
