"""What reading spreadsheets costs: a hundred thousand invoices of nine thousand customers, as CSV and as XLSX."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from time import process_time

from tests.sheets.written import Cell, xlsx

from relancier.adapters.invoices import GivenTable, cells

ROWS = 100_000
CUSTOMERS = 9_000
HEADINGS: list[Cell] = [
    "N° facture", "Client", "Code client", "Date facture", "Échéance", "Montant TTC", "Réglé", "Email comptable",
    "Email commercial", "Téléphone", "Objet",
]  # fmt: skip


def measure() -> Iterator[tuple[str, float, str]]:
    """The seconds of the processor for each format, and how often an address was validated."""
    for name, content in (("f.csv", as_csv()), ("f.xlsx", xlsx([HEADINGS, *rows()]))):
        with counted() as calls:
            start = process_time()
            found = GivenTable().read(name, content)
            seconds = process_time() - start
        assert len(found.invoices) == ROWS, found.problems[:1]
        distinct = {contact.email for one in found.invoices for contact in one.customer.contacts}
        note = (
            f"of the processor; {len(content) / 1e6:.0f} MB; {len(distinct):,} addresses validated {calls[0]:,} times"
        )
        yield name.rpartition(".")[2].upper(), seconds, note


def rows() -> Iterator[list[Cell]]:
    """Invoices as an accounting program lists them."""
    for at in range(ROWS):
        who, due = at % CUSTOMERS, date(2026, 1, 1) + timedelta(days=at % 400)
        amount = Decimal(at + 10).scaleb(-1).quantize(Decimal("0.01"))
        people: list[Cell] = [f"compta@client{who}.fr", f"ventes@client{who}.fr"]
        head: list[Cell] = [f"FA-{at}", f"Client n° {who} SARL", f"C{who}", due - timedelta(days=30), due]
        yield [*head, amount, Decimal(0), *people, "04 72 00 00 00", "Prestation"]


def as_csv() -> bytes:
    """The same, as Excel writes it in France."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([_french(cell) for cell in row] for row in rows())
    return text.getvalue().encode("cp1252")


def _french(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, Decimal) else str(cell)


@contextmanager
def counted() -> Iterator[list[int]]:
    """How often an address is validated while this lasts."""
    calls, validate = [0], vars(cells)["address"]
    vars(cells)["_email"].cache_clear()

    def counting(text: str) -> str:
        calls[0] += 1
        return str(validate(text))

    vars(cells)["address"] = counting
    try:
        yield calls
    finally:
        vars(cells)["address"] = validate
