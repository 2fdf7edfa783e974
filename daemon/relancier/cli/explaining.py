"""`explain`: how messages would be read, with the rule and the evidence; nothing is written or flagged."""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from relancier.adapters.flufl import FluflBounces
from relancier.cli.aligned import aligned, cell, say
from relancier.cli.blocks import block
from relancier.cli.ending import DONE, REFUSED, Asked, tell
from relancier.cli.ground import Ground, ground
from relancier.cli.readings import NO_FILE, Reading, line, no_file, reading_of, set_aside
from relancier.core.reading.explained import explained
from relancier.core.reading.mail import Message
from relancier.core.reading.read import read
from relancier.core.reading.second import judge
from relancier.ports import FolderRole
from relancier.work.each import apart

FIRST_BYTES = 512 * 1024
ROLES = [role.value for role in FolderRole]
BOUNCES = FluflBounces()
HEADINGS = ("File", "Kind", "Cases", "Confidence", "Rule", "Evidence", "Effect")


@click.command
@click.argument("files", metavar="FILE.eml…", nargs=-1, required=True)
@click.option("--folder", type=click.Choice(ROLES), default="inbox", help="The folder it lies in; inbox unless named.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in the order given.")
@click.pass_obj
def explain(asked: Asked, files: tuple[str, ...], folder: str, as_json: bool) -> int:
    """Tell how each message would be read: what it is, about which cases, why, what it says, and what follows."""
    status = DONE
    with ground(asked, folder) as here:
        shown: list[Reading] = []
        for number, reading in enumerate(_reading(name, here) for name in files):
            if missing := reading.rule == NO_FILE:
                status = REFUSED
                tell(f"{reading.file} cannot be read: {reading.evidence}.")
            if as_json:
                sys.stdout.write(f"{line(reading, folder)}\n")
            elif missing:
                continue
            elif len(files) == 1 or sys.stdout.isatty():
                _show(reading, here, below=number > 0)
            else:
                shown.append(reading)
    if shown:
        aligned(HEADINGS, map(_row, shown))
    return status


def _reading(name: str, here: Ground) -> Reading:
    """The file as the daemon would read it."""
    try:
        raw, complete, filed = _bytes(Path(name))
    except (OSError, ValueError):
        return no_file(name)
    found: list[Reading] = []
    with apart(name, lambda error: found.append(set_aside(name, error))):
        found.append(_read(name, raw, here, filed, complete=complete))
    return found[0]


def _bytes(path: Path) -> tuple[bytes, bool, float]:
    """The beginning of a file, whether that is all of it, and when it was written."""
    with path.open("rb") as file:
        known = os.fstat(file.fileno())
        raw = file.read(min(known.st_size or FIRST_BYTES, FIRST_BYTES))
        return raw, not file.read(1), known.st_mtime


def _read(name: str, raw: bytes, here: Ground, filed: float, *, complete: bool) -> Reading:
    read_from = read(raw, complete=complete)
    context = here.about(read_from)
    message, verdict = judge(read_from, context, lambda: BOUNCES.read(raw))
    day = _day(message, filed, here.zone)
    return reading_of(name, explained(message, verdict, here.known, context, written=day, authserv_id=here.authserv_id))


def _day(message: Message, filed: float, zone: ZoneInfo | None) -> date:
    """The local day of writing, where we are or else where the writer is; without a Date, that of the file."""
    moment = message.date or datetime.fromtimestamp(filed, UTC)
    return (moment.astimezone(zone) if zone else moment).date()


def _show(reading: Reading, here: Ground, *, below: bool) -> None:
    if below:
        say()
    for text in block(reading, here.authserv_id):
        say(text)


def _row(reading: Reading) -> tuple[str, ...]:
    cases = ", ".join(reading.cases)
    shown = (reading.confidence, reading.rule, reading.evidence, reading.effect)
    return tuple(map(cell, (reading.file, reading.shown_kind, cases, *shown)))
