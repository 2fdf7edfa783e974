"""A customer's insolvency: everything is held at the first sign, and the claim is to be declared until that is done."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from relancier.core.case import Case, Event, Invoice, Kind
from relancier.core.outbox import ABOUT
from relancier.core.reading.hints import HintKind, hints_in
from relancier.core.reading.look import our_text
from relancier.core.reading.mail import Message
from relancier.core.stored import Seen, Setting
from relancier.core.text.newtext import own_words
from relancier.core.workdays import months_after
from relancier.ports import Store
from relancier.work.records import Desk, queue_note

DECLARE = "declare_claims"  # {customer: {"by": the last day, "next": when to tell again, "cases": keys}}
MONTHS = 2  # to declare a claim, from the publication of the judgment (Code de commerce R622-24)
AGAIN = timedelta(days=14)
OFTEN = timedelta(days=7)  # in the last two weeks
NEAR = timedelta(days=14)
SIGN = "the customer writes of insolvency: a person must confirm"


def speaks_of_insolvency(message: Message, seen: Seen, desk: Desk) -> bool:
    """Whether the writer's own words, or the subject, tell of insolvency."""
    ours = our_text(message, desk.store, desk.setup.key)
    on = desk.setup.today(seen.written_at or desk.now)
    found = hints_in(f"{message.subject}.\n\n{own_words(message.text, ours)}", on)
    return any(hint.kind is HintKind.INSOLVENCY for hint in found)


def hold_at_a_sign(seen: Seen, cases: Iterable[str], desk: Desk) -> tuple[str, ...]:
    """Holds all unpaid invoices of the customers who wrote, unless a person has confirmed it; gives their cases too."""
    found = [case for case in map(desk.ledger.case, cases) if case is not None]
    everything = _of_their_customers(found, desk)
    confirmed = {case.invoice.customer.id for case in everything if case.insolvent_on is not None}
    held = [case for case in everything if not case.ended and case.invoice.customer.id not in confirmed]
    for case in held:
        desk.ledger.add(Event(case=case.key, kind=Kind.INSOLVENT, at=desk.now, ref=seen.identity, detail=SIGN))
    return tuple(dict.fromkeys((*cases, *(case.key for case in held))))


def _of_their_customers(cases: Iterable[Case], desk: Desk) -> list[Case]:
    ids = dict.fromkeys(case.invoice.customer.id for case in cases)
    keys = [case.key for customer in ids for case in desk.store.of_customer(customer)]
    return [case for case in map(desk.ledger.case, keys) if case is not None]


def concerned(cases: Iterable[Case], desk: Desk) -> list[Case]:
    """The cases that a judgment about these customers is about: all that are not paid or closed."""
    return [case for case in _of_their_customers(cases, desk) if not case.ended]


def before(invoice: Invoice, judgment: date) -> bool:
    """Whether the claim arose before the judgment: by the delivery, else by the invoice's own date."""
    return (invoice.delivered or invoice.issued or invoice.due) <= judgment


def to_declare(cases: Iterable[Case], judgment: date, desk: Desk) -> None:
    """From now on a person is told to declare what these customers owe, until they say that it is done."""
    waiting = dict(_waiting(desk.store))
    by = months_after(judgment, MONTHS)
    for case in cases:
        known = waiting.get(case.invoice.customer.id, {})
        keys = dict.fromkeys([*str(known.get("cases", "")).split("\n"), case.key])
        written = "\n".join(key for key in keys if key)
        waiting[case.invoice.customer.id] = {"by": by.isoformat(), "next": desk.today.isoformat(), "cases": written}
    desk.ledger.put(Setting(DECLARE, waiting))


def declared(cases: Iterable[Case], desk: Desk) -> None:
    """The claims of these customers are declared: nobody is told of them again."""
    done = {case.invoice.customer.id for case in cases}
    waiting = _waiting(desk.store)
    if done & waiting.keys():
        desk.ledger.put(Setting(DECLARE, {one: facts for one, facts in waiting.items() if one not in done} or None))


def tell_to_declare(desk: Desk) -> None:
    """The tasks whose day to be told again has come: every two weeks, every week near the end and after it."""
    waiting = dict(_waiting(desk.store))
    for customer, facts in waiting.items():
        if desk.today < date.fromisoformat(facts["next"]) or not desk.setup.calendar.may_send_on(desk.today):
            continue
        by = date.fromisoformat(facts["by"])
        told = (("reason", "declare_claim"), ("until", by.isoformat()), (ABOUT, facts["cases"]))
        queue_note(desk, "pause", f"declare|{customer}|{desk.today.isoformat()}", told)
        later = desk.today + (OFTEN if by - desk.today <= NEAR else AGAIN)
        waiting[customer] = {**facts, "next": later.isoformat()}
    if waiting != _waiting(desk.store):
        desk.ledger.put(Setting(DECLARE, waiting))


def _waiting(store: Store) -> Mapping[str, dict[str, str]]:
    found = store.setting(DECLARE)
    return found if isinstance(found, dict) else {}
