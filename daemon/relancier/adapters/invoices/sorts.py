"""What each line below the headings is: a row, a total, a customer above its invoices, or nothing to read.

A line with a number or a due date is a row, whatever else it lacks: the mistake is told, never passed over.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from relancier.adapters.invoices import cells
from relancier.adapters.invoices.grid import Line
from relancier.adapters.invoices.headings import plain

MONEY = ("amount", "balance", "debit", "credit", "paid", "deposit", "discount", "retention")
NAMES = ("customer", "customer_id")
TOTAL = re.compile(
    r"\W*(sous[\s-]*tota(l|ux)|total|totaux|grand total|sub[\s-]?total|solde|cumul|(à |a )?report(er)?|somme|sum"
    r"|nombre|\d+ (facture|ligne|document|pièce|écriture|enregistrement)s?)\b",
    re.IGNORECASE,
)
FOOTER = re.compile(
    r"\W*((é|e)dit(é|e|ion)|imprim(é|e)|export(é|e)|g(é|e)n(é|e)r(é|e)|extrait|printed|generated|fin (du|de l)"
    r"|date (d['’ ])?(é|e)dition|page\s*:?\s*\d|\d+\s*/\s*\d+\s*$|-\s*\d+\s*-\s*$)",
    re.IGNORECASE,
)
MOST_IN_A_TITLE = 4


class Sort(Enum):
    ROW = "row"
    TOTAL = "total"
    CUSTOMER = "customer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings, which column each one is, and the lines that stood above them."""

    shown: tuple[str, ...]
    places: Mapping[str, int]
    above: Sequence[Line] = ()
    titles: frozenset[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        titles = frozenset(_title(row) for _, row in self.above) - {()}
        object.__setattr__(self, "titles", titles)

    def cell(self, row: Sequence[str], column: str) -> str:
        place = self.places.get(column, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    def anything(self, row: Sequence[str], columns: Iterable[str]) -> bool:
        return any(self.cell(row, column) for column in columns)


def sorted_lines(lines: Iterable[Line], columns: Columns) -> list[tuple[Sort, Line]]:
    """Each line with what it is."""
    if not {"number", "due"} <= columns.places.keys():
        return [(Sort.ROW, line) for line in lines]
    body = [(_sort(row, columns), (line, row)) for line, row in lines]
    if not _has_names(body, columns):
        shapes = {_shape(columns.cell(row, "number")) for _, row in _whole(body, columns)}
        body = [(_or_customer(sort, line, columns, shapes), line) for sort, line in body]
    return body


def _sort(row: list[str], columns: Columns) -> Sort:
    number, due = columns.cell(row, "number"), columns.cell(row, "due")
    if due and not due[0].isdigit() and TOTAL.match(due):
        due = ""
    if number and due:
        if not due[0].isdigit() and plain(due) == plain(columns.shown[columns.places["due"]]):
            return Sort.NOTHING
        if TOTAL.match(number):
            row[columns.places["number"]] = ""  # a total by due date is no invoice: the row lacks its number
        return Sort.ROW
    filled = [cell.strip() for cell in row if cell.strip()]
    if _passed_over(filled, row, columns):
        return Sort.NOTHING
    if not due and _is_total(number, filled, row, columns):
        return Sort.TOTAL
    return Sort.ROW


def _passed_over(filled: list[str], row: list[str], columns: Columns) -> bool:
    """A page's break: the headings again in part, the titles again, or a footer."""
    if not filled or _title(row) in columns.titles:
        return True
    if all(cell.strip() in ("", heading) for cell, heading in zip(row, columns.shown, strict=False)):
        return True
    if len(filled) > MOST_IN_A_TITLE or columns.anything(row, MONEY):
        return False
    return bool(FOOTER.match(filled[0])) and not _is_day(columns.cell(row, "due"))


def _is_total(number: str, filled: list[str], row: list[str], columns: Columns) -> bool:
    if number:
        return bool(TOTAL.match(number))
    if _is_day(columns.cell(row, "issued")):
        return False  # a payment or an entry of that day: a total has none
    if any(TOTAL.match(cell) for cell in filled):
        return True
    return columns.anything(row, MONEY) and all(map(_is_amount, filled))


def _whole(body: Sequence[tuple[Sort, Line]], columns: Columns) -> Iterator[Line]:
    """The rows with a number and a due date."""
    for sort, line in body:
        if sort is Sort.ROW and columns.cell(line[1], "number") and columns.cell(line[1], "due"):
            yield line


def _has_names(body: Sequence[tuple[Sort, Line]], columns: Columns) -> bool:
    """Whether the rows name their customers themselves."""
    return any(columns.anything(row, NAMES) for _, row in _whole(body, columns))


def _or_customer(sort: Sort, line: Line, columns: Columns, shapes: Collection[str]) -> Sort:
    """A line of names alone names the customer of the rows below it, where these name none.

    A row that lacks its date and its amount is none: its number is written like the others.
    """
    filled = [cell.strip() for cell in line[1] if cell.strip()]
    if sort is not Sort.ROW or len(filled) > MOST_IN_A_TITLE or _shape(columns.cell(line[1], "number")) in shapes:
        return sort
    if any(map(_is_day, filled)) or any(map(_is_amount, filled)):
        return sort
    return Sort.CUSTOMER if any(map(_is_name, filled)) else sort


def _shape(number: str) -> str:
    """How a number is written: which letters, and figures where there are any; "" for none."""
    return re.sub(r"\d+", "0", number)


def _is_name(text: str) -> bool:
    return sum(1 for letter in text if letter.isalpha()) > 1


def _title(row: Sequence[str]) -> tuple[str, ...]:
    """The words of a line, whatever page and day it names."""
    return tuple(re.sub(r"\d+", "0", cell.strip()) for cell in row if cell.strip())


def _is_day(text: str) -> bool:
    try:
        return bool(text) and bool(cells.day(text))
    except ValueError:
        return False


def _is_amount(text: str) -> bool:
    try:
        cells.amount(text)
    except ValueError:
        return False
    return True
