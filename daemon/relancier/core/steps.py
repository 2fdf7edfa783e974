"""Which steps of a plan have come for a case, and which of them are taken together (house law 10).

Days are local calendar dates: a step has its nominal day and the sending day to which weekends and holidays move it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from relancier.core.case import Case, Customer, How, StepDone
from relancier.core.plan import Base, Channel, Moment, Plan, Step, When
from relancier.core.recorded import unanswered
from relancier.core.workdays import Calendar

ONE_OFF = "one-off"
FOLLOW_UP = "follow-up"  # the reminder that refers to what the customer said
REMINDERS = frozenset({"reminder-1", "reminder-2", "reminder-3", ONE_OFF})  # in whose place it stands
REJECTED = "rejected"  # the first message after a direct debit, a bill or a cheque came back
AS_AGREED = frozenset({"instalment", "thank-you"})  # these leave by themselves, whatever the customer said before
MESSAGES = frozenset({How.SENT, How.ADOPTED, How.BY_HAND})  # ways in which the customer was written to
OLD_AFTER = timedelta(days=30)  # after the due date; before, the first message to a customer is the plan's own
MISSED_FOR = timedelta(days=10)  # a plan that begins late all the same is no missed reminder
LONG_WEEKEND = timedelta(days=3)
NEEDED = {
    Channel.EMAIL: "contacts",
    Channel.CALL: "phone",
    Channel.SMS: "phone",
    Channel.LETTER: "address",
    Channel.REGISTERED_LETTER: "address",
}
"""What a channel cannot do without of a customer's data; the others need nothing."""

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Dated:
    """A step with its nominal day, the sending day it moves to, and the earliest instant where hours count."""

    step: Step
    nominal: date
    on: date
    at: datetime | None = None

    def reached(self, now: datetime, today: date) -> bool:
        return self.on <= today and (self.at is None or self.at <= now)

    def opening(self, calendar: Calendar) -> datetime:
        opening = calendar.opening(self.on)
        return opening if self.at is None else max(opening, self.at)


@dataclass(frozen=True, slots=True)
class Taking:
    """Steps to take now, and the ids of those that they replace or that came too late."""

    steps: tuple[Step, ...]
    skipped: tuple[str, ...]


def prevents(step: Step) -> bool:
    """Whether the step only makes sense up to the due date."""
    return step.moment.base is Base.DUE and step.moment.offset <= _NOTHING


def channel(step: Step, case: Case) -> Channel:
    """The first of the step's channels that the customer's data allows; without any, a task for a colleague.

    Where a part is in dispute a person decides about the formal notice.
    """
    if step.formal_notice and case.disputed:
        return Channel.TASK
    customer = case.invoice.customer
    return Channel.TASK if wants_address(step, customer) else possible(step, customer)


def possible(step: Step, customer: Customer) -> Channel:
    """The first of the step's channels that the customer's data allows, else the first of all."""
    ways = step.channels
    return next((way for way in ways if way not in NEEDED or getattr(customer, NEEDED[way])), ways[0])


def wants_address(step: Step, customer: Customer) -> bool:
    """Whether a step would leave by email, and is a task only since no address of the customer is known."""
    return possible(step, customer) is Channel.EMAIL and not customer.contacts


def needs_approval(step: Step, case: Case) -> bool:
    """Whether an email goes to Drafts for a person to send: by its plan, or because the customer has said something."""
    return step.approval or (after_an_answer(case) and step.template not in AS_AGREED)


def after_an_answer(case: Case) -> bool:
    """Whether the customer said something on the day of our last message or later: a reply, a promise, on the phone.

    Stock text never goes on by itself after that (case: after an answer); a call that reached nobody says nothing.
    """
    wrote = max((done.on for done in case.done if done.how in MESSAGES), default=date.min)
    called_on = None if unanswered(case.said) else case.called_on
    return any(day is not None and day >= wrote for day in (case.last_reply_on, case.promised_on, called_on))


def template(step: Step, case: Case) -> str:
    """The words of an email: after an answer those that refer to it, in the place of the plan's own reminder.

    The first one after a payment came back says so.
    """
    if step.template in {"notification", *REMINDERS} and came_back(case):
        return REJECTED
    return FOLLOW_UP if step.template in REMINDERS and after_an_answer(case) else step.template


def came_back(case: Case) -> bool:
    """Whether a payment came back, and the customer has not been written to since."""
    since = case.rejected_on
    return since is not None and not any(done.on >= since for done in case.done if done.how in MESSAGES)


def last_taken(case: Case) -> StepDone | None:
    """The last step that really happened, else the last that was skipped."""
    taken = [done for done in case.done if done.how is not How.SKIPPED]
    return max(reversed(taken or case.done), key=lambda done: done.at, default=None)


