from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import (
    CALENDAR,
    DUE,
    after,
    at,
    case,
    customer,
    due,
    event,
    in_state,
    paris,
    plan,
    step,
    taken,
    world,
)

from relancier.core.case import Because, Case, Hold, How, Kind, State
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import (
    HELD,
    Action,
    Ask,
    Close,
    Near,
    Remind,
    Resume,
    Wait,
    World,
    decide,
    free_day,
    near,
    nears,
    obstacle,
    pays_by_itself,
)

CALL, REGISTERED = Channel.CALL, Channel.REGISTERED_LETTER
FIRST, SECOND = step("first", 3), step("second", 10)
NOTICE = step("notice", 35, REGISTERED, template="formal-notice")
LEGAL = step("legal", 45, Channel.LEGAL)
PLAN = plan(step("before", -2, template="notification"), FIRST, SECOND, step("call", 15, CALL), NOTICE, LEGAL)
ALONE = Near()


def on(days: int) -> date:
    return DUE + timedelta(days=days)


def decided(one: Case, now: datetime, of: Plan | None = PLAN, beside: Near = ALONE, **other: object) -> Action:
    return decide(one, of, world(now, **other), beside)  # type: ignore[arg-type]


def waits(action: Action) -> tuple[datetime | None, str]:
    assert isinstance(action, Wait), action
    return action.until, action.reason


def test_a_step_is_taken_on_its_day_and_waited_for_before() -> None:
    one = taken(case(), "before", on(-3))
    assert waits(decided(one, due(0))) == (paris(2026, 6, 4, 9), "next step: first")
    assert decided(one, due(3)) == Remind((FIRST,))


def test_passing_over_needs_no_sending_hours() -> None:
    assert decided(case(), due(1, 22)) == Remind((), ("before",))


@pytest.mark.parametrize("state", [State.PAID, State.CLOSED, State.LEGAL, State.DISPUTED])
def test_nothing_leaves_and_time_changes_nothing_in(state: State) -> None:
    assert waits(decided(in_state(case(), state), due(30))) == (None, state.value)


def test_what_the_books_say_is_paid_is_closed_whatever_its_state() -> None:
    paid = replace(case().invoice, paid=Decimal(1000))
    for state in (State.OPEN, State.PAUSED, State.DISPUTED):
        one = replace(in_state(case(), state), invoice=paid)
        assert isinstance(decided(one, due(3)), Close)


@pytest.mark.parametrize("because", Because)
def test_each_hold_keeps_the_case_and_says_why(because: Because) -> None:
    one = replace(case(), holds=(Hold(Because.MISSING, "m", "", due(0)), Hold(because, "m", "", due(0))))
    assert waits(decided(one, due(3))) == (None, HELD[because])


def test_an_unseen_reply_on_another_case_holds_this_one() -> None:
    until, reason = waits(decided(case(), due(3), beside=Near(unseen="F2")))
    assert (until, "F2" in reason) == (None, True)


def test_what_is_on_its_way_or_has_no_plan_waits() -> None:
    assert waits(decided(replace(case(), in_flight=("e",)), due(3)))[1] == "a message is on its way"
    assert waits(decided(case(), due(3), of=None))[1] == "there is no plan called 'plan'"
    assert waits(decided(taken(case(), "legal", on(45)), due(90))) == (None, "the plan has ended")


def test_a_step_that_only_a_call_brings_waits_for_it_and_then_leaves() -> None:
    of = plan(step("call", 3, CALL), step("recap", 3, when="call_recorded"), step("next", 10))
    asked = taken(case(), "call", on(3), how=How.TASK)
    assert waits(decided(asked, due(4), of)) == (CALENDAR.opening(on(10)), "next step: next")
    assert waits(decided(asked, due(4), plan(*of.steps[:2]))) == (None, "the call is not recorded yet")
    assert decided(replace(asked, called_on=on(3)), due(4), of) == Remind((of.steps[1],))


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (case(who=customer(never=True)), "this customer is never chased"),
        (case(amount=Decimal("4.99")), "less than 5 is due"),
        (case(payment_method="Prélèvement SEPA"), "it is paid by Prélèvement SEPA"),
        (replace(case(), disputed=Decimal(1000)), "all that is due is in dispute"),
        (replace(case(paid=Decimal(800)), disputed=Decimal(300)), "all that is due is in dispute"),
        (replace(case(), disputed=Decimal("995.01")), "less than 5 is due"),
    ],
)
def test_an_invoice_may_forbid_itself(one: Case, reason: str) -> None:
    assert waits(decided(one, due(3))) == (None, reason)


