"""Asking a person: the note that accompanies a flagged message, with what it says and the orders that answer it."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from relancier.core.case import Case, Kind
from relancier.core.money import Money
from relancier.core.orders.choices import Asked, choices, mail_link
from relancier.core.orders.dictated_numbers import behind
from relancier.core.outbox import ABOUT, Entry
from relancier.core.reading.absence import Absence, AutoReply
from relancier.core.reading.authentication import authentication
from relancier.core.reading.hints import Hint, hints_in
from relancier.core.reading.look import our_text
from relancier.core.reading.mail import Message
from relancier.core.reading.read import read
from relancier.core.reading.reply import MailKind, failed_recipients
from relancier.core.stored import Seen, Setting
from relancier.core.text.newtext import new_text, own_words
from relancier.ports import Store
from relancier.work.records import MESSAGE, Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST_A_DAY = 10  # notes about one customer: a flood of answers flags each of them, and writes no more than that
MOST_CASES = 20
MOST_LINES = 40
MOST_LINKS = 5
EUROS = "EUR"
ASKED = "asked"
REPLY = "note-reply"  # the only note that is about a person's own words

_REFUSED: dict[str, str] = {MailKind.CHALLENGE: "challenge", MailKind.BOUNCE_TEMPORARY: "server_gave_up"}

Fields = dict[str, object]


def ask(
    seen: Seen, event: Kind, message: Message, cases: Iterable[str], desk: Desk, *, unverified: bool = False
) -> None:
    """Queues the note that goes with a flag, where the configuration wants one."""
    about = [case for case in map(desk.ledger.case, cases) if case is not None]
    named = [case for case in about if not case.ended] or about
    if not named or not desk.setup.config.replies.ask or too_many(named[0].invoice.customer.id, desk):
        return
    name, facts = _note(seen, event, message, over=named[0].ended)
    listed = "\n".join(case.key for case in named[:MOST_CASES])
    doubt = (("unverified", "yes"),) if unverified else ()
    queue_note(desk, name, seen.identity, ((ABOUT, listed), (MESSAGE, seen.identity), *facts, *doubt))


def _note(seen: Seen, event: Kind, message: Message, *, over: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The name of the note's template, and its facts beside the message and the cases."""
    if event is Kind.REPLIED:
        return "reply", ((("reason", "nothing_chased"),) if over else ())
    if event is Kind.UNREADABLE:
        return "unread", (("lines", "\n".join(part for part in (seen.folder, seen.subject[:200]) if part)),)
    reason = _REFUSED.get(seen.kind, "address_fails")
    failed = failed_recipients(message)
    return "refused", (("reason", reason), *((("lines", "\n".join(failed)),) if failed else ()))


def tell_left(seen: Seen, absence: Absence, cases: Iterable[str], desk: Desk) -> None:
    """An auto-reply says that the contact has left: nothing stops, and a person is asked for another one."""
    about = [case for case in map(desk.ledger.case, cases) if case is not None and not case.ended]
    if (
        absence.sort is not AutoReply.LEFT
        or seen.sender in desk.setup.ours
        or not about
        or not desk.setup.config.replies.ask
        or too_many(about[0].invoice.customer.id, desk)
    ):
        return
    listed = "\n".join(case.key for case in about[:MOST_CASES])
    named = [address for address in absence.contacts if address not in desk.setup.ours]
    lines = (("lines", "\n".join(named)),) if named else ()
    queue_note(desk, "left", f"{seen.sender}|{about[0].invoice.customer.id}", (
        (ABOUT, listed), (MESSAGE, seen.identity), *lines))  # fmt: skip


def tell_colleague_fails(message: Message, desk: Desk) -> None:
    """A task could not be delivered to one of us: no customer is held, and a note names the address, once a day."""
    failed = failed_recipients(message)
    subject = next(iter(message.enclosed.get("subject", ())), message.subject)
    facts = (("reason", "colleague_fails"), ("detail", subject[:200]), ("lines", "\n".join(failed)))
    queue_note(desk, "held", f"colleague|{'|'.join(sorted(failed))}|{desk.today.isoformat()}", facts)
    log.warning("colleague_fails", extra={"addresses": list(failed)})