def began_late(case: Case, plan: Plan, calendar: Calendar) -> StepDone | None:
    """The first step that was taken, where the next one's day had come by then: that is not taken along with it."""
    first = min((done for done in case.done if done.how is not How.SKIPPED), key=lambda done: done.at, default=None)
    step = plan.step(first.step) if first else None
    if first is None or step is None or step.moment.base is not Base.DUE or prevents(step) or step.formal_notice:
        return None
    own = _fixed(step, case, calendar).on
    days = (_fixed(other, case, calendar).on for other in plan.steps if other.moment.base is Base.DUE)
    return first if any(own < day <= first.on for day in days) else None


def left_late(done: StepDone, case: Case, plan: Plan, calendar: Calendar) -> bool:
    """Whether a step left after the day that the plan gave it; one that the plan does not name counts as late."""
    step = plan.step(done.step)
    if step is None:
        return True
    return step.moment.base is not Base.PREVIOUS and done.on > _fixed(step, case, calendar).on


def ahead(case: Case, plan: Plan, calendar: Calendar) -> Iterator[Dated]:
    """The steps not yet done, in the plan's order and never back in time, as far as their days can be known now."""
    before: date | None = None
    for step in _left(case, plan, calendar):
        if step.moment.base is not Base.PREVIOUS:
            dated = _fixed(step, case, calendar)
        elif before is None:
            dated = _following(step, case, calendar)
        else:
            return
        if before is not None and dated.on < before:
            dated = replace(dated, on=before)
        if not waits(step, case, plan):
            before = dated.on
        yield dated


def waits(step: Step, case: Case, plan: Plan) -> bool:
    """Whether a step is left open because the call before it may still be recorded."""
    if step.when != When.CALL_RECORDED or call_recorded(step, case, plan):
        return False
    call = _call_before(step, plan)
    done = case.step_done(call.id) if call else None
    return call is not None and (done is None or done.how is not How.SKIPPED)


def call_recorded(step: Step, case: Case, plan: Plan) -> bool:
    """Whether a colleague has told of a call since the plan asked for it.

    A step that only goes without one counts calls from the plan's start where the plan's own was passed over.
    """
    if case.called_on is None:
        return False
    call = _call_before(step, plan)
    done = case.step_done(call.id) if call else None
    if done is None or done.how is How.SKIPPED:
        return step.when == When.NO_CALL_RECORDED and case.called_on >= case.plan_start
    return case.called_on >= done.on


def _call_before(step: Step, plan: Plan) -> Step | None:
    before = plan.steps[: plan.steps.index(step)]
    return next((other for other in reversed(before) if Channel.CALL in other.channels), None)


def _left(case: Case, plan: Plan, calendar: Calendar) -> Sequence[Step]:
    """The steps after the last one done, and any that should have left beside it but came to nothing."""
    ids = {done.step for done in case.done}
    places = [place for place, step in enumerate(plan.steps) if step.id in ids]
    if not places:
        return _not_renamed(plan.steps, case, plan, calendar)
    place = places[-1]
    last = plan.steps[place]
    beside = [step for step in plan.steps[:place] if step.id not in ids and _meet(step, last, case, calendar)]
    return _not_renamed((*beside, *plan.steps[place + 1 :]), case, plan, calendar)


def _not_renamed(left: Sequence[Step], case: Case, plan: Plan, calendar: Calendar) -> Sequence[Step]:
    """Without the steps that may have left under another name: since then the plan was edited."""
    of_this_plan = (done for done in case.done if done.on >= case.plan_start and done.step not in case.earlier)
    unknown = [done for done in of_this_plan if _nameless(done, plan)]
    if not unknown:
        return left
    until = max(done.on for done in unknown)
    return [step for step in left if step.moment.base is Base.PREVIOUS or _fixed(step, case, calendar).nominal > until]


def _nameless(done: StepDone, plan: Plan) -> bool:
    """Whether the customer was written to by a step that the plan does not name any more; extra steps never were."""
    if ":" in done.step:
        return False
    return done.how in {How.SENT, How.ADOPTED, How.TASK} and done.step != ONE_OFF and plan.step(done.step) is None


def _meet(step: Step, last: Step, case: Case, calendar: Calendar) -> bool:
    if Base.PREVIOUS in {step.moment.base, last.moment.base}:
        return False
    return _fixed(step, case, calendar).on == _fixed(last, case, calendar).on


def _fixed(step: Step, case: Case, calendar: Calendar) -> Dated:
    start = case.invoice.due if step.moment.base is Base.DUE else case.plan_start
    nominal = start + step.moment.offset
    return Dated(step, nominal, calendar.next_day(nominal))


def _following(step: Step, case: Case, calendar: Calendar) -> Dated:
    """A step that counts from the one before; from the plan's start where there is none."""
    previous = last_taken(case)
    if previous is not None and step.moment.offset % _DAY:
        at = calendar.next_moment(previous.at + step.moment.offset)
        day = calendar.local_day(at)
        return Dated(step, day, day, at)
    nominal = (previous.on if previous else case.plan_start) + step.moment.offset
    return Dated(step, nominal, calendar.next_day(nominal))


