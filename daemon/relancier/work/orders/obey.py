"""Orders from a person, by command: applied once, oldest first, before anything is sent (house laws 1 and 12).

| word     | fields beside `cases`             | does                                                             |
|----------|-----------------------------------|------------------------------------------------------------------|
| pause    | on: comes back to a person        | nothing leaves                                                   |
| resume   |                                   | goes on after a pause, a promise, a reply; ends a dispute wholly |
| promise  | on: the promised day              | nothing leaves until then                                        |
| dispute  | amount: the part, "" the whole    | nothing leaves                                                   |
| balance  |                                   | goes on, the part in dispute left out                            |
| paid     | on, amount: "" the whole          | closed, or less is due                                           |
| close    |                                   | closed for good                                                  |
| plan     | note: the plan's name, on: start  | another plan from that day                                       |
| called   | on: the call, note: what was said | the recap is due; a note out of UNANSWERED: nobody was reached;  |
|          | promised: the day for payment     | nothing else leaves until then                                   |
| chased   | on: the reminder                  | the step of that day counts as done by hand                      |
| contact  | contact; customer or cases        | replaces who has that role, for all the customer's cases         |
| posted   | on, note: the tracking number     | the letter of the last letter step left on that day              |
| letter   | on, note: one of LETTERS          | what became of it; the next step counts from that day            |
| instal-  | instalments; on: the agreement    | nothing leaves but its confirmation and its reminders; one that  |
|  ments   |                                   | does not come goes to a person                                   |
| rejected | on: a payment came back that day  | chased by its plan, whatever its means of payment, unless it is  |
|          |                                   | in dispute or with lawyers                                       |
| insol-   | on: the judgment; for all the     | what is from before it stops for good, the claim is to be        |
|  vent    | customer's cases                  | declared; what came later goes on                                |
| done     | keys: the tasks                   | what was asked of a colleague is done                            |
| iban     | (no cases)                        | the bank details are as they should be                           |
| complete | (no cases)                        | books that have shrunk count as complete                         |
| hold     | note: why (no cases)              | nothing leaves at all                                            |
| release  | (no cases)                        | ends a hold                                                      |
| sent     |                                   | the uncertain message went out                                   |
| resend   |                                   | it did not; its step is taken again                              |
| forget   | customer; keys of all its cases    | they are removed with their messages; note OVERRIDE: at any age  |
| open     | keys: the offer; on, contact      | the invoice that came by mail is followed, due on that day       |
| ignore   | keys: the offer (no cases)        | it is not, and not offered again                                 |
| import   | keys: the files (books/importing) | all of them are taken up, or none                                |
| confirm  | keys: what was shown (no cases)   | exactly that may leave                                           |

`note` is a remark for the history in all others. Where a day is left out, it is that of the order.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from relancier.core.agreed import of_agreement, sums_to
from relancier.core.case import Case, Event, Kind, State
from relancier.core.extra import recap_of
from relancier.core.outbox import Carried, Copy, Entry, Sort, Status
from relancier.core.recorded import Letter
from relancier.core.stored import Applied, Order, Setting
from relancier.ports import Store
from relancier.work.adopt import adopt_unknown
from relancier.work.archive.forgetting import forget, not_to_forget
from relancier.work.books.importing import import_files
from relancier.work.books.shrunk import SHRUNK
from relancier.work.books.sync import SHRINK_ACCEPTED
from relancier.work.books.taken import ask_mail_before
from relancier.work.einvoices.offers import ignore_offer, not_to_open, open_offer
from relancier.work.inbox.unflag import flags_off
from relancier.work.orders.contacts import unfit
from relancier.work.orders.dictated import BY_MAIL
from relancier.work.orders.insolvency import before as arose_before
from relancier.work.orders.insolvency import concerned, declared, to_declare
from relancier.work.orders.recording import change_contact, chase_by_hand, day_of, record
from relancier.work.paid.placing import place_money
from relancier.work.paid.told import came_back
from relancier.work.records import UNKNOWN_SENT, Desk
from relancier.work.sending.bank import confirm_bank
from relancier.work.sending.settle import settle_failed, settle_sent
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

HELD = "held"  # all sending is held: {"reason", "since", "by"}
CONFIRMED = "confirmed_at"
APPROVED = "approved"  # (case, step) keys that a person has seen and let leave
SOLVING = frozenset({Kind.RESUMED, Kind.BALANCE, Kind.PAID, Kind.CLOSED, Kind.REJECTED})  # orders that end a hold
CONFIRMS = frozenset({"unknown_sent", "surge", "iban_changed", "away", "books_shrunk"})  # reasons that `confirm` ends
FACTS = frozenset(
    {"called", "chased", "posted", "letter", "rejected", "insolvent"}
)  # words that tell of a day which has come
FARTHEST = timedelta(days=3650)  # how far ahead a day may lie that a person names
_DAYS = {
    Kind.PROMISED: "by",
    Kind.PAUSED: "until",
    Kind.PAID: "on",
    Kind.PLAN_CHOSEN: "from",
    Kind.REJECTED: "on",
    Kind.INSOLVENT: "judgment of",
}  # before the order's day
_PARTS = {Kind.DISPUTED: " in dispute", Kind.BALANCE: " in dispute"}  # behind the amount
SURGE = "surge"  # the day on which sending was held because too much would have left


def apply_orders(store: Store, setup: Setup, now: datetime) -> int:
    """Carries out every waiting order, each in a commit of its own; gives their number."""
    orders = store.orders()
    for order in orders:
        desk = Desk.at(store, setup, now)
        obey(order, desk)
        desk.ledger.put(Applied(order.id))
        desk.ledger.commit()
    return len(orders)


def obey(order: Order, desk: Desk) -> str:
    """Puts what an order does into the ledger; the reason where it cannot be carried out."""
    reason = (
        refusal(order, desk.setup)
        or not_to_forget(order, desk)
        or _of_several(order, desk)
        or _not_late(order, desk)
        or _not_due(order, desk)
        or not_to_open(order, desk)
    )
    if not reason:
        reason = _WORDS[order.word](order, desk) or ""
    facts = {"word": order.word, "cases": list(order.cases), "reason": reason}
    log.log(logging.ERROR if reason else logging.INFO, "order_refused" if reason else "order_applied", extra=facts)
    return reason


def _of_several(order: Order, desk: Desk) -> str:
    """Whether a contact is meant for several customers: what is owed by one is never written to another."""
    if order.word != "contact":
        return ""
    named = {case.invoice.customer.id for case in map(desk.ledger.case, order.cases) if case is not None}
    return "a contact is of one customer" if len(named) > 1 else ""


def _not_late(order: Order, desk: Desk) -> str:
    """Whether a reminder is said to have been made of what was not late that day: it is none."""
    if order.word != "chased":
        return ""
    on, cases = day_of(order, desk), [case for case in map(desk.ledger.case, order.cases) if case is not None]
    return f"nothing was late on {on}" if cases and all(case.invoice.due >= on for case in cases) else ""


def _not_due(order: Order, desk: Desk) -> str:
    """Whether instalments are not exactly those of what one case owes."""
    if order.word != "instalments":
        return ""
    cases = [case for case in map(desk.ledger.case, order.cases) if case is not None]
    if len(cases) != 1:
        return "an instalment plan is for one case"
    exact = sums_to(order.instalments, cases[0].asked)
    return "" if exact else f"the instalments do not sum to the {cases[0].asked:.2f} that are due"


def refusal(order: Order, setup: Setup) -> str:
    """Why an order cannot be carried out, if so: it must not stop the others."""
    if order.word not in _WORDS:
        return "this version does not know it"
    if order.on is not None and order.on > order.at.date() + FARTHEST:
        return f"{order.on} is too far away"
    if order.on is not None and order.word in FACTS and order.on > setup.today(order.at):
        return f"{order.on} has not come yet"
    if order.word == "letter" and order.note not in {*Letter}:
        return f"{order.note!r} is nothing that becomes of a letter"
    if order.word == "contact":
        return unfit(order.contact, setup) if order.contact else "no contact is named"
    return _wrong_amount(order)


def _wrong_amount(order: Order) -> str:
    try:
        wrong = bool(order.amount) and not Decimal(order.amount) > 0
    except InvalidOperation:
        wrong = True
    if order.word == "dispute" and order.amount and len(order.cases) > 1:
        return "an amount is for one case"
    return f"{order.amount!r} is no amount" if wrong else ""


def _on_cases(kind: Kind) -> Callable[[Order, Desk], None]:
    def carry_out(order: Order, desk: Desk) -> None:
        before = [case for case in map(desk.ledger.case, order.cases) if case is not None and _concerns(kind, case)]
        for case in before:
            desk.ledger.add(_event(order, case, _kind_for(case, kind, order), desk))
        if kind is not Kind.PLAN_CHOSEN:  # another plan answers nobody
            flags_off(before, desk, solved=kind in SOLVING)
        if kind in SOLVING:
            place_money(order, before, desk)
        if again := [case.key for case in before if kind is Kind.REJECTED or (kind is Kind.RESUMED and case.ended)]:
            ask_mail_before(again, desk)  # money that came meanwhile may be for it

    return carry_out


def _concerns(kind: Kind, case: Case) -> bool:
    """Whether an order says anything of a case: there is a balance only where a part is in dispute."""
    if kind is Kind.REJECTED:
        return case.invoice.amount_due > 0
    return kind is not Kind.BALANCE or (bool(case.disputed) and not case.ended)


def _kind_for(case: Case, kind: Kind, order: Order) -> Kind:
    """Several cases named at once: what a person has settled of each stays, and only its replies are seen to."""
    return Kind.NOTED if kind is Kind.RESUMED and settled(case) and len(order.cases) > 1 else kind


def settled(case: Case) -> bool:
    """Whether a person or the books have said what becomes of it: it goes on only when it is named by itself."""
    return case.state not in {State.OPEN, State.PAUSED}


def _event(order: Order, case: Case, kind: Kind, desk: Desk) -> Event:
    amount = Decimal(order.amount) if order.amount else None
    return Event(
        case=case.key,
        kind=kind,
        at=order.at,
        ref=order.id,
        on=order.on,
        amount=came_back(case, desk) if kind is Kind.REJECTED else amount,
        plan=order.note if kind is Kind.PLAN_CHOSEN else "",
        detail=_told(order, case, kind),
        note=order.note,
        seen=_known(order, case, desk),
        instalments=order.instalments if kind is Kind.INSTALMENTS else (),
    )


def _told(order: Order, case: Case, kind: Kind) -> str:
    """What the history says of an order: the plan or the amount, the day, then a person's remark."""
    if kind is Kind.INSTALMENTS:
        return ", ".join(f"{one.amount:.2f} {case.invoice.currency} on {one.on}" for one in order.instalments)
    amount = case.disputed if kind is Kind.BALANCE else Decimal(order.amount or 0)
    part = f"{amount:.2f} {case.invoice.currency}{_PARTS.get(kind, '')}" if amount else ""
    day = f"{_DAYS[kind]} {order.on}" if kind in _DAYS and order.on else ""
    named, remark = (order.note, "") if kind is Kind.PLAN_CHOSEN else (part, order.note)
    facts = " ".join(words for words in (named, day) if words)
    return ": ".join(words for words in (facts, remark) if words)


