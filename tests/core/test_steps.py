from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.core.cases import CALENDAR, DUE, after, at, case, customer, due, event, ids, paris, plan, step, taken

from relancier.core.case import Case, Customer, How, Kind, Role, Signer
from relancier.core.plan import Channel, Plan
from relancier.core.steps import (
    ONE_OFF,
    after_a_call,
    after_an_answer,
    ahead,
    began_late,
    channel,
    come,
    last_taken,
    left_late,
    needs_approval,
    one_off,
    prevents,
    take,
    template,
)

EMAIL, CALL, SMS = Channel.EMAIL, Channel.CALL, Channel.SMS
LETTER, REGISTERED, TASK, LEGAL = Channel.LETTER, Channel.REGISTERED_LETTER, Channel.TASK, Channel.LEGAL
PLAN = plan(
    step("before", -2, template="notification"),
    step("first", 3),
    step("second", 10),
    step("call", 15, CALL),
    step("notice", 35, REGISTERED, template="formal-notice"),
    step("legal", 45, LEGAL),
)


def taking(one: Case, of: Plan, day: date, hour: int = 10) -> tuple[list[str], list[str]]:
    """The steps taken and those passed over on that day."""
    reached, _ = come(one, of, CALENDAR, at(day, hour), day)
    found = take(one, of, reached, day)
    return ids(found.steps), [*found.skipped]


def days(one: Case, of: Plan) -> list[tuple[str, date]]:
    return [(item.step.id, item.on) for item in ahead(one, of, CALENDAR)]


def on(days_after: int) -> date:
    return DUE + timedelta(days=days_after)


def test_steps_move_forward_to_a_sending_day_never_backward() -> None:
    # Due Monday 27 April 2026: J-2 is a Saturday, J+4 is Friday 1 May, J+11 is Friday 8 May.
    of = plan(step("a", -2), step("b", 0), step("c", 4), step("d", 11))
    assert days(case(due=date(2026, 4, 27)), of) == [
        ("a", date(2026, 4, 27)),
        ("b", date(2026, 4, 27)),
        ("c", date(2026, 5, 4)),
        ("d", date(2026, 5, 11)),
    ]


def test_only_steps_up_to_the_due_date_prevent() -> None:
    assert [prevents(step("s", day)) for day in (-10, 0, 1, "S0", "8d")] == [True, True, False, False, False]


def test_days_from_the_start_count_from_the_day_the_plan_was_started() -> None:
    of = plan(step("a", "S0"), step("b", "S2"))
    assert days(case(opened=date(2026, 6, 4)), of) == [("a", date(2026, 6, 4)), ("b", date(2026, 6, 8))]


def test_a_step_after_another_counts_from_the_day_that_one_went_out() -> None:
    of = plan(step("a", 3), step("b", "8d"), step("c", 20))
    assert days(case(), of) == [("a", on(3))]
    late = taken(case(), "a", on(7))
    assert days(late, of) == [("b", on(15)), ("c", on(21))]


def test_a_step_after_skipped_ones_counts_from_the_last_that_really_went_out() -> None:
    of = plan(step("a", 1), step("b", 2), step("c", "8d"))
    one = taken(taken(case(), "a", on(1)), "b", on(3), how=How.SKIPPED)
    assert days(one, of) == [("c", on(9))]
    only_skipped = taken(case(), "b", on(3), how=How.SKIPPED)
    assert days(only_skipped, of) == [("c", on(11))]


def test_a_plan_that_begins_with_a_delay_counts_from_its_start() -> None:
    assert days(case(opened=on(1)), plan(step("a", "8d"))) == [("a", on(9))]
    assert days(case(opened=on(1)), plan(step("a", "30h"))) == [("a", on(2))]


