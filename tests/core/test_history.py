from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.core.cases import DUE, after, case, customer, due, event, in_state

from relancier.core.case import Because, Case, Event, How, Instalment, Invoice, Kind, State
from relancier.core.history import apply, open_case

OPEN = case()
REPLY: dict[str, Any] = {
    "ref": "mail-1",
    "detail": "human from compta@dupont.test: facture",
    "message_id": "<1@dupont>",
}


def replied(before: Case = OPEN, **other: Any) -> Case:
    return after(before, event(before, Kind.REPLIED, **{**REPLY, **other}))


def because(one: Case) -> list[Because]:
    return [hold.because for hold in one.holds]


def test_a_new_case_is_open_and_to_be_looked_at_at_once() -> None:
    invoice = Invoice(number="F1", customer=customer(), due=DUE, amount=Decimal(10))
    opened = open_case(invoice, plan="standard", at=due(-5), on=DUE)
    assert (opened.key, opened.plan, opened.plan_start) == ("F1|2026-06-01", "standard", DUE)
    assert (opened.state, opened.look_at, opened.ended) == (State.OPEN, due(-5), False)


def test_every_kind_of_event_with_a_ref_is_applied_once_and_wakes_the_case() -> None:
    for kind in Kind:
        one = event(OPEN, kind, days=3, ref="ref", step="reminder", plan="other", detail="x", message_id="<m@x>")
        once = apply(replace(OPEN, look_at=None), one)
        assert once.look_at == due(3)
        assert apply(once, replace(one, at=due(9))) == once
        assert once.applied == (one.mark,)


def test_events_without_a_ref_are_not_remembered() -> None:
    assert after(OPEN, event(OPEN, Kind.NOTED)).applied == ()


def test_an_event_that_changes_nothing_is_only_history() -> None:
    for kind in (Kind.OPENED, Kind.AUTOREPLIED, Kind.RECEIPT):
        one = event(OPEN, kind, days=1, ref="mail")
        assert apply(OPEN, one) == replace(OPEN, applied=(one.mark,), look_at=due(1))


def test_the_same_ref_with_another_kind_is_another_event() -> None:
    both = after(OPEN, event(OPEN, Kind.UNCERTAIN, ref="e"), event(OPEN, Kind.SETTLED, ref="e"))
    assert both.applied == ("uncertain:e", "settled:e")


def test_a_changed_line_in_the_books_changes_the_invoice_and_nothing_else() -> None:
    other = replace(OPEN.invoice, amount=Decimal(700))
    assert after(OPEN, event(OPEN, Kind.CHANGED, invoice=other)).amount_due == 700
    assert after(OPEN, event(OPEN, Kind.CHANGED)).invoice is OPEN.invoice


def test_an_invoice_that_leaves_the_file_is_held_until_it_returns() -> None:
    bounced = after(OPEN, event(OPEN, Kind.BOUNCED, ref="b"))
    gone = after(bounced, event(OPEN, Kind.MISSING, ref="m", detail="it has left the invoice file"))
    assert (gone.absent, because(gone)) == (True, [Because.BOUNCED, Because.MISSING])
    back = after(gone, event(OPEN, Kind.RETURNED))
    assert (back.absent, because(back)) == (False, [Because.BOUNCED])


def test_two_messages_on_their_way_land_one_by_one() -> None:
    flying = after(OPEN, event(OPEN, Kind.QUEUED, ref="a", step="call"), event(OPEN, Kind.QUEUED, ref="b", step="mail"))
    assert flying.in_flight == ("a", "b")
    landed = after(flying, event(OPEN, Kind.STEP_DONE, ref="a", step="call", how=How.TASK))
    assert landed.in_flight == ("b",)
    failed = after(landed, event(OPEN, Kind.SEND_FAILED, ref="b", step="mail"))
    assert (failed.in_flight, failed.tries) == ((), 1)


def test_a_step_found_in_sent_leaves_what_is_on_its_way() -> None:
    flying = after(OPEN, event(OPEN, Kind.QUEUED, ref="a", step="mail"))
    found = after(flying, event(OPEN, Kind.STEP_DONE, ref="mail-9", step="old", how=How.ADOPTED))
    assert found.in_flight == ("a",)


