from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import CALENDAR, DUE, after, at, case, customer, due, event, in_state, plan, step, taken, world

from relancier.core import agreed
from relancier.core.agreed import agreement, confirmation, next_owed, owed, reminder, still_wanted, thanks_due
from relancier.core.case import Because, Case, Hold, How, Instalment, Kind, State
from relancier.core.extra import step_of
from relancier.core.orders.dictated_parts import Part
from relancier.core.parcel import Taken, parcels
from relancier.core.schedule import (
    HELD,
    Action,
    Ask,
    Close,
    Near,
    Remind,
    Wait,
    decide,
    free_for,
    near,
    obstacle,
    stale,
)
from relancier.core.steps import template

PLAN = plan(step("first", 3), step("second", 10))
AGREED = DUE + timedelta(days=4)  # a Friday
FIRST, SECOND = date(2026, 6, 19), date(2026, 7, 20)  # a Friday and a Monday
PARTS = (Instalment(FIRST, Decimal(600)), Instalment(SECOND, Decimal(400)))
ALONE = Near()


def agreeing(**other: object) -> Case:
    """A case with an instalment plan agreed on a Friday, whose first reminder had gone out."""
    told = taken(case(**other), "first", DUE + timedelta(days=3))  # type: ignore[arg-type]
    return after(told, event(told, Kind.INSTALMENTS, days=4, ref="o", on=AGREED, instalments=PARTS))


def confirmed() -> Case:
    return taken(agreeing(), f"instalments:{AGREED}", AGREED)


def decided(one: Case, on: date, **other: object) -> Action:
    return decide(one, PLAN, world(at(on), **other), ALONE)  # type: ignore[arg-type]


def step_ids(action: Action) -> list[str]:
    assert isinstance(action, Remind), action
    return [one.id for one in action.steps]


def paid(one: Case, amount: int) -> Case:
    return replace(one, paid_by_order=Decimal(amount))


# --- the agreement itself -------------------------------------------------------------------------------------------


def parts(*amounts: int | None) -> list[Part]:
    days = (DUE + timedelta(days=30 * number) for number in range(1, 9))
    return [Part(on, None if amount is None else Decimal(amount)) for on, amount in zip(days, amounts, strict=False)]


@pytest.mark.parametrize(
    ("amounts", "due_now", "made"),
    [
        ((600, 400), "1000", ["600", "400"]),
        ((600, None), "1000", ["600", "400"]),
        ((None, None, None), "1000", ["333.33", "333.33", "333.34"]),
        ((None, 400), "1000.50", ["600.50", "400"]),
        ((600, 500), "1000", []),
        ((600, 300), "1000", []),
        ((600, 400, None), "1000", []),
        ((1000, 0), "1000", []),
        ((), "1000", []),
    ],
)
def test_instalments_sum_to_what_is_due_or_are_none(
    amounts: tuple[int | None, ...], due_now: str, made: list[str]
) -> None:
    assert [one.amount for one in agreement(parts(*amounts), Decimal(due_now))] == list(map(Decimal, made))


@pytest.mark.parametrize(
    ("amount", "left"),
    [(0, [600, 400]), (100, [500, 400]), (600, [400]), (700, [300]), (999, [1]), (1000, [])],
)
def test_payments_cover_the_oldest_instalment_first(amount: int, left: list[int]) -> None:
    assert [one.left for one in owed(paid(agreeing(), amount))] == left


def test_what_was_paid_before_the_agreement_covers_nothing_and_the_part_in_dispute_is_not_asked_for() -> None:
    before = replace(case(amount=Decimal(1500)), paid_by_order=Decimal(500))
    one = after(before, event(before, Kind.INSTALMENTS, ref="o", on=AGREED, instalments=PARTS))
    assert [part.left for part in owed(one)] == [600, 400]
    contested = replace(agreeing(amount=Decimal(1300)), disputed=Decimal(300))
    assert [part.left for part in owed(contested)] == [600, 400]
    dearer = agreeing(amount=Decimal(1100))
    assert [part.left for part in owed(dearer)] == [600, 400]
    assert next_owed(case()) is None


# --- what leaves while it is kept -----------------------------------------------------------------------------------


