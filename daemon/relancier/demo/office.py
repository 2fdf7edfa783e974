"""Our own office: configuration, passwords, key, and the books that the accountant saves each working morning."""

import csv
import io
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from relancier.adapters.shipped import shipped
from relancier.config import make_key
from relancier.demo.cast import Actor, Bill

SELLER = "Atelier Lumen SAS"
SIREN = "000000000"
IBAN = "FR7630006000011234567890189"
OWN = "compta@atelier-lumen.example"
MANAGER = "camille.moreau@atelier-lumen.example"
DIRECTOR = "direction@atelier-lumen.example"
CONFIG = """\
[company]
name = "{seller}"
address = ["12 rue des Forges", "69003 Lyon"]
phone = "+33 4 72 00 00 00"
legal_form = "SAS"
capital = "50 000 €"
siren = "{siren}"
rcs = "RCS Lyon"
iban = "{iban}"
bic = "AGRIFRPP"

[mailbox]
address = "{own}"
[mailbox.imap]
host = "127.0.0.1"
port = {imap}
security = "none"
password_file = "mailbox.password"
[mailbox.smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
password_file = "mailbox.password"

[[sender]]
role = "account_manager"
name = "Camille Moreau"
title = "Chargée de compte"
email = "{manager}"
phone = "+33 4 72 00 00 01"
[[sender]]
role = "management"
name = "Dominique Lumen"
title = "Direction"
email = "{director}"
phone = "+33 4 72 00 00 02"

[plans]
folder = "{plans}"
[templates]
folder = "{templates}"
[state]
folder = "state"
"""
HEADINGS = (
    "N° facture", "Client", "Code client", "Date facture", "Échéance", "Montant TTC", "Réglé", "Objet",
    "Contact comptable", "Email comptable", "Interlocuteur commercial", "Email interlocuteur commercial",
    "Contact direction", "Email direction", "Téléphone", "Adresse", "Fichier",
)  # fmt: skip
A4 = b"[0 0 595 842]"
WITH_PDF = 2  # customers, the first in the books


def write_office(folder: Path, *, imap: int, smtp: int, password: str) -> Path:
    """Writes configuration, password and key; gives the path of the configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    words: dict[str, object] = {
        "seller": SELLER,
        "siren": SIREN,
        "iban": IBAN,
        "own": OWN,
        "manager": MANAGER,
        "director": DIRECTOR,
        "imap": imap,
        "smtp": smtp,
    }
    text = CONFIG.format(plans=shipped("plans"), templates=shipped("templates"), **words)
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    secret = folder / "mailbox.password"
    secret.touch(mode=0o600)
    secret.write_text(f"{password}\n", encoding="utf-8")
    make_key(folder / "mailbox.key")
    return path


def new_password() -> str:
    return secrets.token_urlsafe(12)


@dataclass(slots=True)
class Ledger:
    """The invoice file, as the accountant keeps it. What customers have paid is entered when it is saved.

    `unlisted` are invoices that it does not list yet.
    """

    path: Path
    actors: tuple[Actor, ...]
    paid: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)
    arrived: list[Bill] = field(default_factory=list)

    def receive(self, bills: Iterable[Bill]) -> None:
        """Money arrives at the bank; the books do not know yet."""
        self.arrived.extend(bills)

    def save(self, at: datetime) -> list[Bill]:
        """Enters what has arrived and writes the file, as of `at`; gives the invoices entered as paid."""
        entered, self.arrived = self.arrived, []
        self.paid |= {bill.case for bill in entered}
        text = io.StringIO(newline="")
        rows = csv.writer(text, delimiter=";")
        rows.writerow(HEADINGS)
        bills = ((actor, bill) for actor in self.actors for bill in actor.bills)
        rows.writerows(self._row(actor, bill) for actor, bill in bills if bill.case not in self.unlisted)
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(text.getvalue().encode("utf-8-sig"))
        os.utime(fresh, (at.timestamp(), at.timestamp()))
        fresh.replace(self.path)
        return entered

    def _row(self, actor: Actor, bill: Bill) -> list[str]:
        house = actor.house
        paid = bill.amount if bill.case in self.paid else Decimal(0)
        pdf = f"factures/{bill.number}.pdf" if actor in self.actors[:WITH_PDF] else ""
        return [
            bill.number, house.name, actor.code, f"{bill.issued:%d/%m/%Y}", f"{bill.due:%d/%m/%Y}",
            french(bill.amount), french(paid), house.purpose, house.accounting, actor.accounting,
            house.sales, actor.sales, house.management, actor.management, house.phone, house.address, pdf,
        ]  # fmt: skip

    def write_pdfs(self) -> None:
        """The PDFs of the first customers' invoices, below the invoice file."""
        folder = self.path.parent / "factures"
        folder.mkdir(exist_ok=True)
        for actor in self.actors[:WITH_PDF]:
            for bill in actor.bills:
                lines = [f"Facture {bill.number}", actor.house.name, f"Echeance : {bill.due:%d/%m/%Y}"]
                (folder / f"{bill.number}.pdf").write_bytes(pdf([*lines, f"Montant TTC : {french(bill.amount)} EUR"]))


def french(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def pdf(lines: Iterable[str], attached: tuple[str, bytes] | None = None) -> bytes:
    """A one-page PDF with these lines of text, and a file inside it, by its name."""
    shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines).encode("cp1252", "replace")
    names = (
        b"/Names << /EmbeddedFiles << /Names [(%s) 6 0 R] >> >> /AF [6 0 R] " % attached[0].encode()
        if attached
        else b""
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s>>" % names,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources %s >>"
        % (A4, b"<< /Font << /F1 5 0 R >> >>"),
        _stream(b"BT /F1 14 Tf 20 TL 72 770 Td " + shown + b"ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _numbered([*objects, *(_file(*attached) if attached else ())])


def _file(name: str, content: bytes) -> tuple[bytes, bytes]:
    """A file inside a PDF: what describes it, which is the sixth object, and its bytes."""
    described = b"<< /Type /Filespec /F (%s) /UF (%s) /AFRelationship /Data /EF << /F 7 0 R >> >>"
    return described % (name.encode(), name.encode()), _stream(content, b"/Type /EmbeddedFile /Subtype /text#2Fxml ")


def _stream(content: bytes, kind: bytes = b"") -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (kind, len(content), content)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _numbered(objects: Iterable[bytes]) -> bytes:
    """The objects of a PDF one after the other, and the table that says where each begins."""
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(out))
    return out + head + table + end


def accounts(actors: Iterable[Actor]) -> Mapping[str, str]:
    """Every mailbox of the demo with its password."""
    theirs = (address for actor in actors for address in actor.addresses)
    return {address: new_password() for address in (OWN, MANAGER, DIRECTOR, *theirs)}
