"""What the state keeps beside cases, events and entries: how far was read, what was read, and what was ordered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from relancier.core.case import Case, Contact, Event, Instalment
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.outbox import Entry
from relancier.core.paid.statement import Movement


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: pending maps a UID to its failed attempts."""

    folder: str
    uidvalidity: int
    highest: int
    pending: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message that was read once, whether it matched or not.

    `flags` are those to set on it (the intention, committed with the events), `flagged` those that we set. A message
    that matched nothing keeps only what is needed to find it again when a case opens later. `at` is when it was read,
    `written_at` its own Date; an empty `folder` means that it is no longer where it was. `in_sent`: it was first read
    in Sent, where only those who use the mailbox put mail. `numbers` are what may be invoice numbers in the text and
    the names of attachments of a message that matched nothing. `doubtful`: a person may stand behind a program's mark.
    `attached`: what is attached may be an invoice or a statement, and is still to be read.
    """

    identity: str
    message_id: str
    folder: str
    uid: int
    kind: str
    at: datetime
    written_at: datetime | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    unmatched: bool = True
    blob: str = ""
    flags: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    rule: str = ""
    in_sent: bool = False
    numbers: tuple[str, ...] = ()
    doubtful: bool = False
    attached: bool = False

    @property
    def wants_bytes(self) -> bool:
        """Whether it belongs to a case, and its bytes are still to be fetched from where it lies."""
        return bool(self.cases) and not self.blob and bool(self.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a person told the daemon to do: applied once, oldest first.

    `seen` are the replies and reasons to hold that the state knew of at that moment, by what they stem from (None:
    told by their instants instead). What each word needs of the other fields stands in work/orders/obey.
    """

    id: str
    word: str
    at: datetime
    cases: tuple[str, ...] = ()
    customer: str = ""
    on: date | None = None
    amount: str = ""
    note: str = ""
    keys: tuple[str, ...] = ()
    seen: tuple[str, ...] | None = None
    contact: Contact | None = None
    promised: date | None = None
    instalments: tuple[Instalment, ...] = ()


class Fate(StrEnum):
    """What became of money that came in."""

    BOOKED = "booked"
    ASKED = "asked"
    LOOSE = "loose"
    UNKNOWN = "unknown"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A movement of a statement, kept once; `stem` names the file or the message that told it.

    BOOKED: it has reduced `cases`. ASKED: it may be for `cases`, and a person is asked. LOOSE: it is `customer`'s and
    fits no invoice. UNKNOWN: nobody we know. SETTLED: a person has seen to it, or the books had it already.
    """

    movement: Movement
    at: datetime
    stem: str
    fate: Fate = Fate.UNKNOWN
    cases: tuple[str, ...] = ()
    customer: str = ""
    reason: str = ""

    @property
    def identity(self) -> str:
        return self.movement.identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An invoice that came by mail and opens no case by itself: a person may take it up.

    `message` is the identity of the message that brought it, `blob` the attachment. `settled`: taken up or refused.
    """

    id: str
    invoice: EInvoice
    at: datetime
    message: str
    blob: str = ""
    name: str = ""
    reason: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes kept as they are; `sha256` in hex is their name."""

    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Setting:
    """A named fact about the whole state (a JSON value): `confirmed_at`, `held`, `last_tick`, …; None removes it."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Applied:
    """An order that has been carried out and is removed."""

    order: str


class Thing(StrEnum):
    """What can be removed."""

    CASE = "case"
    ENTRY = "entry"
    RECEIVED = "received"
    OFFER = "offer"
    BLOB = "blob"


@dataclass(frozen=True, slots=True)
class Removed:
    """A case with its events, another value, or bytes that are no longer kept; bytes that something names stay."""

    of: Thing
    name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """What was removed and must be known when it is met again: only its fingerprint is kept."""

    mark: str


def fingerprint(text: str) -> str:
    """By what a token or a key is known after it was removed."""
    return hashlib.sha256(text.encode()).hexdigest()


Change = Case | Event | Entry | Cursor | Seen | Order | Received | Offer | Blob | Setting | Applied | Removed | Gone
