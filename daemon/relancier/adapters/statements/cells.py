"""What stands in the cells of a bank's CSV: amounts and days, as French and English programs write them."""

import re
from datetime import date
from decimal import Decimal

from relancier.adapters.statements.values import a_day, cents

SPACES = re.compile("[\\s\u00a0\u202f\u2009'’]+")
WHOLE = r"(\d{1,3}(?:[.]\d{3}){1,4}|\d{1,14})"
FRENCH = re.compile(WHOLE + r"(?:,(\d{1,5}))?", re.ASCII)
ENGLISH = re.compile(r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,14})(?:\.(\d{1,5}))?", re.ASCII)
TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?", re.ASCII)


def amount_of(text: str) -> Decimal:
    """An amount as French and English programs write it. Raises ValueError with the sentence."""
    bare = SPACES.sub("", re.sub(r"(?i)€|\beur\b|euros?", "", text)).replace("\u2212", "-")
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    digits = bare.strip("-+()")
    if TWO_WAYS.fullmatch(digits) and SPACES.search(text.strip()) is None:
        raise ValueError(f"the amount {text!r} can be read in two ways; export amounts with their cents.")
    match = FRENCH.fullmatch(digits) or ENGLISH.fullmatch(digits)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not an amount; write it as 1 234,56 or -1234.56.")
    found = cents(Decimal(f"{re.sub('[.,]', '', match[1])}.{match[2] or '00'}"))
    return -found if negative else found


def day(text: str) -> date:
    """A day, its number before its month, or ISO. Raises ValueError with the sentence."""
    try:
        if match := DAY_FIRST.fullmatch(text):
            year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
            return a_day(year, int(match[3]), int(match[1]))
        if match := ISO.fullmatch(text):
            return a_day(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ValueError(f"{text[:40]!r} is not a date; write it as 31/12/2026 or 2026-12-31.")
