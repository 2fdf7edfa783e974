"""The legal file as pages: who, which invoice, what is owed line by line, until when, and what happened.

Written for a lawyer who has never seen the program: every figure says what it rests on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from relancier.core.case import Customer, Invoice
from relancier.core.claim import Claim, remarks
from relancier.core.limitation import Limitation
from relancier.core.overviews.chronology import Row
from relancier.core.overviews.chronology_words import REMARKS, SOURCES, Tongue
from relancier.core.text.blocks import Block, Bullets, Grid, Heading, Paragraph, Run

CENTS, EXACT = 2, 6
RIGHT = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Party:
    """Who claims or owes: a name and the lines that identify it."""

    name: str
    lines: tuple[str, ...] = ()


def parties(creditor: Party, customer: Customer, tongue: Tongue) -> list[Block]:
    """Both sides, with the addresses to which was written."""
    contacts = (f"{one.name} <{one.email}>".strip() for one in customer.contacts)
    kind = ("Client professionnel", "Professional customer") if customer.professional else ("Consommateur", "Consumer")
    debtor = Party(customer.name, (*customer.address, customer.phone, *contacts, tongue.one(kind)))
    return [
        Heading(tongue.one(("Les parties", "The parties"))),
        _party(tongue.one(("Créancier", "Creditor")), creditor),
        _party(tongue.one(("Client", "Customer")), debtor),
    ]


def _party(label: str, party: Party) -> Block:
    lines = "\n".join(line for line in (party.name, *party.lines) if line)
    return Paragraph((Run(f"{label}\n", strong=True), Run(lines)))


def owed(claims: Sequence[Claim], limits: Sequence[Limitation], tongue: Tongue) -> list[Block]:
    """Every claim with its lines, the sum of all, then what the figures rest on."""
    found = [block for one, limit in zip(claims, limits, strict=True) for block in _one(one, limit, tongue)]
    if len(claims) > 1:
        total = tongue.amount(sum((one.total for one in claims), Decimal(0)), claims[0].invoice.currency)
        label = tongue.one(("Total de toutes les échéances :", "Total of all parts:"))
        found.append(Paragraph((Run(f"{label} {total}", strong=True),)))
    return [*found, Heading(tongue.one(("Base des calculs", "What the figures rest on")), 2), _grounds(claims, tongue)]


def _one(one: Claim, limit: Limitation, tongue: Tongue) -> Iterator[Block]:
    number = one.invoice.number
    yield Heading(tongue.one((f"Créance sur la facture {number}", f"Claim on invoice {number}")))
    yield Grid(tuple(tongue.one(("Facture|", "Invoice|")).split("|")), tuple(_facts(one.invoice, tongue)))
    if one.payments:
        yield _grid(
            "Paiement du|Montant|Date retenue", "Paid on|Amount|What the day rests on", _paid(one, tongue), tongue
        )
    if one.lines:
        yield Grid(interest_headings(tongue), tuple(interest_rows(one, tongue)), RIGHT)
    yield _grid("Somme due|Montant", "Owed|Amount", _sums(one, tongue), tongue)
    yield Paragraph((Run(_until(limit, tongue)),))


def _grid(french: str, english: str, rows: Iterable[tuple[str, ...]], tongue: Tongue) -> Grid:
    return Grid(tuple(tongue.one((french, english)).split("|")), tuple(rows), (1,))


def _facts(invoice: Invoice, tongue: Tongue) -> Iterator[tuple[str, str]]:
    days = (
        (("Émise le", "Issued on"), invoice.issued),
        (("Livraison ou service achevé le", "Delivered on"), invoice.delivered),
        (("Échéance", "Due on"), invoice.due),
    )
    yield from ((tongue.one(words), tongue.day(on)) for words, on in days if on)
    if invoice.purpose:
        yield tongue.one(("Objet", "For")), invoice.purpose
    notes = f" ({', '.join(invoice.credit_notes)})" if invoice.credit_notes else ""
    sums = (
        (("Montant TTC", "Amount including VAT"), invoice.amount),
        (("Acompte déduit", "Deposit taken off"), invoice.deposit),
        ((f"Avoirs déduits{notes}", f"Credit notes taken off{notes}"), invoice.credited),
        (("Retenue de garantie", "Retention money"), invoice.retained),
    )
    yield from ((tongue.one(words), tongue.amount(value, invoice.currency)) for words, value in sums if value)


def _paid(one: Claim, tongue: Tongue) -> Iterator[tuple[str, ...]]:
    for payment in one.payments:
        sum_paid = tongue.amount(payment.amount, one.invoice.currency)
        yield tongue.short(payment.on), sum_paid, tongue.one(SOURCES[payment.source])


def interest_headings(tongue: Tongue) -> tuple[str, ...]:
    """What stands above each line of interest."""
    french = "Du|Au|Jours|Base|Taux annuel|Pénalités"
    return tuple(tongue.one((french, "From|To|Days|On|Yearly rate|Interest")).split("|"))


def interest_rows(one: Claim, tongue: Tongue) -> Iterator[tuple[str, ...]]:
    """Period, days, base, rate and amount: exact, since only the sum is rounded."""
    for line in one.lines:
        period = line.period
        known = "" if not period.estimated else tongue.one((" (provisoire)", " (provisional)"))
        yield (
            tongue.short(period.first),
            tongue.short(period.until),
            str(period.days),
            tongue.number(_decimal(period.principal, CENTS), CENTS),
            f"{tongue.number(period.percent)}{tongue.one((chr(160) + '%', '%'))}{known}",
            tongue.number(_decimal(period.interest, EXACT), EXACT),
        )


def _decimal(exact: Fraction, places: int) -> Decimal:
    """A fraction with so many decimals, rounded half up."""
    scale = 10**places
    return Decimal((exact * scale * 2 + 1) // 2).scaleb(-places)


def _sums(one: Claim, tongue: Tongue) -> Iterator[tuple[str, str]]:
    at = tongue.day(one.on)
    named = (
        ((f"Principal restant dû au {at}", f"Principal unpaid on {at}"), one.principal),
        (("dont contesté par le client", "of which the customer contests"), one.disputed or None),
        (("Pénalités de retard", "Late-payment interest"), one.interest),
        (("Indemnité forfaitaire de recouvrement", "Recovery charge"), one.charge),
        (("Total", "Total"), one.total),
    )
    for words, value in named:
        if value is not None:
            yield tongue.one(words), tongue.amount(value, one.invoice.currency)


def _until(limit: Limitation, tongue: Tongue) -> str:
    """The earlier day always; the later one only as what an acknowledgement may have made of it."""
    on = tongue.day(limit.on)
    first = tongue.one((f"Prescription : au plus tôt le {on}.", f"Limitation: {on} at the earliest."))
    if limit.acknowledged_on is None or limit.restarted is None:
        return first
    told, later = tongue.day(limit.acknowledged_on), tongue.day(limit.restarted)
    return tongue.one(
        (
            (
                f"{first} Une promesse de paiement ou un échéancier a été noté le {told} ; si c'est une reconnaissance"
                f" écrite de la dette (Code civil, art. 2240), un nouveau délai court jusqu'au {later}."
            ),
            (
                f"{first} A promise or an instalment plan was recorded on {told}; if it is a written acknowledgement"
                f" of the debt (Code civil, art. 2240), a new period runs until {later}."
            ),
        )
    )


def _grounds(claims: Sequence[Claim], tongue: Tongue) -> Bullets:
    """The rules, and what whoever uses the figures must know."""
    told = [tongue.one(words) for words in (*_rules(claims[0]), *(REMARKS[remark] for remark in remarks(claims)))]
    return Bullets(tuple((Run(text),) for text in told))


def _rules(one: Claim) -> Iterator[tuple[str, str]]:
    yield (
        (
            "Pénalités = somme impayée TTC × taux annuel × jours / 365, du lendemain de l'échéance au jour du calcul"
            " compris ; sans capitalisation ; arrondies une seule fois, au centime le plus proche."
        ),
        (
            "Interest = unpaid amount including VAT × yearly rate × days / 365, from the day after the due date up to"
            " and with the day of the calculation; not compounded; rounded once, to the nearest cent."
        ),
    )
    if not one.terms.professional:
        yield (
            "Consommateur : taux d'intérêt légal à compter de la mise en demeure (Code civil, art. 1231-6).",
            "Consumer: the legal interest rate from the formal notice on (Code civil, art. 1231-6).",
        )
        return
    yield _rate(one)
    yield (
        "Indemnité forfaitaire pour frais de recouvrement, une fois par facture (Code de commerce, art. D441-5).",
        "Recovery charge, once an invoice (Code de commerce, art. D441-5).",
    )


def _rate(one: Claim) -> tuple[str, str]:
    if one.terms.contract is not None:
        return (
            "Taux des pénalités : celui du contrat ou des conditions générales de vente.",
            "Rate of interest: that of the contract or the general terms.",
        )
    if one.terms.public:
        return (
            "Taux des pénalités : taux directeur de la BCE majoré de 8 points, celui du semestre où elles commencent.",
            "Rate of interest: the ECB's main refinancing rate + 8 points, that of the half-year in which it began.",
        )
    return (
        (
            "Taux des pénalités : taux directeur de la BCE au premier jour du semestre majoré de 10 points (Code de"
            " commerce, art. L441-10)."
        ),
        (
            "Rate of interest: the ECB's main refinancing rate on the first day of the half-year + 10 points (Code de"
            " commerce, art. L441-10)."
        ),
    )


def happened(rows: Iterable[Row], tongue: Tongue) -> list[Block]:
    """The chronology as a table."""
    return [
        Heading(tongue.one(("Chronologie", "Chronology"))),
        Grid(chronology_headings(tongue), tuple(chronology_rows(rows, tongue))),
    ]


def chronology_headings(tongue: Tongue) -> tuple[str, ...]:
    """What stands above each row."""
    return tuple(tongue.one(("Date et heure|Fait|Détail|Pièce", "Date and time|Fact|Detail|File")).split("|"))


def chronology_rows(rows: Iterable[Row], tongue: Tongue) -> Iterator[tuple[str, ...]]:
    """Each fact with the files that prove it."""
    for row in rows:
        yield tongue.moment(row.at), row.what, row.detail, ", ".join(row.files)


def plain(blocks: Iterable[Block]) -> str:
    """The same without a printer: one line for each row of a table."""
    return "\n".join("\n".join(_plain(block)) + "\n" for block in blocks)


def _plain(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text, level=level):
            yield text.upper() if level == 1 else text
            yield ("=" if level == 1 else "-") * len(text)
        case Paragraph(runs=runs):
            yield "".join(run.text for run in runs)
        case Bullets(items=items):
            yield from ("- " + "".join(run.text for run in item) for item in items)
        case _:
            yield "  |  ".join(block.headings)
            yield from ("  |  ".join(cell or "-" for cell in row) for row in block.rows)
