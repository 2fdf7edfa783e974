"""Law 1: intake before anything is sent, a last look before each dialogue, a new state reads earlier mail first."""

from datetime import timedelta
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    answer,
    arrive,
    at_stage,
    box,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    way_out,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, NOON, OWN, Rig, customer

from relancier.core.case import Because, How, State
from relancier.core.outbox import Stage
from relancier.core.stored import Setting
from relancier.ports import LoginRefused, Unavailable

BEFORE = NOON - timedelta(days=10)


async def test_intake_ends_before_anything_is_sent() -> None:
    rig = daemon(late())
    order: list[str] = []
    box(rig).fail = order.append
    way_out(rig).on_step = lambda stage, _wish: order.append(stage.value)
    await rig.tick()
    dialogue = order.index("connect")
    looks = [place for place, name in enumerate(order) if name == "look" and place < dialogue]
    assert len(looks) == 2  # the tick's own, and the last look
    assert "append" not in order[:dialogue]


@pytest.mark.parametrize("folder", ["INBOX", "Junk", "Archives"])
async def test_an_answer_that_arrives_while_another_message_is_sent_stops_the_next_one(folder: str) -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    box(rig).create("Archives")
    about = written("compta@martin.test", "Re: FA-2026-0002", at=NOON)
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: arrive(rig, about, folder))
    await rig.tick()
    assert [sent.recipients[0] for sent in reminders(rig)] == [CUSTOMER]
    assert case(rig, "FA-2026-0002|2026-02-27").state is State.PAUSED


async def test_what_a_colleague_files_in_sent_is_read_at_the_last_look() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    by_hand = written(OWN, "Votre facture FA-2026-0002", to="compta@martin.test")
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: arrive(rig, by_hand, "Sent"))
    await rig.tick()
    assert len(reminders(rig)) == 1
    assert [done.how for done in case(rig, "FA-2026-0002|2026-02-27").done if done.step == "reminder"] == [How.BY_HAND]


async def test_an_order_given_while_another_message_is_sent_stops_the_next_one() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: rig.order("pause", "FA-2026-0002|2026-02-27"))
    await rig.tick()
    assert len(reminders(rig)) == 1


async def test_hold_given_while_a_message_is_sent_stops_the_next_one() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: rig.order("hold"))
    await rig.tick()
    assert len(reminders(rig)) == 1
    rig.order("release")
    await rig.tick()
    assert len(reminders(rig)) == 2


async def test_a_payment_in_the_books_is_seen_at_the_last_look() -> None:
    two = late("FA-2026-0002", customer=customer("Martin"))
    rig = daemon(late(), two)
    paid = late("FA-2026-0002", customer=customer("Martin"), paid=two.amount)
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: rig.source.set(late(), paid, at=NOON))
    await rig.tick()
    assert len(reminders(rig)) == 1
    await rig.tick()
    assert case(rig, two.key).state is State.PAID


async def test_nothing_is_sent_while_the_mailbox_cannot_be_read() -> None:
    rig = daemon(late())

    def broken(name: str) -> None:
        raise Unavailable(f"no {name}")

    box(rig).fail = broken
    await pass_minutes(rig, 30)
    assert way_out(rig).steps == []
    box(rig).fail = lambda _name: None
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 1


async def test_a_mailbox_lost_between_two_messages_stops_the_second() -> None:
    rig = daemon(late(), late("FA-2026-0002", customer=customer("Martin")))

    def broken(name: str) -> None:
        raise Unavailable(f"no {name}")

    way_out(rig).on_step = at_stage(Stage.BODY, lambda: setattr(rig.mailbox, "fail", broken))
    with pytest.raises(Unavailable):
        await rig.tick()
    assert len(reminders(rig)) == 1


async def test_the_team_is_told_by_smtp_when_the_mailbox_has_been_out_of_reach_for_an_hour() -> None:
    rig = daemon(late())

    def broken(name: str) -> None:
        raise Unavailable(f"no {name}")

    box(rig).fail = broken
    await pass_minutes(rig, 180)
    assert [sent.recipients for sent in way_out(rig).sent] == [(MANAGER,)]


async def test_the_team_is_told_at_once_when_the_mailbox_refuses_the_login() -> None:
    rig = daemon(late())
    tries: list[str] = []

    def refuse(name: str) -> None:
        tries.append(name)
        raise LoginRefused("no")

    box(rig).fail = refuse
    await pass_minutes(rig, 50)
    assert [sent.recipients for sent in way_out(rig).sent] == [(MANAGER,)]
    assert len(tries) == 4  # one each quarter of an hour


async def test_an_alarm_that_the_provider_files_in_sent_is_no_unknown_message() -> None:
    rig = daemon(late())

    def broken(name: str) -> None:
        raise Unavailable(f"no {name}")

    box(rig).fail = broken
    await pass_minutes(rig, 90)
    (alarm,) = way_out(rig).sent
    box(rig).fail = lambda _name: None
    arrive(rig, alarm.raw, "Sent")
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 1


# --- A new state ----------------------------------------------------------------------------------------------------


