"""What `check` says of where invoices and payments come from."""

import json
from pathlib import Path

import pytest
from tests.cli_desk import HEADINGS, TODAY, Desk, row

from relancier import wiring
from relancier.cli import feeding
from relancier.config import load
from relancier.core.stored import Setting

CSV = "Compte;Date;Libellé;Débit;Crédit\nFR7630006000011234567890189;02/03/2026;VIR DUPONT;;1200,00\n"
OWN_ACCOUNT = 'accounts = ["FR7630006000011234567890189"]\n'
IN_A_FOLDER = 'file = "releves"\n'
OTHER_ACCOUNT = 'accounts = ["FR7610107001011234567890129"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path)


def told(desk: Desk, *tables: str) -> list[str]:
    desk.edit("[state]", "".join([*tables, "[state]"]))
    config, problems = load(desk.config)
    assert config is not None, problems
    found = feeding.feeding(config, wiring.readable_setup(config)[0])
    return [f"{'warning' if one.warning else 'problem'}  {one}" for one in found]


def test_check_tells_it(desk: Desk) -> None:
    desk.edit("[state]", '[payments]\nfile = "releves"\n[state]')
    found = desk.run("check", "--offline")
    assert "problem  releves: there is no such file" in found.out
    assert found.status == 1


def test_status_says_to_which_day_payments_are_known(desk: Desk) -> None:
    desk.edit("[state]", f"[payments]\n{IN_A_FOLDER}{OWN_ACCOUNT}[state]")
    assert "Account …0189: no statement has come yet." in desk.run("status").out
    with desk.store(exclusive=True) as store:
        spans = {"FR7630006000011234567890189": [["2026-02-01", "2026-03-01"]]}
        store.commit(Setting("coverage", spans), Setting("statements_refused", {"a.xml": "a.xml: it is cut off."}))
    shown = desk.run("status").out
    assert "Account …0189: payments are known to 2026-03-01." in shown
    assert "Not read: a.xml: it is cut off." in shown


def test_status_names_the_days_that_no_statement_holds(desk: Desk) -> None:
    desk.edit("[state]", f"[payments]\n{OWN_ACCOUNT}[state]")
    with desk.store(exclusive=True) as store:
        spans = {"FR7630006000011234567890189": [["2026-02-01", "2026-02-24"], ["2026-03-02", "2026-03-06"]]}
        store.commit(Setting("coverage", spans))
    told = "payments are known to 2026-02-24; no statement holds 2026-02-25 to 2026-03-01, though later ones have come"
    assert f"Account …0189: {told} (to 2026-03-06)." in desk.run("status").out


def test_with_a_file_alone_nothing_is_said(desk: Desk) -> None:
    assert told(desk) == []


def test_nothing_to_chase(desk: Desk) -> None:
    (line,) = told(desk, '[invoices]\nfile = ""\nfrom_sent = false\n')
    assert line.startswith("warning  config.toml: invoices: no file, no query and from_sent = false")


def test_invoices_from_sent_alone_wait_for_payments(desk: Desk) -> None:
    (line,) = told(desk, '[invoices]\nfile = ""\n')
    assert line.startswith("warning  config.toml: payments: nobody knows what was paid")


def test_banks_that_mail_without_a_server_to_believe(desk: Desk) -> None:
    (line,) = told(desk, '[payments]\nsenders = ["releves@banque.example"]\n')
    assert line.startswith("warning  config.toml: payments.senders: nothing proves")


def test_a_folder_of_statements_that_is_not_there(desk: Desk) -> None:
    (line,) = told(desk, '[payments]\nfile = "releves"\n')
    assert line.startswith("problem  releves: there is no such file")


def test_an_empty_folder(desk: Desk) -> None:
    (desk.folder / "releves").mkdir()
    (line,) = told(desk, '[payments]\nfile = "releves"\n')
    assert line.startswith("warning  config.toml: payments.file: no statement lies there yet")


def test_a_statement_that_cannot_be_read_and_one_of_a_strange_account(desk: Desk) -> None:
    (desk.folder / "releves").mkdir()
    (desk.folder / "releves" / "a.csv").write_text(CSV, "utf-8")
    (desk.folder / "releves" / "b.xml").write_text("<Document>", "utf-8")
    wrong, strange = sorted(told(desk, '[payments]\nfile = "releves"\n', OTHER_ACCOUNT), reverse=True)
    assert wrong.startswith("problem  b.xml")
    assert strange.startswith("problem  a.csv: the account …0189 is none of [payments] accounts")


def test_statements_that_can_be_read(desk: Desk) -> None:
    (desk.folder / "releves").mkdir()
    (desk.folder / "releves" / "a.csv").write_text(CSV, "utf-8")
    assert told(desk, '[payments]\nfile = "releves"\n', OWN_ACCOUNT) == []


def test_of_the_statements_of_years_the_newest_are_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "releves").mkdir()
    for number in range(3):
        (desk.folder / "releves" / f"{number}.xml").write_text("<Document>", "utf-8")
    monkeypatch.setattr(feeding, "MOST_READ", 2)
    assert len(told(desk, '[payments]\nfile = "releves"\n')) == 2


def test_status_gives_the_reason_that_the_forecast_knows(desk: Desk) -> None:
    desk.edit("[state]", f"[payments]\n{IN_A_FOLDER}{OWN_ACCOUNT}[state]")
    (desk.folder / "invoices.csv").write_text(HEADINGS + row("F-2026-0009", -4), "utf-8")
    desk.run("pause", "F-2026-0009")
    desk.run("resume", "F-2026-0009")
    with desk.store(exclusive=True) as store:
        store.commit(Setting("statements_refused", {"a.xml": "a.xml: it is cut off."}))
    (told,) = json.loads(desk.run("status", "--json").out)["cases"]
    (wanted,) = json.loads(desk.run("forecast", "--until", TODAY.isoformat(), "--json").out)["skipped"]
    assert wanted["reason"].startswith("payments are known only up to")
    assert (told["held"], told["next_on"]) == (wanted["reason"], None)
    assert told["next_step"]
