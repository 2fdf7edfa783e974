"""Laws 10 and 11: the customer's gap, several invoices in one message, missed steps, surge, local days; and cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config, customer, invoice

from relancier.core.case import How, Invoice, State
from relancier.core.outbox import Sort

SECOND = late("FA-2026-0002", due=date(2026, 3, 3))


def days(rig: Rig) -> list[date]:
    return [parsed(sent.raw)["Date"].datetime.date() for sent in reminders(rig)]


# --- The gap and grouping -------------------------------------------------------------------------------------------


async def test_three_working_days_lie_between_two_messages_to_one_customer() -> None:
    rig = daemon(late(), late("FA-2026-0002", due=date(2026, 2, 28)))
    await pass_days(rig, 14)
    gaps = [(b - a).days for a, b in pairwise(days(rig))]
    assert gaps
    assert min(gaps) >= 3


async def test_no_gap_between_different_customers() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    await rig.tick()
    assert len(reminders(rig)) == 2


async def test_one_message_lists_the_customers_other_overdue_invoices() -> None:
    rig = daemon(late(), invoice("FA-2026-0002", date(2026, 2, 28)))
    await rig.tick()
    (sent,) = reminders(rig)
    text = parsed(sent.raw).get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "FA-2026-0002" in text


async def test_an_invoice_with_another_language_of_its_customer_is_not_mixed_up() -> None:
    rig = daemon(late(customer=customer(language="en")))
    await rig.tick()
    assert b"Content-Language: en" in reminders(rig)[0].raw or "Dear" in str(
        parsed(reminders(rig)[0].raw).get_body(("html",)).get_content()  # type: ignore[union-attr]
    )


async def test_parts_of_an_invoice_are_cases_of_their_own() -> None:
    first, second = late(), late(due=date(2026, 3, 27))
    rig = daemon(first, second)
    await pass_days(rig, 3)
    assert (taken(rig, first.key), taken(rig, second.key)) == (["reminder"], [])
    assert "1/2" in parsed(reminders(rig)[0].raw).get_body(("html",)).get_content()  # type: ignore[union-attr]


# --- Missed steps ---------------------------------------------------------------------------------------------------


async def test_missed_steps_never_pile_up() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.wake._now = NOON + timedelta(days=31)  # the host was off
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2
    assert [done.step for done in case(rig).done if done.how is How.SKIPPED]


async def test_an_old_invoice_gets_the_one_off_reminder_first() -> None:
    rig = daemon(late(due=date(2025, 11, 3)))
    await pass_days(rig, 2)
    assert taken(rig, "FA-2026-0001|2025-11-03") == ["one-off"]


async def test_old_invoices_are_taken_up_day_by_day() -> None:
    old = [late(f"FA-{n}", due=date(2025, 11, 3), customer=customer(f"Client{n}")) for n in range(7)]
    rig = daemon(*old, conf=config(sending={"per_day_old": 3}))
    await pass_days(rig, 0.2)
    assert len(reminders(rig)) == 3
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 6
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 7


async def test_a_notice_before_the_due_date_that_comes_too_late_is_skipped() -> None:
    rig = daemon(invoice(due=date(2026, 3, 1)))
    await rig.tick()
    key = "FA-2026-0001|2026-03-01"
    await rig.tick()
    assert [(done.step, done.how) for done in case(rig, key).done] == [("notification", How.SKIPPED)]


# --- Surge ----------------------------------------------------------------------------------------------------------


def crowd(count: int) -> list[Invoice]:
    return [late(f"FA-{n}", customer=customer(f"Client{n}")) for n in range(count)]


async def test_a_surge_holds_what_goes_beyond_it_and_asks() -> None:
    rig = daemon(*crowd(25))
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 20
    assert len(notes(rig, "held", "surge")) == 1


async def test_confirm_lets_exactly_what_was_shown_leave() -> None:
    rig = daemon(*crowd(25))
    await pass_minutes(rig, 5)
    shown = tuple(f"{one.key}|reminder" for one in crowd(25) if not taken(rig, one.key))[:3]
    rig.order("confirm", keys=shown)
    await pass_minutes(rig, 5)
    assert len(reminders(rig)) == 23


async def test_a_first_day_that_was_confirmed_is_no_surge() -> None:
    rig = daemon(*crowd(25), confirmed=False)
    await rig.tick()
    rig.order("confirm", keys=tuple(f"{one.key}|reminder" for one in crowd(25)))
    await pass_minutes(rig, 5)
    assert len(reminders(rig)) == 25
    assert notes(rig, "held") == []


# --- Days and hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opening", [date(2026, 3, 30), date(2026, 10, 26)], ids=["after spring", "after autumn"])
async def test_on_the_day_after_the_clock_changes_a_step_leaves_once_at_nine(opening: date) -> None:
    start = datetime(opening.year, opening.month, opening.day, tzinfo=UTC) - timedelta(days=6)
    rig = daemon(late(due=opening - timedelta(days=3)), now=start, fresh_books=True)
    rig.source.touch(start)
    await pass_days(rig, 8)
    sent = [parsed(one.raw)["Date"].datetime for one in reminders(rig)]
    assert [(one.date(), one.hour) for one in sent] == [
        (opening - timedelta(days=5), 9),
        (opening, 9),
    ]


async def test_nothing_leaves_at_night_on_sunday_or_on_a_holiday() -> None:
    night = datetime(2026, 4, 30, 21, 0, tzinfo=UTC)  # the eve of 1 May, a Friday
    rig = daemon(late(due=date(2026, 4, 27)), now=night)
    rig.source.touch(night)
    await pass_days(rig, 5)
    assert days(rig) == [date(2026, 5, 4)]


async def test_no_formal_notice_in_a_quiet_period() -> None:
    due = date(2026, 7, 3)
    start = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    rig = daemon(late(due=due), now=start)
    rig.source.touch(start)
    await pass_days(rig, 62)
    formal = case(rig, late(due=due).key).step_done("formal-notice")
    assert formal is not None
    assert formal.on >= date(2026, 8, 21)


# --- Cases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["prélèvement", "direct debit", "LCR"])
async def test_what_is_paid_by_direct_debit_is_not_chased(method: str) -> None:
    rig = daemon(late(payment_method=method))
    await pass_days(rig, 12)
    assert reminders(rig) == []
    assert case(rig).state is State.OPEN


async def test_payments_not_known_up_to_the_day_after_the_due_date_make_it_wait() -> None:
    rig = daemon(late(), fresh_books=False)
    rig.source.touch(datetime(2026, 2, 27, 18, 0, tzinfo=UTC))
    await pass_days(rig, 1)
    assert reminders(rig) == []
    assert case(rig).waiting.startswith("payments are known only")
    rig.source.touch(rig.wake.now())
    await pass_minutes(rig, 2)
    assert len(reminders(rig)) == 1


async def test_a_customer_who_is_never_chased_gets_nothing() -> None:
    rig = daemon(late(customer=customer(never=True)))
    await pass_days(rig, 12)
    assert reminders(rig) == []


async def test_a_small_amount_is_not_chased() -> None:
    rig = daemon(late(paid=late().amount - 4))
    await pass_days(rig, 3)
    assert reminders(rig) == []


async def test_no_email_at_all_is_a_task_from_the_first_step() -> None:
    rig = daemon(late(customer=replace(customer(), contacts=())))
    await pass_days(rig, 8)
    assert reminders(rig) == []
    assert [(done.step, done.how) for done in case(rig).done][-2:] == [("reminder", How.TASK), ("penalties", How.TASK)]
    subjects = [str(parsed(raw)["Subject"]) for raw in box(rig).raws("INBOX")]
    assert [subject.split(" - ")[1] for subject in subjects if "reste à faire" not in subject] == ["tâche", "tâche"]


async def test_the_formal_notice_is_a_task_for_a_person() -> None:
    rig = daemon(late())
    await pass_days(rig, 45)
    assert "formal-notice" in taken(rig)
    assert all("mise en demeure" not in str(parsed(sent.raw)["Subject"]).lower() for sent in reminders(rig))


async def test_at_the_end_of_the_plan_people_go_on() -> None:
    rig = daemon(late())
    await pass_days(rig, 60)
    assert case(rig).state is State.LEGAL
    assert len(entries(rig, Sort.TASK)) == 4


async def test_already_answered_by_a_colleague_stays_held() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], message_id="<q@dupont.test>"))
    arrive(
        rig, written(OWN, "RE: FA", at=NOON + timedelta(hours=1), to=CUSTOMER, In_Reply_To="<q@dupont.test>"), "Sent"
    )
    await pass_days(rig, 20)
    assert taken(rig) == ["reminder"]
    assert case(rig).unseen == ()


async def test_each_step_of_the_plan_is_taken_once_in_order() -> None:
    rig = daemon(late())
    await pass_days(rig, 60)
    assert taken(rig, KEY) == [
        "reminder", "penalties", "call", "call-management", "last-reminder", "formal-notice", "legal",
    ]  # fmt: skip
