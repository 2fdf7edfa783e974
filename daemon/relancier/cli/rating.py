"""What `check` says of late interest: a contract's rate below the floor, a half-year whose official rate is missing."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from relancier.core.case import Invoice
from relancier.core.money import Rates, below_floor, half_year
from relancier.core.problem import Problem

PUBLISHED = (
    "the ECB publishes it (key ECB interest rates, main refinancing operations), the Banque de France the legal rate"
)
HALF = timedelta(days=184)  # no half-year is longer


def rate_warnings(
    contract: Decimal | None, rates: Rates, invoices: Iterable[Invoice], today: date
) -> Iterator[Problem]:
    """Warnings for the present half-year and for every one in which an unpaid invoice bears interest."""
    starts = sorted({half_year(today), *(start for invoice in invoices for start in _late_in(invoice, today))})
    if contract is not None:
        low = [start for start in starts if below_floor(contract, start, rates)]
        yield from (_too_low(contract, start, rates) for start in low)
    unknown = [start for start in starts if not rates.knows(start)]
    yield from (_unknown(start) for start in unknown if contract is None or start == half_year(today))


def _late_in(invoice: Invoice, today: date) -> Iterator[date]:
    """The half-years in which the invoice bears interest, the present one last."""
    day = invoice.due + timedelta(days=1)
    if invoice.amount_due <= 0 or not invoice.customer.professional:
        return
    while day <= today:
        yield half_year(day)
        day = half_year(half_year(day) + HALF)


def _too_low(contract: Decimal, start: date, rates: Rates) -> Problem:
    least = f"{rates.floor(start)} % in the half-year from {start}"
    text = f"{contract} % is below three times the legal rate, {least}, which the law sets as the least; raise it."
    return Problem("config.toml: late_interest.rate", text, warning=True)


def _unknown(start: date) -> Problem:
    lacking = f"the half-year from {start} has no rate, so no message names a figure"
    return Problem("rates.toml", f"{lacking}; {PUBLISHED}; write both into late_interest.rates_file.", warning=True)
