"""Settling an entry: it went out, or it came to nothing. The entry and its cases change in one commit."""

from collections.abc import Collection
from dataclasses import replace

from relancier.core.case import Event, How, Kind
from relancier.core.outbox import Copy, Entry, Sort, Status, ended, sent
from relancier.core.plan import Channel
from relancier.core.reading.mail import Message
from relancier.work.records import Desk
from relancier.work.sending.leftovers import leave, leave_sent

WAITING = frozenset({Status.QUEUED, Status.DEFERRED})


def settle_sent(entry: Entry, desk: Desk, answer: str) -> Entry:
    """The entry was accepted: every step it carries is done, whatever was uncertain is settled."""
    by_person = entry.approval and not entry.rehearsal
    at = (entry.gone_at if by_person else None) or entry.begun_at or desk.now
    setup, ledger = desk.setup, desk.ledger
    done = replace(sent(entry, desk.now, setup.today(at), answer), rehearsal=entry.rehearsal)
    if entry.sort is not Sort.REMINDER or entry.rehearsal or by_person:
        done = replace(done, copy=entry.copy if entry.sort is not Sort.REMINDER else Copy.NONE)
    ledger.put(done)
    if by_person:
        leave_sent(entry, desk)
    if entry.status is Status.UNCERTAIN:
        settled(entry, desk, answer)
    if entry.rehearsal:
        return done
    how = How.SENT if entry.sort is Sort.REMINDER else How.TASK
    for one in entry.carries:
        ledger.add(
            Event(
                case=one.case,
                kind=Kind.STEP_DONE,
                at=at,
                ref=entry.id,
                step=one.step,
                how=how,
                on=setup.today(at),
                message_id=entry.message_id if how is How.SENT else "",
                detail=_told(entry, one.step, answer),
            )
        )
        if entry.channel == Channel.LEGAL:
            ledger.add(Event(case=one.case, kind=Kind.HANDED_OVER, at=desk.now, ref=entry.id))
    return done


def _told(entry: Entry, step: str, answer: str) -> str:
    if entry.sort is Sort.TASK:
        return f"{step}: task ({entry.channel}) given to {', '.join(entry.to) or 'the team'}"
    if entry.channel == Channel.SMS:
        return f"{step}: SMS sent to +{entry.to[0].partition('@')[0]} ({answer[:200]})"
    return f"{step}: sent to {', '.join((*entry.to, *entry.cc))} ({answer[:200]})"


def renamed(entry: Entry, copy: Message, desk: Desk) -> None:
    """Some providers give our message another Message-ID on its way; answers name that one, so it joins the thread."""
    if entry.sort is not Sort.REMINDER or copy.message_id in ("", entry.message_id):
        return
    for one in entry.carries:
        desk.ledger.add(
            Event(
                case=one.case,
                kind=Kind.NOTED,
                at=desk.now,
                ref=copy.identity,
                message_id=copy.message_id,
                detail=f"our message is called {copy.message_id} in Sent",
            )
        )


def settle_failed(entry: Entry, status: Status, desk: Desk, reason: str) -> Entry:
    """The entry came to nothing (cancelled, refused): its cases are free, and a new entry has a new Message-ID."""
    over = ended(entry, status, desk.now, reason)
    desk.ledger.put(over)
    leave(entry, desk)
    for one in entry.carries:
        desk.ledger.add(
            Event(
                case=one.case,
                kind=Kind.SEND_FAILED,
                at=desk.now,
                ref=entry.id,
                step=one.step,
                detail=f"{status}: {reason}",
            )
        )
    if entry.status is Status.UNCERTAIN:
        settled(entry, desk, reason)
    return over


def settled(entry: Entry, desk: Desk, reason: str) -> None:
    """What nobody knew is known now: its cases are not held by it any more."""
    for one in entry.carries:
        desk.ledger.add(Event(case=one.case, kind=Kind.SETTLED, at=desk.now, ref=entry.id, detail=reason))


def settle_uncertain(entry: Entry, desk: Desk, reason: str) -> Entry:
    """Nobody knows whether it arrived: its cases are held until it is found or a person says so."""
    unknown = ended(entry, Status.UNCERTAIN, desk.now, reason)
    desk.ledger.put(unknown)
    how = How.BY_HAND if entry.approval else How.SENT
    for one in entry.carries:
        desk.ledger.add(
            Event(case=one.case, kind=Kind.UNCERTAIN, at=desk.now, ref=entry.id, step=one.step, how=how, detail=reason)
        )
    return unknown


def withdraw(cases: Collection[str], desk: Desk, *, but: str = "") -> None:
    """What was decided for these cases without knowing of a message found in Sent is decided again."""
    for entry in desk.store.entries(*WAITING) if cases else ():
        if entry.id != but and any(one.case in cases for one in entry.carries):
            settle_failed(entry, Status.CANCELLED, desk, "a message found in Sent took its place")
