"""An invoice that was mailed: whether it is ours, what it lacks, and the invoices that its cases are made of."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relancier.core.case import Contact, Origin, Role
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.core.einvoices.mailed import (
    Lacks,
    Sending,
    chased,
    contact,
    invoices,
    lacking,
    name_key,
    new_customer,
    of_ours,
    on_day,
    same_name,
    shares,
)

SIREN = "123456782"
ISSUED, DUE = date(2026, 2, 20), date(2026, 3, 20)
TO = (Contact(Role.ACCOUNTING, "compta@moulins.test", "Alice Petit"),)
MAILED = Sending(on=date(2026, 2, 20), to=TO)


def paper(**other: Any) -> EInvoice:
    values: dict[str, Any] = {
        "number": "FA-2026-0100",
        "total": Decimal(1200),
        "parts": (Part(DUE, Decimal(1200)),),
        "issued": ISSUED,
        "seller": "Atelier Lumen",
        "buyer": "Moulins Dupré SARL",
        **other,
    }
    return EInvoice(**values)


@pytest.mark.parametrize(
    ("seller", "ids", "siren", "ours"),
    [
        ("X", (SIREN,), SIREN, True),
        ("X", (f"{SIREN} 00011",), SIREN, True),
        ("X", (f"FR 32 {SIREN}",), SIREN, True),
        ("Atelier Lumen", ("111111118",), SIREN, False),
        ("Atelier Lumen", ("111111118",), "", True),
        ("Atelier Lumen", ("DE123456789",), SIREN, True),
        ("atelier-lumen S.A.S.", (), SIREN, True),
        ("Lumen", (), SIREN, False),
        ("ATELIER LUMEN SAS", (), SIREN, True),
        ("", (), "", False),
    ],
)
def test_the_seller_is_us_by_siren_or_by_name(seller: str, ids: tuple[str, ...], siren: str, ours: bool) -> None:
    assert of_ours(seller, ids, "Atelier Lumen", siren) is ours


def test_a_name_is_compared_without_accents_and_legal_form() -> None:
    assert name_key("Moulins DUPRÉ, SARL") == "moulins dupre"
    assert same_name("Moulins Dupré", "MOULINS DUPRE SARL")
    assert not same_name("SAS", "SARL")


@pytest.mark.parametrize(
    ("told", "mailed", "reason"),
    [
        ({}, {}, None),
        ({}, {"trusted": False}, Lacks.MAIL),
        ({"exact": False}, {}, Lacks.DATA),
        ({"parts": ()}, {}, Lacks.DUE),
        ({}, {"to": ()}, Lacks.CONTACT),
        ({}, {"forwarded": True}, Lacks.FORWARDED),
        ({"credits": ("FA-0",)}, {}, Lacks.REPLACES),
        ({}, {"on": date(2026, 3, 25)}, Lacks.COPY),
        ({}, {"on": date(2026, 3, 20)}, None),
        ({"issued": None}, {"on": date(2026, 3, 25)}, None),
        ({"parts": (Part(DUE, Decimal(1000)),)}, {}, Lacks.SUM),
        ({"parts": (Part(DUE, Decimal(1300)), Part(DUE, Decimal(-100)))}, {}, Lacks.SUM),
        ({"parts": (Part(date(2206, 3, 20), Decimal(1200)),)}, {}, Lacks.SUM),
        ({"prepaid": Decimal(200), "parts": (Part(DUE, Decimal(1000)),)}, {}, None),
    ],
)
def test_what_is_not_certain_is_for_a_person(
    told: dict[str, Any], mailed: dict[str, Any], reason: Lacks | None
) -> None:
    assert lacking(paper(**told), replace(MAILED, **mailed)) is reason


def test_a_copy_long_after_its_day_is_for_a_person_but_one_mailed_a_little_late_is_not() -> None:
    at_once = paper(issued=ISSUED, parts=(Part(ISSUED, Decimal(1200)),))
    assert lacking(at_once, replace(MAILED, on=date(2026, 2, 27))) is None
    assert lacking(at_once, replace(MAILED, on=date(2026, 4, 1))) is Lacks.COPY


@pytest.mark.parametrize(
    ("told", "is_chased"),
    [
        ({}, True),
        ({"kind": PaperKind.DEPOSIT}, True),
        ({"kind": PaperKind.PROFORMA}, False),
        ({"kind": PaperKind.CREDIT_NOTE}, False),
        ({"prepaid": Decimal(1200)}, False),
    ],
)
def test_only_what_is_left_to_pay_of_an_invoice_is_chased(told: dict[str, Any], is_chased: bool) -> None:
    assert chased(paper(**told)) is is_chased


def test_a_customer_of_whom_nothing_else_is_known() -> None:
    customer = new_customer(paper(buyer_ids=(SIREN,), buyer_address=("1 rue", "69000 Lyon")), TO, "en")
    assert (customer.id, customer.name, customer.contacts) == ("moulins dupre sarl", "Moulins Dupré SARL", TO)
    assert customer.professional
    assert (customer.address, customer.language) == (("1 rue", "69000 Lyon"), "en")
    assert not new_customer(paper(), TO, "").professional
    assert new_customer(paper(buyer=""), TO, "").name == "Alice Petit"
    assert new_customer(paper(buyer=""), (contact("a@b.test", "a@b.test"),), "").name == "a@b.test"
    assert new_customer(paper(buyer=""), (), "").name == ""


def test_each_day_is_an_invoice_of_its_own() -> None:
    half = Decimal(400)
    told = paper(parts=(Part(DUE, half), Part(date(2026, 4, 20), half), Part(DUE, half)), means="59", purpose="Pose")
    first, second = invoices(told, new_customer(told, TO, ""), "blob:aa", MAILED.on)
    assert (first.due, first.amount_due) == (DUE, Decimal(800))
    assert (second.due, second.amount_due) == (date(2026, 4, 20), Decimal(400))
    assert (first.origin, first.pdf, first.known_on, first.payment_method) == (
        Origin.MAIL,
        "blob:aa",
        ISSUED,
        "prélèvement SEPA",
    )


def test_a_deposit_is_deducted_and_a_deposit_invoice_says_so() -> None:
    told = paper(
        prepaid=Decimal(200), parts=(Part(DUE, Decimal(1000)),), kind=PaperKind.DEPOSIT, issued=None, means="99"
    )
    (invoice,) = invoices(told, new_customer(told, TO, ""), "", MAILED.on, origin=Origin.IMPORT)
    assert (invoice.amount, invoice.deposit, invoice.amount_due) == (Decimal(1200), Decimal(200), Decimal(1000))
    assert (invoice.part, invoice.known_on, invoice.payment_method) == ("deposit", MAILED.on, "")
    assert invoice.origin is Origin.IMPORT


def test_a_person_names_the_day_or_takes_it_as_it_says_itself() -> None:
    named = date(2026, 4, 30)
    assert on_day(paper(), None) == paper()
    assert on_day(paper(), named).parts == (Part(named, Decimal(1200)),)
    assert on_day(paper(parts=()), None).parts == ()
    wrong = paper(parts=(Part(DUE, Decimal(1000)),), prepaid=Decimal(100))
    assert on_day(wrong, None).parts == (Part(DUE, Decimal(1100)),)


def test_a_credit_note_goes_to_what_it_names_in_turn() -> None:
    assert shares(Decimal(500), [Decimal(300), Decimal(-5), Decimal(400)]) == (Decimal(300), Decimal(0), Decimal(200))
    assert shares(Decimal(500), []) == ()
