"""Up to which day payments are known by the statements that came."""

from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from relancier.core.paid.coverage import Coverage, Span, account_of, merged, read_spans, written_spans
from relancier.core.workdays import Calendar

EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
CALENDAR = Calendar(
    days=frozenset(range(5)), hours=(time(9), time(17, 30)), zone=ZoneInfo("Europe/Paris"), holidays=EASTER
)
OURS, OTHER = "FR7630006000011234567890189", "FR7610107001011234567890129"
days = some.dates(date(2026, 1, 1), date(2026, 2, 28))
spans = some.lists(some.tuples(days, days), max_size=8)


def march(day: int) -> date:
    return date(2026, 3, day)


def test_days_between_two_statements_are_a_gap_unless_no_bank_works_on_them() -> None:
    assert held((1, 10), (16, 20), (27, 31)).gap(OURS, CALENDAR) == (march(11), march(15))
    assert held((1, 13), (16, 20)).gap(OURS, CALENDAR) is None, "a weekend"
    assert held((1, 13)).gap(OURS, CALENDAR) is None
    assert held((1, 13)).gap(OTHER, CALENDAR) is None


def held(*spans: tuple[int, int], **other: object) -> Coverage:
    return Coverage({OURS: tuple((march(first), march(last)) for first, last in spans)}, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spans", "known"),
    [
        ((), 5),
        (((2, 12),), 12),
        (((5, 12),), 12),
        (((6, 12),), 5),  # the 5th itself is not known whole
        (((5, 6), (9, 12)), 12),  # a weekend lies between
        (((5, 6), (10, 12)), 6),  # a Monday lies between
        (((9, 12), (2, 8)), 12),
        (((2, 4),), 5),
        (((2, 12), (3, 6)), 12),
    ],
)
def test_payments_are_known_as_far_as_no_banking_day_is_missing(spans: tuple[tuple[int, int], ...], known: int) -> None:
    assert held(*spans).known_until(march(5), CALENDAR) == march(known)


def test_holidays_need_no_statement() -> None:
    coverage = Coverage({OURS: ((date(2026, 4, 1), date(2026, 4, 2)), (date(2026, 4, 7), date(2026, 4, 8)))})
    assert coverage.known_until(date(2026, 4, 1), CALENDAR) == date(2026, 4, 8)


def test_a_start_on_a_weekend_is_known_from_the_monday() -> None:
    assert held((9, 11)).known_until(march(7), CALENDAR) == march(11)


def test_the_account_that_is_known_the_least_counts() -> None:
    both = Coverage({OURS: ((march(2), march(20)),), OTHER: ((march(2), march(11)),)})
    assert both.known_until(march(5), CALENDAR) == march(11)
    assert both.lacking(march(5), CALENDAR) == (OTHER, march(12))


def test_an_account_that_is_awaited_and_never_came_keeps_payments_unknown() -> None:
    coverage = held((2, 20), accounts=(OURS, OTHER))
    assert coverage.known_until(march(5), CALENDAR) == march(5)
    assert coverage.lacking(march(5), CALENDAR) == (OTHER, march(5))


def test_an_account_that_is_not_awaited_does_not_count() -> None:
    both = Coverage({OURS: ((march(2), march(20)),), OTHER: ((march(2), march(11)),)}, (OURS,))
    assert both.known_until(march(5), CALENDAR) == march(20)


def test_what_is_lacking_is_the_next_banking_day() -> None:
    assert held((2, 6)).lacking(march(5), CALENDAR) == (OURS, march(9))
    assert Coverage().lacking(march(5), CALENDAR) is None


def test_the_last_day_of_an_account() -> None:
    assert held((2, 6), (9, 10)).last_day(OURS) == march(10)
    assert held().last_day(OURS) is None


def test_spans_that_touch_are_one() -> None:
    assert merged([(march(5), march(6)), (march(1), march(4)), (march(9), march(10)), (march(9), march(8))]) == (
        (march(1), march(6)),
        (march(9), march(10)),
    )


@given(spans)
def test_merging_keeps_exactly_the_days_that_were_held(spans: list[Span]) -> None:
    def all_days(spans: object) -> set[int]:
        return {day for first, last in spans for day in range(first.toordinal(), last.toordinal() + 1)}  # type: ignore[attr-defined]

    found = merged(spans)
    assert all_days(found) == all_days(spans)
    assert all(later[0].toordinal() - before[1].toordinal() > 1 for before, later in pairwise(found))


def test_spans_come_back_from_the_state() -> None:
    spans = held((2, 6), (9, 10)).spans
    assert read_spans(written_spans(spans)) == spans
    assert read_spans(None) == {}


@pytest.mark.parametrize(
    ("written", "account"),
    [
        (OURS, OURS),
        ("FR76 3000 6000 0112 3456 7890 189", OURS),
        ("30006-00001-12345678901", OURS),  # as a bank writes it that knows no IBAN
        ("12345678901", OURS),
        ("0000000012345678901", OURS),  # filled up with more zeros than its IBAN has
        ("5678901", ""),  # too short to tell
        ("0000000000005678901", ""),
        ("FR7610107001011234567890129", ""),
        ("", ""),
    ],
)
def test_an_account_is_ours_however_the_bank_writes_it(written: str, account: str) -> None:
    assert account_of(written, ["FR76 3000 6000 0112 3456 7890 189"]) == account


def test_a_number_that_stands_in_two_of_our_accounts_is_none_of_them() -> None:
    branch = ["FR7630006000011234567890189", "FR7630006000011234567790192"]
    assert account_of("3000600001123456", branch) == ""
    assert account_of("30006000011234567890189", branch) == account_of(branch[0], branch) == branch[0]
