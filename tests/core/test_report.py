"""The report's value: one look at all cases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.core.cases import CALENDAR, at, case
from tests.core.follow import PLAN, TODAY, followed, paid, year

from relancier.core.case import State
from relancier.core.overviews.report import report


def test_the_report_says_what_is_open_and_what_was_paid_within_a_year() -> None:
    made = report(year(), {PLAN.name: PLAN}, CALENDAR, at(TODAY), "Lumen")
    total = sum((one.total.total for one in made.balances), Decimal(0))
    open_cases = [one.case for one in year() if not one.case.ended]
    assert total == sum((one.amount_due for one in open_cases), Decimal(0))
    assert made.paid == 60 - len(open_cases)
    assert made.disputed == sum(one.state is State.DISPUTED for one in open_cases) > 0
    assert made.waiting == sum(bool(one.unseen) for one in open_cases) > 0
    assert made.promises.kept > 0
    assert sum(one.taken for one in made.channels) == sum(one.taken for one in made.effects)


def test_what_was_paid_longer_ago_is_not_in_the_means() -> None:
    old = paid(case(due=TODAY - timedelta(days=400)), TODAY - timedelta(days=365))
    fresh = paid(case("FA-2", due=TODAY - timedelta(days=370)), TODAY - timedelta(days=364))
    made = report([old, fresh], {}, CALENDAR, at(TODAY), "Lumen")
    assert (made.paid, made.after_due) == (1, Decimal("6.0"))


def test_a_reply_about_what_is_over_waits_for_nobody() -> None:
    over = replace(case(), state=State.CLOSED, unseen=("x",))
    assert report([followed(over)], {}, CALENDAR, at(TODAY), "Lumen").waiting == 0
