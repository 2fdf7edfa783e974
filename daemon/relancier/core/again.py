"""Whether an invoice that is new may be one that is known already: over before, or written otherwise."""

import re
from collections.abc import Iterable
from datetime import timedelta

from relancier.core.case import Case, Invoice

ANOTHER_YEAR = timedelta(days=180)  # numbers that begin anew each year
FEWEST_DIGITS = 4
_NO_DIGIT = re.compile(r"\D+")


def over_before(one: Invoice, of_its_number: Iterable[Case]) -> bool:
    """Whether it may be what was paid or closed already: under another due date, or in parts now."""
    standing = [case for case in of_its_number if not case.carried_to]
    if one.part or not all(case.ended for case in standing):
        return False
    return not all(of_another_year(case.invoice, one) for case in standing)


def written_otherwise(one: Invoice, of_the_customer: Iterable[Case]) -> bool:
    """Whether a case, open or not, is the same debt under a number with more or less before its last digits."""
    return any(_one_debt(case.invoice, one) for case in of_the_customer if not case.carried_to)


def of_another_year(before: Invoice, now: Invoice) -> bool:
    """Whether they only share their number, which began anew meanwhile."""
    if before.issued is not None and now.issued is not None:
        return abs(now.issued - before.issued) > ANOTHER_YEAR
    return abs(now.due - before.due) > ANOTHER_YEAR


def _one_debt(before: Invoice, now: Invoice) -> bool:
    same = (before.due, before.amount, before.currency) == (now.due, now.amount, now.currency)
    return same and before.number != now.number and _alike(before.number, now.number)


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((_NO_DIGIT.sub("", one), _NO_DIGIT.sub("", other)), key=len)
    return len(shorter) >= FEWEST_DIGITS and longer.endswith(shorter)
