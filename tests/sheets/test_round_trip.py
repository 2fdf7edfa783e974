"""Whatever invoices are written in whichever of the formats: read back, nothing of them is lost or changed."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from tests.sheets.written import Cell, xlsx

from relancier.adapters.invoices import GivenTable
from relancier.adapters.invoices.headings import SYNONYMS
from relancier.config import UNSAFE
from relancier.core.case import Contact, Customer, Invoice, Role
from relancier.ports import Credit, Listed

CENTS = Decimal("0.01")
NBSP = "\u00a0"
EVERY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
# What an encoding error looks like is refused, and is no name of anyone.
SPOILT = re.compile("Ã[\x80-\xbf]|Â[\xa0-\xbf]|â€|Å[’“]|#")
ODD = (
    "Société Générale d'Œuvres & Cie", "L’Atelier « Nœud »", "Total Énergies SE", "Müller GmbH", "3M France", "Ôé",
    "A;B, C / D", 'Le "Bon" Coin', "=cmd()", "+33 Agence", "@home", "-tiret-", "Dupont\u00a0et\u202ffils", "N/A SARL",
    "1664", "31/12/2026", "Facture SA", "Œ", "Sous-total SARL", "O'Neil & Frères", "straße", "Ça va", "Avoir SARL",
)  # fmt: skip
PURPOSES = ("Prestation n° 5 ; suite", 'dite "courante"', "Été 2026 — 2ᵉ phase", "1 234,56 €", "mois d'août")


def names(encoding: str) -> SearchStrategy[str]:
    """Odd but legal texts that this encoding can hold."""
    letters = st.characters(categories=["L", "N", "P", "Zs", "Sc", "Sm"], exclude_characters="\u2028\u2029|#")
    free = st.text(letters, min_size=1, max_size=25).map(str.strip)
    return (st.sampled_from(ODD) | free).filter(lambda text: _fits(text, encoding))


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return any(map(str.isalnum, text)) and not UNSAFE.search(text) and not SPOILT.search(text)


amounts = st.decimals(Decimal("0.01"), Decimal("999999999.99"), places=2)
days = st.dates(date(1995, 1, 1), date(2095, 12, 31))
mails = st.builds(
    "{}@{}.fr".format,
    st.sampled_from(["compta", "j.dupont", "a+b", "x_1"]),
    st.from_regex("[a-z]{1,8}", fullmatch=True),
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a file is written."""

    format: str
    encoding: str = "utf-8"
    separator: str = ";"
    amount: Callable[[Decimal], Cell] = str
    day: Callable[[date], Cell] = date.isoformat
    end: str = "\n"


def spaced(mark: str, comma: str) -> Callable[[Decimal], Cell]:
    """Thousands apart by one character, cents by another."""
    return lambda amount: f"{amount:,.2f}".replace(".", "#").replace(",", mark).replace("#", comma)


AMOUNTS = {
    "1234.56": lambda amount: f"{amount:.2f}",
    "1234,56": lambda amount: f"{amount:.2f}".replace(".", ","),
    "1 234,56": spaced(" ", ","),
    "1\u00a0234,56 €": lambda amount: f"{spaced(NBSP, ',')(amount)}{NBSP}€",
    "1.234,56": spaced(".", ","),
    "1,234.56": spaced(",", "."),
    "1'234.56": spaced("'", "."),
}
DAYS: Mapping[str, Callable[[date], Cell]] = {
    "iso": date.isoformat,
    "slashes": lambda day: f"{day:%d/%m/%Y}",
    "dots": lambda day: f"{day.day}.{day.month}.{day:%Y}",
}


def styles() -> SearchStrategy[Style]:
    text = st.builds(
        Style,
        st.just("csv"),
        st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        st.sampled_from(";,\t"),
        st.sampled_from(list(AMOUNTS.values())),
        st.sampled_from(list(DAYS.values())),
        st.sampled_from(["\n", "\r\n"]),
    )
    book = st.builds(Style, st.just("xlsx"), amount=st.just(lambda amount: amount), day=st.just(lambda day: day))
    return text | book


@st.composite
def invoices(draw: DrawFn, place: int, style: Style) -> Invoice:
    """An invoice with everything that a file can say of one."""
    text, maybe = names(style.encoding), names(style.encoding) | st.just("")
    amount = draw(amounts)
    due = draw(days)
    people = [
        Contact(role, draw(mails), draw(maybe)) for role in Role if draw(st.booleans()) or role is Role.ACCOUNTING
    ]
    name = draw(text)
    customer = Customer(
        id=f"C{place}",
        name=name,
        contacts=tuple(people),
        language=draw(st.sampled_from(["", "fr", "en"])),
        professional=draw(st.booleans()),
        phone=draw(st.sampled_from(["", "04 72 00 00 00", "+33472000000"])),
        address=tuple(draw(st.lists(text, max_size=3))),
        sector=draw(st.sampled_from(["private", "public"])),
        risk=draw(st.sampled_from(["", "low", "medium", "high"])),
        never=draw(st.booleans()),
        key_account=draw(st.booleans()),
    )
    agreed = draw(st.booleans()) and amount > 1
    return Invoice(
        number=f"{draw(st.sampled_from(['FA', 'F n° ', '2026/', 'Ž-', 'É']))}{place}",
        customer=customer,
        due=due,
        amount=amount,
        paid=draw(st.sampled_from([Decimal(0), amount, (amount / 3).quantize(CENTS)])),
        currency=draw(st.sampled_from(["EUR", "USD", "CHF"])) if style.format == "xlsx" else "EUR",
        issued=draw(st.none() | st.just(due - timedelta(days=30))),
        delivered=draw(st.none() | days),
        purpose=draw(st.sampled_from(["", *(one for one in PURPOSES if _fits(one, style.encoding))])),
        plan=draw(st.sampled_from(["", "standard"])),
        payment_method=draw(st.sampled_from(["", "virement", "prélèvement"])),
        payment_url=draw(st.sampled_from(["", "https://payer.test/f?n=1;2"])),
        factor=draw(maybe),
        pdf=draw(st.sampled_from(["", "pdf/f 1.pdf"])),
        discount=Decimal("0.50") if agreed else Decimal(0),
        discount_until=due if agreed else None,
    )


