"""The commands that only read: forecast, preview, status, explain, backup, init, help."""

import json
import os
import re
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.cli_desk import CUSTOMER, HEADINGS, TODAY, Desk, called, day, row

from relancier.adapters.store import open_store
from relancier.cli import COMMANDS
from relancier.core.reading.reply import normalise
from relancier.core.stored import Setting
from relancier.loop import STARTED

REPLY = b"""From: Mme Petit <factures@alpes.test>
To: compta@lumen.test
Subject: Re: facture F-2026-0001
Date: Mon, 2 Mar 2026 09:00:00 +0100
Message-ID: <a@alpes.test>

Bonjour, nous paierons vendredi.
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def test_help_names_every_command_and_imports_none_of_the_libraries_behind_them() -> None:
    code = (
        "import sys; from relancier.cli import run; run(['--help']); run(['explain', '--help']); "
        "run(['explain', '/no/such.eml']); "
        "heavy = ('imapclient', 'apscheduler', 'aiosmtplib', 'babel', 'jinja2', 'pydantic', 'tinydb'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.endswith("[]\n")
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    outcome = called(name, "--help")
    assert outcome.status == 0
    assert f"Usage: relancier {name}" in outcome.out


def test_no_command_shows_the_help_and_is_wrong_use() -> None:
    outcome = called()
    assert outcome.status == 2
    assert "Commands:" in outcome.err


def test_forecast_follows_the_plan_and_leaves_no_state_behind(desk: Desk) -> None:
    outcome = desk.run("forecast", "--json")
    assert outcome.status == 0
    found = json.loads(outcome.out)
    assert found["on"] == TODAY.isoformat()
    first = found["entries"][0]
    assert first["date"] == day(28)
    assert {name: first[name] for name in ("invoice", "customer", "plan", "step", "channel", "template", "from")} == {
        "invoice": "F-2026-0002", "customer": "Alpes SA", "plan": "standard", "step": "notification",
        "channel": "email", "template": "notification", "from": "supplier",
    }  # fmt: skip
    assert (first["to"], first["cc"], first["amount_due"], first["currency"]) == ([CUSTOMER], [], "1250.50", "EUR")
    assert not desk.state.exists()


def test_forecast_ends_on_the_day_asked_for_and_says_why_the_rest_gets_nothing(desk: Desk) -> None:
    found = json.loads(desk.run("forecast", "--until", day(29), "--json").out)
    assert {entry["invoice"] for entry in found["entries"]} == {"F-2026-0002"}
    assert {"F-2026-0001", "F-2026-0003"} <= {one["invoice"] for one in found["skipped"]}
    assert all(one["reason"] for one in found["skipped"])


def test_forecast_as_if_it_were_another_day(desk: Desk) -> None:
    found = json.loads(desk.run("forecast", "--on", day(35), "--json").out)
    assert found["on"] == day(35)
    assert min(entry["date"] for entry in found["entries"]) >= day(35)


def test_forecast_tells_that_nothing_leaves_before_confirm(desk: Desk) -> None:
    outcome = desk.run("forecast")
    assert outcome.err == "Nothing leaves for now: a person has not confirmed yet: relancier confirm.\n"


def test_tables_are_plain_when_piped_and_drawn_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = desk.run("status").out
    assert piped.splitlines()[0].startswith("Customer  Invoice")
    assert piped.isprintable() or not re.search("[\x1b─]", piped)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in desk.run("status", terminal=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search("\x1b\\[[0-9;]*3[0-9]m", desk.run("status", terminal=True).out)


def test_the_table_fits_a_terminal_without_breaking_numbers_and_dates(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    long = row("FA-2026-00012", -30, "12 250,50", customer="dupont")
    desk.invoices.write_text(HEADINGS + long.replace("Dupont SA", "Dupont et fils de la Haute-Loire " * 3), "utf-8")
    lines = re.sub("\x1b\\[[0-9;]*m", "", desk.run("status", terminal=True).out).splitlines()
    assert max(map(len, lines)) <= 120
    (first,) = [line for line in lines if "FA-2026-00012" in line]
    assert "12250.50 EUR" in first
    assert day(-30) in first


def test_confirm_says_once_that_an_invoice_has_left_the_file(desk: Desk) -> None:
    desk.run("hold")
    with desk.store(exclusive=True) as store:
        store.commit(Setting(STARTED, TODAY.isoformat()))
    desk.invoices.write_text(HEADINGS + row("F-2026-0001", 40) + row("F-2026-0003", 50, customer="bora"), "utf-8")
    shown = desk.run("confirm").out
    assert shown.count("left the invoice file") == 1


def test_names_stand_in_the_order_of_a_dictionary(desk: Desk) -> None:
    rows = (row(f"F-{name}", 40, customer=name) for name in ("zeta", "emma", "elan"))
    desk.invoices.write_text(HEADINGS + "".join(rows).replace("Elan SA", "Élan SA"), "utf-8")
    found = json.loads(desk.run("status", "--json").out)["cases"]
    assert [case["customer"] for case in found] == ["Élan SA", "Emma SA", "Zeta SA"]


@pytest.mark.parametrize(("given", "told"), [(["--until", day(12)], f"Paused until {day(12)}"), ([], "")])
def test_status_of_one_invoice_says_until_when_a_pause_holds(desk: Desk, given: list[str], told: str) -> None:
    desk.run("pause", "F-2026-0001", *given)
    shown = desk.run("status", "F-2026-0001").out
    assert told in shown
    assert ("Paused until" in shown) == bool(told)


def test_status_of_one_invoice_says_until_when_a_promise_holds(desk: Desk) -> None:
    desk.run("promise", "F-2026-0001", "--on", day(5), "--note", "par chèque")
    shown = desk.run("status", "F-2026-0001").out
    assert f"Payment is promised by {day(5)}." in shown
    assert f"by {day(5)}: par chèque" in shown


@pytest.mark.parametrize("given", [[], ["--json"]])
def test_a_file_that_is_not_there_is_told_in_one_sentence(desk: Desk, given: list[str]) -> None:
    outcome = desk.run("explain", *given, "nosuch.eml")
    assert outcome.status == 1
    assert outcome.err == "nosuch.eml cannot be read: there is no such file, or it may not be read.\n"
    assert [json.loads(line)["rule"] for line in outcome.out.splitlines()] == (["no_file"] if given else [])


def test_what_a_stranger_wrote_cannot_steer_the_terminal(desk: Desk) -> None:
    (desk.folder / "odd.eml").write_bytes(REPLY.replace(b"facture", b"\x1b[2J\x1b]0;x\x07"))
    assert "\x1b" not in desk.run("explain", str(desk.folder / "odd.eml")).out


def test_preview_writes_the_message_as_it_would_be_sent(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", " f-2026-0002 ", "--output", str(tmp_path / "out"))
    assert outcome.status == 0
    raw = (tmp_path / "out" / "F-2026-0002-notification.eml").read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == CUSTOMER
    assert "F-2026-0002" in message["Subject"]
    assert message["X-Relancier-Id"]
    assert "1\u202f250,50\u00a0€" in (tmp_path / "out" / "F-2026-0002-notification.html").read_text("utf-8")
    assert "F-2026-0002" in outcome.out
    assert not desk.state.exists()


def test_preview_of_a_named_step(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", "F-2026-0002", "--step", "call", "--output", str(tmp_path))
    assert outcome.status == 0
    assert (tmp_path / "F-2026-0002-call.eml").exists()


def test_status_has_every_case_before_there_is_a_state(desk: Desk) -> None:
    found = json.loads(desk.run("status", "--json").out)["cases"]
    assert [case["invoice"] for case in found] == ["F-2026-0002", "F-2026-0001", "F-2026-0003"]
    first = found[0]
    assert (first["state"], first["next_step"], first["next_on"]) == ("open", "notification", day(28))
    assert first["held"] == "a person has not confirmed yet: relancier confirm"
    assert not desk.state.exists()


def test_status_of_one_invoice_tells_its_history(desk: Desk) -> None:
    desk.run("pause", "F-2026-0001", "--note", "Mme Petit est absente")
    outcome = desk.run("status", "F-2026-0001")
    assert outcome.status == 0
    assert "Mme Petit est absente" in outcome.out
    assert "F-2026-0002" not in outcome.out
    case = json.loads(desk.run("status", "F-2026-0001", "--json").out)["cases"][0]
    assert (case["state"], case["next_on"]) == ("paused", None)
    assert [event["event"] for event in case["history"]] == ["opened", "paused"]


def test_an_invoice_that_left_the_file_is_held_in_status(desk: Desk) -> None:
    desk.run("hold")
    desk.invoices.write_text(HEADINGS + row("F-2026-0001", 40) + row("F-2026-0003", 50, customer="bora"), "utf-8")
    cases = {case["invoice"]: case for case in json.loads(desk.run("status", "--json").out)["cases"]}
    assert cases["F-2026-0002"]["held"] == "the invoice has left the invoice file"


def test_explain_matches_against_the_invoice_file(desk: Desk) -> None:
    (desk.folder / "reply.eml").write_bytes(REPLY)
    outcome = desk.run("explain", str(desk.folder / "reply.eml"), "--json")
    assert outcome.status == 0
    found = json.loads(outcome.out)
    assert (found["kind"], found["cases"], found["confidence"]) == ("human", ["F-2026-0001"], "matched")
    assert found["rule"] == "person, subject"
    assert "F-2026-0001" in found["evidence"]
    assert found["effect"].startswith("its cases pause")
    assert not desk.state.exists()


def test_explain_works_without_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELANCIER_CONFIG", raising=False)
    (tmp_path / "reply.eml").write_bytes(REPLY)
    outcome = called("explain", "none.eml", "reply.eml", "--json")
    assert outcome.status == 1
    first, second = map(json.loads, outcome.out.splitlines())
    assert (first["file"], first["kind"], first["confidence"]) == ("none.eml", "unreadable", "none")
    assert (second["file"], second["kind"], second["cases"]) == ("reply.eml", "human", [])
    assert outcome.err == "none.eml cannot be read: there is no such file, or it may not be read.\n"


def test_backup_is_a_state_of_its_own(desk: Desk, tmp_path: Path) -> None:
    desk.run("pause", "F-2026-0001")
    assert desk.run("backup", str(tmp_path / "copy.db")).status == 0
    (tmp_path / "again").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "again" / "state.db")
    store = open_store(tmp_path / "again", normalise, exclusive=True)
    assert {case.state.value for case in store.all_cases()} == {"open", "paused"}
    store.close()


def test_init_tells_what_it_made_and_what_comes_next(tmp_path: Path) -> None:
    first = called("init", str(tmp_path / "here"))
    assert first.status == 0
    assert f"Created: {tmp_path / 'here' / 'config.toml'}" in first.out
    config = tmp_path / "here" / "config.toml"
    assert [line.split("   #")[0] for line in first.out.splitlines()[-3:]] == [
        f"  relancier --config {config} {command}" for command in ("check", "forecast", "confirm")
    ]
    config.write_text("mine", "utf-8")
    second = called("init", str(tmp_path / "here"))
    assert f"Kept as it was: {config}" in second.out
    assert config.read_text("utf-8") == "mine"


def test_the_configuration_is_found_without_naming_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)
    monkeypatch.delenv("RELANCIER_CONFIG", raising=False)
    assert called("forecast").status == 0
    monkeypatch.chdir(os.sep)
    monkeypatch.setenv("RELANCIER_CONFIG", str(desk.config))
    assert called("forecast").status == 0
