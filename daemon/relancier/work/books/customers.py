"""Customers that a file given once tells of: who is written to, and what invoices to come do not say themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from relancier.core.case import Case, Contact, Customer, Event, Kind, Origin
from relancier.core.recorded import with_contact
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.books.spared import CUSTOMERS, Facts, Remembered, plain_name, remembered_customers
from relancier.work.books.taken import ask_mail_before
from relancier.work.inbox.unflag import unflag
from relancier.work.orders.contacts import CONTACTS, Mended, free_for_mail, mend, mended_contacts
from relancier.work.records import Desk

TEXTS = ("language", "phone", "sector", "risk")


class Completing:
    """Completes customers by what imported files have said of them; what the invoice itself says goes first."""

    def __init__(self, remembered: Remembered, language: str) -> None:
        self._remembered = remembered
        self._language = language
        self._by_name = _by_name(remembered)

    def __call__(self, customer: Customer) -> Customer:
        """The customer with what was missing; found by the name where the invoice has no code."""
        known = customer.id if customer.id in self._remembered else self._by_name.get(plain_name(customer.name), "")
        if known and known != customer.id and plain_name(customer.id) != plain_name(customer.name):
            known = ""  # it has a code of its own: a namesake
        facts = self._remembered.get(known, {})
        return completed(replace(customer, id=known or customer.id), facts, self._language)


def completed(customer: Customer, facts: Facts, language: str) -> Customer:
    """The customer with what the facts say of it and it does not say itself; what forbids a reminder always counts."""
    said = {name: str(facts.get(name) or "") for name in TEXTS}
    lines = facts.get("address")
    return replace(
        customer,
        language=customer.language or said["language"] or language,
        phone=customer.phone or said["phone"],
        sector="public" if "public" in {customer.sector, said["sector"]} else "private",
        risk=customer.risk or said["risk"],
        address=customer.address or (tuple(map(str, lines)) if isinstance(lines, list) else ()),
        never=customer.never or facts.get("never") is True,
        key_account=customer.key_account or facts.get("key_account") is True,
        professional=customer.professional and facts.get("professional") is not False,
    )


def take_customers(given: Sequence[Customer], desk: Desk, ref: str) -> tuple[int, int]:
    """Takes up a file of customers: how many were new or changed, and how many were known so; nothing is committed."""
    kept = dict(remembered_customers(desk.store))
    mended = dict(mended_contacts(desk.store))
    names = _names(desk.store) if any(not desk.store.of_customer(one.id) for one in given) else {}
    changed, asked = 0, list[str]()
    for one in given:
        before = (kept.get(one.id), mended.get(one.id))
        cases = [case for case in map(desk.ledger.case, _keys(one, names, desk)) if case is not None]
        customers = {case.invoice.customer.id: case.invoice.customer for case in cases} or {
            one.id: replace(one, contacts=())
        }
        kept[one.id] = _facts(one)
        _mend(customers.values(), one.contacts, mended)
        touched = [case for case in cases if _tell(case, one, kept[one.id], desk, ref)]
        asked += [case.key for case in touched if not case.ended]
        changed += bool(touched) or before != (kept[one.id], mended.get(one.id))
    desk.ledger.put(Setting(CUSTOMERS, kept), Setting(CONTACTS, mended))
    if asked:
        ask_mail_before(asked, desk)
    return changed, len(given) - changed


def _keys(one: Customer, names: Mapping[str, str], desk: Desk) -> list[str]:
    """The cases of a customer, found by the name where its code has none."""
    cases = desk.store.of_customer(one.id) or desk.store.of_customer(names.get(plain_name(one.name), ""))
    return [case.key for case in cases]


def _names(store: Store) -> dict[str, str]:
    """The customers by name, without those that share one."""
    return _by_name({case.invoice.customer.id: {"name": case.invoice.customer.name} for case in store.all_cases()})


def _by_name(customers: Remembered) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, facts in customers.items():
        found.setdefault(plain_name(str(facts.get("name") or "")), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if name and len(codes) == 1}


def _facts(customer: Customer) -> dict[str, object]:
    """What is kept beside the contacts: only what is said."""
    said: dict[str, object] = {name: getattr(customer, name) for name in ("name", *TEXTS)}
    said |= {"address": list(customer.address), "never": customer.never, "key_account": customer.key_account}
    kept = {name: value for name, value in said.items() if value}
    return kept if customer.professional else kept | {"professional": False}


def _mend(
    customers: Iterable[Customer], contacts: Iterable[Contact], mended: dict[str, Mapping[str, Mapping[str, str]]]
) -> None:
    for customer in customers:
        for contact in contacts:
            if _known(customer, contact, mended):
                continue
            only: Mended = {customer.id: mended[customer.id]} if customer.id in mended else {}
            value = mend([customer], contact, only).value
            mended.update(value if isinstance(value, dict) else {})


def _known(customer: Customer, contact: Contact, mended: Mended) -> bool:
    """Whether this contact is what was mended before, or what the cases say already."""
    kept = mended.get(customer.id, {}).get(contact.role)
    if kept is not None and kept["email"] == contact.email and (kept["name"] == contact.name or not contact.name):
        return True
    return kept is None and with_contact(customer, contact) == customer


def _tell(case: Case, one: Customer, facts: Facts, desk: Desk, ref: str) -> bool:
    """Brings a case up to date; whether that changed anything.

    What the books say beside contacts is theirs; but whoever says never is obeyed.
    """
    before = case.invoice.customer
    now = reduce(with_contact, one.contacts, before)
    if case.invoice.origin is not Origin.BOOKS:
        default = before.language == desk.setup.config.company.language and bool(facts.get("language"))
        now = completed(replace(now, language="") if default else now, facts, before.language)
    elif facts.get("never") is True:
        now = replace(now, never=True)
    if now == before:
        return False
    kind = Kind.CHANGED if now.contacts == before.contacts else Kind.CONTACT
    invoice, told = (
        replace(case.invoice, customer=now),
        "; ".join(_changes(before, now)) or "what is known of the customer has changed",
    )
    event = Event(case=case.key, kind=kind, at=desk.now, ref=ref, on=desk.today, invoice=invoice, detail=told)
    desk.ledger.add(event, *free_for_mail(case, now, desk))
    after = desk.ledger.case(case.key) or case
    unflag(case, (hold.ref for hold in case.holds if hold not in after.holds), desk)
    return True


def _changes(before: Customer, now: Customer) -> Iterator[str]:
    known = {contact.role: contact.email for contact in before.contacts}
    for contact in now.contacts:
        if known.get(contact.role) != contact.email:
            yield f"{contact.role.value} is now {contact.email}"