def _known(order: Order, case: Case, desk: Desk) -> tuple[str, ...]:
    """The replies and reasons to hold that a person knew of: by the order itself, else what is no younger than it."""
    stems = (*case.unseen, *(hold.ref for hold in case.holds))
    if order.seen is not None:
        return tuple(ref for ref in stems if ref in order.seen)
    heard = {event.ref: event.at for event in desk.store.events(case.key) if event.kind is Kind.REPLIED}
    since = {**heard, **{hold.ref: hold.since for hold in case.holds}}
    return tuple(ref for ref in stems if since.get(ref, order.at) <= order.at)


def _called(order: Order, desk: Desk) -> None:
    """A call; a day promised in it is a promise, and a message that a person sends confirms it."""
    record(order, desk)
    if order.promised is None:
        return
    promise = replace(order, word="promise", on=order.promised)
    cases = [case for case in map(desk.ledger.case, order.cases) if case is not None]
    for case in cases:
        recap = recap_of(case, desk.setup.plans.get(case.plan), day_of(order, desk))
        _take_back(Carried(case.key, recap).__eq__, desk, "another date was promised")
        desk.ledger.add(replace(_event(promise, case, Kind.PROMISED, desk), step=recap))
    flags_off(cases, desk, solved=False)


def _instalments(order: Order, desk: Desk) -> None:
    """What was queued for an agreement before this one comes to nothing."""
    mine = frozenset(order.cases)
    _take_back(lambda one: one.case in mine and of_agreement(one.step), desk, "another instalment plan was agreed")
    _on_cases(Kind.INSTALMENTS)(order, desk)


