"""Faults P1, P2, P6 and A4: the daemon as a process that is told to stop, to read its files again, or started twice."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.faults.running import Daemon, installed
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Event, Hold, Proxy, ProxyThread

from relancier.cli import logs
from relancier.core.outbox import Status


def test_p2_told_to_stop_while_a_message_is_sent_it_finishes_it(accounts: Accounts, tmp_path: Path) -> None:
    customer, slow = accounts.customer(), Hold()

    def hold(event: Event) -> Action | None:
        return slow if event.is_reply_to(".") else None

    with ProxyThread(Proxy.before(accounts.host, "smtps", hook=hold)) as proxy:
        desk = installed(tmp_path / "etc", accounts, customer, smtp_port=proxy.port)
        assert desk.run("confirm", "--yes").status == 0
        with Daemon(desk) as daemon:
            assert slow.reached.wait(60)
            daemon.says("WATCHDOG=1")
            progress = daemon.states().count("WATCHDOG=1")
            daemon.process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                daemon.process.wait(0.5)
            assert daemon.states().count("WATCHDOG=1") == progress  # told of progress only, and there was none
            slow.release()
            assert daemon.process.wait(30) == 0
            assert daemon.states()[0] == "READY=1"
            daemon.says("STOPPING=1")
            _no_secret(accounts, desk.folder / "mailbox.key", daemon)
        assert proxy.count("client", "QUIT") == 1
    assert len(accounts.host.await_messages(customer, 1)) == 1
    with desk.store() as store:
        assert [entry.status for entry in store.entries(*Status) if entry.to] == [Status.SENT]
    assert desk.run("run", "--once").status == 0
    assert len(accounts.host.messages(customer)) == 1


def test_p1_p6_a4_a_second_daemon_is_refused_and_a_bad_edit_keeps_the_old_configuration(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    desk = installed(tmp_path / "etc", accounts, customer)
    good = desk.config.read_text("utf-8")
    assert desk.run("confirm", "--yes").status == 0
    with Daemon(desk) as daemon:
        daemon.logged("tick")
        second = desk.run("run")
        assert second.status == 75
        assert f"process {daemon.process.pid}" in second.err
        desk.edit('hours = "00:00-23:59"', 'hours = "25:00-26:00"')
        daemon.process.send_signal(signal.SIGHUP)
        assert "sending.hours" in daemon.logged("reload_refused")
        daemon.says("READY=1", 2)
        note = accounts.host.await_messages(accounts.shared, 1)
        assert b"Relancier" in note[0]
        desk.config.write_text(good.replace('"00:00-23:59"', '"00:00-23:58"'), "utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.logged("reloaded")
        daemon.says("READY=1", 3)
        assert any(state.startswith("MONOTONIC_USEC=") for state in daemon.states())
        _no_secret(accounts, desk.folder / "mailbox.key", daemon)
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(30) == 0
    assert len(accounts.host.await_messages(customer, 1)) == 1


def _no_secret(accounts: Accounts, key: Path, daemon: Daemon) -> None:
    """No line of the log, and nothing that `ps` shows, holds a password or the key in any form."""
    secrets = {
        *logs.forms(accounts.host.password(accounts.shared), user=accounts.shared),
        *logs.forms(key.read_bytes()),
    }
    shown = "".join(daemon.lines)
    process = Path(f"/proc/{daemon.process.pid}/cmdline")
    if process.exists():
        shown += process.read_bytes().replace(b"\0", b" ").decode()
    assert len(daemon.lines) > 2
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a4_a_password_that_others_may_read_is_refused(accounts: Accounts, tmp_path: Path, mode: int) -> None:
    customer = accounts.customer()
    with ProxyThread(Proxy.before(accounts.host, "imaps")) as proxy:
        desk = installed(tmp_path / "etc", accounts, customer, imap_port=proxy.port)
        desk.password.chmod(mode)
        outcome = desk.run("run", "--once")
        assert outcome.status == 78
        assert "chmod 600" in outcome.err
        assert accounts.host.password(accounts.shared) not in outcome.err
        assert proxy.connections == 0


def test_p2_a_daemon_killed_before_it_ever_ticked_leaves_nothing_half_made(accounts: Accounts, tmp_path: Path) -> None:
    desk = installed(tmp_path / "etc", accounts, accounts.customer())
    with Daemon(desk) as daemon:
        daemon.logged("started")
        os.kill(daemon.process.pid, signal.SIGKILL)
        assert daemon.process.wait(10) == -signal.SIGKILL
    assert desk.run("run", "--once").status == 0
