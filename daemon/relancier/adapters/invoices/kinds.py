"""What kind of document a line stands for: an invoice, a credit note, a deposit, a payment, or nothing to be paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from relancier.adapters.invoices.headings import plain
from relancier.adapters.invoices.rows import Findings, Row, Sheet

MOST_NAMED = 10


class Kind(Enum):
    """What a line stands for; the value is what a sentence calls it."""

    INVOICE = "invoice"
    DEPOSIT = "deposit invoice"
    CREDIT = "credit note"
    PAYMENT = "payment"
    PROFORMA = "pro forma"
    OFFER = "no invoice"
    UNKNOWN = "not understood"


WORDS: Mapping[Kind, str] = {
    Kind.INVOICE: (
        "facture, factures, fa, fac, fact, fc, f, facture client, facture de vente, facture de solde, facture finale, "
        "facture standard, facture de situation, situation, vente, ventes, ve, vt, vte, invoice, inv, standard, "
        "customer invoice, out_invoice, à nouveau, à nouveaux, an, ran, report à nouveau, 380, 383, 384"
    ),
    Kind.DEPOSIT: (
        "acompte, acomptes, ac, acpt, facture d'acompte, facture acompte, deposit, deposit invoice, down payment, "
        "down payment invoice, prepayment, prepayment invoice, 386"
    ),
    Kind.CREDIT: (
        "avoir, avoirs, av, avo, nc, avoir client, facture avoir, facture d'avoir, note de crédit, credit note, "
        "customer credit note, credit memo, refund, out_refund, 381, 396"
    ),
    Kind.PAYMENT: (
        "règlement, règlements, rgt, regl, règlement client, paiement, paiements, payment, encaissement, encaissements"
    ),
    Kind.PROFORMA: "pro forma, pf, facture pro forma, pro forma invoice, 325",
    Kind.OFFER: (
        "devis, quote, quotation, estimate, offre, commande, commandes, bc, bon de commande, order, sales order, bl, "
        "bon de livraison, livraison, brouillon, draft"
    ),
}
# In a ledger these are payments; elsewhere they say how an invoice is to be paid.
OF_A_LEDGER = (
    "rg, bq, bqe, bnk, banque, bank, vir, virement, chq, ch, chèque, prlv, prélèvement, cb, carte bancaire, ca, "
    "caisse, espèces"
)


def _phrases(written: str) -> list[str]:
    return [plain(phrase) for phrase in written.split(",")]


KNOWN: Mapping[str, Kind] = {phrase: kind for kind, written in WORDS.items() for phrase in _phrases(written)}
LEDGER: Mapping[str, Kind] = {**dict.fromkeys(_phrases(OF_A_LEDGER), Kind.PAYMENT), **KNOWN}


@dataclass(slots=True)
class Kinds:
    """The kinds of a sheet's lines; a column in which no word is a kind of document is not about that at all."""

    ledger: bool
    column: bool
    left_out: dict[tuple[Kind, str], list[tuple[Row, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, sheet: Sheet, findings: Findings) -> "Kinds":
        """What the column says, if there is one; that it says something else is noted."""
        ledger = "debit" in sheet or "credit" in sheet
        known = LEDGER if ledger else KNOWN
        place = sheet.places.get("kind")
        words = set() if place is None else {plain(row[place]) for _, row in sheet.table.rows} - {""}
        if words and words.isdisjoint(known):
            text = (
                f'column "{sheet.table.headings[place or 0][:30]}": none of its words is a kind of document, so every '
                "line counts as an invoice; write facture, avoir, acompte or pro forma where that is meant."
            )
            findings.warning(sheet.table.name, text)
        return cls(ledger, not words.isdisjoint(known))

    def read(self, row: Row) -> Kind:
        """The kind of a line; an empty cell is an invoice."""
        word = plain(row.text("kind")) if self.column else ""
        return (LEDGER if self.ledger else KNOWN).get(word, Kind.UNKNOWN) if word else Kind.INVOICE

    def leave_out(self, row: Row, kind: Kind) -> bool:
        """Whether nothing can be owed by a line of this kind; it is kept in mind for `tell`."""
        if kind not in (Kind.PROFORMA, Kind.OFFER, Kind.UNKNOWN):
            return False
        word = kind.value if kind is Kind.PROFORMA else row.text("kind")[:30]
        self.left_out.setdefault((kind, word), []).append((row, row.text("number")[:30]))
        return True

    def tell(self) -> None:
        """One warning for each kind of which nothing is chased, with how many and which."""
        for (kind, word), lines in self.left_out.items():
            named = ", ".join(number for _, number in lines[:MOST_NAMED])
            more = f" and {len(lines) - MOST_NAMED} more" if len(lines) > MOST_NAMED else ""
            hint = "" if kind is not Kind.UNKNOWN else "; write facture if it is one"
            many = "1 line is" if len(lines) == 1 else f"{len(lines)} lines are"
            lines[0][0].warning("kind", f'{many} "{word}" and never chased: {named}{more}{hint}.')
