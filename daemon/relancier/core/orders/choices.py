"""The orders that a note offers, ready to be sent: each a line that `dictation` understands, and what it does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from relancier.core.orders.dictated_numbers import behind
from relancier.core.plan import Channel
from relancier.core.reading.hints import Hint, HintKind

_SHARED = ("promise", "paid", "dispute", "pause", "resume", "close")
_OUTCOMES = ("called_promise", "called_nobody", "called_message", "called_not_received", "called")
OFFERED: Mapping[str, tuple[str, ...]] = {
    "note-reply": _SHARED,
    "note-order": _SHARED,
    "note-pause": _SHARED,
    "note-unread": _SHARED,
    "note-gone": _SHARED,
    "note-uncertain": ("sent", "resend"),
    "note-refused": ("contact", "resume", "close"),
    "note-left": ("contact", "pause", "close"),
    "note-money": ("paid", "resume", "pause", "close"),
    "note-iban": ("resume", "pause", "close"),
    "note-missing": ("paid", "close", "resume"),
    "note-held": ("resume", "pause", "close"),
    "note-draft": ("promise", "paid", "dispute", "pause", "close"),
    "note-draft-gone": ("sent", "resend", "promise", "paid", "close"),
    "task": ("chased", "done", *_SHARED),
}
"""What each note or task offers, by its template."""
_TASKS: Mapping[str, tuple[str, ...]] = {
    Channel.CALL: (*_OUTCOMES, "paid", "dispute", "contact", "pause", "resume", "close"),
    Channel.SMS: ("done", *_SHARED),
    Channel.LETTER: ("posted", *_SHARED),
    Channel.REGISTERED_LETTER: ("posted", "received", "unclaimed", "refused", "unknown_address", "pause", "close"),
    Channel.LEGAL: ("done", "promise", "paid", "pause", "close"),
}
_RECALLED: Mapping[str, tuple[str, ...]] = {
    Channel.CALL: ("called",),
    Channel.LETTER: ("posted",),
    Channel.REGISTERED_LETTER: ("posted",),
}
RECALL = "note-recall"
MONEY = "note-money"
PLACED = "choice_payment"  # that a payment is for an invoice, be it a part of it
KNOWN = "money_known"  # that a payment may be in the books already
COUNTED = "choice_counted"
RELEASE = "relancier release"
OFFER = "note-offer"
_OPENING = {(False, False): "open", (True, False): "open_due", (False, True): "open_to", (True, True): "open_due_to"}
"""How an invoice that is offered is taken up, by whether its due date and its address are still to be named."""
_BY_REASON: Mapping[str, tuple[str, ...]] = {
    "iban_changed": ("iban",),
    "missed_instalment": ("instalments", "resume", "paid", "pause", "close"),
    "declare_claim": ("done",),
    "money_returned": ("rejected", "resume", "close"),
    "money_many": (),
    "paid_differs": ("paid", "resume", "pause", "close"),
    KNOWN: ("resume", "paid", "pause", "close"),
    "books_shrunk": ("complete",),
    "discount_late": ("paid", "resume", "pause", "close"),
}

_FRENCH: Mapping[str, str] = {
    "promise": "promesse {day}", "paid": "payé", "dispute": "litige", "pause": "pause 10j", "resume": "reprendre",
    "close": "stop", "sent": "parti", "resend": "renvoyer", "contact": "contact comptable {address}",
    "called": "appelé, ", "chased": "relancé {today}", "posted": "posté {tracking}", "received": "reçu {day}",
    "unclaimed": "non réclamé", "refused": "refusé", "unknown_address": "npai", "release": "reprendre les envois",
    "done": "fait", "instalments": "échéancier {day} montant, {day} reste", "rejected": "rejet {today}",
    "insolvent": "insolvable {day}", "iban": "iban confirmé", "called_promise": "appelé, promesse {day}",
    "called_nobody": "appelé, pas de réponse", "called_message": "appelé, message laissé",
    "called_not_received": "appelé, facture jamais reçue", "open": "ouvrir", "open_due": "ouvrir échéance {day}",
    "open_to": "ouvrir {address}", "open_due_to": "ouvrir échéance {day} {address}", "ignore": "ignorer",
    "complete": "fichier complet",
}  # fmt: skip
_ENGLISH: Mapping[str, str] = {
    "promise": "promise {day}", "paid": "paid", "dispute": "dispute", "pause": "pause 10d", "resume": "resume",
    "close": "stop", "sent": "went out", "resend": "resend", "contact": "contact accounting {address}",
    "called": "called, ", "chased": "chased {today}", "posted": "posted {tracking}", "received": "received {day}",
    "unclaimed": "unclaimed", "refused": "refused", "unknown_address": "npai", "release": "resume sending",
    "done": "done", "instalments": "instalments {day} amount, {day} rest", "rejected": "rejected {today}",
    "insolvent": "insolvent {day}", "iban": "iban confirmed", "called_promise": "called, promise {day}",
    "called_nobody": "called, no answer", "called_message": "called, message left",
    "called_not_received": "called, invoice never received", "open": "open", "open_due": "open due {day}",
    "open_to": "open {address}", "open_due_to": "open due {day} {address}", "ignore": "ignore",
    "complete": "file complete",
}  # fmt: skip
ORDERS = tuple(_FRENCH)
_MOST = {"instalments": 1, "release": 0}  # an instalment plan is of one invoice, all sending of none
_BLANKS = {
    "fr": {"day": "JJ/MM/AAAA", "address": "adresse", "tracking": "numéro de suivi"},
    "en": {"day": "DD/MM/YYYY", "address": "address", "tracking": "tracking number"},
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One order: its line, and the word for what it does (`choice_…` in words.toml)."""

    line: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The note that offers: its template and reason, a task's channel, its invoices, the command it names.

    `unreachable`: no address of the customer is known. `payments` is what may stand behind "paid", one invoice each:
    its part of the payment, the day and the number.
    """

    template: str
    language: str
    today: date
    numbers: Sequence[str] = ()
    channel: str = ""
    command: str = ""
    reason: str = ""
    payments: Sequence[str] = ()
    unreachable: bool = False
    hints: Iterable[Hint] = ()


def choices(asked: Asked) -> tuple[Choice, ...]:
    """What a person may order in answer to this note: first what the customer's own words suggest."""
    lines = _FRENCH if asked.language == "fr" else _ENGLISH
    blanks = _BLANKS["fr" if asked.language == "fr" else "en"]
    numbers = tuple(dict.fromkeys(asked.numbers)) if len(set(asked.numbers)) > 1 else ()
    written = {**blanks, "today": _written(asked.today)}
    offered = _offered(asked)
    hinted = {word: {**written, **given} for word, given in map(_from_hint, asked.hints) if word and offered}
    ordered = [*hinted, *(word for word in offered if word not in hinted)]
    found = []
    for word in ordered:
        line = lines[word].format(**hinted.get(word, written))
        if word == "paid" and asked.template == MONEY:
            found += [Choice(f"{line} {one}", PLACED) for one in asked.payments]
        else:
            meaning = COUNTED if word == "resume" and asked.reason == KNOWN else f"choice_{word}"
            found.append(Choice(_line(line, numbers[: _MOST.get(word)], asked.language), meaning))
    return tuple(found)


