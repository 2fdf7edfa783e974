"""The mail that arrives during the soak: many customers' answers among what is nobody's business."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from random import Random

from tests.cli_desk import HEADINGS, row

from relancier.core.reading.read import read

FAR = 60  # days until the invoices are due: nothing is to be sent
LABEL = "$label1"


class Kind(StrEnum):
    """What a message is, whatever it looks like."""

    REPLY = "reply"
    AUTO = "auto"
    NEWSLETTER = "newsletter"
    PRIVATE = "private"


SHARES = {Kind.REPLY: 4, Kind.AUTO: 2, Kind.NEWSLETTER: 6, Kind.PRIVATE: 8}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with one invoice or two; every third one gets answers from the colleagues."""

    number: int

    @property
    def name(self) -> str:
        return f"client{self.number}"

    @property
    def address(self) -> str:
        return f"factures@{self.name}.test"

    @property
    def invoices(self) -> tuple[str, ...]:
        second = (f"F-2027-{self.number:05}",) if self.number % 5 == 0 else ()
        return (f"F-2026-{self.number:05}", *second)

    @property
    def is_answered(self) -> bool:
        return self.number % 3 == 0


def books(customers: int) -> str:
    """The invoice file."""
    known = [Customer(number) for number in range(customers)]
    return HEADINGS + "".join(row(name, FAR, customer=one.name) for one in known for name in one.invoices)


def invoice_id(number: str) -> str:
    return f"<invoice-{number}@lumen.test>"


def invoices_sent(customers: int, own: str, at: datetime) -> Iterator[bytes]:
    """The messages that carried the invoices, as they stand in Sent: each is the beginning of a thread."""
    for number in range(customers):
        one = Customer(number)
        for name in one.invoices:
            yield _message(own, one.address, f"Facture {name}", "Ci-joint notre facture.", invoice_id(name), at)


@dataclass(slots=True)
class Item:
    """A message as the test knows it: where people put it, and what they and nobody else did to it."""

    number: int
    kind: Kind
    customer: Customer
    message_id: str
    identity: str
    at: datetime
    raw: bytes = b""
    folder: str = "INBOX"
    uid: int = 0
    theirs: set[str] = field(default_factory=set)
    answered_at: datetime | None = None
    let_be: bool = False


class Post:
    """Makes messages in an order that a seed fixes."""

    def __init__(self, customers: int, own: str, seed: int) -> None:
        self._customers = customers
        self._own = own
        self._random = Random(seed)  # noqa: S311 - no secret
        self._number = 0

    def next(self, at: datetime) -> Item:
        """The next message, written at an instant."""
        self._number += 1
        kind = self._random.choices(list(SHARES), list(SHARES.values()))[0]
        customer = Customer(self._random.randrange(self._customers))
        message_id = f"<soak-{self._number}@{customer.name}.test>"
        raw = self._raw(kind, customer, message_id, at)
        return Item(self._number, kind, customer, message_id, read(raw).identity, at, raw)

    def _raw(self, kind: Kind, customer: Customer, message_id: str, at: datetime) -> bytes:
        if kind is Kind.REPLY:
            return self._reply(customer, message_id, at)
        name, number = self._random.choice(customer.invoices), self._number
        if kind is Kind.AUTO:
            subject = f"Réponse automatique : Facture {name}"
            marks = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
            return _message(customer.address, self._own, subject, "Je suis absent.", message_id, at, marks)
        if kind is Kind.NEWSLETTER:
            marks = {"List-Unsubscribe": f"<https://lettre{number % 7}.test/{number}>", "Precedence": "bulk"}
            subject, text = f"Nos offres de la semaine, n° {number}", "Profitez-en ! " * 50
            return _message(f"offres@lettre{number % 7}.test", self._own, subject, text, message_id, at, marks)
        sender, subject = f"ami{number % 11}@perso.test", self._random.choice(["Déjeuner ?", "Réunion", "Votre devis"])
        return _message(sender, self._own, f"{subject} {number}", "Bonjour, à bientôt.", message_id, at)

    def _reply(self, customer: Customer, message_id: str, at: datetime) -> bytes:
        """A person's answer, in one of the ways in which its case can be found."""
        name = self._random.choice(customer.invoices)
        colleague_of_theirs = f"personne{self._number % 3}@{customer.name}.test"
        sender, subject, text, marks = self._random.choice(
            [
                (customer.address, "RE: votre message", "Bien reçu.", {"In-Reply-To": invoice_id(name)}),
                (colleague_of_theirs, f"RE: Facture {name}", "Nous contestons.", {}),
                (customer.address, "Question", f"Au sujet de la facture {name}, quel est le délai ?", {}),
                (customer.address, "Bonjour", "Pouvez-vous me rappeler ?", {}),
            ]
        )
        return _message(sender, self._own, subject, f"{text} ({self._number})", message_id, at, marks)


def answer(item: Item, own: str, at: datetime) -> bytes:
    """What a mail program files in Sent when a colleague answers."""
    marks = {"In-Reply-To": item.message_id, "References": item.message_id}
    message_id = f"<answer-{item.number}@lumen.test>"
    return _message(own, item.customer.address, "RE: votre message", "Merci, c'est noté.", message_id, at, marks)


def _message(  # noqa: PLR0917 - the lines of a letter, in their order
    sender: str, to: str, subject: str, text: str, message_id: str, at: datetime, marks: dict[str, str] | None = None
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"], message["Date"] = message_id, format_datetime(at)
    for name, value in (marks or {}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes(policy=policy.SMTP)
