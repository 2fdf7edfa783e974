"""Steps that no plan lists and that are taken all the same: what follows a call, an agreement or a payment.

Each has an id of its own, so that the outbox holds one live entry for it (house law 2), and is signed and addressed
like the plan's first message.
"""

from dataclasses import replace
from datetime import date, timedelta

from relancier.core.case import Case
from relancier.core.plan import Base, Channel, Moment, Plan, Step, When
from relancier.core.steps import ONE_OFF, call_recorded, one_off

THANK_YOU = "thank-you"  # after the payment, where the configuration wants it
INSTALMENTS = "instalments"  # confirms an instalment plan; followed by ":" and the day on which it was agreed
INSTALMENT = "instalment"  # reminds of one instalment; followed by ":" and its day
RECAP = "recap"  # what was said in a call; followed by ":" and the day of the call
DATED = frozenset({INSTALMENTS, INSTALMENT, RECAP})
BY_A_PERSON = frozenset({INSTALMENTS, RECAP})  # these go to Drafts for a person to look at and send


def dated_id(name: str, on: date) -> str:
    """The id of an extra step that belongs to a day."""
    return f"{name}:{on.isoformat()}"


def step_of(plan: Plan, step_id: str) -> Step | None:
    """A step by its id: the plan's own, the one-off reminder, or one of those above."""
    if step_id == ONE_OFF:
        return one_off(plan)
    name, _, day = step_id.partition(":")
    if step_id != THANK_YOU and (name not in DATED or not day):
        return plan.step(step_id)
    return _extra(plan, step_id, name)


def recap_of(case: Case, plan: Plan | None, on: date) -> str:
    """The id of the step that repeats to the customer what was said in a call: one in all, the plan's own if it waits.

    Nothing where nobody can be written to.
    """
    if plan is None or not case.invoice.customer.contacts:
        return ""
    recaps = (step for step in plan.steps if step.when == When.CALL_RECORDED and step.template == RECAP)
    own = next((step for step in recaps if not case.step_done(step.id) and call_recorded(step, case, plan)), None)
    return own.id if own is not None else dated_id(RECAP, on)


def _extra(plan: Plan, step_id: str, name: str) -> Step:
    like = one_off(plan)
    moment = Moment(Base.START, timedelta(0))
    made = replace(like, id=step_id, moment=moment, channels=(Channel.EMAIL,), template=name)
    return replace(made, approval=name in BY_A_PERSON, attach=name in {INSTALMENTS, INSTALMENT})
