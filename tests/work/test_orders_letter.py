"""A letter is posted, and comes back or not: the plan goes on from that day."""

from datetime import date

import pytest
from tests.work.play import (
    KEY,
    case,
    daemon,
    late,
    pass_days,
    taken,
)  # fmt: skip
from tests.work.rig import Rig, customer

from relancier.core.case import Because, Kind


def day(month: int, number: int) -> date:
    return date(2026, month, number)


async def posting() -> Rig:
    """The plan for silence has come to its plain letter (S+8) with an address to send it to."""
    rig = daemon(late(plan="silence", customer=customer(address=("1 rue A", "75001 Paris"))))
    await pass_days(rig, 9)
    assert taken(rig)[-1] == "silence-letter"
    return rig


async def test_a_posted_letter_stands_in_the_history_with_its_number_and_day() -> None:
    rig = await posting()
    rig.order("posted", KEY, on=day(3, 11), note="1A 234 567")
    await rig.tick()
    last = rig.store.events(KEY)[-1]
    assert (last.kind, last.step, last.detail) == (Kind.POSTED, "silence-letter", "2026-03-11: 1A 234 567")
    assert case(rig).step_done("silence-letter").on == day(3, 11)  # type: ignore[union-attr]


@pytest.mark.parametrize("note", ["received", "unclaimed", "refused"])
async def test_what_became_of_a_letter_lets_the_plan_go_on_from_that_day(note: str) -> None:
    rig = await posting()
    await pass_days(rig, 6)
    assert taken(rig)[-1] == "silence-announcement"
    rig.order("letter", KEY, on=day(3, 17), note=note)
    await pass_days(rig, 7)
    assert taken(rig)[-1] == "silence-announcement"
    await pass_days(rig, 1)
    assert taken(rig)[-1] == "silence-formal-notice"
    assert case(rig).step_done("silence-formal-notice").on == day(3, 25)  # type: ignore[union-attr]


async def test_an_unknown_address_holds_until_a_person_lets_it_go_on() -> None:
    rig = await posting()
    rig.order("letter", KEY, note="unknown_address")
    await pass_days(rig, 10)
    assert [hold.because for hold in case(rig).holds] == [Because.ADDRESS]
    assert case(rig).waiting == "a letter came back: the postal address must be mended"
    assert taken(rig)[-1] == "silence-letter"
    rig.order("resume", KEY)
    await pass_days(rig, 2)
    assert taken(rig)[-1] == "silence-announcement"


async def test_a_call_is_about_no_letter() -> None:
    rig = await posting()
    rig.order("called", KEY)
    await rig.tick()
    called = next(event for event in rig.store.events(KEY) if event.kind is Kind.CALLED)
    assert called.step == ""


async def test_a_letter_that_no_plan_asked_for_is_history_only() -> None:
    rig = daemon(late())
    await rig.tick()
    before = case(rig).done
    rig.order("posted", KEY, note="1A")
    await rig.tick()
    assert case(rig).done == before
    assert rig.store.events(KEY)[-1].detail == "2026-03-02: 1A"


@pytest.mark.parametrize(
    "order",
    [
        {"word": "letter", "note": "lost"},
        {"word": "letter", "note": "received", "on": day(3, 20)},
        {"word": "called", "on": day(3, 20)},
        {"word": "chased", "on": day(3, 20)},
        {"word": "posted", "on": day(3, 20)},
        {"word": "dispute", "amount": "-3"},
    ],
)
async def test_what_cannot_be_is_not_obeyed(order: dict[str, object]) -> None:
    rig = daemon(late())
    await rig.tick()
    before, happened = case(rig), rig.store.events(KEY)
    rig.order(str(order.pop("word")), KEY, **order)
    await rig.tick()
    assert rig.store.events(KEY) == happened
    assert (case(rig).done, case(rig).state, case(rig).holds) == (before.done, before.state, before.holds)
    assert rig.store.orders() == []