def test_hours_count_from_the_instant_and_end_in_the_sending_hours() -> None:
    of = plan(step("a", 3), step("b", "30h", CALL))
    one = taken(case(), "a", on(3))  # Thursday at 10:00
    assert come(one, of, CALENDAR, at(on(4), 15), on(4))[0] == []
    reached, coming = come(one, of, CALENDAR, at(on(4), 16), on(4))
    assert (ids(item.step for item in reached), coming) == (["b"], None)
    [waiting] = ahead(one, of, CALENDAR)
    assert waiting.opening(CALENDAR) == at(on(4), 16)
    friday = taken(case(), "a", on(4))
    [moved] = ahead(friday, of, CALENDAR)
    assert moved.opening(CALENDAR) == paris(2026, 6, 8, 9)


def test_no_step_is_taken_before_one_that_stands_above_it() -> None:
    # The call counts from a late first step: the second waits for it, though its own day has come.
    of = plan(step("a", 3), step("call", "2d", CALL), step("b", 10))
    late = taken(case(), "a", on(9))
    assert days(late, of) == [("call", on(11)), ("b", on(11))]
    assert come(late, of, CALENDAR, at(on(10)), on(10))[0] == []
    assert taking(late, of, on(11)) == (["call", "b"], [])


def test_a_case_at_the_end_of_its_plan_has_nothing_ahead() -> None:
    one = taken(case(), "legal", on(45), how=How.TASK)
    assert come(one, PLAN, CALENDAR, due(50), on(50)) == ([], None)


def test_a_step_inserted_above_the_last_one_taken_is_not_made_up_for() -> None:
    assert days(taken(case(), "notice", on(35)), PLAN) == [("legal", on(45))]


def test_a_step_that_came_to_nothing_beside_another_is_taken_again() -> None:
    of = plan(step("first", 3), step("mail", 10), step("call", 10, CALL), step("end", 20))
    one = taken(taken(case(), "first", on(3)), "call", on(10), how=How.TASK)
    assert days(one, of) == [("mail", on(10)), ("end", on(21))]
    of = plan(step("first", 3), step("mail", 10), step("call", "2d", CALL))
    assert days(one, of) == []


@pytest.mark.parametrize(
    ("day", "steps", "skipped"),
    [
        (on(-3), [], []),
        (on(0), ["before"], []),
        (on(1), [], ["before"]),
        (on(3), ["first"], ["before"]),
        (on(13), ["first"], ["before"]),
        (on(30), ["first"], ["before"]),
        (on(31), ["one-off"], ["before", "first", "second", "call"]),
        (on(60), ["one-off"], ["before", "first", "second", "call"]),
    ],
)
def test_of_a_case_never_chased(day: date, steps: list[str], skipped: list[str]) -> None:
    assert taking(case(), PLAN, day) == (steps, skipped)


@pytest.mark.parametrize(
    ("day", "steps", "skipped"),
    [
        (on(10), ["second"], []),
        (on(15), ["call"], ["second"]),
        (on(35), ["notice"], ["second", "call"]),
        (on(70), ["notice"], ["second", "call"]),
    ],
)
def test_of_missed_steps_the_latest_is_taken_and_nothing_replaces_a_formal_notice(
    day: date, steps: list[str], skipped: list[str]
) -> None:
    assert taking(taken(case(), "first", on(3)), PLAN, day) == (steps, skipped)


def test_one_missed_reminder_is_old_a_month_after_the_due_date() -> None:
    of = plan(step("a", 1))
    assert taking(case(), of, on(30))[0] == ["a"]
    assert taking(case(), of, on(31)) == (["one-off"], ["a"])


def test_a_plan_that_begins_a_month_late_is_no_missed_reminder() -> None:
    assert taking(case(), plan(step("a", 35)), on(45)) == (["a"], [])
    assert taking(case(), plan(step("a", 35)), on(46)) == (["one-off"], ["a"])


def test_before_a_formal_notice_stands_a_reminder() -> None:
    of = plan(step("a", 1), step("notice", 8, REGISTERED, template="formal-notice"))
    assert taking(case(), of, on(9)) == (["one-off"], ["a"])


def test_where_no_missed_step_is_an_email_the_latest_is_taken() -> None:
    of = plan(step("a", 1, CALL), step("b", 8, CALL))
    assert taking(case(), of, on(9)) == (["b"], ["a"])


