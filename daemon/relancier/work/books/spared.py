"""Customers who are never chased, whoever said so: the books, their customers file, a file that was imported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from relancier.core.case import Case, Customer, Event, Invoice, Kind, Origin
from relancier.core.stored import Setting
from relancier.core.text.folding import composed, fold
from relancier.ports import Store
from relancier.work.orders.contacts import mended_contacts
from relancier.work.records import Desk

CUSTOMERS = "customers"  # {customer: {"name", "language", ...: what an imported file says beside the contacts}}
SPARED = "spared"  # {customer: {"name", "emails"}}: whom the books say never to chase
Facts = Mapping[str, object]
Remembered = Mapping[str, Facts]
TOLD = "this customer is never chased"
NO_LONGER = "this customer may be chased again"


def remembered_customers(store: Store) -> Remembered:
    """What imported files have said of customers so far."""
    found = store.setting(CUSTOMERS)
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Spared:
    """Whom nobody may chase: by code; by name or mail address where an invoice has no code."""

    codes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()

    @classmethod
    def of(cls, store: Store, books: Remembered | None = None) -> "Spared":
        """As `books` say, or said when they were read last, and as imported files have said."""
        imported = {code: facts for code, facts in remembered_customers(store).items() if facts.get("never") is True}
        known = {**(_kept(store) if books is None else books), **imported}
        mended = mended_contacts(store)
        emails = {contact["email"].lower() for code in imported for contact in mended.get(code, {}).values()}
        for facts in known.values():
            listed = facts.get("emails")
            emails |= set(map(str, listed)) if isinstance(listed, list) else set()
        names = frozenset(plain_name(str(facts.get("name") or "")) for facts in known.values())
        return cls(frozenset(known), names - {""}, frozenset(emails))

    def __contains__(self, customer: Customer) -> bool:
        if customer.id in self.codes:
            return True
        name = plain_name(customer.name)
        if plain_name(customer.id) != name:  # with a code of its own it is a namesake, or shares an office's address
            return False
        return name in self.names or bool(self.emails & {contact.email.lower() for contact in customer.contacts})

    def marked(self, invoice: Invoice) -> Invoice:
        """The invoice, never to be chased where its customer is not."""
        if invoice.customer.never or invoice.customer not in self:
            return invoice
        return replace(invoice, customer=replace(invoice.customer, never=True))


def as_told(customers: Iterable[Customer]) -> dict[str, dict[str, object]]:
    """What is kept of customers whom the books say never to chase."""
    emails = ((one, sorted({contact.email.lower() for contact in one.contacts})) for one in customers)
    return {one.id: {"name": one.name, "emails": found} for one, found in emails}


def keep_spared(books: Remembered, cases: Iterable[str], desk: Desk) -> None:
    """Remembers whom the books say never to chase; the cases that they do not list follow."""
    before, now = Spared.of(desk.store), Spared.of(desk.store, books)
    for key in cases:
        case = desk.ledger.case(key)
        if case is not None and case.invoice.origin is not Origin.BOOKS and not case.ended:
            desk.ledger.add(*_follows(case, before, now, desk))
    desk.ledger.put(Setting(SPARED, dict(books) or None))


def _follows(case: Case, before: Spared, now: Spared, desk: Desk) -> list[Event]:
    """What was mailed says nothing of it by itself, so that it may be chased again when nobody forbids it any more."""
    customer = case.invoice.customer
    if customer in now and not customer.never:
        return [_changed(case, desk, never=True)]
    mailed = case.invoice.origin is Origin.MAIL
    if mailed and customer.never and customer in before and customer not in now:
        return [_changed(case, desk, never=False)]
    return []


def _changed(case: Case, desk: Desk, *, never: bool) -> Event:
    invoice = replace(case.invoice, customer=replace(case.invoice.customer, never=never))
    told = TOLD if never else NO_LONGER
    return Event(case=case.key, kind=Kind.CHANGED, at=desk.now, invoice=invoice, detail=told)


def plain_name(name: str) -> str:
    """A name as two that mean one customer are compared."""
    return " ".join(fold(composed(name)).split())


def _kept(store: Store) -> Remembered:
    found = store.setting(SPARED)
    return found if isinstance(found, dict) else {}
