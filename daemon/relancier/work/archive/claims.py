"""The claim on a case out of the state: its whole history, the rates and the terms that the configuration sets."""

from collections.abc import Iterable
from datetime import date

from relancier.core.case import Case, Event, How
from relancier.core.claim import Claim, claim
from relancier.core.money import Imputation, Terms
from relancier.ports import Store
from relancier.work.setup import Setup


def terms_of(case: Case, setup: Setup) -> Terms:
    """What governs late payment of this invoice."""
    late, customer = setup.config.late_interest, case.invoice.customer
    return Terms(
        contract=late.rate,
        professional=customer.professional,
        public=customer.sector == "public",
        notice=None if customer.professional else formal_notice_on(case, setup),
        imputation=Imputation(late.imputation),
        recovery_charge=late.recovery_charge,
    )


def formal_notice_on(case: Case, setup: Setup) -> date | None:
    """The day of the formal notice, or of what became of it; None while there is none."""
    plan = setup.plans.get(case.plan)
    if plan is None:
        return None
    given = {step.id for step in plan.steps if step.formal_notice}
    return min((done.on for done in case.done if done.step in given and done.how is not How.SKIPPED), default=None)


def claim_of(case: Case, others: Iterable[Case], store: Store, setup: Setup, on: date) -> Claim:
    """The claim on a case at the end of a day, `others` being its customer's: messages and the legal file use it."""
    events = whole_history(case, others, store)
    return claim(case, events, terms_of(case, setup), setup.rates, on=on, day=setup.calendar.local_day)


def whole_history(case: Case, others: Iterable[Case], store: Store) -> list[Event]:
    """What happened to the case, also while its number or due date was another, oldest first."""
    return [event for one in reversed(lives(case, others)) for event in store.events(one.key)]


def lives(case: Case, others: Iterable[Case]) -> list[Case]:
    """The case, then what it was called before its number or due date changed, the latest first."""
    found, before = [case], {one.carried_to: one for one in others if one.carried_to}
    while (earlier := before.pop(found[-1].key, None)) is not None:
        found.append(earlier)
    return found
