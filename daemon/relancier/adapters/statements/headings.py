"""The headings of banks' CSV exports, and which of them stand in a row."""

import re
from collections.abc import Mapping, Sequence

from relancier.core.text.folding import composed, fold

KNOWN = {
    "date": (
        "date operation", "date d operation", "date de l operation", "date op", "dateop", "date comptable",
        "date de comptabilisation", "date comptabilisation", "date de comptabilite", "date ecriture",
        "date transaction", "date de transaction", "date", "booking date", "transaction date",
        "date de reglement", "settlement date", "date de l operation local",
        "date de la valeur du reglement local", "settlement date local", "jour",
    ),
    "value_date": (
        "date de valeur", "date valeur", "dateval", "date val", "valeur", "value date",
    ),
    "wording": (
        "libelle", "libelle operation", "libelle de l operation", "libelle d operation", "libelle simplifie",
        "libelle complet", "libelle court", "libelle complementaire", "libelle interne", "description",
        "label", "detail", "details", "detail de l ecriture", "detail operation",
        "informations complementaires", "information complementaire", "commentaire", "communication", "motif",
        "motif du virement", "wording", "nature de l operation", "operation", "operations", "intitule",
        "complement", "message", "remittance information",
    ),
    "debit": (
        "debit", "montant debit", "montant au debit", "montant du debit", "sortie", "sorties", "depenses",
        "debits",
    ),
    "credit": (
        "credit", "montant credit", "montant au credit", "montant du credit", "entree", "entrees", "recettes",
        "credits",
    ),
    "amount": (
        "montant", "montant operation", "montant de l operation", "amount", "montant total", "montant signe",
        "montant net", "total amount", "montant en devise du compte",
    ),
    "direction": (
        "sens", "d c", "debit credit", "sens de l operation", "type de mouvement", "debit ou credit", "sens operation",
        "direction", "dr cr", "cr dr", "signe",
    ),
    "type": (
        "type", "nature", "transaction type", "type de transaction", "type operation", "type d operation",
        "type de l operation",
    ),
    "payer": (
        "donneur d ordre", "nom du donneur d ordre", "emetteur", "nom de l emetteur", "contrepartie", "payer",
        "tiers", "nom de la contrepartie", "nom de contrepartie", "nom du tiers", "counterparty",
        "counterparty name", "payeur", "nom du payeur", "nom tiers", "nom emetteur",
    ),
    "payer_iban": (
        "iban contrepartie", "iban de la contrepartie", "iban emetteur", "iban tiers", "iban du tiers",
        "iban donneur d ordre", "iban du donneur d ordre", "counterparty iban", "payer iban", "compte tiers",
        "compte contrepartie",
    ),
    "reference": (
        "reference", "ref", "reference operation", "reference de l operation", "reference interne",
        "reference banque", "numero operation", "n operation", "numero d operation", "numero de reference",
        "transaction id", "id", "identifiant", "identifiant de transaction", "reference bancaire",
    ),
    "end_to_end": (
        "reference de bout en bout", "bout en bout", "end to end", "end to end id", "endtoendid",
    ),
    "account": (
        "compte", "numero de compte", "numero compte", "n compte", "n de compte", "accountnum", "account",
        "iban", "iban du compte", "rib", "compte iban", "iban compte",
    ),
    "currency": (
        "devise", "currency", "monnaie", "devise du compte", "code devise",
    ),
    "status": (
        "statut", "status", "etat",
    ),
}  # fmt: skip
# Columns of lists of invoices and of accounting programs, never of a bank.
FOREIGN = frozenset({
    "client", "code client", "code journal", "compte auxiliaire", "compte general", "compte tiers collectif",
    "courriel", "customer", "customer id", "date d echeance", "date echeance", "due", "due date", "e mail",
    "echeance", "ecriturenum", "email", "facture", "ht", "invoice", "invoice number", "journal", "journalcode",
    "let", "lettrage", "lettre", "montant ht", "montant ttc", "n facture", "n piece", "nom client",
    "numero de facture", "numero de piece", "numero facture", "piece", "reste a payer", "solde du",
    "total ttc", "ttc", "tva",
})  # fmt: skip


def plain(heading: str) -> str:
    """A heading without case, accents, punctuation and the currency that many banks add."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(composed(heading))).split()
    while len(words) > 1 and words[-1] in {"euros", "euro", "eur", "en"}:
        words.pop()
    return " ".join(words)


def columns(row: Sequence[str], given: Mapping[str, str]) -> dict[str, list[int]]:
    """Which cells of a row of headings hold what, in the order of preference; {} where it is no such row."""
    cells = [plain(cell) for cell in row]
    found: dict[str, list[int]] = {}
    for column, headings in KNOWN.items():
        wanted = (plain(given[column]),) if column in given else headings
        places = [at for heading in wanted for at, cell in enumerate(cells) if cell and cell == heading]
        if places:
            found[column] = list(dict.fromkeys(places))
    if FOREIGN.intersection(cells) and not given:
        return {}
    money = "amount" in found or ("debit" in found and "credit" in found)
    dated = "date" in found or "value_date" in found
    told = any(column in found for column in ("wording", "payer", "reference"))
    return found if money and dated and told else {}
