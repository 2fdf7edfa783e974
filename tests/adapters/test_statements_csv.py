"""CSV as French banks export it, a heading unknown, an account unsaid, lines that are no movements."""

from datetime import date
from decimal import Decimal

import pytest
from tests.statements.dialects import ACCOUNT, DIALECTS, OTHER

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Statement

READER = BankStatements(accounts=[ACCOUNT])


def one(content: str | bytes, reader: BankStatements = READER, name: str = "releve.csv") -> Statement:
    found = reader.read(name, content if isinstance(content, bytes) else content.encode("cp1252"))
    assert found.problems == ()
    (statement,) = found.found
    return statement


def why_not(content: str | bytes, reader: BankStatements = READER, name: str = "releve.csv") -> list[str]:
    found = reader.read(name, content if isinstance(content, bytes) else content.encode("cp1252"))
    assert found.found == ()
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_banks_dialects(dialect: str, encoding: str) -> None:
    content = DIALECTS[dialect].encode(encoding)
    assert READER.recognises("x", content)
    found = one(content)
    assert found.account == ACCOUNT
    credit, debit = sorted(found.movements, key=lambda moved: moved.on)
    assert (credit.on, credit.amount) == (date(2026, 11, 5), Decimal("1234.56"))
    assert (debit.on, debit.amount) == (date(2026, 11, 6), Decimal("-80.00"))
    assert "FA-2026-0117" in credit.wording
    assert credit.payer.startswith("MENUISERIE DECOR")
    assert not credit.returned
    covered = (1, 10) if dialect == "crédit agricole" else (5, 5)
    assert (found.since.day, found.until.day) == covered


HEAD = "Date;Libellé;Montant\n"
ROW = "05/11/2026;VIR MARTIN FA-1;120,00\n"


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("120,00", "120"), ("120", "120"), ("1 234,56", "1234.56"), ("1\u00a0234,56 €", "1234.56"),
        ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("+12,5", "12.5"), ("-12,50", "-12.5"),
        ("12,50-", "-12.5"), ("(12,50)", "-12.5"),
        ("\u221212,50 EUR", "-12.5"), ("1'234.56", "1234.56"), ("12 345 678,90", "12345678.90"), ("0,05", "0.05"),
    ],
)  # fmt: skip
def test_amounts(written: str, amount: str) -> None:
    content = f'Date;Libellé;Montant\n05/11/2026;VIR MARTIN;"{written}"\n'.encode()
    assert one(content).movements[0].amount == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["5/11/26", "05.11.2026", "05-11-2026", "2026-11-05", "2026-11-05 08:00", "05/11/2026 08:00"]
)
def test_days(written: str) -> None:
    assert one(HEAD + f"{written};VIR MARTIN;1,00\n").movements[0].on == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("05/13/2026;VIR;1,00", "releve.csv:2: '05/13/2026' is not a date; write it as 31/12/2026 or 2026-12-31."),
        (";VIR;1,00", "releve.csv:2: '' is not a date"),
        ("05/11/2026;VIR;douze", "releve.csv:2: 'douze' is not an amount; write it as 1 234,56 or -1234.56."),
        ("05/11/2026;VIR;1,234", "releve.csv:2: the amount '1,234' can be read in two ways"),
    ],
)
def test_a_line_that_cannot_be_read_refuses_the_file_and_is_named(row: str, sentence: str) -> None:
    found = why_not(HEAD + row + "\n" + ROW)
    assert found[0].startswith(sentence)
    assert len(why_not(HEAD + f"{row}\n" * 50)) == 20


def test_two_columns_debit_and_credit() -> None:
    head = "Date;Libellé;Débit;Crédit\n"
    rows = (
        "05/11/2026;A;0,00;120,00\n05/11/2026;B;80,00;\n05/11/2026;C;-70,00;0,00\n05/11/2026;D;;-5,00\n05/11/2026;E;;\n"
    )
    assert [moved.amount for moved in one(head + rows).movements] == [120, -80, -70, -5]
    assert "both a debit" in why_not(head + "05/11/2026;A;1,00;2,00\n")[0]


PAIRS = [
    ("D", "C"), ("Débit", "Crédit"), ("DEBITEUR", "créditeur"), ("DB", "CR"), ("DBIT", "CRDT"), ("DR", "CR"),
    ("-", "+"), ("Sortie", "Entrée"), ("out", "in"),
]  # fmt: skip


