"""What is stored of each value: its table, its JSON text, its name, and the terms by which it is found.

A term without a value is not stored. Instants are UTC with microseconds, so that their text sorts as they do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from relancier.adapters.store.tiny import LAST, Database, Label, Term, dump
from relancier.core.case import IN_STORE, Case, Event, Invoice
from relancier.core.limitation import to_be_told
from relancier.core.outbox import Copy, Entry, Sort, Status
from relancier.core.stored import Cursor, Gone, Offer, Order, Received, Seen, Setting
from relancier.ports import StoreFailed

Value = TypeVar("Value")
Normalise = Callable[[str], str]
RECENT = 64  # values kept of each kind: a message reads its case five times


def instant(at: datetime) -> str:
    """An instant as text: UTC, always of the same length. Raises ValueError without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone: only instants are stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def plain(value: object) -> object:
    """The JSON form of a value inside a record."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in the store")


@dataclass(frozen=True, slots=True)
class Record(Generic[Value]):
    """How one kind of value is stored: `name` identifies it (None: each one is new), `terms` find it."""

    table: str
    adapter: TypeAdapter[Value]
    name: Callable[[Value], str | None]
    terms: Callable[[Value], Iterable[Term]]

    def label(self, value: Value) -> Label:
        return Label(self.name(value), frozenset(term for term in self.terms(value) if term[1]))

    def label_text(self, body: str) -> Label:
        """The label of a stored text."""
        return self.label(self.load(body))

    def dump(self, value: Value) -> str:
        return dump(self.adapter.dump_python(value), plain)

    def load(self, body: str) -> Value:
        """The value. Raises StoreFailed when the text is not one."""
        try:
            return self.adapter.validate_json(body)
        except ValidationError as error:
            raise StoreFailed(
                f"A record in {self.table} cannot be read ({error.error_count()} faults): "
                "restore the last backup of the state folder."
            ) from error


def case_terms(case: Case, normalise: Normalise) -> Iterator[Term]:
    yield "customer", case.invoice.customer.id
    yield "look_at", instant(case.look_at) if case.look_at else ""
    yield "closed", instant(case.state_at or case.opened_at) if case.ended else ""
    told = to_be_told(case)
    yield "limited", told.isoformat() if told else ""
    yield from (("thread", message_id) for message_id in case.thread)
    yield "blob", blob_of(case.invoice)
    if not case.ended:
        yield "open", "yes"
        yield "number", normalise(case.invoice.number)
        yield from (
            (field, text) for contact in case.invoice.customer.contacts for field, text in places(contact.email)
        )


def blob_of(invoice: Invoice) -> str:
    """The name of the bytes in the store that are the invoice's PDF, if they are there."""
    return invoice.pdf.removeprefix(IN_STORE) if invoice.pdf.startswith(IN_STORE) else ""


def received_terms(received: Received) -> Iterator[Term]:
    yield "fate", received.fate
    yield "payer", received.movement.payer_iban
    yield from (("case", case) for case in received.cases)


def offer_terms(offer: Offer) -> Iterator[Term]:
    yield "open", "" if offer.settled else "yes"
    yield "blob", offer.blob


def places(email: str) -> Iterator[Term]:
    """An address and its domain, in lower case."""
    address = email.lower()
    yield "address", address
    yield "domain", address.rpartition("@")[2]


def entry_terms(entry: Entry) -> Iterator[Term]:
    yield "status", entry.status
    yield "token", entry.token
    yield "blob", entry.blob
    yield from (("case", case) for case in entry.about)
    if entry.live:
        yield from (("live", carried.key) for carried in entry.carries)
    if entry.status is Status.SENT:
        yield "copy", "wanted" if entry.copy is Copy.WANTED else ""
        yield "sent_at", instant(sent_at(entry)) if entry.sort is Sort.REMINDER else ""


def sent_at(entry: Entry) -> datetime:
    """When an entry left, as exactly as is known."""
    return entry.ended_at or entry.begun_at or entry.queued_at


def event_terms(event: Event) -> Iterable[Term]:
    return [("case", event.case)]


def no_terms(_value: object) -> Iterable[Term]:
    return ()


def nameless(_value: object) -> None:
    return None


