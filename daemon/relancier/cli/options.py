"""What several commands take: dates, amounts, and which invoices are meant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

import click

from relancier.adapters.invoices import cells


class Day(click.ParamType[date]):
    """A date, 2026-12-31 or 31/12/2026."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return cells.day(value.strip())
        except ValueError as error:
            self.fail(f'"{value}" {error}', param, ctx)


class Amount(click.ParamType[Decimal]):
    """An amount, 1234.56 or 1 234,56."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        try:
            found = cells.amount(value.strip())
        except ValueError as error:
            self.fail(f'"{value}" {error}', param, ctx)
        if found <= 0:
            self.fail(f'"{value}" must be more than zero.', param, ctx)
        return found


DAY = Day()
AMOUNT = Amount()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases a person means, and their remark."""

    invoice: str = ""
    customer: str = ""
    due: date | None = None
    note: str = ""


Command = Callable[..., Any]


def chosen(*, customer: bool = True, note: bool = True, needed: bool = True) -> Callable[[Command], Command]:
    """INVOICE, --due and, where they make sense, --customer and --note, handed over as a Choice."""
    options = [
        click.argument("invoice", required=needed and not customer, default="" if customer or not needed else None),
        click.option("--due", type=DAY, metavar="DATE", help="One part of an invoice that is due in parts."),
    ]
    if customer:
        options.append(click.option("--customer", metavar="ID", default="", help="All invoices of a customer."))
    if note:
        options.append(click.option("--note", metavar="TEXT", default="", help="A remark for the history."))

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathered(
            *, invoice: str = "", customer: str = "", due: date | None = None, note: str = "", **others: Any
        ) -> Any:
            return command(Choice(invoice.strip(), customer.strip(), due, note.strip()), **others)

        decorated: Command = gathered
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
