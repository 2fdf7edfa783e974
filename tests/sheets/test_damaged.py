"""Damaged files: each is refused with the sentence that says where and what to do, or read as it was meant."""

import pytest
from tests.sheets.damaged.files import FILES, OWN

from relancier.adapters.invoices import GivenTable
from relancier.ports import Listed

NO_HEADING = (
    "the first line must hold the headings, separated by ; or , or tabs, as in "
    "number;customer;due;amount;accounting_email."
)
UNEVEN = "put text that holds {} in quotation marks, or export the file again if it was cut short."
QUOTES = "a quotation mark is opened and not closed, or stands inside a text; double it, or close the text."
CUT = "the file ends in the middle of a character; it was cut short, so export it again."
TWO_ENCODINGS = (
    "the line is in Windows-1252 where others are in UTF-8; bring the whole file into one, and save it as UTF-8."
)
NO_TEXT = "this is no plain text, or UTF-16 without its mark; save the file as UTF-8."
A_PAGE = "this is a web page or an XML file under another name; open it in Excel or LibreOffice, save it as .xlsx."
EMPTY = "the file is empty; export the invoices again."
NO_ROW = "no line below the headings is an invoice or a customer"
TWICE = (
    'column "N° facture": F-1 due on 2026-12-31 stands on line 2 already; '
    "remove one of the two, or correct the due date of an invoice due in parts."
)
ERROR = "is a formula's error; mend it, or write the value."
MONTH_FIRST = (
    "is written month first, and other days of the column may be; write all of them day, month, year, as in 31/12/2026."
)
AMOUNT = "is not an amount; write it as 1 234,56 or 1234.56."
FILL_IN = "the cell is empty; every invoice needs it, so fill it in."
FORMAT_AS_TEXT = "was changed by a spreadsheet; format the column as text and enter the number again."
LISTED = 'the headings are "N° facture", "Client", "Échéance", "Montant TTC", "Réglé", "Email comptable"'

