"""Workbooks: what a cell becomes, which sheet is read, and what is refused before anything unpacks it."""

import io
import random
import struct
import zipfile
from datetime import date

import pytest
from tests.sheets.book import Failed, Formula, Rows, Sheet, ods, xlsx, zipped

from relancier.adapters.invoices import table
from relancier.adapters.invoices.grid import Table
from relancier.adapters.invoices.table import Unreadable

HEADS = ["N° facture", "Client", "Échéance", "Montant TTC", "Réglé", "Email"]
DUE = date(2026, 12, 31)
DAMAGED = "f.xlsx: the workbook is damaged or was cut short; open it, save it again, or export it again."
VAST = "f.xlsx: the sheet is too large: a cell stands far below or far to the right; delete what is not needed there."


def book(*rows: list[object], heads: list[str] | None = None) -> bytes:
    cells: Rows = [heads or HEADS, *rows]  # type: ignore[list-item]
    return xlsx({"Feuil1": Sheet(cells)})


def read(content: bytes) -> Table:
    return table.from_bytes("f.xlsx", content, {})


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(12.1, "12.10"), (0.1 + 0.2, "0.30"), (1234, "1234.00"), (-48.5, "-48.50"), (118.188, "118.19"), (0.125, "0.13"),
     (1e15, "1.00E+15"), ("1 234,56 €", "1 234,56 €"), (True, "true"), (2.675, "2.68"), (99999999.99, "99999999.99")],
)  # fmt: skip
def test_an_amount_has_no_binary_noise(amount: float | str, text: str) -> None:
    assert read(book(["F1", "A", DUE, amount])).rows[0][1][3] == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(2026001, "2026001"), (2026001.0, "2026001"), (123456789012345, "123456789012345"), (1e15, "1.00E+15"),
     ("00012", "00012"), (12.5, "12.5"), (1.1 + 2.2, "3.3")],
)  # fmt: skip
def test_a_number_is_written_as_it_is_shown(number: float | str, text: str) -> None:
    assert read(book([number, "A", DUE, 1])).rows[0][1][0] == text


@pytest.mark.parametrize("due", [DUE, 46387, 46387.75, "31/12/2026"])
def test_a_day_is_a_date_a_serial_number_or_text(due: object) -> None:
    assert read(book(["F1", "A", due, 1])).rows[0][1][2] in {"2026-12-31", "31/12/2026"}


def test_a_number_that_is_no_day_stays_what_it_is() -> None:
    assert read(book(["F1", "A", 12, 1])).rows[0][1][2] == "12"


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    sheet = Sheet([HEADS, ["F1", "A", 46387 - 1462, 1]])
    assert read(xlsx({"Feuil1": sheet}, since_1904=True)).rows[0][1][2] == "2026-12-31"


def test_the_lines_are_those_of_the_sheet() -> None:
    found = read(xlsx({"S": Sheet([[], ["Titre"], [], [None, *HEADS], [], [None, "F1", "A", DUE, 1]])}))
    assert (found.line, found.rows[0][0], found.headings[0], found.skipped) == (4, 6, "", 1)


@pytest.mark.parametrize("code", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])
def test_an_error_is_read_as_its_text(code: str) -> None:
    assert read(book(["F1", "A", DUE, 1, Failed(code)])).rows[0][1][4] == code
    assert table.from_bytes("f.ods", ods("S", [HEADS, ["F1", "A", DUE, 1, Failed(code)]]), {}).rows[0][1][4] == code


def test_a_formula_that_was_never_worked_out_is_no_empty_cell() -> None:
    row = read(book(["F1", "A", DUE, Formula("1+1", 2.0), Formula("D2")])).rows[0][1]
    assert row[3:5] == ["2.00", "#FORMULA!"]


def test_the_sheet_that_is_understood_best_is_read() -> None:
    notes, invoices = Sheet([["à lire"], ["client"]]), Sheet([HEADS, ["F1", "A", DUE, 1]])
    found = read(xlsx({"Notes": notes, "Vide": Sheet([]), "Factures": invoices}))
    assert [str(note) for note in found.notes] == ['f.xlsx: the sheet "Factures" is read, not "Notes".']
    assert len(found.rows) == 1


def test_two_sheets_alike_are_a_question() -> None:
    one = Sheet([HEADS, ["F1", "A", DUE, 1]])
    assert refused(xlsx({"2025": one, "2026": one})) == (
        'f.xlsx: the sheets "2025" and "2026" can both be read; leave only one of them in the file.'
    )
    assert len(read(xlsx({"2025": Sheet(one.rows, hidden=True), "2026": one})).rows) == 1


def test_a_hidden_sheet_is_read_where_there_is_no_other() -> None:
    assert len(read(xlsx({"S": Sheet([HEADS, ["F1", "A", DUE, 1]], hidden=True)})).rows) == 1


def test_cells_merged_over_rows_are_said_of_each_but_no_amount_is() -> None:
    rows: Rows = [HEADS, ["F1", "A", DUE, 10], [None, None, date(2027, 1, 31), None], ["F3", None, DUE, 5]]
    found = read(xlsx({"S": Sheet(rows, merged=["A2:A3", "B2:B4", "D2:D3"])}))
    assert [row[:4] for _, row in found.rows] == [
        ["F1", "A", "2026-12-31", "10.00"],
        ["F1", "A", "2027-01-31", ""],
        ["F3", "A", "2026-12-31", "5.00"],
    ]


