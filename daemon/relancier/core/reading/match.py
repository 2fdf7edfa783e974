"""Which cases a message is about: layers of evidence, the surest first; in doubt every candidate, never a pick."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from relancier.core.reading.bounce import failed_recipients
from relancier.core.reading.kinds import REPORTS, Context, MailKind
from relancier.core.reading.look import BOUNCES, Known, Look, NothingKnown, once, people
from relancier.core.reading.mail import Message
from relancier.core.reading.plus import addressed
from relancier.core.text.numbers import normalise, numbers_in

__all__ = [
    "LAYERS", "MATCHED", "NONE", "NO_MATCH", "OWN", "UNVERIFIED", "Known", "Layer", "Match", "NothingKnown", "match",
]  # fmt: skip

MATCHED = "matched"
UNVERIFIED = "unverified"
NONE = "none"

_MOST_REFERENCES = 32
_ORIGINAL = ("original-message-id", "x-original-message-id", "original-envelope-id")
_ENCLOSED = ("x-relancier-id", "message-id", "references", "in-reply-to", "x-original-message-id")


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
class _Found:
    """What a layer found; none of it is sure where someone unknown says it."""

    cases: tuple[str, ...] = ()
    evidence: str = ""
    sure: bool = True


_NOTHING = _Found()


class Layer(NamedTuple):
    """A layer's name, how sure it is, what it looks at, how such evidence reads in a message, and how it is found."""

    name: str
    confidence: str
    looks_at: str
    example: str
    find: Callable[[Look], _Found]


def match(message: Message, known: Known, context: Context, kind: MailKind) -> Match:
    """The cases of a message, from the first layer that finds any."""
    look = Look(message, known, context, kind, people(message, known, context, kind))
    for layer in (OWN,) if kind == MailKind.OWN else LAYERS:
        found = layer.find(look)
        if found.cases:
            confidence = MATCHED if found.sure else UNVERIFIED
            return Match(found.cases, confidence, layer.name, found.evidence[:300])
    return NO_MATCH


# --- The layers -----------------------------------------------------------------------------------------------------


def _own(look: Look) -> _Found:
    carriers = [look.message.header("x-relancier-id"), look.message.message_id]
    return _Found(look.threads(carriers), " ".join(carriers))


def _thread(look: Look) -> _Found:
    """Enough alone; a number that the subject did not have before is meant too."""
    ids = look.message.in_reply_to or look.message.headers.get("in-reply-to", ())
    return _with_new_numbers(look, look.threads(ids), f"In-Reply-To: {' '.join(ids)}")


def _address(look: Look) -> _Found:
    """Only what answers the envelope of our message has its token in an address."""
    tokens = addressed(look.message, look.context.key)
    return _Found(look.carried(tokens), f"our address with the token {' '.join(tokens)}")


def _original(look: Look) -> _Found:
    """A report's own words about which message it is about."""
    if look.kind not in REPORTS:
        return _NOTHING
    fields = (look.message.notice, look.message.headers)
    named = [value for one in fields for name in _ORIGINAL for value in one.get(name, ())]
    cases = look.threads([*named, *_enclosed_ids(look.message)]) or look.carried(look.tokens(look.message.text))
    return _Found(cases, "the original message named or enclosed in the report")


def _recipient(look: Look) -> _Found:
    """A bounce's failed recipient: the cases of that contact, those whose number is named if any is."""
    if look.kind not in BOUNCES:
        return _NOTHING
    named = tuple(case for case in look.numbered(look.subject) if case in look.people)
    return _Found(named or look.people, f"failed: {', '.join(failed_recipients(look.message))}")


def _references(look: Look) -> _Found:
    """With that message's subject or the case's number: people recycle an old message for a new topic."""
    for one in look.message.references[: -_MOST_REFERENCES - 1 : -1]:
        cases = look.threads([one])
        if cases and _named(cases, look.own_subject):
            return _with_new_numbers(look, cases, f"References: {one}, and the number in the subject")
        if cases and look.same_subject(one):
            return _Found(cases, f"References: {one}, under the same subject")
    return _NOTHING


def _forwarded(look: Look) -> _Found:
    cases = look.threads(_enclosed_ids(look.message))
    sure = set(cases) <= set(look.people)
    return _Found(_with_their_own(look, cases, sure), "our message is enclosed", sure)


def _subject_number(look: Look) -> _Found:
    cases = look.numbered(look.subject)
    sure = look.kind == MailKind.COLLEAGUE or set(cases) <= set(look.people)
    evidence = f"number in the subject {look.message.subject!r}"
    told = evidence if sure else f"{evidence}, from a sender not known for it"
    return _Found(_with_their_own(look, cases, sure), told, sure)


