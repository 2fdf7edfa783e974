"""What is above, between and below the rows of a list: read past, carried down, or told as a mistake."""

from pathlib import Path

import pytest

from relancier.adapters.invoices import InvoiceFile, table
from relancier.adapters.invoices.grid import Table

HEADS = "N° facture;Client;Échéance;Montant TTC;Email"
ROW = "F1;Aubry;31/12/2026;10,00;a@aubry.example"
BARE = "Date;N° pièce;Libellé;Échéance;Montant TTC"


def parsed(*lines: str) -> Table:
    return table.from_bytes("f.csv", "\n".join([*lines, ""]).encode(), {})


def rows(*lines: str) -> list[list[str]]:
    return [row for _, row in parsed(*lines).rows]


def problems(tmp_path: Path, *lines: str) -> list[str]:
    path = tmp_path / "f.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    return [str(problem) for problem in InvoiceFile(path).read().problems if not problem.warning]


@pytest.mark.parametrize(
    "above",
    [["ATELIER LUMEN"], ["Factures", "Client : tous;;;;"], ["Facture;Client"], ["Échéance;31/12/2026"],
     ["Balance âgée au 31/10/2026", "", "Devise : EUR;;;;"], [f"ligne {line}" for line in range(28)]],
)  # fmt: skip
def test_titles_above_the_headings_are_read_past(above: list[str]) -> None:
    found = parsed(*above, HEADS, ROW)
    assert (found.headings[0], len(found.rows), found.skipped) == ("N° facture", 1, len([one for one in above if one]))
    assert found.line == len(above) + 1
    assert found.rows[0][0] == len(above) + 2


def test_the_first_line_that_holds_all_it_takes_is_the_headings() -> None:
    found = parsed("N° facture;Échéance;Montant TTC;Notes;Email", "F1;31/12/2026;1;x;", HEADS, ROW)
    assert found.headings[1] == "Échéance"


def test_headings_too_far_below_are_not_looked_for(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, *[f"ligne {line}" for line in range(31)], HEADS, ROW)
    assert "no heading of the first line is understood" in problem


def test_a_heading_that_lacks_is_told_at_the_line_of_the_headings(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "ATELIER LUMEN", "", "N° facture;Client;Montant TTC;Email", "F1;A;1;a@a.example")
    assert problem.startswith("f.csv:3: no column for due (échéance); the headings are")


@pytest.mark.parametrize(
    "total",
    [";Total;;10,00;", "Total;;;10,00;", ";;Total;10,00;", "Total général;;;10,00;", ";;;10,00;", "Sous-total;;;10;",
     ";Solde;;10,00;", "TOTAUX;;;10,00;", "12 factures;;;120,00;", ";Total Aubry;;10 €;", "À reporter;;;10,00;"],
)  # fmt: skip
def test_a_total_is_left_out_and_counted(total: str) -> None:
    found = parsed(HEADS, ROW, total, ROW.replace("F1", "F2"))
    assert ([row[0] for _, row in found.rows], found.skipped) == (["F1", "F2"], 1)


@pytest.mark.parametrize(
    ("line", "column"),
    [(";Aubry;31/12/2026;10,00;a@b.fr", "N° facture"), (";Total;31/12/2026;10,00;", "N° facture"),
     ("Total;Aubry;31/12/2026;10,00;a@b.fr", "N° facture"), (";Aubry;;10,00;a@b.fr", "N° facture"),
     ("F2;Aubry;;10,00;a@b.fr", "Échéance"), ("F2;Aubry;31/12/2026;;a@b.fr", "Montant TTC"),
     (";;31/12/2026;10,00;", "N° facture"), ("F2;;;;", "Échéance")],
)  # fmt: skip
def test_a_row_that_lacks_something_is_no_total(tmp_path: Path, line: str, column: str) -> None:
    assert any(f'column "{column}": the cell is empty' in one for one in problems(tmp_path, HEADS, ROW, line))


def test_headings_and_titles_of_the_next_page_are_read_past() -> None:
    title, page = "ATELIER LUMEN;;;;", "Échéancier au 31/10/2026;;;;Page {}"
    lines = [title, page.format(1), HEADS, ROW, title, page.format(2), HEADS, ROW.replace("F1", "F2")]
    found = parsed(*lines, "Édité le 31/10/2026 à 10:22", "Page 2/2", "2/2")
    assert ([row[0] for _, row in found.rows], found.skipped) == (["F1", "F2"], 8)


def test_a_payment_of_a_ledger_is_no_total() -> None:
    heads = "Client;Date;N° pièce;Libellé;Échéance;Débit;Crédit"
    found = rows(heads, "A;01/09/2026;F1;Facture;01/10/2026;10;", "A;05/10/2026;;Solde facture F1;;;10")
    assert len(found) == 2


# --- customers named once -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "code", "name"),
    [("411DUPON;DUPONT SARL;;;", "411DUPON", "DUPONT SARL"), ("411DUPON  DUPONT SARL", "411DUPON", "DUPONT SARL"),
     ("C0012 - Dupont & Fils;;;;", "C0012", "Dupont & Fils"), ("Client : Dupont SARL;;;;", "", "Dupont SARL"),
     ("Compte;411DUPON;DUPONT SARL;;", "411DUPON", "DUPONT SARL"), ("L'Atelier du Lac", "", "L'Atelier du Lac"),
     ("3M France;;;;", "3M", "France")],
)  # fmt: skip
def test_a_customers_line_names_the_rows_below_it(written: str, code: str, name: str) -> None:
    found = rows(BARE, written, "01/09/2026;F1;Pose;01/10/2026;10", "02/09/2026;F2;Pose;02/10/2026;20")
    assert [row[-2:] for row in found] == [[name, code]] * 2