@st.composite
def files(draw: DrawFn) -> tuple[Style, list[Invoice], list[Credit], bytes]:
    """Some invoices, parts and credit notes, and the file that tells of them."""
    style = draw(styles())
    found: list[Invoice] = []
    for place in range(draw(st.integers(1, 5))):
        one = draw(invoices(place, style))
        found.append(one)
        if draw(st.booleans()):
            found.append(replace(one, due=one.due + timedelta(days=30), issued=one.issued))
    left = []
    lines = [row_of(one, style) for one in found]
    for place in range(draw(st.integers(0, 2))):
        note = replace(draw(invoices(place + 50, style)), paid=Decimal(0), discount=Decimal(0), discount_until=None)
        left.append(Credit(note.customer.id, note.number, note.amount, note.currency))
        lines.append(
            row_of(note, style) | {"amount": negative(style.amount(note.amount)), "paid": style.amount(Decimal(0))}
        )
    columns = draw(st.permutations(list(lines[0])))
    shown = {column: draw(st.sampled_from([column, SYNONYMS[column][0]])) for column in columns}
    cells: list[list[Cell]] = [
        [shown[column] for column in columns],
        *([line[column] for column in columns] for line in lines),
    ]
    return style, found, left, written(cells, style)


def negative(cell: Cell) -> Cell:
    return f"-{cell}" if isinstance(cell, str) else -cell if isinstance(cell, Decimal) else cell


def row_of(invoice: Invoice, style: Style) -> dict[str, Cell]:
    """What the file says of an invoice, by column."""
    customer = invoice.customer

    def day(value: date | None) -> Cell:
        return style.day(value) if value else ""

    said: dict[str, Cell] = {
        "number": invoice.number, "customer": customer.name, "customer_id": customer.id, "issued": day(invoice.issued),
        "due": day(invoice.due), "amount": style.amount(invoice.amount), "paid": style.amount(invoice.paid),
        "currency": invoice.currency, "purpose": invoice.purpose, "plan": invoice.plan, "risk": customer.risk,
        "key_account": "oui" if customer.key_account else "", "factor": invoice.factor, "language": customer.language,
        "discount": style.amount(invoice.discount) if invoice.discount else "", "pdf": invoice.pdf,
        "discount_until": day(invoice.discount_until), "professional": "yes" if customer.professional else "non",
        "never": "x" if customer.never else "", "delivered": day(invoice.delivered), "sector": customer.sector,
        "payment_method": invoice.payment_method, "payment_url": invoice.payment_url, "phone": customer.phone,
        "address": "|".join(customer.address),
    }  # fmt: skip
    people = {contact.role: contact for contact in customer.contacts}
    for role in Role:
        said[f"{role}_email"] = people[role].email if role in people else ""
        said[f"{role}_name"] = people[role].name if role in people else ""
    return said


def written(cells: Sequence[Sequence[Cell]], style: Style) -> bytes:
    if style.format == "xlsx":
        return xlsx(cells)
    text = io.StringIO()
    csv.writer(text, delimiter=style.separator, lineterminator=style.end).writerows(cells)
    return text.getvalue().encode(style.encoding)


def read(style: Style, content: bytes) -> Listed:
    return GivenTable().read(f"f.{style.format}", content)


@EVERY
@given(files())
def test_nothing_is_lost(made: tuple[Style, list[Invoice], list[Credit], bytes]) -> None:
    style, invoiced, left, content = made
    found = read(style, content)
    assert [str(problem) for problem in found.problems if not problem.warning] == []
    assert list(found.invoices) == invoiced
    assert list(found.credits) == left
    assert not [heading.heading for heading in found.headings if not heading.column]


def test_each_style_is_told_apart() -> None:
    amount, day = Decimal("1234567.80"), date(2026, 2, 1)
    assert [write(amount) for write in AMOUNTS.values()] == [
        "1234567.80", "1234567,80", "1 234 567,80", "1\u00a0234\u00a0567,80\u00a0€", "1.234.567,80", "1,234,567.80",
        "1'234'567.80",
    ]  # fmt: skip
    assert [write(day) for write in DAYS.values()] == ["2026-02-01", "01/02/2026", "1.2.2026"]


@pytest.mark.parametrize("lost", ["paid", "pdf", "phone", "purpose"])
def test_the_round_trip_sees_a_column_that_is_lost(lost: str) -> None:
    style = Style("csv", amount=AMOUNTS["1234,56"])
    whole = Invoice(
        number="F-1",
        customer=Customer(id="C1", name="Alpes", contacts=(Contact(Role.ACCOUNTING, "a@b.fr"),), phone="1"),
        due=date(2026, 1, 1),
        amount=Decimal("10.00"),
        paid=Decimal("5.00"),
        pdf="a.pdf",
        purpose="but",
    )
    line = row_of(whole, style)
    assert read(style, written([list(line), list(line.values())], style)).invoices == (whole,)
    line = line | {lost: ""}
    assert read(style, written([list(line), list(line.values())], style)).invoices != (whole,)
