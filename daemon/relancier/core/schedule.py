"""The one place that decides: a case, its plan and the world in, one action out (house laws 5, 10, 11).

Nothing here reads a clock or a file. `decide` is used by the daemon, by the forecast and, through `obstacle`, by the
last look before a send, so that all three always agree.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from relancier.core import agreed, discount
from relancier.core.case import Because, Case, Event, How, Kind, State, StepDone
from relancier.core.extra import RECAP, THANK_YOU, step_of
from relancier.core.paid.known import known_at, known_day, known_only
from relancier.core.plan import Channel, Plan, Step
from relancier.core.steps import MESSAGES, ONE_OFF, began_late, channel, come, left_late, prevents, take
from relancier.core.text.folding import composed, fold
from relancier.core.workdays import Calendar
from relancier.core.world import Action, Ask, Close, Near, Remind, Resume, Short, Wait, World, near, nears

__all__ = ["Action", "Ask", "Close", "Near", "Remind", "Resume", "Short", "Wait", "World", "by_itself", "near", "nears"]

AFTER_ONE_OFF = 5  # working days that the deadline of a one-off reminder leaves
NOTICE_LEAVES = timedelta(days=8)  # the days to pay that a formal notice gives
PLAN_ENDED = "the plan has ended"
NO_CALL = "the call is not recorded yet"
NO_PLAN = "there is no plan called"
NO_FACTOR = "no bank details are known of the factor"
PAID_BY_ITSELF = re.compile(
    r"\b(direct debit|prelevements?|prlv|lcr|traites?|bill of exchange|effets? acceptes?|accepted bill"
    r"|cheques? recus?|cheque received)\b"
)


def decide(case: Case, plan: Plan | None, world: World, near: Near) -> Action:
    """What to do about this case at `world.now`."""
    stop = obstacle(case, world, near)
    if stop is not None:
        return _rather(stop, case, plan, world, near) if isinstance(stop, Wait) and plan is not None else stop
    if case.in_flight:
        return Wait(None, "a message is on its way")
    if plan is None:
        return Wait(None, f"{NO_PLAN} {case.plan!r}")
    return _next(case, plan, world, near)


def obstacle(case: Case, world: World, near: Near, step: str = "") -> Action | None:
    """Why nothing may leave for this case now, whatever its plan says; None when nothing stands in the way.

    `step` is what would leave: what an agreement says may leave while it is kept, and thanks after the payment.
    """
    if case.ended or step == THANK_YOU:
        return _thanks(case, world, near) if step == THANK_YOU else Wait(None, case.state.value)
    if ended := discount.over(case, world.calendar):
        return ended
    stop = None if case.state is State.OPEN else _by_state(case, world)
    agreed_upon = agreed.of_agreement(step) or _confirms(step, case)
    kept = case.state is State.PROMISED and isinstance(stop, Wait) and agreed_upon
    if stop is not None and not kept:
        return stop
    reason = _held(case, near) or _by_invoice(case, world)
    return Wait(None, reason) if reason else None


def by_itself(case: Case, action: Action, at: datetime) -> list[Event]:
    """What happens to a case by a decision alone, without a message."""
    kinds = {Ask: Kind.REMINDED_TO_ACT, Resume: Kind.RESUMED, Short: Kind.SHORT, Close: Kind.PAID}
    kind = kinds.get(type(action))
    if kind is None or isinstance(action, Remind):
        return []
    event = Event(case=case.key, kind=kind, at=at, detail=action.reason)
    if isinstance(action, Short):
        return [replace(event, ref=action.ref)]
    if isinstance(action, Close) and action.cancelled:
        return [replace(event, kind=Kind.CLOSED, seen=())]  # a credit note answers no reply
    return [event]


def _confirms(step: str, case: Case) -> bool:
    """Whether a step repeats to the customer what was promised on the phone, while that promise lasts."""
    return bool(step) and step == case.recap and case.state is State.PROMISED


def _thanks(case: Case, world: World, near: Near) -> Wait | None:
    """Why the customer is not thanked now, if so."""
    ended_on = world.calendar.local_day(case.state_at or case.opened_at)
    if not world.thank_you or not agreed.thanks_due(case, world.today, ended_on):
        return Wait(None, case.state.value)
    reason = HELD[Because.REPLY] if case.unseen else _held(case, near)
    return Wait(world.calendar.opening(world.today + timedelta(days=1)), reason) if reason else None


def _rather(stop: Wait, case: Case, plan: Plan, world: World, near: Near) -> Action:
    """What leaves beside the plan, if anything; it waits no longer than until the case reaches its turning point."""
    action = _beside_the_plan(case, plan, world, near) or stop
    if not isinstance(action, Wait) or stop.until is None:
        return action
    return replace(action, until=min(action.until or stop.until, stop.until))


def _beside_the_plan(case: Case, plan: Plan, world: World, near: Near) -> Action | None:
    """What leaves though the plan rests: what was agreed with the customer, and thanks for a payment."""
    step, on = _extra_step(case, world)
    if not step:
        return None
    stop = obstacle(case, world, near, step)
    if stop is not None:
        return stop
    if case.in_flight:
        return Wait(None, "a message is on its way")
    if on > world.today:
        return Wait(world.calendar.opening(on), f"next step: {step}")
    taken = step_of(plan, step)
    return _leaves(taken, case, plan, world, near) if taken is not None else None


def _extra_step(case: Case, world: World) -> tuple[str, date]:
    """The step that no plan lists and that comes next, and its day; nothing where there is none."""
    if case.state is State.PAID:
        return THANK_YOU, world.today
    if case.recap and not case.step_done(case.recap) and case.state is State.PROMISED:
        return case.recap, world.today
    if case.state is not State.PROMISED or not case.instalments:
        return "", world.today
    confirmed = agreed.confirmation(case)
    if confirmed:
        return confirmed, world.today
    step, first, last = agreed.reminder(case, world.calendar) or ("", world.today, world.today)
    return (step, first) if world.today <= last else ("", world.today)


def _leaves(step: Step, case: Case, plan: Plan, world: World, near: Near) -> Action:
    """The step now, or when it may leave."""
    opening = world.calendar.next_moment(world.now)
    if opening > world.now:
        return Wait(opening, "outside the sending hours")
    if reason := stale(step, case, world):
        return Wait(world.calendar.opening(world.today + timedelta(days=1)), reason)
    free = free_for(step, case, plan, world, near)
    if free > world.today:
        return Wait(world.calendar.opening(free), f"no two messages to a customer before {free}")
    return Remind((step,))


def _held(case: Case, near: Near) -> str:
    if case.holds:
        return HELD[case.holds[-1].because]
    if near.unseen:
        return f"the customer answered about {near.unseen}, and nobody has seen to it yet"
    return HELD[Because.INSOLVENT] if near.insolvent else ""


HELD = {
    Because.REPLY: "a reply is waiting for a person",
    Because.UNREAD: "a message could not be read",
    Because.UNCERTAIN: "nobody knows yet whether the last message arrived",
    Because.MISSING: "the invoice has left the invoice file",
    Because.BOUNCED: "a message came back: the contact must be mended",
    Because.EARLIER_REPLY: "the customer wrote about it before Relancier started",
    Because.UNKNOWN_SENT: "a message in Sent is unknown to this state",
    Because.OWED_AGAIN: "the books owe again what they had closed",
    Because.PARTS: "its due dates have changed in a way that a person must sort out",
    Because.CREDIT: "the customer has credit that no invoice uses yet",
    Because.ADDRESS: "a letter came back: the postal address must be mended",
    Because.INSOLVENT: "the customer seems to be insolvent: a person must confirm",
    Because.DRAFT: "a draft has gone from Drafts, and nobody knows whether it was sent",
    Because.PAYMENT: "money has come that may be for it: a person must say",
    Because.DISCOUNT: "a discount was taken off too late: a person decides",
    Because.ORDER: "an order about it is not clear: a person must say what is meant",
    Because.IBAN: "its file shows another IBAN than the configuration: a person must look",
}


def _by_state(case: Case, world: World) -> Action:
    """Pauses and promises that reach their day; nothing else ends by itself."""
    until, action = _turning_point(case, world)
    if until is None:
        return action
    if world.today < until:
        return Wait(_start_of(until, world.calendar), case.state.value)
    if case.state is not State.PROMISED:
        return action
    if any(hold.because is Because.PAYMENT for hold in case.holds):
        return Wait(None, HELD[Because.PAYMENT])
    unknown = known_day(case, world) < until - timedelta(days=1)
    return _wait_to_know(case, world) if unknown else action


def _wait_to_know(case: Case, world: World) -> Wait:
    """Nobody is told that a payment has not come before it would be known."""
    return Wait(world.calendar.opening(world.today + timedelta(days=1)), known_only(case, world))


def _turning_point(case: Case, world: World) -> tuple[date | None, Action]:
    if case.state is State.PROMISED and case.instalments:
        return _instalment(case, world)
    if case.state is State.PROMISED and case.state_on is not None:
        code = "promises_broken" if case.broken else "promise_broken"
        told = Ask(f"the payment promised for {case.state_on.isoformat()} has not come", code)
        return agreed.graced(case.state_on, world.calendar), told
    if case.state is State.PAUSED and case.resume_on is not None and not case.holds:
        return case.resume_on, Resume("the customer stayed silent after a colleague's answer")
    if case.state is State.PAUSED and case.let_be and case.state_on is None:
        return None, Wait(None, case.state.value)
    if case.state in {State.PAUSED, State.PROMISED}:
        since = world.calendar.local_day(case.state_at or case.opened_at)
        return case.state_on or since + world.pause_limit, Ask("the pause has reached its limit", "pause_limit")
    return None, Wait(None, case.state.value)


def _instalment(case: Case, world: World) -> tuple[date | None, Action]:
    """The day on which the next instalment counts as missed; none once only what is in dispute is left."""
    coming = agreed.next_owed(case)
    if coming is None:
        return None, Wait(None, case.state.value)
    told = f"the instalment of {coming.left:.2f} agreed for {coming.part.on.isoformat()} has not come"
    return agreed.graced(coming.part.on, world.calendar), Ask(told, "missed_instalment")


def _by_invoice(case: Case, world: World) -> str:
    invoice = case.invoice
    if invoice.customer.never:
        return "this customer is never chased"
    if case.disputed >= case.amount_due:
        return "all that is due is in dispute"
    if case.asked < world.minimum:
        return f"less than {world.minimum} is due"
    if pays_by_itself(invoice.payment_method) and case.rejected_on is None:
        return f"it is paid by {invoice.payment_method}"
    if invoice.factor and fold(composed(invoice.factor)) not in world.factors:
        return f"{NO_FACTOR} {invoice.factor!r}"
    return ""


@lru_cache(maxsize=1024)
def pays_by_itself(method: str) -> bool:
    """Whether the payment comes without being asked for: a direct debit, an accepted bill, a cheque received."""
    return PAID_BY_ITSELF.search(fold(composed(method))) is not None


def _start_of(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(0, 0), calendar.zone)


def _next(case: Case, plan: Plan, world: World, near: Near) -> Action:
    calendar = world.calendar
    reached, coming = come(case, plan, calendar, world.now, world.today)
    taking = take(case, plan, reached, world.today)
    if not taking.steps and not taking.skipped:
        ended = NO_CALL if reached else PLAN_ENDED
        return Wait(coming.opening(calendar), f"next step: {coming.step.id}") if coming else Wait(None, ended)
    wait = _not_yet(case, plan, taking.steps, world, near) if taking.steps else None
    return wait or Remind(taking.steps, taking.skipped)


def _not_yet(case: Case, plan: Plan, steps: tuple[Step, ...], world: World, near: Near) -> Wait | None:
    calendar = world.calendar
    opening = calendar.next_moment(world.now)
    if opening > world.now:
        return Wait(opening, "outside the sending hours")
    if any(step.formal_notice for step in steps) and calendar.in_quiet(world.today):
        return Wait(_after_quiet(world), "no formal notice in a quiet period")
    if any(not prevents(step) for step in steps) and not payments_known(case, world):
        return _wait_to_know(case, world)
    return _too_soon(case, plan, steps, world, near)


def stale(step: Step, case: Case, world: World) -> str:
    """Why a step that was chosen earlier may not be taken today, or nothing."""
    if step.id == THANK_YOU or _confirms(step.id, case):
        return ""
    if step.id.startswith(f"{RECAP}:"):
        return "the promise that it would confirm is over"
    if agreed.of_agreement(step.id):
        return agreed.still_wanted(step.id, case, world.calendar, world.today) or _unknown(step, case, world)
    if step.formal_notice and world.calendar.in_quiet(world.today):
        return "no formal notice in a quiet period"
    if prevents(step):
        return "it could not leave by the due date" if world.today > case.invoice.due else ""
    known = payments_known(case, world) or _beside_a_message(step, case, world)
    return "" if known else "payments are not known far enough"


def _beside_a_message(step: Step, case: Case, world: World) -> bool:
    """Whether a colleague is to do it beside a message of this very day, for which the payments were known."""
    last = max((done for done in case.done if done.how in MESSAGES), key=lambda done: done.at, default=None)
    today = last is not None and last.on == world.today
    return today and channel(step, case) is not Channel.EMAIL and _known_in_time(case, world)


def _unknown(step: Step, case: Case, world: World) -> str:
    """Whether a reminder of an instalment must wait until payments are known; a person looks at the confirmation."""
    enough = step.approval or agreed.known_enough(case, known_at(case, world))
    return "" if enough else known_only(case, world)


def overtaken(step: Step, case: Case, plan: Plan, world: World) -> bool:
    """Whether the plan would now pass over a step that it chose earlier and that has not been taken yet."""
    reached, _ = come(case, plan, world.calendar, world.now, world.today)
    return step.id in take(case, plan, reached, world.today).skipped


def _too_soon(case: Case, plan: Plan, steps: tuple[Step, ...], world: World, near: Near) -> Wait | None:
    writes = any(channel(step, case) is Channel.EMAIL for step in steps)
    free = free_day(case, plan, world, near) if writes else rested(case, plan, world)
    if free <= world.today:
        return None
    reason = f"no two messages to a customer before {free}" if writes else f"the last message gives time until {free}"
    return Wait(world.calendar.opening(free), reason)


def _after_quiet(world: World) -> datetime:
    days = (world.today + timedelta(days=ahead) for ahead in range(1, 367))
    day = next((day for day in days if not world.calendar.in_quiet(day)), world.today + timedelta(days=1))
    return world.calendar.opening(day)


def payments_known(case: Case, world: World) -> bool:
    """Whether a payment in time, or after the last reminder, would be known by now (case: payments not known yet)."""
    last = max((done.at for done in case.done if done.how in MESSAGES), default=None)
    return _known_in_time(case, world) and (last is None or known_at(case, world) > last)


def _known_in_time(case: Case, world: World) -> bool:
    """Whether a payment made by the due date would be known by now."""
    return known_day(case, world) >= world.calendar.known_day(case.invoice.due)


def rested(case: Case, plan: Plan, world: World) -> date:
    """The first day on which the case's next step, of whatever kind, may be taken.

    A one-off reminder and a colleague's own message leave working days to answer, a first one that left on the day of
    the next one those of the gap; a formal notice leaves its days to pay, on whatever day a weekend, a holiday or a
    quiet period has put it.
    """
    late = began_late(case, plan, world.calendar)
    return max((_rest_after(done, plan, world, late=done == late) for done in case.done), default=world.today)


def _rest_after(done: StepDone, plan: Plan, world: World, *, late: bool) -> date:
    if done.step == ONE_OFF or done.how is How.BY_HAND:
        return world.calendar.add_working_days(done.on, max(AFTER_ONE_OFF, world.customer_gap))
    if late:
        return world.calendar.add_working_days(done.on, world.customer_gap)
    step = plan.step(done.step)
    if step is not None and step.formal_notice and done.how is not How.SKIPPED:
        return done.on + NOTICE_LEAVES
    return world.today


def free_day(case: Case, plan: Plan, world: World, near: Near) -> date:
    """The first day on which the customer may be written to again.

    Other cases' messages always count; this case's own only when one of them left late or was the one-off
    reminder, since a plan that runs on time keeps its own rhythm.
    """
    calendar = world.calendar
    free = max(world.today, rested(case, plan, world))
    if near.last_message is not None:
        free = max(free, calendar.add_working_days(near.last_message, world.customer_gap))
    late = [done.on for done in case.done if done.how in MESSAGES and left_late(done, case, plan, calendar)]
    if late:
        free = max(free, calendar.add_working_days(max(late), world.customer_gap))
    return free


def free_for(step: Step, case: Case, plan: Plan, world: World, near: Near) -> date:
    """The first day on which this step may be sent to the customer: thanks wait only for another day."""
    if _confirms(step.id, case):
        return world.today
    if step.id != THANK_YOU:
        return free_day(case, plan, world, near)
    wrote = [done.on for done in case.done if done.how in MESSAGES]
    last = max([*wrote, *([near.last_message] if near.last_message else [])], default=None)
    return world.today if last is None or last < world.today else last + timedelta(days=1)
