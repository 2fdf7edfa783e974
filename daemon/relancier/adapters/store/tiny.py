"""TinyDB's document API over SQLite, through its own hooks: a Storage, and a Table that writes only what changed.

A document is a row of JSON text; terms are the values it is found by. Reads go to the file: nothing is kept in memory.
"""

import json
import sqlite3
from collections.abc import Callable, ItemsView, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

PAGE = 256
LAST = "\U0010ffff"

Term = tuple[str, str]
"""A field and the value by which a document is found."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a document is found again: by its name, unique in its table, and by its terms."""

    name: str | None = None
    terms: frozenset[Term] = frozenset()


Labeller = Callable[[str], Label]
Failure = Callable[[sqlite3.Error], Exception]
_Row = tuple[str, str, int]


def unlabelled(_body: str) -> Label:
    return Label()


def dump(document: object, default: Callable[[Any], object] | None = None) -> str:
    """JSON text that SQLite and every reader accepts: half a surrogate pair becomes a question mark."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default)
    return clean(text)


def clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class SqliteStorage(Storage):
    """One connection, many tables, one transaction; joins the transaction that is already open."""

    def __init__(self, connection: sqlite3.Connection, failure: Failure) -> None:
        self.connection = connection
        self._failure = failure
        self._old: dict[int, frozenset[_Row]] = {}
        self._new: dict[int, frozenset[_Row]] = {}

    def rows(self, sql: str, *values: object) -> list[Any]:
        """What a statement gives. An error of SQLite is raised as `failure` translates it."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row, None where there is none."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is on the disk afterwards, or nothing is."""
        if self._inside():
            yield
            return
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.settle()
            self.rows("COMMIT")
        finally:
            self._forget(*self._new)
            if self._inside():
                self.rows("ROLLBACK")

    def _inside(self) -> bool:
        return self.connection.in_transaction

    def put(self, table: str, doc_id: int | None, body: str, label: Label) -> None:
        """Writes a document whole: by number, else by name, else as a new one."""
        name = None if label.name is None else clean(label.name)
        if doc_id is None and name is not None:
            doc_id = self.value("SELECT id FROM document WHERE tbl = ? AND name = ?", table, name)
        number = self.value(
            "INSERT INTO document (id, tbl, name, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body WHERE tbl = excluded.tbl"
            " RETURNING id",
            *(doc_id, table, name, body),
        )
        if number is None:
            raise ValueError(f"Document {doc_id} stands in another table")
        if number not in self._old:
            self._old[number] = frozenset() if doc_id is None else self._stored_terms(number)
        self._new[number] = frozenset((f"{table}.{field}", clean(value), number) for field, value in label.terms)

    def remove(self, doc_id: int) -> None:
        self._forget(doc_id)
        self.rows("DELETE FROM document WHERE id = ?", doc_id)

    def clear(self, table: str) -> None:
        self.settle()
        self.rows("DELETE FROM document WHERE tbl = ?", table)

    def settle(self) -> None:
        """Brings the terms of what was written up to date: first all that go, then all that come."""
        gone = [term for number, old in self._old.items() for term in old - self._new[number]]
        come = [term for number, new in self._new.items() for term in new - self._old[number]]
        self._many("DELETE FROM term WHERE field = ? AND value = ? AND document = ?", gone)
        self._many("INSERT INTO term (field, value, document) VALUES (?, ?, ?)", come)
        self._forget(*self._new)

    def _many(self, sql: str, values: list[_Row]) -> None:
        try:
            self.connection.executemany(sql, values)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _stored_terms(self, number: int) -> frozenset[_Row]:
        return frozenset(self.rows("SELECT field, value, document FROM term WHERE document = ?", number))

    def _forget(self, *numbers: int) -> None:
        for number in numbers:
            self._old.pop(number, None)
            self._new.pop(number, None)

    def read(self) -> dict[str, dict[str, Any]]:
        names = self.rows("SELECT DISTINCT tbl FROM document")
        return {name: cast("dict[str, Any]", Rows(self, name)) for (name,) in names}

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """TinyDB's way to drop tables: what `data` no longer names goes; rows themselves are written by the tables."""
        with self.transaction():
            for name in self.read().keys() - data.keys():
                self.clear(name)

    def close(self) -> None:
        self.connection.close()


