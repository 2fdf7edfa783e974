"""A task in hand that must not be done any more is called off in its own thread, once, and given again when wanted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.work.play import (
    KEY,
    again,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    way_out,
    words,
    written,
)
from tests.work.rig import MANAGER, OWN, Rig, config, customer

from relancier.core.case import Because, Event, Kind, State
from relancier.core.outbox import Answer, Copy, Entry, Sort, Status
from relancier.core.stored import Setting
from relancier.work.morning.recalls import IN_HAND
from relancier.work.records import Desk

BOSS = "direction@lumen.test"
POST = "courrier@lumen.test"
SENDERS = [
    {"role": "account_manager", "name": "Claire Martin", "email": MANAGER},
    {"role": "management", "name": "Anne Durand", "email": BOSS},
    {"role": "supplier", "name": "Atelier Lumen", "email": POST},
]
AT_HOME = customer(address=("1 rue A", "75001 Paris"))
SECOND = "FA-2026-0002|2026-02-27"


async def given(days: float, *others: Any, **tables: Any) -> Rig:
    """A daemon whose plan for silence is so many days old: a call after two, a letter after eight."""
    first = late(plan="silence", customer=AT_HOME)
    rig = daemon(first, *others, conf=config(sender=SENDERS, team={"digest": False}, **tables))
    await pass_days(rig, days)
    return rig


async def a_call() -> Rig:
    rig = await given(2.2)
    assert taken(rig)[-1] == "silence-call"
    return rig


async def a_letter() -> Rig:
    rig = await given(9)
    assert taken(rig)[-1] == "silence-letter"
    return rig


def tasks(rig: Rig, channel: str) -> list[Entry]:
    return [one for one in rig.store.entries(*Status) if one.sort is Sort.TASK and one.channel == channel]


def off(rig: Rig, channel: str = "call") -> list[Entry]:
    return [note for note in notes(rig, "note-recall") if dict(note.facts)["channel"] == channel]


def reasons(rig: Rig, channel: str = "call") -> list[str]:
    return [dict(note.facts)["reason"] for note in off(rig, channel)]


def text(rig: Rig, note: Entry) -> str:
    raw = rig.store.blob(note.blob)
    assert raw is not None
    return words(raw)


def books(rig: Rig, **changes: Any) -> None:
    first, *rest = rig.source.invoices
    rig.source.set(replace(first, **changes), *rest, at=rig.wake.now())


def line_in_answer_to(rig: Rig, entry: Entry, line: str) -> None:
    raw = rig.store.blob(entry.blob)
    assert raw is not None
    subject = parsed(raw)["Subject"]
    order = written(OWN, f"Re: {subject}", line, at=rig.wake.now(), In_Reply_To=entry.message_id)
    arrive(rig, order, "Sent")


async def test_a_call_is_called_off_in_its_own_thread_when_the_books_show_it_paid() -> None:
    rig = await a_call()
    (task,) = tasks(rig, "call")
    books(rig, paid=Decimal(1200))
    await pass_minutes(rig, 3)
    (note,) = off(rig)
    sent = [one for one in way_out(rig).sent if one.recipients == (MANAGER,)][-1]
    message = parsed(note_raw(rig, note))
    assert message["In-Reply-To"] == task.message_id
    assert message["Subject"] == "FA-2026-0001 - ne pas appeler - Dupont"
    told = "N'appelez pas Dupont au sujet de la facture FA-2026-0001 : le règlement est noté depuis le 4 mars 2026."
    assert text(rig, note).startswith(told)
    assert "Si l'appel est déjà passé, répondez à ce message : appelé" in text(rig, note)
    assert sent.raw == note_raw(rig, note)
    await pass_days(rig, 20)
    assert len(off(rig)) == 1


def note_raw(rig: Rig, note: Entry) -> bytes:
    raw = rig.store.blob(note.blob)
    assert raw is not None
    return raw


def replied(rig: Rig) -> None:
    arrive(rig, answer(reminders(rig)[0], "Bonjour, je regarde cela demain."))


def part_paid(rig: Rig) -> None:
    books(rig, paid=Decimal(400))


def ordered(word: str, **other: Any) -> Callable[[Rig], None]:
    return lambda rig: rig.order(word, KEY, **other)


CAUSES: dict[str, tuple[Callable[[Rig], None], str]] = {
    "answered": (replied, "off_answered"),
    "paid by order": (ordered("paid", on=date(2026, 3, 3)), "off_paid"),
    "promised": (ordered("promise", on=date(2026, 4, 1)), "off_promised"),
    "disputed": (ordered("dispute"), "off_disputed"),
    "paused": (ordered("pause"), "off_paused"),
    "closed": (ordered("close"), "off_closed"),
    "insolvent": (ordered("insolvent", on=date(2026, 3, 3)), "off_insolvent"),
    "cancelled by a credit note": (lambda rig: books(rig, credited=Decimal(1200)), "off_cancelled"),
    "gone from the books": (lambda rig: rig.source.set(late("FA-2026-0009"), at=rig.wake.now()), "off_missing"),
    "another due date": (lambda rig: books(rig, due=date(2026, 2, 28)), "off_changed"),
    "pays by itself": (lambda rig: books(rig, payment_method="prélèvement"), "off_changed"),
}


@pytest.mark.parametrize(("deed", "reason"), CAUSES.values(), ids=CAUSES)
async def test_each_cause_calls_a_call_off_once(deed: Callable[[Rig], None], reason: str) -> None:
    rig = await a_call()
    deed(rig)
    await pass_minutes(rig, 3)
    assert reasons(rig) == [reason]
    assert off(rig)[0].to == (MANAGER,)
    rig = again(rig)
    await pass_minutes(rig, 3)
    assert reasons(rig) == [reason]


@pytest.mark.parametrize(("deed", "reason"), CAUSES.values(), ids=CAUSES)
async def test_each_cause_keeps_a_letter_back(deed: Callable[[Rig], None], reason: str) -> None:
    rig = await a_letter()
    deed(rig)
    await pass_minutes(rig, 3)
    assert reasons(rig, "letter") == [reason]
    assert text(rig, off(rig, "letter")[0]).startswith("Ne postez pas la lettre remise le 10 mars 2026 pour Dupont")


async def test_money_of_a_statement_calls_it_off() -> None:
    rig = await a_call()
    event = Event(case=KEY, kind=Kind.MONEY, at=rig.wake.now(), ref="money", detail="a payment may be for it")
    desk = Desk.at(rig.store, rig.parts.setup(), rig.wake.now())
    desk.ledger.add(event)
    desk.ledger.commit()
    await rig.tick()
    assert reasons(rig) == ["off_money"]


@pytest.mark.parametrize("word", ["called", "done"])
async def test_what_is_done_already_needs_no_note(word: str) -> None:
    rig = await a_call()
    keys = {"keys": (f"{KEY}|silence-call",)} if word == "done" else {}
    rig.order(word, KEY, on=date(2026, 3, 4) if word == "called" else None, **keys)
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    assert reasons(rig) == []


async def test_a_letter_that_was_posted_needs_no_note() -> None:
    rig = await a_letter()
    rig.order("posted", KEY, on=date(2026, 3, 11))
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    assert reasons(rig, "letter") == []


async def test_what_somebody_tells_in_answer_to_their_own_task_is_no_news_to_them() -> None:
    rig = await a_call()
    line_in_answer_to(rig, tasks(rig, "call")[0], "litige 300 porte rayée")
    await pass_minutes(rig, 2)
    assert case(rig).state is State.DISPUTED
    assert reasons(rig) == []


async def test_a_promise_told_to_one_colleague_keeps_the_letter_of_another_back() -> None:
    rig = await a_letter()
    line_in_answer_to(rig, tasks(rig, "sms")[0], "promesse 01/04/2026")
    await pass_minutes(rig, 2)
    assert reasons(rig, "letter") == ["off_promised"]
    assert "le client a promis de payer le 1er avril 2026" in text(rig, off(rig, "letter")[0])
    assert off(rig, "letter")[0].to == (POST,)


async def test_an_old_call_is_not_called_off() -> None:
    rig = await a_call()
    rig.order("hold")
    await pass_days(rig, 32)
    books(rig, paid=Decimal(1200))
    await pass_minutes(rig, 3)
    assert reasons(rig) == []


async def test_the_one_above_is_told_too_where_it_went_up() -> None:
    rig = await a_call()
    rig.order("hold")
    await rig.go(datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    rig.order("paid", KEY)
    await rig.tick()
    assert off(rig)[0].to == (MANAGER, BOSS)


async def test_an_answer_about_another_invoice_stops_the_call_too() -> None:
    rig = await given(2.2, late("FA-2026-0002", plan="standard", customer=AT_HOME))
    rig.order("pause", SECOND)
    await rig.tick()
    assert reasons(rig) == []
    asked = written("compta@dupont.test", "FA-2026-0002", "Bonjour, quand livrez-vous ?", at=rig.wake.now())
    arrive(rig, asked)
    await pass_minutes(rig, 3)
    assert set(reasons(rig)) <= {"off_answered", "off_elsewhere"}
    assert len(off(rig)) == 1


async def test_the_orders_in_answer_to_the_note_still_count() -> None:
    rig = await a_call()
    rig.order("paid", KEY)
    await pass_minutes(rig, 2)
    line_in_answer_to(rig, off(rig)[0], "appelé, le virement partait")
    await pass_minutes(rig, 2)
    assert case(rig).called_on == date(2026, 3, 4)
    assert [event.note for event in rig.store.events(KEY) if event.kind is Kind.CALLED] == ["le virement partait"]


async def test_a_task_that_only_lies_in_the_inbox_is_called_off_there() -> None:
    """Its colleague's own server refuses for a while, and the case is closed meanwhile."""
    rig = await given(1.5)
    way_out(rig).script[MANAGER] = Answer(451, "try later", "4.3.0")
    await pass_days(rig, 0.7)
    (task,) = tasks(rig, "call")
    assert (task.status, task.copy) == (Status.DEFERRED, Copy.FILED)
    rig.order("close", KEY)
    await pass_minutes(rig, 70)
    (task,) = tasks(rig, "call")
    assert task.status is Status.CANCELLED
    assert reasons(rig) == ["off_closed"]
    await pass_days(rig, 1)
    assert reasons(rig) == ["off_closed"]


