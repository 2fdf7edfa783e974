"""What `check` warns of about late interest."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.core.cases import case, customer
from tests.core.test_money import RATES

from relancier.cli.rating import rate_warnings
from relancier.core.case import Invoice

TODAY = date(2026, 5, 4)


def warned(contract: str = "", *invoices: Invoice, today: date = TODAY) -> list[str]:
    rate = Decimal(contract) if contract else None
    found = list(rate_warnings(rate, RATES, invoices, today))
    assert all(problem.warning for problem in found)
    return [str(problem) for problem in found]


def late(due: date, **other: Any) -> Invoice:
    return case(due=due, **other).invoice


def test_nothing_is_warned_of_while_every_rate_is_known_and_high_enough() -> None:
    assert warned() == []
    assert warned("7.86", late(date(2026, 4, 1))) == []


def test_a_half_year_without_a_rate_is_named_with_where_the_figure_is_published() -> None:
    (text,) = warned(today=date(2026, 8, 1))
    assert text.startswith("rates.toml: the half-year from 2026-07-01 has no rate, so no message names a figure; ")
    assert "the ECB publishes it" in text
    assert "Banque de France" in text


def test_a_past_half_year_counts_where_an_unpaid_invoice_bears_interest_in_it() -> None:
    old = late(date(2021, 12, 1))
    assert [text[:45] for text in warned("", old)] == ["rates.toml: the half-year from 2021-07-01 has"]
    assert warned("", late(date(2021, 12, 31))) == []
    assert warned("", late(date(2021, 12, 1), paid=Decimal(1000))) == []
    assert warned("", late(date(2021, 12, 1), who=customer(professional=False))) == []
    assert warned("20", old) == []


def test_a_contracts_rate_is_held_to_each_floor_that_concerns_it() -> None:
    (text,) = warned("7.85")
    assert text == (
        "config.toml: late_interest.rate: 7.85 % is below three times the legal rate, 7.86 % in the half-year from "
        "2026-01-01, which the law sets as the least; raise it."
    )
    texts = warned("12", late(date(2023, 12, 31)))
    assert [text.partition("from ")[2][:10] for text in texts] == ["2024-01-01", "2024-07-01"]
