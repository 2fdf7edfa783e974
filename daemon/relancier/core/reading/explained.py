"""A message explained: all that reading it yields, as one value; nothing is changed by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from relancier.core.case import Kind
from relancier.core.reading.absence import Absence, AutoReply, about
from relancier.core.reading.authentication import Result, authentication
from relancier.core.reading.bounce import failed_recipients, severity
from relancier.core.reading.effects import CHANGES, DOUBTFUL, EFFECTS, Effect, effect
from relancier.core.reading.hints import Hint, hints_in
from relancier.core.reading.kinds import Context, MailKind, Verdict
from relancier.core.reading.look import BOUNCES, NothingKnown, our_text
from relancier.core.reading.mail import Message
from relancier.core.reading.match import NO_MATCH, Known, Match, match
from relancier.core.text.newtext import new_text, own_words

MOST_RECIPIENTS = 50
UNKNOWN = "unknown"
UNTOUCHED = "left untouched"
ASKED = "; a colleague is asked for another contact"
_OUTCOMES = {MailKind.BOUNCE_PERMANENT: "permanent", MailKind.BOUNCE_TEMPORARY: "temporary"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of our message for one recipient: permanent, temporary, delivered or unknown; the server's words."""

    address: str
    outcome: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a message is, which cases it is about, what follows from that, and what it says.

    `if_matched` is the effect that it has where it is about a case.
    """

    message: Message
    verdict: Verdict
    match: Match
    effect: Effect
    if_matched: Effect
    absence: Absence | None = None
    recipients: tuple[Recipient, ...] = ()
    authentication: tuple[Result, ...] = ()
    hints: tuple[Hint, ...] = ()
    new_text: str = ""

    @property
    def changes(self) -> str:
        """The effect in words, with what is set on the message."""
        if self.verdict.kind is MailKind.OWN:
            return "our own message: nothing"
        left = self.absence is not None and self.absence.sort is AutoReply.LEFT
        return in_words(self.effect, more=ASKED if left else "")


def in_words(outcome: Effect, more: str = "") -> str:
    """An effect in words, with what is set on the message; `more` follows besides."""
    if outcome.event is None:
        return UNTOUCHED
    marks = [*outcome.flags, *([outcome.keyword] if outcome.keyword else [])]
    return CHANGES[outcome.event] + more + (f" ({', '.join(marks)})" if marks else "")


def explained(
    message: Message, verdict: Verdict, known: Known, context: Context, *, written: date, authserv_id: str = ""
) -> Explained:
    """What follows from a verdict on a message; `written` is the local day of writing."""
    found = NO_MATCH if isinstance(known, NothingKnown) else match(message, known, context, verdict.kind)
    ours = our_text(message, known, context.key)
    outcomes = [
        effect(verdict.kind, matched, context.folder_role, doubtful=verdict.doubtful, given_up=verdict.given_up)
        for matched in (bool(found.cases), True)
    ]
    reply = _a_person_reads(verdict)
    away = verdict.kind is MailKind.AUTOREPLY
    return Explained(
        message=message,
        verdict=verdict,
        match=found,
        effect=outcomes[0],
        if_matched=outcomes[1],
        absence=about(message, written) if away else None,
        recipients=recipients(message, verdict.kind),
        authentication=authentication(message.headers.get("authentication-results", ()), authserv_id),
        hints=hints_in(own_words(message.text, ours), written) if reply else (),
        new_text=new_text(message.text, ours) if reply or away else "",
    )


def recipients(message: Message, kind: MailKind) -> tuple[Recipient, ...]:
    """What a report says of each recipient; of a bounce in a form of its own, whom it could not reach."""
    if message.reports:
        found: Sequence[Recipient] = [
            Recipient(one.recipient, severity(one) or UNKNOWN, one.status, one.diagnostic) for one in message.reports
        ]
    else:
        named = failed_recipients(message) if kind in BOUNCES else ()
        found = [Recipient(address, _OUTCOMES[kind]) for address in named]
    return tuple(found[:MOST_RECIPIENTS])


def _a_person_reads(verdict: Verdict) -> bool:
    """Whether such a message is put before a person: only then does it matter what it may mean."""
    row = DOUBTFUL if verdict.doubtful else EFFECTS[verdict.kind]
    return row.matched.event is Kind.REPLIED
