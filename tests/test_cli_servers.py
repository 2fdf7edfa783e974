"""The commands that log in: check, confirm, run; against an IMAP and SMTP server in this process."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import format_datetime
from pathlib import Path

import pytest
from tests.cli_desk import CUSTOMER, HEADINGS, OWN, PASSWORD, Desk, HostThread, Outcome, row

from relancier.core.outbox import Sort, Status

OVERDUE = HEADINGS + row("F-2026-0001", -3) + row("F-2026-0003", -3, customer="bora")


@pytest.fixture
def host() -> Iterator[HostThread]:
    with HostThread() as host:
        yield host


@pytest.fixture
def desk(tmp_path: Path, host: HostThread) -> Desk:
    return Desk.new(tmp_path / "etc", imap_port=host.host.imap_port, smtp_port=host.host.smtp_port)


def answer(number: str) -> bytes:
    now = format_datetime(datetime.now(UTC))
    return (
        f"From: Mme Petit <{CUSTOMER}>\r\nTo: {OWN}\r\nSubject: Re: facture {number}\r\nDate: {now}\r\n"
        "Message-ID: <reply@alpes.test>\r\n\r\nNous contestons cette facture.\r\n"
    ).encode()


def reminders(host: HostThread, address: str) -> list[str]:
    return [str(message_from_bytes(raw, policy=policy.default)["Subject"]) for raw in host.received(address)]


def test_check_lists_what_the_servers_offer_and_sends_nothing(desk: Desk, host: HostThread) -> None:
    outcome = desk.run("check")
    assert outcome.status == 0, outcome.out
    assert f"IMAP 127.0.0.1:{host.host.imap_port}: logged in as {OWN}." in outcome.out
    assert f"SMTP 127.0.0.1:{host.host.smtp_port}: logged in as {OWN}." in outcome.out
    assert "IDLE" in outcome.out
    assert re.search(r"^Sent +sent$", outcome.out, re.MULTILINE)
    assert re.search(r"^INBOX +inbox$", outcome.out, re.MULTILINE)
    assert host.received(OWN) == host.received(CUSTOMER) == []
    assert not desk.state.exists()


def test_check_offline_asks_no_server(tmp_path: Path) -> None:
    outcome = Desk.new(tmp_path / "etc").run("check", "--offline")
    assert outcome.status == 0
    assert "IMAP" not in outcome.out
    assert "no sales contact for Alpes SA, Bora SA; the plan standard writes to it" in outcome.out


def test_check_names_the_side_that_refuses(desk: Desk) -> None:
    desk.password.write_text("falsch")
    outcome = desk.run("check")
    assert outcome.status == 1
    assert re.search(r"^problem  IMAP 127.0.0.1:\d+: .*refuses the login", outcome.out, re.MULTILINE)
    assert re.search(r"^problem  SMTP 127.0.0.1:\d+: .*\(at auth\)", outcome.out, re.MULTILINE)
    assert "falsch" not in outcome.out + outcome.err


def test_confirm_reads_the_mail_first_and_shows_what_is_held(desk: Desk, host: HostThread) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    host.do(host.host.deliver(OWN, answer("F-2026-0001")))
    outcome = desk.run("confirm")
    assert outcome.status == 1
    assert outcome.err.endswith(
        "Nothing was confirmed: run `relancier confirm` on a terminal, or `relancier confirm --yes` after reading.\n"
    )
    held, leaving = outcome.out.split("Leaves", 1)
    assert "F-2026-0001" in held
    assert "the customer wrote about it before Relancier started" in held
    assert "F-2026-0003" in leaving
    assert "F-2026-0001" not in leaving
    assert reminders(host, CUSTOMER) == reminders(host, "factures@bora.test") == []


def test_exactly_what_was_confirmed_leaves(desk: Desk, host: HostThread) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    assert desk.run("run", "--once").status == 0
    assert reminders(host, "factures@bora.test") == []
    outcome = desk.run("confirm", "--yes")
    assert outcome.status == 0, outcome.err
    assert "Applied." in outcome.out
    with desk.store() as store:
        approved = store.setting("approved")
        keys = {f"{key}|reminder" for key in store.case_keys()}
    assert isinstance(approved, list)
    assert keys <= set(approved)
    done = desk.run("run", "--once")
    assert done.status == 0, done.err
    assert len(reminders(host, "factures@bora.test")) == len(reminders(host, CUSTOMER)) == 1
    assert desk.run("run", "--once").status == 0
    assert len(reminders(host, CUSTOMER)) == 1


def test_confirm_by_itself_leaves_no_note_that_asks_for_it(desk: Desk) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    assert desk.run("confirm", "--yes").status == 0
    with desk.store() as store:
        assert {entry.status for entry in store.entries(*Status) if entry.template == "note-waiting"} == {
            Status.CANCELLED
        }
        assert [entry for entry in store.entries(Status.SENT) if entry.sort is Sort.NOTE] == []
        assert store.setting("digest") is None


def test_confirm_asks_on_a_terminal(desk: Desk) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    assert typed(desk, "confirm", "n").status == 1
    with desk.store() as store:
        assert store.setting("confirmed_at") is None
    answered = typed(desk, "confirm", "y")
    assert answered.status == 0, answered.out
    with desk.store() as store:
        assert store.setting("confirmed_at") is not None


def typed(desk: Desk, command: str, word: str) -> Outcome:
    """The command on a pseudo-terminal, with an answer once it asks."""
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-m", "relancier", "--config", str(desk.config), command]
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while b"leave? [y/N]" not in seen:
            assert select.select([ours], [], [], 60)[0], seen
            seen += os.read(ours, 65536)
        os.write(ours, word.encode() + b"\n")
        status = process.wait(60)
    os.close(ours)
    return Outcome(status, seen.decode(), "")


def test_the_mailbox_that_cannot_be_read_is_told_and_nothing_confirmed(tmp_path: Path) -> None:
    outcome = Desk.new(tmp_path / "etc").run("confirm", "--yes")
    assert outcome.status == 75
    assert outcome.err.startswith(
        "The mailbox could not be read, so nothing was confirmed: 127.0.0.1:1 cannot be reached"
    )


def test_a_single_tick_without_the_mailbox_is_for_later(tmp_path: Path) -> None:
    outcome = Desk.new(tmp_path / "etc").run("run", "--once")
    assert outcome.status == 75
    assert outcome.err.splitlines()[-1].startswith("The tick did not go through: 127.0.0.1:1 cannot be reached")


@pytest.fixture
def daemon(desk: Desk) -> Iterator["subprocess.Popen[str]"]:
    arguments = [sys.executable, "-m", "relancier", "--config", str(desk.config), "--debug", "run"]
    environ = {**os.environ, "JOURNAL_STREAM": "1:2"}
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environ) as process:
        yield process
        process.kill()


def logged(process: "subprocess.Popen[str]", code: str) -> list[str]:
    """The lines of the log up to one with this code."""
    assert process.stderr is not None
    lines: list[str] = []
    until = time.monotonic() + 60
    while not lines or code not in lines[-1]:
        assert time.monotonic() < until, lines
        line = process.stderr.readline()
        assert line, lines
        lines.append(line)
    return lines


def test_the_daemon_serves_commands_beside_it_and_ends_when_told(desk: Desk, daemon: "subprocess.Popen[str]") -> None:
    lines = logged(daemon, "tick ms=")
    assert all(re.match(r"<[234567]> [a-z]", line) for line in lines), lines
    assert PASSWORD not in "".join(lines)
    second = desk.run("run")
    assert second.status == 75
    assert f"Another daemon (process {daemon.pid}) holds {desk.state}" in second.err
    assert "The daemon will apply it" in desk.run("pause", "F-2026-0001").out
    assert desk.run("status").status == 0
    assert desk.run("backup", str(desk.folder / "copy.db")).status == 0
    daemon.send_signal(signal.SIGTERM)
    assert "stopped" in logged(daemon, "stopped")[-1]
    assert daemon.wait(30) == 0


def test_a_lost_state_shows_what_sent_holds_and_sends_nothing_twice(desk: Desk, host: HostThread) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    desk.run("confirm", "--yes")
    desk.run("run", "--once")
    for address in (CUSTOMER, "factures@bora.test"):
        host.do(host.host.deliver(OWN, host.received(address)[0], "Sent"))
    shutil.rmtree(desk.state)
    shown = desk.run("confirm")
    assert shown.status == 1
    assert "Found in Sent and unknown here; confirming counts their steps as done:" in shown.out
    assert shown.out.count("- Atelier Lumen -") >= 2
    assert desk.run("confirm", "--yes").status == 0
    assert desk.run("run", "--once").status == 0
    assert len(reminders(host, CUSTOMER)) == len(reminders(host, "factures@bora.test")) == 1
    assert '"last_step": "reminder"' in desk.run("status", "F-2026-0001", "--json").out


def test_what_a_person_ordered_holds_in_the_next_tick(desk: Desk, host: HostThread) -> None:
    desk.invoices.write_text(OVERDUE, "utf-8")
    desk.run("confirm", "--yes")
    desk.run("dispute", "F-2026-0001", "--note", "livraison incomplète")
    desk.run("run", "--once")
    assert reminders(host, CUSTOMER) == []
    assert len(reminders(host, "factures@bora.test")) == 1


def test_a_rehearsal_reads_as_one(desk: Desk, host: HostThread) -> None:
    desk.edit("[sending]\n", f'[sending]\nredirect_to = "{OWN}"\n')
    desk.invoices.write_text(OVERDUE, "utf-8")
    desk.run("confirm", "--yes")
    desk.run("run", "--once")
    assert reminders(host, CUSTOMER) == []
    assert any("F-2026-0001" in subject for subject in reminders(host, OWN))


def test_a_reload_with_a_mistake_keeps_the_daemon_going(desk: Desk, daemon: "subprocess.Popen[str]") -> None:
    logged(daemon, "tick ms=")
    desk.edit("hours =", "ours =")
    daemon.send_signal(signal.SIGHUP)
    lines = logged(daemon, "reload_refused")
    assert 'did you mean \\"hours\\"?' in lines[-1]
    logged(daemon, "tick ms=")
    daemon.send_signal(signal.SIGTERM)
    logged(daemon, "stopped")
    assert daemon.wait(30) == 0
