"""Law 7: people move mail, servers number it anew, and what cannot be read is tried three times and told."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date

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
    pass_minutes,
    reminders,
    taken,
    written,
)  # fmt: skip
from tests.work.rig import NOON, Rig

from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Because, State
from relancier.core.reading.reply import normalise
from relancier.ports import Fetched


async def reminded(**other: MemoryMailbox) -> Rig:
    rig = daemon(late(), **other)  # type: ignore[arg-type]
    await rig.tick()
    return rig


async def test_a_message_moved_after_it_was_read_is_known_and_keeps_its_flags_in_view() -> None:
    rig = await reminded()
    box(rig).create("Dupont")
    uid = arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    new = box(rig).move(uid, "INBOX", "Dupont")
    await rig.tick()
    assert [event.kind.value for event in rig.store.events(KEY)].count("replied") == 1
    rig.order("resume", KEY)
    await rig.tick()
    await rig.tick()
    assert box(rig).flags_of("Dupont", new) == set()


async def test_a_message_moved_before_it_was_read_is_found_where_it_is() -> None:
    rig = await reminded()
    box(rig).create("Dupont")
    uid = box(rig).deliver("INBOX", answer(reminders(rig)[0]), at=rig.wake.now())
    new = box(rig).move(uid, "INBOX", "Dupont")
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("Dupont", new)


async def test_a_reply_in_junk_counts() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]), "Junk")
    await rig.tick()
    assert case(rig).state is State.PAUSED


@pytest.mark.parametrize("folder", ["Drafts", "Trash"])
async def test_drafts_and_trash_are_not_watched(folder: str) -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]), folder)
    await rig.tick()
    assert case(rig).state is State.OPEN


async def test_after_a_new_uidvalidity_nothing_is_heard_twice_and_nothing_is_lost() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.tick()
    box(rig).renumber("INBOX")
    arrive(rig, written(CUSTOMER, "FA-2026-0001 : autre chose"))
    await rig.tick()
    assert [event.kind.value for event in rig.store.events(KEY)].count("replied") == 2
    assert case(rig).state is State.PAUSED


async def test_the_same_message_in_two_folders_is_heard_once() -> None:
    rig = await reminded()
    box(rig).create("Dupont")
    raw = answer(reminders(rig)[0])
    arrive(rig, raw)
    arrive(rig, raw, "Dupont")
    await rig.tick()
    await rig.tick()
    assert [event.kind.value for event in rig.store.events(KEY)].count("replied") == 1


async def test_two_messages_with_the_same_message_id_are_both_heard() -> None:
    rig = await reminded()
    arrive(rig, written(CUSTOMER, "FA-2026-0001", "un", message_id="<same@dupont.test>"))
    arrive(rig, written(CUSTOMER, "FA-2026-0001", "deux", message_id="<same@dupont.test>"))
    await rig.tick()
    assert [event.kind.value for event in rig.store.events(KEY)].count("replied") == 2


async def test_a_folder_that_disappears_stops_nothing() -> None:
    rig = await reminded()
    box(rig).create("Dupont")
    await rig.tick()
    box(rig).remove("Dupont")
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder", "penalties"]


class Moody(MemoryMailbox):
    """A server that gives no content for some messages."""

    empty: frozenset[int] = frozenset()

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        async for item in super().fetch(folder, [uid for uid in uids if uid not in self.empty], limit):
            yield item


async def test_nothing_is_sent_while_a_message_is_pending_and_after_three_times_a_person_is_told() -> None:
    mailbox = Moody()
    rig = daemon(mailbox=mailbox)
    await rig.tick()
    mailbox.empty = frozenset({arrive(rig, written("x@ailleurs.test", "?"))})
    rig.source.set(late(), at=rig.wake.now())
    await rig.tick()  # read once by the tick, once by the last look
    assert reminders(rig) == []
    await rig.tick()
    assert len(notes(rig, "unread")) == 1
    assert len(reminders(rig)) == 1


async def test_a_message_that_comes_after_all_is_heard() -> None:
    mailbox = Moody()
    rig = await reminded(mailbox=mailbox)
    mailbox.empty = frozenset({arrive(rig, answer(reminders(rig)[0]))})
    await rig.tick()
    mailbox.empty = frozenset()
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert notes(rig, "unread") == []


async def test_a_message_that_vanishes_before_it_is_fetched_stops_nothing() -> None:
    rig = await reminded()
    uid = arrive(rig, written(CUSTOMER, "FA-2026-0001"))
    box(rig).fail = lambda name: (
        box(rig).delete("INBOX", uid) if name == "fetch" and uid in box(rig).boxes["INBOX"].messages else None
    )
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder", "penalties"]


class Stumbling(MemoryStore):
    """A store that trips over one thread, as a bug of ours would."""

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        listed = list(ids)
        if "<stone@nowhere.test>" in listed:
            raise ZeroDivisionError("a stone")
        return super().by_message_id(listed)


async def test_a_message_that_cannot_be_handled_is_set_aside_after_three_times_its_case_held_and_told() -> None:
    rig = daemon(late(), store=Stumbling(normalise))
    await rig.tick()
    arrive(rig, written(CUSTOMER, "pierre", In_Reply_To="<stone@nowhere.test>"))
    arrive(rig, written("x@ailleurs.test", "rien"))
    for _ in range(4):
        await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.UNREAD]
    assert len(notes(rig, "unread")) == 1
    assert rig.parts.intake.clear()


async def test_a_backlog_is_read_in_batches_with_the_cursor_beside_each() -> None:
    rig = daemon(late())
    for number in range(120):
        box(rig).deliver("INBOX", written("x@ailleurs.test", f"courrier {number}"), at=rig.wake.now())
    await rig.tick()
    cursor = rig.store.cursor("INBOX")
    assert cursor is not None
    assert cursor.highest == 120
    assert len(reminders(rig)) == 1


class Unreadable(MemoryMailbox):
    """Gives no content for the messages of one folder."""

    sick = "Clients"

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        async for item in super().fetch(folder, uids, limit):
            if folder != self.sick:
                yield item


async def test_a_message_that_waits_in_a_folder_that_goes_away_is_told_and_stops_nothing() -> None:
    mailbox = Unreadable()
    mailbox.create("Clients")
    mailbox.deliver("Clients", written("x@ailleurs.test", "Bonjour"), at=NOON)
    rig = daemon(late(), mailbox=mailbox)
    await rig.tick()
    assert reminders(rig) == []
    mailbox.boxes["Clients 2026"] = mailbox.boxes.pop("Clients")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1
    (note,) = notes(rig, "unread")
    assert "Clients, UID 1" in dict(note.facts)["lines"]


async def test_a_message_that_waits_is_read_when_its_folder_comes_back() -> None:
    mailbox = Unreadable()
    mailbox.create("Clients")
    rig = await reminded(mailbox=mailbox)
    mailbox.deliver("Clients", answer(reminders(rig)[0]))
    await rig.tick()
    away = mailbox.boxes.pop("Clients")
    await rig.tick()
    mailbox.boxes["Clients"], mailbox.sick = away, ""
    await rig.tick()
    assert case(rig).state is State.PAUSED


class Lagging(MemoryMailbox):
    """Counts new messages at once and lists them only after a while."""

    hidden = 0

    async def new(self, folder: str, after: int, since: date | None = None) -> list[int]:
        uids = await super().new(folder, after, since)
        return uids[: len(uids) - self.hidden] if folder == "INBOX" else uids


async def test_a_message_that_is_counted_but_not_listed_yet_is_read_once_it_is() -> None:
    mailbox = Lagging()
    rig = await reminded(mailbox=mailbox)
    arrive(rig, answer(reminders(rig)[0]))
    mailbox.hidden = 1
    await rig.tick()
    assert case(rig).state is State.OPEN
    mailbox.hidden = 0
    await rig.tick()
    assert case(rig).state is State.PAUSED


async def test_what_is_counted_and_never_listed_is_not_asked_for_for_ever() -> None:
    rig = await reminded()
    box(rig).delete("INBOX", arrive(rig, written()))
    await pass_minutes(rig, 10)
    box(rig).calls.clear()
    await pass_minutes(rig, 10)
    assert "new" not in box(rig).calls
