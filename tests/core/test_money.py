from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.money import (
    HalfYear,
    Imputation,
    Money,
    Payment,
    Rates,
    Terms,
    below_floor,
    half_year,
    late_interest,
    recovery_charge,
    to_cents,
)

# Typed from the published tables, not read from the shipped file.
RATES = Rates(
    tuple(
        HalfYear(date(year, month, 1), Decimal(ecb), Decimal(legal))
        for year, month, ecb, legal in (
            (2022, 1, "0.00", "0.76"),
            (2022, 7, "0.00", "0.77"),
            (2023, 1, "2.50", "2.06"),
            (2023, 7, "4.00", "4.22"),
            (2024, 1, "4.50", "5.07"),
            (2024, 7, "4.25", "4.92"),
            (2025, 1, "3.15", "3.71"),
            (2025, 7, "2.15", "2.76"),
            (2026, 1, "2.15", "2.62"),
        )
    )
)
CONTRACT = Terms(contract=Decimal(15))

amounts = st.decimals(Decimal("0.01"), Decimal(1_000_000), places=2)
days = st.dates(date(2021, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("amount", "due", "paid_on", "interest"),
    [
        ("10000", date(2026, 1, 31), date(2026, 6, 15), "449.38"),
        ("1200", date(2025, 5, 31), date(2026, 1, 31), "98.85"),
        ("1000", date(2023, 12, 15), date(2024, 3, 1), "30.37"),
        ("5000", date(2025, 12, 31), date(2026, 1, 1), "1.66"),
        ("2400", date(2022, 6, 15), date(2023, 7, 15), "293.42"),
    ],
)
def test_the_published_examples_come_out_to_the_cent(amount: str, due: date, paid_on: date, interest: str) -> None:
    result = late_interest(Decimal(amount), due, paid_on, RATES)
    assert result.amount == Decimal(interest)
    assert not result.estimated


def test_a_delay_over_the_new_year_is_shown_in_two_periods() -> None:
    result = late_interest(Decimal(1000), date(2023, 12, 15), date(2024, 3, 1), RATES)
    assert [(period.days, period.percent) for period in result.periods] == [
        (16, Decimal("14.00")),
        (61, Decimal("14.50")),
    ]


@pytest.mark.parametrize("until", [date(2026, 1, 31), date(2026, 1, 30), date(2020, 1, 1)])
def test_what_is_paid_by_the_due_date_bears_nothing(until: date) -> None:
    assert late_interest(Decimal(1000), date(2026, 1, 31), until, RATES).amount == 0


def test_a_consumer_owes_neither_interest_nor_the_charge() -> None:
    consumer = Terms(professional=False)
    assert late_interest(Decimal(1000), date(2026, 1, 31), date(2026, 6, 15), RATES, terms=consumer).amount == 0
    assert recovery_charge(["F1"], consumer) == 0


def test_the_charge_is_owed_once_an_invoice_whatever_its_parts() -> None:
    assert recovery_charge(["F1", "F2", "F1"]) == 80
    assert recovery_charge([]) == 0


def test_a_contract_rate_holds_for_the_whole_delay_and_is_never_an_estimate() -> None:
    result = late_interest(Decimal(3650), date(2026, 5, 31), date(2027, 5, 31), RATES, terms=CONTRACT)
    assert result.amount == Decimal("547.50")
    assert not result.estimated


def test_a_leap_year_counts_365_days() -> None:
    result = late_interest(Decimal(365), date(2023, 12, 31), date(2024, 12, 31), RATES, terms=CONTRACT)
    assert result.amount == Decimal("54.90")


def test_a_public_body_keeps_the_rate_of_the_half_year_in_which_interest_began() -> None:
    public = Terms(public=True)
    result = late_interest(Decimal(36500), date(2024, 6, 30), date(2025, 1, 31), RATES, terms=public)
    assert {period.percent for period in result.periods} == {Decimal("12.25")}
    assert result.amount == Decimal("2633.75")


def test_a_public_rate_once_known_is_no_estimate_in_a_later_half_year() -> None:
    public = Terms(public=True)
    assert not late_interest(Decimal(100), date(2026, 6, 1), date(2026, 8, 1), RATES, terms=public).estimated
    assert late_interest(Decimal(100), date(2026, 6, 30), date(2026, 8, 1), RATES, terms=public).estimated


def test_an_unknown_half_year_uses_the_last_known_rate_and_says_so() -> None:
    result = late_interest(Decimal(36500), date(2026, 6, 29), date(2026, 7, 2), RATES)
    assert result.amount == Decimal("36.45")
    assert result.estimated
    assert [period.estimated for period in result.periods] == [False, True]


def test_days_before_the_table_use_its_oldest_rate_and_are_an_estimate() -> None:
    result = late_interest(Decimal(36500), date(2021, 12, 30), date(2022, 1, 1), RATES)
    assert result.amount == Decimal("20.00")
    assert result.estimated


def test_a_gap_in_the_table_is_an_estimate_too() -> None:
    gapped = Rates((RATES.table[0], RATES.table[-1]))
    assert late_interest(Decimal(100), date(2024, 3, 1), date(2024, 4, 1), gapped).estimated


def test_a_part_payment_lowers_the_principal_from_the_day_after() -> None:
    payments = [Payment(date(2026, 2, 10), Decimal(36500))]
    result = late_interest(
        Decimal(73000), date(2026, 1, 31), date(2026, 2, 20), RATES, terms=CONTRACT, payments=payments
    )
    assert result.amount == 10 * 30 + 10 * 15
    assert [period.principal for period in result.periods] == [73000, 36500]


def test_payments_before_the_due_date_lower_the_principal_and_later_ones_are_not_seen() -> None:
    payments = [Payment(date(2026, 3, 1), Decimal(10)), Payment(date(2026, 1, 1), Decimal(36500))]
    result = late_interest(
        Decimal(73000), date(2026, 1, 31), date(2026, 2, 10), RATES, terms=CONTRACT, payments=payments
    )
    assert result.amount == 150


def test_nothing_accrues_once_all_is_paid_even_too_much() -> None:
    payments = [Payment(date(2026, 2, 10), Decimal(40000))]
    paid = late_interest(Decimal(36500), date(2026, 1, 31), date(2026, 6, 1), RATES, terms=CONTRACT, payments=payments)
    assert paid.amount == 150


def test_interest_first_settles_the_interest_and_leaves_more_principal() -> None:
    terms = Terms(contract=Decimal(15), imputation=Imputation.INTEREST_FIRST)
    payments = [Payment(date(2026, 2, 10), Decimal(450)), Payment(date(2026, 2, 11), Decimal(10))]
    result = late_interest(Decimal(73000), date(2026, 1, 31), date(2026, 2, 11), RATES, terms=terms, payments=payments)
    assert [period.principal for period in result.periods] == [73000, 72850]
    assert result.settled == 310
    assert result.amount == Decimal("19.94")


def test_the_floor_of_a_contract_is_three_times_the_legal_rate() -> None:
    assert RATES.floor(date(2024, 5, 1)) == Decimal("15.21")
    assert below_floor(Decimal("15.20"), date(2024, 5, 1), RATES)
    assert not below_floor(Decimal("15.21"), date(2024, 5, 1), RATES)


def test_nothing_is_said_of_a_floor_that_is_not_known() -> None:
    without_legal = RATES.plus([HalfYear(date(2026, 7, 1), Decimal("2.40"))])
    assert RATES.floor(date(2026, 7, 1)) is None
    assert without_legal.floor(date(2026, 7, 1)) is None
    assert not below_floor(Decimal(1), date(2026, 7, 1), without_legal)


def test_a_line_of_ones_own_joins_the_table_in_order_and_replaces_its_like() -> None:
    later = HalfYear(date(2026, 7, 1), Decimal("2.40"))
    mended = HalfYear(date(2025, 7, 1), Decimal(9))
    rates = RATES.plus([later, mended])
    assert rates.table[-1] == later
    assert rates.of(date(2025, 12, 31)) == mended
    assert len(rates.table) == len(RATES.table) + 1
    assert rates.knows(date(2026, 12, 31))
    assert not rates.knows(date(2027, 1, 1))


def test_half_cents_go_up() -> None:
    assert to_cents(Fraction(5, 1000)) == Decimal("0.01")
    assert to_cents(Fraction(4999, 1_000_000)) == Decimal("0.00")
    assert str(to_cents(Fraction(7))) == "7.00"


def test_money_is_in_euros_unless_told() -> None:
    assert Money(Decimal(1)).currency == "EUR"


@given(st.decimals(0, 10_000_000, places=4))
def test_rounding_agrees_with_the_decimal_library(exact: Decimal) -> None:
    assert to_cents(Fraction(exact)) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(amounts, days, st.integers(0, 900), st.integers(0, 900))
def test_splitting_a_delay_anywhere_changes_nothing_before_rounding(amount: Decimal, due: date, a: int, b: int) -> None:
    middle, end = due + timedelta(days=a), due + timedelta(days=a + b)
    whole = late_interest(amount, due, end, RATES).exact
    assert whole == late_interest(amount, due, middle, RATES).exact + late_interest(amount, middle, end, RATES).exact


@given(amounts, days, st.integers(0, 900), st.booleans())
def test_a_day_more_never_costs_less(amount: Decimal, due: date, late: int, public: bool) -> None:
    terms = Terms(public=public)
    until = due + timedelta(days=late)
    today = late_interest(amount, due, until, RATES, terms=terms).exact
    assert late_interest(amount, due, until + timedelta(days=1), RATES, terms=terms).exact > today


@given(amounts, days, st.integers(0, 900), st.lists(st.tuples(st.integers(-30, 900), amounts), max_size=4))
def test_part_payments_never_cost_more_and_never_go_below_nothing(
    amount: Decimal, due: date, late: int, paid: list[tuple[int, Decimal]]
) -> None:
    until = due + timedelta(days=late)
    payments = [Payment(due + timedelta(days=after), part) for after, part in paid]
    whole = late_interest(amount, due, until, RATES).exact
    for imputation in Imputation:
        part = late_interest(amount, due, until, RATES, terms=Terms(imputation=imputation), payments=payments)
        assert 0 <= part.exact <= whole
        assert 0 <= part.settled <= part.exact


@given(days)
def test_the_periods_lie_each_in_one_half_year(due: date) -> None:
    result = late_interest(Decimal(1), due, due + timedelta(days=700), RATES)
    assert sum(period.days for period in result.periods) == 700
    for period in result.periods:
        assert half_year(period.after + timedelta(days=1)) == half_year(period.until)
