"""Tables and amounts on standard output: drawn on a terminal, plain aligned text when piped."""

import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from relancier.cli.aligned import aligned, cell, say
from relancier.cli.ending import plain

UNBROKEN = 16  # numbers, dates and amounts stand on one line; longer texts are wrapped

__all__ = ["amount", "say", "table"]


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Prints rows under headings; nothing at all for no rows."""
    cells = [[cell(value) for value in row] for row in rows]
    if not cells:
        return
    if title:
        click.echo(f"\n{plain(title)}")
    (_drawn if sys.stdout.isatty() else aligned)(headings, cells)


def _drawn(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for place, heading in enumerate(headings):
        widest = max(len(row[place]) for row in rows)
        drawn.add_column(heading, overflow="fold", no_wrap=widest <= UNBROKEN)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)


def amount(value: Decimal) -> str:
    """An amount as JSON and tables show it: two decimals."""
    return f"{value:.2f}"