def test_first_the_confirmation_then_a_reminder_two_working_days_before_each_instalment() -> None:
    assert step_ids(decided(agreeing(), AGREED)) == [f"instalments:{AGREED}"]
    one = confirmed()
    assert decided(one, AGREED) == Wait(CALENDAR.opening(date(2026, 6, 17)), f"next step: instalment:{FIRST}")
    assert step_ids(decided(one, date(2026, 6, 17))) == [f"instalment:{FIRST}"]
    reminded = taken(one, f"instalment:{FIRST}", date(2026, 6, 17))
    assert decided(reminded, date(2026, 6, 18)) == Wait(at(date(2026, 6, 23), 0), "promised")
    assert step_ids(decided(paid(reminded, 600), date(2026, 7, 16))) == [f"instalment:{SECOND}"]
    assert decided(paid(reminded, 1000), date(2026, 7, 16)) == Close("paid in full by the books")


def test_a_reminder_is_for_its_days_and_for_a_day_later_than_the_agreement() -> None:
    assert reminder(replace(agreeing(), agreed_on=date(2026, 6, 17)), CALENDAR) is None
    assert reminder(case(), CALENDAR) is None
    assert confirmation(case()) == ""
    assert confirmation(replace(agreeing(), agreed_on=None)) == ""
    assert isinstance(decided(confirmed(), date(2026, 6, 20)), Wait)


def test_the_last_look_lets_through_only_what_the_agreement_wants_now() -> None:
    one, now = confirmed(), world(at(date(2026, 6, 18)))
    wanted = f"instalment:{FIRST}"
    assert still_wanted(wanted, one, CALENDAR, date(2026, 6, 18)) == ""
    assert still_wanted(wanted, one, CALENDAR, date(2026, 6, 16)) == "it is not the time to remind of that instalment"
    assert still_wanted(wanted, one, CALENDAR, date(2026, 6, 20)) == "it is not the time to remind of that instalment"
    assert still_wanted(wanted, paid(one, 600), CALENDAR, date(2026, 6, 18)).startswith("that instalment is paid")
    assert still_wanted(wanted, paid(one, 1000), CALENDAR, date(2026, 6, 18)).startswith("that instalment is paid")
    assert still_wanted(f"instalments:{AGREED}", agreeing(), CALENDAR, AGREED) == ""
    assert obstacle(one, now, ALONE, wanted) is None
    assert obstacle(one, now, ALONE, "second") == Wait(at(date(2026, 6, 23), 0), "promised")
    assert obstacle(one, now, ALONE) == Wait(at(date(2026, 6, 23), 0), "promised")
    assert isinstance(obstacle(one, world(at(date(2026, 6, 23))), ALONE, wanted), Ask)
    assert isinstance(obstacle(paid(one, 1000), now, ALONE, wanted), Close)


def test_nothing_agreed_leaves_while_held_in_flight_without_a_plan_or_at_night() -> None:
    one, day = confirmed(), date(2026, 6, 17)
    held = replace(one, holds=(Hold(Because.BOUNCED, "m", "", due(0)),))
    assert decided(held, day) == Wait(at(date(2026, 6, 23), 0), HELD[Because.BOUNCED])
    assert decided(replace(one, in_flight=("e",)), day) == Wait(at(date(2026, 6, 23), 0), "a message is on its way")
    assert decide(one, None, world(at(day)), ALONE) == Wait(at(date(2026, 6, 23), 0), "promised")
    assert decide(one, PLAN, world(at(day, 22)), ALONE) == Wait(
        CALENDAR.opening(date(2026, 6, 18)), "outside the sending hours"
    )
    other = Near(last_message=date(2026, 6, 16))
    assert decide(one, PLAN, world(at(day)), other) == Wait(
        CALENDAR.opening(date(2026, 6, 19)), "no two messages to a customer before 2026-06-19"
    )


def test_a_reminder_waits_for_books_that_know_of_payments_since_our_last_message() -> None:
    stale_books = world(at(date(2026, 6, 17)), known_at=at(AGREED, 9))
    action = decide(confirmed(), PLAN, stale_books, ALONE)
    assert action == Wait(CALENDAR.opening(date(2026, 6, 18)), f"payments are known only up to {AGREED}")
    (confirms,) = decided(agreeing(), AGREED).steps  # type: ignore[union-attr]
    assert stale(confirms, agreeing(), world(at(AGREED), known_at=at(DUE))) == ""


def test_a_missed_instalment_is_told_after_its_grace_once_payments_are_known() -> None:
    one = confirmed()
    assert isinstance(decided(one, date(2026, 6, 22)), Wait)
    missed = "the instalment of 600.00 agreed for 2026-06-19 has not come"
    assert decided(one, date(2026, 6, 23)) == Ask(missed, "missed_instalment")
    unknown = decided(one, date(2026, 6, 23), known_at=at(date(2026, 6, 21)))
    assert unknown == Wait(CALENDAR.opening(date(2026, 6, 24)), "payments are known only up to 2026-06-21")
    assert isinstance(decided(paid(one, 600), date(2026, 6, 23)), Wait)


