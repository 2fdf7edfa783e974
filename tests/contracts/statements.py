"""What every statement reader promises, whatever it understands."""

import csv
import io
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.sheets.book import Sheet, xlsx
from tests.statements import make

from relancier.core.paid.statement import Movement, Statement, counted
from relancier.ports import StatementReader, Statements

ACCOUNT = "FR7630006000011234567890189"
MUTATIONS = 2_500
PIECES = (
    b"",
    b"\0",
    b"\n",
    b"<",
    b">",
    b"</",
    b";",
    b'"',
    b"&",
    b"&#0;",
    b"\xff\xfe",
    b"-",
    b",",
    b"999999999999999",
    b"01",
    b"07",
)


def statement(count: int = 6) -> Statement:
    """Movements of a week, equal ones and a return among them."""
    first = date(2026, 11, 2)
    movements = [
        Movement(
            account=ACCOUNT,
            on=first + timedelta(days=number % 5),
            amount=Decimal(100 + number // 2) if number % 5 else Decimal("-75.20"),
            wording=f"FACTURE FA-2026-{number // 2:04}" if number % 5 else "PRLV SEPA REJETE FA-2025-0001",
            payer=f"Société n° {number // 2}",
            end_to_end=f"E2E-{number // 2}",
            reference=f"R{number}",
            returned=number % 5 == 0,
        )
        for number in range(count)
    ]
    return Statement(account=ACCOUNT, since=first, until=date(2026, 11, 8), movements=counted(movements))


def as_workbook(content: bytes) -> bytes:
    """The rows of a CSV as a workbook."""
    rows = list(csv.reader(io.StringIO(content.decode("cp1252"), newline=""), delimiter=";"))
    return xlsx({"Opérations": Sheet(rows)})


FILES = {
    "camt.xml": make.camt(statement()),
    "camt8.xml": make.camt(statement(), space="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"),
    "releve.ofx": make.ofx(statement()),
    "releve.cfo": make.cfonb(statement()),
    "releve.csv": make.csv(statement()),
    "releve.xlsx": as_workbook(make.csv(statement())),
}
NO_STATEMENTS = {
    "invoices.xlsx": xlsx({"Feuil1": Sheet([["N° facture", "Client", "Échéance", "TTC"], ["F1", "M", "x", 1]])}),
    "invoices.csv": "n° facture;client;échéance;montant ttc;email\nF1;Martin;31/12/2026;120,00;a@b.fr\n".encode(),
    "dated.csv": "Date;Libellé;Client;Échéance;Montant TTC\n01/11/2026;Pose;Martin;31/12/2026;120\n".encode("cp1252"),
    "ledger.csv": "Date;Journal;Compte;Libellé;Débit;Crédit;Lettrage\n01/11/2026;VE;411;F1;120,00;;\n".encode(),
    "customers.csv": b"client;email comptable\nMartin;a@b.fr\n",
    "factur-x.xml": b'<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:'
    b'CrossIndustryInvoice:100"><rsm:ExchangedDocument/></rsm:CrossIndustryInvoice>',
    "ubl.xml": b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>1</ID></Invoice>',
    "facture.pdf": b"%PDF-1.7\n1 0 obj\n",
    "letter.txt": "Bonjour, la facture F1 a été réglée le 3 novembre ; merci.\n".encode(),
    "empty": b"",
    "zeros": b"\0" * 500,
}  # fmt: skip


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The file with some bytes changed, lost, doubled or moved, or cut short."""
    for _ in range(chance.randint(1, 5)):
        at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        to = min(to, at + 150)
        piece = chance.choice((bytes([chance.randrange(256)]), raw[at:to] * 2, *PIECES))
        raw = raw[:at] + piece + raw[to:]
    return raw[: chance.randrange(len(raw) + 1)] if chance.random() < 0.1 else raw


def sound(found: Statements) -> bool:
    """Statements or problems, never both; every problem in a sentence that says what to do."""
    refused = [problem for problem in found.problems if not problem.warning]
    for problem in found.problems:
        assert problem.text.endswith("."), problem
        assert problem.where
    for one in found.found:
        assert one.account
        assert counted(one.movements) == one.movements
        assert all(movement.account == one.account and movement.amount for movement in one.movements)
    return not (refused and found.found)


class StatementReaderContract:
    """Subclasses give the fixture `reader`."""

    @pytest.mark.parametrize("name", NO_STATEMENTS)
    def test_what_is_no_statement_is_not_recognised_and_holds_none(self, reader: StatementReader, name: str) -> None:
        assert not reader.recognises(name, NO_STATEMENTS[name])
        assert reader.read(name, NO_STATEMENTS[name]).found == ()

    @pytest.mark.parametrize("name", FILES)
    def test_the_same_file_reads_the_same(self, reader: StatementReader, name: str) -> None:
        assert reader.read(name, FILES[name]) == reader.read(name, FILES[name])

    @pytest.mark.parametrize("name", FILES)
    def test_no_file_makes_it_raise(self, reader: StatementReader, name: str) -> None:
        chance = random.Random(f"20261122 {name}")  # noqa: S311 - the same mutations each time
        for _ in range(MUTATIONS):
            content = mutated(FILES[name], chance)
            assert isinstance(reader.recognises(name, content), bool)
            assert sound(reader.read(name, content)), content
