"""What the four formats share: refusing a file, amounts and days as banks write them, balances that must add up."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relancier.core.paid.statement import Statement, counted
from relancier.core.problem import Problem
from relancier.core.text.folding import composed

LARGEST = 50_000_000
MOST = 200_000
LONGEST = 8_000
YEARS = range(1990, 2101)
NOTHING = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NON RENSEIGNE", "NR"})
AMOUNT = re.compile(r"([+-]?)(\d{0,14})(?:[.,](\d{0,5}))?", re.ASCII)
CENT = Decimal("0.01")
EXPORT_AGAIN = "download it from the bank again"


class Refused(Exception):  # noqa: N818 - named after the situation
    """The file is not taken at all; the problems say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def refuse(name: str, sentence: str, line: int | None = None) -> Refused:
    """The refusal of a file in one sentence."""
    return Refused(Problem(name, sentence, line))


def one_line(*parts: str) -> str:
    """All that was said, on one line, nothing twice, without characters that nobody sees."""
    return " ".join(filter(None, dict.fromkeys(map(_tidy, parts))))[:LONGEST]


def _tidy(text: str) -> str:
    seen = composed(text)
    return " ".join((seen if seen.isprintable() else "".join(c if c.isprintable() else " " for c in seen)).split())


def reference(text: str) -> str:
    """A reference, or '' for the words that stand for none."""
    found = one_line(text)
    return "" if found.upper() in NOTHING else found


def plain_amount(text: str) -> Decimal:
    """An amount as programs write it, with a point or a comma before the decimals. Raises ValueError."""
    match = AMOUNT.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{text[:40]!r} is not an amount")
    return cents(Decimal(f"{match[1]}{match[2] or '0'}.{match[3] or '00'}"))


def cents(amount: Decimal) -> Decimal:
    """The amount with two decimals where it needs no more."""
    rounded = amount.quantize(CENT)
    return rounded if rounded == amount else amount


def a_day(year: int, month: int, number: int) -> date:
    """A day of the calendar in a likely year. Raises ValueError."""
    if year not in YEARS:
        raise ValueError(f"the year {year} is not likely")
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"{number}/{month}/{year} is no day of the calendar") from None


def added_up(name: str, statement: Statement) -> Statement:
    """The statement, its equal movements told apart; refused where both balances are known and do not fit."""
    if statement.opening is not None and statement.closing is not None:
        moved = sum((movement.amount for movement in statement.movements), Decimal(0))
        if statement.opening + moved != statement.closing:
            raise refuse(name, _difference(statement, moved))
    return replace(statement, movements=counted(statement.movements))


def _difference(statement: Statement, moved: Decimal) -> str:
    return (
        f"the statement of {statement.account} up to {statement.until} does not add up: {statement.opening:.2f} and "
        f"movements of {moved:.2f} do not make {statement.closing:.2f}. It was cut short or edited: {EXPORT_AGAIN}."
    )


def within(name: str, movements: Iterable[object]) -> None:
    """Refuses more movements than a statement can have."""
    if sum(1 for _ in movements) > MOST:
        raise too_many(name)


def too_many(name: str) -> Refused:
    return refuse(name, f"it has more than {MOST} movements; {EXPORT_AGAIN} for a shorter period.")


def too_large(name: str) -> Problem:
    return Problem(name, f"it is larger than {LARGEST // 1_000_000} MB; {EXPORT_AGAIN} for a shorter period.")
