"""Server processes that never outlive the tests: each runs under a keeper that ends it when we let go of a pipe."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

# The keeper leads a process group of its own. When its input ends (we closed it, or we died) the whole group gets
# TERM, five seconds, then KILL.
KEEPER = """
"$@" </dev/null & server=$!
read -r _
trap : TERM
kill -TERM 0
for _ in $(seq 100); do kill -0 $server 2>/dev/null || break; sleep 0.05; done
kill -KILL 0
"""


class ServerFailed(Exception):  # noqa: N818 - named after the situation
    """A server did not open its port in time; the text holds the end of its log."""


class Process:
    """One server: a command, the ports that show it is up, and the log to read when it is not."""

    def __init__(
        self,
        command: list[str],
        ports: Sequence[int],
        log: Path,
        *,
        environment: dict[str, str] | None = None,
        seconds: float = 15,
    ) -> None:
        self.command = command
        self.ports = ports
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.seconds = seconds
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._keeper is not None

    def start(self) -> None:
        """Starts the server and waits until it listens; starting twice changes nothing. Raises ServerFailed."""
        if self.running:
            return
        with self.log.with_suffix(".out").open("ab") as output:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *self.command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=self.environment,
            )
        try:
            self._await_ports()
        except ServerFailed:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server with everything it started; stopping twice changes nothing."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if keeper.stdin is not None:
            keeper.stdin.close()
        try:
            keeper.wait(timeout=10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()

    def _await_ports(self) -> None:
        end = time.monotonic() + self.seconds
        for port in self.ports:
            while not _open(port):
                if time.monotonic() > end:
                    raise ServerFailed(f"{self.command[0]} did not open port {port}:\n{self._last_words()}")
                time.sleep(0.01)

    def _last_words(self) -> str:
        files = (self.log.with_suffix(".out"), self.log)
        return "\n".join(file.read_text(errors="replace")[-2000:] for file in files if file.exists())


def _open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports on which nobody listens, below those that the system gives to outgoing connections."""
    found: list[int] = []
    for port in random.sample(range(15000, 32000), 500):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise ServerFailed("no free ports on 127.0.0.1")
