"""Promises and instalment plans, as a day of the daemon (cases: an agreed payment date or plan is respected)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.work.play import (
    KEY,
    answer,
    arrive,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    words,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig

from relancier.core.case import Instalment, Kind, State
from relancier.core.outbox import Entry, Sort, Status
from relancier.work.records import Desk
from relancier.work.sending.settle import settle_sent

PARTS = (
    Instalment(date(2026, 3, 13), Decimal(500)),
    Instalment(date(2026, 4, 13), Decimal(400)),
    Instalment(date(2026, 5, 13), Decimal(300)),
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=NOON.tzinfo)


async def until(rig: Rig, day: date) -> None:
    await rig.go(at(day))


async def agreed(*parts: Instalment) -> Rig:
    rig = daemon(late())
    await rig.tick()
    rig.order("instalments", KEY, on=date(2026, 3, 2), instalments=parts or PARTS)
    await pass_days(rig, 0.1)
    return rig


# --- a promise ------------------------------------------------------------------------------------------------------


async def test_a_promise_holds_through_its_grace_then_a_person_is_told_and_the_plan_goes_on() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("promise", KEY, on=date(2026, 3, 6))  # a Friday
    await until(rig, date(2026, 3, 9))
    assert (case(rig).state, len(reminders(rig)), notes(rig, "pause")) == (State.PROMISED, 1, [])
    await until(rig, date(2026, 3, 10))
    await pass_days(rig, 0.2)
    assert len(notes(rig, "pause", "promise_broken")) == 1
    assert (case(rig).state, case(rig).promised_on, case(rig).broken) == (State.OPEN, date(2026, 3, 6), 1)
    assert "has not come" in case(rig).needs_person
    draft = entries(rig)[-1]
    assert (draft.approval, draft.carries[0].step) == (True, "penalties")
    assert len(reminders(rig)) == 1  # the next email is a person's to send


async def test_a_second_broken_promise_says_so() -> None:
    rig = daemon(late())
    await rig.tick()
    for day in (date(2026, 3, 4), date(2026, 3, 9)):
        rig.order("promise", KEY, on=day)
        await until(rig, day + timedelta(days=3))
    assert [dict(note.facts)["reason"] for note in notes(rig, "pause")] == ["promise_broken", "promises_broken"]
    promised = [event for event in rig.store.events(KEY) if event.kind is Kind.PROMISED]
    assert [event.on for event in promised] == [date(2026, 3, 4), date(2026, 3, 9)]


async def test_a_promise_is_not_called_broken_before_its_payment_would_be_known() -> None:
    rig = daemon(late(), fresh_books=False)
    await rig.tick()
    rig.order("promise", KEY, on=date(2026, 3, 4))
    await until(rig, date(2026, 3, 8))
    assert (case(rig).state, notes(rig, "pause")) == (State.PROMISED, [])
    assert case(rig).waiting == "payments are known only up to 2026-03-02"
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 1)
    assert len(notes(rig, "pause", "promise_broken")) == 1


# --- an instalment plan ---------------------------------------------------------------------------------------------


async def test_an_instalment_plan_is_confirmed_in_drafts_and_nothing_else_leaves() -> None:
    rig = await agreed()
    assert (case(rig).state, case(rig).instalments) == (State.PROMISED, PARTS)
    (draft,) = [entry for entry in entries(rig) if entry.carries[0].step == "instalments:2026-03-02"]
    assert draft.approval
    assert len(reminders(rig)) == 1


async def test_each_instalment_is_reminded_of_two_working_days_before_unless_it_is_paid() -> None:
    rig = await agreed()
    settle(rig)
    await until(rig, date(2026, 3, 11))
    await pass_days(rig, 0.2)
    assert taken(rig)[-1] == "instalment:2026-03-13"
    assert "500,00 €" in words(reminders(rig)[-1].raw)
    rig.order("paid", KEY, amount="900.00")
    await until(rig, date(2026, 5, 10))
    assert taken(rig)[-1] == "instalment:2026-03-13"  # the second one was paid with the first
    await until(rig, date(2026, 5, 12))
    assert taken(rig)[-1] == "instalment:2026-05-13"
    assert len(reminders(rig)) == 3
    rig.order("paid", KEY, amount="300.00")
    await pass_days(rig, 0.2)
    assert case(rig).state is State.PAID


def settle(rig: Rig) -> None:
    """A colleague has sent the confirmation: its step is done, as the watch over drafts records it."""
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    for entry in rig.store.entries(Status.PROPOSED):
        settle_sent(entry, desk, "a colleague has sent it")
    desk.ledger.commit()


async def test_a_missed_instalment_goes_to_a_person_and_nothing_goes_on_by_itself() -> None:
    rig = await agreed()
    settle(rig)
    await until(rig, date(2026, 3, 17))
    await pass_days(rig, 0.2)
    assert len(notes(rig, "pause", "missed_instalment")) == 1
    assert case(rig).state is State.PAUSED
    assert "500.00 agreed for 2026-03-13" in case(rig).needs_person
    before = len(reminders(rig))
    await pass_days(rig, 20)
    assert len(reminders(rig)) == before
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert (case(rig).state, case(rig).instalments) == (State.OPEN, ())
    assert entries(rig, Sort.TASK)[-1].carries[0].step == "formal-notice"  # J+35, the whole balance


async def test_more_time_is_another_plan() -> None:
    rig = await agreed()
    settle(rig)
    await until(rig, date(2026, 3, 18))
    later = (Instalment(date(2026, 4, 1), Decimal(1200)),)
    rig.order("instalments", KEY, on=date(2026, 3, 18), instalments=later)
    await pass_days(rig, 0.2)
    assert (case(rig).state, case(rig).instalments, case(rig).needs_person) == (State.PROMISED, later, "")


async def test_another_plan_on_the_same_day_takes_the_first_ones_draft_back() -> None:
    rig = await agreed()
    before = [entry for entry in entries(rig) if entry.carries[0].step == "instalments:2026-03-02"]
    assert [entry.status for entry in before] == [Status.PROPOSED]
    later = (Instalment(date(2026, 3, 20), Decimal(1200)),)
    rig.order("instalments", KEY, on=date(2026, 3, 2), instalments=later)
    await pass_days(rig, 0.1)
    found = [entry for entry in entries(rig) if entry.carries[0].step == "instalments:2026-03-02"]
    assert sorted(entry.status for entry in found) == [Status.CANCELLED, Status.PROPOSED]
    assert case(rig).instalments == later


async def test_instalments_that_are_not_exactly_what_is_due_change_nothing() -> None:
    rig = await agreed(Instalment(date(2026, 3, 13), Decimal(500)))
    assert (case(rig).state, case(rig).instalments) == (State.OPEN, ())


async def test_an_answer_during_the_plan_pauses_it_and_resume_puts_it_back() -> None:
    rig = await agreed()
    settle(rig)
    arrive(rig, answer(reminders(rig)[0], "Bonjour, est-ce toujours bon ?"))
    await until(rig, date(2026, 3, 12))
    assert (case(rig).state, len(reminders(rig))) == (State.PAUSED, 1)
    rig.order("resume", KEY)
    await pass_days(rig, 1.2)
    assert (case(rig).state, case(rig).instalments) == (State.PROMISED, PARTS)
    assert taken(rig)[-1] == "instalment:2026-03-13"


@pytest.mark.parametrize(
    ("line", "first", "reason"),
    [
        ("échéancier 13/03 500, 13/04 400, 13/05 reste", 500, ""),
        ("échéancier 3 x 400 dès 13/03", 400, ""),
        ("instalments 700 on 13/03 and the rest on 13/04", 700, ""),
        ("échéancier 13/03 500, 13/04 500", 0, "order_sum"),
        ("échéancier vendredi", 0, "order_parts"),
    ],
)
async def test_an_instalment_plan_by_mail(line: str, first: int, reason: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Pouvons-nous payer en trois fois ?"))
    await pass_days(rig, 0.1)
    order(rig, notes(rig, "reply")[0], line)
    await pass_days(rig, 0.1)
    assert [dict(note.facts)["reason"] for note in notes(rig, "order")] == ([reason] if reason else [])
    assert case(rig).instalments[:1] == ((Instalment(date(2026, 3, 13), Decimal(first)),) if first else ())
    assert (case(rig).state is State.PROMISED) == bool(first)


def order(rig: Rig, note: Entry, line: str) -> None:
    raw = written(OWN, "RE: note", line, at=rig.wake.now(), In_Reply_To=note.message_id)
    arrive(rig, raw, "Sent")


async def test_the_choices_of_the_note_offer_what_the_customer_asked_for() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Pouvons-nous payer en trois fois ?"))
    await pass_days(rig, 0.1)
    note = notes(rig, "reply")[0]
    said = words(rig.store.blob(note.blob) or b"")
    assert "échéancier JJ/MM/AAAA montant, JJ/MM/AAAA reste" in said
    assert note.sort is Sort.NOTE
