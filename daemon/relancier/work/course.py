"""What was written and said so far, what follows in the plan, and by when we ask."""

from collections.abc import Sequence
from datetime import date, timedelta

from relancier.core.case import Case, How
from relancier.core.parcel import Taken
from relancier.core.plan import Base, Channel, Plan, Step, When
from relancier.core.recorded import unanswered
from relancier.core.steps import ONE_OFF
from relancier.work.consequences import past
from relancier.work.telling import Fields, Telling

FOLLOWS = {
    Channel.CALL: "call",
    Channel.EMAIL: "reminder",
    Channel.SMS: "reminder",
    Channel.LETTER: "letter",
    Channel.REGISTERED_LETTER: "letter",
    Channel.LEGAL: "legal",
}


def course(telling: Telling, named: Sequence[Case]) -> Fields:
    sent = {done.on for case in named for done in case.done if done.how is How.SENT and done.on < telling.today}
    follows, on = _next(telling)
    replies = [case.last_reply_on for case in named if case.last_reply_on]
    return {
        **_call(telling),
        "deadline": telling.world.calendar.deadline(telling.today),
        "known_to": min(telling.world.calendar.local_day(telling.world.known_at), telling.today),
        "earlier": tuple(sorted(sent)),
        "last_reply_on": max(replies, default=None),
        "next_step": follows,
        "next_on": on,
        "instalments": telling.lead.step.instalments,
    }


def _call(telling: Telling) -> Fields:
    """The last call; what was said in it is repeated only by the message that follows a call."""
    called = [one.case for one in telling.parcel.carries if one.case.called_on]
    said = dict.fromkeys(case.said for case in called if case.said and not unanswered(case.said))
    recap = telling.lead.step.when == When.CALL_RECORDED
    return {
        "called_on": max((case.called_on for case in called if case.called_on), default=None),
        "unanswered": bool(called) and all(unanswered(case.said) for case in called),
        **({"detail": " / ".join(said) or None} if recap else {}),
    }


def _next(telling: Telling) -> tuple[str | None, date | None]:
    """What really follows in the plan of the step that sets the words, and from which day."""
    plan, lead = telling.lead.plan, telling.lead
    for step in _after(plan, lead, telling.today):
        if step.when or (step.formal_notice and lead.case.disputed):
            continue
        return _follows(step), _day(step, lead.case, telling)
    return None, None


def _after(plan: Plan, lead: Taken, today: date) -> Sequence[Step]:
    if lead.step.id == ONE_OFF:
        return [step for step in plan.steps if step.formal_notice or not past(step, lead.case, today)]
    ids = [step.id for step in plan.steps]
    rest = plan.steps[ids.index(lead.step.id) + 1 :] if lead.step.id in ids else ()
    return [step for step in rest if step.moment != lead.step.moment]


def _follows(step: Step) -> str | None:
    return "formal_notice" if step.formal_notice else FOLLOWS.get(step.channels[0])


def _day(step: Step, case: Case, telling: Telling) -> date:
    starts = {Base.DUE: case.invoice.due, Base.START: case.plan_start, Base.PREVIOUS: telling.today}
    day = starts[step.moment.base] + step.moment.offset
    return telling.world.calendar.next_day(max(day, telling.today + timedelta(days=1)))
