from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.core.cases import at, case, customer

from relancier.core.case import Case, Event, Kind, State
from relancier.core.history import apply
from relancier.core.limitation import Limitation, limitation, limitation_on, reference, to_be_told, warn_from

DUE = date(2026, 6, 1)


def told(one: Case, kind: Kind, on: date, **other: Any) -> Event:
    return Event(case=one.key, kind=kind, at=at(on), **other)


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ({"due": DUE}, date(2031, 6, 1)),
        ({"due": DUE, "issued": date(2026, 5, 2)}, date(2031, 5, 2)),
        ({"due": DUE, "issued": date(2026, 5, 2), "delivered": date(2026, 4, 20)}, date(2031, 4, 20)),
        ({"due": DUE, "delivered": date(2024, 2, 29)}, date(2029, 2, 28)),
        ({"due": DUE, "who": customer(professional=False)}, date(2028, 6, 1)),
    ],
)
def test_it_counts_from_delivery_else_the_invoice_else_the_due_date(known: dict[str, Any], last: date) -> None:
    assert limitation_on(case(**known).invoice) == last


@pytest.mark.parametrize(
    ("start", "warned"),
    [
        (date(2026, 12, 31), date(2031, 6, 30)),
        (date(2026, 6, 1), date(2030, 12, 1)),
        (date(2026, 8, 31), date(2031, 2, 28)),
        (date(2026, 3, 15), date(2030, 9, 15)),
    ],
)
def test_it_is_told_six_months_before(start: date, warned: date) -> None:
    assert warn_from(case(due=start).invoice) == warned


def test_it_is_told_once_and_anew_for_another_day() -> None:
    one = case(due=DUE)
    assert to_be_told(one) == date(2030, 12, 1)
    heard = apply(one, told(one, Kind.LIMITATION, date(2030, 12, 2), ref=reference(one.invoice)))
    assert to_be_told(heard) is None
    moved = replace(heard, invoice=replace(one.invoice, delivered=date(2026, 4, 20)))
    assert to_be_told(moved) == date(2030, 10, 20)


def test_nothing_is_told_of_what_has_ended() -> None:
    assert to_be_told(replace(case(due=DUE), state=State.CLOSED)) is None
    assert to_be_told(replace(case(due=DUE), state=State.LEGAL)) is not None


def test_an_acknowledgement_is_named_with_the_day_that_it_may_give() -> None:
    one = case(due=DUE)
    assert limitation(one, []) == Limitation(date(2031, 6, 1))
    events = [told(one, Kind.REPLIED, date(2026, 9, 1)), told(one, Kind.PROMISED, date(2026, 7, 1))]
    assert limitation(one, events) == Limitation(date(2031, 6, 1), date(2026, 7, 1), date(2031, 7, 1))
    plan = told(one, Kind.INSTALMENTS, date(2026, 8, 1))
    assert limitation(one, [*events, plan]).restarted == date(2031, 8, 1)
    assert limitation(one, [], [date(2026, 10, 1)]).acknowledged_on == date(2026, 10, 1)
