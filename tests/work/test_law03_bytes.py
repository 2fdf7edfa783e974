"""Law 3: rendered after the last look, stored before DATA, and exactly those bytes sent and filed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.work.play import (
    at_stage,
    box,
    daemon,
    entries,
    ids,
    late,
    parsed,
    pass_minutes,
    reminders,
    the_entry,
    way_out,
)  # fmt: skip
from tests.work.rig import NOON, Rig

from relancier.core.outbox import Answer, Stage, Status

BUSY = Answer(451, "try later", "4.7.1")


async def test_the_bytes_are_stored_before_data_and_are_those_sent_and_filed() -> None:
    rig = daemon(late())
    stored: list[bytes | None] = []
    way_out(rig).on_step = at_stage(Stage.DATA, lambda: stored.append(rig.store.blob(the_entry(rig).blob)))
    await pass_minutes(rig, 5)
    (sent,) = reminders(rig)
    assert stored == [sent.raw]
    assert box(rig).raws("Sent") == [sent.raw]


async def test_data_is_begun_in_the_store_directly_before_the_bytes() -> None:
    rig = daemon(late())
    seen: list[Status] = []
    way_out(rig).on_step = at_stage(Stage.DATA, lambda: seen.append(the_entry(rig).status))
    await rig.tick()
    assert seen == [Status.SENDING]


async def test_nothing_is_begun_at_rcpt() -> None:
    rig = daemon(late())
    seen: list[object] = []
    way_out(rig).on_step = at_stage(Stage.RCPT, lambda: seen.append((the_entry(rig).begun_at, the_entry(rig).blob)))
    await rig.tick()
    assert seen == [(None, "")]


def changed(rig: Rig, **other: object) -> Callable[[], None]:
    def change() -> None:
        rig.source.set(replace(late(), **other), at=rig.wake.now())  # type: ignore[arg-type]

    return change


async def test_an_entry_whose_data_was_never_begun_is_written_again_when_the_amount_changes() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.RCPT] = BUSY
    await rig.tick()
    queued = the_entry(rig)
    changed(rig, amount=Decimal("777.00"))()
    way_out(rig).script.clear()
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert ids(rig) == [queued.message_id]
    assert "777,00" in parsed(sent.raw).get_body(("html",)).get_content()  # type: ignore[union-attr]


async def test_an_entry_whose_data_was_never_begun_is_written_again_the_next_day() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.RCPT] = BUSY
    await rig.tick()
    way_out(rig).script.clear()
    rig.wake._now = NOON + timedelta(days=1)
    rig.source.touch(rig.wake.now())
    await rig.tick()
    (sent,) = reminders(rig)
    assert str(parsed(sent.raw)["Date"]).startswith("Tue, 03 Mar 2026")
    assert ids(rig) == [the_entry(rig).message_id]


async def test_an_entry_refused_for_now_after_data_leaves_later_with_the_same_bytes() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.BODY] = BUSY
    await rig.tick()
    kept = rig.store.blob(the_entry(rig).blob)
    way_out(rig).script.clear()
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert sent.raw == kept


async def test_an_entry_refused_for_now_after_data_is_made_anew_when_the_amount_changed() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.BODY] = BUSY
    await rig.tick()
    first = the_entry(rig)
    changed(rig, amount=Decimal("777.00"))()
    way_out(rig).script.clear()
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert [entry.status for entry in entries(rig)] == [Status.CANCELLED, Status.SENT]
    assert ids(rig) != [first.message_id]
    assert "777,00" in parsed(sent.raw).get_body(("html",)).get_content()  # type: ignore[union-attr]


async def test_the_copy_is_not_filed_twice_when_the_provider_files_its_own() -> None:
    rig = daemon(late())
    way_out(rig).on_step = None
    await rig.tick()
    box(rig).deliver("Sent", reminders(rig)[0].raw, flags={"\\Seen"}, at=NOON)
    await pass_minutes(rig, 15)
    assert len(box(rig).raws("Sent")) == 1
    assert rig.store.copies_wanted() == []


async def test_a_copy_that_cannot_be_filed_is_told_once_and_filed_later_without_a_resend() -> None:
    rig = daemon(late())
    box(rig).remove("Sent")
    await pass_minutes(rig, 20)
    assert len(entries(rig)) == 1
    box(rig).create("Sent")
    box(rig).boxes["Sent"].role = box(rig).boxes["Sent"].role.SENT
    await pass_minutes(rig, 5)
    assert len(box(rig).raws("Sent")) == 1
    assert len(reminders(rig)) == 1
