"""Tasks given to colleagues that must not be done any more: why, since when, and when they may be given again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from relancier.core.case import Because, Case, Event, How, Kind, State
from relancier.core.discount import cancelled
from relancier.core.overviews.duties import POST, SETTLING
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import pays_by_itself
from relancier.core.workdays import Calendar

YOUNG = timedelta(days=30)  # how long a colleague may still call, write or post what was asked for
LASTING = frozenset({Channel.LEGAL, Channel.TASK})  # what takes its time: proceedings, a check, a suspension
REMEMBERED = timedelta(days=180)  # how long a task that was called off may be given again
AMOUNT = "off_amount"
CHANGED = "off_changed"
_NOT_ABOUT_THE_CUSTOMER = frozenset({Because.UNCERTAIN, Because.DRAFT, Because.BOUNCED})
_HELD = {
    Because.PAYMENT: "off_money",
    Because.MISSING: "off_missing",
    Because.CREDIT: "off_credit",
    Because.UNREAD: "off_unread",
    Because.INSOLVENT: "off_insolvent",
}


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Why a task must not be done any more, and the day on which that came."""

    reason: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A task that a colleague has in hand, about one case; `entry` is the message that gave it."""

    case: Case
    step: str
    channel: str
    at: datetime
    entry: str

    @property
    def posts(self) -> bool:
        return self.channel in POST


def called_off(task: Given, siblings: Iterable[Case], calendar: Calendar) -> CalledOff | None:
    """Why nobody may go on with a task, by what is known of its case and the customer's other ones; None: they may."""
    case = task.case
    return (
        _over(case, calendar)
        or _by_state(case, calendar.local_day(task.at), calendar)
        or _by_hold(task, calendar)
        or _beside(case, siblings)
        or (CalledOff(CHANGED) if _never_asked(case) else None)
    )


def _over(case: Case, calendar: Calendar) -> CalledOff | None:
    if case.state is State.CLOSED:
        return CalledOff("off_cancelled" if cancelled(case.invoice) else "off_closed", _since(case, calendar))
    if case.state is not State.PAID and case.amount_due > 0:
        return None
    if cancelled(case.invoice):
        return CalledOff("off_cancelled", case.shown_on)
    on = (case.state_on if case.state is State.PAID else None) or case.paid_on
    return CalledOff("off_paid", on) if on else CalledOff("off_noted", case.shown_on or _since(case, calendar))


def _by_state(case: Case, given: date, calendar: Calendar) -> CalledOff | None:
    answered_since = case.last_reply_on is not None and case.last_reply_on >= given
    if case.insolvent_on is not None:
        return CalledOff("off_insolvent", case.insolvent_on)
    if case.unseen or (case.state is State.PAUSED and answered_since):
        return CalledOff("off_answered", case.last_reply_on)
    if case.state is State.PROMISED and case.instalments:
        return CalledOff("off_instalments", case.agreed_on)
    if case.state is State.PROMISED:
        return CalledOff("off_promised", case.promised_on)
    stopped = {State.DISPUTED: "off_disputed", State.PAUSED: "off_paused"}.get(case.state)
    return CalledOff(stopped, _since(case, calendar)) if stopped else None


def _by_hold(task: Given, calendar: Calendar) -> CalledOff | None:
    """A hold about our own messages stops no call; one about the postal address stops letters alone."""
    aside = _NOT_ABOUT_THE_CUSTOMER if task.posts else _NOT_ABOUT_THE_CUSTOMER | {Because.ADDRESS}
    holds = [hold for hold in task.case.holds if hold.because not in aside]
    if not holds:
        return None
    return CalledOff(_HELD.get(holds[-1].because, "off_held"), calendar.local_day(holds[-1].since))


def _beside(case: Case, siblings: Iterable[Case]) -> CalledOff | None:
    """The customer has answered about another invoice, or one of them seems to be of an insolvent."""
    for other in siblings:
        if other.key == case.key or other.ended:
            continue
        if other.unseen:
            return CalledOff("off_elsewhere", other.last_reply_on)
        if other.insolvent_on is None and any(hold.because is Because.INSOLVENT for hold in other.holds):
            return CalledOff("off_insolvent")
    return None


def _never_asked(case: Case) -> bool:
    """Whether the books have come to say that this customer is not to be chased, or pays by itself."""
    by_itself = case.rejected_on is None and pays_by_itself(case.invoice.payment_method)
    return case.invoice.customer.never or by_itself


def _since(case: Case, calendar: Calendar) -> date | None:
    return calendar.local_day(case.state_at) if case.state_at is not None else None


# --- What was done, what is to be given again -------------------------------------------------------------------------


def finished(task: Given, events: Iterable[Event], by_its_holder: Callable[[Event], bool]) -> bool:
    """Whether it is done: its result is recorded, or who was to call answered it with what the customer said."""
    after = (event for event in events if event.at >= task.at and event.ref != task.entry)
    return any(_does(event, task) or (_tells(event, task) and by_its_holder(event)) for event in after)


def _does(event: Event, task: Given) -> bool:
    if event.kind is Kind.TASK_DONE:
        return event.step in {"", task.step}
    if task.posts:
        return event.kind in {Kind.POSTED, Kind.LETTER}
    by_hand = event.kind is Kind.STEP_DONE and event.how is How.BY_HAND
    return task.channel != Channel.LEGAL and (by_hand or event.kind is Kind.CALLED)


def _tells(event: Event, task: Given) -> bool:
    """Whether an order says how a call went; a pause says that it was not made, and no order posts a letter."""
    return not task.posts and event.kind in SETTLING and event.kind is not Kind.PAUSED


def known_to_its_holder(task: Given, events: Iterable[Event], by_its_holder: Callable[[Event], bool]) -> bool:
    """Whether the one who has it in hand has said themselves what stops it."""
    return any(event.at >= task.at and event.kind in SETTLING and by_its_holder(event) for event in events)


def too_old(task: Given, told: date | None, calendar: Calendar, today: date) -> bool:
    """Whether nobody would do it any more; one that was called off is remembered longer."""
    if told is not None:
        return told + REMEMBERED < today
    return task.channel not in LASTING and calendar.local_day(task.at) + YOUNG < today


def wanted_again(task: Given, plan: Plan | None) -> bool:
    """Whether the plan still wants it once nothing stops it: it has come to no later step meanwhile."""
    case, done = task.case, task.case.step_done(task.step)
    if plan is None or done is None or done.step in case.earlier or plan.step(done.step) is None:
        return False
    later = (other for other in case.done if other.on > done.on and other.how is not How.SKIPPED)
    return case.state is State.OPEN and not any(later)


def amounts(cases: Sequence[Case]) -> str:
    """What is asked for of each case, as the message that gives a task says it."""
    return "\n".join(f"{case.key}={case.asked}" for case in cases)
