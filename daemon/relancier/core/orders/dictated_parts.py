"""The instalments in the line of an order: their days, each with its amount or with what is left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from relancier.core.orders.dictated_values import EDGES, folded, read_amount, read_day
from relancier.core.workdays import months_after

MOST_PARTS = 60
_BETWEEN = re.compile(r"\s*(?:;|\+|,(?=\s)|,$|\b(?:et|puis|and|then)\b)\s*", re.IGNORECASE)
_REST = frozenset({"reste", "solde", "rest", "balance", "remainder"})
_ARTICLES = frozenset({"le", "la", "the", "de", "du", "of", "a", "à"})
_TIMES = re.compile(
    r"(?:en\s+|in\s+)?(\d{1,2})\s*(?:x|×|fois|times|mensualit[ée]s|instal+ments)(?=[\s\d]|$)\s*", re.IGNORECASE
)
_MONTHLY = re.compile(
    r"\b(?:tous les mois|chaque mois|par mois|mensuel\w*|every month|each month|(?:a|per) month|monthly)\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"^(?:(?:d[èe]s|[àa] partir|à compter|a compter|starting|from|de|du|le|of|on)\b\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment as it was told; without an amount it takes its share of what the others leave."""

    on: date
    amount: Decimal | None


def read_parts(argument: str, today: date) -> tuple[Part, ...] | None:
    """The instalments that the whole line tells, oldest first; None where any of it cannot be read in one way."""
    line = argument.strip(EDGES + ":,")
    times = _TIMES.match(line)
    parts = _equal(int(times[1]), line[times.end() :], today) if times else _listed(line, today)
    days = [part.on for part in parts] if parts else []
    orderly = all(before < after for before, after in pairwise(days))
    return parts if parts and orderly and days[0] >= today else None


def _equal(number: int, rest: str, today: date) -> tuple[Part, ...] | None:
    """As many parts, a month apart: `3 x 400 dès 15/12`, `en 3 fois dès le 15/12`."""
    plain = " ".join(_MONTHLY.sub(" ", rest).split()).removeprefix("de ").removeprefix("of ")
    amount, after = _amount(plain)
    first, left = read_day(_FROM.sub("", after.strip(EDGES + ":,")), today, ahead=True)
    if first is None or left.strip(EDGES + ":,") or not 1 < number <= MOST_PARTS:
        return None
    return tuple(Part(months_after(first, ahead), amount) for ahead in range(number))


def _listed(line: str, today: date) -> tuple[Part, ...] | None:
    """Days with their amounts, in either order; a day without a year follows the one before it."""
    parts: list[Part] = []
    for words in filter(None, _BETWEEN.split(line)):
        part = next(_one(words, parts[-1].on if parts else today), None)
        if part is None or len(parts) >= MOST_PARTS:
            return None
        parts.append(part)
    return tuple(parts)


def _one(words: str, since: date) -> Iterator[Part]:
    on, rest = read_day(words, since, ahead=True)
    if on is not None:
        yield from _with_amount(on, rest.strip(EDGES + ":,="))
        return
    amount, rest = _rest_or_amount(words)
    on, left = read_day(rest.strip(EDGES + ":,="), since, ahead=True)
    if on is not None and not left.strip(EDGES) and (amount is not None or rest != words):
        yield Part(on, amount)


def _with_amount(on: date, words: str) -> Iterator[Part]:
    amount, left = _rest_or_amount(words)
    if words and not left.strip(EDGES + ",") and (amount is not None or left != words):
        yield Part(on, amount)


def _rest_or_amount(words: str) -> tuple[Decimal | None, str]:
    """The amount that the words begin with, None for what is left, and the words behind it."""
    named = words.split()
    while named and folded(named[0]) in _ARTICLES:
        named = named[1:]
    if named and folded(named[0]) in _REST:
        return None, " ".join(named[1:])
    return _amount(words)


def _amount(words: str) -> tuple[Decimal | None, str]:
    amount, rest = read_amount(words, alone=True, least=1)
    return (amount, rest) if amount is None or amount > 0 else (None, words)
