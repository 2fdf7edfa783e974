"""What was written and said so far, what follows in the plan, and by when we ask."""

from collections.abc import Sequence
from datetime import date, timedelta

from relancier.core.case import Case, How, StepDone
from relancier.core.outbox import Sort
from relancier.core.paid.known import known_day
from relancier.core.parcel import Taken
from relancier.core.plan import Base, Channel, Plan, Step, When
from relancier.core.recorded import LETTERS, unanswered
from relancier.core.steps import ONE_OFF, possible
from relancier.work.writing.arranged import arranged, last_word_of_ours
from relancier.work.writing.consequences import past
from relancier.work.writing.happenings import exchanges, letters_posted
from relancier.work.writing.telling import Fields, Telling

FOLLOWS = {
    Channel.CALL: "call",
    Channel.EMAIL: "reminder",
    Channel.SMS: "sms",
    Channel.LETTER: "letter",
    Channel.REGISTERED_LETTER: "registered_letter",
    Channel.LEGAL: "legal",
}
LAST_REMINDERS = frozenset({"reminder-3", "formal-notice-announcement"})
BEFORE_THE_DEADLINE = frozenset({"call", "sms"})  # these may come while our request still has time


def course(telling: Telling, named: Sequence[Case]) -> Fields:
    """What the message may say of what was, what is asked and what follows."""
    calendar, by_post = telling.world.calendar, telling.parcel.channel in LETTERS
    return {
        **_call(telling),
        **arranged(telling),
        **_written(telling, named),
        **_following(telling),
        "deadline": calendar.deadline(telling.today),
        "notice_deadline": calendar.notice_deadline(telling.today),
        "by_post": by_post,
        "exchanges": tuple(exchanges(telling)) if by_post else (),
        "known_to": min([*(known_day(case, telling.world) for case in named), telling.today]),
        "last_reply_on": max((day for case in named if (day := _replied_on(case, telling))), default=None),
        "instalments": telling.lead.step.instalments,
        "last_reminder": telling.lead.step.template in LAST_REMINDERS,
        "suspension": telling.lead.step.suspension,
    }


def _replied_on(case: Case, telling: Telling) -> date | None:
    """The day of the customer's last message; a customer is told of it once, in the next message of ours."""
    on = case.last_reply_on
    stale = telling.parcel.sort is Sort.REMINDER and on is not None and on < last_word_of_ours(case)
    return None if stale else on


def _written(telling: Telling, named: Sequence[Case]) -> Fields:
    """Our earlier messages: those that reached somebody to whom this one goes, else those to another address."""
    sent = [(case, done) for case in named for done in case.done if done.how is How.SENT and done.on < telling.today]
    here = {done.on for case, done in sent if _reached(case, done, telling)}
    here |= {day for case in named for day in letters_posted(case, telling) if day < telling.today}
    there = {done.on for _, done in sent} if not here else set()
    return {"earlier": tuple(sorted(here)), "elsewhere": tuple(sorted(there))}


def _reached(case: Case, done: StepDone, telling: Telling) -> bool:
    """Whether a message went to one of these people; only a changed contact makes us ask."""
    entry = telling.store.entry(done.entry) if case.thread_from and telling.parcel.channel is Channel.EMAIL else None
    if entry is None:
        return True
    now = {address.lower() for address in (*telling.parcel.to, *telling.parcel.cc)}
    return not now.isdisjoint(address.lower() for address in (*entry.to, *entry.cc))


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


def _following(telling: Telling) -> Fields:
    """What really follows in the plan of the step that sets the words, and its day where that leaves time to pay.

    No day is named before which we write about another invoice of the same message.
    """
    follows, on = _next(telling.lead, telling)
    if follows is None or on is None:
        return {"next_step": None, "next_on": None}
    early = on <= telling.world.calendar.deadline(telling.today) and follows not in BEFORE_THE_DEADLINE
    others = (_next(taken, telling) for taken in telling.parcel.carries)
    sooner = follows == "reminder" and any(word == follows and day and day < on for word, day in others)
    return {"next_step": follows, "next_on": None if early or sooner else on}


def _next(taken: Taken, telling: Telling) -> tuple[str | None, date | None]:
    """The first step after a taken one of which its customer will see something, and its day."""
    for step in _after(taken.plan, taken, telling.today):
        if step.formal_notice and taken.case.disputed:
            break  # a person decides what follows
        follows = _follows(step, taken.case)
        if follows is not None and not step.when:
            return follows, _day(step, taken.case, telling)
    return None, None


def _after(plan: Plan, lead: Taken, today: date) -> Sequence[Step]:
    if lead.step.id == ONE_OFF:
        return [step for step in plan.steps if step.formal_notice or not past(step, lead.case, today)]
    ids = [step.id for step in plan.steps]
    rest = plan.steps[ids.index(lead.step.id) + 1 :] if lead.step.id in ids else ()
    return [step for step in rest if step.moment.base is Base.PREVIOUS or step.moment != lead.step.moment]


def _follows(step: Step, case: Case) -> str | None:
    """What the customer would see of a step; nothing of a colleague's task, nor of a court where that is no threat."""
    if step.formal_notice:
        return "formal_notice"
    follows = FOLLOWS.get(possible(step, case.invoice.customer))
    return None if follows == "legal" and case.invoice.customer.sector == "public" else follows


def _day(step: Step, case: Case, telling: Telling) -> date:
    starts = {Base.DUE: case.invoice.due, Base.START: case.plan_start, Base.PREVIOUS: telling.today}
    day = starts[step.moment.base] + step.moment.offset
    return telling.world.calendar.next_day(max(day, telling.today + timedelta(days=1)))
