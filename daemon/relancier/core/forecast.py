"""The timetable: what will leave if nobody answers, nothing is paid and the books stay fresh.

It is the daemon's own deciding, taken turn by turn into the future.
"""

import heapq
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from relancier.core.case import Case, Event
from relancier.core.history import apply
from relancier.core.parcel import Parcel, Taken, parcels
from relancier.core.plan import Plan, Step
from relancier.core.schedule import Near, Remind, World, by_itself, obstacle
from relancier.core.steps import after_a_call, come, prevents
from relancier.core.turn import Decision, Turn, done, skipped, take_turn

ONLY_IF_CALLED = "only if the call before was recorded"
MOST_TURNS = 200  # of one case: no plan is that long


@dataclass(frozen=True, slots=True)
class Expected:
    """A message or task on its day; `reason` says what it depends on, if anything."""

    at: datetime
    on: date
    parcel: Parcel
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A case, or a step of one, that gets nothing, and why."""

    case: Case
    reason: str


@dataclass(slots=True)
class Timetable:
    entries: list[Expected] = field(default_factory=list)
    nothing: list[Nothing] = field(default_factory=list)


def forecast(
    customers: Mapping[str, Sequence[Case]], plans: Mapping[str, Plan], world: World, until: date, per_day_old: int
) -> Timetable:
    """Every expected message up to and including a day, in order, and every case that gets none."""
    table = Timetable()
    queue = [(world.now, 0, customer) for customer in customers]
    heapq.heapify(queue)
    current = {customer: list(cases) for customer, cases in customers.items()}
    old: Counter[date] = Counter()
    depending: set[str] = set()
    while queue:
        at, turns, customer = heapq.heappop(queue)
        ahead = at > world.now
        then = replace(world, now=at, known_at=at if ahead else world.known_at, ahead=ahead or world.ahead)
        if then.today > until or turns > MOST_TURNS * len(current[customer]):
            continue
        turn = take_turn(current[customer], plans, then, old_allowed=per_day_old - old[then.today])
        old[then.today] += turn.one_offs
        table.entries.extend(Expected(then.now, then.today, parcel) for parcel in turn.parcels)
        table.entries.extend(_depending(turn, plans, then, depending))
        table.nothing.extend(_passed_over(turn, plans, depending))
        events = list(_events(turn, then))
        current[customer] = _after(current[customer], events)
        again = at if events else turn.look_at
        if again is not None:
            heapq.heappush(queue, (again, turns + 1, customer))
    table.entries.sort(key=lambda item: (item.on, item.parcel.carries[0].case.invoice.number))
    table.nothing.extend(_never(customers, plans, world, table))
    return table


def _depending(turn: Turn, plans: Mapping[str, Plan], then: World, told: set[str]) -> Iterator[Expected]:
    """What would leave if a colleague recorded the call before it, once each; `told` gathers them."""
    for item in turn.decisions:
        for step in _open_for_a_call(item, plans, then):
            one = Taken(item.case, plans[item.case.plan], step)
            if one.carried.key not in told:
                told.add(one.carried.key)
                yield from (Expected(then.now, then.today, made, ONLY_IF_CALLED) for made in parcels([one]))


def _open_for_a_call(item: Decision, plans: Mapping[str, Plan], then: World) -> list[Step]:
    """The steps that only a call can bring, if its case may be written about at all."""
    plan = plans.get(item.case.plan)
    if plan is None or obstacle(item.case, then, Near()) is not None:
        return []
    reached, _ = come(item.case, plan, then.calendar, then.now, then.today)
    return after_a_call(item.case, plan, reached, item.action.steps if isinstance(item.action, Remind) else ())


def _skipped_steps(item: Decision, plans: Mapping[str, Plan]) -> list[Step]:
    if not isinstance(item.action, Remind):
        return []
    return [step for step in plans[item.case.plan].steps if step.id in item.action.skipped]


def _passed_over(turn: Turn, plans: Mapping[str, Plan], told: Container[str]) -> Iterator[Nothing]:
    for item in turn.decisions:
        for step in _skipped_steps(item, plans):
            if f"{item.case.key}|{step.id}" not in told:
                why = "cannot leave by the due date" if prevents(step) else "a later step replaces it"
                yield Nothing(item.case, f"{step.id}: {why}")


def _events(turn: Turn, then: World) -> Iterator[Event]:
    for item in turn.decisions:
        yield from skipped(item, then.now, then)
        yield from by_itself(item.case, item.action, then.now)
    for parcel in turn.parcels:
        yield from done(parcel, then.now, then, parcel.carries[0].carried.key)


def _after(cases: Sequence[Case], events: Sequence[Event]) -> list[Case]:
    by_key = {case.key: case for case in cases}
    for event in events:
        by_key[event.case] = apply(by_key[event.case], event)
    return list(by_key.values())


def _never(
    customers: Mapping[str, Sequence[Case]],
    plans: Mapping[str, Plan],
    world: World,
    table: Timetable,
) -> Iterator[Nothing]:
    served = {one.case.key for item in table.entries for one in item.parcel.carries}
    for cases in customers.values():
        for item in take_turn(cases, plans, world, old_allowed=len(cases)).decisions:
            if item.case.key not in served and not item.case.ended:
                yield Nothing(item.case, _why(item))


def _why(item: Decision) -> str:
    reason = getattr(item.action, "reason", "")
    return reason or "nothing falls in this time"
