"""The state: Store, and how it fails."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from relancier.core.case import Case, Event
from relancier.core.outbox import Entry
from relancier.core.stored import Change, Cursor, Offer, Order, Received, Seen


class StoreFailed(Exception):  # noqa: N818 - named after the situation
    """The state cannot be read or written (full disk, damaged or read-only file); nothing was changed."""


class StoreBusy(Exception):  # noqa: N818 - named after the situation
    """Another daemon holds this state folder."""


class AlreadyQueued(Exception):  # noqa: N818 - named after the situation
    """A live entry for this (case, step) exists; the whole commit was refused."""


class Store(Protocol):
    """The state. A commit is atomic and on the disk when it returns; what is read are values, never shared."""

    def commit(self, *changes: Change) -> None:
        """All or nothing. Raises AlreadyQueued, StoreFailed."""

    def case(self, key: str) -> Case | None: ...
    def cases(self, keys: Iterable[str]) -> list[Case]: ...
    def all_cases(self, *, open_only: bool = False) -> Iterable[Case]:
        """In no order; `open_only` leaves out paid and closed ones."""

    def case_keys(self) -> set[str]: ...
    def due(self, now: datetime) -> list[Case]:
        """The cases whose `look_at` has come, by an index."""

    def next_look(self) -> datetime | None: ...
    def of_customer(self, customer: str) -> list[Case]: ...
    def closed_before(self, at: datetime) -> Iterable[Case]:
        """The cases that ended before an instant, oldest first; an index."""

    def to_be_limited(self, day: date) -> Iterable[Case]:
        """The open cases of whose limitation a person is to be told by this day; an index."""

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Open case keys for each normalised invoice number that is known."""

    def by_address(self, address: str) -> tuple[str, ...]:
        """Open case keys of customers with this contact address (lower case)."""

    def by_domain(self, domain: str) -> tuple[str, ...]:
        """Open case keys of customers with a contact in this domain (lower case)."""

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Case keys (open or not) whose thread holds each id."""

    def events(self, case: str) -> list[Event]:
        """The history of a case, oldest first."""

    def entry(self, entry_id: str) -> Entry | None: ...
    def entry_by_token(self, token: str) -> Entry | None: ...
    def entries(self, *statuses: str) -> list[Entry]:
        """Entries in these statuses, oldest first; an index, not a scan."""

    def live_entry(self, key: str) -> Entry | None:
        """The live entry that carries this (case, step) key."""

    def entries_about(self, case: str) -> list[Entry]:
        """Every entry that carries a case or, a note, speaks of it, oldest first; an index."""

    def copies_wanted(self) -> list[Entry]:
        """Sent entries whose copy in the mailbox is still to be filed."""

    def sent_since(self, at: datetime) -> list[Entry]:
        """Reminders sent since an instant."""

    def cursor(self, folder: str) -> Cursor | None: ...
    def cursors(self) -> list[Cursor]: ...
    def seen(self, identity: str) -> Seen | None: ...
    def flags_wanted(self) -> list[Seen]:
        """Messages whose `flags` and `flagged` differ and whose folder is known."""

    def asked_about(self) -> list[Seen]:
        """Messages that bear our flag (not only a keyword), or shall, wherever they lie; an index."""

    def messages_about(self, case: str) -> list[Seen]:
        """Every message that was matched to a case, oldest first; an index."""

    def bytes_wanted(self) -> list[Seen]:
        """Messages that were matched to a case and of which no bytes are kept, where their folder is known."""

    def attachments_wanted(self) -> list[Seen]:
        """Messages whose attachments are still to be read, where their folder is known; oldest first, an index."""

    def received(self, identity: str) -> Received | None: ...
    def receipts(self, *fates: str) -> list[Received]:
        """The money that came in with one of these fates, by its day; an index."""

    def receipts_for(self, case: str) -> list[Received]:
        """The money booked on a case, or asked about for it, by its day; an index."""

    def receipts_from(self, payer_iban: str) -> list[Received]:
        """The money that came from an account, by its day; an index."""

    def offer(self, offer_id: str) -> Offer | None: ...
    def offers(self) -> list[Offer]:
        """The invoices offered that nobody has settled, oldest first; an index."""

    def unmatched(self, since: datetime) -> Iterable[Seen]:
        """Messages since an instant that matched no case."""

    def orders(self) -> list[Order]:
        """Orders not yet applied, oldest first."""

    def gone(self, text: str) -> bool: ...
    def blob(self, sha256: str) -> bytes | None: ...
    def setting(self, name: str) -> object: ...
    def backup(self, path: str) -> None:
        """A consistent copy in one file; refuses to overwrite. Raises StoreFailed, FileExistsError."""

    def close(self) -> None: ...