def test_a_step_is_done_once_with_its_day_and_joins_the_thread() -> None:
    skipped = after(OPEN, event(OPEN, Kind.STEP_SKIPPED, step="s", on=DUE))
    assert [(done.how, done.on) for done in skipped.done] == [(How.SKIPPED, DUE)]
    done = after(skipped, event(OPEN, Kind.STEP_DONE, days=2, ref="e", step="s", message_id="<m@x>"))
    assert [(one.step, one.how, one.entry) for one in done.done] == [("s", How.SENT, "e")]
    assert done.step_done("s") is done.done[0]
    assert done.done[0].on == due(2).date()
    assert (done.thread, done.step_done("other")) == (("<m@x>",), None)
    assert after(done, event(OPEN, Kind.STEP_SKIPPED, step="s")).done == done.done
    assert after(done, event(OPEN, Kind.NOTED, message_id="<m@x>")).thread == ("<m@x>",)


def test_a_step_skipped_without_a_day_counts_for_the_day_of_its_instant() -> None:
    assert after(OPEN, event(OPEN, Kind.STEP_SKIPPED, days=4, step="s")).done[0].on == due(4).date()


def test_one_entry_may_carry_two_steps_of_a_case() -> None:
    both = [event(OPEN, Kind.STEP_DONE, ref="e", step=name) for name in ("one", "two")]
    assert [done.step for done in after(OPEN, *both, *both).done] == ["one", "two"]


def test_an_uncertain_send_holds_the_case_until_that_very_entry_is_settled() -> None:
    doubtful = after(OPEN, event(OPEN, Kind.UNCERTAIN, ref="a"), event(OPEN, Kind.UNCERTAIN, ref="b"))
    bounced = after(doubtful, event(OPEN, Kind.BOUNCED, ref="a"))
    settled = after(bounced, event(OPEN, Kind.SETTLED, ref="a"))
    assert [(hold.because, hold.ref) for hold in settled.holds] == [(Because.UNCERTAIN, "b"), (Because.BOUNCED, "a")]


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (State.OPEN, State.PAUSED),
        (State.PROMISED, State.PAUSED),
        (State.PAUSED, State.PAUSED),
        (State.DISPUTED, State.DISPUTED),
        (State.LEGAL, State.LEGAL),
    ],
)
def test_a_reply_stops_the_case_and_calls_a_person(before: State, then: State) -> None:
    one = replied(in_state(OPEN, before, state_on=DUE, resume_on=DUE), on=DUE)
    assert (one.state, one.unseen, one.needs_person) == (then, ("mail-1",), REPLY["detail"])
    asked = DUE if before in {State.PROMISED, State.PAUSED} else None
    assert (one.state_on, one.resume_on, one.last_reply_on, one.thread) == (asked, None, DUE, ("<1@dupont>",))


@pytest.mark.parametrize("state", [State.PAID, State.CLOSED])
def test_a_reply_to_an_ended_case_is_only_remembered(state: State) -> None:
    one = replied(in_state(OPEN, state))
    assert (one.state, one.unseen, one.needs_person, one.holds) == (state, (), "", ())
    assert (one.last_reply_on, one.thread) == (due(0).date(), ("<1@dupont>",))


def test_a_reply_from_before_the_start_holds_without_calling_anyone() -> None:
    one = replied(how=How.ADOPTED)
    assert (one.state, one.unseen, one.needs_person) == (State.OPEN, (), "")
    assert because(one) == [Because.EARLIER_REPLY]


def test_an_answer_from_before_the_start_frees_only_from_that_earlier_reply() -> None:
    held = after(replied(how=How.ADOPTED), event(OPEN, Kind.BOUNCED, ref="b"))
    free = after(held, event(OPEN, Kind.ANSWERED, ref="sent-1", how=How.ADOPTED, message_id="<2@us>"))
    assert because(free) == [Because.BOUNCED]
    assert free.thread == ("<1@dupont>", "<2@us>")


def test_a_colleagues_answer_keeps_the_pause_and_calls_nobody_any_more() -> None:
    one = after(replied(), event(OPEN, Kind.ANSWERED, days=2, ref="sent-1", on=DUE, message_id="<2@us>"))
    assert (one.state, one.unseen, one.needs_person) == (State.PAUSED, (), "")
    assert (one.state_at, one.state_on, one.resume_on) == (due(2), None, DUE)


