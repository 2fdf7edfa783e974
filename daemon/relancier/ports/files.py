"""What reads the files that reach us: statements, invoices, tables, workbooks. No reader raises for a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from relancier.core.case import Customer, Invoice
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.paid.statement import Statement
from relancier.core.problem import Problem
from relancier.ports.pages import Credit


@dataclass(frozen=True, slots=True)
class Statements:
    """What a file holds; with problems that are no mere warnings the whole file is refused and `found` is empty.

    `assumed`: the file names no account, so that it was taken for our only one.
    """

    found: tuple[Statement, ...] = ()
    problems: tuple[Problem, ...] = ()
    assumed: bool = False


class StatementReader(Protocol):
    """Bank statements: CAMT.053, OFX, CFONB120, CSV, XLSX."""

    def recognises(self, name: str, content: bytes) -> bool:
        """Whether it looks like a statement, by its beginning; cheap."""

    def read(self, name: str, content: bytes) -> Statements:
        """Every movement, or every problem. Takes bounded time and memory."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its filled rows, each with its number, every cell as text."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of a workbook that people see, or why it cannot be read."""

    found: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()


class WorkbookReader(Protocol):
    """Workbooks: XLSX, ODS, XLS."""

    def is_workbook(self, content: bytes) -> bool:
        """Whether it begins like one; cheap."""

    def read(self, name: str, content: bytes) -> Sheets:
        """Every sheet, or the problem. Hostile files cost bounded time and memory."""


class StatementSource(Protocol):
    """Where statements are laid down: a file, or a folder of them."""

    def waiting(self, known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Names and stamps of the files that are new or changed since these stamps, oldest first; cheap."""

    def read(self, name: str) -> Statements:
        """One of those files; a problem where it is still being written."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An attachment as it was read: the invoice in it, or `refused`, why none was; neither: it is no invoice."""

    invoice: EInvoice | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Payees:
    """The accounts that a file asks to pay to, for each place that shows any: its data, its pages.

    `refused` says why it could not be read; then nothing is known of it.
    """

    places: tuple[tuple[str, ...], ...] = ()
    refused: str = ""


class InvoiceReader(Protocol):
    """The invoice inside a PDF or an XML file. Hostile files cost bounded time and memory."""

    def read(self, name: str, content: bytes) -> Paper:
        """The invoice, exact or read from the text, or why there is none."""

    def payees(self, content: bytes) -> Payees:
        """The IBANs of who is to be paid: for comparing alone."""


@dataclass(frozen=True, slots=True)
class Heading:
    """How one column of a file was understood: as `column` ('' for none; `near` is then the closest known heading)."""

    heading: str
    column: str = ""
    near: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a spreadsheet holds: invoices with what customers have to the good, or customers; or the problems.

    `headings` say column by column how it was understood, `skipped` how many lines are no rows (titles, totals).
    """

    invoices: tuple[Invoice, ...] = ()
    customers: tuple[Customer, ...] = ()
    credits: tuple[Credit, ...] = ()
    headings: tuple[Heading, ...] = ()
    skipped: int = 0
    problems: tuple[Problem, ...] = ()
    as_of: datetime | None = field(default=None)


class TableReader(Protocol):
    """Invoices or customers from a spreadsheet that is given once, for `import`."""

    def read(self, name: str, content: bytes) -> Listed:
        """What the file holds, understood column by column."""