# --- The amount -------------------------------------------------------------------------------------------------------


async def test_a_part_payment_brings_a_letter_with_the_right_amount() -> None:
    rig = await a_letter()
    (before,) = tasks(rig, "letter")
    part_paid(rig)
    await pass_minutes(rig, 3)
    (note,) = off(rig, "letter")
    told = text(rig, note)
    assert "il est passé de 1 200,00 € à 800,00 €, après un paiement noté le 11 mars 2026." in told
    first, second = tasks(rig, "letter")
    assert (first.id, first.status, second.status) == (before.id, Status.CANCELLED, Status.SENT)
    assert "800,00" in text(rig, second)
    assert taken(rig).count("silence-letter") == 1
    await pass_days(rig, 2)
    assert len(off(rig, "letter")) == 1
    assert len(tasks(rig, "letter")) == 2


async def test_a_part_payment_changes_the_sum_to_ask_for_in_a_call_that_stays_to_do() -> None:
    rig = await a_call()
    part_paid(rig)
    await pass_minutes(rig, 3)
    assert reasons(rig) == ["off_amount"]
    assert text(rig, off(rig)[0]).startswith("Si vous appelez Dupont au sujet de la facture FA-2026-0001")
    assert len(tasks(rig, "call")) == 1
    books(rig, paid=Decimal(600))
    await pass_minutes(rig, 3)
    assert reasons(rig) == ["off_amount", "off_amount"]
    books(rig, paid=Decimal(1200))
    await pass_minutes(rig, 3)
    assert reasons(rig) == ["off_amount", "off_amount", "off_noted"]