def _take_back(former: Callable[[Carried], bool], desk: Desk, reason: str) -> None:
    """What waits to confirm a former agreement comes to nothing, unless it may have left."""
    for entry in desk.store.entries(Status.QUEUED, Status.DEFERRED, Status.PROPOSED):
        left = entry.status is not Status.PROPOSED and entry.begun_at is not None
        if not left and any(map(former, entry.carries)):
            settle_failed(entry, Status.CANCELLED, desk, reason)


def _insolvent(order: Order, desk: Desk) -> None:
    """What a judgment means for all of the customer's cases: those from before it stop, the later ones go on."""
    named = [case for case in map(desk.ledger.case, order.cases) if case is not None]
    cases, judgment = concerned(named, desk), day_of(order, desk)
    stopped = [case for case in cases if arose_before(case.invoice, judgment)]
    for case in cases:
        kind = Kind.INSOLVENT if case in stopped else Kind.SOLVENT
        desk.ledger.add(_event(replace(order, on=judgment), case, kind, desk))
    flags_off(stopped, desk, solved=True)
    to_declare(stopped, judgment, desk)


def _done(order: Order, desk: Desk) -> None:
    """The tasks named are done; a claim that was to be declared counts as declared."""
    cases = [case for case in map(desk.ledger.case, order.cases) if case is not None]
    for case in cases:
        mine = [key.removeprefix(f"{case.key}|") for key in order.keys if key.startswith(f"{case.key}|")]
        event = _event(order, case, Kind.TASK_DONE, desk)
        desk.ledger.add(replace(event, step=mine[0] if mine else "", detail=order.note))
    declared(cases, desk)