def test_a_merge_down_to_the_last_row_costs_nothing() -> None:
    found = read(xlsx({"S": Sheet([HEADS, ["F1", "A", DUE, 10]], merged=["B2:B1048576"])}))
    assert len(found.rows) == 1


# --- what is refused ------------------------------------------------------------------------------------------------


def test_an_empty_workbook() -> None:
    assert refused(xlsx({"S": Sheet([])})) == (
        "f.xlsx: every sheet of the workbook is empty; export the invoices again."
    )


def test_a_workbook_that_says_nothing_we_know() -> None:
    assert refused(xlsx({"S": Sheet([["un", "deux"], ["trois"]])})) == (
        'f.xlsx:1: no heading is understood, "un", "deux"; name the columns as in number, customer, due.'
    )


def test_a_workbook_cut_short() -> None:
    whole = book(["F1", "A", DUE, 1])
    assert {refused(whole[:size]) for size in range(4, len(whole), 97)} == {DAMAGED}


def test_a_protected_workbook() -> None:
    content = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refused(content) == "f.xlsx: the workbook is protected by a password; save it without one."


def test_an_old_workbook_that_is_none() -> None:
    assert refused(b"\xd0\xcf\x11\xe0" + bytes(600)) == DAMAGED


@pytest.mark.parametrize(
    "record",
    [struct.pack("<HHHHHBB", 0x0205, 8, 4, 2, 15, 0x17, 1),
     struct.pack("<HHHHHBBB3sH", 0x0006, 22, 4, 2, 15, 2, 0, 0x2A, b"", 0xFFFF)],
)  # fmt: skip
def test_an_error_in_an_old_workbook_is_told_with_its_cell(record: bytes) -> None:
    assert refused(b"\xd0\xcf\x11\xe0" + bytes(600) + record) == (
        "f.xlsx:5: cell C5 holds a formula's error, as in #REF! or #N/A; mend it."
    )


def test_an_archive_that_is_no_workbook() -> None:
    assert refused(zipped({"a.xml": "<a/>"})).startswith("f.xlsx: this archive holds no workbook;")
    assert refused(zipped({"xl/workbook.bin": "x"})).startswith("f.xlsx: a binary workbook (.xlsb) cannot be read;")


def test_a_page_under_the_name_of_a_workbook() -> None:
    assert refused(b"<html><table><tr><td>Facture</td></tr></table>").startswith("f.xlsx: this is a web page")


def test_a_bomb_is_seen_by_its_directory() -> None:
    content = book(["F1", "A", DUE, 1])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    declared = content.replace(struct.pack("<I", size), struct.pack("<I", 3_000_000_000))
    assert declared != content
    assert refused(declared) == "f.xlsx: the workbook unpacks to more than 200 MB; split it."


def test_a_bomb_that_lies_in_its_directory_is_unpacked_no_further() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 5_000_000)
    content = made.getvalue().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 100))
    assert refused(content) == DAMAGED


def test_a_cell_in_the_last_corner_is_not_waited_for() -> None:
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    far = (
        sheet
        + '<c r="A1"><v>1</v></c></row><row r="1048576"><c r = "XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refused(replaced(book(["F1", "A", DUE, 1]), "xl/worksheets/sheet1.xml", far)) == VAST
    repeated = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
    rows = ods("S", [HEADS, ["F1", "A", DUE, 1]])
    vast = repeated + 'office:value="1" table:number-columns-repeated="16000"/></table:table-row></table:table>'
    assert refused(replaced(rows, "content.xml", vast, "</table:table>")) == VAST


def test_room_is_not_made_for_what_a_part_only_claims_to_hold() -> None:
    whole = book(["F1", "A", DUE, 1])
    for part, was in (("xl/sharedStrings.xml", "uniqueCount="), ("xl/styles.xml", "cellXfs count=")):
        claimed = replaced(whole, part, f'{was}"99999999999" was=', was)
        assert len(read(claimed).rows) == 1


def test_a_document_type_is_refused() -> None:
    sheet = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert refused(replaced(book(["F1", "A", DUE, 1]), "xl/worksheets/sheet1.xml", sheet)) == DAMAGED


def replaced(content: bytes, part: str, text: str, only: str = "") -> bytes:
    """The archive with a part, or a piece of it, replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as other:
        for entry in archive.infolist():
            old = archive.read(entry).decode()
            new = (old.replace(only, text) if only else text) if entry.filename == part else old
            other.writestr(entry.filename, new)
    return made.getvalue()


@pytest.mark.parametrize("seed", range(4))
def test_no_change_of_bytes_ever_raises_anything_else(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    parts = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml")
    whole = book(["F1", "A", DUE, 1.5, Failed("#N/A")], [2, "B", 46000, "1,5"])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        texts = {part: archive.read(part).decode() for part in parts}
    for _ in range(150):
        part = chance.choice(parts)
        text = list(texts[part])
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(text))
            text[at : at + chance.randint(0, 12)] = chance.choice(
                ["", "<", ">", '"', "0", "99999999", "-1", "é", "&#0;"]
            )
        try:
            read(replaced(whole, part, "".join(text)))
        except Unreadable:
            continue
