"""Invoices by a query to a database: its columns are named like ours, its rows are read like those of a file."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from relancier import __version__
from relancier.adapters.invoices import cells, headings, table
from relancier.adapters.invoices.customers import Directory, Reader
from relancier.adapters.invoices.lines import check_columns, read_lines, spared, tells_paid
from relancier.adapters.invoices.rows import Findings, Sheet
from relancier.core.problem import Problem
from relancier.ports import Answer, Query, QueryFailed, Snapshot

NAME = "[invoices] query"
KNOWN_UNTIL = "knownuntil"  # as `headings.plain` has it: the column that says to which day payments are booked
NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the database said last, or why it said nothing."""

    answer: Answer | None
    failure: str
    print: str


class AskedInvoices:
    """The Source port over a Query; `changed` asks the database, so that a payment booked there is seen at once.

    Without a column known_until, payments count as known to the instant of the answer.
    """

    def __init__(
        self,
        query: Query,
        customers: Path | None = None,
        columns: Mapping[str, str] | None = None,
        *,
        language: str = "fr",
        own_addresses: Collection[str] = (),
        zone: tzinfo = UTC,
    ) -> None:
        self._query = query
        self._customers = customers
        self._columns = dict(columns or {})
        self._language = language
        self._own = own_addresses
        self._zone = zone
        self._asked: _Asked | None = None
        self._read = ""

    def changed(self) -> bool:
        """Whether the rows are others than at the last read, or an hour has passed in which nothing changed."""
        self._asked = self._ask()
        return self._asked.print != self._read

    def stamp(self) -> str:
        return self._read

    def unchanged_since(self, stamp: str) -> bool:
        self._asked = self._ask()
        if not stamp or stamp != self._asked.print:
            return False
        self._read = stamp
        return True

    def read(self) -> Snapshot:
        asked = self._asked or self._ask()
        self._asked, self._read = None, asked.print
        if asked.answer is None:
            return Snapshot((), NEVER, (Problem(NAME, asked.failure),))
        return self._snapshot(asked.answer)

    def _ask(self) -> _Asked:
        try:
            answer = self._query.ask()
        except QueryFailed as failed:
            return _Asked(None, str(failed), "")
        return _Asked(answer, "", self._print(answer))

    def _print(self, answer: Answer) -> str:
        """What stands for an answer in later processes: the rows, the hour, how they are read, and by whom."""
        digest = hashlib.sha256(f"{answer.headings}\n".encode())
        for row in answer.rows:
            digest.update("\x1f".join((*row, "\n")).encode())
        reading = (sorted(self._columns.items()), self._language, sorted(self._own), __version__)
        customers = table.stamp(self._customers) if self._customers else None
        return f"{digest.hexdigest()} {answer.at:%Y-%m-%dT%H} {reading} {customers}"

    def _snapshot(self, answer: Answer) -> Snapshot:
        findings = Findings()
        known = self._known_until(answer, findings)
        given = table.Table(NAME, answer.headings, tuple((n, list(row)) for n, row in enumerate(answer.rows, 1)))
        reader, directory = Reader(self._own), Directory()
        try:
            sheet, other = Sheet(given, self._columns, findings), self._other(findings)
        except table.Unreadable as unreadable:
            return Snapshot((), known, unreadable.problems)
        check_columns(sheet, other, findings)
        for sentence in headings.absent(self._columns, answer.headings, other.table.headings if other else ()):
            findings.error(NAME, sentence)
        if findings.errors:
            return Snapshot((), known, findings.shown())
        if other:
            directory.add_all(other, reader, findings)
        folder = str(self._customers.parent.resolve()) if self._customers else ""
        invoices, credit = read_lines(sheet, directory, reader, findings, language=self._language, folder=folder)
        if findings.errors:
            return Snapshot((), known, findings.shown())
        never, paid = spared(invoices, directory), tells_paid(sheet)
        return Snapshot(tuple(invoices), known, findings.shown(), tuple(credit), tells_paid=paid, never=never)

    def _other(self, findings: Findings) -> Sheet | None:
        if self._customers is None:
            return None
        return Sheet(table.load(self._customers, self._columns), self._columns, findings)

    def _known_until(self, answer: Answer, findings: Findings) -> datetime:
        """To which instant payments are known: the end of the earliest day named, never later than the answer."""
        place = next((n for n, name in enumerate(answer.headings) if headings.plain(name) == KNOWN_UNTIL), None)
        if place is None:
            return answer.at
        days = [day for row in answer.rows if (day := _day(row[place], findings))]
        ends = [datetime.combine(day + timedelta(days=1), time(0), self._zone) for day in days]
        return min([answer.at, *ends])


def _day(text: str, findings: Findings) -> date | None:
    try:
        return cells.day(text) if text else None
    except ValueError as error:
        findings.error(NAME, f'column "known_until": "{text[:40]}" {error}')
        return None
