"""Invoices that colleagues mail in these tests, and a reader that knows what each attachment says."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from tests.work.play import arrive, unhurried
from tests.work.rig import NOON, OWN, MemorySource, Rig, config

from relancier.config import Config
from relancier.core.einvoices.einvoice import EInvoice, PaperKind, Part
from relancier.ports import Paper, Payees

CLIENT = "compta@moulins.test"
DUE = date(2026, 3, 20)
SIREN = "123456782"
PDF = b"%PDF-1.7 "
READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("issued", "delivered"), date.fromisoformat),
    **dict.fromkeys(("total", "prepaid"), Decimal),
    **dict.fromkeys(("seller_ids", "buyer_ids", "credits", "buyer_address"), tuple),
}
_ids = count(1)


class FakePapers:
    """Reads what `page` has written; anything else is no invoice."""

    def __init__(self) -> None:
        self.read_names: list[str] = []
        self.compared: list[bytes] = []
        self.failing: type[Exception] | None = None

    def read(self, name: str, content: bytes) -> Paper:
        self.read_names.append(name)
        if self.failing is not None:
            raise self.failing("the child has died")
        text = content.removeprefix(PDF).decode("utf-8", "replace")
        if text.startswith("refused"):
            return Paper(refused=text)
        if not text.startswith("{"):
            return Paper()
        facts: dict[str, Any] = json.loads(text)
        facts.pop("ibans", None)
        parts = tuple(Part(date.fromisoformat(due), Decimal(amount)) for due, amount in facts.pop("parts"))
        others: dict[str, Any] = {}
        for told, read in READ.items():
            if told in facts:
                others[told] = read(facts.pop(told))
        kind = PaperKind(facts.pop("kind", "invoice"))
        return Paper(EInvoice(kind=kind, parts=parts, **others, **facts))

    def payees(self, content: bytes) -> Payees:
        """The accounts that `page` was given as `ibans`."""
        self.compared.append(content)
        text = content.removeprefix(PDF).decode("utf-8", "replace")
        if text.startswith("refused"):
            return Payees(refused=text)
        found = json.loads(text).get("ibans", []) if text.startswith("{") else []
        return Payees((tuple(found),) if found else ())


def page(number: str = "FA-2026-0100", total: str = "1200.00", **other: Any) -> bytes:
    """A PDF that holds an invoice; `parts` are its days and amounts, `ibans` where it asks to pay."""
    facts: dict[str, Any] = {
        "number": number,
        "total": total,
        "parts": [[DUE.isoformat(), total]],
        "issued": "2026-02-20",
        "seller": "Atelier Lumen",
        "buyer": "Moulins Dupré",
        "buyer_ids": ["987654321"],
    }
    return PDF + json.dumps(facts | other).encode()


def sent(
    *files: bytes | tuple[str, bytes],
    to: str = f"Alice Petit <{CLIENT}>",
    sender: str = OWN,
    subject: str = "Votre facture",
    at: datetime = NOON,
    **headers: str,
) -> bytes:
    """A message with these files attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = headers.pop("message_id", f"<carried-{next(_ids)}@lumen.test>")
    message["Date"] = format_datetime(at)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Bonjour, veuillez trouver notre facture ci-jointe.")
    for number, file in enumerate(files):
        name, content = file if isinstance(file, tuple) else (f"piece-{number}.pdf", file)
        kind = "pdf" if name.endswith(".pdf") else "xml" if name.endswith(".xml") else "octet-stream"
        message.add_attachment(content, maintype="application", subtype=kind, filename=name)
    return message.as_bytes()


def no_books(**tables: Any) -> Config:
    """A daemon that knows of invoices by mail and by imports alone."""
    given = {"invoices": {"file": ""}, **tables}
    return config(**given)


def reading(
    conf: Config | None = None, *, confirmed: bool = True, source: MemorySource | None = None, **other: Any
) -> Rig:
    """A daemon with that reader."""
    return with_papers(unhurried(Rig(source or MemorySource(), conf=conf or no_books(), **other)), confirmed=confirmed)


def with_papers(rig: Rig, papers: FakePapers | None = None, *, confirmed: bool = True) -> Rig:
    """The same daemon, able to read what `page` writes."""
    rig.holder.setup = replace(rig.holder.setup, papers=papers or FakePapers())
    if confirmed:
        rig.confirm()
    return rig


def mailed(rig: Rig, *files: bytes | tuple[str, bytes], folder: str = "Sent", **other: Any) -> bytes:
    """A colleague mails these files; gives the message."""
    raw = sent(*files, **other)
    arrive(rig, raw, folder)
    return raw
