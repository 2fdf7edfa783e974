"""A message read in another folder before Sent (Gmail's All Mail, a copy to us) means what it means in Sent."""

from datetime import date, timedelta

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
    pass_days,
    reminders,
    taken,
    the_entry,
    way_out,
    written,
)
from tests.work.rig import KEY as SECRET
from tests.work.rig import MANAGER, NOON, OWN, Rig

from relancier.core.case import How, State
from relancier.core.outbox import Stage
from relancier.core.reading.token import message_id, new_token
from relancier.ports import Lost

ALL_MAIL = "All Mail"
QUESTION = "<question@dupont.test>"
LATER = NOON + timedelta(hours=1)


def gmail(**other: object) -> Rig:
    rig = daemon(late(), **other)  # type: ignore[arg-type]
    box(rig).create(ALL_MAIL)
    return rig


def everywhere(rig: Rig, raw: bytes, *folders: str) -> None:
    for folder in folders:
        arrive(rig, raw, folder)


async def test_a_message_unknown_to_this_state_holds_everything() -> None:
    rig = gmail()
    token = new_token(SECRET, "abcdefgh1234")
    raw = written(OWN, "FA-2026-0001", to=CUSTOMER, message_id=message_id(token, "lumen.test"), X_Relancier_Id=token)
    everywhere(rig, raw, ALL_MAIL, "Sent")
    await rig.tick()
    assert rig.store.setting("unknown_sent")
    assert reminders(rig) == []
    assert notes(rig, "held", "unknown_sent")


async def test_what_waits_but_stands_in_sent_was_sent_before_a_restore() -> None:
    rig = gmail()

    def down(*_: object) -> None:
        raise Lost(Stage.CONNECT, "down")

    way_out(rig).on_step = down
    await rig.tick()
    entry = the_entry(rig)
    raw = written(OWN, "FA-2026-0001", to=CUSTOMER, message_id=entry.message_id, X_Relancier_Id=entry.token)
    everywhere(rig, raw, ALL_MAIL, "Sent")
    way_out(rig).on_step = lambda *_: None
    await pass_days(rig, 1)
    assert reminders(rig) == []
    assert taken(rig) == ["reminder"]


@pytest.mark.parametrize("elsewhere", [ALL_MAIL, "INBOX"])
@pytest.mark.parametrize("pause", [0, 1], ids=["in one look", "a day later"])
async def test_a_colleagues_answer_counts(elsewhere: str, pause: int) -> None:
    rig = gmail()
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    reply = written(OWN, "RE: FA-2026-0001", to=CUSTOMER, cc=OWN, In_Reply_To=QUESTION, at=LATER)
    copy = arrive(rig, reply, elsewhere)
    if pause:
        await pass_days(rig, pause)
    arrive(rig, reply, "Sent")
    await rig.tick()
    found = case(rig)
    assert (found.unseen, found.needs_person, found.state) == ((), "", State.PAUSED)
    assert found.last_reply_on == date(2026, 3, 2)
    assert "\\Flagged" not in box(rig).flags_of("INBOX", uid)
    assert "\\Flagged" not in box(rig).flags_of(elsewhere, copy)


@pytest.mark.parametrize("pause", [0, 1], ids=["in one look", "a day later"])
async def test_a_colleagues_reminder_leaves_the_case_open(pause: int) -> None:
    rig = gmail()
    await rig.tick()
    raw = written(OWN, "Relance FA-2026-0001", to=CUSTOMER, cc=OWN, at=LATER)
    uid = arrive(rig, raw)
    if pause:
        await pass_days(rig, pause)
    assert case(rig).state is (State.PAUSED if pause else State.OPEN)
    arrive(rig, raw, "Sent")
    await rig.tick()
    found = case(rig)
    assert (found.state, found.unseen, found.needs_person, found.last_reply_on) == (State.OPEN, (), "", None)
    assert found.done[-1].how is How.BY_HAND
    assert "\\Flagged" not in box(rig).flags_of("INBOX", uid)


async def test_a_promise_goes_on() -> None:
    rig = gmail()
    await rig.tick()
    rig.order("promise", KEY, on=date(2026, 3, 20))
    await rig.tick()
    everywhere(rig, written(OWN, "FA-2026-0001", to=CUSTOMER, cc=OWN, at=LATER), "INBOX", "Sent")
    await rig.tick()
    found = case(rig)
    assert (found.state, found.state_on, found.unseen) == (State.PROMISED, date(2026, 3, 20), ())


async def test_what_a_colleague_wrote_to_the_mailbox_itself_still_holds() -> None:
    rig = gmail()
    await rig.tick()
    raw = written(MANAGER, "FA-2026-0001 : le client conteste", to=OWN, at=LATER)
    uid = arrive(rig, raw)
    await rig.tick()
    arrive(rig, raw, "Sent")
    await rig.tick()
    assert case(rig).unseen
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
