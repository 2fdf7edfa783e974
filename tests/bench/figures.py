"""A figure beside its limit, and the table of all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, beside what it must be at most (or, with `at_least`, at least)."""

    name: str
    measured: float
    limit: float
    unit: str
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Above 1 the limit is met, by that much."""
        big, small = (self.measured, self.limit) if self.at_least else (self.limit, self.measured)
        return big / small if small else float("inf")

    @property
    def verdict(self) -> str:
        return "meets" if self.ratio >= 1 else "falls short"

    def row(self) -> list[str]:
        sign = "≥" if self.at_least else "≤"
        measured, limit = (_number(value, self.unit) for value in (self.measured, self.limit))
        return [self.name, measured, f"{sign} {limit}", f"{self.ratio:.2f}", self.verdict, self.note]


HEADINGS = ["figure", "measured", "limit", "ratio", "", "note"]


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}".strip()


def plain(figures: Iterable[Figure]) -> str:
    """The table as text."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_padded(row, widths) for row in rows)


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def markdown(figures: Iterable[Figure]) -> str:
    """The table as the README shows it."""
    rule = ["---"] * len(HEADINGS)
    rows = [HEADINGS, rule, *(figure.row() for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
