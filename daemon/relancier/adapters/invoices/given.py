"""A spreadsheet that is given once: invoices or customers, told apart by its headings; all or nothing."""

from collections.abc import Collection, Mapping, Sequence

from relancier.adapters.invoices import headings, table
from relancier.adapters.invoices.customers import Directory, Reader
from relancier.adapters.invoices.lines import read_lines
from relancier.adapters.invoices.rows import Findings, Sheet
from relancier.adapters.invoices.table import Table
from relancier.adapters.invoices.understood import present, understood
from relancier.adapters.invoices.unswept import unswept
from relancier.core.problem import Problem
from relancier.ports import Listed

OF_INVOICES = frozenset({"number", "due", "amount", "paid", "issued"})
OF_CUSTOMERS = frozenset({"customer", "customer_id"})
NEEDED = ("number", "due", "amount")
INSTEAD = {"amount": ("debit", "balance")}  # what says the amount where no column does
A_TASK = "is a task for a person."


class GivenTable:
    """Invoices or customers from the bytes of a file; PDFs are given as they are named there.

    `columns` maps our column names to headings, used where the file has them.
    """

    def __init__(
        self, columns: Mapping[str, str] | None = None, *, language: str = "", own_addresses: Collection[str] = ()
    ) -> None:
        self._columns = dict(columns or {})
        self._language = language
        self._own = own_addresses

    def read(self, name: str, content: bytes) -> Listed:
        """What the file holds, understood column by column; with problems that are no warnings, nothing."""
        with unswept():
            return self._read(name, content)

    def _read(self, name: str, content: bytes) -> Listed:
        try:
            found = table.from_bytes(name, content, self._columns)
        except table.Unreadable as unreadable:
            return Listed(problems=unreadable.problems)
        given = present(found.headings, self._columns)
        findings = Findings(warnings=list(found.notes))
        sheet = Sheet(found, given, findings)
        shown = understood(found, given)
        if OF_CUSTOMERS & sheet.places.keys() and not OF_INVOICES & sheet.places.keys():
            listed = self._customers(sheet, findings)
        else:
            listed = self._invoices(sheet, findings)
        if not (findings.errors or listed.invoices or listed.customers or listed.credits):
            findings.error(name, _no_row(found), found.line)
        wrong = tuple(findings.shown())
        if findings.errors:
            return Listed(headings=shown, skipped=found.skipped, problems=wrong)
        return Listed(
            invoices=listed.invoices,
            customers=listed.customers,
            credits=listed.credits,
            headings=shown,
            skipped=found.skipped,
            problems=wrong,
        )

    def _invoices(self, sheet: Sheet, findings: Findings) -> Listed:
        for column in _lacking(sheet):
            text = headings.missing(column, sheet.table.headings, sheet.read)
            findings.error(sheet.table.name, text, sheet.table.line)
        if findings.errors:
            return Listed()
        reader = Reader(self._own)
        found, credits_left = read_lines(sheet, Directory(), reader, findings, language=self._language, folder=None)
        if not any(email in sheet for email in headings.EMAILS):
            _one_for_all(findings, sheet)
        return Listed(invoices=tuple(found), credits=tuple(credits_left))

    def _customers(self, sheet: Sheet, findings: Findings) -> Listed:
        directory = Directory()
        directory.add_all(sheet, Reader(self._own), findings)
        return Listed(customers=tuple(entry.customer for entry in directory.entries()))


def _no_row(found: Table) -> str:
    """What is said of a file whose headings are understood, and nothing else."""
    left_out = f"; {found.skipped} were taken for titles or totals" if found.skipped else ""
    return f"no line below the headings is an invoice or a customer{left_out}; export the file again."


def _lacking(sheet: Sheet) -> Sequence[str]:
    """The columns without which no invoice can be read."""
    lacking = [
        column
        for column in NEEDED
        if column not in sheet and not any(other in sheet for other in INSTEAD.get(column, ()))
    ]
    return lacking if OF_CUSTOMERS & sheet.places.keys() else [*lacking, "customer"]


def _one_for_all(findings: Findings, sheet: Sheet) -> None:
    """One warning for a file without addresses, instead of one a line."""
    others = [problem for problem in findings.warnings if not problem.text.endswith(A_TASK)]
    if len(others) < len(findings.warnings):
        text = "no column holds mail addresses: known customers keep theirs, the other invoices are tasks for a person."
        findings.warnings = [*others, Problem(sheet.table.name, text, warning=True)]
