"""A folder of exports: which of its files count, and the rows that a newer file says anew."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from relancier.adapters.invoices import headings
from relancier.adapters.invoices.alike import Chosen, Dated, chosen, key_of
from relancier.adapters.invoices.grid import Table
from relancier.adapters.invoices.table import Stamp, stamp
from relancier.core.problem import Problem

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
PASSING = ("~", ".")  # what Excel, LibreOffice and copying programs write beside a file while they work on it


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


def counting(tables: Sequence[Dated], given: Mapping[str, str], *, newest: bool) -> Chosen:
    """The files that count, oldest first: of each export the newest, or all of them.

    A number and due date in two files count as the newer one says.
    """
    ordered = sorted(tables, key=lambda dated: (dated[0][0], dated[1].name))
    found = chosen(ordered, given) if newest else Chosen(ordered)
    return replace(found, counting=list(_without_older(found.counting, given)))


def notes(found: Chosen, place: str) -> Iterator[Problem]:
    """What a person should know of the choice: which file is passed over, and which count beside one another."""
    for older, newer in found.passed:
        text = f"it is passed over: {newer.name} is newer, and the same export with other columns{_only(older, found)}."
        yield Problem(older.name, text, warning=True)
    if len(found.counting) > 1:
        each = " and ".join(f"{table.name} of {day(when)}" for when, table in found.counting)
        text = f"{each} count beside one another, as different exports; take out of the folder what should not count."
        yield Problem(place, text, warning=True)


def _only(older: Table, found: Chosen) -> str:
    alone = sum(name == older.name for name in found.doubted.values())
    if not alone:
        return ""
    many = "1 invoice that stands here alone is" if alone == 1 else f"{alone} invoices that stand here alone are"
    return f', so that {many} not chased (folder_reads = "all" reads both)'


def day(when: Stamp) -> str:
    """The day on which a file was written."""
    return datetime.fromtimestamp(when[0] // 1_000_000_000, UTC).date().isoformat()


def _without_older(ordered: Sequence[Dated], given: Mapping[str, str]) -> Iterator[Dated]:
    if len(ordered) == 1:
        yield from ordered
        return
    kept: list[Dated] = []
    said: set[tuple[str, object]] = set()
    for when, table in reversed(ordered):
        places = headings.columns(table.headings, given)[0]
        keys = [key_of(row, places.get("number"), places.get("due")) for row in table.rows]
        rows = tuple(row for row, key in zip(table.rows, keys, strict=True) if key is None or key not in said)
        said |= {key for key in keys if key is not None}
        kept.append((when, replace(table, rows=rows)))
    yield from reversed(kept)