def test_a_colleagues_answer_to_a_dispute_leaves_it_a_dispute() -> None:
    one = after(replied(in_state(OPEN, State.DISPUTED)), event(OPEN, Kind.ANSWERED, days=2, ref="s", on=DUE))
    assert (one.state, one.unseen, one.needs_person, one.resume_on) == (State.DISPUTED, (), "", None)


def test_a_colleagues_word_that_answers_nothing_only_joins_the_thread() -> None:
    one = after(OPEN, event(OPEN, Kind.ANSWERED, ref="s", on=DUE, message_id="<2@us>"))
    assert one == replace(OPEN, thread=("<2@us>",), applied=("answered:s",), look_at=due(0))


@pytest.mark.parametrize(("kind", "reason"), [(Kind.BOUNCED, Because.BOUNCED), (Kind.UNREADABLE, Because.UNREAD)])
def test_what_a_person_must_mend_holds_an_open_case_but_not_an_ended_one(kind: Kind, reason: Because) -> None:
    trouble = event(OPEN, kind, ref="m", detail="look at it")
    one = apply(OPEN, trouble)
    assert (because(one), one.needs_person) == ([reason], "look at it")
    assert (one.holds[0].ref, one.holds[0].detail, one.holds[0].since) == ("m", "look at it", due(0))
    assert apply(in_state(OPEN, State.CLOSED), trouble).holds == ()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.PAUSED, State.PAUSED),
        (Kind.PROMISED, State.PROMISED),
        (Kind.DISPUTED, State.DISPUTED),
        (Kind.PAID, State.PAID),
        (Kind.CLOSED, State.CLOSED),
        (Kind.HANDED_OVER, State.LEGAL),
    ],
)
def test_a_persons_word_puts_the_case_where_it_says_and_clears_the_replies(kind: Kind, state: State) -> None:
    before = replace(replied(), resume_on=DUE)
    one = after(before, event(OPEN, kind, days=3, ref="order", on=DUE))
    assert (one.state, one.state_on, one.state_at) == (state, DUE, due(3))
    assert (one.unseen, one.needs_person, one.resume_on) == ((), "", None)


def test_resume_opens_the_case_and_lifts_every_hold_but_an_uncertain_send() -> None:
    held = after(
        replied(how=How.ADOPTED),
        event(OPEN, Kind.UNCERTAIN, ref="e"),
        event(OPEN, Kind.MISSING),
        event(OPEN, Kind.PAUSED, on=DUE),
    )
    one = after(held, event(OPEN, Kind.RESUMED, ref="order", on=DUE))
    assert (one.state, one.state_on, because(one)) == (State.OPEN, None, [Because.UNCERTAIN])


def test_payment_in_parts_counts_up_to_the_whole_and_sees_to_the_replies() -> None:
    half = after(replied(), event(OPEN, Kind.PAID, ref="1", amount=Decimal(400)))
    assert (half.amount_due, half.state) == (Decimal(600), State.PAUSED)
    assert (half.unseen, half.needs_person) == ((), "")
    books = after(half, event(OPEN, Kind.CHANGED, invoice=replace(OPEN.invoice, paid=Decimal(500))))
    assert books.amount_due == 500
    more = after(books, event(OPEN, Kind.PAID, ref="2", amount=Decimal("499.99")))
    assert (more.amount_due, more.state) == (Decimal("0.01"), State.PAUSED)
    whole = after(more, event(OPEN, Kind.PAID, ref="3", amount=Decimal("0.01")))
    assert (whole.amount_due, whole.state, whole.ended) == (Decimal(0), State.PAID, True)


def test_the_books_count_where_they_know_of_more_than_a_person_said() -> None:
    told = after(OPEN, event(OPEN, Kind.PAID, ref="1", amount=Decimal(100)))
    later = after(told, event(OPEN, Kind.CHANGED, invoice=replace(OPEN.invoice, paid=Decimal(300))))
    assert later.amount_due == later.invoice.amount_due == 700


