"""Workbooks (.xlsx, .xlsm, .xls, .ods) as tables: the sheet that is best understood, its cells as people see them."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from relancier.adapters.invoices import headings as known
from relancier.adapters.invoices import layout
from relancier.adapters.invoices.customers import COLUMNS
from relancier.adapters.invoices.grid import Table, Unreadable, cell_name
from relancier.adapters.invoices.sorts import MONEY
from relancier.adapters.invoices.unpacked import damaged, unpacked
from relancier.core.problem import Problem

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LARGEST_OLD = 50_000_000
DAYS = ("due", "issued", "delivered", "discount_until", "retention_due", "accepted")
MERGED_DOWN = ("number", "issued", *COLUMNS)
SINCE_1900, SINCE_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIALS = range(32_874, 73_416)  # 1990 to 2100
MOST_DIGITS = 10**15  # a spreadsheet keeps no more
# BIFF: a cell that is an error, and a formula whose result is one; 00 07 0F 17 1D 24 2A are Excel's errors.
OLD_ERROR = re.compile(
    rb"(?:\x05\x02\x08\x00(..)(..)..[\x00\x07\x0f\x17\x1d\x24\x2a]\x01"
    rb"|\x06\x00..(..)(..)..\x02.[\x00\x07\x0f\x17\x1d\x24\x2a]...\xff\xff)",
    re.DOTALL,
)

Cell = object


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet as the library reads it: its name, its cells from A1 on, and those that are merged downwards."""

    name: str
    cells: Sequence[list[Cell]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook: its name, its cells from A1 on, and where the headings seem to stand."""

    name: str
    cells: Sequence[list[Cell]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    place: layout.Place
    rows: int


def is_workbook(content: bytes) -> bool:
    return content.startswith((ZIP, OLE))


def table(name: str, content: bytes, given: Mapping[str, str]) -> Table:
    """The sheet of which most is understood as a table. Raises Unreadable."""
    sheets, epoch = _sheets(name, content, given)
    if not sheets:
        raise Unreadable(Problem(name, "every sheet of the workbook is empty; export the invoices again."))
    best = max(sheets, key=lambda sheet: sheet.place.rank)
    if best.place.understood == 0:
        text = f"no heading is understood, {known.listed(_first(best))}; name the columns as in number, customer, due."
        raise Unreadable(Problem(name, text, 1))
    others = [sheet.name for sheet in sheets if sheet is not best]
    alike = [sheet.name for sheet in sheets if sheet is not best and sheet.place.rank == best.place.rank]
    if alike and best.place.complete:
        text = f'the sheets "{best.name}" and "{alike[0]}" can both be read; leave only one of them in the file.'
        raise Unreadable(Problem(name, text))
    return layout.arranged(_found(name, best, others, epoch, given), given)


def _sheets(name: str, content: bytes, given: Mapping[str, str]) -> tuple[list[Sheet], date]:
    """The sheets that hold anything, with where the headings seem to stand."""
    opened_sheets, epoch = opened(name, content)
    sheets = [_sheet(sheet, given) for sheet in opened_sheets]
    return [sheet for sheet in sheets if sheet.rows], epoch


def opened(name: str, content: bytes) -> tuple[list[Opened], date]:
    """The cells of each sheet, of hidden ones only where nothing else is there; the day its days are counted from."""
    epoch = SINCE_1900
    if content.startswith(ZIP):
        archive = unpacked(name, content)
        content, epoch = archive.content, SINCE_1904 if archive.since_1904 else SINCE_1900
    else:
        _hold_old(name, content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        return [_opened(book.get_sheet_by_name(one)) for one in visible or book.sheet_names], epoch
    except PasswordError:
        raise Unreadable(_protected(name)) from None
    except (CalamineError, ValueError, OSError):
        raise Unreadable(damaged(name)) from None


def _opened(sheet: CalamineSheet) -> Opened:
    merged = [area for area in sheet.merged_cell_ranges or () if area[0][0] < area[1][0]]
    return Opened(sheet.name, [list(row) for row in sheet.to_python(skip_empty_area=False)], merged)


def _hold_old(name: str, content: bytes) -> None:
    """A workbook of before 2007: bounded, open, and without errors (these would be read as empty cells)."""
    if ENCRYPTED in content:
        raise Unreadable(_protected(name))
    if len(content) > LARGEST_OLD:
        raise Unreadable(Problem(name, "an .xls workbook may have 50 MB; save it as .xlsx."))
    if found := OLD_ERROR.search(content):
        row, column = (int.from_bytes(part, "little") for part in found.groups() if part is not None)
        text = f"cell {cell_name(column, row + 1)} holds a formula's error, as in #REF! or #N/A; mend it."
        raise Unreadable(Problem(name, text, row + 1))


def _protected(name: str) -> Problem:
    return Problem(name, "the workbook is protected by a password; save it without one.")


def _sheet(sheet: Opened, given: Mapping[str, str]) -> Sheet:
    filled = [at for at, row in enumerate(sheet.cells) if any(cell != "" for cell in row)]
    top = [[written(cell) for cell in sheet.cells[at]] for at in filled[: layout.TOP]]
    return Sheet(sheet.name, sheet.cells, sheet.merged, layout.find(top, given), len(filled))


def _first(sheet: Sheet) -> list[str]:
    row = next(row for row in sheet.cells if any(cell != "" for cell in row))
    return [text for text in map(written, row) if text]


def _found(name: str, sheet: Sheet, others: list[str], epoch: date, given: Mapping[str, str]) -> layout.Found:
    filled = [at for at, row in enumerate(sheet.cells) if any(cell != "" for cell in row)]
    at = filled[sheet.place.at]
    shown = layout.without_tail([written(cell) for cell in sheet.cells[at]], 1)
    places = known.columns(shown, given)[0]
    _fill_merged(sheet, at, [places[column] for column in MERGED_DOWN if column in places])
    readers = _readers(places, len(shown), epoch)
    lines = [(row + 1, [written(cell) for cell in sheet.cells[row]]) for row in filled[: sheet.place.at]]
    lines.append((at + 1, shown))
    lines += [
        (row + 1, [read(cell) for read, cell in zip(readers, sheet.cells[row], strict=False)])
        for row in filled[sheet.place.at + 1 :]
    ]
    text = f'the sheet "{sheet.name}" is read, not {known.listed(others)}.'
    notes = (Problem(name, text, warning=True),) if others else ()
    return layout.Found(name, lines, sheet.place.at, notes=notes)


def _fill_merged(sheet: Sheet, at: int, places: Sequence[int]) -> None:
    """What stands once in cells that are merged over several rows is said of each of them."""
    for (top, left), (bottom, right) in sheet.merged:
        if top <= at or left != right or left not in places:
            continue
        for row in range(top + 1, min(bottom + 1, len(sheet.cells))):
            if left < len(sheet.cells[row]) and sheet.cells[row][left] == "":
                sheet.cells[row][left] = sheet.cells[top][left]


def written(cell: Cell) -> str:
    """A cell as text, as the readers of cells understand it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(cell: float) -> str:
    """A number without binary noise; one with more digits than a spreadsheet keeps is shown as it was spoilt."""
    if not abs(cell) < MOST_DIGITS:
        return f"{cell:.2E}"
    if cell == int(cell):
        return str(int(cell))
    return f"{Decimal(f'{cell:.12g}'):f}"


def _money(cell: Cell) -> str:
    """An amount to the cent, half a cent rounded up, as the spreadsheet shows it."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not abs(cell) < MOST_DIGITS:
        return written(cell)
    return str(Decimal(f"{cell:.12g}").quantize(Decimal("0.01"), ROUND_HALF_UP))


def _readers(places: Mapping[str, int], wide: int, epoch: date) -> list[Callable[[Cell], str]]:
    """How the cells of each column become text."""

    def day(cell: Cell) -> str:
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not SERIALS.start <= cell < SERIALS.stop:
            return written(cell)
        return (epoch + timedelta(days=int(cell))).isoformat()

    readers: list[Callable[[Cell], str]] = [written] * wide
    for column, place in places.items():
        if column in MONEY:
            readers[place] = _money
        elif column in DAYS:
            readers[place] = day
    return readers
