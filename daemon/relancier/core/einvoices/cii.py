"""Invoices in the syntax of UN/CEFACT: Factur-X, ZUGFeRD 2 and 1, XRechnung; the accounts in it apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relancier.core.einvoices.accounts import Accounts, sounds
from relancier.core.einvoices.einvoice import EInvoice, PaperKind
from relancier.core.einvoices.invoiced import (
    CORRECTED,
    MOST_LINES,
    Term,
    Totals,
    amount,
    assemble,
    clean,
    day,
    identities,
    kind_of,
    line,
    lines,
    means_of,
    profile_of,
    purpose,
)
from relancier.core.text.trees import Element

INVOICE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
ZUGFERD_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0"
TELLING_NOTES = frozenset({"", "AAI", "SUR"})  # the others are the law's sentences on late payment and taxes
EMPTY = Element("")


@dataclass(frozen=True, slots=True)
class _Names:
    """Where the two generations keep the same things."""

    context: str
    document: str
    transaction: str
    agreement: str
    delivery: str
    settlement: str
    sums: str


_NOW = _Names(
    context="ExchangedDocumentContext",
    document="ExchangedDocument",
    transaction="SupplyChainTradeTransaction",
    agreement="ApplicableHeaderTradeAgreement",
    delivery="ApplicableHeaderTradeDelivery",
    settlement="ApplicableHeaderTradeSettlement",
    sums="SpecifiedTradeSettlementHeaderMonetarySummation",
)
_BEFORE = _Names(
    context="SpecifiedExchangedDocumentContext",
    document="HeaderExchangedDocument",
    transaction="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    delivery="ApplicableSupplyChainTradeDelivery",
    settlement="ApplicableSupplyChainTradeSettlement",
    sums="SpecifiedTradeSettlementMonetarySummation",
)


def is_cii(root: Element) -> bool:
    """Whether a tree is such an invoice (an order is none)."""
    return (root.space, root.name) in {(INVOICE, "CrossIndustryInvoice"), (ZUGFERD_1, "CrossIndustryDocument")}


def read_cii(root: Element) -> EInvoice:
    """The invoice in the tree. Raises ValueError with a sentence where it is not sound."""
    names = _NOW if root.space == INVOICE else _BEFORE
    document = _at(root, names.document)
    trade = _at(root, names.transaction)
    agreement, settlement = _at(trade, names.agreement), _at(trade, names.settlement)
    seller, buyer = _at(agreement, "SellerTradeParty"), _at(agreement, "BuyerTradeParty")
    totals = _totals(_at(settlement, names.sums), settlement.value("InvoiceCurrencyCode"))
    code = document.value("TypeCode")
    kind = kind_of(code, totals.total)
    invoice = EInvoice(
        number=clean(document.value("ID")),
        total=totals.total,
        kind=kind,
        currency=settlement.value("InvoiceCurrencyCode"),
        issued=_date(document.first("IssueDateTime/DateTimeString"), "Its date"),
        delivered=_delivered(_at(trade, names.delivery)),
        seller=_name(seller),
        seller_ids=identities(_ids(seller)),
        buyer=_name(buyer),
        buyer_ids=identities(_ids(buyer)),
        buyer_address=_address(_at(buyer, "PostalTradeAddress")),
        purpose=_purpose(trade, document),
        means=means_of(one.value("TypeCode") for one in settlement.all("SpecifiedTradeSettlementPaymentMeans")),
        credits=_credits(settlement) if kind is PaperKind.CREDIT_NOTE or code.strip() in CORRECTED else (),
        profile=profile_of(root.value(f"{names.context}/GuidelineSpecifiedDocumentContextParameter/ID")),
    )
    return assemble(invoice, totals, tuple(_terms(settlement)))


def accounts_cii(root: Element) -> Accounts:
    """The accounts in the tree, also where the invoice is not sound."""
    names = _NOW if root.space == INVOICE else _BEFORE
    means = f"{names.transaction}/{names.settlement}/SpecifiedTradeSettlementPaymentMeans"
    payees = root.all(f"{means}/PayeePartyCreditorFinancialAccount/IBANID")
    payers = root.all(f"{means}/PayerPartyDebtorFinancialAccount/IBANID")
    return Accounts(sounds(one.text for one in payees), sounds(one.text for one in payers))


def _at(element: Element, path: str) -> Element:
    return element.first(path) or EMPTY


def _totals(sums: Element, currency: str) -> Totals:
    """Sums told in another currency, that of the VAT, are passed over."""

    def told(name: str, what: str) -> Decimal | None:
        found = [one for one in sums.all(name) if one.attributes.get("currencyID", currency) == currency]
        return amount(found[0].text, what) if found else None

    total = told("GrandTotalAmount", "Its total")
    if total is None:
        raise ValueError("It does not tell its total.")
    return Totals(
        total,
        told("TotalPrepaidAmount", "What was prepaid"),
        told("RoundingAmount", "Its rounding") or Decimal(0),
        told("DuePayableAmount", "What is to be paid"),
    )


def _terms(settlement: Element) -> Iterator[Term]:
    for one in settlement.all("SpecifiedTradePaymentTerms"):
        due = _date(one.first("DueDateDateTime/DateTimeString"), "A due date")
        part = one.value("PartialPaymentAmount")
        yield Term(due, amount(part, "An instalment") if part else None)


def _date(element: Element | None, what: str) -> date | None:
    if element is None or not element.text.strip():
        return None
    return day(element.text, what, element.attributes.get("format", ""))


def _delivered(delivery: Element) -> date | None:
    """The day of delivery; none where only a month or a week is told."""
    found = delivery.first("ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString")
    if found is None or found.attributes.get("format", "102") != "102":
        return None
    return _date(found, "The day of delivery")


def _name(party: Element) -> str:
    return line(party.value("Name") or party.value("SpecifiedLegalOrganization/TradingBusinessName"))


def _ids(party: Element) -> Iterator[tuple[str, str]]:
    for path, usual in (("SpecifiedLegalOrganization/ID", ""), ("GlobalID", "none"), ("ID", "none")):
        for one in party.all(path):
            scheme = one.attributes.get("schemeID", usual)
            yield scheme if scheme != "VA" else "none", one.text
    for one in party.all("SpecifiedTaxRegistration/ID"):
        yield one.attributes.get("schemeID", "none"), one.text


def _address(place: Element) -> tuple[str, ...]:
    town = f"{place.value('PostcodeCode')} {place.value('CityName')}"
    country = place.value("CountryID")
    streets = (place.value(f"Line{which}") for which in ("One", "Two", "Three"))
    return lines((*streets, town, "" if country == "FR" else country))[:MOST_LINES]


def _purpose(trade: Element, document: Element) -> str:
    names = [one.text for one in trade.all("IncludedSupplyChainTradeLineItem/SpecifiedTradeProduct/Name")]
    notes = document.all("IncludedNote")
    return purpose(names, [one.value("Content") for one in notes if one.value("SubjectCode") in TELLING_NOTES])


def _credits(settlement: Element) -> tuple[str, ...]:
    """The invoices that a credit note is about, or that a corrected invoice takes the place of."""
    paths = ("InvoiceReferencedDocument/IssuerAssignedID", "InvoiceReferencedDocument/ID")
    return tuple(dict.fromkeys(clean(one.text) for path in paths for one in settlement.all(path) if one.text.strip()))