def test_a_pause_at_its_limit_stays_a_pause_and_calls_a_person() -> None:
    paused = after(OPEN, event(OPEN, Kind.PAUSED, ref="o", on=DUE))
    one = after(paused, event(OPEN, Kind.REMINDED_TO_ACT, days=5, detail="it is time"))
    assert (one.state, one.state_at, one.state_on) == (State.PAUSED, due(5), None)
    assert (one.resume_on, one.needs_person, one.broken) == (None, "it is time", 0)


def test_after_a_broken_promise_the_plan_goes_on_and_a_person_is_called() -> None:
    promised = after(OPEN, event(OPEN, Kind.PROMISED, ref="o", on=DUE))
    one = after(promised, event(OPEN, Kind.REMINDED_TO_ACT, days=5, detail="it has not come"))
    assert (one.state, one.state_at, one.state_on) == (State.OPEN, due(5), None)
    assert (one.promised_on, one.needs_person, one.broken) == (DUE, "it has not come", 1)


def test_a_chosen_plan_counts_from_its_day() -> None:
    assert after(OPEN, event(OPEN, Kind.PLAN_CHOSEN, plan="silence", on=DUE)).plan_start == DUE
    one = after(OPEN, event(OPEN, Kind.PLAN_CHOSEN, days=3, plan="silence"))
    assert (one.plan, one.plan_start, one.state) == ("silence", due(3).date(), State.OPEN)


def test_a_mark_names_the_step_only_where_a_step_is_done() -> None:
    assert Event(case="c", kind=Kind.QUEUED, at=due(0), ref="e", step="s").mark == "queued:e"
    assert Event(case="c", kind=Kind.STEP_DONE, at=due(0), ref="e", step="s").mark == "step_done:e:s"


def test_a_payment_in_the_books_leaves_an_unread_reply_to_a_person() -> None:
    paid = after(replied(), event(OPEN, Kind.PAID, days=4))
    assert (paid.state, paid.unseen, paid.needs_person) == (State.PAID, replied().unseen, replied().needs_person)


def test_what_the_books_owe_again_is_open_and_held_for_a_person() -> None:
    paid = replace(in_state(OPEN, State.PAID), paid_by_order=Decimal(1000))
    again = after(paid, event(OPEN, Kind.REOPENED, days=9, detail="asked for again"))
    assert (again.state, again.amount_due, because(again)) == (State.OPEN, Decimal(1000), [Because.OWED_AGAIN])
    assert again.needs_person == "asked for again"
    assert after(again, event(OPEN, Kind.RESUMED, ref="order")).holds == ()
    kept = after(paid, event(OPEN, Kind.REOPENED, days=9, amount=Decimal(300)))
    assert (kept.state, kept.amount_due) == (State.OPEN, Decimal(700))
    assert after(kept, event(OPEN, Kind.RESUMED, ref="order")).amount_due == Decimal(700)
    covered = after(paid, event(OPEN, Kind.REOPENED, days=9, amount=Decimal(1000)))
    assert after(covered, event(OPEN, Kind.RESUMED, ref="order")).amount_due == Decimal(1000)


CREDIT: dict[str, Any] = {"ref": "AV-1", "detail": "credit: AV-1"}


def test_credit_holds_until_it_is_gone_and_holds_again_when_it_is_back() -> None:
    held = after(OPEN, event(OPEN, Kind.CREDITED, **CREDIT))
    assert (because(held), held.needs_person) == ([Because.CREDIT], "credit: AV-1")
    free = after(held, event(OPEN, Kind.CREDIT_GONE))
    assert (free.holds, free.needs_person, free.applied) == ((), "", ())
    assert because(after(free, event(OPEN, Kind.CREDITED, **CREDIT))) == [Because.CREDIT]


def test_credit_that_a_person_let_pass_does_not_hold_again() -> None:
    let_go = after(OPEN, event(OPEN, Kind.CREDITED, **CREDIT), event(OPEN, Kind.RESUMED, ref="order"))
    assert after(let_go, event(OPEN, Kind.CREDITED, **CREDIT)).holds == ()


def test_credit_says_nothing_to_what_has_ended_and_leaves_other_words_for_a_person() -> None:
    assert after(in_state(OPEN, State.PAID), event(OPEN, Kind.CREDITED, **CREDIT)).holds == ()
    both = replied(after(OPEN, event(OPEN, Kind.CREDITED, **CREDIT)))
    assert after(both, event(OPEN, Kind.CREDIT_GONE)).needs_person == REPLY["detail"]


