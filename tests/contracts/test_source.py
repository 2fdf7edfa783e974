"""The invoice file, the query, and the example of docs/sources.md keep what a Source promises."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.contracts.source import Books, Line, SourceContract

from relancier.adapters.invoices import AskedInvoices, InvoiceFile
from relancier.adapters.sql import SqliteQuery
from relancier.ports import Source

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
HEADINGS = "number;customer_id;customer;accounting_email;due;amount;paid"
ROW = ("C1", "Dupont", "compta@dupont.example", "2026-03-31")
TABLE = (
    "CREATE TABLE IF NOT EXISTS relancier_invoices"
    " (number, customer_id, customer, accounting_email, due, amount REAL, paid REAL)"
)


class FileBooks:
    """A CSV file; each saving is a second after the one before."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "invoices.csv"
        self._saved = 1_770_000_000

    def source(self) -> Source:
        return InvoiceFile(self._file)

    def book(self, *lines: Line) -> None:
        self._save("\n".join([HEADINGS, *(";".join((number, *ROW, *amounts)) for number, *amounts in lines)]))

    def spoil(self) -> None:
        self._save(f"{HEADINGS}\nFA-1;C1;Dupont;compta@dupont.example;someday;10;0\n")

    def _save(self, text: str) -> None:
        self._saved += 1
        self._file.write_text(text)
        os.utime(self._file, (self._saved, self._saved))


class BaseBooks:
    """A table of an SQLite file; each booking is a second after the one before."""

    def __init__(self, folder: Path, make: Callable[[Path], Source]) -> None:
        self._path = folder / "compta.sqlite"
        self._make = make
        self._saved = 1_770_000_000

    def source(self) -> Source:
        return self._make(self._path)

    def book(self, *lines: Line) -> None:
        self._run(TABLE, "DELETE FROM relancier_invoices")
        for number, amount, paid in lines:
            self._run(
                "INSERT INTO relancier_invoices VALUES (?, ?, ?, ?, ?, ?, ?)", values=(number, *ROW, amount, paid)
            )

    def spoil(self) -> None:
        self._run("UPDATE relancier_invoices SET due = 'someday'")

    def _run(self, *statements: str, values: tuple[str, ...] = ()) -> None:
        self._saved += 1
        with closing(sqlite3.connect(self._path)) as base:
            for statement in statements:
                base.execute(statement, values)
            base.commit()
        os.utime(self._path, (self._saved, self._saved))


class TestFile(SourceContract):
    @pytest.fixture
    def books(self, tmp_path: Path) -> Books:
        return FileBooks(tmp_path)


class TestQuery(SourceContract):
    @pytest.fixture
    def books(self, tmp_path: Path) -> Books:
        def asked(path: Path) -> Source:
            return AskedInvoices(SqliteQuery(str(path), "SELECT * FROM relancier_invoices"))

        return BaseBooks(tmp_path, asked)


def example() -> Callable[[Path], Source]:
    """The class that docs/sources.md shows."""
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[-1]
    found: dict[str, object] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec"), found)  # noqa: S102 - our own page
    made = found["ViewSource"]
    assert callable(made)
    return made


class TestTheExampleOfTheDocumentation(SourceContract):
    @pytest.fixture
    def books(self, tmp_path: Path) -> Books:
        return BaseBooks(tmp_path, example())
