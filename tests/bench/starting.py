"""The daemon as a process: how long it takes to be ready, and the memory it keeps."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.cli_desk import HEADINGS, Desk, row
from tests.servers.mailhost import MAIN_USER, MailHost

SECONDS = 60.0
RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")
NOT_CONFIRMED = b"STATUS=nothing"  # what a state made anew tells when its first tick is over


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds until READY=1 and until the first tick was over, and the megabytes resident then."""

    ready: float
    ticked: float
    megabytes: float


def make(host: MailHost, folder: Path, cases: int) -> Desk:
    """A configured folder on the mail host whose invoice file and state hold so many cases."""
    desk = Desk.new(folder)
    desk.password.write_text(host.password(MAIN_USER))
    text = desk.config.read_text("utf-8").replace(
        'host = "127.0.0.1"', f'host = "localhost"\nca_file = "{host.ca_file}"'
    )
    text = text.replace('security = "none"', 'security = "tls"').replace("port = 1\n", f"port = {host.imaps_port}\n", 1)
    desk.config.write_text(text.replace("port = 1\n", f"port = {host.smtps_port}\n", 1), "utf-8")
    desk.invoices.write_text(HEADINGS + "".join(_row(number) for number in range(cases)), "utf-8")
    start(desk)  # takes the invoices over and leaves warm bytecode
    with desk.store() as store:
        assert len(store.case_keys()) == cases
    return desk


def _row(number: int) -> str:
    return row(f"FA-2026-{number:05}", 40 + number % 60, customer=f"client{number % 2000}")


def start(desk: Desk) -> Started:
    """Starts the daemon, waits until its first tick is over, and ends it."""
    with _socket(desk.folder / "notify") as told:
        begin = perf_counter()
        process = _run(desk)
        try:
            ready = _await(told, b"READY=1", process) - begin
            ticked = _await(told, NOT_CONFIRMED, process) - begin
            return Started(ready, ticked, _megabytes(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _run(desk: Desk) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["NOTIFY_SOCKET"] = str(desk.folder / "notify")
    command = [sys.executable, "-m", "relancier", "--config", str(desk.config), "run"]
    with (desk.folder / "log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


@contextmanager
def _socket(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(path))
        told.settimeout(SECONDS)
        yield told
    path.unlink()


def _await(told: socket.socket, state: bytes, process: subprocess.Popen[bytes]) -> float:
    """The instant at which the daemon told this state."""
    while not any(line.startswith(state) for line in told.recv(4096).split(b"\n")):
        assert process.poll() is None, "the daemon ended"
    return perf_counter()


def _megabytes(pid: int) -> float:
    found = RESIDENT.search(Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024
