"""The command `relancier run` as a process of its own, on files like a user's, against Dovecot and Postfix."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from tests.cli_desk import CUSTOMER, HEADINGS, OWN, Desk, row
from tests.servers.fixtures import Accounts
from tests.servers.waiting import wait_until

OVERDUE = HEADINGS + row("F-2026-0001", -3)


def installed(folder: Path, accounts: Accounts, customer: str, *, imap_port: int = 0, smtp_port: int = 0) -> Desk:
    """A configured folder: one invoice whose first reminder is due today, real logins, everything else as usual."""
    host, desk = accounts.host, Desk.new(folder)
    desk.password.write_text(host.password(accounts.shared))
    text = desk.config.read_text("utf-8").replace(OWN, accounts.shared)
    text = text.replace('security = "none"\nhost = "127.0.0.1"', f'host = "localhost"\nca_file = "{host.ca_file}"')
    text = text.replace("port = 1\n", f"port = {imap_port or host.imaps_port}\n", 1)
    text = text.replace("port = 1\n", f"port = {smtp_port or host.smtps_port}\n", 1)
    desk.config.write_text(text, "utf-8")
    desk.invoices.write_text(OVERDUE.replace(CUSTOMER, customer), "utf-8")
    return desk


class Daemon:
    """`relancier run`; `lines` is its log, `told` what it says to the service manager."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.lines: list[str] = []
        self.told: list[str] = []
        self._folder = tempfile.mkdtemp(prefix="rn", dir="/tmp")  # short: socket names end at 107 characters

    def __enter__(self) -> Self:
        self._manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._manager.bind(f"{self._folder}/notify")
        environ = {**os.environ, "NOTIFY_SOCKET": f"{self._folder}/notify", "JOURNAL_STREAM": "1:2"}
        command = [sys.executable, "-m", "relancier", "--config", str(self.desk.config), "--debug", "run"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)
        self._threads = [threading.Thread(target=work) for work in (self._read_log, self._read_manager)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", f"{self._folder}/notify")
        for thread in self._threads:
            thread.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()
        self._manager.close()
        shutil.rmtree(self._folder)

    def logged(self, code: str, count: int = 1) -> str:
        """Waits until the log holds a line with this code that often; gives the last one."""
        wait_until(lambda: len(self._with(code)) >= count or self.process.poll() is not None, 60)
        found = self._with(code)
        assert len(found) >= count, "".join(self.lines[-20:])
        return found[-1]

    def says(self, state: str, count: int = 1) -> None:
        """Waits until the service manager was told this that often."""
        wait_until(lambda: self.states().count(state) >= count, 60)

    def states(self) -> list[str]:
        return [state for datagram in list(self.told) for state in datagram.split("\n")]

    def _with(self, code: str) -> list[str]:
        return [line for line in list(self.lines) if line.split(" ", 2)[1].strip() == code]

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)

    def _read_manager(self) -> None:
        while datagram := self._manager.recv(4096):
            self.told.append(datagram.decode())
