"""What a list says of each invoice in a word: paid, or no invoice yet or any more; believed, as it only spares."""

from collections.abc import Mapping, Sequence

from relancier.adapters.invoices.grid import Line
from relancier.adapters.invoices.headings import plain

HEADINGS = frozenset(
    map(plain, (
        "statut", "état", "status", "state", "statut facture", "statut de la facture", "état facture",
        "état de la facture", "statut de paiement", "statut paiement", "état de paiement", "état du paiement",
        "payment status", "invoice status", "facture payée",
    ))
)  # fmt: skip
PAID = frozenset(
    map(plain, (
        "payée", "payé", "paid", "réglée", "réglé", "soldée", "soldé", "acquittée", "encaissée", "lettrée",
        "totalement payée", "entièrement payée", "en cours de paiement", "en paiement", "in payment",
    ))
)  # fmt: skip
INVALID = frozenset(
    map(plain, (
        "brouillon", "draft", "annulée", "annulé", "cancelled", "canceled", "abandonnée", "void", "extournée",
        "reversed", "supprimée", "deleted", "à valider", "non validée",
    ))
)  # fmt: skip


def as_told(
    shown: tuple[str, ...], rows: list[Line], places: Mapping[str, int]
) -> tuple[tuple[str, ...], list[Line], int]:
    """The rows without those that are no valid invoice, those said to be paid as paid; how many are left out."""
    told = [place for place, heading in enumerate(shown) if plain(heading) in HEADINGS]
    if not told or not {"number", "due", "amount"} <= places.keys():
        return shown, rows, 0
    words = {line: {plain(row[place]) for place in told if place < len(row)} for line, row in rows}
    kept = [(line, row) for line, row in rows if not words[line] & INVALID]
    paid = [row for line, row in kept if words[line] & PAID or _is_yes(shown, row, told)]
    for row in paid:
        _settle(row, places)
    if paid and "paid" not in places and "balance" not in places:
        says = {id(row) for row in paid}
        shown, kept = (*shown, "paid"), [(line, _with_paid(row, len(shown), places, says)) for line, row in kept]
    return shown, kept, len(rows) - len(kept)


def _is_yes(shown: Sequence[str], row: Sequence[str], told: Sequence[int]) -> bool:
    """Whether a column asks if the invoice is paid, and the row says yes."""
    return any(plain(shown[place]) == "facturepayee" and plain(row[place]) in {"oui", "yes", "1"} for place in told)


def _settle(row: list[str], places: Mapping[str, int]) -> None:
    if "paid" in places:
        row[places["paid"]] = row[places["amount"]]
    if "balance" in places:
        row[places["balance"]] = "0"


def _with_paid(row: list[str], place: int, places: Mapping[str, int], says: set[int]) -> list[str]:
    full = [*row[:place], *[""] * (place - len(row)), ""]
    full[place] = row[places["amount"]] if id(row) in says else ""
    return full