def test_a_reply_taken_back_leaves_the_case_as_it_was_before() -> None:
    back = apply(replied(), event(OPEN, Kind.WITHDRAWN, ref="mail-1"))
    assert (back.state, back.unseen, back.needs_person, back.last_reply_on) == (State.OPEN, (), "", None)


def test_a_reply_taken_back_leaves_the_other_replies_and_what_people_said() -> None:
    both, undone = replied(replied(), ref="mail-2"), event(OPEN, Kind.WITHDRAWN, ref="mail-2", on=DUE)
    left = apply(both, undone)
    assert (left.state, left.unseen, left.last_reply_on) == (State.PAUSED, ("mail-1",), DUE)
    disputed = replied(apply(OPEN, event(OPEN, Kind.DISPUTED)), ref="mail-2")
    assert apply(disputed, undone).state is State.DISPUTED
    resumed = apply(both, event(OPEN, Kind.RESUMED))
    assert replace(apply(resumed, undone), applied=(), look_at=None) == replace(resumed, applied=(), look_at=None)


def test_a_part_in_dispute_holds_the_whole_until_a_person_asks_for_the_balance() -> None:
    disputed = after(OPEN, event(OPEN, Kind.DISPUTED, ref="o1", amount=Decimal(300)))
    assert (disputed.state, disputed.disputed, disputed.asked) == (State.DISPUTED, Decimal(300), Decimal(700))
    going_on = after(disputed, event(OPEN, Kind.BALANCE, days=1, ref="o2"))
    assert (going_on.state, going_on.disputed, going_on.asked) == (State.OPEN, Decimal(300), Decimal(700))


def test_a_dispute_of_the_whole_names_no_part_and_has_no_balance() -> None:
    part = after(OPEN, event(OPEN, Kind.DISPUTED, ref="o1", amount=Decimal(300)))
    whole = after(part, event(OPEN, Kind.DISPUTED, days=1, ref="o2"))
    assert (whole.state, whole.disputed) == (State.DISPUTED, Decimal(0))
    same = after(whole, event(OPEN, Kind.BALANCE, days=2, ref="o3"))
    assert (same.state, same.disputed) == (State.DISPUTED, Decimal(0))


@pytest.mark.parametrize("state", [State.PAID, State.CLOSED])
def test_the_balance_of_what_has_ended_is_not_asked_for(state: State) -> None:
    ended = replace(in_state(OPEN, state), disputed=Decimal(300))
    assert after(ended, event(OPEN, Kind.BALANCE, ref="o")).state is state


@pytest.mark.parametrize("state", [State.DISPUTED, State.LEGAL])
def test_a_payment_that_came_back_ends_no_dispute_and_takes_nothing_from_the_lawyers(state: State) -> None:
    before = replied(in_state(OPEN, state))
    back = after(before, event(OPEN, Kind.REJECTED, ref="o", on=DUE))
    assert (back.state, back.rejected_on, back.unseen) == (state, DUE, ())


def test_only_resume_ends_a_sign_of_insolvency_and_nothing_the_balance_of_the_insolvent() -> None:
    part = after(OPEN, event(OPEN, Kind.DISPUTED, ref="o1", amount=Decimal(300)))
    sign = after(part, event(OPEN, Kind.INSOLVENT, ref="m"))
    going_on = after(sign, event(OPEN, Kind.BALANCE, days=1, ref="o2"))
    assert (going_on.state, because(going_on)) == (State.OPEN, [Because.INSOLVENT])
    assert because(after(going_on, event(OPEN, Kind.RESUMED, days=2, ref="o3"))) == []
    confirmed = after(sign, event(OPEN, Kind.INSOLVENT, days=1, ref="o2", on=DUE))
    assert after(confirmed, event(OPEN, Kind.BALANCE, days=2, ref="o3")).state is State.LEGAL


