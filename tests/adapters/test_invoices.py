"""The invoice file: what is read, in every form people write it, and the exact sentence for each mistake."""

import csv
import io
import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relancier.adapters.invoices import InvoiceFile, cells
from relancier.core.case import Contact, Customer, Invoice, Role
from relancier.ports import Snapshot, Source

HEADINGS = "number;customer;due;amount;accounting_email"
ROW = "F1;Aubry;31/12/2026;1 234,56;compta@aubry.example"


def source(tmp_path: Path, text: str | bytes, *, customers: str = "", columns: dict[str, str] | None = None) -> Source:
    path = tmp_path / "invoices.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    other = None
    if customers:
        other = tmp_path / "customers.csv"
        other.write_text(customers, "utf-8")
    return InvoiceFile(path, other, columns, own_addresses=["compta@lumen.example"])


def read(tmp_path: Path, text: str | bytes, *, customers: str = "", columns: dict[str, str] | None = None) -> Snapshot:
    return source(tmp_path, text, customers=customers, columns=columns).read()


def invoices(tmp_path: Path, text: str | bytes, *, customers: str = "", **columns: str) -> tuple[Invoice, ...]:
    snapshot = read(tmp_path, text, customers=customers, columns=columns)
    assert [str(problem) for problem in snapshot.problems] == []
    return snapshot.invoices


def table(headings: str, *rows: str) -> str:
    return "\n".join([headings, *rows, ""])


def with_column(heading: str, value: str) -> str:
    return table(f"{HEADINGS};{heading}", f"{ROW};{value}")


def with_cell(place: int, value: str) -> str:
    found = ROW.split(";")
    found[place] = value
    return table(HEADINGS, ";".join(found))


def test_a_small_file(tmp_path: Path) -> None:
    assert invoices(tmp_path, table(HEADINGS, ROW)) == (
        Invoice(
            number="F1",
            customer=Customer(
                id="aubry",
                name="Aubry",
                contacts=(Contact(Role.ACCOUNTING, "compta@aubry.example"),),
                language="fr",
            ),
            due=date(2026, 12, 31),
            amount=Decimal("1234.56"),
        ),
    )


def test_every_column_in_french(tmp_path: Path) -> None:
    (tmp_path / "f1.pdf").write_bytes(b"%PDF-1.7")
    row = {
        "N° facture": "F1",
        "Client": "Hôtel des Alpes",
        "Code client": "C12",
        "Date facture": "16/11/2026",
        "Échéance": "16/12/2026",
        "Montant TTC": "3\u202f610,80 €",
        "Réglé": "1 000,00",
        "Devise": "chf",
        "Objet": "Éclairage du hall",
        "Plan": "regulier",
        "Risque": "élevé",
        "Langue": "anglais",
        "Professionnel": "non",
        "Date de livraison": "2026-11-10",
        "Mode de règlement": "virement",
        "Secteur": "public",
        "Fichier": "f1.pdf",
        "Lien de paiement": "https://pay.example/f1",
        "Contact comptable": "Mme Rey",
        "Email comptable": "compta@alpes.example",
        "Interlocuteur commercial": "M. Blanc",
        "Email commercial": "achats@ALPES.example",
        "Contact direction": "Mme Roc",
        "Email direction": "direction@alpes.example",
        "Téléphone": "+33 4 00 00 00 00",
        "Adresse": "1 place du Lac | 74000 Annecy",
    }
    (invoice,) = invoices(tmp_path, table(";".join(row), ";".join(row.values())))
    assert invoice == Invoice(
        number="F1",
        customer=Customer(
            id="C12",
            name="Hôtel des Alpes",
            contacts=(
                Contact(Role.ACCOUNTING, "compta@alpes.example", "Mme Rey"),
                Contact(Role.SALES, "achats@alpes.example", "M. Blanc"),
                Contact(Role.MANAGEMENT, "direction@alpes.example", "Mme Roc"),
            ),
            language="en",
            professional=False,
            phone="+33 4 00 00 00 00",
            address=("1 place du Lac", "74000 Annecy"),
            sector="public",
            risk="high",
        ),
        due=date(2026, 12, 16),
        amount=Decimal("3610.80"),
        paid=Decimal(1000),
        currency="CHF",
        issued=date(2026, 11, 16),
        delivered=date(2026, 11, 10),
        purpose="Éclairage du hall",
        plan="regulier",
        payment_method="virement",
        payment_url="https://pay.example/f1",
        pdf=str(tmp_path.resolve() / "f1.pdf"),
    )
    assert invoice.amount_due == Decimal("2610.80")


@pytest.mark.parametrize(
    "headings",
    [
        "N° Facture;CLIENT;echeance;Montant  T.T.C.;e-mail",
        "numéro de facture;nom client;date d'échéance;total ttc;courriel",
        "Invoice number;Customer name;Due date;Amount;Accounting email",
        "n°;raison sociale;Date d’échéance;TTC;Adresse email",
    ],
)
def test_headings_as_people_write_them(tmp_path: Path, headings: str) -> None:
    assert len(invoices(tmp_path, table(headings, ROW))) == 1


