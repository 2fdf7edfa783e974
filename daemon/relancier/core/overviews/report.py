"""The report: what is late and since when, how long customers take to pay, what each step brings, in one value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from relancier.core.case import State
from relancier.core.overviews.figures import Balance, Falling, balances, falling_due, owed
from relancier.core.overviews.measures import (
    Effect,
    Followed,
    Late,
    Month,
    Promises,
    after_due,
    after_issue,
    by_channel,
    effects,
    late,
    months,
    payments,
    promises,
)
from relancier.core.plan import Plan
from relancier.core.workdays import Calendar

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the report's page says. `paid` counts the invoices paid in the year behind the two means."""

    on: date
    company: str
    balances: tuple[Balance, ...]
    late: tuple[Late, ...]
    falling: tuple[Falling, ...]
    paid: int
    after_issue: Decimal | None
    after_due: Decimal | None
    months: tuple[Month, ...]
    effects: tuple[Effect, ...]
    channels: tuple[Effect, ...]
    promises: Promises
    disputed: int
    waiting: int


def report(
    followed: Iterable[Followed], plans: Mapping[str, Plan], calendar: Calendar, now: datetime, company: str
) -> Report:
    """The report on all cases, open and ended, as they are now."""
    every, today = list(followed), calendar.local_day(now)
    open_amounts = [amount for one in every if (amount := owed(one.case)) is not None]
    paid = [one for one in payments(every, calendar.local_day) if today - YEAR < one.on <= today]
    taken = effects(every, plans, today, calendar.local_day)
    return Report(
        on=today,
        company=company,
        balances=balances(open_amounts, today),
        late=late((one.case for one in every), today),
        falling=falling_due(open_amounts, today),
        paid=len(paid),
        after_issue=after_issue(paid),
        after_due=after_due(paid),
        months=months(paid, today),
        effects=taken,
        channels=by_channel(taken),
        promises=promises(every, today, calendar),
        disputed=_in_state(every, State.DISPUTED),
        waiting=sum(bool(one.case.unseen) for one in every if not one.case.ended),
    )


def _in_state(followed: Sequence[Followed], state: State) -> int:
    return sum(one.case.state is state for one in followed)
