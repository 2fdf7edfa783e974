"""One message explained as lines that a person reads: what it is, about which cases, why, and what follows."""

import shutil
import sys
from collections.abc import Iterator
from textwrap import wrap

from relancier.cli.readings import Reading
from relancier.core.reading.absence import Absence, AutoReply
from relancier.core.reading.authentication import Result
from relancier.core.reading.explained import Explained, Recipient, in_words
from relancier.core.reading.hints import Hint
from relancier.core.reading.match import NO_MATCH

LABEL = 16
QUOTE = "> "
MOST_LINES = 40
WIDEST = 120
NARROWEST = 40
_OUTCOMES = {
    "permanent": "failed for good",
    "temporary": "failed for now",
    "delivered": "delivered",
    "unknown": "not said what became of it",
}


def block(reading: Reading, authserv_id: str) -> Iterator[str]:
    """The lines about one message, as wide as the terminal; none is broken where they are piped."""
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST) if sys.stdout.isatty() else 0
    yield reading.file
    for label, text in _said(reading, authserv_id):
        for number, part in enumerate(_lines(text, width - LABEL - 2)):
            yield f"  {'' if number else label:{LABEL}}{part}".rstrip()


def _lines(text: str, room: int) -> list[str]:
    """The text in lines of so many characters; as one where the room is not bounded."""
    if room <= 0 or len(text) <= room:
        return [text]
    mark = QUOTE if text.startswith(QUOTE) else ""
    return wrap(text, room, subsequent_indent=mark, break_on_hyphens=False)


def _said(reading: Reading, authserv_id: str) -> Iterator[tuple[str, str]]:
    """Labels, each with what belongs to it; a line that goes on under the one before has none."""
    found = reading.explained
    if found is None:
        yield "Kind", reading.kind
        yield "because", f"{reading.rule}: {reading.evidence}"
        yield "Effect", reading.effect
        return
    yield from _written(found)
    yield from _judged(reading, found)
    yield "Effect", reading.effect
    if found.effect.event is None and found.if_matched.event is not None:
        yield "about a case", in_words(found.if_matched)
    yield from _named("Auto-reply", _absence(found.absence))
    yield from _named("Says", map(_hint, found.hints))
    yield from _named("Authentication", _authenticated(found.authentication, authserv_id))
    yield from _named("Faults", found.message.faults)
    yield from _named("New text", _quoted(found.new_text))


def _named(label: str, lines: Iterator[str] | tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(lines):
        yield (label if number == 0 else ""), text


def _written(found: Explained) -> Iterator[tuple[str, str]]:
    message = found.message
    if message.sender:
        yield "From", f"{message.sender.name} <{message.sender.email}>".strip()
    if message.subject:
        yield "Subject", message.subject
    if message.date:
        yield "Date", message.date.isoformat(" ", "minutes")


def _judged(reading: Reading, found: Explained) -> Iterator[tuple[str, str]]:
    yield "Kind", reading.shown_kind + (", perhaps with a person's words" if found.verdict.doubtful else "")
    yield "because", f"{found.verdict.rule}: {found.verdict.evidence}"
    yield from _named("Recipients", map(_recipient, found.recipients))
    known = found.match is not NO_MATCH
    yield "Cases", f"{', '.join(reading.cases)} ({reading.confidence})" if known else "none"
    yield "because", f"{found.match.rule}: {found.match.evidence}"


def _recipient(one: Recipient) -> str:
    told = " ".join(part for part in (one.status, one.diagnostic) if part)
    return f"{one.address or 'a recipient'}: {_OUTCOMES[one.outcome]}" + (f" ({told})" if told else "")


def _absence(absence: Absence | None) -> Iterator[str]:
    """The days that an auto-reply names, whom it names instead, and the words it rests on."""
    if absence is None or absence.sort is AutoReply.UNKNOWN:
        return
    named = (("since", absence.since), ("until", absence.until), ("back on", absence.back_on))
    days = ", ".join(f"{word} {day.isoformat()}" for word, day in named if day)
    yield f"{absence.sort}{f' {days}' if days else ''}: “{absence.words}”"
    if absence.contacts:
        yield f"names instead: {', '.join(absence.contacts)}"


def _hint(hint: Hint) -> str:
    about = (
        hint.on and f"on {hint.on.isoformat()}",
        hint.amount and f"{hint.amount:.2f} {hint.currency}",
        hint.address,
    )
    facts = ", ".join(str(one) for one in about if one)
    return f"{hint.kind.replace('_', ' ')}{f' ({facts})' if facts else ''}: “{hint.words}”"


def _authenticated(results: tuple[Result, ...], authserv_id: str) -> Iterator[str]:
    told = [f"{one.method} {one.result}" + (f" ({one.domain})" if one.domain else "") for one in results]
    if told:
        yield f"{', '.join(told)}, by {authserv_id}"
    elif authserv_id:
        yield f"nothing written by {authserv_id}"


def _quoted(text: str) -> Iterator[str]:
    lines = text.splitlines()
    yield from (f"{QUOTE}{line}" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"… and {len(lines) - MOST_LINES} more lines"
