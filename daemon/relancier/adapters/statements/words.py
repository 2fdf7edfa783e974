"""What the words of a movement say where a format has no field for it: who paid, whether a payment came back."""

import re
from decimal import Decimal

from relancier.core.text.folding import composed, fold

BACK = re.compile(
    r"\b(?:impayee?s?|rejet(?:e|ee|s|es|ees)?|unpaid|returned|retour (?:de |du )?(?:prel|prlv|cheq|chq|lcr|effet))"
)
# Fees name what they are for: they are no payment that came back.
FEES = re.compile(r"\b(?:frais|commissions?|comm?|tva|cotisation|facturation|fees?|charges?)\b")
TRANSFER = re.compile(
    r"^vir(?:ements?|t|s)?\b\.?(?:\s|:|-|/)*(?:(?:sepa|inst(?:antane)?s?|recus?|en votre faveur|web|permanent|europeen"
    r"|de|m\.|:)(?:\s|:|/)+|par\s*[:/]+\s*|du\s+\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\s+|n[o°][\s.:]*\d+\s+|re\s+(?=\d)"
    r"|\d{6,}\s+)*",
)
NO_NAME = re.compile(r"\d(?:(?![a-z]{3}).)*")
ENGLISH = re.compile(
    r"(?:money added|money received|received money|payment|transfer) from (.{2,70}?)(?: with reference .*)?"
)
PAYER = re.compile(
    r"(?:/de |\bde ?: ?|\bemetteur ?[:/] ?|\bdonneur d'ordre ?[:/] ?|\bd\.?o\.? ?[:/] ?)(.{2,70}?)"
    r"(?= ?(?:/[a-z]|\b(?:motif|ref|reference|date|remise|pour|id|provenance|libelle|eref|rum|dest) ?[:/])|$)",
)


def came_back(amount: Decimal, wording: str) -> bool:
    """Whether a debit's words say that a customer's payment came back."""
    if amount >= 0:
        return False
    words = fold(composed(wording))
    return BACK.search(words) is not None and FEES.search(words) is None


def payer_in(wording: str) -> str:
    """Who paid, by the marks that banks write in a line, as in `VIR SEPA RECU /DE MARTIN SARL /MOTIF …`; or ''."""
    text = composed(wording)
    found = PAYER.search(fold(text))
    name = text[found.start(1) : found.end(1)].strip(" .:/-") if found else ""
    return "" if NO_NAME.fullmatch(fold(name)) else name


def without_transfer(name: str) -> str:
    """A name without the words for a transfer before it."""
    text = composed(name)
    if found := ENGLISH.fullmatch(fold(text)):
        return text[found.start(1) : found.end(1)].strip()
    found = TRANSFER.match(fold(text) + " ")
    return text[found.end() :].strip() if found else text.strip()


def called(wording: str) -> str:
    """What follows the words for a transfer at the beginning of a line, where such words stand there; or ''."""
    rest = without_transfer(wording)
    return rest if rest != composed(wording).strip() else ""
