"""Example values of a message about an invoice that is paid in part."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from relancier.core.money import Money
from relancier.core.writing.samples import euros

PAID_ON = (date(2026, 6, 3), date(2026, 6, 12))


def part_paid(fields: Mapping[str, object], *, on: tuple[date, ...] = PAID_ON) -> dict[str, object]:
    """The same with its first invoice paid in part, after a credit note; the figures add up."""
    rows: Any = fields["invoices"]
    credited, paid = euros("165.44"), euros("400.00")
    left = (money for money in (rows[0]["amount_due"], rows[0]["disputed"], credited, paid) if money)
    amount = Money(sum((money.amount for money in left), Decimal(0)))
    told = {"amount": amount, "credited": credited, "paid": paid, "paid_on": on}
    return {**fields, **told, "invoices": ({**rows[0], **told}, *rows[1:])}
