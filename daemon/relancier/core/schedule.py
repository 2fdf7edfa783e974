"""The one place that decides: a case, its plan and the world in, one action out (house laws 5, 10, 11).

Nothing here reads a clock or a file. `decide` is used by the daemon, by the forecast and, through `obstacle`, by the
last look before a send, so that all three always agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from relancier.core.case import Because, Case, How, State, StepDone
from relancier.core.plan import Base, Channel, Plan, Step, When
from relancier.core.workdays import Calendar

ONE_OFF = "one-off"
AFTER_ONE_OFF = 5  # working days that the deadline of a one-off reminder leaves
OLD_AFTER = timedelta(days=10)
PAID_BY_ITSELF = frozenset({"direct debit", "prelevement", "lcr", "traite", "bill of exchange", "effet accepte"})


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What deciding needs beside the case and its plan. `known_at`: payments are known up to this instant."""

    now: datetime
    calendar: Calendar
    known_at: datetime
    customer_gap: int
    minimum: Decimal
    pause_limit: timedelta = timedelta(days=30)

    @property
    def today(self) -> date:
        return self.calendar.local_day(self.now)


@dataclass(frozen=True, slots=True)
class Near:
    """What the customer's other cases say: one with an unseen reply, and the last message that carried only others."""

    unseen: str = ""
    last_message: date | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """Take these steps now (usually one); `skipped` are those that they replace or that came too late."""

    steps: tuple[Step, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing now; `until` is when to look again (None: only an event can change it)."""

    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must be told, and nothing goes on by itself; `code` is the reason as the templates word it."""

    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Resume:
    """A pause that the configuration lets end by itself has ended."""

    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The books say that it is paid."""

    reason: str


Action = Remind | Wait | Ask | Resume | Close


def decide(case: Case, plan: Plan | None, world: World, near: Near) -> Action:
    """What to do about this case at `world.now`."""
    stop = obstacle(case, world, near)
    if stop is not None:
        return stop
    if case.in_flight:
        return Wait(None, "a message is on its way")
    if plan is None:
        return Wait(None, f"there is no plan called {case.plan!r}")
    return _next(case, plan, world, near)


def obstacle(case: Case, world: World, near: Near) -> Action | None:
    """Why nothing may leave for this case now, whatever its plan says; None when nothing stands in the way."""
    if case.ended:
        return Wait(None, case.state.value)
    if case.amount_due <= 0:
        return Close("paid in full by the books")
    if case.state is not State.OPEN:
        return _by_state(case, world)
    reason = _held(case, near) or _by_invoice(case, world)
    return Wait(None, reason) if reason else None


def _held(case: Case, near: Near) -> str:
    if case.holds:
        return HELD[case.holds[-1].because]
    if near.unseen:
        return f"the customer answered about {near.unseen}, and nobody has seen to it yet"
    return ""


HELD = {
    Because.REPLY: "a reply is waiting for a person",
    Because.UNREAD: "a message could not be read",
    Because.UNCERTAIN: "nobody knows yet whether the last message arrived",
    Because.MISSING: "the invoice has left the invoice file",
    Because.BOUNCED: "a message came back: the contact must be mended",
    Because.EARLIER_REPLY: "the customer wrote about it before Relancier started",
    Because.UNKNOWN_SENT: "a message in Sent is unknown to this state",
}


def _by_state(case: Case, world: World) -> Action:
    """Pauses and promises that reach their day; nothing else ends by itself."""
    until, action = _turning_point(case, world)
    if until is None or action is None:
        return Wait(None, case.state.value)
    return action if world.today >= until else Wait(_start_of(until, world.calendar), case.state.value)


def _turning_point(case: Case, world: World) -> tuple[date | None, Action | None]:
    if case.state is State.PROMISED and case.state_on is not None:
        after_grace = world.calendar.add_working_days(case.state_on, 1) + timedelta(days=1)
        return after_grace, Ask(f"the payment promised for {case.state_on.isoformat()} has not come", "promise_broken")
    if case.state is State.PAUSED and case.resume_on is not None and not case.unseen:
        return case.resume_on, Resume("the customer stayed silent after a colleague's answer")
    if case.state is State.PAUSED and case.state_at is not None:
        limit = case.state_on or world.calendar.local_day(case.state_at) + world.pause_limit
        return limit, Ask("the pause has reached its limit", "pause_limit")
    return None, None


def _by_invoice(case: Case, world: World) -> str:
    invoice = case.invoice
    if invoice.customer.never:
        return "this customer is never chased"
    if case.amount_due < world.minimum:
        return f"less than {world.minimum} is due"
    if invoice.payment_method in PAID_BY_ITSELF:
        return f"it is paid by {invoice.payment_method}"
    return ""


def _start_of(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(0, 0), calendar.zone)


@dataclass(frozen=True, slots=True)
class Dated:
    """A step with its nominal day, the sending day it moves to, and the earliest instant where hours count."""

    step: Step
    nominal: date
    on: date
    at: datetime | None = None

    def reached(self, world: World) -> bool:
        return self.on <= world.today and (self.at is None or self.at <= world.now)

    def opening(self, calendar: Calendar) -> datetime:
        opening = calendar.opening(self.on)
        return opening if self.at is None else max(opening, self.at)


def ahead(case: Case, plan: Plan, calendar: Calendar) -> Sequence[Dated]:
    """The steps not yet done, with their days, as far as they can be known now."""
    ids = {done.step for done in case.done}
    last = max((index for index, step in enumerate(plan.steps) if step.id in ids), default=-1)
    dated: list[Dated] = []
    for step in plan.steps[last + 1 :]:
        when = _dated(case, step, calendar)
        if when is None or (step.moment.base is Base.PREVIOUS and dated):
            break
        dated.append(when)
    return dated


def _dated(case: Case, step: Step, calendar: Calendar) -> Dated | None:
    if step.moment.base is Base.DUE:
        return _fixed(step, case.invoice.due, calendar)
    if step.moment.base is Base.START:
        return _fixed(step, case.plan_start, calendar)
    previous = _last_taken(case)
    if previous is None:
        return None
    if step.moment.offset.seconds:
        at = calendar.next_moment(previous.at + step.moment.offset)
        day = at.astimezone(calendar.zone).date()
        return Dated(step, day, day, at)
    nominal = previous.on + step.moment.offset
    return Dated(step, nominal, calendar.next_day(nominal))


@lru_cache(maxsize=65_536)
def _fixed(step: Step, start: date, calendar: Calendar) -> Dated:
    nominal = start + step.moment.offset
    return Dated(step, nominal, calendar.next_day(nominal))


def _last_taken(case: Case) -> StepDone | None:
    """The last step that really happened, else the last that was skipped."""
    taken = [done for done in case.done if done.how is not How.SKIPPED]
    return (taken or case.done or (None,))[-1]


def prevents(step: Step) -> bool:
    """Whether the step only makes sense up to the due date."""
    return step.moment.base is Base.DUE and step.moment.days <= 0


def _next(case: Case, plan: Plan, world: World, near: Near) -> Action:
    dated = ahead(case, plan, world.calendar)
    if not dated:
        return Wait(None, "the plan has ended")
    reached = [item for item in dated if item.reached(world)]
    if not reached:
        return Wait(dated[0].opening(world.calendar), f"next step: {dated[0].step.id}")
    useful = [item for item in reached if _useful(item, case, world)]
    if not useful:
        return Remind((), tuple(item.step.id for item in reached))
    taken = [item for item in useful if item.nominal == useful[-1].nominal]
    steps = tuple(item.step for item in taken)
    if _old(case, useful, world):
        steps = (one_off(plan),)
    return _not_yet(case, plan, steps, world, near) or Remind(
        steps, tuple(item.step.id for item in reached if item.step not in steps)
    )


def _useful(item: Dated, case: Case, world: World) -> bool:
    """Not a step before the due date that comes too late, nor one that follows a call that was never recorded."""
    return item.step.when != When.CALL_RECORDED and not (prevents(item.step) and world.today > case.invoice.due)


def _old(case: Case, useful: Sequence[Dated], world: World) -> bool:
    """Nothing was ever taken, and more than a first reminder has been missed."""
    if any(done.how is not How.SKIPPED for done in case.done):
        return False
    after = [item for item in useful if item.step.moment.base is Base.DUE and not prevents(item.step)]
    if not after or case.invoice.due >= world.today:
        return False
    return after[0].nominal != after[-1].nominal or world.today - after[0].on > OLD_AFTER


@lru_cache(maxsize=256)
def one_off(plan: Plan) -> Step:
    """The reminder for an invoice that was never chased, to whom the plan's first reminder goes."""
    first = next((step for step in plan.steps if Channel.EMAIL in step.channels and not prevents(step)), plan.steps[0])
    return Step(
        id=ONE_OFF,
        moment=first.moment,
        channels=(Channel.EMAIL,),
        template=ONE_OFF,
        signer=first.signer,
        to=first.to,
        cc=first.cc,
    )


def _not_yet(case: Case, plan: Plan, steps: tuple[Step, ...], world: World, near: Near) -> Wait | None:
    calendar = world.calendar
    opening = calendar.next_moment(world.now)
    if opening > world.now:
        return Wait(opening, "outside the sending hours")
    if any(step.formal_notice for step in steps) and calendar.in_quiet(world.today):
        return Wait(_after_quiet(world), "no formal notice in a quiet period")
    if any(not prevents(step) for step in steps) and not payments_known(case, world):
        until = calendar.opening(calendar.next_day(world.today + timedelta(days=1)))
        return Wait(until, f"payments are known only up to {calendar.local_day(world.known_at).isoformat()}")
    if not any(Channel.EMAIL in step.channels for step in steps):
        return None
    free = free_day(case, plan, world, near)
    if free > world.today:
        return Wait(calendar.opening(calendar.next_day(free)), f"no two messages to a customer before {free}")
    return None


def _after_quiet(world: World) -> datetime:
    days = (world.today + timedelta(days=ahead) for ahead in range(1, 367))
    day = next((day for day in days if not world.calendar.in_quiet(day)), world.today + timedelta(days=1))
    return world.calendar.opening(day)


def payments_known(case: Case, world: World) -> bool:
    """Whether a payment in time, or after the last reminder, would be known by now (case: payments not known yet)."""
    calendar = world.calendar
    if calendar.local_day(world.known_at) < calendar.known_day(case.invoice.due):
        return False
    last = max((done.at for done in case.done if done.how is How.SENT), default=None)
    return last is None or world.known_at > last


def free_day(case: Case, plan: Plan, world: World, near: Near) -> date:
    """The first day on which the customer may be written to again.

    Other cases' messages always count; this case's own only when its last message left late or was the one-off
    reminder, since a plan that runs on time keeps its own rhythm.
    """
    calendar = world.calendar
    free = world.today
    if near.last_message is not None:
        free = max(free, calendar.add_working_days(near.last_message, world.customer_gap))
    own = next((done for done in reversed(case.done) if done.how is How.SENT), None)
    if own is None:
        return free
    if own.step == ONE_OFF:
        return max(free, calendar.add_working_days(own.on, max(AFTER_ONE_OFF, world.customer_gap)))
    step = plan.step(own.step)
    planned = _fixed_day(case, step, calendar)
    if planned is None or own.on > planned:
        return max(free, calendar.add_working_days(own.on, world.customer_gap))
    return free


def _fixed_day(case: Case, step: Step | None, calendar: Calendar) -> date | None:
    if step is None:
        return None
    if step.moment.base is Base.PREVIOUS:
        return date.max
    start = case.invoice.due if step.moment.base is Base.DUE else case.plan_start
    return _fixed(step, start, calendar).on


def near(case: Case, others: Iterable[Case]) -> Near:
    """What a customer's other cases mean for this one."""
    unseen, last = "", None
    mine = {done.entry for done in case.done if done.entry}
    for other in others:
        if other.key == case.key:
            continue
        if other.unseen and not other.ended:
            unseen = other.invoice.number
        days = [done.on for done in other.done if done.how is How.SENT and done.entry not in mine]
        last = max([*days, *([last] if last else [])], default=None)
    return Near(unseen, last)
