"""One customer's turn: every case decided, what leaves together put into parcels, and the events that follow.

The daemon takes a turn at each tick; the forecast takes turn after turn into the future.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from relancier.core.case import Case, Event, How, Kind
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken, parcels
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import Action, Remind, Wait, World, decide, nears
from relancier.core.steps import ONE_OFF, channel


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one case; a Remind is what it really gets now, after grouping."""

    case: Case
    action: Action


@dataclass(frozen=True, slots=True)
class Turn:
    """What one customer gets now. `held_back` counts old invoices left for another day."""

    parcels: tuple[Parcel, ...]
    decisions: tuple[Decision, ...]
    one_offs: int = 0

    @property
    def look_at(self) -> datetime | None:
        """When the customer's cases have to be looked at again, as far as waiting goes."""
        waits = [item.action.until for item in self.decisions if isinstance(item.action, Wait) and item.action.until]
        return min(waits, default=None)


def take_turn(cases: Sequence[Case], plans: Mapping[str, Plan], world: World, *, old_allowed: int) -> Turn:
    """Decides every case of one customer at `world.now`; at most `old_allowed` old invoices are taken up."""
    beside = nears(cases)
    decisions = [Decision(case, decide(case, plans.get(case.plan), world, beside[case.key])) for case in cases]
    if not any(isinstance(item.action, Remind) for item in decisions):
        return Turn((), tuple(decisions))
    decisions = list(_spread(decisions, world, old_allowed))
    together = parcels(_taken(decisions, plans))
    carried = {one.carried.key for parcel in together for one in parcel.carries}
    final = tuple(_left_behind(item, carried, world) for item in decisions)
    leaving = {item.case.key for item in final if isinstance(item.action, Remind)}
    kept = tuple(parcel for parcel in together if parcel.carries[0].case.key in leaving)
    return Turn(kept, final, sum(_is_one_off(item.action) for item in final))


def _taken(decisions: Sequence[Decision], plans: Mapping[str, Plan]) -> Iterator[Taken]:
    for item in decisions:
        if isinstance(item.action, Remind):
            yield from (Taken(item.case, plans[item.case.plan], step) for step in item.action.steps)


def _spread(decisions: Sequence[Decision], world: World, old_allowed: int) -> Iterator[Decision]:
    left = old_allowed
    for item in decisions:
        if not _is_one_off(item.action):
            yield item
        elif left > 0:
            left -= 1
            yield item
        else:
            tomorrow = world.calendar.next_day(world.today + timedelta(days=1))
            yield Decision(item.case, Wait(world.calendar.opening(tomorrow), "old invoices are taken up day by day"))


def _is_one_off(action: Action) -> bool:
    return isinstance(action, Remind) and any(step.id == ONE_OFF for step in action.steps)


def _left_behind(item: Decision, carried: set[str], world: World) -> Decision:
    """A case none of whose emails can leave, beside a firmer one to others, waits with all its steps.

    Where only one of its emails must stay, the rest goes and that one comes again.
    """
    if not isinstance(item.action, Remind) or not item.action.steps:
        return item
    steps = tuple(step for step in item.action.steps if f"{item.case.key}|{step.id}" in carried)
    if steps == item.action.steps:
        return item
    if any(channel(step, item.case) is Channel.EMAIL for step in steps):
        return Decision(item.case, replace(item.action, steps=steps))
    free = world.calendar.add_working_days(world.today, world.customer_gap)
    return Decision(item.case, Wait(world.calendar.opening(free), "another message to this customer leaves first"))


def skipped(item: Decision, at: datetime, world: World) -> list[Event]:
    """The events for the steps that a decision passes over."""
    if not isinstance(item.action, Remind):
        return []
    return [
        Event(
            case=item.case.key,
            kind=Kind.STEP_SKIPPED,
            at=at,
            step=step,
            on=world.today,
            detail=f"{step}: a later step replaces it, or it came too late",
        )
        for step in item.action.skipped
    ]


def done(parcel: Parcel, at: datetime, world: World, entry: str) -> list[Event]:
    """The events for a parcel that has gone out."""
    how = How.SENT if parcel.sort is Sort.REMINDER else How.TASK
    events = [
        Event(case=one.case.key, kind=Kind.STEP_DONE, at=at, ref=entry, step=one.step.id, how=how, on=world.today)
        for one in parcel.carries
    ]
    return events + handed_over(parcel, at, entry)


def handed_over(parcel: Parcel, at: datetime, entry: str) -> list[Event]:
    """The end of the plan: from the legal step on, people go on."""
    if parcel.channel is not Channel.LEGAL:
        return []
    return [Event(case=one.case.key, kind=Kind.HANDED_OVER, at=at, ref=entry) for one in parcel.carries]
