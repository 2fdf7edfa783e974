"""How customers pay: how long it takes, what each step brings, which promises are kept. Pure counting, no judgement.

Days are local calendar dates. An invoice counts as paid when its case ended as paid, on the day that a person named or,
where only the books said so, on the day on which that was read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest

from relancier.core.case import Case, Event, How, Kind, State, StepDone
from relancier.core.extra import step_of
from relancier.core.plan import Channel, Plan
from relancier.core.steps import MESSAGES
from relancier.core.workdays import Calendar

SOON = timedelta(days=7)
BY_HAND = "by_hand"
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Followed:
    """A case with its history, oldest event first."""

    case: Case
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice that was paid: the day, and how many days after its issue (None: not known) and its due date."""

    on: date
    amount: Decimal
    after_issue: int | None
    after_due: int


@dataclass(frozen=True, slots=True)
class Month:
    """The invoices paid in one calendar month: how many, and their mean days by amount (None: not known)."""

    first: date
    count: int
    after_issue: Decimal | None
    after_due: Decimal | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What followed a kind of step within a week: how often it was taken, then paid in full, then answered.

    `name` is the step's template, or its channel where it has none, or `by_hand`.
    """

    name: str
    channel: str
    taken: int
    paid: int
    answered: int


@dataclass(frozen=True, slots=True)
class Promises:
    """What became of the payment dates that customers gave; one that another replaced in time is not counted."""

    kept: int = 0
    broken: int = 0
    waiting: int = 0

    @property
    def ended(self) -> int:
        return self.kept + self.broken


@dataclass(frozen=True, slots=True)
class Late:
    """What a customer owes past its due date in one currency, and since when."""

    customer: str
    currency: str
    invoices: int
    since: date
    amount: Decimal
    needs_person: bool


LocalDay = Callable[[datetime], date]


def paid_on(one: Followed, local_day: LocalDay) -> date | None:
    """The day of payment; None while it is not paid in full."""
    if one.case.state is not State.PAID:
        return None
    paid = [event for event in one.events if event.kind is Kind.PAID]
    if paid:
        return paid[-1].on or local_day(paid[-1].at)
    return local_day(one.case.state_at) if one.case.state_at else None


def payments(followed: Iterable[Followed], local_day: LocalDay) -> Iterator[Paid]:
    """Every invoice that was paid; credit notes and empty ones are none."""
    for one in followed:
        on, invoice = paid_on(one, local_day), one.case.invoice
        if on is not None and invoice.payable > 0:
            issue = (on - invoice.issued).days if invoice.issued else None
            yield Paid(on, invoice.payable, issue, (on - invoice.due).days)


def months(paid: Iterable[Paid], today: date, count: int = 12) -> tuple[Month, ...]:
    """The last calendar months, oldest first, the present one included."""
    by_month: dict[date, list[Paid]] = defaultdict(list)
    for one in paid:
        by_month[one.on.replace(day=1)].append(one)
    firsts = [_months_before(today.replace(day=1), ago) for ago in range(count - 1, -1, -1)]
    return tuple(_month(first, by_month.get(first, ())) for first in firsts)


def _months_before(first: date, ago: int) -> date:
    month = first.year * 12 + first.month - 1 - ago
    return date(month // 12, month % 12 + 1, 1)


def _month(first: date, paid: Sequence[Paid]) -> Month:
    return Month(first, len(paid), after_issue(paid), after_due(paid))


def after_issue(paid: Iterable[Paid]) -> Decimal | None:
    """Days from issue to payment, each invoice weighing as much as its amount (DSO); None without any."""
    return _mean((one.amount, one.after_issue) for one in paid if one.after_issue is not None)


def after_due(paid: Iterable[Paid]) -> Decimal | None:
    """Days from the due date to payment, weighed likewise; below zero for those who pay before it."""
    return _mean((one.amount, one.after_due) for one in paid)


def _mean(weighed: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    pairs = list(weighed)
    weight = sum((amount for amount, _ in pairs), Decimal(0))
    if not weight:
        return None
    total = sum((amount * days for amount, days in pairs), Decimal(0))
    return (total / weight).quantize(_TENTH, ROUND_HALF_UP)


def effects(
    followed: Iterable[Followed], plans: Mapping[str, Plan], today: date, local_day: LocalDay
) -> tuple[Effect, ...]:
    """What each kind of step brought, the most frequent first; steps of the last seven days are too young to tell."""
    counted: dict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    for one in followed:
        paid, answers = paid_on(one, local_day), _answers(one, local_day)
        for done in one.case.done:
            if done.how is How.SKIPPED or done.on + SOON > today:
                continue
            within = _within(done.on)
            counted[_name(done, one.case, plans)].append((paid is not None and within(paid), any(map(within, answers))))
    made = (_effect(name, channel, results) for (name, channel), results in counted.items())
    return tuple(sorted(made, key=lambda effect: (-effect.taken, effect.name)))


def _within(first: date) -> Callable[[date], bool]:
    return lambda day: first <= day <= first + SOON


def _effect(name: str, channel: str, results: Sequence[tuple[bool, bool]]) -> Effect:
    return Effect(name, channel, len(results), sum(paid for paid, _ in results), sum(heard for _, heard in results))


def _answers(one: Followed, local_day: LocalDay) -> list[date]:
    return [event.on or local_day(event.at) for event in one.events if event.kind is Kind.REPLIED]


def _name(done: StepDone, case: Case, plans: Mapping[str, Plan]) -> tuple[str, str]:
    """What a step is called in the report, and by which means it was taken."""
    if done.how is How.BY_HAND:
        return BY_HAND, Channel.EMAIL.value
    plan = plans.get(case.plan)
    step = step_of(plan, done.step) if plan else None
    if step is None:
        return done.step, Channel.EMAIL.value if done.how in MESSAGES else Channel.TASK.value
    wrote = done.how in MESSAGES and Channel.EMAIL in step.channels
    channel = Channel.EMAIL if wrote else next((way for way in step.channels if way is not Channel.EMAIL), Channel.TASK)
    return step.template.partition(":")[0] or channel.value, channel.value


def by_channel(steps: Iterable[Effect]) -> tuple[Effect, ...]:
    """The same by means alone."""
    sums: dict[str, Effect] = {}
    for one in steps:
        old = sums.get(one.channel, Effect(one.channel, one.channel, 0, 0, 0))
        sums[one.channel] = Effect(
            one.channel, one.channel, old.taken + one.taken, old.paid + one.paid, old.answered + one.answered
        )
    return tuple(sorted(sums.values(), key=lambda effect: (-effect.taken, effect.name)))


def promises(followed: Iterable[Followed], today: date, calendar: Calendar) -> Promises:
    """The promises of all cases; each has one working day's grace."""
    counts = {True: 0, False: 0, None: 0}
    for one in followed:
        for kept in _kept(one, today, calendar):
            counts[kept] += 1
    return Promises(counts[True], counts[False], counts[None])


