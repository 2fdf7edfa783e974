"""Orders by mail: a colleague's answer to a note of ours, from the mailbox's own Sent and nowhere else (house law 12).

A clear order is carried out in the same commit as its reading. Any other answer to a note changes nothing: a note says
what was read and why it was not obeyed.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from relancier.core.agreed import agreement
from relancier.core.case import Because, Case, Contact, How, Kind
from relancier.core.orders.dictation import Said, Unclear, first_line, understand
from relancier.core.outbox import ABOUT, Entry, Sort, Status
from relancier.core.reading.mail import Message
from relancier.core.reading.token import tokens_in
from relancier.core.stored import Order, Seen
from relancier.core.text.newtext import own_words
from relancier.work.books.shrunk import shrunk_books
from relancier.work.einvoices.offers import WORDS as OF_OFFERS
from relancier.work.einvoices.offers import offer_order
from relancier.work.inbox.asking import too_many
from relancier.work.orders.contacts import unfit
from relancier.work.orders.doubtful import AGAIN, EVERYTHING, Held, foreign, hold_in_doubt
from relancier.work.orders.recording import Told, told_before
from relancier.work.records import DIGEST, MESSAGE, STEP, Desk, queue_note

log = logging.getLogger("relancier")

GENERAL = frozenset({"hold", "release", "iban", "complete"})  # about all sending
Obey = Callable[[Order, Desk], str]  # carries an order out (work/orders/obey); the reason where it cannot be
HEARD = "heard"  # of a note's facts: the Message-ID of an answer to it that was read in Sent
GOING_ON = frozenset({"resume", "balance", "release", "resend", "rejected", "iban", "complete"})  # mail leaves again

STOPPING = frozenset(
    {Kind.PAUSED, Kind.PROMISED, Kind.INSTALMENTS, Kind.DISPUTED, Kind.PAID, Kind.CLOSED, Kind.INSOLVENT}
)
BY_MAIL = "mail-"  # the beginning of such an order's id
OF_THE_NOTE = frozenset(
    {"sent", "resend", "contact", "insolvent", "done"}
)  # about what the note is about, however many invoices that is
SILENCE = "silence"
COMPLETE = "complete"
CLOCKS_DIFFER = timedelta(minutes=10)
OUTSIDE_WAITS = timedelta(minutes=15)  # a copy in the inbox may come before the one in Sent
_IN_SUBJECT = re.compile(r"\[R-([^\]]{10,120})\]", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_WITH = re.compile(r"\bwith\s+([\w-]+)", re.IGNORECASE)
_AUTHENTICATED = re.compile(r"(?:utf8)?e?smtps?a|lmtps?a?|https?|mapi", re.IGNORECASE)  # RFC 3848


def note_answered(message: Message, desk: Desk) -> Entry | None:
    """The note or task of ours that a message answers: by its In-Reply-To, or the sign that ready-made links carry.

    One who corrects an order answers that order: what goes to the mailbox alone is of the thread that it stands in.
    """
    own = desk.setup.config.mailbox.address.lower()
    alone = {address.email for address in (*message.to, *message.cc)} <= {own}
    thread = reversed(message.references) if alone else ()
    named = " ".join((*message.in_reply_to, *_IN_SUBJECT.findall(message.subject), *thread))
    entries = map(desk.store.entry_by_token, tokens_in(desk.setup.key, named))
    return next((entry for entry in entries if entry is not None and entry.sort is not Sort.REMINDER), None)


def written_here(message: Message) -> bool:
    """Whether every server that handled it took it from someone logged in: it did not come in by mail."""
    return all(map(_from_its_user, message.headers.get("received", ())))


def _from_its_user(received: str) -> bool:
    """By the server's own words, which come last: what stands before them may be the other side's."""
    used = _WITH.findall(_COMMENT.sub(" ", received))
    return bool(used) and _AUTHENTICATED.fullmatch(used[-1]) is not None


def dictate(message: Message, seen: Seen, note: Entry, desk: Desk, obey: Obey) -> Seen:
    """Carries out the order in a message that stands in Sent; gives what is to be remembered of the message."""
    if not written_here(message):
        return not_obeyed(message, seen, note, desk)
    cases = _cases(note, desk)
    heard = (HEARD, message.message_id)
    if message.message_id and heard in note.facts:  # another copy, which a server has written otherwise
        return replace(seen, cases=tuple(case.key for case in cases), unmatched=False, flags=())
    desk.ledger.put(replace(note, facts=(*note.facts, heard)))
    line = first_line(own_words(message.outside_quotations))
    order = _order(line, seen, note, cases, desk)
    refusal = order if isinstance(order, str) else ("order_date" if obey(order, desk) else "")
    _withdraw_doubt(seen, desk)
    if refusal:
        everything = Order(id=f"{BY_MAIL}{seen.identity}", word=EVERYTHING, at=desk.now)
        held = Held() if refusal == AGAIN else hold_in_doubt(line, seen, cases, desk, lambda: obey(everything, desk))
        _tell(refusal, line or first_line(message.text), seen, held.cases or cases, desk, facts=held.facts)
    elif isinstance(order, Order):
        cases = [case for case in cases if case.key in order.cases]
    return replace(seen, cases=tuple(case.key for case in cases), unmatched=False, flags=())


def not_obeyed(message: Message, seen: Seen, note: Entry, desk: Desk) -> Seen:
    """An answer to a note that does not stand in Sent (yet): it stops nothing, orders nothing, and a note says so."""
    cases = _cases(note, desk)
    own = seen.sender == desk.setup.config.mailbox.address.lower()
    later = desk.now + OUTSIDE_WAITS if own and not seen.in_sent else None
    _tell("order_outside", first_line(message.text), seen, cases, desk, not_before=later)
    return replace(seen, cases=tuple(case.key for case in cases), unmatched=False)


def tell_addressed(message: Message, seen: Seen, note: Entry, desk: Desk) -> None:
    """An order that went to the customer too is a message to them, and no order; a note says so."""
    line, cases = first_line(own_words(message.outside_quotations)), _cases(note, desk)
    heard = understand(line, desk.setup.today(desk.now), [case.invoice.number for case in cases])
    if isinstance(heard, Said):
        _tell("order_to_others", line, seen, cases, desk)


def _cases(note: Entry, desk: Desk) -> list[Case]:
    """The cases that a note or task is about, as they go on in the books."""
    found = (_as_it_goes_on(key, desk) for key in note.about)
    return list({case.key: case for case in found if case is not None}.values())


def _as_it_goes_on(key: str, desk: Desk) -> Case | None:
    """The case under this key, or under the one that the books have given it since."""
    case = desk.ledger.case(key)
    passed = {key}
    while case is not None and case.carried_to and case.carried_to not in passed:
        passed.add(case.carried_to)
        case = desk.ledger.case(case.carried_to)
    return case


def _tell(
    reason: str,
    line: str,
    seen: Seen,
    cases: Sequence[Case],
    desk: Desk,
    *,
    not_before: datetime | None = None,
    facts: Sequence[tuple[str, str]] = (),
) -> None:
    """The note about an order that was not carried out; in a flood of them it is only logged."""
    about = cases[0].invoice.customer.id if cases else ""
    if too_many(about, desk, of="order" if not_before is None else "copy"):
        return
    listed = "\n".join(case.key for case in cases)
    told = (("reason", reason), ("detail", line[:300]), (ABOUT, listed), (MESSAGE, seen.identity), *facts)
    ref = seen.identity if not_before is None else _outside(seen)
    queue_note(desk, "order", ref, told, not_before=not_before)
    if not_before is None:
        log.warning("order_unclear", extra={"reason": reason, "cases": [case.key for case in cases]})


def _outside(seen: Seen) -> str:
    """What the note about a copy outside Sent is called, while the one in Sent may still come."""
    return f"outside|{seen.identity}"


def _withdraw_doubt(seen: Seen, desk: Desk) -> None:
    """The note about a copy read before the one in Sent is not needed any more."""
    waiting = desk.store.live_entry(f"note:order|{_outside(seen)}")
    if waiting is not None and waiting.status is Status.QUEUED:
        desk.ledger.put(replace(waiting, status=Status.CANCELLED, ended_at=desk.now))


# --- From the words to the order ------------------------------------------------------------------------------------


def _order(line: str, seen: Seen, note: Entry, cases: Sequence[Case], desk: Desk) -> Order | str:
    """The order, or the reason why there is none."""
    written = min(seen.written_at or desk.now, desk.now)
    if foreign(line, cases, desk):
        return "order_other"
    said = understand(line, desk.setup.today(written), [case.invoice.number for case in cases])
    if isinstance(said, Unclear):
        return said.value
    if said.word in OF_OFFERS:
        return offer_order(said, _made(said, seen, note, (), desk), note, desk)
    meant = _meant(said, cases, of_a_day=note.template == DIGEST)
    if isinstance(meant, str):
        return meant
    refused = _REFUSALS.get(said.word, _fits)(said, meant, desk) or _not_shrunk(said, note, desk)
    if not refused and said.word in GOING_ON and _overtaken(written, meant, desk):
        return "order_overtaken"
    return refused or _made(said, seen, note, meant, desk)


def _meant(said: Said, cases: Sequence[Case], *, of_a_day: bool) -> Sequence[Case] | str:
    """The cases that the order is about; never a guess among several invoices, least of all among those of a day."""
    if said.word in GENERAL:
        return ()
    if not cases:
        return "order_no_case"
    if said.numbers:
        return [case for case in cases if case.invoice.number in said.numbers]
    several = len({case.invoice.number for case in cases}) > 1
    return "order_which" if several and (of_a_day or said.word not in OF_THE_NOTE) else cases


def _overtaken(written: datetime, cases: Sequence[Case], desk: Desk) -> bool:
    """Whether a person ordered otherwise by command after this was written: the later word counts."""
    events = (event for case in cases for event in desk.store.events(case.key))
    stopped = (event for event in events if event.kind in STOPPING and event.ref and not event.ref.startswith(BY_MAIL))
    return any(event.at > written for event in stopped)


def _made(said: Said, seen: Seen, note: Entry, cases: Sequence[Case], desk: Desk) -> Order:
    contact = Contact(said.role, said.address, said.note) if said.role is not None else None
    order = Order(
        id=f"{BY_MAIL}{seen.identity}",
        word=said.word,
        at=desk.now,
        cases=tuple(case.key for case in cases),
        on=said.on,
        amount="" if said.amount is None else str(said.amount),
        note=said.note,
        seen=_known(note, seen, cases, desk),
        contact=contact,
        promised=said.promised,
        keys=_steps(note, cases),
        instalments=agreement(said.parts, cases[0].asked) if said.parts and cases else (),
    )
    if said.word == "instalments":
        return replace(order, on=desk.today)
    if said.word not in {"plan", SILENCE}:
        return order
    named = desk.setup.plan_for(replace(cases[0].invoice, plan=said.note or SILENCE))
    return replace(order, word="plan", note=named, on=desk.today)


def _known(note: Entry, order: Seen, cases: Sequence[Case], desk: Desk) -> tuple[str, ...]:
    """The replies and reasons to hold that were there when the note was written: what came later is not seen to.

    An order older than its note is read anew by a restored state, which wrote the note again: the replies' own dates
    tell what was known. An answer without a note of its own, as in a flood, was not known by any.
    """
    untold = {ref for case in cases for ref in _untold(case, desk)}
    holds = [(hold.since, hold.ref) for case in cases for hold in case.holds]
    events = [event for case in cases for event in desk.store.events(case.key)]
    heard = [(event.at, event.ref) for event in events if event.kind is Kind.REPLIED]
    waiting = filter(None, map(desk.store.seen, (ref for case in cases for ref in case.unseen)))
    known = sorted([*holds, *heard, *((reply.at, reply.identity) for reply in waiting)])
    since = {ref: at for at, ref in known if ref not in untold}
    doubts = {hold.ref for case in cases for hold in case.holds if hold.because is Because.ORDER}  # of this very order
    anew = order.written_at is not None and order.written_at < note.queued_at - CLOCKS_DIFFER
    if anew:
        return tuple(ref for ref in since if ref in doubts or _written_before(ref, order, desk))
    told = (ref for ref, at in since.items() if at < note.queued_at or _of_the_note(ref, at, note, desk))
    return tuple(dict.fromkeys((*told, *doubts)))


def _untold(case: Case, desk: Desk) -> Iterator[str]:
    """The answers that lack the note that was due; what `confirm` showed or a person took the flag off is known."""
    if not desk.setup.config.replies.ask:
        return
    for event in desk.store.events(case.key):
        due = event.kind is Kind.REPLIED and event.how is not How.ADOPTED and event.ref not in case.dismissed
        if due and desk.store.live_entry(f"note:reply|{event.ref}") is None:
            yield event.ref


def _of_the_note(ref: str, at: datetime, note: Entry, desk: Desk) -> bool:
    """What came at the same moment: the note's own message, but no other one, which has a note of its own."""
    return at == note.queued_at and (ref == dict(note.facts).get(MESSAGE) or desk.store.seen(ref) is None)


