"""The mailbox and the ways out: Mailbox, BounceReader, Channel, and how they fail."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from relancier.core.outbox import Answer, Stage
from relancier.core.reading.second import Failures


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


class BounceReader(Protocol):
    """Who knows the bounces of more mail servers than our rules do; asked only where those are not certain."""

    def read(self, raw: bytes) -> Failures:
        """The addresses that a message says could not be reached. Never raises, and takes bounded time."""


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