async def first_run(*mail: tuple[str, bytes], **other: Any) -> Rig:
    """A daemon that finds this mail, oldest first, in folders when it starts."""
    rig = daemon(late(**other))
    for folder, raw in mail:
        box(rig).deliver(folder, raw, at=BEFORE)
    await pass_days(rig, 1)
    return rig


async def test_a_customers_earlier_mail_holds_its_case_without_a_flag() -> None:
    rig = await first_run(("INBOX", written(CUSTOMER, "FA-2026-0001 : un souci", at=BEFORE)))
    assert [hold.because for hold in case(rig).holds] == [Because.EARLIER_REPLY]
    assert reminders(rig) == []
    assert box(rig).set_by_us == {}


async def test_a_known_senders_earlier_mail_without_a_number_holds_too() -> None:
    rig = await first_run(("INBOX", written(CUSTOMER, "Question", at=BEFORE)))
    assert [hold.because for hold in case(rig).holds] == [Because.EARLIER_REPLY]


async def test_mail_from_before_the_invoice_was_issued_holds_nothing() -> None:
    rig = await first_run(("INBOX", written(CUSTOMER, "Question", at=BEFORE)), issued=BEFORE.date() + timedelta(days=1))
    assert len(reminders(rig)) == 1


async def test_a_colleagues_later_answer_lets_the_earlier_mail_go() -> None:
    theirs = written(CUSTOMER, "FA-2026-0001 : un souci", at=BEFORE, message_id="<question@dupont.test>")
    ours = written(
        OWN, "RE: FA-2026-0001", at=BEFORE + timedelta(days=1), to=CUSTOMER, In_Reply_To="<question@dupont.test>"
    )
    rig = await first_run(("INBOX", theirs), ("Sent", ours))
    assert case(rig).holds == ()
    assert len(box(rig).raws("Drafts")) == 1  # what follows a reply is for a person to send


async def test_a_colleagues_message_to_someone_else_does_not_let_it_go() -> None:
    theirs = written(CUSTOMER, "FA-2026-0001 : un souci", at=BEFORE, message_id="<question@dupont.test>")
    boss = written(
        OWN,
        "TR: FA-2026-0001",
        at=BEFORE + timedelta(days=1),
        to="patron@lumen.test",
        In_Reply_To="<question@dupont.test>",
    )
    rig = await first_run(("INBOX", theirs), ("Sent", boss))
    assert [hold.because for hold in case(rig).holds] == [Because.EARLIER_REPLY]


async def test_mail_that_claims_to_come_from_a_colleague_does_not_let_it_go() -> None:
    theirs = written(CUSTOMER, "FA-2026-0001 : un souci", at=BEFORE, message_id="<question@dupont.test>")
    forged = written(
        MANAGER, "RE: FA-2026-0001", at=BEFORE + timedelta(days=1), to=CUSTOMER, In_Reply_To="<question@dupont.test>"
    )
    rig = await first_run(("INBOX", theirs), ("INBOX", forged))
    assert case(rig).holds[0].because is Because.EARLIER_REPLY
    assert reminders(rig) == []


async def test_the_message_that_carried_the_invoice_gives_the_thread_only() -> None:
    carrier = written(OWN, "Facture FA-2026-0001", at=BEFORE, to=CUSTOMER, message_id="<carrier@lumen.test>")
    rig = await first_run(("Sent", carrier))
    (sent,) = reminders(rig)
    assert b"<carrier@lumen.test>" in sent.raw
    assert case(rig).thread[0] == "<carrier@lumen.test>"
    assert case(rig).last_reply_on is None


async def test_mail_read_after_the_start_but_before_its_invoice_counts_like_any_other() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(other)
    await pass_minutes(rig, 2)
    uid = arrive(rig, written(CUSTOMER, "FA-2026-0001 : un souci", at=NOON))
    await rig.tick()
    rig.source.set(other, late(), at=NOON)
    await rig.tick()
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert [sent.recipients[0] for sent in reminders(rig)] == ["compta@martin.test"]


async def test_mail_older_than_the_lookback_is_not_read() -> None:
    rig = daemon(late())
    box(rig).deliver("INBOX", written(CUSTOMER, "FA-2026-0001", at=NOON), at=NOON - timedelta(days=100))
    await rig.tick()
    assert len(reminders(rig)) == 1


async def test_the_cases_opened_before_a_crash_are_asked_about_after_it() -> None:
    rig = daemon(late())
    box(rig).deliver("INBOX", written(CUSTOMER, "FA-2026-0001 : un souci", at=BEFORE), at=BEFORE)

    def crash(changes: tuple[object, ...]) -> None:
        if any(isinstance(change, Setting) and change.name == "opening" and change.value is None for change in changes):
            raise RuntimeError("crash")

    rig.store._on_commit = crash  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError):
        await rig.tick()
    rig.store._on_commit = None  # type: ignore[attr-defined]
    await rig.tick()
    await rig.tick()
    assert [hold.because for hold in case(rig).holds] == [Because.EARLIER_REPLY]
    assert reminders(rig) == []


async def test_an_answer_between_decision_and_sending_cancels_the_message() -> None:
    rig = daemon(late())
    await rig.tick()
    await pass_days(rig, 6)
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 10)
    assert taken(rig) == ["reminder"]
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert notes(rig, "pause") == []
    assert len(entries(rig)) == 1