def _written_before(ref: str, order: Seen, desk: Desk) -> bool:
    reply = desk.store.seen(ref)
    dates = (reply.written_at, order.written_at) if reply is not None else (None, None)
    return dates[0] is not None and dates[1] is not None and dates[0] <= dates[1]


def _steps(note: Entry, cases: Sequence[Case]) -> tuple[str, ...]:
    """The (case, step) keys of the task that is answered, or of the one that came back."""
    back = dict(note.facts).get(STEP)
    if back:
        return tuple(f"{case.key}|{back}" for case in cases)
    return tuple(one.key for one in note.carries if one.case in {case.key for case in cases})


# --- What cannot be done --------------------------------------------------------------------------------------------


def _fits(_said: Said, _cases: Sequence[Case], _desk: Desk) -> str:
    return ""


def _amount(said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    if said.amount is None:
        return ""
    if len(cases) > 1:
        return "order_which"
    return "order_amount" if said.amount > cases[0].amount_due else ""


def _paid(said: Said, cases: Sequence[Case], desk: Desk) -> str:
    """Two answers that tell the same part, on the same day, with the same remark, are told twice rather than two."""
    refused = _amount(said, cases, desk)
    if refused or said.amount is None:
        return refused
    events = desk.store.events(cases[0].key)
    told = Told(said.amount, said.on or desk.today, said.note)
    return AGAIN if told_before(events, told, desk.setup, desk.store) else ""


def _part(_said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    return "" if all(case.disputed > 0 for case in cases) else "order_no_part"


def _parts(said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    if len(cases) > 1:
        return "order_which"
    return "" if agreement(said.parts, cases[0].asked) else "order_sum"


def _insolvent(_said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    return "order_which" if len({case.invoice.customer.id for case in cases}) > 1 else ""


def _rejected(_said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    return "" if any(case.invoice.amount_due > 0 for case in cases) else "order_paid"


def _not_shrunk(said: Said, note: Entry, desk: Desk) -> str:
    """Whether books are said to be complete that have not shrunk, or not as the note has told."""
    if said.word != COMPLETE:
        return ""
    told, now = dict(note.facts).get("detail"), shrunk_books(desk.store, desk.setup)
    return "" if now and told == now else "order_not_shrunk"


def _plan(said: Said, _cases: Sequence[Case], desk: Desk) -> str:
    return "" if (said.note or SILENCE) in desk.setup.plans else "order_no_plan"


def _uncertain(_said: Said, cases: Sequence[Case], desk: Desk) -> str:
    keys = {case.key for case in cases}
    waits = any(one.case in keys for entry in desk.store.entries(Status.UNCERTAIN) for one in entry.carries)
    return "" if waits else "order_not_uncertain"


def _contact(said: Said, cases: Sequence[Case], desk: Desk) -> str:
    if len({case.invoice.customer.id for case in cases}) > 1:
        return "order_which"
    return "order_contact" if said.role is None or unfit(Contact(said.role, said.address), desk.setup) else ""


def _late(said: Said, cases: Sequence[Case], _desk: Desk) -> str:
    early = all(said.on is not None and said.on <= case.invoice.due for case in cases)
    return "order_not_late" if early else ""


_REFUSALS: Mapping[str, Callable[[Said, Sequence[Case], Desk], str]] = {
    "chased": _late,
    "paid": _paid,
    "dispute": _amount,
    "balance": _part,
    "instalments": _parts,
    "insolvent": _insolvent,
    "rejected": _rejected,
    "plan": _plan,
    SILENCE: _plan,
    "sent": _uncertain,
    "resend": _uncertain,
    "contact": _contact,
}
