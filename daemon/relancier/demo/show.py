"""`relancier demo`: shows what happens as it happens, then the tracking table, and whether all went as it should."""

import asyncio
import contextlib
import logging
import signal
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from relancier.demo.cast import Scenario
from relancier.demo.ending import tracking, write_messages, write_report
from relancier.demo.lines import Line, line
from relancier.demo.office import OWN
from relancier.demo.outcome import complaints
from relancier.demo.recording import save_svg
from relancier.demo.stage import ZONE, DemoBroken, Played, Stage
from relancier.loop import clock

PIPED_WIDTH = 150
RECORDED_WIDTH = 112
STYLES = {
    "reminder": "cyan",
    "task": "magenta",
    "note": "magenta",
    "replied": "bold yellow",
    "flagged": "bold yellow",
    "marked": "blue",
    "bounced": "bold red",
    "autoreplied": "blue",
    "answered": "bold green",
    "unflagged": "green",
    "cancelled": "bold red",
    "paid": "bold green",
    "order_applied": "green",
}
TROUBLE = "bold white on red"


class Screen:
    """Shows each daemon event as a line, and dimmed what customers and colleagues do."""

    def __init__(self, console: Console) -> None:
        self.events = self.deeds = 0
        self._console = console

    def event(self, at: datetime, record: logging.LogRecord) -> None:
        shown = line(record)
        if shown is None:
            return
        self.events += 1
        style = TROUBLE if record.levelno >= logging.ERROR else STYLES.get(shown.code, "")
        self._print(at, self._worded(shown, style))

    def deed(self, at: datetime, text: str) -> None:
        self.deeds += 1
        self._print(at, Text(f"~ {text}", style="dim italic"))

    @staticmethod
    def _worded(shown: Line, style: str) -> Text:
        return Text.assemble((f"{shown.code:<16}", style), (f"{shown.invoices:<16}", "bold"), shown.text)

    def _print(self, at: datetime, text: Text) -> None:
        when = (f"{at.astimezone(ZONE):%a %d %b %H:%M}  ", "dim")
        self._console.print(Text.assemble(when, text), soft_wrap=True)


def run(keep: bool = False, output: Path | None = None, svg: Path | None = None) -> int:
    """Plays the demo; 0 when everything that the script expects has happened.

    The messages go into `output`, else into a new temporary folder. With `keep` the mail server stays up until
    Ctrl-C; `svg` is where a recording is written.
    """
    console = _console(recording=svg is not None)
    messages = output or Path(tempfile.mkdtemp(prefix="relancier-demo-"))
    try:
        with tempfile.TemporaryDirectory(prefix="relancier-office-") as office:
            status = asyncio.run(_performance(console, Path(office), messages, keep=keep))
    except DemoBroken as error:
        Console(stderr=True).print(f"The demo cannot be played: {error}", style="red", markup=False)
        return 1
    if svg is not None:
        save_svg(console, svg)
    return status


def _console(*, recording: bool) -> Console:
    """A recording is drawn as on a wide terminal, wherever the output goes."""
    if recording:
        return Console(
            highlight=False, record=True, width=RECORDED_WIDTH, force_terminal=True, color_system="truecolor"
        )
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


async def _performance(console: Console, office: Path, messages: Path, *, keep: bool) -> int:
    scenario, began = Scenario(), clock()
    _introduce(console, scenario)
    screen = Screen(console)
    async with Stage(scenario, office) as stage:
        played = await stage.play(screen)
        found = complaints(played)
        _conclude(console, screen, played, messages, clock() - began)
        _judge(console, found)
        if keep and played.complete:
            await _keep(console, stage)
    return 1 if found else 0


def _introduce(console: Console, scenario: Scenario) -> None:
    days = (scenario.end - scenario.start).days
    console.print(f"Relancier, from {scenario.start:%d %B %Y} over {days} days", style="bold")
    console.print("An event of the daemon a line; ~ is what customers and colleagues do. Only time is not real.\n")


def _conclude(console: Console, screen: Screen, played: Played, messages: Path, took: timedelta) -> None:
    console.print()
    console.print(tracking(played))
    console.print()
    count, seconds = write_messages(played, messages), took.total_seconds()
    told = f"{screen.events} events of the daemon, {screen.deeds} deeds of others"
    console.print(f"{told}: {played.days} days in {seconds:.1f} s.")
    console.print(f"The {count} messages that the daemon wrote: {messages}", soft_wrap=True)
    console.print(f"The report of the last day: {write_report(played, messages)}", soft_wrap=True)


def _judge(console: Console, found: Sequence[str]) -> None:
    if not found:
        console.print("Everything happened as it should.", style="bold green")
    for text in found:
        console.print(f"Not as it should be: {text}", style="bold red", soft_wrap=True, markup=False)


async def _keep(console: Console, stage: Stage) -> None:
    """Waits for Ctrl-C beside the mail server."""
    host = stage.host
    console.print("\nThe mailbox is open to any mail program, without encryption, until Ctrl-C:", style="bold")
    console.print(f"  IMAP 127.0.0.1:{host.imap_port}   SMTP 127.0.0.1:{host.smtp_port}")
    console.print(f"  user {OWN}   password {host.accounts[OWN]}", soft_wrap=True, markup=False)
    console.print("Customers' mailboxes, with their passwords:")
    for actor in stage.actors:
        console.print(f"  {actor.accounting}   {host.accounts[actor.accounting]}", soft_wrap=True, markup=False)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
