"""Which files of a folder are one export, written again: the newest of them counts, also with other columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from relancier.adapters.invoices import cells, headings
from relancier.adapters.invoices.customers import identity
from relancier.adapters.invoices.grid import Line, Table
from relancier.adapters.invoices.table import Stamp
from relancier.core.text.numbers import squash

Dated = tuple[Stamp, Table]


class Likeness(IntEnum):
    """How sure it is that two files are the same export."""

    OTHER = 0
    LIKELY = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files that count, oldest first; `passed` are the files with other headings that a newer one replaces.

    `doubted` says of the numbers that stand in such a file alone in which: where it is only likely the same export,
    that an invoice has left it does not say that it was paid.
    """

    counting: list[Dated]
    passed: list[tuple[Table, Table]] = field(default_factory=list)
    doubted: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Export:
    """A file, with what it can be known by."""

    when: Stamp
    table: Table
    given: Mapping[str, str]

    @cached_property
    def headings(self) -> frozenset[str]:
        return headings_of(self.table)

    @cached_property
    def places(self) -> Mapping[str, int]:
        return headings.columns(self.table.headings, self.given)[0]

    def cells(self, column: str) -> set[str]:
        place = self.places.get(column)
        return set() if place is None else {row[place].strip() for _, row in self.table.rows} - {""}

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(map(squash, self.cells("number")))

    @cached_property
    def invoices(self) -> frozenset[tuple[str, object]]:
        keys = (key_of(row, self.places.get("number"), self.places.get("due")) for row in self.table.rows)
        return frozenset((squash(key[0]), key[1]) for key in keys if key is not None)

    @cached_property
    def shapes(self) -> frozenset[str]:
        return frozenset(map(_shape, self.cells("number")))

    @cached_property
    def customers(self) -> frozenset[str]:
        return frozenset(
            {*map(str.casefold, self.cells("customer_id")), *(identity("", name) for name in self.cells("customer"))}
        )

    def likeness(self, other: "_Export") -> Likeness:
        """Files that list the same invoices, or number them alike with like headings, are one export.

        That numbers of figures alone have as many of them proves nothing, unless they are of the same customers.
        """
        if self.headings == other.headings:
            return Likeness.SURE
        half = 2 * len(self.headings & other.headings) >= min(len(self.headings), len(other.headings))
        if self.invoices & other.invoices:
            return Likeness.SURE if half else Likeness.LIKELY
        alike = self.shapes & other.shapes
        shared = bool(self.customers & other.customers)
        series = any(shape[0].isalpha() for shape in alike)
        likely = (half and (shared or any(not shape.isdigit() for shape in alike))) or (series and shared)
        return Likeness.LIKELY if alike and likely else Likeness.OTHER


@dataclass(slots=True)
class _Family:
    """One export: the newest file of each set of headings, and every number that stands in any of its files."""

    files: list[_Export] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def likeness(self, one: _Export) -> Likeness:
        return max(one.likeness(other) for other in self.files)

    def add(self, one: _Export) -> bool:
        """Whether no newer file has these headings."""
        self.numbers |= one.numbers
        new = all(one.headings != other.headings for other in self.files)
        self.files += [one] if new else []
        return new


def chosen(ordered: Sequence[Dated], given: Mapping[str, str]) -> Chosen:
    """Of the files of each export the newest; `ordered` are all of them, oldest first."""
    families: list[_Family] = []
    passed: list[tuple[Table, Table]] = []
    doubted: dict[str, str] = {}
    for when, table in reversed(ordered):
        one = _Export(when, table, given)
        like = [family.likeness(one) for family in families]
        likeness = max(like, default=Likeness.OTHER)
        if likeness is Likeness.OTHER:
            families.append(_Family([one], set(one.numbers)))
            continue
        likest = families[like.index(likeness)]
        if likeness is Likeness.LIKELY:
            doubted.update(dict.fromkeys(one.numbers - likest.numbers, table.name))
        if likest.add(one):
            passed.append((table, likest.files[0].table))
    counting = [(family.files[0].when, family.files[0].table) for family in reversed(families)]
    listed = {number for family in families for number in family.files[0].numbers}
    return Chosen(counting, passed, {number: name for number, name in doubted.items() if number not in listed})


def headings_of(table: Table) -> frozenset[str]:
    """What files of the same headings have in common."""
    return frozenset(filter(None, map(headings.plain, table.headings)))


def key_of(line: Line, number: int | None, due: int | None) -> tuple[str, object] | None:
    """What tells a row from the others; None where it cannot be told, so that its mistake is."""
    if number is None or due is None or not line[1][number].strip():
        return None
    try:
        return line[1][number].strip(), cells.day(line[1][due].strip())
    except ValueError:
        return None


def _shape(number: str) -> str:
    """How a number is written: its letters, and that there are figures; of figures alone how many."""
    bare = squash(number)
    return str(len(bare)) if bare.isdigit() else re.sub(r"\d+", "0", bare)
