"""Fields on their way into a template: checked, one line each, and a lacking one that makes its line disappear."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from relancier.core.text.typography import MARK, plain
from relancier.core.writing.fields import BY_NAME, Field, Kind

MOST_ROWS = 500
LONGEST = 4000
MAIL_LINK = re.compile(r"mailto:[A-Za-z0-9.!#$%&'*+/=_~-]{1,100}@[A-Za-z0-9.-]{1,250}\?[A-Za-z0-9%&=._~-]{1,1500}")

PICTURE = re.compile(r"cid:[A-Za-z0-9._-]{1,100}(@[A-Za-z0-9.-]{1,100})?")


class Lacking:
    """A value that is not known: false, empty, below nothing, and printed as the mark that removes its line."""

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[NoReturn]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return MARK

    def __getattr__(self, name: str) -> "Lacking":
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


LACKING = Lacking()


class Iban(str):
    """Printed in groups of four."""

    __slots__ = ()


class Link(str):
    """Printed as a link."""

    __slots__ = ()


class Quoted(str):
    """Somebody's own words, printed with the spaces they were written with."""

    __slots__ = ()


class Ready(str):
    """Already as it shall stand in the Markdown; never made from a field without escaping it."""

    __slots__ = ()


def prepared(fields: Mapping[str, object]) -> dict[str, Any]:
    """Every variable by its name, ready for a template. Raises ValueError for a name that is none."""
    if unknown := sorted(set(fields) - set(BY_NAME)):
        raise ValueError(f"no template variable is called {', '.join(unknown)}")
    return {name: _value(field, fields.get(name)) for name, field in BY_NAME.items()}


def lacking_row(field: Field, rows: Any) -> str:
    """The name of a column that is always known and yet lacks in one of the rows, or ''."""
    if field.kind is not Kind.ROWS:
        return ""
    names = (column.name for column in field.columns if column.always)
    return next((name for name in names for row in rows if isinstance(row[name], Lacking)), "")


def _value(field: Field, value: Any) -> Any:
    if value is None or value in ("", ()):
        return LACKING
    if field.kind is Kind.ROWS:
        return tuple(_row(field.columns, row) for row in value[:MOST_ROWS])
    if field.kind is Kind.TEXTS:
        kept = (plain(text)[:LONGEST] for text in value[:MOST_ROWS])
        return tuple(Quoted(text) if field.quoted else text for text in kept if text) or LACKING
    if field.kind is Kind.PICTURE:
        return Link(value) if PICTURE.fullmatch(value) else LACKING
    if field.kind is Kind.LINK:
        return _link(value)
    return _text(field, value) if isinstance(value, str) else value


def _row(columns: tuple[Field, ...], row: Mapping[str, object]) -> dict[str, Any]:
    return {column.name: _value(column, row.get(column.name)) for column in columns}


def _text(field: Field, value: str) -> Any:
    kept = plain(value)[:LONGEST]
    if not kept:
        return LACKING
    if field.quoted:
        return Quoted(kept)
    return Iban(kept) if field.kind is Kind.IBAN else kept


def _link(value: str) -> Any:
    return Link(value) if is_web_address(value) or is_mail_link(value) else LACKING


def is_mail_link(value: str) -> bool:
    """Whether this is a mailto link of printable ASCII that nothing can break out of (RFC 6068)."""
    return MAIL_LINK.fullmatch(value) is not None


def is_web_address(value: str) -> bool:
    """Whether this is an http(s) address of printable ASCII that nothing can break out of."""
    if not value.isascii() or not value.isprintable() or set(' <>"\\^`{|}') & set(value) or len(value) > 2000:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
