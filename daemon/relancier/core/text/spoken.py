"""Days and amounts as people write them, as seen from the local day on which they wrote.

Day and month stand in the French order. A day without a month is the next such day, today included; a month without a
year the nearest to come, unless that lies over eleven months ahead: then the one that has just passed. A weekday is the
next one after the day of writing; "prochain" and "next" mean that of the coming week. Impossible dates are none.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.text import spoken_forms as forms
from relancier.core.text.folding import fold
from relancier.core.text.spoken_days import FORMS, Sight, in_month, month_after

_LONGEST_READ = 64 * 1024
_MOST_DAYS = 200
_LINES = str.maketrans("\r\n\v\f\u2028\u2029", "      ")
_RANGE_START = re.compile(r"(?:\bdu|\bfrom|\bentre(?: le)?|\bbetween|\bde)\s{0,2}$")
_RANGE_MIDDLE = re.compile(
    r",? ?(?:(?:inclus|compris|matin|soir|(?:a )?(?:midi|minuit|\d{1,2} ?h(?: ?\d\d)?)) )?"
    r"(?:au|a|to|until|till|through|jusqu'au|et(?: le)?|and|-)? ?(?:le |the )?"
)
_PREPOSITIONS = ("au ", "du ", "l'", "by ", "on ", "until ", "till ", "before ", "from ", "to ", "between ", "and ")
_MONTHLY = (forms.THIS_MONTH, forms.ENGLISH_THIS_MONTH)
_CURRENCIES = {"GBP": ("£", "gbp"), "USD": ("$", "usd"), "CHF": ("chf",)}
_DASH = re.compile(r" ?- ?")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A day, or a span of days, with the words for it and their place; `on == until` for a single day."""

    on: date
    until: date
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What a form says. `day` where no month was written; `yearless` where no year was."""

    on: date
    until: date
    start: int
    end: int
    day: int = 0
    yearless: bool = False


def days_in(text: str, written: date, *, past: bool = False) -> list[Spoken]:
    """The days that a text names, in order; with `past`, what lacks a year, month or week is sought before `written`.

    Places are those of the text given, of which no more than 64 KiB are read; accented letters must be composed.
    """
    plain = fold(text[:_LONGEST_READ]).translate(_LINES)
    found = _apart(sorted(_all(plain, Sight(written, past)), key=lambda one: (one.start, -one.end)))
    return [Spoken(one.on, one.until, text[one.start : one.end], one.start, one.end) for one in _ranged(found, plain)]


def amounts_in(text: str) -> list[tuple[Decimal, str, int, int]]:
    """The amounts with a currency that a text names: value, words and place."""
    plain = fold(text[:_LONGEST_READ]).translate(_LINES)
    return [
        (_amount(found), text[found.start() : found.end()], *found.span()) for found in forms.AMOUNT.finditer(plain)
    ]


def currency_of(words: str) -> str:
    """The currency of an amount, by the words of `amounts_in`: its code as the books write it."""
    plain = fold(words)
    return next((code for code, signs in _CURRENCIES.items() if any(sign in plain for sign in signs)), "EUR")


def _amount(found: re.Match[str]) -> Decimal:
    whole = re.sub(r"\D", "", found["whole"] or found["whole2"])
    cents = found["cents"] or found["cents2"] or ""
    return Decimal(f"{whole}.{cents}") * (1000 if found["thousand"] else 1)


def _all(plain: str, sight: Sight) -> Iterator[_Found]:
    near = ((pattern, resolve) for bits, pattern, resolve in FORMS if any(bit in plain for bit in bits))
    for match, resolve in ((match, resolve) for pattern, resolve in near for match in pattern.finditer(plain)):
        with suppress(ValueError, OverflowError):
            resolved = resolve(match, sight)
            if resolved and not _terms(match):
                yield _found(match, resolved)


def _found(match: re.Match[str], resolved: tuple[date, date]) -> _Found:
    named = match.groupdict()
    lead = named.get("art") or named.get("lead") or ""
    start = match.start("day") if "day" in named and lead.startswith(_PREPOSITIONS) else match.start()
    month_missing = "day" in named and "month" not in named and not named.get("tail")
    yearless = "month" in named and not named.get("year")
    return _Found(*resolved, start, match.end(), int(named["day"]) if month_missing else 0, yearless)


def _terms(match: re.Match[str]) -> bool:
    """Whether "fin de mois" belongs to terms of payment."""
    start = match.start()
    return match.re in _MONTHLY and forms.TERMS.search(match.string[max(0, start - 24) : start]) is not None


def _apart(found: list[_Found]) -> list[_Found]:
    """Those that do not overlap one before them."""
    kept: list[_Found] = []
    for one in found[: 4 * _MOST_DAYS]:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept[:_MOST_DAYS]


def _ranged(found: list[_Found], plain: str) -> Iterator[_Found]:
    """The same, where "du 1er au 15 août" is one span."""
    waiting: _Found | None = None
    for one in found:
        if waiting and _linked(waiting, one, plain):
            waiting = _span(waiting, one)
            continue
        if waiting:
            yield waiting
        waiting = one
    if waiting:
        yield waiting


def _linked(first: _Found, last: _Found, plain: str) -> bool:
    between = plain[first.end : last.start]
    before = plain[max(0, first.start - 12) : first.start]
    starts = _RANGE_START.search(before) or plain[first.start : first.end].startswith(("du ", "from "))
    return bool(starts and _RANGE_MIDDLE.fullmatch(between) and between != ", ") or _DASH.fullmatch(between) is not None


def _span(first: _Found, last: _Found) -> _Found:
    on = first.on
    if first.day:
        on = _latest(first.day, (month_after(last.on.replace(day=1), -back) for back in range(3)), last.on)
    elif first.yearless:
        on = _latest(on.day, (on.replace(year=last.on.year - back, day=1) for back in range(2)), last.until)
    elif on > last.until:
        on -= timedelta(days=7)
    return replace(last, on=min(on, last.until), start=first.start, day=0, yearless=False)


def _latest(day: int, months: Iterator[date], end: date) -> date:
    """Such a day of the first of the months that has it by `end`."""
    days = (in_month(first, day) for first in months)
    return next((one for one in days if one and one <= end), end)
