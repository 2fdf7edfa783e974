"""What stands before every message: confirm, rehearsal, pace, sending hours."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    arrive,
    box,
    case,
    daemon,
    entries,
    ids,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    way_out,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config, customer, setup

from relancier.adapters.memory_channel import Cut
from relancier.core.outbox import Answer, Sort, Stage, Status
from relancier.core.stored import Setting

ALICE = "alice@lumen.test"
REHEARSAL = config(sending={"redirect_to": ALICE})


# --- Confirm --------------------------------------------------------------------------------------------------------


async def test_nothing_leaves_a_new_state_before_confirm() -> None:
    rig = daemon(late(), confirmed=False)
    await pass_days(rig, 3)
    assert way_out(rig).steps == []
    assert entries(rig) == []
    assert len(notes(rig, "waiting")) == 1
    assert len(box(rig).raws("INBOX")) == 1


async def test_without_invoices_there_is_nothing_to_confirm() -> None:
    rig = daemon(confirmed=False)
    await pass_minutes(rig, 5)
    assert box(rig).raws("INBOX") == []


async def test_after_confirm_it_begins() -> None:
    rig = daemon(late(), confirmed=False)
    await pass_minutes(rig, 5)
    rig.confirm()
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder"]


# --- Rehearsal ------------------------------------------------------------------------------------------------------


async def test_in_a_rehearsal_everything_goes_to_one_address_marked_and_uses_up_no_step() -> None:
    rig = daemon(late(), conf=REHEARSAL)
    await pass_days(rig, 5)
    (sent,) = way_out(rig).sent
    assert sent.recipients == (ALICE,)
    assert str(parsed(sent.raw)["Subject"]).startswith("[Essai]")
    assert taken(rig) == []
    assert case(rig).thread == ()
    assert box(rig).raws("Sent") == []


async def test_the_rehearsal_ends_with_a_reload_without_it() -> None:
    rig = daemon(late(), conf=REHEARSAL)
    await pass_minutes(rig, 5)
    rig.holder.setup = setup(config())
    rig.parts.deliver.recover_rehearsal()
    await pass_minutes(rig, 5)
    assert [sent.recipients[0] for sent in way_out(rig).sent] == [ALICE, CUSTOMER]
    assert len(set(ids(rig))) == 2
    assert taken(rig) == ["reminder"]


async def test_the_rehearsal_ends_with_a_start_without_it() -> None:
    rig = daemon(late(), conf=REHEARSAL)
    await pass_minutes(rig, 5)
    from tests.work.play import again

    rig = again(rig, conf=config())
    await pass_minutes(rig, 5)
    assert [sent.recipients[0] for sent in way_out(rig).sent] == [ALICE, CUSTOMER]


async def test_a_rehearsed_message_put_off_after_data_never_reaches_the_customer() -> None:
    rig = daemon(late(), conf=REHEARSAL)
    way_out(rig).script[Stage.BODY] = Answer(451, "try later", "4.7.1")
    await rig.tick()
    way_out(rig).script.clear()
    rig.holder.setup = setup(config())
    rig.parts.deliver.recover_rehearsal()
    await pass_minutes(rig, 15)
    (sent,) = way_out(rig).sent
    assert sent.recipients[0] == CUSTOMER
    assert "Essai" not in str(parsed(sent.raw)["Subject"])


@pytest.mark.parametrize("told", [True, False], ids=["a person says that it went out", "nobody says"])
async def test_an_uncertain_rehearsal_takes_no_step_from_the_customer(told: bool) -> None:
    rig = daemon(late(), conf=REHEARSAL)
    way_out(rig).script[Stage.BODY] = Cut()
    await rig.tick()
    way_out(rig).script.clear()
    if told:
        rig.order("sent", KEY)
        await rig.tick()
    rig.holder.setup = setup(config())
    rig.parts.deliver.recover_rehearsal()
    await pass_minutes(rig, 15)
    assert [sent.recipients[0] for sent in way_out(rig).sent][-1] == CUSTOMER
    assert taken(rig) == ["reminder"]
    assert not case(rig).holds


async def test_a_rehearsed_message_that_the_provider_files_after_the_rehearsal_takes_no_step() -> None:
    rig = daemon(late(), conf=REHEARSAL)
    way_out(rig).script[Stage.BODY] = Cut()
    await rig.tick()
    way_out(rig).script.clear()
    (entry,) = entries(rig)
    rehearsed = rig.store.blob(entry.blob)
    assert rehearsed is not None
    rig.holder.setup = setup(config())
    rig.parts.deliver.recover_rehearsal()
    arrive(rig, rehearsed, "Sent")
    await pass_minutes(rig, 15)
    assert [sent.recipients[0] for sent in way_out(rig).sent][-1] == CUSTOMER
    assert taken(rig) == ["reminder"]


# --- Pace and hours -------------------------------------------------------------------------------------------------


def crowd(count: int, **sending: object) -> Rig:
    invoices = [late(f"FA-{number}", customer=customer(f"Client{number}")) for number in range(count)]
    return daemon(*invoices, conf=config(sending={"surge": 1000, **sending}))


async def test_no_more_leave_in_a_minute_than_allowed() -> None:
    rig = crowd(7, per_minute=3, per_hour=100)
    await rig.tick()
    assert len(reminders(rig)) == 3
    await pass_minutes(rig, 1.5)
    assert len(reminders(rig)) == 6
    await pass_minutes(rig, 1.5)
    assert len(reminders(rig)) == 7


async def test_no_more_leave_in_an_hour_than_allowed_also_across_a_restart() -> None:
    rig = crowd(9, per_minute=100, per_hour=4)
    await pass_minutes(rig, 30)
    assert len(reminders(rig)) == 4
    from tests.work.play import again

    rig = again(rig)
    await pass_minutes(rig, 20)
    assert len(reminders(rig)) == 4
    await pass_minutes(rig, 11)
    assert len(reminders(rig)) == 8


async def test_what_cannot_leave_by_the_evening_leaves_the_next_morning_and_mail_is_read_meanwhile() -> None:
    evening = datetime(2026, 3, 2, 16, 29, tzinfo=UTC)  # 17:29 in Paris
    rig = daemon(late(), late("FA-2", customer=customer("Martin")), now=evening, conf=config(sending={"per_minute": 1}))
    rig.source.touch(evening)
    await pass_minutes(rig, 5)
    assert len(reminders(rig)) == 1
    uid = arrive(rig, written("compta@martin.test", "FA-2", at=evening))
    await pass_minutes(rig, 5)
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1


async def test_the_daemon_polls_while_something_waits_for_the_morning() -> None:
    evening = datetime(2026, 3, 2, 16, 29, tzinfo=UTC)
    rig = daemon(late(), late("FA-2", customer=customer("Martin")), now=evening, conf=config(sending={"per_minute": 1}))
    rig.source.touch(evening)
    looks: list[datetime] = []
    box(rig).fail = lambda name: looks.append(rig.wake.now()) if name == "look" else None
    await pass_minutes(rig, 30)
    assert len(set(looks)) >= 30
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2


async def test_nothing_hurries_while_a_gate_is_closed() -> None:
    for rig in (daemon(late(), confirmed=False), daemon(late(), fresh_books=False)):
        rig.source.touch(NOON - timedelta(days=30))
        box(rig).calls.clear()
        await pass_minutes(rig, 60)
        assert box(rig).calls.count("look") <= 62


async def test_a_deferred_entry_with_stale_books_does_not_hurry_either() -> None:
    rig = daemon(late(), fresh_books=False)
    way_out(rig).script[Stage.RCPT] = Answer(451, "try later", "4.7.1")
    await rig.tick()
    rig.source.touch(NOON - timedelta(days=30))
    box(rig).calls.clear()
    await pass_minutes(rig, 60)
    assert box(rig).calls.count("look") <= 130
    assert entries(rig)[0].status is Status.DEFERRED


# --- Tasks and notes ------------------------------------------------------------------------------------------------


async def test_a_task_goes_to_the_signers_own_address_and_unread_into_the_inbox_once() -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    (task,) = entries(rig, Sort.TASK)
    mailed = [sent for sent in way_out(rig).sent if sent.recipients == ("claire@lumen.test",)]
    kept = [raw for raw in box(rig).raws("INBOX") if task.token.encode() in raw]
    assert (len(mailed), len(kept)) == (1, 1)
    uid = next(uid for uid, message in box(rig).boxes["INBOX"].messages.items() if message.raw == kept[0])
    assert box(rig).flags_of("INBOX", uid) == set()
    assert box(rig).raws("Sent") == [sent.raw for sent in reminders(rig)]


async def test_a_task_for_the_mailbox_itself_is_not_mailed() -> None:
    rig = daemon(late())
    await pass_days(rig, 20)
    sent = [one.recipients for one in way_out(rig).sent if OWN in one.recipients]
    assert sent == []
    assert "call-management" in taken(rig)


async def test_a_task_in_the_mailbox_does_not_end_a_row_of_refusals() -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    rig.store.commit(Setting("refused_in_a_row", ["x"]))
    await pass_days(rig, 6)
    assert "call-management" in taken(rig, KEY)
    assert rig.store.setting("refused_in_a_row") == ["x"]


async def test_a_note_whose_record_was_lost_is_not_filed_twice() -> None:
    rig = daemon(late(), confirmed=False)
    armed = [True]

    def crash(changes: tuple[object, ...]) -> None:
        sent = any(getattr(change, "status", None) is Status.SENT for change in changes)
        if sent and armed:
            armed.clear()
            raise RuntimeError("crash")

    rig.store._on_commit = crash  # type: ignore[attr-defined]
    await pass_minutes(rig, 5)
    assert len(box(rig).raws("INBOX")) == 1
    assert [note.status for note in notes(rig)] == [Status.SENT]
