"""A CSV file as a table: bytes to text, the separator, the rows with their lines."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from relancier.adapters.invoices import headings as known
from relancier.core.problem import Problem

LARGEST = 200_000_000
SEPARATORS = (";", ",", "\t")
NAMES = {";": "semicolons", ",": "commas", "\t": "tabs"}
EXCEL = (".xlsx", ".xls", ".xlsm", ".ods")

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings of a file and its rows, each with the line on which it begins."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


class Unreadable(Exception):  # noqa: N818 - named after the situation
    """The file is no table; the problems say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def stamp(path: Path) -> Stamp | None:
    """What changes when the file does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def load(path: Path, given: Mapping[str, str], read: Callable[[Path], bytes] = Path.read_bytes) -> Table:
    """The file as a table. Raises Unreadable."""
    if path.suffix.lower() in EXCEL:
        raise Unreadable(Problem(path.name, _excel()))
    return from_bytes(path.name, _steady(path, read), given)


def from_bytes(name: str, content: bytes, given: Mapping[str, str]) -> Table:
    """The bytes of a file as a table. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(Problem(name, "the file is empty; export the invoices again."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(Problem(name, _excel()))
    text = _decoded(name, content)
    separator = _separator(name, text, given)
    return _parsed(name, text, separator)


def _excel() -> str:
    return 'workbooks cannot be read yet; save the sheet as "CSV UTF-8" and name that file in [invoices].'


def _steady(path: Path, read: Callable[[Path], bytes]) -> bytes:
    """The bytes of a file that nobody writes to meanwhile."""
    before = stamp(path)
    if before is None:
        raise Unreadable(Problem(str(path), "there is no such file; put it there, or correct its path in [invoices]."))
    if path.is_dir():
        raise Unreadable(Problem(str(path), "this is a folder; name one CSV file in it."))
    if before[1] > LARGEST:
        raise Unreadable(Problem(path.name, f"the file is larger than {LARGEST // 1_000_000} MB; split it."))
    try:
        content = read(path)
    except OSError as error:
        sentence = f"the file cannot be read ({error.strerror}); give the daemon's account the right to read it."
        raise Unreadable(Problem(str(path), sentence)) from None
    if stamp(path) != before or len(content) != before[1]:
        raise Unreadable(Problem(path.name, "the file is still being written; it is read again when that has ended."))
    return content


def _decoded(name: str, content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else cp1252 (what Excel writes in France)."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16" or _is_cut(content, error):
            raise Unreadable(_cut(name, content)) from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = "the text is neither UTF-8 nor Windows-1252; save the file as UTF-8."
        raise Unreadable(Problem(name, sentence, line)) from None


def _is_cut(content: bytes, error: UnicodeDecodeError) -> bool:
    """Whether UTF-8 ends within a character (in cp1252 a file may well end on such a byte, but holds no UTF-8)."""
    return error.reason == "unexpected end of data" and not content[: error.start].isascii()


def _cut(name: str, content: bytes) -> Problem:
    line = content.count(b"\n") + 1
    return Problem(name, "the file ends in the middle of a character; it was cut short, so export it again.", line)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins; raises csv.Error with that line as its second argument."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(str(error), line) from None


def _separator(name: str, text: str, given: Mapping[str, str]) -> str:
    """The separator with which most headings are understood."""
    found = {}
    for separator in SEPARATORS:
        try:
            first = next((row for _, row in _rows(text, separator) if any(cell.strip() for cell in row)), [])
        except csv.Error:
            first = []
        found[separator] = (known.recognised(first, given), len(first))
    best = max(SEPARATORS, key=lambda separator: found[separator])
    if found[best][0] == 0:
        heading = re.split(r"[\r\n]", text.strip(), maxsplit=1)[0]
        sentence = (
            f"no heading of the first line is understood, {known.listed([heading])}; the first line must hold the "
            "headings, separated by ; or , or tabs, as in number;customer;due;amount;accounting_email."
        )
        raise Unreadable(Problem(name, sentence, 1))
    return best


def _parsed(name: str, text: str, separator: str) -> Table:
    try:
        rows = [(line, row) for line, row in _rows(text, separator) if any(map(str.strip, row))]
    except csv.Error as error:
        raise Unreadable(Problem(name, _quotes(error.args[0]), error.args[1])) from None
    headings = tuple(heading.strip() for heading in _without_tail(rows[0][1], 1))
    problems = [
        Problem(name, _uneven(len(row), len(headings), separator), line)
        for line, row in rows[1:]
        if len(_without_tail(row, len(headings))) != len(headings)
    ]
    if problems:
        raise Unreadable(*problems)
    return Table(name, headings, tuple(rows[1:]))


def _without_tail(row: list[str], least: int) -> list[str]:
    """A row without the empty cells that some programs write after the last column."""
    end = len(row)
    while end > least and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _uneven(cells: int, wanted: int, separator: str) -> str:
    return (
        f"the line has {cells} cells where the headings are {wanted}; put text that holds {NAMES[separator]} "
        "in quotation marks, or export the file again if it was cut short."
    )


def _quotes(error: str) -> str:
    if "field larger" in error:
        return "a cell is longer than 130 000 characters; a closing quotation mark is missing, so add it."
    return "a quotation mark is opened and not closed, or stands inside a text; double it, or close the text."
