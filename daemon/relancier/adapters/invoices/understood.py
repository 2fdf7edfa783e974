"""How the columns of a file were understood, heading by heading, and the known heading nearest to one that is not."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from relancier.adapters.invoices import headings
from relancier.adapters.invoices.grid import Table
from relancier.ports import Heading

LIKE = 0.78  # from here on a heading reads like one of ours that was mistyped or written a little otherwise
LONGEST = 40
LONG_ENOUGH = 5  # of a heading that is the beginning of a known one
OTHER = frozenset(
    {"amountexclvat", "compte", "montanthorstaxes", "montantht", "montanttva", "nocompte", "totalht", "totaltva"}
)  # read like ours, and mean something else: an account, or an amount without VAT


def understood(table: Table, given: Mapping[str, str]) -> tuple[Heading, ...]:
    """Every heading in its order: our column, else the nearest known heading; with the first value below it."""
    places, _ = headings.columns(table.headings, given)
    ours = {place: column for column, place in places.items()}
    return tuple(
        Heading(
            heading=heading[:LONGEST],
            column=ours.get(place, ""),
            near="" if place in ours else nearest(heading),
            example=_example(table, place),
        )
        for place, heading in enumerate(table.headings[: table.written])
        if heading or place in ours or _example(table, place)
    )


def present(headings_of: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    """The columns that the configuration names by headings which this file has: for the others, ours are looked for."""
    here = {headings.plain(heading) for heading in headings_of}
    return {column: heading for column, heading in given.items() if headings.plain(heading) in here}


def mistyped(shown: Sequence[str], places: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each heading that is not known and seems meant for a column that no other heading gives."""
    known = set(places.values())
    for place, heading in enumerate(shown):
        near = "" if place in known else nearest(heading)
        meant = near and headings.plain(near) != headings.plain(heading)  # else it is known, and passed over here
        if meant and headings.KNOWN[headings.plain(near)] not in places:
            column = headings.KNOWN[headings.plain(near)]
            yield (
                f'column "{heading[:LONGEST]}" is not read; did you mean "{near}"? Rename it, or name it in '
                f'[invoices.columns], as in {column} = "{heading[:LONGEST]}".'
            )


def nearest(heading: str) -> str:
    """The known heading that reads most like this one, or begins with it, if any does; never the heading itself."""
    written = headings.plain(heading)
    if len(written) < 3 or written in OTHER or written in _known():
        return ""
    begun = [one for one in _known() if len(written) >= LONG_ENOUGH and one.startswith(written)]
    if len({headings.KNOWN[one] for one in begun}) == 1:
        return _known()[min(begun, key=len)]
    near = difflib.get_close_matches(written, _known(), 1, LIKE)
    return _known()[near[0]] if near else ""


@cache
def _known() -> Mapping[str, str]:
    """The known headings as they are written, by how they are compared."""
    return {
        headings.plain(heading): heading
        for column, synonyms in headings.SYNONYMS.items()
        for heading in (column, *synonyms)
    }


def _example(table: Table, place: int) -> str:
    """The first value that stands in a column, on one line."""
    values = (row[place] for _, row in table.rows if place < len(row))
    return " ".join(next((value for value in values if value.strip()), "").split())[:LONGEST]
