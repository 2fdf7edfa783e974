"""Statements as workbooks: read like the same rows in a CSV, one sheet of them, within bounds."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from tests.sheets.book import Failed, Rows, Sheet, ods, xlsx
from tests.statements.dialects import ACCOUNT, DIALECTS

from relancier.adapters.invoices import Workbooks
from relancier.adapters.statements import BankStatements
from relancier.adapters.statements.book import LARGEST_BOOK, LARGEST_LOOKED_AT
from relancier.core.paid.statement import Statement

READER = BankStatements(accounts=[ACCOUNT], workbooks=Workbooks())
SEPARATORS = {"qonto": ",", "by hand, in English": ",", "qonto, in English": ",", "revolut business": ","}
SEPARATORS |= {"revolut, in French": ",", "n26": ",", "wise": ","}
HEAD = ["Date", "Libellé", "Débit", "Crédit"]
ROWS: Rows = [
    ["Compte courant", 12345678901], ["Édité le", date(2026, 11, 20)], [],
    HEAD,
    [date(2026, 11, 5), "VIR SEPA RECU /DE MARTIN SARL /MOTIF FA-1", None, 1234.56],
    ["06/11/2026", "CHEQUE 4321", 80, None, ""],
    [None, "TOTAL", 80, 1234.56],
]  # fmt: skip


def one(content: bytes) -> Statement:
    assert READER.recognises("x", content)
    found = READER.read("releve.xlsx", content)
    assert found.problems == ()
    (statement,) = found.found
    return statement


def why_not(content: bytes) -> str:
    found = READER.read("releve.xlsx", content)
    assert found.found == ()
    return str(found.problems[0])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_workbook_of_the_same_rows_reads_like_a_csv(dialect: str) -> None:
    text = DIALECTS[dialect]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=SEPARATORS.get(dialect, ";")))
    assert one(xlsx({"Feuil1": Sheet(rows)})) == READER.read("x", text.encode()).found[0]


@pytest.mark.parametrize("content", [xlsx({"Opérations": Sheet(ROWS)}), ods("Opérations", ROWS)], ids=["xlsx", "ods"])
def test_days_and_amounts_may_be_days_and_numbers(content: bytes) -> None:
    found = one(content)
    assert (found.account, found.since, found.until) == (ACCOUNT, date(2026, 11, 5), date(2026, 11, 6))
    credit, debit = found.movements
    assert (credit.on, credit.amount, credit.payer) == (date(2026, 11, 5), Decimal("1234.56"), "MARTIN SARL")
    assert (debit.on, debit.amount, debit.wording) == (date(2026, 11, 6), Decimal("-80.00"), "CHEQUE 4321")


def test_the_sheet_with_a_banks_headings_is_read_and_two_of_them_are_refused() -> None:
    others = {"Notes": Sheet([["à voir"]]), "Vide": Sheet([]), "Caché": Sheet(ROWS, hidden=True)}
    assert len(one(xlsx({**others, "Novembre": Sheet(ROWS)})).movements) == 2
    both = xlsx({"Novembre": Sheet(ROWS), "Décembre": Sheet(ROWS)})
    assert why_not(both) == (
        'releve.xlsx: the sheets "Novembre" and "Décembre" can both be read; leave one of them in the file.'
    )


def test_a_workbook_without_a_banks_headings_is_no_statement() -> None:
    invoices = xlsx({"Feuil1": Sheet([["N° facture", "Client", "Échéance", "Montant TTC"], ["F1", "M", "x", 1]])})
    assert not READER.recognises("x", invoices)
    assert "it is no statement that is understood: none of its headings" in why_not(invoices)
    assert not BankStatements().recognises("x", xlsx({"Feuil1": Sheet(ROWS)}))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([date(2026, 11, 5), "VIR", None, Failed("#REF!")], "releve.xlsx:8: '#REF!' is not an amount"),
        (["5 novembre", "VIR", None, 1.5], "releve.xlsx:8: '5 novembre' is not a date"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: list[object], sentence: str) -> None:
    assert why_not(xlsx({"Feuil1": Sheet([*ROWS, row])})).startswith(sentence)  # type: ignore[list-item]


def test_what_is_no_whole_workbook_is_refused() -> None:
    whole = xlsx({"Feuil1": Sheet(ROWS)})
    assert "damaged or was cut short" in why_not(whole[:-200])
    assert not READER.recognises("x", whole[:-200])
    assert why_not(whole + b" " * LARGEST_BOOK) == (
        "releve.xlsx: a workbook may have 10 MB; download it from the bank again for a shorter period."
    )
    assert not READER.recognises("x", whole + b" " * LARGEST_LOOKED_AT)
