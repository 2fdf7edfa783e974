"""Invoices whose number or due date is written otherwise now: their cases go on with all that happened to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from relancier.core.again import of_another_year, over_before, written_otherwise
from relancier.core.case import IN_STORE, Because, Case, Customer, Event, Hold, Invoice, Kind, Origin, State
from relancier.core.discount import cancelled, settled
from relancier.core.text.numbers import normalise, squash
from relancier.work.paid.told import by_the_bank
from relancier.work.records import Desk

SEPARATORS = re.compile(r"[\W_]+")

Line = TypeVar("Line")
Invoices = Mapping[str, Invoice]
Cases = Mapping[str, Case]


@dataclass(slots=True)
class Moves:
    """Which case goes on as which invoice, and the new lines of which nobody can tell what was before.

    `anew` are the keys under which another case begins than the one that was there.
    """

    to: dict[str, Invoice] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    anew: set[str] = field(default_factory=set)


def moves(invoices: Invoices, cases: Cases) -> Moves:
    """The lines that are gone and the new ones of the same number, paired by due date.

    What may be over under another due date, or known under another number, is doubtful too.
    """
    found = _paired(invoices, cases)
    found.doubtful |= _known_already(invoices, cases) - {one.key for one in found.to.values()}
    return found


def _paired(invoices: Invoices, cases: Cases) -> Moves:
    gone = _by_number((case.invoice.number, case) for key, case in cases.items() if key not in invoices and _here(case))
    back = {key for key in invoices if key in cases and cases[key].carried_to}
    if not gone:
        return Moves(doubtful=back, anew=back)
    found = Moves()
    new = _by_number((one.number, one) for key, one in invoices.items() if key not in cases or key in back)
    for number, lines in new.items():
        known = [case for case in gone.get(number, ()) if not _another(case, lines)]
        pairs = _pairs(known, lines)
        found.to.update({case.key: invoice for case, invoice in pairs})
        placed = {invoice.key for _, invoice in pairs}
        waits = len(pairs) < len(known)
        found.doubtful.update(one.key for one in lines if one.key not in placed and (waits or one.key in back))
    _add_squashed(found, gone, new)
    found.anew.update(found.doubtful, (invoice.key for invoice in found.to.values()))
    return found


def _known_already(invoices: Invoices, cases: Cases) -> set[str]:
    new = {key: one for key, one in invoices.items() if key not in cases}
    if not new:
        return set()
    by_number = _by_number((case.invoice.number, case) for case in cases.values())
    unlisted: dict[str, list[Case]] = defaultdict(list)
    for key, case in cases.items():
        if key not in invoices:
            unlisted[case.invoice.customer.id].append(case)
    return {
        key
        for key, one in new.items()
        if over_before(one, by_number.get(same_number(one.number), ()))
        or written_otherwise(one, unlisted.get(one.customer.id, ()))
    }


def _here(case: Case) -> bool:
    """Whether the case stood in the books the last time, or is still expected there."""
    return not case.carried_to and not (case.ended and case.absent)


def _another(case: Case, lines: Iterable[Invoice]) -> bool:
    """Whether what is over has nothing to do with any of these lines but its number."""
    return case.ended and all(of_another_year(case.invoice, line) for line in lines)


def _by_number(pairs: Iterable[tuple[str, Line]]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for number, line in pairs:
        found[same_number(number)].append(line)
    return found


def _add_squashed(found: Moves, gone: Mapping[str, Sequence[Case]], new: Mapping[str, Sequence[Invoice]]) -> None:
    """Pairs what differs by where the separators stand, if all else is the same: numbers may look alike by chance."""
    placed = {invoice.key for invoice in found.to.values()}
    lines = [one for some in new.values() for one in some if one.key not in placed]
    cases = {_likeness(case.invoice): case for some in gone.values() for case in some if case.key not in found.to}
    for one in lines:
        case = cases.pop(_likeness(one), None)
        if case is not None:
            found.to[case.key] = one
            found.doubtful.discard(one.key)


def _likeness(invoice: Invoice) -> tuple[object, ...]:
    """What two spellings of one invoice have in common."""
    return squash(invoice.number), invoice.due, invoice.amount, invoice.currency


def same_number(number: str) -> str:
    """The form in which two numbers that differ only by their separators are alike."""
    return SEPARATORS.sub("-", normalise(number))


def with_known(before: Invoice, now: Invoice) -> Invoice:
    """What is told now, with what only what was told before knows: the PDF kept in the state, somebody to write to."""
    if not now.pdf and before.pdf.startswith(IN_STORE):
        now = replace(now, pdf=before.pdf)
    if now.origin is Origin.BOOKS:
        return now
    if now.amount == before.amount:  # credit notes are found in the mail, and a file that is given may not tell them
        now = replace(now, credited=max(now.credited, before.credited))
    contacts = now.customer.contacts or before.customer.contacts
    return replace(now, customer=replace(now.customer, contacts=contacts))


def _pairs(gone: Sequence[Case], new: Sequence[Invoice]) -> list[tuple[Case, Invoice]]:
    """Those of one due date belong together, the others in their order; none of these where one is left over."""
    lines = {invoice.due: invoice for invoice in new}
    known = {case.invoice.due: case for case in gone}
    if len(lines) < len(new) or len(known) < len(gone):
        return []
    same = sorted(lines.keys() & known.keys())
    rest = [known[due] for due in sorted(known.keys() - lines.keys())]
    free = [lines[due] for due in sorted(lines.keys() - known.keys())]
    if len(rest) != len(free):
        rest = [case for case in rest if not case.ended]
    others = zip(rest, free, strict=True) if len(rest) == len(free) else ()
    return [*((known[due], lines[due]) for due in same), *others]


def carry_over(case: Case, invoice: Invoice, desk: Desk) -> None:
    """The case goes on as this invoice with all that happened to it; what is queued for the old one ends."""
    told = _told(case.invoice, invoice)
    new = replace(case, key=invoice.key, invoice=invoice, in_flight=(), absent=False, look_at=desk.now, waiting="")
    new = replace(new, holds=tuple(_for_a_person(hold) for hold in case.holds if hold.because is not Because.MISSING))
    event = Event(case=new.key, kind=Kind.OPENED, at=desk.now, plan=case.plan, detail=told, invoice=invoice)
    desk.ledger.open(new, event)
    if owed_again(case, invoice, desk):
        desk.ledger.add(replace(reopened(case.key, desk), case=new.key))
    desk.ledger.add(Event(case=case.key, kind=Kind.CLOSED, at=desk.now, detail=told))
    old = desk.ledger.case(case.key) or case
    desk.ledger.replace_case(replace(old, carried_to=invoice.key))


def _told(before: Invoice, now: Invoice) -> str:
    if before.number != now.number:
        return f"the invoice {before.number} of {before.due.isoformat()} is now {now.number} of {now.due.isoformat()}"
    return f"the due date {before.due.isoformat()} is now {now.due.isoformat()}"


def _for_a_person(hold: Hold) -> Hold:
    """A message of unknown outcome belongs to the old due date: under the new one only a person can end its hold."""
    return replace(hold, because=Because.UNKNOWN_SENT) if hold.because is Because.UNCERTAIN else hold


def owed_again(case: Case, invoice: Invoice, desk: Desk) -> bool:
    """Whether the books ask again for what they, and no person, had closed."""
    if settled(invoice):
        return False
    if case.state is State.CLOSED:
        return cancelled(case.invoice) and _closed_by_books(case, Kind.CLOSED, desk)
    if case.state is not State.PAID:
        return False
    return settled(case.invoice) or (case.absent and _closed_by_books(case, Kind.PAID, desk))


def _closed_by_books(case: Case, kind: Kind, desk: Desk) -> bool:
    closed = [event for event in desk.store.events(case.key) if event.kind is kind]
    return bool(closed) and not closed[-1].ref


def reopened(key: str, desk: Desk) -> Event:
    """The books ask again for what they had closed; what statements have booked stays paid."""
    case = desk.ledger.case(key)
    kept = by_the_bank(case, desk) if case is not None else Decimal(0)
    told = "the invoice file asks for it again"
    return Event(case=key, kind=Kind.REOPENED, at=desk.now, amount=kept or None, detail=told)


def doubted(case: Case, desk: Desk) -> Case:
    """A new case of which nobody can tell what was before: a person looks first."""
    told = "it may be known with other due dates, or under another number"
    hold = Hold(Because.PARTS, "", told, desk.now)
    return replace(case, holds=(*case.holds, hold), needs_person=told)


def follow(invoices: Invoices, cases: Cases, changed: Moves, desk: Desk) -> None:
    """What has left the books goes with its customer when the others of that customer get another code."""
    renamed = _renamed(invoices, cases, changed)
    for key, case in cases.items():
        codes = renamed.get(case.invoice.customer.id, {})
        if len(codes) == 1 and key not in invoices and key not in changed.to:
            (customer,) = codes.values()
            line = replace(case.invoice, customer=customer)
            told = f"the customer's code is now {customer.id}"
            desk.ledger.add(Event(case=key, kind=Kind.CHANGED, at=desk.now, invoice=line, detail=told))


def _renamed(invoices: Invoices, cases: Cases, changed: Moves) -> dict[str, dict[str, Customer]]:
    """The new codes of each customer whose former code is in the books no more."""
    used = {invoice.customer.id for invoice in invoices.values()}
    found: dict[str, dict[str, Customer]] = defaultdict(dict)
    for before, now in _same(invoices, cases, changed):
        if before.customer.id not in used:
            found[before.customer.id][now.customer.id] = now.customer
    return found


def _same(invoices: Invoices, cases: Cases, changed: Moves) -> Iterator[tuple[Invoice, Invoice]]:
    yield from ((cases[key].invoice, invoice) for key, invoice in invoices.items() if key in cases)
    yield from ((cases[key].invoice, invoice) for key, invoice in changed.to.items())
