"""`import` of bank statements as tables: taken for statements, and refused as such."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli_desk import TODAY, Desk, day
from tests.sheets.book import Rows, Sheet, xlsx

HEADINGS = "N° facture;Client;Code client;Date facture;Échéance;Montant TTC;Réglé;Email comptable"
LATE = f"A-1;Cèdre SARL;CEDRE;{day(-60)};{day(-30)};1 200,00;0;compta@cedre.test"
IBAN = "FR7630006000011234567890189"
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def put(desk: Desk, name: str, content: bytes | str) -> str:
    path = desk.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def booked(desk: Desk, bank: str) -> bool:
    outcome = desk.run("import", bank, put(desk, "given.csv", f"{HEADINGS}\n{LATE}\n"))
    assert (outcome.status, outcome.err) == (0, "")
    return "payments booked  1\n" in outcome.out


def test_a_workbook_pays_what_it_names(desk: Desk) -> None:
    rows: Rows = [["IBAN", IBAN], ["Date", "Libellé", "Montant"], [YESTERDAY, "VIR CEDRE SARL FACTURE A-1", 1200]]
    assert booked(desk, put(desk, "releve.xlsx", xlsx({"Opérations": Sheet(rows)})))


def test_a_file_of_credits_alone_pays_what_it_names(desk: Desk) -> None:
    rows = f"IBAN;{IBAN}\nDate opération;Libellé;Crédit\n{YESTERDAY};VIR CEDRE SARL FACTURE A-1;1200,00\n"
    assert booked(desk, put(desk, "releve.csv", rows))


def test_a_statement_that_lacks_a_column_is_told_as_one(desk: Desk) -> None:
    rows = f"Date comptable;Intitulé mouvement;Débit;Crédit\n{YESTERDAY};VIR;;1200,00\n"
    outcome = desk.run("import", put(desk, "releve.csv", rows))
    assert outcome.status == 1
    assert outcome.err.startswith(
        'problem  releve.csv: it is no statement that is understood: none of its headings "Date comptable", "Intitulé '
    )
    assert "due" not in outcome.err
