"""Law 4: what each answer of the server, and each silence, does to the entry, the queue and the case."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

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
    entries,
    held,
    ids,
    late,
    notes,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    the_entry,
    way_out,
)  # fmt: skip
from tests.work.rig import MANAGER, OWN, Rig, config, customer

from relancier.adapters.memory_channel import Cut
from relancier.core.case import Because, Role, State
from relancier.core.outbox import Answer, Sort, Stage, Status
from relancier.ports import Unavailable

MARTIN = "compta@martin.test"
BEFORE_THE_BYTES = [Stage.CONNECT, Stage.TLS, Stage.AUTH, Stage.MAIL, Stage.RCPT, Stage.DATA]
LATER = Answer(451, "try later", "4.3.0")


def two_customers() -> Rig:
    return daemon(late(), late("FA-2026-0002", customer=customer("Martin")))


# --- Deferred -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", BEFORE_THE_BYTES)
async def test_a_connection_lost_before_the_bytes_defers_and_the_same_message_leaves_later(stage: Stage) -> None:
    rig = daemon(late())
    way_out(rig).script[stage] = Cut()
    await rig.tick()
    waiting = the_entry(rig)
    assert waiting.status is Status.DEFERRED
    way_out(rig).script.clear()
    await pass_minutes(rig, 30)
    assert ids(rig) == [waiting.message_id]
    assert taken(rig) == ["reminder"]


@pytest.mark.parametrize("stage", [*BEFORE_THE_BYTES, Stage.BODY])
async def test_a_temporary_no_at_any_stage_defers_and_the_same_message_leaves_later(stage: Stage) -> None:
    rig = daemon(late())
    way_out(rig).script[stage] = LATER
    await rig.tick()
    waiting = the_entry(rig)
    assert waiting.status is Status.DEFERRED
    way_out(rig).script.clear()
    await pass_minutes(rig, 30)
    assert ids(rig) == [waiting.message_id]
    assert taken(rig) == ["reminder"]


async def test_back_off_starts_at_five_minutes_and_doubles_to_an_hour() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.RCPT] = Answer(450, "greylisted", "4.7.1")
    tries = []
    way_out(rig).on_step = lambda stage, _wish: tries.append(rig.wake.now()) if stage is Stage.RCPT else None
    await pass_minutes(rig, 300)
    gaps = [round((b - a).total_seconds() / 60) for a, b in pairwise(tries)]
    assert gaps == [5, 10, 20, 40, 60, 60, 60]


async def test_a_message_put_off_for_four_hours_is_told_once() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.RCPT] = Answer(450, "greylisted", "4.7.1")
    await pass_minutes(rig, 230)
    assert notes(rig, "held") == []
    await pass_minutes(rig, 200)
    assert len(notes(rig, "held", "delivery_waits")) == 1


async def test_a_server_out_of_reach_makes_the_whole_queue_wait_and_is_told_after_four_hours() -> None:
    rig = two_customers()
    way_out(rig).script[Stage.CONNECT] = Cut("refused")
    await rig.tick()
    assert way_out(rig).steps == [Stage.CONNECT]
    await pass_minutes(rig, 230)
    assert notes(rig, "held") == []
    await pass_minutes(rig, 200)
    assert len(notes(rig, "held", "smtp_waits")) == 1
    way_out(rig).script.clear()
    await pass_minutes(rig, 61)
    assert len(reminders(rig)) == 2


async def test_a_login_that_waits_for_the_server_calls_nobody_to_renew_a_password() -> None:
    rig = daemon(late())
    way_out(rig).script[Stage.AUTH] = Answer(454, "Temporary authentication failure", "4.7.0")
    await pass_minutes(rig, 60)
    assert notes(rig, "held") == []
    way_out(rig).script.clear()
    await pass_minutes(rig, 60)
    assert len(reminders(rig)) == 1


async def test_a_refused_login_is_tried_once_in_a_quarter_of_an_hour_and_told_at_once() -> None:
    rig = two_customers()
    way_out(rig).script[Stage.AUTH] = Answer(535, "wrong password", "5.7.8")
    await pass_minutes(rig, 59)
    assert way_out(rig).steps.count(Stage.AUTH) == 4
    assert len(notes(rig, "held", "smtp_login")) == 1


async def test_a_throttled_account_makes_the_whole_queue_wait() -> None:
    rig = two_customers()
    way_out(rig).script[Stage.MAIL] = Answer(450, "Mail send limit exceeded", "4.7.0")
    await rig.tick()
    assert way_out(rig).steps.count(Stage.MAIL) == 1
    way_out(rig).script.clear()
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 2


# --- Held and refused -----------------------------------------------------------------------------------------------

ABOUT_US = [
    (Stage.MAIL, Answer(550, "sender rejected", "5.1.8")),
    (Stage.RCPT, Answer(554, "blocked", "5.7.1")),
    (Stage.BODY, Answer(554, "policy", "5.7.26")),
    (Stage.BODY, Answer(552, "your mailbox is full", "5.2.2")),
    (Stage.RCPT, Answer(550, "too many messages", "5.4.5")),
]


@pytest.mark.parametrize(("stage", "said"), ABOUT_US)
async def test_a_refusal_about_us_holds_the_whole_queue(stage: Stage, said: Answer) -> None:
    rig = two_customers()
    way_out(rig).script[stage] = said
    await rig.tick()
    assert held(rig)
    assert len(notes(rig, "held", "server_refuses")) == 1
    way_out(rig).script.clear()
    await pass_days(rig, 1)
    assert reminders(rig) == []
    rig.order("release")
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2
    assert case(rig).holds == ()


async def test_an_unknown_address_stops_that_customer_and_the_others_go_on() -> None:
    rig = two_customers()
    way_out(rig).script[CUSTOMER] = Answer(550, "no such user", "5.1.1")
    await rig.tick()
    assert [sent.recipients[0] for sent in reminders(rig)] == [MARTIN]
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]
    assert len(notes(rig, "refused")) == 1
    await pass_days(rig, 3)
    assert way_out(rig).steps.count(Stage.DATA) == 1


async def test_a_refused_address_holds_the_customers_other_invoices_too() -> None:
    other = late("FA-2026-0003", due=late().due + timedelta(days=4))
    rig = daemon(late(), other)
    way_out(rig).script[CUSTOMER] = Answer(550, "no such user", "5.1.1")
    await rig.tick()
    assert [hold.because for hold in case(rig, other.key).holds] == [Because.BOUNCED]


async def test_after_resume_a_refused_step_leaves_with_another_message_id() -> None:
    rig = daemon(late())
    way_out(rig).script[CUSTOMER] = Answer(550, "no such user", "5.1.1")
    await rig.tick()
    first = the_entry(rig)
    way_out(rig).script.clear()
    rig.order("resume", KEY)
    await pass_minutes(rig, 5)
    assert len(ids(rig)) == 1
    assert ids(rig) != [first.message_id]


async def test_two_customers_refused_in_a_row_hold_the_queue() -> None:
    rig = daemon(late(), late("FA-2", customer=customer("Martin")), late("FA-3", customer=customer("Zola")))
    way_out(rig).script |= dict.fromkeys((CUSTOMER, MARTIN, "compta@zola.test"), Answer(550, "no such user", "5.1.1"))
    await rig.tick()
    assert way_out(rig).steps.count(Stage.RCPT) == 2
    assert len(notes(rig, "held", "refused_in_a_row")) == 1


async def test_a_success_between_two_refusals_holds_nothing() -> None:
    rig = daemon(late(), late("FA-2", customer=customer("Martin")), late("FA-3", customer=customer("Zola")))
    way_out(rig).script |= dict.fromkeys((CUSTOMER, "compta@zola.test"), Answer(550, "no such user", "5.1.1"))
    await rig.tick()
    assert held(rig) == ""
    assert [sent.recipients[0] for sent in reminders(rig)] == [MARTIN]


async def test_one_address_of_several_refused_refuses_the_whole_message() -> None:
    rig = daemon(late())
    way_out(rig).script["achats@dupont.test"] = Answer(550, "no such user", "5.1.1")
    await rig.tick()
    assert reminders(rig) == []
    assert the_entry(rig).status is Status.REFUSED


async def test_one_address_of_several_put_off_defers_the_whole_message() -> None:
    rig = daemon(late())
    way_out(rig).script["achats@dupont.test"] = Answer(450, "greylisted", "4.7.1")
    await rig.tick()
    assert the_entry(rig).status is Status.DEFERRED
    assert case(rig).holds == ()


async def test_a_copy_refused_is_told_and_the_message_has_left() -> None:
    rig = daemon(late())
    setup = rig.holder.setup
    steps = tuple(replace(step, to=(Role.ACCOUNTING,), cc=(Role.SALES,)) for step in setup.plans["standard"].steps)
    rig.holder.setup = replace(setup, plans={"standard": replace(setup.plans["standard"], steps=steps)})
    way_out(rig).script["achats@dupont.test"] = Answer(550, "no such user", "5.1.1")
    await pass_minutes(rig, 3)
    assert [sent.recipients for sent in reminders(rig)] == [(CUSTOMER,)]
    assert taken(rig) == ["reminder"]
    assert case(rig).holds == ()
    assert len(notes(rig, "held", "copy_refused")) == 1


# --- Uncertain ------------------------------------------------------------------------------------------------------


async def uncertain(*, accepted: bool = True) -> Rig:
    rig = daemon(late())
    way_out(rig).script[Stage.BODY] = Cut(accepted=accepted)
    await rig.tick()
    way_out(rig).script.clear()
    assert the_entry(rig).status is Status.UNCERTAIN
    assert [hold.because for hold in case(rig).holds] == [Because.UNCERTAIN]
    return rig


async def test_a_loss_after_the_bytes_is_uncertain_and_is_never_sent_again_by_itself() -> None:
    rig = await uncertain(accepted=False)
    await pass_days(rig, 40)
    assert reminders(rig) == []
    assert the_entry(rig).status is Status.UNCERTAIN


async def test_after_a_quarter_of_an_hour_a_person_is_told_once() -> None:
    rig = await uncertain()
    await pass_minutes(rig, 14)
    assert notes(rig, "uncertain") == []
    await pass_minutes(rig, 3)
    assert len(notes(rig, "uncertain")) == 1
    await pass_days(rig, 3)
    assert len(notes(rig, "uncertain")) == 1


async def test_an_uncertain_message_found_in_sent_is_sent() -> None:
    rig = await uncertain()
    arrive(rig, reminders(rig)[0].raw, "Sent")
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT
    assert case(rig).holds == ()
    assert taken(rig) == ["reminder"]
    assert len(box(rig).raws("Sent")) == 1


async def test_an_uncertain_message_found_in_the_inbox_is_sent() -> None:
    rig = await uncertain()
    arrive(rig, reminders(rig)[0].raw, "INBOX")
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT
    assert case(rig).holds == ()


async def test_a_bounce_proves_that_an_uncertain_message_was_sent() -> None:
    rig = await uncertain()
    arrive(rig, bounced(reminders(rig)[0]))
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT
    assert [hold.because for hold in case(rig).holds] == [Because.BOUNCED]


async def test_a_reply_proves_that_an_uncertain_message_was_sent() -> None:
    rig = await uncertain()
    arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT
    assert case(rig).state is State.PAUSED
    assert case(rig).holds == ()


async def test_it_is_found_even_long_after_a_person_was_told() -> None:
    rig = await uncertain()
    await pass_days(rig, 2)
    arrive(rig, reminders(rig)[0].raw, "Sent")
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT


async def test_a_person_says_that_it_was_sent() -> None:
    rig = await uncertain()
    rig.order("sent", KEY)
    await pass_minutes(rig, 3)
    assert taken(rig) == ["reminder"]
    assert case(rig).holds == ()
    assert len(reminders(rig)) == 1
    assert len(box(rig).raws("Sent")) == 1


async def test_a_person_says_that_it_must_be_sent_again() -> None:
    rig = await uncertain(accepted=False)
    first = the_entry(rig)
    rig.order("resend", KEY)
    await pass_minutes(rig, 3)
    assert taken(rig) == ["reminder"]
    assert case(rig).holds == ()
    assert len(ids(rig)) == 1
    assert ids(rig) != [first.message_id]


async def test_resume_does_not_lift_what_is_uncertain() -> None:
    rig = await uncertain()
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert [hold.because for hold in case(rig).holds] == [Because.UNCERTAIN]


async def test_an_error_nobody_foresaw_after_the_bytes_is_uncertain_too() -> None:
    rig = daemon(late())

    def fail() -> None:
        raise ZeroDivisionError

    way_out(rig).on_step = lambda stage, _wish: fail() if stage is Stage.BODY else None
    await rig.tick()
    assert the_entry(rig).status is Status.UNCERTAIN
    await pass_days(rig, 2)
    assert len(ids(rig)) <= 1


async def test_a_task_whose_mail_is_lost_stands_in_the_mailbox_and_is_done() -> None:
    rig = daemon(late())
    await pass_days(rig, 12)
    way_out(rig).script[Stage.BODY] = Cut()
    await pass_days(rig, 3)
    (task,) = entries(rig, Sort.TASK)
    assert task.status is Status.SENT
    assert taken(rig)[-1] == "call"
    assert case(rig).holds == ()


async def test_a_task_whose_address_is_refused_stands_in_the_mailbox_and_is_done() -> None:
    rig = daemon(late())
    way_out(rig).script[MANAGER] = Answer(550, "no such user", "5.1.1")
    await pass_days(rig, 18)
    assert "call" in taken(rig)
    assert case(rig).holds == ()
    assert len(notes(rig, "held", "copy_refused")) == 1


async def test_quit_failing_after_the_yes_changes_nothing() -> None:
    rig = daemon(late())
    await rig.tick()
    await way_out(rig).close()
    await pass_minutes(rig, 3)
    assert the_entry(rig).status is Status.SENT


async def test_a_rehearsal_address_that_is_refused_holds_the_queue_and_no_customer() -> None:
    rig = daemon(late(), conf=config(sending={"redirect_to": OWN}))
    way_out(rig).script[OWN] = Answer(550, "no such user", "5.1.1")
    await rig.tick()
    assert case(rig).holds == ()
    assert held(rig)


async def test_a_mailbox_lost_while_a_copy_is_filed_never_sends_again() -> None:
    rig = daemon(late())
    await rig.tick()

    def broken(name: str) -> None:
        if name in {"append", "find"}:
            raise Unavailable(name)

    box(rig).fail = broken
    await pass_minutes(rig, 20)
    box(rig).fail = lambda _name: None
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 1
    assert len(box(rig).raws("Sent")) == 1
