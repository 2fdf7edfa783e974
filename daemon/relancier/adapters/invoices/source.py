"""A file of invoices, or a folder of them, as a source: every invoice, or every problem."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from relancier import __version__
from relancier.adapters.invoices import folder, headings, table
from relancier.adapters.invoices.alike import Chosen, Dated
from relancier.adapters.invoices.customers import Directory, Reader
from relancier.adapters.invoices.lines import check_columns, never_for_all, read_lines, spared, tells_paid
from relancier.adapters.invoices.rows import Findings, Sheet
from relancier.adapters.invoices.unswept import unswept
from relancier.core.case import Customer, Invoice
from relancier.core.problem import Problem
from relancier.ports import Credit, Snapshot

NEVER_READ = object()
QUIET = timedelta(seconds=3)  # nobody has written to a file for so long: it is whole

Stamps = tuple[tuple[str, table.Stamp | None], ...]


class InvoiceFile:
    """Invoices from a file or a folder, customers completed from another file. All or nothing: an error refuses all.

    `columns` maps our column names to the file's headings where they differ, `language` is that of customers without
    one, `own_addresses` can be no customer's; `reads`: of each export the newest file, or all. With a
    `clock` a file that changes is read again when nobody has written to it for a moment.
    """

    def __init__(
        self,
        file: Path,
        customers: Path | None = None,
        columns: Mapping[str, str] | None = None,
        *,
        language: str = "fr",
        own_addresses: Collection[str] = (),
        reads: Literal["newest", "all"] = "newest",
        read_bytes: Callable[[Path], bytes] = Path.read_bytes,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._file = file
        self._customers = customers
        self._columns = dict(columns or {})
        self._language = language
        self._own = own_addresses
        self._reads = reads
        self._read_bytes = read_bytes
        self._clock = clock
        self._stamps: object = NEVER_READ
        self._known: Stamps | None = None

    def _now(self) -> Stamps:
        files = folder.listed(self._file, self._customers)
        return folder.stamps([*files, self._customers] if self._customers else files)

    def changed(self) -> bool:
        """Whether any file is another than at the last read, by time, size and inode, or one came or went."""
        return self._stamps != self._now()

    def stamp(self) -> str:
        """The files as they were at the last read, how they are read, and by which version of the program."""
        return self._stamp(self._stamps)

    def unchanged_since(self, stamp: str) -> bool:
        now = self._now()
        if any(when is None for _, when in now) or stamp != self._stamp(now):
            return False
        self._stamps = self._known = now
        return True

    def _stamp(self, stamps: object) -> str:
        reading = (sorted(self._columns.items()), self._language, sorted(self._own), self._reads, __version__)
        return f"{stamps} {reading} {self._file} {self._customers}"

    def read(self) -> Snapshot:
        """Every invoice, or every problem; `as_of` is when the oldest of the files that count was last written."""
        now = self._now()
        self._stamps = now
        written = [when[0] for path, when in now if when is not None and path != str(self._customers)]
        as_of = _instant(min(written, default=0))
        if moving := self._moving(now):
            self._stamps = NEVER_READ
            return Snapshot((), as_of, (Problem(moving, table.WRITING),), settling=True)
        self._known = now
        findings = Findings()
        try:
            with unswept():
                snapshot = self._snapshot(findings)
        except table.Unreadable as unreadable:
            settling = all(problem.text == table.WRITING for problem in unreadable.problems)
            return Snapshot((), as_of, unreadable.problems, settling=settling)
        return snapshot if not findings.errors else Snapshot((), snapshot.as_of, findings.shown())

    def _moving(self, now: Stamps) -> str:
        """The name of a file that somebody seems to be writing: it changed since it was read, a moment ago."""
        if self._clock is None or self._known is None:
            return ""
        since = (self._clock() - QUIET).timestamp() * 1_000_000_000
        until = self._clock().timestamp() * 1_000_000_000
        fresh = [path for path, when in now if when is not None and since < when[0] <= until]
        return next((Path(path).name for path in fresh if dict(self._known).get(path) != dict(now)[path]), "")

    def _snapshot(self, findings: Findings) -> Snapshot:
        """What the files hold; what is wrong in them is noted."""
        found, customers = self._tables(findings)
        sheets = [Sheet(one, self._columns, findings) for _, one in found.counting]
        other = Sheet(customers, self._columns, findings) if customers else None
        oldest, of = found.counting[0]
        as_of = _instant(oldest[0])
        for sheet in sheets:
            check_columns(sheet, other, findings)
        if findings.errors:
            return Snapshot((), as_of)
        reader, directory = Reader(self._own), Directory()
        if other:
            directory.add_all(other, reader, findings)
        invoices, credit = list[Invoice](), list[Credit]()
        for sheet in sheets:
            more, left = read_lines(
                sheet, directory, reader, findings, language=self._language, folder=str(self._papers().resolve())
            )
            invoices += more
            credit += left
        others = self._spared(found, reader)
        every = tuple(never_for_all(invoices, others))
        return Snapshot(
            every,
            as_of,
            findings.shown(),
            tuple(credit),
            tells_paid=tells_paid(*sheets),
            oldest=of.name,
            doubted=found.doubted,
            never=(*spared(every, directory), *others),
        )

    def _spared(self, found: Chosen, reader: Reader) -> list[Customer]:
        """Whom a file that is passed over says never to chase, where the newer one has lost that column."""
        never = list[Customer]()
        for older, newer in found.passed:
            before, now = (Sheet(one, self._columns, Findings()) for one in (older, newer))
            never += reader.spared(before) if "never" in before and "never" not in now else ()
        return never

    def _papers(self) -> Path:
        return self._file if self._file.is_dir() else self._file.parent

    def _tables(self, findings: Findings) -> tuple[Chosen, table.Table | None]:
        """The files that count, and the customers; raises Unreadable with what is wrong with any of them."""
        found, customers, problems = list[Dated](), list[table.Table](), list[Problem]()
        for path in (*folder.listed(self._file, self._customers), *filter(None, (self._customers,))):
            try:
                when = table.stamp(path) or (0, 0, 0)
                one = table.load(path, self._columns, self._read_bytes)
            except table.Unreadable as unreadable:
                problems += unreadable.problems
                continue
            if path is self._customers:
                customers.append(one)
            else:
                found.append((when, one))
        if not problems and not found:
            problems.append(Problem(str(self._file), "this folder holds no CSV or XLSX file; put the export there."))
        if problems:
            raise table.Unreadable(*problems)
        for sentence in headings.absent(self._columns, *(one.headings for one in (*(o for _, o in found), *customers))):
            findings.error(self._file.name, sentence, found[0][1].line)
        newest = self._reads == "newest"
        counting = folder.counting(found, self._columns, newest=newest)
        findings.warnings += [note for _, one in counting.counting for note in one.notes]
        findings.warnings += folder.notes(counting, self._file.name) if newest else ()
        return counting, customers[0] if customers else None


def _instant(written: int) -> datetime:
    return datetime.fromtimestamp(written // 1_000_000_000, UTC)
