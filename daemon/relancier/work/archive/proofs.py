"""The proofs of a case out of the state: every message as sent and received, letters, tasks; what lacks is named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from relancier.core.case import Case, Event, Kind
from relancier.core.outbox import Entry, Sort
from relancier.core.overviews.chronology import may_have_left
from relancier.core.reading.kinds import MailKind
from relancier.core.reading.read import read
from relancier.core.stored import Seen
from relancier.ports import Store
from relancier.work.archive.claims import lives
from relancier.work.inbox.intake import FIRST_BYTES

LETTERS = frozenset({"letter", "registered_letter"})
OF_LETTERS = frozenset({Kind.POSTED, Kind.LETTER})


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that proves something: the folder it belongs to, when it was made, and what it stems from."""

    folder: str
    at: datetime
    ref: str
    content: bytes
    suffix: str = "eml"
    subject: str = ""
    truncated: bool = False


@dataclass(slots=True)
class Proofs:
    """Everything about some cases of one customer; `lacking` are the messages of which no bytes are kept."""

    events: dict[str, list[Event]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    messages: dict[str, Seen] = field(default_factory=dict)
    files: list[Proof] = field(default_factory=list)
    lacking: list[Seen | Entry] = field(default_factory=list)

    @property
    def all_events(self) -> tuple[Event, ...]:
        """Each event once, though it is of several parts."""
        return tuple(dict.fromkeys(event for events in self.events.values() for event in events))


def gather(
    cases: Sequence[Case], others: Sequence[Case], store: Store, *, invoices: Iterable[bytes], ours: frozenset[str]
) -> Proofs:
    """What is kept about these cases and what they were called before.

    `invoices` are enclosed on their own; what only went from us to ourselves (`ours`), such as an order, is no proof.
    """
    found, known = Proofs(), frozenset(invoices)
    for case in cases:
        names = [one.key for one in lives(case, others)]
        found.events[case.key] = [event for name in reversed(names) for event in store.events(name)]
        _know(names, found, store)
    for entry in found.entries.values():
        _add_entry(entry, found, store, known)
    found.messages = {name: seen for name, seen in found.messages.items() if not _among_us(seen, ours)}
    for seen in found.messages.values():
        _add_message(seen, found, store)
    found.files.sort(key=lambda proof: (proof.folder, proof.at, proof.ref))
    return found


def _among_us(seen: Seen, ours: frozenset[str]) -> bool:
    return seen.kind == MailKind.COLLEAGUE and bool(seen.to) and set(seen.to) <= ours


def _know(names: Iterable[str], found: Proofs, store: Store) -> None:
    """The entries and messages of a case, also those that only its history names."""
    for name in names:
        found.entries |= {entry.id: entry for entry in store.entries_about(name) if entry.sort is not Sort.NOTE}
        found.messages |= {seen.identity: seen for seen in store.messages_about(name)}
        for event in store.events(name):
            if event.ref and (seen := store.seen(event.ref)) is not None:
                found.messages[seen.identity] = seen


def _add_entry(entry: Entry, found: Proofs, store: Store, invoices: frozenset[bytes]) -> None:
    if not may_have_left(entry):
        return
    raw = store.blob(entry.blob) if entry.blob else None
    if raw is None:
        found.lacking.append(entry)
        return
    at = entry.begun_at or entry.ended_at or entry.queued_at
    folder = "tasks" if entry.sort is Sort.TASK else "sent"
    found.files.append(Proof(folder, at, entry.id, raw, subject=read(raw).subject))
    if entry.channel in LETTERS:
        letters = (content for content in pdfs(raw) if content not in invoices)
        found.files.extend(Proof("letters", at, entry.id, content, "pdf") for content in letters)


def _add_message(seen: Seen, found: Proofs, store: Store) -> None:
    raw = store.blob(seen.blob) if seen.blob else None
    if raw is None:
        found.lacking.append(seen)
        return
    folder = "sent" if seen.in_sent else "received"
    at = seen.written_at or seen.at
    cut = len(raw) >= FIRST_BYTES
    found.files.append(Proof(folder, at, seen.identity, raw, subject=seen.subject, truncated=cut))


def pdfs(raw: bytes) -> Iterator[bytes]:
    """The PDF files attached to a message of our own."""
    message = message_from_bytes(raw, policy=policy.default)
    parts = message.iter_attachments() if isinstance(message, EmailMessage) else ()
    for part in parts:
        if part.get_content_type() == "application/pdf":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content


def letter_of(event: Event, events: Iterable[Event]) -> str:
    """The entry that carried the letter which an event is about."""
    made = (one for one in events if one.kind is Kind.STEP_DONE and one.step == event.step)
    return next((one.ref for one in made), "") if event.kind in OF_LETTERS else ""
