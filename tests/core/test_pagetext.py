"""An invoice read off its pages: only where number, due date and total are beyond doubt."""

from datetime import date
from decimal import Decimal

import pytest

from relancier.core.einvoices.einvoice import EInvoice, Part
from relancier.core.einvoices.pagetext import LONGEST_TEXT, read_text

USUAL = ("Facture n° FA-2026-0147", "Date de facture : 03/11/2026", "Échéance : 03/12/2026", "Total TTC : 1 234,56 €")
TOTAL = Decimal("1234.56")
DUE = date(2026, 12, 3)
FOUND = EInvoice(number="FA-2026-0147", total=TOTAL, parts=(Part(DUE, TOTAL),), issued=date(2026, 11, 3), exact=False)


def read(*rows: str) -> EInvoice | None:
    return read_text("\n".join(rows))


def test_the_three_values_make_a_proposal() -> None:
    assert read(*USUAL) == FOUND


@pytest.mark.parametrize("without", [0, 2, 3])
def test_without_one_of_them_nothing_is_read(without: int) -> None:
    assert read(*(row for place, row in enumerate(USUAL) if place != without)) is None


@pytest.mark.parametrize(
    "row",
    [
        "Facture n° FA-2026-0147",
        "FACTURE N°FA-2026-0147",
        "Facture No. FA-2026-0147 du 03/11/2026",
        "Facture FA-2026-0147",
        "N° de facture : FA-2026-0147",
        "Numéro de facture FA-2026-0147   Page 1/2",
        "Facture\u00a0n°\u00a0: FA-2026-0147",
        "Invoice FA-2026-0147",
        "Invoice number: FA-2026-0147",
        "Invoice no. FA-2026-0147",
        "Invoice # FA-2026-0147",
        "Notre facture n° FA-2026-0147, chantier Lyon",
        "N° facture\nFA-2026-0147",
        "Facture numéro FA-2026-0147",
    ],
)
def test_numbers_stand_behind_many_labels(row: str) -> None:
    assert read(row, *USUAL[1:]) == FOUND


@pytest.mark.parametrize(
    "row",
    [
        "Facture n° FA 2026 147",
        "Facture n°",
        "Facture",
        "Facture du 03/11/2026",
        "Facture n° 03/11/2026",
        "Facture n° ABC",
        "Facture n° FA-2026-0147\nFacture n° FA-2026-0148",
        "Facture n° FA-2026-0147\nremplace la facture n° FA-12 annulée",
        "N° facture\nFA-2026-0147 Client 12",
        "Bon n° FA-2026-0147",
        "Facture n° 2026 / 147",
        "Facture n° " + "9" * 41,
    ],
)
def test_numbers_in_doubt_are_not_read(row: str) -> None:
    assert read(row, *USUAL[1:]) is None


@pytest.mark.parametrize(
    ("headings", "values"),
    [
        ("N° facture Date Échéance Client", "FA-2026-0147 03/11/2026 03/12/2026 C0042"),
        ("NUMÉRO   DATE   CODE CLIENT   DATE D'ÉCHÉANCE", "FA-2026-0147 2026-11-03 C0042 03.12.2026"),
        ("Page Facture n° Date facture Date échéance", "1/1 FA-2026-0147 03/11/2026 03/12/2026"),
    ],
)
def test_values_stand_below_a_row_of_headings(headings: str, values: str) -> None:
    assert read(headings, values, USUAL[3]) == FOUND


@pytest.mark.parametrize(
    ("headings", "values"),
    [
        ("N° facture Date Échéance Client", "FA-2026-0147 03/11/2026 03/12/2026 C 0042"),
        ("N° facture Date Échéance Remise", "FA-2026-0147 03/11/2026 03/12/2026 0"),
        ("N° facture Échéance", "FA-2026-0147 30"),
        ("N° facture Échéance", "FA-2026-0147 03/12/2026x"),
        ("N° facture Échéance", "FACTURE 03/12/2026"),
        ("N° facture Échéance N° facture", "FA-2026-0147 03/12/2026 FA-2026-0148"),
        ("Échéance Échéance N° facture", "03/12/2026 03/01/2027 FA-2026-0147"),
    ],
)
def test_rows_of_values_in_doubt_are_not_read(headings: str, values: str) -> None:
    assert read(headings, values, USUAL[3]) is None


