"""`import`: files given once are recognised, shown, taken up whole or not at all, with a daemon and without."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli_desk import Desk, day

GIVEN = (
    "N° facture;Client;Code client;Date facture;Échéance;Montant TTC;Réglé;Email comptable;Comercial\n"
    f"A-1;Cèdre SARL;CEDRE;{day(-60)};{day(-30)};1 200,00;0;compta@cedre.test;Jean\n"
    f"A-2;Cèdre SARL;CEDRE;{day(-30)};{day(10)};99,90;9,90;compta@cedre.test;Jean\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def laid_down(desk: Desk, name: str, text: str, *, encoding: str = "utf-8", days_old: int = 0) -> str:
    path = desk.folder / name
    path.write_bytes(text.encode(encoding))
    written = (datetime.now().astimezone() - timedelta(days=days_old)).timestamp()
    os.utime(path, (written, written))
    return str(path)


def case(desk: Desk, number: str) -> Any:
    return json.loads(desk.run("status", number, "--json").out)["cases"][0]


def test_invoices_are_imported_at_once_without_a_daemon(desk: Desk) -> None:
    outcome = desk.run("import", laid_down(desk, "given.csv", GIVEN))
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == ("File       Done             Number\ngiven.csv  invoices opened  2\nApplied.\n")
    assert case(desk, "A-1")["amount_due"] == "1200.00"
    assert case(desk, "A-2")["amount_due"] == "90.00"
    assert case(desk, "F-2026-0001")["state"] == "open"


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    given = laid_down(desk, "given.csv", GIVEN)
    desk.run("import", given)
    before = desk.fingerprint()
    outcome = desk.run("import", given)
    assert "invoices known and unchanged" in outcome.out
    with desk.store() as store:
        assert store.orders() == []
        assert len(store.events("A-1|" + day(-30))) == 1
    assert before
    assert case(desk, "A-1")["amount_due"] == "1200.00"
