"""What people record beside the mail: a call, the fate of a letter, a contact that has changed."""

import re
from dataclasses import replace
from datetime import date
from enum import StrEnum

from relancier.core.case import Because, Case, Contact, Customer, Event, Hold, How, Invoice, Role, StepDone
from relancier.core.plan import Channel, Plan
from relancier.core.text.folding import composed, fold


class Letter(StrEnum):
    """What became of a letter."""

    RECEIVED = "received"
    UNCLAIMED = "unclaimed"
    REFUSED = "refused"
    UNKNOWN_ADDRESS = "unknown_address"


ADDRESS_WANTED = "a letter came back, the address is unknown: correct it, then resume"
UNANSWERED = frozenset(
    {
        *("pas de reponse", "sans reponse", "personne", "absent", "absente", "injoignable", "repondeur", "messagerie"),
        *("message laisse", "message sur repondeur", "message sur le repondeur", "ne repond pas", "occupe"),
        *("no answer", "not reached", "nobody", "voicemail", "left a message", "message left", "busy", "unreachable"),
    }
)
"""What a person says of a call that reached nobody, without case, accents and punctuation."""
LETTERS = frozenset({Channel.LETTER, Channel.REGISTERED_LETTER})
_TO_POST = frozenset({How.TASK, How.BY_HAND})


def unanswered(said: str) -> bool:
    """Whether a call reached nobody, by what was said of it; nothing said leaves it open."""
    return " ".join(re.findall(r"\w+", fold(composed(said)))) in UNANSWERED


def called(case: Case, event: Event) -> Case:
    """The last call counts; one that is told after a later one is only history."""
    on = _day(event)
    if case.called_on is not None and on < case.called_on:
        return case
    return replace(case, called_on=on, said=event.note)


def last_letter(case: Case, plan: Plan | None) -> StepDone | None:
    """The last step that gave a colleague a letter to post."""
    steps = {step.id for step in plan.steps if LETTERS & set(step.channels)} if plan else set()
    letters = [done for done in case.done if done.step in steps and done.how in _TO_POST]
    return max(letters, key=lambda done: done.at, default=None)


def posted(case: Case, event: Event) -> Case:
    """What follows the letter counts from the day on which it left, or was answered."""
    moved = tuple(replace(done, on=_day(event)) if done.step == event.step else done for done in case.done)
    return replace(case, done=moved)


def task_again(case: Case, event: Event) -> Case:
    """A task that was called off before it was done is to be given again: its step is free, for a new message."""
    left = tuple(done for done in case.done if done.step != event.step or done.how is not How.TASK)
    return replace(case, done=left, tries=case.tries + 1)


def letter_result(case: Case, event: Event) -> Case:
    """The same for what became of it; an unknown address holds the case until a person has mended it."""
    known = posted(case, event)
    if event.note != Letter.UNKNOWN_ADDRESS or case.ended:
        return known
    hold = Hold(Because.ADDRESS, event.ref, ADDRESS_WANTED, event.at)
    return replace(known, holds=(*case.holds, hold), needs_person=ADDRESS_WANTED)


def with_contact(customer: Customer, contact: Contact) -> Customer:
    """The customer with this contact in place of the one of that role; the same address keeps a name that is known."""
    by_role = {known.role: known for known in customer.contacts}
    before = by_role.get(contact.role)
    if before is not None and before.email == contact.email and not contact.name:
        return customer
    by_role[contact.role] = contact
    return replace(customer, contacts=tuple(by_role[role] for role in Role if role in by_role))


def contact_changed(case: Case, event: Event) -> Case:
    """The messages that came back from a replaced address hold nothing any more; who is new gets a fresh thread."""
    if event.invoice is None:
        return case
    before, now = _addresses(case.invoice), _addresses(event.invoice)
    mended = [hold for hold in case.holds if _about(hold, before - now) and not _about(hold, now)]
    told = {hold.detail for hold in mended}
    return replace(
        case,
        invoice=event.invoice,
        holds=tuple(hold for hold in case.holds if hold not in mended),
        needs_person="" if case.needs_person in told else case.needs_person,
        thread_from=len(case.thread) if now - before else case.thread_from,
    )


def _addresses(invoice: Invoice) -> frozenset[str]:
    return frozenset(contact.email.lower() for contact in invoice.customer.contacts)


def _about(hold: Hold, addresses: frozenset[str]) -> bool:
    """Whether a message came back from one of these; whom it could not reach stands before the server's words."""
    failed = re.split(r"[\s,]+", hold.detail.lower().partition(": ")[0])
    return hold.because is Because.BOUNCED and not addresses.isdisjoint(failed)


def _day(event: Event) -> date:
    return event.on or event.at.date()
