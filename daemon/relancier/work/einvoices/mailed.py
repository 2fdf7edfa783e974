"""An invoice or a credit note that a message brought: into its case, into others, or into an offer (house law 12).

Only what stands in the mailbox's own Sent, and was written there, opens or reduces anything. Nothing is committed here.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from relancier.core.case import IN_STORE, Case, Event, Invoice, Kind, Origin
from relancier.core.einvoices.einvoice import EInvoice, PaperKind
from relancier.core.einvoices.mailed import Lacks, Sending, chased, invoices, lacking, of_ours, shares
from relancier.core.stored import Seen
from relancier.core.text.numbers import squash
from relancier.work.books.credit import BY_NOTE, keep_unplaced
from relancier.work.books.customers import Completing
from relancier.work.books.held import credit_shown, credit_words, labelled, tell_held
from relancier.work.books.spared import remembered_customers
from relancier.work.books.taken import Took, hold_in_doubt, take_invoices
from relancier.work.einvoices.offers import Found, offer, settle_offers
from relancier.work.einvoices.whose import Register
from relancier.work.records import Desk, blob

log = logging.getLogger("relancier")


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper as a message brought it; `pdf` is what the customer got to read, where there is any."""

    paper: EInvoice
    seen: Seen
    sending: Sending
    name: str = ""
    pdf: bytes = b""


def file_paper(brought: Brought, desk: Desk, register: Register) -> tuple[str, ...]:
    """What a paper means for our cases; gives the keys of those that it is about."""
    paper, company = brought.paper, desk.setup.config.company
    ours = of_ours(paper.seller, paper.seller_ids, company.name, company.siren)
    unsigned = not paper.exact and not paper.seller and brought.sending.trusted
    if not ours and not unsigned:
        log.info("paper_of_others", extra={"number": paper.number, "seller": paper.seller[:100]})
        return ()
    if paper.kind is PaperKind.CREDIT_NOTE:
        return _credited(brought, desk, register) if brought.sending.trusted else ()
    if not chased(paper):
        return ()
    known = _alive(register.keys(paper.number), desk)
    if known:
        return _again(brought, known, desk, register)
    return _new(brought, desk, register)


def _alive(keys: Iterable[str], desk: Desk) -> list[Case]:
    """The cases under these keys, as they go on."""
    found = (desk.ledger.case(key) for key in keys)
    return [case for case in found if case is not None and not case.carried_to]


# --- An invoice -----------------------------------------------------------------------------------------------------


def _new(brought: Brought, desk: Desk, register: Register) -> tuple[str, ...]:
    """An invoice that nobody has told of yet: its cases, or an offer."""
    reason = lacking(brought.paper, brought.sending)
    if reason is None and register.contradicts(brought.paper, brought.sending.to):
        reason = Lacks.CUSTOMER
    if reason is None:
        return _taken(brought, brought.paper, desk, register)
    _offered(brought, reason, desk)
    if reason is not Lacks.REPLACES or not brought.sending.trusted:
        return ()
    return _replaced(brought, desk, register)


def _replaced(brought: Brought, desk: Desk, register: Register) -> tuple[str, ...]:
    """The invoices that a corrected one names are held: it may stand in their place."""
    numbers = (number for number in brought.paper.credits if squash(number) != squash(brought.paper.number))
    held = [case for number in numbers for case in _alive(register.keys(number), desk) if not case.ended]
    for case in held:
        hold_in_doubt(case, f"the invoice {brought.paper.number} corrects it", desk)
    return tuple(case.key for case in held)


def _offered(brought: Brought, reason: Lacks, desk: Desk) -> None:
    page = blob(brought.pdf) if brought.pdf else None
    offer(Found(brought.paper, brought.seen, brought.name, page, reason), desk)


def _again(brought: Brought, known: Sequence[Case], desk: Desk, register: Register) -> tuple[str, ...]:
    """An invoice that is known: by Sent alone, and by data alone, its message counts."""
    if not brought.sending.trusted or not brought.paper.exact or not brought.sending.to or brought.sending.forwarded:
        return ()
    paper = register.as_known(brought.paper, known)
    if lacking(paper, brought.sending) in {None, Lacks.COPY} and paper.number in {one.invoice.number for one in known}:
        return _taken(brought, paper, desk, register)
    return _joined(brought, known, desk)


def _joined(brought: Brought, known: Sequence[Case], desk: Desk) -> tuple[str, ...]:
    """A message that tells no due date: the thread of the cases that there are, and their PDF."""
    page = blob(brought.pdf) if brought.pdf else None
    whole = sum(case.invoice.payable for case in known) == brought.paper.total - brought.paper.prepaid
    for case in known:
        if page is not None and whole and not case.invoice.pdf:
            with_page = replace(case.invoice, pdf=f"{IN_STORE}{page.sha256}")
            told = "its PDF was found in the mailbox"
            desk.ledger.put(page)
            desk.ledger.add(Event(case=case.key, kind=Kind.CHANGED, at=desk.now, invoice=with_page, detail=told))
        desk.ledger.add(_noted(case, brought, desk))
    return tuple(case.key for case in known)


def _noted(case: Case, brought: Brought, desk: Desk) -> Event:
    name = brought.seen.message_id
    told = "the message that carried the invoice"
    return Event(case=case.key, kind=Kind.NOTED, at=desk.now, ref=f"carried|{name}", detail=told, message_id=name)


