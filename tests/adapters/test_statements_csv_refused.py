"""A CSV that is no statement that is understood: which headings were found, and what is lacking or too much."""

import pytest
from tests.statements.dialects import ACCOUNT

from relancier.adapters.statements import BankStatements

READER = BankStatements(accounts=[ACCOUNT])
BEGUN = "releve.csv: it is no statement that is understood: "
DOWNLOAD = "download it from the bank as CAMT.053, OFX or CFONB120"


def why_not(headings: str) -> str:
    (problem,) = READER.read("releve.csv", f"{headings}\n05/11/2026;VIR;1,00;2,00\n".encode()).problems
    return str(problem).removeprefix(BEGUN)


@pytest.mark.parametrize(
    ("headings", "lacking"),
    [
        ("Date comptable;Intitulé mouvement;Débit;Crédit", "a wording (libellé)"),
        ("Date Opération;Libellé;Solde", "an amount (montant, or débit and crédit)"),
        ("Mois;Libellé;Montant", "a date"),
        ("Mois;Libellé;Somme", "a date or an amount (montant, or débit and crédit)"),
    ],
)
def test_the_sentence_lists_the_headings_that_were_found_and_what_none_of_them_is(headings: str, lacking: str) -> None:
    shown = ", ".join(f'"{heading}"' for heading in headings.split(";"))
    sentence = f"none of its headings {shown} is {lacking}; name its column in [payments.columns], or {DOWNLOAD}."
    assert why_not(headings) == why_not(f"Relevé\n{headings}") == sentence


def test_a_heading_that_no_bank_writes_is_named() -> None:
    assert why_not("Date;Libellé;Montant;Code client") == (
        f'its heading "Code client" is one of a list of invoices or a ledger; {DOWNLOAD}, or name its columns in '
        "[payments.columns]."
    )


def test_without_headings_the_needed_ones_are_named() -> None:
    assert why_not("06/11/2026;-80,00;Chèque;CHEQUE 4321") == (
        f"{DOWNLOAD}, or as CSV with the headings date, libellé and montant; name others in [payments.columns]."
    )


@pytest.mark.parametrize(
    ("headings", "near"),
    [
        ("Date comptable;Intitulé mouvement;Débit;Crédit", True),
        ("Date opération;Libellé;Débit", True),
        ("Date;Libellé;Solde", True),
        ("Quand;Libellé;Crédit", True),
        ("Date;Libellé;Somme", False),
        ("Quand;Quoi;Crédit", False),
        ("Date;Client;Solde", False),
    ],
)
def test_a_file_that_lacks_one_column_is_told_as_a_statement_where_a_bank_writes_the_others(
    headings: str, near: bool
) -> None:
    assert READER.recognises("x", f"{headings}\n05/11/2026;VIR;1,00\n".encode()) is near
