from dataclasses import replace
from datetime import date, timedelta

from tests.core.cases import DUE, after, case, customer, due, paris, plan, step, taken, world

from relancier.core.case import Case, How, Kind, Role, State
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import Close, Remind, Wait
from relancier.core.turn import Turn, done, skipped, take_turn

CALL = Channel.CALL
PLAN = plan(
    step("first", 3),
    step("second", 10, to=(Role.ACCOUNTING, Role.SALES), template="reminder-2"),
    step("call", 15, CALL),
    step("legal", 45, Channel.LEGAL),
)


def turn(*cases: Case, days: int, of: Plan = PLAN, old: int = 20) -> Turn:
    return take_turn(cases, {"plan": of}, world(due(days)), old_allowed=old)


def carried(found: Turn) -> list[list[str]]:
    return [[one.carried.key.replace("|2026-06-01", "") for one in parcel.carries] for parcel in found.parcels]


def reasons(found: Turn) -> list[str]:
    return [getattr(item.action, "reason", "takes") for item in found.decisions]


def test_a_customer_without_anything_due_gets_nothing_and_is_looked_at_again() -> None:
    found = turn(case(), days=0)
    assert (found.parcels, found.look_at, found.one_offs) == ((), paris(2026, 6, 4, 9), 0)
    assert turn(days=0) == Turn((), ())
    assert turn(replace(case(), state=State.PAID), days=0).look_at is None


def test_invoices_of_one_customer_leave_in_one_message() -> None:
    found = turn(case("F1"), case("F2"), case("F3", amount=0), days=3)
    assert carried(found) == [["F1|first", "F2|first"]]
    assert [type(item.action) for item in found.decisions] == [Remind, Remind, Close]


def test_a_case_whose_message_cannot_leave_beside_a_firmer_one_waits_for_the_next_free_day() -> None:
    firmer = taken(case("F1", due=date(2026, 5, 25)), "first", date(2026, 5, 28))
    found = turn(firmer, case("F2"), days=3)  # Thursday 4 June
    assert [[one.carried.key for one in parcel.carries] for parcel in found.parcels] == [["F1|2026-05-25|second"]]
    assert reasons(found) == ["takes", "another message to this customer leaves first"]
    assert found.look_at == paris(2026, 6, 9, 9)


def test_a_case_left_behind_keeps_its_task_too() -> None:
    of = plan(step("mail", 3), step("call", 3, CALL))
    firm = plan(step("firm", 3, to=(Role.SALES,), template="reminder-3"), name="firm")
    cases = [case("F1"), case("F2", plan="firm")]
    found = take_turn(cases, {"plan": of, "firm": firm}, world(due(3)), old_allowed=9)
    assert carried(found) == [["F2|firm"]]
    assert isinstance(found.decisions[0].action, Wait)


def test_of_two_emails_of_one_day_to_different_people_the_other_comes_again_once_payments_are_known_past_it() -> None:
    of = plan(step("kind", 3), step("firm", 3, to=(Role.SALES,), template="reminder-3"), step("call", 3, CALL))
    found = turn(case(), days=3, of=of)
    assert carried(found) == [["F1|firm"], ["F1|call"]]
    events = [one for parcel in found.parcels for one in done(parcel, due(3), world(due(3)), parcel.lead.step.id)]
    assert turn(after(case(), *events), days=3, of=of).parcels == ()
    assert carried(turn(after(case(), *events), days=4, of=of)) == [["F1|kind"]]


def test_old_invoices_are_taken_up_day_by_day() -> None:
    cases = [case(f"F{number}") for number in range(5)]
    found = turn(*cases, days=31, old=2)
    assert carried(found) == [["F0|one-off", "F1|one-off"]]
    assert found.one_offs == 2
    assert reasons(found)[2:] == ["old invoices are taken up day by day"] * 3
    assert found.look_at == paris(2026, 7, 3, 9)
    none = turn(*cases, days=31, old=-1)
    assert (none.parcels, none.one_offs) == ((), 0)


def test_a_customer_whose_reply_nobody_has_seen_to_gets_nothing_about_anything() -> None:
    waiting = replace(case("F2"), state=State.PAUSED, state_at=due(0), unseen=("mail",))
    assert turn(case("F1"), waiting, days=3).parcels == ()


def test_a_plan_that_is_gone_stops_only_its_own_cases() -> None:
    assert carried(turn(case("F1", plan="gone"), case("F2"), days=3)) == [["F2|first"]]


def only(found: Turn) -> Parcel:
    [parcel] = found.parcels
    return parcel


def test_what_is_passed_over_is_told_to_the_case() -> None:
    found = turn(taken(case(), "first", DUE, how=How.TASK), days=15)
    [item] = found.decisions
    [event] = skipped(item, due(15), world(due(15)))
    assert (event.kind, event.step, event.on, event.at) == (
        *(Kind.STEP_SKIPPED, "second", DUE + timedelta(days=15), due(15)),
    )
    assert [one.how for one in after(item.case, event).done] == [How.TASK, How.SKIPPED]
    [waiting] = turn(case(), days=0).decisions
    assert skipped(waiting, due(0), world(due(0))) == []


def test_a_message_counts_as_sent_and_anything_else_as_a_task() -> None:
    for days, how in ((3, How.SENT), (15, How.TASK)):
        before = case() if how is How.SENT else taken(taken(case(), "first", DUE), "second", DUE)
        [event] = done(only(turn(before, days=days)), due(days), world(due(days)), "entry")
        assert (event.kind, event.how, event.ref) == (Kind.STEP_DONE, how, "entry")
        assert event.on == DUE + timedelta(days=days)


def test_the_legal_step_hands_the_case_over() -> None:
    before = taken(case(), "call", DUE, how=How.TASK)
    parcel = only(turn(before, days=45))
    assert parcel.sort is Sort.TASK
    ended = after(before, *done(parcel, due(45), world(due(45)), "entry"))
    assert (ended.state, ended.done[-1].step) == (State.LEGAL, "legal")
    assert turn(ended, days=90).parcels == ()


def test_a_customer_without_email_gets_a_task_for_each_case() -> None:
    cases = [case(name, who=customer(contacts=(), phone="")) for name in ("F1", "F2")]
    assert [parcel.sort for parcel in turn(*cases, days=3).parcels] == [Sort.TASK, Sort.TASK]
