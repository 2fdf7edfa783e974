"""One message beside what is known: who is behind it, and which cases its identifiers, tokens and numbers name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from relancier.core.outbox import Entry
from relancier.core.reading.bounce import failed_recipients
from relancier.core.reading.freemail import FREE_MAIL
from relancier.core.reading.kinds import REPORTS, Context, MailKind
from relancier.core.reading.mail import Message
from relancier.core.reading.mime import decode_words, first, read_fields
from relancier.core.reading.plus import ours
from relancier.core.reading.read import addresses, read
from relancier.core.reading.signs import opening
from relancier.core.reading.token import tokens_in
from relancier.core.text.numbers import Candidates, normalise, strip_prefixes

BOUNCES = frozenset({MailKind.BOUNCE_PERMANENT, MailKind.BOUNCE_TEMPORARY})

_MOST_PEOPLE = 20
_LISTED = re.compile(r"<([^\s<>@]{1,100}@[^\s<>@]{1,250})>|(?<![^\s(\"'])([^\s<>@:(\"']{1,100}@[^\s<>@:)\"']{1,250})")
# Whom an answer should reach, and who wrote where a list or group put its own address in From.
_WRITERS = ("reply-to", "x-original-from", "x-original-sender")


class Known(Protocol):
    """What is looked up to find a case; a store is one. Numbers are normalised, addresses and domains lower case."""

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]: ...
    def by_address(self, address: str) -> tuple[str, ...]: ...
    def by_domain(self, domain: str) -> tuple[str, ...]: ...
    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]: ...
    def entry_by_token(self, token: str) -> Entry | None: ...
    def blob(self, sha256: str) -> bytes | None: ...


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

    def blob(self, sha256: str) -> bytes | None:  # noqa: ARG002
        return None


def once(cases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cases))


@dataclass(frozen=True, slots=True)
class Look:
    """One message being matched; `people` are the open cases of the customers whom it comes from (or is about)."""

    message: Message
    known: Known
    context: Context
    kind: MailKind
    people: tuple[str, ...]

    def threads(self, values: Iterable[str]) -> tuple[str, ...]:
        """The cases of our messages that these identifiers or field values name."""
        listed = [value for value in values if value]
        if not listed:
            return ()
        cases = [case for found in self.known.by_message_id(listed).values() for case in found]
        return once([*cases, *self.carried(self.tokens(" ".join(listed)))])

    def tokens(self, text: str) -> tuple[str, ...]:
        return tokens_in(self.context.key, text) if self.context.key else ()

    def carried(self, tokens: Iterable[str]) -> tuple[str, ...]:
        """The cases that the messages with these tokens carried, or spoke of to the team."""
        entries = map(self.known.entry_by_token, tokens)
        return once(case for entry in entries if entry for case in entry.about)

    def numbered(self, text: str) -> tuple[str, ...]:
        """The open cases whose number stands in a text; a weak number only if the sender is known for it."""
        candidates = Candidates(text)
        found = self.known.by_number(candidates)
        counts = candidates.standing(found)
        return once(case for number in counts for case in found[number] if counts[number] or case in self.people)

    def same_subject(self, text: str) -> bool:
        """Whether the subject is that of a message of ours whose token stands in the text."""
        return normalise(self.own_subject) in map(_bare, self._our_subjects(text))

    def _our_subjects(self, text: str) -> Iterable[str]:
        """The subjects of our messages whose tokens stand in a text, from the bytes that were sent."""
        for entry in map(self.known.entry_by_token, self.tokens(text)):
            raw = self.known.blob(entry.blob) if entry is not None and entry.blob else None
            if raw is not None:
                head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n")
                yield decode_words(first(read_fields(head), "subject"))

    @property
    def own_subject(self) -> str:
        """The subject without its prefixes, with the spaces in it as they were written."""
        return strip_prefixes(self.message.header("subject") or self.message.subject)

    @property
    def subject(self) -> str:
        """The subject; a report's with that of the message it is about."""
        enclosed = self.message.enclosed.get("subject", ()) if self.kind in REPORTS else ()
        return " \n ".join([self.own_subject, *enclosed])


def people(message: Message, known: Known, context: Context, kind: MailKind) -> tuple[str, ...]:
    """The open cases that a message speaks for: by the addresses behind it, or a domain that not anyone can have."""
    emails = once(_emails(message, kind))[:_MOST_PEOPLE]
    our_own = {context.own_address.lower().rpartition("@")[2], *context.team_domains}
    theirs = [email for email in emails if not ours(email, context.own_address)]
    domains = once(email.rpartition("@")[2] for email in theirs)
    by_domain = () if kind in BOUNCES else (known.by_domain(one) for one in domains if one not in FREE_MAIL | our_own)
    return once(case for cases in (*map(known.by_address, theirs), *by_domain) for case in cases)


def references(message: Message) -> str:
    """Every header value in which a token of ours may stand."""
    enclosed = (
        value for name in ("message-id", "references", "x-relancier-id") for value in message.enclosed.get(name, ())
    )
    return " ".join((*message.in_reply_to, *message.references, *enclosed))


def our_text(message: Message, known: Known, key: bytes) -> str:
    """The text of our own messages that this one answers, so that nothing of it is taken for the writer's words."""
    entries = map(known.entry_by_token, tokens_in(key, references(message)) if key else ())
    raws = (known.blob(entry.blob) for entry in entries if entry is not None and entry.blob)
    return "\n".join(read(raw).text for raw in raws if raw is not None)


def _emails(message: Message, kind: MailKind) -> Iterable[str]:
    """Whom a message speaks for: a bounce for whom it could not reach, a colleague's for whom it was written to."""
    if kind in BOUNCES:
        return failed_recipients(message) or [one or other for one, other in _LISTED.findall(opening(message))]
    named = (addresses(message.headers, name) for name in _WRITERS if name in message.headers)
    writers = [one.email for found in named for one in found]
    if kind == MailKind.COLLEAGUE:
        return [*(one.email for one in (*message.to, *message.cc)), *writers]
    return [message.sender.email, *writers] if message.sender else writers


def _bare(subject: str) -> str:
    return normalise(strip_prefixes(subject))
