"""`make bench`: every figure beside its limit, measured in the same run. It always ends well: a bench is no test.

With --markdown the table is the one of the README.
"""

import asyncio
import logging
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from tests.bench import hearing, listing, reading, rendering, sending, starting, ticking
from tests.bench.decide import decide_seconds
from tests.bench.figures import Figure, markdown, plain
from tests.bench.store import commit_ms
from tests.servers.mailhost import MailHost, unusable

FEW, SOME, MANY = 1_000, 10_000, 100_000
FSYNCS = 50
ServerFigures = Callable[[MailHost, Path], list[Figure]]


def main() -> None:
    """Prints the table, then what each message out was made of."""
    logging.disable()
    begin = perf_counter()
    notes: list[str] = []
    figures = [*_without_servers()]
    if reason := unusable():
        notes.append(f"Nothing was measured against servers. {reason}")
    else:
        with _host() as (host, folder):
            figures = [*_out(host, folder, notes), *_heard(host, folder), *figures]
            figures += [*_ticks(host), *_process(host, folder)]
    print((markdown if "--markdown" in sys.argv[1:] else plain)(figures))  # noqa: T201
    print("", *notes, _machine(perf_counter() - begin), sep="\n")  # noqa: T201


@contextmanager
def _host() -> Iterator[tuple[MailHost, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir="/tmp"))  # short: socket names end at 107 characters
    folder.chmod(0o755)
    try:
        with MailHost(folder / "host") as host:
            yield host, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _out(host: MailHost, folder: Path, notes: list[str]) -> list[Figure]:
    done = asyncio.run(sending.measure(host, folder))
    notes.append("Milliseconds of a message out; filing runs beside the next message and waits for its turn:")
    notes += [f"  {name:20} {spent:6.2f}" for name, spent in done.stages]
    ours = f"{done.size / 1000:.0f} KB in {done.ours:.1f} ms, it {done.library:.1f}"
    named = (
        ("aiosmtplib alone", done.of_library, 0.35, ours),
        ("smtp-source", done.of_source, 0.2, f"it {done.source:.1f}"),
    )
    return [
        Figure(f"rate of reminders out / {name}", share, least, "", at_least=True, note=note)
        for name, share, least, note in named
    ]


def _heard(host: MailHost, folder: Path) -> list[Figure]:
    done = asyncio.run(hearing.measure(host, folder))
    note = f"{done.ours:.0f} ms after Postfix's yes, a bare IDLE listener: {done.bare:.0f}"
    return [Figure("reply to case held and flagged, more", max(0.0, done.ours - done.bare), 100, "ms", note=note)]


def _without_servers() -> Iterator[Figure]:
    few, many, disk = commit_ms(FEW), commit_ms(MANY), _fsync_ms()
    yield Figure(f"a commit with {FEW:,} documents", few, 1, "ms", note=f"the disk's fsync alone: {disk:.2f} ms")
    yield Figure(f"a commit with {MANY:,} documents", many, 1, "ms", note=f"{many / few:.2f} times that with {FEW:,}")
    yield Figure(f"deciding {MANY:,} open cases", decide_seconds(MANY), 5, "s", note="of the processor")
    rate, note = reading.a_second()
    yield Figure("messages explained a second, start included", rate, 500, "", at_least=True, note=note)
    for name, seconds, note in listing.measure():
        yield Figure(f"reading {MANY:,} invoices, {name}", seconds, 10, "s", note=note)
    first, later = rendering.render_ms()
    yield Figure("the words of a message", later, 15, "ms", note=f"the first of a template: {first:.0f} ms")


def _ticks(host: MailHost) -> Iterator[Figure]:
    for cases in (FEW, MANY):
        yield Figure(f"a tick with nothing due, {cases:,} cases", asyncio.run(ticking.tick_ms(host, cases)), 50, "ms")


def _process(host: MailHost, folder: Path) -> Iterator[Figure]:
    desk = starting.make(host, folder / "some", SOME)
    starts = [starting.start(desk) for _ in range(3)]
    ready = statistics.median(start.ready for start in starts)
    ticked = statistics.median(start.ticked for start in starts)
    yield Figure(f"start with {SOME:,} cases", ready, 1, "s", note=f"first tick over: {ticked:.2f} s")
    small = starting.start(starting.make(host, folder / "few", FEW))
    yield Figure(f"resident with {FEW:,} cases", small.megabytes, 80, "MB")


def _fsync_ms() -> float:
    """The median milliseconds of putting a page on this disk, to read the commits by."""
    taken = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(FSYNCS):
            os.write(file.fileno(), bytes(4096))
            start = perf_counter()
            os.fsync(file.fileno())
            taken.append(1000 * (perf_counter() - start))
    return statistics.median(taken)


def _machine(seconds: float) -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} processors, load {load}; Python {sys.version.split()[0]}; {seconds:.0f} s in all."


if __name__ == "__main__":
    main()
