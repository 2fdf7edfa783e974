"""The outbox: what is about to leave, and how each answer of the servers moves it (house laws 1 to 4).

An entry is a reminder (recipients, copy in Sent), a task (a colleague's address, copy in the inbox) or a note (no
recipient, copy in the inbox). Its key and Message-ID are fixed when it is queued.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    PROPOSED = "proposed"  # it lies in Drafts, for a person to send


LIVE = frozenset({Status.QUEUED, Status.SENDING, Status.UNCERTAIN, Status.SENT, Status.DEFERRED, Status.PROPOSED})


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


ABOUT = "cases"  # of a note's facts: the keys of the cases that it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message on its way out.

    `fingerprint` says for which day and amounts the stored bytes (`blob`, a SHA-256) were rendered. `begun_at` is
    set by the commit directly before DATA and never cleared once the bytes may have left. `find_after` is the UIDNEXT
    of the folder of the copy before the send: the copy is looked for from there on. `template` and `facts` are what a
    note is rendered from; a reminder's or a task's words come from its cases. `approval`: it goes to Drafts, and a
    person sends it; `gone_at` is when it was first missed there.
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
    approval: bool = False
    gone_at: datetime | None = None

    @property
    def live(self) -> bool:
        return self.status in LIVE

    @property
    def about(self) -> tuple[str, ...]:
        """The cases that it carries or, a note, speaks of."""
        if self.sort is not Sort.NOTE:
            return tuple(dict.fromkeys(carried.case for carried in self.carries))
        return tuple(case for case in dict(self.facts).get(ABOUT, "").split("\n") if case)


class Effect(StrEnum):
    """What a failed attempt means: for this entry alone, or for everything that waits."""

    ENTRY_DEFERRED = "entry_deferred"
    ENTRY_REFUSED = "entry_refused"
    QUEUE_WAITS = "queue_waits"
    QUEUE_HELD = "queue_held"


FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=1)
LOGIN_DELAY = timedelta(minutes=15)
OURS_AT_ANY_STAGE = ("5.4.5", "5.7.")
TOO_LARGE = "5.3.4"  # about this message, at whatever stage the server says it
MAILBOX_FULL = "5.2.2"
GOING_AWAY = frozenset({421, 432})
BUSY = frozenset({450, 452})
ABOUT_THE_ADDRESSEE = frozenset({"4.1.", "4.2.", "4.6."})
# What providers call the account's pace, where their status says no more than "policy".
SENDING_LIMIT = re.compile(
    r"\b(rate|send(ing)?|hourly|daily|outgoing|submission)[ -](rate[ -])?(limit|quota)", re.IGNORECASE
)
TOO_FAST = re.compile(
    r"\bthrottl|\btoo (many (messages|mails|e-?mails|connections|requests)|fast)\b|\bslow down\b", re.IGNORECASE
)
ABOUT_THE_MESSAGE = frozenset({"4.1.", "4.2.", "4.6.", "4.7."})  # address, mailbox, content, policy such as greylisting


def rejected(stage: Stage, answer: Answer) -> Effect:
    """What a server's no means (house law 4).

    About the account or us (greeting, TLS, AUTH, MAIL, 5.4.5, 5.7.x, our own full mailbox, a quota): the whole queue. A
    refusal at RCPT is about that recipient; a full mailbox there is temporary, whatever its first digit.
    """
    if stage in {Stage.CONNECT, Stage.TLS, Stage.AUTH}:
        return Effect.QUEUE_WAITS
    if answer.enhanced.startswith(OURS_AT_ANY_STAGE) or _used_up(answer):
        return Effect.QUEUE_HELD
    if stage is Stage.MAIL and answer.enhanced != TOO_LARGE:
        return Effect.QUEUE_HELD if answer.permanent else Effect.QUEUE_WAITS
    if answer.permanent and answer.enhanced == MAILBOX_FULL:
        return Effect.ENTRY_DEFERRED if stage is Stage.RCPT else Effect.QUEUE_HELD
    if answer.permanent:
        return Effect.ENTRY_REFUSED
    return Effect.QUEUE_WAITS if _throttled(answer) else Effect.ENTRY_DEFERRED


def _used_up(answer: Answer) -> bool:
    """Whether a permanent answer without a status says that the account may send no more."""
    return answer.permanent and not answer.enhanced and SENDING_LIMIT.search(answer.text) is not None


def _throttled(answer: Answer) -> bool:
    """Whether a temporary answer is about the account's pace or the server (fault S4), not one message or addressee."""
    if answer.code in GOING_AWAY:
        return True
    told = SENDING_LIMIT.search(answer.text) or TOO_FAST.search(answer.text)
    if told and answer.enhanced[:4] not in ABOUT_THE_ADDRESSEE:
        return True
    return answer.code in BUSY and answer.enhanced[:4] not in ABOUT_THE_MESSAGE


def delay(attempts: int) -> timedelta:
    """How long to wait after that many failures: 5 minutes, doubling to an hour (fault N1)."""
    return min(FIRST_DELAY * (1 << max(0, min(attempts, 10) - 1)), LONGEST_DELAY)


def deferred(entry: Entry, now: datetime, answer: str) -> Entry:
    """The entry put back with its next attempt; the same Message-ID will be used."""
    attempts = entry.attempts + 1
    return replace(
        entry,
        status=Status.DEFERRED,
        attempts=attempts,
        answer=answer,
        not_before=now + delay(attempts),
        first_failed_at=entry.first_failed_at or now,
    )


def begun(entry: Entry, now: datetime, *, blob: str, fingerprint: str, find_after: int) -> Entry:
    """The entry as committed directly before DATA: from here on it may have arrived."""
    return replace(
        entry, status=Status.SENDING, begun_at=now, blob=blob, fingerprint=fingerprint, find_after=find_after
    )


def sent(entry: Entry, now: datetime, on: date, answer: str) -> Entry:
    """The entry after the server's yes; its copy in the mailbox is still to be filed."""
    return replace(entry, status=Status.SENT, ended_at=now, sent_on=on, answer=answer, copy=Copy.WANTED)


def ended(entry: Entry, status: Status, now: datetime, answer: str) -> Entry:
    """The entry refused, cancelled or uncertain."""
    return replace(entry, status=status, ended_at=now, answer=answer)


def found_at_start(entry: Entry) -> Entry:
    """What a crash left behind: begun means nobody knows, anything else is simply still queued (house law 4)."""
    return replace(entry, status=Status.UNCERTAIN) if entry.status is Status.SENDING else entry
