from dataclasses import replace
from datetime import timedelta

import pytest
from tests.core.cases import CALENDAR, DUE, case, due, plan, step, taken

from relancier.core.by_hand import BY_HAND, may_stand, stands_for
from relancier.core.case import Because, Case, Hold, State
from relancier.core.plan import Channel
from relancier.core.steps import ONE_OFF

PLAN = plan(
    step("before", -2, template="notification"),
    step("first", 3),
    step("second", 12),
    step("call", 21, Channel.CALL),
    step("notice", 35, Channel.REGISTERED_LETTER, template="formal-notice"),
    step("legal", 45, Channel.LEGAL),
)


def done(*steps: tuple[str, int]) -> Case:
    found = case()
    for name, day in steps:
        found = taken(found, name, DUE + timedelta(days=day))
    return found


@pytest.mark.parametrize(
    ("one", "day", "step_id", "replaced"),
    [
        (done(), 1, "first", ("before",)),
        (done(), 4, "first", ("before",)),
        (done(), 15, "first", ("before",)),
        (done(), 33, ONE_OFF, ("before", "first", "second", "call")),
        (done(("first", 3)), 5, BY_HAND, ()),
        (done(("first", 3)), 8, "second", ()),
        (done(("first", 3)), 12, "second", ()),
        (done(("first", 3), ("second", 12)), 15, BY_HAND, ()),
        (done(("first", 3), ("second", 12)), 22, BY_HAND, ()),
        (done(("first", 3), ("second", 12), ("call", 21)), 36, BY_HAND, ()),
        (done(("first", 3), ("second", 12), ("call", 21), ("notice", 35)), 44, BY_HAND, ()),
        (done(("legal", 45)), 50, BY_HAND, ()),
    ],
)
def test_a_reminder_by_hand_stands_for_the_email_of_its_day(
    one: Case, day: int, step_id: str, replaced: tuple[str, ...]
) -> None:
    assert stands_for(one, PLAN, CALENDAR, due(day), DUE + timedelta(days=day)) == (step_id, replaced)


def test_only_what_comes_after_the_due_date_and_answers_nothing_can_be_a_reminder() -> None:
    one, after = case(), DUE + timedelta(days=1)
    assert may_stand(one, after)
    assert not may_stand(one, DUE)
    assert not may_stand(replace(one, state=State.PAUSED), after)
    assert not may_stand(replace(one, unseen=("m1",)), after)
    assert not may_stand(replace(one, holds=(Hold(Because.EARLIER_REPLY, "m1", "", due(0)),)), after)
    assert may_stand(replace(one, holds=(Hold(Because.BOUNCED, "m1", "", due(0)),)), after)
