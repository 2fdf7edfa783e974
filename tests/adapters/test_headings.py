"""Headings as programs write them: which column each is, and which of two says it."""

import pytest

from relancier.adapters.invoices import headings
from relancier.adapters.invoices.synonyms import ELSE, FIRST, SURE
from relancier.adapters.invoices.understood import nearest


def read(*written: str, **given: str) -> dict[str, str]:
    """Our columns with the headings that were taken for them."""
    places, sentences = headings.columns(written, given)
    assert sentences == []
    return {column: written[place] for column, place in places.items()}


def test_no_heading_stands_for_two_columns() -> None:
    named = [(headings.plain(one), column) for column, all_ in headings.SYNONYMS.items() for one in (column, *all_)]
    assert [one for one, column in named if headings.KNOWN[one] != column] == []
    assert (ELSE.keys() | FIRST.keys()) <= SURE.keys()


@pytest.mark.parametrize(
    ("written", "column", "taken"),
    [
        (["N° pièce", "N° facture"], "number", "N° facture"),
        (["Référence", "Numéro"], "number", "Numéro"),
        (["Id facture", "Réf. facture", "Réf."], "number", "Réf. facture"),
        (["Total", "Montant TTC"], "amount", "Montant TTC"),
        (["Montant TTC", "Montant échéance"], "amount", "Montant échéance"),
        (["Montant TTC (€)"], "amount", "Montant TTC (€)"),
        (["Reste dû EUR"], "balance", "Reste dû EUR"),
        (["Solde", "Reste à payer"], "balance", "Reste à payer"),
        (["Total signé", "Total en devise"], "amount", "Total signé"),
        (["Total signé", "Total en devise", "Devise"], "amount", "Total en devise"),
        (["Débit", "Solde"], "balance", "Solde"),
        (["Tiers"], "customer", "Tiers"),
        (["Tiers", "Intitulé"], "customer", "Intitulé"),
        (["Tiers", "Intitulé"], "customer_id", "Tiers"),
        (["Client", "Réf. client"], "customer_id", "Réf. client"),
        (["Tiers", "Code client", "Réf. client"], "customer_id", "Code client"),
        (["Date", "Date facture"], "issued", "Date facture"),
        (["Nom", "Client"], "customer", "Client"),
        (["Email", "Email comptable"], "accounting_email", "Email comptable"),
    ],
)
def test_the_surer_heading_says_it(written: list[str], column: str, taken: str) -> None:
    assert read(*written)[column] == taken
    assert read(*reversed(written))[column] == taken


@pytest.mark.parametrize(
    ("written", "column"),
    [(["Débit", "Crédit", "Solde"], "balance"), (["Tiers", "Réf. client"], "customer_id"), (["Compte"], "customer_id"),
     (["Montant HT"], "amount"), (["Total HT"], "amount"), (["Secteur d'activité"], "sector")],
)  # fmt: skip
def test_what_a_heading_does_not_say(written: list[str], column: str) -> None:
    assert column not in read(*written)


def test_the_configuration_goes_before_what_is_known() -> None:
    assert read("Débit", "Crédit", "Solde", balance="Solde")["balance"] == "Solde"
    assert read("Tiers", "Réf. client", customer_id="Réf. client")["customer_id"] == "Réf. client"
    assert read("N° facture", "Pièce", number="Pièce")["number"] == "Pièce"


def test_two_that_are_equally_sure_are_a_question() -> None:
    for written in (["Montant TTC", "Total TTC"], ["N° facture", "Facture"], ["Réf.", "Réf."]):
        _, (sentence,) = headings.columns(written, {})
        assert "both read as" in sentence
    assert headings.columns(["Date", "Date"], {})[1] == []


@pytest.mark.parametrize(
    ("column", "shown", "read", "proposed"),
    [
        ("number", ("Réf. doc", "Client", "Facture numéro"), {1}, "Facture numéro"),  # the likest of those not read
        ("due", ("N° pièce", "Client", "Remarque", "Suivi"), {0, 1}, "…"),  # none is like it
        ("due", ("N° pièce", "Client", "Fin"), {0, 1}, "Fin"),  # the only one left
        ("due", ("N° pièce", "Client"), {0, 1}, "…"),
        ("amount", ("Montant T.T.C. net", "Suivi"), set(), "Montant T.T.C. net"),
    ],
)
def test_what_is_proposed_for_a_column_that_is_missing(
    column: str, shown: tuple[str, ...], read: set[int], proposed: str
) -> None:
    assert headings.missing(column, shown, read).endswith(f'as in {column} = "{proposed}".')


@pytest.mark.parametrize(
    ("heading", "near"),
    [
        ("Raison", "raison sociale"),
        ("Solde", ""),  # known, and not read beside a debit and a credit
        ("Rais", ""),
        ("Téléfone", "téléphone"),
        ("Compte", ""),
    ],
)
def test_the_known_heading_nearest_to_one_that_is_not(heading: str, near: str) -> None:
    assert nearest(heading) == near
