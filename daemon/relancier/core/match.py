"""Which cases a message is about: layers of evidence, the surest first; in doubt every candidate, never a pick."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from relancier.core.bounce import failed_recipients
from relancier.core.freemail import FREE_MAIL
from relancier.core.mail import Message
from relancier.core.numbers import normalise, numbers_in
from relancier.core.outbox import Entry
from relancier.core.read import addresses
from relancier.core.reply import REPORTS, Context, MailKind
from relancier.core.signs import opening
from relancier.core.token import tokens_in

MATCHED = "matched"
UNVERIFIED = "unverified"
NONE = "none"

_MOST_REFERENCES = 32
_MOST_PEOPLE = 20
_LISTED = re.compile(r"<([^\s<>@]{1,100}@[^\s<>@]{1,250})>|(?<![^\s(\"'])([^\s<>@:(\"']{1,100}@[^\s<>@:)\"']{1,250})")
_ORIGINAL = ("original-message-id", "x-original-message-id", "original-envelope-id")
_ENCLOSED = ("x-relancier-id", "message-id", "references", "in-reply-to", "x-original-message-id")


class Known(Protocol):
    """What is looked up to find a case; a store is one. Numbers are normalised, addresses and domains lower case."""

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]: ...
    def by_address(self, address: str) -> tuple[str, ...]: ...
    def by_domain(self, domain: str) -> tuple[str, ...]: ...
    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]: ...
    def entry_by_token(self, token: str) -> Entry | None: ...


class NothingKnown:
    """Known where there are no books: no message matches."""

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG002
        return {}

    def by_address(self, address: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def by_domain(self, domain: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG002
        return {}

    def entry_by_token(self, token: str) -> None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True)
class Match:
    """The cases a message is about, how sure that is (matched, unverified, none), by which rule, on what evidence."""

    cases: tuple[str, ...]
    confidence: str
    rule: str
    evidence: str

    @property
    def by_sender_only(self) -> bool:
        """Whether nothing but the people speaks for these cases: no thread, no number."""
        return self.rule == "sender"


NO_MATCH = Match((), NONE, "no_case", "no thread, number or sender that belongs to a case")


@dataclass(frozen=True, slots=True)
class _Look:
    """One message being matched; `people` are the open cases of the customers whom it comes from (or is about)."""

    message: Message
    known: Known
    context: Context
    kind: MailKind
    people: tuple[str, ...]

    def threads(self, values: Iterable[str]) -> tuple[str, ...]:
        """The cases of our messages that these identifiers or field values name."""
        listed = list(values)
        cases = [case for found in self.known.by_message_id(listed).values() for case in found]
        return _once([*cases, *self.tokens(" ".join(listed))])

    def tokens(self, text: str) -> tuple[str, ...]:
        """The cases of the entries whose token stands in a text."""
        entries = map(self.known.entry_by_token, tokens_in(self.context.key, text) if self.context.key else ())
        return _once(carried.case for entry in entries if entry for carried in entry.carries)

    def numbered(self, text: str) -> tuple[str, ...]:
        """The open cases whose number stands in a text; a weak number only if the sender is known for it."""
        numbers = numbers_in(text)
        found = self.known.by_number(numbers)
        return _once(
            case for number, cases in found.items() for case in cases if numbers[number] or case in self.people
        )

    def match(self, cases: tuple[str, ...], rule: str, evidence: str, *, sure: bool = True) -> Match | None:
        return Match(cases, MATCHED if sure else UNVERIFIED, rule, evidence[:300]) if cases else None

    def with_their_own(self, cases: tuple[str, ...], sure: bool) -> tuple[str, ...]:
        """Cases of which none is the sender's may be a slip: beside them, all that are."""
        slip = cases and not sure and not set(cases) & set(self.people)
        return _once((*cases, *self.people)) if slip else cases

    @property
    def subject(self) -> str:
        """The subject; a report's with that of the message it is about."""
        enclosed = self.message.enclosed.get("subject", ()) if self.kind in REPORTS else ()
        return " \n ".join([self.message.subject, *enclosed])


def match(message: Message, known: Known, context: Context, kind: MailKind) -> Match:
    """The cases of a message, from the first layer that finds any."""
    look = _Look(message, known, context, kind, _people(message, known, context, kind))
    layers: tuple[Layer, ...] = (_own,) if kind == MailKind.OWN else LAYERS
    return next(filter(None, (layer(look) for layer in layers)), NO_MATCH)


def _once(cases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cases))


# --- Who is behind it -----------------------------------------------------------------------------------------------


