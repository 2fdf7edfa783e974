"""What being late costs: which invoices have come to it by their own plan, and how much, at the moment of sending."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, How
from relancier.core.claim import Claim
from relancier.core.money import Money, recovery_charge
from relancier.core.plan import Base, Step
from relancier.core.steps import ONE_OFF
from relancier.work.archive.claims import claim_of, terms_of
from relancier.work.writing.telling import Fields, Telling

NAMES_PENALTIES = frozenset({"reminder-2", "reminder-3", "formal-notice-announcement", "formal-notice"})


def row_consequences(case: Case, telling: Telling) -> Fields:
    """What one invoice's row says of it."""
    currency = case.invoice.currency
    reached = _reached_penalties(case, telling)
    owed = claim_of(case, telling.siblings, telling.store, telling.setup, telling.today) if reached else None
    charge = recovery_charge([case.invoice.number], terms_of(case, telling.setup)) if reached else Decimal(0)
    known = owed if owed is not None and not owed.estimated else None
    return {
        "consequences": reached,
        "interest": Money(known.beside_the_ledger, currency) if known else None,
        "rates": _rates(known, telling.language) if known else None,
        "charge": Money(charge, currency) if charge else None,
    }


def once_an_invoice(rows: Sequence[Fields]) -> list[Fields]:
    """The rows with one recovery charge for each invoice number: one due in parts bears it with its first part."""
    first = {row["number"]: row for row in reversed(rows) if row["charge"]}
    return [row if first.get(row["number"]) is row else {**row, "charge": None} for row in rows]


def consequences(rows: Sequence[Fields], total: Money) -> Fields:
    """What lateness costs for all rows together; `total` is what they leave to be paid."""
    reached = [row for row in rows if row["consequences"]]
    interest, charge = summed(reached, "interest"), summed(reached, "charge")
    known = bool(reached) and all(row["interest"] is not None for row in reached)
    penalties = _plus(interest, charge) if known else None
    return {
        "consequences": bool(reached),
        "interest": interest if known else None,
        "charge": charge,
        "rate": _rate(reached),
        "penalties": penalties,
        "claimed": None if reached and penalties is None else _plus(total, penalties),
    }


def _plus(one: Money | None, other: Money | None) -> Money | None:
    if one is None or other is None:
        return one or other
    return Money(one.amount + other.amount, one.currency)


def _rate(reached: Sequence[Fields]) -> str | None:
    """The yearly rate where it is one for every day of every invoice, and known."""
    rates = {row["rates"] for row in reached}
    rate = rates.pop() if len(rates) == 1 else None
    return str(rate[0]) if isinstance(rate, tuple) and len(rate) == 1 else None


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


def _rates(owed: Claim, language: str) -> tuple[str, ...]:
    """The yearly rates that its days were counted at, as the language writes them, oldest first and each once."""
    return tuple(dict.fromkeys(_percent(line.period.percent, language) for line in owed.lines))


def _percent(percent: Decimal, language: str) -> str:
    written = f"{percent:.2f}"
    return f"{written.replace('.', ',')}\N{NO-BREAK SPACE}%" if language == "fr" else f"{written}%"
