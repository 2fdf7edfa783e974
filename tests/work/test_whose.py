"""Whose a mailed invoice is, what a corrected one or a credit note does to those before, and tables that come along."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.sheets.book import Rows, Sheet, xlsx
from tests.work.carrying import CLIENT, DUE, mailed, no_books, page, reading
from tests.work.paying import ACCOUNT, because, money, take
from tests.work.play import case, notes
from tests.work.rig import NOON, Rig

from relancier.adapters.invoices import Workbooks
from relancier.adapters.statements import BankStatements
from relancier.core.case import Because, State
from relancier.core.stored import Offer
from relancier.work.paid.statements import coverage

LATER = NOON + timedelta(minutes=1)
FIRST, SECOND = f"FA-2026-0100|{DUE}", f"FA-2026-0101|{DUE}"
TABLE = "Date comptable;Intitulé mouvement;Somme\n27/02/2026;VIR MOULINS;1200,00\n".encode()
STATEMENT = (
    f"Compte;{ACCOUNT}\nDate;Libellé;Montant\n20/02/2026;VIR AUTRE;5,00\n27/02/2026;VIR AUTRE SUITE;5,00\n".encode()
)


async def known(**other: Any) -> Rig:
    """The invoice FA-2026-0100 of Moulins Dupré was mailed, and has its case."""
    rig = reading(**other)
    mailed(rig, page())
    await rig.tick()
    return rig


async def then(rig: Rig, *files: Any, **other: Any) -> None:
    mailed(rig, *files, **{"at": LATER, **other})
    await rig.tick()


def waiting(rig: Rig) -> list[Offer]:
    return [offer for offer in rig.store.offers() if not offer.settled]


def credit_note(number: str = "AV-1", **other: Any) -> bytes:
    facts = {"kind": "credit_note", "credits": ["FA-2026-0100"], "total": "200.00", "parts": []}
    return page(number, **(facts | other))


# --- Whose it is ---


async def test_a_customer_whose_invoices_are_all_paid_is_still_known_by_address() -> None:
    rig = await known()
    take(rig, money(wording="FA-2026-0100", payer="MOULINS DUPRE"))
    assert case(rig, FIRST).state is State.PAID
    await then(rig, page("FA-2026-0101", buyer=""))
    assert case(rig, SECOND).invoice.customer == case(rig, FIRST).invoice.customer


@pytest.mark.parametrize("buyer", ["", "Moulins Dupré SAS", "MOULINS DUPRE ET FILS", "Dupré"])
async def test_a_longer_or_a_shorter_name_at_a_known_address_is_that_customer(buyer: str) -> None:
    rig = await known()
    await then(rig, page("FA-2026-0101", buyer=buyer))
    assert case(rig, SECOND).invoice.customer == case(rig, FIRST).invoice.customer


async def test_another_name_at_a_known_address_is_for_a_person_to_decide() -> None:
    rig = await known()
    await then(rig, page("FA-2026-0101", buyer="Autre Société", buyer_ids=["111222333"]))
    (offer,) = waiting(rig)
    assert (offer.reason, rig.store.case(SECOND)) == ("offer_customer", None)
    rig.order("open", keys=(offer.id,))
    await rig.tick()
    customer = case(rig, SECOND).invoice.customer
    assert (customer.name, [one.email for one in customer.contacts]) == ("Autre Société", [CLIENT])


async def test_a_number_that_begins_anew_each_year_is_another_customers_invoice() -> None:
    rig = reading()
    mailed(rig, page(issued="2025-01-20", parts=[["2025-02-20", "1200.00"]]), at=NOON - timedelta(days=400))
    await rig.tick()
    for offer in waiting(rig):
        rig.order("open", keys=(offer.id,))
    await rig.tick()
    take(rig, money(wording="FA-2026-0100", payer="MOULINS DUPRE", on=date(2026, 2, 27)))
    await then(rig, page(buyer="Autre Société", issued="2026-03-01"), to="x@autre.test")
    alive = [one for one in rig.store.all_cases() if not one.ended]
    assert [one.invoice.customer.name for one in alive] == ["Autre Société"] or waiting(rig)


# --- What was there before ---


async def test_a_corrected_invoice_holds_the_one_that_it_names() -> None:
    rig = await known()
    await then(rig, page("FA-2026-0101", total="1000.00", credits=["FA-2026-0100"]))
    assert because(case(rig, FIRST)) == [Because.PARTS]
    (offer,) = waiting(rig)
    rig.order("open", keys=(offer.id,))
    await rig.tick()
    assert free(rig) == [SECOND]


async def test_the_same_corrected_invoice_once_more_holds_nothing_anew() -> None:
    rig = await known()
    for _ in range(2):
        await then(rig, page("FA-2026-0101", total="1000.00", credits=["FA-2026-0100"]))
    assert because(case(rig, FIRST)) == [Because.PARTS]
    rig.order("resume", FIRST)
    await rig.tick()
    await then(rig, page("FA-2026-0101", total="1000.00", credits=["FA-2026-0100"]))
    assert free(rig) == [FIRST]


def free(rig: Rig) -> list[str]:
    return [one.key for one in rig.store.all_cases() if not one.ended and not one.holds]


async def test_a_credit_note_in_another_currency_takes_nothing_off_and_is_asked_about() -> None:
    rig = await known()
    await then(rig, credit_note(currency="USD"))
    assert (case(rig, FIRST).amount_due, because(case(rig, FIRST))) == (Decimal(1200), [Because.CREDIT])


async def test_a_credit_note_that_comes_again_with_another_total_is_asked_about() -> None:
    rig = await known()
    await then(rig, credit_note())
    await then(rig, credit_note(total="700.00"))
    assert (case(rig, FIRST).amount_due, because(case(rig, FIRST))) == (Decimal(1000), [Because.CREDIT])


async def test_a_credit_note_that_comes_again_changes_nothing() -> None:
    rig = await known()
    await then(rig, page("FA-2026-0101"))
    for _ in range(2):
        await then(rig, credit_note(total="1200.00"))
    assert case(rig, FIRST).state is State.CLOSED
    assert free(rig) == [SECOND]
    assert notes(rig, "held") == []


# --- Tables that are no statements ---


def banking(rig: Rig) -> Rig:
    rig.holder.setup = replace(rig.holder.setup, statements=BankStatements(accounts=[ACCOUNT]))
    return rig


def with_accounts() -> Rig:
    return banking(reading(no_books(payments={"accounts": [ACCOUNT]})))


async def test_an_extract_that_went_to_a_customer_says_nothing_about_the_days_it_spans() -> None:
    rig = with_accounts()
    await then(rig, ("extrait.csv", STATEMENT), to=CLIENT, subject="Extrait de notre compte")
    assert coverage(rig.store, rig.holder.setup).spans == {}
    await then(rig, ("releve.csv", STATEMENT), to="compta@lumen.test", subject="Relevé")
    assert coverage(rig.store, rig.holder.setup).spans == {ACCOUNT: ((date(2026, 2, 20), date(2026, 2, 26)),)}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("releve.csv", TABLE, "it is no statement"), ("releve.sta", b":20:940\n:25:3000\n:28C:1/1\n", "MT940")],
)
async def test_a_table_that_a_colleague_mails_to_the_mailbox_and_is_no_statement_is_told(
    name: str, content: bytes, told: str
) -> None:
    rig = with_accounts()
    await then(rig, (name, content), to="compta@lumen.test", subject="Relevé de novembre")
    (note,) = notes(rig, "statement", "statement_mailed")
    facts = dict(note.facts)
    assert told in facts["detail"]
    assert facts["lines"] == "Relevé de novembre"


async def test_a_colleague_may_mail_a_statement_as_a_workbook_and_a_stranger_may_not() -> None:
    rows: Rows = [["Compte", ACCOUNT], ["Date", "Libellé", "Montant"], [date(2026, 2, 26), "VIR FA-2026-0100", 1200]]
    content = xlsx({"Opérations": Sheet(rows)})
    rig = reading(no_books(payments={"accounts": [ACCOUNT], "senders": ["releves@banque.test"]}))
    rig.holder.setup = replace(rig.holder.setup, statements=BankStatements(workbooks=Workbooks()))
    mailed(rig, page())
    await then(rig, ("releve.xlsx", content), sender="releves@banque.test", to="compta@lumen.test", folder="INBOX")
    assert (case(rig, FIRST).state, notes(rig, "statement")) == (State.OPEN, [])
    await then(rig, ("releve.xlsx", content), to="compta@lumen.test")
    assert case(rig, FIRST).state is State.PAID


@pytest.mark.parametrize("other", [{"to": CLIENT}, {"sender": CLIENT, "to": "compta@lumen.test", "folder": "INBOX"}])
async def test_a_table_for_or_from_somebody_else_is_nobodys_business(other: dict[str, Any]) -> None:
    rig = with_accounts()
    await then(rig, ("tarifs.csv", TABLE), **other)
    assert notes(rig, "statement") == []


@pytest.mark.parametrize("name", ["conges.xlsx", "signature.asc", "notes.txt"])
async def test_a_table_that_nobody_calls_a_statement_is_nobodys_business(name: str) -> None:
    rig = with_accounts()
    await then(rig, (name, TABLE), to="compta@lumen.test", subject="Congés d'été")
    assert notes(rig, "statement") == []


async def test_without_statements_to_await_a_table_is_left_alone() -> None:
    rig = banking(reading())
    await then(rig, ("contacts.csv", TABLE), to="compta@lumen.test")
    assert notes(rig, "statement") == []
