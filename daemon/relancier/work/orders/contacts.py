"""Contacts that a person has mended: they stand in place of those in the books until the books name another."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from relancier.config import address
from relancier.core.case import Case, Contact, Customer, Event, How, Kind, Role, StepDone
from relancier.core.extra import step_of
from relancier.core.outbox import Status
from relancier.core.recorded import with_contact
from relancier.core.steps import wants_address
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.records import Desk
from relancier.work.setup import Setup

CONTACTS = "contacts"  # {customer: {role: {"email", "name", "instead_of": what the books said then}}}
Mended = Mapping[str, Mapping[str, Mapping[str, str]]]


def mended_contacts(store: Store) -> Mended:
    """What people have mended so far."""
    found = store.setting(CONTACTS)
    return found if isinstance(found, dict) else {}


def as_mended(customer: Customer, mended: Mended) -> Customer:
    """The customer as the books have it, with the contacts that were mended since."""
    books = _emails(customer)
    for role, facts in mended.get(customer.id, {}).items():
        contact = Contact(Role(role), facts["email"], facts["name"])
        if books.get(contact.role, "") in {facts["instead_of"], ""}:
            customer = with_contact(customer, contact)
    return customer


def mend(customers: Iterable[Customer], contact: Contact, mended: Mended) -> Setting:
    """Remembers a contact of these customers beside those mended before."""
    everyone = {customer: dict(roles) for customer, roles in mended.items()}
    for customer in customers:
        roles = everyone.setdefault(customer.id, {})
        before = roles.get(contact.role)
        current = _emails(customer).get(contact.role, "")
        books = before["instead_of"] if before and before["email"] == current else current
        roles[contact.role.value] = {"email": contact.email, "name": contact.name, "instead_of": books}
    return Setting(CONTACTS, everyone)


def unfit(contact: Contact, setup: Setup) -> str:
    """Why an address cannot be a customer's, or nothing."""
    try:
        email = address(contact.email).lower()
    except ValueError as error:
        return str(error).rstrip(".")
    return f"{contact.email} is an address of our own" if email in setup.ours else ""


def free_for_mail(case: Case, customer: Customer, desk: Desk) -> list[Event]:
    """What was given as a task for want of an address goes by itself now that one is known, unless it was done.

    Nobody has written to the customer by a task that nobody has done: the firm step is never the first.
    """
    plan = desk.setup.plans.get(case.plan)
    if case.invoice.customer.contacts or not customer.contacts or case.ended or plan is None:
        return []
    events, found = desk.store.events(case.key), []
    for done in case.done:
        step = step_of(plan, done.step)
        for_mail = step is not None and wants_address(step, case.invoice.customer)
        if done.how is not How.TASK or not for_mail or any(_tells_of(event, done) for event in events):
            continue
        entry = desk.store.entry(done.entry)
        if entry is not None and entry.live:
            desk.ledger.put(replace(entry, status=Status.CANCELLED, answer="an address is known now"))
        told = f"{done.step}: an address is known now, so it goes by itself"
        ref = f"{done.entry}|{done.step}"
        found.append(Event(case=case.key, kind=Kind.TASK_AGAIN, at=desk.now, ref=ref, step=done.step, detail=told))
    return found


def _tells_of(event: Event, done: StepDone) -> bool:
    """Whether a person has said since that it was done."""
    if event.at < done.at or event.ref == done.entry:
        return False
    by_hand = event.kind is Kind.STEP_DONE and event.how is How.BY_HAND
    return by_hand or event.kind is Kind.ANSWERED or (event.kind is Kind.TASK_DONE and event.step in {"", done.step})


def _emails(customer: Customer) -> dict[Role, str]:
    return {contact.role: contact.email for contact in customer.contacts}
