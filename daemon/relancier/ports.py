"""What the work asks of the world: Mailbox, BounceReader, Channel, Store, Source, Library, Printer, Wake, their errors.

An adapter translates every error of its library into one of these; nothing else crosses this border.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from relancier.core.blocks import Document, Letter, Letterhead
from relancier.core.case import Case, Event, Invoice
from relancier.core.mail import Draft
from relancier.core.outbox import Answer, Entry, Stage
from relancier.core.plan import Plan
from relancier.core.problem import Problem
from relancier.core.report import Report
from relancier.core.second import Failures
from relancier.core.stored import Change, Cursor, Order, Seen
from relancier.core.transfer import Transfer

# --- Mailbox (IMAP) -------------------------------------------------------------------------------------------------


class Unavailable(Exception):  # noqa: N818 - named after the situation
    """The mailbox or its network does not answer; trying later may help. `delay` is what the server asked for, in s."""

    def __init__(self, text: str, *, delay: float | None = None) -> None:
        super().__init__(text)
        self.delay = delay


class LoginRefused(Unavailable):
    """The server does not accept our login (or certificate, or lacks TLS): a person must mend the configuration."""


class FolderRole(StrEnum):
    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"
    TRASH = "trash"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Folder:
    """A selectable folder; `name` is decoded, as a person writes it."""

    name: str
    role: FolderRole


@dataclass(frozen=True, slots=True)
class FolderState:
    """What one look at a folder shows: a UID below `uidnext` is old, another `uidvalidity` renumbers all."""

    name: str
    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as it lies in a folder: its first bytes (never more than asked for), `size` of the whole."""

    uid: int
    size: int
    raw: bytes
    flags: frozenset[str]

    @property
    def complete(self) -> bool:
        return len(self.raw) >= self.size


