"""Retention money (retenue de garantie): its own part of the invoice, due a year after the works were accepted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from relancier.adapters.invoices import cells
from relancier.adapters.invoices.rows import Row
from relancier.core.case import Invoice

PART = "retention"
NOTHING = Decimal(0)


def parts(row: Row, invoice: Invoice, retained: Decimal) -> list[Invoice]:
    """The invoice without its retention, and the retention where it is known when that falls due."""
    if not retained:
        return [invoice]
    if retained >= invoice.payable + invoice.credited:
        row.error("retention", f"{retained:.2f} is all of {invoice.number}; write what is kept back of it, as in 5 %.")
        return [invoice]
    due = row.value("retention_due", cells.day, None) or _a_year_after(row.value("accepted", cells.day, None))
    if due is not None and due <= invoice.due:
        return [invoice]
    main, kept = _split(invoice, retained)
    if due is None:
        text = f"it is not known when {retained:.2f} of {invoice.number} falls due, so that is not chased; add the day."
        row.warning("retention", text)
        return [main]
    return [main, replace(kept, due=due)]


def _split(invoice: Invoice, retained: Decimal) -> tuple[Invoice, Invoice]:
    """What was credited and paid counts for the main part first."""
    most = invoice.amount - retained - invoice.deposit
    credited = min(invoice.credited, most)
    paid = min(invoice.paid, most - credited)
    main = replace(invoice, retained=retained, credited=credited, paid=paid)
    kept = replace(
        invoice,
        amount=retained,
        deposit=NOTHING,
        credited=invoice.credited - credited,
        paid=invoice.paid - paid,
        discount=NOTHING,
        discount_until=None,
        part=PART,
    )
    return main, kept


def _a_year_after(accepted: date | None) -> date | None:
    if accepted is None:
        return None
    leap = (accepted.month, accepted.day) == (2, 29)
    return date(accepted.year + 1, 3, 1) if leap else accepted.replace(year=accepted.year + 1)


def together(one: Invoice, other: Invoice) -> Invoice:
    """The retention of two parts of an invoice that fall due on the same day."""
    return replace(
        one,
        amount=one.amount + other.amount,
        credited=one.credited + other.credited,
        credit_notes=tuple(dict.fromkeys((*one.credit_notes, *other.credit_notes))),
        paid=one.paid + other.paid,
    )
