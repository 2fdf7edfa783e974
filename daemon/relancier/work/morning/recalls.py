"""Tasks in hand that must not be done any more: a note in their thread calls them off, and they are given again.

All of it is worked out from the state in each tick, whatever changed it: books, statements, orders or mail. Kept are
only the tasks that may still be in somebody's hand, and of which cases they were called off.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from relancier.core.case import Case, Event, How, Kind
from relancier.core.outbox import ABOUT, Copy, Entry, Sort, Status
from relancier.core.overviews.duties import Again, Duty
from relancier.core.overviews.recalled import (
    AMOUNT,
    CHANGED,
    YOUNG,
    CalledOff,
    Given,
    amounts,
    called_off,
    finished,
    known_to_its_holder,
    too_old,
    wanted_again,
)
from relancier.core.plan import Channel
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.each import apart
from relancier.work.morning.duties import NOTE
from relancier.work.orders.dictated import BY_MAIL, HEARD
from relancier.work.records import STEP, THREAD, Desk, queue_note

log = logging.getLogger("relancier")

RECALL = "recall"
IN_HAND = "tasks_given"  # {entry id: {case key: the day on which it was called off, "" once that is over}}
ASKED = "asked"  # of a task's facts: what its message asks for, case by case
OVER = ""
_NO_AMOUNT = frozenset({Channel.SMS})  # its words name none
_WAITING = frozenset({Status.QUEUED, Status.DEFERRED, Status.SENDING})

Told = dict[str, str]
Kept = dict[str, Told]


def handed_over(entry: Entry, store: Store, now: datetime) -> tuple[Entry, Setting]:
    """A task that lies in the inbox now, with what it asks for, and the tasks in hand with it."""
    cases = store.cases(dict.fromkeys(one.case for one in entry.carries))
    given = replace(entry, facts=(*entry.facts, (ASKED, amounts(cases))))
    return given, Setting(IN_HAND, {**_kept(store, now), entry.id: {}})


def is_called_off(duty: Duty, store: Store) -> bool:
    """Whether whoever has a task in hand was told not to do it."""
    kept = store.setting(IN_HAND)
    return isinstance(kept, dict) and bool(kept.get(duty.entry, {}).get(duty.case))


def recall_tasks(desk: Desk) -> None:
    """Calls off what must not be done any more, once for each task and cause; frees what is to be given again."""
    kept = _kept(desk.store, desk.now)
    entries = [entry for entry in map(desk.store.entry, kept) if entry is not None]
    left: Kept = {}
    hands = _Hands(desk)
    for entry in sorted(entries, key=lambda entry: entry.queued_at, reverse=True):
        left[entry.id] = kept[entry.id]
        with apart(f"task {entry.id}", lambda _error: None):
            told = _looked_at(entry, kept[entry.id], hands)
            left[entry.id] = told if told is not None else {}
            if told is None:
                del left[entry.id]
    if left != kept or desk.store.setting(IN_HAND) is None:
        desk.ledger.put(Setting(IN_HAND, left))


def _kept(store: Store, now: datetime) -> Kept:
    """The tasks in hand; those that an earlier version gave are found once."""
    kept = store.setting(IN_HAND)
    if isinstance(kept, dict):
        return {str(name): {str(key): str(on) for key, on in told.items()} for name, told in kept.items()}
    sent = (entry for entry in store.entries(Status.SENT) if entry.sort is Sort.TASK)
    return {entry.id: {} for entry in sent if entry.queued_at >= now - YOUNG}


# --- One task ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hands:
    """What is in whose hand, the latest task first: a later one takes the place of its like."""

    desk: Desk
    covered: set[tuple[str, ...]] = field(default_factory=set)
    siblings: dict[str, list[Case]] = field(default_factory=dict)

    def stands(self, part: Given, entry: Entry) -> bool:
        """Whether no later task of the same person asks for the same about this case."""
        like = (part.case.key, part.channel, *entry.to)
        first = like not in self.covered
        self.covered.add(like)
        return first

    def off(self, part: Given) -> CalledOff | None:
        customer = part.case.invoice.customer.id
        if customer not in self.siblings:
            self.siblings[customer] = self.desk.store.of_customer(customer)
        return called_off(part, self.siblings[customer], self.desk.setup.calendar)


@dataclass(slots=True)
class _Task:
    """A message that gave a task, what of it may still be to do, and of which cases it was called off."""

    entry: Entry
    parts: list[Given]
    told: Told
    hands: _Hands

    @property
    def desk(self) -> Desk:
        return self.hands.desk

    @property
    def posts(self) -> bool:
        return self.parts[0].posts

    def off(self, part: Given) -> CalledOff | None:
        """Why its part about a case must not be done, be it that this case is under another key now."""
        moved = part.case.key not in {one.case for one in self.entry.carries}
        changed = CalledOff(CHANGED, self.desk.today) if moved or _came_to_nothing(self.entry) else None
        return self.hands.off(part) or changed


def _looked_at(entry: Entry, told: Told, hands: _Hands) -> Told | None:
    """What is to be kept of a task; None once nobody would do it any more."""
    if entry.status in _WAITING:
        return told
    parts = [part for part in _parts(entry, hands.desk) if hands.stands(part, entry)]
    task = _Task(entry, [part for part in parts if not _is_over(part, told, hands.desk)], dict(told), hands)
    if not task.parts:
        return None
    offs = {part.case.key: off for part in task.parts if part.case.key not in told and (off := task.off(part))}
    wrong = {} if offs else _wrong_amounts(task)
    free = [part for part in task.parts if told.get(part.case.key) and hands.off(part) is None]
    if not offs and not wrong and not free:
        return told
    task.parts = [part for part in task.parts if not _finished(part, task)]
    if not task.parts:
        return None
    _call_off(task, offs, wrong)
    _give_again(task)
    return task.told


def _is_over(part: Given, told: Told, desk: Desk) -> bool:
    on = told.get(part.case.key)
    return on == OVER or too_old(part, date.fromisoformat(on) if on else None, desk.setup.calendar, desk.today)


def _finished(part: Given, task: _Task) -> bool:
    return finished(part, task.desk.store.events(part.case.key), _by_its_holder(part, task))


def _parts(entry: Entry, desk: Desk) -> Iterator[Given]:
    """What a task asks for, case by case, as the cases go on in the books."""
    for one in entry.carries:
        case = _as_it_goes_on(one.case, desk)
        done = case.step_done(one.step) if case is not None else None
        given = done is not None and done.how is How.TASK and done.entry == entry.id
        if case is not None and (given or _came_to_nothing(entry)):
            at = done.at if done is not None and given else entry.queued_at
            yield Given(case=case, step=one.step, channel=entry.channel, at=at, entry=entry.id)


def _came_to_nothing(entry: Entry) -> bool:
    """Whether it lies in the inbox, though it was stopped before it went to its colleague's own address."""
    return entry.status is Status.CANCELLED and entry.copy is Copy.FILED


