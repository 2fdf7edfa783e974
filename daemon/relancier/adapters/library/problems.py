"""Sentences that the program itself writes into its log, put into the language of who reads the note.

`problems.toml` of a language holds each as it stands in the log, with {fields}, and as the language says it. A day, an
instant, a sum, money, an IBAN or a number is only what is such, and written as the language writes it; what any other
field holds may be a sentence too. Whatever is not in the file stays as it is.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal

from relancier.adapters.library.shelf import Shelf
from relancier.adapters.library.words import Words
from relancier.core.money import Money
from relancier.core.text.typography import french, grouped

FILE = "problems.toml"
NOT_OURS = frozenset({"note-order", "note-offer"})
"""Notes whose detail is what a person wrote, or a file's name."""

LISTED = frozenset({"note-held", "note-unread", "note-money"})
"""Notes whose lines may be sentences of ours; in others they are names, addresses and subjects."""

LONGEST = 1000  # no sentence of ours is longer; nothing longer is looked at
DEEPEST = 4  # sentences within sentences
MOST = 6  # places before a sentence, and sentences one after the other
KINDS = {
    "day": r"\d{4}-\d\d-\d\d",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:[+-]\d\d:\d\d)?",
    "sum": r"-?\d{1,15}(?:\.\d{1,8})?(?: [A-Z]{3})?",
    "money": r"-?\d{1,15}\.\d\d [A-Z]{3}",
    "iban": r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}",
    "number": r"\d{1,15}",
}
_FIELD = re.compile(r"\{([a-z]+)(\d?)\}")
_PLACE = re.compile(r"[^\s\"']+|[^\"]+\.[A-Za-z]\w{0,4}(?::\d+)?")  # factures.csv:3, mailbox.imap.port
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the log, and how the language says it."""

    pattern: str  # compiled where its longest words stand in a text, which few do
    longest: str
    fields: tuple[tuple[str, str], ...]
    ours: str
    weight: int  # how much of it is no field: what says more is tried first

    def match(self, text: str) -> re.Match[str] | None:
        return re.fullmatch(self.pattern, text, re.DOTALL) if self.longest in text else None


@dataclass(frozen=True, slots=True, eq=False)
class Problems:
    """The sentences of a language; the same files give the same object."""

    sentences: Sequence[Sentence]
    words: Words

    def told(self, text: str) -> str:
        """The text in the language, or as it is where it is none of our sentences."""
        return (self._told(text, DEEPEST) or text) if len(text) <= LONGEST else text

    def _told(self, text: str, depth: int) -> str:
        """'' for a text that is not known."""
        return self._whole(text, depth) or self._several(text, depth) or self._behind(text, depth)

    def _whole(self, text: str, depth: int) -> str:
        """The sentence that says most of the text, or of what stands behind places, which stay as they are."""
        found = [(one.weight, start, one) for start in _starts(text) if (one := self._first(text[start:])) is not None]
        if not found:
            return ""
        _, start, one = max(found, key=lambda each: each[:2])
        told = self._filled(one, text[start:], depth - 1)
        return f"{text[:start].replace(': ', f'{self._colon} ')}{told}"

    def _first(self, text: str) -> Sentence | None:
        return next((one for one in self.sentences if one.match(text)), None)

    def _filled(self, one: Sentence, text: str, depth: int) -> str:
        found = one.match(text)
        pairs = zip(one.fields, found.groups() if found else (), strict=True)
        values = {f"{{{kind}{nth}}}": self._value(kind, text, depth) for (kind, nth), text in pairs}
        return _FIELD.sub(lambda field: values.get(field[0], field[0]), one.ours)

    def _value(self, kind: str, text: str, depth: int) -> str:
        if kind not in KINDS:
            return (self._told(text, depth) if depth else "") or text
        try:
            return self._written(kind, text)
        except ValueError:  # no day of the calendar
            return text

    def _written(self, kind: str, text: str) -> str:
        if kind == "day":
            return format_date(date.fromisoformat(text), "short", self.words.locale)
        if kind == "at":
            return self.words.at(datetime.fromisoformat(text))
        if kind in {"sum", "money"}:
            return self._sum(*text.split(" "))
        return grouped(text) if kind == "iban" else text

    def _sum(self, amount: str, currency: str = "") -> str:
        if currency:
            return self.words.money(Money(Decimal(amount), currency))
        return format_decimal(Decimal(amount), "#,##0.00######", self.words.locale)

    def _behind(self, text: str, depth: int) -> str:
        """A sentence behind whatever it is about: an address, a customer."""
        for found in islice(re.finditer(": ", text), MOST):
            if rest := self._whole(text[found.end() :], depth):
                return f"{text[: found.start()]}{self._colon} {rest}"
        return ""

    def _several(self, text: str, depth: int) -> str:
        """Sentences that stand one after the other, where all of them are known."""
        parts = text.split("; ")
        if not 1 < len(parts) <= MOST:
            return ""
        told = [self._whole(part, depth) or self._behind(part, depth) for part in parts]
        return f"{self._semicolon} ".join(told) if all(told) else ""

    @property
    def _colon(self) -> str:
        return self._spaced("x :")[1:]

    @property
    def _semicolon(self) -> str:
        return self._spaced("x ;")[1:]

    def _spaced(self, text: str) -> str:
        return french(text) if self.words.language == "fr" else text.replace(" ", "")


def _starts(text: str) -> Iterator[int]:
    """Where a sentence may begin: at first, and behind each of the places that stand before it."""
    start = 0
    yield start
    *places, _ = text.split(": ")
    for place in places[:MOST]:
        if not _PLACE.fullmatch(place):
            return
        start += len(place) + 2
        yield start


def read_problems(shelf: Shelf, language: str, words: Words) -> Problems:
    """The sentences of templates/<language>/, those that it lacks from the shipped file; without either there are none.

    What is wrong in a file is told by `faults` and otherwise passed over: a note must not fail for it.
    """
    return _problems(words, *sources(shelf, language))


def sources(shelf: Shelf, language: str) -> tuple[str, ...]:
    """The texts of a language's files, the user's own first."""
    return tuple(text for path in shelf.words(language, FILE) if (text := _text(path)))


def faults(path: Path) -> Iterator[str]:
    """What is wrong in a language's file."""
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        yield f"{FILE} cannot be read: {error}"
        return
    for theirs, ours in table.items():
        if not isinstance(ours, str):
            yield f'"{theirs}" needs its sentence as text in quotation marks, on one line'
        elif unknown := set(_FIELD.findall(ours)) - set(_FIELD.findall(theirs)):
            yield f'"{theirs}" has no field called {"".join(min(unknown))}; take it out'


