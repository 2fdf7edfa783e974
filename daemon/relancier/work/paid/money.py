"""Money on statements: what is certain reduces or closes a case, what is doubtful holds it and asks a person.

A movement is kept once by its identity: the same file, or one that overlaps another, changes nothing. Those that quote
invoices have their turn before the others. Nothing is committed here.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from relancier.core.case import Because, Case, Event, Kind
from relancier.core.paid.allot import Allotment, Doubt, Verdict, allot, doubted
from relancier.core.paid.quoted import quoted
from relancier.core.paid.statement import Movement, Statement
from relancier.core.stored import Fate, Received
from relancier.work.paid.asking_money import Asking
from relancier.work.paid.payers import REMEMBERED, Book
from relancier.work.paid.twice import AGAIN, BEFORE, Twins
from relancier.work.records import Desk

log = logging.getLogger("relancier")

BACK = timedelta(days=120)  # how far before its invoice was issued, else before its case opens, money may be for it
HELD = frozenset({Verdict.DOUBTFUL, Verdict.LOOSE})
_FATES = {
    Verdict.CERTAIN: Fate.BOOKED,
    Verdict.DOUBTFUL: Fate.ASKED,
    Verdict.LOOSE: Fate.LOOSE,
    Verdict.SETTLED: Fate.SETTLED,
    Verdict.UNKNOWN: Fate.UNKNOWN,
}
QUOTED = frozenset({"reference", "number"})  # the layers by which the payer's own words name an invoice
KNOWN, LEFT = "known", "left"  # movements that were there before; those that are no money that came in
LAST = "alone"  # the layer of money of nobody: what others have paid meanwhile is not asked about


def take_statement(statement: Statement, stem: str, desk: Desk, book: Book | None = None) -> Counter[str]:
    """Puts what a statement's new movements do into the ledger; `stem` names the file that told them.

    Gives how many were known, left aside, and by their fate.
    """
    book = book or Book(desk)
    movements = book.pages.turned(statement)
    taking = _Taking(desk, book, stem, Twins(movements, book, stem))
    for movement in _in_turn(movements, taking):
        taking.take(movement)
    taking.take_the_last()
    taking.asking.tell()
    counts = {name: taking.taken[name] for name in (KNOWN, LEFT, *Fate)}
    log.info("statement_taken", extra={"file": stem, "account": statement.account, **counts})
    return taking.taken


def rematch_money(cases: Iterable[Case], desk: Desk) -> None:
    """Asks the money that found no invoice, or more than one, whether it is for cases just opened.

    They are in the store already.
    """
    new = {case.key: case for case in cases if not case.ended}
    waiting = desk.store.receipts(Fate.UNKNOWN, Fate.LOOSE, Fate.ASKED) if new else []
    if not waiting:
        return
    since = min(case.invoice.issued or desk.today for case in new.values()) - BACK
    book = Book(desk)
    for receipt in waiting:
        if receipt.movement.on >= since:
            taking = _Taking(desk, book, receipt.stem, Twins((), book, receipt.stem))
            taking.again(receipt, new.keys())
            taking.asking.tell()


def _in_turn(movements: Sequence[Movement], taking: "_Taking") -> list[Movement]:
    """The new movements that may concern a case: those that quote an invoice, the others, then what came back."""
    found: dict[str, Movement] = {}
    for movement in movements:
        if not _counts_at_all(movement, taking.desk.today):
            taking.taken[LEFT] += 1
        elif movement.identity in found or taking.is_known(movement):
            taking.taken[KNOWN] += 1
        else:
            found[movement.identity] = movement
    return sorted(found.values(), key=lambda one: (_rank(one, taking.book), one.on, one.identity))


def _counts_at_all(movement: Movement, today: date) -> bool:
    """Whether it is money that came in, or that came back, and not from long ago."""
    return (movement.amount > 0 or movement.returned) and movement.on >= today - REMEMBERED


def _rank(movement: Movement, book: Book) -> int:
    if movement.returned:
        return 2
    return 0 if quoted(f"{movement.end_to_end} ; {movement.wording}", book) else 1


@dataclass(slots=True)
class _Taking:
    """The movements of one statement, and what they bring."""

    desk: Desk
    book: Book
    stem: str
    twins: Twins
    taken: Counter[str] = field(default_factory=Counter)
    asking: Asking = field(init=False)
    last: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.asking = Asking(self.desk, self.stem)

    def is_known(self, movement: Movement) -> bool:
        """Whether it was taken before: as it reads here, or as another sort of file told it.

        What another file told without saying whose it is counts no more, once this one says it in other words.
        """
        if self.book.received(movement.identity) is not None:
            return True
        twin = self.twins.twin(movement)
        if twin is None:
            return False
        if twin.fate is Fate.UNKNOWN or (self._only_asked(twin) and _settles(allot(movement, self.book))):
            self._release(twin)
            self._put(replace(twin, fate=Fate.SETTLED, cases=(), customer="", reason=f"{AGAIN} {self.stem}"))
            return False
        known = Received(movement=movement, at=self.desk.now, stem=self.stem, fate=Fate.SETTLED)
        self._put(replace(known, reason=f"{BEFORE} {twin.stem}"))
        return True

    def _only_asked(self, receipt: Received) -> bool:
        return receipt.fate in {Fate.ASKED, Fate.LOOSE} and receipt.reason != Doubt.OVER

    def take(self, movement: Movement) -> None:
        """One movement that is new."""
        receipt = Received(movement=movement, at=self.desk.now, stem=self.stem)
        found = allot(movement, self.book)
        if found.rule == LAST:
            self.last.append(receipt)
            return
        unsure = movement.identity in self.book.pages.unsure or self.twins.may_be_one(movement, found)
        certain = found.verdict is Verdict.CERTAIN
        self._carry_out(receipt, doubted(found, Doubt.KNOWN) if certain and unsure else found)

    def take_the_last(self) -> None:
        """What is nobody's, when all the others have been taken."""
        for receipt in self.last:
            self._carry_out(receipt, allot(receipt.movement, self.book))

    def again(self, receipt: Received, new: Collection[str]) -> None:
        """Money that was kept: it may be for a case that is new, and loose money of its customer holds that case."""
        found = allot(receipt.movement, self.book)
        mine = [key for key in found.candidates if key in new]
        if receipt.fate is Fate.UNKNOWN:
            if mine:
                self._carry_out(receipt, found)
        elif _settles(found) and self._only_asked(receipt) and (receipt.fate is Fate.LOOSE or found.rule in QUOTED):
            self._release(receipt)
            self._carry_out(receipt, found)
        elif receipt.fate is Fate.ASKED:
            self._hold_too(receipt, mine)
        else:
            self._hold_too(receipt, [*mine, *(key for key in new if self._is_theirs(key, receipt))])

    def _hold_too(self, receipt: Received, keys: Sequence[str]) -> None:
        """It may be for these as well."""
        if keys:
            self._hold(receipt, keys)
            self._put(replace(receipt, cases=tuple(dict.fromkeys((*receipt.cases, *keys)))))

    def _is_theirs(self, key: str, receipt: Received) -> bool:
        case = self.desk.ledger.case(key)
        known = {one.invoice.customer.id for one in map(self.desk.ledger.case, receipt.cases) if one is not None}
        if case is None or case.ended or (case.invoice.issued or receipt.movement.on) > receipt.movement.on:
            return False
        return case.invoice.customer.id in ({receipt.customer} if receipt.customer else known)

    def _release(self, receipt: Received) -> None:
        for key in receipt.cases:
            released(key, receipt.identity, "it was for another invoice", self.desk)

    # --- What an allotment does ---

    def _carry_out(self, receipt: Received, found: Allotment) -> None:
        now = replace(receipt, fate=_FATES[found.verdict], cases=found.candidates, customer=_learnt(found))
        now = replace(now, reason=found.doubt or f"{found.rule}: {found.evidence}"[:200])
        for share in found.shares:
            self._book(Event(case=share.case, kind=Kind.PAID, at=self.desk.now, amount=share.amount), receipt.movement)
        if found.verdict is Verdict.CERTAIN and found.rest < self.desk.setup.config.sending.minimum:
            now = replace(now, reason=f"{found.rule}: {found.evidence}"[:200])
        elif found.verdict is Verdict.CERTAIN:
            now = self._overpaid(now, found)
        if found.verdict in HELD:
            self._hold(now, found.candidates)
            self.asking.about(now)
        self._put(now)
        self.taken[now.fate] += 1

    def _overpaid(self, receipt: Received, found: Allotment) -> Received:
        """What is left over belongs to the customer: their other open cases wait until a person has placed it."""
        customers = {case.invoice.customer.id for case in map(self.desk.ledger.case, found.candidates) if case}
        others = [case for customer in sorted(customers) for case in self.book.of_customer(customer) if not case.ended]
        keys = tuple(case.key for case in others)
        now = replace(receipt, fate=Fate.LOOSE, cases=tuple(dict.fromkeys((*found.candidates, *keys))))
        self._hold(now, keys)
        self.asking.about(now)
        return now

    def _book(self, event: Event, movement: Movement) -> None:
        told = f"payment of {event.amount:,.2f} {movement.currency} on {movement.on} by statement {self.stem}"
        event = replace(event, ref=movement.identity, on=movement.on, detail=told, seen=())
        self.desk.ledger.add(event)
        self.book.booked(event)
        log.info("money_booked", extra={"case": event.case, "amount": str(event.amount), "on": str(movement.on)})

    def _hold(self, receipt: Received, keys: Sequence[str]) -> None:
        detail = f"{told_of(receipt.movement)} may be for it"
        for key in keys:
            case = self.desk.ledger.case(key)
            if case is not None and not case.ended:
                event = Event(case=key, kind=Kind.MONEY, at=self.desk.now, ref=receipt.identity, detail=detail)
                self.desk.ledger.add(event)

    def _put(self, receipt: Received) -> None:
        self.desk.ledger.put(receipt)
        self.book.remember(receipt)


