"""The aged balance and what falls due soon, to the cent and by currency."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import case as a_case

from relancier.core.case import Case, State
from relancier.core.overviews.figures import AGES, Age, Owed, age, balances, falling_due, owed

TODAY = date(2026, 6, 30)
NOTHING = Decimal(0)


def one(amount: str, days_late: int, customer: str = "a", currency: str = "EUR") -> Owed:
    due = TODAY - timedelta(days=days_late)
    return Owed(customer=customer, name=customer.upper(), currency=currency, amount=Decimal(amount), due=due)


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (-1, Age.NOT_DUE),
        (0, Age.NOT_DUE),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
        (4000, Age.OVER_90),
    ],
)
def test_an_amount_has_the_age_of_its_days_late(days: int, wanted: Age) -> None:
    assert age(TODAY - timedelta(days=days), TODAY) is wanted


def test_the_balance_adds_up_by_age_and_by_customer() -> None:
    (balance,) = balances([one("10.10", -3), one("20.20", 5), one("0.05", 7, "b"), one("300", 95, "b")], TODAY)
    assert balance.total.amounts == (Decimal("10.10"), Decimal("20.25"), NOTHING, NOTHING, Decimal(300))
    assert balance.total.counts == (1, 2, 0, 0, 1)
    assert (balance.total.total, balance.total.late) == (Decimal("330.35"), Decimal("320.25"))
    assert balance.total.count == 4
    assert [(row.customer, row.name, row.late) for row in balance.customers] == [
        ("b", "B", Decimal("300.05")),
        ("a", "A", Decimal("20.20")),
    ]
    assert len(balance.total.amounts) == len(AGES)


def test_currencies_are_never_added_to_each_other() -> None:
    found = balances([one("1", 1, currency="CHF"), one("2", 1), one("3", 1, "b")], TODAY)
    assert [(balance.total.currency, balance.total.total) for balance in found] == [
        ("EUR", Decimal(5)),
        ("CHF", Decimal(1)),
    ]
    assert [row.customer for row in found[1].customers] == ["a"]


def test_nothing_owed_is_no_balance() -> None:
    assert balances([], TODAY) == ()


def test_what_falls_due_is_counted_from_today_in_growing_spans() -> None:
    amounts = [one("100", days) for days in (1, 0, -7, -8, -15, -16, -30, -31)] + [one("5", -2, currency="CHF")]
    found = falling_due(amounts, TODAY)
    assert [(item.days, item.count) for item in found] == [(7, 3), (15, 5), (30, 7)]
    assert found[0].sums == (("EUR", Decimal(200)), ("CHF", Decimal(5)))


def case(**other: object) -> Case:
    return replace(a_case(), **other)  # type: ignore[arg-type]


def test_a_case_owes_until_it_has_ended() -> None:
    known = case()
    found = owed(known)
    assert found is not None
    assert (found.amount, found.due, found.currency) == (known.amount_due, known.invoice.due, "EUR")

    assert owed(case(state=State.PAID)) is None
    assert owed(case(paid_by_order=known.invoice.amount)) is None
    assert owed(case(state=State.DISPUTED, disputed=Decimal(1))) is not None