def come(case: Case, plan: Plan, calendar: Calendar, now: datetime, today: date) -> tuple[list[Dated], Dated | None]:
    """The steps whose day has come, and the next one whose day has not."""
    reached: list[Dated] = []
    for item in ahead(case, plan, calendar):
        if not item.reached(now, today):
            return reached, item
        reached.append(item)
    return reached, None


def after_a_call(case: Case, plan: Plan, reached: Sequence[Dated], now_taken: Sequence[Step]) -> list[Step]:
    """Of the steps that have come: those that leave only if a colleague tells of the call, made now or before."""
    ids = {step.id for step in now_taken} | {done.step for done in case.done}
    waiting = [item.step for item in reached if waits(item.step, case, plan)]
    return [step for step in waiting if (call := _call_before(step, plan)) is not None and call.id in ids]


def take(case: Case, plan: Plan, reached: Sequence[Dated], today: date) -> Taking:
    """Of the steps that have come: the latest ones, and what they replace; one that waits for a call stays open.

    Nothing replaces a formal notice: what comes after it stays for later. Of an invoice never chased the customer first
    gets the plan's first reminder; of an old one the one-off reminder in place of everything before the notice.
    """
    useful = [item for item in reached if _useful(item, case, plan, today)]
    if not useful:
        return Taking((), tuple(item.step.id for item in reached if not waits(item.step, case, plan)))
    notice = next((item for item in useful if item.step.formal_notice), None)
    if _old(case, useful, today):
        replaced = reached[: reached.index(notice)] if notice else reached
        return Taking((one_off(plan),), tuple(item.step.id for item in replaced))
    last = _first(case, useful) or _last(useful, notice)
    passed = reached[: reached.index(last) + 1]
    steps = _together(last, [item for item in passed if item in useful], case)
    return Taking(steps, tuple(item.step.id for item in passed if item.step not in steps))


def _last(useful: Sequence[Dated], notice: Dated | None) -> Dated:
    """The latest step, but none later than a formal notice and what the plan sets beside it."""
    if notice is None:
        return useful[-1]
    beside = [item for item in useful[useful.index(notice) :] if item.nominal == notice.nominal]
    return beside[-1]


def _useful(item: Dated, case: Case, plan: Plan, today: date) -> bool:
    """Not a step before the due date that comes too late, nor one that depends on a call being told of, or not."""
    if prevents(item.step) and today > case.invoice.due:
        return False
    if not item.step.when:
        return True
    unfit = When.NO_CALL_RECORDED if call_recorded(item.step, case, plan) else When.CALL_RECORDED
    return item.step.when != unfit


def _together(last: Dated, useful: Sequence[Dated], case: Case) -> tuple[Step, ...]:
    """The latest step with those of its day, and those that a weekend brought to it; of emails only the latest."""
    span = _NOTHING if any(item.step.formal_notice for item in useful) else LONG_WEEKEND
    met = [item for item in useful if item.on == last.on and abs(last.nominal - item.nominal) <= span]
    if len(met) == 1:
        return (last.step,)
    emails = [item for item in met if channel(item.step, case) is Channel.EMAIL]
    replaced = [item for item in emails if item.nominal < emails[-1].nominal]
    return tuple(item.step for item in met if item not in replaced)


def _old(case: Case, useful: Sequence[Dated], today: date) -> bool:
    """Nothing was ever taken, more than a first reminder was missed, and it is long due or would get a notice now."""
    missed = _missed(case, useful)
    if not missed or (missed[0].on == missed[-1].on and today - missed[0].on <= MISSED_FOR):
        return False
    return today - case.invoice.due > OLD_AFTER or any(item.step.formal_notice for item in missed)


def _first(case: Case, useful: Sequence[Dated]) -> Dated | None:
    """The plan's first reminder, where nothing was ever taken and several steps were missed."""
    missed = _missed(case, useful)
    if not missed or missed[0].on == missed[-1].on:
        return None
    return next((item for item in missed if Channel.EMAIL in item.step.channels), None)


def _missed(case: Case, useful: Sequence[Dated]) -> list[Dated]:
    """The steps behind the due date that have come, where nothing was ever taken."""
    if any(done.how is not How.SKIPPED for done in case.done):
        return []
    return [item for item in useful if item.step.moment.base is Base.DUE and not prevents(item.step)]


def one_off(plan: Plan) -> Step:
    """The reminder for an invoice that was never chased, to whom the plan's first reminder goes."""
    first = next((step for step in plan.steps if Channel.EMAIL in step.channels and not prevents(step)), plan.steps[0])
    return Step(
        id=ONE_OFF,
        moment=Moment(Base.DUE, OLD_AFTER),
        channels=(Channel.EMAIL,),
        template=ONE_OFF,
        signer=first.signer,
        to=first.to,
        to_all=first.to_all,
        cc=first.cc,
    )
