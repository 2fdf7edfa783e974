"""Which new invoices may be known already."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.core.cases import DUE, case

from relancier.core.again import over_before, written_otherwise
from relancier.core.case import Case, Invoice, State

PAID = replace(case(), state=State.PAID)
NEW = replace(case().invoice, due=DUE + timedelta(days=30))


@pytest.mark.parametrize(
    ("known", "again"),
    [
        ([PAID], True),
        ([], False),
        ([case()], False),
        ([PAID, replace(case(), key="other")], False),
        ([replace(case(), state=State.CLOSED)], True),
        ([replace(PAID, carried_to="elsewhere")], False),
    ],
    ids=["paid", "unknown", "open", "paid and open", "closed by a person", "carried on"],
)
def test_another_due_date_of_what_was_paid(known: list[Case], *, again: bool) -> None:
    assert over_before(NEW, known) == again


def test_a_part_that_is_told_as_one_was_not_over_before() -> None:
    assert not over_before(replace(NEW, part="retention"), [PAID])


@pytest.mark.parametrize("issued", [date(2025, 1, 2), None])
def test_a_number_of_another_year_is_another_invoice(issued: date | None) -> None:
    before = replace(PAID, invoice=replace(PAID.invoice, issued=issued))
    now = replace(NEW, issued=issued and issued + timedelta(days=365), due=DUE + timedelta(days=365))
    assert not over_before(now, [before])
    assert over_before(replace(now, issued=issued, due=DUE + timedelta(days=30)), [before])


def numbered(number: str, **other: object) -> Invoice:
    return replace(case().invoice, number=number, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [State.OPEN, State.PAID, State.CLOSED])
@pytest.mark.parametrize(
    ("one", "other"), [("FA-2026-0100", "2026-0100"), ("20260100", "FAC 2026/0100"), ("0100", "FA-2026-0100")]
)
def test_the_same_debt_under_another_number(one: str, other: str, state: State) -> None:
    before = replace(case(), invoice=numbered(one), state=state)
    assert written_otherwise(numbered(other), [before])
    assert not written_otherwise(numbered(one), [before])


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("FA-2026-0100", "FA-2026-0101", {}),
        ("FA-100", "F-100", {}),
        ("FA-2026-0100", "2026-0100", {"amount": Decimal(999)}),
        ("FA-2026-0100", "2026-0100", {"due": DUE + timedelta(days=1)}),
        ("FA-2026-0100", "2026-0100", {"currency": "USD"}),
    ],
)
def test_another_debt(one: str, other: str, told: dict[str, object]) -> None:
    assert not written_otherwise(numbered(other, **told), [replace(case(), invoice=numbered(one))])


def test_what_is_carried_on_elsewhere_is_no_debt() -> None:
    before = replace(case(), invoice=numbered("FA-2026-0100"), carried_to="elsewhere")
    assert not written_otherwise(numbered("2026-0100"), [before])