def test_headings_that_the_configuration_names(tmp_path: Path) -> None:
    text = table(
        "Réf.;Tiers;Échéance;À régler le;Montant HT;Solde;Courrier", f"F1;Aubry;01/01/2020;{ROW[9:19]};1;2;a@b.fr"
    )
    named = {"number": "Réf.", "customer": "tiers", "due": "à régler le", "amount": "Solde"}
    (invoice,) = invoices(tmp_path, text, accounting_email="Courrier", **named)
    assert (invoice.due, invoice.amount) == (date(2026, 12, 31), Decimal(2))


AMOUNTS = {
    "1 234,56": "1234.56", "1\u00a0234,56": "1234.56", "1\u202f234,56 €": "1234.56", "1.234,56": "1234.56",
    "1234.56": "1234.56", "1,234.56": "1234.56", "1234,5": "1234.50", "1234": "1234.00", "12": "12.00",
    "1 234 567,89": "1234567.89", "1.234.567": "1234567.00", "1,234,567.8": "1234567.80", "€12.30": "12.30",
    "12,30 EUR": "12.30", "1'234.50": "1234.50", "1234,5000": "1234.50", "1234.500": "1234.50", "0,5": "0.50",
    "12,00 D": "12.00", "12,00 C": "-12.00", "12,00 CR": "-12.00", "1 234,56 € C": "-1234.56", "12,00- €": "-12.00",
    "-12,00": "-12.00", "\u221212,00": "-12.00", "(12,00)": "-12.00", "12,00-": "-12.00", "007": "7.00",
}  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_amounts(text: str, amount: str) -> None:
    assert str(cells.amount(text)) == amount


