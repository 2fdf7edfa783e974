"""An invoice whose due date changes in the books goes on with its history; it is not chased from the start."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.paying import because
from tests.work.play import KEY, case, daemon, late, notes, open_state, pass_days, reminders, taken
from tests.work.rig import NOON, MemorySource, Rig, customer, invoice

from relancier.core.case import Because, State

OLD, NEW = "FA-2026-0001|2026-03-04", "FA-2026-0001|2026-03-20"
HOUR = timedelta(hours=1)


def rig_after_the_notification() -> Rig:
    rig = Rig(MemorySource([invoice()]))
    rig.loop.poll = timedelta(hours=12)
    rig.confirm()
    return rig


async def test_the_case_goes_on_under_its_new_due_date() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    rig.source.set(replace(invoice(), due=date(2026, 3, 20)), at=rig.wake.now())
    await rig.go(rig.wake.now() + HOUR)
    old, new = rig.store.case(OLD), rig.store.case(NEW)
    assert old is not None
    assert old.state is State.CLOSED
    assert new is not None
    assert [done.step for done in new.done] == ["notification"]
    assert new.thread == old.thread


async def test_a_pause_survives_the_change() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    rig.order("dispute", OLD)
    await rig.go(rig.wake.now() + HOUR)
    rig.source.set(replace(invoice(), due=date(2026, 3, 20)), at=rig.wake.now())
    await rig.go(rig.wake.now() + timedelta(days=60))
    new = rig.store.case(NEW)
    assert new is not None
    assert new.state is State.DISPUTED
    assert len(rig.channel.sent) == 1  # type: ignore[attr-defined]


async def test_two_parts_of_one_invoice_are_not_taken_for_a_change() -> None:
    rig = rig_after_the_notification()
    await rig.go(NOON + HOUR)
    second = replace(invoice(), due=date(2026, 4, 20))
    rig.source.set(invoice(), second, at=rig.wake.now())
    await rig.go(rig.wake.now() + HOUR)
    assert rig.store.case_keys() == {OLD, "FA-2026-0001|2026-04-20"}
    old = rig.store.case(OLD)
    assert old is not None
    assert old.state is State.OPEN


# --- Ended, respelt and in parts --------------------------------------------------------------------------------------


async def test_what_a_person_has_closed_stays_closed_under_a_corrected_due_date() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    rig.source.set(late(due=date(2026, 2, 28)), at=rig.wake.now())
    await pass_days(rig, 15)
    assert len(reminders(rig)) == 1
    assert case(rig, "FA-2026-0001|2026-02-28").state is State.PAID


@pytest.mark.parametrize("word", ["paid", "close"])
async def test_what_is_over_and_comes_back_with_another_due_date_is_asked_about(word: str) -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(late(), other)
    await rig.tick()
    rig.order(word, KEY)
    await rig.tick()
    rig.source.set(other, at=rig.wake.now())
    await pass_days(rig, 1)
    rig.source.set(other, late(due=date(2026, 3, 31)), at=rig.wake.now())
    await pass_days(rig, 1)
    assert because(case(rig, "FA-2026-0001|2026-03-31")) == [Because.PARTS]
    assert len(notes(rig, "held", "parts_changed")) == 1


async def test_a_number_that_begins_anew_another_year_is_another_invoice() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    old = late("17", due=date(2025, 2, 20), issued=date(2025, 1, 20))
    rig = daemon(old, other)
    await rig.tick()
    rig.order("paid", old.key)
    await rig.tick()
    new = late("17", issued=date(2026, 1, 20))
    rig.source.set(other, new, at=rig.wake.now())
    await pass_days(rig, 1)
    assert open_state(rig, new.key)
    assert because(case(rig, new.key)) == []


async def test_what_is_paid_and_then_split_into_parts_is_asked_about() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    part = late(due=date(2026, 2, 26), amount=Decimal(600))
    rig.source.set(late(amount=Decimal(600)), part, at=rig.wake.now())
    await pass_days(rig, 20)
    assert because(case(rig, part.key)) == [Because.PARTS]
    assert len(reminders(rig)) == 1


@pytest.mark.parametrize("paid", [True, False])
async def test_the_same_debt_under_a_shorter_number_is_asked_about(*, paid: bool) -> None:
    rig = daemon(late())
    await rig.tick()
    if paid:
        rig.order("paid", KEY)
        await rig.tick()
    rig.source.set(late("2026-0001"), at=rig.wake.now())
    await pass_days(rig, 20)
    assert because(case(rig, "2026-0001|2026-02-27")) == [Because.PARTS]
    assert len(reminders(rig)) == 1


async def test_two_lines_of_one_list_are_two_invoices_however_their_numbers_look() -> None:
    rig = daemon(late(), late("2026-0001"), confirmed=False)
    await rig.tick()
    assert because(case(rig, "2026-0001|2026-02-27")) == because(case(rig)) == []


async def test_a_number_written_otherwise_goes_on_with_its_history() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("dispute", KEY)
    await rig.tick()
    rig.source.set(late("FA 2026-0001"), at=rig.wake.now())
    await pass_days(rig, 15)
    assert len(reminders(rig)) == 1
    assert case(rig, "FA 2026-0001|2026-02-27").state is State.DISPUTED


async def test_a_due_date_changed_and_changed_back_goes_on() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(late(due=date(2026, 2, 28)), at=rig.wake.now())
    await rig.tick()
    rig.source.set(late(), at=rig.wake.now())
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder", "penalties"]
    assert case(rig, "FA-2026-0001|2026-02-28").state is State.CLOSED


async def test_two_parts_that_both_shift_go_on_in_their_order() -> None:
    rig = daemon(late(), late(due=date(2026, 3, 31)))
    await rig.tick()
    rig.order("dispute", KEY)
    await rig.tick()
    rig.source.set(late(due=date(2026, 2, 28)), late(due=date(2026, 4, 1)), at=rig.wake.now())
    await pass_days(rig, 15)
    assert len(reminders(rig)) == 1
    assert case(rig, "FA-2026-0001|2026-02-28").state is State.DISPUTED
    assert open_state(rig, "FA-2026-0001|2026-04-01")


async def test_one_part_made_two_waits_for_a_person() -> None:
    rig = daemon(late())
    await rig.tick()
    parts = late(due=date(2026, 2, 28)), late(due=date(2026, 3, 2))
    rig.source.set(*parts, at=rig.wake.now())
    await pass_days(rig, 15)
    assert len(reminders(rig)) == 1
    assert [hold.because for part in parts for hold in case(rig, part.key).holds] == [Because.PARTS, Because.PARTS]
    (note,) = notes(rig, "held", "parts_changed")
    assert dict(note.facts)["command"] == "relancier resume FA-2026-0001"


async def test_a_former_due_date_that_comes_back_beside_the_new_one_waits_for_a_person() -> None:
    rig = daemon(late())
    await rig.tick()
    moved = late(due=date(2026, 2, 28))
    rig.source.set(moved, at=rig.wake.now())
    await rig.tick()
    rig.source.set(moved, late(), at=rig.wake.now())
    await pass_days(rig, 3)
    assert [hold.because for hold in case(rig).holds] == [Because.PARTS]
    assert open_state(rig, moved.key)


async def test_a_closed_part_that_leaves_does_not_keep_the_other_from_shifting() -> None:
    rig = daemon(late(), late(due=date(2026, 3, 31)))
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    rig.source.set(late(due=date(2026, 4, 1)), at=rig.wake.now())
    await rig.tick()
    assert open_state(rig, "FA-2026-0001|2026-04-01")


async def test_an_invoice_paid_in_the_books_that_is_owed_at_another_date_waits_for_a_person() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(replace(late(), paid=Decimal("1200.00")), at=rig.wake.now())
    await pass_days(rig, 1)
    moved = late(due=date(2026, 3, 15))
    rig.source.set(moved, at=rig.wake.now())
    await pass_days(rig, 1)
    assert [hold.because for hold in case(rig, moved.key).holds] == [Because.OWED_AGAIN]
