"""The headings of banks' CSV exports, and which of them stand in a row."""

import re
from collections.abc import Iterable, Mapping, Sequence

from relancier.adapters.statements.values import Refused, one_line, refuse
from relancier.core.text.folding import composed, fold

KNOWN = {
    "date": (
        "date operation", "date d operation", "date de l operation", "date op", "dateop", "date comptable",
        "date de comptabilisation", "date comptabilisation", "date de comptabilite", "date ecriture",
        "date transaction", "date de transaction", "date", "booking date", "transaction date", "operation date",
        "date completed", "completed date", "date de reglement", "settlement date", "date de l operation local",
        "date de la valeur du reglement local", "settlement date local", "jour",
        "date started", "started date",
    ),
    "value_date": (
        "date de valeur", "date valeur", "dateval", "date val", "valeur", "value date", "date de la valeur",
    ),
    "wording": (
        "libelle", "libelle operation", "libelle de l operation", "libelle d operation", "libelle simplifie",
        "libelle complet", "libelle court", "libelle complementaire", "libelle interne", "description",
        "label", "detail", "details", "detail de l ecriture", "detail operation",
        "informations complementaires", "information complementaire", "commentaire", "communication", "motif",
        "motif du virement", "wording", "nature de l operation", "operation", "operations", "intitule",
        "complement", "message", "remittance information", "payment reference",
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
        "partner name", "payer name",
    ),
    "payer_iban": (
        "iban contrepartie", "iban de la contrepartie", "iban emetteur", "iban tiers", "iban du tiers",
        "iban donneur d ordre", "iban du donneur d ordre", "counterparty iban", "payer iban", "compte tiers",
        "compte contrepartie", "partner iban",
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
        "devise", "currency", "monnaie", "devise du compte", "code devise", "payment currency",
        "code devise du compte",
    ),
    "status": (
        "statut", "status", "etat", "state", "etat du paiement", "etat de l operation",
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


# Headings of amounts without VAT, which some banks add: beside one of BANKS they say nothing.
OF_VAT = frozenset({"ht", "montant ht", "tva"})
BANKS = frozenset({
    "counterparty name", "date de la valeur", "date de valeur", "identifiant de transaction", "nom de la contrepartie",
    "solde bancaire", "transaction id",
})  # fmt: skip
# When a movement began and ended, in a file that tells a balance.
SPAN = ("date de fin", "date de debut")
BALANCES = frozenset({"balance", "running balance", "solde"})
# A reference that the payer may have given, where the bank's own stands in another column.
FREE = frozenset({"reference", "ref"})
SUFFIX = re.compile(r"\((?:utc|local|utc ?[|/] ?local|ttc|incl[. ]{1,2}vat)\)\s*$")
NONE = "it is no statement that is understood"
DOWNLOAD = "download it from the bank as CAMT.053, OFX or CFONB120"
NAME = "name its column in [payments.columns]"
OTHERS = "name others in [payments.columns]"
MOST_NAMED = 12
LONGEST_HEADING = 50
LACKING = {"date": "a date", "amount": "an amount (montant, or débit and crédit)", "wording": "a wording (libellé)"}


def plain(heading: str) -> str:
    """A heading without case, accents, punctuation and what many banks add: the currency, the zone, with VAT."""
    words = re.sub(r"[^a-z0-9]+", " ", SUFFIX.sub("", fold(composed(heading)))).split()
    while len(words) > 1 and words[-1] in {"euros", "euro", "eur", "en"}:
        words.pop()
    return " ".join(words)


def columns(row: Sequence[str], given: Mapping[str, str]) -> dict[str, list[int]]:
    """Which cells of a row of headings hold what, in the order of preference; {} where it is no such row."""
    found = _found(row, given)
    return {} if lacking(found) or (foreign(row) and not given) else _with_free_reference(found, row)


def _found(row: Sequence[str], given: Mapping[str, str]) -> dict[str, list[int]]:
    cells = [plain(cell) for cell in row]
    known = KNOWN if BALANCES.isdisjoint(cells) else {**KNOWN, "date": (*KNOWN["date"], *SPAN)}
    found: dict[str, list[int]] = {}
    for column, headings in known.items():
        wanted = (plain(given[column]),) if column in given else headings
        places = [at for heading in wanted for at, cell in enumerate(cells) if cell and cell == heading]
        if places:
            found[column] = list(dict.fromkeys(places))
    return found


def _with_free_reference(found: dict[str, list[int]], row: Sequence[str]) -> dict[str, list[int]]:
    """A reference beside the bank's own, or for want of any wording, is the payer's wording."""
    references = found.get("reference", [])
    own = [at for at in references if plain(row[at]) in KNOWN["reference"] and plain(row[at]) not in FREE]
    free = [at for at in references if at not in own]
    if not free or ("wording" in found and not own):
        return found
    return {**found, "wording": [*found.get("wording", []), *free], "reference": own or free}


def lacking(found: Mapping[str, Sequence[int]]) -> list[str]:
    """What no column was found for, of what a statement needs."""
    has = {
        "date": "date" in found or "value_date" in found,
        "amount": "amount" in found or "credit" in found,
        "wording": any(column in found for column in ("wording", "payer", "reference")),
    }
    return [told for column, told in LACKING.items() if not has[column]]


def foreign(row: Sequence[str]) -> str:
    """A heading that no bank writes; '' where all may be a bank's."""
    cells = [plain(cell) for cell in row]
    strange = FOREIGN - OF_VAT if BANKS.intersection(cells) else FOREIGN
    return next((cell for cell, one in zip(row, cells, strict=True) if one in strange), "")


def not_understood(name: str, rows: Iterable[Sequence[str]], given: Mapping[str, str]) -> Refused:
    """Why no row holds a bank's headings: what the likeliest one lacks, or which of its headings no bank writes."""
    likely = [row for row in rows if _may_be_headings(row, given)]
    if not likely:
        return refuse(name, f"{NONE}: {DOWNLOAD}, or as CSV with the headings date, libellé and montant; {OTHERS}.")
    best = min(likely, key=lambda row: (len(lacking(_found(row, given))), -sum(map(bool, row))))
    shown = ", ".join(f'"{one_line(cell)[:30]}"' for cell in best[:MOST_NAMED] if cell.strip())
    missing = lacking(_found(best, given))
    if missing:
        return refuse(name, f"{NONE}: none of its headings {shown} is {' or '.join(missing)}; {NAME}, or {DOWNLOAD}.")
    sentence = f'its heading "{one_line(foreign(best))}" is one of a list of invoices or a ledger; {DOWNLOAD}'
    return refuse(name, f"{NONE}: {sentence}, or name its columns in [payments.columns].")


def _may_be_headings(row: Sequence[str], given: Mapping[str, str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    short = all(len(cell) <= LONGEST_HEADING and not any(map(str.isdigit, cell)) for cell in filled)
    return MOST_NAMED * 5 > len(filled) > 1 and short and (bool(_found(row, given)) or len(filled) > 2)


def is_near(row: Sequence[str], given: Mapping[str, str]) -> bool:
    """Whether a row lacks a single column of a bank's headings, and has a balance, a debit or a credit."""
    found = _found(row, given)
    bank = "credit" in found or "debit" in found or BALANCES.intersection(map(plain, row))
    return bool(bank) and len(lacking(found)) <= 1 and (bool(given) or not foreign(row))
