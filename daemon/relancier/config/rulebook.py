"""How the choice of a plan and the factors are written in the configuration: tables whose keys people choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator

from relancier.config import written as w
from relancier.core.choosing import ByHistory

_AMOUNT_EXAMPLE = 'must be tables of an amount and a plan, as in from = 10000 and plan = "grand-compte".'
_HISTORY_EXAMPLE = 'must hold plan = "mauvais-payeurs" and, if you like, late = "30d" and invoices = 3.'


@dataclass(frozen=True, slots=True)
class Factor:
    """To whom invoices were sold: who is to be paid, and where."""

    name: str
    iban: str
    bic: str = ""


def by_customer(value: object) -> dict[str, str]:
    """A plan's name for some customers, by their codes."""
    if not isinstance(value, dict) or not all(isinstance(plan, str) and plan.strip() for plan in value.values()):
        raise ValueError('must name a plan for each customer\'s code, as in "C042" = "grand-compte".')
    return {customer.strip(): plan.strip() for customer, plan in value.items()}


def by_amount(value: object) -> tuple[tuple[Decimal, str], ...]:
    """Plans by the least amount of an invoice, the smallest first."""
    rows = list(value) if isinstance(value, list | tuple) else [None]
    return tuple(sorted(_amount_row(row) for row in rows))


def _amount_row(row: object) -> tuple[Decimal, str]:
    if isinstance(row, tuple):
        return row
    if not isinstance(row, dict) or set(row) != {"from", "plan"}:
        raise ValueError(_AMOUNT_EXAMPLE)
    if not isinstance(row["plan"], str) or not row["plan"].strip():
        raise ValueError(_AMOUNT_EXAMPLE)
    return w.amount(row["from"]), row["plan"].strip()


def by_history(value: object) -> ByHistory | None:
    """The plan of those who paid late; none where the table is left out."""
    if isinstance(value, ByHistory):
        return value
    if value is None or value == {}:
        return None
    if not isinstance(value, dict) or not set(value) <= {"plan", "late", "invoices"} or not _plan(value):
        raise ValueError(_HISTORY_EXAMPLE)
    invoices = value.get("invoices", 3)
    if isinstance(invoices, bool) or not isinstance(invoices, int) or not 1 <= invoices <= 100:
        raise ValueError(f"invoices must be a whole number from 1 to 100; it is {w.shown(invoices)} now.")
    return ByHistory(_plan(value), w.duration(value.get("late", "30d"), "30d", "d").days, invoices)


def _plan(table: Mapping[str, Any]) -> str:
    plan = table.get("plan")
    return plan.strip() if isinstance(plan, str) else ""


def factors(value: object) -> dict[str, Factor]:
    """The factors by the names that the invoices give them."""
    if not isinstance(value, dict):
        raise ValueError(  # noqa: TRY004 - pydantic tells a mistake by it
            'must hold a table for each factor, as [factor.bnp] with iban = "…".'
        )
    return {name: _factor(name, table) for name, table in value.items()}


def _factor(name: str, table: object) -> Factor:
    if isinstance(table, Factor):
        return table
    if not isinstance(table, dict) or not set(table) <= {"name", "iban", "bic"}:
        raise ValueError(f"{name} must hold name, iban and bic, and nothing else.")
    iban = w.iban(table.get("iban", ""))
    if not iban:
        raise ValueError(f'{name} needs an iban, as in iban = "FR76 …": the customer pays to it.')
    named = table.get("name", name)
    if not isinstance(named, str):
        raise ValueError(f"{name} needs its name as text in quotation marks.")  # noqa: TRY004 - as above
    return Factor(w.filled(named), iban, w.bic(table.get("bic", "")))


ByCustomer = Annotated[dict[str, str], PlainValidator(by_customer)]
ByAmount = Annotated[tuple[tuple[Decimal, str], ...], PlainValidator(by_amount)]
History = Annotated[ByHistory | None, PlainValidator(by_history)]
Factors = Annotated[dict[str, Factor], PlainValidator(factors)]
