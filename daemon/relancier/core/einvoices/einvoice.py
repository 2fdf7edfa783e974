"""An invoice as its own file tells it: the data inside a Factur-X PDF, a UBL or CII file, or what its text shows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PaperKind(StrEnum):
    """What sort of paper it is (UNTDID 1001)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    DEPOSIT = "deposit"
    PROFORMA = "proforma"


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be paid by one day."""

    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """One invoice or credit note; `exact` where it comes from data, not from the text of a page.

    `total` includes VAT, `prepaid` was paid or deducted before, `parts` sum to what is left to pay (one part, in most;
    none where no due date is told). `seller_ids` and `buyer_ids` are SIREN, SIRET, VAT numbers, without spaces.
    `credits` are the numbers of the invoices that a credit note is about, `means` how it is paid (UNTDID 4461: "59" is
    a SEPA direct debit). Bank details and links are not part of it.
    """

    number: str
    total: Decimal
    kind: PaperKind = PaperKind.INVOICE
    parts: tuple[Part, ...] = ()
    prepaid: Decimal = Decimal(0)
    currency: str = "EUR"
    issued: date | None = None
    delivered: date | None = None
    seller: str = ""
    seller_ids: tuple[str, ...] = ()
    buyer: str = ""
    buyer_ids: tuple[str, ...] = ()
    buyer_address: tuple[str, ...] = ()
    purpose: str = ""
    means: str = ""
    credits: tuple[str, ...] = ()
    exact: bool = True
    profile: str = ""