class Rows(Mapping[str, dict[str, Any]]):
    """The documents of a table, read from the file as they are asked for; each answer is a copy."""

    def __init__(self, storage: SqliteStorage, table: str) -> None:
        self._storage = storage
        self._table = table

    def __getitem__(self, doc_id: str) -> dict[str, Any]:
        body = self._storage.value("SELECT body FROM document WHERE id = ? AND tbl = ?", doc_id, self._table)
        if body is None:
            raise KeyError(doc_id)
        return cast("dict[str, Any]", json.loads(body))

    def __len__(self) -> int:
        return int(self._storage.value("SELECT count(*) FROM document WHERE tbl = ?", self._table))

    def __iter__(self) -> Iterator[str]:
        return (str(doc_id) for doc_id, _ in self.bodies())

    def items(self) -> ItemsView[str, dict[str, Any]]:
        return _Items(self)

    def bodies(self) -> Iterator[tuple[int, str]]:
        """Every document's number and text, a page at a time: commits may happen in between."""
        sql = "SELECT id, body FROM document WHERE tbl = ? AND id > ? ORDER BY id LIMIT ?"
        last = -1
        while page := self._storage.rows(sql, self._table, last, PAGE):
            yield from page
            last = page[-1][0]


class _Items(ItemsView[str, dict[str, Any]]):
    """Reads pages, not one row after the other."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((str(doc_id), json.loads(body)) for doc_id, body in self._rows.bodies())


class Edits(MutableMapping[int, dict[str, Any]]):
    """What an updater of TinyDB works on: copies, of which those that changed are written."""

    def __init__(self, storage: SqliteStorage, table: str, label: Labeller) -> None:
        self._storage = storage
        self._table = table
        self._label = label
        self._rows = Rows(storage, table)
        self._lent: dict[int, tuple[str, dict[str, Any]]] = {}

    def __getitem__(self, doc_id: int) -> dict[str, Any]:
        if doc_id not in self._lent:
            if len(self._lent) >= PAGE:
                self.save()
            document = self._rows[str(doc_id)]
            self._lent[doc_id] = (dump(document), document)
        return self._lent[doc_id][1]

    def __setitem__(self, doc_id: int, document: dict[str, Any]) -> None:
        body = dump(document)
        self._storage.put(self._table, doc_id, body, self._label(body))
        self._lent[doc_id] = (body, json.loads(body))

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._lent.pop(doc_id, None)
        self._storage.remove(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        sql = "SELECT 1 FROM document WHERE id = ? AND tbl = ?"
        return self._storage.value(sql, doc_id, self._table) is not None

    def __iter__(self) -> Iterator[int]:
        return (doc_id for doc_id, _ in self._rows.bodies())

    def __len__(self) -> int:
        return len(self._rows)

    def clear(self) -> None:
        self._lent.clear()
        self._storage.clear(self._table)

    def save(self) -> None:
        """Writes the documents that were changed in place."""
        for doc_id, (before, document) in self._lent.items():
            body = dump(document)
            if body != before:
                self._storage.put(self._table, doc_id, body, self._label(body))
        self._lent.clear()


class Documents(Table):
    """A table of TinyDB whose documents also have names and terms, so that a look-up is an index read."""

    def __init__(self, storage: SqliteStorage, name: str, *, label: Labeller = unlabelled) -> None:
        super().__init__(storage, name, cache_size=0)
        self._sqlite = storage
        self._label = label
        self._rows = Rows(storage, name)

    def put(self, body: str, label: Label) -> None:
        """Writes one document; one of the same name is replaced."""
        self._sqlite.put(self.name, None, body, label)

    def drop(self, name: str) -> None:
        """Removes the document of this name; none is no error."""
        number = self._sqlite.value("SELECT id FROM document WHERE tbl = ? AND name = ?", self.name, clean(name))
        if number is not None:
            self._sqlite.remove(number)

    def drop_where(self, field: str, value: str) -> None:
        """Removes the documents with this term."""
        sql = "SELECT document FROM term WHERE field = ? AND value = ?"
        for (number,) in self._sqlite.rows(sql, f"{self.name}.{field}", clean(value)):
            self._sqlite.remove(number)

    def uses(self, field: str, value: str) -> bool:
        """Whether a document has this term."""
        sql = "SELECT 1 FROM term WHERE field = ? AND value = ? LIMIT 1"
        return self._sqlite.value(sql, f"{self.name}.{field}", clean(value)) is not None

    def body(self, name: str) -> str | None:
        """The text of the document of this name."""
        sql = "SELECT body FROM document WHERE tbl = ? AND name = ?"
        return cast("str | None", self._sqlite.value(sql, self.name, clean(name)))

    def bodies(self) -> Iterator[str]:
        """The text of every document, in the order in which they came."""
        return (body for _, body in self._rows.bodies())

    def names(self) -> Iterator[str]:
        """The names of all documents."""
        return (name for (name,) in self._sqlite.rows("SELECT name FROM document WHERE tbl = ?", self.name))

    def where(self, field: str, *values: str) -> list[str]:
        """The text of the documents with one of these terms, in the order in which they came."""
        sql = "SELECT id, body FROM term CROSS JOIN document ON id = document WHERE field = ? AND value = ?"
        found = (row for value in values for row in self._sqlite.rows(sql, f"{self.name}.{field}", clean(value)))
        return [body for _, body in sorted(found)]

    def between(self, field: str, low: str = "", high: str = LAST) -> Iterator[str]:
        """The text of the documents with a value from `low` to `high`, in the order of the values, a page at a time."""
        sql = (
            "SELECT term.value, term.document, document.body FROM term CROSS JOIN document ON id = document"
            " WHERE field = ? AND (value, document) > (?, ?) AND value <= ? ORDER BY value, document LIMIT ?"
        )
        last = (low, -1)
        while page := self._sqlite.rows(sql, f"{self.name}.{field}", *last, high, PAGE):
            yield from (body for _, _, body in page)
            last = (page[-1][0], page[-1][1])

    def names_where(self, field: str, value: str) -> tuple[str, ...]:
        """The names of the documents with this term, without reading them."""
        sql = "SELECT name FROM term CROSS JOIN document ON id = document WHERE field = ? AND value = ? ORDER BY id"
        return tuple(name for (name,) in self._sqlite.rows(sql, f"{self.name}.{field}", clean(value)))

    def first(self, field: str) -> str | None:
        """The lowest value of a field."""
        sql = "SELECT value FROM term WHERE field = ? ORDER BY value LIMIT 1"
        return cast("str | None", self._sqlite.value(sql, f"{self.name}.{field}"))

    def label_again(self) -> None:
        """Works out the names and terms of every document anew."""
        with self._sqlite.transaction():
            for number, body in self._rows.bodies():
                self._sqlite.put(self.name, number, body, self._label(body))
                self._sqlite.settle()

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return cast("dict[str, Mapping[Any, Any]]", self._rows)

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        with self._sqlite.transaction():
            edits = Edits(self._sqlite, self.name, self._label)
            updater(cast("dict[int, Mapping[Any, Any]]", edits))
            edits.save()

    def _get_next_id(self) -> int:
        return int(self._sqlite.value("SELECT coalesce(max(id), 0) + 1 FROM document"))


class Database(TinyDB):
    """TinyDB with these tables."""

    table_class: type[Table] = Documents

    def __init__(self, storage: SqliteStorage) -> None:
        super().__init__(storage=lambda: storage)
        self.sqlite = storage

    def documents(self, name: str, label: Labeller) -> Documents:
        """The table of this name, its documents labelled by `label`."""
        return cast("Documents", self.table(name, label=label))
