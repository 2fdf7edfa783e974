"""Our own office: its configuration, and the books that the accountant saves each working morning."""

import csv
import io
import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.year.cast import Bill, Customer
from tests.year.expected import From, Role
from tests.year.post import OWN

from relancier.adapters.shipped import shipped
from relancier.config import make_key

COMPANY = "Atelier Lumen SAS"
PASSWORD = "for a year"
PEOPLE = {
    From.SUPPLIER: (COMPANY, OWN),
    From.ACCOUNT_MANAGER: ("Camille Moreau", "camille.moreau@atelier-lumen.example"),
    From.MANAGEMENT: ("Dominique Lumen", "direction@atelier-lumen.example"),
}
CONFIG = """\
[company]
name = "{company}"
address = ["12 rue des Forges", "69003 Lyon"]
phone = "+33 4 72 00 00 00"
legal_form = "SAS"
capital = "50 000 €"
siren = "000000000"
rcs = "RCS Lyon"
iban = "FR7630006000011234567890189"
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
[sending]
closed = ["2026-05-15"]
surge = 80
[late_interest]
rates_file = "rates.toml"
[[sender]]
role = "account_manager"
name = "{manager[0]}"
title = "Chargée de compte"
email = "{manager[1]}"
phone = "+33 4 72 00 00 01"
[[sender]]
role = "management"
name = "{director[0]}"
title = "Direction"
email = "{director[1]}"
phone = "+33 4 72 00 00 02"
[plans]
folder = "{plans}"
[templates]
folder = "{templates}"
[state]
folder = "state"
"""
RATES = """\
[[half_year]]
from = 2026-07-01
ecb = 2.15
legal = 2.62
[[half_year]]
from = 2027-01-01
ecb = 2.15
legal = 2.62
"""
HEADINGS = (
    "N° facture", "Client", "Code client", "Date facture", "Échéance", "Montant TTC", "Réglé", "Objet",
    "Plan de relance", "Langue", "Professionnel", "Secteur", "Mode de règlement", "Contact comptable",
    "Email comptable", "Interlocuteur commercial", "Email commercial", "Contact direction", "Email direction",
    "Téléphone", "Adresse", "Lien de paiement", "Fichier",
)  # fmt: skip
SHOWN = timedelta(days=20)  # how long a paid invoice stays in the books
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def furnish(folder: Path, *, imap: int, smtp: int) -> Path:
    """Writes configuration, password, key and rates; gives the path of the configuration."""
    words = {
        "company": COMPANY, "own": OWN, "imap": imap, "smtp": smtp, "plans": shipped("plans"),
        "templates": shipped("templates"), "manager": PEOPLE[From.ACCOUNT_MANAGER], "director": PEOPLE[From.MANAGEMENT],
    }  # fmt: skip
    path = folder / "config.toml"
    path.write_text(CONFIG.format(**words), encoding="utf-8")
    secret = folder / "mailbox.password"
    secret.touch(mode=0o600)
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    (folder / "rates.toml").write_text(RATES, encoding="utf-8")
    make_key(folder / "mailbox.key")
    return path


@dataclass(slots=True)
class Books:
    """The invoice file; what customers have paid is entered when it is saved. `paid` is what it says by now."""

    path: Path
    customers: tuple[Customer, ...]
    paid: dict[str, Decimal] = field(default_factory=dict)
    settled: dict[str, date] = field(default_factory=dict)
    arrived: list[tuple[Bill, Decimal]] = field(default_factory=list)

    def receive(self, bill: Bill, amount: Decimal | None = None) -> None:
        """Money arrives at the bank; the books do not know yet. Without an amount, all that is open."""
        self.arrived.append((bill, amount if amount is not None else bill.amount - self.paid.get(bill.key, Decimal(0))))

    def due(self, bill: Bill) -> Decimal:
        return bill.amount - self.paid.get(bill.key, Decimal(0))

    def save(self, at: datetime) -> list[Bill]:
        """Enters what has arrived, writes the file as of `at`; gives what is paid in full since."""
        ended = []
        for bill, amount in self.arrived:
            self.paid[bill.key] = min(bill.amount, self.paid.get(bill.key, Decimal(0)) + amount)
            if self.due(bill) == 0:
                self.settled.setdefault(bill.key, at.date())
                ended.append(bill)
        self.arrived.clear()
        self._write(at, [row for customer in self.customers for row in self._rows(customer, at.date())])
        return ended

    def spoil(self, at: datetime) -> None:
        """An export goes wrong: nothing but the headings is in the file."""
        self._write(at, [])

    def write_pdfs(self) -> None:
        folder = self.path.parent / "factures"
        folder.mkdir(exist_ok=True)
        for bill in (bill for customer in self.customers if customer.pdf for bill in customer.bills):
            (folder / f"{bill.number}.pdf").write_bytes(PDF)

    def _write(self, at: datetime, rows: list[list[str]]) -> None:
        text = io.StringIO(newline="")
        table = csv.writer(text, delimiter=";")
        table.writerow(HEADINGS)
        table.writerows(rows)
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(text.getvalue().encode("utf-8-sig"))
        os.utime(fresh, (at.timestamp(), at.timestamp()))
        fresh.replace(self.path)

    def _rows(self, customer: Customer, today: date) -> list[list[str]]:
        return [_row(customer, bill, self.paid.get(bill.key, Decimal(0))) for bill in customer.bills
                if self._is_shown(customer, bill, today)]  # fmt: skip

    def _is_shown(self, customer: Customer, bill: Bill, today: date) -> bool:
        settled = self.settled.get(bill.key)
        return (customer.shown_from or bill.issued) <= today and (settled is None or today <= settled + SHOWN)


def _row(customer: Customer, bill: Bill, paid: Decimal) -> list[str]:
    return [
        bill.number, customer.name, customer.code, f"{bill.issued:%d/%m/%Y}", f"{bill.due:%d/%m/%Y}",
        _french(bill.amount), _french(paid), "la pose de luminaires", customer.in_the_books, customer.language,
        "" if customer.professional else "non", customer.sector, customer.method,
        *(cell for role in Role for cell in _contact(customer, role)),
        customer.phone, "|".join(customer.postal), customer.link, f"factures/{bill.number}.pdf" if customer.pdf else "",
    ]  # fmt: skip


def _contact(customer: Customer, role: Role) -> tuple[str, str]:
    return (customer.people[role], customer.address(role)) if role in customer.roles else ("", "")


def _french(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
