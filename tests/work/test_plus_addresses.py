"""With `plus_addresses`, what answers the envelope of a reminder finds its case by the address it comes to."""

from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    arrive,
    case,
    daemon,
    entries,
    late,
    pass_days,
    reminders,
    the_entry,
    way_out,
    written,
)
from tests.work.rig import OWN, Rig, config

from relancier.adapters.memory_channel import Cut
from relancier.core.case import Because, Kind
from relancier.core.outbox import Sort, Stage, Status


def tagged() -> Rig:
    return daemon(late(), conf=config(mailbox={"plus_addresses": True}))


def own_form(rig: Rig) -> str:
    return f"compta+{the_entry(rig).token}@lumen.test"


async def test_by_default_the_envelope_names_the_mailbox() -> None:
    rig = daemon(late())
    await rig.tick()
    assert [sent.wish.sender for sent in reminders(rig)] == [OWN]


async def test_each_reminder_has_a_sender_of_its_own_in_the_envelope_only() -> None:
    rig = tagged()
    await rig.tick()
    (sent,) = reminders(rig)
    assert sent.wish.sender == own_form(rig)
    assert b"compta+" not in sent.raw


async def test_a_task_to_a_colleague_keeps_the_plain_sender() -> None:
    rig = tagged()
    await pass_days(rig, 15)
    tasks = [sent for sent in way_out(rig).sent if sent.recipients == ("claire@lumen.test",)]
    assert [sent.wish.sender for sent in tasks] == [OWN]
    assert entries(rig, Sort.TASK)


@pytest.mark.parametrize("field", ["Delivered_To", "X_Original_To", "Envelope_To", "to"])
async def test_a_bounce_that_says_nothing_finds_the_case_by_where_it_came_back_to(field: str) -> None:
    rig = tagged()
    await rig.tick()
    text = "Le message n'a pas pu être remis : destinataire inconnu."
    where: dict[str, Any] = {field: own_form(rig).upper()}
    arrive(rig, written("MAILER-DAEMON@relay.test", "Undelivered Mail Returned to Sender", text, **where))
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]


async def test_an_absence_notice_from_elsewhere_is_noted_and_stops_nothing() -> None:
    rig = tagged()
    await rig.tick()
    arrive(rig, written("robot@tickets.test", "Absence du bureau", to=own_form(rig), Auto_Submitted="auto-replied"))
    await rig.tick()
    assert [event.kind for event in rig.store.events(case(rig).key)][-1] is Kind.AUTOREPLIED
    assert case(rig).holds == ()


async def test_what_comes_back_to_its_address_proves_that_an_uncertain_reminder_left() -> None:
    rig = tagged()
    way_out(rig).script[Stage.BODY] = Cut("gone")
    await rig.tick()
    assert the_entry(rig).status is Status.UNCERTAIN
    arrive(rig, written(CUSTOMER, "Absence du bureau", to=own_form(rig), Auto_Submitted="auto-replied"))
    await rig.tick()
    assert the_entry(rig).status is Status.SENT


async def test_a_token_that_is_not_ours_finds_nothing() -> None:
    rig = tagged()
    await rig.tick()
    forged = own_form(rig).replace("compta+", "compta+a")
    arrive(rig, written("robot@tickets.test", "Absence du bureau", to=forged, Auto_Submitted="auto-replied"))
    await rig.tick()
    assert Kind.AUTOREPLIED not in {event.kind for event in rig.store.events(case(rig).key)}