@pytest.mark.parametrize(
    ("method", "by_itself"),
    [
        ("direct debit", True),
        ("PRÉLÈVEMENT", True),
        ("LCR acceptée", True),
        ("Chèque reçu", True),
        ("traite", True),
        ("effet accepté", True),
        ("accepted bill", True),
        ("", False),
        ("virement", False),
        ("chèque", False),
        ("traitement spécial", False),
    ],
)
def test_payments_that_come_by_themselves(method: str, by_itself: bool) -> None:
    assert pays_by_itself(method) is by_itself


def test_a_promise_is_respected_with_a_banking_day_of_grace() -> None:
    # Promised for Friday 5 June: the money may show on Monday, a person is told on Tuesday.
    one = in_state(case(), State.PROMISED, state_on=on(4))
    assert waits(decided(one, due(7))) == (paris(2026, 6, 9, 0), "promised")
    assert decided(one, due(8)) == Ask("the payment promised for 2026-06-05 has not come", "promise_broken")


def test_a_pause_comes_back_on_its_day_or_at_its_limit_and_never_ends_by_itself() -> None:
    limit = Ask("the pause has reached its limit", "pause_limit")
    paused = in_state(case(), State.PAUSED)
    assert waits(decided(paused, due(29))) == (paris(2026, 7, 1, 0), "paused")
    assert decided(paused, due(30)) == limit
    dated = replace(paused, state_on=on(10))
    assert waits(decided(dated, due(9))) == (paris(2026, 6, 11, 0), "paused")
    assert decided(dated, due(10)) == limit
    assert decided(in_state(case(), State.PROMISED), due(30)) == limit
    again = after(paused, event(paused, Kind.REMINDED_TO_ACT, days=30))
    assert waits(decided(again, due(31)))[0] == paris(2026, 7, 31, 0)


def test_a_pause_of_which_a_person_took_the_flags_off_calls_nobody_while_nothing_new_comes() -> None:
    quiet = in_state(case(), State.PAUSED, unseen=("a", "b"), dismissed=("a", "b"))
    assert waits(decided(quiet, due(60))) == (None, "paused")
    limit = Ask("the pause has reached its limit", "pause_limit")
    assert decided(replace(quiet, unseen=("a", "b", "c")), due(60)) == limit
    assert decided(replace(quiet, state_on=on(10)), due(10)) == limit


def test_after_a_colleagues_answer_a_pause_ends_only_where_the_configuration_wants_it_and_nothing_holds() -> None:
    answered = in_state(case(), State.PAUSED, resume_on=on(10))
    assert waits(decided(answered, due(9))) == (paris(2026, 6, 11, 0), "paused")
    assert isinstance(decided(answered, due(10)), Resume)
    bounced = replace(answered, holds=(Hold(Because.BOUNCED, "b", "", due(0)),))
    assert waits(decided(bounced, due(10))) == (paris(2026, 7, 1, 0), "paused")


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (due(3, 8), paris(2026, 6, 4, 9)),
        (due(3, 18), paris(2026, 6, 5, 9)),
        (due(4, 20), paris(2026, 6, 8, 9)),
        (due(5), paris(2026, 6, 8, 9)),
    ],
)
def test_nothing_leaves_outside_the_sending_hours(now: datetime, opening: datetime) -> None:
    assert waits(decided(case(), now, of=plan(step("s", 3)))) == (opening, "outside the sending hours")


