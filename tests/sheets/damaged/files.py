"""Fifty and more files as people and programs damage them; tests/sheets/test_damaged.py says what becomes of each."""

from collections.abc import Callable
from datetime import date

from tests.sheets.written import Cell, Raw, xlsx, zipped

HEADINGS = "N° facture;Client;Échéance;Montant TTC;Réglé;Email comptable"
PLAIN = "number;customer;due;amount;paid;accounting_email"
ALPES = "F-1;Alpes SA;31/12/2026;1 200,00;0;compta@alpes.test"
BORA = "F-2;Bora SAS;15/01/2027;99,90;9,90;compta@bora.test"
ROW: list[Cell] = ["F-1", "Alpes SA", date(2026, 12, 31), 1200, 0, "compta@alpes.test"]
OWN = "compta@lumen.test"
COLUMNS: list[Cell] = list(HEADINGS.split(";"))


def text(*lines: str) -> bytes:
    """Lines as UTF-8."""
    return "".join(f"{line}\n" for line in lines).encode()


def alpes(old: str, new: str, headings: str = HEADINGS) -> bytes:
    """A file of one invoice, one place of which is written otherwise."""
    assert old in ALPES
    return text(headings, ALPES.replace(old, new))


def book(*rows: list[Cell]) -> bytes:
    """A workbook of one sheet with these rows."""
    return xlsx([COLUMNS, *rows])


def row(place: int, cell: Cell) -> list[Cell]:
    """The row of one invoice, one cell of which is another."""
    return [*ROW[:place], cell, *ROW[place + 1 :]]


def hundred_thousand() -> bytes:
    """A hundred thousand good lines, and one that is not."""
    lines = [f"F-{at};Alpes {at % 9000} SA;31/12/2026;{at},50;0;compta@c{at % 9000}.test" for at in range(1, 100_001)]
    return text(HEADINGS, *lines, ALPES.replace("31/12/2026", "31/02/2026"))


