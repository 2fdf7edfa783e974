"""A folder of exports: which of its files count, and the rows that a newer file says anew."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from relancier.adapters.invoices import cells, headings
from relancier.adapters.invoices.grid import Line, Table
from relancier.adapters.invoices.table import Stamp, stamp

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
PASSING = ("~", ".")  # what Excel, LibreOffice and copying programs write beside a file while they work on it

Dated = tuple[Stamp, Table]


def listed(place: Path, without: Path | None = None) -> list[Path]:
    """The file itself, or the tables in a folder by name; temporary files and `without` are passed over."""
    if not place.is_dir():
        return [place]
    other = without.resolve() if without is not None else None
    return [path for path in sorted(_inside(place)) if path.resolve() != other]


def _inside(folder: Path) -> Iterator[Path]:
    try:
        found = list(folder.iterdir())
    except OSError:
        return
    for path in found:
        if path.suffix.lower() in ENDINGS and not path.name.startswith(PASSING) and path.is_file():
            yield path


def stamps(paths: Collection[Path]) -> tuple[tuple[str, Stamp | None], ...]:
    """What changes when a file does, comes or goes."""
    return tuple((str(path), stamp(path)) for path in paths)


def counting(tables: Sequence[Dated], given: Mapping[str, str], *, newest: bool) -> list[Dated]:
    """The files that count, oldest first: of those with the same headings the newest, or all of them.

    A number and due date in two files count as the newer one says.
    """
    ordered = sorted(tables, key=lambda dated: (dated[0][0], dated[1].name))
    if newest:
        ordered = list({_alike(table): (when, table) for when, table in ordered}.values())
        ordered.sort(key=lambda dated: (dated[0][0], dated[1].name))
    return list(_without_older(ordered, given)) if len(ordered) > 1 else ordered


def _alike(table: Table) -> frozenset[str]:
    return frozenset(filter(None, map(headings.plain, table.headings)))


def _without_older(ordered: Sequence[Dated], given: Mapping[str, str]) -> Iterator[Dated]:
    kept: list[Dated] = []
    said: set[tuple[str, object]] = set()
    for when, table in reversed(ordered):
        places = headings.columns(table.headings, given)[0]
        keys = [_key(row, places.get("number"), places.get("due")) for row in table.rows]
        rows = tuple(row for row, key in zip(table.rows, keys, strict=True) if key is None or key not in said)
        said |= {key for key in keys if key is not None}
        kept.append((when, replace(table, rows=rows)))
    yield from reversed(kept)


def _key(line: Line, number: int | None, due: int | None) -> tuple[str, object] | None:
    """What tells a row from the others; None where it cannot be told, so that its mistake is."""
    if number is None or due is None or not line[1][number].strip():
        return None
    try:
        return line[1][number].strip(), cells.day(line[1][due].strip())
    except ValueError:
        return None
