"""An invoice that was mailed to a customer, as cases: whether it is ours, whose it is, what it lacks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from relancier.core.case import Contact, Customer, Invoice, Origin, Role
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.core.text.folding import composed, fold

LATE_COPY = timedelta(days=30)  # an invoice that is mailed so long after its day and past its due date is a copy
FARTHEST = timedelta(days=3650)
METHODS = {"49": "prélèvement", "59": "prélèvement SEPA", "30": "virement", "58": "virement SEPA", "20": "chèque"}
_SEPARATORS = re.compile(r"[\W_]+")
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")
_LEGAL_FORMS = frozenset({"sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scop", "ei", "gie", "ltd", "gmbh", "bv"})


class Lacks(StrEnum):
    """Why an invoice opens no case by itself: the first of them that holds; words.toml says each in a sentence."""

    DATA = "offer_data"
    MAIL = "offer_mail"
    DUE = "offer_due"
    CONTACT = "offer_contact"
    FORWARDED = "offer_forwarded"
    REPLACES = "offer_replaces"
    COPY = "offer_copy"
    SUM = "offer_sum"
    CUSTOMER = "offer_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How an invoice was mailed: on which day, to which of the customer's addresses; whether it stands in Sent.

    `trusted`: it stands in the mailbox's own Sent and was written there. `forwarded`: its subject says that it was
    passed on.
    """

    on: date
    to: tuple[Contact, ...] = ()
    trusted: bool = True
    forwarded: bool = False


def of_ours(seller: str, ids: Iterable[str], company: str, siren: str) -> bool:
    """Whether the seller is our company: by a SIREN where both sides tell one, else by the name."""
    told = {found for found in map(_siren, ids) if found}
    if told and siren:
        return siren in told
    return same_name(seller, company)


def _siren(identifier: str) -> str:
    plain = _SEPARATORS.sub("", identifier.upper())
    vat = _FRENCH_VAT.fullmatch(plain)
    if vat is not None:
        return vat[1]
    return plain[:9] if len(plain) in {9, 14} and plain.isdigit() else ""


def name_key(name: str) -> str:
    """A company's name without its case, accents and legal form, to be compared; "" where nothing is left."""
    words = _SEPARATORS.sub(" ", fold(composed(name)).replace(".", "")).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one company."""
    return bool(name_key(one)) and name_key(one) == name_key(other)


def lacking(paper: EInvoice, sending: Sending) -> Lacks | None:
    """Why it opens no case without a person; None where it does."""
    rules = (
        (Lacks.MAIL, not sending.trusted),
        (Lacks.DATA, not paper.exact),
        (Lacks.DUE, not paper.parts),
        (Lacks.CONTACT, not sending.to),
        (Lacks.FORWARDED, sending.forwarded),
        (Lacks.REPLACES, any(number != paper.number for number in paper.credits)),
        (Lacks.COPY, _late_copy(paper, sending.on)),
        (Lacks.SUM, not _sums(paper)),
    )
    return next((reason for reason, holds in rules if holds), None)


def _late_copy(paper: EInvoice, on: date) -> bool:
    """Whether it was mailed long after its day, when it was due already: a duplicate of what may be paid."""
    last = max((part.due for part in paper.parts), default=on)
    issued = paper.issued or last
    return on > last and on > issued + LATE_COPY


def _sums(paper: EInvoice) -> bool:
    """Whether its parts are what is left to pay, and each day can be one."""
    asked = sum((part.amount for part in paper.parts), Decimal(0))
    reasonable = all(part.amount > 0 and abs(part.due - (paper.issued or part.due)) < FARTHEST for part in paper.parts)
    return reasonable and asked == paper.total - paper.prepaid


def chased(paper: EInvoice) -> bool:
    """Whether there is anything to ask for: an invoice, with something left to pay."""
    return paper.kind in {PaperKind.INVOICE, PaperKind.DEPOSIT} and paper.total > paper.prepaid


def new_customer(paper: EInvoice, to: Sequence[Contact], language: str) -> Customer:
    """A customer whom only this invoice tells of; one without any identifier may be a consumer, and counts as one."""
    name = paper.buyer or (to[0].name or to[0].email if to else "")
    return Customer(
        id=" ".join(fold(composed(name)).split()),
        name=name,
        contacts=tuple(to[:1]),
        language=language,
        professional=bool(paper.buyer_ids),
        address=paper.buyer_address,
    )


def invoices(
    paper: EInvoice, customer: Customer, pdf: str, on: date, *, origin: Origin = Origin.MAIL
) -> tuple[Invoice, ...]:
    """One for each day on which something is to be paid; `on` is when it was mailed."""
    by_day: dict[date, Decimal] = {}
    for part in paper.parts:
        by_day[part.due] = by_day.get(part.due, Decimal(0)) + part.amount
    deposit = paper.prepaid if len(by_day) == 1 else Decimal(0)
    return tuple(
        Invoice(
            number=paper.number,
            customer=customer,
            due=due,
            amount=amount + deposit,
            deposit=deposit,
            currency=paper.currency,
            issued=paper.issued,
            delivered=paper.delivered,
            purpose=paper.purpose,
            payment_method=METHODS.get(paper.means, ""),
            pdf=pdf,
            origin=origin,
            known_on=min(paper.issued or on, on),  # a day to come knows nothing
            part="deposit" if paper.kind is PaperKind.DEPOSIT else "",
        )
        for due, amount in sorted(by_day.items())
    )


def contact(email: str, name: str = "") -> Contact:
    """Whom an invoice was mailed to, as the customer's first contact."""
    return Contact(Role.ACCOUNTING, email, "" if "@" in name else name)


def on_day(paper: EInvoice, due: date | None) -> EInvoice:
    """The invoice as a person takes it up: due on the day that they name, or as it says itself; whole."""
    named = due or max((part.due for part in paper.parts), default=None)
    if named is None or (due is None and _sums(paper)):
        return paper
    return replace(paper, parts=(Part(named, paper.total - paper.prepaid),))


def shares(credit: Decimal, owed: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """How much of a credit note goes to each of what it is about, in their order, no more than each is."""
    found = []
    for one in owed:
        share = max(min(credit, one), Decimal(0))
        found.append(share)
        credit -= share
    return tuple(found)
