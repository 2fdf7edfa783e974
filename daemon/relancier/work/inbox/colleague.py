"""What a colleague wrote in Sent means: an answer to the customer, a reminder by hand, or only a part of the thread."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from relancier.core.by_hand import may_stand, stands_for
from relancier.core.case import Because, Case, Event, How, Kind, State
from relancier.core.history import apply, open_case
from relancier.core.reading.match import Match
from relancier.core.reading.read import addresses, read
from relancier.core.stored import Seen
from relancier.core.text.numbers import normalise, numbers_in
from relancier.work.inbox.unflag import unflag
from relancier.work.records import Desk

log = logging.getLogger("relancier")


def wrote(sent: Seen, keys: Iterable[str], matched: Match, desk: Desk) -> None:
    """A colleague wrote from the mailbox: an answer takes the flag off, a reminder counts, all joins the thread."""
    cases = [case for case in map(desk.ledger.case, keys) if case is not None]
    answered = [(case, _take(sent, case, matched, desk)) for case in cases]
    for case, replies in answered:
        unflag(case, (reply.identity for reply in replies), desk)


def _take(sent: Seen, case: Case, matched: Match, desk: Desk) -> Sequence[Seen]:
    """What the message means for one case; gives the replies that it answers."""
    replies = answered_now(sent, case, matched, desk)
    if not replies and not reminded(sent, case, matched, desk):
        whom = ", ".join(sent.to[:3]) or "nobody"
        noted = _event(sent, case, Kind.NOTED, desk, f"a colleague wrote to {whom}: {sent.subject[:120]}")
        desk.ledger.add(replace(noted, message_id=thread_of(sent, case, matched, desk)))
    return replies


def thread_of(sent: Seen, case: Case, matched: Match, desk: Desk) -> str:
    """The message as a part of the case's thread; what carried another invoice to the same customer is none."""
    if not matched.by_sender_only:
        return sent.message_id
    others = {key for keys in desk.store.by_message_id([sent.message_id]).values() for key in keys} - {case.key}
    return "" if sent.attached or others else sent.message_id


def answered_now(sent: Seen, case: Case, matched: Match, desk: Desk) -> Sequence[Seen]:
    """Records the message as an answer, if it is one; gives the replies that it answers."""
    waiting = _waiting(sent, case, desk)
    replies = answered_by(sent, case, waiting, matched, _asked_for(sent, waiting, desk))
    if replies:
        desk.ledger.add(_answer(sent, case, replies, desk))
        log.info("answered", extra={"case": case.key})
    return replies


def answered_before(reply: Seen, keys: Iterable[str], desk: Desk) -> bool:
    """Whether answers that name the reply were read before it, in every case it is about; they count now.

    A reply that is moved to another folder while the folders are read is found after the answer in Sent.
    """
    cases = [case for case in map(desk.ledger.case, keys) if case is not None]
    answers = [(case, _noted(reply, case, desk)) for case in cases]
    if not answers or not all(sent for _, sent in answers):
        return False
    desk.ledger.add(*(_answer(sent, case, (reply,), desk) for case, sent in answers if sent))
    log.info("answered", extra={"cases": [case.key for case in cases]})
    return True


def _noted(reply: Seen, case: Case, desk: Desk) -> Seen | None:
    """The message in Sent that answers the reply by name, so far only noted, or taken for a reminder by hand."""
    written = (event.ref for event in desk.store.events(case.key) if event.kind in {Kind.NOTED, Kind.STEP_DONE})
    found = filter(None, map(desk.store.seen, written))
    return next((one for one in found if names(one, reply) and to_the_customer(one, case, (reply,))), None)


def _waiting(sent: Seen, case: Case, desk: Desk) -> list[Seen]:
    """The replies that nobody has seen to; about what is over, those that still bear our flag."""
    refs = case.unseen or (_heard(case, desk) if case.ended else ())
    replies = filter(None, map(desk.store.seen, (ref for ref in refs if ref != sent.identity)))
    return [reply for reply in replies if reply.flags or not case.ended]


