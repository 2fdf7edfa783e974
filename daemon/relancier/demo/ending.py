"""How the demo ends: the tracking table, and every message that the daemon produced as files to read."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from relancier.core.case import Case, How, State
from relancier.demo.cast import Actor
from relancier.demo.letters import opened
from relancier.demo.lines import shortened
from relancier.demo.stage import Played

COLOURS = {State.PAID: "green", State.LEGAL: "red", State.OPEN: "yellow"}
UNSAFE = re.compile(r"[^\w.@-]+")


def tracking(played: Played) -> Table:
    """Where each customer stands: what was sent on which day, the state, and what it waits for."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Customer", no_wrap=True)
    table.add_column("Invoices", no_wrap=True)
    table.add_column("Due", no_wrap=True)
    table.add_column("Steps taken")
    table.add_column("State", no_wrap=True)
    table.add_column("Waits for a person because")
    for actor in played.actors:
        table.add_row(*_row(actor, [played.cases[key] for key in actor.cases if key in played.cases]))
    return table


def _row(actor: Actor, cases: list[Case]) -> Iterator[Text]:
    """The invoices of one customer share their fate here, so they share a row."""
    yield Text(actor.house.name)
    yield Text(shortened(bill.number for bill in actor.bills))
    yield Text(f"{actor.due:%d %b}")
    first = cases[0] if cases else None
    done = first.done if first else ()
    yield Text(", ".join(f"{one.step} {one.on:%d %b}" for one in done if one.how is not How.SKIPPED))
    state = first.state if first else State.OPEN
    held = state is State.OPEN and first is not None and bool(first.holds)
    yield Text("held" if held else state.value, style=COLOURS.get(state, "cyan"))
    yield Text(first.needs_person.partition(":")[0] if first else "")


def write_messages(played: Played, folder: Path) -> int:
    """Writes everything that the daemon sent or filed as .eml, and its HTML as .html; gives the number of messages."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = [(place, one.raw) for place, box in (("sent", played.sent), ("inbox", played.inbox)) for one in box]
    count = 0
    for place, raw in ours:
        message = cast("EmailMessage", opened(raw))
        if message["X-Relancier-Id"]:
            count += 1
            path = folder / f"{_name(message, place, count)}.eml"
            path.write_bytes(raw)
            html = message.get_body(("html",))
            if html is not None:
                path.with_suffix(".html").write_text(html.get_content(), encoding="utf-8")
    return count


def _name(message: EmailMessage, place: str, number: int) -> str:
    at = parsedate_to_datetime(str(message["Date"]))
    subject = UNSAFE.sub("-", str(message["Subject"]))[:60].strip("-")
    return f"{at:%Y-%m-%d}-{number:02}-{place}-{subject}"
