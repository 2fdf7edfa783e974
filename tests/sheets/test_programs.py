"""Twenty spreadsheets as accounting programs write them, each compared with the invoices typed by hand."""

# ruff: noqa: E501 - an invoice is one line

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.sheets.make import FILES, HERE

from relancier.adapters.invoices import InvoiceFile
from relancier.core.case import Invoice
from relancier.ports import Snapshot

# number | code | customer | issued | due | amount | still to pay | first contact
EXPECTED: Mapping[str, tuple[str, ...]] = {
    "sage50-echeancier.xlsx": (
        "FA2609001 | 411DUPON | DUPONT SARL | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | compta@dupont.example",
        "FA2609014 | 411DUPON | DUPONT SARL | 2026-09-15 | 2026-10-15 | 354.60 | 354.60 EUR | compta@dupont.example",
        "FA2609020 | 411MARTI | MARTIN ET FILS | 2026-09-20 | 2026-10-20 | 0.30 | 0.30 EUR | -",
        "FA2609031 | 411MARTI | MARTIN ET FILS | 2026-09-30 | 2026-10-30 | 2400.00 | 2400.00 EUR | -",
    ),
    "sage100-grand-livre.txt": (
        "FC00126 | BAGUES | Bagues et Cie | 2026-09-05 | 2026-10-31 | 1306.00 | 1306.00 EUR | -",
        "FC00127 | CARAT | Carat S.à r.l. | 2026-09-06 | 2026-10-31 | 86.40 | 86.40 EUR | -",
        "FC00128 | CARAT | Carat S.à r.l. | 2026-09-09 | 2026-11-15 | 12500.00 | 12500.00 EUR | -",
    ),
    "ebp-echeancier.csv": (
        "FA00000412 | CLI00012 | HÔTEL DES ALPES | 2026-09-01 | 2026-10-01 | 3610.80 | 2610.80 EUR | compta@alpes.example",
        "FA00000413 | CLI00007 | Boulangerie Rey | 2026-09-03 | 2026-10-18 | 240.00 | 240.00 EUR | rey@rey.example",
        "credit AV00000031 | CLI00007 | 48.00 EUR",
    ),
    "cegid-auxiliaires.txt": (
        "F260901 | 9DUPONT | DUPONT SARL | 2026-09-01 | 2026-09-30 | 1234.56 | 1234.56 EUR | -",
        "F260902 | 9MARTIN | MARTIN ET FILS | 2026-09-02 | 2026-10-31 | 99.90 | 99.90 EUR | -",
        "F260903 | 9ŒUVRE | L'ŒUVRE LYON | 2026-09-02 | 2026-10-31 | 12000.00 | 12000.00 EUR | -",
    ),
    "cegid-pieces.xlsx": (
        "2600451 | C0012 | DUPONT SARL | 2026-09-01 | 2026-10-01 | 1234.56 | 1234.56 EUR | -",
        "2600452 | C0013 | MARTIN ET FILS | 2026-09-02 | 2026-11-01 | 99.90 | 49.90 EUR | -",
        "credit 2600453 | C0014 | 120.00 EUR",
    ),
    "pennylane.csv": (
        "F-2026-101 | - | Dupont, Frères & Cie | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | compta@dupont.example",
        "F-2026-102 | - | Studio Brun | 2026-09-12 | 2026-10-12 | 99.90 | 40.00 EUR | brun@brun.example",
        "F-2026-103 | - | Studio Brun | 2026-09-20 | 2026-10-20 | 49.95 | 0.00 EUR | brun@brun.example",
    ),
    "pennylane.xlsx": (
        "F-2026-201 | - | Dupont | 2026-09-01 | 2026-10-01 | 1200.10 | 1200.10 EUR | -",
        "F-2026-202 | - | Brun | 2026-09-12 | 2026-10-12 | 99.90 | 39.90 EUR | -",
    ),
    "dolibarr-liste.csv": (
        "FA2609-0001 | - | Garage du Lac | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | garage@lac.example",
        "FA2609-0002 | - | Mairie d'Annecy | 2026-09-05 | 2026-10-05 | 300.00 | 150.00 EUR | -",
        "credit AV2609-0001 | - | 60.00 EUR",
    ),
    "dolibarr-export.xlsx": (
        "FA2609-0001 | CU2609-0004 | Garage du Lac | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | compta@lac.example",
        "FA2609-0002 | CU2609-0005 | Mairie d'Annecy | 2026-09-05 | 2026-10-05 | 300.00 | 150.00 EUR | mairie@annecy.example",
    ),
    "odoo-fr.xlsx": (
        "FAC/2026/00042 | - | Azure Interior | 2026-09-01 | 2026-09-30 | 1200.00 | 1200.00 EUR | -",
        "FAC/2026/00043 | - | Deco Addict | 2026-09-10 | 2026-10-10 | 600.00 | 250.00 EUR | -",
        "credit RFAC/2026/00002 | - | 120.00 EUR",
    ),
    "odoo-en.csv": (
        "INV/2026/00010 | - | Azure Interior | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | -",
        "INV/2026/00011 | - | Gemini Ltd | 2026-09-03 | 2026-10-03 | 840.50 | 440.50 GBP | -",
    ),
    "quickbooks-impayees.xlsx": (
        "1037 | - | Dupont SARL | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | -",
        "1041 | - | Dupont SARL | 2026-09-14 | 2026-10-14 | 180.00 | 80.00 EUR | -",
        "1042 | - | Studio Brun | 2026-09-18 | 2026-10-18 | 75.50 | 75.50 EUR | -",
    ),
    "axonaut.csv": (
        "2026-0101 | - | Lumière & Fils | 2026-09-01 | 2026-10-01 | 500.00 | 500.00 EUR | roc@lumiere.example",
        "2026-0102 | - | Aubry | 2026-09-03 | 2026-10-03 | 2000.00 | 1000.00 EUR | compta@aubry.example",
    ),
    "henrri.csv": (
        "F2026-0007 | - | Claire Petit | 2026-09-02 | 2026-10-02 | 120.00 | 120.00 EUR | claire@petit.example",
        "F2026-0008 | - | SCI Bellevue | 2026-10-01 | 2026-10-31 | 300.00 | 200.00 EUR | sci@bellevue.example",
    ),
    "ciel.txt": (
        "260091 | 411AUBRY | Aubry | 2026-09-01 | 2026-10-01 | 1250.00 | 1250.00 EUR | -",
        "260092 | 411REY | Rey | 2026-09-02 | 2026-10-02 | 75.00 | 75.00 EUR | -",
        "credit 260093 | 411REY | 25.00 EUR",
    ),
    "excel-main.xlsx": (
        "2026-001 | - | Dupont SARL | 2026-09-01 | 2026-10-01 | 1200.00 | 1200.00 EUR | compta@dupont.example",
        "2026-002 | - | Dupont SARL | 2026-09-03 | 2026-10-03 | 354.60 | 254.60 EUR | compta@dupont.example",
        "2026-003 | - | Dupont SARL | 2026-09-05 | 2026-10-05 | 2400.00 | 2400.00 EUR | compta@dupont.example",
        "2026004 | - | Studio Brun | 2026-09-07 | 2026-10-07 | 99.90 | 99.90 EUR | brun@brun.example",
    ),
    "excel-onglets.xlsx": (
        "A-1 | - | Aubry | None | 2026-10-01 | 10.00 | 10.00 EUR | a@aubry.example",
        "A-2 | - | Rey | None | 2026-10-02 | 20.50 | 20.50 EUR | r@rey.example",
    ),
    "libreoffice.ods": (
        "L-01 | - | Aubry | 2026-09-01 | 2026-10-01 | 12.10 | 12.10 EUR | a@aubry.example",
        "L-02 | - | Rey | 2026-09-02 | 2026-10-02 | 1234.56 | 1234.56 EUR | r@rey.example",
    ),
    "suisse.csv": (
        "7001 | - | Chocolats Aubry SA | 2026-09-01 | 2026-10-01 | 1234.50 | 1000.00 CHF | compta@aubry.example",
        "7002 | - | Rey Sàrl | 2026-09-02 | 2026-10-02 | 80.00 | 80.00 CHF | rey@rey.example",
    ),
    "balance-agee.xlsx": (
        "B-101 | C01 | Aubry | None | 2026-09-05 | 100.00 | 100.00 EUR | a@aubry.example",
        "B-102 | C01 | Aubry | None | 2026-10-05 | 250.25 | 250.25 EUR | a@aubry.example",
        "B-103 | C01 | Aubry | None | 2026-11-05 | 40.00 | 40.00 EUR | a@aubry.example",
        "B-110 | C02 | Rey | None | 2026-10-15 | 60.00 | 60.00 EUR | r@rey.example",
        "credit B-111 | C02 | 15.00 EUR",
    ),
}

