"""What `forecast` tells people: the reasons of an invoice together, and what a task lacks."""

from pathlib import Path

import pytest
from tests.cli_desk import HEADINGS, Desk, row
from tests.core.cases import case

from relancier.cli.forecasting import skipped
from relancier.core.forecast import Nothing


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def test_the_reasons_of_an_invoice_stand_together_and_once() -> None:
    told = [("S2", "late"), ("S1", "paused"), ("S2", "no address"), ("S2", "late")]
    found = skipped(Nothing(case(number), reason) for number, reason in told)
    assert found == [("S2", "late"), ("S2", "no address"), ("S1", "paused")]


def test_a_task_instead_of_an_email_says_that_no_address_is_known(desk: Desk) -> None:
    both = row("F-2026-0001", 40) + row("F-2026-0002", 40, customer="bora").replace("factures@bora.test", "")
    (desk.folder / "invoices.csv").write_text(HEADINGS + both, "utf-8")
    lines = [line for line in desk.run("forecast").out.splitlines() if "no mail address is known" in line]
    assert lines
    assert all("F-2026-0002" in line for line in lines)