def seen_terms(seen: Seen) -> Iterator[Term]:
    yield "unmatched", instant(seen.at) if seen.unmatched else ""
    yield "asked", "yes" if "\\Flagged" in seen.flags else ""
    yield "blob", seen.blob
    yield from (("case", case) for case in seen.cases)
    yield "bytes", "wanted" if seen.wants_bytes else ""
    yield "attached", "wanted" if seen.attached and seen.folder else ""
    yield "flags", "wanted" if seen.folder and set(seen.flags) != set(seen.flagged) else ""


class Shelf(Generic[Value]):
    """A table of the database, read and written as values.

    The same text gives the same value, that of the last few texts without reading it again, where nothing can change
    a value; `anew` gives a new one each time.
    """

    def __init__(self, database: Database, record: Record[Value], *, anew: bool = False) -> None:
        self._record = record
        self._load = record.load if anew else lru_cache(maxsize=RECENT)(record.load)
        self._table = database.documents(record.table, record.label_text)

    def put(self, value: Value) -> None:
        self._table.put(self._record.dump(value), self._record.label(value))

    def drop(self, name: str) -> None:
        self._table.drop(name)

    def drop_where(self, field: str, value: str) -> None:
        """Removes those with a term."""
        self._table.drop_where(field, value)

    def uses(self, field: str, value: str) -> bool:
        """Whether one has this term."""
        return self._table.uses(field, value)

    def label_again(self) -> None:
        self._table.label_again()

    def one(self, name: str) -> Value | None:
        """The value of this name."""
        body = self._table.body(name)
        return None if body is None else self._load(body)

    def all(self) -> Iterator[Value]:
        return map(self._record.load, self._table.bodies())

    def names(self) -> Iterator[str]:
        return self._table.names()

    def where(self, field: str, *values: str) -> list[Value]:
        """Those with one of these terms, in the order in which they came."""
        return [self._load(body) for body in self._table.where(field, *values)]

    def between(self, field: str, low: str = "", high: str = LAST) -> Iterator[Value]:
        """Those with a term from `low` to `high`, in the order of the terms."""
        return map(self._load, self._table.between(field, low, high))

    def first(self, field: str) -> str | None:
        return self._table.first(field)

    def names_by(self, field: str, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each value that is known, the names of those that have it."""
        found = {value: self._table.names_where(field, value) for value in values}
        return {value: names for value, names in found.items() if names}


class Shelves:
    """Every table of the store; `normalise` gives the form in which invoice numbers are compared."""

    def __init__(self, db: Database, normalise: Normalise) -> None:
        def terms_of_case(case: Case) -> Iterable[Term]:
            return case_terms(case, normalise)

        self.cases = Shelf(db, Record("cases", TypeAdapter(Case), attrgetter("key"), terms_of_case))
        self.events = Shelf(db, Record("events", TypeAdapter(Event), nameless, event_terms))
        self.entries = Shelf(db, Record("entries", TypeAdapter(Entry), attrgetter("id"), entry_terms))
        self.cursors = Shelf(db, Record("cursors", TypeAdapter(Cursor), attrgetter("folder"), no_terms), anew=True)
        self.seen = Shelf(db, Record("seen", TypeAdapter(Seen), attrgetter("identity"), seen_terms))
        self.orders = Shelf(db, Record("orders", TypeAdapter(Order), attrgetter("id"), no_terms))
        self.received = Shelf(db, Record("received", TypeAdapter(Received), attrgetter("identity"), received_terms))
        self.offers = Shelf(db, Record("offers", TypeAdapter(Offer), attrgetter("id"), offer_terms))
        self.gone = Shelf(db, Record("gone", TypeAdapter(Gone), attrgetter("mark"), no_terms))
        self.settings = Shelf(db, Record("settings", TypeAdapter(Setting), attrgetter("name"), no_terms), anew=True)
        self._by_type: Mapping[type, Shelf[Any]] = {
            Case: self.cases,
            Event: self.events,
            Entry: self.entries,
            Cursor: self.cursors,
            Seen: self.seen,
            Order: self.orders,
            Received: self.received,
            Offer: self.offers,
            Gone: self.gone,
            Setting: self.settings,
        }

    def put(self, value: Case | Event | Entry | Cursor | Seen | Order | Received | Offer | Setting | Gone) -> None:
        """Writes a value; one of the same name is replaced, events excepted."""
        self._by_type[type(value)].put(value)

    def label_again(self) -> None:
        """The names and terms of everything; what is gone has only its name."""
        for kind, shelf in self._by_type.items():
            if kind not in {Gone, Setting}:
                shelf.label_again()
