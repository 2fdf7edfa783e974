"""Orders by mail: only a colleague's answer to a note of ours that stands in Sent is obeyed (house law 12)."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
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
    words,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN, Rig, config

from relancier.core.case import State
from relancier.core.outbox import Status

SECOND = "FA-2026-0002|2026-02-27"


def lying_notes(rig: Rig, template: str = "reply") -> list[EmailMessage]:
    """The notes of a template as they lie in the inbox, oldest first."""
    ids = {entry.message_id for entry in notes(rig, template)}
    messages = [parsed(kept.raw) for kept in box(rig).boxes["INBOX"].messages.values()]
    return [message for message in messages if message["Message-ID"] in ids]


def order(note: EmailMessage, line: str, sender: str = OWN, to: str = OWN, **other: str) -> bytes:
    """What a colleague writes in answer to a note."""
    facts = {"In_Reply_To": str(note["Message-ID"]), "to": to, **other}
    return written(sender, f"RE: {note['Subject']}", f"{line}\n\n> quoted\n", at=NOON + timedelta(hours=1), **facts)


async def answered(*others: str, text: str = "Bonjour, nous regardons.", **tables: Any) -> Rig:
    """A daemon whose reminder was answered, with the note that asks a person."""
    rig = daemon(late(), *(late(number) for number in others), conf=config(**tables))
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], text))
    await pass_minutes(rig, 2)
    return rig


async def dictated(rig: Rig, raw: bytes, folder: str = "Sent") -> None:
    arrive(rig, raw, folder)
    await pass_minutes(rig, 2)


async def test_an_order_from_sent_is_carried_out_and_takes_the_flag_off() -> None:
    rig = await answered()
    assert case(rig).state is State.PAUSED
    assert box(rig).boxes["INBOX"].messages[1].flags >= {"\\Flagged"}
    await dictated(rig, order(lying_notes(rig)[0], "Reprendre"))
    assert case(rig).state is State.OPEN
    assert case(rig).unseen == ()
    assert "\\Flagged" not in box(rig).boxes["INBOX"].messages[1].flags
    assert notes(rig, "order") == []


async def test_the_link_of_a_choice_is_an_order() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    html = note.get_body(("html",))
    assert html is not None
    link = re.findall(r'href="mailto:([^"?]+)\?subject=([^&"]+)&amp;body=([^"]+)"', html.get_content())
    by_line = {unquote(body): unquote(subject) for _, subject, body in link}
    assert {address for address, *_ in link} == {OWN}
    await dictated(rig, written(OWN, by_line["stop"], "stop", to=OWN))
    assert case(rig).state is State.CLOSED


@pytest.mark.parametrize(
    ("line", "state", "on"),
    [
        ("pause 10j", State.PAUSED, date(2026, 3, 12)),
        ("promesse 15/03/2026", State.PROMISED, date(2026, 3, 15)),
        ("litige deux luminaires cassés", State.DISPUTED, None),
        ("payé le 01/03/2026", State.PAID, date(2026, 3, 1)),
        ("stop", State.CLOSED, None),
    ],
)
async def test_the_words_do_what_the_commands_do(line: str, state: State, on: date | None) -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], line))
    assert (case(rig).state, case(rig).state_on) == (state, on)
    assert case(rig).unseen == ()


async def test_a_part_paid_leaves_the_rest() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "payé 200 € le 01/03/2026"))
    assert case(rig).amount_due == Decimal(1000)


async def test_a_contact_is_changed_for_the_next_message() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "contact comptable nouvelle@dupont.test"))
    assert case(rig).invoice.customer.contacts[0].email == "nouvelle@dupont.test"


async def test_stop_all_holds_everything_and_resume_sending_lets_it_go_on() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    await dictated(rig, order(note, "stop tout"))
    assert rig.store.setting("held") is not None
    await dictated(rig, order(note, "reprendre les envois"))
    assert rig.store.setting("held") is None


async def test_an_order_seen_twice_is_carried_out_once() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "payé 200 €")
    await dictated(rig, raw)
    await dictated(rig, raw)
    arrive(rig, raw, "INBOX")
    await pass_minutes(rig, 30)
    assert case(rig).amount_due == Decimal(1000)
    assert notes(rig, "order") == []


# --- what is not obeyed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Que faut-il faire ?", "order_unknown"),
        ("promesse", "order_date"),
        ("reprendre demain", "order_rest"),
        ("payé 5 000 €", "order_amount"),
        ("litige 5 000 € tout", "order_amount"),
        ("plan inconnu", "order_no_plan"),
        ("relancé 27/02/2026", "order_not_late"),
        ("relancer le solde", "order_no_part"),
        ("parti", "order_not_uncertain"),
        (f"contact comptable {OWN}", "order_contact"),
        ("reprendre FA-2026-0002", "order_other"),
    ],
)
async def test_what_is_not_clear_changes_nothing_and_is_told(line: str, reason: str) -> None:
    rig = daemon(late(), late("FA-2026-0002", due=date(2026, 9, 1)))
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 2)
    before = case(rig)
    await dictated(rig, order(lying_notes(rig)[0], line))
    assert replace(case(rig), holds=(), applied=before.applied, needs_person=before.needs_person) == replace(
        before, look_at=case(rig).look_at
    )
    assert bool(case(rig).holds) is line.startswith(("promesse", "payé", "litige")), "what may stop it holds it"
    (told,) = notes(rig, "order")
    assert dict(told.facts)["reason"] == reason
    (lying,) = lying_notes(rig, "order")
    assert line[:12] in words(lying.as_bytes())


async def test_a_note_on_several_invoices_needs_the_number() -> None:
    rig = await answered("FA-2026-0002")
    note = next(note for note in lying_notes(rig) if "0001" in note["Subject"] and "0002" in note["Subject"])
    await dictated(rig, order(note, "reprendre"))
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_which"]
    await dictated(rig, order(note, "payé FA-2026-0002"))
    assert case(rig, SECOND).state is State.PAID
    assert case(rig).state is State.PAUSED


async def test_a_colleague_outside_sent_is_not_obeyed_and_a_note_says_so() -> None:
    rig = await answered()
    before = case(rig)
    await dictated(rig, order(lying_notes(rig)[0], "payé", sender=MANAGER), "INBOX")
    assert case(rig) == before
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_outside"]
    assert len(lying_notes(rig, "order")) == 1
    assert box(rig).boxes["INBOX"].messages[max(box(rig).boxes["INBOX"].messages) - 1].flags == frozenset()


async def test_the_copy_in_the_inbox_waits_for_the_one_in_sent() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "reprendre")
    await dictated(rig, raw, "INBOX")
    assert case(rig).state is State.PAUSED
    assert lying_notes(rig, "order") == []
    await dictated(rig, raw)
    assert case(rig).state is State.OPEN
    await pass_minutes(rig, 30)
    assert lying_notes(rig, "order") == []
    assert [told.status for told in notes(rig, "order")] == [Status.CANCELLED]


async def test_an_unclear_order_is_told_also_where_its_copy_in_the_inbox_came_first() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "payé 300")
    await dictated(rig, raw, "INBOX")
    await dictated(rig, raw)
    (note,) = lying_notes(rig, "order")
    assert "Un nombre seul" in words(note.as_bytes())
    await pass_minutes(rig, 30)
    assert len(lying_notes(rig, "order")) == 1


async def test_an_order_that_never_stands_in_sent_is_told_after_a_while() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "reprendre"), "INBOX")
    await pass_minutes(rig, 30)
    assert case(rig).state is State.PAUSED
    assert len(lying_notes(rig, "order")) == 1


async def test_a_message_that_came_from_outside_and_was_put_into_sent_gives_no_order() -> None:
    rig = await answered()
    received = {"Received": "from evil.test (evil.test [192.0.2.1]) by mx.lumen.test with ESMTPS id 1; Mon, 2 Mar 2026"}
    await dictated(rig, order(lying_notes(rig)[0], "payé", **received))
    assert case(rig).state is State.PAUSED
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_outside"]


async def test_a_copy_that_the_provider_took_from_its_user_gives_orders() -> None:
    rig = await answered()
    received = {"Received": "from [192.0.2.1] by smtp.provider.test with ESMTPSA id 1; Mon, 2 Mar 2026 10:00:00 +0100"}
    await dictated(rig, order(lying_notes(rig)[0], "payé", **received))
    assert case(rig).state is State.PAID


async def test_an_answer_to_a_note_that_also_goes_to_the_customer_is_no_order() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "stop", to=f"{OWN}, {CUSTOMER}"))
    assert case(rig).state is not State.CLOSED
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_to_others"]


async def test_a_colleague_who_forwards_a_note_to_the_customer_with_other_words_is_told_nothing() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "Bonjour, voici où nous en sommes.", to=f"{OWN}, {CUSTOMER}"))
    assert notes(rig, "order") == []


async def test_a_customer_who_answers_a_note_gives_no_order() -> None:
    rig = await answered()
    await dictated(rig, order(lying_notes(rig)[0], "payé", sender=CUSTOMER), "INBOX")
    assert case(rig).state is State.PAUSED
    assert notes(rig, "order") == []


async def test_an_order_knows_only_what_its_note_knew() -> None:
    rig = await answered()
    note = lying_notes(rig)[0]
    arrive(rig, answer(reminders(rig)[0], "Et encore ceci.", at=NOON + timedelta(minutes=3)))
    await pass_minutes(rig, 2)
    await dictated(rig, order(note, "reprendre"))
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1
    await dictated(rig, order(lying_notes(rig)[1], "reprendre"))
    assert case(rig).state is State.OPEN


async def test_an_order_is_remembered_as_a_colleagues_and_never_as_an_answer() -> None:
    rig = await answered()
    raw = order(lying_notes(rig)[0], "pause 5j")
    await dictated(rig, raw)
    assert rig.store.flags_wanted() == []
    assert taken(rig) == ["reminder"]
    assert not any(event.kind == "answered" for event in rig.store.events(KEY))


async def test_orders_answer_a_task_too() -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    calls = lying_tasks(rig)
    assert calls
    await dictated(rig, order(calls[0], "appelé, rappeler lundi"))
    assert any(event.kind == "called" for event in rig.store.events(KEY))


def lying_tasks(rig: Rig) -> list[EmailMessage]:
    tasks = {entry.message_id for entry in rig.store.entries(*Status) if entry.sort == "task"}
    messages = [parsed(kept.raw) for kept in box(rig).boxes["INBOX"].messages.values()]
    return [message for message in messages if message["Message-ID"] in tasks]