@pytest.mark.parametrize(
    "text", ["", "abc", "1,2,3", "12 34,00", "1.23.456", "1e3", "12,345,6", "٣", "1 2", "NaN", "-"]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not an amount; write it as 1 234,56 or 1234\.56\.$"):
        cells.amount(text)


@pytest.mark.parametrize(
    "text",
    ["31/12/2026", "31.12.2026", "31-12-2026", "2026-12-31", "2026-12-31 00:00:00", "2026-12-31T00:00:00",
     "31/12/2026 00:00", "31/12/26", "31.12.26", "31-déc-26", "31-déc.-26", "31 décembre 2026", "31 déc. 2026",
     "jeudi 31 décembre 2026", "31-Dec-2026", "2026-12-31 10:22:33", "2026-12-31T10:22:33.000", "31/12/2026 10:22:33",
     "20261231", "31122026", "311226", "46387", "46387.5", "31\u00a0décembre\u00a02026"],
)  # fmt: skip
def test_dates(text: str) -> None:
    assert cells.day(text) == date(2026, 12, 31)


# --- mistakes -------------------------------------------------------------------------------------------------------

AT = "invoices.csv:2: "
ROWS_WRONG: list[tuple[str, str]] = [
    (with_cell(0, ""), 'column "number": the cell is empty; every invoice needs it, so fill it in.'),
    (with_cell(1, ""), 'column "customer": no name, neither here nor in the customers file; fill it in.'),
    (with_cell(2, ""), 'column "due": the cell is empty; every invoice needs it, so fill it in.'),
    (with_cell(3, ""), 'column "amount": the cell is empty; every invoice needs it, so fill it in.'),
    (with_cell(0, "1,23E+05"),
     'column "number": "1,23E+05" was changed by a spreadsheet; format the column as text and enter the number again.'),
    (with_cell(0, "F" * 65),
     f'column "number": "{"F" * 39}…" is too long for an invoice number; it may have 64 characters.'),
    (with_cell(2, "31/02/2026"),
     'column "due": "31/02/2026" is no day of the calendar; write day, month, year, as in 31/12/2026.'),
    (with_cell(2, "12/31/2026"),
     ('column "due": "12/31/2026" is written month first, and other days of the column may be; '
      "write all of them day, month, year, as in 31/12/2026.")),
    (with_cell(2, "26-12-31"), 'column "due": "26-12-31" is not a date; write it as 31/12/2026 or 2026-12-31.'),
    (with_cell(2, "99999"), 'column "due": "99999" is not a date; write it as 31/12/2026 or 2026-12-31.'),
    (with_cell(2, "31/12-2026"), 'column "due": "31/12-2026" is not a date; write it as 31/12/2026 or 2026-12-31.'),
    (with_cell(2, "31/12/0026"), 'column "due": "31/12/0026" is in the year 26; correct the year.'),
    (with_cell(3, "1.234"),
     'column "amount": "1.234" can be read in two ways; write 1234,00 if it is in thousands.'),
    (with_cell(3, "12 euros"), 'column "amount": "12 euros" is not an amount; write it as 1 234,56 or 1234.56.'),
    (with_cell(3, "12,345"),
     'column "amount": "12,345" can be read in two ways; write 12345,00 if it is in thousands.'),
    (with_cell(3, "#REF!"),
     'column "amount": "#REF!" in cell D2 is a formula\'s error; mend it, or write the value.'),
    (with_cell(1, "#N/A"), 'column "customer": "#N/A" in cell B2 is a formula\'s error; mend it, or write the value.'),
    (with_cell(4, "compta.aubry.example"),
     ('column "accounting_email": "compta.aubry.example" is not a mail address: '
     "an email address must have an @-sign; write one address, as in compta@client.fr.")),
    (with_cell(4, '"a@b.fr; c@d.fr"'),
     ('column "accounting_email": "a@b.fr; c@d.fr" is not a mail address: '
     "the part after the @-sign contains invalid characters: ';', '@', SPACE; "
     "write one address, as in compta@client.fr.")),
    (with_cell(4, "Jean <a@b.fr>"),
     ('column "accounting_email": "Jean <a@b.fr>" is not a mail address: '
     "a display name and angle brackets around the email address are not permitted here; "
     "write one address, as in compta@client.fr.")),
    (with_cell(4, "a@b.local"),
     ('column "accounting_email": "a@b.local" is not a mail address: '
     "the part after the @-sign is a special-use or reserved name that cannot be used with email; "
     "write one address, as in compta@client.fr.")),
    (with_cell(4, "Compta@LUMEN.example"),
     'column "accounting_email": "Compta@lumen.example" is our own mailbox; write the customer\'s address.'),
    (with_column("réglé", "oui"), 'column "réglé": "oui" is not an amount; write it as 1 234,56 or 1234.56.'),
    (with_column("réglé", "-3"), 'column "réglé": -3.00 is below zero; write what was paid, as in 0 or 120,00.'),
    (with_column("devise", "EURO"), 'column "devise": "EURO" is no currency; write its ISO code, as in EUR.'),
    (with_column("devise", "$"), 'column "devise": "$" is no currency; write its ISO code, as in EUR.'),
    (with_column("risque", "5"),
     'column "risque": "5" is no risk; write low, medium or high (faible, moyen, élevé).'),
    (with_column("langue", "klingon"), 'column "langue": "klingon" is no language; write two letters, as in fr or en.'),
    (with_column("professionnel", "peut-être"),
     'column "professionnel": "peut-être" is neither yes nor no; write yes, no, oui or non.'),
    (with_column("never", "2"), 'column "never": "2" is neither yes nor no; write yes, no, oui or non.'),
    (with_column("secteur", "mixte"), 'column "secteur": "mixte" is no sector; write private or public.'),
    (with_column("date facture", "hier"),
     'column "date facture": "hier" is not a date; write it as 31/12/2026 or 2026-12-31.'),
    (with_column("lien de paiement", "http://pay.example"),
     ('column "lien de paiement": "http://pay.example" is no safe link; '
     "write an address that begins with https://.")),
    (with_column("payment_url", "javascript:alert(1)"),
     'column "payment_url": "javascript:alert(1)" is no safe link; write an address that begins with https://.'),
    # what would smuggle a header or hide text (CR, LF, NUL, controls)
    (with_cell(1, '"Aubry\nBcc: x@y.fr"'),
     'column "customer": "Aubry�Bcc: x@y.fr" holds a line break; take it out.'),
    (with_cell(1, '"Aubry\r\nBcc: x@y.fr"'),
     'column "customer": "Aubry��Bcc: x@y.fr" holds a line break; take it out.'),
    (with_cell(0, '"F1\r"'), 'column "number": "F1�" holds a line break; take it out.'),
    (with_cell(0, "F1\0"), 'column "number": "F1�" holds a control character; take it out.'),
    (with_cell(4, "a\x01@b.fr"), 'column "accounting_email": "a�@b.fr" holds a control character; take it out.'),
    (with_cell(1, "Aubry\u202egnp.exe"), 'column "customer": "Aubry�gnp.exe" holds a control character; take it out.'),
    (with_cell(1, "Aubry\u2028x"), 'column "customer": "Aubry�x" holds a control character; take it out.'),
    (with_column("adresse", '"1 rue X\n69000 Lyon"'),
     'column "adresse": "1 rue X�69000 Lyon" holds a line break; take it out; separate the lines with |.'),
    (with_column("fichier", "a\tb.pdf"), 'column "fichier": "a�b.pdf" holds a control character; take it out.'),
    # the shape of the row
    (table(HEADINGS, "F1;Aubry;31/12/2026;1 234,5"),
     ("the line has 4 cells where the headings are 5; put text that holds semicolons in quotation marks, "
     "or export the file again if it was cut short.")),
    (table(HEADINGS, ROW + ";x"),
     ("the line has 6 cells where the headings are 5; put text that holds semicolons in quotation marks, "
     "or export the file again if it was cut short.")),
    (table(HEADINGS, 'F1;"Aubry;31/12/2026;1 234,56;a@b.fr'),
     "a quotation mark is opened and not closed, or stands inside a text; double it, or close the text."),
    (table(HEADINGS, 'F1;"Aubry" SARL;31/12/2026;1 234,56;a@b.fr'),
     "a quotation mark is opened and not closed, or stands inside a text; double it, or close the text."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), ROWS_WRONG, ids=lambda value: value[:60] if "\n" not in value else "")
def test_each_mistake_in_a_row_has_its_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    snapshot = read(tmp_path, text)
    assert snapshot.invoices == ()
    assert [str(problem) for problem in snapshot.problems] == [AT + sentence]
    assert not snapshot.problems[0].warning


WRITTEN = '"number", "customer", "due"'
FILES_WRONG: list[tuple[bytes, str]] = [
    (b"", "invoices.csv: the file is empty; export the invoices again."),
    (b" \n\n", "invoices.csv: the file is empty; export the invoices again."),
    (b"PK\x03\x04....",
     "invoices.csv: the workbook is damaged or was cut short; open it, save it again, or export it again."),
    (b"number|customer|due|amount\n", ('invoices.csv:1: no heading of the first line is understood, '
     '"number|customer|due|amount"; the first line must hold the headings, separated by ; or , or tabs, '
     "as in number;customer;due;amount;accounting_email.")),
    (b"number;customer;due;accounting_email\n",
     (f'invoices.csv:1: no column for amount (montant ttc); the headings are {WRITTEN}, "accounting_email": '
     'add the column, or name it in [invoices.columns], as in amount = "…".')),
    (b"number;customer;due;amount\n",
     (f'invoices.csv:1: no column for accounting_email; the headings are {WRITTEN}, "amount": '
     'add the column, or name it in [invoices.columns], as in accounting_email = "…".')),
    (b"number;customer;due;amount;ttc;email\n",
     ('invoices.csv:1: columns "amount" and "ttc" both read as amount; say which one in [invoices.columns], '
     'as in amount = "ttc", and rename the other if they are the same.')),
    ("numéro;customer;due;amount;email\nF1;Hôtel".encode()[:-4],
     "invoices.csv:2: the file ends in the middle of a character; it was cut short, so export it again."),
    (b"\xff\xfen\0u\0", ('invoices.csv:1: no heading of the first line is understood, "nu"; '
     "the first line must hold the headings, separated by ; or , or tabs, "
     "as in number;customer;due;amount;accounting_email.")),
    (b"number;customer;due;amount;email\nF1;\x81\x8d\xe9\n",
     "invoices.csv:2: the text is neither UTF-8 nor Windows-1252; save the file as UTF-8."),
    (f"{HEADINGS}\n{ROW}\nF2;Rey;01/01/2027;5;a@b.fr\n{ROW}\n".encode(),
     ('invoices.csv:4: column "number": F1 due on 2026-12-31 stands on line 2 already; '
     "remove one of the two, or correct the due date of an invoice due in parts.")),
]  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), FILES_WRONG)
def test_each_mistake_in_a_file_has_its_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    snapshot = read(tmp_path, content)
    assert snapshot.invoices == ()
    assert [str(problem) for problem in snapshot.problems] == [sentence]


