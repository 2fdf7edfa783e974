"""Orders by mail that come again, late, or about what goes on elsewhere; answers that hide behind a note or in Sent."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    again,
    answer,
    arrive,
    box,
    case,
    daemon,
    late,
    notes,
    pass_days,
    pass_minutes,
    reminders,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN
from tests.work.test_orders_by_mail import answered, dictated, lying_notes, lying_tasks, order

from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Because, State
from relancier.core.text.numbers import normalise

FROM_OUTSIDE = "from mx.dupont.test by mx.lumen.test with ESMTPS id 1; Mon, 2 Mar 2026 10:00:00 +0100"


# --- A note's own thread is no hiding place -------------------------------------------------------------------------


async def test_a_customer_who_answers_what_a_colleague_wrote_from_a_note_is_heard() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    thread: dict[str, Any] = {"In_Reply_To": str(note["Message-ID"]), "References": str(note["Message-ID"])}
    subject = f"RE: {note['Subject']}"
    asked = written(OWN, subject, "Pouvez-vous préciser ?", to=CUSTOMER, message_id="<col@lumen.test>", **thread)
    await dictated(rig, asked)
    rig.order("resume", KEY)
    await pass_minutes(rig, 2)
    assert case(rig).state is State.OPEN
    both = {"In_Reply_To": "<col@lumen.test>", "References": f"{note['Message-ID']} <col@lumen.test>"}
    arrive(rig, written(CUSTOMER, subject, "C'est payé depuis hier.", at=NOON + timedelta(minutes=9), **both))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED


async def test_a_customer_who_answers_a_note_itself_is_heard() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    rig.order("resume", KEY)
    await pass_minutes(rig, 2)
    arrive(rig, written(CUSTOMER, "RE: votre message", "C'est payé.", In_Reply_To=str(note["Message-ID"])))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED


@pytest.mark.parametrize("headers", [{}, {"sender": "quelquun@ailleurs.test", "Received": FROM_OUTSIDE}])
async def test_an_answer_that_was_filed_in_sent_before_it_was_read_holds_its_case(headers: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Payé hier.", **headers), "Sent")
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1


# --- The case goes on under another key -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "state"),
    [("payé", State.PAID), ("stop", State.CLOSED), ("litige", State.DISPUTED), ("reprendre", State.OPEN)],
)
async def test_an_order_follows_a_case_whose_due_date_has_changed(line: str, state: State) -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    moved = late(due=date(2026, 3, 1))
    rig.source.set(moved, at=rig.wake.now())
    await pass_minutes(rig, 2)
    assert case(rig).carried_to == moved.key
    await dictated(rig, order(note, line))
    assert case(rig, moved.key).state is state
    assert case(rig).state is State.CLOSED


# --- Once, and in the order in which people spoke -------------------------------------------------------------------


async def test_a_copy_that_a_server_has_written_otherwise_is_not_obeyed_again() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "payé 200 €")
    await dictated(rig, raw)
    await dictated(rig, raw.replace(b"> quoted", b"> quoted, by the server"))
    assert case(rig).amount_due == Decimal(1000)
    assert notes(rig, "order") == []


async def test_an_old_order_in_a_sent_folder_that_has_moved_to_another_server_is_not_obeyed_again() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "reprendre")
    await dictated(rig, raw)
    rig.order("close", KEY)
    await pass_minutes(rig, 2)
    box(rig).boxes["Sent"].messages = {}
    box(rig).renumber("Sent")
    await dictated(rig, raw.replace(b"> quoted", b"> quoted, by the server"))
    assert case(rig).state is State.CLOSED


async def test_an_order_written_before_a_command_does_not_let_go_on_what_the_command_stopped() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "reprendre")
    await rig.go(NOON + timedelta(hours=2))
    rig.order("pause", KEY)
    await pass_minutes(rig, 2)
    await dictated(rig, raw)
    assert case(rig).state is State.PAUSED
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_overtaken"]


async def test_a_restored_state_reads_an_order_again_and_knows_what_it_did_not_know() -> None:
    rig = daemon(late())
    await rig.tick()
    backup = deepcopy(rig.store)
    arrive(rig, answer(reminders(rig)[0], "Nous regardons."))
    await pass_minutes(rig, 2)
    await dictated(rig, order(lying_notes(rig)[0], "reprendre"))
    assert case(rig).state is State.OPEN
    arrive(rig, answer(reminders(rig)[0], "Finalement c'est contesté.", at=NOON + timedelta(hours=2)))
    await rig.go(NOON + timedelta(hours=3))
    restored = again(rig, store=backup)
    await pass_minutes(restored, 3)
    assert case(restored).state is State.PAUSED
    assert len(case(restored).unseen) == 1


# --- Nothing of one's own -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["> stop\n> payé\n", "-- \nstop\n", "> payé, <x@dupont.test> a écrit le 2 mars\n"])
async def test_what_is_only_quoted_or_signed_is_no_order(body: str) -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    before = case(rig)
    await dictated(rig, written(OWN, f"RE: {note['Subject']}", body, to=OWN, In_Reply_To=str(note["Message-ID"])))
    assert case(rig) == before
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_unknown"]


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("<blockquote>stop</blockquote>", State.PAUSED),
        ('<div><blockquote type="cite">payé<blockquote>stop</blockquote>payé</blockquote></div>', State.PAUSED),
        ("<blockquote>stop</blockquote><p>reprendre</p>", State.OPEN),
        ("<p>reprendre</p><blockquote>stop</blockquote>", State.OPEN),
    ],
)
async def test_what_html_quotes_is_no_order(page: str, state: State) -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    raw = written(OWN, f"RE: {note['Subject']}", page, to=OWN, In_Reply_To=str(note["Message-ID"]))
    await dictated(rig, raw.replace(b"text/plain", b"text/html"))
    assert case(rig).state is state
    unread = [dict(told.facts)["reason"] for told in notes(rig, "order")]
    assert unread == (["order_unknown"] if state is State.PAUSED else [])


async def test_a_flood_of_lines_that_are_no_orders_is_told_ten_times() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    for number in range(15):
        raw = written(MANAGER, f"RE: {note['Subject']}", f"{number}", to=OWN, In_Reply_To=str(note["Message-ID"]))
        arrive(rig, raw)
    await pass_minutes(rig, 2)
    assert len(notes(rig, "order")) == 10
    arrive(rig, answer(reminders(rig)[0], "Nous contestons."))
    await pass_minutes(rig, 2)
    assert len(notes(rig, "reply")) == 2


async def test_an_answer_that_a_flood_left_without_a_note_is_not_seen_to_by_a_later_one() -> None:
    rig = daemon(late())
    await rig.tick()
    for number in range(12):
        arrive(rig, answer(reminders(rig)[0], f"Message {number}", at=NOON + timedelta(minutes=number)))
    await pass_minutes(rig, 2)
    assert len(lying_notes(rig)) == 10
    await pass_days(rig, 1)
    arrive(rig, answer(reminders(rig)[0], "Bonjour", at=NOON + timedelta(days=1)))
    await pass_minutes(rig, 2)
    later = order(lying_notes(rig)[-1], "reprendre").replace(b"Mon, 02 Mar", b"Tue, 03 Mar")
    await dictated(rig, later)
    assert (case(rig).state, len(case(rig).unseen)) == (State.PAUSED, 2)
    rig.order("resume", KEY)
    await pass_minutes(rig, 2)
    assert (case(rig).state, case(rig).unseen) == (State.OPEN, ())


async def test_who_answers_an_order_of_one_s_own_corrects_it() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    named = str(note["Message-ID"])
    await dictated(rig, order(note, "pause 5j", message_id="<first@lumen.test>", References=named))
    facts: dict[str, Any] = {"In_Reply_To": "<first@lumen.test>", "References": f"{named} <first@lumen.test>"}
    await dictated(rig, written(OWN, f"RE: {note['Subject']}", "stop", to=OWN, **facts))
    assert case(rig).state is State.CLOSED


@pytest.mark.parametrize(
    "received",
    [
        "from with ESMTPSA by mx.lumen.test with ESMTPS id 1; Mon, 2 Mar 2026 10:00:00 +0100",
        "from evil.test (with ESMTPSA) by mx.lumen.test with SMTP id 1; Mon, 2 Mar 2026 10:00:00 +0100",
        "from evil.test by mx.lumen.test id 1; Mon, 2 Mar 2026 10:00:00 +0100",
    ],
)
async def test_the_other_side_cannot_say_that_it_was_logged_in(received: str) -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "stop", Received=received))
    assert case(rig).state is State.PAUSED


async def test_a_colleague_who_has_left_is_no_contact_of_the_customer() -> None:
    rig = await answered()
    gone = "Je ne fais plus partie de l'entreprise ; écrivez à nouveau@ailleurs.test."
    arrive(rig, written(MANAGER, "Réponse automatique : FA-2026-0001", gone, Auto_Submitted="auto-replied"))
    await pass_minutes(rig, 2)
    assert any(event.kind == "autoreplied" for event in rig.store.events(KEY))
    assert notes(rig, "left") == []


async def test_an_answer_that_came_at_the_same_moment_as_the_noted_one_is_not_seen_to() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Nous regardons."))
    arrive(rig, answer(reminders(rig)[0], "Finalement nous contestons."))
    await pass_minutes(rig, 2)
    first, second = lying_notes(rig)
    await dictated(rig, order(first, "reprendre"))
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1
    await dictated(rig, order(second, "reprendre"))
    assert case(rig).state is State.OPEN


async def test_a_new_state_holds_what_was_ordered_in_the_one_before() -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    await dictated(rig, order(lying_tasks(rig)[0], "payé"))
    assert case(rig).state is State.PAID
    anew = again(rig, store=MemoryStore(normalise))
    await pass_minutes(anew, 2)
    anew.confirm()
    left = len(reminders(anew))
    await pass_days(anew, 20)
    assert [hold.because for hold in case(anew).holds] == [Because.EARLIER_REPLY]
    assert len(reminders(anew)) == left


@pytest.mark.parametrize("line", ["pause 60j", "promesse 01/05/2026"])
async def test_a_pause_that_ends_after_a_colleagues_answer_does_not_end_before_the_day_that_was_ordered(
    line: str,
) -> None:
    rig = await answered(replies={"after_colleague_answer": "10d"})
    await dictated(rig, order(lying_notes(rig)[0], line))
    arrive(rig, answer(reminders(rig)[0], "Merci.", at=NOON + timedelta(hours=2)))
    await rig.go(NOON + timedelta(hours=3))
    arrive(rig, written(OWN, "RE: FA-2026-0001", "De rien.", to=CUSTOMER, at=NOON + timedelta(hours=4)), "Sent")
    await rig.go(NOON + timedelta(hours=5))
    assert (case(rig).unseen, case(rig).state, case(rig).resume_on) == ((), State.PAUSED, date(2026, 5, 1))
