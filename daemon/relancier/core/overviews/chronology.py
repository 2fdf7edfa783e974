"""What happened to a case, as a lawyer reads it: one row for each fact, with where its proof lies.

Only facts stand here, in the language of the company: none of the sentences that the history keeps for its own log.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from relancier.core.case import Event, How, Kind
from relancier.core.limitation import ACKNOWLEDGES
from relancier.core.outbox import Entry, Sort, Status
from relancier.core.overviews.chronology_words import (
    ADOPTED,
    BY_HAND,
    DELAYED,
    HAPPENED,
    LETTERS,
    MADE,
    SENT,
    TASK,
    TASKS,
    Tongue,
)
from relancier.core.reading.kinds import MailKind
from relancier.core.stored import Seen

UNTOLD = frozenset(
    {
        *(Kind.QUEUED, Kind.STEP_SKIPPED, Kind.CREDIT_GONE, Kind.DISMISSED, Kind.TASK_DONE, Kind.PLAN_CHOSEN),
        *(Kind.PROPOSED, Kind.IBAN, Kind.IBAN_AGREES),
    }
)
BY_A_SERVER = re.compile(r"\d{3}\b")
DATED = frozenset({Kind.PROMISED, Kind.PAUSED, Kind.PAID, Kind.POSTED, Kind.LETTER, Kind.CALLED, Kind.INSOLVENT})
LEFT = frozenset({Status.SENT, Status.UNCERTAIN, Status.SENDING})
_HOW = {How.SENT: SENT, How.TASK: TASK, How.BY_HAND: BY_HAND, How.ADOPTED: ADOPTED}


@dataclass(frozen=True, slots=True)
class Row:
    """A fact: when, what, between whom and in which words, and the files that prove it."""

    at: datetime
    what: str
    detail: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The events of a case with what they stem from; `files` are the proofs by what they prove, `subjects` likewise."""

    events: tuple[Event, ...]
    entries: Mapping[str, Entry] = field(default_factory=dict)
    messages: Mapping[str, Seen] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    currency: str = "EUR"


def chronology(history: History, tongue: Tongue, zone: ZoneInfo) -> list[Row]:
    """Every fact in order of time."""
    told = [event for event in history.events if event.kind not in UNTOLD and not _withdrawn(event, history)]
    rows = [_row(event, history, tongue, zone) for event in told]
    known = {event.ref for event in told}
    rows += (_unheard(seen, history, tongue, zone) for seen in history.messages.values() if seen.identity not in known)
    return sorted(rows, key=lambda row: row.at)


def happened_at(event: Event, history: History) -> datetime:
    """A message's own time where it is known, else when it was learned."""
    entry, seen = history.entries.get(event.ref), history.messages.get(event.ref)
    if entry is not None and event.kind is Kind.STEP_DONE:
        return entry.begun_at or entry.ended_at or event.at
    if seen is not None and seen.written_at is not None and seen.written_at <= event.at:
        return seen.written_at
    return event.at


def _row(event: Event, history: History, tongue: Tongue, zone: ZoneInfo) -> Row:
    at = happened_at(event, history).astimezone(zone)
    text = tongue.joined(_details(event, history, tongue))
    return Row(at, _what(event, history, tongue), text, history.files.get(event.ref, ()))


def _withdrawn(event: Event, history: History) -> bool:
    """Whether a message was taken back before anything of it had left."""
    entry = history.entries.get(event.ref)
    return event.kind is Kind.SEND_FAILED and entry is not None and not may_have_left(entry)


def may_have_left(entry: Entry) -> bool:
    """Whether something of it may have reached anyone; a draft only where it was found as sent."""
    if entry.rehearsal or entry.approval:
        return entry.approval and not entry.rehearsal and entry.status is Status.SENT
    return entry.status in LEFT or entry.begun_at is not None


def _unheard(seen: Seen, history: History, tongue: Tongue, zone: ZoneInfo) -> Row:
    """A message that belongs to the case and changed nothing in it."""
    at = seen.written_at or seen.at
    text = tongue.joined(_of_message(seen, tongue))
    return Row(at.astimezone(zone), _noted(seen, tongue), text, history.files.get(seen.identity, ()))


def _noted(seen: Seen | None, tongue: Tongue) -> str:
    return tongue.one(DELAYED if seen and seen.kind == MailKind.BOUNCE_TEMPORARY else HAPPENED[Kind.NOTED])


def _what(event: Event, history: History, tongue: Tongue) -> str:
    entry = history.entries.get(event.ref)
    if event.kind is Kind.NOTED:
        return _noted(history.messages.get(event.ref), tongue)
    if event.kind is not Kind.STEP_DONE:
        return tongue.one(HAPPENED.get(event.kind, (event.kind.value, event.kind.value)))
    if entry is not None and entry.sort is Sort.TASK:
        return tongue.one(TASKS.get(entry.channel, MADE[TASK]))
    return tongue.of(MADE, _HOW.get(event.how, SENT))


def _details(event: Event, history: History, tongue: Tongue) -> Iterator[str]:
    entry, seen = history.entries.get(event.ref), history.messages.get(event.ref)
    if entry is not None:
        yield from _of_entry(entry, history.subjects.get(entry.id, ""), tongue)
    elif seen is not None:
        yield from _of_message(seen, tongue)
    yield from _of_order(event, history.currency, tongue)
    if event.kind in ACKNOWLEDGES:
        yield tongue.one(
            (
                "à examiner comme reconnaissance de la dette (Code civil, art. 2240)",
                "to be examined as an acknowledgement of the debt (Code civil, art. 2240)",
            )
        )


def _of_entry(entry: Entry, subject: str, tongue: Tongue) -> Iterator[str]:
    if entry.to:
        yield f"{tongue.one(('à', 'to'))} {', '.join(entry.to)}"
    if entry.cc:
        yield f"{tongue.one(('copie à', 'copy to'))} {', '.join(entry.cc)}"
    if subject:
        yield quoted(subject, tongue)
    if entry.to and BY_A_SERVER.match(entry.answer):
        yield f"{tongue.one(('réponse du serveur :', 'the server answered:'))} {entry.answer}"


def _of_message(seen: Seen, tongue: Tongue) -> Iterator[str]:
    if seen.sender:
        yield f"{tongue.one(('de', 'from'))} {seen.sender}"
    if seen.subject:
        yield quoted(seen.subject, tongue)


def _of_order(event: Event, currency: str, tongue: Tongue) -> Iterator[str]:
    """What a person recorded: the day, the amount, the instalments, their own words."""
    if event.kind in DATED and event.on is not None:
        yield tongue.day(event.on)
    if event.amount is not None:
        yield tongue.amount(event.amount, currency)
    yield from (f"{tongue.day(part.on)}, {tongue.amount(part.amount, currency)}" for part in event.instalments)
    if event.kind is Kind.LETTER:
        yield tongue.of(LETTERS, event.note)
    elif event.kind is Kind.CONTACT and event.invoice is not None:
        yield ", ".join(contact.email for contact in event.invoice.customer.contacts)
    elif event.note:
        yield quoted(event.note, tongue)
    if event.kind in {Kind.OPENED, Kind.CHANGED} and event.invoice is not None:
        due = tongue.amount(event.invoice.amount_due, event.invoice.currency)
        yield f"{tongue.one(('reste dû :', 'amount due:'))} {due}"


def quoted(text: str, tongue: Tongue) -> str:
    """Somebody's own words."""
    return f"«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»" if tongue.french else f"“{text}”"