def _kept(one: Followed, today: date, calendar: Calendar) -> Iterator[bool | None]:
    """For each promise of a case: kept, broken, or (None) not yet due."""
    paid = paid_on(one, calendar.local_day)
    given = [event for event in one.events if event.kind is Kind.PROMISED and event.on is not None]
    for event, later in zip_longest(given, given[1:]):
        until = calendar.add_working_days(event.on or today, 1)
        if later is not None and calendar.local_day(later.at) <= until:
            continue
        yield True if paid is not None and paid <= until else None if today <= until else False


def late(cases: Iterable[Case], today: date) -> tuple[Late, ...]:
    """What each customer owes past its due date, the largest amount first."""
    owed: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in cases:
        if not case.ended and case.amount_due > 0 and case.invoice.due < today:
            who = case.invoice.customer
            owed[who.id, who.name, case.invoice.currency].append(case)
    made = (_late(name, currency, group) for (_, name, currency), group in owed.items())
    return tuple(sorted(made, key=lambda one: (-one.amount, one.customer)))


def _late(name: str, currency: str, cases: Sequence[Case]) -> Late:
    return Late(
        customer=name,
        currency=currency,
        invoices=len(cases),
        since=min(case.invoice.due for case in cases),
        amount=sum((case.amount_due for case in cases), Decimal(0)),
        needs_person=any(case.needs_person for case in cases),
    )
