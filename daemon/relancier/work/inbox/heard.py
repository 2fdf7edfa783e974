"""What one message that came in means: read, classify, match, then what changes (house laws 5, 6, 12, 13).

Nothing here touches the mailbox or commits: `heard` fills a ledger.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from relancier.core.case import Event, Kind
from relancier.core.outbox import Copy, Entry, Sort, Status
from relancier.core.reading.absence import Absence, AutoReply, about
from relancier.core.reading.freemail import FREE_MAIL
from relancier.core.reading.look import references
from relancier.core.reading.mail import Message
from relancier.core.reading.match import UNVERIFIED, Match, match
from relancier.core.reading.plus import addressed
from relancier.core.reading.reply import Context, Effect, MailKind, Verdict, effect, failed_recipients
from relancier.core.reading.second import judge
from relancier.core.reading.token import tokens_in
from relancier.core.stored import Seen, Setting
from relancier.core.text.numbers import kept_numbers
from relancier.ports import Folder, FolderRole
from relancier.work.each import apart
from relancier.work.einvoices.carries import carries
from relancier.work.inbox.asking import ask, tell_colleague_fails, tell_left
from relancier.work.inbox.colleague import answered_before, take_back, wrote
from relancier.work.orders.dictated import Obey, dictate, not_obeyed, note_answered, tell_addressed, written_here
from relancier.work.orders.insolvency import hold_at_a_sign, speaks_of_insolvency
from relancier.work.records import UNKNOWN_SENT, Desk, blob, queue_note
from relancier.work.sending.drafted import draft_sent, settle_draft
from relancier.work.sending.leftovers import is_draft
from relancier.work.sending.settle import WAITING, renamed, settle_sent, withdraw
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

OURS = frozenset({MailKind.OWN, MailKind.COLLEAGUE})
SPEAKING = frozenset({MailKind.HUMAN, MailKind.COLLEAGUE})  # whose words belong to the thread
HOLDING = frozenset({Kind.REPLIED, Kind.UNREADABLE, Kind.BOUNCED})


@dataclass(frozen=True, slots=True)
class Found:
    """A message where it lies, with its bytes as far as they were fetched and the flags that others have set."""

    message: Message
    folder: Folder
    uid: int
    raw: bytes
    flags: frozenset[str] = frozenset()


def context(setup: Setup, role: FolderRole) -> Context:
    mailbox = setup.config.mailbox
    return Context(
        own_address=mailbox.address.lower(),
        team=setup.config.colleagues,
        key=setup.key,
        folder_role=role.value,
    )


def suspected(message: Message, role: FolderRole, desk: Desk) -> tuple[str, ...]:
    """The cases that a message which could not be handled may be about, by whatever of it can still be read."""
    found: list[str] = []
    with apart(f"the cases of {message.identity}", lambda _error: None):
        found.extend(match(message, desk.store, context(desk.setup, role), MailKind.HUMAN).cases)
    if found or message.sender is None:
        return tuple(found)
    domain = message.sender.email.rpartition("@")[2]
    by_domain = () if domain in FREE_MAIL else desk.store.by_domain(domain)
    return (*desk.store.by_address(message.sender.email), *by_domain)


def heard(found: Found, desk: Desk, obey: Obey) -> None:
    """Everything that a message read for the first time changes; a known one only changes its place."""
    known = desk.store.seen(found.message.identity)
    if known is not None and not _first_in_sent(known, found):
        _moved(known, found, desk)
        return
    sender = found.message.sender
    known_sender = bool(sender and desk.store.by_address(sender.email))
    if known is None and _put_into_sent(found, desk, known_sender=known_sender):
        found = replace(found, folder=replace(found.folder, role=FolderRole.OTHER))
    here = replace(context(desk.setup, found.folder.role), sender_is_contact=known_sender)
    message, verdict = judge(found.message, here, lambda: desk.setup.bounces.read(found.raw))
    found = replace(found, message=message)
    if verdict.kind in OURS and _was_a_draft(found, verdict, known, desk):
        return
    if verdict.kind is MailKind.OWN:
        _own(found, verdict, desk)
        return
    if known is not None:
        take_back(known, desk)
    if verdict.kind is MailKind.COLLEAGUE and _is_order(found, verdict, desk, obey):
        return
    _settled_by(found.message, verdict, desk)
    matched = match(found.message, desk.store, here, verdict.kind)
    cases = tuple(key for key in matched.cases if desk.ledger.case(key) is not None)
    _record(found, verdict, replace(matched, cases=cases), desk)


def _was_a_draft(found: Found, verdict: Verdict, known: Seen | None, desk: Desk) -> bool:
    """Whether it is a draft of ours that a colleague has sent; then its steps are done."""
    if found.folder.role is not FolderRole.SENT:
        return False
    entry = draft_sent(found.message, found.flags, desk)
    if entry is None:
        return False
    if known is not None:
        take_back(known, desk)
    desk.ledger.put(settle_draft(entry, _seen(found, verdict, desk), found.raw, desk))
    return True


def _is_order(found: Found, verdict: Verdict, desk: Desk, obey: Obey) -> bool:
    """Whether a colleague answers a note of ours; then it is obeyed, or a note says why not."""
    note, in_sent = note_answered(found.message, desk), found.folder.role is FolderRole.SENT
    if note is None:
        return False
    seen = _seen(found, verdict, desk)
    if not _to_ourselves(found.message, desk.setup):
        if in_sent:
            tell_addressed(found.message, seen, note, desk)
        return False
    if in_sent:
        desk.ledger.put(dictate(found.message, seen, note, desk, obey))
    else:
        desk.ledger.put(not_obeyed(found.message, seen, note, desk))
    return True


def _put_into_sent(found: Found, desk: Desk, *, known_sender: bool) -> bool:
    """Whether a message in Sent came from someone else: a person has filed an answer there before it was read."""
    sender = found.message.sender
    if found.folder.role is not FolderRole.SENT or sender is None or sender.email in desk.setup.ours:
        return False
    return known_sender or not written_here(found.message)


def _first_in_sent(known: Seen, found: Found) -> bool:
    """Whether a copy elsewhere was read before the one in Sent, which alone says what the message means.

    Gmail shows everything sent in another folder too, and a colleague may send the mailbox a copy.
    """
    return known.kind in OURS and not known.in_sent and found.folder.role is FolderRole.SENT


def _seen(found: Found, verdict: Verdict, desk: Desk) -> Seen:
    seen, before = _new(found, verdict, desk.now), desk.store.seen(found.message.identity)
    if before is None:
        return seen
    waits = any(before.identity in case.unseen for case in map(desk.ledger.case, before.cases) if case)
    place = before if before.flagged or waits else seen
    flags = before.flags if waits else ()
    return replace(seen, folder=place.folder, uid=place.uid, flags=flags, flagged=before.flagged)


def _new(found: Found, verdict: Verdict, now: datetime) -> Seen:
    message = found.message
    return Seen(
        identity=message.identity,
        message_id=message.message_id,
        folder=found.folder.name,
        uid=found.uid,
        kind=verdict.kind,
        at=now,
        written_at=message.date,
        sender=message.sender_email,
        to=tuple(address.email for address in (*message.to, *message.cc))[:20],
        subject=message.subject[:500],
        in_reply_to=message.in_reply_to[:8],
        references=message.references[-32:],
        rule=verdict.rule,
        in_sent=found.folder.role is FolderRole.SENT,
        doubtful=verdict.doubtful,
    )


def _moved(known: Seen, found: Found, desk: Desk) -> None:
    """The same message in another place: nothing of what it meant happens again."""
    if (known.folder, known.uid) != (found.folder.name, found.uid):
        desk.ledger.put(replace(known, folder=found.folder.name, uid=found.uid))
    entry = (
        desk.store.entry_by_token(found.message.header("x-relancier-id").strip())
        if known.kind == MailKind.OWN
        else None
    )
    if entry is not None:
        _sighted(entry, found, desk)


def _own(found: Found, verdict: Verdict, desk: Desk) -> None:
    """A message of our own: proof that it was sent, the copy we wanted, or one that this state does not know."""
    text = f"{found.message.header('x-relancier-id')} {found.message.message_id}"
    tokens = tokens_in(desk.setup.key, text)
    seen = replace(_seen(found, verdict, desk), unmatched=False)
    entry = next((entry for entry in map(desk.store.entry_by_token, tokens) if entry), None)
    if entry is not None:
        if _proves(entry, found, desk):
            withdraw([one.case for one in entry.carries], desk, but=entry.id)
            written = replace(entry, begun_at=entry.begun_at or found.message.date)
            entry = settle_sent(written, desk, f"found in {found.folder.name}")
        _sighted(entry, found, desk)
    elif tokens and found.folder.role is FolderRole.SENT and not _harmless(found.message, tokens, desk):
        seen = _unknown(seen, found, desk)
    desk.ledger.put(seen)


def _proves(entry: Entry, found: Found, desk: Desk) -> bool:
    """Whether finding this message settles its entry.

    What waits but stands in Sent was sent before a restore; what was begun and given up was sent after all, unless
    another message has taken its place already. A draft is only ever sent by a person.
    """
    if entry.approval and not entry.rehearsal:
        return False
    if entry.status is Status.CANCELLED and entry.begun_at is not None and not entry.rehearsal:
        others = [desk.store.live_entry(one.key) for one in entry.carries]
        return all(other is None or other.status in WAITING for other in others)
    if found.folder.role is FolderRole.SENT and entry.status in WAITING:
        return True
    return entry.status is Status.UNCERTAIN


def _harmless(message: Message, tokens: Iterable[str], desk: Desk) -> bool:
    """Whether no step can be taken twice for want of it: it was ours alone, or its case is purged."""
    return _to_ourselves(message, desk.setup) or any(map(desk.store.gone, tokens))


def _to_ourselves(message: Message, setup: Setup) -> bool:
    """Whether it went to the team only, as an alarm does: no step of a plan was carried by it."""
    people = {address.email for address in (*message.to, *message.cc)}
    return not message.header("x-relancier-marks") and people <= setup.ours


def _sighted(entry: Entry, found: Found, desk: Desk) -> None:
    if found.folder.role is FolderRole.SENT:
        renamed(entry, found.message, desk)
    wanted = FolderRole.SENT if entry.sort is Sort.REMINDER else FolderRole.INBOX
    if entry.copy is Copy.WANTED and found.folder.role is wanted and entry.status is Status.SENT:
        desk.ledger.put(replace(entry, copy=Copy.FILED))


def _unknown(seen: Seen, found: Found, desk: Desk) -> Seen:
    """House law 13: someone with our key sent what this state does not know. Everything stops until `confirm`."""
    known = desk.store.setting(UNKNOWN_SENT)
    listed = [str(item) for item in known] if isinstance(known, list) else []
    kept = blob(found.raw)
    desk.ledger.put(Setting(UNKNOWN_SENT, [*listed, seen.identity]), kept)
    facts = (("reason", UNKNOWN_SENT), ("command", "relancier confirm"))
    queue_note(desk, "held", f"{UNKNOWN_SENT}|{desk.today.isoformat()}", facts)
    log.warning("sent_unknown", extra={"message_id": seen.message_id})
    return replace(seen, blob=kept.sha256)


def _settled_by(message: Message, verdict: Verdict, desk: Desk) -> None:
    """An answer or a report about a message proves that the message was accepted; colleagues may pass a draft on."""
    key = desk.setup.key
    for token in dict.fromkeys((*tokens_in(key, references(message)), *addressed(message, key))):
        entry = desk.store.entry_by_token(token)
        if entry is None or (is_draft(entry) and verdict.kind is MailKind.COLLEAGUE):
            continue
        if entry.status is Status.UNCERTAIN or is_draft(entry):
            settle_sent(entry, desk, "an answer to it arrived")


def _record(found: Found, verdict: Verdict, matched: Match, desk: Desk) -> None:
    seen = _seen(found, verdict, desk)
    attached = carries(found.message, seen, found.folder.role, desk.setup, known=bool(matched.cases))
    seen = replace(seen, attached=attached)
    outcome = effect(
        verdict.kind,
        bool(matched.cases),
        found.folder.role.value,
        doubtful=verdict.doubtful,
        given_up=verdict.given_up,
    )
    if outcome.event is None:
        desk.ledger.put(replace(seen, numbers=_numbers(found.message)) if verdict.kind in SPEAKING else seen)
        return
    if outcome.event is Kind.BOUNCED and _ours_failed(found.message, desk):
        desk.ledger.put(replace(seen, cases=matched.cases, unmatched=False))
        tell_colleague_fails(found.message, desk)
        return
    kept = blob(found.raw)
    cases = _concerned(_beside(seen, matched.cases, outcome.event, desk), outcome.event, desk)
    seen = replace(seen, cases=cases, unmatched=False, blob=kept.sha256)
    if outcome.event is Kind.ANSWERED:
        desk.ledger.put(kept, seen)
        wrote(seen, cases, matched, desk)
        return
    warned = outcome.event is Kind.REPLIED and speaks_of_insolvency(found.message, seen, desk)
    if warned:
        cases = hold_at_a_sign(seen, cases, desk)
        seen = replace(seen, cases=cases)
    detail = _detail(found.message, verdict, matched, desk)
    for key in cases:
        desk.ledger.add(_event(key, outcome.event, seen, desk, detail))
    if outcome.event is Kind.REPLIED and not warned and answered_before(seen, cases, desk):
        desk.ledger.put(kept, seen)
        return
    missing = tuple(flag for flag in wanted_flags(outcome) if flag not in found.flags)
    desk.ledger.put(kept, replace(seen, flags=missing))
    if outcome.flags:
        ask(seen, outcome.event, found.message, cases, desk, unverified=matched.confidence == UNVERIFIED)
    elif outcome.event is Kind.AUTOREPLIED:
        tell_left(seen, _absence(found.message, desk), cases, desk)
    log.info(outcome.event.value, extra={"cases": list(cases), "kind": verdict.kind, "rule": verdict.rule})


def _ours_failed(message: Message, desk: Desk) -> bool:
    """Whether a bounce is about our own people: they are all whom it names, or it returns a task."""
    failed = failed_recipients(message)
    if failed and desk.setup.ours.issuperset(failed):
        return True
    carriers = " ".join(value for name in ("message-id", "x-relancier-id") for value in message.enclosed.get(name, ()))
    entries = map(desk.store.entry_by_token, tokens_in(desk.setup.key, carriers))
    task = any(entry is not None and entry.sort is Sort.TASK for entry in entries)
    return task and not any(map(desk.store.by_address, failed))


def _numbers(message: Message) -> tuple[str, ...]:
    """What may be the numbers of invoices that are not in the books yet."""
    return kept_numbers([*message.attachments, *message.enclosed.get("subject", ()), message.text])


def _beside(seen: Seen, matched: tuple[str, ...], event: Kind, desk: Desk) -> tuple[str, ...]:
    """Who writes for several customers may mean them all."""
    if event is not Kind.REPLIED or seen.kind == MailKind.COLLEAGUE:
        return matched
    cases = [case for case in map(desk.ledger.case, matched) if case is not None]
    known = {case.invoice.customer.id for case in cases}
    others = [case for case in map(desk.ledger.case, desk.store.by_address(seen.sender)) if case is not None]
    return (*matched, *(case.key for case in others if case.invoice.customer.id not in known))


def _concerned(matched: tuple[str, ...], event: Kind, desk: Desk) -> tuple[str, ...]:
    """The cases to hold: an answer about what is over, or an address that fails, concerns the customer's open ones."""
    cases = [case for case in map(desk.ledger.case, matched) if case is not None]
    over = event in HOLDING and all(case.ended for case in cases)
    if not over and event is not Kind.BOUNCED:
        return matched
    customers = dict.fromkeys(case.invoice.customer.id for case in cases)
    others = [other.key for customer in customers for other in desk.store.of_customer(customer) if not other.ended]
    return tuple(dict.fromkeys((*matched, *others)))


