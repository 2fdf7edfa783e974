"""Several accounts one below another in a CSV, as Crédit Agricole exports them, and cards, which are no accounts."""

import pytest
from tests.statements.dialects import ACCOUNT

from relancier.adapters.statements import BankStatements
from relancier.ports import Statements

READER = BankStatements(accounts=[ACCOUNT])
HEAD = "Date;Libellé;Débit euros;Crédit euros;\n"
FIRST = (
    "Téléchargement du 11/11/2026;\n\nM. LUMEN\nCompte courant carte n° 12345678901;\nSolde au 10/11/2026 4 321,00\n\n"
    f"Liste des opérations du compte entre le 01/11/2026 et le 10/11/2026;\n\n{HEAD}"
    '05/11/2026;"VIREMENT EN VOTRE FAVEUR\nDECOR FA-1\n";;120,00;\n06/11/2026;"CHEQUE EMIS 4321";80,00;;\n\n'
)
TITLES = "M. LUMEN\n{}\nSolde au 10/11/2026 17,01 €\n\nListe des opérations entre le 03/11/2026 et le 10/11/2026;\n\n"
ROW = '07/11/2026;"VIREMENT EN VOTRE FAVEUR\nMARTIN FA-2\n";;300,00;\n'


def read(content: str, reader: BankStatements = READER) -> Statements:
    return reader.read("releve.csv", content.encode())


def told(content: str) -> list[tuple[str, str, list[str]]]:
    found = read(content)
    assert found.problems == ()
    return [(one.account, str(one.since)[5:], [str(moved.amount) for moved in one.movements]) for one in found.found]


OURS = (ACCOUNT, "11-01", ["120.00", "-80.00"])


@pytest.mark.parametrize("heading", [HEAD, ""])
@pytest.mark.parametrize("title", ["Compte courant carte n° 99988877766;", "Livret A carte n° 99988877766"])
def test_each_account_is_a_statement_whether_or_not_the_headings_stand_again(title: str, heading: str) -> None:
    content = FIRST + TITLES.format(title) + heading + ROW
    assert told(content) == [OURS, ("99988877766", "11-03", ["300.00"])]
    assert not read(content).assumed


@pytest.mark.parametrize("heading", [HEAD, ""])
@pytest.mark.parametrize("rows", [ROW, ";Pas d'opération pour cette carte entre le 01/11/2026 et 10/11/2026;\n", ""])
def test_a_card_below_an_account_is_left_out(rows: str, heading: str) -> None:
    assert told(FIRST + TITLES.format("VISA BUSINESS n° 4533 07xx xxxx xx60;") + heading + rows) == [OURS]


def test_a_card_alone_is_refused_as_it_says_nothing_of_the_account() -> None:
    (problem,) = read(f"VISA BUSINESS n° 4533 07xx xxxx xx60;\n{HEAD}{ROW}").problems
    assert str(problem) == (
        "releve.csv: it is of a card, not of an account; download the account's statement from the bank."
    )


def test_headings_that_stand_again_on_each_page_part_nothing() -> None:
    ((account, since, amounts),) = told(FIRST + "Page 2\n" + HEAD + ROW)
    assert (account, since, amounts) == (ACCOUNT, "11-01", ["120.00", "-80.00", "300.00"])


def test_the_same_account_in_two_parts_is_one_statement_and_equal_movements_stay_apart() -> None:
    (found,) = read(FIRST + TITLES.format("Compte courant carte n° 12345678901;") + HEAD + ROW + ROW).found
    assert [str(moved.amount) for moved in found.movements] == ["120.00", "-80.00", "300.00", "300.00"]
    assert len({moved.identity for moved in found.movements}) == 4


@pytest.mark.parametrize(
    "after", ["", "Page 2\n" + HEAD, TITLES.format("Compte n° 99988877766") + HEAD, "Compte 99988877\n"]
)
def test_a_line_with_an_amount_and_no_day_is_never_passed_over(after: str) -> None:
    problems = read(f"{FIRST}7 nov.;VIR MARTIN;;1,00;\n{after}{ROW}").problems
    assert "'7 nov.' is not a date" in str(problems[0])


def test_words_for_an_account_in_the_wording_begin_no_account() -> None:
    wording = '07/11/2026;"VIR DEPUIS\n";;5,00;\n;COMPTE N° 99988877766;;;\n;COMPTE N° 99988877766;;;x\n'
    ((account, _, amounts),) = told(FIRST + wording + ROW)
    assert (account, amounts) == (ACCOUNT, ["120.00", "-80.00", "5.00", "300.00"])
