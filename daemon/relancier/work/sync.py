"""The books: invoices into cases, changes into events; what is suddenly missing closes nothing (house law 8)."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from relancier.core.case import Because, Case, Event, Hold, Invoice, Kind
from relancier.core.history import open_case
from relancier.ports import Setting, Snapshot, Source, Store
from relancier.work.records import Desk, queue_note
from relancier.work.rematch import rematch
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

SHRUNK = "shrunk"  # the books lost so much at once that a person must look: {"before", "after"}
SHRINK_ACCEPTED = "shrink_accepted"  # a person has looked and lets the smaller books count
KNOWN_AT = "known_at"
TAKEN = "books_taken"  # the stamp of the books as they were last taken over
OPENING = "opening"  # cases just opened, about which the mail read before has still to be asked
WAITING_FOR_BOOKS = "payments are known only"
A_LOT = 0.5
AT_LEAST = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing may be sent from these books: a code that the templates word, and a sentence for the log."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Books:
    """The invoice source, read when it has changed; `problem` says why its last state could not be used."""

    source: Source
    store: Store
    setup: Callable[[], Setup]
    problem: str = ""
    read_once: bool = False

    def known_at(self, now: datetime) -> datetime:
        """Up to which instant payments are known; long ago when the books were never read."""
        stored = self.store.setting(KNOWN_AT)
        known = datetime.fromisoformat(str(stored)) if stored else datetime.fromtimestamp(0, now.tzinfo)
        return min(known, now)

    def trouble(self, now: datetime) -> Trouble | None:
        """Why nothing may be sent from these books, if anything."""
        if self.problem:
            return Trouble("books_wrong", self.problem)
        if self.store.setting(SHRUNK) is not None:
            return Trouble("books_shrunk", "the invoice file has lost many invoices at once: relancier confirm")
        days = self.setup().config.invoices.max_age.days
        if now - self.known_at(now) > self.setup().config.invoices.max_age:
            return Trouble("books_old", f"the invoice file is older than {days} days")
        return None

    def sync(self, now: datetime) -> bool:
        """Reads the source if it changed and brings the cases up to date; True when it did. Raises StoreFailed."""
        self._finish_opening(now)
        if self._as_before() and self.store.setting(SHRINK_ACCEPTED) is None:
            self._tell(now)
            return False
        self.read_once = False  # until what was read is in the store: a commit that fails must not lose it
        snapshot = self.source.read()
        self.problem = str(next((one for one in snapshot.problems if not one.warning), ""))
        if not self.problem:
            self._take_over(snapshot, now)
        self.read_once = True
        self._tell(now)
        return True

    def _as_before(self) -> bool:
        """Whether the source still holds what was taken over, by this process or an earlier one."""
        if self.read_once:
            return not self.source.changed()
        self.read_once = not self.problem and self.source.unchanged_since(str(self.store.setting(TAKEN) or ""))
        return self.read_once

    def _tell(self, now: datetime) -> None:
        trouble = self.trouble(now)
        if trouble is not None:
            desk = Desk.at(self.store, self.setup(), now)
            detail = trouble.text if trouble.code == "books_wrong" else ""
            facts = (("reason", trouble.code), ("detail", detail))
            queue_note(desk, "stale", f"{trouble.code}|{desk.today.isoformat()}", facts)
            desk.ledger.commit()

    def _take_over(self, snapshot: Snapshot, now: datetime) -> None:
        invoices = {invoice.key: invoice for invoice in snapshot.invoices}
        cases = {case.key: case for case in self.store.all_cases()}
        if self._shrank(invoices, cases, now):
            return
        desk = Desk.at(self.store, self.setup(), now)
        moved = dict(_moved(invoices, cases))
        for key, case in cases.items():
            desk.ledger.know(case)
            if key in moved:
                _carry_over(case, moved[key], desk)
            else:
                desk.ledger.add(*_differences(case, invoices.get(key), desk))
        known = {*cases, *(invoice.key for invoice in moved.values())}
        opened = [_opened(invoices[key], desk) for key in invoices if key not in known]
        self._wake(desk, cases)
        self._told_missing(desk)
        desk.ledger.put(Setting(KNOWN_AT, snapshot.as_of.isoformat()), Setting(TAKEN, self.source.stamp() or None))
        desk.ledger.put(Setting(SHRUNK, None), Setting(SHRINK_ACCEPTED, None))
        if opened:
            desk.ledger.put(Setting(OPENING, [case.key for case in opened]))
        desk.ledger.commit()
        self._finish_opening(now)
        log.info("books_read", extra={"invoices": len(invoices), "opened": len(opened)})

    def _finish_opening(self, now: datetime) -> None:
        """Asks the mail read before about the cases just opened, also where a crash came in between."""
        keys = self.store.setting(OPENING)
        if not isinstance(keys, list):
            return
        desk = Desk.at(self.store, self.setup(), now)
        rematch(self.store.cases(map(str, keys)), desk)
        desk.ledger.put(Setting(OPENING, None))
        desk.ledger.commit()

    def _shrank(self, invoices: Mapping[str, Invoice], cases: Mapping[str, Case], now: datetime) -> bool:
        """Whether so much has left at once that it is more likely a broken export than payments."""
        alive = [case for case in cases.values() if not case.ended and not case.absent]
        gone = [case for case in alive if case.key not in invoices]
        few = len(gone) < AT_LEAST and bool(invoices)
        if not gone or few or len(gone) < A_LOT * len(alive) or self.store.setting(SHRINK_ACCEPTED) is not None:
            return False
        facts = {"before": len(alive), "after": len(alive) - len(gone), "since": now.isoformat()}
        self.store.commit(Setting(SHRUNK, facts))
        log.warning("books_shrunk", extra=facts)
        return True

    @staticmethod
    def _wake(desk: Desk, cases: Mapping[str, Case]) -> None:
        """Cases that waited for fresher books are looked at again."""
        for key, case in cases.items():
            if case.waiting.startswith(WAITING_FOR_BOOKS):
                desk.ledger.replace_case(replace(desk.ledger.case(key) or case, look_at=desk.now))

    @staticmethod
    def _told_missing(desk: Desk) -> None:
        missing = [
            change for change in desk.ledger.changes if isinstance(change, Event) and change.kind is Kind.MISSING
        ]
        if missing:
            numbers = ", ".join(event.case.split("|")[0] for event in missing)
            facts = (("count", str(len(missing))), ("lines", numbers))
            queue_note(desk, "missing", f"{desk.today.isoformat()}|{numbers[:200]}", facts)


def _moved(invoices: Mapping[str, Invoice], cases: Mapping[str, Case]) -> Iterator[tuple[str, Invoice]]:
    """Cases whose invoice has another due date now: one line of that number is gone and one is new."""
    gone = _by_number(
        (case.invoice.number, key) for key, case in cases.items() if key not in invoices and not case.ended
    )
    new = _by_number((invoice.number, key) for key, invoice in invoices.items() if key not in cases)
    for number, keys in gone.items():
        if len(keys) == 1 and len(new.get(number, ())) == 1:
            yield keys[0], invoices[new[number][0]]


def _by_number(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, key in pairs:
        found[number].append(key)
    return found


def _carry_over(case: Case, invoice: Invoice, desk: Desk) -> None:
    """The case goes on under its new due date with all that happened to it; what is queued for the old one ends."""
    told = f"the due date {case.invoice.due.isoformat()} is now {invoice.due.isoformat()}"
    new = replace(case, key=invoice.key, invoice=invoice, in_flight=(), absent=False, look_at=desk.now, waiting="")
    new = replace(new, holds=tuple(_for_a_person(hold) for hold in case.holds if hold.because is not Because.MISSING))
    desk.ledger.open(new, Event(case=new.key, kind=Kind.OPENED, at=desk.now, plan=case.plan, detail=told))
    desk.ledger.add(Event(case=case.key, kind=Kind.CLOSED, at=desk.now, detail=told))


def _for_a_person(hold: Hold) -> Hold:
    """A message of unknown outcome belongs to the old due date: under the new one only a person can end its hold."""
    return replace(hold, because=Because.UNKNOWN_SENT) if hold.because is Because.UNCERTAIN else hold


def _opened(invoice: Invoice, desk: Desk) -> Case:
    plan = desk.setup.plan_for(invoice)
    case = open_case(invoice, plan=plan, at=desk.now, on=desk.today)
    event = Event(case=case.key, kind=Kind.OPENED, at=desk.now, plan=plan, detail=f"plan {plan}")
    desk.ledger.open(case, event)
    return case


def _differences(case: Case, invoice: Invoice | None, desk: Desk) -> list[Event]:
    """The events that bring a case up to date with its line in the books."""
    if invoice is None:
        return _left(case, desk)
    events = []
    if case.absent:
        events.append(Event(case=case.key, kind=Kind.RETURNED, at=desk.now, detail="it is in the invoice file again"))
    if invoice != case.invoice:
        events.append(
            Event(case=case.key, kind=Kind.CHANGED, at=desk.now, invoice=invoice, detail=_told(case, invoice))
        )
    plan = desk.setup.plan_for(invoice)
    if plan != desk.setup.plan_for(case.invoice) and not case.ended:
        events.append(
            Event(case=case.key, kind=Kind.PLAN_CHOSEN, at=desk.now, plan=plan, on=desk.today, detail=f"plan {plan}")
        )
    return events


def _left(case: Case, desk: Desk) -> list[Event]:
    if case.absent or case.ended:
        return []
    if desk.setup.config.invoices.missing == "paid":
        return [Event(case=case.key, kind=Kind.PAID, at=desk.now, detail="it has left the list of open invoices")]
    return [Event(case=case.key, kind=Kind.MISSING, at=desk.now, detail="it has left the invoice file")]


def _told(case: Case, invoice: Invoice) -> str:
    if invoice.amount_due != case.invoice.amount_due:
        return f"amount due {case.invoice.amount_due} is now {invoice.amount_due}"
    return "its line in the invoice file has changed"
