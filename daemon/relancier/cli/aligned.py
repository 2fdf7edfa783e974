"""Plain aligned text on standard output, safe to print, and without the library that draws on terminals."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import click

from relancier.cli.ending import plain


def aligned(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints rows under headings, each column as wide as its widest cell."""
    lines = [headings, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else plain(str(value))


def say(text: str = "") -> None:
    """One line on standard output."""
    click.echo(plain(text))
