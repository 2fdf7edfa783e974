"""How customers pay, counted from cases and their histories."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import CALENDAR, DUE, at, case, customer, event, plan, step, taken
from tests.core.follow import PLAN, TODAY, followed, paid, year

from relancier.core.case import Case, Event, How, Kind, State
from relancier.core.overviews.measures import (
    BY_HAND,
    Effect,
    Followed,
    Late,
    Month,
    Paid,
    Promises,
    after_due,
    after_issue,
    by_channel,
    effects,
    late,
    months,
    paid_on,
    payments,
    promises,
)
from relancier.core.plan import Channel
from relancier.core.steps import ONE_OFF

LOCAL = CALENDAR.local_day
FAR = DUE + timedelta(days=60)
ONE_A_WEEK = {"plan": PLAN, "standard": PLAN}


def day(days: int) -> date:
    return DUE + timedelta(days=days)


def promised(one: Case, given: int, on: int, ref: str = "promise") -> Event:
    return replace(event(one, Kind.PROMISED, days=given), on=day(on), ref=ref)


def test_a_payment_is_on_the_day_that_a_person_named() -> None:
    assert paid_on(paid(case(), day(4)), LOCAL) == day(4)


def test_a_payment_by_the_books_is_on_the_day_they_were_read() -> None:
    by_books = followed(case(), event(case(), Kind.PAID, days=6))
    assert paid_on(by_books, LOCAL) == day(6)
    assert paid_on(Followed(by_books.case, ()), LOCAL) == day(6)
    assert paid_on(Followed(replace(by_books.case, state_at=None), ()), LOCAL) is None


def test_what_is_not_paid_in_full_has_no_day_of_payment() -> None:
    part = followed(case(), replace(event(case(), Kind.PAID), amount=Decimal(10), ref="part"))
    assert paid_on(part, LOCAL) is None
    assert list(payments([part], LOCAL)) == []


def test_days_are_counted_from_issue_and_from_the_due_date() -> None:
    one = case(amount=Decimal(100), issued=day(-30))
    other = case("FA-2", amount=Decimal(300), due=DUE)
    found = list(payments([paid(one, day(2)), paid(other, day(10))], LOCAL))
    assert found == [Paid(day(2), Decimal(100), 32, 2), Paid(day(10), Decimal(300), None, 10)]
    assert after_issue(found) == Decimal("32.0")
    assert after_due(found) == Decimal("8.0")  # (100 x 2 + 300 x 10) / 400


def test_a_credit_note_is_no_payment() -> None:
    note = paid(case(amount=Decimal(-50)), day(1))
    assert list(payments([note], LOCAL)) == []
    assert after_issue([]) is None
    assert after_due([]) is None


def test_months_are_the_last_ones_and_an_empty_one_says_nothing() -> None:
    found = months([Paid(date(2026, 1, 31), Decimal(10), None, 3)], date(2026, 2, 15), count=3)
    assert found == (
        Month(date(2025, 12, 1), 0, None, None),
        Month(date(2026, 1, 1), 1, None, Decimal("3.0")),
        Month(date(2026, 2, 1), 0, None, None),
    )


def test_a_step_counts_as_followed_by_payment_within_a_week() -> None:
    reminded = taken(case(), "first", day(3))
    found = effects([paid(reminded, day(10)), paid(reminded, day(11))], ONE_A_WEEK, FAR, LOCAL)
    assert found == (Effect("reminder-1", "email", 2, 1, 0),)


def test_a_payment_before_the_step_is_not_its_effect() -> None:
    reminded = taken(case(), "first", day(3))
    assert effects([paid(reminded, day(2))], ONE_A_WEEK, FAR, LOCAL)[0].paid == 0


def test_an_answer_within_a_week_counts_once() -> None:
    reminded = taken(case(), "first", day(3))
    replies = [replace(event(reminded, Kind.REPLIED, days=days), ref=f"r{days}") for days in (4, 5)]
    assert effects([followed(reminded, *replies)], ONE_A_WEEK, FAR, LOCAL) == (Effect("reminder-1", "email", 1, 0, 1),)


def test_a_step_of_this_week_and_one_passed_over_are_not_counted() -> None:
    fresh = taken(case(), "first", day(3))
    passed = taken(case(), "first", day(3), how=How.SKIPPED)
    assert effects([followed(fresh)], ONE_A_WEEK, day(9), LOCAL) == ()
    assert len(effects([followed(fresh)], ONE_A_WEEK, day(10), LOCAL)) == 1
    assert effects([followed(passed)], ONE_A_WEEK, FAR, LOCAL) == ()


@pytest.mark.parametrize(
    ("step_id", "how", "name", "channel"),
    [
        ("call", How.TASK, "call", "call"),
        ("first", How.TASK, "reminder-1", "task"),
        ("first", How.BY_HAND, BY_HAND, "email"),
        (ONE_OFF, How.SENT, "one-off", "email"),
        ("recap:2026-06-01", How.SENT, "recap", "email"),
        ("gone", How.SENT, "gone", "email"),
        ("gone", How.TASK, "gone", "task"),
        ("bare", How.TASK, "legal", "legal"),
    ],
)
def test_steps_are_named_by_their_template_and_means(step_id: str, how: How, name: str, channel: str) -> None:
    more = plan(*PLAN.steps, step("bare", 40, Channel.LEGAL, template=""))
    found = effects([followed(taken(case(), step_id, day(3), how=how))], {"plan": more}, FAR, LOCAL)
    assert [(one.name, one.channel) for one in found] == [(name, channel)]


def test_a_case_whose_plan_is_gone_still_counts() -> None:
    assert effects([followed(taken(case(), "first", day(3)))], {}, FAR, LOCAL)[0].name == "first"


def test_means_are_summed() -> None:
    found = by_channel([Effect("a", "email", 2, 1, 0), Effect("b", "call", 5, 0, 1), Effect("c", "email", 1, 1, 1)])
    assert found == (Effect("call", "call", 5, 0, 1), Effect("email", "email", 3, 2, 1))


def test_a_promise_is_kept_with_a_working_day_s_grace() -> None:
    friday = 4  # the day after the weekend is the grace's
    one = case()
    assert promises([paid(one, day(7), promised(one, 0, friday))], FAR, CALENDAR) == Promises(1, 0, 0)
    assert promises([paid(one, day(8), promised(one, 0, friday))], FAR, CALENDAR) == Promises(0, 1, 0)
    assert promises([followed(one, promised(one, 0, friday))], day(7), CALENDAR) == Promises(0, 0, 1)
    assert promises([followed(one, promised(one, 0, friday))], day(8), CALENDAR).ended == 1


def test_a_promise_replaced_in_time_is_one_promise() -> None:
    one = case()
    moved = followed(one, promised(one, 0, 4, "first"), promised(one, 3, 10, "second"))
    broken_first = followed(one, promised(one, 0, 4, "first"), promised(one, 9, 15, "second"))
    assert promises([moved], FAR, CALENDAR) == Promises(0, 1, 0)
    assert promises([broken_first], FAR, CALENDAR) == Promises(0, 2, 0)


def test_what_is_late_is_told_by_customer_and_currency() -> None:
    who = customer(id="C1", name="Un")
    cases = [
        case("FA-1", who=who, due=day(-20), amount=Decimal(10)),
        case("FA-2", who=who, due=day(-5), amount=Decimal(5)),
        case("FA-3", who=who, due=day(-5), amount=Decimal(7), currency="USD"),
        case("FA-4", who=who, due=day(0), amount=Decimal(99)),
        replace(case("FA-5", who=who, due=day(-9)), state=State.CLOSED),
        case("FA-6", who=who, due=day(-9), amount=Decimal(4), paid=Decimal(4)),
        replace(case("FA-7", who=customer(id="C2", name="Deux"), due=day(-1), amount=Decimal(15)), needs_person="x"),
    ]
    assert late(cases, DUE) == (
        Late("Deux", "EUR", 1, day(-1), Decimal(15), needs_person=True),
        Late("Un", "EUR", 2, day(-20), Decimal(15), needs_person=False),
        Late("Un", "USD", 1, day(-5), Decimal(7), needs_person=False),
    )


def test_a_year_adds_up() -> None:
    every = list(year())
    found = list(payments(every, LOCAL))
    assert sum(month.count for month in months(found, TODAY)) == len(found)
    assert at(TODAY).tzinfo is not None