def test_a_formal_notice_waits_for_the_end_of_a_quiet_period_and_a_softer_step_does_not() -> None:
    one = case(due=date(2026, 6, 30))  # J+35 is 4 August
    assert waits(decided(one, paris(2026, 8, 4, 10), of=plan(NOTICE, LEGAL)))[0] == paris(2026, 8, 21, 9)
    soft = plan(step("mail", 35))
    assert isinstance(decided(one, paris(2026, 8, 4, 10), of=soft), Remind)


def test_a_year_that_is_all_quiet_asks_again_every_day() -> None:
    always = replace(CALENDAR, quiet=(((1, 1), (12, 31)),))
    one = taken(case(), "first", on(3))
    assert waits(decided(one, due(35), of=plan(FIRST, NOTICE), calendar=always))[0] == paris(2026, 7, 7, 9)


def test_after_the_due_date_payments_must_be_known_to_a_banking_day_later() -> None:
    # Due Friday 5 June: a payment of that day shows on Monday.
    one, of = case(due=date(2026, 6, 5)), plan(step("s", 3))
    now = paris(2026, 6, 8, 10)
    for known, leaves in ((paris(2026, 6, 7, 23), False), (paris(2026, 6, 8, 0), True)):
        assert isinstance(decided(one, now, of=of, known_at=known), Remind) is leaves
    until, reason = waits(decided(one, now, of=of, known_at=paris(2026, 6, 7, 23)))
    assert (until, reason) == (paris(2026, 6, 9, 9), "payments are known only up to 2026-06-07")


def test_payments_must_be_known_later_than_the_last_message_whoever_sent_it() -> None:
    for how in (How.SENT, How.ADOPTED):
        one = taken(case(), "first", on(3), how=how)
        assert isinstance(decided(one, due(10), known_at=due(3)), Wait)
        assert isinstance(decided(one, due(10), known_at=due(3) + timedelta(seconds=1)), Remind)
    called = taken(case(), "first", on(3), how=How.TASK)
    assert isinstance(decided(called, due(10), known_at=due(3)), Remind)


def test_a_notification_needs_no_payments() -> None:
    assert isinstance(decided(case(), due(-2, 18), known_at=due(-300)), Wait)
    assert isinstance(decided(case(), due(0), known_at=due(-300)), Remind)


def test_a_plan_on_time_keeps_its_own_rhythm() -> None:
    of = plan(step("a", 3), step("b", 4))
    assert isinstance(decided(taken(case(), "a", on(3)), due(4), of=of), Remind)


def test_a_message_that_left_late_keeps_the_next_one_away_for_the_gap() -> None:
    # The first left on Monday 8 June instead of Thursday 4: three working days end on Thursday 11.
    one = taken(case(), "first", on(7))
    until, reason = waits(decided(one, due(9, 12), of=plan(FIRST, step("b", 9))))
    assert (until, "2026-06-11" in reason) == (paris(2026, 6, 11, 9), True)
    assert isinstance(decided(one, due(10), of=plan(FIRST, step("b", 9))), Remind)
    assert isinstance(decided(one, due(9), of=plan(FIRST, step("b", 9, CALL))), Remind)


def test_another_cases_message_keeps_an_email_away_but_not_a_call() -> None:
    beside = Near(last_message=on(2))  # Wednesday 3 June: free again on Monday 8
    until, _ = waits(decided(case(), due(3), of=plan(FIRST), beside=beside))
    assert until == paris(2026, 6, 8, 9)
    assert isinstance(decided(case(), due(3), of=plan(step("c", 3, CALL)), beside=beside), Remind)
    by_phone = case(who=customer(contacts=()))
    either = plan(step("c", 3, Channel.EMAIL, CALL))
    assert isinstance(decided(by_phone, due(3), of=either, beside=beside), Remind)