def test_a_row_of_values_and_a_label_must_agree() -> None:
    assert read("N° facture Échéance", "FA-2026-0147 03/12/2026", "Échéance : 04/12/2026", USUAL[3]) is None
    assert read("N° facture Échéance", "FA-2026-0148 03/12/2026", *USUAL) is None
    assert read("N° facture Échéance", "FA-2026-0147 03/12/2026", *USUAL) == FOUND


def test_a_number_quoted_in_a_sentence_is_the_same() -> None:
    assert read(*USUAL, "Merci de rappeler le numéro de facture FA-2026-0147 lors du virement") == FOUND


@pytest.mark.parametrize(
    "row",
    [
        "Échéance : 03/12/2026",
        "Date d’échéance : 3 décembre 2026",
        "DATE D'ECHEANCE 03.12.2026",
        "Échéance le 03-12-2026",
        "Date limite de paiement : 03/12/2026",
        "À payer avant le 03/12/2026",
        "Payable au plus tard le 3 décembre 2026\nÉchéance : 2026-12-03",
        "Règlement avant le 03/12/2026 par virement",
        "Échéance\n03/12/2026",
        "Due date: 3 December 2026",
        "Due date: December 3rd, 2026",
        "Payment due by 2026-12-03",
        "Due on 03.12.2026",
        "Pay by 3 December 2026",
        "À régler jusqu'au 03/12/2026",
        "Échéance = 03/12/2026",
        "Échéance ........ 03/12/2026",
        "Échéance au 03/12/2026",
    ],
)
def test_due_dates_stand_behind_many_labels(row: str) -> None:
    assert read(*USUAL[:2], row, USUAL[3]) == FOUND


@pytest.mark.parametrize(
    "row",
    [
        "Échéance : 30 jours",
        "Échéance : à réception",
        "Échéance : 3 déc. 2026",
        "Échéance : 03/12/26",
        "Échéance : 31/11/2026",
        "Due date: 03/12/2026",
        "Échéance : 03/13/2026",
        "Échéance : 03/12/2026\nÉchéance : 04/12/2026",
        "Échéance : 03/12/2026 04/12/2026",
        "Échéance\n03/12/2026 617,28",
        "Échéance : 3 brumaire 2026",
        "Due date: Foo 3, 2026",
        "Échéance : 02/11/2026",
        "Échéance : 03/12/2126",
        "Échéance : 03/12/2026\nDate d'échéance : 12/26",
    ],
)
def test_due_dates_in_doubt_are_not_read(row: str) -> None:
    assert read(*USUAL[:2], row, USUAL[3]) is None


@pytest.mark.parametrize(("text", "due"), [("13/12/2026", date(2026, 12, 13)), ("12/13/2026", date(2026, 12, 13))])
def test_english_days_are_read_where_only_one_order_is_possible(text: str, due: date) -> None:
    found = read(USUAL[0], f"Due date: {text}", USUAL[3])
    assert found is not None
    assert found.parts == (Part(due, TOTAL),)


def test_the_same_day_and_month_is_clear_in_english() -> None:
    found = read(USUAL[0], "Due date: 12/12/2026", USUAL[3])
    assert found is not None
    assert found.parts[0].due == date(2026, 12, 12)


@pytest.mark.parametrize(
    "row",
    [
        "Total TTC : 1 234,56 €",
        "Total TTC 1\u202f234,56 EUR",
        "TOTAL T.T.C. 1234,56 €",
        "Montant TTC : 1.234,56 euros",
        "Net à payer : 1 234,56 €",
        "Total à payer TTC (EUR) : 1234.56",
        "Net à payer en euros : 1 234,56",
        "Reste dû : 1 234,56 €",
        "Amount due: EUR 1,234.56",
        "Balance due € 1,234.56",
        "Total (incl. VAT) 1,234.56 EUR",
        "Grand total: 1'234.56 EUR",
        "Total TTC\n1 234,56 €",
        "Total TTC : 1 234,56 €\nNet à payer : 1234,56 €",
        "Montant total TTC 1 234,56 €",
        "Solde à payer 1 234,56 €",
        "Invoice total 1234.56 EUR",
        "Total toutes taxes comprises : 1 234,56 €",
        "Montants en euros\nTotal TTC 1234,56",
        "Total dû : 1 234,56 €",
    ],
)
def test_totals_stand_behind_many_labels(row: str) -> None:
    assert read(*USUAL[:3], row) == FOUND


