"""Escalate: invoices into cases, cases into decisions, decisions into the outbox (house laws 2, 8, 10).

Nothing is sent here. An entry's key and Message-ID are fixed when it is queued, in the same commit as the events that
say so.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from relancier.core.case import Case, Event, Kind
from relancier.core.outbox import Copy, Entry, Sort
from relancier.core.parcel import Parcel
from relancier.core.plan import Channel
from relancier.core.schedule import NO_FACTOR, NO_PLAN, Ask, Short, Wait, World, by_itself
from relancier.core.steps import ONE_OFF
from relancier.core.stored import Setting
from relancier.core.turn import Decision, skipped, take_turn
from relancier.ports import AlreadyQueued, Store
from relancier.work.books.replan import wake_if_replanned
from relancier.work.books.sync import Books
from relancier.work.each import apart
from relancier.work.morning.recalls import recall_tasks
from relancier.work.orders.insolvency import tell_to_declare
from relancier.work.orders.obey import APPROVED, CONFIRMED, HELD, SURGE
from relancier.work.records import UNKNOWN_SENT, Desk, new_entry, queue_note
from relancier.work.sending.bank import changed, tell_bank
from relancier.work.setup import Setup
from relancier.work.writing.texting import addressed

log = logging.getLogger("relancier")

AWAY = timedelta(days=7)
SET_ASIDE = timedelta(hours=1)


@dataclass(slots=True)
class Escalate:
    """Takes a turn for every customer whose cases have something due."""

    store: Store
    books: Books
    setup: Callable[[], Setup]
    _planned_by: Setup | None = None

    def run(self, now: datetime) -> None:
        """Brings the cases up to date with the books, then queues what is due. Raises StoreFailed."""
        self.books.sync(now)
        self._reach_waiting(now)
        self._tell(now)
        if not self._may_queue(now):
            return
        desk = Desk.at(self.store, self.setup(), now)
        world = self.books.world(now)
        customers = {case.invoice.customer.id for case in self.store.due(now)}
        if not customers:
            return
        budget = _Budget(self.store, desk.setup, now)
        for customer in sorted(customers):
            with apart(f"customer {customer}", partial(self._set_aside, customer, now)):
                self._turn(customer, world, budget)

    def _tell(self, now: datetime) -> None:
        """What people must know whether or not anything leaves."""
        desk = Desk.at(self.store, self.setup(), now)
        tell_bank(desk)
        tell_to_declare(desk)
        desk.ledger.commit()
        with apart("tasks in hand", lambda _error: None):
            recalls = Desk.at(self.store, self.setup(), now)
            recall_tasks(recalls)
            recalls.ledger.commit()

    def _reach_waiting(self, now: datetime) -> None:
        """At the start and after a reload: edited plans count for the cases that wait."""
        setup = self.setup()
        if setup is not self._planned_by:
            wake_if_replanned(self.store, Desk.at(self.store, setup, now))
            self._planned_by = setup

    def _set_aside(self, customer: str, now: datetime, error: Exception) -> None:
        """A customer whose cases provoke the unexpected stops nobody else; a person is told, and it is tried again."""
        desk = Desk.at(self.store, self.setup(), now)
        cases = [case for case in self.store.of_customer(customer) if case.look_at is not None and case.look_at <= now]
        for case in cases:
            desk.ledger.know(case)
            desk.ledger.replace_case(replace(case, look_at=now + SET_ASIDE, waiting=f"unexpected: {error}"))
        lines = "\n".join(case.invoice.number for case in cases)
        facts = (("reason", "render_failed"), ("detail", str(error)[:200]), ("lines", lines))
        queue_note(desk, "held", f"customer|{customer}|{desk.today.isoformat()}", facts)
        desk.ledger.commit()

    def after_absence(self, last: datetime, now: datetime) -> bool:
        """Asks a person first when the last good tick is long past: what would leave must be seen again (fault P4)."""
        if now - last <= AWAY or self.store.setting(CONFIRMED) is None:
            return False
        desk = Desk.at(self.store, self.setup(), now)
        desk.ledger.put(Setting(CONFIRMED, None))
        facts = (("reason", "away"), ("command", "relancier confirm"))
        queue_note(desk, "held", f"away|{last.isoformat()}", facts)
        desk.ledger.commit()
        log.warning("away", extra={"since": last.isoformat()})
        return True

    def _may_queue(self, now: datetime) -> bool:
        """Nothing is even queued before `confirm`, while everything is held, or from stale books."""
        if self.store.setting(CONFIRMED) is None:
            if self.store.setting(APPROVED) is None:
                self._tell_waiting(now)
            return False
        stopped = self.store.setting(HELD) or self.store.setting(UNKNOWN_SENT) or changed(self.store, self.setup())
        return not stopped and self.books.trouble(now) is None

    def _tell_waiting(self, now: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), now)
        told = self.store.live_entry("note:waiting|first")
        count = 0 if told else len(self.store.case_keys())
        if count:
            queue_note(desk, "waiting", "first", (("count", str(count)), ("command", "relancier confirm")))
            desk.ledger.commit()

    def _turn(self, customer: str, world: World, budget: "_Budget") -> None:
        cases = self.store.of_customer(customer)
        setup = self.setup()
        turn = take_turn(cases, setup.plans, world, old_allowed=budget.old)
        desk = Desk.at(self.store, setup, world.now)
        for case in cases:
            desk.ledger.know(case)
        leaving = addressed(turn.parcels, setup)
        if not budget.allows(leaving, desk):
            return
        for item in turn.decisions:
            self._decided(item, world, desk)
        for parcel in leaving:
            queue(parcel, desk)
        budget.old -= turn.one_offs
        try:
            desk.ledger.commit()
        except AlreadyQueued:
            log.exception("already_queued", extra={"customer": customer})
            self._leave(cases)

    def _leave(self, cases: Iterable[Case]) -> None:
        self.store.commit(*(replace(case, look_at=None, waiting="its message is queued already") for case in cases))

    @staticmethod
    def _decided(item: Decision, world: World, desk: Desk) -> None:
        desk.ledger.add(*skipped(item, world.now, world), *_by_itself(item, world))
        case = desk.ledger.case(item.case.key)
        if case is None:
            return
        if isinstance(item.action, Wait):
            desk.ledger.replace_case(replace(case, look_at=item.action.until, waiting=item.action.reason))
            if item.action.reason.startswith(NO_PLAN):
                _tell_no_plan(case.plan, desk)
            if item.action.reason.startswith(NO_FACTOR):
                _tell_no_factor(case, desk)
        elif isinstance(item.action, Ask | Short):
            code = item.action.code if isinstance(item.action, Ask) else "discount_late"
            facts = (("reason", code), ("cases", case.key))
            queue_note(desk, "pause", f"{case.key}|{world.today.isoformat()}", facts)


def _tell_no_factor(case: Case, desk: Desk) -> None:
    name = case.invoice.factor
    facts = (("reason", "factor_missing"), ("detail", name), ("lines", case.invoice.number))
    queue_note(desk, "held", f"factor|{name}|{case.invoice.number}|{desk.today.isoformat()}", facts)


def _tell_no_plan(plan: str, desk: Desk) -> None:
    facts = (("reason", "plan_missing"), ("detail", plan), ("command", "relancier check"))
    queue_note(desk, "held", f"plan|{plan}|{desk.today.isoformat()}", facts)


def _by_itself(item: Decision, world: World) -> list[Event]:
    events = by_itself(item.case, item.action, world.now)
    for event in events:
        log.info(event.kind.value, extra={"case": event.case, "reason": event.detail})
    return events


def queue(parcel: Parcel, desk: Desk) -> Entry:
    """Puts a parcel into the outbox: a reminder to the customer, or a task to the colleague whose role it is."""
    carries = [one.carried for one in parcel.carries]
    tries = sum(one.case.tries for one in parcel.carries)
    entry = new_entry(desk.setup, sort=parcel.sort, carries=carries, now=desk.now, tries=tries)
    to, cc = _addresses(parcel, desk.setup)
    entry = replace(entry, channel=parcel.channel.value, customer=parcel.customer.id, to=to, cc=cc)
    entry = replace(entry, approval=parcel.approval)
    desk.ledger.put(entry)
    for one in parcel.carries:
        way = "draft" if parcel.approval else parcel.channel.value
        detail = f"{one.step.id}: {way} to {', '.join((*entry.to, *entry.cc)) or 'the team'}"
        desk.ledger.add(
            Event(case=one.case.key, kind=Kind.QUEUED, at=desk.now, ref=entry.id, step=one.step.id, detail=detail)
        )
        desk.ledger.replace_case(replace(desk.ledger.case(one.case.key) or one.case, look_at=None, waiting=""))
    return entry


def as_task(entry: Entry, parcel: Parcel, desk: Desk) -> Entry:
    """A message to approve where there is no Drafts folder: a task for the colleague, who is told so once."""
    task = replace(parcel, sort=Sort.TASK, channel=Channel.TASK, approval=False)
    to, cc = _addresses(task, desk.setup)
    given = replace(entry, sort=Sort.TASK, channel=task.channel.value, to=to, cc=cc, copy=Copy.WANTED)
    given = replace(given, approval=False, begun_at=None)
    desk.ledger.put(given)
    facts = (("reason", "no_drafts_folder"), ("command", "relancier check"))
    queue_note(desk, "held", "no drafts folder", facts)
    return given


def _addresses(parcel: Parcel, setup: Setup) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if parcel.sort is Sort.REMINDER:
        return parcel.to, parcel.cc
    colleague = setup.config.signer(parcel.signer).email.lower()
    return (() if colleague == setup.config.mailbox.address.lower() else (colleague,)), ()


class _Budget:
    """How much may still be queued today: old invoices a day, and the surge beyond which a person is asked."""

    def __init__(self, store: Store, setup: Setup, now: datetime) -> None:
        self._now = now
        self._today = setup.today(now)
        month = store.sent_since(now - timedelta(days=31))
        days: dict[object, int] = defaultdict(int)
        for entry in month:
            days[entry.sent_on] += 1
        waiting = store.entries("queued", "deferred", "sending")
        fresh = [entry for entry in waiting if entry.sort is Sort.REMINDER]
        self._approved = set(_texts(store.setting(APPROVED)))
        counted = [entry for entry in [*fresh, *month] if entry.sent_on in {None, self._today}]
        self._today_count = sum(not self._seen_by_a_person(entry) for entry in counted)
        busiest = max((count for day, count in days.items() if day != self._today), default=0)
        self._limit = max(setup.config.sending.surge, 3 * busiest)
        self._surge = store.setting(SURGE) is not None
        one_offs = sum(one.step == ONE_OFF for entry in counted for one in entry.carries)
        self.old = max(0, setup.old_a_day - one_offs)

    def _seen_by_a_person(self, entry: Entry) -> bool:
        return all(one.key in self._approved for one in entry.carries)

    def allows(self, parcels: Sequence[Parcel], desk: Desk) -> bool:
        """Whether these may be queued; too many in a day hold everything new until a person confirms."""
        new = [
            parcel
            for parcel in parcels
            if parcel.sort is Sort.REMINDER and any(one.carried.key not in self._approved for one in parcel.carries)
        ]
        if not new:
            return True
        if not self._surge and self._today_count + len(new) <= self._limit:
            self._today_count += len(new)
            return True
        if not self._surge:
            self._surge = True
            facts = (
                ("reason", "surge"),
                ("count", str(self._today_count + len(new))),
                ("command", "relancier confirm"),
            )
            queue_note(desk, "held", f"surge|{self._today.isoformat()}", facts)
            desk.store.commit(Setting(SURGE, self._today.isoformat()), *desk.ledger.changes)
        return False


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
