"""Movements are told apart by what the bank says of them, and equal ones by their turn."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from relancier.core.paid.statement import Movement, counted
from relancier.core.stored import Received

ONE = Movement(account="FR76", on=date(2026, 3, 2), amount=Decimal("10.50"), wording="VIR DUPONT", payer="Dupont")


@pytest.mark.parametrize("same", [{"wording": "vir  dupont"}, {"payer": "DUPONT"}, {"amount": Decimal("10.5")}])
def test_spaces_case_and_zeros_tell_no_movements_apart(same: dict[str, Any]) -> None:
    assert replace(ONE, **same).identity == ONE.identity


@pytest.mark.parametrize(
    "other",
    [
        {"account": "FR77"},
        {"on": date(2026, 3, 3)},
        {"amount": Decimal("10.51")},
        {"amount": Decimal("-10.50")},
        {"currency": "USD"},
        {"wording": "VIR DURAND"},
        {"payer": "Durand"},
        {"payer_iban": "DE1"},
        {"end_to_end": "FA-1"},
        {"turn": 1},
    ],
)
def test_whatever_else_differs_is_another_movement(other: dict[str, Any]) -> None:
    assert replace(ONE, **other).identity != ONE.identity


def test_movements_that_read_alike_have_their_turns_in_the_order_of_the_statement() -> None:
    other = replace(ONE, wording="VIR DURAND")
    found = counted([ONE, other, replace(ONE, wording="vir dupont"), replace(ONE, turn=7)])
    assert [movement.turn for movement in found] == [0, 0, 1, 2]
    assert len({movement.identity for movement in found}) == 4
    assert counted(found) == found


def test_what_was_received_is_known_by_its_movement() -> None:
    received = Received(movement=ONE, at=datetime(2026, 3, 3, tzinfo=UTC), stem="releve.xml")
    assert received.identity == ONE.identity
