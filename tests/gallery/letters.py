"""The letters as the shipped templates write them and the printer sets them, and a paper of several pages."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import typst
from tests.gallery.pages import Page

from relancier.adapters.library import FileLibrary
from relancier.adapters.printing.pages import document_data, letter_data, source
from relancier.adapters.shipped import shipped
from relancier.core.text.blocks import Document, Grid, Heading, Letter, Paragraph, Run
from relancier.core.writing.samples import sample

TEMPLATES = ("letter", "reminder-3", "formal-notice-announcement", "formal-notice")
REGISTERED = frozenset({"formal-notice-announcement", "formal-notice"})
TODAY = date(2026, 6, 22)
SENDER = ("Atelier Lumen SAS", "12 rue des Forges", "69003 Lyon", "+33 4 72 00 00 00", "compta@atelier-lumen.example")
LEGAL = "Atelier Lumen SAS – SAS au capital de 50 000 €, SIREN 552 100 554, RCS Lyon – 12 rue des Forges, 69003 Lyon"
ADDRESSEES = {
    "short": ("Moulins Dupré", "4 chemin du Bief", "42000 Saint-Étienne"),
    "six lines": (
        "SOCIÉTÉ DES TRANSPORTS DUPRÉ & FILS RHÔNE",
        "À l'attention de Mme Claire Martin-Œuvrard",
        "Service comptabilité fournisseurs",
        "Bâtiment C, zone industrielle des Œillets",
        "128 AVENUE DU MARÉCHAL DE LATTRE DE T",
        "69100 VILLEURBANNE CEDEX 02",
    ),
    "long names": (
        "Établissements Lefèbvre, Ducrocq et Associés de la Haute-Loire et du Puy-de-Dôme réunis",
        "À l'attention de Madame Marie-Antoinette de Saint-Barthélemy-Desjardins",
        "1234 bis boulevard du Général-Leclerc-de-Hauteclocque, résidence des Tilleuls, escalier 4",
        "63000 CLERMONT-FERRAND",
    ),
}


def fields(language: str, invoices: int) -> Mapping[str, object]:
    """The sample about so many invoices."""
    if invoices == 1:
        return {**sample(language), "by_post": True}
    made = sample(language, several=True)
    rows = made["invoices"]
    assert isinstance(rows, tuple)
    many = tuple({**rows[at % len(rows)], "number": f"FA-2026-{42 + at:04d}"} for at in range(invoices))
    return {**made, "by_post": True, "invoices": many, "numbers": ", ".join(str(row["number"]) for row in many)}


def letter(
    template: str, language: str, *, invoices: int = 1, addressee: tuple[str, ...] = ADDRESSEES["short"]
) -> Letter:
    """A letter as the daemon would have it printed."""
    library = FileLibrary(shipped("templates"), shipped("plans"))
    draft = library.render(template, language, fields(language, invoices))
    head = library.letterhead(language, TODAY, place="Lyon", subject=draft.subject, person="Mme Claire Martin")
    return Letter(
        sender=SENDER,
        addressee=addressee,
        place_and_date=head.place_and_date,
        subject=head.subject,
        body=draft.blocks,
        signer=("Sophie Bernard", "Chargée de compte" if language == "fr" else "Account manager"),
        mention=head.registered if template in REGISTERED else "",
        legal=LEGAL,
        language=language,
        on=TODAY,
    )


def paper() -> Document:
    """A paper of two pages, with every kind of block."""
    rows = tuple((f"{day} juin 2026", f"Relance nᵒ {day}, « envoyée »", "1\u202f234,56\u00a0€") for day in range(1, 41))
    return Document(
        title="Dossier FA-2026-0042",
        subtitle="Moulins Dupré, au 22 juin 2026",
        foot="Atelier Lumen SAS",
        author="Atelier Lumen SAS",
        on=TODAY,
        body=(
            Heading("Chronologie"),
            Paragraph(
                (Run("Ce qui s'est passé, "), Run("jour par jour", strong=True), Run(".\nD'après les courriels."))
            ),
            Grid(("Jour", "Événement", "Solde"), rows, (2,)),
            Heading("Pièces", 2),
        ),
    )


def pictures(page: Letter | Document, ppi: float = 110) -> list[bytes]:
    """The pages as they are printed, as PNG."""
    kind, data = (
        ("letter.typ", letter_data(page)) if isinstance(page, Letter) else ("document.typ", document_data(page))
    )
    asked: dict[str, Any] = {"format": "png", "ppi": ppi, "ignore_system_fonts": True, "sys_inputs": {"data": data}}
    made: Any = typst.compile(source(kind), **asked)
    return made if isinstance(made, list) else [made]


def pages() -> Iterator[Page]:
    for language in ("fr", "en"):
        for template in TEMPLATES:
            for invoices in (1, 12):
                made = letter(template, language, invoices=invoices)
                yield from shown(made, f"letter-{language}-{template}-{invoices}", f"{template}, {invoices} invoices")
    for name, addressee in ADDRESSEES.items():
        yield from shown(letter("letter", "fr", addressee=addressee), f"letter-fr-{name.replace(' ', '-')}", name)
    yield from shown(paper(), "paper-fr", "a paper")


def shown(page: Letter | Document, name: str, title: str) -> Iterator[Page]:
    for at, png in enumerate(pictures(page), 1):
        heading = f"{title}, page {at}"
        yield Page(name=f"{name}-p{at}", group="Letters", title=heading, language=page.language, png=png)
