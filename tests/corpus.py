"""`make corpus DIR=…`: how well `explain` reads labelled messages, and how fast.

DIR holds INDEX.tsv, with the columns path and label, and the messages beside it; or a folder of messages for each
label, as tests/mail does. `explain --json` reads all of them in one process, without a configuration. The exit status
is 1 where a person was taken for a machine, or a message got no answer.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from relancier.core.reading.kinds import MailKind
from relancier.core.reading.mail import Message
from relancier.core.reading.read import read

INDEX = "INDEX.tsv"
MALFORMED = "malformed"
LABELS = [*(kind.value for kind in MailKind), MALFORMED]
MACHINES = {
    MailKind.AUTOREPLY, MailKind.BOUNCE_PERMANENT, MailKind.BOUNCE_TEMPORARY, MailKind.RECEIPT, MailKind.CHALLENGE,
    MailKind.NEWSLETTER,
}  # fmt: skip
RIGHT: dict[str, set[str]] = {
    MailKind.HUMAN: {MailKind.HUMAN, MailKind.COLLEAGUE},
    MailKind.NEWSLETTER: {MailKind.NEWSLETTER, MailKind.OTHER, MailKind.HUMAN},
    MALFORMED: set(MailKind),
}
TOLD = {
    MailKind.HUMAN: "human or colleague",
    MailKind.NEWSLETTER: "newsletter, other or human: about no case, each is left alone",
    MALFORMED: "anything, as long as it was read without an exception",
}
FAULTS = {"failed", "no_file"}
LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list", "x-been-there")
START = 256 * 1024


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message of the corpus: its path below the folder, and what it is said to be."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A message beside what `explain` said of it."""

    path: str
    label: str
    kind: str
    rule: str
    evidence: str
    by_list: bool = False

    @property
    def right(self) -> bool:
        return self.rule not in FAULTS and self.kind in RIGHT.get(self.label, {self.label})

    @property
    def taken_for_a_machine(self) -> bool:
        return self.label == MailKind.HUMAN and self.kind in MACHINES


@dataclass(frozen=True, slots=True)
class Spent:
    """What reading took: seconds on the clock, start included, and of the processor."""

    seconds: float
    processor: float


def main(arguments: Sequence[str]) -> int:
    """Prints the figures of a corpus; gives the exit status."""
    parser = argparse.ArgumentParser(prog="make corpus", description="How well and how fast messages are read.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="messages with INDEX.tsv, or a folder a label")
    parser.add_argument("--wrong", action="store_true", help="list what was read wrongly, and why")
    asked = parser.parse_args(arguments)
    listed = labelled(asked.folder)
    if not listed:
        parser.error(f"{asked.folder} holds neither {INDEX} nor a folder named after a kind with .eml files in it")
    answers, spent = explained([asked.folder / one.path for one in listed])
    judged = [*judge(asked.folder, listed, answers)]
    show(report(judged, spent, wrong=asked.wrong))
    return 1 if len(judged) < len(listed) or any(one.taken_for_a_machine for one in judged) else 0


def show(lines: Iterable[str]) -> None:
    for line in lines:
        print(line.encode("utf-8", "replace").decode("utf-8"))  # noqa: T201


# --- Reading --------------------------------------------------------------------------------------------------------


def labelled(folder: Path) -> list[Labelled]:
    """The messages of a corpus, in the order of its index or by name."""
    index = folder / INDEX
    if index.exists():
        with index.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [Labelled(row["path"], row["label"]) for row in rows if row.get("path") and row.get("label")]
    files = sorted(path for label in LABELS for path in (folder / label).rglob("*.eml"))
    return [Labelled(str(path.relative_to(folder)), path.relative_to(folder).parts[0]) for path in files]


def explained(paths: Iterable[Path]) -> tuple[list[dict[str, str]], Spent]:
    """What `explain --json` says of the messages, all in one process, and what that took."""
    environment = {name: value for name, value in os.environ.items() if name != "RELANCIER_CONFIG"}
    # From the root, so that no config.toml that lies about here is taken.
    command = [sys.executable, "-m", "relancier", "explain", "--json", "--", *(str(path.absolute()) for path in paths)]
    before, begin = _processor(), perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, cwd="/", env=environment)
    spent = Spent(perf_counter() - begin, _processor() - before)
    sys.stderr.buffer.write(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()], spent


def _processor() -> float:
    """The seconds of the processor that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def judge(folder: Path, listed: Iterable[Labelled], answers: Iterable[dict[str, str]]) -> Iterator[Judged]:
    """Each message beside its answer; those at the end that got none are left out."""
    for one, answer in zip(listed, answers, strict=False):
        told = (answer["kind"], answer["rule"], answer["evidence"])
        yield Judged(one.path, one.label, *told, one.label == MailKind.HUMAN and by_list(folder / one.path))


def by_list(path: Path) -> bool:
    """Whether a message came through a list or a group, by its headers."""
    with path.open("rb") as file:
        message: Message = read(file.read(START))
    bulk = message.header("precedence").strip().lower() in {"list", "bulk"}
    return bulk or any(message.header(name) for name in LIST_FIELDS)


# --- Telling --------------------------------------------------------------------------------------------------------


def report(judged: Sequence[Judged], spent: Spent, *, wrong: bool) -> Iterator[str]:
    """The confusion matrix, the share right of each label, the speed, and if asked for what was read wrongly."""
    yield from matrix(judged)
    yield ""
    yield from shares(judged)
    machines = sum(one.taken_for_a_machine for one in judged)
    yield f"People taken for a machine: {machines}."
    rate = len(judged) / spent.seconds
    yield f"{len(judged)} messages in {spent.seconds:.2f} s ({spent.processor:.2f} of the processor), start included:"
    yield f"{rate:.0f} a second."
    if wrong:
        yield from ("", *map(fault, (one for one in judged if not one.right)))


def matrix(judged: Iterable[Judged]) -> Iterator[str]:
    """Labels down, kinds across."""
    counts = Counter((one.label, one.kind) for one in judged)
    labels, kinds = (in_order(pair[place] for pair in counts) for place in (0, 1))
    rows = [["label \\ kind", *kinds], *([label, *(_count(counts[label, kind]) for kind in kinds)] for label in labels)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(kinds) + 1)]
    for row in rows:
        first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join([first.strip().ljust(widths[0]), *rest])


def in_order(names: Iterable[str]) -> list[str]:
    """The names once each: the known ones in their order, then the others."""
    found = set(names)
    return [*(name for name in LABELS if name in found), *sorted(found.difference(LABELS))]


def _count(number: int) -> str:
    return str(number) if number else "·"


def shares(judged: Sequence[Judged]) -> Iterator[str]:
    """How many of each label are right, and what counts as right where that is more than the label itself."""
    for label in in_order(one.label for one in judged):
        mine = [one for one in judged if one.label == label]
        told = f"  ({TOLD[label]})" if label in TOLD else ""
        yield f"{_share(label, mine)}{told}"
        if label == MailKind.HUMAN and any(one.by_list for one in mine):
            yield _share("  written directly", [one for one in mine if not one.by_list])
            yield _share("  through a list", [one for one in mine if one.by_list])


def _share(label: str, judged: Sequence[Judged]) -> str:
    right = sum(one.right for one in judged)
    return f"{label:20}{right:5} of {len(judged):5}{100 * right / max(len(judged), 1):8.1f} %"


def fault(one: Judged) -> str:
    return f"{one.path}: {one.label}, read as {one.kind} ({one.rule}: {one.evidence})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
