"""A message in Sent that a colleague made of a draft of ours: known by its token, else by whom, what about and when.

Mail programs save an edited draft as a message of their own: some keep References, some keep nothing.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from relancier.core.case import Event, How, Kind
from relancier.core.outbox import Copy, Entry, Status, sent
from relancier.core.reading.look import references
from relancier.core.reading.mail import Message
from relancier.core.reading.read import read
from relancier.core.reading.token import tokens_in
from relancier.core.stored import Seen
from relancier.core.text.numbers import normalise, numbers_in, strip_prefixes
from relancier.work.records import Desk, blob
from relancier.work.sending.leftovers import is_draft, leave_sent
from relancier.work.sending.settle import settle_failed, settled

log = logging.getLogger("relancier")

CLOCKS_DIFFER = timedelta(minutes=10)
DRAFT = "\\Draft"
IN_HAND = (Status.PROPOSED, Status.UNCERTAIN)
OVER = (*IN_HAND, Status.CANCELLED, Status.QUEUED, Status.DEFERRED)  # states in which a draft of it may be sent


def draft_sent(message: Message, flags: Iterable[str], desk: Desk) -> Entry | None:
    """The entry whose draft this message in Sent was; None where it was none, or went to ourselves only."""
    whom = {address.email for address in (*message.to, *message.cc)}
    if not whom - desk.setup.ours or DRAFT.casefold() in {flag.casefold() for flag in flags}:
        return None
    return _by_token(message, desk) or _by_what_it_says(message, whom, desk)


def _by_token(message: Message, desk: Desk) -> Entry | None:
    """By a token that only the draft could give: nobody has received it, so no answer can hold it."""
    values = f"{references(message)} {message.message_id} {message.header('x-relancier-id')}"
    entries = map(desk.store.entry_by_token, tokens_in(desk.setup.key, values))
    return next((one for one in entries if one is not None and one.approval and _may_be_sent(one, desk)), None)


def _may_be_sent(entry: Entry, desk: Desk) -> bool:
    """Whether its steps are still to be taken, as far as the outbox knows: nothing else has taken its place."""
    if entry.status not in OVER or entry.rehearsal:
        return False
    others = [desk.store.live_entry(one.key) for one in entry.carries]
    return all(other is None or other.status in OVER for other in others)


def _by_what_it_says(message: Message, whom: set[str], desk: Desk) -> Entry | None:
    """By whom it goes to, the number in its subject and its time; in doubt it is what a colleague writes otherwise."""
    numbers = numbers_in(message.subject)
    drafts = [one for one in desk.store.entries(*IN_HAND) if is_draft(one) and _later(message.date, one)]
    meant = [one for one in drafts if normalise(_number(one)) in numbers and whom & _people(one, desk)]
    meant.sort(key=lambda one: {*one.to, *one.cc} != whom)  # the parts of an invoice have the same subject
    return next((one for one in meant if _same_subject(message, one, desk) or _unanswered(one, desk)), None)


def _later(written: datetime | None, entry: Entry) -> bool:
    return written is not None and entry.begun_at is not None and written >= entry.begun_at - CLOCKS_DIFFER


def _number(entry: Entry) -> str:
    return entry.carries[0].case.rpartition("|")[0]


def _people(entry: Entry, desk: Desk) -> set[str]:
    """To whom it was written, and whoever else is known at that customer."""
    cases = filter(None, (desk.ledger.case(one.case) for one in entry.carries))
    known = {contact.email.lower() for case in cases for contact in case.invoice.customer.contacts}
    return known | {address.lower() for address in (*entry.to, *entry.cc)}


def _same_subject(message: Message, entry: Entry, desk: Desk) -> bool:
    """Whether it is under the draft's own subject, which no answer bears: those begin with a prefix."""
    raw = desk.store.blob(entry.blob) if entry.blob else None
    bare = strip_prefixes(message.subject)
    return raw is not None and bare == message.subject.strip() and normalise(bare) == normalise(read(raw).subject)


def _unanswered(entry: Entry, desk: Desk) -> bool:
    """Whether there is nothing of the customer's that a colleague could be answering."""
    cases = filter(None, (desk.ledger.case(one.case) for one in entry.carries))
    return not any(case.unseen for case in cases)


# --- What follows ---------------------------------------------------------------------------------------------------


def settle_draft(entry: Entry, seen: Seen, raw: bytes, desk: Desk) -> Seen:
    """The steps of the draft are done, by the message as it was really sent; gives what is remembered of that."""
    kept = blob(raw)
    at = min(seen.written_at or desk.now, desk.now)
    told = f"a colleague sent it: {seen.subject[:120]}"
    for other in _others(entry, desk):
        settle_failed(other, Status.CANCELLED, desk, "a colleague sent an earlier draft of it")
    if entry.blob and entry.begun_at is not None:
        leave_sent(entry, desk)
    done = replace(sent(entry, desk.now, desk.setup.today(at), told), copy=Copy.NONE, blob=kept.sha256, gone_at=None)
    desk.ledger.put(kept, done)
    if entry.status is Status.UNCERTAIN:
        settled(entry, desk, told)
    for one in entry.carries:
        desk.ledger.add(
            Event(
                case=one.case,
                kind=Kind.STEP_DONE,
                at=at,
                ref=entry.id,
                step=one.step,
                how=How.SENT,
                on=desk.setup.today(at),
                message_id=seen.message_id,
                detail=f"{one.step}: {told}, to {', '.join(seen.to)}",
            )
        )
    log.info("draft_sent", extra={"entry": entry.id, "cases": [one.case for one in entry.carries]})
    cases = tuple(dict.fromkeys(one.case for one in entry.carries))
    return replace(seen, cases=cases, unmatched=False, blob=kept.sha256)


def _others(entry: Entry, desk: Desk) -> list[Entry]:
    """Newer entries for the same steps, which nobody has sent."""
    found = (desk.store.live_entry(one.key) for one in entry.carries)
    return list({other.id: other for other in found if other is not None and other.id != entry.id}.values())
