"""The outbox: what is about to leave, and how each answer of the servers moves it (house laws 1 to 4).

An entry is a reminder (recipients, copy in Sent), a task (a colleague's address, copy in the inbox) or a note (no
recipient, copy in the inbox). Its key and Message-ID are fixed when it is queued.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    CANCELLED = "cancelled"


LIVE = frozenset({Status.QUEUED, Status.SENDING, Status.UNCERTAIN, Status.SENT, Status.DEFERRED})


class Sort(StrEnum):
    REMINDER = "reminder"
    TASK = "task"
    NOTE = "note"


class Copy(StrEnum):
    """Where the copy in the mailbox stands."""

    NONE = "none"
    WANTED = "wanted"
    FILED = "filed"


class Stage(StrEnum):
    """The last thing said to the server when it answered or vanished."""

    CONNECT = "connect"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: `code` as in RFC 5321, `enhanced` as in RFC 3463 (empty when the server gave none)."""

    code: int
    text: str
    enhanced: str = ""

    @property
    def permanent(self) -> bool:
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Carried:
    """One (case, step) that an entry carries."""

    case: str
    step: str

    @property
    def key(self) -> str:
        return f"{self.case}|{self.step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message on its way out.

    `fingerprint` says for which day and amounts the stored bytes (`blob`, a SHA-256) were rendered. `begun_at` is
    set by the commit directly before DATA and never cleared once the bytes may have left. `find_after` is the UIDNEXT
    of the folder of the copy before the send: the copy is looked for from there on. `template` and `facts` are what a
    note is rendered from; a reminder's or a task's words come from its cases.
    """

    id: str
    sort: Sort
    carries: tuple[Carried, ...]
    message_id: str
    token: str
    queued_at: datetime
    status: Status = Status.QUEUED
    not_before: datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    customer: str = ""
    channel: str = ""
    template: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    attempts: int = 0
    first_failed_at: datetime | None = None
    fingerprint: str = ""
    blob: str = ""
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    sent_on: date | None = None
    answer: str = ""
    copy: Copy = Copy.NONE
    find_after: int = 0
    rehearsal: bool = False

    @property
    def live(self) -> bool:
        return self.status in LIVE
