"""`forget`: a customer's cases and messages removed by a person's order, once nothing needs them any more."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from relancier.core.case import Case
from relancier.core.limitation import limitation_on
from relancier.core.stored import Change, Order, Setting
from relancier.ports import Store
from relancier.work.archive.removal import on_its_way, removal, without_words
from relancier.work.books.spared import CUSTOMERS, SPARED, remembered_customers
from relancier.work.inbox.asking import ASKED
from relancier.work.orders.contacts import CONTACTS, mended_contacts
from relancier.work.records import Desk

OVERRIDE = "override"
APPROVED = "approved"
EVER = datetime.min.replace(tzinfo=UTC)


def forget(order: Order, desk: Desk) -> None:
    """Removes what the order names."""
    cases = desk.store.of_customer(order.customer)
    addresses = {contact.email.lower() for case in cases for contact in case.invoice.customer.contacts}
    desk.ledger.put(*removal(cases, desk.store), *_strangers(addresses, desk.store), *_settings(cases, desk.store))


def not_to_forget(order: Order, desk: Desk) -> str:
    """Why the order cannot be carried out: it names what has changed since, or what is still needed."""
    if order.word != "forget":
        return ""
    cases = desk.store.of_customer(order.customer)
    if not cases:
        return "nothing is known of this customer"
    if {case.key for case in cases} != set(order.cases) or any(_younger(case, order, desk) for case in cases):
        return "something happened since it was exported: export again"
    return why_kept(cases, desk.store, desk.today, override=order.note == OVERRIDE)


def why_kept(cases: Sequence[Case], store: Store, today: date, *, override: bool) -> str:
    """Why these cases must be kept, if so (GDPR, article 17.3); a message on its way is no matter of choice."""
    moving = next((case for case in cases if on_its_way(case, store)), None)
    if moving is not None:
        return f"a message about {moving.invoice.number} is on its way"
    needed = () if override else (_needed(case, today) for case in cases)
    return next(filter(None, needed), "")


def _needed(case: Case, today: date) -> str:
    if not case.ended:
        return f"{case.invoice.number} is still open"
    last = limitation_on(case.invoice)
    return f"{case.invoice.number} may be needed as evidence until {last}" if today <= last else ""


def _younger(case: Case, order: Order, desk: Desk) -> bool:
    return any(event.at > order.at for event in desk.store.events(case.key))


def _strangers(addresses: set[str], store: Store) -> Iterator[Change]:
    """Messages from these people that belonged to no case."""
    for seen in store.unmatched(EVER):
        if seen.sender.lower() in addresses:
            yield from without_words(seen)


def _settings(cases: Iterable[Case], store: Store) -> Iterator[Change]:
    """The contacts that were mended, what was asked today, and what was shown when a person confirmed."""
    customers = {case.invoice.customer.id for case in cases}
    mended = mended_contacts(store)
    if customers & mended.keys():
        yield Setting(CONTACTS, {name: roles for name, roles in mended.items() if name not in customers})
    remembered = remembered_customers(store)
    if customers & remembered.keys():
        yield Setting(CUSTOMERS, {name: facts for name, facts in remembered.items() if name not in customers})
    spared = store.setting(SPARED)
    if isinstance(spared, dict) and customers & spared.keys():
        yield Setting(SPARED, {name: facts for name, facts in spared.items() if name not in customers})
    asked = store.setting(ASKED)
    if isinstance(asked, dict) and customers & asked.get("counts", {}).keys():
        yield Setting(ASKED, None)
    approved, keys = store.setting(APPROVED), tuple(f"{case.key}|" for case in cases)
    if isinstance(approved, list) and any(str(one).startswith(keys) for one in approved):
        yield Setting(APPROVED, [one for one in approved if not str(one).startswith(keys)])
