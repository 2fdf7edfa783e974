"""Letters and SMS at the command line: what preview shows of them, and what check says."""

import io
import json
import shutil
import socket
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli_desk import HEADINGS, TODAY, Desk, row
from tests.work.rig import config, setup

from relancier.adapters.shipped import shipped
from relancier.cli.ways import ways
from relancier.core.plan import Plan


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An invoice of a customer with an address and a mobile, on the plan with every channel."""
    made = Desk.new(tmp_path / "desk")
    line = row("F-2026-0009", 30, plan="silence").replace("0472000000", "06 12 34 56 78")
    address = "Zone des Œillets|42000 Saint-Étienne"
    made.invoices.write_text(f"{HEADINGS.rstrip()};address\n{line.rstrip()};{address}\n", "utf-8")
    return made


def read(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages)


def test_preview_of_a_letter_writes_its_page_beside_the_task(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", "F-2026-0009", "--step", "silence-letter", "--output", str(tmp_path))
    assert outcome.status == 0, outcome.err
    page = read(tmp_path / "F-2026-0009-silence-letter.pdf")
    assert "Zone des Œillets" in page
    assert "F-2026-0009" in page
    assert "Attached: F-2026-0009-courrier.pdf" in outcome.out
    assert (tmp_path / "F-2026-0009-silence-letter.eml").exists()


def test_preview_of_a_call_shows_its_script(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", "F-2026-0009", "--step", "silence-call", "--output", str(tmp_path))
    assert outcome.status == 0, outcome.err
    assert "Pendant l'appel" in outcome.out
    assert not list(tmp_path.glob("*.pdf"))


def test_preview_of_an_sms_shows_its_words_in_the_task(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", "F-2026-0009", "--step", "silence-sms", "--output", str(tmp_path))
    assert outcome.status == 0, outcome.err
    assert "Texte du SMS, prêt à copier" in outcome.out
    assert "Atelier Lumen : quel jour sera" in outcome.out


def test_preview_of_an_sms_by_a_gateway_is_the_sms(desk: Desk, tmp_path: Path) -> None:
    desk.edit("[state]", '[sms]\ngateway = "{phone}@sms.example"\n[state]')
    outcome = desk.run("preview", "F-2026-0009", "--step", "silence-sms", "--output", str(tmp_path))
    assert outcome.status == 0, outcome.err
    assert "This message would leave by SMS to +33612345678." in outcome.out
    raw = (tmp_path / "F-2026-0009-silence-sms.eml").read_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == "33612345678@sms.example"
    assert not (tmp_path / "F-2026-0009-silence-sms.html").exists()


def test_preview_of_a_step_that_belongs_to_a_day_takes_today(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("preview", "F-2026-0009", "--step", "thank-you", "--output", str(tmp_path))
    assert outcome.status == 0, outcome.err
    outcome = desk.run("preview", "F-2026-0009", "--step", "recap", "--output", str(tmp_path))
    assert "there is no step" not in outcome.err
    assert "has no step" not in outcome.err


def test_check_says_when_letters_cannot_be_printed() -> None:
    (problem,) = ways(setup(config()), prints=False)
    assert problem.warning
    assert "letters cannot be printed here, so the tasks of clients-douteux, clients-douteux-en" in problem.text
    assert problem.text.endswith('and 9 more hold their words: pip install "relancier[letters]".')


def test_check_is_silent_where_letters_can_be_printed_or_no_plan_has_one() -> None:
    assert list(ways(setup(config()), prints=True)) == []
    without = replace(setup(config()), plans={"calls": Plan("calls", "Calls", ())})
    assert list(ways(without, prints=False)) == []


def test_check_asks_for_the_number_that_an_sms_names() -> None:
    (problem,) = ways(setup(config(sms={"gateway": "{phone}@sms.example"}, company={"phone": ""})), prints=True)
    assert str(problem).startswith("config.toml: company.phone: an SMS names this number")


def test_check_says_which_words_a_task_will_lack(desk: Desk) -> None:
    (desk.folder / "templates" / "fr" / "letter.txt").unlink()
    told = desk.run("check", "--offline").out
    assert (
        "warning  silence.toml: its template templates/fr/letter.txt does not exist, so a colleague's task holds no "
        "words to send; write it, or name another in the plan"
    ) in told


def test_check_reaches_the_gateway_and_sends_nothing(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/send"
        desk.edit("[state]", f'[sms]\nurl = "{url}"\n[state]')
        told = desk.run("check").out
        assert f"SMS gateway {url}: reached; nothing was sent." in told
        line, _ = server.accept()
        with line:
            line.settimeout(5)
            with suppress(ConnectionResetError):
                assert line.recv(1) == b""
    told = desk.run("check").out
    assert "the connection to the SMS gateway failed" in told
    assert "Mend [sms], or try again later." in told


def test_the_forecast_says_to_which_number_an_sms_leaves(desk: Desk) -> None:
    desk.edit("[state]", '[sms]\ngateway = "{phone}@sms.example"\n[state]')
    shutil.copy(shipped("plans") / "squad.toml", desk.folder / "plans")
    desk.invoices.write_text(desk.invoices.read_text("utf-8").replace("silence", "squad"), "utf-8")
    told = json.loads(desk.run("forecast", "--until", (TODAY + timedelta(days=90)).isoformat(), "--json").out)
    (sms,) = [entry for entry in told["entries"] if entry["channel"] == "sms"]
    assert sms["to"] == ["33612345678@sms.example"]
