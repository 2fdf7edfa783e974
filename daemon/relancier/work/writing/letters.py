"""What a task carries for the customer: a letter ready to print, sign and post, else the words to be copied.

A letter names the invoices of its task and no others. Where it cannot be printed its words stand in the task, with the
reason; where even these cannot be made the task goes all the same.
"""

import re
from dataclasses import dataclass, field, replace

from relancier.core.outbox import Sort
from relancier.core.parcel import recipients
from relancier.core.plan import Channel
from relancier.core.reading.mail import Attachment, Draft
from relancier.core.text.blocks import Letter, Letterhead
from relancier.core.text.folding import fold
from relancier.core.writing.address import addressee, town
from relancier.core.writing.sms import short
from relancier.ports import Library, Printer, PrintFailed, RenderFailed
from relancier.work.writing.telling import Fields, Telling
from relancier.work.writing.words import fields

BY_POST = frozenset({Channel.LETTER, Channel.REGISTERED_LETTER})
NO_ADDRESS, NO_PRINTER, NO_WORDS, NOT_PRINTED = "no_address", "no_printer", "no_words", "not_printed"
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with a task: what it says of it, and the file to print."""

    told: Fields = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()


def enclosed(telling: Telling, library: Library, printer: Printer | None) -> Enclosed:
    """The letter or SMS of a task, in the customer's language; nothing for a task of another kind. Never raises."""
    channel = telling.parcel.channel
    if channel not in BY_POST and channel is not Channel.SMS:
        return Enclosed()
    theirs = replace(telling, parcel=replace(telling.parcel, sort=Sort.REMINDER))
    told = {**fields(theirs), "by_post": channel in BY_POST}
    try:
        draft = library.render(telling.lead.step.template, theirs.language, told)
        if channel is Channel.SMS:
            return Enclosed({"words": _lines(short(draft.text))})
        head = _head(theirs, library, draft.subject)
        ours = library.letterhead(telling.language, telling.today)
    except RenderFailed as failed:
        return Enclosed({"unprinted": NO_WORDS, "detail": str(failed)})
    letter = _letter(theirs, draft, head, str(told["company_legal"]))
    return _printed(letter, _lines(draft.text), _file_name(telling, ours), printer)


def _printed(letter: Letter, words: tuple[str, ...], name: str, printer: Printer | None) -> Enclosed:
    if not letter.addressee:
        return Enclosed({"unprinted": NO_ADDRESS, "words": words})
    if printer is None:
        return Enclosed({"unprinted": NO_PRINTER, "words": words})
    try:
        content = printer.letter(letter)
    except PrintFailed as failed:
        return Enclosed({"unprinted": NOT_PRINTED, "detail": str(failed), "words": words})
    return Enclosed({"attached": name}, (Attachment(name, content),))


def _letter(telling: Telling, draft: Draft, head: Letterhead, legal: str) -> Letter:
    company, signer = telling.setup.config.company, telling.setup.config.signer(telling.parcel.signer)
    return Letter(
        sender=_known(company.name, *company.address, company.phone, telling.setup.config.mailbox.address),
        addressee=addressee(telling.parcel.customer, head.attention),
        place_and_date=head.place_and_date,
        subject=head.subject,
        body=draft.blocks,
        signer=_known(signer.name, signer.title),
        mention=head.registered if telling.parcel.channel is Channel.REGISTERED_LETTER else "",
        legal=" \N{EN DASH} ".join(_known(company.name, legal, ", ".join(company.address))),
        language=telling.language,
        on=telling.today,
    )


def _head(telling: Telling, library: Library, subject: str) -> Letterhead:
    """The letter's fixed words. Raises RenderFailed."""
    customer = telling.parcel.customer
    people = (person.name for person in recipients(telling.lead.step, customer))
    person = next((name for name in people if name and fold(name) != fold(customer.name)), "")
    place = town(telling.setup.config.company.address)
    return library.letterhead(telling.language, telling.today, place=place, subject=subject, person=person)


def _file_name(telling: Telling, ours: Letterhead) -> str:
    """The invoice's number and a neutral word of ours: never what kind of letter it is."""
    number = telling.lead.case.invoice.number
    return f"{_NOT_IN_A_NAME.sub('-', number)}-{ours.file}.pdf"


def _lines(text: str) -> tuple[str, ...]:
    return _known(*text.split("\n"))


def _known(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line.strip())
