"""Customers with credit that no invoice uses yet: they may owe less, so a person looks before they are asked."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from relancier.core.case import Because, Case, Event, Invoice, Kind, Origin
from relancier.core.money import Money
from relancier.core.stored import Setting
from relancier.core.text.numbers import squash
from relancier.ports import Credit
from relancier.work.books.held import LONGEST, credit_in, credit_shown, credit_words, labelled, money, tell_held
from relancier.work.records import Desk

MOST_KEPT = 500
UNPLACED = "credit_notes"  # {invoice: {credit note: what it tells}}: those mailed before their invoice was known
BY_NOTE = "note|"  # before a credit note that was mailed: the books have still to show it


def hold_for_credit(credit: Iterable[Credit], keys: Iterable[str], desk: Desk) -> None:
    """Holds the open cases of customers in credit, until the books have used it or a person lets them go on."""
    wanted = _by_customer(credit, desk.setup.config.sending.minimum)
    told: list[Case] = []
    for key in keys:
        case = desk.ledger.case(key)
        if case is None or case.ended:
            continue
        now, before = wanted.get(case.invoice.customer.id, ""), credit_of(case)
        if now == before:
            continue
        if before:
            desk.ledger.add(Event(case=key, kind=Kind.CREDIT_GONE, at=desk.now, detail=before))
            desk.ledger.add(*_still_held(case, before, desk))
        if now:
            desk.ledger.add(Event(case=key, kind=Kind.CREDITED, at=desk.now, ref=now, detail=f"credit: {now}"))
            told.append(case)
    _tell(told, wanted, desk)


def _still_held(case: Case, gone: str, desk: Desk) -> list[Event]:
    """The credit notes of the mail that hold the case and are none of those that the books have used now."""
    used = {squash(number) for number, _, _ in credit_in(gone)}
    held = [hold for hold in case.holds if hold.because is Because.CREDIT and hold.ref.startswith(BY_NOTE)]
    left = [hold for hold in held if hold.ref.removeprefix(BY_NOTE) not in used]
    return [_credited(case.key, hold.ref, hold.detail, desk) for hold in left]


def _credited(key: str, ref: str, detail: str, desk: Desk) -> Event:
    return Event(case=key, kind=Kind.CREDITED, at=desk.now, ref=ref, detail=detail)


def hold_for_notes(case: Case, now: Invoice, desk: Desk) -> None:
    """Holds a case of which the books ask again for what a mailed credit note had taken off."""
    if case.invoice.origin is Origin.BOOKS or case.ended or now.payable <= case.invoice.payable:
        return
    noted = f"{Kind.CHANGED.value}:{BY_NOTE}"
    refs = [mark.partition(":")[2] for mark in case.applied if mark.startswith(noted)]
    told = f"the books do not show the credit of {case.invoice.credited:.2f} {now.currency} that was mailed"
    desk.ledger.add(*(_credited(now.key, ref, told, desk) for ref in refs))
    if refs:
        language = desk.setup.config.company.language
        amount = money(case.invoice.credited, now.currency, language)
        tell_held("credit", {now.key: labelled(f"{now.customer.name}, {now.number}", amount, language)}, desk)


def keep_unplaced(number: str, words: str, invoices: Iterable[str], desk: Desk) -> None:
    """Remembers a credit note that names invoices of which nothing is known yet."""
    kept = _unplaced(desk)
    for invoice in map(squash, invoices):
        kept[invoice] = {**kept.pop(invoice, {}), squash(number): words}
    desk.ledger.put(Setting(UNPLACED, dict(list(kept.items())[-MOST_KEPT:])))


def hold_for_unplaced(invoice: Invoice, desk: Desk) -> None:
    """Holds a new case whose credit note was mailed before it was known, unless its own source counts one."""
    notes = {} if invoice.credited else _unplaced(desk).get(squash(invoice.number), {})
    desk.ledger.add(*(_credited(invoice.key, f"{BY_NOTE}{one}", f"credit note {notes[one]}", desk) for one in notes))
    language = desk.setup.config.company.language
    shown = ", ".join(credit_shown(words, language) for words in notes.values())
    line = labelled(f"{invoice.customer.name}, {invoice.number}", shown, language)
    tell_held("credit", {invoice.key: line} if notes else {}, desk)


def _unplaced(desk: Desk) -> dict[str, dict[str, str]]:
    put = [one.value for one in desk.ledger.changes if isinstance(one, Setting) and one.name == UNPLACED]
    value = put[-1] if put else desk.store.setting(UNPLACED)
    kept = value if isinstance(value, dict) else {}
    return {str(invoice): {str(note): str(words) for note, words in notes.items()} for invoice, notes in kept.items()}


def credit_of(case: Case) -> str:
    """The credit, in words, for which this case was held, also where a person has let it go on since."""
    marks = (mark.partition(":") for mark in case.applied)
    return next((ref for kind, _, ref in marks if kind == Kind.CREDITED and not ref.startswith(BY_NOTE)), "")


def _by_customer(credit: Iterable[Credit], minimum: Decimal) -> Mapping[str, str]:
    """What each customer has to the good, in words; too little to matter is left out."""
    found: dict[str, list[Credit]] = defaultdict(list)
    for one in credit:
        found[one.customer].append(one)
    enough = {name: many for name, many in found.items() if sum(one.amount for one in many) >= minimum}
    return {name: _words(many) for name, many in enough.items()}


def _words(many: Iterable[Credit]) -> str:
    return ", ".join(sorted(credit_words(one.number, one.amount, one.currency) for one in many))[:LONGEST]


def unused(cases: Iterable[Case], currency: str) -> Money | None:
    """What the customer of these cases has to the good, and a person has let them go on all the same."""
    found = {number: (amount, code) for case in cases for number, amount, code in credit_in(credit_of(case))}
    amounts = [amount for amount, code in found.values() if code == currency]
    return Money(sum(amounts, Decimal(0)), currency) if amounts else None


def _tell(cases: Iterable[Case], wanted: Mapping[str, str], desk: Desk) -> None:
    language = desk.setup.config.company.language
    customers = {case.key: case.invoice.customer for case in cases}
    codes = sorted({customer.id for customer in customers.values()})
    told = {}
    for key, one in customers.items():
        coded = len(codes) > 1 and one.id.casefold() != one.name.casefold()
        name = f"{one.name} ({one.id})" if coded else one.name
        told[key] = labelled(name, credit_shown(wanted[one.id], language), language)
    which = shlex.quote(codes[0]) if len(codes) == 1 else "CUSTOMER"
    tell_held("credit", told, desk, command=f"relancier resume --customer {which}")
