"""A workbook's archive, looked through before anything unpacks it, and made anew from what was seen."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from relancier.adapters.invoices import measured
from relancier.adapters.invoices.grid import NO_RESULT, Unreadable
from relancier.core.problem import Problem

LARGEST = 200_000_000
MOST_PARTS = 2_000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)

# Every repetition is bounded: a hostile part costs no more time than its size.
EXCEL_ERROR = re.compile(rb"""(<c\b[^>]{0,300}?\bt=)["']e["']""")
# A formula without a result, unless it is text: <c r="C3"><f>…</f></c>.
UNRESOLVED = re.compile(
    rb"""<c\b(?![^>]{0,300}\bt=)([^>/]{0,300})>\s{0,9}<f\b(?:[^>]{0,300}/>|[^>]{0,300}>[^<]{0,9000}</f>)\s{0,9}"""
    rb"""(?:<v\s?/>|<v>\s{0,9}</v>)?\s{0,9}</c>"""
)
ODS_ERROR = re.compile(
    rb"""(<table:table-cell\b(?=[^>]{0,2000}calcext:value-type="error")[^>]{0,2000}?)\soffice:string-value="[^"]{0,2000}\""""
)
# How many of something there are, as the file says; the reader makes room for as many before it has seen one.
COUNTED = re.compile(rb"<(?:\w{1,20}:)?(?:sst|numFmts|fonts|fills|borders|cell\w{2,9}|dxfs|mergeCells)\b[^<>]{0,900}>")
COUNT = re.compile(rb"""\s(?:uniqueCount|count)\s{0,9}=\s{0,9}(?:"[^"]{0,99}"|'[^']{0,99}')""")


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
    try:
        for part in parts:
            parts[part] = _told(part, parts[part])
    except measured.NotWhole:
        raise Unreadable(damaged(name)) from None
    except measured.Vast:
        text = "the sheet is too large: a cell stands far below or far to the right; delete what is not needed there."
        raise Unreadable(Problem(name, text)) from None
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


def _told(part: str, text: bytes) -> bytes:
    """A part whose errors are text, so that they are read and not passed over. Raises NotWhole, Vast."""
    if not part.endswith((".xml", ".rels")):
        return text
    if part == "content.xml":
        measured.hold(text, measured.OpenDocument())
        return ODS_ERROR.sub(rb"\1", text)
    if not part.startswith("xl/worksheets/"):
        measured.hold(text)
        return COUNTED.sub(lambda tag: COUNT.sub(b"", tag[0]), text)
    measured.hold(text, measured.Excel())
    told = EXCEL_ERROR.sub(rb'\1"str"', text)
    return UNRESOLVED.sub(rb'<c\1 t="str"><v>' + NO_RESULT.encode() + rb"</v></c>", told) if b"<f" in told else told
