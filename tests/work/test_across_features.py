"""What each feature promises holds while another one is at work: agreements, rejected payments, insolvency, thanks."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    again,
    answer,
    arrive,
    box,
    case,
    daemon,
    entries,
    held,
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
from tests.work.rig import NOON, OWN, Rig, config, customer
from tests.work.test_drafts import THUNDERBIRD, drafts, edit, proposed, rewritten, send, the_draft

from relancier.core.case import Instalment, Kind, State
from relancier.core.outbox import Answer, Sort, Stage, Status
from relancier.work.records import UNKNOWN_SENT

IN_TEN_DAYS = (NOON + timedelta(days=10)).date()
DEBITED = "Prélèvement SEPA"


async def test_a_debit_that_comes_back_from_an_insolvent_customer_starts_nothing() -> None:
    rig = daemon(late(payment_method=DEBITED))
    await rig.tick()
    rig.order("insolvent", KEY, on=date(2026, 3, 2))
    await pass_days(rig, 0.1)
    rig.order("rejected", KEY, on=date(2026, 3, 2))
    await pass_days(rig, 20)
    assert reminders(rig) == []
    assert not drafts(rig)
    assert case(rig).state is State.LEGAL
    assert case(rig).rejected_on == date(2026, 3, 2)


@pytest.mark.parametrize("amount", ["", "300"])
async def test_a_debit_that_comes_back_ends_no_dispute(amount: str) -> None:
    rig = daemon(late(payment_method=DEBITED))
    await rig.tick()
    rig.order("dispute", KEY, amount=amount, note="non conforme")
    await pass_days(rig, 0.1)
    rig.order("rejected", KEY, on=date(2026, 3, 2))
    await pass_days(rig, 20)
    assert reminders(rig) == []
    assert not drafts(rig)
    assert case(rig).state is State.DISPUTED


async def test_the_balance_of_an_insolvent_customer_is_not_asked_for() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("dispute", KEY, amount="300", note="non conforme")
    await pass_days(rig, 0.1)
    rig.order("insolvent", KEY, on=date(2026, 3, 2))
    await pass_days(rig, 0.1)
    rig.order("balance", KEY)
    await pass_days(rig, 20)
    assert len(reminders(rig)) == 1
    assert not drafts(rig)


async def test_an_instalment_plan_takes_the_recap_of_the_promise_before_it_back() -> None:
    rig = daemon(late())
    await rig.tick()
    await pass_days(rig, 1)
    rig.order("called", KEY, on=rig.wake.now().date(), note="vu", promised=IN_TEN_DAYS)
    await pass_minutes(rig, 3)
    assert "entretien" in words(the_draft(rig))
    parts = (Instalment(date(2026, 3, 20), Decimal(600)), Instalment(date(2026, 4, 20), Decimal(600)))
    rig.order("instalments", KEY, on=rig.wake.now().date(), instalments=parts)
    await pass_minutes(rig, 3)
    assert [one.carries[0].step for one in entries(rig) if one.status is Status.PROPOSED] == ["instalments:2026-03-03"]
    assert "entretien" not in words(the_draft(rig))
    assert not notes(rig, "draft-stale")


async def test_another_date_told_on_the_same_day_is_in_the_recap_at_once() -> None:
    rig = daemon(late())
    await rig.tick()
    await pass_days(rig, 1)
    today = rig.wake.now().date()
    rig.order("called", KEY, on=today, note="vu", promised=IN_TEN_DAYS)
    await pass_minutes(rig, 3)
    rig.order("called", KEY, on=today, note="rappelé", promised=IN_TEN_DAYS + timedelta(days=1))
    await pass_minutes(rig, 15)
    assert "13 mars 2026" in words(the_draft(rig))


@pytest.mark.parametrize("first", ["answer", "copy"])
async def test_an_answer_read_before_the_copy_of_the_edited_draft_counts_no_further_step(first: str) -> None:
    rig = await proposed()
    raw = edit(rig, *THUNDERBIRD)
    for uid in list(drafts(rig)):
        box(rig).delete("Drafts", uid)
    sent = parsed(raw)
    thread = f"{sent['References']} {sent['Message-ID']}"
    earlier = rig.wake.now() - timedelta(minutes=3)  # the colleague's clock is ahead of the customer's
    facts = {"In_Reply_To": str(sent["Message-ID"]), "References": thread}
    reply = written(CUSTOMER, f"RE: {sent['Subject']}", "Payé hier.", at=earlier, **facts)
    if first == "answer":
        arrive(rig, reply)
        await pass_minutes(rig, 2)
        arrive(rig, raw, "Sent", flags={"\\Seen"})
    else:
        arrive(rig, raw, "Sent", flags={"\\Seen"})
        arrive(rig, reply)
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder", "penalties"]
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1


PART = "FA-2026-0001|2026-03-06"


async def parts_in_drafts() -> Rig:
    """An invoice due in two parts, each with a draft of its own to other people."""
    other = late(due=date(2026, 3, 6), customer=replace(customer(), contacts=customer().contacts[:1]))
    rig = daemon(late(), other)
    await rig.tick()
    arrive(rig, written(CUSTOMER, "Bonjour", "Une question."))
    await rig.tick()
    rig.order("resume", KEY, PART)
    await pass_days(rig, 10)
    return rig


async def test_the_parts_of_an_invoice_have_drafts_of_their_own() -> None:
    rig = await parts_in_drafts()
    assert len(entries(rig, Sort.REMINDER, Status.PROPOSED)) == 2
    to = {str(parsed(raw)["To"]) for raw in drafts(rig).values()}
    assert to == {"compta@dupont.test, achats@dupont.test", "compta@dupont.test"}


async def test_a_part_is_taken_as_sent_by_whom_its_message_went_to() -> None:
    rig = await parts_in_drafts()
    (uid, raw) = next((uid, raw) for uid, raw in drafts(rig).items() if "achats" not in str(parsed(raw)["To"]))
    box(rig).delete("Drafts", uid)
    arrive(rig, rewritten(raw, at=rig.wake.now()), "Sent", flags={"\\Seen"})
    await pass_minutes(rig, 5)
    assert (taken(rig), taken(rig, PART)) == (["reminder"], ["reminder"])
    assert len(drafts(rig)) == 1


BUSY = Answer(450, "busy", "4.2.1")
THANKFUL = config(sending={"thank_you": True, "per_minute": 1000, "per_hour": 10000})


async def test_thanks_put_off_by_a_server_do_not_leave_once_it_is_owed_again() -> None:
    rig = daemon(late(), conf=THANKFUL)
    await rig.tick()
    await pass_days(rig, 1)
    owed = rig.source.invoices[0]
    way_out(rig).script[Stage.RCPT] = BUSY
    rig.source.set(replace(owed, paid=owed.amount), at=rig.wake.now())
    await pass_minutes(rig, 3)
    assert [one.status for one in entries(rig)] == [Status.SENT, Status.DEFERRED]
    way_out(rig).script.clear()
    rig.source.set(owed, at=rig.wake.now())
    rig.order("resume", KEY)
    await rig.tick()
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert "thank-you" not in taken(rig)


async def test_the_balance_after_a_dispute_leaves_an_instalment_plan_in_force() -> None:
    rig = daemon(late())
    await rig.tick()
    parts = (Instalment(date(2026, 4, 13), Decimal(600)), Instalment(date(2026, 5, 13), Decimal(600)))
    rig.order("instalments", KEY, on=date(2026, 3, 2), instalments=parts)
    await pass_days(rig, 0.1)
    send(rig, the_draft(rig))
    await pass_minutes(rig, 3)
    rig.order("dispute", KEY, amount="300", note="non conforme")
    await pass_days(rig, 1)
    rig.order("balance", KEY)
    await pass_days(rig, 30)
    assert len(reminders(rig)) == 1
    assert not drafts(rig)


async def test_a_draft_about_two_invoices_is_written_anew_for_the_other_when_one_is_paid() -> None:
    other = late("FA-2026-0002")
    rig = daemon(late(), other)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY, other.key)
    await rig.go(NOON + timedelta(days=7))
    raw = edit(rig)
    assert "FA-2026-0002" in words(raw)
    rig.source.set(replace(rig.source.invoices[0], paid=Decimal(1200)), other, at=rig.wake.now())
    await pass_minutes(rig, 15)
    send(rig, raw)
    await pass_minutes(rig, 30)
    assert taken(rig, other.key) == ["reminder", "penalties"]
    await pass_days(rig, 3)
    assert len(reminders(rig)) == 1
    assert not drafts(rig)


async def test_one_of_two_tasks_done_leaves_the_other_to_do() -> None:
    rig = daemon(late())
    await pass_days(rig, 20)
    first, second = entries(rig, Sort.TASK)
    arrive(rig, written(OWN, "RE: x", "fait", at=rig.wake.now(), In_Reply_To=first.message_id), "Sent")
    await pass_minutes(rig, 3)
    done = [one.step for one in rig.store.events(KEY) if one.kind is Kind.TASK_DONE]
    assert done == [first.carries[0].step] != [second.carries[0].step]


async def test_a_draft_edited_before_it_was_withdrawn_and_sent_after_the_next_is_one_step() -> None:
    rig = await proposed()
    raw = edit(rig)
    rig.order("pause", KEY)
    await pass_minutes(rig, 15)
    rig.order("resume", KEY)
    await pass_minutes(rig, 30)
    assert len(drafts(rig)) == 2  # the edited one stays, with a note not to send it
    arrive(rig, raw, "Sent", flags={"\\Seen"})
    await pass_minutes(rig, 40)
    assert taken(rig) == ["reminder", "penalties"]
    assert not entries(rig, Sort.REMINDER, Status.PROPOSED)
    assert list(drafts(rig).values()) == [raw]


async def test_no_instalment_is_reminded_of_while_an_answer_about_another_invoice_waits() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    parts = (Instalment(date(2026, 3, 13), Decimal(600)), Instalment(date(2026, 4, 13), Decimal(600)))
    rig.order("instalments", KEY, on=date(2026, 3, 2), instalments=parts)
    await pass_days(rig, 0.1)
    send(rig, the_draft(rig))
    await pass_minutes(rig, 5)
    arrive(rig, written(CUSTOMER, "FA-2026-0002", "Une question", at=rig.wake.now()))
    await pass_days(rig, 20)
    assert taken(rig) == ["reminder", "instalments:2026-03-02"]


async def test_a_state_from_before_the_draft_knows_it_by_what_was_sent() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.go(NOON + timedelta(days=6))
    saved = deepcopy(rig.store)
    await rig.go(NOON + timedelta(days=7))
    send(rig, edit(rig, *THUNDERBIRD))
    await pass_minutes(rig, 10)
    restored = again(rig, store=saved)
    await pass_days(restored, 2)
    assert taken(restored) == ["reminder", "penalties"]
    assert (len(reminders(restored)), len(drafts(restored))) == (1, 0)


async def test_an_edited_draft_of_a_forgotten_customer_that_is_sent_holds_nothing() -> None:
    rig = await proposed()
    raw = edit(rig, *THUNDERBIRD)
    rig.order("close", KEY)
    await pass_minutes(rig, 15)
    rig.source.set(at=rig.wake.now())
    await pass_minutes(rig, 15)
    rig.order("forget", KEY, customer="dupont", note="override")
    await pass_minutes(rig, 15)
    assert rig.store.case(KEY) is None
    send(rig, raw)
    await pass_days(rig, 1)
    assert (rig.store.setting(UNKNOWN_SENT), held(rig)) == (None, "")
