"""CSV into rows: its characters, its separator, and whether its end is there."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from relancier.adapters.statements.headings import is_near, not_understood
from relancier.adapters.statements.table import DEEPEST, MONEY, Row, Sheet, headed, sheets
from relancier.adapters.statements.values import EXPORT_AGAIN, MOST, refuse, too_many

SEPARATORS = (";", "\t", ",", "|")
HEAD = 16_000
CENTS = re.compile(r"[.,]\d\d\s*(?:€|eur\w*)?\s*$", re.IGNORECASE | re.ASCII)
LONGEST_LINE = 200_000


def looks_like(content: bytes, given: Mapping[str, str]) -> bool:
    """Whether a row of a bank's headings, or one that lacks a single one of them, stands near its beginning."""
    text = _decoded(content[:HEAD])
    if text is None or not _lines_in(text):
        return False
    return any(headed(top, given) or any(is_near(row, given) for _, row in top) for _, top in _tops(text))


def read(name: str, content: bytes, given: Mapping[str, str]) -> list[Sheet]:
    """The rows of each account. Raises Refused."""
    text = _decoded(content)
    if text is None or not _lines_in(text):
        raise not_understood(name, (), given)
    separator, line = next(((one, line) for one, top in _tops(text) if (line := headed(top, given))), ("", 0))
    if not separator:
        raise not_understood(name, [row for _, top in _tops(text) for _, row in top], given)
    try:
        rows = tuple(row for row in _rows(text, separator) if any(map(str.strip, row[1])))
    except csv.Error as error:
        raise refuse(name, f"its quotation marks do not fit together ({error}); {EXPORT_AGAIN}.") from None
    if len(rows) > MOST:
        raise too_many(name)
    found = sheets(name, rows, line, given)
    last, cells = rows[-1]
    width = next(len(row) for number, row in rows if number == line)
    if not text.endswith(("\n", "\r")) and _is_cut(found[-1], cells, width):
        raise refuse(name, f"the last line is cut short: {EXPORT_AGAIN}.", last)
    return found


def _decoded(content: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, else cp1252; None for what is no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return content[: error.start].decode("utf-8-sig")
    return content.decode("cp1252", "replace")


def _lines_in(text: str) -> bool:
    """Whether the text has lines at all, as no table of millions of cells in one line has."""
    return max(map(len, re.split(r"[\r\n]", text))) <= LONGEST_LINE


def _tops(text: str) -> Iterator[tuple[str, list[Row]]]:
    """The first rows as each separator parts them."""
    for separator in SEPARATORS:
        top: list[Row] = []
        with suppress(csv.Error):
            top.extend(islice(_rows(text, separator), DEEPEST + 1))
        yield separator, top


def _rows(text: str, separator: str) -> Iterator[Row]:
    """The rows with the line on which each begins. Raises csv.Error."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _is_cut(sheet: Sheet, cells: Sequence[str], width: int) -> bool:
    """Whether a last line without an end lacks cells, or ends in an amount that may go on."""
    if sheet.is_balance(cells):
        return False
    money = {at for column in MONEY for at in sheet.places.get(column, ())}
    open_amount = len(cells) - 1 in money and CENTS.search(cells[-1]) is None and cells[-1].strip() != ""
    return len(cells) < width or open_amount
