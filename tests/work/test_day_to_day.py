"""Day-to-day cases at the level of the whole day that no other file holds: the table stands in CONTRIBUTING.md."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.work.play import (
    KEY,
    arrive,
    case,
    daemon,
    entries,
    late,
    notes,
    open_state,
    parsed,
    pass_days,
    reminders,
    taken,
    words,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config, customer

from relancier.core.outbox import Sort
from relancier.core.plan import Channel

PENALTIES = date(2026, 2, 20)  # a due date whose J+10 is the rig's first day
LATER = date(2026, 3, 27)
SECOND, THIRD = "FA-2026-0002", "FA-2026-0003"


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=NOON.tzinfo)


def texts(rig: Rig) -> list[str]:
    return [words(sent.raw) for sent in reminders(rig)]


# --- several invoices of one customer -------------------------------------------------------------------------------


async def test_several_invoices_share_a_message_whose_consequences_are_those_of_their_own_plans() -> None:
    rig = daemon(late(due=PENALTIES), now=at(date(2026, 2, 23)))
    await rig.go(at(date(2026, 2, 27)))  # the first reminder of J+3
    rig.source.set(*rig.source.invoices, late(SECOND, date(2026, 2, 26)), late(THIRD, LATER), at=rig.wake.now())
    await rig.go(at(date(2026, 3, 3)))
    (_, said) = texts(rig)
    assert f"{SECOND}" in said
    assert taken(rig, f"FA-2026-0001|{PENALTIES}")[-1] == "penalties"
    assert "Pour la facture FA-2026-0001, la loi" in said  # the second one's plan names no penalties yet
    asked, _, apart = said.partition("n'est pas encore échue")
    assert THIRD not in asked
    assert THIRD in apart
    assert "2 400,00 €" in asked


async def test_a_formal_notice_names_only_its_own_invoice() -> None:
    rig = daemon(late(due=date(2026, 1, 26)), late(SECOND, date(2026, 2, 26)))
    everyone = customer(address=("1 rue des Lilas", "75001 Paris"))
    rig.source.set(*(replace(one, customer=everyone) for one in rig.source.invoices), at=NOON)
    await rig.go(at(date(2026, 4, 8)))
    notices = [entry for entry in entries(rig, Sort.TASK) if "formal-notice" in entry.carries[0].step]
    assert notices
    for entry in notices:
        assert len(entry.carries) == 1
        own = entry.carries[0].case.split("|")[0]
        other = SECOND if own == "FA-2026-0001" else "FA-2026-0001"
        told = words(rig.store.blob(entry.blob) or b"")
        assert own in told
        assert other not in told


# --- an invoice due in parts ----------------------------------------------------------------------------------------


async def test_each_part_of_an_invoice_is_named_as_such_and_follows_its_own_due_date() -> None:
    parts = [late(due=day, amount=Decimal(400)) for day in (date(2026, 2, 27), date(2026, 3, 30), date(2026, 4, 30))]
    rig = daemon(*parts)
    await rig.go(at(date(2026, 5, 4), 12))
    named = [part for said in texts(rig) for part in ("1/3", "2/3", "3/3") if part in said]
    assert set(named) == {"1/3", "2/3", "3/3"}
    assert not any("120,00" in said for said in texts(rig))  # 40 EUR once for the invoice


# --- holidays -------------------------------------------------------------------------------------------------------


async def test_in_august_no_formal_notice_and_no_deadline_while_softer_steps_leave() -> None:
    due = date(2026, 7, 28)  # J+3 on 31 July; its J+10 falls on 7 August
    rig = daemon(late(due=due), late(SECOND, date(2026, 7, 6)), now=at(date(2026, 7, 30)))
    await rig.go(at(date(2026, 8, 19)))
    assert len(reminders(rig)) >= 2  # softer steps
    assert not any("formal-notice" in entry.carries[0].step for entry in entries(rig, Sort.TASK))
    forbidden = [f"{day} août 2026" for day in ("1er", *map(str, range(2, 21)))]
    asked = [said.partition("d'ici le")[2][:20] for said in texts(rig)]
    assert not any(day in text for text in asked for day in forbidden)
    await rig.go(at(date(2026, 8, 25)))
    assert any("formal-notice" in entry.carries[0].step for entry in entries(rig, Sort.TASK))


# --- contact changed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Je ne suis pas la bonne personne, écrivez à marie.dupont@dupont.test.", "Nous regardons."]
)
async def test_an_address_in_a_reply_is_proposed_and_never_used_by_itself(text: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@dupont.test", "RE: FA-2026-0001", text))
    await pass_days(rig, 1)
    rig.order("resume", KEY)
    await pass_days(rig, 15)
    assert all("marie.dupont@dupont.test" not in sent.recipients for sent in reminders(rig))
    told = words(rig.store.blob(notes(rig, "reply")[0].blob) or b"")
    assert ("contact comptable marie.dupont@dupont.test" in told) == ("marie" in text)


async def test_the_next_message_to_a_new_contact_begins_a_thread() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@dupont.test", "RE: FA-2026-0001", "Écrivez à marie.dupont@dupont.test."))
    await pass_days(rig, 0.1)
    note = notes(rig, "reply")[0]
    line = "contact comptable marie.dupont@dupont.test"
    arrive(rig, written(OWN, "RE: note", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")
    await pass_days(rig, 0.1)
    changed = {one.email for one in case(rig).invoice.customer.contacts}
    assert "marie.dupont@dupont.test" in changed
    assert case(rig).thread_from > 0


# --- no email at all, an invoice that changes -----------------------------------------------------------------------


async def test_without_any_email_every_step_is_a_task_and_nothing_falls_back_silently() -> None:
    rig = daemon(late(customer=customer(contacts=())))
    await pass_days(rig, 12)
    assert reminders(rig) == []
    given = entries(rig, Sort.TASK)
    assert [entry.carries[0].step for entry in given] == ["reminder", "penalties"]
    assert {entry.channel for entry in given} == {Channel.TASK}


async def test_an_invoice_that_is_corrected_is_planned_anew_and_what_was_queued_is_withdrawn() -> None:
    rig = daemon(late(due=LATER))
    await rig.tick()
    key = f"FA-2026-0001|{LATER}"
    rig.source.set(replace(rig.source.invoices[0], amount=Decimal(900)), at=rig.wake.now())
    await pass_days(rig, 1)
    assert open_state(rig, key)
    rig.source.set(replace(rig.source.invoices[0], due=date(2026, 4, 30)), at=rig.wake.now())
    await rig.go(at(date(2026, 4, 15)))
    assert reminders(rig) == []
    await rig.go(at(date(2026, 5, 5)))
    assert "900,00 €" in texts(rig)[-1]
    assert any("amount due 1200.00 is now 900" in event.detail for event in rig.store.events(key))


async def test_a_payment_in_part_lowers_what_the_next_message_asks_for() -> None:
    rig = daemon(late(), conf=config())
    await rig.tick()
    rig.source.set(replace(rig.source.invoices[0], paid=Decimal(200)), at=rig.wake.now() + timedelta(minutes=5))
    await pass_days(rig, 8)
    assert "1 000,00 €" in texts(rig)[-1]
    assert parsed(reminders(rig)[-1].raw)["Subject"]
