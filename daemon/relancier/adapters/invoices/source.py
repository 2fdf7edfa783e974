"""The invoice file as a source: every invoice, or every problem."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from relancier import __version__
from relancier.adapters.invoices import headings, table
from relancier.adapters.invoices.customers import Directory, Reader
from relancier.adapters.invoices.lines import check_columns, read_lines
from relancier.adapters.invoices.rows import Findings, Sheet
from relancier.core.case import Invoice
from relancier.core.problem import Problem
from relancier.ports import Credit, Snapshot

NEVER_READ = object()


class InvoiceFile:
    """Invoices from a CSV file, customers completed from a second one. All or nothing: an error refuses both.

    `columns` maps our column names to the file's headings where they differ, `language` is that of customers without
    one, `own_addresses` can be no customer's.
    """

    def __init__(
        self,
        file: Path,
        customers: Path | None = None,
        columns: Mapping[str, str] | None = None,
        *,
        language: str = "fr",
        own_addresses: Collection[str] = (),
        read_bytes: Callable[[Path], bytes] = Path.read_bytes,
    ) -> None:
        self._file = file
        self._customers = customers
        self._columns = dict(columns or {})
        self._language = language
        self._own = own_addresses
        self._read_bytes = read_bytes
        self._stamps: object = NEVER_READ

    def _now(self) -> tuple[table.Stamp | None, ...]:
        return tuple(table.stamp(path) for path in (self._file, self._customers) if path is not None)

    def changed(self) -> bool:
        """Whether either file is another than at the last read: by time, size and inode."""
        return self._stamps != self._now()

    def stamp(self) -> str:
        """The files as they were at the last read, how they are read, and by which version of the program."""
        return self._stamp(self._stamps)

    def unchanged_since(self, stamp: str) -> bool:
        now = self._now()
        if None in now or stamp != self._stamp(now):
            return False
        self._stamps = now
        return True

    def _stamp(self, stamps: object) -> str:
        reading = (sorted(self._columns.items()), self._language, sorted(self._own), __version__)
        return f"{stamps} {reading} {self._file} {self._customers}"

    def read(self) -> Snapshot:
        """Every invoice, or every problem; `as_of` is when the invoice file was last written."""
        stamps = self._now()
        self._stamps = stamps
        written = stamps[0][0] if stamps[0] else 0
        as_of = datetime.fromtimestamp(written // 1_000_000_000, UTC)
        findings = Findings()
        try:
            invoices, credit = self._lines(findings)
        except table.Unreadable as unreadable:
            return Snapshot((), as_of, unreadable.problems)
        if findings.errors:
            return Snapshot((), as_of, findings.shown())
        return Snapshot(tuple(invoices), as_of, findings.shown(), tuple(credit))

    def _lines(self, findings: Findings) -> tuple[list[Invoice], list[Credit]]:
        sheet, other = self._sheets(findings)
        if findings.errors:
            return [], []
        reader, directory = Reader(self._own), Directory()
        if other:
            directory.add_all(other, reader, findings)
        folder = str(self._file.parent.resolve())
        return read_lines(sheet, directory, reader, findings, language=self._language, folder=folder)

    def _sheets(self, findings: Findings) -> tuple[Sheet, Sheet | None]:
        """Both files with their columns known; what they lack is noted."""
        tables, problems = [], list[Problem]()
        for path in (self._file, self._customers):
            try:
                tables.append(table.load(path, self._columns, self._read_bytes) if path else None)
            except table.Unreadable as unreadable:
                problems += unreadable.problems
        if problems or tables[0] is None:
            raise table.Unreadable(*problems)
        known = [found for found in tables if found]
        for sentence in headings.absent(self._columns, *(found.headings for found in known)):
            findings.error(self._file.name, sentence, 1)
        sheets = [Sheet(found, self._columns, findings) for found in known]
        other = sheets[1] if len(sheets) > 1 else None
        check_columns(sheets[0], other, findings)
        return sheets[0], other