class Mailbox(Protocol):
    """The shared mailbox. Nothing here marks a message read or moves one; only what we wrote ourselves is removed."""

    async def folders(self) -> tuple[Folder, ...]:
        """Every selectable folder, INBOX first. Raises Unavailable."""

    async def look(self, names: Sequence[str]) -> tuple[FolderState, ...]:
        """The state of each named folder now; one that no longer exists is left out. Raises Unavailable."""

    async def new(self, folder: str, after: int, since: date | None = None) -> list[int]:
        """UIDs above `after`, ascending, optionally only those that arrived on or after a day. Raises Unavailable."""

    def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        """The first `limit` bytes of each message, in bounded batches; a UID that vanished is left out."""

    async def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """The flags of those messages that still exist."""

    async def flag(self, folder: str, uid: int, flags: Iterable[str]) -> frozenset[str]:
        """Sets those flags the folder allows; gives back those set. Raises KeyError when the message is gone."""

    async def flag_all(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> Mapping[int, frozenset[str]]:
        """`flag` for several messages at once; those that are gone are left out."""

    async def unflag(self, folder: str, uid: int, flags: Iterable[str]) -> None:
        """Takes flags off; a message that is gone is no error."""

    async def find(self, folder: str, token: str, after: int = 0) -> list[int]:
        """UIDs above `after` whose Message-ID, References or X-Relancier-Id holds `token`."""

    async def find_subject(self, folder: str, words: str, since: date) -> list[int]:
        """UIDs of messages that arrived on or after a day and whose subject holds `words`."""

    async def append(self, folder: str, raw: bytes, *, seen: bool, at: datetime, draft: bool = False) -> int | None:
        """Files a message, unread unless `seen`, to be written on if a `draft`; its UID where the server tells.

        Raises KeyError without the folder.
        """

    async def discard(self, folder: str, uid: int, raw: bytes) -> bool:
        """Removes a message that is byte for byte `raw`, and nothing else; whether it was there and is gone now.

        A server that cannot remove one message alone (RFC 4315) keeps it.
        """

    async def changed(self, seconds: float) -> bool:
        """Waits until the inbox may have changed (True) or `seconds` have passed (False). Raises Unavailable."""

    async def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do, after login."""

    async def close(self) -> None:
        """Leaves cleanly; never raises."""


# --- BounceReader ---------------------------------------------------------------------------------------------------


class BounceReader(Protocol):
    """Who knows the bounces of more mail servers than our rules do; asked only where those are not certain."""

    def read(self, raw: bytes) -> Failures:
        """The addresses that a message says could not be reached. Never raises, and takes bounded time."""


# --- Channel (SMTP) -------------------------------------------------------------------------------------------------


class Rejected(Exception):  # noqa: N818 - named after the situation
    """The server said no, in words, at `stage`. The message was not accepted."""

    def __init__(self, stage: Stage, answer: Answer) -> None:
        super().__init__(str(answer))
        self.stage = stage
        self.answer = answer


class Lost(Exception):  # noqa: N818 - named after the situation
    """The connection failed or fell silent at `stage`; at BODY, nobody knows whether the message was accepted."""

    def __init__(self, stage: Stage, text: str) -> None:
        super().__init__(text)
        self.stage = stage


@dataclass(frozen=True, slots=True)
class Wish:
    """What the envelope asks of the server: delivery reports where it offers them (RFC 3461).

    `meanwhile` may be called once while the server thinks about the message; nothing depends on it.
    """

    sender: str
    recipients: tuple[str, ...]
    size: int
    envelope_id: str = ""
    success: bool = False
    meanwhile: Callable[[], None] | None = field(default=None, compare=False, repr=False)


class Transaction(Protocol):
    """MAIL and RCPT have been accepted for at least one recipient; nothing of the message was sent yet."""

    @property
    def refused(self) -> Mapping[str, Answer]:
        """The recipients that the server refused, with its answers."""

    async def data(self, raw: bytes) -> Answer:
        """Sends the bytes; gives the answer to the final dot. Raises Rejected (DATA, BODY) or Lost (DATA, BODY)."""

    async def abandon(self) -> None:
        """Ends the transaction without a message; never raises."""


class Channel(Protocol):
    """A way to send mail."""

    async def open(self, wish: Wish) -> Transaction:
        """Connects if needed, MAIL and RCPT. Raises Rejected or Lost; all recipients refused raises Rejected(RCPT)."""

    async def probe(self) -> tuple[str, ...]:
        """Connects, logs in, lists what the server offers. Raises Rejected or Lost."""

    async def close(self) -> None:
        """Says QUIT; never raises."""


# --- Store ----------------------------------------------------------------------------------------------------------


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


# --- Source and Library ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of a customer that no invoice uses yet: what is left of a credit note, or what was paid too much."""

    customer: str
    number: str
    amount: Decimal
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the source holds. With problems the whole file is refused and `invoices` is empty."""

    invoices: tuple[Invoice, ...]
    as_of: datetime
    problems: tuple[Problem, ...] = ()
    credits: tuple[Credit, ...] = ()


class Source(Protocol):
    """Where invoices come from."""

    def changed(self) -> bool:
        """Whether reading would give something else than the last time; cheap."""

    def read(self) -> Snapshot:
        """Every invoice, or every problem. Never raises for what the file holds."""

    def stamp(self) -> str:
        """What stands for the last read in later processes; '' where nothing can."""

    def unchanged_since(self, stamp: str) -> bool:
        """Whether reading would give what gave this stamp; if so, that counts as the last read."""


class RenderFailed(Exception):  # noqa: N818 - named after the situation
    """This message cannot be made (unknown field, forbidden expression, too large); the others can."""


class Library(Protocol):
    """Plans and templates: files that people edit."""

    def plans(self) -> tuple[Mapping[str, Plan], tuple[Problem, ...]]:
        """Every plan by name, and what is wrong with the files."""

    def languages(self) -> tuple[str, ...]:
        """The languages for which there are templates."""

    def render(self, template: str, language: str, fields: Mapping[str, object]) -> Draft:
        """A message's words. Raises RenderFailed."""

    def letterhead(
        self, language: str, day: date, *, place: str = "", subject: str = "", person: str = ""
    ) -> Letterhead:
        """The fixed words of a letter of that day, around what is known. Raises RenderFailed."""

    def report(self, report: Report, language: str) -> str:
        """The report as one HTML page. Raises RenderFailed."""

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the templates: unknown variables, missing files, forbidden words, with line."""


# --- Printer --------------------------------------------------------------------------------------------------------


class PrintFailed(Exception):  # noqa: N818 - named after the situation
    """This page cannot be made; whoever asked goes on without it and says so."""


class Printer(Protocol):
    """What makes pages of PDF/A."""

    def letter(self, letter: Letter) -> bytes:
        """A letter for a French window envelope. Raises PrintFailed."""

    def document(self, document: Document) -> bytes:
        """A paper of as many pages as it needs. Raises PrintFailed."""


# --- Codes ----------------------------------------------------------------------------------------------------------


class Codes(Protocol):
    """What draws the codes that a banking app reads."""

    def transfer(self, transfer: Transfer) -> bytes:
        """A transfer as a PNG picture; the same transfer gives the same bytes."""


# --- Wake -----------------------------------------------------------------------------------------------------------


class Wake(Protocol):
    """What says when the next tick comes; the loop gives it the time of the clock, the demo jumps."""

    def now(self) -> datetime:
        """This instant, with a zone."""

    async def rest(self, until: datetime) -> None:
        """Returns at an instant, or as soon as it is stirred."""

    def stir(self) -> None:
        """Ends the present rest, or the next one at once."""

    async def close(self) -> None:
        """Stops whatever runs beside the loop."""
