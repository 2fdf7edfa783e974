"""The invoice numbers that a payment quotes: whole words, and words equal but for the separators that banks change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from relancier.core.case import Case
from relancier.core.text.numbers import Candidates, normalise, squash, weak

_RUN = re.compile(r"[^\W_]+")
_GLUED_BEFORE = re.compile(r"\w[-._]$")
_GLUED_AFTER = re.compile(r"[-._]\w")
_MOST_RUNS = 8
_LONGEST = 64
_LONGEST_READ = 2000


class How(StrEnum):
    """How well a number stands in a text, the best first."""

    WHOLE = "whole"
    SQUASHED = "squashed"
    DIGITS = "digits"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A case whose number stands in a text."""

    case: Case
    how: How


class Numbers(Protocol):
    """Where cases are found by their squashed numbers."""

    def numbered(self, squashed: Iterable[str]) -> Mapping[str, tuple[Case, ...]]:
        """The cases, ended ones too, for each squashed number that is known."""


def quoted(text: str, known: Numbers) -> tuple[Quoted, ...]:
    """The known cases whose numbers stand in a text, none that only stands inside a longer one."""
    plain = text[:_LONGEST_READ]
    standing = _standing(plain)
    found = known.numbered(standing)
    if not found:
        return ()
    candidates = Candidates(plain)
    outer = [number for number in found if not _inside(number, found, standing)]
    hits = [(case, _how(case, standing[number], candidates)) for number in outer for case in found[number]]
    return tuple(Quoted(case, how) for case, how in hits if how is not None)


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    glued: bool


def _standing(text: str) -> dict[str, list[_Place]]:
    """Every word, and run of words, that may be a number without its separators, with the places where it stands."""
    runs = [found.span() for found in _RUN.finditer(text)]
    found: dict[str, list[_Place]] = {}
    for first, last in _windows(len(runs)):
        start, end = runs[first][0], runs[last][1]
        if end - start > _LONGEST:
            continue
        squashed = squash(text[start:end])
        if any(char.isdigit() for char in squashed):
            found.setdefault(squashed, []).append(_Place(start, end, _glued(text, start, end)))
    return found


def _windows(many: int) -> Iterator[tuple[int, int]]:
    return ((first, last) for first in range(many) for last in range(first, min(first + _MOST_RUNS, many)))


def _glued(text: str, start: int, end: int) -> bool:
    """Whether it is cut out of a longer word, as FA-2026-0042 is in FA-2026-0042-2."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return _GLUED_BEFORE.search(before) is not None or _GLUED_AFTER.match(after) is not None


def _inside(number: str, found: Iterable[str], standing: Mapping[str, list[_Place]]) -> bool:
    """Whether it stands nowhere but inside longer known numbers."""
    wider = [place for other in found if other != number for place in standing[other]]
    return all(any(_holds(other, place) for other in wider) for place in standing[number])


def _holds(wide: _Place, narrow: _Place) -> bool:
    inside = wide.start <= narrow.start and narrow.end <= wide.end
    return inside and wide.end - wide.start > narrow.end - narrow.start


def _how(case: Case, places: Iterable[_Place], candidates: Candidates) -> How | None:
    """How well a case's number stands there; None where it is only cut out of longer words."""
    number = normalise(case.invoice.number)
    plain = squash(number)
    places_of = candidates.places.get(number, ())
    whole = any(candidates.counts(number, place) for place in places_of)
    if whole and (not may_be_a_day(plain) or any(map(candidates.beside, places_of))):
        return How.WHOLE
    if not whole and all(place.glued for place in places):
        return None
    if not whole and weak(number):
        return How.WEAK
    return How.DIGITS if plain.isdigit() else How.SQUASHED


def may_be_a_day(digits: str) -> bool:
    """Whether these digits may be a day written without separators, as banks do."""
    if len(digits) != 8 or not digits.isdigit():
        return False
    spelt = ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2]))
    return any(_is_day(*map(int, parts)) for parts in spelt)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1990 <= year < 2100