def _line(order: str, numbers: Sequence[str], language: str) -> str:
    """An order with the invoices that it is about behind it, where there are several."""
    return " ".join((*order.split(), *([behind(numbers, language)] if numbers else ())))


def _offered(asked: Asked) -> Sequence[str]:
    if asked.template in {"task", "note-task"}:
        contact = ("contact",) if asked.unreachable and asked.channel == Channel.TASK else ()
        return (*contact, *_TASKS.get(asked.channel, OFFERED["task"]))
    if asked.template == RECALL:
        return _RECALLED.get(asked.channel, ("done",))
    if asked.template == OFFER:
        return (_OPENING["--due" in asked.command, "--to" in asked.command], "ignore")
    if asked.reason in _BY_REASON:
        return _BY_REASON[asked.reason]
    if asked.command == RELEASE:
        return ("release",)
    return OFFERED.get(asked.template, ()) if asked.numbers else ()


def _from_hint(hint: Hint) -> tuple[str, dict[str, str]]:
    """The order that a hint suggests, and what it fills in."""
    suggested = _SUGGESTED.get(hint.kind)
    return suggested(hint) if suggested else ("", {})


def _promise(hint: Hint) -> tuple[str, dict[str, str]]:
    return ("promise", {"day": _written(hint.on)}) if hint.on else ("", {})


def _contact(hint: Hint) -> tuple[str, dict[str, str]]:
    return ("contact", {"address": hint.address}) if hint.address else ("", {})


_SUGGESTED: Mapping[HintKind, Callable[[Hint], tuple[str, dict[str, str]]]] = {
    HintKind.PROMISE: _promise,
    HintKind.WRONG_CONTACT: _contact,
    HintKind.PAID: lambda _hint: ("paid", {}),
    HintKind.DISPUTE: lambda _hint: ("dispute", {}),
    HintKind.INSTALMENTS: lambda _hint: ("instalments", {}),
    HintKind.INSOLVENCY: lambda _hint: ("insolvent", {}),
}


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def mail_link(line: str, token: str, address: str) -> str:
    """A link that opens a message to the mailbox with this order written and the note named by its token."""
    subject = quote(f"{line} [R-{token}]", safe="")
    return f"mailto:{quote(address, safe='@')}?subject={subject}&body={quote(line, safe='')}"
