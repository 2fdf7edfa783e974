"""What every form of electronic invoice is held to: how its values are read, and what makes them one sound invoice."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part

MOST = Decimal(10) ** 12
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_NUMBER, LONGEST_LINE, MOST_LINES, MOST_PARTS, MOST_LISTED = 64, 200, 6, 120, 500
DIRECT_DEBIT = ("59", "49")
KINDS = {
    **dict.fromkeys(("380", "326", "383", "384", "389", "471", "751"), PaperKind.INVOICE),
    **dict.fromkeys(
        ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"), PaperKind.CREDIT_NOTE
    ),
    **dict.fromkeys(("386", "500"), PaperKind.DEPOSIT),
    "325": PaperKind.PROFORMA,
}
FACTORED = frozenset({"393", "472", "473", "501"})
CORRECTED = frozenset({"384", "471"})  # they stand in the place of the invoice that they name
_AMOUNT = re.compile(r"([+-]?)(\d{0,15})(?:\.(\d{0,20}))?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b")
_LINK = re.compile(r"\b(?:https?|ftp|mailto):|\bwww\.", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9]{1,3}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_IDENTITY = re.compile(r"[A-Z0-9]{4,20}")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of payment: by which day, and how much of it where the invoice says."""

    due: date | None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums at the foot of an invoice; None where it does not tell."""

    total: Decimal
    prepaid: Decimal | None = None
    rounding: Decimal = Decimal(0)
    payable: Decimal | None = None


def amount(text: str, what: str) -> Decimal:
    """A sum in whole cents. Raises ValueError."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]) or (match[3] or "").rstrip("0")[2:]:
        raise ValueError(f"{what} is no amount in whole cents: {clean(text)[:30]!r}.")
    value = Decimal(f"{match[1]}{match[2] or '0'}.{match[3] or '0'}").quantize(Decimal("0.01"))
    return value or Decimal("0.00")


def day(text: str, what: str, form: str = "") -> date:
    """A day as CII (20261231) or UBL (2026-12-31) writes it. Raises ValueError."""
    found = re.fullmatch(r"(\d{4})(-?)(\d\d)\2(\d\d)(?:Z|[+-]\d\d:\d\d)?", text.strip(), re.ASCII)
    if found is None or form not in {"", "102"}:
        raise ValueError(f"{what} is no date: {clean(text)[:30]!r}.")
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError(f"{what} is no date: {text.strip()!r}.") from None


def clean(text: str) -> str:
    """A text as one line, without control and hidden characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def line(text: str, most: int = LONGEST_LINE) -> str:
    """A text as one bounded line; '' where it holds a link or an account number, which never come from a paper."""
    flat = clean(text)
    if _LINK.search(flat) or _IBAN.search(flat):
        return ""
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Those texts that say anything, as lines."""
    return tuple(flat for text in texts if (flat := line(text)))


def purpose(names: Sequence[str], notes: Sequence[str]) -> str:
    """What the invoice is for: its first lines' names, or what its note says."""
    found = tuple(dict.fromkeys(lines(names[:20])))[:3]
    return line(", ".join(found)) if found else next(iter(lines(notes[:5])), "")


