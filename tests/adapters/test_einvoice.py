"""Invoices in every profile and syntax, read to the cent through the process that production uses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from tests.adapters.papers_made import (
    GUIDELINES,
    IBAN,
    Given,
    attached,
    cii,
    factur_x,
    page,
    page_of,
    sound,
    ubl,
    zugferd_1,
)

from relancier.adapters.einvoice.caged import CagedReader
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.ports import Paper

WHOLE = EInvoice(
    number="FA-2026-0147",
    total=Decimal("1234.56"),
    kind=PaperKind.INVOICE,
    parts=(Part(date(2026, 12, 3), Decimal("1000.00")),),
    prepaid=Decimal("234.56"),
    currency="EUR",
    issued=date(2026, 11, 3),
    delivered=date(2026, 10, 31),
    seller="Atelier Lumen SAS",
    seller_ids=("732829320", "73282932000018", "FR44732829320"),
    buyer="Ébénisterie Clément & Fils",
    buyer_ids=("552100554", "55210055400018", "FR83552100554"),
    buyer_address=("12 rue des Forges", "Bâtiment C", "69003 Lyon"),
    purpose="Éclairage de l’atelier, Pose & réglages",
    means="30",
)
MINIMUM = replace(
    WHOLE, parts=(), delivered=None, buyer_ids=("552100554",), seller_ids=("732829320", "FR44732829320"),
    buyer_address=(), purpose="", means="", profile="MINIMUM",
)  # fmt: skip
NOTE = "Chantier de la rue des Forges"
EXPECTED = {
    "MINIMUM": MINIMUM,
    "BASIC WL": replace(WHOLE, purpose=NOTE, profile="BASIC WL"),
    "BASIC": replace(WHOLE, profile="BASIC"),
    "EN 16931": replace(WHOLE, profile="EN 16931"),
    "EXTENDED": replace(WHOLE, profile="EXTENDED"),
    "XRechnung": replace(WHOLE, profile="XRechnung"),
    "ZUGFeRD 2.0": replace(WHOLE, profile="EXTENDED"),
}


@pytest.fixture(scope="module")
def reader() -> CagedReader:
    return CagedReader(seconds=20)


def read(reader: CagedReader, content: bytes) -> EInvoice:
    paper = reader.read("facture.pdf", content)
    assert paper.refused == ""
    assert paper.invoice is not None
    return paper.invoice


@pytest.mark.parametrize("profile", GUIDELINES)
def test_each_profile_of_factur_x_is_read_from_its_pdf(reader: CagedReader, profile: str) -> None:
    assert read(reader, factur_x(Given(), profile)) == EXPECTED[profile]


@pytest.mark.parametrize("profile", GUIDELINES)
def test_the_same_data_is_read_from_an_xml_file(reader: CagedReader, profile: str) -> None:
    assert read(reader, cii(Given(), profile)) == EXPECTED[profile]


@pytest.mark.parametrize(("level", "name"), [("basic", "BASIC"), ("comfort", "COMFORT"), ("extended", "EXTENDED")])
@pytest.mark.parametrize("file", ["ZUGFeRD-invoice.xml", "zugferd-invoice.xml"])
def test_the_first_zugferd_is_read(reader: CagedReader, level: str, name: str, file: str) -> None:
    expected = replace(
        WHOLE, purpose="Éclairage de l’atelier", profile=name, seller_ids=("FR44732829320",),
        buyer_ids=("FR83552100554",),
    )  # fmt: skip
    assert read(reader, attached({file: sound(zugferd_1(Given(), level))})) == expected


def test_a_ubl_invoice_is_read(reader: CagedReader) -> None:
    assert read(reader, sound(ubl(Given()))) == replace(WHOLE, profile="EN 16931")


def test_a_ubl_credit_note_is_read(reader: CagedReader) -> None:
    given = Given(number="AV-12", code="381", prepaid="0.00", payable="1234.56", credits=("FA-1", "FA-2"))
    found = read(reader, sound(ubl(given, "CreditNote")))
    part = Part(date(2026, 12, 3), Decimal("1234.56"))
    assert found == replace(
        WHOLE, number="AV-12", kind=PaperKind.CREDIT_NOTE, prepaid=Decimal(0), parts=(part,), credits=("FA-1", "FA-2"),
        profile="EN 16931",
    )  # fmt: skip


def test_a_credit_note_in_a_pdf_names_its_invoice(reader: CagedReader) -> None:
    found = read(reader, factur_x(Given(number="AV-12", code="381", credits=("FA-1",)), "EN 16931"))
    assert (found.kind, found.credits, found.total) == (PaperKind.CREDIT_NOTE, ("FA-1",), Decimal("1234.56"))


def test_instalments_are_read_from_the_extended_profile(reader: CagedReader) -> None:
    terms = (("20270103", "300.00"), ("20261203", "700.00"))
    found = read(reader, factur_x(Given(terms=terms), "EXTENDED"))
    assert found.parts == (Part(date(2026, 12, 3), Decimal(700)), Part(date(2027, 1, 3), Decimal(300)))


def test_no_account_number_is_read_anywhere(reader: CagedReader) -> None:
    for content in (factur_x(Given(names=(f"Virement {IBAN}",)), "EXTENDED"), ubl(Given(note=("", f"IBAN {IBAN}")))):
        assert IBAN not in repr(read(reader, content))


@pytest.mark.parametrize("name", ["factur-x.xml", "xrechnung.xml", "facture 12.XML"])
def test_any_xml_file_embedded_may_be_the_invoice(reader: CagedReader, name: str) -> None:
    content = attached({"note.txt": b"bonjour", name: cii(Given(), "BASIC"), "other.xml": b"<a/>", "bad.xml": b"<a"})
    assert read(reader, content) == EXPECTED["BASIC"]


def reached_by(key: str) -> bytes:
    """A PDF whose embedded file only one of the two ways leads to; the name tree is two levels deep."""
    writer = PdfWriter(clone_from=BytesIO(attached({"factur-x.xml": cii(Given(), "BASIC")})))
    root = writer.root_object
    tree = root["/Names"]["/EmbeddedFiles"]  # type: ignore[index]
    names = tree["/Names"]
    if key == "/AF":
        root[NameObject("/AF")] = ArrayObject([names[1]])
        del root["/Names"]
    else:
        leaf = DictionaryObject({NameObject("/Names"): names})
        middle = DictionaryObject({NameObject("/Kids"): ArrayObject([writer._add_object(leaf)])})
        del tree["/Names"]
        tree[NameObject("/Kids")] = ArrayObject([writer._add_object(middle)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("key", ["/AF", "/Kids"])
def test_both_ways_to_an_embedded_file_are_followed(reader: CagedReader, key: str) -> None:
    assert read(reader, reached_by(key)) == EXPECTED["BASIC"]


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(attached({"factur-x.xml": cii(Given(), "BASIC")})))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_that_opens_without_a_password_is_read(reader: CagedReader) -> None:
    assert read(reader, encrypted("")) == EXPECTED["BASIC"]


def test_a_pdf_with_a_password_is_refused(reader: CagedReader) -> None:
    assert "protected" in reader.read("x.pdf", encrypted("secret")).refused


def test_a_cipher_that_no_library_here_knows_is_refused(reader: CagedReader) -> None:
    aes = b"/V 4 /CF <</StdCF <</CFM /AESV2 /Length 16>>>> /StmF /StdCF /StrF /StdCF"
    content = encrypted("").replace(b"/V 2", aes).replace(b"/R 3", b"/R 4")
    assert "protected" in reader.read("x.pdf", content).refused


def test_a_broken_cross_reference_does_no_harm(reader: CagedReader) -> None:
    content = attached({"factur-x.xml": cii(Given(), "BASIC")})
    at = content.rindex(b"startxref")
    assert read(reader, content[:at] + b"startxref\n99999999\n%%EOF") == EXPECTED["BASIC"]
    assert read(reader, b"some bytes before\n" + content) == EXPECTED["BASIC"]


def test_two_different_invoices_in_one_pdf_are_refused(reader: CagedReader) -> None:
    one, other = cii(Given(), "BASIC"), cii(Given(number="FA-2"), "BASIC")
    assert "two different invoices" in reader.read("x", attached({"a.xml": one, "b.xml": other})).refused
    assert read(reader, attached({"factur-x.xml": one, "xrechnung.xml": one})) == EXPECTED["BASIC"]


def test_data_that_is_broken_is_refused_even_where_the_page_is_clear(reader: CagedReader) -> None:
    rows = ["Facture n° FA-1", "Échéance : 30/11/2026", "Total TTC : 120,00 €"]
    assert read(reader, page(rows)).exact is False
    for content in (b"<a", b"<!DOCTYPE a><a/>", cii(Given(payable="1.00"), "BASIC")):
        paper = reader.read("x.pdf", attached({"factur-x.xml": content}, rows))
        assert paper.invoice is None
        assert paper.refused


def test_a_page_without_data_is_read_by_its_text(reader: CagedReader) -> None:
    rows = [
        "Atelier Lumen SAS", "Facture n° FA-2026-0147", "Date de facture : 03/11/2026", "Total HT : 1 028,80 €",
        "Total TTC : 1 234,56 €", "Échéance : 3 décembre 2026", f"IBAN : {IBAN}",
    ]  # fmt: skip
    found = read(reader, page_of(tuple(rows), ("Conditions générales",)))
    total = Decimal("1234.56")
    assert found == EInvoice(
        number="FA-2026-0147", total=total, parts=(Part(date(2026, 12, 3), total),), issued=date(2026, 11, 3),
        exact=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        page(["Bon de livraison n° 12"]),
        page_of(*([("Facture n° FA-1", "Échéance : 30/11/2026", "Total TTC : 120,00 €")] * 9)),
        attached({"order-x.xml": b'<O xmlns="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"/>'}),
        b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>',
        b'<Invoice xmlns="urn:example"/>',
    ],
    ids=["delivery note", "nine pages", "order-x", "order", "another format"],
)
def test_what_is_no_invoice_is_neither_read_nor_refused(reader: CagedReader, content: bytes) -> None:
    assert reader.read("x", content) == Paper()


LAYOUTS = {
    "columns": """#grid(columns: (1fr, 1fr), [*Atelier Lumen SAS* \\ 69003 Lyon], align(right)[*FACTURE N° FA-77* \\
