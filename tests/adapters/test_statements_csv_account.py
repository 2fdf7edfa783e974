"""Of which account a CSV is: by a column, the lines above its headings, its name, or because there is only one."""

import pytest
from tests.statements.dialects import ACCOUNT, DIALECTS, OTHER

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Statement

HEAD = "Date;Libellé;Montant\n"
ROW = "05/11/2026;VIR MARTIN FA-1;120,00\n"
READER = BankStatements(accounts=[ACCOUNT])


def one(content: str, reader: BankStatements = READER, name: str = "releve.csv") -> Statement:
    found = reader.read(name, content.encode())
    assert found.problems == ()
    (statement,) = found.found
    return statement


def why_not(content: str, reader: BankStatements) -> list[str]:
    found = reader.read("releve.csv", content.encode())
    assert found.found == ()
    return [str(problem) for problem in found.problems]


NONE, TWO = BankStatements(), BankStatements(accounts=[ACCOUNT, OTHER])


@pytest.mark.parametrize(
    ("content", "reader", "name", "account"),
    [
        (f"Compte;{ACCOUNT}\n{HEAD}{ROW}", NONE, "x.csv", ACCOUNT),
        (f"IBAN FR76 3000 6000 0112 3456 7890 189 EUR\n{HEAD}{ROW}", NONE, "x.csv", ACCOUNT),
        (HEAD + ROW, TWO, "10112026_0500013M026.csv", OTHER),
        (f"Compte n° 0500013M026\n{HEAD}{ROW}", TWO, "x.csv", OTHER),
        (f"Compte courant n° 99988877766\n{HEAD}{ROW}", READER, "x.csv", "99988877766"),
        (f"Date;Libellé;Montant;IBAN\n05/11/2026;VIR;1,00;{OTHER}\n", READER, "x.csv", OTHER),
        ("Date;Libellé;Montant;Compte\n05/11/2026;VIR;1,00;12345678901\n", TWO, "x.csv", ACCOUNT),
        (HEAD + ROW, READER, "x.csv", ACCOUNT),
    ],
)
def test_the_account(content: str, reader: BankStatements, name: str, account: str) -> None:
    assert one(content, reader, name).account == account


def test_an_account_that_the_file_does_not_name_is_said_to_be_assumed() -> None:
    assert READER.read("x.csv", (HEAD + ROW).encode()).assumed
    for named in (f"Compte;{ACCOUNT}\n{HEAD}{ROW}", f"Compte n° 12345678901\n{HEAD}{ROW}"):
        assert not READER.read("x.csv", named.encode()).assumed
    assert not READER.read("12345678901.csv", (HEAD + ROW).encode()).assumed
    in_column = f"Date;Libellé;Montant;IBAN\n05/11/2026;VIR;1,00;{ACCOUNT}\n"
    assert not READER.read("x.csv", in_column.encode()).assumed


@pytest.mark.parametrize("reader", [NONE, TWO])
def test_without_an_account_a_sentence_says_how_to_name_it(reader: BankStatements) -> None:
    (problem,) = why_not(HEAD + ROW, reader)
    assert problem == (
        "releve.csv:2: nothing says of which account this is: write its IBAN above the headings or in a column, or "
        "name the one account of [payments] accounts."
    )


