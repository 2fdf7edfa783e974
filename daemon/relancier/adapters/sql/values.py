"""What a database gives, as the text that a spreadsheet would hold."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch

from relancier.ports import QueryFailed

MOST_ROWS = 200_000
DECIMALS = 6  # what is left of a binary number once its noise is rounded away


@singledispatch
def text(value: object) -> str:
    """A value as text: days as 2026-12-31, amounts with a point, yes and no in words."""
    return str(value)


@text.register
def _(_value: None) -> str:
    return ""


@text.register
def _(value: bool) -> str:
    return "yes" if value else "no"


@text.register
def _(value: datetime) -> str:
    return value.date().isoformat()


@text.register
def _(value: date) -> str:
    return value.isoformat()


@text.register
def _(value: Decimal) -> str:
    return f"{value:f}"


@text.register
def _(value: float) -> str:
    """12.1 as 12.10: amounts in binary numbers are meant to the cent."""
    whole, _, part = f"{value:.{DECIMALS}f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


@text.register
def _(value: bytes) -> str:
    raise QueryFailed(f"The query gives a column of {len(value)} bytes; select text, numbers and dates only.")


def bounded(select: str) -> str:
    """The query, giving no more rows than can be told to be too many."""
    return f"SELECT * FROM (\n{select}\n) AS asked LIMIT {MOST_ROWS + 1}"  # noqa: S608 - the administrator's own


def rows(found: Sequence[Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    """The rows as text, as many as are allowed. Raises QueryFailed for more."""
    if len(found) > MOST_ROWS:
        raise QueryFailed(f"The query gives more than {MOST_ROWS} rows; let it select open and recent invoices only.")
    return tuple(tuple(map(text, row)) for row in found)


def headings(names: Iterable[str] | None) -> tuple[str, ...]:
    """The columns' names. Raises QueryFailed where the statement gives no rows at all."""
    if names is None:
        raise QueryFailed("The query gives no rows; write one SELECT in [invoices] query.")
    return tuple(names)
