"""What happened to a case, told as data: a template says it in the language of who reads it."""

from collections.abc import Iterator
from datetime import date

from relancier.core.case import Case, Event, How, Kind
from relancier.core.extra import step_of
from relancier.core.money import Money
from relancier.core.recorded import unanswered
from relancier.core.steps import MESSAGES
from relancier.ports import Store
from relancier.work.writing.telling import Fields, Telling

HISTORY = 12
DATED = frozenset(
    {
        *(Kind.PROMISED, Kind.PAUSED, Kind.PAID, Kind.PLAN_CHOSEN, Kind.CALLED, Kind.POSTED, Kind.LETTER),
        *(Kind.REJECTED, Kind.INSOLVENT),
    }
)
EXCHANGED = {Kind.REPLIED: "your_message", Kind.ANSWERED: "our_message", Kind.POSTED: "our_letter"}
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
        "event": _event(event),
        "step": _titled(event.step, telling) if event.kind is Kind.STEP_DONE and ":" not in event.step else None,
        "on": event.on if by_hand or event.kind in DATED else None,
        "sum": Money(event.amount, currency) if event.amount is not None else None,
        "detail": _whom(event, telling.store),
    }


def _event(event: Event) -> str:
    """The word for what happened; a step outside the plan has one of its own."""
    name, _, day = event.step.partition(":")
    if event.kind is Kind.LETTER:
        return f"choice_{event.note}"
    return f"did_{name}" if event.kind is Kind.STEP_DONE and day else event.kind.value


def _titled(step_id: str, telling: Telling) -> str:
    """A step by the name that the case's plan gives it, or by its id where that plan has it no more."""
    plan = telling.setup.plans.get(telling.lead.case.plan)
    step = step_of(plan, step_id) if plan is not None else None
    return step.name if step is not None else step_id


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


def exchanges(telling: Telling) -> Iterator[Fields]:
    """What was written and said with the customer about the leading case, as a letter lists it; no machine's mail."""
    told = ((event, _exchange(event)) for event in telling.store.events(telling.lead.case.key))
    days = {(_on(event, telling), what): None for event, what in told if what}
    yield from ({"day": day, "what": what} for day, what in sorted(days))


def letters_posted(case: Case, telling: Telling) -> list[date]:
    """The days on which colleagues say that a letter about this case was posted."""
    return [_on(event, telling) for event in telling.store.events(case.key) if event.kind is Kind.POSTED]


def _exchange(event: Event) -> str:
    if event.kind is Kind.STEP_DONE:
        return "our_message" if event.how in MESSAGES else ""
    if event.kind is Kind.CALLED:
        return "our_call_unanswered" if unanswered(event.note) else "our_call"
    return EXCHANGED.get(event.kind, "")


def _on(event: Event, telling: Telling) -> date:
    """The day on which it happened, where a person told it, else that of the event."""
    told = event.kind in {Kind.CALLED, Kind.POSTED, Kind.STEP_DONE} and event.on
    return told or telling.world.calendar.local_day(event.at)