@pytest.mark.parametrize(
    ("of", "day", "how", "late"),
    [
        (PLAN, 9, How.SENT, False),
        (PLAN, 10, How.SENT, True),
        (PLAN, 10, How.TASK, True),
        (PLAN, 10, How.SKIPPED, False),
        (plan(step("first", 3), step("call", 3, CALL)), 20, How.SENT, False),
        (plan(step("first", "S3"), step("b", "S9")), 20, How.SENT, False),
        (plan(step("first", 3), step("b", "5d")), 20, How.SENT, False),
        (plan(step("other", 3)), 20, How.SENT, False),
    ],
)
def test_a_first_reminder_that_left_when_the_next_had_come(of: Plan, day: int, how: How, late: bool) -> None:
    done = taken(case(), "first", on(day), how=how)
    assert (began_late(done, of, CALENDAR) is not None) is late


def test_a_notice_before_the_due_date_is_never_late_and_a_later_step_not_the_first() -> None:
    assert began_late(taken(case(), "before", on(9)), PLAN, CALENDAR) is None
    assert began_late(taken(case(), "notice", on(60)), PLAN, CALENDAR) is None
    both = taken(taken(case(), "first", on(3)), "second", on(20))
    assert began_late(both, PLAN, CALENDAR) is None


def test_steps_that_a_closed_time_brings_together_are_not_old() -> None:
    # J+2 and J+5 lie on Saturday and Tuesday; with that Monday and Tuesday closed both move to Wednesday.
    of = plan(step("a", 2), step("b", 5))
    shut = type(CALENDAR)(
        days=CALENDAR.days, hours=CALENDAR.hours, zone=CALENDAR.zone, closed=((date(2026, 6, 6), date(2026, 6, 9)),)
    )
    one = case(due=date(2026, 6, 4))
    reached, _ = come(one, of, shut, paris(2026, 6, 10, 10), date(2026, 6, 10))
    assert ids(take(one, of, reached, date(2026, 6, 10)).steps) == ["b"]


def test_a_plan_of_another_beginning_is_never_old() -> None:
    assert taking(case(opened=on(0)), plan(step("a", "S0"), step("b", "S9")), on(40))[0] == ["b"]


def test_a_case_with_a_step_taken_is_never_old() -> None:
    assert taking(taken(case(), "before", on(-3), how=How.TASK), PLAN, on(20))[0] == ["call"]
    assert taking(taken(case(), "before", on(-3), how=How.SKIPPED), PLAN, on(31))[0] == ["one-off"]


def test_steps_of_one_day_are_all_taken() -> None:
    of = plan(step("mail", 8), step("call", 8, CALL), step("again", 8, CALL))
    assert taking(case(), of, on(8)) == (["mail", "call", "again"], [])


def test_steps_that_a_weekend_brings_together_are_all_taken_but_only_one_email() -> None:
    # J+5 is Saturday 6 June, J+7 is Monday 8 June.
    assert taking(case(), plan(step("mail", 5), step("call", 7, CALL)), on(7)) == (["mail", "call"], [])
    assert taking(case(), plan(step("mail", 5), step("mail-2", 7)), on(7)) == (["mail-2"], ["mail"])
    assert taking(case(), plan(step("call", 5, CALL), step("m", 6), step("n", 7)), on(7)) == (["call", "n"], ["m"])


def test_an_email_step_that_becomes_a_call_replaces_no_email() -> None:
    of = plan(step("call", 5, EMAIL, CALL), step("again", 7, EMAIL, CALL))
    assert taking(case(who=customer(contacts=())), of, on(7)) == (["call", "again"], [])


def test_a_formal_notice_goes_with_its_own_day_only() -> None:
    notice = step("notice", 7, REGISTERED, template="formal-notice")
    assert taking(case(), plan(step("call", 7, CALL), notice), on(7)) == (["call", "notice"], [])
    assert taking(case(), plan(notice, step("call", 7, CALL)), on(7)) == (["notice", "call"], [])
    assert taking(case(), plan(step("mail", 5), notice), on(7)) == (["notice"], ["mail"])


