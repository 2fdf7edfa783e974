"""Law 5: in doubt, hold. What holds, what does not, and how a pause comes back to a person."""

from datetime import date, timedelta

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    way_out,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config, customer

from relancier.core.case import Because, State
from relancier.core.outbox import Status

QUESTION = "<question@dupont.test>"
OTHER = late("FA-2026-0002", due=date(2026, 3, 3))


async def reminded(*more: object, **other: object) -> Rig:
    """A daemon whose first reminder has left."""
    rig = daemon(late(), *more, **other)  # type: ignore[arg-type]
    await rig.tick()
    assert reminders(rig)
    return rig


async def test_a_reply_holds_its_case_and_is_flagged() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 25)
    assert case(rig).state is State.PAUSED
    assert taken(rig) == ["reminder"]
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged", "$RelanceReply"}


@pytest.mark.parametrize(
    "raw",
    [
        written("quelquun@ailleurs.test", "FA-2026-0001", "payé"),
        written(CUSTOMER, "Bonjour"),
        written("autre.personne@dupont.test", "Question"),
        written("x@ailleurs.test", "Re: rien", In_Reply_To="<nothing@nowhere.test>", text="voir FA-2026-0001"),
    ],
    ids=["number from a stranger", "known sender", "same domain", "number in the text from a stranger"],
)
async def test_any_human_message_about_the_case_holds(raw: bytes) -> None:
    rig = await reminded()
    arrive(rig, raw)
    await rig.tick()
    known = b"x@ailleurs.test" not in raw
    assert (case(rig).state is State.PAUSED) == known


async def test_a_reply_holds_the_customers_other_invoices_until_it_is_seen_to() -> None:
    rig = await reminded(OTHER)
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 10)
    assert case(rig, OTHER.key).state is State.OPEN
    assert taken(rig, OTHER.key) == []
    rig.order("pause", KEY)
    await pass_days(rig, 3)
    assert taken(rig, OTHER.key) == ["reminder"]
    assert case(rig).state is State.PAUSED


async def test_another_customer_goes_on() -> None:
    rig = await reminded(late("FA-2026-0003", due=OTHER.due, customer=customer("Martin")))
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 8)
    assert taken(rig, "FA-2026-0003|2026-03-03")[-1] == "reminder"


async def test_a_reply_about_a_paid_invoice_holds_the_open_ones() -> None:
    rig = await reminded(OTHER)
    rig.order("paid", KEY)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Et pour l'autre facture ?"))
    await pass_days(rig, 10)
    assert case(rig).state is State.PAID
    assert case(rig, OTHER.key).state is State.PAUSED
    assert taken(rig, OTHER.key) == []


async def test_an_auto_reply_does_not_hold_and_is_not_flagged() -> None:
    rig = await reminded()
    absent = written(CUSTOMER, "Réponse automatique : FA-2026-0001", "Absente", Auto_Submitted="auto-replied")
    uid = arrive(rig, absent)
    await pass_days(rig, 8)
    assert case(rig).state is State.OPEN
    assert taken(rig) == ["reminder", "penalties"]
    assert "\\Flagged" not in box(rig).flags_of("INBOX", uid)


async def test_still_trying_does_not_hold() -> None:
    rig = await reminded()
    arrive(rig, bounced(reminders(rig)[0], "4.4.1", "delayed"))
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder", "penalties"]


async def test_a_permanent_bounce_holds_and_is_flagged_as_a_problem() -> None:
    rig = await reminded()
    uid = arrive(rig, bounced(reminders(rig)[0]))
    await pass_days(rig, 25)
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]
    assert taken(rig) == ["reminder"]
    assert box(rig).flags_of("INBOX", uid) == {"\\Flagged", "$RelanceProblem"}


async def test_a_permanent_bounce_holds_the_customers_other_invoices() -> None:
    rig = await reminded(OTHER)
    arrive(rig, bounced(reminders(rig)[0]))
    await pass_days(rig, 8)
    assert taken(rig, OTHER.key) == []


