"""`relancier report`: one HTML file, also before anything was ever sent."""

from pathlib import Path

import pytest
from tests.cli_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def test_the_report_is_one_file_and_leaves_no_state_behind(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("report", "--output", str(tmp_path / "r.html"))
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"Written: {tmp_path / 'r.html'}\n"
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "1\N{NARROW NO-BREAK SPACE}450,50\N{NO-BREAK SPACE}€" in page  # 100 + 1 250,50 + 100
    assert not desk.state.exists()


def test_a_file_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    outcome = desk.run("report", "--output", str(tmp_path / "no" / "r.html"))
    assert outcome.status == 1
    assert "name another file with --output" in outcome.err