@pytest.mark.parametrize(("step_id", "how"), [("one-off", How.SENT), ("one-off", How.TASK), ("first", How.BY_HAND)])
def test_a_one_off_or_a_message_by_hand_leaves_five_working_days_before_any_step(step_id: str, how: How) -> None:
    # Wednesday 10 June: five working days later is Wednesday 17.
    one = taken(taken(case(), "first", on(9), how=How.SKIPPED), step_id, on(9), how=how)
    for of in (plan(FIRST, step("c", 10, CALL)), plan(FIRST, SECOND)):
        assert waits(decided(one, due(10), of=of))[0] == paris(2026, 6, 17, 9)
        assert isinstance(decided(one, due(16), of=of), Remind)
    assert free_day(one, PLAN, world(due(10)), ALONE) == on(16)
    assert waits(decided(one, due(14), customer_gap=8, of=plan(FIRST, SECOND)))[0] == paris(2026, 6, 22, 9)


def test_a_first_reminder_that_left_when_a_call_had_come_keeps_it_away_for_the_gap() -> None:
    of = plan(FIRST, step("c", 8, CALL))
    one = taken(case(), "first", on(9))
    assert waits(decided(one, due(10), of=of))[0] == paris(2026, 6, 15, 9)
    assert isinstance(decided(one, due(14), of=of), Remind)


def test_a_formal_notice_that_a_weekend_has_moved_leaves_its_days_to_pay() -> None:
    of = plan(step("notice", 33, REGISTERED, template="formal-notice"), step("legal", 41, Channel.LEGAL))
    moved = taken(case(), "notice", on(35), how=How.TASK)
    assert waits(decided(moved, due(42), of)) == (
        CALENDAR.opening(on(43)),
        f"the last message gives time until {on(43)}",
    )
    assert decided(moved, due(44), of) == Remind((of.steps[1],))
    passed = taken(case(), "notice", on(35), how=How.SKIPPED)
    assert decided(passed, due(42), of) == Remind((of.steps[1],))


def test_a_formal_notice_that_left_late_leaves_its_days_to_pay() -> None:
    # J+35 is Monday 6 July. Taken on Tuesday 14 (J+43), proceedings wait until Wednesday 22 (J+51).
    late = taken(case(), "notice", on(43), how=How.TASK)
    assert waits(decided(late, due(45))) == (paris(2026, 7, 22, 9), "the last message gives time until 2026-07-22")
    assert decided(late, due(51)) == Remind((LEGAL,))
    assert decided(taken(case(), "notice", on(35), how=How.TASK), due(45)) == Remind((LEGAL,))


def test_what_the_other_cases_say() -> None:
    one, two, three = case("F1"), case("F2"), case("F3")
    assert nears([one]) == {one.key: ALONE}
    assert near(one, [one]) == ALONE
    two = replace(two, unseen=("mail",))
    assert near(one, [one, two, three]).unseen == "F2"
    assert near(two, [one, two, three]).unseen == ""
    assert near(one, [in_state(two, State.PAID)]).unseen == "F2"


def test_the_last_message_of_the_others_counts_also_from_an_ended_case_but_not_one_that_carried_this_too() -> None:
    one = taken(case("F1"), "first", on(3), entry="both")
    two = taken(taken(case("F2"), "first", on(3), entry="both"), "second", on(1), entry="old")
    assert near(one, [two]).last_message == on(1)
    assert near(two, [one]).last_message is None
    paid = in_state(taken(case("F3"), "first", on(5)), State.PAID)
    assert near(one, [two, paid]).last_message == on(5)
    called = taken(case("F4"), "call", on(9), how=How.TASK)
    assert near(one, [called]).last_message is None
    by_hand = taken(case("F5"), "first", on(8), how=How.BY_HAND, entry="")
    assert near(one, [by_hand]).last_message == on(8)
    assert near(by_hand, [one]).last_message == on(3)


def test_an_obstacle_is_known_without_a_plan() -> None:
    assert obstacle(case(), world(due(3)), ALONE) is None


def test_deciding_twice_gives_the_same() -> None:
    for days in range(-5, 60):
        one = taken(case(), "before", on(-3))
        assert decided(one, due(days)) == decided(one, due(days))


def test_the_day_of_the_world_is_local() -> None:
    assert World(
        now=at(DUE, 23) + timedelta(hours=2),
        calendar=CALENDAR,
        known_at=due(0),
        customer_gap=3,
        minimum=Decimal(5),
    ).today == on(1)