def test_once_all_is_paid_but_what_is_in_dispute_nothing_is_missed() -> None:
    one = replace(agreeing(amount=Decimal(1300)), disputed=Decimal(300), paid_by_order=Decimal(1000))
    done = taken(one, f"instalments:{AGREED}", AGREED)
    assert decided(done, date(2026, 9, 1)) == Wait(None, "promised")


# --- how agreements change a case -----------------------------------------------------------------------------------


def test_a_missed_instalment_pauses_and_resume_then_asks_for_the_whole() -> None:
    missed = after(confirmed(), event(case(), Kind.REMINDED_TO_ACT, days=22, detail="missed"))
    assert (missed.state, missed.instalments, missed.agreed_on) == (State.PAUSED, (), None)
    assert (missed.needs_person, missed.broken, missed.promised_on) == ("missed", 1, FIRST)
    resumed = after(missed, event(case(), Kind.RESUMED, days=23, ref="r"))
    assert (resumed.state, resumed.needs_person) == (State.OPEN, "")


def test_after_a_pause_from_it_resume_goes_back_to_the_instalments_and_a_second_one_ends_them() -> None:
    one = after(confirmed(), event(case(), Kind.REPLIED, days=6, ref="m", detail="wrote"))
    assert (one.state, one.instalments, one.state_on) == (State.PAUSED, PARTS, None)
    back = after(one, event(case(), Kind.RESUMED, days=7, ref="r"))
    assert (back.state, back.instalments, back.agreed_on) == (State.PROMISED, PARTS, AGREED)
    ended = after(back, event(case(), Kind.RESUMED, days=8, ref="s"))
    assert (ended.state, ended.instalments) == (State.OPEN, ())
    unseen = after(one, event(case(), Kind.RESUMED, days=7, ref="r", seen=()))
    assert (unseen.state, unseen.instalments) == (State.PAUSED, PARTS)


def test_a_promise_takes_the_place_of_instalments_and_the_other_way_round() -> None:
    promised = after(confirmed(), event(case(), Kind.PROMISED, days=5, ref="p", on=FIRST))
    assert (promised.instalments, promised.promised_on, promised.state_on) == ((), FIRST, FIRST)
    again = after(promised, event(case(), Kind.INSTALMENTS, days=6, ref="q", instalments=PARTS))
    assert (again.state_on, again.agreed_on, again.promised_on) == (None, due(6).date(), FIRST)
    nothing = after(case(), event(case(), Kind.INSTALMENTS, ref="q"), event(case(), Kind.PROMISED, ref="p"))
    assert (nothing.promised_on, nothing.state) == (None, State.PROMISED)


def test_no_promise_is_broken_while_money_that_may_keep_it_waits_for_a_person() -> None:
    one = after(case(), event(case(), Kind.PROMISED, ref="p", on=DUE))
    held = after(one, event(case(), Kind.MONEY, ref="m", detail="400.00 came"))
    assert decided(held, date(2026, 6, 3)) == Wait(None, "money has come that may be for it: a person must say")
    seen_to = after(held, event(case(), Kind.MONEY_SETTLED, ref="m"))
    assert isinstance(decided(seen_to, date(2026, 6, 3)), Ask)


def test_two_broken_promises_are_counted_and_the_second_says_so() -> None:
    one = after(case(), event(case(), Kind.PROMISED, ref="p", on=DUE))
    assert decided(one, date(2026, 6, 3)) == Ask("the payment promised for 2026-06-01 has not come", "promise_broken")
    broken = after(one, event(case(), Kind.REMINDED_TO_ACT, days=2, detail="not come"))
    assert (broken.state, broken.broken, broken.promised_on) == (State.OPEN, 1, DUE)
    twice = after(broken, event(case(), Kind.PROMISED, days=2, ref="q", on=date(2026, 6, 8)))
    assert getattr(decided(twice, date(2026, 6, 10)), "code", "") == "promises_broken"
    unknown = decided(twice, date(2026, 6, 10), known_at=at(date(2026, 6, 8)))
    assert unknown == Wait(CALENDAR.opening(date(2026, 6, 11)), "payments are known only up to 2026-06-08")


