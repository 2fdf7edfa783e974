"""What a reply seems to say, proposed to a person: a hint decides nothing.

Each hint rests on the writer's own words, which it carries. The words are looked for a sentence at a time, so that a
negation or a question takes back what stands in its own sentence only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from relancier.core.reading import asking_phrases as asking
from relancier.core.reading import hint_phrases as phrases
from relancier.core.reading import paying_phrases as paying
from relancier.core.text.folding import fold, shortened
from relancier.core.text.newtext import own_words
from relancier.core.text.sentences import sentences
from relancier.core.text.spoken import Spoken, amounts_in, currency_of, days_in

_MOST = 8
_MOST_SENTENCES = 200
_LONGEST_READ = 8 * 1024
_FARTHEST = 120


class HintKind(StrEnum):
    """What a reply may say, in the order in which a person should see it."""

    BANK_DETAILS = "bank_details"
    INSOLVENCY = "insolvency"
    DISPUTE = "dispute"
    INSTALMENTS = "instalments"
    WRONG_CONTACT = "wrong_contact"
    PROMISE = "promise"
    PAID = "paid"
    NOT_RECEIVED = "not_received"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something a reply seems to say.

    `words` quotes the writer on one line of at most 160 characters. `on` is the day by which payment is promised, or on
    which it was made; `amount` the first one named beside, in `currency`; `address` the contact to turn to instead.
    """

    kind: HintKind
    words: str
    on: date | None = None
    amount: Decimal | None = None
    address: str = ""
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, folded; `calm` lacks what only sounds like a negation; an address may stand in the one `after`."""

    text: str
    plain: str
    calm: str
    after: str


def hints(text: str, written: date) -> tuple[Hint, ...]:
    """What the new text of a reply seems to say: at most one hint of a kind, eight in all, the weightiest first.

    `written` is the local day of writing. What the text quotes is not the writer's and counts for nothing.
    """
    return hints_in(own_words(text), written)


def hints_in(own: str, written: date) -> tuple[Hint, ...]:
    """The same, of the writer's own words alone."""
    own = own[:_LONGEST_READ]
    near = _Near(fold(" ".join(own.split())))
    found: dict[HintKind, Hint] = {}
    for sentence in _sentences(own):
        for hint in _hints(sentence, written, found, near):
            found[hint.kind] = hint
    return tuple(found[kind] for kind in HintKind if kind in found)[:_MOST]


def _sentences(text: str) -> Iterator[_Sentence]:
    lines = list(sentences(text))[:_MOST_SENTENCES]
    for line, after in pairwise([*lines, ""]):
        plain = fold(line)
        yield _Sentence(line, plain, paying.HARMLESS.sub(_blank, plain), after)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


class _Near:
    """The phrases of which some bit stands in the text at all, so that each sentence is asked for those only."""

    def __init__(self, plain: str) -> None:
        bits = [(kind, said, [bit for bit in said.near if bit in plain]) for kind, said in _PHRASES]
        self._phrases = [one for one in bits if one[2]]
        self._paying = [bit for bit in paying.NEAR_PAYING if bit in plain]

    def phrases(self, plain: str) -> Iterator[tuple[HintKind, phrases.Phrases]]:
        for kind, said, bits in self._phrases:
            if any(bit in plain for bit in bits):
                yield kind, said

    def pays(self, plain: str) -> bool:
        return any(bit in plain for bit in self._paying)


def _hints(sentence: _Sentence, written: date, known: dict[HintKind, Hint], near: _Near) -> Iterator[Hint]:
    account = None if HintKind.BANK_DETAILS in known else _account(sentence.plain)
    if account:
        yield _hint(HintKind.BANK_DETAILS, sentence, account)
    for kind, said in near.phrases(sentence.plain):
        found = None if kind in known else _said(sentence.plain, said)
        if found:
            yield _hint(kind, sentence, found)
    if near.pays(sentence.plain):
        yield from (hint for hint in _paying(sentence, written) if hint.kind not in known)


# --- What phrases alone tell ----------------------------------------------------------------------------------------

_PHRASES = (
    (HintKind.BANK_DETAILS, phrases.BANK_DETAILS),
    (HintKind.INSOLVENCY, phrases.INSOLVENCY),
    (HintKind.DISPUTE, phrases.DISPUTE),
    (HintKind.INSTALMENTS, paying.INSTALMENTS),
    (HintKind.WRONG_CONTACT, asking.WRONG_CONTACT),
    (HintKind.NOT_RECEIVED, asking.NOT_RECEIVED),
    (HintKind.PORTAL, asking.PORTAL),
)


def _said(plain: str, of: phrases.Phrases) -> re.Match[str] | None:
    found = of.says.search(plain)
    return None if found is None or of.denies.search(plain) else found


