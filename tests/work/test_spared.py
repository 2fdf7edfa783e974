"""A customer who is never to be chased is not, whoever says so and whatever brings the invoice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.work.carrying import no_books, reading
from tests.work.play import KEY, case, daemon, late, pass_days, taken
from tests.work.rig import NOON, MemorySource, Rig, config, customer

from relancier.core.case import Contact, Customer, Invoice, Origin, Role
from relancier.ports import Snapshot
from relancier.work.books.customers import take_customers
from relancier.work.books.spared import Spared
from relancier.work.books.taken import take_invoices
from relancier.work.records import Desk

NEVER = replace(customer(), never=True)


class Books(MemorySource):
    """Books that also say whom never to chase."""

    def __init__(self, *invoices: Invoice) -> None:
        super().__init__(invoices)
        self.never: tuple[Customer, ...] = ()

    def read(self) -> Snapshot:
        return replace(super().read(), never=self.never)


def books(*invoices: Invoice) -> tuple[Rig, Books]:
    source = Books(*invoices)
    rig = reading(config(), source=source)
    return rig, source


def told(rig: Rig, source: Books, *never: Customer) -> None:
    source.never = never
    source.touch(rig.wake.now())


def take_customer(rig: Rig, one: Customer, ref: str = "clients.csv") -> None:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    take_customers([one], desk, ref)
    desk.ledger.commit()


def take(rig: Rig, *invoices: Invoice) -> None:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    take_invoices(invoices, desk)
    desk.ledger.commit()


async def test_an_imported_customers_file_spares_what_the_books_list() -> None:
    rig = daemon(late())
    take_customer(rig, NEVER)
    await pass_days(rig, 10)
    assert taken(rig) == []
    assert case(rig).invoice.customer.never


async def test_it_spares_what_the_books_listed_before_and_go_on_listing() -> None:
    rig = daemon(late())
    await rig.tick()
    assert taken(rig) == ["reminder"]
    take_customer(rig, NEVER)
    assert case(rig).invoice.customer.never
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 20)
    assert taken(rig) == ["reminder"]
    take_customer(rig, customer(), "clients-2.csv")
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 3)
    assert taken(rig) != ["reminder"]


@pytest.mark.parametrize("origin", [Origin.MAIL, Origin.IMPORT])
async def test_the_customers_file_of_the_books_spares_what_was_mailed_or_imported(origin: Origin) -> None:
    rig, source = books(late("FA-9", customer=customer("Martin")))
    told(rig, source, NEVER)
    await rig.tick()
    take(rig, late(origin=origin, known_on=NOON.date() + timedelta(days=30)))
    await pass_days(rig, 1)
    assert (taken(rig), taken(rig, "FA-9|2026-02-27")) == ([], ["reminder"])


async def test_it_spares_what_was_mailed_before_it_said_so_until_it_says_so_no_more() -> None:
    rig, source = books(late("FA-9", customer=customer("Martin")))
    await rig.tick()
    take(rig, late(origin=Origin.MAIL, known_on=NOON.date() + timedelta(days=60)))
    told(rig, source, NEVER)
    await rig.tick()
    assert case(rig).invoice.customer.never
    told(rig, source)
    await rig.tick()
    assert not case(rig).invoice.customer.never


async def test_what_a_file_says_of_itself_stays_when_the_books_say_nothing_more() -> None:
    rig, source = books(late("FA-9", customer=customer("Martin")))
    await rig.tick()
    take(rig, late(origin=Origin.IMPORT, known_on=NOON.date(), customer=NEVER))
    told(rig, source, NEVER)
    await rig.tick()
    told(rig, source)
    await rig.tick()
    assert case(rig, KEY).invoice.customer.never


ADDRESS = (Contact(Role.ACCOUNTING, "Compta@Dupont.test"),)


@pytest.mark.parametrize(
    ("who", "spared"),
    [
        (Customer(id="dupont", name="Autre nom"), True),
        (Customer(id="Société Dupont", name="Société  DUPONT"), True),  # no code: its name tells
        (Customer(id="C7", name="Société Dupont"), False),  # a namesake with a code of its own
        (Customer(id="x@y.test", name="x@y.test", contacts=ADDRESS), True),
        (Customer(id="other", name="Other"), False),
        (Customer(id="C8", name="Other", contacts=ADDRESS), False),  # an office that answers for several
    ],
)
def test_by_what_a_customer_is_known(who: Customer, spared: bool) -> None:
    rig = reading(no_books())
    known = {"dupont": {"name": "Societe Dupont", "emails": ["compta@dupont.test"]}}
    assert (who in Spared.of(rig.store, known)) is spared