REFUSED = {
    "cut_in_row.csv": f":3: the line has 2 cells where the headings are 6; {UNEVEN.format('semicolons')}",
    "cut_in_quote.csv": f":3: {QUOTES}",
    "cut_in_character.csv": f":3: {CUT}",
    "cut_between.csv": (
        ':3: column "Email comptable": "compta@bora." is not a mail address: an email address cannot end with a '
        "period; write one address, as in compta@client.fr."
    ),
    "mixed_heading.csv": f":2: {TWO_ENCODINGS}",
    "mixed_names.csv": f":3: {TWO_ENCODINGS}",
    "twice_encoded.csv": ':2: "CÃ¨dre" was encoded twice; export the file again, as UTF-8.',
    "utf16_no_mark.csv": f": {NO_TEXT}",
    "utf16_cut.csv": f":3: {CUT}",
    "unknown_byte.csv": ":3: the text is neither UTF-8 nor Windows-1252; save the file as UTF-8.",
    "twice.csv": f":4: {TWICE}",
    "twice_spelt.csv": f":3: {TWICE}",
    "ref_error.csv": f':2: column "Montant TTC": "#REF!" in cell D2 {ERROR}',
    "na_number.csv": f':2: column "N° facture": "#N/A" in cell A2 {ERROR}',
    "name_customer_err.csv": f':2: column "Client": "#NOM?" in cell B2 {ERROR}',
    "error_cell.xlsx": f':2: column "Montant TTC": "#DIV/0!" in cell D2 {ERROR}',
    "never_calculated.xlsx": (
        ':2: column "Montant TTC": "#FORMULA!" in cell D2 has no result yet; open the file, save it, or write the '
        "value."
    ),
    "month_first.csv": f':2: column "Échéance": "12/31/2026" {MONTH_FIRST}',
    "month_first_some.csv": f':3: column "Échéance": "01/15/2027" {MONTH_FIRST}',
    "february.csv": (
        ':2: column "Échéance": "31/02/2026" is no day of the calendar; write day, month, year, as in 31/12/2026.'
    ),
    "year_2206.csv": ':2: column "Échéance": "31/12/2206" is in the year 2206; correct the year.',
    "year_0026.csv": ':2: column "Échéance": "31/12/0026" is in the year 26; correct the year.',
    "year_9999.xlsx": ':2: column "Échéance": "9999-12-31" is in the year 9999; correct the year.',
    "wrong_separator_rows.csv": f":1: {NO_ROW}; 1 were taken for titles or totals; export the file again.",
    "one_row_in_commas.csv": f":3: the line has 1 cells where the headings are 6; {UNEVEN.format('semicolons')}",
    "pipes.csv": f':1: no heading of the first line is understood, "N° facture|Client|Échéance|Mon"; {NO_HEADING}',
    "spaces.csv": f':1: no heading of the first line is understood, "N° facture   Client   Échéance"; {NO_HEADING}',
    "no_headings.csv": (
        f':1: no heading of the first line is understood, "F-1;Alpes SA;31/12/2026;1 200,"; {NO_HEADING}'
    ),
    "json.csv": f':1: no heading of the first line is understood, "[{{"number": "F-1", "amount": 1"; {NO_HEADING}',
    "ragged_long.csv": f":2: the line has 8 cells where the headings are 6; {UNEVEN.format('semicolons')}",
    "unquoted.csv": f":2: the line has 7 cells where the headings are 6; {UNEVEN.format('semicolons')}",
    "decimal_comma.csv": f":2: the line has 7 cells where the headings are 6; {UNEVEN.format('commas')}",
    "duplicate_headings.csv": (
        ':1: columns "Montant TTC" and "Montant TTC" both read as amount; say which one in [invoices.columns], '
        'as in amount = "Montant TTC", and rename the other if they are the same.'
    ),
    "duplicate_synonyms.csv": (
        ':1: columns "Montant TTC" and "Total TTC" both read as amount; say which one in [invoices.columns], '
        'as in amount = "Total TTC", and rename the other if they are the same.'
    ),
    "empty.csv": f": {EMPTY}",
    "blank.csv": f": {EMPTY}",
    "only_headings.csv": f":1: {NO_ROW}; export the file again.",
    "no_amount.csv": (
        f":1: no column for amount (montant ttc); {LISTED.replace('Montant TTC', 'Blabla')}: "
        'add the column, or name it in [invoices.columns], as in amount = "Blabla".'
    ),
    "no_due.csv": (
        f":1: no column for due (échéance); {LISTED.replace('Échéance', 'Blabla')}: "
        'add the column, or name it in [invoices.columns], as in due = "Blabla".'
    ),
    "binary.csv": ":2: the text is neither UTF-8 nor Windows-1252; save the file as UTF-8.",
    "image.csv": f": {NO_TEXT}",
    "page.xls": f": {A_PAGE}",
    "excel2003.xls": f": {A_PAGE}",
    "thousand.csv": (':2: column "Montant TTC": "1.234" can be read in two ways; write 1234,00 if it is in thousands.'),
    "thousand_comma.csv": (
        ':2: column "Montant TTC": "1,234" can be read in two ways; write 1234,00 if it is in thousands.'
    ),
    "three_decimals.csv": (
        ':2: column "Montant TTC": "12,345" can be read in two ways; write 12345,00 if it is in thousands.'
    ),
    "letter_o.csv": f':2: column "Montant TTC": "12OO,00" {AMOUNT}',
    "huge.csv": f':2: column "Montant TTC": "99999999999999" {AMOUNT}',
    "text_in_amount.xlsx": f':2: column "Montant TTC": "voir devis" {AMOUNT}',
    "negative_paid.csv": ':2: column "Réglé": -5.00 is below zero; write what was paid, as in 0 or 120,00.',
    "cr_in_name.csv": ':2: column "Client": "Alpes\ufffdSA" holds a line break; take it out.',
    "lf_in_name.csv": ':2: column "Client": "Alpes\ufffdSA" holds a line break; take it out.',
    "nul_in_name.csv": ':2: column "Client": "Alpes\ufffdSA" holds a control character; take it out.',
    "bidi.csv": ':2: column "Client": "Alpes \ufffdAS" holds a control character; take it out.',
    "scientific.csv": f':2: column "N° facture": "1,2E+10" {FORMAT_AS_TEXT}',
    "scientific.xlsx": f':2: column "N° facture": "2.03E+19" {FORMAT_AS_TEXT}',
    "long_number.csv": (
        f':2: column "N° facture": "{"F" * 39}…" is too long for an invoice number; it may have 64 characters.'
    ),
    "no_number.csv": f':2: column "N° facture": {FILL_IN}',
    "no_amount_cell.csv": f':2: column "Montant TTC": {FILL_IN}',
    "no_due_cell.csv": f':2: column "Échéance": {FILL_IN}',
    "no_customer.csv": ':2: column "Client": no name, neither here nor in the customers file; fill it in.',
    "bad_mail.csv": (
        ':2: column "Email comptable": "compta.alpes.test" is not a mail address: an email address must have an '
        "@-sign; write one address, as in compta@client.fr."
    ),
    "two_mails.csv": (
        ':2: column "Email comptable": "a@b.test, c@d.test" is not a mail address: the part after the @-sign '
        "contains invalid characters: ',', '@', SPACE; write one address, as in compta@client.fr."
    ),
    "own_mail.csv": (
        ':2: column "Email comptable": "compta@lumen.test" is our own mailbox; write the customer\'s address.'
    ),
    "currency.csv": ':2: column "Devise": "EURO" is no currency; write its ISO code, as in EUR.',
    "two_currencies.csv": ":2: the line names several currencies, EUR and USD; keep the one of the invoice.",
    "perhaps.csv": ':2: column "Professionnel": "peut-être" is neither yes nor no; write yes, no, oui or non.',
    "open_quote.csv": f":2: {QUOTES}",
    "endless_cell.csv": (
        ":2: a cell is longer than 130 000 characters; a closing quotation mark is missing, so add it."
    ),
    "cut.xlsx": ": the workbook is damaged or was cut short; open it, save it again, or export it again.",
    "bomb.xlsx": ": the workbook unpacks to more than 200 MB; split it.",
    "no_workbook.xlsx": ": this archive holds no workbook; save the sheet as .xlsx or CSV UTF-8.",
    "protected.xlsx": ": the workbook is protected by a password; save it without one.",
    "two_sheets.xlsx": ': the sheets "Feuil1" and "Feuil2" can both be read; leave only one of them in the file.',
    "empty.xlsx": ": every sheet of the workbook is empty; export the invoices again.",
    "hundred_thousand.csv": (
        ':100002: column "Échéance": "31/02/2026" is no day of the calendar; write day, month, year, as in 31/12/2026.'
    ),
}

