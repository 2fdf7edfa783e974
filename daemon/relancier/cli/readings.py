"""What `explain` says of one file: the words of its JSON, whose first seven keys are fixed; others may follow them."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relancier.core.reading.absence import Absence, AutoReply
from relancier.core.reading.explained import Explained, in_words
from relancier.core.reading.hints import Hint
from relancier.core.reading.match import NO_MATCH
from relancier.core.reading.reply import MailKind

NO_FILE = "no_file"
OURS = "our own message"
# Line ends to some readers, though not to JSON: one object must stay one line.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file was read as; `explained` is all that is known of a message, None where none could be read."""

    file: str
    kind: str
    cases: tuple[str, ...]
    confidence: str
    rule: str
    evidence: str
    effect: str
    explained: Explained | None = None

    @property
    def shown_kind(self) -> str:
        """The kind as a person reads it: JSON has no word of its own for our own messages."""
        found = self.explained
        if found and found.verdict.kind is MailKind.OWN:
            return OURS
        known = found and found.absence and found.absence.sort is not AutoReply.UNKNOWN
        return f"{self.kind}: {found.absence.sort}" if found and found.absence and known else self.kind


def reading_of(file: str, found: Explained) -> Reading:
    """The file's reading, with the rule and the evidence for its kind and, where it is about a case, for that."""
    verdict, matched = found.verdict, found.match
    about = matched is not NO_MATCH
    return Reading(
        file=file,
        kind=MailKind.OTHER.value if verdict.kind is MailKind.OWN else verdict.kind.value,
        cases=tuple(dict.fromkeys(key.rpartition("|")[0] for key in matched.cases)),
        confidence=matched.confidence,
        rule=f"{verdict.rule}, {matched.rule}" if about else verdict.rule,
        evidence=f"{verdict.evidence}; {matched.evidence}" if about else verdict.evidence,
        effect=found.changes,
        explained=found,
    )


def no_file(file: str) -> Reading:
    """What is said of a name behind which no file can be read."""
    why = "it is a folder" if Path(file).is_dir() else "there is no such file, or it may not be read"
    return _nothing(file, NO_FILE, why, "left untouched")


def set_aside(file: str, error: Exception) -> Reading:
    """What is said of a message that provoked an error nobody has thought of."""
    effect = "set aside after three attempts; its sender's cases are held, and a note says where it lies"
    return _nothing(file, "failed", f"{type(error).__name__}: {error}"[:300], effect)


def _nothing(file: str, rule: str, evidence: str, effect: str) -> Reading:
    return Reading(file, MailKind.UNREADABLE.value, (), NO_MATCH.confidence, rule, evidence, effect)


# --- JSON -----------------------------------------------------------------------------------------------------------


def line(reading: Reading, folder: str) -> str:
    """The reading as a JSON object on one line."""
    fixed: dict[str, object] = {
        "file": reading.file,
        "kind": reading.kind,
        "cases": reading.cases,
        "confidence": reading.confidence,
        "rule": reading.rule,
        "evidence": reading.evidence,
        "effect": reading.effect,
        "folder": folder,
    }
    more = _more(reading.explained) if reading.explained else {}
    text = json.dumps(fixed | more, ensure_ascii=False)
    return text if text.isascii() else text.translate(_LINE_ENDS)


def _more(found: Explained) -> dict[str, object]:
    message = found.message
    return {
        "from": message.sender_email,
        "subject": message.subject,
        "date": message.date.isoformat() if message.date else None,
        "kind_rule": found.verdict.rule,
        "kind_evidence": found.verdict.evidence,
        "layer": found.match.rule,
        "layer_evidence": found.match.evidence,
        "doubtful": found.verdict.doubtful,
        "event": found.effect.event,
        "flags": found.effect.flags,
        "keyword": found.effect.keyword,
        "effect_if_matched": in_words(found.if_matched),
        "autoreply": found.absence and _absence(found.absence),
        "recipients": [
            {"address": one.address, "outcome": one.outcome, "status": one.status, "diagnostic": one.diagnostic}
            for one in found.recipients
        ],
        "authentication": [
            {"method": one.method, "result": one.result, "domain": one.domain} for one in found.authentication
        ],
        "hints": list(map(_hint, found.hints)),
        "new_text": found.new_text,
        "faults": message.faults,
    }


def _absence(absence: Absence) -> dict[str, object]:
    return {
        "sort": absence.sort,
        "since": _iso(absence.since),
        "until": _iso(absence.until),
        "back_on": _iso(absence.back_on),
        "contacts": absence.contacts,
        "words": absence.words,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _hint(hint: Hint) -> dict[str, object]:
    return {
        "hint": hint.kind,
        "words": hint.words,
        "on": _iso(hint.on),
        "amount": None if hint.amount is None else f"{hint.amount:.2f}",
        "currency": None if hint.amount is None else hint.currency,
        "address": hint.address,
    }