FILES: dict[str, bytes | Callable[[], bytes]] = {
    "cut_in_row.csv": text(HEADINGS, ALPES) + BORA[:12].encode(),
    "cut_in_quote.csv": text(HEADINGS, ALPES) + b'F-2;"Bora S',
    "cut_in_character.csv": text(HEADINGS, ALPES) + "F-2;Bé".encode()[:-1],
    "cut_between.csv": text(HEADINGS, ALPES) + BORA.encode()[:-4],
    "shuffled.csv": text(
        "Email comptable;Montant TTC;Client;Réglé;N° facture;Échéance",
        "compta@alpes.test;1 200,00;Alpes SA;0;F-1;31/12/2026",
    ),
    "mixed_heading.csv": HEADINGS.encode() + b"\n" + ALPES.replace("Alpes", "Cèdre").encode("cp1252") + b"\n",
    "mixed_names.csv": text(PLAIN, ALPES.replace("Alpes", "Cèdre"))
    + BORA.replace("Bora", "Bœuf").encode("cp1252")
    + b"\n",
    "utf16_no_mark.csv": f"{HEADINGS}\n{ALPES}\n".encode("utf-16-le"),
    "utf16_cut.csv": f"{HEADINGS}\n{ALPES}\n".encode("utf-16")[:-1],
    "unknown_byte.csv": text(PLAIN, ALPES) + b"F-2;B\x81\xe9ra;15/01/2027;9;0;a@b.test\n",
    "twice.csv": text(HEADINGS, ALPES, BORA, ALPES),
    "twice_spelt.csv": text(HEADINGS, ALPES, ALPES.replace("31/12/2026", "2026-12-31").replace("1 200", "5")),
    "parts.csv": text(HEADINGS, ALPES, ALPES.replace("31/12/2026", "31/01/2027")),
    "ref_error.csv": alpes("1 200,00", "#REF!"),
    "na_number.csv": alpes("F-1", "#N/A"),
    "name_customer_err.csv": alpes("Alpes SA", "#NOM?"),
    "error_cell.xlsx": book(row(3, Raw('<c r="{ref}" t="e"><v>#DIV/0!</v></c>'))),
    "never_calculated.xlsx": book(row(3, Raw('<c r="{ref}"><f>SUM(A1:A2)</f></c>'))),
    "month_first.csv": alpes("31/12/2026", "12/31/2026"),
    "month_first_some.csv": text(
        HEADINGS, ALPES.replace("31/12/2026", "05/06/2026"), BORA.replace("15/01/2027", "01/15/2027")
    ),
    "february.csv": alpes("31/12/2026", "31/02/2026"),
    "year_2206.csv": alpes("2026", "2206"),
    "year_0026.csv": alpes("2026", "0026"),
    "two_digit_year.csv": alpes("2026", "26"),
    "with_time.csv": alpes("31/12/2026", "31/12/2026 13:45"),
    "serial_in_csv.csv": alpes("31/12/2026", "46387"),
    "due_before_issued.csv": text("Date facture;" + HEADINGS, "15/01/2027;" + ALPES),
    "wrong_separator_rows.csv": alpes(";", ","),
    "pipes.csv": text(HEADINGS.replace(";", "|"), ALPES.replace(";", "|")),
    "spaces.csv": text(HEADINGS.replace(";", "   "), ALPES.replace(";", "   ")),
    "ragged_long.csv": text(HEADINGS, ALPES + ";x;y", BORA),
    "unquoted.csv": alpes("Alpes SA", "Alpes; SA"),
    "decimal_comma.csv": text(HEADINGS.replace(";", ","), ALPES.replace(";", ",").replace("1 200,00", "1200,50")),
    "duplicate_headings.csv": text(HEADINGS + ";Montant TTC", ALPES + ";5,00"),
    "duplicate_synonyms.csv": text(HEADINGS + ";Total TTC", ALPES + ";5,00"),
    "empty.csv": b"",
    "blank.csv": b" \r\n\r\n\t\n",
    "only_headings.csv": text(HEADINGS),
    "no_headings.csv": text(ALPES, BORA),
    "no_amount.csv": text(HEADINGS.replace("Montant TTC", "Blabla"), ALPES),
    "no_due.csv": text(HEADINGS.replace("Échéance", "Blabla"), ALPES),
    "binary.csv": bytes(range(256)) * 20,
    "image.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200),
    "page.xls": b"<html><body><table><tr><td>N\xc2\xb0 facture</td></tr></table></body></html>",
    "excel2003.xls": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    "json.csv": b'[{"number": "F-1", "amount": 12}]',
    "thousand.csv": alpes("1 200,00", "1.234"),
    "thousand_comma.csv": alpes("1 200,00", "1,234"),
    "letter_o.csv": alpes("1 200,00", "12OO,00"),
    "huge.csv": alpes("1 200,00", "99999999999999"),
    "three_decimals.csv": alpes("1 200,00", "12,345"),
    "negative_paid.csv": alpes(";0;", ";-5,00;"),
    "overpaid.csv": alpes(";0;", ";1 300,00;"),
    "negative_amount.csv": text(HEADINGS, ALPES, BORA.replace("99,90;9,90", "-99,90;0")),
    "cr_in_name.csv": alpes("Alpes SA", '"Alpes\rSA"'),
    "lf_in_name.csv": alpes("Alpes SA", '"Alpes\nSA"'),
    "nul_in_name.csv": alpes("Alpes SA", "Alpes\0SA"),
    "bidi.csv": alpes("Alpes SA", "Alpes \u202eAS"),
    "injection.csv": alpes("Alpes SA", "=cmd|' /C calc'!A0"),
    "injection_number.csv": alpes("F-1", "=1+1"),
    "scientific.csv": alpes("F-1", "1,2E+10"),
    "scientific.xlsx": book(row(0, 20260000000000001234.0)),
    "long_number.csv": alpes("F-1", "F" * 65),
    "no_number.csv": alpes("F-1", ""),
    "no_amount_cell.csv": alpes("1 200,00", ""),
    "no_due_cell.csv": alpes("31/12/2026", ""),
    "no_customer.csv": alpes("Alpes SA", ""),
    "bad_mail.csv": alpes("compta@alpes.test", "compta.alpes.test"),
    "two_mails.csv": alpes("compta@alpes.test", "a@b.test, c@d.test"),
    "own_mail.csv": alpes("compta@alpes.test", "compta@lumen.test"),
    "currency.csv": text(HEADINGS + ";Devise", ALPES + ";EURO"),
    "two_currencies.csv": text(HEADINGS + ";Devise", ALPES.replace("1 200,00", "1 200,00 $") + ";EUR"),
    "perhaps.csv": text(HEADINGS + ";Professionnel", ALPES + ";peut-être"),
    "open_quote.csv": text(HEADINGS, ALPES.replace("Alpes", '"Alpes'), *[BORA] * 20),
    "endless_cell.csv": alpes("Alpes", "A" * 140000),
    "cut.xlsx": book(ROW)[:700],
    "bomb.xlsx": lambda: xlsx([COLUMNS, ROW], more={"xl/sharedStrings.xml": b" " * 300_000_000}),
    "no_workbook.xlsx": zipped({"a.txt": b"x"}),
    "protected.xlsx": b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
    "two_sheets.xlsx": xlsx([COLUMNS, ROW], [COLUMNS, row(0, "F-9")]),
    "empty.xlsx": xlsx([]),
    "text_in_amount.xlsx": book(row(3, "voir devis")),
    "year_9999.xlsx": book(row(2, date(9999, 12, 31))),
    "one_row_in_commas.csv": text(HEADINGS, ALPES, BORA.replace(";", ",")),
    "twice_encoded.csv": alpes("Alpes", "Cèdre".encode().decode("cp1252")),
    "title_total.csv": text("Export des factures;;;;;", "", HEADINGS, ALPES, BORA, "Total;;;1 299,90;9,90;"),
    "hundred_thousand.csv": hundred_thousand,
}
