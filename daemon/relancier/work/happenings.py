"""What happened to a case, told as data: a template says it in the language of who reads it."""

from collections.abc import Iterator

from relancier.core.case import Event, How, Kind
from relancier.core.money import Money
from relancier.ports import Store
from relancier.work.telling import Fields, Telling

HISTORY = 12
DATED = frozenset({Kind.PROMISED, Kind.PAUSED, Kind.PAID, Kind.PLAN_CHOSEN, Kind.CALLED, Kind.POSTED, Kind.LETTER})
SILENT = frozenset({Kind.QUEUED, Kind.CHANGED, Kind.STEP_SKIPPED, Kind.SEND_FAILED, Kind.SETTLED})


def happenings(telling: Telling) -> Iterator[Fields]:
    """What a colleague should know before calling: in the company's language, so nothing of our own sentences."""
    told = [event for event in telling.store.events(telling.lead.case.key) if event.kind not in SILENT]
    yield from (_happened(event, telling) for event in told[-HISTORY:])


def _happened(event: Event, telling: Telling) -> Fields:
    """One event as data: the day, the amount and the step that it is about, each written in the language later."""
    by_hand = event.kind is Kind.STEP_DONE and event.how is How.BY_HAND
    currency = telling.lead.case.invoice.currency
    return {
        "at": event.at.astimezone(telling.world.calendar.zone),
        "event": f"choice_{event.note}" if event.kind is Kind.LETTER else event.kind.value,
        "step": _titled(event.step, telling) if event.kind is Kind.STEP_DONE else None,
        "on": event.on if by_hand or event.kind in DATED else None,
        "sum": Money(event.amount, currency) if event.amount is not None else None,
        "detail": _whom(event, telling.store),
    }


def _titled(step_id: str, telling: Telling) -> str:
    """A step by its title in the case's plan, or by its id where that plan has none."""
    plan = telling.setup.plans.get(telling.lead.case.plan)
    step = plan.step(step_id) if plan is not None else None
    return step.title if step is not None and step.title else step_id


def _whom(event: Event, store: Store) -> str:
    """To whom a step went, from whom a reply came, what a colleague chose or remarked."""
    if event.kind is Kind.PLAN_CHOSEN:
        return event.plan
    if event.kind is Kind.CONTACT and event.invoice is not None:
        return ", ".join(contact.email for contact in event.invoice.customer.contacts)
    entry, seen = store.entry(event.ref), store.seen(event.ref)
    if entry is not None:
        return ", ".join((*entry.to, *entry.cc))
    if seen is not None:
        return ", ".join(part for part in (seen.sender, seen.subject[:120]) if part)
    return "" if event.kind is Kind.LETTER else event.note
