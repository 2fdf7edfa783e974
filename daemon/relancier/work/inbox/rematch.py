"""When a case opens, the mail read before is asked again: did the customer already write about it? (house law 1)

Mail from before Relancier's first tick only holds the case, without a flag, and `confirm` shows it first. Mail read
later, before its invoice came into the books, counts like any other.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from relancier.core.case import Case, Event, How, Kind
from relancier.core.reading.mail import Address, Message
from relancier.core.reading.match import Match, match
from relancier.core.reading.reply import Effect, MailKind, effect
from relancier.core.reading.token import tokens_in
from relancier.core.stored import Seen
from relancier.ports import FolderRole
from relancier.work.each import apart
from relancier.work.inbox.asking import ask
from relancier.work.inbox.colleague import answered_now, reminded, replies_to, thread_of
from relancier.work.inbox.heard import context, suspected, wanted_flags
from relancier.work.records import Desk


def rematch(opened: Collection[Case], desk: Desk) -> None:
    """Matches the remembered mail, oldest first, against newly opened cases. The cases are in the store already."""
    if not opened:
        return
    new = {case.key for case in opened}
    since = desk.now - desk.setup.config.state.lookback
    for seen in sorted(desk.store.unmatched(since), key=_written):
        if seen.in_sent or _effect(seen).event is Kind.REPLIED:
            with apart(f"message {seen.identity}", partial(_set_aside, seen, new, desk)):
                _again(seen, new, desk)
    _unflag_answered(desk)


def _unflag_answered(desk: Desk) -> None:
    """What a colleague had answered before its invoice came into the books asks nobody."""
    for seen in [change for change in desk.ledger.changes if isinstance(change, Seen) and change.flags]:
        cases = [case for case in map(desk.ledger.case, seen.cases) if case is not None]
        if not any(seen.identity in case.unseen for case in cases):
            desk.ledger.put(replace(seen, flags=()))


def _set_aside(seen: Seen, new: Collection[str], desk: Desk, error: Exception) -> None:
    """A message that cannot be asked holds its sender's cases, as one that cannot be read does."""
    detail = f"unexpected: {error}"[:200]
    for key in (case for case in suspected(_remembered(seen), FolderRole.INBOX, desk) if case in new):
        desk.ledger.add(Event(case=key, kind=Kind.UNREADABLE, at=desk.now, ref=seen.identity, detail=detail))


def _effect(seen: Seen) -> Effect:
    """What the message does where it came in by mail."""
    inbox = FolderRole.INBOX.value
    return effect(MailKind(seen.kind), matched=True, folder_role=inbox, doubtful=seen.doubtful)


def _written(seen: Seen) -> datetime:
    return seen.written_at or datetime.min.replace(tzinfo=UTC)


def _again(seen: Seen, new: Collection[str], desk: Desk) -> None:
    role = FolderRole.SENT if seen.in_sent else FolderRole.INBOX
    found = match(_remembered(seen), desk.store, context(desk.setup, role), MailKind(seen.kind))
    cases = [case for case in map(desk.ledger.case, found.cases) if case and case.key in new and _concerns(seen, case)]
    if not cases:
        return
    if seen.in_sent and seen.kind == MailKind.COLLEAGUE:
        _colleague(seen, cases, found, desk)
    elif not seen.in_sent:
        _customer(seen, cases, desk)


def _concerns(seen: Seen, case: Case) -> bool:
    """A message older than the invoice cannot be about it."""
    return case.invoice.issued is None or seen.written_at is None or seen.written_at.date() >= case.invoice.issued


def _customer(seen: Seen, cases: Iterable[Case], desk: Desk) -> None:
    first = desk.store.setting("started_at")
    before = first is None or seen.at.isoformat() <= str(first)
    for case in cases:
        desk.ledger.add(_event(seen, case, desk, f"{seen.sender} wrote: {seen.subject[:120]}", before=before))
    if not before:
        keys = tuple(case.key for case in cases)
        desk.ledger.put(replace(seen, unmatched=False, flags=wanted_flags(_effect(seen)), cases=keys))
        ask(seen, Kind.REPLIED, _remembered(seen), keys, desk)
    else:
        desk.ledger.put(replace(seen, unmatched=False, cases=tuple(case.key for case in cases)))


def _event(seen: Seen, case: Case, desk: Desk, detail: str, *, before: bool) -> Event:
    return Event(
        case=case.key,
        kind=Kind.REPLIED,
        at=desk.now,
        ref=seen.identity,
        how=How.ADOPTED if before else How.SENT,
        on=desk.setup.today(seen.written_at or seen.at),
        detail=detail,
        message_id=seen.message_id,
    )


def _colleague(seen: Seen, cases: Sequence[Case], matched: Match, desk: Desk) -> None:
    """What a colleague wrote gives the thread; it may also be the answer to the customer's message, or a reminder."""
    desk.ledger.put(replace(seen, cases=tuple(dict.fromkeys((*seen.cases, *(case.key for case in cases))))))
    for case in cases:
        if _ordered_before(seen, desk):
            desk.ledger.add(_event(seen, case, desk, f"an order from before: {seen.subject[:120]}", before=True))
            continue
        if answered_now(seen, case, matched, desk):
            continue
        refs = {hold.ref for hold in case.holds}
        replies = [reply for reply in map(desk.store.seen, refs) if reply is not None]
        orders = any(_ordered_before(reply, desk) for reply in replies)
        answered = not orders and replies_to(seen, case, replies, matched)
        if not answered and reminded(seen, case, matched, desk):
            continue
        desk.ledger.add(
            Event(
                case=case.key,
                kind=Kind.ANSWERED if answered else Kind.NOTED,
                at=desk.now,
                ref=seen.identity,
                how=How.ADOPTED,
                detail=f"a colleague wrote: {seen.subject[:120]}",
                message_id=seen.message_id if answered else thread_of(seen, case, matched, desk),
            )
        )


def _ordered_before(seen: Seen, desk: Desk) -> bool:
    """Whether a colleague answered a note that this state does not know: what was ordered was lost with that note."""
    named = " ".join((*seen.in_reply_to, seen.subject))
    return seen.in_sent and bool(seen.to) and set(seen.to) <= desk.setup.ours and bool(tokens_in(desk.setup.key, named))


def _remembered(seen: Seen) -> Message:
    return Message(
        identity=seen.identity,
        message_id=seen.message_id,
        in_reply_to=seen.in_reply_to,
        references=seen.references,
        sender=Address(email=seen.sender) if seen.sender else None,
        to=tuple(Address(email=address) for address in seen.to),
        subject=seen.subject,
        date=seen.written_at,
        attachments=seen.numbers,
    )
