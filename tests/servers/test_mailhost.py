"""The test servers keep what tests rely on."""

import contextlib
import imaplib
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.servers.process import Process, ServerFailed, free_ports

ROOT = Path(__file__).parents[2]
START_AND_WAIT = """
import sys, time
from pathlib import Path
from tests.servers.process import Process
Process([sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1"], [{port}], Path({log!r})).start()
print("up", flush=True)
time.sleep(60)
"""
MAIL = b"From: a@client.test\r\nSubject: Bonjour\r\n\r\nTexte.\r\n"


def test_mail_from_outside_lands_in_the_inbox(mailhost: MailHost, accounts: Accounts) -> None:
    mailhost.deliver(MAIL, accounts.shared.replace("@", "+jeton@"))
    (raw,) = mailhost.await_messages(accounts.shared)
    assert b"Subject: Bonjour\r\n" in raw
    assert accounts.shared.replace("@", "+jeton@").encode() in raw


def test_an_unknown_user_is_refused_or_bounces(mailhost: MailHost, accounts: Accounts) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match=r"5\.1\.1"):
        mailhost.deliver(MAIL, accounts.refused, accounts.shared)
    mailhost.deliver(MAIL, accounts.bouncing, accounts.shared)
    (raw,) = mailhost.await_messages(accounts.shared)
    assert b"multipart/report" in raw
    assert b"Status: 5.1.1" in raw


def test_both_ports_of_imap_show_the_special_folders(mailhost: MailHost, accounts: Accounts) -> None:
    with imaplib.IMAP4(mailhost.host, mailhost.imap_port, timeout=10) as connection:
        connection.starttls(mailhost.context())
        connection.login(accounts.shared, mailhost.password(accounts.shared))
        _, listed = connection.list()
    assert any(b"\\Sent" in line for line in listed if isinstance(line, bytes))
    mailhost.file(accounts.shared, "Sent", MAIL, "\\Seen")
    assert mailhost.messages(accounts.shared, "Sent") == [MAIL]


def test_a_wrong_password_is_refused_at_once(mailhost: MailHost, accounts: Accounts) -> None:
    started = time.monotonic()
    for _ in range(4):
        connection = imaplib.IMAP4_SSL(mailhost.host, mailhost.imaps_port, ssl_context=mailhost.context(), timeout=10)
        with connection, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            connection.login(accounts.shared, "faux")
    assert time.monotonic() - started < 4  # Dovecot answers a failure in half a second; its penalty would grow from two


@pytest.mark.parametrize("port", ["submission_port", "smtps_port"])
def test_sending_needs_a_login(mailhost: MailHost, accounts: Accounts, port: str) -> None:
    to = accounts.customer()
    with _connect(mailhost, port) as connection:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            connection.sendmail(accounts.shared, [to], MAIL)
        connection.login(accounts.shared, mailhost.password(accounts.shared))
        connection.sendmail(accounts.shared, [to], MAIL)
    assert len(mailhost.await_messages(to)) == 1


def test_sending_goes_on_while_imap_is_down(mailhost: MailHost, accounts: Accounts) -> None:
    mailhost.stop_imap()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4(mailhost.host, mailhost.imap_port, timeout=5)
    mailhost.deliver(MAIL, accounts.shared)
    mailhost.await_messages(accounts.shared)
    mailhost.start_imap()
    imaplib.IMAP4(mailhost.host, mailhost.imap_port, timeout=5).logout()


def test_a_holiday_answer_comes_back(mailhost: MailHost, accounts: Accounts) -> None:
    customer = accounts.customer("conges")
    mailhost.sieve(customer, 'require "vacation"; vacation "Absent jusqu\'au 15.";')
    mailhost.deliver(MAIL.replace(b"\r\n\r\n", f"\r\nTo: {customer}\r\n\r\n".encode()), customer, accounts.shared)
    (raw,) = mailhost.await_messages(accounts.shared)
    assert b"Auto-Submitted: auto-replied" in raw


def test_a_failed_start_leaves_nothing_running(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    server = Process(["/bin/sh", "-c", "sleep 1001 & sleep 1001"], [port], tmp_path / "x.log", seconds=0.2)
    with pytest.raises(ServerFailed, match="did not open port"):
        server.start()
    assert not server.running
    assert not _running("sleep 1001")


def test_a_server_ends_when_the_tests_are_killed(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    program = START_AND_WAIT.format(port=port, log=str(tmp_path / "x.log"))
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as tests:
        assert tests.stdout is not None
        assert tests.stdout.readline() == b"up\n"
        assert _running(f"http.server {port}")
        tests.kill()
    end = time.monotonic() + 10
    while _running(f"http.server {port}") and time.monotonic() < end:
        time.sleep(0.02)
    assert not _running(f"http.server {port}")


def _connect(mailhost: MailHost, port: str) -> smtplib.SMTP:
    if port == "smtps_port":
        return smtplib.SMTP_SSL(
            mailhost.host, mailhost.smtps_port, "lumen.test", timeout=10, context=mailhost.context()
        )
    connection = smtplib.SMTP(mailhost.host, mailhost.submission_port, "lumen.test", timeout=10)
    connection.starttls(context=mailhost.context())
    return connection


def _running(command: str) -> bool:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if command.encode() in file.read_bytes().replace(b"\0", b" ") and b"-c" not in file.read_bytes():
                return True
    return False