def test_a_heading_of_the_configuration_that_is_not_there(tmp_path: Path) -> None:
    snapshot = read(tmp_path, table(HEADINGS, ROW), columns={"purpose": "costumer"})
    assert [str(problem) for problem in snapshot.problems] == [
        (
            'invoices.csv:1: [invoices.columns] purpose = "costumer", but no column has this heading; '
            'did you mean "customer"?'
        )
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    snapshot = InvoiceFile(tmp_path / "none.csv").read()
    assert snapshot.as_of == datetime(1970, 1, 1, tzinfo=UTC)
    assert [str(problem) for problem in snapshot.problems] == [
        f"{tmp_path}/none.csv: there is no such file; put it there, or correct its path in [invoices]."
    ]
    assert [str(problem) for problem in InvoiceFile(tmp_path).read().problems] == [
        f"{tmp_path}: this folder holds no CSV or XLSX file; put the export there."
    ]


def test_every_mistake_is_told_at_once_and_nothing_is_taken(tmp_path: Path) -> None:
    snapshot = read(tmp_path, table(HEADINGS, ROW, "F2;Rey;demain;x;a@b", "F3;Roc;31/12/2026;1;a@b.fr"))
    assert snapshot.invoices == ()
    assert [(problem.line, problem.text.split(":")[0]) for problem in snapshot.problems] == [
        (3, 'column "due"'),
        (3, 'column "amount"'),
        (3, 'column "accounting_email"'),
    ]


def test_a_column_of_mistakes_does_not_flood(tmp_path: Path) -> None:
    snapshot = read(tmp_path, table(HEADINGS, *(f"F{i};Rey;demain;1;a@b.fr" for i in range(1000))))
    assert len(snapshot.problems) == 101
    assert snapshot.problems[-1].text == "900 more of this kind are not shown; mend these first."


HELD = "the customer's reminders are held"


# --- warnings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept", "sentence"),
    [
        (with_cell(3, "-12"), 0,
         f'column "amount": F1 is of -12.00 and is left out: a credit note is not chased; {HELD} until it is used.'),
        (with_cell(3, "0"), 0, 'column "amount": F1 is of 0.00 and is left out: nothing is to be paid.'),
        (with_cell(4, ""), 1,
         'column "accounting_email": no mail address for Aubry, so F1 is a task for a person.'),
        (with_column("paid", "2000"), 1,
         ('column "paid": 2000.00 is more than the amount 1234.56; '
         f"F1 counts as paid, and {HELD} until the rest is used.")),
        (with_column("issued", "2027-01-01"), 1,
         'column "issued": F1 was issued after its due date 2026-12-31; compare the two dates.'),
    ],
)  # fmt: skip
def test_what_is_odd_is_a_warning(tmp_path: Path, text: str, kept: int, sentence: str) -> None:
    snapshot = read(tmp_path, text)
    assert len(snapshot.invoices) == kept
    assert all(invoice.amount_due >= 0 for invoice in snapshot.invoices)
    assert [str(problem) for problem in snapshot.problems] == [AT + sentence]
    assert snapshot.problems[0].warning


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("AV1;Aubry;31/12/2026;-12,00;a@b.fr;", ["12.00"]),
        ("AV1;Aubry;31/12/2026;-12,00;a@b.fr;-5", ["7.00"]),
        ("AV1;Aubry;31/12/2026;-12,00;a@b.fr;5", ["7.00"]),
        ("AV1;Aubry;31/12/2026;-12,00;a@b.fr;12", []),
        ("F1;Aubry;31/12/2026;12,00;a@b.fr;15", ["3.00"]),
        ("F1;Aubry;31/12/2026;12,00;a@b.fr;12", []),
        ("F1;Aubry;31/12/2026;0;a@b.fr;", []),
    ],
)
def test_what_a_customer_has_to_the_good_is_carried_along(tmp_path: Path, row: str, left: list[str]) -> None:
    found = read(tmp_path, table(HEADINGS + ";paid", row)).credits
    assert [(one.customer, str(one.amount)) for one in found] == [("aubry", amount) for amount in left]