def _as_it_goes_on(key: str, desk: Desk) -> Case | None:
    case, passed = desk.ledger.case(key), {key}
    while case is not None and case.carried_to and case.carried_to not in passed:
        passed.add(case.carried_to)
        case = desk.ledger.case(case.carried_to)
    return case


def _by_its_holder(part: Given, task: _Task) -> Callable[[Event], bool]:
    """Whether an order is an answer to the message that gave the task, or that brought it back."""
    store = task.desk.store

    def given(event: Event) -> bool:
        seen = store.seen(event.ref.removeprefix(BY_MAIL)) if event.ref.startswith(BY_MAIL) else None
        return seen is not None and seen.message_id in heard

    notes = (_brought_back(part, way, store) for way in Again)
    answered = (task.entry, *(note for note in notes if note is not None))
    heard = {value for one in answered for name, value in one.facts if name == HEARD}
    return given


def _brought_back(part: Given, way: Again, store: Store) -> Entry | None:
    return store.live_entry(f"note:{NOTE}|{part.entry}|{part.case.key}|{part.step}|{way}")


# --- Called off -------------------------------------------------------------------------------------------------------


def _call_off(task: _Task, offs: Mapping[str, CalledOff], wrong: Mapping[str, CalledOff]) -> None:
    """Tells what stops it, or what has become of the amount; of a letter one case is enough to keep all of it back."""
    causes = {**wrong, **offs}
    for off in dict.fromkeys(causes.values()):
        about = [part for part in task.parts if causes.get(part.case.key) == off and not _known(part, task)]
        if about:
            _tell(task, off, about)
    stopped = causes if task.posts else offs
    for part in task.parts:
        if part.case.key in stopped or (stopped and task.posts):
            over = OVER if _came_to_nothing(task.entry) else task.desk.today.isoformat()
            task.told.setdefault(part.case.key, over)


