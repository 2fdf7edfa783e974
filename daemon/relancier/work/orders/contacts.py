"""Contacts that a person has mended: they stand in place of those in the books until the books name another."""

from collections.abc import Iterable, Mapping

from relancier.config import address
from relancier.core.case import Contact, Customer, Role
from relancier.core.recorded import with_contact
from relancier.core.stored import Setting
from relancier.ports import Store
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


def _emails(customer: Customer) -> dict[Role, str]:
    return {contact.role: contact.email for contact in customer.contacts}
