"""UBL: invoices and credit notes, and where it keeps what CII keeps elsewhere."""

from datetime import date
from decimal import Decimal

import pytest
from tests.adapters.papers_made import Given, cii, sound, ubl

from relancier.core.einvoices.cii import read_cii
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.core.einvoices.ubl import is_ubl, read_ubl
from relancier.core.text.trees import parse


def read(xml: bytes) -> EInvoice:
    root = parse(xml)
    assert is_ubl(root)
    return read_ubl(root)


def changed(old: str, new: str, given: Given | None = None, root: str = "Invoice") -> EInvoice:
    """The usual invoice with one thing written differently."""
    xml = ubl(given or Given(), root)
    assert old.encode() in xml
    return read(xml.replace(old.encode(), new.encode()))


def test_other_documents_are_none() -> None:
    assert not is_ubl(parse(b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'))
    assert not is_ubl(parse(b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/>'))


def test_it_says_what_the_same_invoice_says_in_the_other_syntax() -> None:
    assert read(ubl(Given())) == read_cii(parse(cii(Given(), "EN 16931")))


def test_a_credit_note_may_leave_its_type_out() -> None:
    found = changed("<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>", "", Given(code="381"), "CreditNote")
    assert found.kind is PaperKind.CREDIT_NOTE
    assert changed("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "").kind is PaperKind.INVOICE


def test_a_credit_note_that_says_it_is_an_invoice_is_refused() -> None:
    with pytest.raises(ValueError, match="credit note by its form"):
        read(ubl(Given(code="380"), "CreditNote"))


@pytest.mark.parametrize(("code", "numbers"), [("380", ()), ("384", ("FA-1",))])
def test_a_corrected_invoice_names_the_one_it_replaces(code: str, numbers: tuple[str, ...]) -> None:
    assert read(sound(ubl(Given(code=code, credits=("FA-1",))))).credits == numbers


def test_instalments_stand_in_the_terms() -> None:
    found = read(sound(ubl(Given(terms=(("20261203", "400.00"), ("20270103", "600.00"))))))
    assert found.parts == (Part(date(2026, 12, 3), Decimal(400)), Part(date(2027, 1, 3), Decimal(600)))


def test_terms_in_words_alone_are_passed_over() -> None:
    words = "<cac:PaymentTerms><cbc:Note>30 jours</cbc:Note></cac:PaymentTerms><cac:LegalMonetaryTotal>"
    assert changed("<cac:LegalMonetaryTotal>", words).parts == (Part(date(2026, 12, 3), Decimal(1000)),)
    later = words.replace("<cbc:Note>30 jours</cbc:Note>", "<cbc:PaymentDueDate>2026-12-10</cbc:PaymentDueDate>")
    assert changed("<cac:LegalMonetaryTotal>", later).parts == (Part(date(2026, 12, 10), Decimal(1000)),)


def test_rounding_is_part_of_what_is_asked() -> None:
    assert read(sound(ubl(Given(rounding="-0.06", payable="999.94")))).total == Decimal("1234.50")


def test_an_invoice_without_a_currency_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^It does not tell its currency\.$"):
        changed("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", "")


def test_a_sum_in_another_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="another currency"):
        changed('<cbc:PayableAmount currencyID="EUR">', '<cbc:PayableAmount currencyID="USD">')


def test_without_a_total_it_is_refused() -> None:
    with pytest.raises(ValueError, match="does not tell its total"):
        changed("TaxInclusiveAmount", "Other")


def test_a_name_and_identities_stand_in_several_places() -> None:
    found = changed("RegistrationName", "Other").seller
    assert found == ""
    named = "<cac:Party><cac:PartyName><cbc:Name>Lumen</cbc:Name></cac:PartyName>"
    xml = ubl(Given()).replace(b"<cac:Party>", named.encode()).replace(b"RegistrationName", b"Other")
    assert read(xml).seller == "Lumen"
    assert changed("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>LOC</cbc:ID>").buyer_ids == ("552100554", "55210055400018")
    assert changed('schemeID="0002"', 'schemeID="VA"').buyer_ids == ("55210055400018", "FR83552100554")


def test_a_country_abroad_is_the_last_line_of_the_address() -> None:
    old, new = "<cbc:IdentificationCode>FR", "<cbc:IdentificationCode>BE"
    assert changed(old, new).buyer_address == ("12 rue des Forges", "Bâtiment C", "69003 Lyon", "BE")


def test_without_lines_the_note_is_the_purpose_but_not_the_laws() -> None:
    assert read(ubl(Given(names=()))).purpose == "Chantier de la rue des Forges"


def test_without_a_guideline_it_is_plain_ubl() -> None:
    old = "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"
    assert changed(old, "").profile == "UBL"