# --- Given again ------------------------------------------------------------------------------------------------------


async def test_a_call_is_given_again_when_the_hold_ends_before_a_later_step() -> None:
    rig = await a_call()
    replied(rig)
    await pass_minutes(rig, 3)
    rig.order("resume", KEY)
    await pass_minutes(rig, 3)
    assert len(tasks(rig, "call")) == 2
    assert taken(rig)[-1] == "silence-call"
    assert reasons(rig) == ["off_answered"]
    rig.order("paid", KEY)
    await pass_minutes(rig, 3)
    assert reasons(rig) == ["off_answered", "off_noted"]


async def test_a_call_that_was_made_all_the_same_is_not_asked_for_again() -> None:
    rig = await a_call()
    replied(rig)
    await pass_minutes(rig, 3)
    line_in_answer_to(rig, off(rig)[0], "appelé, il regarde")
    await pass_minutes(rig, 2)
    rig.order("resume", KEY)
    await pass_minutes(rig, 3)
    assert len(tasks(rig, "call")) == 1


async def test_a_letter_held_back_by_a_pause_of_its_own_colleague_is_given_again() -> None:
    rig = await a_letter()
    line_in_answer_to(rig, tasks(rig, "letter")[0], "pause 10j")
    await pass_minutes(rig, 2)
    assert reasons(rig, "letter") == []
    rig.order("resume", KEY)
    await pass_minutes(rig, 3)
    assert len(tasks(rig, "letter")) == 2


async def test_no_step_is_taken_twice_where_the_plan_has_gone_on() -> None:
    rig = await a_letter()
    replied(rig)
    await pass_minutes(rig, 3)
    assert reasons(rig, "letter") == ["off_answered"]
    assert reasons(rig, "sms") == ["off_answered"]
    rig.order("resume", KEY)
    await pass_minutes(rig, 3)
    assert len(tasks(rig, "sms")) == 1
    assert len(tasks(rig, "letter")) == 2


# --- The rest of the house --------------------------------------------------------------------------------------------


async def test_the_morning_does_not_list_what_was_called_off() -> None:
    rig = daemon(
        late(plan="silence"), late("FA-2026-0002", plan="standard"), conf=config(sender=SENDERS, team={"digest": True})
    )
    await rig.go(datetime(2026, 3, 5, 7, 31, tzinfo=UTC))
    assert "appel, FA-2026-0001" in digest(rig)
    arrive(rig, written("compta@dupont.test", "FA-2026-0002", "Bonjour, un instant.", at=rig.wake.now()))
    await rig.go(datetime(2026, 3, 6, 7, 31, tzinfo=UTC))
    assert reasons(rig)
    assert "appel, FA-2026-0001" not in digest(rig)


def digest(rig: Rig) -> str:
    return words([raw for raw in box(rig).raws("INBOX") if b"point du" in raw][-1])


async def test_tasks_of_an_earlier_version_are_found_once() -> None:
    rig = await a_call()
    rig.store.commit(Setting(IN_HAND, None))
    rig.order("close", KEY)
    await rig.tick()
    assert reasons(rig) == ["off_closed"]


async def test_a_bounce_of_ours_stops_no_call() -> None:
    rig = await a_call()
    arrive(rig, bounced(reminders(rig)[0]))
    await pass_minutes(rig, 3)
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]
    assert reasons(rig) == []
