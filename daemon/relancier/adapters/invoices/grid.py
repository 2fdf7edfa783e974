"""A table as it was found in a file, whatever the file is."""

from dataclasses import dataclass

from relancier.core.problem import Problem

Line = tuple[int, list[str]]
NO_RESULT = "#FORMULA!"  # stands where a formula was never worked out


@dataclass(frozen=True, slots=True)
class Table:
    """The headings of a file and its rows, each with the line on which it begins.

    `line` is where the headings stand, `skipped` how many lines are no rows (titles, totals, page breaks), `notes`
    say what a person should know about how the file was understood. `written`: how many headings stand in the file
    itself; what follows was added from other lines of it.
    """

    name: str
    headings: tuple[str, ...]
    rows: tuple[Line, ...]
    line: int = 1
    skipped: int = 0
    notes: tuple[Problem, ...] = ()
    written: int | None = None


class Unreadable(Exception):  # noqa: N818 - named after the situation
    """The file is no table; the problems say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def cell_name(column: int, line: int) -> str:
    """A cell as spreadsheets call it, the column counted from 0: A1, B12, AA3."""
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{line}"
