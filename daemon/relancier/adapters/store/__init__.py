"""The store: values of the core as documents of TinyDB, kept in one SQLite file."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from relancier.adapters.store.files import (
    MIGRATIONS,
    STATE,
    Migration,
    copy_to,
    file_sentences,
    lock_holder,
    migrate,
    open_file,
    pragma,
    prepare,
    ready,
    sentence,
    take_lock,
)
from relancier.adapters.store.records import Normalise, Shelf, Shelves, instant
from relancier.adapters.store.tiny import Database, SqliteStorage
from relancier.core.case import Case, Event
from relancier.core.outbox import Entry
from relancier.core.stored import (
    Applied,
    Blob,
    Change,
    Cursor,
    Offer,
    Order,
    Received,
    Removed,
    Seen,
    Setting,
    Thing,
    fingerprint,
)
from relancier.ports import AlreadyQueued, StoreFailed

__all__ = ["DocumentStore", "OnCommit", "lock_holder", "open_store"]

OnCommit = Callable[[tuple[Change, ...]], None]


def open_store(
    folder: Path,
    normalise: Normalise,
    *,
    exclusive: bool,
    on_commit: OnCommit | None = None,
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> "DocumentStore":
    """The state in a folder, made when there is none. Raises StoreBusy, StoreFailed.

    Exclusive is for the daemon and for a command that does a daemon's work; else another process may hold the folder.
    """
    path = folder / STATE
    version = len(migrations) + 1
    with file_sentences(path), contextlib.ExitStack() as resources:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if exclusive:
            resources.callback(os.close, take_lock(folder))
            prepare(path)
        elif not ready(path, version):
            open_store(folder, normalise, exclusive=True, migrations=migrations).close()
        connection = open_file(path, version, check=exclusive)
        resources.callback(connection.close)
        store = DocumentStore(path, connection, normalise, on_commit)
        store.migrate(migrations)
        store.resources = resources.pop_all()
        return store


class DocumentStore:
    """The Store port over TinyDB and SQLite; `db` is TinyDB's own face of it."""

    def __init__(
        self, path: Path, connection: Connection, normalise: Normalise, on_commit: OnCommit | None = None
    ) -> None:
        self.path = path
        self.resources = contextlib.ExitStack()
        self._on_commit = on_commit
        self._storage = SqliteStorage(connection, self._failure)
        self.db = Database(self._storage)
        shelves = Shelves(self.db, normalise)
        self._shelves = shelves
        self._plain: Mapping[Thing, Shelf[Any]] = {
            Thing.ENTRY: shelves.entries,
            Thing.RECEIVED: shelves.received,
            Thing.OFFER: shelves.offers,
        }
        self._naming: tuple[Shelf[Any], ...] = (shelves.entries, shelves.seen, shelves.cases, shelves.offers)

    def _failure(self, error: sqlite3.Error) -> Exception:
        if isinstance(error, sqlite3.IntegrityError):
            return AlreadyQueued("A message for one of these steps is in the outbox already.")
        return StoreFailed(sentence(error, self.path))

    # --- Writing

    def commit(self, *changes: Change) -> None:
        removed = [change for change in changes if isinstance(change, Removed)]
        if removed:
            self._storage.rows("PRAGMA secure_delete = ON")  # what is removed is overwritten too
        with self._storage.transaction():
            for change in changes:
                self._write(change)
            self._storage.settle()
            self._drop_bytes(change.name for change in removed if change.of is Thing.BLOB)
            if self._on_commit:
                self._on_commit(changes)

    def _write(self, change: Change) -> None:
        match change:
            case Blob():
                self._write_blob(change)
            case Applied():
                self._shelves.orders.drop(change.order)
            case Setting(name=name, value=None):
                self._shelves.settings.drop(name)
            case Removed():
                self._storage.settle()
                self._remove(change)
            case _:
                self._shelves.put(change)

    def _remove(self, change: Removed) -> None:
        if change.of is Thing.CASE:
            self._shelves.events.drop_where("case", change.name)
            self._shelves.cases.drop(change.name)
        elif change.of in self._plain:
            self._plain[change.of].drop(change.name)

    def _drop_bytes(self, names: Iterable[str]) -> None:
        """Bytes that nothing names once all is written."""
        for name in names:
            if not any(shelf.uses("blob", name) for shelf in self._naming):
                self._storage.rows("DELETE FROM blob WHERE sha256 = ?", name)

    def _write_blob(self, blob: Blob) -> None:
        if hashlib.sha256(blob.content).hexdigest() != blob.sha256:
            raise ValueError(f"{blob.sha256} is not the SHA-256 of these bytes")
        self._storage.rows("INSERT OR IGNORE INTO blob VALUES (?, ?)", blob.sha256, blob.content)

    def migrate(self, migrations: tuple[Migration, ...]) -> None:
        """Brings an older state up to date, names and terms too, in one transaction."""
        connection = self._storage.connection
        if pragma(connection, "user_version") == len(migrations) + 1:
            return
        with self._storage.transaction():
            migrate(connection, migrations)
            self._shelves.label_again()

    def backup(self, path: str) -> None:
        with file_sentences(Path(path)):
            copy_to(self._storage.connection, Path(path))

    def close(self) -> None:
        self.resources.close()

    # --- Reading cases

    def case(self, key: str) -> Case | None:
        return self._shelves.cases.one(key)

    def cases(self, keys: Iterable[str]) -> list[Case]:
        return [case for key in keys if (case := self.case(key)) is not None]

    def all_cases(self, *, open_only: bool = False) -> Iterator[Case]:
        cases = self._shelves.cases
        return cases.between("open", "yes", "yes") if open_only else cases.all()

    def case_keys(self) -> set[str]:
        return set(self._shelves.cases.names())

    def due(self, now: datetime) -> list[Case]:
        return list(self._shelves.cases.between("look_at", high=instant(now)))

    def next_look(self) -> datetime | None:
        first = self._shelves.cases.first("look_at")
        return None if first is None else datetime.fromisoformat(first)

    def closed_before(self, at: datetime) -> Iterator[Case]:
        before = at - timedelta(microseconds=1)
        return self._shelves.cases.between("closed", high=instant(before))

    def to_be_limited(self, day: date) -> Iterator[Case]:
        return self._shelves.cases.between("limited", high=day.isoformat())

    def of_customer(self, customer: str) -> list[Case]:
        return self._shelves.cases.where("customer", customer)

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._shelves.cases.names_by("number", numbers)

    def by_address(self, address: str) -> tuple[str, ...]:
        return self._shelves.cases.names_by("address", [address]).get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return self._shelves.cases.names_by("domain", [domain]).get(domain, ())

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._shelves.cases.names_by("thread", ids)

    def events(self, case: str) -> list[Event]:
        return sorted(self._shelves.events.where("case", case), key=lambda event: event.at)

    # --- Reading the outbox

    def entry(self, entry_id: str) -> Entry | None:
        return self._shelves.entries.one(entry_id)

    def entry_by_token(self, token: str) -> Entry | None:
        return next(iter(self._shelves.entries.where("token", token)), None)

    def entries(self, *statuses: str) -> list[Entry]:
        return sorted(self._shelves.entries.where("status", *statuses), key=lambda entry: entry.queued_at)

    def live_entry(self, key: str) -> Entry | None:
        return next(iter(self._shelves.entries.where("live", key)), None)

    def entries_about(self, case: str) -> list[Entry]:
        return sorted(self._shelves.entries.where("case", case), key=lambda entry: entry.queued_at)

    def copies_wanted(self) -> list[Entry]:
        return self._shelves.entries.where("copy", "wanted")

    def sent_since(self, at: datetime) -> list[Entry]:
        return list(self._shelves.entries.between("sent_at", instant(at)))

    # --- Reading the rest

    def cursor(self, folder: str) -> Cursor | None:
        return self._shelves.cursors.one(folder)

    def cursors(self) -> list[Cursor]:
        return list(self._shelves.cursors.all())

    def seen(self, identity: str) -> Seen | None:
        return self._shelves.seen.one(identity)

    def flags_wanted(self) -> list[Seen]:
        return self._shelves.seen.where("flags", "wanted")

    def asked_about(self) -> list[Seen]:
        return self._shelves.seen.where("asked", "yes")

    def messages_about(self, case: str) -> list[Seen]:
        return sorted(self._shelves.seen.where("case", case), key=lambda seen: seen.at)

    def bytes_wanted(self) -> list[Seen]:
        return self._shelves.seen.where("bytes", "wanted")

    def attachments_wanted(self) -> list[Seen]:
        return sorted(self._shelves.seen.where("attached", "wanted"), key=lambda seen: seen.at)

    def received(self, identity: str) -> Received | None:
        return self._shelves.received.one(identity)

    def receipts(self, *fates: str) -> list[Received]:
        return _by_day(self._shelves.received.where("fate", *fates))

    def receipts_for(self, case: str) -> list[Received]:
        return _by_day(self._shelves.received.where("case", case))

    def receipts_from(self, payer_iban: str) -> list[Received]:
        return _by_day(self._shelves.received.where("payer", payer_iban)) if payer_iban else []

    def offer(self, offer_id: str) -> Offer | None:
        return self._shelves.offers.one(offer_id)

    def offers(self) -> list[Offer]:
        return sorted(self._shelves.offers.where("open", "yes"), key=lambda offer: offer.at)

    def unmatched(self, since: datetime) -> Iterator[Seen]:
        return self._shelves.seen.between("unmatched", instant(since))

    def orders(self) -> list[Order]:
        return sorted(self._shelves.orders.all(), key=lambda order: order.at)

    def blob(self, sha256: str) -> bytes | None:
        """The bytes of this name. Raises StoreFailed when they are no longer those that were stored."""
        content: bytes | None = self._storage.value("SELECT content FROM blob WHERE sha256 = ?", sha256)
        if content is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise StoreFailed(f"{self.path} holds a damaged message: put the last backup in its place.")
        return content

    def gone(self, text: str) -> bool:
        return self._shelves.gone.one(fingerprint(text)) is not None

    def setting(self, name: str) -> object:
        found = self._shelves.settings.one(name)
        return None if found is None else found.value


def _by_day(found: Iterable[Received]) -> list[Received]:
    return sorted(found, key=lambda one: (one.movement.on, one.at))
