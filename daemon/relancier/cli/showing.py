"""Tables and amounts on standard output: drawn on a terminal, plain aligned text when piped."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from relancier.cli.ending import plain


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Prints rows under headings; nothing at all for no rows."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return
    if title:
        click.echo(f"\n{plain(title)}")
    (_drawn if sys.stdout.isatty() else _aligned)(headings, cells)


def _drawn(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        drawn.add_column(heading, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)


def _aligned(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[place]) for row in [headings, *rows]) for place in range(len(headings))]
    for row in [headings, *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else plain(str(value))


def amount(value: Decimal) -> str:
    """An amount as JSON and tables show it: two decimals."""
    return f"{value:.2f}"


def say(text: str = "") -> None:
    """One line on standard output."""
    click.echo(plain(text))
