"""Lines of an export that are no movements: balances, totals, sums carried forward."""

import re

from relancier.adapters.statements.values import one_line
from relancier.core.text.folding import composed, fold

HEAD = re.compile(
    r"(?:(?:ancien|nouveau|total) )?solde\b|totaux\b|(?:sous |grand |sub ?)?total\b|(?:a )?report(?:er)?\b"
    r"|(?:(?:opening|closing|starting|ending|available|current|account|total) )?balance\b"
)
# Every word of such a line is one of these: TOTALENERGIES, or a payer's own "Solde FA-12", is no balance.
WORDS = frozenset({
    "a", "account", "ancien", "anterieur", "as", "at", "au", "aux", "available", "balance", "brought", "brut",
    "carried", "closing", "cloture", "comptable", "compte", "courant", "credit", "crediteur", "crediteurs",
    "credits", "current", "d", "de", "debit", "debiteur", "debiteurs", "debits", "debut", "depart", "des",
    "disponible", "du", "en", "end", "ending", "et", "eur", "euro", "euros", "fin", "final", "finale", "forward",
    "general", "generaux", "grand", "initial", "initiale", "intermediaire", "jour", "l", "la", "le", "les", "mois",
    "mouvements", "net", "nouveau", "of", "on", "opening", "operation", "operations", "ouverture", "page", "period",
    "periode", "precedent", "precedente", "previsionnel", "provisoire", "reel", "releve", "report", "reporte",
    "reporter", "solde", "sous", "start", "starting", "subtotal", "suivante", "sur", "the", "total", "totaux",
    "valeur", "veille",
})  # fmt: skip
NUMBERS = re.compile(
    r"(?<![a-z0-9])(?:\d{1,2}([/.-])\d{1,2}\1\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,3}(?:[ .]?\d{3}){0,4}[.,]\d{2}"
    r"|\d{1,6}(?= (?:operations?|mouvements?)))(?![a-z0-9])"
)


def is_balance(text: str) -> bool:
    """Whether a line of wording only names a balance or a total."""
    words = " ".join(re.findall("[a-z0-9]+", NUMBERS.sub(" ", folded(text))))
    return HEAD.match(words) is not None and WORDS.issuperset(words.split())


def folded(text: str) -> str:
    """A cell's words made comparable."""
    return fold(composed(one_line(text))).strip(" :")