CUSTOMERS = (
    "code client;client;email\n411DUPON;Dupont à Lyon;compta@dupont.example\n;Garage du Lac;garage@lac.example\n"
)


def typed(snapshot: Snapshot) -> tuple[str, ...]:
    """The invoices and the credits as they are typed above."""
    credit = [
        f"credit {one.number} | {_code(one.customer)} | {one.amount:.2f} {one.currency}" for one in snapshot.credits
    ]
    return (*map(_line, snapshot.invoices), *credit)


def _line(invoice: Invoice) -> str:
    customer = invoice.customer
    parts = (
        invoice.number,
        _code(customer.id),
        customer.name,
        invoice.issued,
        invoice.due,
        f"{invoice.amount:.2f}",
        f"{invoice.amount_due:.2f} {invoice.currency}",
        customer.contacts[0].email if customer.contacts else "-",
    )
    return " | ".join(map(str, parts))


def _code(customer: str) -> str:
    """The code of a customer; those without one are known by their names, in small letters."""
    return "-" if customer == customer.casefold() else customer


@pytest.mark.parametrize("name", FILES)
def test_a_file_as_a_program_writes_it(tmp_path: Path, name: str) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text(CUSTOMERS, "utf-8")
    snapshot = InvoiceFile(HERE / name, customers).read()
    assert [str(problem) for problem in snapshot.problems if not problem.warning] == []
    assert typed(snapshot) == EXPECTED[name]


def test_the_files_are_those_that_the_maker_writes() -> None:
    assert [name for name, made in FILES.items() if (HERE / name).read_bytes() != made()] == []
    assert FILES.keys() == EXPECTED.keys()


def test_the_notes_tell_what_each_file_imitates() -> None:
    notes = (HERE / "README.md").read_text("utf-8")
    assert [name for name in FILES if f"| `{name}` |" not in notes] == []


def test_of_several_sheets_it_says_which_one_is_read() -> None:
    (note,) = InvoiceFile(HERE / "excel-onglets.xlsx").read().problems
    assert (str(note), note.warning) == ('excel-onglets.xlsx: the sheet "Factures" is read, not "Notes".', True)
