"""Which column of a file is which: the headings people and programs write, in English and in French."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "n° facture", "no facture", "num facture", "numéro facture", "numéro de facture", "n° de facture", "facture",
        "n° pièce", "numéro de pièce", "référence facture", "invoice", "invoice number", "invoice no", "numéro", "n°",
    ),
    "customer": ("client", "nom client", "nom du client", "raison sociale", "customer name", "société"),
    "customer_id": ("code client", "n° client", "numéro client", "compte client", "réf client", "customer number"),
    "issued": (
        "date facture", "date de facture", "date de la facture", "date d'émission", "émise le", "date de facturation",
        "invoice date", "issue date",
    ),
    "due": (
        "échéance", "date échéance", "date d'échéance", "date d’échéance", "échéance le", "due date",
        "date limite de paiement",
    ),
    "amount": (
        "montant ttc", "total ttc", "montant", "ttc", "montant facture", "total", "amount incl vat", "total incl vat",
    ),
    "paid": ("réglé", "montant réglé", "déjà réglé", "payé", "montant payé", "encaissé", "amount paid"),
    "currency": ("devise", "monnaie"),
    "purpose": ("objet", "libellé", "désignation", "description", "prestation"),
    "plan": ("plan de relance",),
    "risk": ("risque", "niveau de risque"),
    "key_account": ("compte clé", "compte-clé", "grand compte", "client grand compte", "client stratégique"),
    "factor": ("affactureur", "affacturage", "société d'affacturage", "factor (affacturage)", "factoring company"),
    "balance": (
        "solde", "solde dû", "reste dû", "reste à payer", "restant dû", "montant dû", "solde restant", "balance due",
    ),
    "debit": ("débit", "montant débit"),
    "credit": ("crédit", "montant crédit"),
    "kind": ("type", "type de pièce", "type de document", "nature", "document type"),
    "credits": ("facture d'origine", "avoir sur", "facture créditée", "credited invoice"),
    "deposit": ("acompte", "acompte déduit", "acomptes versés", "down payment"),
    "discount": ("escompte", "montant escompte", "early payment discount"),
    "discount_until": ("escompte jusqu'au", "date escompte", "date limite d'escompte"),
    "retention": ("retenue de garantie", "retenue", "rg", "retention money"),
    "retention_due": ("échéance retenue", "échéance retenue de garantie", "libération retenue"),
    "accepted": ("date de réception", "réception des travaux", "date de réception des travaux", "acceptance date"),
    "language": ("langue",),
    "professional": ("professionnel", "pro"),
    "never": ("jamais", "ne jamais relancer", "ne pas relancer"),
    "delivered": ("date de livraison", "livré le", "livraison", "delivery date", "date de prestation"),
    "payment_method": ("mode de règlement", "mode de paiement", "moyen de paiement", "règlement"),
    "sector": ("secteur",),
    "pdf": ("fichier", "fichier pdf", "pièce jointe", "pdf file"),
    "payment_url": ("lien de paiement", "url de paiement", "payment link"),
    "accounting_name": ("contact comptable", "nom comptable", "comptable", "contact comptabilité", "contact"),
    "accounting_email": (
        "email comptable", "e-mail comptable", "mail comptable", "courriel comptable", "email comptabilité", "email",
        "e-mail", "mail", "courriel", "adresse email", "adresse mail", "email client", "email facturation",
    ),
    "sales_name": ("interlocuteur commercial", "contact commercial", "nom commercial", "interlocuteur"),
    "sales_email": (
        "email commercial", "email interlocuteur commercial", "e-mail interlocuteur commercial", "mail commercial",
        "courriel commercial", "email interlocuteur", "email contact commercial",
    ),
    "management_name": ("contact direction", "nom direction", "direction", "dirigeant"),
    "management_email": ("email direction", "mail direction", "courriel direction", "email dirigeant"),
    "phone": ("téléphone", "tél", "numéro de téléphone", "telephone number"),
    "address": ("adresse", "adresse postale", "postal address"),
}  # fmt: skip

# What a sentence calls each column that a file cannot do without.
FRENCH = {"number": "n° facture", "customer": "client", "due": "échéance", "amount": "montant ttc"}
EMAILS = ("accounting_email", "sales_email", "management_email")


def plain(heading: str) -> str:
    """A heading without case, accents, spaces and punctuation."""
    spread = unicodedata.normalize("NFKD", heading.replace("°", "o").replace("º", "o").casefold())
    return re.sub(r"[^a-z0-9%]", "", spread)


KNOWN: Mapping[str, str] = {
    plain(heading): column for column, synonyms in SYNONYMS.items() for heading in (column, *synonyms)
}


def recognised(headings: Sequence[str], given: Mapping[str, str]) -> int:
    """How many of the headings are understood."""
    ours = {plain(heading) for heading in given.values()}
    return sum(1 for heading in headings if plain(heading) in KNOWN or plain(heading) in ours)


def columns(headings: Sequence[str], given: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """The place of each column, by its name, and a sentence for each heading that stands twice.

    A heading that the configuration gives to a column goes before those known here.
    """
    ours = {plain(heading): column for column, heading in given.items()}
    found: dict[str, int] = {}
    sentences = []
    for place, heading in enumerate(headings):
        column = ours.get(plain(heading)) or KNOWN.get(plain(heading))
        if column is None or (column in given and plain(heading) not in ours):
            continue
        if column in found:
            sentences.append(_twice(column, headings[found[column]], heading))
        else:
            found[column] = place
    return found, sentences


def _twice(column: str, first: str, second: str) -> str:
    return (
        f'columns "{first}" and "{second}" both read as {column}; '
        f'say which one in [invoices.columns], as in {column} = "{second}", and rename the other if they are the same.'
    )


def absent(given: Mapping[str, str], *tables: Sequence[str]) -> list[str]:
    """A sentence for each heading that the configuration names and no file has."""
    headings = [heading for table in tables for heading in table]
    present = {plain(heading) for heading in headings}
    return [
        f'[invoices.columns] {column} = "{heading}", but no column has this heading; {_near(heading, headings)}'
        for column, heading in given.items()
        if plain(heading) not in present
    ]


def _near(heading: str, headings: Sequence[str]) -> str:
    near = difflib.get_close_matches(heading, headings, 1, 0.6)
    return f'did you mean "{near[0]}"?' if near else f"the headings are {listed(headings)}."


def listed(headings: Sequence[str]) -> str:
    """The headings of a file, in quotation marks, bounded."""
    shown = ", ".join(f'"{heading[:30]}"' for heading in headings[:12])
    return f"{shown} and {len(headings) - 12} more" if len(headings) > 12 else shown


def missing(column: str, headings: Sequence[str]) -> str:
    """The sentence for a column that must be there and is not."""
    french = f" ({FRENCH[column]})" if column in FRENCH else ""
    return (
        f"no column for {column}{french}; the headings are {listed(headings)}: "
        f'add the column, or name it in [invoices.columns], as in {column} = "{headings[0][:30]}".'
    )
