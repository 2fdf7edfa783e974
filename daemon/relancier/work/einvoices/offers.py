"""Invoices that came by mail and open no case by themselves: a person is asked, and may take them up or not."""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from relancier.core.case import IN_STORE, Contact, Origin
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.mailed import Lacks, contact, invoices, on_day
from relancier.core.money import Money
from relancier.core.orders.dictation import Said
from relancier.core.outbox import Entry, Status
from relancier.core.stored import Blob, Offer, Order, Removed, Seen, Thing
from relancier.core.text.numbers import squash
from relancier.ports import Store
from relancier.work.books.customers import Completing
from relancier.work.books.spared import remembered_customers
from relancier.work.books.taken import take_invoices
from relancier.work.einvoices.whose import Register
from relancier.work.inbox.asking import too_many
from relancier.work.orders.contacts import unfit
from relancier.work.records import MESSAGE, Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

OFFER = "offer"  # of a note's facts: the offer that it asks about
OPEN, IGNORE = "open", "ignore"
WORDS = frozenset({OPEN, IGNORE})
BOOKS_MAY_LIST_IT = timedelta(days=2)  # an invoice mailed today stands in the next export: nobody is asked before
SENT_MAY_HOLD_IT = timedelta(minutes=15)  # a copy in another folder may be read before the one in Sent


@dataclass(frozen=True, slots=True)
class Found:
    """A paper that opens nothing by itself: what it is called, what the customer got to read, why a person is asked."""

    paper: EInvoice
    seen: Seen
    name: str
    pdf: Blob | None
    reason: Lacks


def offer(found: Found, desk: Desk) -> None:
    """Keeps an invoice for a person to decide about, and asks; the same one is asked about once."""
    name = _id(found)
    if desk.store.offer(name) is not None or too_many(found.seen.sender, desk, of=OFFER):
        return
    kept = Offer(
        id=name,
        invoice=found.paper,
        at=desk.now,
        message=found.seen.identity,
        blob=found.pdf.sha256 if found.pdf else "",
        name=found.name,
        reason=found.reason,
    )
    desk.ledger.put(*([found.pdf] if found.pdf else []), kept)
    command = ("command", _command(kept, desk))
    facts = ((OFFER, name), (MESSAGE, found.seen.identity), ("reason", found.reason.value), command)
    queue_note(desk, OFFER, name, facts, not_before=_not_before(found, desk))
    log.info("offered", extra={"number": found.paper.number, "reason": found.reason.value})


def _command(kept: Offer, desk: Desk) -> str:
    """The command that takes it up, with what it must name."""
    to = Register.of(desk.store).customer(kept.invoice, mailed_to(kept, desk)).contacts
    due = "" if kept.invoice.parts else " --due DATE"
    return f"relancier open {kept.invoice.number}{due}{'' if to else ' --to ADDRESS'}"


def _id(found: Found) -> str:
    """What tells an offer from others: the invoice, what it asks for, and whether it stands in Sent."""
    paper = found.paper
    parts = (f"{part.due}={part.amount}" for part in paper.parts)
    facts = (squash(paper.number), str(paper.total), paper.currency, *parts, str(found.seen.in_sent))
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:20]


def _not_before(found: Found, desk: Desk) -> datetime | None:
    """When a person is asked: the books may list it soon, or Sent hold it in a moment."""
    if desk.setup.config.invoices.has_books:
        return desk.now + BOOKS_MAY_LIST_IT
    return desk.now + SENT_MAY_HOLD_IT if not found.seen.in_sent and found.seen.sender in desk.setup.ours else None


def settle_known(register: Register, desk: Desk) -> None:
    """What is followed by now, or was offered too long ago, needs nobody's decision; no note is written any more."""
    oldest = desk.now - desk.setup.config.state.keep
    for one in desk.store.offers():
        if one.at < oldest or register.keys(one.invoice.number):
            _settle(one, desk)


def settle_offers(number: str, desk: Desk) -> None:
    """The invoice is followed now, whoever told of it."""
    for one in desk.store.offers():
        if squash(one.invoice.number) == squash(number):
            _settle(one, desk)


def _settle(one: Offer, desk: Desk) -> None:
    desk.ledger.put(_settled(one))
    if one.blob:
        desk.ledger.put(Removed(Thing.BLOB, one.blob))
    note = desk.store.live_entry(f"note:{OFFER}|{one.id}")
    if note is not None and note.status is Status.QUEUED and not note.blob:
        desk.ledger.put(replace(note, status=Status.CANCELLED, ended_at=desk.now))


def _settled(one: Offer) -> Offer:
    """What is kept of it, so that it is not offered again: nothing of whom it was about."""
    bare_invoice = EInvoice(number=one.invoice.number, total=one.invoice.total, currency=one.invoice.currency)
    return replace(one, settled=True, blob="", name="", invoice=bare_invoice)


# --- What a person says ---------------------------------------------------------------------------------------------