def _heard(case: Case, desk: Desk) -> Iterator[str]:
    return (event.ref for event in desk.store.events(case.key) if event.kind is Kind.REPLIED)


def _answer(sent: Seen, case: Case, replies: Sequence[Seen], desk: Desk) -> Event:
    known = tuple(reply.identity for reply in replies)
    event = _event(sent, case, Kind.ANSWERED, desk, f"a colleague answered: {sent.subject[:120]}")
    every = set(case.unseen) - {sent.identity} <= set(known)
    return replace(event, on=desk.setup.resume_on(desk.now), seen=None if every else known)


def _event(sent: Seen, case: Case, kind: Kind, desk: Desk, detail: str) -> Event:
    on = desk.setup.today(sent.written_at or desk.now)
    return Event(
        case=case.key, kind=kind, at=desk.now, ref=sent.identity, on=on, detail=detail, message_id=sent.message_id
    )


# --- What counts as an answer ---------------------------------------------------------------------------------------


def replies_to(sent: Seen, case: Case, replies: Iterable[Seen], matched: Match) -> bool:
    """Whether it answers everything the customer wrote."""
    listed = list(replies)
    return bool(listed) and len(answered_by(sent, case, listed, matched)) == len(listed)


def answered_by(
    sent: Seen, case: Case, replies: Sequence[Seen], matched: Match, asked_for: Iterable[str] = ()
) -> Sequence[Seen]:
    """The replies that it answers: it went to the customer, and names them or is about this case and comes later.

    `asked_for` are further addresses to which the writers wanted their answers. No message answers its own answer,
    whatever the clocks say.
    """
    if not to_the_customer(sent, case, replies) and not set(asked_for) & set(sent.to):
        return ()
    open_to_it = [one for one in replies if not names(one, sent)]
    return [one for one in open_to_it if names(sent, one) or (not matched.by_sender_only and later(sent, one))]


def names(sent: Seen, reply: Seen) -> bool:
    """Whether a message says itself which other it answers; the clocks of the two may differ."""
    return bool(reply.message_id) and reply.message_id in (*sent.in_reply_to, *sent.references)


def later(sent: Seen, reply: Seen) -> bool:
    """Whether it was written after the reply: by their dates, but no reply was written after it was read."""
    came = min(reply.at, reply.written_at or reply.at)
    return sent.written_at is not None and sent.written_at >= came


def to_the_customer(sent: Seen, case: Case, replies: Iterable[Seen]) -> bool:
    """Whether it went to who replied or to a contact: a forward to a superior is no answer."""
    people = {contact.email.lower() for contact in case.invoice.customer.contacts} | {reply.sender for reply in replies}
    return bool(people & set(sent.to))


def _asked_for(sent: Seen, replies: Iterable[Seen], desk: Desk) -> set[str]:
    """Where the writers of the replies that it names wanted the answer (their Reply-To), if not from ourselves."""
    raws = (desk.store.blob(reply.blob) for reply in replies if reply.blob and names(sent, reply))
    wanted = {one.email for raw in raws if raw is not None for one in addresses(read(raw).headers, "reply-to")}
    return wanted - {desk.setup.config.mailbox.address.lower()}


# --- What it was taken for before -----------------------------------------------------------------------------------


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
    if any(hold.because is Because.INSOLVENT and hold.ref == known.identity for hold in case.holds):
        yield replace(undone, kind=Kind.SOLVENT)
    again = {State.PAUSED: Kind.PAUSED, State.PROMISED: Kind.PROMISED}.get(before.state)
    if before.instalments and before.state is State.PROMISED and not before.unseen:
        agreed_on = before.agreed_on or before.plan_start
        yield replace(undone, kind=Kind.INSTALMENTS, on=agreed_on, instalments=before.instalments)
    elif again is not None and not before.unseen:
        yield replace(undone, kind=again, on=before.state_on)


# --- A reminder by hand ---------------------------------------------------------------------------------------------


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
    event = _event(sent, case, Kind.STEP_DONE, desk, f"{step}: a colleague wrote: {sent.subject[:120]}")
    return replace(event, at=at, step=step, how=How.BY_HAND, on=desk.setup.today(at))
