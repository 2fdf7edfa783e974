"""The one place that decides: a case, its plan and the world in, one action out (house laws 5, 10, 11).

Nothing here reads a clock or a file. `decide` is used by the daemon, by the forecast and, through `obstacle`, by the
last look before a send, so that all three always agree.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from relancier.core.case import Because, Case, How, State, StepDone
from relancier.core.folding import composed, fold
from relancier.core.plan import Channel, Plan, Step
from relancier.core.steps import MESSAGES, ONE_OFF, channel, come, left_late, prevents, take
from relancier.core.workdays import Calendar

AFTER_ONE_OFF = 5  # working days that the deadline of a one-off reminder leaves
NOTICE_LEAVES = timedelta(days=8)  # the days to pay that a formal notice gives
PLAN_ENDED = "the plan has ended"
NO_CALL = "the call is not recorded yet"
NO_PLAN = "there is no plan called"
PAID_BY_ITSELF = re.compile(
    r"\b(direct debit|prelevements?|prlv|lcr|traites?|bill of exchange|effets? acceptes?|accepted bill"
    r"|cheques? recus?|cheque received)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What deciding needs beside the case and its plan.

    `known_at`: payments are known up to this instant. `today` is the local day of `now`.
    """

    now: datetime
    calendar: Calendar
    known_at: datetime
    customer_gap: int
    minimum: Decimal
    pause_limit: timedelta = timedelta(days=30)
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.calendar.local_day(self.now))


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
        return Wait(None, f"{NO_PLAN} {case.plan!r}")
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
    Because.OWED_AGAIN: "the books owe again what they had closed",
    Because.PARTS: "its due dates have changed in a way that a person must sort out",
    Because.CREDIT: "the customer has credit that no invoice uses yet",
    Because.ADDRESS: "a letter came back: the postal address must be mended",
    Because.INSOLVENT: "the customer seems to be insolvent: a person must confirm",
    Because.DRAFT: "a draft has gone from Drafts, and nobody knows whether it was sent",
    Because.BANK: "the bank details differ: a person must confirm them",
}


def _by_state(case: Case, world: World) -> Action:
    """Pauses and promises that reach their day; nothing else ends by itself."""
    until, action = _turning_point(case, world)
    if until is None or world.today >= until:
        return action
    return Wait(_start_of(until, world.calendar), case.state.value)


def _turning_point(case: Case, world: World) -> tuple[date | None, Action]:
    if case.state is State.PROMISED and case.state_on is not None:
        after_grace = world.calendar.add_working_days(case.state_on, 1) + timedelta(days=1)
        return after_grace, Ask(f"the payment promised for {case.state_on.isoformat()} has not come", "promise_broken")
    if case.state is State.PAUSED and case.resume_on is not None and not case.holds:
        return case.resume_on, Resume("the customer stayed silent after a colleague's answer")
    if case.state is State.PAUSED and case.let_be and case.state_on is None:
        return None, Wait(None, case.state.value)
    if case.state in {State.PAUSED, State.PROMISED}:
        since = world.calendar.local_day(case.state_at or case.opened_at)
        return case.state_on or since + world.pause_limit, Ask("the pause has reached its limit", "pause_limit")
    return None, Wait(None, case.state.value)


def _by_invoice(case: Case, world: World) -> str:
    invoice = case.invoice
    if invoice.customer.never:
        return "this customer is never chased"
    if case.disputed >= case.amount_due:
        return "all that is due is in dispute"
    if case.asked < world.minimum:
        return f"less than {world.minimum} is due"
    if pays_by_itself(invoice.payment_method):
        return f"it is paid by {invoice.payment_method}"
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
        until = calendar.opening(world.today + timedelta(days=1))
        return Wait(until, f"payments are known only up to {calendar.local_day(world.known_at).isoformat()}")
    return _too_soon(case, plan, steps, world, near)


def stale(step: Step, case: Case, world: World) -> str:
    """Why a step that was chosen earlier may not be taken today, or nothing."""
    if step.formal_notice and world.calendar.in_quiet(world.today):
        return "no formal notice in a quiet period"
    if prevents(step):
        return "it could not leave by the due date" if world.today > case.invoice.due else ""
    return "" if payments_known(case, world) else "payments are not known far enough"


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
    calendar = world.calendar
    if calendar.local_day(world.known_at) < calendar.known_day(case.invoice.due):
        return False
    last = max((done.at for done in case.done if done.how in MESSAGES), default=None)
    return last is None or world.known_at > last


def rested(case: Case, plan: Plan, world: World) -> date:
    """The first day on which the case's next step, of whatever kind, may be taken.

    A one-off reminder and a colleague's own message leave working days to answer; a formal notice that left late
    leaves its days to pay.
    """
    return max((_rest_after(done, case, plan, world) for done in case.done), default=world.today)


def _rest_after(done: StepDone, case: Case, plan: Plan, world: World) -> date:
    if done.step == ONE_OFF or done.how is How.BY_HAND:
        return world.calendar.add_working_days(done.on, max(AFTER_ONE_OFF, world.customer_gap))
    step = plan.step(done.step)
    if step is not None and step.formal_notice and left_late(done, case, plan, world.calendar):
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


def near(case: Case, others: Iterable[Case]) -> Near:
    """What a customer's other cases mean for this one."""
    return nears([case, *(other for other in others if other.key != case.key)])[case.key]


def nears(cases: Sequence[Case]) -> dict[str, Near]:
    """What the cases of one customer mean for each other, by their keys."""
    if len(cases) == 1:
        return {cases[0].key: Near()}
    sent = {(done.on, done.entry or case.key) for case in cases for done in case.done if done.how in MESSAGES}
    latest_first = sorted(sent, reverse=True)
    unseen = [case for case in cases if case.unseen]
    return {case.key: Near(_unseen_beside(case, unseen), _last_beside(case, latest_first)) for case in cases}


def _unseen_beside(case: Case, unseen: Iterable[Case]) -> str:
    return next((other.invoice.number for other in unseen if other.key != case.key), "")


def _last_beside(case: Case, latest_first: Iterable[tuple[date, str]]) -> date | None:
    mine = {case.key, *(done.entry for done in case.done)}
    return next((on for on, entry in latest_first if entry not in mine), None)