@pytest.mark.parametrize("heading", ["Sens", "Type", "Nature", "Transaction type", "Débit/Crédit"])
@pytest.mark.parametrize(("out", "into"), PAIRS)
def test_a_column_may_tell_the_direction(heading: str, out: str, into: str) -> None:
    found = one(
        f"Date;Libellé;Montant;{heading}\n05/11/2026;A;120,00;{into}\n05/11/2026;B;80,00;{out}\n;TOTAL;40,00;\n"
    )
    assert [moved.amount for moved in found.movements] == [120, -80]
    signed = one(f"Date;Libellé;Montant;{heading}\n05/11/2026;A;+120,00;{into}\n05/11/2026;B;-80,00;{out}\n")
    assert [moved.amount for moved in signed.movements] == [120, -80]


def test_a_column_of_types_that_says_other_things_as_well_tells_no_direction() -> None:
    found = one("Date;Libellé;Montant;Type\n05/11/2026;A;120,00;Virement\n05/11/2026;B;80,00;Débit\n")
    assert [moved.amount for moved in found.movements] == [120, 80]


def test_a_direction_in_another_word_refuses_the_line() -> None:
    head = "Date;Libellé;Montant;Sens\n"
    assert why_not(head + "05/11/2026;A;80,00;Virement\n05/11/2026;A;80,00;\n") == [
        "releve.csv:2: 'Virement' does not say whether 80,00 came in or went out; write debit or credit.",
        "releve.csv:3: '' does not say whether 80,00 came in or went out; write debit or credit.",
    ]
    assert [moved.amount for moved in one(head + "05/11/2026;A;-80,00;\n").movements] == [-80]


def test_balances_totals_and_waiting_lines_are_no_movements() -> None:
    rows = (
        "01/11/2026;SOLDE PRECEDENT;1000,00\n05/11/2026;VIR MARTIN SOLDE FA-1;120,00\n;TOTAL;1120,00\n"
        "10/11/2026;Solde au 10/11/2026;1120,00\nSolde créditeur;;1120,00\n"
    )
    assert [moved.wording for moved in one(HEAD + rows).movements] == ["VIR MARTIN SOLDE FA-1"]


@pytest.mark.parametrize(
    "wording",
    [
        "SOLDE FACTURE FA-1", "Solde FA-12 MARTIN", "SOLDE 2026-0117", "Soldes d'été FA-1", "TOTALENERGIES MARKETING",
        "TOTAL DIRECT ENERGIE", "TOTAL 2026-0117", "Report de FA-2026-0117", "REPORTERS SANS FRONTIERES",
        "Reporting FA-1", "Balance of invoice FA-1", "BALANCELLE SARL", "SOLDEUR MARTIN", "TOTAL-FINA",
    ],
)  # fmt: skip
def test_a_payers_own_wording_may_begin_like_a_balance(wording: str) -> None:
    (moved,) = one(HEAD + f"05/11/2026;{wording};120,00\n").movements
    assert (moved.wording, moved.amount) == (wording, Decimal(120))


@pytest.mark.parametrize(
    "wording",
    [
        "SOLDE", "Solde :", "Ancien solde", "NOUVEAU SOLDE AU 30/11/2026",
        "Solde créditeur au 30/11/2026 : 1 000,00", "Ancien solde créditeur au 31.10.2026", "Solde initial",
        "Solde final au 30/11/2026", "SOLDE PRECEDENT", "Solde en fin de période", "Solde en début de période",
        "Solde de départ", "Solde de fin", "Solde de fin de mois", "Solde veille", "Solde de la veille",
        "Solde comptable", "Solde disponible", "Solde intermédiaire", "Solde EUR au 30/11/2026", "Solde en euros",
        "Solde du compte", "Solde d'ouverture", "Solde de clôture", "A reporter", "REPORT", "Report à nouveau",
        "Report du solde précédent", "Report au 01/11/2026", "TOTAL", "Total des opérations",
        "Totaux des mouvements", "TOTAL DES MOUVEMENTS DEBITEURS", "Total général", "Sous-total", "Total crédit",
        "Total (EUR)", "Total au 30/11/2026", "Total : 12 opérations", "Opening balance", "Closing balance",
        "Closing balance on 2026-11-30", "Balance at start of period", "Balance brought forward",
    ],
)  # fmt: skip
@pytest.mark.parametrize("on", ["30/11/2026", ""])
def test_a_balance_is_no_payment_whether_or_not_a_day_stands_beside(wording: str, on: str) -> None:
    assert [moved.wording for moved in one(HEAD + ROW + f"{on};{wording};1000,00\n").movements] == ["VIR MARTIN FA-1"]