def identities(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """SIREN, SIRET and VAT numbers out of pairs of a scheme and a value: 0002, 0009, VA; '' where none is told."""
    kept = []
    for scheme, value in found:
        flat = re.sub(r"[\s.\-]", "", clean(value)).upper()
        digits = {"0002": (9,), "0009": (14,), "": (9, 14)}.get(scheme)
        company = digits is not None and flat.isascii() and flat.isdigit() and len(flat) in digits
        if company or (scheme == "VA" and _IDENTITY.fullmatch(flat)):
            kept.append(flat)
    return tuple(dict.fromkeys(kept))


def kind_of(code: str, total: Decimal) -> PaperKind:
    """What sort of paper a type code stands for; an invoice below zero is a credit note. Raises ValueError."""
    if code.strip() in FACTORED:
        raise ValueError("It was sold to a factor, who is to be paid: list it with its factor in the books.")
    kind = KINDS.get(code.strip())
    if kind is None:
        raise ValueError(f"Its type code {clean(code)[:10]!r} is not one of an invoice or credit note that is read.")
    return PaperKind.CREDIT_NOTE if total < 0 else kind


def means_of(codes: Iterable[str]) -> str:
    """How it is paid: a direct debit where any of the ways is one, since nobody is to be chased for that."""
    found = [code.strip() for code in codes if _CODE.fullmatch(code.strip())]
    return next((code for code in found if code in DIRECT_DEBIT), found[0] if found else "")


def profile_of(guideline: str) -> str:
    """The short name of a profile, from the guideline that the file says it follows."""
    told = clean(guideline).lower()
    last = re.split(r"[:#]", told)[-1]
    names = {"minimum": "MINIMUM", "basicwl": "BASIC WL", "basic": "BASIC", "extended": "EXTENDED"}
    for mark, name in (("xrechnung", "XRechnung"), ("peppol", "Peppol"), ("extended-ctc-fr", "EXTENDED CTC FR")):
        if mark in told:
            return name
    if "ferd" in told and last == "comfort":
        return "COMFORT"
    return names.get(last) or ("EN 16931" if "en16931" in told else line(told, 60))


def assemble(invoice: EInvoice, totals: Totals, terms: Sequence[Term]) -> EInvoice:
    """The invoice with its sums and parts, once they agree with each other. Raises ValueError with a sentence.

    Its total is what is asked in all, rounding included; of a paper below zero every sum changes its sign. What was
    prepaid is what the sum to be paid leaves of it.
    """
    total = totals.total + totals.rounding
    prepaid = totals.prepaid or Decimal(0)
    payable = total - prepaid if totals.payable is None else totals.payable
    if totals.prepaid is not None and total - prepaid != payable:
        raise ValueError(f"Its totals contradict each other: {total} less {prepaid} is not {payable}.")
    sign = -1 if total < 0 else 1
    signed = [replace(term, amount=None if term.amount is None else term.amount * sign) for term in terms]
    parts = _parts(signed, payable * sign)
    return checked(replace(invoice, total=total * sign, prepaid=(total - payable) * sign, parts=parts))


def _parts(terms: Sequence[Term], payable: Decimal) -> tuple[Part, ...]:
    """What is to be paid by when. Several days without amounts: all by the last, so that nobody is asked too soon."""
    told = [term for term in terms if term.amount is not None]
    days = [term.due for term in terms if term.due is not None]
    if payable < 0 or not (days or told):
        return ()
    if not told:
        return (Part(max(days), payable),)
    parts: dict[date, Decimal] = {}
    for term in told:
        if term.due is None:
            raise ValueError("One of its instalments has no due date.")
        parts[term.due] = parts.get(term.due, Decimal(0)) + (term.amount or Decimal(0))
    if sum(parts.values()) != payable:
        raise ValueError(f"Its instalments are {sum(parts.values())} in all, not the {payable} that are to be paid.")
    return tuple(Part(due, parts[due]) for due in sorted(parts))


def checked(invoice: EInvoice) -> EInvoice:
    """The same invoice, if every value is within reason. Raises ValueError with a sentence."""
    number = invoice.number
    if not number or len(number) > LONGEST_NUMBER or number != clean(number):
        raise ValueError(f"It has no usable number: {clean(number)[:LONGEST_NUMBER]!r}.")
    if not _CURRENCY.fullmatch(invoice.currency):
        raise ValueError(f"Its currency is none: {clean(invoice.currency)[:10]!r}.")
    sums = (invoice.total, invoice.prepaid, *(part.amount for part in invoice.parts))
    if not all(_sound(value) for value in sums) or invoice.total < 0:
        raise ValueError("One of its amounts is beyond all measure.")
    if any(part.amount < 0 for part in invoice.parts) or len(invoice.parts) > MOST_PARTS:
        raise ValueError("Its instalments are beyond all measure.")
    left = invoice.total - invoice.prepaid
    if invoice.parts and sum(part.amount for part in invoice.parts) != left:
        raise ValueError("Its instalments do not add up.")
    days = (invoice.issued, invoice.delivered, *(part.due for part in invoice.parts))
    if not all(one is None or FIRST_DAY <= one <= LAST_DAY for one in days):
        raise ValueError("One of its dates lies outside 1990 to 2100.")
    if not _bounded(invoice):
        raise ValueError("One of its texts is beyond all measure.")
    return invoice


def _sound(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= MOST and value == value.quantize(Decimal("0.01"))


def _bounded(invoice: EInvoice) -> bool:
    single = (invoice.seller, invoice.buyer, invoice.purpose, invoice.profile)
    many = (invoice.buyer_address, invoice.seller_ids, invoice.buyer_ids, invoice.credits)
    sizes = all(len(some) <= MOST_LISTED for some in many) and len(invoice.means) <= 3
    return sizes and all(len(text) <= LONGEST_LINE and text == clean(text) for some in (single, *many) for text in some)
