from datetime import date

import pytest

from relancier.adapters.public_holidays import public_holidays

FRANCE_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 8, 15),
    date(2026, 11, 1),
    date(2026, 11, 11),
    date(2026, 12, 25),
}
EAST_2026 = {date(2026, 4, 3), date(2026, 12, 26)}


def test_none_are_asked_for() -> None:
    assert public_holidays("", [2026]) == frozenset()


def test_france_has_eleven() -> None:
    assert public_holidays("FR", [2026]) == FRANCE_2026


@pytest.mark.parametrize("region", ["FR-57", "FR-67", "FR-68"])
def test_the_east_has_two_more(region: str) -> None:
    assert public_holidays(region, [2026]) == FRANCE_2026 | EAST_2026


def test_every_year_asked_for_and_no_other_is_there() -> None:
    assert {day.year for day in public_holidays("FR", range(2025, 2029))} == {2025, 2026, 2027, 2028}
    assert date(2027, 3, 29) in public_holidays("FR", [2027])


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        ("Frankreich", 'The public holidays of "Frankreich" are not known; write a country code such as "FR"'),
        ("XX-12", 'The public holidays of "XX-12" are not known'),
        ("FR-99", 'The region "FR-99" is not known; write "FR" or one of FR-57, FR-6AE'),
        ("MC-1", '"MC-1" is not known; MC has no regions with holidays of their own, write "MC".'),
    ],
)
def test_an_unknown_region_is_named_with_what_would_do(region: str, sentence: str) -> None:
    with pytest.raises(ValueError) as failure:
        public_holidays(region, [2026])
    assert str(failure.value).startswith(sentence)
