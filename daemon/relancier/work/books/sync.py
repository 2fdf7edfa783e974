"""The books: invoices into cases, changes into events; what is suddenly missing closes nothing (house law 8)."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from relancier.core.case import Case, Event, Invoice, Kind, Origin
from relancier.core.discount import settled
from relancier.core.outbox import ABOUT
from relancier.core.paid.coverage import Coverage
from relancier.core.paid.known import KNOWN_ONLY
from relancier.core.stored import Setting
from relancier.core.text.numbers import squash
from relancier.core.world import World
from relancier.ports import Snapshot, Source, Store
from relancier.work.books.carry import Moves, carry_over, follow, moves, with_known
from relancier.work.books.credit import hold_for_credit, hold_for_notes
from relancier.work.books.held import MOST_OFFERED, MOST_TOLD, by_number, money, number_of, tell_held
from relancier.work.books.shrunk import SHRUNK, shrunk_books, shrunk_since
from relancier.work.books.spared import Spared, as_told, keep_spared
from relancier.work.books.taken import KNOWN_AT, OPENING, ask_mail_before, differences, opened
from relancier.work.inbox.rematch import rematch
from relancier.work.orders.contacts import as_mended, mended_contacts
from relancier.work.paid.money import rematch_money
from relancier.work.paid.payments import Payments, Trouble, refusals
from relancier.work.paid.statements import coverage
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

LONG_AGO = date(1970, 1, 1)
SILENT = "books_silent"  # the books list invoices and have no place for what was paid
SHRINK_ACCEPTED = "shrink_accepted"  # a person has looked and lets the smaller books count
OLDEST = "books_oldest"  # the file up to whose time the books know of payments
TAKEN = "books_taken"  # the stamp of the books as they were last taken over
A_LOT = 0.5
AT_LEAST = 4
SETTLES = timedelta(minutes=15)  # what takes longer to be written is told


@dataclass(slots=True)
class Books:
    """The invoice source, read when it has changed; `problem` says why its last state could not be used.

    `payments` are the statements laid down beside it, read first.
    """

    source: Source
    store: Store
    setup: Callable[[], Setup]
    payments: Payments | None = None
    problem: str = ""
    read_once: bool = False
    settling: datetime | None = None  # since when the file is being written; nothing is sent, nobody is told yet

    def known_at(self, now: datetime) -> datetime:
        """Up to which instant payments are known; long ago when the books were never read."""
        stored = self.store.setting(KNOWN_AT)
        known = datetime.fromisoformat(str(stored)) if stored else datetime.fromtimestamp(0, now.tzinfo)
        return min(known, now)

    def world(self, now: datetime, at: datetime | None = None, *, ahead: bool = False) -> World:
        """What deciding needs at an instant, with what is known now; `ahead`: with what should be known by then."""
        at, setup = at or now, self.setup()
        held = coverage(self.store, setup)
        known = at if ahead and at > now else min(self.known_at(now), self._told_by_statements(held, now))
        return setup.world(at, known, held, ahead=ahead and at > now)

    def _told_by_statements(self, held: Coverage, now: datetime) -> datetime:
        """Where statements are awaited and the books have no place for payments, nobody else tells of any.

        Nor do the books alone where a statement lies there that could not be read: it may tell a payment they lack.
        """
        setup = self.setup()
        alone = self.store.setting(SILENT) is not None or bool(refusals(self.store))
        if not alone or not setup.config.payments.awaited:
            return now
        days = [held.last_day(account) or LONG_AGO for account in held.awaited]
        return datetime.combine(min(days, default=LONG_AGO), time.max, setup.config.company.zone)

    def trouble(self, now: datetime) -> Trouble | None:
        """Why nothing may be sent from these books and payments, if anything."""
        if self.problem:
            return Trouble("books_wrong", self.problem, self.problem)
        if self.store.setting(SHRUNK) is not None:
            told = shrunk_books(self.store, self.setup())
            text = f"the invoice file has lost many invoices at once, {told}: relancier confirm"
            return Trouble("books_shrunk", text, told)
        invoices = self.setup().config.invoices
        if invoices.has_books and now - self.known_at(now) > invoices.max_age:
            return self._too_old(now, invoices.max_age)
        return self.payments.trouble(now) if self.payments is not None else None

    def _too_old(self, now: datetime, most: timedelta) -> Trouble:
        """That the books are too old, with the file that is and its day."""
        name, day = str(self.store.setting(OLDEST) or ""), self.setup().today(self.known_at(now))
        if self.store.setting(KNOWN_AT) is None or not name:
            return Trouble("books_old", f"the invoice file is older than {most.days} days", name)
        text = f"the invoice file {name} of {day} is older than {most.days} days"
        return Trouble("books_old", text, name, day)

    def sync(self, now: datetime) -> bool:
        """Reads the source if it changed and brings the cases up to date; True when it did. Raises StoreFailed."""
        self._finish_opening(now)
        if self.payments is not None:
            self.payments.sync(now)
        if self._as_before() and self.store.setting(SHRINK_ACCEPTED) is None:
            self._tell(now)
            return False
        self.read_once = False  # until what was read is in the store: a commit that fails must not lose it
        snapshot = self.source.read()
        self.problem = str(next((one for one in snapshot.problems if not one.warning), ""))
        self.settling = (self.settling or now) if snapshot.settling else None
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
        if trouble is not None and not trouble.passing and not (self.settling and now - self.settling < SETTLES):
            desk = Desk.at(self.store, self.setup(), now)
            known = trouble.known_to.isoformat() if trouble.known_to else ""
            shrunk = shrunk_since(self.store, self.setup()) if trouble.code == "books_shrunk" else None
            facts = (
                *(("reason", trouble.code), ("detail", trouble.detail)),
                *((("known_to", known),) if known else ()),
                *((("since", shrunk.isoformat()),) if shrunk else ()),
            )
            figures = f"|{trouble.detail}" if shrunk else ""  # an answer is about these
            queue_note(desk, "stale", f"{trouble.code}|{desk.today.isoformat()}{figures}", facts)
            desk.ledger.commit()

    def _take_over(self, snapshot: Snapshot, now: datetime) -> None:
        mended = mended_contacts(self.store)
        told = as_told(snapshot.never)
        spared = Spared.of(self.store, told)
        invoices = {
            invoice.key: spared.marked(replace(invoice, customer=as_mended(invoice.customer, mended)))
            for invoice in snapshot.invoices
        }
        cases = {case.key: case for case in self.store.all_cases()}
        invoices = {key: invoice for key, invoice in invoices.items() if key in cases or not self._purged(invoice)}
        changed = moves(invoices, cases)
        if self._shrank(invoices, cases, changed, now):
            return
        desk = Desk.at(self.store, self.setup(), now)
        _bring_up_to_date(invoices, cases, changed, desk, snapshot)
        known = (cases.keys() | changed.anew) - changed.doubtful
        new = _open(invoices, cases, known, changed, desk)
        keep_spared(told, cases, desk)
        self._wake(desk, cases)
        hold_for_credit(snapshot.credits, (*invoices, *_unlisted_in_credit(snapshot, cases)), desk)
        _tell_changes(desk)
        tell_held("parts_changed", by_number(sorted(changed.doubtful)), desk)
        desk.ledger.put(Setting(KNOWN_AT, snapshot.as_of.isoformat()), Setting(TAKEN, self.source.stamp() or None))
        desk.ledger.put(Setting(OLDEST, snapshot.oldest or None))
        desk.ledger.put(Setting(SHRUNK, None), Setting(SHRINK_ACCEPTED, None))
        silent = not snapshot.tells_paid and desk.setup.config.invoices.missing != "paid"
        desk.ledger.put(Setting(SILENT, True if silent else None))
        if asked := [*(case.key for case in new), *_other_contacts(cases, desk)]:
            ask_mail_before(asked, desk)
        desk.ledger.commit()
        self._finish_opening(now)
        log.info("books_read", extra={"invoices": len(invoices), "opened": len(new)})

    def _purged(self, invoice: Invoice) -> bool:
        """Whether its case was closed long ago and is kept no more; what the books ask for again is looked at again."""
        return settled(invoice) and self.store.gone(invoice.key)

    def _finish_opening(self, now: datetime) -> None:
        """Asks the mail read before about cases just opened or with other contacts, also after a crash in between."""
        keys = self.store.setting(OPENING)
        if not isinstance(keys, list):
            return
        desk = Desk.at(self.store, self.setup(), now)
        opened = self.store.cases(map(str, keys))
        rematch(opened, desk)
        rematch_money(opened, desk)
        desk.ledger.put(Setting(OPENING, None))
        desk.ledger.commit()

    def _shrank(
        self, invoices: Mapping[str, Invoice], cases: Mapping[str, Case], changed: Moves, now: datetime
    ) -> bool:
        """Whether so much has left at once that it is more likely a broken export than payments."""
        alive = [case for case in cases.values() if _listed(case) and not case.ended and not case.absent]
        gone = [case for case in alive if case.key not in invoices]
        closes = self.setup().config.invoices.missing == "paid" and any(case.key not in changed.to for case in gone)
        few = len(gone) < AT_LEAST and bool(invoices) and not closes
        if not gone or few or len(gone) < A_LOT * len(alive) or self.store.setting(SHRINK_ACCEPTED) is not None:
            return False
        before = self.store.setting(SHRUNK)
        since = before.get("since") if isinstance(before, dict) else None
        facts = {"before": len(alive), "after": len(alive) - len(gone), "since": since or now.isoformat()}
        self.store.commit(Setting(SHRUNK, facts))
        log.warning("books_shrunk", extra=facts)
        return True

    @staticmethod
    def _wake(desk: Desk, cases: Mapping[str, Case]) -> None:
        """Cases that waited for payments to be known are looked at again."""
        for key, case in cases.items():
            if case.waiting.startswith(KNOWN_ONLY):
                desk.ledger.replace_case(replace(desk.ledger.case(key) or case, look_at=desk.now))


def _listed(case: Case) -> bool:
    """Whether the books have listed it: what was imported or mailed may never stand there."""
    return case.invoice.origin is Origin.BOOKS


def _unlisted_in_credit(snapshot: Snapshot, cases: Mapping[str, Case]) -> Iterator[str]:
    """What the books never listed of the customers who have something to the good in them."""
    listed, customers = {one.key for one in snapshot.invoices}, {one.customer for one in snapshot.credits}
    for key, case in cases.items():
        if key not in listed and not _listed(case) and not case.carried_to and case.invoice.customer.id in customers:
            yield key


def _bring_up_to_date(
    invoices: Mapping[str, Invoice], cases: Mapping[str, Case], changed: Moves, desk: Desk, snapshot: Snapshot
) -> None:
    for key, case in cases.items():
        desk.ledger.know(case)
        line = changed.to.get(key) or invoices.get(key)
        now = with_known(case.invoice, line) if line is not None else None
        if key in changed.to and now is not None:
            carry_over(case, now, desk)
        elif key not in changed.anew:
            older = snapshot.doubted.get(squash(case.invoice.number), "")
            desk.ledger.add(*differences(case, now, desk, snapshot.as_of, older))
            _mark_gone(key, invoices, desk)
        if now is not None and key not in changed.anew:
            hold_for_notes(case, now, desk)
    follow(invoices, cases, changed, desk)


def _other_contacts(before: Mapping[str, Case], desk: Desk) -> Iterator[str]:
    """The cases whose customer has other contacts now: one of these may have written already."""
    for key, case in before.items():
        now = desk.ledger.case(key)
        if now and not now.ended and now.invoice.customer.contacts != case.invoice.customer.contacts:
            yield key


def _mark_gone(key: str, invoices: Mapping[str, Invoice], desk: Desk) -> None:
    """What has ended may leave the books; a new due date of it would have to be there at once."""
    case = desk.ledger.case(key)
    if case is not None and _listed(case) and case.ended and not case.absent and key not in invoices:
        desk.ledger.replace_case(replace(case, absent=True))


def _tell_changes(desk: Desk) -> None:
    """One note for each sort of change that a person must look at."""
    keys: dict[Kind, list[str]] = defaultdict(list)
    for change in desk.ledger.changes:
        if isinstance(change, Event):
            keys[change.kind].append(change.case)
    if missing := keys[Kind.MISSING]:
        numbers = list(dict.fromkeys(map(number_of, missing)))
        shown = [_shown(case.invoice, desk) for key in missing if (case := desk.ledger.case(key)) is not None]
        more = [f"+ {len(shown) - MOST_TOLD}"] if len(shown) > MOST_TOLD else []
        facts = (
            ("count", str(len(numbers))),
            ("lines", "\n".join((*shown[:MOST_TOLD], *more))),
            (ABOUT, "\n".join(missing[:MOST_OFFERED])),
        )
        queue_note(desk, "missing", f"{desk.today.isoformat()}|{', '.join(numbers)[:200]}", facts)
    tell_held("owed_again", by_number(keys[Kind.REOPENED]), desk)


def _shown(invoice: Invoice, desk: Desk) -> str:
    """An invoice on one line: number, customer, due date, what is left to pay."""
    language = desk.setup.config.company.language
    left = money(invoice.amount_due, invoice.currency, language)
    return f"{invoice.number}, {invoice.customer.name}, {invoice.due:%d/%m/%Y}, {left}"


def _open(
    invoices: Mapping[str, Invoice], cases: Mapping[str, Case], known: Collection[str], changed: Moves, desk: Desk
) -> list[Case]:
    """The cases of the invoices that are new in the books."""
    new = [invoice for key, invoice in invoices.items() if key not in known]
    before = _by_customer(cases.values()) if new else {}
    doubtful = changed.doubtful
    return [opened(one, before.get(one.customer.id, ()), desk, doubtful=one.key in doubtful) for one in new]


def _by_customer(cases: Iterable[Case]) -> Mapping[str, Sequence[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        found[case.invoice.customer.id].append(case)
    return found
