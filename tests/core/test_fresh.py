"""Cases that the books would open, found by what a message names; beside the store that the tests trust."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Contact, Customer, Invoice, Role, State
from relancier.core.history import open_case
from relancier.core.reading.fresh import FreshCases
from relancier.core.reading.look import Known
from relancier.core.text.numbers import normalise

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
ALPES = Customer(
    id="alpes",
    name="Alpes SA",
    contacts=(Contact(Role.ACCOUNTING, "Compta@Alpes.test"), Contact(Role.SALES, "ventes@alpes.test")),
)
BORA = Customer(id="bora", name="Bora SA", contacts=(Contact(Role.ACCOUNTING, "compta@bora.test"),))


def invoice(number: str, customer: Customer) -> Invoice:
    return Invoice(number=number, customer=customer, due=date(2026, 3, 1), amount=Decimal(100))


def test_they_are_found_as_a_store_finds_them() -> None:
    invoices = (invoice("F-1", ALPES), invoice("F - 2", ALPES), invoice("F-2", BORA), invoice("F-9", BORA))
    *cases, last = [open_case(one, plan="", at=AT, on=AT.date()) for one in invoices]
    cases.append(replace(last, state=State.CLOSED))
    fresh, store = FreshCases(cases), MemoryStore(normalise)
    store.commit(*cases)
    numbers = [normalise(number) for number in ("F-1", "F-2", "F-3", "F-9")]
    assert fresh.by_number(numbers) == store.by_number(numbers)
    for address in ("compta@alpes.test", "ventes@alpes.test", "compta@bora.test", "autre@bora.test", ""):
        assert fresh.by_address(address) == store.by_address(address)
    for domain in ("alpes.test", "bora.test", "autre.test", ""):
        assert fresh.by_domain(domain) == store.by_domain(domain)
    assert len(fresh.by_domain("alpes.test")) == 2


def test_nothing_was_sent_about_them() -> None:
    fresh = FreshCases([])
    assert fresh.by_message_id(["<a@b.test>"]) == {}
    known: Known = fresh
    assert known.entry_by_token("a") is None
    assert known.blob("a") is None
