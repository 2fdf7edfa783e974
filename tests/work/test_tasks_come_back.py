"""A task that nobody has done comes back to whose it is, then goes to the role above, each of it once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.work.play import (
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
    way_out,
    words,
    written,
)
from tests.work.rig import MANAGER, NOON, OWN, Rig, config

from relancier.core.case import Kind
from relancier.core.outbox import Entry

BOSS = "direction@lumen.test"
SENDERS = [
    {"role": "account_manager", "name": "Claire Martin", "email": MANAGER, "phone": "+33 4 72 00 00 01"},
    {"role": "management", "name": "Anne Durand", "email": BOSS},
]
PLAN = "silence"  # its call is asked for two days after the start


async def called_for(**tables: Any) -> Rig:
    """A daemon whose plan has asked for a call on Wednesday 4 March."""
    rig = daemon(late(plan=PLAN), conf=config(sender=SENDERS, team={"digest": False}, **tables))
    await pass_days(rig, 2.2)
    assert taken(rig)[-1] == "silence-call"
    return rig


def again(rig: Rig) -> list[Entry]:
    return [note for note in notes(rig, "note-task") if dict(note.facts)["channel"] == "call"]


def told(rig: Rig, address: str) -> list[str]:
    """The subjects of what came back to somebody."""
    found = [parsed(sent.raw) for sent in way_out(rig).sent if sent.recipients == (address,)]
    return [str(message["Subject"]) for message in found if "reste à faire" in str(message["Subject"])]


def day(rig: Rig) -> date:
    return rig.wake.now().date()


async def test_it_comes_back_after_two_working_days_then_goes_up_after_five() -> None:
    rig = await called_for()
    await rig.go(datetime(2026, 3, 6, 7, 29, tzinfo=UTC))
    assert again(rig) == []
    await rig.go(datetime(2026, 3, 6, 8, 0, tzinfo=UTC))
    (first,) = again(rig)
    assert (first.to, dict(first.facts)["reason"]) == ((MANAGER,), "task_back")
    assert told(rig, MANAGER) == ["FA-2026-0001 - reste à faire : appel - Dupont"]
    text = words(box(rig).raws("INBOX")[-1])
    assert text.startswith("Reste à faire depuis le 4 mars 2026 : appel, Dupont, facture FA-2026-0001.")
    await rig.go(datetime(2026, 3, 10, 20, 0, tzinfo=UTC))
    assert len(again(rig)) == 1
    await rig.go(datetime(2026, 3, 11, 20, 0, tzinfo=UTC))
    assert [dict(note.facts)["reason"] for note in again(rig)] == ["task_back", "task_up"]
    assert told(rig, BOSS) == ["FA-2026-0001 - reste à faire : appel - Dupont"]
    await pass_days(rig, 14)
    assert len(again(rig)) == 2
    assert len(told(rig, MANAGER)) == 1


@pytest.mark.parametrize(
    ("word", "kind"), [("called", Kind.CALLED), ("done", Kind.TASK_DONE), ("promise", Kind.PROMISED)]
)
async def test_a_recorded_result_ends_it(word: str, kind: Kind) -> None:
    rig = await called_for()
    rig.order(word, KEY, on=date(2026, 3, 4) if word == "called" else date(2026, 5, 4) if word == "promise" else None)
    await rig.tick()
    assert kind in [event.kind for event in rig.store.events(KEY)]
    await pass_days(rig, 12)
    assert again(rig) == []


@pytest.mark.parametrize("line", ["fait", "done", "appelé, rappelle lundi"])
async def test_an_answer_to_what_came_back_ends_it(line: str) -> None:
    rig = await called_for()
    await rig.go(datetime(2026, 3, 6, 9, 0, tzinfo=UTC))
    note = parsed(box(rig).raws("INBOX")[-1])
    order = written(OWN, f"Re: {note['Subject']}", line, at=rig.wake.now(), In_Reply_To=str(note["Message-ID"]))
    arrive(rig, order, "Sent")
    await pass_minutes(rig, 2)
    told = {event.kind: event.step for event in rig.store.events(KEY)}
    assert (Kind.CALLED in told) == line.startswith("appel")
    assert told.get(Kind.TASK_DONE, "silence-call") == "silence-call"
    await pass_days(rig, 10)
    assert len(again(rig)) == 1


async def test_nobody_is_asked_to_call_a_customer_who_has_answered() -> None:
    rig = await called_for()
    arrive(rig, answer(reminders(rig)[0], "Bonjour, je regarde cela demain."))
    await pass_days(rig, 12)
    assert case(rig).unseen
    assert again(rig) == []


async def test_a_colleagues_answer_from_the_mailbox_ends_it() -> None:
    rig = await called_for()
    sent = parsed(reminders(rig)[0].raw)
    mine = written(OWN, f"Re: {sent['Subject']}", "Bonjour, suite à notre échange.", to="compta@dupont.test",
                   at=rig.wake.now(), In_Reply_To=str(sent["Message-ID"]))  # fmt: skip
    arrive(rig, mine, "Sent")
    await pass_days(rig, 12)
    assert again(rig) == []


async def test_after_a_rest_it_goes_up_at_once_and_never_twice_a_day() -> None:
    rig = await called_for()
    rig.wake._now = NOON + timedelta(days=14)  # the daemon was off
    rig.source.touch(rig.wake.now())
    await pass_minutes(rig, 5)
    assert [dict(note.facts)["reason"] for note in again(rig)] == ["task_up"]


async def test_without_somebody_above_it_stays_in_the_mailbox() -> None:
    rig = daemon(late(plan=PLAN), conf=config(sender=[], team={"digest": False}))
    await pass_days(rig, 12)
    assert [note.to for note in again(rig)] == [(), ()]


async def test_the_digest_lists_what_is_to_do_and_how_often_it_came_back() -> None:
    rig = daemon(late(plan=PLAN), conf=config(sender=SENDERS, team={"digest": True}))
    await rig.go(datetime(2026, 3, 6, 7, 31, tzinfo=UTC))
    digests = [raw for raw in box(rig).raws("INBOX") if b"point du" in raw]
    first, last = words(digests[-2]), words(digests[-1])
    assert "À faire - Claire Martin : appel, FA-2026-0001, Dupont, depuis le 4 mars 2026" in first
    assert "depuis le 4 mars 2026" in last
    await rig.go(datetime(2026, 3, 9, 7, 31, tzinfo=UTC))
    monday = [raw for raw in box(rig).raws("INBOX") if b"point du" in raw][-1]
    assert "appel, FA-2026-0001, Dupont, depuis le 4 mars 2026 (déjà rappelée)" in words(monday)
