"""The days, spans and amounts in the line of an order, as core/orders/dictation reads them."""

import re
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.text.folding import fold
from relancier.core.text.spoken_forms import MONTHS, NEARBY

EDGES = " \t>*-–—.;!…\"'«»`"


def folded(word: str) -> str:
    """A word without case, accents and the punctuation that ends it."""
    return fold(word).strip(":,;.!?()")


_BEFORE_DAY = re.compile(
    r"[\s:,]*(?:(?:le|au|du|de|jusqu'au|jusqu'a|jusque|until|till|on|by|pour|the|of|paiement|reglement|virement|payment)"
    r"\s+)*"
)
BARE = re.compile(r"\d+")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\w/-])")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?![\w/-])")
_SPELT = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([^\W\d_]{3,10})\.?(?:\s+(\d{4}))?(?!\w)")
_SPELT_FIRST = re.compile(r"([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?(?!\w)")
SPAN = re.compile(
    r"(?:de\s+|for\s+|pendant\s+)?(\d{1,3})\s?(jours?|days?|j|d|semaines?|weeks?|sem|w|mois|months?)\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"(?:€\s?|eur\s)?(\d{1,3}(?:[ .]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?(?:\s?(?:€|euros?\b|eur\b))?",
                     re.IGNORECASE)  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:[ .]\d{3})+|\d{1,9})"
MARKED = re.compile(
    rf"(?<![\w.,/-])(?:(?:€\s?|eur\s){_NUMBER}(?:[.,]\d{{1,2}})?|{_NUMBER}(?:[.,]\d{{1,2}})?\s?(?:€|euros?\b|eur\b)"
    rf"|{_NUMBER}[.,]\d{{2}})(?!\w)",
    re.IGNORECASE,
)
"""An amount that nothing else can be: with its currency, or with cents."""
_MONTH = rf"(?:{'|'.join(MONTHS)}|février|févr|fév|août|décembre|déc)"
DAYS = re.compile(
    rf"(?<![\w/.-])(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-](?:\d{{4}}|\d{{2}}))?"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?\s+{_MONTH}\.?(?:\s+\d{{4}})?|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)"
    rf"(?![\w/-])",
    re.IGNORECASE,
)
"""A day as `read_day` reads it, wherever it stands."""
_FARTHEST_AHEAD, _FARTHEST_BACK = timedelta(days=300), timedelta(days=120)
_PLAIN_AMOUNT = 100  # below, a number without a currency more likely counts parcels
UNITS = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 30}


def read_day(argument: str, today: date, *, ahead: bool) -> tuple[date | None, str]:
    """The day that the argument begins with, and what follows; without a year, the next such day or the last.

    One that is only near in another year (15/11 told as a promise on 20 November) is more likely a slip: no day.
    """
    plain = _BEFORE_DAY.sub("", fold(argument), count=1)
    rest = argument[len(argument) - len(plain) :]
    word, _, after = rest.partition(" ")
    if folded(word) in NEARBY:
        return today + timedelta(days=NEARBY[folded(word)]), after
    for pattern, order in ((_ISO, "ymd"), (_NUMERIC, "dmy"), (_SPELT, "dmy"), (_SPELT_FIRST, "mdy")):
        found = pattern.match(plain)
        if found is not None:
            on = _dated(dict(zip(order, found.groups(), strict=True)), today, ahead=ahead)
            return (on, rest[found.end() :]) if on else (None, argument)
    return None, argument


def _dated(parts: dict[str, str | None], today: date, *, ahead: bool) -> date | None:
    month = parts["m"] or ""
    number = int(month) if month.isdigit() else MONTHS.get(month, 0)
    year = parts["y"]
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), number, parts["d"])
    there = [_made(today.year + one, number, parts["d"]) for one in (-1, 0, 1)]
    days = [one for one in there if one is not None]
    span = (today, today + _FARTHEST_AHEAD) if ahead else (today - _FARTHEST_BACK, today)
    return next((one for one in days if span[0] <= one <= span[1]), None)


def _made(year: int, month: int, day: str | None) -> date | None:
    try:
        return date(year, month, int(day or 0))
    except ValueError:
        return None


def read_amount(argument: str, *, alone: bool, least: int = _PLAIN_AMOUNT) -> tuple[Decimal | None, str]:
    """The amount that the argument begins with, and what follows; `alone`: from `least` also without a currency."""
    found = _AMOUNT.match(argument)
    if found is None or (argument[found.end() :][:1].isalnum()):
        return None, argument
    marked = bool(re.search(r"€|eur", found.group(), re.IGNORECASE)) or found[2] is not None
    whole = re.sub(r"[ .]", "", found[1])
    if not marked and not (alone and int(whole) >= least):
        return None, argument
    return Decimal(f"{whole}.{found[2] or '0'}"), argument[found.end() :].strip()
