"""What the last look asks about a step that was chosen earlier: may it still be taken, or has the plan gone on?"""

from tests.core.cases import after, case, due, event, paris, plan, step, taken, world

from relancier.core.case import Kind
from relancier.core.plan import Channel
from relancier.core.schedule import overtaken, stale

NOTIFICATION = step("notification", -2, template="notification")
REMINDER, FIRM = step("reminder", 3), step("firm", 10)
NOTICE = step("notice", 35, template="formal-notice")
PLAN = plan(NOTIFICATION, REMINDER, FIRM, NOTICE)


def test_a_notification_is_stale_once_the_due_date_has_passed() -> None:
    assert stale(NOTIFICATION, case(), world(due(0))) == ""
    assert stale(NOTIFICATION, case(), world(due(1))) == "it could not leave by the due date"


def test_a_reminder_is_stale_while_payments_are_not_known_far_enough() -> None:
    assert stale(REMINDER, case(), world(due(3))) == ""
    assert stale(REMINDER, case(), world(due(3), known_at=due(0))) == "payments are not known far enough"


def test_a_call_beside_a_message_of_the_day_needs_no_fresher_payments_than_the_message_did() -> None:
    call, unknown = step("call", 3, Channel.CALL), "payments are not known far enough"
    one = taken(case(), "reminder", due(3).date())
    assert stale(call, one, world(due(3, 11), known_at=due(3, 8))) == ""
    assert stale(step("other", 3), one, world(due(3, 11), known_at=due(3, 8))) == unknown
    assert stale(call, one, world(due(4), known_at=due(3, 8))) == unknown
    assert stale(call, one, world(due(3, 11), known_at=due(0))) == unknown
    assert stale(call, case(), world(due(3), known_at=due(0))) == unknown


def test_a_formal_notice_is_stale_in_a_quiet_period() -> None:
    assert stale(NOTICE, case(), world(paris(2026, 8, 5, 10))) == "no formal notice in a quiet period"


def test_a_step_is_overtaken_when_a_later_one_has_come() -> None:
    known = case()
    assert not overtaken(REMINDER, known, PLAN, world(due(3)))
    reminded = after(known, event(known, Kind.STEP_DONE, days=3, step="reminder", ref="e", on=due(3).date()))
    assert not overtaken(FIRM, reminded, PLAN, world(due(11)))
    assert overtaken(FIRM, reminded, plan(REMINDER, FIRM, step("last", 25)), world(due(25)))
