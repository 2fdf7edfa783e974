"""The accounts that invoices' own files show: read once, and compared with ours before anything leaves for them.

An invoice whose IBAN was altered is what this is about: while they differ its case is held, and a person is told. What
a file shows is never used for anything else (house law 12).
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from relancier.core.case import IN_STORE, Because, Case, Event, Kind, Shown
from relancier.core.einvoices.accounts import differing, mark
from relancier.core.outbox import ABOUT
from relancier.core.text.typography import grouped
from relancier.ports import Store
from relancier.work.books.taken import KNOWN_AT
from relancier.work.each import apart
from relancier.work.records import Desk, queue_note
from relancier.work.sending.bank import accepted, iban_of
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST_A_TICK = 20
MOST_NAMED = 20  # cases in one note
GATHERED_EVERY = timedelta(hours=1)  # a file may be put in the place of an altered one at any time
LONG_AGO = datetime.min.replace(tzinfo=UTC)
MAILED_DATA, MAILED_PAGES = "mail:data", "mail:pages"  # where a file stands that is not the case's own

Places = tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Accounts:
    """Reads the files that were not read yet, some with each tick, and whatever a message is about to name."""

    store: Store
    setup: Callable[[], Setup]
    read_file: Callable[[str], bytes]
    beat: Callable[[], None] = lambda: None
    _unread: dict[str, None] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _files: bool = True  # without any, cases are gone through only where the configuration changed
    _known: str = ""
    _gathered_at: datetime = LONG_AGO
    _setup: Setup | None = None

    async def run(self, now: datetime) -> None:
        """After the books or the configuration changed, what is known is compared anew. Raises StoreFailed."""
        self._gather(now)
        keys = list(self._unread)[:MOST_A_TICK]
        for key in keys:
            del self._unread[key]
        if keys:
            with apart(f"the files of {', '.join(keys)}", lambda _error: None):
                await self.look(self.store.cases(keys), now)

    def _gather(self, now: datetime) -> None:
        """What is known is compared anew; what is not, and what is held, waits to be read."""
        setup, known = self.setup(), str(self.store.setting(KNOWN_AT))
        news = known != self._known or now - self._gathered_at >= GATHERED_EVERY
        if setup is self._setup and not (news and self._files):
            return
        self._setup, self._known, self._gathered_at = setup, known, now
        desk, told, none = Desk.at(self.store, setup, now), [], True
        self._files = False
        for case in self.store.all_cases(open_only=True):
            none, self._files = False, self._files or bool(case.invoice.pdf or case.shown)
            if case.shown and _to_compare(case, setup):
                _keep(case, None, desk)
                told += [case.key] if compare(case, desk) else []
            if case.invoice.pdf and (_held(case) or all(one.source != case.invoice.pdf for one in case.shown)):
                self._unread[case.key] = None
        self._files = self._files or none
        tell(told, desk)
        desk.ledger.commit()

    async def look(self, cases: Sequence[Case], now: datetime) -> None:
        """Reads the files of these cases where they are not known as they are now, and compares them with ours."""
        found: dict[str, Shown] = {}
        for path in dict.fromkeys(case.invoice.pdf for case in cases if case.invoice.pdf):
            shown = await self._shown(path, [case for case in cases if case.invoice.pdf == path])
            found.update({path: shown} if shown is not None else {})
        desk, told = Desk.at(self.store, self.setup(), now), []
        for key in [case.key for case in cases]:
            case = desk.ledger.case(key)
            if case is None or case.ended:
                continue
            _keep(case, found.get(case.invoice.pdf), desk)
            told += [key] if compare(case, desk) else []
        tell(told, desk)
        desk.ledger.commit()

    async def _shown(self, path: str, cases: Iterable[Case]) -> Shown | None:
        """What this file shows now; None where it is out of reach, which tells nothing."""
        try:
            content = self.read_file(path)
        except OSError:
            return None
        name = hashlib.sha256(content).hexdigest()
        customers = dict.fromkeys(case.invoice.customer.id for case in cases)
        beside = (other for customer in customers for other in self.store.of_customer(customer))
        known = next((one.places for case in beside for one in case.shown if one.sha256 == name), None)
        return Shown(path, name, known) if known is not None else await self._read(path, name, content)

    async def _read(self, source: str, name: str, content: bytes) -> Shown:
        """The accounts in a content of this name; what cannot be read shows none, and is tried again after a restart.

        That one is known by no content: there may have been no process to read it with.
        """
        if name in self._refused:
            return Shown(source, "")
        self.beat()
        payees = await asyncio.to_thread(self.setup().papers.payees, content)
        if not payees.refused:
            return Shown(source, name, payees.places)
        self._refused.add(name)
        log.info("accounts_unread", extra={"reason": payees.refused})
        return Shown(source, "")

    async def mailed(self, keys: Iterable[str], source: str, content: bytes, desk: Desk) -> None:
        """A file that was mailed as the invoice of these cases; what comes of it goes into the ledger."""
        name = hashlib.sha256(content).hexdigest()
        self._files = True
        shown, told = await self._read(source, name, content), []
        for key in keys:
            case = desk.ledger.case(key)
            if case is None or case.ended:
                continue
            own = case.invoice.pdf == f"{IN_STORE}{name}"
            _keep(case, replace(shown, source=case.invoice.pdf) if own else shown, desk)
            told += [key] if compare(case, desk) else []
        tell(told, desk)


def _now(case: Case, desk: Desk) -> Case:
    return desk.ledger.case(case.key) or case


def _held(case: Case) -> bool:
    return any(hold.because is Because.IBAN for hold in case.holds)


def _to_compare(case: Case, setup: Setup) -> bool:
    """Whether anything can come of it: of most cases the ledger need not know."""
    gone = any(one.source not in {case.invoice.pdf, MAILED_DATA, MAILED_PAGES} for one in case.shown)
    return gone or _held(case) or bool(differing(case, accepted(case.invoice, setup)))


def _keep(case: Case, new: Shown | None, desk: Desk) -> None:
    """What the case knows of its files: of each place the last content, and none of a file that it has no more."""
    now = _now(case, desk)
    sources = {now.invoice.pdf, MAILED_DATA, MAILED_PAGES}
    kept = tuple(one for one in now.shown if one.source in sources and (new is None or one.source != new.source))
    shown = kept if new is None else (*kept, new)
    if shown != now.shown:
        desk.ledger.know(case)
        desk.ledger.replace_case(replace(now, shown=shown))


def compare(case: Case, desk: Desk) -> bool:
    """Holds the case where its files show other accounts than ours, frees it where no more; True where that is new."""
    now = _now(case, desk)
    ours = iban_of(now.invoice, desk.setup)
    shown = differing(now, accepted(now.invoice, desk.setup))
    ref = mark(shown, ours) if shown else ""
    if any(hold.because is Because.IBAN and hold.ref != ref for hold in now.holds):
        told = "the IBAN of its file is that of the configuration, or another one"
        desk.ledger.add(Event(case=now.key, kind=Kind.IBAN_AGREES, at=desk.now, detail=told))
    detail = f"its file shows {', '.join(map(grouped, shown))}, the configuration holds {grouped(ours)}"
    event = Event(case=now.key, kind=Kind.IBAN, at=desk.now, ref=ref, detail=detail)
    if not shown or event.mark in _now(now, desk).applied:
        return False
    desk.ledger.add(event)
    log.warning("iban_differs", extra={"case": now.key, "shown": list(shown)})
    return True


def tell(keys: Iterable[str], desk: Desk) -> None:
    """One note for all invoices that show the same other account: what their files show, and what to do."""
    for cases in _alike(keys, desk).values():
        ours, shown = iban_of(cases[0].invoice, desk.setup), _shown(cases[0], desk)
        numbers = dict.fromkeys(case.invoice.number for case in cases)
        about = "\n".join(case.key for case in cases[:MOST_NAMED])
        told = (("reason", "iban_differs"), ("lines", "\n".join(map(grouped, shown))))
        which = next(iter(numbers)) if len(numbers) == 1 else "INVOICE"
        facts = (*told, ("command", f"relancier resume {which}"), ("count", str(len(numbers))), (ABOUT, about))
        queue_note(desk, "iban", f"{about}|{mark(shown, ours)}|{desk.now.isoformat()}", facts)


def _shown(case: Case, desk: Desk) -> tuple[str, ...]:
    return differing(case, accepted(case.invoice, desk.setup))


def _alike(keys: Iterable[str], desk: Desk) -> Mapping[tuple[str, str], Sequence[Case]]:
    """The cases by what their files show, and by whom they were sold to."""
    found: dict[tuple[str, str], list[Case]] = {}
    for case in (desk.ledger.case(key) for key in keys):
        if case is not None:
            found.setdefault((" ".join(_shown(case, desk)), case.invoice.factor), []).append(case)
    return found