def test_a_step_after_a_call_that_nobody_recorded_is_passed_over_and_its_opposite_taken() -> None:
    of = plan(
        step("call", 8, CALL), step("recap", 8, when="call_recorded"), step("sms", 8, SMS, when="no_call_recorded")
    )
    assert taking(case(), of, on(8)) == (["call", "sms"], ["recap"])
    skipped = taken(case(), "call", on(8), how=How.SKIPPED)
    assert taking(skipped, plan(*of.steps[:2]), on(8)) == ([], ["recap"])


RECAP = plan(
    step("call", 8, CALL), step("recap", 8, when="call_recorded"), step("sms", 11, SMS, when="no_call_recorded")
)


def called(one: Case, days_after: int) -> Case:
    return replace(one, called_on=on(days_after))


def test_a_step_after_a_call_waits_for_it_until_the_next_step() -> None:
    asked = taken(case(), "call", on(8), how=How.TASK)
    assert taking(case(), RECAP, on(8)) == (["call"], [])
    assert taking(asked, RECAP, on(9)) == ([], [])
    assert taking(asked, RECAP, on(11)) == (["sms"], ["recap"])


def test_a_call_that_was_recorded_brings_the_step_after_it_and_not_what_goes_without_one() -> None:
    asked = taken(case(), "call", on(8), how=How.TASK)
    assert taking(called(asked, 8), RECAP, on(9)) == (["recap"], [])
    assert taking(called(asked, 9), RECAP, on(11)) == (["recap"], [])
    recapped = taken(called(asked, 9), "recap", on(9))
    assert taking(recapped, RECAP, on(11)) == ([], ["sms"])


def test_a_call_from_before_the_plan_asked_for_one_is_not_that_call() -> None:
    asked = called(taken(case(), "call", on(8), how=How.TASK), 7)
    assert taking(asked, RECAP, on(9)) == ([], [])
    assert taking(asked, RECAP, on(11)) == (["sms"], ["recap"])


def test_where_the_plans_call_was_passed_over_one_since_its_start_is_contact_but_no_reason_for_a_recap() -> None:
    passed = taken(case(), "call", on(8), how=How.SKIPPED)
    assert taking(passed, RECAP, on(11)) == (["sms"], ["recap"])
    assert taking(called(passed, 2), RECAP, on(11)) == ([], ["recap", "sms"])
    assert taking(called(passed, -3), RECAP, on(11)) == (["sms"], ["recap"])
    assert taking(called(passed, 8), RECAP, on(9)) == ([], ["recap"])


def test_what_waits_for_a_call_keeps_nothing_after_it_back() -> None:
    of = plan(step("call", 8, CALL), step("recap", 8, when="call_recorded"), step("letter", "5d", LETTER))
    asked = taken(case(), "call", on(8), how=How.TASK)
    assert days(asked, of) == [("recap", on(8)), ("letter", on(14))]
    assert taking(asked, of, on(14)) == (["letter"], ["recap"])


def test_only_a_call_made_now_or_before_can_still_bring_a_step() -> None:
    reached, _ = come(case(), RECAP, CALENDAR, at(on(8)), on(8))
    assert ids(after_a_call(case(), RECAP, reached, [])) == []
    assert ids(after_a_call(case(), RECAP, reached, [RECAP.steps[0]])) == ["recap"]
    assert ids(after_a_call(taken(case(), "call", on(8), how=How.TASK), RECAP, reached, [])) == ["recap"]


def test_a_person_decides_about_a_formal_notice_where_a_part_is_in_dispute() -> None:
    part = replace(case(), disputed=Decimal(300))
    for way in (REGISTERED, EMAIL):
        notice = step("notice", 35, way, template="formal-notice")
        assert (channel(notice, case()), channel(notice, part)) == (way, TASK)
    assert channel(step("mail", 3), part) is EMAIL


