"""Where the headings stand, and the lines below them as rows: titles, totals and page breaks are left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relancier.adapters.invoices import headings
from relancier.adapters.invoices.carried import carried
from relancier.adapters.invoices.grid import Line, Table, Unreadable
from relancier.adapters.invoices.marks import with_currency
from relancier.adapters.invoices.sorts import Columns, Sort, sorted_lines
from relancier.adapters.invoices.states import as_told
from relancier.core.problem import Problem

TOP = 30  # lines among which the headings are looked for
AMOUNTS = ("amount", "balance", "debit")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the headings stand among the lines: how many are understood, and whether an invoice can be read by them."""

    at: int = 0
    understood: int = 0
    complete: bool = False

    @property
    def rank(self) -> tuple[bool, int]:
        return self.complete, self.understood


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a file and which of them holds the headings.

    `uneven` words a line of so many cells where the headings are so many; None where lines cannot be cut.
    """

    name: str
    lines: Sequence[Line]
    at: int
    uneven: Callable[[int, int], str] | None = None
    notes: tuple[Problem, ...] = ()


def find(top: Sequence[Sequence[str]], given: Mapping[str, str]) -> Place:
    """The first line by which an invoice can be read, else the one of which most is understood, else the first."""
    best = Place()
    for at, cells in enumerate(top[:TOP]):
        places = headings.columns(cells, given)[0]
        complete = {"number", "due"} <= places.keys() and any(column in places for column in AMOUNTS)
        here = Place(at, headings.recognised(cells, given), complete)
        if complete:
            return here
        if at == 0 or (here.understood > max(best.understood, 1)):
            best = here
    return best


def arranged(found: Found, given: Mapping[str, str]) -> Table:
    """The rows of a file, each with its customer. Raises Unreadable."""
    line, written = found.lines[found.at]
    shown = tuple(heading.strip() for heading in without_tail(written, 1))
    columns = Columns(shown, headings.columns(shown, given)[0], found.lines[: found.at])
    own = len(shown)
    body = sorted_lines(found.lines[found.at + 1 :], columns)
    rows = [row for sort, row in body if sort is Sort.ROW]
    if found.uneven is not None:
        _hold_even(found.name, rows, len(shown), found.uneven)
    shown, rows = carried(shown, body, columns)
    shown, rows = with_currency(found.name, shown, rows, columns.places)
    shown, rows, invalid = as_told(shown, rows, columns.places)
    skipped = found.at + sum(1 for sort, _ in body if sort is not Sort.ROW) + invalid
    return Table(found.name, shown, tuple(rows), line, skipped, found.notes, own)


def _hold_even(name: str, rows: Sequence[Line], wanted: int, uneven: Callable[[int, int], str]) -> None:
    problems = [
        Problem(name, uneven(len(row), wanted), line) for line, row in rows if len(without_tail(row, wanted)) != wanted
    ]
    if problems:
        raise Unreadable(*problems)


def without_tail(row: list[str], least: int) -> list[str]:
    """A row without the empty cells that some programs write after the last column."""
    end = len(row)
    while end > least and not row[end - 1].strip():
        end -= 1
    return row[:end]
