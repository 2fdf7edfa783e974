"""Workbooks written by hand, part by part, as programs write them: XLSX and ODS without a library."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FIRST = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
HIDDEN_SHEET, HIDDEN_ROW = ' state="hidden"', ' hidden="1"'
COUNTED_FROM = date(1899, 12, 30)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;€&quot;"/>'
    '</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="164"/></cellXfs></styleSheet>'
)
ODS = "urn:oasis:names:tc:opendocument:xmlns:"


@dataclass(frozen=True)
class Failed:
    """A formula whose result is an error."""

    code: str


@dataclass(frozen=True)
class Formula:
    """A formula with the result that the program worked out; None where it never did."""

    text: str
    result: float | None = None


Cell = str | int | float | bool | date | Failed | Formula | None
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Sheet:
    rows: Rows
    merged: Sequence[str] = ()
    hidden: bool = False
    hidden_rows: Sequence[int] = field(default=())


def letters(column: int) -> str:
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(65 + digit) + name
    return name


def xlsx(sheets: Mapping[str, Sheet], *, shared: bool = True, since_1904: bool = False) -> bytes:
    """A workbook; its texts in one place as Excel keeps them, or in the cells as most exporting programs do."""
    texts: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{at}.xml": _sheet(sheet, texts, shared) for at, sheet in enumerate(sheets.values(), 1)
    }
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"{HIDDEN_SHEET * sheet.hidden}/>'
        for at, (name, sheet) in enumerate(sheets.items(), 1)
    )
    counted = '<workbookPr date1904="1"/>' if since_1904 else ""
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{counted}<sheets>{named}</sheets></workbook>'
    )
    parts["xl/styles.xml"] = STYLES
    if shared:
        found = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">{found}</sst>'
    return zipped({**_frame(len(sheets), shared), **parts})


def _frame(sheets: int, shared: bool) -> dict[str, str]:
    kinds = ["worksheet"] * sheets + ["styles"] + ["sharedStrings"] * shared
    targets = [f"worksheets/sheet{at}.xml" for at in range(1, sheets + 1)] + ["styles.xml"] + ["sharedStrings.xml"]
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(zip(kinds, targets, strict=False), 1)
    )
    types = "".join(
        f'<Override PartName="/xl/{target}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        f'{kind}+xml"/>'
        for kind, target in zip([*kinds, "sheet.main"], [*targets[: len(kinds)], "workbook.xml"], strict=True)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
    }


def _sheet(sheet: Sheet, texts: dict[str, int], shared: bool) -> str:
    rows = "".join(
        f'<row r="{line}"{HIDDEN_ROW * (line in sheet.hidden_rows)}>'
        + "".join(_cell(f"{letters(at)}{line}", cell, texts, shared) for at, cell in enumerate(row))
        + "</row>"
        for line, row in enumerate(sheet.rows, 1)
        if any(cell is not None for cell in row)
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    merges = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merges}</worksheet>'


def _cell(name: str, cell: Cell, texts: dict[str, int], shared: bool) -> str:  # noqa: PLR0911 - one line a sort
    if cell is None:
        return ""
    if isinstance(cell, str):
        if shared:
            return f'<c r="{name}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{name}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, Failed):
        return f'<c r="{name}" t="e"><f>A1</f><v>{escape(cell.code)}</v></c>'
    if isinstance(cell, Formula):
        result = "" if cell.result is None else f"<v>{cell.result!r}</v>"
        return f'<c r="{name}"><f>{escape(cell.text)}</f>{result}</c>'
    if isinstance(cell, date):
        return f'<c r="{name}" s="1"><v>{(cell - COUNTED_FROM).days}</v></c>'
    return f'<c r="{name}" s="{2 if isinstance(cell, float) else 0}"><v>{cell!r}</v></c>'


def ods(name: str, rows: Rows) -> bytes:
    """A workbook as LibreOffice writes it, with the empty rows it keeps below."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}{_empty(12)}</table:table-row>" for row in rows)
    below = f'<table:table-row table:number-rows-repeated="1048000">{_empty(16384)}</table:table-row>'
    content = (
        f'<office:document-content xmlns:office="{ODS}office:1.0" xmlns:table="{ODS}table:1.0" '
        f'xmlns:text="{ODS}text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(name)}>{lines}{below}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {"content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped(parts, first=("mimetype", "application/vnd.oasis.opendocument.spreadsheet"))


def _empty(columns: int) -> str:
    return f'<table:table-cell table:number-columns-repeated="{columns}"/>'


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, Failed):
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            f'calcext:value-type="error"><text:p>{escape(cell.code)}</text:p></table:table-cell>'
        )
    if isinstance(cell, date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}">'
            f"<text:p>{cell:%d/%m/%y}</text:p></table:table-cell>"
        )
    if isinstance(cell, int | float):
        shown = f"<text:p>{cell}</text:p>"
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}">{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def zipped(parts: Mapping[str, str], first: tuple[str, str] | None = None) -> bytes:
    """An archive whose bytes are the same each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), FIRST + text, zipfile.ZIP_DEFLATED)
    return made.getvalue()