def _people(message: Message, known: Known, context: Context, kind: MailKind) -> tuple[str, ...]:
    emails = _once(_emails(message, kind))[:_MOST_PEOPLE]
    ours = {context.own_address.lower().rpartition("@")[2], *context.team_domains}
    theirs = [email for email in emails if email != context.own_address.lower()]
    domains = _once(email.rpartition("@")[2] for email in theirs)
    by_domain = () if kind in _BOUNCES else (known.by_domain(one) for one in domains if one not in FREE_MAIL | ours)
    return _once(case for cases in (*map(known.by_address, theirs), *by_domain) for case in cases)


_BOUNCES = frozenset({MailKind.BOUNCE_PERMANENT, MailKind.BOUNCE_TEMPORARY})


def _emails(message: Message, kind: MailKind) -> Iterable[str]:
    """Whom a message speaks for: a bounce for whom it could not reach, a colleague's for whom it was written to."""
    if kind in _BOUNCES:
        return failed_recipients(message) or [first or second for first, second in _LISTED.findall(opening(message))]
    if kind == MailKind.COLLEAGUE:
        return [one.email for one in (*message.to, *message.cc)]
    reply_to = [one.email for one in addresses(message.headers, "reply-to")]
    return [message.sender.email, *reply_to] if message.sender else reply_to


# --- The layers -----------------------------------------------------------------------------------------------------

Layer = Callable[[_Look], Match | None]


def _own(look: _Look) -> Match | None:
    carriers = [look.message.header("x-relancier-id"), look.message.message_id]
    return look.match(look.threads(carriers), "own", " ".join(carriers))


def _thread(look: _Look) -> Match | None:
    """In-Reply-To: enough alone."""
    ids = look.message.in_reply_to
    return look.match(look.threads(ids), "in_reply_to", f"In-Reply-To: {' '.join(ids)}")


def _original(look: _Look) -> Match | None:
    """A report's own words about which message it is about."""
    if look.kind not in REPORTS:
        return None
    fields = (look.message.notice, look.message.headers)
    named = [value for one in fields for name in _ORIGINAL for value in one.get(name, ())]
    cases = look.threads([*named, *_enclosed_ids(look.message)]) or look.tokens(look.message.text)
    return look.match(cases, "original", "the original message named or enclosed in the report")


def _recipient(look: _Look) -> Match | None:
    """A bounce's failed recipient: the cases of that contact, those whose number is named if any is."""
    if look.kind not in _BOUNCES:
        return None
    named = tuple(case for case in look.numbered(look.subject) if case in look.people)
    return look.match(named or look.people, "recipient", f"failed: {', '.join(failed_recipients(look.message))}")


def _references(look: _Look) -> Match | None:
    """References, newest first, with the number of that case in the subject: people recycle old messages."""
    numbers = numbers_in(look.message.subject)
    for one in look.message.references[: -_MOST_REFERENCES - 1 : -1]:
        cases = look.threads([one])
        if any(normalise(case.rpartition("|")[0]) in numbers for case in cases):
            return look.match(cases, "references", f"References: {one}, and the number in the subject")
    return None


def _forwarded(look: _Look) -> Match | None:
    """Our message enclosed in someone's."""
    cases = look.threads(_enclosed_ids(look.message))
    sure = set(cases) <= set(look.people)
    return look.match(look.with_their_own(cases, sure), "enclosed", "our message is enclosed", sure=sure)


def _subject_number(look: _Look) -> Match | None:
    cases = look.numbered(look.subject)
    sure = look.kind == MailKind.COLLEAGUE or set(cases) <= set(look.people)
    evidence = f"number in the subject {look.message.subject!r}"
    told = evidence if sure else f"{evidence}, from a sender not known for it"
    return look.match(look.with_their_own(cases, sure), "subject", told, sure=sure)


def _text_number(look: _Look) -> Match | None:
    """A number in the text or an attachment's name, for a known sender only."""
    if not look.people:
        return None
    text = "\n\n".join([*look.message.attachments, *look.message.enclosed.get("subject", ()), look.message.text])
    cases = tuple(case for case in look.numbered(text) if case in look.people)
    return look.match(cases, "text", "number in the text or an attachment's name, from a known sender")


def _sender(look: _Look) -> Match | None:
    """A known sender without a number: every open case of that customer."""
    sender = look.message.sender.email if look.message.sender else ""
    return look.match(look.people, "sender", f"known sender {sender}, no number")


def _old_thread(look: _Look) -> Match | None:
    """A thread of ours under another subject, from someone unknown: held, not believed."""
    cases = look.threads(look.message.references[-_MOST_REFERENCES:])
    return look.match(cases, "old_thread", "References to our message under another subject", sure=False)


LAYERS: tuple[Layer, ...] = (
    _thread, _original, _recipient, _references, _forwarded, _subject_number, _text_number, _sender, _old_thread,
)  # fmt: skip


def _enclosed_ids(message: Message) -> list[str]:
    values = [value for name in _ENCLOSED for value in message.enclosed.get(name, ())]
    return [one for value in values for one in value.split()]
