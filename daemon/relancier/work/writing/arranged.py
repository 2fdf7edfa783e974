"""What was agreed with the customer, and what came of it: an instalment plan, a promise, a payment that came back."""

import re
from datetime import date
from decimal import Decimal

from relancier.core.agreed import next_owed, owed
from relancier.core.case import Case, Event, Instalment, Kind
from relancier.core.extra import INSTALMENT, INSTALMENTS
from relancier.core.money import Money
from relancier.core.outbox import Sort
from relancier.core.plan import When
from relancier.core.steps import MESSAGES
from relancier.core.text.folding import composed, fold
from relancier.work.writing.telling import Fields, Telling

CAME_BACK = {
    "direct_debit": re.compile(r"\b(direct debit|prelevements?|prlv)\b"),
    "cheque": re.compile(r"\b(cheques?)\b"),
    "bill": re.compile(r"\b(lcr|traites?|bills? of exchange|effets?|accepted bill)\b"),
}


def arranged(telling: Telling) -> Fields:
    """The fields of the leading case's agreement, of its last promise and of a payment of it that came back."""
    case = telling.lead.case
    return {
        "promised_on": _promised_on(telling),
        **_agreed(case, telling),
        "rejected_on": case.rejected_on,
        "rejected": _came_back(case) if case.rejected_on else None,
    }


def last_word_of_ours(case: Case) -> date:
    """The day of our last message to the customer."""
    return max((done.on for done in case.done if done.how in MESSAGES), default=date.min)


def _promised_on(telling: Telling) -> date | None:
    """The day announced and not spoken of since; what follows a call names only what was promised in it or since."""
    case = telling.lead.case
    on = case.promised_on
    if on is None or telling.parcel.sort is not Sort.REMINDER:
        return on
    if telling.lead.step.when == When.CALL_RECORDED or telling.lead.step.template == "recap":
        return on if case.recap == telling.lead.step.id or _promised_since_the_call(case, telling) else None
    return on if last_word_of_ours(case) <= on < telling.today else None


def _promised_since_the_call(case: Case, telling: Telling) -> bool:
    days = [telling.world.calendar.local_day(event.at) for event in _promises(case, telling)]
    return bool(days) and case.called_on is not None and days[-1] >= case.called_on


def _promises(case: Case, telling: Telling) -> list[Event]:
    return [event for event in telling.store.events(case.key) if event.kind is Kind.PROMISED]


def _agreed(case: Case, telling: Telling) -> Fields:
    coming = next_owed(case)
    name, _, day = telling.lead.step.id.partition(":")
    named = date.fromisoformat(day) if name in {INSTALMENT, INSTALMENTS} and day else None
    about = _instalment(case, named) if name == INSTALMENT else coming.part if coming else None
    currency = case.invoice.currency
    left = {one.part: one.left for one in owed(case)}
    return {
        "agreed": tuple(_part(one, left, telling) for one in case.instalments),
        "agreed_on": named if name == INSTALMENTS else case.agreed_on,
        "instalment_on": about.on if about else None,
        "instalment_due": Money(left.get(about, about.amount), currency) if about else None,
    }


def _instalment(case: Case, on: date | None) -> Instalment | None:
    return next((one for one in case.instalments if one.on == on), None)


def _part(one: Instalment, left: dict[Instalment, Decimal], telling: Telling) -> Fields:
    late = "missed" if one.on < telling.today else "to_come"
    return {
        "day": one.on,
        "amount": Money(one.amount, telling.lead.case.invoice.currency),
        "state": f"instalment_{late if one in left else 'paid'}",
    }


def _came_back(case: Case) -> str | None:
    method = fold(composed(case.invoice.payment_method))
    return next((name for name, pattern in CAME_BACK.items() if pattern.search(method)), None)
