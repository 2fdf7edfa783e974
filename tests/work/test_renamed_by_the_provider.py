"""Microsoft 365 and Amazon SES give our messages another Message-ID: copies and answers are known all the same."""

from datetime import timedelta

import pytest
from tests.work.play import (
    arrive,
    box,
    case,
    daemon,
    entries,
    late,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    the_entry,
    way_out,
    written,
)
from tests.work.rig import Rig

from relancier.adapters.memory_channel import Cut, Sent
from relancier.core.case import Kind, State
from relancier.core.outbox import Copy, Stage, Status

REAL = "<0102019c-real@eu-west-3.amazonses.com>"
STRANGER = "someone@elsewhere.test"


def renamed(sent: Sent) -> bytes:
    """The message as the provider sends it on and files it."""
    own = str(parsed(sent.raw)["Message-ID"]).encode()
    raw = sent.raw.replace(b"Message-ID: " + own, b"Message-ID: " + REAL.encode())
    assert raw != sent.raw
    return raw


async def filed_under_another_name() -> Rig:
    """A reminder has left, and the provider has filed its own copy."""
    rig = daemon(late())
    await rig.tick()
    (sent,) = reminders(rig)
    arrive(rig, renamed(sent), "Sent", flags=["\\Seen"])
    await pass_minutes(rig, 60)
    return rig


async def test_the_providers_copy_is_ours_and_not_doubled() -> None:
    rig = await filed_under_another_name()
    assert len(box(rig).raws("Sent")) == 1
    assert the_entry(rig).copy is Copy.FILED
    assert rig.store.setting("unknown_sent") in (None, [])
    assert case(rig).state is State.OPEN
    assert case(rig).thread == (the_entry(rig).message_id, REAL)
    assert [event.message_id for event in rig.store.events(case(rig).key) if event.kind is Kind.NOTED] == [REAL]


async def test_an_answer_that_knows_only_the_providers_name_finds_its_case() -> None:
    rig = await filed_under_another_name()
    arrive(rig, written(STRANGER, "RE: relance", "Nous contestons.", at=rig.wake.now(), In_Reply_To=REAL))
    await pass_minutes(rig, 5)
    assert case(rig).state is State.PAUSED
    assert len(reminders(rig)) == 1


async def test_the_next_reminder_answers_the_message_that_the_customer_has() -> None:
    rig = await filed_under_another_name()
    await pass_days(rig, 10)
    second = parsed(reminders(rig)[1].raw)
    assert second["In-Reply-To"] == REAL
    assert REAL in second["References"]


async def test_before_the_copy_is_seen_our_second_name_is_enough() -> None:
    """What every answer keeps: the references of what it answers, then that message's own name."""
    rig = daemon(late())
    await rig.tick()
    (sent,) = reminders(rig)
    original = parsed(sent.raw)
    references = f"{original['References']} {REAL}"
    reply = written(STRANGER, f"RE: {original['Subject']}", at=rig.wake.now(), In_Reply_To=REAL, References=references)
    arrive(rig, reply)
    await pass_minutes(rig, 5)
    assert case(rig).state is State.PAUSED


@pytest.mark.parametrize("folder", ["INBOX", "Junk"])
async def test_only_sent_tells_the_other_name(folder: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, renamed(reminders(rig)[0]), folder)
    await pass_minutes(rig, 60)
    assert REAL not in case(rig).thread


async def test_an_uncertain_message_is_found_under_the_other_name() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.BODY] = Cut(accepted=True)
    await rig.tick()
    assert the_entry(rig).status is Status.UNCERTAIN
    arrive(rig, renamed(reminders(rig)[0]), "Sent")
    await pass_minutes(rig, 5)
    assert [entry.status for entry in entries(rig)] == [Status.SENT]
    assert REAL in case(rig).thread
    assert rig.wake.now() - the_entry(rig).queued_at < timedelta(hours=1)