def test_after_a_total_no_customer_is_carried_on() -> None:
    lines = [
        BARE,
        "Dupont;;;;",
        "01/09/2026;F1;Pose;01/10/2026;10",
        ";;Total Dupont;;10",
        "02/09/2026;F2;x;02/10/2026;5",
    ]
    assert [row[-2] for row in rows(*lines)] == ["Dupont", ""]


def test_two_customers_lines_in_a_row_name_nobody() -> None:
    found = rows(BARE, "Dupont SARL", "12 rue des Forges", "01/09/2026;F1;Pose;01/10/2026;10")
    assert found[0][-2:] == ["", ""]


def test_a_row_cut_to_its_number_is_no_customer(tmp_path: Path) -> None:
    lines = ["01/09/2026;FA-1;Pose;01/10/2026;10;", ";FA-2;Pose;;;", "03/09/2026;FA-3;x;03/10/2026;5;"]
    assert [row[-2] for row in rows(f"{BARE};Email", "Dupont;;;;;", *lines)] == ["Dupont"] * 3
    (problem, *_) = problems(tmp_path, f"{BARE};Email", "Dupont;;;;;", *lines)
    assert problem.startswith("f.csv:4: column ")
    assert "the cell is empty" in problem


def test_a_forgotten_customer_is_not_the_one_above(tmp_path: Path) -> None:
    one_forgotten = [HEADS, ROW, "F2;;31/12/2026;10;", "F3;Rey;31/12/2026;10;r@rey.example"]
    assert any("no name, neither here nor" in one for one in problems(tmp_path, *one_forgotten))
    named_again = [HEADS, ROW, "F2;;31/12/2026;1;", "F3;;31/12/2026;1;", "F4;Aubry;31/12/2026;1;a@aubry.example"]
    assert any("no name, neither here nor" in one for one in problems(tmp_path, *named_again))
    says_more = [HEADS, ROW, "F2;;31/12/2026;1;b@rey.example", "F3;;31/12/2026;1;b@rey.example"]
    assert any("no name, neither here nor" in one for one in problems(tmp_path, *says_more))


def test_a_customer_in_the_first_row_of_its_invoices_is_carried_down() -> None:
    found = rows(
        HEADS, ROW, "F2;;31/12/2026;1;", "F3;;31/12/2026;1;", "F4;Rey;31/12/2026;1;r@r.fr", "F5;;31/12/2026;1;"
    )
    assert [(row[1], row[4]) for row in found] == [("Aubry", "a@aubry.example")] * 3 + [("Rey", "r@r.fr")] * 2


# --- marks and words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "bare", "code"),
    [("CHF 1'234.50", "1'234.50", "CHF"), ("80,00 USD", "80,00", "USD"), ("$ 12.00", "12.00", "USD"),
     ("12.00 £", "12.00", "GBP"), ("10,00 €", "10,00 €", None), ("10,00 EUR", "10,00 EUR", None),
     ("10,00 D", "10,00 D", None)],
)  # fmt: skip
def test_the_currency_beside_an_amount_is_the_invoices(amount: str, bare: str, code: str | None) -> None:
    found = rows(HEADS, f"F1;A;31/12/2026;{amount};a@b.fr")[0]
    assert (found[3].strip(), found[5:]) == (bare, [code] if code else [])


def test_two_currencies_in_a_line_are_a_question(tmp_path: Path) -> None:
    line = "F1;A;31/12/2026;12 USD;a@b.fr;CHF"
    assert problems(tmp_path, f"{HEADS};Devise", line) == [
        "f.csv:2: the line names several currencies, CHF and USD; keep the one of the invoice."
    ]


@pytest.mark.parametrize("dash", ["-", "–", "- €", " -   € "])
def test_a_dash_is_nothing_paid(tmp_path: Path, dash: str) -> None:
    assert problems(tmp_path, f"{HEADS};Réglé", f"{ROW};{dash}") == []
    assert problems(tmp_path, HEADS, f"F1;A;31/12/2026;{dash};a@b.fr")


@pytest.mark.parametrize(
    ("heading", "word", "left", "due"),
    [("Statut", "Payée", 1, 0), ("État", "Brouillon", 0, 0), ("Statut", "Annulée", 0, 0), ("Status", "Paid", 1, 0),
     ("Facture payée", "Oui", 1, 0), ("Facture payée", "Non", 1, 10), ("Statut", "Partiellement payée", 1, 10),
     ("Statut", "En retard", 1, 10), ("Statut de paiement", "In Payment", 1, 0), ("Statut", "Non payée", 1, 10)],
)  # fmt: skip
def test_what_is_said_to_be_paid_or_no_invoice_is_not_chased(
    tmp_path: Path, heading: str, word: str, left: int, due: int
) -> None:
    for more, value in (("", ""), (";Réglé", ";0"), (";Reste à payer", ";10")):
        path = tmp_path / "f.csv"
        path.write_text(f"{HEADS};{heading}{more}\n{ROW};{word}{value}\n", "utf-8")
        assert [int(one.amount_due) for one in InvoiceFile(path).read().invoices] == [due] * left
