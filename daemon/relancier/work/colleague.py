"""What a colleague wrote in Sent means: an answer to the customer, a reminder by hand, or only a part of the thread."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from relancier.core.by_hand import may_stand, stands_for
from relancier.core.case import Case, Event, How, Kind, State
from relancier.core.history import apply, open_case
from relancier.core.match import Match
from relancier.core.numbers import normalise, numbers_in
from relancier.core.stored import Seen
from relancier.work.records import Desk


def replies_to(sent: Seen, case: Case, replies: Iterable[Seen], matched: Match) -> bool:
    """Whether it answers everything the customer wrote: it is about this case, comes later, and went to them."""
    listed = list(replies)
    about = bool(listed) and not matched.by_sender_only
    return about and all(answers(sent, reply) for reply in listed) and to_the_customer(sent, case, listed)


def answers(sent: Seen, reply: Seen) -> bool:
    """Whether a sent message comes after a reply: it names it, or bears a later date."""
    if reply.message_id and reply.message_id in (*sent.in_reply_to, *sent.references):
        return True
    return bool(sent.written_at and reply.written_at and sent.written_at >= reply.written_at)


def to_the_customer(sent: Seen, case: Case, replies: Iterable[Seen]) -> bool:
    """Whether it went to who replied or to a contact: a forward to a superior is no answer."""
    people = {contact.email.lower() for contact in case.invoice.customer.contacts} | {reply.sender for reply in replies}
    return bool(people & set(sent.to))


def take_back(known: Seen, desk: Desk) -> None:
    """Undoes what a message to the customer did as if it were a reply, before its copy in Sent was read."""
    for case in filter(None, map(desk.ledger.case, known.cases)):
        others = [reply for reply in map(desk.store.seen, case.unseen) if reply and reply.identity != known.identity]
        if known.identity in case.unseen and to_the_customer(known, case, others):
            desk.ledger.add(*_taken_back(known, case, desk))


def _taken_back(known: Seen, case: Case, desk: Desk) -> Iterable[Event]:
    """The events that leave the case as it was without that reply: a pause or a promise goes on."""
    before = open_case(case.invoice, plan=case.plan, at=case.opened_at, on=case.plan_start)
    for event in desk.store.events(case.key):
        if (event.kind, event.ref) != (Kind.REPLIED, known.identity):
            before = apply(before, event)
    undone = Event(
        case=case.key,
        kind=Kind.WITHDRAWN,
        at=desk.now,
        ref=known.identity,
        on=before.last_reply_on,
        detail=f"a colleague wrote it: {known.subject[:120]}",
    )
    yield undone
    again = {State.PAUSED: Kind.PAUSED, State.PROMISED: Kind.PROMISED}.get(before.state)
    if again is not None and not before.unseen:
        yield replace(undone, kind=again, on=before.state_on)


def reminded(sent: Seen, case: Case, matched: Match, desk: Desk) -> bool:
    """Counts the message as a step, where it names the invoice to the customer after the due date."""
    plan = desk.setup.plans.get(case.plan)
    named = matched.rule == "text" or normalise(case.invoice.number) in numbers_in(sent.subject)
    if plan is None or sent.written_at is None or not named or not to_the_customer(sent, case, ()):
        return False
    at = min(sent.written_at, desk.now)
    on = desk.setup.today(at)
    if not may_stand(case, on) or _counted(sent, case):
        return False
    step, replaced = stands_for(case, plan, desk.setup.calendar, at, on)
    skipped = Event(case=case.key, kind=Kind.STEP_SKIPPED, at=at, on=on)
    desk.ledger.add(*(replace(skipped, step=one, detail=f"{one}: a colleague wrote instead") for one in replaced))
    desk.ledger.add(_done(sent, case, step, at, desk))
    return True


def _counted(sent: Seen, case: Case) -> bool:
    return any(mark.startswith(f"{Kind.STEP_DONE}:{sent.identity}:") for mark in case.applied)


def _done(sent: Seen, case: Case, step: str, at: datetime, desk: Desk) -> Event:
    return Event(
        case=case.key,
        kind=Kind.STEP_DONE,
        at=at,
        ref=sent.identity,
        step=step,
        how=How.BY_HAND,
        on=desk.setup.today(at),
        detail=f"{step}: a colleague wrote: {sent.subject[:120]}",
        message_id=sent.message_id,
    )
