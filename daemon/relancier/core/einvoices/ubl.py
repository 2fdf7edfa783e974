"""Invoices and credit notes in UBL 2.1, as Peppol, XRechnung and the French platforms use it; its accounts apart."""

from collections.abc import Iterator
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

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
EMPTY = Element("")


def is_ubl(root: Element) -> bool:
    """Whether a tree is such an invoice or credit note."""
    return root.name in {"Invoice", "CreditNote"} and root.space == f"{SPACE}{root.name}-2"


def read_ubl(root: Element) -> EInvoice:
    """The invoice in the tree. Raises ValueError with a sentence where it is not sound."""
    seller = root.first("AccountingSupplierParty/Party") or EMPTY
    buyer = root.first("AccountingCustomerParty/Party") or EMPTY
    totals = _totals(root)
    kind, code = _kind(root, totals.total)
    invoice = EInvoice(
        number=clean(root.value("ID")),
        total=totals.total,
        kind=kind,
        currency=root.value("DocumentCurrencyCode"),
        issued=_date(root.value("IssueDate"), "Its date"),
        delivered=_date(root.value("Delivery/ActualDeliveryDate"), "The day of delivery"),
        seller=_name(seller),
        seller_ids=identities(_ids(seller)),
        buyer=_name(buyer),
        buyer_ids=identities(_ids(buyer)),
        buyer_address=_address(buyer.first("PostalAddress") or EMPTY),
        purpose=_purpose(root),
        means=means_of(one.text for one in root.all("PaymentMeans/PaymentMeansCode")),
        credits=_credits(root) if kind is PaperKind.CREDIT_NOTE or code in CORRECTED else (),
        profile=profile_of(root.value("CustomizationID")) or "UBL",
    )
    return assemble(invoice, totals, tuple(_terms(root)))


def accounts_ubl(root: Element) -> Accounts:
    """The accounts in the tree, also where the invoice is not sound."""
    payees = root.all("PaymentMeans/PayeeFinancialAccount/ID")
    paths = ("PaymentMeans/PaymentMandate/PayerFinancialAccount/ID", "PaymentMeans/PayerFinancialAccount/ID")
    payers = (one.text for path in paths for one in root.all(path))
    return Accounts(sounds(one.text for one in payees), sounds(payers))


def _kind(root: Element, total: Decimal) -> tuple[PaperKind, str]:
    usual = "381" if root.name == "CreditNote" else "380"
    code = root.value(f"{root.name}TypeCode") or usual
    kind = kind_of(code, total)
    if root.name == "CreditNote" and kind is not PaperKind.CREDIT_NOTE:
        raise ValueError(f"It is a credit note by its form, yet its type code is {code!r}.")
    return kind, code


def _totals(root: Element) -> Totals:
    sums, currency = root.first("LegalMonetaryTotal") or EMPTY, root.value("DocumentCurrencyCode")
    if not currency:
        raise ValueError("It does not tell its currency.")

    def told(name: str, what: str) -> Decimal | None:
        one = sums.first(name)
        if one is None:
            return None
        if one.attributes.get("currencyID", currency) != currency:
            raise ValueError(f"{what} is told in another currency than its own.")
        return amount(one.text, what)

    payable, total = told("PayableAmount", "What is to be paid"), told("TaxInclusiveAmount", "Its total")
    if total is None:
        raise ValueError("It does not tell its total.")
    rounding = told("PayableRoundingAmount", "Its rounding") or Decimal(0)
    return Totals(total, told("PrepaidAmount", "What was prepaid"), rounding, payable)


def _terms(root: Element) -> Iterator[Term]:
    """The due date of the whole, and instalments; where those have amounts, only they count."""
    for path in ("DueDate", "PaymentMeans/PaymentDueDate"):
        for one in root.all(path):
            yield Term(_date(one.text, "A due date"))
    for one in root.all("PaymentTerms"):
        due = _date(one.value("PaymentDueDate"), "A due date")
        part = one.value("Amount")
        if due is not None or part:
            yield Term(due, amount(part, "An instalment") if part else None)


def _date(text: str, what: str) -> date | None:
    return day(text, what) if text.strip() else None


def _name(party: Element) -> str:
    return line(party.value("PartyLegalEntity/RegistrationName") or party.value("PartyName/Name"))


def _ids(party: Element) -> Iterator[tuple[str, str]]:
    for path, usual in (("PartyLegalEntity/CompanyID", ""), ("PartyIdentification/ID", "none")):
        for one in party.all(path):
            scheme = one.attributes.get("schemeID", usual)
            yield scheme if scheme != "VA" else "none", one.text
    for one in party.all("PartyTaxScheme"):
        yield "VA" if one.value("TaxScheme/ID") == "VAT" else "none", one.value("CompanyID")


def _address(place: Element) -> tuple[str, ...]:
    town = f"{place.value('PostalZone')} {place.value('CityName')}"
    country = place.value("Country/IdentificationCode")
    streets = (place.value(path) for path in ("StreetName", "AdditionalStreetName", "AddressLine/Line"))
    return lines((*streets, town, "" if country == "FR" else country))[:MOST_LINES]


def _purpose(root: Element) -> str:
    names = [one.text for one in root.all(f"{root.name}Line/Item/Name")]
    notes = [one.text for one in root.all("Note") if not one.text.strip().startswith("#")]
    return purpose(names, notes)


def _credits(root: Element) -> tuple[str, ...]:
    """The invoices that a credit note is about, or that a corrected invoice takes the place of."""
    found = root.all("BillingReference/InvoiceDocumentReference/ID")
    return tuple(dict.fromkeys(clean(one.text) for one in found if one.text.strip()))