def _text_number(look: Look) -> _Found:
    if not look.people:
        return _NOTHING
    text = "\n\n".join([*look.message.attachments, *look.message.enclosed.get("subject", ()), look.message.text])
    cases = tuple(case for case in look.numbered(text) if case in look.people)
    return _Found(cases, "number in the text or an attachment's name, from a known sender")


def _sender(look: Look) -> _Found:
    return _Found(look.people, f"known sender {look.message.sender_email}, no number")


def _old_thread(look: Look) -> _Found:
    """Held, not believed."""
    cases = look.threads(look.message.references[-_MOST_REFERENCES:])
    return _Found(cases, "References to our message under another subject", sure=False)


OWN = Layer("own", MATCHED, "our own message: its token", "X-Relancier-Id: q4c7….m2yt…", _own)
LAYERS: tuple[Layer, ...] = (
    Layer(
        "in_reply_to",
        f"{MATCHED} or {UNVERIFIED}",
        "the message answers one of ours; sure, unless the subject names a new number of someone else's",
        "In-Reply-To: <r.q4c7….m2yt…@atelier-lumen.example>",
        _thread,
    ),
    Layer(
        "address",
        MATCHED,
        "our address with a token in it, to which servers and programs answer (`plus_addresses`)",
        "Delivered-To: compta+q4c7….m2yt…@atelier-lumen.example",
        _address,
    ),
    Layer(
        "original",
        MATCHED,
        "the message that a report names or encloses",
        "Original-Message-ID: <r.q4c7….m2yt…@atelier-lumen.example>",
        _original,
    ),
    Layer(
        "recipient",
        MATCHED,
        "whom a bounce could not reach: the cases of that contact",
        "Final-Recipient: rfc822; compta@dupont.example",
        _recipient,
    ),
    Layer(
        "references",
        f"{MATCHED} or {UNVERIFIED}",
        "the thread, newest first, with the subject of our message or the number in the subject",
        "References: <x.q4c7….m2yt…@atelier-lumen.example>, Subject: RE: FA-2026-0042",
        _references,
    ),
    Layer(
        "enclosed",
        f"{MATCHED} or {UNVERIFIED}",
        "our message is enclosed; sure from a sender known for the customer",
        "Content-Type: message/rfc822",
        _forwarded,
    ),
    Layer(
        "subject",
        f"{MATCHED} or {UNVERIFIED}",
        "the invoice number in the subject; sure from a sender known for the customer",
        "Subject: TR : [EXTERNE] facture FA–2026–0042",
        _subject_number,
    ),
    Layer(
        "text",
        MATCHED,
        "the number in the text or an attachment's name, from a known sender only",
        "FA-2026-0042_signe.pdf",
        _text_number,
    ),
    Layer(
        "sender",
        MATCHED,
        "a known sender without a number: every open case of that customer",
        "From: Alice Petit <compta@dupont.example>",
        _sender,
    ),
    Layer(
        "old_thread",
        UNVERIFIED,
        "a thread of ours under another subject, from someone unknown",
        "References: <x.q4c7….m2yt…@atelier-lumen.example>, Subject: Autre chose",
        _old_thread,
    ),
)


# --- What they share ------------------------------------------------------------------------------------------------


def _with_new_numbers(look: Look, cases: tuple[str, ...], evidence: str) -> _Found:
    """The cases of a thread, and those whose numbers someone has put into its subject."""
    new = tuple(case for case in look.numbered(look.own_subject) if case not in cases) if cases else ()
    carriers = " ".join((*look.message.in_reply_to, *look.message.references))
    if not new or look.same_subject(carriers):
        return _Found(cases, evidence)
    told = f"{evidence}, and another number in the subject {look.message.subject!r}"
    return _Found(once((*cases, *new)), told, set(new) <= set(look.people))


def _named(cases: Iterable[str], subject: str) -> bool:
    """Whether the number of one of these cases stands in the subject."""
    numbers = numbers_in(subject)
    return any(normalise(case.rpartition("|")[0]) in numbers for case in cases)


def _with_their_own(look: Look, cases: tuple[str, ...], sure: bool) -> tuple[str, ...]:
    """Cases of which none is the sender's may be a slip: beside them, all that are."""
    slip = cases and not sure and not set(cases) & set(look.people)
    return once((*cases, *look.people)) if slip else cases


def _enclosed_ids(message: Message) -> list[str]:
    values: Iterable[str] = (value for name in _ENCLOSED for value in message.enclosed.get(name, ()))
    return [one for value in values for one in value.split()]