def _taken(brought: Brought, paper: EInvoice, desk: Desk, register: Register) -> tuple[str, ...]:
    """The invoice into its cases, with the thread and the PDF of the message that brought it."""
    page = blob(brought.pdf) if brought.pdf else None
    complete = Completing(remembered_customers(desk.store), "")
    customer = complete(register.customer(paper, brought.sending.to))
    made = invoices(paper, customer, f"{IN_STORE}{page.sha256}" if page else "", brought.sending.on)
    told = _told(brought, made)
    took = take_invoices(made, desk, message_id=brought.seen.message_id, detail=told, known=register.known)
    keys = tuple(one.key for one in made)
    register.learn(keys)
    if page is not None and any(_shows(case, page.sha256) for case in _alive(register.keys(paper.number), desk)):
        desk.ledger.put(page)
    settle_offers(paper.number, desk)
    facts = {"number": paper.number, "customer": customer.id, "took": [str(one) for one in took]}
    log.info("invoice_mailed", extra=facts)
    return tuple(case.key for case in _alive(register.keys(paper.number), desk)) if Took.UNLISTED not in took else ()


def _told(brought: Brought, made: Sequence[Invoice]) -> str:
    """What the history says of where the invoice comes from."""
    to = ", ".join(one.email for one in brought.sending.to[:3])
    alone = "; without any identifier, the customer counts as a consumer"
    return f"mailed to {to}: {brought.name}{'' if made[0].customer.professional else alone}"


def _shows(case: Case, page: str) -> bool:
    return case.invoice.pdf == f"{IN_STORE}{page}"


# --- A credit note --------------------------------------------------------------------------------------------------


def _credited(brought: Brought, desk: Desk, register: Register) -> tuple[str, ...]:
    """A credit note reduces what it names where only mail or a file told of it; the books' own cases wait for them.

    What it leaves over holds the customer's other cases, as every credit does that nothing uses yet.
    """
    paper = brought.paper
    every = [case for number in paper.credits for case in _alive(register.keys(number), desk)]
    named = [case for case in every if not case.ended]
    placed = [event for case in every for event in _placed(case, paper, desk)]
    if placed:
        if any(event.amount not in {None, abs(paper.total)} for event in placed):
            _hold(named, brought, desk, again=f"|{abs(paper.total)}")
        return tuple(case.key for case in every)
    sure = paper.exact and bool(brought.sending.to) and not brought.sending.forwarded
    own = [case for case in named if sure and _reducible(case, paper)]
    own.sort(key=lambda case: case.invoice.due)
    given = shares(abs(paper.total), [case.amount_due for case in own])
    for case, share in zip(own, given, strict=True):
        _reduce(case, share, brought, desk)
    held = [case for case in named if case not in own]
    if not held and abs(paper.total) - sum(given) >= desk.setup.config.sending.minimum:
        held = _others(brought, own, desk, register)
    _hold(held, brought, desk)
    unknown = [number for number in paper.credits if not register.keys(number)]
    if unknown:
        keep_unplaced(paper.number, _words(paper), unknown, desk)
    if not named and not held:
        log.info("credit_unplaced", extra={"number": paper.number, "invoices": list(paper.credits)})
    return tuple(dict.fromkeys(case.key for case in (*named, *held)))


def _placed(case: Case, paper: EInvoice, desk: Desk) -> list[Event]:
    """What the credit note of this number has done to a case already."""
    mark = f"{Kind.CHANGED.value}:{_ref(paper)}"
    return [event for event in desk.store.events(case.key) if event.mark == mark] if mark in case.applied else []


def _reducible(case: Case, paper: EInvoice) -> bool:
    return case.invoice.origin is not Origin.BOOKS and case.invoice.currency == paper.currency


def _ref(paper: EInvoice) -> str:
    return f"{BY_NOTE}{squash(paper.number)}"


def _others(brought: Brought, own: Sequence[Case], desk: Desk, register: Register) -> list[Case]:
    """The open cases of the customer beside those that were reduced."""
    keys = {case.key for case in own}
    customers = {case.invoice.customer.id for case in own}
    customers |= {register.customer(brought.paper, brought.sending.to).id} if not own else set()
    found = (case.key for customer in sorted(customers) for case in desk.store.of_customer(customer))
    return [case for case in _alive(found, desk) if not case.ended and case.key not in keys]


def _reduce(case: Case, share: Decimal, brought: Brought, desk: Desk) -> None:
    """Less is due by it, once; nothing left to pay closes the case."""
    if share <= 0:
        return
    number, ref, total = brought.paper.number, _ref(brought.paper), abs(brought.paper.total)
    invoice = replace(case.invoice, credited=case.invoice.credited + share)
    told = f"credit note {number}: {share:.2f} {case.invoice.currency} less is due"
    event = Event(case=case.key, kind=Kind.CHANGED, at=desk.now, ref=ref, amount=total, detail=told, invoice=invoice)
    desk.ledger.add(event)
    after = desk.ledger.case(case.key)
    if after is not None and not after.ended and after.amount_due <= 0:
        gone = f"cancelled by credit note {number}"
        desk.ledger.add(replace(event, kind=Kind.CLOSED, amount=None, invoice=None, detail=gone, seen=()))


def _hold(cases: Sequence[Case], brought: Brought, desk: Desk, again: str = "") -> None:
    """Nothing leaves for what may be credited until the books show it, or a person has looked."""
    paper, told = brought.paper, dict[str, str]()
    ref = f"{_ref(paper)}{again}"
    words, language = _words(paper), desk.setup.config.company.language
    for case in cases:
        event = Event(case=case.key, kind=Kind.CREDITED, at=desk.now, ref=ref, detail=f"credit note {words}")
        if event.mark not in case.applied:
            desk.ledger.add(event)
            named = f"{case.invoice.customer.name}, {case.invoice.number}"
            told[case.key] = labelled(named, credit_shown(words, language), language)
    tell_held("credit", told, desk, ref=f"credit note|{brought.seen.identity}|{ref}")


def _words(paper: EInvoice) -> str:
    return credit_words(paper.number, abs(paper.total), paper.currency)
