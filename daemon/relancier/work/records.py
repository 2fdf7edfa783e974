"""Changing cases by events, in one commit: what every part of the work does with the store."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from relancier.core.case import Case, Event
from relancier.core.history import apply
from relancier.core.outbox import Carried, Copy, Entry, Sort
from relancier.core.reading.token import message_id, new_token
from relancier.core.stored import Blob, Change
from relancier.ports import Store
from relancier.work.setup import Setup

INBOX = "INBOX"  # its name in every mailbox (RFC 3501 section 5.1)
MESSAGE = "message"  # the identity of the message that it is about
DIGEST = "digest"  # the template of the morning's digest, and the setting that says when the last one was made
STEP = "of_step"  # the step of the task that it brings back
THREAD = "thread"  # the message of ours in whose thread a note stands
UNKNOWN_SENT = "unknown_sent"  # the messages in Sent that carry our token and are unknown to this state


class Ledger:
    """Events gathered for one commit: each case is read once and changed in order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before: dict[str, Case] = {}
        self._cases: dict[str, Case] = {}
        self._events: list[Event] = []
        self._others: list[Change] = []

    def case(self, key: str) -> Case | None:
        """The case as the events gathered so far leave it."""
        if key not in self._cases:
            found = self._store.case(key)
            if found is None:
                return None
            self.know(found)
        return self._cases[key]

    def know(self, case: Case) -> None:
        """Uses a case that was read already."""
        self._before.setdefault(case.key, case)
        self._cases.setdefault(case.key, case)

    def open(self, case: Case, event: Event) -> None:
        self._cases[case.key] = case
        self._events.append(event)

    def add(self, *events: Event) -> None:
        """Applies events; one that changes nothing (heard before, case unknown) is not recorded."""
        for event in events:
            case = self.case(event.case)
            if case is None or (event.ref and event.mark in case.applied):
                continue
            self._cases[event.case] = apply(case, event)
            self._events.append(event)

    def put(self, *changes: Change) -> None:
        self._others.extend(changes)

    def replace_case(self, case: Case) -> None:
        """A change of a case that is no event: when to look again, and why it waits."""
        self._cases[case.key] = case

    @property
    def changes(self) -> list[Change]:
        changed = [case for key, case in self._cases.items() if case != self._before.get(key)]
        return [*self._others, *self._events, *changed]

    def commit(self) -> None:
        """Writes everything in one commit, if there is anything."""
        changes = self.changes
        if changes:
            self._store.commit(*changes)


@dataclass(frozen=True, slots=True)
class Desk:
    """What handling one thing needs: the state, what is fixed, the instant, and the ledger that gathers the changes."""

    store: Store
    setup: Setup
    now: datetime
    ledger: Ledger

    @classmethod
    def at(cls, store: Store, setup: Setup, now: datetime) -> "Desk":
        return cls(store, setup, now, Ledger(store))

    @property
    def today(self) -> date:
        return self.setup.today(self.now)


def blob(content: bytes) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), content)


def new_entry(
    setup: Setup, *, sort: Sort, carries: Sequence[Carried], now: datetime, tries: int = 0, template: str = ""
) -> Entry:
    """A queued entry whose key and Message-ID follow from what it carries and how often that was tried.

    The same steps of the same cases get the same Message-ID even in a state that was lost and made anew, so that a
    look at Sent finds what had been sent before.
    """
    token = new_token(setup.key, nonce(setup.key, *(one.key for one in carries), sort.value, str(tries)))
    return Entry(
        id=token,
        sort=sort,
        carries=tuple(carries),
        message_id=message_id(token, setup.domain),
        token=token,
        queued_at=now,
        template=template,
        copy=Copy.NONE if sort is Sort.REMINDER else Copy.WANTED,
    )


def nonce(key: bytes, *words: str) -> str:
    digest = hmac.new(key, "\0".join(words).encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:20]


def queue_note(
    desk: Desk,
    name: str,
    ref: str,
    facts: Iterable[tuple[str, str]] = (),
    *,
    not_before: datetime | None = None,
    to: tuple[str, ...] = (),
) -> None:
    """Queues a message to the team, in the mailbox itself; one with the same name and ref is made only once.

    `to` are people's own addresses that get it, too.
    """
    carried = Carried(f"note:{name}", ref)
    if desk.store.live_entry(carried.key) is not None:
        return
    entry = new_entry(desk.setup, sort=Sort.NOTE, carries=[carried], now=desk.now, template=f"note-{name}")
    inbox = desk.store.cursor(INBOX)  # what lies there now cannot be the note: it is looked for behind that
    read_to = inbox.highest if inbox is not None else 0
    desk.ledger.put(replace(entry, facts=tuple(facts), find_after=read_to, not_before=not_before, to=to))
