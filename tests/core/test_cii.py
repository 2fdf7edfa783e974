"""Factur-X, ZUGFeRD and XRechnung: what is where, in both generations of the syntax."""

from datetime import date
from decimal import Decimal

import pytest
from tests.adapters.papers_made import Given, cii, sound, zugferd_1

from relancier.core.einvoices.cii import is_cii, read_cii
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.core.text.trees import parse


def read(xml: bytes) -> EInvoice:
    root = parse(xml)
    assert is_cii(root)
    return read_cii(root)


def changed(old: str, new: str, profile: str = "EXTENDED") -> EInvoice:
    """The usual invoice with one thing written differently."""
    xml = cii(Given(), profile)
    assert old.encode() in xml
    return read(xml.replace(old.encode(), new.encode()))


def test_an_order_and_another_name_are_no_invoice() -> None:
    assert not is_cii(parse(b'<x:SCRDMCCBDACIOMessageStructure xmlns:x="urn:order"/>'))
    assert not is_cii(parse(b"<CrossIndustryInvoice/>"))


def test_both_generations_say_the_same() -> None:
    new, old = read(cii(Given(), "EN 16931")), read(zugferd_1(Given()))
    for name in ("number", "total", "prepaid", "parts", "currency", "issued", "delivered", "seller", "buyer_address"):
        assert getattr(new, name) == getattr(old, name)


@pytest.mark.parametrize(("code", "kind"), [("380", PaperKind.INVOICE), ("386", PaperKind.DEPOSIT)])
def test_what_an_invoice_refers_to_is_not_credited(code: str, kind: PaperKind) -> None:
    found = read(cii(Given(code=code, credits=("FA-1",)), "EN 16931"))
    assert (found.kind, found.credits) == (kind, ())


@pytest.mark.parametrize("code", ["381", "261", "384"])
def test_a_credit_note_and_a_corrected_invoice_name_what_they_undo(code: str) -> None:
    assert read(sound(cii(Given(code=code, credits=("FA-1", "FA-2")), "EXTENDED"))).credits == ("FA-1", "FA-2")


def test_an_invoice_below_zero_is_a_credit_note() -> None:
    found = read(cii(Given(total="-1234.56", prepaid="0.00", payable="-1234.56", credits=("FA-1",)), "BASIC"))
    assert (found.kind, found.total, found.credits) == (PaperKind.CREDIT_NOTE, Decimal("1234.56"), ("FA-1",))


def test_rounding_is_part_of_what_is_asked() -> None:
    found = read(sound(cii(Given(rounding="0.04", payable="1000.04"), "EN 16931"), "en16931"))
    assert (found.total, found.prepaid) == (Decimal("1234.60"), Decimal("234.56"))


def test_sums_in_the_currency_of_the_tax_are_passed_over() -> None:
    more = '<ram:GrandTotalAmount currencyID="USD">9.99</ram:GrandTotalAmount><ram:GrandTotalAmount>'
    assert changed("<ram:GrandTotalAmount>", more).total == Decimal("1234.56")


def test_without_a_total_it_is_refused() -> None:
    with pytest.raises(ValueError, match="does not tell its total"):
        changed("GrandTotalAmount", "OtherAmount")


def test_without_what_is_to_be_paid_it_is_what_is_left() -> None:
    assert changed("DuePayableAmount", "OtherAmount").parts == (Part(date(2026, 12, 3), Decimal("1000.00")),)


def test_without_a_due_date_there_are_no_parts() -> None:
    assert read(sound(cii(Given(terms=(("", ""),)), "EXTENDED"))).parts == ()
    assert read(cii(Given(terms=()), "EXTENDED")).parts == ()


def test_the_month_of_a_delivery_is_passed_over() -> None:
    month = '<udt:DateTimeString format="610">202610</udt:DateTimeString>'
    day = '<udt:DateTimeString format="102">20261031</udt:DateTimeString>'
    assert changed(day, month).delivered is None
    assert changed(day, '<udt:DateTimeString format="102"> </udt:DateTimeString>').delivered is None


def test_a_due_date_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="A due date is no date"):
        changed("20261203", "20261303")


def test_a_company_without_a_name_has_the_one_it_trades_by() -> None:
    trading = "<ram:TradingBusinessName>Chez Clément</ram:TradingBusinessName></ram:SpecifiedLegalOrganization>"
    xml = cii(Given(buyer=""), "EXTENDED").replace(b"</ram:SpecifiedLegalOrganization>", trading.encode())
    assert (read(xml).buyer, read(xml).seller) == ("Chez Clément", "Atelier Lumen SAS")


def test_a_country_abroad_is_the_last_line_of_the_address() -> None:
    assert changed("<ram:CountryID>FR", "<ram:CountryID>BE").buyer_address[-1] == "BE"


def test_an_identity_of_the_wrong_scheme_is_passed_over() -> None:
    assert changed('schemeID="0002"', 'schemeID="VA"').buyer_ids == ("55210055400018", "FR83552100554")
    assert changed(' schemeID="0009"', "").buyer_ids == ("552100554", "FR83552100554")


@pytest.mark.parametrize(("code", "purpose"), [("AAI", "Chantier"), ("", "Chantier"), ("REG", "")])
def test_the_laws_notes_are_no_purpose(code: str, purpose: str) -> None:
    note = f"<ram:Content>Chantier</ram:Content><ram:SubjectCode>{code}</ram:SubjectCode>"
    assert changed("<ram:Content>Chantier de la rue des Forges</ram:Content>", note, "BASIC WL").purpose == purpose


def test_a_direct_debit_is_seen() -> None:
    assert read(sound(cii(Given(means=("30", "59")), "EXTENDED"))).means == "59"