def offer_order(said: Said, order: Order, note: Entry, desk: Desk) -> Order | str:
    """The order about the invoice that a note offers, or the reason why it cannot be carried out."""
    asked = replace(order, word=said.word, keys=(dict(note.facts).get(OFFER, ""),), cases=(), on=said.on)
    if said.address:
        asked = replace(asked, contact=contact(said.address))
    return not_to_open(asked, desk) or asked


def not_to_open(order: Order, desk: Desk) -> str:
    """Why an order about an offer cannot be carried out, if so."""
    if order.word not in WORDS:
        return ""
    one = _offered(order, desk.store)
    if one is None or Register.of(desk.store).keys(one.invoice.number):
        return "order_no_offer"
    if order.word == IGNORE:
        return ""
    if order.on is None and not one.invoice.parts:
        return "order_open_due"
    to = whom(one, order, desk)
    return "" if to is not None and not unfit(to, desk.setup) else "order_open_to"


def _offered(order: Order, store: Store) -> Offer | None:
    found = store.offer(order.keys[0]) if order.keys else None
    return None if found is None or found.settled else found


def whom(one: Offer, order: Order, desk: Desk) -> Contact | None:
    """Whom its reminders go to: as the person says, else as the customer is known, else whom it was mailed to."""
    if order.contact is not None:
        return order.contact
    to = mailed_to(one, desk)
    return next(iter(Register.of(desk.store).customer(one.invoice, to).contacts), None)


def mailed_to(one: Offer, desk: Desk) -> tuple[Contact, ...]:
    """The customer's addresses to which the message went that brought it."""
    return addressees(_message(one, desk), desk.setup)


def addressees(seen: Seen | None, setup: Setup) -> tuple[Contact, ...]:
    """Whom a message went to outside."""
    return tuple(contact(address) for address in (seen.to if seen else ()) if not ours(address, setup))


def _message(one: Offer, desk: Desk) -> Seen | None:
    """The message that brought it; in the commit that keeps the offer it is known too."""
    return desk.store.seen(one.message)


def ours(address: str, setup: Setup) -> bool:
    """Whether an address is one of our own people's, or lies in our own domain."""
    return address.lower() in setup.ours or address.lower().rpartition("@")[2] == setup.domain.lower()


def open_offer(order: Order, desk: Desk) -> None:
    """A person takes the invoice up: its case is opened as that of any other."""
    one = _offered(order, desk.store)
    if one is None:
        return
    register = Register.of(desk.store)
    to = whom(one, order, desk)
    complete = Completing(remembered_customers(desk.store), "")
    customer = complete(register.customer(one.invoice, [to] if to else ()))
    if order.contact is not None:
        customer = replace(customer, contacts=(order.contact, *customer.contacts[1:]))
    paper = on_day(one.invoice, order.on)
    page = f"{IN_STORE}{one.blob}" if one.blob else ""
    made = invoices(paper, customer, page, desk.setup.today(one.at), origin=Origin.IMPORT)
    take_invoices(made, desk, message_id=_thread(one, desk), detail=f"taken up by a person: {one.name}")
    seen = _message(one, desk)
    if seen is not None and _thread(one, desk):
        keys = (*seen.cases, *(invoice.key for invoice in made))
        desk.ledger.put(replace(seen, cases=tuple(dict.fromkeys(keys)), unmatched=False))
    desk.ledger.put(_settled(one))
    log.info("offer_opened", extra={"number": one.invoice.number})


def _thread(one: Offer, desk: Desk) -> str:
    """The message that brought it, where the customer got that very one."""
    seen = _message(one, desk)
    return seen.message_id if seen and mailed_to(one, desk) else ""


def ignore_offer(order: Order, desk: Desk) -> None:
    """A person does not want it followed: it is not offered again."""
    one = _offered(order, desk.store)
    if one is not None:
        _settle(one, desk)


# --- What a note says -----------------------------------------------------------------------------------------------


def who_owes(one: Offer, register: Register, setup: Setup) -> str:
    """The customer to whose account it would go, by name, or by address where no name is told."""
    to = addressees(register.store.seen(one.message), setup)
    return register.customer(one.invoice, to).name


def offer_fields(entry: Entry, store: Store, setup: Setup) -> dict[str, object]:
    """What the note tells of the invoice that it offers."""
    one = store.offer(dict(entry.facts).get(OFFER, ""))
    if one is None:
        return {}
    paper = one.invoice
    to = addressees(store.seen(one.message), setup)
    return {
        "number": paper.number,
        "numbers": paper.number,
        "customer": who_owes(one, Register.of(store), setup),
        "amount": Money(paper.total, paper.currency),
        "amount_due": Money(paper.total - paper.prepaid, paper.currency),
        "issued": paper.issued,
        "due": min((part.due for part in paper.parts), default=None),
        "detail": one.name,
        "lines": tuple(address.email for address in to[:5]),
    }
