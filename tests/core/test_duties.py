"""What colleagues still have to do: which tasks are done, which come back, and to whom."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.core import cases as make
from tests.core.cases import CALENDAR, DUE

from relancier.core.case import Because, Case, Event, Hold, How, Kind, Signer, State
from relancier.core.outbox import Entry, Sort
from relancier.core.overviews.duties import Again, Duty, above, coming_back, duties, given
from relancier.core.plan import Channel

PLAN = make.plan(
    make.step("reminder", 3),
    make.step("call", 5, Channel.CALL, signer=Signer.ACCOUNT_MANAGER, title="Appel"),
    make.step("letter", 8, Channel.REGISTERED_LETTER),
    make.step("call-2", 10, Channel.CALL, signer=Signer.MANAGEMENT),
    make.step("legal", 20, Channel.LEGAL, signer=Signer.MANAGEMENT),
)
CALLED_FOR = DUE + timedelta(days=5)


def entry(name: str) -> Entry | None:
    channels = {"call": "call", "call-2": "call", "letter": "registered_letter", "legal": "legal", "reminder": "task"}
    step = name.rpartition("|")[2]
    if step not in channels:
        return None
    return Entry(
        id=name,
        sort=Sort.TASK,
        carries=(),
        message_id=name,
        token=name,
        queued_at=make.due(0),
        channel=channels[step],
    )


def asked(*steps: str, case: Case | None = None) -> Case:
    """A case that has given these tasks, three days apart from the fifth day on."""
    found = case or make.case()
    for place, step in enumerate(steps):
        found = make.taken(found, step, CALLED_FOR + timedelta(days=3 * place), how=How.TASK)
    return found


def left(case: Case, *events: Event) -> list[str]:
    return [duty.step for duty in duties(case, PLAN, events, entry)]


def told(kind: Kind, days: int = 6, **other: Any) -> Event:
    return make.event(make.case(), kind, days=days, **{"ref": "order", **other})


def test_a_task_is_to_do_from_the_day_it_was_given_by_whose_step_it_is() -> None:
    (duty,) = duties(asked("call"), PLAN, (), entry)
    assert duty == Duty(
        case=make.case().key,
        step="call",
        title="Appel",
        channel="call",
        role=Signer.ACCOUNT_MANAGER,
        since=CALLED_FOR,
        entry=f"{make.case().key}|call",
    )
    assert duty.ref == f"{make.case().key}|call|{make.case().key}|call"


@pytest.mark.parametrize("kind", [Kind.CALLED, Kind.ANSWERED, Kind.PROMISED, Kind.CLOSED, Kind.TASK_DONE, Kind.PAUSED])
def test_a_call_is_done_once_its_result_or_the_cases_is_recorded(kind: Kind) -> None:
    assert left(asked("call"), told(kind)) == []
    assert left(asked("call"), told(kind, days=4)) == ["call"]


@pytest.mark.parametrize("kind", [Kind.POSTED, Kind.LETTER, Kind.BOUNCED, Kind.NOTED])
def test_a_call_is_not_done_by_what_is_about_something_else(kind: Kind) -> None:
    assert left(asked("call"), told(kind)) == ["call"]


def test_a_reminder_by_hand_stands_for_a_call_but_not_for_a_letter() -> None:
    by_hand = told(Kind.STEP_DONE, how=How.BY_HAND, step="by-hand")
    assert left(asked("call"), by_hand) == []
    assert left(asked("letter"), by_hand) == ["letter"]
    assert left(asked("call"), told(Kind.STEP_DONE, how=How.SENT, step="reminder")) == ["call"]


def test_a_letter_is_done_once_it_is_posted_or_its_fate_is_known() -> None:
    assert left(asked("letter"), told(Kind.CALLED)) == ["letter"]
    assert left(asked("letter"), told(Kind.POSTED)) == []
    assert left(asked("letter"), told(Kind.LETTER)) == []


def test_what_the_daemon_does_by_itself_settles_no_task() -> None:
    assert left(asked("call"), told(Kind.RESUMED, ref="")) == ["call"]
    assert left(asked("call"), told(Kind.RESUMED)) == []


def test_only_the_step_that_is_named_is_done() -> None:
    assert left(asked("call", "letter"), told(Kind.TASK_DONE, days=9, step="letter")) == ["call"]
    assert left(asked("call", "letter"), told(Kind.TASK_DONE, days=9)) == []


def test_a_later_call_takes_the_place_of_an_earlier_one() -> None:
    assert left(asked("call", "letter", "call-2")) == ["letter", "call-2"]


def test_handing_over_to_people_gives_a_task_of_its_own() -> None:
    case = replace(asked("legal"), state=State.LEGAL)
    own = told(Kind.HANDED_OVER, days=5, ref=f"{case.key}|legal")
    assert left(case, own) == ["legal"]
    assert left(case, own, told(Kind.CALLED)) == ["legal"]
    assert left(case, own, told(Kind.TASK_DONE)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"state": State.PAUSED},
        {"state": State.PAID},
        {"unseen": ("reply",)},
        {"holds": (Hold(Because.BOUNCED, "x", "", make.due(0)),)},
        {"paid_by_order": make.case().amount_due},
    ],
)
def test_nobody_is_chased_who_has_answered_paid_or_is_in_doubt(other: dict[str, Any]) -> None:
    case = replace(asked("call"), **other)
    assert not given(case)
    assert left(case) == []


def test_what_is_not_known_any_more_is_no_task() -> None:
    assert duties(asked("call"), None, (), entry) == ()
    assert left(make.taken(make.case(), "renamed", CALLED_FOR, how=How.TASK)) == []
    assert left(make.taken(make.case(), "call", CALLED_FOR, how=How.TASK, entry="gone")) == []
    assert left(make.taken(make.case(), "reminder", CALLED_FOR)) == []


def test_a_task_comes_back_after_two_working_days_and_goes_up_after_five() -> None:
    found = duties(asked("call"), PLAN, (), entry)  # a Saturday: working days count from Monday
    again = {}
    for ahead in range(12):
        day = CALLED_FOR + timedelta(days=ahead)
        again[day] = [how for _, how in coming_back(found, CALENDAR, day)]
    assert date(2026, 6, 6) == CALLED_FOR
    assert again[date(2026, 6, 8)] == []
    assert again[date(2026, 6, 9)] == [Again.BACK]
    assert again[date(2026, 6, 11)] == [Again.BACK]
    assert again[date(2026, 6, 12)] == [Again.UP]


def test_management_stands_above_everyone() -> None:
    assert {role: above(role) for role in Signer} == dict.fromkeys(Signer, Signer.MANAGEMENT)
