"""How the demo ends: the tracking table, and every message that the daemon produced as files to read."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

from rich.table import Table
from rich.text import Text

from relancier.core.case import How, State
from relancier.core.writing.alone import page_alone
from relancier.demo.cast import Actor
from relancier.demo.letters import opened
from relancier.demo.lines import shortened
from relancier.demo.stage import Played

COLOURS = {State.PAID: "green", State.LEGAL: "red", State.OPEN: "yellow"}
UNSAFE = re.compile(r"[^\w.@]+")


def tracking(played: Played) -> Table:
    """Where each customer stands: the day on which each step was taken, the state, and why a person is needed."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    headings = [f"J{step.moment.days:+}" for step in played.plan.steps]
    for heading in ("Customer", "Invoices", *headings, "State"):
        table.add_column(heading, no_wrap=True)
    table.add_column("A person is needed")
    for actor in played.actors:
        table.add_row(*_row(actor, played))
    return table


def _row(actor: Actor, played: Played) -> Iterator[Text]:
    """The invoices of one customer share their fate here, so they share a row."""
    yield Text(actor.house.name)
    yield Text(shortened(bill.number for bill in actor.bills))
    case = played.cases[actor.cases[0]]
    days = {done.step: f"{done.on:%d/%m}" for done in case.done if done.how is not How.SKIPPED}
    yield from (Text(days.get(step.id, "")) for step in played.plan.steps)
    held = case.state is State.OPEN and bool(case.holds)
    yield Text("held" if held else case.state.value, style=COLOURS.get(case.state, "cyan"))
    yield Text((case.waiting if held else case.needs_person).partition(":")[0])


def write_messages(played: Played, folder: Path) -> int:
    """Writes all that the daemon sent or filed as .eml, HTML and letters beside it; gives the number of messages."""
    folder.mkdir(parents=True, exist_ok=True)
    boxes = (("sent", played.sent), ("inbox", played.inbox))
    read = [(place, one.raw, cast("EmailMessage", opened(one.raw))) for place, box in boxes for one in box]
    ours = [(_written(message), place, raw, message) for place, raw, message in read if message["X-Relancier-Id"]]
    for number, (at, place, raw, message) in enumerate(sorted(ours, key=lambda one: one[0]), 1):
        path = folder / f"{_name(message, place, number, at)}.eml"
        path.write_bytes(raw)
        if page := page_alone(message):
            path.with_suffix(".html").write_text(page, encoding="utf-8")
        if place == "inbox":
            _write_letters(message, path)
    return len(ours)


def _write_letters(task: EmailMessage, beside: Path) -> None:
    """The letters to print that came with a task."""
    for part in task.iter_attachments():
        if part.get_content_type() == "application/pdf":
            beside.with_name(f"{beside.stem}-{part.get_filename()}").write_bytes(part.get_content())


def write_report(played: Played, folder: Path) -> Path:
    """Writes the report of the last day; gives its path."""
    path = folder / "report.html"
    path.write_text(played.report, encoding="utf-8")
    return path


def _written(message: EmailMessage) -> datetime:
    return parsedate_to_datetime(str(message["Date"]))


def _name(message: EmailMessage, place: str, number: int, at: datetime) -> str:
    subject = UNSAFE.sub("-", str(message["Subject"]))[:60].strip("-")
    return f"{at:%Y-%m-%d}-{number:02}-{place}-{subject}"
