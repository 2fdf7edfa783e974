"""Steps that no plan lists: what follows a call, an agreement or a payment."""

from datetime import date

import pytest
from tests.core.cases import plan, step

from relancier.core.extra import INSTALMENT, INSTALMENTS, RECAP, THANK_YOU, dated_id, step_of
from relancier.core.plan import Channel
from relancier.core.steps import ONE_OFF

DAY = date(2026, 12, 15)
PLAN = plan(step("first", -2, template="notification"), step("second", 3, template="reminder-1"))


def test_a_plan_s_own_step_comes_first() -> None:
    assert step_of(PLAN, PLAN.steps[0].id) is PLAN.steps[0]
    assert step_of(PLAN, "nothing") is None
    assert step_of(PLAN, f"{RECAP}:") is None


@pytest.mark.parametrize(("name", "approval"), [(RECAP, True), (INSTALMENTS, True), (INSTALMENT, False)])
def test_a_dated_step_is_found_by_its_id(name: str, *, approval: bool) -> None:
    step = step_of(PLAN, dated_id(name, DAY))
    assert step is not None
    assert (step.template, step.channels, step.approval) == (name, (Channel.EMAIL,), approval)


def test_thanks_and_the_one_off_reminder_need_no_day() -> None:
    thanks, one_off = step_of(PLAN, THANK_YOU), step_of(PLAN, ONE_OFF)
    assert thanks is not None
    assert (thanks.template, thanks.attach) == (THANK_YOU, False)
    assert one_off is not None
    assert one_off.template == ONE_OFF