F1 = ("F-1", "Alpes SA", "2026-12-31", "1200.00", "0")
F2 = ("F-2", "Bora SAS", "2027-01-15", "99.90", "9.90")
READ = {
    "shuffled.csv": [F1],
    "parts.csv": [F1, ("F-1", "Alpes SA", "2027-01-31", "1200.00", "0")],
    "two_digit_year.csv": [F1],
    "with_time.csv": [F1],
    "serial_in_csv.csv": [F1],
    "due_before_issued.csv": [F1],
    "overpaid.csv": [("F-1", "Alpes SA", "2026-12-31", "1200.00", "1200.00")],
    "negative_amount.csv": [F1],
    "injection.csv": [("F-1", "=cmd|' /C calc'!A0", "2026-12-31", "1200.00", "0")],
    "injection_number.csv": [("=1+1", "Alpes SA", "2026-12-31", "1200.00", "0")],
    "title_total.csv": [F1, F2],
}
WARNED = {
    "due_before_issued.csv": (
        ':2: column "Date facture": F-1 was issued after its due date 2026-12-31; compare the two dates.'
    ),
    "overpaid.csv": (
        ':2: column "Réglé": 1300.00 is more than the amount 1200.00; F-1 counts as paid, and the customer\'s '
        "reminders are held until the rest is used."
    ),
    "negative_amount.csv": (
        ':3: column "Montant TTC": F-2 is of -99.90 and is left out: a credit note is not chased; the customer\'s '
        "reminders are held until it is used."
    ),
}


def listed(name: str) -> Listed:
    made = FILES[name]
    return GivenTable(own_addresses={OWN}).read(name, made if isinstance(made, bytes) else made())


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_place_and_what_to_do(name: str) -> None:
    found = listed(name)
    assert [str(problem) for problem in found.problems] == [name + REFUSED[name]]
    assert not found.problems[0].warning
    assert (found.invoices, found.customers, found.credits) == ((), (), ())


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_it_was_meant(name: str) -> None:
    found = listed(name)
    read = [(one.number, one.customer.name, str(one.due), str(one.amount), str(one.paid)) for one in found.invoices]
    assert read == READ[name]
    assert [str(problem) for problem in found.problems] == ([name + WARNED[name]] if name in WARNED else [])


def test_each_damaged_file_has_its_outcome() -> None:
    assert len(FILES) >= 50
    assert REFUSED.keys() | READ.keys() == FILES.keys()
    assert not REFUSED.keys() & READ.keys()