@pytest.mark.parametrize(("heading", "cell"), [("Donneur d'ordre", "TOTAL"), ("Référence", "FA-2026-0117")])
def test_a_dated_line_with_a_payer_or_a_reference_is_a_payment_whatever_its_wording(heading: str, cell: str) -> None:
    (moved,) = one(f"Date;Libellé;Montant;{heading}\n05/11/2026;TOTAL;120,00;{cell}\n;TOTAL;120,00;\n").movements
    assert moved.amount == 120


def test_a_payer_named_like_a_total_in_the_first_column_of_wording_is_kept() -> None:
    head = "Date;Libelle simplifie;Libelle operation;Debit;Credit\n"
    (moved,) = one(head + "05/11/2026;TOTAL;VIR SEPA TOTAL FA-1;;120,00\n").movements
    assert moved.wording == "TOTAL VIR SEPA TOTAL FA-1"


def test_lines_below_a_movement_go_on_with_its_wording() -> None:
    found = one(HEAD + "05/11/2026;VIR SEPA;120,00\n;MARTIN SARL;\n;FA-1;\n" + ROW)
    assert [moved.wording for moved in found.movements] == ["VIR SEPA MARTIN SARL FA-1", "VIR MARTIN FA-1"]


def test_equal_movements_stay_apart() -> None:
    first, second = one(HEAD + ROW * 2).movements
    assert (first.turn, second.turn) == (0, 1)
    assert first.identity != second.identity


@pytest.mark.parametrize(
    ("titles", "since", "until"),
    [
        ("", 5, 8),
        ("Période du 01/11/2026 au 10/11/2026\n", 1, 9),
        ("Période du 01/11/2026 au 10/11/2026;édité le 11/11/2026\n", 1, 10),
        ("Relevé du 01/11/2026 au 10/11/2026;Exporté le 10/11/2026\n", 1, 9),
        ("Téléchargé le : 12/11/2026\n", 5, 9),
        ("Période du 01/11/2026 au 40/11/2026\n", 5, 8),
    ],
)
def test_the_last_day_is_covered_only_where_the_file_was_made_later(titles: str, since: int, until: int) -> None:
    found = one(titles + HEAD + ROW + "09/11/2026;VIR DURAND;80,00\n")
    assert (found.since, found.until) == (date(2026, 11, since), date(2026, 11, until))


def test_a_single_day_covers_none() -> None:
    found = one(HEAD + ROW)
    assert (found.since, found.until) == (date(2026, 11, 5), date(2026, 11, 4))


def test_several_accounts_in_a_column_are_several_statements() -> None:
    rows = f"05/11/2026;A;1,00;{OTHER}\n05/11/2026;B;2,00;{ACCOUNT}\n06/11/2026;C;3,00;{OTHER}\n"
    found = BankStatements().read("x", ("Date;Libellé;Montant;IBAN\n" + rows).encode()).found
    assert [(one.account, len(one.movements)) for one in found] == [(OTHER, 2), (ACCOUNT, 1)]


@pytest.mark.parametrize(
    ("titles", "heading", "cell", "currency"),
    [
        ("", "Devise", "USD", "USD"), ("", "Devise", "usd", "USD"), ("", "Devise", "€", "EUR"),
        ("", "Devise", "", "EUR"), ("", "Code devise", "Euros", "EUR"), ("", "Payment currency", "GBP", "GBP"),
        ("Compte;1;Devise : USD\n", "Solde", "1,00", "USD"), ("Devise;GBP\n", "Solde", "1,00", "GBP"),
        ("Devise : EUR\n", "Devise", "USD", "USD"), ("Compte en devises\n", "Solde", "1,00", "EUR"),
    ],
)  # fmt: skip
def test_the_currency(titles: str, heading: str, cell: str, currency: str) -> None:
    found = one(f"{titles}Date;Libellé;Montant;{heading}\n05/11/2026;VIR;1,00;{cell}\n".encode())
    assert (found.currency, found.movements[0].currency) == (currency, currency)


def test_what_is_no_currency_refuses_the_line() -> None:
    (problem,) = why_not("Date;Libellé;Montant;Devise\n05/11/2026;VIR;1,00;Dollar\n")
    assert problem == "releve.csv:2: 'Dollar' is not a currency; write its code, as in EUR."


