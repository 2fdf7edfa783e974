from datetime import date

import pytest

from relancier.core.orders.dictated_parts import MOST_PARTS, read_parts
from relancier.core.orders.dictation import Said, Unclear, understand

TODAY = date(2026, 11, 22)


def told(line: str) -> list[tuple[str, str]]:
    """Each part as its day and amount; the amount of what is left is empty."""
    parts = read_parts(line, TODAY)
    return [(one.on.isoformat(), "" if one.amount is None else f"{one.amount:.2f}") for one in parts or ()]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("15/12 500, 15/01 500, 15/02 reste", [("2026-12-15", "500.00"), ("2027-01-15", "500.00"), ("2027-02-15", "")]),
        (": 15/12/2026 : 500 € ; 15/01/2027 : 1 500,50 €", [("2026-12-15", "500.00"), ("2027-01-15", "1500.50")]),
        ("500 le 15/12 et le solde le 15/01", [("2026-12-15", "500.00"), ("2027-01-15", "")]),
        ("500 on 15 December then the rest on 15 January", [("2026-12-15", "500.00"), ("2027-01-15", "")]),
        ("15/12 50, 15/09 50, 15/10 50", [("2026-12-15", "50.00"), ("2027-09-15", "50.00"), ("2027-10-15", "50.00")]),
        ("3 x 400 dès 15/12", [("2026-12-15", "400.00"), ("2027-01-15", "400.00"), ("2027-02-15", "400.00")]),
        ("2 fois 400,50 €, tous les mois à partir du 31/12", [("2026-12-31", "400.50"), ("2027-01-31", "400.50")]),
        ("en 3 fois dès le 31/12", [("2026-12-31", ""), ("2027-01-31", ""), ("2027-02-28", "")]),
        ("2 instalments of 400 monthly from 15/12", [("2026-12-15", "400.00"), ("2027-01-15", "400.00")]),
        ("aujourd'hui 500, 15/12 reste", [("2026-11-22", "500.00"), ("2026-12-15", "")]),
    ],
)
def test_parts_that_can_be_read_in_one_way(line: str, parts: list[tuple[str, str]]) -> None:
    assert told(line) == parts


@pytest.mark.parametrize(
    "line",
    [
        "",
        "vendredi",
        "15/12",
        "15/12 500 15/01",
        "15/12 500 environ",
        "environ 500 le 15/12",
        "500 le 15/12 ou le 16/12",
        "15/12 0",
        "15/01/2027 500, 15/12/2026 500",
        "15/12 500, 15/12 500",
        "01/11/2026 500, 15/12 500",
        "10.12 15/01",
        "1 x 400 dès 15/12",
        "3 x 400",
        "3 x 400 dès 15/12 ou 16/12",
        f"{MOST_PARTS + 1} x 4 dès 15/12",
        ", ".join(f"{day:02}/{month:02}/2027 1" for month in (1, 2, 3) for day in range(1, 29)),
    ],
)
def test_parts_that_are_asked_back(line: str) -> None:
    assert read_parts(line, TODAY) is None


def test_the_orders_about_agreements() -> None:
    said = understand("échéancier 15/12 500, 15/01 reste", TODAY)
    assert isinstance(said, Said)
    assert (said.word, len(said.parts)) == ("instalments", 2)
    assert understand("échéancier bientôt", TODAY) is Unclear.PARTS
    rejected = Said(word="rejected", on=date(2026, 11, 3), note="provision insuffisante")
    assert understand("rejet 03/11/2026 provision insuffisante", TODAY) == rejected
    assert understand("rejected on 3 November", TODAY) == Said(word="rejected", on=date(2026, 11, 3))
    assert understand("rejet", TODAY) is Unclear.DATE
    assert understand("insolvable 12/11/2026", TODAY) == Said(word="insolvent", on=date(2026, 11, 12))
    assert understand("insolvable 12/12/2026", TODAY) is Unclear.FUTURE
    assert understand("fait", TODAY) == Said(word="done")
    assert understand("iban confirmé", TODAY) == Said(word="iban")
    assert understand("iban FR76 3000", TODAY) is Unclear.REST
