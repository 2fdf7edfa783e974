"""The fields of the digest's template from what was gathered."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from relancier.core.money import Money
from relancier.core.orders.choices import mail_link
from relancier.core.overviews.digest import Line, Section
from relancier.core.overviews.figures import AGES, Aged, Balance, Falling
from relancier.core.overviews.picture import aged_bar
from relancier.work.inbox.asking import Fields
from relancier.work.morning.day import Gathered
from relancier.work.setup import Setup
from relancier.work.writing.words import company_fields

CHART = "balance@relancier"


def digest_fields(gathered: Gathered, setup: Setup, token: str) -> Fields:
    """Everything that the digest may say; an empty section is an empty tuple."""
    own, day = setup.config.mailbox.address, gathered.day
    sections = {section.value: tuple(_line(line, token, own) for line in day.section(section)) for section in Section}
    return {
        **company_fields(setup),
        **sections,
        "today": day.today,
        "count": len(day.lines[Section.LEAVING]),
        "reason": gathered.stopped,
        "detail": gathered.stopped_detail,
        "nothing": day.nothing and not gathered.stopped,
        "purged": gathered.purged or None,
        "ages": tuple(_ages(gathered.balances)),
        "unplaced": tuple({"count": count, "amount": amount} for count, amount in gathered.unplaced),
        "falling": tuple(_falling(gathered.falling)),
        "chart": f"cid:{CHART}" if chart(gathered.balances) else None,
    }


def chart(found: Sequence[Balance]) -> bytes:
    """The picture of the balance in the currency of most invoices; b'' where nothing is owed."""
    return aged_bar(found[0].total.amounts) if found else b""


def _line(line: Line, token: str, own: str) -> Fields:
    return {
        "number": line.number,
        "customer": line.customer,
        "sum": line.sum,
        "on": line.on,
        "step": line.step,
        "channel": line.channel,
        "whom": line.whom,
        "detail": line.detail,
        "order": line.order,
        "link": mail_link(line.order, token, own) if line.order else None,
        "count": line.count,
        "rest": line.rest,
    }


def _ages(found: Iterable[Balance]) -> Iterable[Fields]:
    """A row for each age of each currency, and one for the whole."""
    for balance in found:
        yield from _rows(balance.total)


def _rows(aged: Aged) -> Iterable[Fields]:
    for age, amount, count in zip(AGES, aged.amounts, aged.counts, strict=True):
        yield {"age": f"age_{age}", "count": count, "amount": Money(amount, aged.currency)}
    yield {"age": "age_all", "count": aged.count, "amount": Money(aged.total, aged.currency)}


def _falling(found: Iterable[Falling]) -> Iterable[Fields]:
    """A row for each span and currency; none where nothing falls due at all."""
    spans = tuple(found)
    for span in spans if spans and spans[-1].count else ():
        for currency, amount in span.sums or (("EUR", Decimal(0)),):
            yield {"days": span.days, "count": span.count, "amount": Money(amount, currency)}
