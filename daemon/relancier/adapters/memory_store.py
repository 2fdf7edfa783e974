"""A store without a file: the same contract over dicts, for tests of the work and for what need not outlive a run."""

import copy
import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from relancier.core.case import IN_STORE, Case, Event
from relancier.core.limitation import to_be_told
from relancier.core.outbox import Copy, Entry, Sort, Status
from relancier.core.stored import (
    Applied,
    Blob,
    Change,
    Cursor,
    Gone,
    Offer,
    Order,
    Received,
    Removed,
    Seen,
    Setting,
    Thing,
    fingerprint,
)
from relancier.ports import AlreadyQueued

Value = TypeVar("Value")

NAMES: Mapping[type, Callable[[Any], str]] = {
    Case: lambda case: case.key,
    Entry: lambda entry: entry.id,
    Cursor: lambda cursor: cursor.folder,
    Seen: lambda seen: seen.identity,
    Order: lambda order: order.id,
    Received: lambda received: received.identity,
    Offer: lambda offer: offer.id,
    Blob: lambda blob: blob.sha256,
    Setting: lambda setting: setting.name,
    Gone: lambda gone: gone.mark,
}
REMOVED: Mapping[Thing, type] = {
    Thing.CASE: Case,
    Thing.ENTRY: Entry,
    Thing.RECEIVED: Received,
    Thing.OFFER: Offer,
    Thing.BLOB: Blob,
}