def wanted_flags(outcome: Effect) -> tuple[str, ...]:
    """The flags and the keyword to be set on the message."""
    return (*outcome.flags, *([outcome.keyword] if outcome.keyword else []))


def _event(key: str, kind: Kind, seen: Seen, desk: Desk, detail: str) -> Event:
    return Event(
        case=key,
        kind=kind,
        at=desk.now,
        ref=seen.identity,
        on=desk.setup.today(seen.written_at or desk.now),
        detail=detail,
        message_id=seen.message_id if seen.kind in SPEAKING else "",
    )


def _absence(message: Message, desk: Desk) -> Absence:
    return about(message, desk.setup.today(message.date or desk.now))


def _told(absence: Absence) -> str:
    """What an auto-reply tells, in brackets, for the history."""
    known = absence.sort is not AutoReply.UNKNOWN
    parts = [absence.sort.value if known else "", f"back on {absence.back_on}" if absence.back_on else ""]
    written = ", ".join(part for part in parts if part)
    return f" ({written})" if written else ""


def _detail(message: Message, verdict: Verdict, matched: Match, desk: Desk) -> str:
    who = message.sender_email or "someone unknown"
    if verdict.kind in {MailKind.BOUNCE_PERMANENT, MailKind.BOUNCE_TEMPORARY}:
        who = ", ".join(failed_recipients(message)) or who
        return f"{verdict.kind.replace('_', ' ')} for {who}: {verdict.evidence}"
    if verdict.kind is MailKind.AUTOREPLY:
        return f"autoreply{_told(_absence(message, desk))} from {who}: {message.subject[:120]}"
    doubt = " (sender not known for this customer)" if matched.confidence == "unverified" else ""
    return f"{verdict.kind} from {who}{doubt}: {message.subject[:120]}"