def test_a_rejected_payment_is_owed_again_where_a_person_had_taken_it_for_paid() -> None:
    debit = case(payment_method="prélèvement")
    assert isinstance(obstacle(debit, world(due(3)), ALONE), Wait)
    told = event(debit, Kind.REJECTED, days=1, ref="r", on=DUE)
    assert obstacle(after(debit, told), world(due(3)), ALONE) is None
    closed = after(debit, event(debit, Kind.PAID, ref="p", amount=Decimal(1000)), told)
    assert (closed.state, closed.amount_due, closed.rejected_on) == (State.OPEN, Decimal(1000), DUE)
    part = after(debit, event(debit, Kind.PAID, ref="p", amount=Decimal(100)), told)
    assert part.amount_due == 900


def test_of_several_payments_what_came_back_is_owed_again() -> None:
    part = replace(case(), paid_by_order=Decimal(400))
    whole = replace(part, paid_by_order=Decimal(1000), state=State.PAID)
    told = event(part, Kind.REJECTED, days=1, ref="r", on=DUE)
    assert after(part, told).amount_due == Decimal(600)
    assert after(whole, told).amount_due == Decimal(1000)
    assert after(whole, replace(told, amount=Decimal(600))).amount_due == Decimal(600)
    assert after(part, replace(told, amount=Decimal(600))).amount_due == Decimal(1000)


def test_the_first_message_after_a_rejection_speaks_of_it() -> None:
    back = replace(case(), rejected_on=DUE)
    for words in ("notification", "reminder-1", "reminder-2", "one-off"):
        assert template(step("s", 3, template=words), back) == "rejected"
    assert template(step("s", 3, template="formal-notice"), back) == "formal-notice"
    written = taken(back, "first", DUE + timedelta(days=1))
    assert template(step("s", 3), written) == "reminder-1"
    before = taken(back, "first", DUE - timedelta(days=1))
    assert template(step("s", 3), before) == "rejected"


def test_extra_steps_are_no_sign_of_an_edited_plan() -> None:
    one = taken(case(), f"instalment:{FIRST}", DUE + timedelta(days=5))
    assert step_ids(decide(one, PLAN, world(due(10)), ALONE)) == ["second"]


def test_what_is_agreed_and_what_thanks_share_no_message_with_anything_else() -> None:
    whole = plan(step("first", 3))
    mine, other, sold = case(), case("F2"), case("F3", factor="BNP")
    extra = {name: step_of(whole, name) for name in (f"instalment:{FIRST}", "thank-you")}
    instalment, thanks = extra.values()
    assert instalment is not None
    assert thanks is not None
    first = whole.steps[0]
    for pair in (
        [Taken(mine, whole, instalment), Taken(other, whole, first)],
        [Taken(mine, whole, thanks), Taken(other, whole, first)],
        [Taken(mine, whole, first), Taken(sold, whole, first)],
    ):
        (leaves,) = parcels(pair)
        assert len(leaves.carries) == 1
    (together,) = parcels([Taken(mine, whole, thanks), Taken(other, whole, thanks)])
    assert len(together.carries) == 2
    (firmer,) = parcels([Taken(mine, whole, thanks), Taken(other, whole, first)])
    assert firmer.lead.step is first


def test_a_sign_of_insolvency_holds_and_the_judgment_ends() -> None:
    one = case()
    sign = after(one, event(one, Kind.INSOLVENT, ref="m", detail="writes of insolvency"))
    assert (sign.state, sign.needs_person) == (State.OPEN, "writes of insolvency")
    assert [hold.because for hold in sign.holds] == [Because.INSOLVENT]
    ended = after(sign, event(one, Kind.INSOLVENT, days=2, ref="o", on=DUE, detail="judgment"))
    assert (ended.state, ended.insolvent_on, ended.state_on, len(ended.holds)) == (State.LEGAL, DUE, None, 1)
    assert ended.needs_person == ""
    later = after(sign, event(one, Kind.SOLVENT, days=2, ref="o"))
    assert (later.holds, later.needs_person) == ((), "")
    twice = after(sign, event(one, Kind.INSOLVENT, ref="n", detail="again"))
    assert [hold.ref for hold in after(twice, event(one, Kind.SOLVENT, ref="m")).holds] == ["n"]
    assert after(twice, event(one, Kind.SOLVENT, ref="o")).holds == ()
    other = replace(sign, needs_person="something else")
    assert after(other, event(one, Kind.SOLVENT, days=2, ref="o")).needs_person == "something else"
    closed = in_state(one, State.CLOSED)
    assert after(closed, event(one, Kind.INSOLVENT, ref="m")).holds == ()
    again = after(ended, event(one, Kind.RESUMED, days=3, ref="r"))
    assert (again.state, again.insolvent_on, again.holds) == (State.OPEN, None, ())