def test_the_last_step_taken_is_the_latest_even_if_it_was_heard_of_first() -> None:
    assert last_taken(case()) is None
    one = taken(taken(case(), "second", on(10), how=How.ADOPTED), "first", on(3), how=How.ADOPTED)
    found = last_taken(one)
    assert found is not None
    assert found.step == "second"


def test_a_step_is_late_after_its_sending_day() -> None:
    # J+5 is a Saturday: Monday, J+7, is its day.
    of = plan(step("a", 5), step("b", "2d"))
    for days_after, late in ((7, False), (8, True)):
        one = taken(case(), "a", on(days_after))
        assert left_late(one.done[0], one, of, CALENDAR) is late
    other = taken(taken(case(), "b", on(40)), "one-off", on(1))
    assert [left_late(done, other, of, CALENDAR) for done in other.done] == [False, True]


def test_the_one_off_goes_to_whom_the_first_reminder_by_email_goes() -> None:
    of = plan(
        step("before", -2),
        step("call", 3, CALL),
        step("mail", 5, to=(Role.SALES,), to_all=True, cc=(Role.MANAGEMENT,), signer=Signer.MANAGEMENT),
    )
    one = one_off(of)
    assert (one.id, one.template, one.channels) == ("one-off", "one-off", (EMAIL,))
    assert (one.to, one.to_all, one.cc, one.signer) == ((Role.SALES,), True, (Role.MANAGEMENT,), Signer.MANAGEMENT)


def test_a_one_off_is_a_reminder_even_in_a_plan_that_only_notifies_by_email() -> None:
    one = one_off(plan(step("before", -2, to=(Role.SALES,)), step("call", 3, CALL)))
    assert (one.to, prevents(one)) == ((Role.SALES,), False)


NOBODY = customer(contacts=(), phone="", address=())
BY_PHONE = customer(contacts=(), address=())


@pytest.mark.parametrize(
    ("channels", "who", "way"),
    [
        ((EMAIL,), customer(), EMAIL),
        ((EMAIL,), NOBODY, TASK),
        ((EMAIL, CALL), customer(), EMAIL),
        ((EMAIL, CALL), BY_PHONE, CALL),
        ((EMAIL, CALL), NOBODY, TASK),
        ((CALL, EMAIL), customer(phone=""), EMAIL),
        ((REGISTERED, EMAIL), customer(), REGISTERED),
        ((REGISTERED, EMAIL), customer(address=()), EMAIL),
        ((REGISTERED, EMAIL), NOBODY, REGISTERED),
        ((LETTER, SMS), BY_PHONE, SMS),
        ((SMS,), NOBODY, SMS),
        ((TASK,), NOBODY, TASK),
        ((LEGAL,), NOBODY, LEGAL),
    ],
)
def test_the_channel_is_the_first_that_the_customers_data_allows(
    channels: tuple[Channel, ...], who: Customer, way: Channel
) -> None:
    assert channel(step("s", 3, *channels), case(who=who)) is way


@pytest.mark.parametrize("channels", [(EMAIL,), (EMAIL, CALL), (CALL, EMAIL)])
def test_an_email_that_a_person_must_approve_stays_an_email(channels: tuple[Channel, ...]) -> None:
    one, of = step("s", 3, *channels, approval=True), case(who=customer(phone=""))
    assert channel(one, of) is EMAIL
    assert needs_approval(one, of)
    assert not needs_approval(replace(one, approval=False), of)


@pytest.mark.parametrize(
    ("said", "wrote", "how", "approval"),
    [
        (None, 3, How.SENT, False),
        (2, 3, How.SENT, False),
        (3, 3, How.SENT, True),
        (4, 3, How.SENT, True),
        (4, 3, How.BY_HAND, True),
        (4, 5, How.BY_HAND, False),
        (4, 5, How.ADOPTED, False),
        (4, 5, How.TASK, True),
        (4, 5, How.SKIPPED, True),
    ],
)
@pytest.mark.parametrize("by", ["last_reply_on", "promised_on", "called_on"])
def test_an_email_after_the_customers_last_word_wants_approval(
    said: int | None, wrote: int, how: How, by: str, *, approval: bool
) -> None:
    one = taken(case(), "a", DUE + timedelta(days=wrote), how=how)
    on = None if said is None else DUE + timedelta(days=said)
    heard = replace(one, **{by: on})  # type: ignore[arg-type]
    reminder = step("s", 10, EMAIL, template="reminder-2")
    assert channel(reminder, heard) is EMAIL
    assert needs_approval(reminder, heard) is approval
    assert template(reminder, heard) == ("follow-up" if approval else "reminder-2")
    assert template(step("s", 10, EMAIL, template="recap"), heard) == "recap"
    assert channel(step("s", 10, CALL), heard) is CALL


