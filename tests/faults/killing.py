"""Killing a daemon at a chosen moment, starting it again, and telling what is left from what an unkilled run leaves."""

import itertools
import json
import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Self

from tests.faults.child import Scene, await_delivery
from tests.faults.judging import Left, look
from tests.faults.real import lay
from tests.servers.mailhost import MailHost
from tests.servers.proxy import CUT, Action, Event
from tests.work.rig import NOON, mail

from relancier.adapters.store import open_store
from relancier.core.outbox import Status
from relancier.core.reading.reply import normalise
from relancier.ports import Store

ROOT = Path(__file__).parents[2]
END = NOON + timedelta(minutes=41)
AGAIN = NOON + timedelta(minutes=45)
AGAIN_END = AGAIN + timedelta(minutes=41)
_numbers = itertools.count(1)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Point:
    """Where the daemon dies: before or after its n-th commit, or at the n-th thing that a proxy sees."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Ending:
    status: int
    said: str


class Forks:
    """A process that forks daemons, already loaded."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.child"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'daemon'}:{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def play(self, scene: Scene, victim: "Victim") -> Ending:
        """Runs a daemon to its end, whatever that is."""
        self._say(json.dumps(asdict(scene)))
        with victim.known(int(self._line())):
            self._say("go")
            return Ending(**json.loads(self._line()))

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Victim:
    """The process that is to die, for a proxy to kill at the n-th event of a kind."""

    def __init__(self) -> None:
        self.point: Point | None = None
        self.counted: Counter[str] = Counter()
        self._process = -1

    @contextmanager
    def known(self, process: int) -> Iterator[None]:
        self._process = os.pidfd_open(process)
        try:
            yield
        finally:
            os.close(self._process)
            self._process = -1

    def smtp(self, event: Event) -> Action | None:
        return self._count("SMTP reply") if event.side == "server" else None

    def imap(self, event: Event) -> Action | None:
        if event.side == "client":
            return self._count("IMAP command")
        changes = event.verb in {"APPEND", "UID STORE"}
        return self._count("answer to an IMAP change") if changes else None

    def _count(self, kind: str) -> Action | None:
        self.counted[kind] += 1
        if self.point != Point(kind, self.counted[kind]):
            return None
        signal.pidfd_send_signal(self._process, signal.SIGKILL)
        dead = select.poll()
        dead.register(self._process, select.POLLIN)
        dead.poll(5000)
        return CUT


class Stage:
    """Fresh mailboxes, a state of their own, and the proxies before the servers."""

    def __init__(self, host: MailHost, folder: Path, forks: Forks, ports: tuple[int, int]) -> None:
        with _lock:
            number = next(_numbers)
            self.shared = f"tuee{number}@lumen.test"
            self.customers = tuple(f"compta@{name}{number}.test" for name in ("ardoise", "brique", "dalle"))
            host.add(self.shared, *self.customers)
        self.host = host
        self.forks = forks
        self.state = folder / f"state{number}"
        bouncing = f"personne@courbe{number}.test"
        self.scene = Scene(
            state=str(self.state),
            queue=str(host.folder / "postfix/queue"),
            shared=self.shared,
            password=host.password(self.shared),
            ca_file=str(host.ca_file),
            imap_port=ports[0],
            smtp_port=ports[1],
            customers=(*self.customers, bouncing),
            begin=NOON.isoformat(),
            end=END.isoformat(),
        )
        self._reply()

    def _reply(self) -> None:
        """A customer has written before the daemon ever looks."""
        sender = self.customers[2]
        raw = mail(sender, "Facture FA-2026-0003", "Elle est contestée.", to=self.shared, message_id="<r@dalle.test>")
        lay(self.host, self.shared, raw)

    def play(self, victim: Victim, point: Point | None = None) -> Ending:
        """The first run, until its end or its death at a point."""
        victim.point, victim.counted = point, Counter()
        scene = self.scene
        if point is not None and "commit" in point.kind:
            scene = replace(scene, dies_at_commit=point.number, before_it=point.kind == "before commit")
        return self.forks.play(scene, victim)

    def again(self, victim: Victim) -> Ending:
        """The second run, which nobody kills."""
        victim.point = None
        await_delivery(Path(self.scene.queue))
        return self.forks.play(replace(self.scene, begin=AGAIN.isoformat(), end=AGAIN_END.isoformat()), victim)

    @contextmanager
    def store(self) -> Iterator[Store]:
        with closing(open_store(self.state, normalise, exclusive=False)) as store:
            yield store

    def in_doubt(self) -> set[str]:
        """The Message-IDs whose bytes may have left without a record, as the state stands on the disk."""
        if not (self.state / "state.db").exists():
            return set()
        with self.store() as store:
            return {entry.message_id for entry in store.entries(Status.SENDING)}

    def left(self) -> Left:
        with self.store() as store:
            return look(self.host, self.shared, self.customers, store)