def test_a_refused_file_tells_of_no_credit(tmp_path: Path) -> None:
    snapshot = read(tmp_path, table(HEADINGS, "AV1;Aubry;31/12/2026;-12;a@b.fr", "F2;Aubry;demain;5;a@b.fr"))
    assert snapshot.credits == ()


def test_a_paid_invoice_without_address_is_nobodys_task(tmp_path: Path) -> None:
    text = table(HEADINGS + ";paid;never", "F1;A;31/12/2026;5;;5;", "F2;B;31/12/2026;5;;;oui")
    assert len(invoices(tmp_path, text)) == 2


# --- shapes of files ------------------------------------------------------------------------------------------------


def test_an_invoice_due_in_parts_is_no_duplicate(tmp_path: Path) -> None:
    text = table(HEADINGS, ROW, ROW.replace("31/12", "30/11"))
    assert [invoice.key for invoice in invoices(tmp_path, text)] == ["F1|2026-12-31", "F1|2026-11-30"]


def test_lines_are_counted_through_quoted_line_breaks(tmp_path: Path) -> None:
    text = table(HEADINGS + ";objet", f'{ROW};"pose\nde luminaires"', "", "F2;Rey;demain;1;a@b.fr;x")
    (problem,) = read(tmp_path, text).problems
    assert problem.line == 5
    (invoice,) = invoices(tmp_path, text.replace("demain;1", "31/12/2026;0").split("\nF2")[0] + "\n")
    assert invoice.purpose == "pose de luminaires"


def test_empty_cells_after_the_last_column_do_no_harm(tmp_path: Path) -> None:
    assert len(invoices(tmp_path, table(HEADINGS + ";;", ROW + ";;", ROW.replace("F1", "F2") + ";;;"))) == 2


def test_headings_alone_are_an_empty_list(tmp_path: Path) -> None:
    assert invoices(tmp_path, HEADINGS + "\n") == ()


def test_a_windows_file_may_end_on_an_accent(tmp_path: Path) -> None:
    text = f"{HEADINGS};objet\n{ROW};payé".encode("cp1252")
    assert invoices(tmp_path, text)[0].purpose == "payé"