@pytest.mark.parametrize(
    ("headings", "cells", "wording", "reference"),
    [
        ("Tiers;Référence;Identifiant", "MARTIN;FA-1;t-1", "FA-1", "t-1"),
        ("Tiers;Référence;Libellé;ID", "MARTIN;FA-1;VIR;t-1", "FA-1 VIR", "t-1"),
        ("Tiers;Référence", "MARTIN;FA-1", "FA-1", "FA-1"),
        ("Tiers;Référence;Libellé", "MARTIN;R42;VIR", "VIR", "R42"),
        ("Tiers;Transaction ID;Libellé", "MARTIN;t-1;VIR", "VIR", "t-1"),
    ],
)
def test_a_reference_beside_the_banks_own_or_without_a_wording_is_the_payers_wording(
    headings: str, cells: str, wording: str, reference: str
) -> None:
    (moved,) = one(f"Date;Montant;{headings}\n05/11/2026;1,00;{cells}\n").movements
    assert (moved.wording, moved.reference, moved.payer) == (wording, reference, "MARTIN")


def test_amounts_without_vat_beside_a_banks_own_headings_are_passed_over() -> None:
    with_vat = "Date;Libellé;Montant;Montant HT;TVA{}\n05/11/2026;VIR;120,00;100,00;20,00;x\n"
    assert one(with_vat.format(";Transaction ID")).movements[0].amount == 120
    assert why_not(with_vat.format(";Autre"))
    assert why_not(with_vat.format(";Transaction ID;Client"))


def test_money_that_came_in_is_enough() -> None:
    content = "Date opération;Libellé;Crédit\n05/11/2026;VIR MARTIN FA-1;120,00\n06/11/2026;CHQ 4321;\n"
    assert READER.recognises("x", content.encode())
    assert [moved.amount for moved in one(content).movements] == [120]


def test_headings_that_are_not_known_can_be_named() -> None:
    content = "Jour comptable;Texte;Somme;Qui\n05/11/2026;FA-1;120,00;Martin\n"
    (problem,) = why_not(content)
    assert "[payments.columns]" in problem
    assert not READER.recognises("x", content.encode())
    named = BankStatements({"date": "Jour comptable", "wording": "Texte", "amount": "Somme", "payer": "Qui"}, [ACCOUNT])
    assert named.recognises("x", content.encode())
    (moved,) = one(content, named).movements
    assert (moved.wording, moved.payer, moved.amount) == ("FA-1", "Martin", Decimal(120))


def test_a_rejection_is_told_by_its_words() -> None:
    rows = "05/11/2026;PRLV SEPA REJETE MARTIN FA-1;-120,00\n05/11/2026;FRAIS PRLV REJETE;-12,00\n"
    assert [moved.returned for moved in one(HEAD + rows).movements] == [True, False]


def test_a_file_cut_within_its_last_line_is_refused() -> None:
    (problem,) = why_not("Date;Libellé;Débit;Crédit;Référence\n05/11/2026;VIR MARTIN;;120,00;A1\n06/11/2026;VIR DUR")
    assert problem == "releve.csv:3: the last line is cut short: download it from the bank again."
    for cut in ("1", "1 2", "1 234,", "1 234,5"):
        assert "cut short" in why_not(HEAD + "05/11/2026;VIR MARTIN;" + cut)[0]
    for whole in ("1 234,56", "1 234,56 €", "1 234,56\n", "1\n", "1;"):
        assert len(one(HEAD + "05/11/2026;VIR MARTIN;" + whole).movements) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7", "it is a PDF, which is not read"),
        (b"PK\x03\x04", "it is a workbook or an archive"),
        (b":20:STARTUMS\r\n", "it is MT940"),
        (b"!Type:Bank\n", "it is QIF"),
        (HEAD.encode("cp1252"), "no movement under its headings"),
        (b"\0\1\2" * 100, "no statement that is understood"),
        ((HEAD + '"05/11/2026;' + "x\n" * 100_000).encode("cp1252"), "quotation marks"),
    ],
)
def test_what_is_no_statement_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    (problem,) = why_not(content)
    assert sentence in problem


def test_what_is_too_large_is_refused() -> None:
    assert "larger than 50 MB" in why_not(b"x" * 50_000_001)[0]
    assert "more than 200000 movements" in why_not(HEAD + ROW * 200_001)[0]