@pytest.mark.parametrize("kind", [Kind.BALANCE, Kind.RESUMED])
def test_an_instalment_plan_goes_on_after_a_dispute(kind: Kind) -> None:
    parts = (Instalment(DUE, Decimal(1000)),)
    planned = after(OPEN, event(OPEN, Kind.INSTALMENTS, ref="o1", on=DUE, instalments=parts))
    disputed = after(planned, event(OPEN, Kind.DISPUTED, days=1, ref="o2", amount=Decimal(300)))
    back = after(disputed, event(OPEN, kind, days=2, ref="o3"))
    assert (back.state, back.instalments) == (State.PROMISED, parts)


def test_an_answer_that_came_after_the_order_pauses_what_it_would_have_let_go_on() -> None:
    disputed = replied(after(OPEN, event(OPEN, Kind.DISPUTED, ref="o1", amount=Decimal(300))))
    assert (disputed.state, disputed.unseen) == (State.DISPUTED, ("mail-1",))
    paused = after(disputed, event(OPEN, Kind.BALANCE, days=2, ref="o2", seen=()))
    assert (paused.state, paused.disputed, paused.unseen) == (State.PAUSED, Decimal(300), ("mail-1",))
    going_on = after(disputed, event(OPEN, Kind.BALANCE, days=2, ref="o2", seen=("mail-1",)))
    assert (going_on.state, going_on.unseen) == (State.OPEN, ())


def test_a_person_ends_a_dispute_wholly_and_a_pause_that_ends_by_itself_does_not() -> None:
    part = replace(in_state(OPEN, State.PAUSED), disputed=Decimal(300))
    assert after(part, event(OPEN, Kind.RESUMED, ref="o")).disputed == 0
    assert after(part, event(OPEN, Kind.RESUMED)).disputed == 300


def test_an_answer_to_some_of_the_replies_leaves_the_others_to_be_seen_to() -> None:
    both = replied(replied(), ref="mail-2", detail="human from compta@dupont.test: encore")
    first = after(both, event(both, Kind.ANSWERED, days=2, ref="sent-1", seen=("mail-1",)))
    assert (first.unseen, first.state, first.needs_person) == (("mail-2",), State.PAUSED, both.needs_person)
    second = after(first, event(first, Kind.ANSWERED, days=3, ref="sent-2", seen=("mail-2",)))
    assert (second.unseen, second.state, second.needs_person) == ((), State.PAUSED, "")


def test_a_flag_taken_off_ends_the_call_for_a_person_and_leaves_the_hold() -> None:
    paused = replied()
    quiet = after(paused, event(paused, Kind.DISMISSED, ref="mail-1"))
    assert (quiet.state, quiet.unseen, quiet.needs_person, quiet.let_be) == (State.PAUSED, ("mail-1",), "", True)
    again = replied(quiet, ref="mail-2")
    assert (again.unseen, again.needs_person, again.let_be) == (("mail-1", "mail-2"), REPLY["detail"], False)


def test_a_flag_taken_off_one_message_says_nothing_of_the_others() -> None:
    both = after(replied(), event(OPEN, Kind.BOUNCED, ref="mail-2", detail="came back"))
    one = after(both, event(both, Kind.DISMISSED, ref="mail-1"))
    assert one.needs_person == "came back"
    elsewhere = after(both, event(both, Kind.DISMISSED, ref="mail-7"))
    assert (elsewhere.dismissed, elsewhere.needs_person) == ((), "came back")
    assert after(one, event(one, Kind.DISMISSED, ref="mail-2")).needs_person == ""


@pytest.mark.parametrize("kind", [Kind.PAUSED, Kind.PROMISED, Kind.DISPUTED, Kind.RESUMED])
def test_an_order_that_is_not_clear_holds_until_a_clear_one(kind: Kind) -> None:
    held = after(OPEN, event(OPEN, Kind.UNCLEAR, ref="mail-2", detail="an order by mail is not clear: pause non"))
    assert because(held) == [Because.ORDER]
    assert held.needs_person
    earlier = after(held, event(held, kind, ref="order", on=DUE, seen=()))
    assert because(earlier) == [Because.ORDER], "one given without knowing of it"
    clear = after(held, event(held, kind, ref="order", on=DUE, seen=("mail-2",)))
    assert (because(clear), clear.needs_person) == ([], "")
    paid = in_state(OPEN, State.PAID)
    assert after(paid, event(paid, Kind.UNCLEAR, ref="mail-2")).holds == ()
