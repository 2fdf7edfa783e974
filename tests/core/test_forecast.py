from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import DUE, at, case, customer, due, in_state, plan, step, taken, world

from relancier.core.case import Case, How, State
from relancier.core.forecast import Timetable, forecast
from relancier.core.plan import Channel, Plan

CALL = Channel.CALL
PLAN = plan(step("before", -2), step("first", 3), step("second", 10), step("call", 15, CALL))


def on(days: int) -> date:
    return DUE + timedelta(days=days)


def timetable(
    *cases: Case, start: int = -5, until: int = 60, of: Plan = PLAN, old: int = 20, stale: bool = False, hour: int = 8
) -> Timetable:
    customers: dict[str, list[Case]] = {}
    for one in cases:
        customers.setdefault(one.invoice.customer.id, []).append(one)
    now = due(start, hour)
    known = due(-9) if stale else now
    return forecast(customers, {"plan": of}, world(now, known_at=known), on(until), old)


def lines(table: Timetable) -> list[tuple[date, list[str]]]:
    return [(entry.on, [one.step.id for one in entry.parcel.carries]) for entry in table.entries]


def reasons(table: Timetable) -> list[str]:
    return [nothing.reason for nothing in table.nothing]


def test_every_step_on_its_day_up_to_and_with_the_last_day_asked_for() -> None:
    expected = [(on(0), ["before"]), (on(3), ["first"]), (on(10), ["second"]), (on(15), ["call"])]
    assert lines(timetable(case())) == expected
    assert lines(timetable(case(), until=10)) == expected[:3]
    assert timetable(case()).entries[0].at == at(DUE, 9)


def test_the_entries_stand_in_the_order_of_days_then_numbers() -> None:
    other = case("A1", who=customer(id="C2"), due=on(1))
    table = timetable(case("F1"), other, case("B1", who=customer(id="C0")))
    assert [entry.on for entry in table.entries] == sorted(entry.on for entry in table.entries)
    first = [entry.parcel.carries[0].case.invoice.number for entry in table.entries if entry.on == on(0)]
    assert first == ["A1", "B1", "F1"]


def test_what_is_passed_over_is_shown_with_its_reason() -> None:
    late = taken(case(), "first", on(3))
    assert reasons(timetable(case(), start=1)) == ["before: cannot leave by the due date"]
    assert reasons(timetable(late, start=16)) == ["second: a later step replaces it"]


def test_books_that_are_stale_now_count_as_fresh_from_tomorrow() -> None:
    one = taken(case(), "before", DUE)
    assert lines(timetable(one, start=3, hour=10, stale=True, until=5)) == [(on(4), ["first"])]
    assert lines(timetable(one, start=3, hour=10, until=5)) == [(on(3), ["first"])]


RECAP = plan(step("call", 3, CALL), step("recap", 3, when="call_recorded"), step("end", 5))


def test_a_step_that_depends_on_a_call_is_shown_as_such_and_not_counted_as_sent() -> None:
    table = timetable(case(), of=RECAP)
    assert [(entry.on, entry.parcel.lead.step.id, entry.reason) for entry in table.entries] == [
        (on(3), "call", ""),
        (on(3), "recap", "only if the call before was recorded"),
        (on(7), "end", ""),
    ]
    assert reasons(table) == []
    later = plan(step("call", 3, CALL), step("recap", 4, when="call_recorded"))
    called = taken(case(), "call", on(3), how=How.TASK)
    assert lines(timetable(called, start=4, of=later)) == [(on(4), ["recap"])]


def test_what_waits_for_a_call_is_told_once_and_only_of_what_may_be_written_about() -> None:
    asked = taken(case(), "call", on(3), how=How.TASK)
    table = timetable(asked, case("F2", due=on(1)), start=4, of=RECAP, until=6)
    recaps = [(entry.on, entry.parcel.lead.case.invoice.number) for entry in table.entries if entry.reason]
    assert recaps == [(on(4), "F1"), (on(4), "F2")]
    assert lines(timetable(in_state(asked, State.DISPUTED), start=4, of=RECAP)) == []


def test_a_step_that_depends_on_a_call_which_is_itself_passed_over_is_passed_over_too() -> None:
    before = taken(case(), "none", on(0))
    assert reasons(timetable(before, start=12, of=RECAP)) == [
        "call: a later step replaces it",
        "recap: a later step replaces it",
    ]
    skipped = taken(case(), "call", on(3), how=How.SKIPPED)
    assert reasons(timetable(replace(skipped, done=(*before.done, *skipped.done)), start=4, of=RECAP)) == [
        "recap: a later step replaces it"
    ]
    no_call = plan(step("recap", 3, when="call_recorded"))
    assert reasons(timetable(case(), of=no_call)) == ["recap: a later step replaces it", "next step: recap"]


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (in_state(case(), State.DISPUTED), "disputed"),
        (in_state(case(), State.LEGAL), "legal"),
        (case(paid=Decimal(1000)), "paid in full by the books"),
        (case(who=customer(never=True)), "this customer is never chased"),
        (case(plan="none"), "there is no plan called 'none'"),
        (case(due=on(300)), "next step: before"),
        (taken(case(), "call", on(15), how=How.TASK), "the plan has ended"),
    ],
)
def test_every_case_that_gets_nothing_says_why(one: Case, reason: str) -> None:
    table = timetable(one)
    assert (table.entries, reasons(table)) == ([], [reason])


@pytest.mark.parametrize("state", [State.PAID, State.CLOSED])
def test_an_ended_case_is_not_spoken_of(state: State) -> None:
    assert timetable(in_state(case(), state)) == Timetable()


def test_a_pause_that_ends_by_itself_goes_on_and_another_only_comes_back_to_a_person() -> None:
    answered = in_state(taken(case(), "first", on(3)), State.PAUSED, resume_on=on(12))
    assert lines(timetable(answered, start=5)) == [(on(14), ["second"]), (on(15), ["call"])]
    paused = in_state(case(), State.PAUSED)
    assert (lines(timetable(paused)), reasons(timetable(paused))) == ([], ["paused"])


def test_a_case_whose_day_lies_after_the_time_asked_for_says_so() -> None:
    assert reasons(timetable(case(), start=0, hour=10, until=-1)) == ["nothing falls in this time"]


def test_old_invoices_are_spread_over_days_also_across_customers() -> None:
    cases = [case(f"F{number}", who=customer(id=f"C{number}")) for number in range(5)]
    table = timetable(*cases, start=31, old=2, until=36)
    assert lines(table) == [(day, ["one-off"]) for day in (on(31), on(31), on(32), on(32), on(35))]


def test_many_invoices_of_one_customer_are_all_told() -> None:
    cases = [case(f"F{number:03}", due=on(number)) for number in range(60)]
    table = timetable(*cases, until=200)
    told = {one.carried.key for entry in table.entries for one in entry.parcel.carries}
    assert {key.rpartition("|")[0] for key in told if key.endswith("|call")} == {one.key for one in cases}


def test_the_forecast_leaves_the_cases_as_they_are() -> None:
    cases: Sequence[Case] = [case()]
    before = [replace(one) for one in cases]
    timetable(*cases)
    assert [*cases] == before
