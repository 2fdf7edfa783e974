"""Customers with credit that no invoice uses yet: they may owe less, so a person looks before they are asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from relancier.core.case import Case, Event, Kind
from relancier.ports import Credit
from relancier.work.records import Desk, queue_note

MOST_TOLD = 50
LONGEST = 200
BY_NOTE = "note|"  # before a credit note that was mailed: the books have still to show it


def hold_for_credit(credit: Iterable[Credit], keys: Iterable[str], desk: Desk) -> None:
    """Holds the open cases of customers in credit, until the books have used it or a person lets them go on."""
    wanted = _by_customer(credit, desk.setup.config.sending.minimum)
    told: dict[str, None] = {}
    for key in keys:
        case = desk.ledger.case(key)
        if case is None or case.ended:
            continue
        now, before = wanted.get(case.invoice.customer.id, ""), _known(case)
        if now == before:
            continue
        if before:
            desk.ledger.add(Event(case=key, kind=Kind.CREDIT_GONE, at=desk.now, detail=before))
        if now:
            desk.ledger.add(Event(case=key, kind=Kind.CREDITED, at=desk.now, ref=now, detail=f"credit: {now}"))
            told[f"{case.invoice.customer.name}: {now}"] = None
    _tell(list(told), desk)


def _known(case: Case) -> str:
    """The credit for which this case was held, also where a person has let it go on since."""
    marks = (mark.partition(":") for mark in case.applied)
    return next((ref for kind, _, ref in marks if kind == Kind.CREDITED and not ref.startswith(BY_NOTE)), "")


def _by_customer(credit: Iterable[Credit], minimum: Decimal) -> Mapping[str, str]:
    """What each customer has to the good, in words; too little to matter is left out."""
    found: dict[str, list[Credit]] = defaultdict(list)
    for one in credit:
        found[one.customer].append(one)
    enough = {name: many for name, many in found.items() if sum(one.amount for one in many) >= minimum}
    return {name: _words(many) for name, many in enough.items()}


def _words(many: Iterable[Credit]) -> str:
    return ", ".join(sorted(f"{one.number} {one.amount:.2f} {one.currency}" for one in many))[:LONGEST]


def _tell(lines: list[str], desk: Desk) -> None:
    if lines:
        command = "relancier resume --customer CUSTOMER"
        facts = (("reason", "credit"), ("lines", "\n".join(lines[:MOST_TOLD])), ("command", command))
        queue_note(desk, "held", f"credit|{desk.today.isoformat()}|{', '.join(lines)[:LONGEST]}", facts)
