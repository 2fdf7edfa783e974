"""What an instalment plan (échéancier) wants on a day, and whether thanks are due for a payment.

Payments since the agreement cover the instalments, the oldest first. What is agreed may leave while nothing else does:
its confirmation, by a person, and a reminder before each instalment.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from relancier.core.case import Case, How, Instalment, State
from relancier.core.discount import covered
from relancier.core.extra import INSTALMENT, INSTALMENTS, THANK_YOU, dated_id
from relancier.core.orders.dictated_parts import Part
from relancier.core.steps import MESSAGES
from relancier.core.workdays import Calendar

REMINDED_BEFORE = 2  # working days before each instalment
THANKS_WITHIN = timedelta(days=7)
CENT = Decimal("0.01")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """An instalment and what of it is still to be paid."""

    part: Instalment
    left: Decimal


def agreement(parts: Sequence[Part], due: Decimal) -> tuple[Instalment, ...]:
    """The instalments that these parts mean for what is due; none where they do not sum to it exactly."""
    named = sum((part.amount for part in parts if part.amount is not None), Decimal(0))
    open_parts = sum(part.amount is None for part in parts)
    share = ((due - named) / open_parts).quantize(CENT, ROUND_DOWN) if open_parts else Decimal(0)
    made = [Instalment(part.on, share if part.amount is None else part.amount) for part in parts]
    if open_parts:
        last = max(place for place, part in enumerate(parts) if part.amount is None)
        made[last] = Instalment(made[last].on, due - named - share * (open_parts - 1))
    return tuple(made) if sums_to(made, due) else ()


def sums_to(instalments: Iterable[Instalment], due: Decimal) -> bool:
    """Whether each asks for something, and all of them for exactly what is due."""
    amounts = [one.amount for one in instalments]
    return bool(amounts) and all(amount > 0 for amount in amounts) and sum(amounts) == due


def owed(case: Case) -> Iterator[Owed]:
    """The instalments that are not fully paid, oldest first."""
    paid = sum((one.amount for one in case.instalments), Decimal(0)) - case.asked
    for one in case.instalments:
        left = one.amount - max(paid, Decimal(0))
        paid -= one.amount
        if left > 0:
            yield Owed(one, min(left, one.amount))


def next_owed(case: Case) -> Owed | None:
    """The instalment that comes next."""
    return next(owed(case), None)


def graced(day: date, calendar: Calendar) -> date:
    """The first day on which a payment agreed for a day counts as missed: after one working day's grace."""
    return calendar.add_working_days(day, 1) + _DAY


def reminder_day(day: date, calendar: Calendar) -> date:
    """The day from which an instalment is reminded of: two working days before it."""
    before, number = day, REMINDED_BEFORE
    while number > 0:
        before -= _DAY
        number -= calendar.is_working(before)
    return before


def confirmation(case: Case) -> str:
    """The id of the step that confirms the plan, or nothing where that has been done or nothing was agreed."""
    if not case.instalments or case.agreed_on is None:
        return ""
    step = dated_id(INSTALMENTS, case.agreed_on)
    return "" if case.step_done(step) else step


def reminder(case: Case, calendar: Calendar) -> tuple[str, date, date] | None:
    """The id of the next instalment's reminder, and the first and the last day for it.

    None where it has left, or where the agreement itself came no earlier.
    """
    coming = next_owed(case)
    if coming is None:
        return None
    step, on = dated_id(INSTALMENT, coming.part.on), reminder_day(coming.part.on, calendar)
    agreed = case.agreed_on is not None and case.agreed_on >= on
    return None if agreed or case.step_done(step) else (step, on, coming.part.on)


def known_enough(case: Case, known_at: datetime) -> bool:
    """Whether a payment made since our last message, or since the agreement, would be known."""
    written = [done.at for done in case.done if done.how in MESSAGES]
    return known_at > max([*written, case.state_at or case.opened_at])


def of_agreement(step_id: str) -> bool:
    """Whether a step belongs to an instalment plan."""
    return step_id.partition(":")[0] in {INSTALMENTS, INSTALMENT} and ":" in step_id


def still_wanted(step_id: str, case: Case, calendar: Calendar, today: date) -> str:
    """Why a step of the agreement that was chosen earlier must not leave today, or nothing."""
    if step_id == confirmation(case):
        return ""
    coming = reminder(case, calendar)
    if coming is None or coming[0] != step_id:
        return "that instalment is paid, or another plan was agreed"
    return "" if coming[1] <= today <= coming[2] else "it is not the time to remind of that instalment"


def thanks_due(case: Case, today: date, ended_on: date) -> bool:
    """Whether the customer is thanked: money came, after a reminder of ours, not long ago."""
    if case.state is not State.PAID or case.step_done(THANK_YOU) or today - ended_on > THANKS_WITHIN:
        return False
    reminded = any(done.how in {How.SENT, How.ADOPTED} and done.on > case.invoice.due for done in case.done)
    return reminded and _money_came(case) and not case.invoice.customer.never


def _money_came(case: Case) -> bool:
    """Whether the books, or a person, told of a payment: not what a credit note ended, or what left the books."""
    by_books = covered(case.invoice)
    by_word = not case.absent and (case.paid_by_order > 0 or case.amount_due > 0)
    return by_books or by_word
