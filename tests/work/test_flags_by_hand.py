"""What people do to the messages that we flagged: flags taken off by hand, messages that are gone (law 6)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.work.play import (
    CUSTOMER,
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
    written,
)
from tests.work.rig import NOON, OWN, Rig, customer

from relancier.adapters.memory_mailbox import Kept
from relancier.core.case import Event, Kind, State
from relancier.core.stored import Cursor, Seen
from relancier.ports import Unavailable

QUESTION = "<question@dupont.test>"
OURS = ("\\Flagged", "$RelanceReply")
ROUND = 12.0  # minutes: a little more than one round of the watch


async def flagged() -> tuple[Rig, int]:
    """The customer has answered, and the answer bears our flag."""
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await pass_minutes(rig, 1)
    assert box(rig).flags_of("INBOX", uid) >= set(OURS)
    return rig, uid


async def off(rig: Rig, uid: int, *flags: str) -> None:
    """A person takes flags off, and the daemon sees it."""
    box(rig).mark("INBOX", uid, *(flags or OURS), off=True)
    await pass_minutes(rig, ROUND)


def dismissals(rig: Rig) -> list[Event]:
    return [event for event in rig.store.events(KEY) if event.kind is Kind.DISMISSED]


def everywhere(rig: Rig, flag: str = "\\Flagged") -> list[str]:
    """The folders in which something bears this flag."""
    found: Iterable[tuple[str, frozenset[str]]] = (
        (name, message.flags) for name, one in box(rig).boxes.items() for message in one.messages.values()
    )
    return [name for name, flags in found if flag in flags]


# --- Flags taken off ------------------------------------------------------------------------------------------------


async def test_a_flag_taken_off_is_recorded_once_and_ends_the_calls() -> None:
    rig, uid = await flagged()
    assert case(rig).needs_person
    await off(rig, uid)
    await pass_days(rig, 40)
    (event,) = dismissals(rig)
    assert event.detail.startswith("a person took the flag off")
    assert (case(rig).state, case(rig).needs_person, len(case(rig).unseen)) == (State.PAUSED, "", 1)
    assert notes(rig, "pause") == []
    assert taken(rig) == ["reminder"]
    assert everywhere(rig) == []


async def test_a_new_reply_calls_again() -> None:
    rig, uid = await flagged()
    await off(rig, uid)
    other = arrive(rig, written(CUSTOMER, "FA-2026-0001", at=rig.wake.now()))
    await pass_days(rig, 32)
    assert box(rig).flags_of("INBOX", other) >= set(OURS)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert len(notes(rig, "pause", "pause_limit")) == 1
    assert len(dismissals(rig)) == 1


async def test_the_flag_alone_taken_off_ends_the_calls_and_the_keyword_comes_off_with_the_answer() -> None:
    rig, uid = await flagged()
    await off(rig, uid, "\\Flagged")
    assert box(rig).flags_of("INBOX", uid) == {"$RelanceReply"}
    assert len(dismissals(rig)) == 1
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, 2)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert case(rig).unseen == ()


async def test_a_keyword_taken_off_is_not_set_again_and_the_flag_still_asks() -> None:
    rig, uid = await flagged()
    await off(rig, uid, "$RelanceReply")
    await pass_days(rig, 31)
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}
    assert dismissals(rig) == []
    assert len(notes(rig, "pause", "pause_limit")) == 1


@pytest.mark.parametrize("folder", ["INBOX", "Clients"])
async def test_a_flag_taken_off_is_not_set_again_wherever_the_message_goes(folder: str) -> None:
    rig, uid = await flagged()
    box(rig).create("Clients")
    await off(rig, uid)
    if folder != "INBOX":
        box(rig).move(uid, "INBOX", folder)
    await pass_days(rig, 1)
    for name in ("INBOX", "Clients", "Sent"):
        box(rig).renumber(name)
    await pass_days(rig, 1)
    rig = again(rig)
    await pass_days(rig, 1)
    assert everywhere(rig) == []
    assert everywhere(rig, "$RelanceReply") == []
    assert len(case(rig).unseen) == 1


async def test_a_flag_that_comes_along_with_a_move_is_not_taken_for_one_taken_off() -> None:
    rig, uid = await flagged()
    box(rig).create("Clients")
    box(rig).move(uid, "INBOX", "Clients")
    await pass_minutes(rig, 2 * ROUND)
    assert everywhere(rig) == ["Clients"]
    assert dismissals(rig) == []
    assert notes(rig, "gone") == []


async def test_a_flag_set_by_a_person_before_ours_stays_theirs() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION), flags={"\\Flagged"})
    await pass_minutes(rig, ROUND)
    assert box(rig).flags_of("INBOX", uid) == set(OURS)
    assert box(rig).set_by_us["INBOX", uid] == {"$RelanceReply"}
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, ROUND)
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}


async def test_a_flag_that_a_person_sets_between_reading_and_flagging_stays_theirs() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))

    def theirs(name: str) -> None:
        if name == "flags":
            box(rig).mark("INBOX", uid, "\\Flagged")

    box(rig).fail = theirs
    await rig.tick()
    assert box(rig).set_by_us["INBOX", uid] == {"$RelanceReply"}
    box(rig).fail = lambda _name: None
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, ROUND)
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}


async def test_a_flag_that_a_person_set_before_the_invoice_was_known_stays_theirs() -> None:
    rig = daemon(late("FA-2026-0009", customer=customer("Martin")))
    await pass_minutes(rig, 2)
    uid = arrive(rig, written(CUSTOMER, "FA-2026-0001 : un souci", at=NOON, message_id=QUESTION))
    await pass_minutes(rig, 2)
    box(rig).mark("INBOX", uid, "\\Flagged")
    rig.source.set(*rig.source.invoices, late(), at=NOON)
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert box(rig).set_by_us["INBOX", uid] == {"$RelanceReply"}


async def test_our_flags_from_before_a_crash_are_ours() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))

    def crash(changes: tuple[object, ...]) -> None:
        if any(isinstance(change, Seen) and change.flagged for change in changes):
            raise RuntimeError("crash")

    rig.store._on_commit = crash  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        await rig.tick()
    assert box(rig).flags_of("INBOX", uid) == set(OURS)
    rig.store._on_commit = None  # type: ignore[attr-defined]
    rig = again(rig)
    await rig.tick()
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, 2)
    assert box(rig).flags_of("INBOX", uid) == set()


async def test_a_flag_that_a_person_sets_again_is_theirs() -> None:
    rig, uid = await flagged()
    await off(rig, uid)
    box(rig).mark("INBOX", uid, "\\Flagged")
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, ROUND)
    assert case(rig).unseen == ()
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}


async def test_a_flag_taken_off_what_came_back_leaves_the_hold() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, bounced(reminders(rig)[0]))
    await pass_minutes(rig, 1)
    await off(rig, uid, "\\Flagged", "$RelanceProblem")
    assert len(dismissals(rig)) == 1
    assert case(rig).holds
    assert case(rig).needs_person == ""


async def test_a_mailbox_without_keywords_is_watched_likewise() -> None:
    rig = daemon(late())
    box(rig).keywords = False
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, ROUND)
    assert dismissals(rig) == []
    await off(rig, uid, "\\Flagged")
    assert len(dismissals(rig)) == 1


async def test_the_flags_are_asked_for_every_ten_minutes_and_only_where_some_are_ours() -> None:
    rig = daemon(late())
    await pass_minutes(rig, 60)
    assert "flags" not in box(rig).calls
    arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 1)
    before = box(rig).calls.count("flags")
    await pass_minutes(rig, 60)
    assert box(rig).calls.count("flags") - before == 6


async def test_flags_that_cannot_be_asked_for_stop_nothing() -> None:
    rig, uid = await flagged()
    box(rig).mark("INBOX", uid, *OURS, off=True)

    def fail(name: str) -> None:
        if name == "flags":
            raise Unavailable("busy")

    box(rig).fail = fail
    await pass_minutes(rig, ROUND)
    assert (rig.loop.failures, dismissals(rig)) == (0, [])
    box(rig).fail = lambda _name: None
    await pass_minutes(rig, ROUND)
    assert len(dismissals(rig)) == 1


async def test_after_a_new_numbering_no_other_message_loses_its_flag_with_the_answer() -> None:
    rig, uid = await flagged()
    inbox = box(rig).boxes["INBOX"]
    # The reply is too old to be listed again, and its former number is another message's now.
    reply = replace(inbox.messages[uid], day=None)
    theirs = Kept(written("ami@ailleurs.test", "Déjeuner ?"), frozenset({"\\Flagged"}), NOON.date())
    inbox.messages = {uid: theirs, uid + 100: reply}
    inbox.uidvalidity, inbox.uidnext = 9, uid + 101
    await pass_minutes(rig, 1)
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, 2)
    assert case(rig).unseen == ()
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged"}


# --- Replies that are gone ------------------------------------------------------------------------------------------


def text(rig: Rig) -> str:
    """The last note in the inbox."""
    return str(parsed(box(rig).raws("INBOX")[-1]).get_body(("plain",)))


@pytest.mark.parametrize("way", ["trash", "deleted"])
async def test_a_flagged_reply_that_is_gone_without_an_answer_is_told_once(way: str) -> None:
    rig, uid = await flagged()
    if way == "trash":
        box(rig).move(uid, "INBOX", "Trash")
    else:
        box(rig).delete("INBOX", uid)
    await pass_minutes(rig, 3 * ROUND)
    (note,) = notes(rig, "gone")
    line = dict(note.facts)["lines"]
    assert line.startswith(f"{CUSTOMER} - 02/03/2026 - RE: FA-2026-0001")
    assert line.endswith("Trash") == (way == "trash")
    await pass_days(rig, 3)
    assert len(notes(rig, "gone")) == 1
    assert case(rig).state is State.PAUSED


async def test_the_note_names_the_reply_and_what_to_do() -> None:
    rig, uid = await flagged()
    box(rig).delete("INBOX", uid)
    await pass_minutes(rig, 3 * ROUND)
    said = text(rig)
    assert CUSTOMER in said
    assert "MessageCopyForSentAsEnabled" in said


@pytest.mark.parametrize("answered", ["before", "after"])
async def test_a_reply_that_was_answered_may_go(answered: str) -> None:
    rig, uid = await flagged()
    sent = written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION)
    if answered == "after":
        box(rig).move(uid, "INBOX", "Trash")
    arrive(rig, sent, "Sent")
    await pass_minutes(rig, 2)
    if answered == "before":
        box(rig).move(uid, "INBOX", "Trash")
    await pass_minutes(rig, 3 * ROUND)
    assert notes(rig, "gone") == []


async def test_what_a_person_has_let_be_may_go() -> None:
    rig, uid = await flagged()
    await off(rig, uid)
    box(rig).move(uid, "INBOX", "Trash")
    await pass_minutes(rig, 3 * ROUND)
    assert notes(rig, "gone") == []


async def test_several_in_a_day_make_one_note_and_later_ones_another_on_their_day() -> None:
    rig, first = await flagged()
    second = arrive(rig, written(CUSTOMER, "FA-2026-0001", "Encore", at=rig.wake.now()))
    third = arrive(rig, written(CUSTOMER, "FA-2026-0001", "Toujours", at=rig.wake.now()))
    await pass_minutes(rig, 1)
    box(rig).delete("INBOX", first)
    box(rig).delete("INBOX", second)
    await pass_minutes(rig, 3 * ROUND)
    box(rig).delete("INBOX", third)
    await pass_minutes(rig, 3 * ROUND)
    assert [dict(note.facts)["count"] for note in notes(rig, "gone")] == ["2"]
    await pass_days(rig, 1)
    assert [dict(note.facts)["count"] for note in notes(rig, "gone")] == ["2", "1"]


async def test_a_reply_that_reading_did_not_find_again_is_looked_for_and_its_flag_taken_off_there() -> None:
    rig, uid = await flagged()
    box(rig).create("Clients")
    await pass_minutes(rig, 1)
    new = box(rig).move(uid, "INBOX", "Clients")
    rig.store.commit(Cursor("Clients", box(rig).boxes["Clients"].uidvalidity, new, {}))
    await pass_minutes(rig, 3 * ROUND)
    assert notes(rig, "gone") == []
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, 2)
    assert box(rig).flags_of("Clients", new) == set()


async def test_a_reply_taken_back_from_the_trash_keeps_its_flag_and_loses_it_with_the_answer() -> None:
    rig, uid = await flagged()
    trashed = box(rig).move(uid, "INBOX", "Trash")
    await pass_minutes(rig, 3 * ROUND)
    back = box(rig).move(trashed, "Trash", "INBOX")
    await pass_minutes(rig, 2)
    assert box(rig).flags_of("INBOX", back) >= set(OURS)
    arrive(rig, written(OWN, "RE:", at=rig.wake.now(), to=CUSTOMER, In_Reply_To=QUESTION), "Sent")
    await pass_minutes(rig, 2)
    assert box(rig).flags_of("INBOX", back) == set()


async def test_a_search_costs_nothing_while_nothing_is_gone() -> None:
    rig, _ = await flagged()
    before = box(rig).calls.count("find")
    await pass_minutes(rig, timedelta(hours=3) / timedelta(minutes=1))
    assert box(rig).calls.count("find") == before
