"""A table's rows as checked cells: every mistake is noted with its line, its heading and what stands there."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from relancier.adapters.invoices import headings
from relancier.adapters.invoices.grid import NO_RESULT, Table, cell_name
from relancier.adapters.invoices.understood import mistyped
from relancier.config import UNSAFE, shown
from relancier.core.problem import Problem

Value = TypeVar("Value")

MOST_SHOWN = 100
FORMULA_ERROR = re.compile(
    r"#(REF|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|NULL|NUL|DIV/0|SPILL|CALC|FORMULA|CHAMP|BLOCKED|CONNECT)[!?]|#N/A|#ND"
    r"|#GETTING_DATA|Err:\d{3}|#{3,}"
)
# Free text may be written over several lines; everything else must be one.
SEVERAL_LINES = "purpose"


@dataclass(slots=True)
class Findings:
    """What is wrong in the files so far, in order; the number of those shown is bounded."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, where: str, text: str, line: int | None = None) -> None:
        self.errors.append(Problem(where, text, line))

    def warning(self, where: str, text: str, line: int | None = None) -> None:
        self.warnings.append(Problem(where, text, line, warning=True))

    def shown(self) -> tuple[Problem, ...]:
        """The errors, or the warnings where there is none (some only follow from an error), and how many more."""
        return tuple(_bounded(self.errors or self.warnings))


def _bounded(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_SHOWN:
        return problems
    where, more = problems[0].where, len(problems) - MOST_SHOWN
    rest = Problem(where, f"{more} more of this kind are not shown; mend these first.", warning=problems[0].warning)
    return [*problems[:MOST_SHOWN], rest]


class Sheet:
    """A table whose columns are known: gives the cells of a row by column name."""

    def __init__(self, table: Table, given: Mapping[str, str], findings: Findings) -> None:
        self.table = table
        self.places, sentences = headings.columns(table.headings, given)
        for sentence in sentences:
            findings.error(table.name, sentence, table.line)
        for sentence in mistyped(table.headings, self.places):
            findings.warning(table.name, sentence, table.line)

    def __contains__(self, column: str) -> bool:
        return column in self.places

    @property
    def read(self) -> Collection[int]:
        """The places of the headings that mean something."""
        return self.places.values()

    def row(self, line: int, cells: list[str], findings: Findings) -> "Row":
        return Row(self, line, cells, findings)


class Row:
    """One line of a table. What cannot be read is noted as an error, and read as empty."""

    __slots__ = ("_cells", "_findings", "_places", "_sheet", "_unsafe", "line")

    def __init__(self, sheet: Sheet, line: int, cells: list[str], findings: Findings) -> None:
        self._sheet = sheet
        self._places = sheet.places
        self._findings = findings
        self.line = line
        self._cells = cells
        self._unsafe: set[str] = set()
        written = "".join(cells)
        if UNSAFE.search(written):
            self._cells = [self._safe(place, cell) for place, cell in enumerate(cells)]
        if "#" in written or "Err:" in written:
            self._tell_formulas()

    def _tell_formulas(self) -> None:
        """A formula that failed left no value: reading it as nothing would make a paid invoice an open one."""
        for column, place in self._sheet.places.items():
            text = self.text(column)
            if FORMULA_ERROR.fullmatch(text):
                why = (
                    "has no result yet; open the file, save it"
                    if text == NO_RESULT
                    else "is a formula's error; mend it"
                )
                self._unsafe.add(column)
                self.error(column, f"{shown(text)} in cell {cell_name(place, self.line)} {why}, or write the value.")

    def _safe(self, place: int, cell: str) -> str:
        """A cell without control characters: several lines of free text become one, all else is an error."""
        column = next((name for name, here in self._sheet.places.items() if here == place), None)
        if column == SEVERAL_LINES:
            cell = " ".join(cell.split())
        if column and UNSAFE.search(cell.strip(" ")):
            kind = "a line break" if {"\n", "\r"} & set(cell) else "a control character"
            hint = "; separate the lines with |" if column == "address" else ""
            self._unsafe.add(column)
            self.error(column, f"{shown(cell)} holds {kind}; take it out{hint}.")
        return UNSAFE.sub(" ", cell)

    def raw(self, *columns: str) -> tuple[str, ...]:
        """What stands in these columns, unchecked; equal rows give equal tuples."""
        places = self._sheet.places
        return tuple(self._cells[places[column]] if column in places else "" for column in columns)

    def text(self, column: str) -> str:
        """What stands in a column, or nothing."""
        place = self._places.get(column)
        return self._cells[place].strip() if place is not None else ""

    def value(self, column: str, read: Callable[[str], Value], otherwise: Value) -> Value:
        """What a column means, `otherwise` where it is empty; a mistake is noted, once."""
        place = self._places.get(column)
        if place is None:
            return otherwise
        text = self._cells[place].strip()
        if not text or column in self._unsafe:
            return otherwise
        try:
            return read(text)
        except ValueError as error:
            self.error(column, f"{shown(text)} {error}")
            return otherwise

    def required(self, column: str, read: Callable[[str], Value]) -> Value | None:
        """What a column means; an empty cell is a mistake too."""
        self.needs(column)
        return self.value(column, read, None)

    def needs(self, column: str) -> None:
        """An empty cell is a mistake."""
        if column in self._sheet and not self.text(column):
            self.error(column, "the cell is empty; every invoice needs it, so fill it in.")

    def heading(self, column: str) -> str:
        place = self._sheet.places.get(column)
        return self._sheet.table.headings[place] if place is not None else column

    def error(self, column: str, text: str) -> None:
        self._findings.error(self._sheet.table.name, f'column "{self.heading(column)[:30]}": {text}', self.line)

    def warning(self, column: str, text: str) -> None:
        self._findings.warning(self._sheet.table.name, f'column "{self.heading(column)[:30]}": {text}', self.line)