def _account(plain: str) -> re.Match[str] | None:
    """An IBAN, known by its check digits."""
    return next((found for found in phrases.IBAN.finditer(plain) if _checks(found.group().replace(" ", ""))), None)


def _checks(iban: str) -> bool:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _hint(kind: HintKind, sentence: _Sentence, found: re.Match[str], on: date | None = None) -> Hint:
    amount, words = next(((amount, words) for amount, words, *_ in amounts_in(sentence.text)), (None, ""))
    address = _address(sentence) if kind is HintKind.WRONG_CONTACT else ""
    return Hint(kind, shortened(sentence.text, *found.span()), on, amount, address, currency_of(words))


def _address(sentence: _Sentence) -> str:
    found = asking.ADDRESS.search(sentence.text) or asking.ADDRESS.search(sentence.after)
    return found.group().lower() if found else ""


# --- Paid, and promised ---------------------------------------------------------------------------------------------


def _paying(sentence: _Sentence, written: date) -> Iterator[Hint]:
    """What a sentence says of payments made and promised, each in clauses of its own."""
    made = [(found, day) for found in paying.PAID.finditer(sentence.calm) for day in _made(sentence, found, written)]
    for found, day in made[:1]:
        yield _hint(HintKind.PAID, sentence, found, day.on if day and day.on == day.until else None)
    taken = {_clause(sentence.calm, found) for found, _ in made}
    payings = list(_payings(sentence.calm))
    days = [day for day in _days(sentence, written) if day.until >= written] if payings else []
    for found in payings if days else ():
        clause = _clause(sentence.calm, found)
        day = _nearest(found, days)
        if day and clause not in taken and not _refused(sentence.calm, *clause, day):
            yield _hint(HintKind.PROMISE, sentence, found, day.until)
            break


def _made(sentence: _Sentence, found: re.Match[str], written: date) -> Iterator[Spoken | None]:
    """The day of a payment that was made, None where it is not told; nothing where none was made."""
    plain = sentence.calm
    start, end = _clause(plain, found)
    denied = paying.NOT_YET_PAID.search(plain[start : found.end()]) or paying.HABIT.search(plain[start:end])
    if denied or (_questioned(plain, end) and not paying.ASKED_WHETHER_RECEIVED.search(plain)):
        return
    if paying.FAILED.search(plain[start:end]):
        return
    day = _nearest(found, _days(sentence, written, past=True))
    if day is None or day.on <= written:
        yield day


def _payings(plain: str) -> Iterator[re.Match[str]]:
    yield from paying.PAYING.finditer(plain)
    yield from paying.AGREED.finditer(plain)


def _refused(plain: str, start: int, end: int, day: Spoken) -> bool:
    """Whether the clause takes back what it says, or asks, or tells what is usual."""
    clause = plain[start:end]
    inside = start <= day.start < end
    apart = _clause_at(plain, day.start)
    elsewhere = "" if inside else plain[slice(*apart)]
    return bool(
        paying.NOT_PAYING.search(clause)
        or paying.HABIT.search(clause)
        or paying.NOT_PAYING.search(elsewhere)
        or paying.AWAY.search(elsewhere)
        or _questioned(plain, end)
    )


def _days(sentence: _Sentence, written: date, *, past: bool = False) -> list[Spoken]:
    """The days of the sentence but those of an invoice, a message or an absence."""
    days = days_in(sentence.text, written, past=past)
    return [day for day in days if not paying.NOT_A_PAYDAY.search(sentence.plain[max(0, day.start - 60) : day.start])]


def _nearest(found: re.Match[str], days: list[Spoken]) -> Spoken | None:
    """The day written nearest to the words, one after them rather than one before."""
    near = [(_distance(found, day), day.start, day) for day in days]
    distance, _, day = min(near, default=(_FARTHEST, 0, None))
    return day if distance < _FARTHEST else None


def _distance(found: re.Match[str], day: Spoken) -> int:
    return max(day.start - found.end(), 0) if day.end > found.start() else found.start() - day.end + 20


def _clause(plain: str, found: re.Match[str]) -> tuple[int, int]:
    """Where the clause round the words begins and ends."""
    return _clause_at(plain, found.start(), found.end())


def _clause_at(plain: str, start: int, end: int = 0) -> tuple[int, int]:
    breaks = [0, *(one.end() for one in paying.CLAUSE.finditer(plain)), len(plain)]
    return max(place for place in breaks if place <= start), min(
        place for place in breaks if place >= max(start + 1, end)
    )


def _questioned(plain: str, end: int) -> bool:
    """Whether a question mark ends the clause."""
    return end == len(plain) and plain.rstrip(" )\"'").endswith("?")