def _iban(_order: Order, desk: Desk) -> None:
    confirm_bank(desk)


def _complete(_order: Order, desk: Desk) -> None:
    """What is left in the books counts as complete, as it was when a person was told; the next look takes it over."""
    if desk.store.setting(SHRUNK) is not None:
        desk.ledger.put(Setting(SHRUNK, None), Setting(SHRINK_ACCEPTED, value=True))


def _hold(order: Order, desk: Desk) -> None:
    way = "mail" if order.id.startswith(BY_MAIL) else "command"
    facts = {"reason": order.note or f"held by {way}", "since": order.at.isoformat(), "by": "person"}
    desk.ledger.put(Setting(HELD, facts))


def _release(_order: Order, desk: Desk) -> None:
    desk.ledger.put(Setting(HELD, None), Setting("queue_wait", None), Setting("refused_in_a_row", None))


def _sent(order: Order, desk: Desk) -> None:
    for entry in desk.store.entries(Status.UNCERTAIN):
        if any(one.case in order.cases for one in entry.carries):
            settle_sent(entry, desk, "a person says that it went out")


def _resend(order: Order, desk: Desk) -> None:
    """The step is taken again by a new message, with another Message-ID."""
    for entry in desk.store.entries(Status.UNCERTAIN):
        if any(one.case in order.cases for one in entry.carries):
            settle_failed(entry, Status.CANCELLED, desk, "a person says that it did not go out")


def untouched(entry: Entry) -> bool:
    """Whether nothing of it can have reached anyone: its bytes never left, and no task lies in the inbox."""
    return entry.begun_at is None and entry.copy is not Copy.FILED


def _not_shown(order: Order, desk: Desk) -> None:
    """What waits without having been shown is decided again, so that only what a person has seen leaves."""
    for entry in desk.store.entries(Status.QUEUED, Status.DEFERRED):
        shown = all(one.key in order.keys for one in entry.carries)
        if entry.sort is not Sort.NOTE and untouched(entry) and not shown:
            settle_failed(entry, Status.CANCELLED, desk, "it was not shown when a person confirmed")


def _told_in_vain(entry: Entry) -> bool:
    """Whether a note that lies nowhere yet asks for what a person has just said."""
    asks = entry.template == "note-waiting" or dict(entry.facts).get("reason") in CONFIRMS
    return entry.sort is Sort.NOTE and asks and untouched(entry)


def _confirm(order: Order, desk: Desk) -> None:
    _not_shown(order, desk)
    for note in filter(_told_in_vain, desk.store.entries(Status.QUEUED)):
        said = "a person has confirmed before it was told"
        desk.ledger.put(replace(note, status=Status.CANCELLED, ended_at=desk.now, answer=said))
    adopt_unknown(desk)
    confirm_bank(desk)
    approved = desk.store.setting(APPROVED)
    before = [str(key) for key in approved] if isinstance(approved, list) else []
    desk.ledger.put(
        Setting(CONFIRMED, order.at.isoformat()),
        Setting(APPROVED, sorted({*before, *order.keys})),
        Setting(UNKNOWN_SENT, None),
        Setting(SURGE, None),
    )
    _complete(order, desk)


_WORDS: dict[str, Callable[[Order, Desk], str | None]] = {
    "pause": _on_cases(Kind.PAUSED),
    "resume": _on_cases(Kind.RESUMED),
    "promise": _on_cases(Kind.PROMISED),
    "dispute": _on_cases(Kind.DISPUTED),
    "paid": _on_cases(Kind.PAID),
    "close": _on_cases(Kind.CLOSED),
    "balance": _on_cases(Kind.BALANCE),
    "plan": _on_cases(Kind.PLAN_CHOSEN),
    "called": _called,
    "posted": record,
    "letter": record,
    "chased": chase_by_hand,
    "contact": change_contact,
    "instalments": _instalments,
    "rejected": _on_cases(Kind.REJECTED),
    "insolvent": _insolvent,
    "done": _done,
    "iban": _iban,
    "complete": _complete,
    "hold": _hold,
    "release": _release,
    "sent": _sent,
    "resend": _resend,
    "confirm": _confirm,
    "forget": forget,
    "import": import_files,
    "open": open_offer,
    "ignore": ignore_offer,
}
WORDS = frozenset(_WORDS)