def test_a_customer_that_is_never_chased_is_never_chased_on_any_line(tmp_path: Path) -> None:
    text = table(HEADINGS + ";never", ROW + ";", ROW.replace("F1", "F2") + ";oui", "F3;Rey;31/12/2026;1;a@b.fr;non")
    assert [invoice.customer.never for invoice in invoices(tmp_path, text)] == [True, True, False]


def test_test_and_example_domains_are_addresses(tmp_path: Path) -> None:
    found = invoices(tmp_path, table(HEADINGS, "F1;A;31/12/2026;1;a@client.test", "F2;B;31/12/2026;1;b@client.example"))
    assert [invoice.customer.contacts[0].email for invoice in found] == ["a@client.test", "b@client.example"]


# --- the customers file ---------------------------------------------------------------------------------------------

BARE = "number;customer;code client;due;amount"


def test_the_customers_file_completes_by_code_and_by_name(tmp_path: Path) -> None:
    customers = table(
        "code client;client;email;langue;risque;plan;professionnel;never;téléphone;adresse;secteur;email commercial",
        "C1;Aubry SARL;compta@aubry.example;en;low;regulier;non;;+33 1;1 rue X|Lyon;public;achats@aubry.example",
        "C2;Rey;rey@rey.example;;;;;oui;;;;",
    )
    text = table(BARE, "F1;Aubry;C1;31/12/2026;1", "F2; REY ;;31/12/2026;1", "F3;;C1;31/12/2026;1")
    aubry, rey, unnamed = invoices(tmp_path, text, customers=customers)
    assert aubry.customer == Customer(
        id="C1",
        name="Aubry",
        contacts=(Contact(Role.ACCOUNTING, "compta@aubry.example"), Contact(Role.SALES, "achats@aubry.example")),
        language="en",
        professional=False,
        phone="+33 1",
        address=("1 rue X", "Lyon"),
        sector="public",
        risk="low",
    )
    assert aubry.plan == "regulier"
    assert (rey.customer.id, rey.customer.never, rey.customer.language) == ("C2", True, "fr")
    assert unnamed.customer.name == "Aubry SARL"


def test_the_invoice_file_goes_before_the_customers_file(tmp_path: Path) -> None:
    customers = table("client;email;plan;professionnel", "Aubry;old@aubry.example;regulier;non")
    text = table(f"{HEADINGS};plan;pro", f"{ROW};squad;oui")
    (invoice,) = invoices(tmp_path, text, customers=customers)
    assert invoice.customer.contacts == (Contact(Role.ACCOUNTING, "compta@aubry.example"),)
    assert invoice.plan == "squad"
    assert invoice.customer.professional


