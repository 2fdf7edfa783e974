"""Until when a claim can be pursued: 5 years between professionals, 2 from a consumer.

Code de commerce L110-4, Code de la consommation L218-2. Counted from the end of delivery, else the invoice's own date,
else its due date: the earliest day that can be meant. A written acknowledgement begins it anew (Code civil 2240);
whether a promise was one is for a person to judge, so that warnings keep to the earlier day.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from relancier.core.case import Case, Event, Invoice, Kind

PROFESSIONAL, CONSUMER = 5, 2
WARNED_BEFORE = 6  # months
ACKNOWLEDGES = frozenset({Kind.PROMISED, Kind.INSTALMENTS})


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day without any acknowledgement and, where one was recorded, its day and the later last day."""

    on: date
    acknowledged_on: date | None = None
    restarted: date | None = None


def limitation_on(invoice: Invoice) -> date:
    """The last day on which the claim can surely still be pursued."""
    return _years(invoice, invoice.delivered or invoice.issued or invoice.due)


def limitation(case: Case, events: Iterable[Event], acknowledged: Iterable[date] = ()) -> Limitation:
    """The same beside what acknowledgements recorded since may have made of it; `acknowledged` are further days."""
    days = [event.at.date() for event in events if event.kind in ACKNOWLEDGES]
    last = max([*days, *acknowledged], default=None)
    return Limitation(limitation_on(case.invoice), last, _years(case.invoice, last) if last else None)


def warn_from(invoice: Invoice) -> date:
    """The day from which it is told, half a year before."""
    last = limitation_on(invoice)
    month = last.month - WARNED_BEFORE
    return _day(last.year + (month - 1) // 12, (month - 1) % 12 + 1, last.day)


def to_be_told(case: Case) -> date | None:
    """From which day a person is to be told; None where that has happened, or nothing is open any more."""
    return None if case.ended or mark_of(case.invoice) in case.applied else warn_from(case.invoice)


def reference(invoice: Invoice) -> str:
    """What the event that tells it stems from: another day is told anew."""
    return limitation_on(invoice).isoformat()


def mark_of(invoice: Invoice) -> str:
    """The mark that the event leaves on the case."""
    return f"{Kind.LIMITATION.value}:{reference(invoice)}"


def _years(invoice: Invoice, start: date) -> date:
    years = PROFESSIONAL if invoice.customer.professional else CONSUMER
    return _day(start.year + years, start.month, start.day)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the last one of a month that has none such."""
    return date(year, month, min(day, monthrange(year, month)[1]))
