"""Who gets a step and by which channel, and which steps of one customer leave in one message.

Parcels are what the outbox queues: a reminder by email with one or several (case, step), or a task for a colleague.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from relancier.core.case import Case, Contact, Customer, Role, Signer
from relancier.core.extra import THANK_YOU
from relancier.core.outbox import Carried, Sort
from relancier.core.plan import Channel, Plan, Step
from relancier.core.steps import channel, needs_approval, prevents, template

FIRMNESS = {
    "thank-you": -1,
    "notification": 0,
    "recap": 1,
    "reminder-1": 2,
    "one-off": 3,
    "reminder-2": 4,
    "reminder-3": 5,
}
FIRMEST = 6  # a template of the administrator's own


@dataclass(frozen=True, slots=True)
class Taken:
    """A step taken for a case now."""

    case: Case
    plan: Plan
    step: Step

    @property
    def carried(self) -> Carried:
        return Carried(self.case.key, self.step.id)

    @property
    def firmness(self) -> int:
        return FIRMNESS.get(self.step.template, FIRMEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message: what it carries, the step that sets its words and signer (`lead`), and whom it concerns.

    `to` and `cc` are the customer's addresses; for a task, those of the people to call or to write to. `approval`: an
    email that goes to Drafts, where a person reads, mends and sends it.
    """

    sort: Sort
    channel: Channel
    carries: tuple[Taken, ...]
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    language: str = ""
    approval: bool = False

    @property
    def lead(self) -> Taken:
        return max(self.carries, key=lambda taken: taken.firmness)

    @property
    def template(self) -> str:
        """The words that it is written with."""
        lead = self.lead
        return template(lead.step, lead.case) if self.sort is Sort.REMINDER else lead.step.template

    @property
    def customer(self) -> Customer:
        return self.carries[0].case.invoice.customer

    @property
    def signer(self) -> Signer:
        return self.lead.step.signer


def contacts(roles: Sequence[Role], customer: Customer) -> tuple[Contact, ...]:
    """The customer's contacts in these roles, in this order."""
    return tuple(contact for role in roles for contact in customer.contacts if contact.role is role)


def recipients(step: Step, customer: Customer) -> tuple[Contact, ...]:
    """Everyone listed whom the customer has; if it has none of them, the first other known contact."""
    named = contacts(step.to, customer)
    return named or contacts(tuple(Role), customer)[:1]


def missing(step: Step, customer: Customer) -> tuple[Role, ...]:
    """Roles that the step names and the customer lacks: all of them for "A and B", else only when it has none."""
    known = {contact.role for contact in customer.contacts}
    lacking = tuple(role for role in step.to if role not in known)
    return lacking if step.to_all or len(lacking) == len(step.to) else ()


def parcels(taken: Iterable[Taken]) -> list[Parcel]:
    """The messages of one customer: emails with the same recipients and language together, each task alone.

    A formal notice stands alone, and what only notifies before a due date is not mixed with what reminds. Emails to
    other recipients that fall on the same day are left out: the firmest goes, the others come again after
    `customer_gap`.
    """
    emails: list[Parcel] = []
    tasks: list[Parcel] = []
    for item in taken:
        parcel = _parcel(item)
        (emails if parcel.sort is Sort.REMINDER else tasks).append(parcel)
    joined = _joined(emails)
    firmest = max(joined, key=lambda parcel: parcel.lead.firmness, default=None)
    return [*([firmest] if firmest else []), *tasks]


def _parcel(item: Taken) -> Parcel:
    customer = item.case.invoice.customer
    way = channel(item.step, item.case)
    sort = Sort.REMINDER if way is Channel.EMAIL else Sort.TASK
    people = recipients(item.step, customer) if item.step.to else ()
    to = tuple(dict.fromkeys(contact.email for contact in people))
    copied = dict.fromkeys(contact.email for contact in contacts(item.step.cc, customer))
    cc = tuple(address for address in copied if address not in to)
    language = customer.language or item.plan.language
    approval = sort is Sort.REMINDER and needs_approval(item.step, item.case)
    return Parcel(sort=sort, channel=way, carries=(item,), to=to, cc=cc, language=language, approval=approval)


def apart(one: Taken) -> tuple[str, bool]:
    """What must be the same for all that one message carries: whom to pay, and whether it thanks."""
    return one.case.invoice.factor, one.step.id == THANK_YOU


def _joined(emails: Sequence[Parcel]) -> list[Parcel]:
    groups: dict[tuple[object, ...], Parcel] = {}
    for parcel in emails:
        step, currency = parcel.lead.step, parcel.lead.case.invoice.currency
        same = (parcel.to, parcel.cc, parcel.language, currency, prevents(step), parcel.approval)
        alone = step.formal_notice or ":" in step.id
        key = (parcel.lead.carried.key,) if alone else (*same, apart(parcel.lead))
        known = groups.get(key)
        groups[key] = replace(known, carries=known.carries + parcel.carries) if known else parcel
    return list(groups.values())
