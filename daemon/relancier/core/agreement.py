"""How agreements change a case: promises, instalment plans, and payments that came back (core/history applies them)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, Event, State

Apply = Callable[[Case, Event], Case]


def promised(case: Case, event: Event) -> Case:
    """The day counts, in place of an instalment plan; `step` of the event is what confirms it to the customer."""
    on = event.on or case.promised_on
    return replace(case, promised_on=on, instalments=(), agreed_on=None, recap=event.step)


def instalments(case: Case, event: Event) -> Case:
    """The plan counts, in place of any promise or plan before it, and of what would confirm that."""
    first = event.instalments[0].on if event.instalments else None
    planned = replace(case, state_on=None, promised_on=first, recap="")
    return replace(planned, instalments=event.instalments, agreed_on=_day(event))


def broken(case: Case, event: Event) -> Case:
    """After a promise that was not kept the plan goes on; after a missed instalment nothing does. A person is told."""
    told = replace(case, state_on=None, state_at=event.at, resume_on=None, needs_person=event.detail)
    if not case.instalments:
        return replace(told, state=State.OPEN, broken=case.broken + 1)
    missed = event.on or case.promised_on
    return replace(told, state=State.PAUSED, instalments=(), agreed_on=None, promised_on=missed, broken=case.broken + 1)


def resumed(case: Case, event: Event, going_on: Apply) -> Case:
    """A person's word: back to the instalment plan after a pause or a dispute, else to the escalation plan.

    It ends a dispute too; a pause that ends by itself does not.
    """
    whole = replace(case, disputed=Decimal(0)) if event.ref else case
    after = going_on(whole, event)
    if case.state in {State.PAUSED, State.DISPUTED} and case.instalments:
        return agreed_again(case, after)
    return replace(after, instalments=(), agreed_on=None, insolvent_on=None)


def agreed_again(case: Case, after: Case) -> Case:
    """A case that would go on goes back to its instalment plan, where it has one."""
    return replace(after, state=State.PROMISED) if case.instalments and after.state is State.OPEN else after


def rejected(case: Case, before: Case, event: Event) -> Case:
    """A payment came back: as much is owed again, and the plan goes on; other payments stay.

    Where nobody knows how much, that is all that was told as paid of an ended case, nothing of one that goes on.
    """
    unknown = case.paid_by_order if before.ended else Decimal(0)
    paid = max(case.paid_by_order - (unknown if event.amount is None else event.amount), Decimal(0))
    return replace(case, rejected_on=_day(event), paid_by_order=paid, promised_on=None, instalments=(), agreed_on=None)


def _day(event: Event) -> date:
    return event.on or event.at.date()
