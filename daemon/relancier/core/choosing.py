"""Which plan a new case follows, and why: one pure choice, the most particular rule first.

An open case keeps its plan until a person chooses another one, or changes what the books say of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, Event, Invoice, Kind, State


@dataclass(frozen=True, slots=True)
class ByHistory:
    """Who paid late before: on average more than `late` days, over at least `invoices` of the last paid ones."""

    plan: str
    late: int = 30
    invoices: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the configuration says; `by_amount` pairs the least amount of an invoice with a plan."""

    default: str
    by_customer: Mapping[str, str] = field(default_factory=dict)
    key_account: str = ""
    by_risk: Mapping[str, str] = field(default_factory=dict)
    by_amount: tuple[tuple[Decimal, str], ...] = ()
    by_history: ByHistory | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan's name and the reason for it, as a person reads it."""

    plan: str
    why: str


def told(chosen: Chosen) -> str:
    """The choice as the history says it."""
    return f"plan {chosen.plan}: {chosen.why}"


def why_of(events: Iterable[Event]) -> str:
    """Why a case follows its plan, as its history says; nothing where a person chose it."""
    chose = [event for event in events if event.kind in {Kind.OPENED, Kind.PLAN_CHOSEN}]
    return chose[-1].detail.partition(": ")[2] if chose else ""


def choose(invoice: Invoice, rules: Rules, known: Iterable[str], days_late: Iterable[int] = ()) -> Chosen:
    """The plan of an invoice, or its twin in the customer's language where there is one among the `known`.

    `days_late` are those of the customer's paid invoices, the last one first.
    """
    chosen = _by_rule(invoice, rules, list(days_late))
    language = invoice.customer.language
    twin = f"{chosen.plan}-{language}"
    return Chosen(twin, f"{chosen.why}, in {language}") if language and twin in known else chosen


def _by_rule(invoice: Invoice, rules: Rules, days_late: list[int]) -> Chosen:
    customer = invoice.customer
    if invoice.plan:
        return Chosen(invoice.plan, "named in the books")
    if customer.id in rules.by_customer:
        return Chosen(rules.by_customer[customer.id], f"of the customer {customer.id}")
    if customer.key_account and rules.key_account:
        return Chosen(rules.key_account, "a key account")
    if customer.risk in rules.by_risk:
        return Chosen(rules.by_risk[customer.risk], f"{customer.risk} risk")
    return _by_amount(invoice, rules) or _by_history(rules, days_late) or Chosen(rules.default, "the default")


def _by_amount(invoice: Invoice, rules: Rules) -> Chosen | None:
    reached = [(least, plan) for least, plan in rules.by_amount if invoice.amount >= least]
    if not reached:
        return None
    least, plan = max(reached)
    return Chosen(plan, f"{least:.2f} or more")


def _by_history(rules: Rules, days_late: list[int]) -> Chosen | None:
    rule = rules.by_history
    last = days_late[: rule.invoices] if rule else []
    if rule is None or len(last) < rule.invoices:
        return None
    average = sum(last) / len(last)
    told = f"the last {len(last)} invoices were paid {average:.0f} days late on average"
    return Chosen(rule.plan, told) if average > rule.late else None


def days_late(cases: Iterable[Case], ended_on: Mapping[str, date]) -> list[int]:
    """How many days late each paid case was paid, the last one first; early counts as none."""
    paid = [case for case in cases if case.state is State.PAID and case.key in ended_on]
    latest_first = sorted(paid, key=lambda case: (ended_on[case.key], case.key), reverse=True)
    return [max(0, (ended_on[case.key] - case.invoice.due).days) for case in latest_first]
