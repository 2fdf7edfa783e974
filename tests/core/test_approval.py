"""What a person must look at: messages that wait in Drafts, and the recap of a call in which payment was promised."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.core.cases import DUE, after, case, customer, event, plan, step, taken, world

from relancier.core.case import Because, Case, How, Kind, State
from relancier.core.extra import RECAP, dated_id, recap_of
from relancier.core.parcel import Taken, parcels
from relancier.core.plan import Channel
from relancier.core.schedule import Near, Remind, Wait, decide, free_for, obstacle, stale

EMAIL, CALL = Channel.EMAIL, Channel.CALL
REMINDER = step("a", 3, EMAIL, template="reminder-2")
ANSWERED = replace(case("F1"), last_reply_on=DUE)
PLAN = plan(
    REMINDER,
    step("call", 5, CALL, template="call"),
    step("recap", 5, EMAIL, template=RECAP, when="call_recorded"),
)
PROMISED_FOR = DUE + timedelta(days=20)


def test_a_message_after_an_answer_is_to_be_approved_and_refers_to_it() -> None:
    (parcel,) = parcels([Taken(ANSWERED, PLAN, REMINDER)])
    assert (parcel.approval, parcel.template) == (True, "follow-up")
    (plain,) = parcels([Taken(case("F2"), PLAN, REMINDER)])
    assert (plain.approval, plain.template) == (False, "reminder-2")
    (told,) = parcels([Taken(ANSWERED, PLAN, PLAN.steps[1])])
    assert (told.approval, told.template) == (False, "call")


def test_what_a_person_must_look_at_does_not_leave_together_with_what_leaves_by_itself() -> None:
    both = [Taken(ANSWERED, PLAN, REMINDER), Taken(case("F2"), PLAN, REMINDER)]
    assert [len(parcel.carries) for parcel in parcels(both)] == [1]


# --- A draft that has gone ---


def test_a_draft_that_has_gone_holds_its_case_until_somebody_says_what_became_of_it() -> None:
    open_ = case()
    gone = after(open_, event(open_, Kind.UNCERTAIN, ref="e", how=How.BY_HAND))
    assert [hold.because for hold in gone.holds] == [Because.DRAFT]
    assert after(gone, event(open_, Kind.RESUMED, ref="o")).holds == gone.holds
    assert after(gone, event(open_, Kind.SETTLED, ref="e")).holds == ()


# --- The recap of a call ---


def called(on: date, **other: object) -> Case:
    """The plan's call was given to a colleague, and told."""
    given = taken(taken(case("F1"), "a", DUE + timedelta(days=3)), "call", DUE + timedelta(days=5), how=How.TASK)
    return replace(given, called_on=on, **other)  # type: ignore[arg-type]


def test_there_is_one_recap_of_a_call_the_plans_own_where_it_waits_for_that() -> None:
    on = DUE + timedelta(days=8)
    assert recap_of(called(on), PLAN, on) == "recap"
    assert recap_of(taken(called(on), "recap", on), PLAN, on) == dated_id(RECAP, on)
    assert recap_of(replace(case("F1"), called_on=on), PLAN, on) == dated_id(RECAP, on)
    assert recap_of(case("F1", who=customer(contacts=())), PLAN, on) == ""
    assert recap_of(called(on), None, on) == ""


def promised(step_id: str) -> Case:
    on = DUE + timedelta(days=8)
    one = called(on)
    return after(one, event(one, Kind.PROMISED, days=8, ref="o", on=PROMISED_FOR, step=step_id))


@pytest.mark.parametrize("step_id", ["recap", "recap:2026-06-09"])
def test_the_recap_leaves_while_the_promise_holds_and_nothing_else_does(step_id: str) -> None:
    one, now = promised(step_id), world(event(case(), Kind.NOTED, days=8).at)
    assert (one.state, one.recap) == (State.PROMISED, step_id)
    assert obstacle(one, now, Near(), step_id) is None
    assert isinstance(obstacle(one, now, Near(), "a"), Wait)
    action = decide(one, PLAN, now, Near())
    assert isinstance(action, Remind)
    assert [taken_.id for taken_ in action.steps] == [step_id]
    (recap,) = action.steps
    assert stale(recap, one, now) == ""
    assert free_for(recap, one, PLAN, now, Near(last_message=now.today)) == now.today
    assert isinstance(decide(taken(one, step_id, now.today), PLAN, now, Near()), Wait)


def test_a_recap_is_over_with_its_promise() -> None:
    one = promised("recap:2026-06-09")
    now = world(event(case(), Kind.NOTED, days=8).at)
    resumed = after(one, event(one, Kind.RESUMED, days=9, ref="r"))
    recap = replace(PLAN.steps[2], id="recap:2026-06-09", when="")
    assert "over" in stale(recap, resumed, now)
    again = after(one, event(one, Kind.PROMISED, days=10, ref="p", on=PROMISED_FOR))
    assert again.recap == ""


def test_an_unseen_answer_holds_the_recap_too() -> None:
    one, now = promised("recap"), world(event(case(), Kind.NOTED, days=8).at)
    assert isinstance(obstacle(one, now, Near(unseen="F2"), "recap"), Wait)
