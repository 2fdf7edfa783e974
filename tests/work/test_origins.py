"""Invoices of several origins: the books, a file given once, the message that carried one to its customer."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.work.play import arrive, case, daemon, late, notes, pass_days, pass_minutes
from tests.work.rig import NOON, OWN, Rig, config, mail

from relancier.core.case import Because, Case, Contact, Customer, Invoice, Kind, Origin, Role, State
from relancier.work.books.taken import Took, take_invoice, take_invoices
from relancier.work.records import Desk

DUE = date(2026, 3, 20)
BOOKS = config()
NO_BOOKS = config(invoices={"file": ""})
CARRIED = "<facture@lumen.test>"


def mailed(number: str = "FA-2026-0001", due: date = DUE, **other: Any) -> Invoice:
    """An invoice as its own message tells of it: no code of a customer, one address."""
    buyer = Customer(id="Dupont SA", name="Dupont SA", contacts=(Contact(Role.ACCOUNTING, "compta@dupont.test"),))
    values = {"customer": buyer, "origin": Origin.MAIL, "known_on": NOON.date(), "pdf": "blob:abc", **other}
    return late(number, due, **values)


def imported(number: str = "FA-2026-0001", due: date = DUE, **other: Any) -> Invoice:
    return late(number, due, **{"origin": Origin.IMPORT, "known_on": NOON.date(), **other})


def take(rig: Rig, *invoices: Invoice, message_id: str = "", detail: str = "") -> list[Took]:
    desk = Desk.at(rig.store, rig.holder.current(), rig.wake.now())
    took = take_invoices(invoices, desk, message_id=message_id, detail=detail)
    desk.ledger.commit()
    return took


def only(rig: Rig) -> Case:
    (found,) = [one for one in rig.store.all_cases() if not one.carried_to]
    return found


def nobodys(**other: Any) -> Rig:
    """A daemon without books."""
    return daemon(conf=other.pop("conf", NO_BOOKS), fresh_books=False, **other)


async def known_to_books(*invoices: Invoice) -> Rig:
    rig = daemon(*invoices)
    await rig.tick()
    return rig


def test_a_mailed_invoice_opens_a_case_in_the_thread_of_its_message() -> None:
    rig = nobodys()
    assert take(rig, mailed(), message_id=CARRIED, detail="sent on 2 March") == [Took.OPENED]
    assert (only(rig).invoice, only(rig).thread, only(rig).plan) == (mailed(), (CARRIED,), "standard")
    told = [event.detail for event in rig.store.events(only(rig).key)]
    assert "sent on 2 March" in told


def test_the_same_message_taken_twice_changes_nothing() -> None:
    rig = nobodys()
    take(rig, mailed(), message_id=CARRIED)
    before, told = only(rig), rig.store.events(only(rig).key)
    assert take(rig, mailed(), message_id=CARRIED) == [Took.UNCHANGED]
    assert (only(rig), rig.store.events(only(rig).key)) == (before, told)


def test_an_imported_invoice_given_again_changes_its_case() -> None:
    rig = nobodys()
    assert take(rig, imported()) == [Took.OPENED]
    assert take(rig, imported(paid=Decimal(200))) == [Took.CHANGED]
    assert only(rig).amount_due == Decimal("1000.00")
    assert [event.kind for event in rig.store.events(only(rig).key)][-1] is Kind.CHANGED


def test_a_number_written_with_other_separators_is_the_same_invoice() -> None:
    rig = nobodys()
    take(rig, mailed(), message_id=CARRIED)
    assert take(rig, imported("FA 2026 0001", paid=Decimal(100))) == [Took.CHANGED]
    assert (only(rig).key, only(rig).invoice.origin) == ("FA-2026-0001|2026-03-20", Origin.IMPORT)
    assert (only(rig).invoice.pdf, only(rig).thread) == ("blob:abc", (CARRIED,))


def test_a_number_without_separators_is_the_same_invoice_where_all_else_is() -> None:
    rig = nobodys()
    take(rig, mailed("FA20260001"), message_id=CARRIED)
    assert take(rig, imported(paid=Decimal(100))) == [Took.CHANGED]
    assert (only(rig).key, only(rig).invoice.origin) == ("FA20260001|2026-03-20", Origin.IMPORT)
    assert take(rig, imported(amount=Decimal(77))) == [Took.OPENED]


async def test_the_books_take_over_what_was_mailed_without_separators() -> None:
    rig = await known_to_books()
    take(rig, mailed("FA20260001"), message_id=CARRIED)
    rig.source.set(late(due=DUE), at=NOON)
    await rig.tick()
    now = case(rig, "FA-2026-0001|2026-03-20")
    assert (now.invoice.origin, now.invoice.pdf, now.thread) == (Origin.BOOKS, "blob:abc", (CARRIED,))
    assert case(rig, "FA20260001|2026-03-20").carried_to == now.key


async def test_numbers_that_only_look_alike_stay_two_invoices() -> None:
    rig = await known_to_books(late("1-23", due=DUE))
    rig.source.set(late("12-3", due=DUE, amount=Decimal(55)), at=NOON)
    await rig.tick()
    assert not case(rig, "1-23|2026-03-20").carried_to


def test_the_parts_of_one_invoice_are_cases_beside_each_other() -> None:
    rig = nobodys()
    parts = [mailed(due=DUE), mailed(due=DUE + timedelta(days=30))]
    assert take(rig, *parts, message_id=CARRIED) == [Took.OPENED, Took.OPENED]
    assert take(rig, *parts, message_id=CARRIED) == [Took.UNCHANGED, Took.UNCHANGED]
    assert len(list(rig.store.all_cases())) == 2


def test_another_due_date_goes_on_as_the_same_case() -> None:
    rig = nobodys()
    take(rig, imported(), message_id=CARRIED)
    assert take(rig, imported(due=DUE + timedelta(days=10))) == [Took.CHANGED]
    assert (only(rig).invoice.due, only(rig).thread) == (DUE + timedelta(days=10), (CARRIED,))


def test_of_two_parts_one_with_an_unknown_due_date_is_held_for_a_person() -> None:
    rig = nobodys()
    take(rig, imported(), imported(due=DUE + timedelta(days=30)))
    assert take(rig, imported(due=DUE + timedelta(days=12))) == [Took.DOUBTFUL]
    held = case(rig, "FA-2026-0001|2026-04-01")
    assert [hold.because for hold in held.holds] == [Because.PARTS]


def test_mailed_again_with_another_amount_it_is_held_for_a_person_once() -> None:
    rig = nobodys()
    take(rig, mailed(), message_id=CARRIED)
    for _ in range(2):
        assert take(rig, mailed(amount=Decimal(900)), message_id="<again@lumen.test>") == [Took.DOUBTFUL]
    assert [hold.because for hold in only(rig).holds] == [Because.PARTS]
    assert only(rig).amount_due == Decimal("1200.00")
    assert len(notes(rig, "held", "parts_changed")) == 1


async def test_the_books_keep_their_figures_and_gain_thread_and_paper() -> None:
    rig = await known_to_books(late(due=DUE))
    assert take(rig, mailed("FA 2026 0001", amount=Decimal(1)), message_id=CARRIED) == [Took.BOOKS]
    found = only(rig)
    assert (found.amount_due, found.thread, found.invoice.pdf) == (Decimal("1200.00"), (CARRIED,), "blob:abc")
    rig.source.touch(NOON)
    await rig.tick()
    assert only(rig).invoice.pdf == "blob:abc"


async def test_where_there_are_no_books_any_more_an_import_counts() -> None:
    rig = await known_to_books(late(due=DUE))
    rig.holder.setup = replace(rig.holder.setup, config=NO_BOOKS)
    assert take(rig, imported(paid=Decimal(200))) == [Took.CHANGED]
    assert (only(rig).invoice.origin, only(rig).amount_due) == (Origin.IMPORT, Decimal("1000.00"))


@pytest.mark.parametrize("missing", ["hold", "paid"])
async def test_where_there_are_no_books_any_more_what_they_listed_is_not_closed(missing: str) -> None:
    rig = await known_to_books(late(due=DUE))
    conf = config(invoices={"file": "", "missing": missing})
    rig.holder.setup = replace(rig.holder.setup, config=conf)
    rig.source.set(at=NOON)
    await rig.tick()
    rig.confirm()
    await pass_days(rig, 1)
    assert only(rig).state is State.OPEN
    assert [hold.because for hold in only(rig).holds] == [Because.MISSING]


async def test_a_pdf_that_the_books_name_stays() -> None:
    rig = await known_to_books(late(due=DUE, pdf="factures/1.pdf"))
    take(rig, mailed(), message_id=CARRIED)
    assert only(rig).invoice.pdf == "factures/1.pdf"


@pytest.mark.parametrize("number", ["FA-2026-0001", "fa 2026/0001"])
async def test_the_books_take_over_what_was_mailed(number: str) -> None:
    rig = await known_to_books(late("FA-9", due=DUE))
    take(rig, mailed(), message_id=CARRIED)
    rig.source.set(late("FA-9", due=DUE), late(number, DUE, amount=Decimal(1100)), at=NOON)
    await rig.tick()
    (found,) = [one for one in rig.store.all_cases() if one.invoice.number == number and not one.carried_to]
    assert (found.invoice.origin, found.amount_due) == (Origin.BOOKS, Decimal(1100))
    assert (found.invoice.pdf, found.thread, found.invoice.customer.id) == ("blob:abc", (CARRIED,), "dupont")
    assert not found.holds


async def test_the_books_take_it_over_with_another_due_date() -> None:
    rig = await known_to_books(late("FA-9", due=DUE))
    take(rig, mailed(), message_id=CARRIED)
    rig.source.set(late("FA-9", due=DUE), late(due=DUE + timedelta(days=3)), at=NOON)
    await rig.tick()
    assert case(rig, "FA-2026-0001|2026-03-20").state is State.CLOSED
    assert case(rig, "FA-2026-0001|2026-03-23").thread == (CARRIED,)


@pytest.mark.parametrize("missing", ["hold", "paid"])
async def test_what_was_imported_never_leaves_the_books(missing: str) -> None:
    rig = daemon(late("FA-9", due=DUE), conf=config(invoices={"missing": missing}))
    await rig.tick()
    take(rig, *(imported(f"IM-{number}") for number in range(9)))
    await pass_days(rig, 5)
    cases = [one for one in rig.store.all_cases() if one.invoice.origin is Origin.IMPORT]
    assert len(cases) == 9
    assert all(one.state is State.OPEN and not one.absent and not one.holds for one in cases)
    assert not [*notes(rig, "stale"), *notes(rig, "missing")]


async def test_what_was_mailed_and_never_comes_into_the_books_is_held_after_some_days() -> None:
    rig = await known_to_books(late("FA-9", due=DUE))
    take(rig, mailed(), message_id=CARRIED)
    await pass_days(rig, 2)
    assert not case(rig, mailed().key).holds
    await pass_days(rig, 2)
    held = case(rig, mailed().key)
    assert [(hold.because, hold.detail) for hold in held.holds] == [
        (Because.MISSING, "it was sent by mail, and the invoice file does not list it")
    ]
    assert held.state is State.OPEN
    assert len(notes(rig, "missing")) == 1
    rig.source.set(late("FA-9", due=DUE), late(due=DUE), at=rig.wake.now())
    await rig.tick()
    assert not case(rig, mailed().key).holds


async def test_an_old_message_whose_invoice_the_books_do_not_list_opens_nothing() -> None:
    rig = await known_to_books(late("FA-9", due=DUE))
    old = mailed(known_on=NOON.date() - timedelta(days=3))
    assert take(rig, old, message_id=CARRIED) == [Took.UNLISTED]
    assert rig.store.case(old.key) is None


async def test_without_books_nothing_is_missed() -> None:
    rig = nobodys()
    take(rig, mailed(), message_id=CARRIED)
    await pass_days(rig, 4)
    assert not only(rig).holds


async def test_the_mail_read_before_is_asked_about_an_invoice_that_opens_later() -> None:
    rig = nobodys()
    await pass_minutes(rig, 5)
    question = mail("compta@dupont.test", "Facture FA-2026-0001", "Nous contestons cette facture.", OWN)
    arrive(rig, question)
    await rig.tick()
    take(rig, mailed(known_on=None, issued=NOON.date() - timedelta(days=9)))
    await rig.tick()
    assert only(rig).state is State.PAUSED


async def test_several_taken_in_one_commit_are_all_asked_about() -> None:
    rig = nobodys()
    desk = Desk.at(rig.store, rig.holder.current(), NOON)
    take_invoice(mailed(), desk)
    take_invoice(mailed("FA-2026-0002"), desk)
    desk.ledger.commit()
    assert rig.store.setting("opening") == ["FA-2026-0001|2026-03-20", "FA-2026-0002|2026-03-20"]


@pytest.mark.parametrize(("amount", "due"), [("1200.00", "900.00"), ("1000.00", "1000.00")])
def test_a_file_that_tells_of_no_credit_note_takes_none_back(amount: str, due: str) -> None:
    rig = nobodys()
    take(rig, mailed(credited=Decimal(300)))
    take(rig, imported(amount=Decimal(amount)))
    assert only(rig).amount_due == Decimal(due)


def test_the_contacts_of_a_message_stay_where_a_file_names_none() -> None:
    rig = nobodys()
    take(rig, mailed())
    take(rig, imported(customer=replace(mailed().customer, contacts=(), name="Dupont")))
    assert only(rig).invoice.customer == replace(mailed().customer, name="Dupont")