@pytest.mark.parametrize(
    "row",
    [
        "Total TTC : 1 234 €",
        "Total TTC : 1 234,56",
        "Total TTC : 1 234,56 €\nNet à payer : 1 000,00 €",
        "Total TTC : -1 234,56 €",
        "Total TTC 1 028,80 € 205,76 € 1 234,56 €",
        "Total TTC : 1.234.56 €",
        "Total TTC : 20,00 %",
        "Total HT : 1 234,56 €",
        "Total TTC : 0,00 €",
        "Amount due: $1,234.56",
        "Amount due: 1,234.56 USD, 1.00 € each",
        "Total TTC\n20,00 € 1 234,56 €",
        "Total TTC : EUR 1 234,56 £",
        "Total TTC :",
        "Total TTC\nsomme",
        "Total TTC : 1 234,567 €",
        "TTC 1 234,56 €",
    ],
)
def test_totals_in_doubt_are_not_read(row: str) -> None:
    assert read(*USUAL[:3], row) is None


def test_another_currency_is_read_where_it_is_told() -> None:
    found = read(*USUAL[:3], "Total à payer : 1 234,56 CHF")
    assert found is not None
    assert (found.total, found.currency) == (TOTAL, "CHF")


@pytest.mark.parametrize(
    "row",
    [
        "Facture pro forma",
        "PROFORMA",
        "Facture d’acompte",
        "Acompte versé : 100,00 €",
        "Avoir n° AV-12",
        "Facture d'avoir",
        "Credit note",
        "Devis n° 12",
        "Relance n° 2",
        "MISE EN DEMEURE",
        "Relevé de compte",
        "Statement of account",
        "Payment reminder",
        "Facture acquittée",
        "Payée le 12/11/2026",
        "PAID",
        "Échéances : 1/3",
        "Payable in 3 instalments",
    ],
)
def test_other_papers_are_not_read(row: str) -> None:
    assert read(row, *USUAL) is None
    assert read(*USUAL, row) is None


def test_the_laws_sentences_do_no_harm() -> None:
    law = "Pénalités exigibles sans qu'un rappel ou une mise en demeure soit nécessaire. Nous pensons avoir répondu."
    assert read(*USUAL, law, "Indemnité forfaitaire : 40 €", "Escompte pour paiement anticipé : néant") == FOUND


def test_an_issue_date_in_doubt_is_left_out() -> None:
    found = read(*USUAL, "Date d'émission : 04/11/2026")
    assert found is not None
    assert found.issued is None


@pytest.mark.parametrize("row", ["Date : 03/11/2026", "Date d'émission 3 novembre 2026", "Issue date: 2026-11-03"])
def test_issue_dates_stand_behind_many_labels(row: str) -> None:
    assert read(USUAL[0], row, *USUAL[2:]) == FOUND


def test_a_due_date_is_not_the_issue_date() -> None:
    found = read(USUAL[0], "Due date: 2026-12-03", USUAL[3])
    assert found is not None
    assert found.issued is None


def test_an_issue_date_after_the_due_date_makes_it_doubtful() -> None:
    assert read(USUAL[0], "Invoice date: 2026-12-04", *USUAL[2:]) is None


def test_only_so_much_of_a_text_is_read() -> None:
    assert read("x" * LONGEST_TEXT, *USUAL) is None
    assert read("a " * 200_000) is None
    assert read_text("") is None


def test_a_number_too_long_to_be_one_is_refused_by_the_rules() -> None:
    assert read(*USUAL[:3], "Total TTC : 999999999999,99 €") is not None
    assert read(*USUAL[:3], "Total TTC : 9 999 999 999 999,99 €") is None