async def test_resume_after_a_bounce_takes_our_flag_off() -> None:
    rig = await reminded()
    uid = arrive(rig, bounced(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await pass_days(rig, 8)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert taken(rig) == ["reminder", "penalties"]


async def test_a_pause_never_ends_by_itself_and_comes_back_to_a_person_at_its_limit() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 29)
    assert notes(rig, "pause") == []
    await pass_days(rig, 2)
    assert len(notes(rig, "pause", "pause_limit")) == 1
    await pass_days(rig, 31)
    assert len(notes(rig, "pause", "pause_limit")) == 2
    assert case(rig).state is State.PAUSED
    assert len(reminders(rig)) == 1


async def test_a_pause_with_a_day_comes_back_on_that_day() -> None:
    rig = await reminded()
    rig.order("pause", KEY, on=date(2026, 3, 10))
    await pass_days(rig, 7)
    assert notes(rig, "pause") == []
    await pass_days(rig, 2)
    assert len(notes(rig, "pause", "pause_limit")) == 1
    assert case(rig).state is State.PAUSED


async def test_a_promise_that_is_not_kept_comes_back_to_a_person() -> None:
    rig = await reminded()
    rig.order("promise", KEY, on=date(2026, 3, 10))
    await pass_days(rig, 9)
    assert notes(rig, "pause") == []
    await pass_days(rig, 3)
    assert len(notes(rig, "pause", "promise_broken")) == 1
    assert case(rig).state is State.OPEN
    assert taken(rig) == ["reminder"]


async def test_a_promise_that_is_kept_closes_the_case_by_the_books() -> None:
    rig = await reminded()
    rig.order("promise", KEY, on=date(2026, 3, 10))
    await pass_days(rig, 2)
    rig.source.set(late(paid=late().amount), at=rig.wake.now())
    await pass_days(rig, 15)
    assert case(rig).state is State.PAID
    assert notes(rig, "pause") == []


async def test_a_colleagues_answer_takes_the_flag_off_and_leaves_the_hold() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    ours = written(OWN, "RE: FA-2026-0001", at=NOON + timedelta(hours=1), to=CUSTOMER, In_Reply_To=QUESTION)
    arrive(rig, ours, "Sent")
    await pass_days(rig, 60)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert case(rig).state is State.PAUSED
    assert taken(rig) == ["reminder"]


async def test_after_a_colleagues_answer_the_customer_may_be_chased_again_where_the_configuration_says_so() -> None:
    rig = await reminded(conf=config(replies={"after_colleague_answer": "10d"}))
    arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    ours = written(OWN, "RE: FA-2026-0001", at=NOON + timedelta(hours=1), to=CUSTOMER, In_Reply_To=QUESTION)
    arrive(rig, ours, "Sent")
    await pass_days(rig, 9)
    assert taken(rig) == ["reminder"]
    await pass_days(rig, 3)
    assert case(rig).state is State.OPEN
    assert len(box(rig).raws("Drafts")) == 1


async def test_a_forward_to_a_superior_is_no_answer() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    boss = written(OWN, "TR: FA-2026-0001", at=NOON, to="patron@lumen.test", In_Reply_To=QUESTION)
    arrive(rig, boss, "Sent")
    await rig.tick()
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)
    assert case(rig).unseen


async def test_a_machine_in_sent_is_no_colleague() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    robot = written(OWN, "RE: FA-2026-0001", to=CUSTOMER, In_Reply_To=QUESTION, Auto_Submitted="auto-replied")
    arrive(rig, robot, "Sent")
    await rig.tick()
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)


async def test_a_colleagues_message_found_in_the_inbox_holds_like_any_persons() -> None:
    rig = await reminded()
    uid = arrive(rig, written("claire@lumen.test", "FA-2026-0001", to=OWN))
    await rig.tick()
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).flags_of("INBOX", uid)


async def test_orders_and_replies_leave_no_entry_half_way() -> None:
    rig = await reminded(OTHER)
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 10)
    assert {entry.status for entry in rig.store.entries(*Status)} == {Status.SENT}
    assert way_out(rig).current is None