class MemoryStore:
    """The Store port; every look-up is a scan, every commit copies the dicts: for small states only."""

    def __init__(
        self,
        normalise: Callable[[str], str] = str,
        on_commit: Callable[[tuple[Change, ...]], None] | None = None,
    ) -> None:
        self._normalise = normalise
        self._on_commit = on_commit
        self._rows: dict[type, dict[str, Any]] = {kind: {} for kind in (*NAMES, Event)}

    # --- Writing

    def commit(self, *changes: Change) -> None:
        rows = {kind: dict(values) for kind, values in self._rows.items()}
        for change in changes:
            _write(rows, change)
        _drop_bytes(rows, changes)
        live = [carried.key for entry in rows[Entry].values() if entry.live for carried in entry.carries]
        if len(live) != len(set(live)):
            raise AlreadyQueued("A message for one of these steps is in the outbox already.")
        if self._on_commit:
            self._on_commit(changes)
        self._rows = rows

    def backup(self, path: str) -> None:
        with Path(path).open("xb") as file:
            pickle.dump(self._rows, file)

    def close(self) -> None:
        pass

    # --- Reading cases

    def case(self, key: str) -> Case | None:
        return self._one(Case, key)

    def cases(self, keys: Iterable[str]) -> list[Case]:
        return [case for key in keys if (case := self.case(key)) is not None]

    def all_cases(self, *, open_only: bool = False) -> Iterator[Case]:
        return (case for case in self._all(Case) if not (open_only and case.ended))

    def case_keys(self) -> set[str]:
        return set(self._rows[Case])

    def due(self, now: datetime) -> list[Case]:
        waiting = [(case.look_at, case) for case in self._all(Case) if case.look_at is not None]
        return [case for at, case in sorted(waiting, key=lambda pair: pair[0]) if at <= now]

    def next_look(self) -> datetime | None:
        return min((case.look_at for case in self._all(Case) if case.look_at is not None), default=None)

    def closed_before(self, at: datetime) -> Iterator[Case]:
        ended = [(case.state_at or case.opened_at, case) for case in self._all(Case) if case.ended]
        return (case for closed, case in sorted(ended, key=lambda pair: pair[0]) if closed < at)

    def to_be_limited(self, day: date) -> Iterator[Case]:
        told = [(on, case) for case in self._all(Case) if (on := to_be_told(case)) is not None]
        return (case for on, case in sorted(told, key=lambda pair: pair[0]) if on <= day)

    def of_customer(self, customer: str) -> list[Case]:
        return [case for case in self._all(Case) if case.invoice.customer.id == customer]

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._keys(numbers, lambda case: () if case.ended else (self._normalise(case.invoice.number),))

    def by_address(self, address: str) -> tuple[str, ...]:
        return self._keys([address], _addresses).get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return self._keys([domain], lambda case: [mail.rpartition("@")[2] for mail in _addresses(case)]).get(domain, ())

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return self._keys(ids, lambda case: case.thread)

    def events(self, case: str) -> list[Event]:
        return sorted((event for event in self._all(Event) if event.case == case), key=lambda event: event.at)

    # --- Reading the outbox

    def entry(self, entry_id: str) -> Entry | None:
        return self._one(Entry, entry_id)

    def entry_by_token(self, token: str) -> Entry | None:
        return next((entry for entry in self._all(Entry) if entry.token == token), None)

    def entries(self, *statuses: str) -> list[Entry]:
        found = (entry for entry in self._all(Entry) if entry.status in statuses)
        return sorted(found, key=lambda entry: entry.queued_at)

    def live_entry(self, key: str) -> Entry | None:
        carrying = (entry for entry in self._all(Entry) if key in {carried.key for carried in entry.carries})
        return next((entry for entry in carrying if entry.live), None)

    def entries_about(self, case: str) -> list[Entry]:
        return sorted((entry for entry in self._all(Entry) if case in entry.about), key=lambda entry: entry.queued_at)

    def copies_wanted(self) -> list[Entry]:
        return [entry for entry in self._all(Entry) if (entry.status, entry.copy) == (Status.SENT, Copy.WANTED)]

    def sent_since(self, at: datetime) -> list[Entry]:
        sent = (entry for entry in self._all(Entry) if (entry.status, entry.sort) == (Status.SENT, Sort.REMINDER))
        return sorted((entry for entry in sent if _sent_at(entry) >= at), key=_sent_at)

    # --- Reading the rest

    def cursor(self, folder: str) -> Cursor | None:
        return copy.deepcopy(self._one(Cursor, folder))

    def cursors(self) -> list[Cursor]:
        return copy.deepcopy(self._all(Cursor))

    def seen(self, identity: str) -> Seen | None:
        return self._one(Seen, identity)

    def flags_wanted(self) -> list[Seen]:
        return [seen for seen in self._all(Seen) if seen.folder and set(seen.flags) != set(seen.flagged)]

    def asked_about(self) -> list[Seen]:
        return [seen for seen in self._all(Seen) if "\\Flagged" in seen.flags]

    def messages_about(self, case: str) -> list[Seen]:
        return sorted((seen for seen in self._all(Seen) if case in seen.cases), key=lambda seen: seen.at)

    def bytes_wanted(self) -> list[Seen]:
        return [seen for seen in self._all(Seen) if seen.wants_bytes]

    def attachments_wanted(self) -> list[Seen]:
        wanted = [seen for seen in self._all(Seen) if seen.attached and seen.folder]
        return sorted(wanted, key=lambda seen: seen.at)

    def received(self, identity: str) -> Received | None:
        return self._one(Received, identity)

    def receipts(self, *fates: str) -> list[Received]:
        return self._receipts(lambda one: one.fate in fates)

    def receipts_for(self, case: str) -> list[Received]:
        return self._receipts(lambda one: case in one.cases)

    def receipts_from(self, payer_iban: str) -> list[Received]:
        return self._receipts(lambda one: bool(payer_iban) and one.movement.payer_iban == payer_iban)

    def _receipts(self, wanted: Callable[[Received], bool]) -> list[Received]:
        found = [one for one in self._all(Received) if wanted(one)]
        return sorted(found, key=lambda one: (one.movement.on, one.at))

    def offer(self, offer_id: str) -> Offer | None:
        return self._one(Offer, offer_id)

    def offers(self) -> list[Offer]:
        return sorted((offer for offer in self._all(Offer) if not offer.settled), key=lambda offer: offer.at)

    def unmatched(self, since: datetime) -> Iterator[Seen]:
        found = (seen for seen in self._all(Seen) if seen.unmatched and seen.at >= since)
        return iter(sorted(found, key=lambda seen: seen.at))

    def orders(self) -> list[Order]:
        return sorted(self._all(Order), key=lambda order: order.at)

    def blob(self, sha256: str) -> bytes | None:
        blob = self._one(Blob, sha256)
        return None if blob is None else blob.content

    def gone(self, text: str) -> bool:
        return self._one(Gone, fingerprint(text)) is not None

    def setting(self, name: str) -> object:
        setting = self._one(Setting, name)
        return None if setting is None else json.loads(str(setting.value))

    # --- How

    def _one(self, kind: type[Value], name: str) -> Value | None:
        found: Value | None = self._rows[kind].get(name)
        return found

    def _all(self, kind: type[Value]) -> list[Value]:
        return list(self._rows[kind].values())

    def _keys(self, wanted: Iterable[str], values: Callable[[Case], Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
        by_case = {case.key: set(values(case)) for case in self._all(Case)}
        found = {value: tuple(key for key, own in by_case.items() if value in own) for value in wanted}
        return {value: keys for value, keys in found.items() if value and keys}


def _write(rows: dict[type, dict[str, Any]], change: Change) -> None:
    match change:
        case Applied():
            rows[Order].pop(change.order, None)
        case Setting(value=None):
            rows[Setting].pop(change.name, None)
        case Setting():
            rows[Setting][change.name] = Setting(change.name, json.dumps(change.value, allow_nan=False))
        case Event():
            rows[Event][str(int(next(reversed(rows[Event]), "-1")) + 1)] = change
        case Removed():
            _remove(rows, change)
        case Blob() if hashlib.sha256(change.content).hexdigest() != change.sha256:
            raise ValueError(f"{change.sha256} is not the SHA-256 of these bytes")
        case Cursor():
            rows[Cursor][change.folder] = copy.deepcopy(change)
        case _:  # frozen through and through
            rows[type(change)][NAMES[type(change)](change)] = change


def _remove(rows: dict[type, dict[str, Any]], change: Removed) -> None:
    if change.of is not Thing.BLOB:
        rows[REMOVED[change.of]].pop(change.name, None)
    if change.of is Thing.CASE:
        rows[Event] = {name: event for name, event in rows[Event].items() if event.case != change.name}


def _drop_bytes(rows: dict[type, dict[str, Any]], changes: Iterable[Change]) -> None:
    """Bytes that nothing names once all is written."""
    wanted = {change.name for change in changes if isinstance(change, Removed) and change.of is Thing.BLOB}
    named = {one.blob for kind in (Entry, Seen, Offer) for one in rows[kind].values()} if wanted else set()
    pages = {case.invoice.pdf.removeprefix(IN_STORE) for case in rows[Case].values()} if wanted else set()
    for name in wanted - named - pages:
        rows[Blob].pop(name, None)


def _addresses(case: Case) -> list[str]:
    return [] if case.ended else [contact.email.lower() for contact in case.invoice.customer.contacts]


def _sent_at(entry: Entry) -> datetime:
    return entry.ended_at or entry.begun_at or entry.queued_at