@pytest.mark.parametrize("said", ["no answer", "Pas de réponse.", "message laissé"])
def test_a_call_that_reached_nobody_says_nothing(said: str) -> None:
    assert not after_an_answer(replace(case(), called_on=DUE, said=said))
    assert after_an_answer(replace(case(), called_on=DUE, said=""))


@pytest.mark.parametrize(("name", "approval"), [("instalment", False), ("thank-you", False), ("recap", True)])
def test_what_was_agreed_leaves_by_itself(name: str, *, approval: bool) -> None:
    assert needs_approval(step("s", 10, EMAIL, template=name), replace(case(), last_reply_on=DUE)) is approval


def test_the_change_of_the_clock_moves_no_step() -> None:
    assert ZoneInfo("Europe/Paris") == CALENDAR.zone
    # Sunday 25 October 2026 has 25 hours; J+8 counts dates.
    of = plan(step("a", 3), step("b", "4d"))
    one = taken(case(due=date(2026, 10, 20)), "a", date(2026, 10, 23))
    assert days(one, of) == [("b", date(2026, 10, 27))]


def test_nothing_replaces_a_formal_notice_that_counts_from_a_late_step() -> None:
    of = plan(step("a", 3), step("notice", "8d", REGISTERED, template="formal-notice"), step("b", 10))
    late = taken(case(), "a", on(9))
    assert taking(late, of, on(17)) == (["notice"], [])
    assert taking(taken(late, "notice", on(17), how=How.TASK), of, on(17)) == (["b"], [])


# --- steps that were renamed ----------------------------------------------------------------------------------------

RENAMED = replace(PLAN, steps=tuple(replace(one, id=f"our-{one.id}") for one in PLAN.steps))


@pytest.mark.parametrize("how", [How.SENT, How.ADOPTED, How.TASK])
def test_steps_up_to_the_last_message_under_another_name_count_as_taken(how: How) -> None:
    one = taken(case(), "second", on(10), how=how)
    assert [name for name, _ in days(one, RENAMED)] == ["our-call", "our-notice", "our-legal"]


@pytest.mark.parametrize(
    ("name", "day", "how"),
    [("second", 10, How.SKIPPED), ("by-hand", 10, How.BY_HAND), (ONE_OFF, 10, How.SENT), ("second", -1, How.SENT)],
)
def test_what_was_no_message_of_this_plan_renames_nothing(name: str, day: int, how: How) -> None:
    one = taken(case(), name, on(day), how=how)
    assert len(days(one, RENAMED)) == len(RENAMED.steps)


def test_a_step_of_the_plan_before_takes_nothing_from_one_that_is_started_on_the_same_day() -> None:
    called = taken(case(), "call", on(15), how=How.TASK)
    silence = plan(step("firm", "S+0"), step("again", "S+2", Channel.CALL), name="silence")
    one = after(called, event(called, Kind.PLAN_CHOSEN, days=15, plan="silence"))
    assert [name for name, _ in days(one, silence)] == ["firm", "again"]
    renamed = taken(one, "stern", on(15))
    assert [name for name, _ in days(renamed, silence)] == ["again"]


def test_one_renamed_step_is_not_taken_again_and_a_step_after_another_still_comes() -> None:
    of = plan(step("first", 3), step("other", 10), step("last", "4d"))
    one = taken(taken(case(), "first", on(3)), "second", on(10))
    assert days(one, of) == [("last", on(14))]
