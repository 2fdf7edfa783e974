"""What calls a task off, when it is done all the same, and when it is given again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core import cases as make
from tests.core.cases import CALENDAR, DUE

from relancier.core.case import Because, Case, Event, Hold, How, Instalment, Kind, State
from relancier.core.overviews.recalled import (
    CalledOff,
    Given,
    amounts,
    called_off,
    finished,
    known_to_its_holder,
    too_old,
    wanted_again,
)
from relancier.core.plan import Channel

DAY = DUE + timedelta(days=5)
LATER = DUE + timedelta(days=6)
PLAN = make.plan(make.step("call", 5, Channel.CALL), make.step("letter", 8, Channel.LETTER))


def task(case: Case | None = None, channel: str = "call", step: str = "call") -> Given:
    return Given(case=case or make.case(), step=step, channel=channel, at=make.due(5), entry="task")


def off(case: Case, *siblings: Case, channel: str = "call") -> CalledOff | None:
    return called_off(task(case, channel), (case, *siblings), CALENDAR)


def changed(**other: Any) -> Case:
    case = make.case()
    return replace(case, invoice=replace(case.invoice, **other))


def stopped(state: State, **other: Any) -> Case:
    return replace(make.case(), state=state, state_at=make.due(6), **other)


def held(because: Because) -> Case:
    return replace(make.case(), holds=(Hold(because, "", "", make.due(6)),))


def event(kind: Kind, days: int = 6, **other: Any) -> Event:
    return make.event(make.case(), kind, days=days, **{"ref": "order", **other})


PARTS = (Instalment(LATER, Decimal(100)),)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (make.case(), None),
        (stopped(State.LEGAL), None),
        (stopped(State.CLOSED), CalledOff("off_closed", LATER)),
        (replace(make.case(), state=State.CLOSED), CalledOff("off_closed")),
        (stopped(State.PAID, state_on=DAY), CalledOff("off_paid", DAY)),
        (stopped(State.PAID, paid_on=DAY), CalledOff("off_paid", DAY)),
        (stopped(State.PAID, shown_on=DAY), CalledOff("off_noted", DAY)),
        (stopped(State.PAID), CalledOff("off_noted", LATER)),
        (replace(make.case(), paid_by_order=Decimal(9999), paid_on=DAY), CalledOff("off_paid", DAY)),
        (stopped(State.LEGAL, insolvent_on=DAY), CalledOff("off_insolvent", DAY)),
        (stopped(State.PAUSED, unseen=("m",), last_reply_on=LATER), CalledOff("off_answered", LATER)),
        (stopped(State.PAUSED, last_reply_on=LATER), CalledOff("off_answered", LATER)),
        (stopped(State.PAUSED, last_reply_on=DUE), CalledOff("off_paused", LATER)),
        (stopped(State.PAUSED), CalledOff("off_paused", LATER)),
        (stopped(State.DISPUTED), CalledOff("off_disputed", LATER)),
        (stopped(State.PROMISED, promised_on=LATER), CalledOff("off_promised", LATER)),
        (stopped(State.PROMISED, instalments=PARTS, agreed_on=DAY), CalledOff("off_instalments", DAY)),
        (held(Because.PAYMENT), CalledOff("off_money", LATER)),
        (held(Because.MISSING), CalledOff("off_missing", LATER)),
        (held(Because.CREDIT), CalledOff("off_credit", LATER)),
        (held(Because.UNREAD), CalledOff("off_unread", LATER)),
        (held(Because.INSOLVENT), CalledOff("off_insolvent", LATER)),
        (held(Because.PARTS), CalledOff("off_held", LATER)),
        (held(Because.BOUNCED), None),
        (held(Because.UNCERTAIN), None),
        (held(Because.ADDRESS), None),
        (changed(payment_method="prélèvement"), CalledOff("off_changed")),
        (replace(changed(payment_method="prélèvement"), rejected_on=DAY), None),
    ],
)
def test_what_stops_a_task_and_since_when(case: Case, expected: CalledOff | None) -> None:
    assert off(case) == expected


def test_credit_notes_that_leave_nothing_cancel_it() -> None:
    gone = changed(credited=make.case().invoice.amount)
    assert off(replace(gone, shown_on=DAY)) == CalledOff("off_cancelled", DAY)
    assert off(replace(gone, state=State.CLOSED, state_at=make.due(6))) == CalledOff("off_cancelled", LATER)


def test_a_customer_who_is_never_to_be_chased_is_not_called() -> None:
    case = make.case()
    never = replace(case.invoice.customer, never=True)
    assert off(replace(case, invoice=replace(case.invoice, customer=never))) == CalledOff("off_changed")


def test_an_address_to_mend_keeps_letters_back() -> None:
    assert off(held(Because.ADDRESS), channel="letter") == CalledOff("off_held", LATER)


def test_the_customers_other_cases_count() -> None:
    other = replace(make.case(), key="other")
    doubtful = replace(other, holds=(Hold(Because.INSOLVENT, "", "", make.due(6)),))
    assert off(make.case(), other) is None
    assert off(make.case(), replace(other, unseen=("m",), last_reply_on=DAY)) == CalledOff("off_elsewhere", DAY)
    assert off(make.case(), doubtful) == CalledOff("off_insolvent")
    assert off(make.case(), replace(doubtful, insolvent_on=DAY)) is None
    assert off(make.case(), replace(other, unseen=("m",), state=State.PAID)) is None


def no(_event: Event) -> bool:
    return False


def yes(_event: Event) -> bool:
    return True


@pytest.mark.parametrize(
    ("done", "channel", "expected"),
    [
        (event(Kind.CALLED), "call", True),
        (event(Kind.CALLED, days=4), "call", False),
        (event(Kind.CALLED, ref="task"), "call", False),
        (event(Kind.CALLED), "letter", False),
        (event(Kind.CALLED), "legal", False),
        (event(Kind.STEP_DONE, how=How.BY_HAND), "call", True),
        (event(Kind.STEP_DONE), "call", False),
        (event(Kind.POSTED), "letter", True),
        (event(Kind.LETTER), "registered_letter", True),
        (event(Kind.POSTED), "call", False),
        (event(Kind.TASK_DONE), "legal", True),
        (event(Kind.TASK_DONE, step="call"), "call", True),
        (event(Kind.TASK_DONE, step="letter"), "call", False),
        (event(Kind.PROMISED), "call", False),
    ],
)
def test_a_recorded_result_is_one_for_that_sort_of_task(done: Event, channel: str, *, expected: bool) -> None:
    assert finished(task(channel=channel), [done], no) is expected


def test_who_was_to_call_tells_what_came_of_it_but_by_a_pause_and_no_order_posts_a_letter() -> None:
    assert finished(task(), [event(Kind.DISPUTED)], yes)
    assert not finished(task(), [event(Kind.PAUSED)], yes)
    assert not finished(task(channel="letter"), [event(Kind.DISPUTED)], yes)


def test_what_they_said_themselves_is_known_to_them() -> None:
    assert known_to_its_holder(task(), [event(Kind.PAUSED)], yes)
    assert not known_to_its_holder(task(), [event(Kind.PAUSED)], no)
    assert not known_to_its_holder(task(), [event(Kind.PAUSED, days=4)], yes)
    assert not known_to_its_holder(task(), [event(Kind.REPLIED)], yes)


def test_a_call_grows_old_in_a_month_proceedings_never() -> None:
    month = DAY + timedelta(days=30)
    assert not too_old(task(), None, CALENDAR, month)
    assert too_old(task(), None, CALENDAR, month + timedelta(days=1))
    assert not too_old(task(channel="legal"), None, CALENDAR, date(2030, 1, 1))
    assert not too_old(task(), LATER, CALENDAR, LATER + timedelta(days=180))
    assert too_old(task(channel="legal"), LATER, CALENDAR, LATER + timedelta(days=181))


def test_the_plan_wants_it_again_unless_it_has_gone_on() -> None:
    case = make.taken(make.case(), "call", DAY, how=How.TASK)
    assert wanted_again(task(case), PLAN)
    assert not wanted_again(task(case), None)
    assert not wanted_again(task(make.case()), PLAN)
    assert not wanted_again(task(replace(case, earlier=("call",))), PLAN)
    assert not wanted_again(task(case), make.plan(make.step("other", 1)))
    assert not wanted_again(task(replace(case, state=State.LEGAL)), PLAN)
    assert not wanted_again(task(make.taken(case, "letter", LATER, how=How.TASK)), PLAN)
    assert wanted_again(task(make.taken(case, "letter", LATER, how=How.SKIPPED)), PLAN)


def test_a_step_that_is_free_again_is_taken_by_a_new_message() -> None:
    case = make.taken(make.taken(make.case(), "call", DAY, how=How.TASK), "mail", DAY)
    again = make.after(case, make.event(case, Kind.TASK_AGAIN, days=7, ref="task", step="call"))
    assert [done.step for done in again.done] == ["mail"]
    assert again.tries == case.tries + 1
    sent = make.after(case, make.event(case, Kind.TASK_AGAIN, days=7, ref="task", step="mail"))
    assert [done.step for done in sent.done] == ["call", "mail"]


def test_amounts_are_named_case_by_case() -> None:
    case = make.case()
    assert amounts([case]) == f"{case.key}={case.asked}"
