from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core.cases import CALENDAR, PARIS, at, case, customer
from tests.core.test_money import RATES

from relancier.core.case import Event, Kind
from relancier.core.claim import Claim, claim
from relancier.core.history import apply
from relancier.core.limitation import Limitation
from relancier.core.money import Terms
from relancier.core.overviews.chronology import Row
from relancier.core.overviews.chronology_words import Tongue
from relancier.core.overviews.paper import Party, happened, interest_rows, owed, parties, plain
from relancier.core.text.blocks import Block, Bullets, Grid, Heading, Paragraph, Run

LEGAL = Terms()
FRENCH, ENGLISH = Tongue("fr"), Tongue("en")
DUE = date(2026, 1, 31)
LIMIT = Limitation(date(2031, 1, 31))


def made(on: date = date(2026, 6, 15), terms: Terms = LEGAL, **other: Any) -> Claim:
    one = case(due=DUE, amount=Decimal(10000), issued=date(2026, 1, 1), **other)
    paid = Event(
        case=one.key, kind=Kind.PAID, at=at(date(2026, 3, 1)), ref="o1", amount=Decimal(1000), on=date(2026, 3, 1)
    )
    return claim(apply(one, paid), [paid], terms, RATES, on=on, day=CALENDAR.local_day)


def text(*claims: Claim, tongue: Tongue = FRENCH, limit: Limitation = LIMIT) -> str:
    written = plain(owed(claims, [limit] * len(claims), tongue))
    return written.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_claim_is_told_line_by_line_with_its_sums() -> None:
    told = text(made(delivered=date(2025, 12, 20), purpose="la pose"))
    assert "CRÉANCE SUR LA FACTURE F1\n=====" in told
    for line in (
        "Émise le  |  1er janvier 2026",
        "Livraison ou service achevé le  |  20 décembre 2025",
        "Échéance  |  31 janvier 2026",
        "Objet  |  la pose",
        "Montant TTC  |  10 000,00 €",
        "01/03/2026  |  1 000,00 €  |  daté par notre équipe",
        "01/02/2026  |  01/03/2026  |  29  |  10 000,00  |  12,15 %  |  96,534247",
        "02/03/2026  |  15/06/2026  |  106  |  9 000,00  |  12,15 %  |  317,564384",
        "Principal restant dû au 15 juin 2026  |  9 000,00 €",
        "Pénalités de retard  |  414,10 €",
        "Indemnité forfaitaire de recouvrement  |  40,00 €",
        "Total  |  9 454,10 €",
        "Prescription : au plus tôt le 31 janvier 2031.",
    ):
        assert line in told
    assert "contesté" not in told
    assert "Total de toutes les échéances" not in told


def test_several_parts_are_added_up() -> None:
    told = text(made(), made())
    assert "Total de toutes les échéances : 18 908,20 €" in told


def test_the_part_in_dispute_is_named() -> None:
    told = text(replace(made(), disputed=Decimal(300)))
    assert "dont contesté par le client  |  300,00 €" in told


def test_an_estimated_rate_is_marked_in_its_line() -> None:
    one = made(on=date(2026, 7, 10))
    first, *_, last = interest_rows(one, FRENCH)
    assert "provisoire" in last[4]
    assert "provisoire" not in first[4]
    assert "le dernier taux connu a été repris" in text(one)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (Terms(), "majoré de 10 points"),
        (Terms(public=True), "majoré de 8 points"),
        (Terms(contract=Decimal(12)), "celui du contrat"),
        (Terms(professional=False, notice=date(2026, 2, 1)), "taux d'intérêt légal à compter de la mise en demeure"),
    ],
)
def test_the_rules_are_those_that_were_used(terms: Terms, words: str) -> None:
    told = text(made(terms=terms))
    assert words in told
    assert ("D441-5" in told) is terms.professional


def test_an_acknowledgement_is_told_with_what_it_may_give() -> None:
    limit = Limitation(LIMIT.on, date(2026, 4, 1), date(2031, 4, 1))
    told = text(made(), limit=limit)
    assert "Prescription : au plus tôt le 31 janvier 2031. Une promesse de paiement" in told
    assert "un nouveau délai court jusqu'au 1er avril 2031" in told
    assert "a new period runs until 1 April 2031" in text(made(), limit=limit, tongue=ENGLISH)


def test_what_is_not_late_has_no_lines_of_interest() -> None:
    told = text(made(on=DUE - timedelta(days=1)))
    assert "Taux annuel  |" not in told
    assert "Paiement du  |" not in told


def test_both_sides_are_identified() -> None:
    creditor = Party("Atelier Lumen", ("12 rue des Forges", "", "RCS Lyon"))
    told = plain(parties(creditor, customer(), FRENCH))
    assert "Créancier\nAtelier Lumen\n12 rue des Forges\nRCS Lyon\n" in told
    assert "Mme Alice Petit <compta@dupont.test>" in told
    assert "Client professionnel" in told
    assert "Consumer" in plain(parties(creditor, customer(professional=False), ENGLISH))


def test_the_chronology_is_a_table_with_its_files() -> None:
    row = Row(at(date(2026, 3, 2)).astimezone(PARIS), "Message envoyé", "", ("a.eml", "b.pdf"))
    told = plain(happened([row], FRENCH))
    assert "02/03/2026 10:00  |  Message envoyé  |  -  |  a.eml, b.pdf" in told


def test_every_block_can_be_read_without_a_printer() -> None:
    blocks: list[Block] = [
        Heading("One"),
        Heading("Two", 2),
        Paragraph((Run("a", strong=True), Run("b"))),
        Bullets(((Run("c"),), (Run("d"), Run("e")))),
        Grid(("x", "y"), (("1", ""),)),
    ]
    assert plain(blocks) == "ONE\n===\n\nTwo\n---\n\nab\n\n- c\n- de\n\nx  |  y\n1  |  -\n"