NUMBERED = {"crédit agricole", "bnp paribas", "la banque postale", "société générale", "boursobank"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_a_configured_account_that_of_the_file_counts_or_it_is_refused(dialect: str) -> None:
    if dialect in NUMBERED:
        assert one(DIALECTS[dialect], NONE).account == "12345678901"
    elif dialect == "shine":
        assert one(DIALECTS[dialect], NONE).account == ACCOUNT
    else:
        assert all("nothing says of which account" in problem for problem in why_not(DIALECTS[dialect], NONE))


@pytest.mark.parametrize(
    ("titles", "account"),
    [
        ("Compte chèques;Compte courant;12345678901;10/11/2026;;4 321,00", "12345678901"),
        ("Compte chèques;Compte courant;12345678901;12/11/2026;;4 321,00", "12345678901"),
        ("Compte chèques 12345678901 10/11/2026 4 321,00", "12345678901"),
        ("Numéro de compte : 04012345678;Nom du compte : X;Devise : EUR", "04012345678"),
        ("Relevé du compte 12345678901 du 01/11/2026 au 30/11/2026", "12345678901"),
        ("Compte n° 12345678901 EUR Titulaire LUMEN SAS", "12345678901"),
        ("Compte n° 12345 67890 1;Solde;21 234,56", "12345678901"),
        ("Compte pro 2 n° 12345678901", "12345678901"),
        ("Numéro Compte;0123456S024;Type;CCP", "0123456S024"),
        ("N° de compte : 01 234 56 S 024", "0123456S024"),
        ("Livret A carte n° 00000000002", "00000000002"),
        ("Account Number : 08088804068, Account Name : X", "08088804068"),
        ("RIB du compte : 30006 00001 12345678901 89", ACCOUNT),
        ("RIB du compte : 30006-00001-12345678901-89", ACCOUNT),
        ("Code de la banque : 30006;Code de l'agence : 00001\nNuméro de compte : 12345678901;X", ACCOUNT),
        ('="0105900051804855";01/02/2026;20/02/2026;35;18/02/2026;3,39 EUR', "0105900051804855"),
        (f"Compte;{ACCOUNT}\nCompte lié;{ACCOUNT}", ACCOUNT),
    ],
)
def test_a_number_above_the_headings_is_the_account_without_what_stands_beside(titles: str, account: str) -> None:
    assert one(f"{titles}\n{HEAD}{ROW}", NONE).account == account


@pytest.mark.parametrize(
    "titles",
    [
        "Compte courant\nSolde du compte 21 234,56 EUR",
        "Compte courant\nSolde du compte;321 234,56",
        "Solde de compte 321234",
        "Compte courant au 10/11/2026;4 321,00",
        "Compte courant;Tél. 01 23 45 67 89",
        "Compte de LUMEN SAS;SIRET 12345678901234",
        "20261110120000",
        "SIRET;12345678900012",
        "Conseiller;0123456789",
        "4321000",
    ],
)
def test_a_balance_a_day_or_another_number_is_no_account(titles: str) -> None:
    assert one(f"{titles}\n{HEAD}{ROW}").account == ACCOUNT
    assert "nothing says of which account" in why_not(f"{titles}\n{HEAD}{ROW}", NONE)[0]


@pytest.mark.parametrize(
    "titles", ['="0105900051804855";01/02/2026', "99988877766", f"IBAN {OTHER}", "Compte 99988877"]
)
def test_a_file_that_names_another_account_is_never_taken_for_the_only_one(titles: str) -> None:
    assert one(f"{titles}\n{HEAD}{ROW}").account not in {"", ACCOUNT}


def test_of_several_accounts_above_the_headings_ours_counts_else_the_file_is_refused() -> None:
    both = f"Compte;{ACCOUNT}\nCompte lié;{OTHER}\n{HEAD}{ROW}"
    assert one(both).account == ACCOUNT
    for titles in (both, f"Compte 12345678901\nCompte 12345678902\n{HEAD}{ROW}"):
        (problem,) = why_not(titles, NONE)
        assert problem == (
            "releve.csv: the lines above its headings name several accounts: download it from the bank again, one "
            "account a file."
        )


def test_a_name_in_the_column_of_accounts_is_no_number() -> None:
    content = "Date;Libellé;Montant;Account\n05/11/2026;VIR;1,00;EUR Main\n"
    assert one(content).account == ACCOUNT
    assert READER.read("x", content.encode()).assumed
    assert "nothing says of which account" in why_not(content, NONE)[0]


def test_the_same_export_made_on_another_day_tells_the_same_movements() -> None:
    made = [DIALECTS["bnp paribas"].replace("10/11/2026", day) for day in ("10/11/2026", "12/11/2026")]
    first, second = ([moved.identity for moved in one(content, NONE).movements] for content in made)
    assert first == second


@pytest.mark.parametrize(
    ("titles", "since", "until"),
    [
        ("Date de début de téléchargement : 01/11/2026;Date de fin de téléchargement : 30/11/2026", "11-01", "11-29"),
        ("Date de début de téléchargement : 01/11/2026", "11-05", "11-04"),
        ("Download start date : 01/11/2026;Download end date : 30/11/2026", "11-01", "11-29"),
        ("Téléchargé le 01/10/2026", "11-05", "11-04"),
    ],
)
def test_a_day_of_download_is_no_end_before_the_beginning(titles: str, since: str, until: str) -> None:
    found = one(f"{titles}\n{HEAD}{ROW}")
    assert (found.since.isoformat(), found.until.isoformat()) == (f"2026-{since}", f"2026-{until}")


def test_caisse_d_epargne_with_its_balances_round_the_movements() -> None:
    found = one(
        "Code de la banque : 30006;Code de l'agence : 00001;Date de début de téléchargement : 01/04/2026;"
        "Date de fin de téléchargement : 30/04/2026;;\n"
        "Numéro de compte : 12345678901;Nom du compte : LUMEN;Devise : EUR;;;\nSolde en fin de période;;;;+31070,11;\n"
        "Date;Numéro d'opération;Libellé;Débit;Crédit;Détail\n02/04/26;OP2;VIR SEPA DECOR;;+1300,00;FA-2026-0117\n"
        "03/04/26;OP3;CHQ 4321;-50,00;;\nSolde en début de période;;;;+29820,11;\n",
        NONE,
    )
    assert (found.account, found.since.isoformat(), found.until.isoformat()) == (ACCOUNT, "2026-04-01", "2026-04-29")
    assert [(str(one.amount), one.wording, one.reference) for one in found.movements] == [
        ("1300.00", "VIR SEPA DECOR FA-2026-0117", "OP2"),
        ("-50.00", "CHQ 4321", "OP3"),
    ]