def _settles(found: Allotment) -> bool:
    """Whether it is certain, and nothing is left over."""
    return found.verdict is Verdict.CERTAIN and not found.rest


def told_of(movement: Movement) -> str:
    """A movement in a few words, for the history."""
    payer = f" from {movement.payer[:60]}" if movement.payer else ""
    return f"{movement.amount:,.2f} {movement.currency}{payer} on {movement.on}"


def released(key: str, identity: str, why: str, desk: Desk) -> None:
    """What money was held for is known: the case is not held by it any more."""
    case = going_on(key, desk)
    if case is not None and any(hold.because is Because.PAYMENT and hold.ref == identity for hold in case.holds):
        desk.ledger.add(Event(case=case.key, kind=Kind.MONEY_SETTLED, at=desk.now, ref=identity, detail=why))


def going_on(key: str, desk: Desk) -> Case | None:
    """The case under this key, or under the one that the books have given it since."""
    case, passed = desk.ledger.case(key), {key}
    while case is not None and case.carried_to and case.carried_to not in passed:
        passed.add(case.carried_to)
        case = desk.ledger.case(case.carried_to)
    return case


def _learnt(found: Allotment) -> str:
    """The customer whom the money is, where that is told; of certain money only where the payer's own words say so."""
    return found.customer if found.learns or found.verdict is not Verdict.CERTAIN else ""
