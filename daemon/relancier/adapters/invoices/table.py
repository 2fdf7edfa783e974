"""A file of invoices or customers as a table: a workbook or text, read whole or not at all."""

from collections.abc import Callable, Mapping
from pathlib import Path

from relancier.adapters.invoices import delimited, workbook
from relancier.adapters.invoices.grid import Table, Unreadable
from relancier.core.problem import Problem

__all__ = ["LARGEST", "WRITING", "Stamp", "Table", "Unreadable", "from_bytes", "load", "stamp"]

LARGEST = 200_000_000
WRITING = "the file is still being written; it is read again when that has ended."
MARKED_UP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<workbook")

Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """What changes when the file does; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def load(path: Path, given: Mapping[str, str], read: Callable[[Path], bytes] = Path.read_bytes) -> Table:
    """The file as a table. Raises Unreadable."""
    return from_bytes(path.name, _steady(path, read), given)


def from_bytes(name: str, content: bytes, given: Mapping[str, str]) -> Table:
    """What a file of this name holds, as a table; what it is tells its content. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_large(name))
    if not content.strip():
        raise Unreadable(Problem(name, "the file is empty; export the invoices again."))
    if workbook.is_workbook(content):
        return workbook.table(name, content, given)
    if content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKED_UP):
        text = (
            "this is a web page or an XML file under another name; open it in Excel or LibreOffice, save it as .xlsx."
        )
        raise Unreadable(Problem(name, text))
    return delimited.table(name, content, given)


def _large(name: str) -> Problem:
    return Problem(name, f"the file is larger than {LARGEST // 1_000_000} MB; split it.")


def _steady(path: Path, read: Callable[[Path], bytes]) -> bytes:
    """The bytes of a file that nobody writes to meanwhile."""
    before = stamp(path)
    if before is None:
        raise Unreadable(Problem(str(path), "there is no such file; put it there, or correct its path in [invoices]."))
    if path.is_dir():
        raise Unreadable(Problem(str(path), "this is a folder; name one CSV or XLSX file in it."))
    if before[1] > LARGEST:
        raise Unreadable(_large(path.name))
    try:
        content = read(path)
    except OSError as error:
        sentence = f"the file cannot be read ({error.strerror}); give the daemon's account the right to read it."
        raise Unreadable(Problem(str(path), sentence)) from None
    if stamp(path) != before or len(content) != before[1]:
        raise Unreadable(Problem(path.name, WRITING))
    return content
