"""The administrator may add the official rates that this version does not know yet."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.work.rig import config

from relancier.adapters.scaffold import write
from relancier.adapters.shipped import shipped
from relancier.wiring import readable_setup


def with_rates(folder: Path, text: str) -> Path:
    write(folder, plans=shipped("plans"), templates=shipped("templates"))
    (folder / "rates.toml").write_text(text, "utf-8")
    return folder


def test_a_half_year_of_the_administrators_own_counts(tmp_path: Path) -> None:
    folder = with_rates(tmp_path, "[[half_year]]\nfrom = 2026-07-01\necb = 2.40\nlegal = 2.75\n")
    setup, problems = readable_setup(config(folder, late_interest={"rates_file": "rates.toml"}))
    assert problems == ()
    assert setup.rates.of(date(2026, 8, 1)).ecb == Decimal("2.40")


@pytest.mark.parametrize(
    ("text", "told"),
    [("half_year = [", "is not valid TOML"), ("[[half_year]]\nfrom = 2026-07-02\n", "write the 1 January or 1 July")],
)
def test_a_mistake_in_it_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    folder = with_rates(tmp_path, text)
    _, (problem,) = readable_setup(config(folder, late_interest={"rates_file": "rates.toml"}))
    assert told in str(problem)
    assert "late_interest.rates_file" in problem.where


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path, plans=shipped("plans"), templates=shipped("templates"))
    _, (problem,) = readable_setup(config(tmp_path, late_interest={"rates_file": "none.toml"}))
    assert str(problem).endswith("No such file or directory: correct its path.")
