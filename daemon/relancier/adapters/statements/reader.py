"""Statements of every format as a StatementReader."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from relancier.adapters.statements import book, camt, cfonb, delimited, ofx, sheet
from relancier.adapters.statements.accounts import known
from relancier.adapters.statements.values import LARGEST, Refused, refuse, too_large
from relancier.core.paid.statement import Statement, counted
from relancier.ports import Statements, WorkbookReader

OTHERS = {
    b"%PDF": "a PDF", b"PK\x03\x04": "a workbook or an archive", b"\xd0\xcf\x11\xe0": "a workbook", b"!Type:": "QIF",
    b":20:": "MT940", b"{1:F01": "MT940",
}  # fmt: skip


class BankStatements:
    """CAMT.053, OFX, CFONB120, CSV and, given what reads workbooks, XLSX, told apart by what stands in them.

    `columns` maps our names of a CSV's columns to its headings where they differ, `accounts` are our own: a file that
    gives only a number is of the one in which it stands.
    """

    def __init__(
        self,
        columns: Mapping[str, str] | None = None,
        accounts: Sequence[str] = (),
        workbooks: WorkbookReader | None = None,
    ) -> None:
        self._columns = dict(columns or {})
        self._accounts = tuple("".join(account.split()).upper() for account in accounts)
        self._workbooks = workbooks

    def recognises(self, name: str, content: bytes) -> bool:
        """Whether it looks like a statement, by its beginning."""
        del name
        if self._workbooks and self._workbooks.is_workbook(content):
            return book.looks_like(content, self._workbooks, self._columns)
        fixed = camt.looks_like(content) or cfonb.looks_like(content) or ofx.looks_like(content)
        return fixed or delimited.looks_like(content, self._columns)

    def read(self, name: str, content: bytes) -> Statements:
        """Every movement, or every problem."""
        try:
            found = self._found(name, content)
        except Refused as refused:
            return Statements(problems=refused.problems)
        return replace(found, found=tuple(map(self._own, found.found)))

    def _found(self, name: str, content: bytes) -> Statements:
        if len(content) > LARGEST:
            raise Refused(too_large(name))
        if not content.strip():
            raise refuse(name, "it is empty; download it from the bank again.")
        if self._workbooks and self._workbooks.is_workbook(content):
            sheets = book.read(name, content, self._workbooks, self._columns)
            return sheet.read(name, sheets, self._accounts)
        for mark, what in OTHERS.items():
            if content.startswith(mark):
                sentence = f"it is {what}, which is not read; download the statement as CAMT.053, OFX, CFONB120 or CSV."
                raise refuse(name, sentence)
        if camt.looks_like(content):
            return Statements(camt.read(name, content))
        if cfonb.looks_like(content):
            return Statements(cfonb.read(name, content))
        if ofx.looks_like(content):
            return Statements(ofx.read(name, content))
        return sheet.read(name, delimited.read(name, content, self._columns), self._accounts)

    def _own(self, statement: Statement) -> Statement:
        """The statement under our own account's IBAN, where the file gave only its number."""
        account = known(statement.account, self._accounts)
        if account == statement.account:
            return statement
        moved = (replace(movement, account=account) for movement in statement.movements)
        return replace(statement, account=account, movements=counted(moved))