def put(name: str, fields: Mapping[str, object], problems: Problems) -> dict[str, object]:
    """The fields of a note or of the digest with the program's own sentences in the language."""
    put_in = dict(fields)
    if name not in NOT_OURS and isinstance(detail := fields.get("detail"), str):
        put_in["detail"] = problems.told(detail)
    if name in LISTED and isinstance(lines := fields.get("lines"), tuple):
        put_in["lines"] = tuple(problems.told(str(line)) for line in lines)
    if isinstance(rows := fields.get("to_mend"), tuple):
        put_in["to_mend"] = tuple({**row, "detail": problems.told(str(row.get("detail") or ""))} for row in rows)
    return put_in


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=16)
def _problems(words: Words, *texts: str) -> Problems:
    found: dict[str, str] = {}
    for text in reversed(texts):
        found |= _sound(text)
    made = (_sentence(theirs, french(ours) if words.language == "fr" else ours) for theirs, ours in found.items())
    return Problems(tuple(sorted(made, key=lambda one: one.weight, reverse=True)), words)


def _sound(text: str) -> Mapping[str, str]:
    try:
        table = tomllib.loads(text)
    except ValueError:
        return {}
    return {theirs: ours for theirs, ours in table.items() if isinstance(ours, str) and _says(theirs)}


def _says(theirs: str) -> bool:
    """Whether it is more than fields that may be anything."""
    return bool(_LETTERS.search(_FIELD.sub("", theirs))) or any(kind in KINDS for kind, _ in _FIELD.findall(theirs))


def _sentence(theirs: str, ours: str) -> Sentence:
    parts = _FIELD.split(theirs)
    literals = parts[::3]
    fields = tuple(zip(parts[1::3], parts[2::3], strict=True))
    pattern = "".join(
        re.escape(literal) + (f"({KINDS.get(fields[at][0], '.+?')})" if at < len(fields) else "")
        for at, literal in enumerate(literals)
    )
    return Sentence(pattern, max(literals, key=len), fields, ours, sum(map(len, literals)))
