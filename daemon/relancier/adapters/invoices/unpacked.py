"""A workbook's archive, looked through before anything unpacks it, and made anew from what was seen."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from relancier.adapters.invoices.grid import NO_RESULT, Unreadable
from relancier.core.problem import Problem

LARGEST = 200_000_000
MOST_PARTS = 2_000
MOST_CELLS = 20_000_000
ROWS_AT_ONCE = 10_000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)

EXCEL_ERROR = re.compile(rb"""(<c\b[^>]*?\bt=)["']e["']""")
# A formula without a result, unless it is text: <c r="C3"><f>…</f></c>.
UNRESOLVED = re.compile(
    rb"""<c\b(?![^>]*\bt=)([^>/]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)
REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Z]{1,3})\$?(\d{1,7})["']""")
ODS_ERROR = re.compile(
    rb"""(<table:table-cell\b(?=[^>]*calcext:value-type="error")[^>]*?)\soffice:string-value="[^"]*\""""
)
ODS_REPEATED = re.compile(rb"""number-(rows|columns)-repeated="(\d+)"([^>]*)>""")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The archive with its parts unpacked, and whether its days are counted from 1904."""

    content: bytes
    since_1904: bool = False


def unpacked(name: str, content: bytes) -> Unpacked:
    """The workbook without surprises: bounded, its errors written as text. Raises Unreadable."""
    try:
        parts = _parts(name, content)
    except BROKEN:
        raise Unreadable(damaged(name)) from None
    if "xl/workbook.bin" in parts:
        raise Unreadable(Problem(name, "a binary workbook (.xlsb) cannot be read; save it as .xlsx or CSV UTF-8."))
    if "content.xml" in parts:
        parts["content.xml"] = _told_ods(name, parts["content.xml"])
    for part in parts:
        if part.startswith("xl/worksheets/"):
            parts[part] = _told(name, parts[part])
    if not any(part in parts for part in ("xl/workbook.xml", "content.xml")):
        raise Unreadable(Problem(name, "this archive holds no workbook; save the sheet as .xlsx or CSV UTF-8."))
    since = re.search(rb"""date1904\s*=\s*["'](1|true|on)["']""", parts.get("xl/workbook.xml", b""))
    return Unpacked(_packed(parts), since is not None)


def damaged(name: str) -> Problem:
    return Problem(name, "the workbook is damaged or was cut short; open it, save it again, or export it again.")


def _parts(name: str, content: bytes) -> dict[str, bytes]:
    """Every part that the reader needs, unpacked; the archive's directory is believed only as far as it is true."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if _is_needed(entry.filename)]
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST:
            raise Unreadable(Problem(name, f"the workbook unpacks to more than {LARGEST // 1_000_000} MB; split it."))
        for entry in entries:
            if entry.filename in found:
                raise zipfile.BadZipFile("a part stands twice")
            with archive.open(entry) as part:
                found[entry.filename] = part.read(entry.file_size + 1)
    return found


def _is_needed(part: str) -> bool:
    return part == "mimetype" or (part.endswith((".xml", ".rels", ".bin")) and "/media/" not in part)


def _packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for part in sorted(parts, key=lambda part: part != "mimetype"):
            archive.writestr(part, parts[part])
    return made.getvalue()


def _told(name: str, sheet: bytes) -> bytes:
    """A sheet whose errors are text, so that they are read and not passed over; it may not be vast."""
    if b"<!DOCTYPE" in sheet or b"<!ENTITY" in sheet:
        raise Unreadable(damaged(name))
    widest, deepest = b"A", 1
    for column, row in REFERENCE.findall(sheet):
        if (len(column), column) > (len(widest), widest):
            widest = column
        if len(row) > 4 and int(row) > deepest:
            deepest = int(row)
    _hold_small(name, _number(widest), deepest)
    told = EXCEL_ERROR.sub(rb'\1"str"', sheet)
    return UNRESOLVED.sub(rb'<c\1 t="str"><v>' + NO_RESULT.encode() + rb"</v></c>", told) if b"<f" in told else told


def _number(letters: bytes) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value


def _hold_small(name: str, columns: int, rows: int) -> None:
    if columns * rows > MOST_CELLS:
        text = "the sheet is too large: a cell stands far below or far to the right; delete what is not needed there."
        raise Unreadable(Problem(name, text))


def _told_ods(name: str, sheet: bytes) -> bytes:
    if b"<!DOCTYPE" in sheet or b"<!ENTITY" in sheet:
        raise Unreadable(damaged(name))
    for match in ODS_REPEATED.finditer(sheet):
        row_with_values = (
            match[1] == b"rows" and b"office:value" in sheet[match.end() :].split(b"</table:table-row>", 1)[0][:100_000]
        )
        if int(match[2]) > ROWS_AT_ONCE and (b"office:value" in match[3] or row_with_values):
            _hold_small(name, MOST_CELLS, int(match[2]))
    return ODS_ERROR.sub(rb"\1", sheet)