Date : 03/11/2026 \\ Échéance : 03/12/2026 \\ Client : C0042])
#table(columns: (4fr, 1fr, 1fr), [Désignation], [Qté], [Total HT], [Éclairage], [2], [1 028,80 €])
#align(right, table(columns: 2, [Total HT], [1 028,80 €], [TVA 20 %], [205,76 €], [Total TTC], [*1 234,56 €*]))
Indemnité forfaitaire : 40 €. IBAN : FR76 3000 6000 0112 3456 7890 189. Merci de rappeler le n° de facture FA-77.""",
    "below": """= Facture FA-77
#grid(columns: 3, gutter: 1cm, [*Date de la facture :* \\ 03/11/2026], [*Date d'échéance :* \\ 03/12/2026], [S00042])
#align(right, table(columns: (4cm, 3cm), [Montant HT], [1 028,80 €], [TVA], [205,76 €], [Montant dû], [1 234,56 €]))""",
    "headings": """#table(columns: 4, [N° facture], [Date], [Échéance], [Client],
[FA-77], [03/11/2026], [03/12/2026], [C1])
#table(columns: 2, [Net à payer], [1 234,56 €])""",
    "english": """= INVOICE
Invoice number: FA-77 \\ Invoice date: 3 November 2026 \\ Due date: 3 December 2026
#table(columns: 2, [Subtotal], [EUR 1,028.80], [VAT 20%], [EUR 205.76], [Amount due], [EUR 1,234.56])""",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_pages_as_programs_lay_them_out_are_read(reader: CagedReader, layout: str) -> None:
    typst = pytest.importorskip("typst")
    found = read(reader, typst.compile(layout.encode()))
    total = Decimal("1234.56")
    part = Part(date(2026, 12, 3), total)
    issued = date(2026, 11, 3)
    assert found == EInvoice(number="FA-77", total=total, parts=(part,), issued=issued, exact=False)


def test_what_factur_x_embeds_is_where_it_should_be() -> None:
    names = list(PdfReader(BytesIO(factur_x(Given(), "BASIC"))).attachments)
    assert names == [TextStringObject("factur-x.xml")]
