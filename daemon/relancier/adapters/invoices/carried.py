"""Customers that a list names once for several invoices, carried down to each of them."""

import re
from collections.abc import Sequence

from relancier.adapters.invoices.customers import COLUMNS
from relancier.adapters.invoices.grid import Line
from relancier.adapters.invoices.sorts import NAMES, Columns, Sort

LABEL = re.compile(r"^(nom du client|client|tiers|compte|customer|société)\s*(n°)?\s*:\s*", re.IGNORECASE)
CODE = re.compile(r"(?=\S*[\dA-Z])[A-Z0-9][A-Z0-9_./-]{1,16}")
CODE_AND_NAME = re.compile(r"(?=\S*\d)([A-Z0-9][A-Z0-9_./-]{1,16})\s*(?:[-–:]\s+|\s{2,}|\s)(?=\S*[^\W\d_])(.+)")
LEAST_BLANK = 2
Body = Sequence[tuple[Sort, Line]]


def carried(shown: tuple[str, ...], body: Body, columns: Columns) -> tuple[tuple[str, ...], list[Line]]:
    """The headings and the rows, each row with its customer."""
    if any(sort is Sort.CUSTOMER for sort, _ in body):
        return _from_lines(shown, body, columns)
    if "customer" in columns.places and _named_once(body, columns):
        return shown, _from_above(body, columns)
    return shown, [line for sort, line in body if sort is Sort.ROW]


def _from_lines(shown: tuple[str, ...], body: Body, columns: Columns) -> tuple[tuple[str, ...], list[Line]]:
    """A customer's line names it for the rows below, up to a total or the next customer's line."""
    wide = shown + tuple(column for column in NAMES if column not in columns.places)
    places = {column: columns.places.get(column, wide.index(column) if column in wide else 0) for column in NAMES}
    code, name, rows, before = "", "", list[Line](), Sort.NOTHING
    for sort, (line, row) in body:
        if sort is Sort.CUSTOMER:
            # two such lines in a row: which of them names the customer is a guess that nobody makes
            code, name = _named(row, columns) if before is not Sort.CUSTOMER else ("", "")
        elif sort is Sort.TOTAL:
            code, name = "", ""
        elif sort is Sort.ROW:
            full = [*row, *[""] * (len(wide) - len(row))]
            full[places["customer"]], full[places["customer_id"]] = name, code
            rows.append((line, full))
        before = sort if sort is not Sort.NOTHING else before
    return wide, rows


def _named(row: list[str], columns: Columns) -> tuple[str, str]:
    """The code and the name on a customer's line; either may be missing."""
    if any(columns.cell(row, column) for column in NAMES) and all(column in columns.places for column in NAMES):
        return columns.cell(row, "customer_id"), columns.cell(row, "customer")
    texts = [LABEL.sub("", cell.strip()) for cell in row if cell.strip()]
    texts = [text for text in texts if text and not re.fullmatch(r"(?i)(client|tiers|compte)\s*:?", text)]
    if len(texts) > 1 and CODE.fullmatch(texts[0]):
        return texts[0], texts[1]
    if texts and (found := CODE_AND_NAME.fullmatch(texts[0])):
        return found[1], found[2].strip()
    return "", texts[0] if texts else ""


def _named_once(body: Body, columns: Columns) -> bool:
    """Whether the list names each customer in the first row of its invoices only.

    A cell that somebody forgot must not become the customer above it: no name comes twice, several rows have none,
    and these say nothing else of a customer either.
    """
    rows = [row for sort, (_, row) in body if sort is Sort.ROW]
    names = [tuple(columns.cell(row, column) for column in NAMES) for row in rows]
    named = [name for name in names if any(name)]
    blank = [row for row, name in zip(rows, names, strict=True) if not any(name)]
    if len(blank) < LEAST_BLANK or 4 * len(blank) < len(rows) or len(set(named)) < len(named) or not any(names[0]):
        return False
    return not any(columns.anything(row, COLUMNS) for row in blank)


def _from_above(body: Body, columns: Columns) -> list[Line]:
    places = [columns.places[column] for column in COLUMNS if column in columns.places]
    above: list[str] | None = None
    rows = []
    for sort, (line, row) in body:
        if sort is Sort.TOTAL:
            above = None
        elif sort is Sort.ROW and columns.anything(row, NAMES):
            above = row
            rows.append((line, row))
        elif sort is Sort.ROW:
            rows.append((line, _completed(row, above, places)))
    return rows


def _completed(row: list[str], above: list[str] | None, places: Sequence[int]) -> list[str]:
    if above is None:
        return row
    full = list(row)
    for place in places:
        full[place] = above[place]
    return full
