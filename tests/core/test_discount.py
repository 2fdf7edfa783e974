"""Discount for early payment, and what credit notes cancel: when a case is over by its amounts alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core.cases import CALENDAR, DUE, after, at, case, event, plan, step, world

from relancier.core.case import Because, Case, Event, Kind, State
from relancier.core.discount import cancelled, covered, decided, is_all_left, over, reference, settled, taken
from relancier.core.schedule import Close, Near, Short, Wait, by_itself, decide

UNTIL = DUE - timedelta(days=20)  # Tuesday 12 May 2026
AGREED: dict[str, Any] = {"discount": Decimal(20), "discount_until": UNTIL}
NET = Decimal(980)


def agreed(**other: Any) -> Case:
    return case(opened=UNTIL - timedelta(days=10), **{**AGREED, **other})


def told(one: Case, on: date, amount: Decimal = NET) -> Case:
    """A payment that the bank or a person tells, with its day, a week after it."""
    told_at = at(on + timedelta(days=7))
    return after(one, Event(case=one.key, kind=Kind.PAID, at=told_at, ref=f"money-{on}", amount=amount, on=on, seen=()))


def shown(one: Case, on: date, paid: Decimal = NET) -> Case:
    """A payment that the books of a day show."""
    return after(one, Event(case=one.key, kind=Kind.CHANGED, at=at(on), invoice=replace(one.invoice, paid=paid)))


@pytest.mark.parametrize(
    ("left", "whole"),
    [
        ("20.00", True),
        ("20.01", True),
        ("19.99", True),
        ("20.02", False),
        ("19.98", False),
        ("0", False),
        ("40", False),
    ],
)
def test_the_discount_is_all_that_is_left_to_the_cent_of_a_rounding(left: str, *, whole: bool) -> None:
    assert is_all_left(agreed().invoice, Decimal(left)) is whole


@pytest.mark.parametrize("other", [{"discount": Decimal(0)}, {"discount_until": None}, {"amount": Decimal(20)}])
def test_without_a_sum_a_day_or_a_payment_nothing_was_taken_off(other: dict[str, Any]) -> None:
    one = agreed(**other)
    assert not is_all_left(one.invoice, Decimal(20))
    assert str(taken(one, CALENDAR)) == "no"


@pytest.mark.parametrize(("days", "answer"), [(-5, "in_time"), (0, "in_time"), (1, "late"), (30, "late")])
def test_a_payment_with_its_day_is_in_time_up_to_the_last_day(days: int, answer: str) -> None:
    assert taken(told(agreed(), UNTIL + timedelta(days=days)), CALENDAR) == answer


@pytest.mark.parametrize(
    ("days", "answer"),
    # two banking days after Tuesday the 12th is Thursday the 14th, Ascension: Friday the 15th
    [(0, "in_time"), (3, "in_time"), (4, "late")],
)
def test_books_may_show_it_two_banking_days_later(days: int, answer: str) -> None:
    assert taken(shown(agreed(), UNTIL + timedelta(days=days)), CALENDAR) == answer


def test_a_day_told_goes_before_that_on_which_the_books_showed_it() -> None:
    late = told(agreed(), UNTIL + timedelta(days=1))
    assert taken(shown(late, UNTIL), CALENDAR) == "late"
    early = shown(told(agreed(), UNTIL), UNTIL + timedelta(days=40))
    assert taken(early, CALENDAR) == "in_time"


def test_the_last_of_several_payments_decides() -> None:
    one = told(agreed(), UNTIL, Decimal(500))
    assert taken(one, CALENDAR) == "no"
    assert taken(told(one, UNTIL + timedelta(days=1), Decimal(480)), CALENDAR) == "late"
    assert taken(shown(one, UNTIL + timedelta(days=9)), CALENDAR) == "late"


def test_what_was_paid_when_the_case_was_opened_counts_from_that_day() -> None:
    assert taken(agreed(paid=NET), CALENDAR) == "in_time"
    assert taken(case(opened=DUE, paid=NET, **AGREED), CALENDAR) == "late"


def test_books_that_change_otherwise_leave_the_day() -> None:
    one = shown(agreed(), UNTIL)
    renamed = Event(case=one.key, kind=Kind.CHANGED, at=at(DUE), invoice=replace(one.invoice, purpose="other"))
    assert taken(after(one, renamed), CALENDAR) == "in_time"
    assert after(one, replace(renamed, invoice=None)).invoice == one.invoice
    dated = replace(renamed, invoice=replace(one.invoice, paid=Decimal(981)), on=UNTIL)
    assert after(one, dated).shown_on == UNTIL


def test_in_time_it_is_paid_whatever_holds_it() -> None:
    one = told(agreed(), UNTIL)
    assert over(one, CALENDAR) == Close("paid, less 20.00, the discount agreed until 2026-05-12")
    held = replace(one, state=State.PAUSED, unseen=("m1",))
    action = decide(held, plan(step("r", 3)), world(at(DUE)), Near())
    (closed,) = by_itself(held, action, at(DUE))
    ended = after(held, closed)
    assert (ended.state, ended.unseen) == (State.PAID, ("m1",))


def test_too_late_a_person_decides_once_on_each_payment() -> None:
    one = told(agreed(), DUE)
    action = decide(one, plan(step("r", 3)), world(at(DUE + timedelta(days=8))), Near())
    assert action == Short("20.00 was taken off, the discount agreed until 2026-05-12, but paid later", reference(one))
    held = after(one, *by_itself(one, action, at(DUE)))
    assert [hold.because for hold in held.holds] == [Because.DISCOUNT]
    assert held.needs_person == action.reason
    assert decided(held)
    assert over(held, CALENDAR) is None
    assert isinstance(decide(held, plan(step("r", 3)), world(at(DUE)), Near()), Wait)
    on_we_go = after(held, event(held, Kind.RESUMED, ref="order"))
    assert (on_we_go.holds, on_we_go.needs_person) == ((), "")
    assert over(on_we_go, CALENDAR) is None
    cent_more = shown(on_we_go, DUE + timedelta(days=9), Decimal("980.01"))
    assert isinstance(over(cent_more, CALENDAR), Short)


def test_credit_notes_cancel_and_nothing_was_paid_by_that() -> None:
    one = case(credited=Decimal(1000), credit_notes=("AV-1",))
    assert cancelled(one.invoice)
    assert not covered(one.invoice)
    action = decide(replace(one, unseen=("m1",)), plan(step("r", 3)), world(at(DUE)), Near())
    assert action == Close("cancelled by credit note AV-1", cancelled=True)
    (closed,) = by_itself(one, action, at(DUE))
    ended = after(replace(one, unseen=("m1",), needs_person="a reply"), closed)
    assert (ended.state, ended.unseen, ended.needs_person) == (State.CLOSED, ("m1",), "a reply")


def test_how_it_was_cancelled_is_told() -> None:
    one = case(credited=Decimal(1100))
    assert over(one, CALENDAR) == Close("cancelled by a credit note", cancelled=True)
    two = case(credited=Decimal(1000), credit_notes=("AV-1", "AV-2"))
    assert over(two, CALENDAR) == Close("cancelled by credit notes AV-1, AV-2", cancelled=True)


def test_what_a_deposit_or_a_payment_covers_is_paid() -> None:
    assert over(case(deposit=Decimal(1000)), CALENDAR) == Close("paid in full by the books")
    assert over(case(credited=Decimal(400), paid=Decimal(600)), CALENDAR) == Close("paid in full by the books")
    assert over(case(), CALENDAR) is None
    assert covered(case(credited=Decimal(400), paid=Decimal(600)).invoice)
    assert covered(agreed(paid=NET).invoice)
    assert not covered(case(deposit=Decimal(1000)).invoice)
    assert not covered(case(paid=Decimal(999)).invoice)


def test_a_decision_that_sends_or_waits_makes_nothing_happen_by_itself() -> None:
    one = case()
    assert by_itself(one, decide(one, plan(step("r", 3)), world(at(DUE)), Near()), at(DUE)) == []
    late = decide(one, plan(step("r", 3)), world(at(DUE + timedelta(days=4))), Near())
    assert by_itself(one, late, at(DUE)) == []


def test_what_asks_for_nothing_any_more() -> None:
    assert settled(agreed(paid=NET).invoice)
    assert settled(case(credited=Decimal(1000)).invoice)
    assert settled(case(deposit=Decimal(400), paid=Decimal(600)).invoice)
    assert not settled(agreed(paid=Decimal(970)).invoice)


def test_what_the_books_owe_again_though_it_was_told_as_paid_is_for_a_person() -> None:
    paid = replace(case(), state=State.PAID, paid_by_order=Decimal(1000))
    again = after(paid, event(paid, Kind.REOPENED, days=9, amount=Decimal(1000)))
    assert (again.amount_due, over(again, CALENDAR)) == (Decimal(0), None)
    assert over(shown(again, DUE, Decimal(1000)), CALENDAR) == Close("paid in full by the books")
