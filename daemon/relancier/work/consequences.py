"""What being late costs: which invoices have come to it by their own plan, and how much, at the moment of sending."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, How
from relancier.core.money import Money, recovery_charge
from relancier.core.plan import Base, Step
from relancier.core.steps import ONE_OFF
from relancier.work.claims import claim_of, terms_of
from relancier.work.telling import Fields, Telling

NAMES_PENALTIES = frozenset({"reminder-2", "reminder-3"})


def row_consequences(case: Case, telling: Telling) -> Fields:
    """What one invoice's row says of it."""
    currency = case.invoice.currency
    reached = _reached_penalties(case, telling)
    owed = claim_of(case, telling.siblings, telling.store, telling.setup, telling.today) if reached else None
    charge = recovery_charge([case.invoice.number], terms_of(case, telling.setup)) if reached else Decimal(0)
    return {
        "consequences": reached,
        "interest": Money(owed.beside_the_ledger, currency) if owed and not owed.estimated else None,
        "charge": Money(charge, currency) if charge else None,
    }


def consequences(rows: Sequence[Fields], telling: Telling) -> Fields:
    reached = [row for row in rows if row["consequences"]]
    interest, charge = summed(reached, "interest"), summed(list(_once(reached)), "charge")
    known = bool(reached) and all(row["interest"] is not None for row in reached)
    return {
        "consequences": bool(reached),
        "interest": interest if known else None,
        "charge": charge if reached else None,
        "rate": _rate(telling) if reached else None,
        "penalties": Money(interest.amount + charge.amount, charge.currency) if known and interest and charge else None,
    }


def _once(rows: Sequence[Fields]) -> Iterable[Fields]:
    """One row for each invoice number: an invoice due in parts bears one recovery charge."""
    return {row["number"]: row for row in reversed(rows)}.values()


def summed(rows: Sequence[Fields], name: str) -> Money | None:
    amounts = [value for row in rows if isinstance(value := row[name], Money)]
    if not amounts:
        return None
    return Money(sum((money.amount for money in amounts), Decimal(0)), amounts[0].currency)


def past(step: Step, case: Case, today: date) -> bool:
    return step.moment.base is Base.DUE and case.invoice.due + step.moment.offset <= today


def _reached_penalties(case: Case, telling: Telling) -> bool:
    """Whether this invoice's own plan has come to naming penalties; never to a consumer, nor with a part in dispute."""
    plan = telling.setup.plans.get(case.plan)
    if plan is None or case.disputed or not case.invoice.customer.professional or case.invoice.due >= telling.today:
        return False
    carried = [one.step for one in telling.parcel.carries if one.case.key == case.key]
    if any(step.id == ONE_OFF for step in carried):
        return any(_names_penalties(step) and past(step, case, telling.today) for step in plan.steps)
    done = [plan.step(done.step) for done in case.done if done.how is not How.SKIPPED]
    return any(step is not None and _names_penalties(step) for step in [*carried, *done])


def _names_penalties(step: Step) -> bool:
    return step.template in NAMES_PENALTIES


def _rate(telling: Telling) -> str | None:
    """The yearly rate, written in the language; nothing while the official figure is not known."""
    contract, rates = telling.setup.config.late_interest.rate, telling.setup.rates
    if contract is None and not rates.knows(telling.today):
        return None
    percent = contract if contract is not None else rates.of(telling.today).ecb + 10
    written = f"{percent:.2f}"
    return f"{written.replace('.', ',')}\N{NO-BREAK SPACE}%" if telling.language == "fr" else f"{written}%"
