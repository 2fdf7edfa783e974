"""Discount for early payment (escompte), and what else leaves nothing to ask for: the one place that decides on it.

A payment that leaves just the discount agreed, made in time, has paid the whole; made too late, a person decides.
"""

from decimal import Decimal
from enum import StrEnum

from relancier.core.case import Because, Case, Invoice, Kind
from relancier.core.workdays import Calendar
from relancier.core.world import Close, Short

ROUNDING = Decimal("0.01")
BOOKED_WITHIN = 2  # banking days after which books show a payment of which they do not know the day


class Taken(StrEnum):
    """Whether a discount was taken off, and in time for it."""

    NO = "no"
    IN_TIME = "in_time"
    LATE = "late"


def is_all_left(invoice: Invoice, amount_due: Decimal) -> bool:
    """Whether what is left is just the discount agreed, to the cent of a rounding."""
    if invoice.discount <= 0 or invoice.discount_until is None or not 0 < amount_due < invoice.payable:
        return False
    return abs(amount_due - invoice.discount) <= ROUNDING


def taken(case: Case, calendar: Calendar) -> Taken:
    """Whether the customer took the discount off, and whether what is known of the day lets them.

    The day is that which a person or the bank told; of what the books show it is that of the books which first did,
    with the days that booking takes.
    """
    until = case.invoice.discount_until
    if until is None or not is_all_left(case.invoice, case.amount_due):
        return Taken.NO
    if case.paid_on is not None and case.paid_by_order >= case.invoice.paid:
        return Taken.IN_TIME if case.paid_on <= until else Taken.LATE
    shown = case.shown_on or calendar.local_day(case.opened_at)
    return Taken.IN_TIME if shown <= calendar.add_working_days(until, BOOKED_WITHIN) else Taken.LATE


def covered(invoice: Invoice) -> bool:
    """Whether the books say that money has paid it, be it less the discount; what credit notes ended is not."""
    return invoice.payable > 0 and (invoice.amount_due <= 0 or is_all_left(invoice, invoice.amount_due))


def cancelled(invoice: Invoice) -> bool:
    """Whether credit notes leave nothing of it."""
    return invoice.credited > 0 and invoice.payable <= 0


def settled(invoice: Invoice) -> bool:
    """Whether its own source asks for nothing any more: paid, be it less the discount, or cancelled."""
    return invoice.amount_due <= 0 or covered(invoice)


def _asked_for_again(case: Case) -> bool:
    """Whether the books owe again what all told payments cover: a person says which of them is right."""
    return case.invoice.amount_due > 0 and any(hold.because is Because.OWED_AGAIN for hold in case.holds)


def over(case: Case, calendar: Calendar) -> Close | Short | None:
    """What ends a case by its amounts alone, if anything does."""
    invoice = case.invoice
    if cancelled(invoice):
        return Close(_cancelled_by(invoice), cancelled=True)
    if case.amount_due <= 0:
        return None if _asked_for_again(case) else Close("paid in full by the books")
    found = taken(case, calendar)
    if found is Taken.NO or (found is Taken.LATE and decided(case)):
        return None
    until = f"the discount agreed until {invoice.discount_until}"
    if found is Taken.IN_TIME:
        return Close(f"paid, less {case.amount_due:.2f}, {until}")
    return Short(f"{case.amount_due:.2f} was taken off, {until}, but paid later", reference(case))


def reference(case: Case) -> str:
    """What tells one such payment from another: a person decides on each once."""
    return f"discount|{case.invoice.payable - case.amount_due:.2f}"


def decided(case: Case) -> bool:
    """Whether this very payment was put before a person already."""
    return f"{Kind.SHORT.value}:{reference(case)}" in case.applied


def _cancelled_by(invoice: Invoice) -> str:
    notes = ", ".join(invoice.credit_notes)
    many = "notes" if len(invoice.credit_notes) > 1 else "note"
    return f"cancelled by credit {many} {notes}" if notes else "cancelled by a credit note"