@pytest.mark.parametrize(
    ("customers", "sentence"),
    [
        ("client;email\nA;a@b\n", ('customers.csv:2: column "email": "a@b" is not a mail address: the part after the '
         "@-sign is not valid; write one address, as in compta@client.fr.")),
        ("client;email\nA;a@b.fr\na ;c@d.fr\n",
         'customers.csv:3: column "client": this customer stands on line 2 already; keep one of the two.'),
        ("client;email\n;a@b.fr\n",
         'customers.csv:2: column "client": neither a name nor a code; fill one of them in.'),
        ("qui;email\nA;a@b.fr\n",
         ('customers.csv:1: no column for customer (client); the headings are "qui", "email": '
         'add the column, or name it in [invoices.columns], as in customer = "qui".')),
        ("client;email\nA;compta@lumen.example\n",
         'customers.csv:2: column "email": "compta@lumen.example" is our own mailbox; write the customer\'s address.'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_customers_file_refuses_both(tmp_path: Path, customers: str, sentence: str) -> None:
    snapshot = read(tmp_path, table(HEADINGS, ROW), customers=customers)
    assert snapshot.invoices == ()
    assert [str(problem) for problem in snapshot.problems] == [sentence]


# --- PDFs -----------------------------------------------------------------------------------------------------------


def a_pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7")


def outside(tmp_path: Path) -> str:
    a_pdf(tmp_path / "secret.pdf")
    return "../secret.pdf"


def linked(tmp_path: Path) -> str:
    a_pdf(tmp_path / "secret.pdf")
    (tmp_path / "in" / "link.pdf").symlink_to("../secret.pdf")
    return "link.pdf"


def through_a_folder(tmp_path: Path) -> str:
    a_pdf(tmp_path / "secret.pdf")
    (tmp_path / "in" / "pdf").symlink_to("..")
    return "pdf/secret.pdf"


def absolute(tmp_path: Path) -> str:
    a_pdf(tmp_path / "secret.pdf")
    return str(tmp_path / "secret.pdf")


def beside(tmp_path: Path) -> str:
    (tmp_path / "in-other").mkdir()
    a_pdf(tmp_path / "in-other" / "f.pdf")
    return "../in-other/f.pdf"


def no_pdf(tmp_path: Path) -> str:
    (tmp_path / "in" / "f.pdf").write_text("hello")
    return "f.pdf"


def too_large(tmp_path: Path) -> str:
    path = tmp_path / "in" / "f.pdf"
    a_pdf(path)
    os.truncate(path, 10_000_001)
    return "f.pdf"


def a_pipe(tmp_path: Path) -> str:
    os.mkfifo(tmp_path / "in" / "f.pdf")
    return "f.pdf"


def absent(_: Path) -> str:
    return "f.pdf"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (outside, "lies outside {folder}; put the PDF below the folder of the invoice file."),
        (linked, "lies outside {folder}; put the PDF below the folder of the invoice file."),
        (through_a_folder, "lies outside {folder}; put the PDF below the folder of the invoice file."),
        (absolute, "lies outside {folder}; put the PDF below the folder of the invoice file."),
        (beside, "lies outside {folder}; put the PDF below the folder of the invoice file."),
        (no_pdf, "is not a PDF, or cannot be read; export the invoice as PDF again."),
        (too_large, "is larger than 10 MB; make it smaller."),
        (a_pipe, "is not a file; name the invoice's PDF."),
        (absent, "is not there; put the PDF into {folder}, or correct its name."),
    ],
)
def test_a_pdf_that_is_refused(tmp_path: Path, make: Callable[[Path], str], reason: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    name = make(tmp_path)
    (problem,) = read(folder, with_column("pdf", name)).problems
    shown = name if len(name) <= 40 else f"{name[:39]}…"
    assert str(problem) == f'{AT}column "pdf": "{shown}" {reason.format(folder=folder.resolve())}'


def test_a_pdf_may_be_a_link_that_stays_below(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    a_pdf(tmp_path / "pdf" / "f.pdf")
    (tmp_path / "f1.pdf").symlink_to("pdf/f.pdf")
    (invoice,) = invoices(tmp_path, with_column("pdf", "f1.pdf"))
    assert invoice.pdf == str(tmp_path.resolve() / "pdf" / "f.pdf")


# --- a file that changes --------------------------------------------------------------------------------------------


def test_as_of_is_when_the_file_was_written(tmp_path: Path) -> None:
    here = source(tmp_path, table(HEADINGS, ROW))
    at = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)
    os.utime(tmp_path / "invoices.csv", (0, at.timestamp()))
    assert here.read().as_of == at


def test_changed_until_it_is_read_and_when_either_file_changes(tmp_path: Path) -> None:
    here = source(tmp_path, table(HEADINGS, ROW), customers="client;email\nA;a@b.fr\n")
    assert here.changed()
    here.read()
    assert not here.changed()
    for name in ("invoices.csv", "customers.csv"):
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        assert here.changed()
        here.read()
        assert not here.changed()
    fresh = tmp_path / "fresh.csv"
    before = (tmp_path / "invoices.csv").stat()
    fresh.write_bytes((tmp_path / "invoices.csv").read_bytes())
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.rename(tmp_path / "invoices.csv")
    assert here.changed()
    here.read()
    (tmp_path / "invoices.csv").unlink()
    assert here.changed()
    assert here.read().problems
    assert not here.changed()


def test_a_file_that_grows_while_it_is_read_is_refused_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(table(HEADINGS, ROW))

    def writing(file: Path) -> bytes:
        content = file.read_bytes()
        with file.open("a") as more:
            more.write(ROW.replace("F1", "F2"))
        return content

    here = InvoiceFile(path, read_bytes=writing)
    snapshot = here.read()
    assert snapshot.invoices == ()
    assert [str(problem) for problem in snapshot.problems] == [
        "invoices.csv: the file is still being written; it is read again when that has ended."
    ]
    assert here.changed()


def test_a_file_under_a_busy_writer_is_whole_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    rows = [ROW.replace("F1", f"F{place}") for place in range(2000)]
    text = table(HEADINGS, *rows)
    path.write_text(text)
    here = InvoiceFile(path, clock=lambda: datetime.now(UTC))
    assert len(here.read().invoices) == len(rows)
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            with path.open("w") as file:
                for start in range(0, len(text), 4096):
                    file.write(text[start : start + 4096])
                    file.flush()

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        snapshots = [here.read() for _ in range(50)]
    finally:
        stop.set()
        writer.join()
    wrong = [snapshot for snapshot in snapshots if not snapshot.problems and len(snapshot.invoices) != len(rows)]
    assert wrong == []


# --- every form of the same invoices --------------------------------------------------------------------------------

WORD = st.text(alphabet=st.sampled_from("abcdeéèêçàôABC 0123456789&'-.,;\"/()€œ"), min_size=1, max_size=30)
NAME = WORD.map(lambda text: " ".join(text.split())).filter(bool)
MONEY = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2)
EMAIL = st.from_regex(r"[a-z]{1,8}\.[a-z0-9]{1,5}@[a-z]{2,8}\.(example|test|fr)", fullmatch=True)


@st.composite
def some_invoices(draw: st.DrawFn) -> tuple[Invoice, ...]:
    found = {}
    for _ in range(draw(st.integers(1, 5))):
        name, code = draw(NAME), draw(st.sampled_from(["", "C1", "C2"]))
        roles = draw(st.sets(st.sampled_from(list(Role)), min_size=1))
        customer = Customer(
            id=code or name.casefold(),
            name=name,
            contacts=tuple(Contact(role, draw(EMAIL), draw(NAME)) for role in Role if role in roles),
            language=draw(st.sampled_from(["fr", "en"])),
            professional=draw(st.booleans()),
        )
        due = draw(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
        amount = draw(MONEY)
        invoice = Invoice(
            number=draw(NAME.filter(lambda text: not re.fullmatch(r"\d+([.,]\d+)?E\+\d+", text, re.IGNORECASE))),
            customer=customer,
            due=due,
            amount=amount,
            paid=draw(st.sampled_from([Decimal("0.00"), amount])),
            purpose=draw(NAME),
            issued=draw(st.none() | st.dates(date(1990, 1, 1), due)),
        )
        found[invoice.key] = invoice
    return tuple(found.values())


def grouped(amount: Decimal, thousands: str, point: str) -> str:
    return f"{amount:,.2f}".replace(",", "T").replace(".", point).replace("T", thousands)


MONEY_FORMS: list[Callable[[Decimal], str]] = [
    str,
    lambda amount: str(amount).replace(".", ","),
    lambda amount: grouped(amount, " ", ","),
    lambda amount: grouped(amount, "\u00a0", ",") + "\u00a0€",
    lambda amount: grouped(amount, ".", ","),
    lambda amount: grouped(amount, ",", "."),
]
DATE_FORMS = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"]
HEADING_FORMS = [
    ["number", "customer", "customer_id", "due", "issued", "amount", "paid", "purpose", "language", "professional",
     "accounting_name", "accounting_email", "sales_name", "sales_email", "management_name", "management_email"],
    ["N° facture", "Client", "Code client", "Échéance", "Date facture", "Montant TTC", "Réglé", "Objet", "Langue",
     "Professionnel", "Contact comptable", "Email comptable", "Interlocuteur commercial", "Email commercial",
     "Contact direction", "Email direction"],
]  # fmt: skip


def as_row(invoice: Invoice, money: Callable[[Decimal], str], dates: str) -> list[str]:
    customer = invoice.customer
    contacts = {contact.role: contact for contact in customer.contacts}
    nobody = Contact(Role.SALES, "")
    people = [text for role in Role for text in (contacts.get(role, nobody).name, contacts.get(role, nobody).email)]
    return [
        invoice.number, customer.name, customer.id if customer.id in {"C1", "C2"} else "",
        invoice.due.strftime(dates), invoice.issued.strftime(dates) if invoice.issued else "",
        money(invoice.amount), money(invoice.paid), invoice.purpose, customer.language,
        "oui" if customer.professional else "non", *people,
    ]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=some_invoices(),
    separator=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    money=st.sampled_from(MONEY_FORMS),
    dates=st.sampled_from(DATE_FORMS),
    headings=st.sampled_from(HEADING_FORMS),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_the_same_invoices_in_every_form(
    tmp_path: Path,
    *,
    wanted: tuple[Invoice, ...],
    separator: str,
    encoding: str,
    money: Callable[[Decimal], str],
    dates: str,
    headings: list[str],
    newline: str,
    quoting: int,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(headings)
    writer.writerows(as_row(invoice, money, dates) for invoice in wanted)
    assert invoices(tmp_path, text.getvalue().encode(encoding)) == wanted


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), cut=st.integers(0, 400))
def test_no_content_ever_raises(tmp_path: Path, content: bytes, cut: int) -> None:
    whole = (table(HEADINGS, ROW).encode())[:cut] + content
    snapshot = read(tmp_path, whole)
    assert not snapshot.invoices or all(problem.warning for problem in snapshot.problems)


def test_key_accounts_and_factors_are_read_from_the_invoices_and_the_customers(tmp_path: Path) -> None:
    text = "n° facture;client;échéance;montant ttc;email;compte clé;affactureur\n"
    text += "F1;Dupont;31/12/2026;10;a@dupont.test;oui;BNP Factor\nF2;Martin;31/12/2026;10;a@martin.test;;\n"
    customers = "client;compte clé\nMartin;oui\n"
    first, second = invoices(tmp_path, text, customers=customers)
    assert (first.factor, first.customer.key_account) == ("BNP Factor", True)
    assert (second.factor, second.customer.key_account) == ("", True)
    (plain,) = invoices(tmp_path, "n° facture;client;échéance;montant ttc;email\nF1;D;31/12/2026;10;a@d.test\n")
    assert (plain.factor, plain.customer.key_account) == ("", False)
