"""What colleagues still have to do: the tasks that a case has given and whose result nobody has recorded."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relancier.core.case import Case, Event, How, Kind, Signer, State, StepDone
from relancier.core.extra import step_of
from relancier.core.outbox import Entry
from relancier.core.plan import Channel, Plan
from relancier.core.workdays import Calendar

COMES_BACK = 2  # working days after which a task not done comes back to whose it is
GOES_UP = 5  # and after which it goes to the role above
DRAFT = "draft"  # the channel of a message that lies in Drafts for a person to send
SETTLING = frozenset(
    {
        *(Kind.PROMISED, Kind.DISPUTED, Kind.PAID, Kind.CLOSED, Kind.PAUSED, Kind.RESUMED, Kind.BALANCE),
        *(Kind.INSTALMENTS, Kind.INSOLVENT, Kind.REJECTED, Kind.PLAN_CHOSEN),
    }
)
"""Orders by which a person has said what becomes of the case: nothing is left to do of what was asked before."""
POST = frozenset({Channel.LETTER, Channel.REGISTERED_LETTER})  # what a colleague posts
_ABOVE = {
    Signer.ACCOUNT_MANAGER: Signer.MANAGEMENT,
    Signer.SUPPLIER: Signer.MANAGEMENT,
    Signer.MANAGEMENT: Signer.MANAGEMENT,
}


class Again(StrEnum):
    """How a task that is not done is brought up again."""

    BACK = "back"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something a colleague has to do about a case; `entry` is the message that gave it, on the local day `since`."""

    case: str
    step: str
    title: str
    channel: str
    role: Signer
    since: date
    entry: str

    @property
    def ref(self) -> str:
        """What tells it from every other."""
        return f"{self.entry}|{self.case}|{self.step}"


def above(role: Signer) -> Signer:
    """To whom a task goes that this role has not done."""
    return _ABOVE[role]


def given(case: Case) -> bool:
    """Whether the case may have anything to do at all, without reading its history."""
    return workable(case) and any(done.how is How.TASK for done in case.done)


def workable(case: Case) -> bool:
    """Whether a colleague may go on with what was asked: nobody is chased who has answered, or is in doubt."""
    return case.state in {State.OPEN, State.LEGAL} and not case.holds and not case.unseen and case.amount_due > 0


def duties(
    case: Case, plan: Plan | None, events: Sequence[Event], entry_of: Callable[[str], Entry | None]
) -> tuple[Duty, ...]:
    """The tasks of a case that are not done, oldest first; a later one by the same channel takes an earlier's place."""
    if not given(case) or plan is None:
        return ()
    latest: dict[str, Duty] = {}
    for done in sorted(case.done, key=lambda done: done.at):
        duty = _duty(case, plan, done, entry_of)
        if duty is not None:
            latest.pop(duty.channel, None)
            latest[duty.channel] = duty
    times = {done.entry: done for done in case.done}
    return tuple(duty for duty in latest.values() if not _finished(duty, times[duty.entry], events))


def _duty(case: Case, plan: Plan, done: StepDone, entry_of: Callable[[str], Entry | None]) -> Duty | None:
    step, entry = step_of(plan, done.step), entry_of(done.entry)
    if done.how is not How.TASK or step is None or entry is None:
        return None
    return Duty(
        case=case.key,
        step=step.id,
        title=step.name,
        channel=entry.channel,
        role=step.signer,
        since=done.on,
        entry=entry.id,
    )


def _finished(duty: Duty, done: StepDone, events: Iterable[Event]) -> bool:
    """Whether its result is recorded, or the case has become another matter since."""
    after = (event for event in events if event.at >= done.at and event.ref != duty.entry)
    return any(_finishes(event, duty) for event in after)


def _finishes(event: Event, duty: Duty) -> bool:
    if event.kind is Kind.TASK_DONE:
        return event.step in {"", duty.step}
    if event.kind in SETTLING:
        return bool(event.ref)
    if event.kind in {Kind.POSTED, Kind.LETTER}:
        return duty.channel in POST
    if duty.channel in {*POST, Channel.LEGAL}:
        return False
    by_hand = event.kind is Kind.STEP_DONE and event.how is How.BY_HAND
    return by_hand or event.kind in {Kind.CALLED, Kind.ANSWERED}


def coming_back(found: Iterable[Duty], calendar: Calendar, today: date) -> Iterator[tuple[Duty, Again]]:
    """Those not done in time: after two working days to the same person, after five to the one above."""
    for duty in found:
        if calendar.add_working_days(duty.since, GOES_UP) <= today:
            yield duty, Again.UP
        elif calendar.add_working_days(duty.since, COMES_BACK) <= today:
            yield duty, Again.BACK
