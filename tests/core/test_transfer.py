from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.money import Money
from relancier.core.writing.transfer import LONGEST_NAME, LONGEST_TEXT, Transfer, is_iban, remittance, transfer

IBAN = "FR7630006000011234567890189"


def made(
    amount: str = "1234.56", *, currency: str = "EUR", iban: str = IBAN, bic: str = "AGRIFRPP", name: str = "Lumen"
) -> Transfer | None:
    return transfer(name, iban, bic, Money(Decimal(amount), currency), "FA-1 Dupré")


def test_a_transfer_says_whom_how_much_and_what_for() -> None:
    assert made() == Transfer(name="Lumen", iban=IBAN, bic="AGRIFRPP", amount=Decimal("1234.56"), text="FA-1 Dupré")


def test_an_account_written_in_groups_and_a_bic_of_a_branch_are_understood() -> None:
    found = made(iban="fr76 3000 6000 0112 3456 7890 189", bic="agrifrpp882")
    assert found is not None
    assert (found.iban, found.bic) == (IBAN, "AGRIFRPP882")


@pytest.mark.parametrize("bic", ["", "AGRI", "AGRIFRPP8", "AGRIFRPP88200"])
def test_a_bic_that_is_none_is_left_out_for_a_code_needs_none(bic: str) -> None:
    found = made(bic=bic)
    assert found is not None
    assert found.bic == ""


@pytest.mark.parametrize("amount", ["0", "0.004", "-5", "999999999.994", "1000000000"])
def test_an_amount_beyond_the_rule_has_no_code(amount: str) -> None:
    assert (made(amount) is None) == (amount != "999999999.994")


def test_the_amounts_at_the_limits_have_one() -> None:
    for amount in ("0.01", "999999999.99"):
        found = made(amount)
        assert found is not None
        assert str(found.amount) == amount


@pytest.mark.parametrize("currency", ["CHF", "USD", ""])
def test_only_euros_are_transferred(currency: str) -> None:
    assert made(currency=currency) is None


@pytest.mark.parametrize("iban", ["", "FR7630006000011234567890188", "FR76", "FR76300060000112345678901Ø9", "x" * 30])
def test_an_account_whose_digits_do_not_check_has_no_code(iban: str) -> None:
    assert made(iban=iban) is None
    assert not is_iban(iban)


def test_nobody_is_paid_under_no_name_or_for_nothing() -> None:
    assert made(name=" \n") is None
    assert transfer("Lumen", IBAN, "", Money(Decimal(1)), " \n") is None


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=60), max_size=12), st.text(max_size=200))
def test_each_part_fits_and_stands_on_one_line(name: str, numbers: list[str], customer: str) -> None:
    text = remittance(["FA-1", *numbers], customer)
    found = transfer(f"A{name}", IBAN, "", Money(Decimal(1)), text)
    assert found is not None
    assert len(found.name.encode()) <= LONGEST_NAME
    assert len(found.text.encode()) <= LONGEST_TEXT
    written = [str(getattr(found, field.name)) for field in fields(found)]
    assert not any(character in "".join(written) for character in "\r\n\0")


def test_the_reference_names_whole_numbers_then_the_customer() -> None:
    assert remittance(["FA-1", "FA-2"], "Moulins Dupré") == "FA-1 FA-2 Moulins Dupré"
    many = [f"FA-2026-{number:04}" for number in range(20)]
    assert remittance(many, "Moulins Dupré") == f"{' '.join(many[:10])} Moulins Du"
    assert remittance(["F" * 200], "Moulins Dupré") == "Moulins Dupré"


def test_the_code_says_line_by_line_whom_how_much_and_what_for() -> None:
    made = transfer("Éts Lumen", "FR76 3000 6000 0112 3456 7890 189", "", Money(Decimal("1234.5")), "FA-0042 Dupré")
    assert made is not None
    lines = [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Éts Lumen",
        "FR7630006000011234567890189",
        "EUR1234.50",
        "",
        "",
        "FA-0042 Dupré",
    ]
    assert made.payload.decode().split("\n") == lines
