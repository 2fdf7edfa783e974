"""kill -9 at every commit, SMTP reply and IMAP command of one run, then a restart: nothing twice, nothing lost.

Row D3 of the faults, with D2: what was on its way when the kill fell may only end on the person's list.
"""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Self

import pytest
from tests.faults.judging import Left, differences
from tests.faults.killing import Forks, Point, Stage, Victim
from tests.servers.mailhost import MailHost
from tests.servers.proxy import Proxy, ProxyThread

KINDS = ("before commit", "after commit", "SMTP reply", "IMAP command", "answer to an IMAP change")
KILLED = -9
AT_ONCE = 4


class Bench:
    """One daemon at a time, behind proxies of its own."""

    def __init__(self, host: MailHost, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self.victim = Victim()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.forks = self._open.enter_context(Forks())
        hooks = {"imap": self.victim.imap, "smtps": self.victim.smtp}
        proxies = [ProxyThread(Proxy.before(self.host, name, hook=hook)) for name, hook in hooks.items()]
        self.imap, self.smtp = (self._open.enter_context(proxy) for proxy in proxies)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def stage(self) -> Stage:
        for proxy in (self.imap, self.smtp):
            proxy.events.clear()  # what earlier daemons said
        return Stage(self.host, self.folder, self.forks, (self.imap.port, self.smtp.port))


@dataclass(frozen=True)
class Killing:
    """Benches that are free, what an unkilled run leaves, and how many points of each kind it has."""

    benches: "SimpleQueue[Bench]"
    usual: Left
    points: dict[str, int]

    def all(self, kind: str) -> list[str]:
        """What is wrong after the kills at every point of a kind, one after the other."""
        points = [Point(kind, number) for number in range(1, self.points[kind] + 1)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [line for lines in pool.map(self._at, points) for line in lines]

    def _at(self, point: Point) -> list[str]:
        bench = self.benches.get()
        try:
            return [f"killed at {point}: {line}" for line in _killed(bench, point, self.usual)]
        finally:
            self.benches.put(bench)


def _killed(bench: Bench, point: Point, usual: Left) -> list[str]:
    stage = bench.stage()
    ending = stage.play(bench.victim, point)
    if ending.status != KILLED:
        return [f"it did not die there: {ending}"]
    doubtful = stage.in_doubt()
    after = stage.again(bench.victim)
    if after.status:
        return [f"it did not come back: {after.said}"]
    return differences(usual, stage.left(), doubtful)


@pytest.fixture(scope="module")
def killing(mailhost: MailHost) -> Iterator[Killing]:
    """Some benches and the run to compare with. The states need no disk: a process is killed, not the machine."""
    quick = Path("/dev/shm")  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="relancier-", dir=quick if quick.is_dir() else None))
    benches: SimpleQueue[Bench] = SimpleQueue()
    with ExitStack() as opened:
        opened.callback(shutil.rmtree, folder)
        for _ in range(AT_ONCE):
            benches.put(opened.enter_context(Bench(mailhost, folder)))
        bench = benches.get()
        stage = bench.stage()
        ending = stage.play(bench.victim)
        assert ending.status == 0, ending.said
        counted = bench.victim.counted
        points = {kind: counted[kind] or int(ending.said) for kind in KINDS}
        assert stage.again(bench.victim).status == 0
        benches.put(bench)
        yield Killing(benches, stage.left(), points)


def test_the_run_is_worth_killing(killing: Killing) -> None:
    """Three customers get one reminder each, one of them for two invoices; one answer holds, one address bounces."""
    assert sum(killing.points.values()) >= 100, killing.points
    usual = killing.usual
    assert sorted(usual.received.values()) == [1, 1]
    assert sorted(usual.filed.values()) == [1, 1, 1]
    assert usual.inbox == {
        ("Facture FA-2026-0003", "$RelanceReply", "\\Flagged"): 1,
        ("Undelivered Mail Returned to Sender", "$RelanceProblem", "\\Flagged"): 1,
        ("FA-2026-0003 - réponse reçue - Client 3",): 1,
        ("FA-2026-0004 - message non remis - Client 4",): 1,
    }
    assert ("sent", "filed", "FA-2026-0002|2026-02-27|reminder", "FA-2026-0012|2026-02-27|reminder") in usual.entries
    assert usual.cases["FA-2026-0003|2026-02-27"][0] == "paused"
    assert differences(usual, usual, set()) == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_d2_d3_kill_9(killing: Killing, kind: str) -> None:
    assert killing.points[kind] >= 3
    wrong = killing.all(kind)
    assert not wrong, "\n".join(wrong[:20])
