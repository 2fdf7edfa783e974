"""Law 13: a message of ours in Sent that this state does not know holds everything until a person confirms."""

from dataclasses import replace

from tests.work.play import (
    KEY,
    PENALTIES,
    again,
    arrive,
    box,
    case,
    daemon,
    entries,
    ids,
    late,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    unhurried,
    way_out,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, MemorySource, Rig, config

from relancier.adapters.memory_channel import MemoryChannel
from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import How
from relancier.core.outbox import Status
from relancier.core.reading.reply import normalise


def lost(rig: Rig, *, confirmed: bool = False) -> Rig:
    """The state was deleted: a new one on the same mailbox and books."""
    books = MemorySource(rig.source.invoices)
    anew = unhurried(Rig(books, mailbox=rig.mailbox, channel=MemoryChannel(), now=rig.wake.now()))
    books.touch(rig.wake.now())
    if confirmed:
        anew.confirm()
    return anew


async def seven_days(*, deleted: bool = True, confirmed: bool = False) -> tuple[Rig, Rig]:
    """A reminder and the next one have left; then the state is lost."""
    rig = daemon(late())
    await pass_days(rig, 7.5)
    assert taken(rig) == ["reminder", "penalties"]
    assert deleted
    return rig, lost(rig, confirmed=confirmed)


async def test_a_deleted_state_sends_nothing_before_confirm() -> None:
    _, anew = await seven_days()
    await pass_days(anew, 3)
    assert way_out(anew).sent == []
    assert len(anew.store.setting("unknown_sent")) == 2  # type: ignore[arg-type]


async def test_confirm_given_in_advance_does_not_count() -> None:
    _, anew = await seven_days(confirmed=True)
    await pass_days(anew, 3)
    assert way_out(anew).sent == []


async def test_confirm_adopts_the_steps_by_their_marks_and_nothing_is_sent_twice() -> None:
    rig, anew = await seven_days()
    await anew.tick()
    anew.confirm()
    await pass_days(anew, 40)
    assert [(done.step, done.how) for done in case(anew).done][:2] == [
        ("reminder", How.ADOPTED),
        ("penalties", How.ADOPTED),
    ]
    assert set(ids(rig)) & set(ids(anew)) == set()
    assert [step for step in taken(anew) if taken(anew).count(step) > 1] == []
    assert case(anew).thread[:2] == case(rig).thread


async def test_the_adopted_steps_keep_their_days() -> None:
    rig, anew = await seven_days()
    await anew.tick()
    anew.confirm()
    await anew.tick()
    assert [done.on for done in case(anew).done] == [done.on for done in case(rig).done if done.how is not How.SKIPPED]


async def test_several_invoices_in_one_message_are_all_adopted() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await pass_minutes(rig, 5)
    anew = lost(rig)
    await anew.tick()
    anew.confirm()
    await pass_days(anew, 2)
    assert (taken(anew), taken(anew, "FA-2026-0002|2026-02-27")) == (["reminder"], ["reminder"])
    assert way_out(anew).sent == []


async def test_a_backup_from_before_a_message_sends_it_no_second_time() -> None:
    rig = daemon(late())
    await rig.tick()
    backup = MemoryStore(normalise)
    backup._rows = {kind: dict(rows) for kind, rows in rig.store._rows.items()}  # type: ignore[attr-defined]
    await pass_days(rig, 7.5)
    restored = again(rig, store=backup, channel=MemoryChannel())
    restored.source.touch(rig.wake.now())
    await pass_days(restored, 2)
    assert way_out(restored).sent == []
    restored.confirm()
    await pass_days(restored, 1)
    assert taken(restored) == ["reminder", "penalties"]
    assert way_out(restored).sent == []


async def test_a_backup_with_the_message_still_queued_finds_it_in_sent() -> None:
    rig = daemon(late())
    rig.parts.escalate.run(NOON)
    await rig.parts.intake.start_tick()
    rig.order("hold")
    await rig.tick()
    rig.order("release")
    rig.store._on_commit = None  # type: ignore[attr-defined]
    backups: list[MemoryStore] = []

    def keep(_changes: object) -> None:
        if any(entry.status is Status.QUEUED for entry in entries(rig)) and not backups:
            kept = MemoryStore(normalise)
            kept._rows = {kind: dict(rows) for kind, rows in rig.store._rows.items()}  # type: ignore[attr-defined]
            backups.append(kept)

    rig.store._on_commit = keep  # type: ignore[attr-defined]
    await pass_minutes(rig, 5)
    assert len(reminders(rig)) == 1
    restored = again(rig, store=backups[0], channel=MemoryChannel())
    await pass_minutes(restored, 5)
    assert way_out(restored).sent == []
    assert taken(restored) == ["reminder"]


async def test_a_second_daemon_with_our_key_is_noticed() -> None:
    rig = daemon(late())
    await pass_minutes(rig, 5)
    other = daemon(late("FA-9"), mailbox=MemoryMailbox())
    await other.tick()
    arrive(rig, reminders(other)[0].raw, "Sent")
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder"]
    rig.confirm()
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


async def test_a_token_of_someone_elses_key_is_an_ordinary_message() -> None:
    rig = daemon(late())
    other = daemon(late("FA-9"), mailbox=MemoryMailbox())
    other.holder.setup = replace(other.holder.setup, key=b"x" * 32)
    await other.tick()
    arrive(rig, reminders(other)[0].raw, "Sent")
    await rig.tick()
    assert len(reminders(rig)) == 1


async def test_our_own_message_in_the_inbox_of_a_new_state_holds_nothing() -> None:
    rig = daemon(late())
    other = daemon(late("FA-9"), mailbox=MemoryMailbox())
    await other.tick()
    arrive(rig, reminders(other)[0].raw, "INBOX")
    await rig.tick()
    assert len(reminders(rig)) == 1


async def test_a_colleagues_mail_in_sent_holds_nothing() -> None:
    rig = daemon(late())
    arrive(rig, written(OWN, "Bonjour", to="ami@ailleurs.test"), "Sent")
    await rig.tick()
    assert len(reminders(rig)) == 1
    assert rig.store.setting("unknown_sent") is None


async def test_a_lost_state_is_told_what_a_customer_answered() -> None:
    from tests.work.play import answer

    rig = daemon(late())
    await pass_minutes(rig, 5)
    arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 5)
    anew = lost(rig)
    await anew.tick()
    anew.confirm()
    await pass_days(anew, 9)
    assert case(anew).holds or not reminders(anew)
    assert parsed(reminders(rig)[0].raw)["Message-ID"] in case(anew).thread
    assert way_out(anew).sent == []
    assert anew.wake.now() > PENALTIES
    assert box(anew) is box(rig)
    assert KEY in anew.store.case_keys()


async def test_a_rehearsal_that_the_provider_filed_counts_as_no_step_in_a_new_state() -> None:
    rig = daemon(late(), conf=config(sending={"redirect_to": "moi@lumen.test"}))
    await rig.tick()
    arrive(rig, way_out(rig).sent[0].raw, "Sent")
    anew = daemon(late(), mailbox=rig.mailbox, confirmed=False)
    await anew.tick()
    anew.confirm()
    await anew.tick()
    assert len(reminders(anew)) == 1
    assert [done.how for done in case(anew).done if done.step == "reminder"] == [How.SENT]
