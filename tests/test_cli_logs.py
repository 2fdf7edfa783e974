"""The log: one line an event, a stable code, key=value pairs, and never a secret."""

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.cli_desk import OWN, PASSWORD, Desk

from relancier.cli import logs, run
from relancier.cli.running import secrets
from relancier.config import load, read_key

log = logging.getLogger("relancier")


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    yield
    logs.hide()


@contextmanager
def suppress_and_log(code: str, **extra: object) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError):
        log.exception(code, extra=extra)


def line(capsys: pytest.CaptureFixture[str]) -> str:
    text: str = capsys.readouterr().err
    assert text.count("\n") == 1
    return text.rstrip("\n")


def test_an_event_is_one_line_of_code_and_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    logs.show(logging.INFO, {})
    log.info(
        "order_applied",
        extra={"word": "pause", "cases": ["F-1|2026-12-02", "F-2|2026-12-03"], "count": 2, "reason": 'a "b"\nc'},
    )
    stamp, level, rest = line(capsys).split(" ", 2)
    assert stamp[10] == "T"
    assert level == "info"
    assert rest == r'order_applied word=pause cases=F-1|2026-12-02,F-2|2026-12-03 count=2 reason="a \"b\"\nc"'


def test_journald_gives_the_time_itself(capsys: pytest.CaptureFixture[str]) -> None:
    logs.show(logging.INFO, {"JOURNAL_STREAM": "8:1"})
    log.warning("books_shrunk", extra={"before": 9})
    assert line(capsys) == "<4> books_shrunk before=9"


def test_an_error_with_its_traceback_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.show(logging.INFO, {})
    with suppress_and_log("tick_failed"):
        int("nothing")
    assert 'tick_failed traceback="Traceback' in line(capsys)


def test_nothing_is_shown_where_a_command_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.hide()
    log.error("tick_failed")
    logging.getLogger("imapclient").warning("odd")
    assert capsys.readouterr() == ("", "")


def test_other_libraries_speak_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    logs.show(logging.DEBUG, {})
    logging.getLogger("imapclient.imaplib").debug("LOGIN secret")
    logging.getLogger("apscheduler").info("started")
    logging.getLogger("asyncio").warning("slow")
    assert line(capsys).endswith("warning asyncio: slow")


@pytest.mark.parametrize("password", [PASSWORD, 'a"b\\c', "été à l'ombre", "x", "{0}%s"])
def test_no_line_holds_a_password_in_any_form(password: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = logs.show(logging.DEBUG, {})
    lines.secrets = logs.forms(password, user=OWN)
    plain = base64.b64encode(f"\0{OWN}\0{password}".encode()).decode()
    packed = base64.b64encode(password.encode()).decode()
    with suppress_and_log("failed", said=[password], auth=f"PLAIN {plain}", login=packed, raw=password):
        Path(f"/nowhere/{password}").read_bytes()
    text = line(capsys)
    if len(password) > 1:
        assert not any(form in text for form in (password, plain, packed, password.replace('"', '\\"')))
    assert logs.REDACTED in text


@given(some.text(min_size=6, alphabet=some.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])))
def test_whatever_the_password_a_line_does_not_show_it(password: str) -> None:
    lines = logs.Lines()
    lines.secrets = logs.forms(password)
    record = log.makeRecord("relancier", logging.INFO, "f", 1, "code", (), None, extra={"said": f"a {password} b"})
    assert password not in lines.format(record).replace(logs.REDACTED, "") or password in "said=code info relancier"


def test_the_daemon_knows_its_secrets(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path / "etc")
    config, _ = load(desk.config)
    assert config is not None
    found = secrets(config, {})
    assert PASSWORD in found
    assert base64.b64encode(read_key(config.mailbox.key_file)).decode() in found
    assert (tmp_path / "etc" / "mailbox.key").read_text().strip() in found


def test_the_unexpected_is_one_sentence_and_with_debug_a_line_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk.new(tmp_path / "etc")
    monkeypatch.setattr("relancier.cli.forecasting.as_object", lambda *_: 1 / 0)
    assert run(["--config", str(desk.config), "forecast", "--json"]) == 1
    assert capsys.readouterr().err == (
        "Something unexpected happened (ZeroDivisionError): run it again with --debug and report that.\n"
    )
    assert run(["--config", str(desk.config), "--debug", "forecast", "--json"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert any("error unexpected traceback=" in one and "ZeroDivisionError" in one for one in lines)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path / "etc")
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-m", "relancier", "--config", str(desk.config), "forecast"]
    done = subprocess.run(arguments, stdout=writing, stderr=subprocess.PIPE, check=False, text=True)
    os.close(writing)
    assert done.returncode == 1
    assert "Exception" not in done.stderr
    assert "unexpected" not in done.stderr


def test_access_tokens_that_come_and_go_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    lines = logs.show(logging.INFO, {})
    lines.secrets = ("always",)
    for token in ("first-token", "second-token"):
        lines.learn(one for one in (token, "consent"))
        encoded = base64.b64encode(token.encode()).decode()
        log.info("listening_lost", extra={"reason": f"{token} {encoded} consent always"})
        assert line(capsys).endswith('reason="[redacted] [redacted] [redacted] [redacted]"')


def test_what_stands_behind_access_tokens_is_left_out_from_the_start(tmp_path: Path) -> None:
    desk = Desk.new(tmp_path)
    desk.edit('password_file = "password"', 'auth = "oauth2"')
    oauth2 = ("[mailbox.oauth2]", 'provider = "google"', 'client_id = "x"', 'client_secret_file = "c"')
    desk.edit("[sending]", "\n".join((*oauth2, 'refresh_token_file = "r"', "[sending]")))
    for name, secret in (("c", "the-client's"), ("r", "1//the-consent")):
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_text(secret)
    config, _ = load(desk.config)
    assert config is not None
    assert {"the-client's", "1//the-consent"} <= set(secrets(config, {}))