def _known(part: Given, task: _Task) -> bool:
    return known_to_its_holder(part, task.desk.store.events(part.case.key), _by_its_holder(part, task))


def _wrong_amounts(task: _Task) -> dict[str, CalledOff]:
    """The cases of which the message asks for another amount than is due."""
    if task.entry.channel in _NO_AMOUNT:
        return {}
    asked = _asked(task.entry)
    wrong = [part for part in task.parts if asked.get(part.case.key, f"{part.case.asked}") != f"{part.case.asked}"]
    return {part.case.key: CalledOff(AMOUNT, _paid_since(part)) for part in wrong if part.case.key not in task.told}


def _asked(entry: Entry) -> Mapping[str, str]:
    lines = dict(entry.facts).get(ASKED, "").split("\n")
    return {key: amount for key, _, amount in (line.rpartition("=") for line in lines)}


def _paid_since(part: Given) -> date | None:
    days = [on for on in (part.case.paid_on, part.case.shown_on) if on is not None and on >= part.at.date()]
    return max(days, default=None)


def _tell(task: _Task, off: CalledOff, parts: Sequence[Given]) -> None:
    """One note in the thread of the task, to whoever has it in hand."""
    desk, entry, keys = task.desk, task.entry, [part.case.key for part in parts]
    others = [part.case.invoice.number for part in task.parts if part.case.key not in keys]
    facts = [
        (ABOUT, "\n".join(keys)),
        (STEP, parts[0].step),
        (THREAD, entry.message_id),
        ("reason", off.reason),
        ("channel", entry.channel),
        ("since", desk.setup.today(parts[0].at).isoformat()),
        *([("stopped_on", off.on.isoformat())] if off.on else []),
        *([("lines", "\n".join(dict.fromkeys(others)))] if others else []),
    ]
    if off.reason == AMOUNT:
        facts += _sums(task.entry, parts)
    named = amounts([part.case for part in parts]) if off.reason == AMOUNT else "|".join(keys)
    ref = f"{entry.id}|{off.reason}|{named}"
    if desk.store.live_entry(f"note:{RECALL}|{ref}") is not None:
        return
    queue_note(desk, RECALL, ref, facts, to=_holders(task, parts[0]))
    log.info("task_recalled", extra={"cases": keys, "step": parts[0].step, "reason": off.reason})


def _sums(entry: Entry, parts: Sequence[Given]) -> Iterator[tuple[str, str]]:
    asked, currency = _asked(entry), parts[0].case.invoice.currency
    if len(parts) == 1:
        yield "before", f"{asked[parts[0].case.key]} {currency}"


def _holders(task: _Task, part: Given) -> tuple[str, ...]:
    """Whoever was given it, and the role above where it went up."""
    up = _brought_back(part, Again.UP, task.desk.store)
    return tuple(dict.fromkeys((*task.entry.to, *(up.to if up is not None else ()))))


# --- Given again ------------------------------------------------------------------------------------------------------


def _give_again(task: _Task) -> None:
    """Frees the steps that nothing stops any more: the plan takes them again, by a new message with today's figures."""
    desk = task.desk
    free = [part for part in task.parts if task.told.get(part.case.key) and task.hands.off(part) is None]
    wanted = [part for part in free if wanted_again(part, desk.setup.plans.get(part.case.plan))]
    for part in wanted:
        ref, detail = f"{part.entry}|{part.step}", f"{part.step}: called off before it was done, to be given again"
        event = Event(case=part.case.key, kind=Kind.TASK_AGAIN, at=desk.now, ref=ref, step=part.step, detail=detail)
        desk.ledger.add(event)
        task.told[part.case.key] = OVER
        log.info("task_free", extra={"case": part.case.key, "step": part.step})
    if wanted and task.entry.live:
        desk.ledger.put(replace(task.entry, status=Status.CANCELLED, answer="called off, to be given again"))