def test_a_sign_holds_the_customers_other_cases_until_it_is_confirmed() -> None:
    one, other = case(), case("F2")
    sign = after(one, event(one, Kind.INSOLVENT, ref="m", detail="sign"))
    assert near(other, [sign]).insolvent == "F1"
    assert decide(other, PLAN, world(due(3)), near(other, [sign])) == Wait(None, HELD[Because.INSOLVENT])
    ended = after(sign, event(one, Kind.INSOLVENT, days=2, ref="o", on=DUE))
    assert near(other, [ended]).insolvent == ""
    assert near(other, [replace(sign, state=State.PAID)]).insolvent == ""


# --- thanks and factors ---------------------------------------------------------------------------------------------


def thanked(one: Case, on: date, beside: Near = ALONE) -> Action:
    return decide(one, PLAN, world(at(on), thank_you=True), beside)


PAID_ON = DUE + timedelta(days=4)


def paying(**other: object) -> Case:
    reminded = taken(case(paid=Decimal(1000)), "first", DUE + timedelta(days=3))
    return replace(reminded, state=State.PAID, state_at=at(PAID_ON), **other)  # type: ignore[arg-type]


def test_thanks_follow_a_payment_after_a_reminder_for_a_week() -> None:
    assert step_ids(thanked(paying(), PAID_ON)) == ["thank-you"]
    assert decided(paying(), PAID_ON) == Wait(None, "paid")
    assert thanked(paying(), PAID_ON + timedelta(days=8)) == Wait(None, "paid")
    assert thanked(taken(paying(), "thank-you", PAID_ON), PAID_ON) == Wait(None, "paid")
    assert thanked(replace(paying(), done=()), PAID_ON) == Wait(None, "paid")
    assert thanked(replace(paying(), in_flight=("e",)), PAID_ON) == Wait(None, "a message is on its way")
    assert thanked(in_state(case(), State.CLOSED), PAID_ON) == Wait(None, "closed")


def test_thanks_wait_for_a_person_who_has_not_answered_and_for_another_day_than_our_last_message() -> None:
    tomorrow = CALENDAR.opening(date(2026, 6, 8))
    assert thanked(replace(paying(), unseen=("m",)), PAID_ON) == Wait(tomorrow, HELD[Because.REPLY])
    assert isinstance(thanked(paying(), PAID_ON, Near(unseen="F2")), Wait)
    wait = thanked(paying(), PAID_ON, Near(last_message=PAID_ON))
    assert wait == Wait(tomorrow, "no two messages to a customer before 2026-06-06")
    never = replace(paying(), invoice=case(who=customer(never=True), paid=Decimal(1000)).invoice)
    assert thanked(never, PAID_ON) == Wait(None, "paid")


def test_thanks_need_money() -> None:
    reminded = taken(case(), "first", DUE + timedelta(days=3))
    by_order = replace(reminded, state=State.PAID, state_at=at(PAID_ON))
    assert thanks_due(by_order, PAID_ON, PAID_ON)
    assert thanks_due(replace(by_order, paid_by_order=Decimal(1000)), PAID_ON, PAID_ON)
    assert not thanks_due(replace(by_order, absent=True), PAID_ON, PAID_ON)
    credited = replace(by_order, invoice=replace(by_order.invoice, amount=Decimal(0)))
    assert not thanks_due(credited, PAID_ON, PAID_ON)
    letter = replace(by_order, done=(replace(by_order.done[0], how=How.TASK),))
    assert not thanks_due(letter, PAID_ON, PAID_ON)


def test_only_thanks_and_what_confirms_need_no_gap() -> None:
    (thanks,) = thanked(paying(), PAID_ON).steps  # type: ignore[union-attr]
    assert stale(thanks, paying(), world(at(PAID_ON))) == ""
    assert free_for(thanks, replace(paying(), done=()), PLAN, world(at(PAID_ON)), ALONE) == PAID_ON
    late = Near(last_message=PAID_ON)
    assert free_for(PLAN.steps[0], case(), PLAN, world(at(PAID_ON)), late) == date(2026, 6, 10)


def test_a_factored_invoice_waits_for_the_factors_bank_details() -> None:
    sold = case(factor="BNP Factor")
    unknown = Wait(None, "no bank details are known of the factor 'BNP Factor'")
    assert obstacle(sold, world(due(3)), ALONE) == unknown
    assert obstacle(sold, world(due(3), factors=frozenset({"bnp factor"})), ALONE) is None


def test_what_belongs_to_an_agreement_is_known_by_its_id() -> None:
    ids = ["instalments:2026-06-05", "instalment:2026-06-19", "recap:2026-06-05", "instalment", "first"]
    assert [agreed.of_agreement(one) for one in ids] == [True, True, False, False, False]
