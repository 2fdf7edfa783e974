"""A workbook into rows: the one sheet in it that holds a bank's headings."""

from collections.abc import Mapping, Sequence

from relancier.adapters.statements.headings import is_near, not_understood
from relancier.adapters.statements.table import DEEPEST, Row, Sheet, headed, sheets
from relancier.adapters.statements.values import EXPORT_AGAIN, MOST, Refused, refuse, too_many
from relancier.ports import WorkbookReader

LARGEST_BOOK = 10_000_000
LARGEST_LOOKED_AT = 2_000_000  # as looking at one means reading it


def looks_like(content: bytes, workbooks: WorkbookReader, given: Mapping[str, str]) -> bool:
    """Whether a row of a bank's headings, or one that lacks a single one of them, stands near a sheet's beginning."""
    if len(content) > LARGEST_LOOKED_AT:
        return False
    tops = [_rows(sheet.rows[: DEEPEST + 1]) for sheet in workbooks.read("", content).found]
    return any(headed(top, given) or any(is_near(row, given) for _, row in top) for top in tops)


def read(name: str, content: bytes, workbooks: WorkbookReader, given: Mapping[str, str]) -> list[Sheet]:
    """The rows of each account. Raises Refused."""
    if len(content) > LARGEST_BOOK:
        raise refuse(name, f"a workbook may have {LARGEST_BOOK // 1_000_000} MB; {EXPORT_AGAIN} for a shorter period.")
    found = workbooks.read(name, content)
    if found.problems:
        raise Refused(*found.problems)
    tops = [(sheet, _rows(sheet.rows[: DEEPEST + 1])) for sheet in found.found]
    placed = [(sheet, line) for sheet, top in tops if (line := headed(top, given))]
    if not placed:
        raise not_understood(name, [row for _, top in tops for _, row in top], given)
    (sheet, line), *others = placed
    if others:
        text = f'the sheets "{sheet.name}" and "{others[0][0].name}" can both be read; leave one of them in the file.'
        raise refuse(name, text)
    if len(sheet.rows) > MOST:
        raise too_many(name)
    return sheets(name, _rows(sheet.rows), line, given)


def _rows(rows: Sequence[tuple[int, tuple[str, ...]]]) -> list[Row]:
    """The rows without the empty cells at their end."""
    return [(line, list(row[: 1 + max(at for at, cell in enumerate(row) if cell.strip())])) for line, row in rows]
