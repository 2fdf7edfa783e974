"""What a colleague's own reminder stands for in a plan (case: already chased by hand)."""

from datetime import date, datetime

from relancier.core.case import Because, Case, State
from relancier.core.plan import Channel, Plan
from relancier.core.schedule import AFTER_ONE_OFF
from relancier.core.steps import Taking, come, take
from relancier.core.workdays import Calendar

BY_HAND = "by-hand"  # where no step of the plan is near enough: it only puts the next one off


def may_stand(case: Case, on: date) -> bool:
    """Whether a message of that day can be a reminder: after the due date, and nobody's answer to anything."""
    answered = any(hold.because is Because.EARLIER_REPLY for hold in case.holds)
    return case.state is State.OPEN and not case.unseen and not answered and on > case.invoice.due


def stands_for(case: Case, plan: Plan, calendar: Calendar, at: datetime, on: date) -> tuple[str, tuple[str, ...]]:
    """The step that counts as done, and those that it replaces.

    It is the email that would have left on that day, else the next one if its day is near; never a formal notice.
    """
    reached, coming = come(case, plan, calendar, at, on)
    taking = take(case, plan, reached, on)
    if not taking.steps and coming and coming.on <= calendar.add_working_days(on, AFTER_ONE_OFF):
        taking = Taking((coming.step,), taking.skipped)
    if any(step.formal_notice for step in taking.steps):
        return BY_HAND, ()
    emails = [step.id for step in taking.steps if Channel.EMAIL in step.channels]
    return (emails[-1], taking.skipped) if emails else (BY_HAND, ())