def too_many(customer: str, desk: Desk, *, of: str = "") -> bool:
    """Counts the notes about a customer on a day, those `of` another matter apart; one too many is only logged."""
    kept, day = desk.store.setting(ASKED), desk.today.isoformat()
    counts = kept["counts"] if isinstance(kept, dict) and kept.get("day") == day else {}
    counted = f"{of}|{customer}" if of else customer
    count = int(counts.get(counted, 0)) + 1
    if count > MOST_A_DAY:
        log.warning("not_asked", extra={"customer": customer})
        return True
    desk.ledger.put(Setting(ASKED, {"day": day, "counts": {**counts, counted: count}}))
    return False


# --- What a note says -----------------------------------------------------------------------------------------------


def message_fields(entry: Entry, store: Store, setup: Setup) -> tuple[Fields, Sequence[Hint]]:
    """What the message that a note is about says, from the bytes that were kept; the hints are for the choices too."""
    seen = store.seen(dict(entry.facts).get(MESSAGE, ""))
    if seen is None:
        return {}, ()
    raw = store.blob(seen.blob) if seen.blob else None
    told: Fields = {"writer": seen.sender, "about": seen.subject, "written": _at(seen, setup)}
    if raw is None:
        return told, ()
    message = read(raw)
    ours = our_text(message, store, setup.key)
    theirs = own_words(message.text, ours) if entry.template == REPLY else ""
    found = hints_in(theirs, setup.today(seen.written_at or seen.at))
    lines = tuple(line for line in new_text(message.text, ours).splitlines() if line.strip())[:MOST_LINES]
    told |= {"writer": _writer(message), "checks": _checks(message, setup), "quote": lines}
    return {**told, "hints": tuple(map(_hint, found))}, found


def _at(seen: Seen, setup: Setup) -> object:
    return (seen.written_at or seen.at).astimezone(setup.calendar.zone)


def _writer(message: Message) -> str:
    sender = message.sender
    if sender is None:
        return ""
    return f"{sender.name} <{sender.email}>" if sender.name else sender.email


def _checks(message: Message, setup: Setup) -> str:
    """What our own mail server found out about the sender, where it is named in the configuration."""
    fields = message.headers.get("authentication-results", ())
    results = authentication(fields, setup.config.mailbox.authserv_id)
    return ", ".join(f"{one.method.upper()} {one.result}{f' ({one.domain})' if one.domain else ''}" for one in results)


def _hint(hint: Hint) -> Fields:
    money = Money(hint.amount, hint.currency) if isinstance(hint.amount, Decimal) else None
    return {"hint": f"hint_{hint.kind}", "words": hint.words, "on": hint.on, "sum": money, "address": hint.address}


def _payments(told: Fields, cases: Iterable[Case], language: str) -> list[str]:
    """What may stand behind "paid" for each invoice that a payment may be for: its part, the day, and the number."""
    payment, on = told.get("payment"), told.get("payment_on")
    if not isinstance(payment, Money) or not isinstance(on, date):
        return []
    lines = []
    for case in cases:
        part = payment.amount < case.amount_due
        if case.ended or (part and payment.currency != EUROS):  # no order reads another currency
            continue
        amount = f"{payment.amount:.2f} € ".replace(".", "," if language == "fr" else ".") if part else ""
        lines.append(f"{amount}{on:%d/%m/%Y} {behind([case.invoice.number], language)}")
    return lines[:MOST_LINKS]


def choice_fields(entry: Entry, told: Fields, found: Sequence[Hint], cases: Iterable[Case], setup: Setup) -> Fields:
    """The orders that answer this note, each with the link that opens the answer."""
    came_on, cases = told.get("payment_on"), list(cases)
    asked = Asked(
        template=entry.template or "task",
        language=setup.config.company.language,
        today=came_on if isinstance(came_on, date) else setup.today(entry.queued_at),
        payments=_payments(told, cases, setup.config.company.language),
        numbers=[case.invoice.number for case in cases],
        channel=entry.channel or str(told.get("channel", "")),
        command=str(told.get("command", "")),
        reason=str(told.get("reason", "")),
        unreachable=bool(cases) and not any(case.invoice.customer.contacts for case in cases),
        hints=found,
    )
    own = setup.config.mailbox.address
    rows = [
        {"line": one.line, "meaning": one.meaning, "link": mail_link(one.line, entry.token, own)}
        for one in choices(asked)
    ]
    return {"choices": tuple(rows)}
