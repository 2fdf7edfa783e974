from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from relancier.adapters.rates import load_rates

# half-year, rate of the European Central Bank, default rate, legal rate, floor of a contract
PUBLISHED = [
    (date(2022, 1, 1), "0.00", "10.00", "0.76", "2.28"),
    (date(2022, 7, 1), "0.00", "10.00", "0.77", "2.31"),
    (date(2023, 1, 1), "2.50", "12.50", "2.06", "6.18"),
    (date(2023, 7, 1), "4.00", "14.00", "4.22", "12.66"),
    (date(2024, 1, 1), "4.50", "14.50", "5.07", "15.21"),
    (date(2024, 7, 1), "4.25", "14.25", "4.92", "14.76"),
    (date(2025, 1, 1), "3.15", "13.15", "3.71", "11.13"),
    (date(2025, 7, 1), "2.15", "12.15", "2.76", "8.28"),
    (date(2026, 1, 1), "2.15", "12.15", "2.62", "7.86"),
]


def test_the_shipped_table_holds_the_published_rates_and_no_doubtful_one() -> None:
    rates = load_rates()
    shipped = [
        (row.start, str(row.ecb), str(row.ecb + 10), str(row.legal), str(rates.floor(row.start))) for row in rates.table
    ]
    assert shipped == PUBLISHED
    assert not rates.knows(date(2026, 7, 1))


def test_a_users_lines_join_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "rates.toml"
    own.write_text("[[half_year]]\nfrom = 2026-07-01\necb = 3\n", encoding="utf-8")
    rates = load_rates(own)
    assert len(rates.table) == len(PUBLISHED) + 1
    assert rates.of(date(2026, 12, 31)).ecb == Decimal(3)
    assert rates.of(date(2026, 12, 31)).legal is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("half_year = [", "own.toml is not valid TOML: "),
        ("", "own.toml lists no rates; write one [[half_year]] for each."),
        ("half_year = []", "own.toml lists no rates"),
        ("half_year = 3", "own.toml lists no rates"),
        ("half_year = [3]", "own.toml lists no rates"),
        ("[[half_year]]\necb = 2", "own.toml: half_year[1].from: write the 1 January or 1 July"),
        ("[[half_year]]\nfrom = 2026-07-02\necb = 2", "own.toml: half_year[1].from: "),
        ("[[half_year]]\nfrom = 2026-07-01T00:00:00\necb = 2", "own.toml: half_year[1].from: "),
        (
            "[[half_year]]\nfrom = 2026-07-01",
            "own.toml: half_year[1].ecb: the European Central Bank's rate on 2026-07-01",
        ),
        (
            "[[half_year]]\nfrom = 2026-07-01\necb = '2'",
            "own.toml: half_year[1].ecb: write a percentage without quotes",
        ),
        ("[[half_year]]\nfrom = 2026-07-01\necb = true", "own.toml: half_year[1].ecb: "),
        ("[[half_year]]\nfrom = 2026-07-01\necb = nan", "own.toml: half_year[1].ecb: "),
        ("[[half_year]]\nfrom = 2026-07-01\necb = 101", "own.toml: half_year[1].ecb: "),
        ("[[half_year]]\nfrom = 2026-07-01\necb = 2\nlegal = -1", "own.toml: half_year[1].legal: "),
        ("[[half_year]]\nfrom = 2026-07-01\necb = 2\nlegl = 1", "own.toml: half_year[1].legl: this key is not known"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as failure:
        load_rates(own)
    assert str(failure.value).startswith(sentence)
