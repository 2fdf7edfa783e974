"""Letters and papers as PDF/A-2b, by typst: it embeds its fonts, reads no file and fetches nothing.

The place of the addressee is where every common window of an envelope of 110 x 220 mm shows it, however the sheet
slips inside: NF Z 11-001 (withdrawn, still what letters follow) puts the addressee at the right; makers cut windows of
35 x 100 mm or 45 x 100 mm, 20 mm from the right edge and 15 to 20 mm from the bottom, and the printers of mass mail ask
for 110 mm from the left and 55 mm from the top (edics.fr, "Rédiger vos adresses"). Six lines at most: NF Z 10-011.
"""

import importlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from relancier.adapters.printing.none import MISSING
from relancier.core.text.blocks import Block, Bullets, Document, Grid, Heading, Letter, Paragraph, Run
from relancier.ports import PrintFailed

DRIVER = "typst"  # loaded only where a page is printed: it keeps 7 MB
STANDARD = "a-2b"
MOST_LINES = 6
MOST_CHARACTERS = 2_000_000  # about 600 pages: some seconds
LONGEST_WORD = 36
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
TRIES = 4
BREAK = "\N{ZERO WIDTH SPACE}"
TITLES = {"fr": "Courrier", "en": "Letter"}
HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
JOINING = frozenset({"\n", "\u00ad"})
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_NOT_SHOWN = re.compile(r'the text `"(\\u\{[0-9a-f]+\}|[^`]+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class TypstPrinter:
    """Implements ports.Printer; the time it takes is bounded by how much it accepts."""

    def letter(self, letter: Letter) -> bytes:
        return _compiled("letter.typ", letter_data(letter))

    def document(self, document: Document) -> bytes:
        data = document_data(document)
        for _ in range(TRIES):
            try:
                return _compiled("document.typ", data)
            except _NotShown as unknown:
                data = data.translate(dict.fromkeys(map(ord, unknown.characters), UNKNOWN))
        return _compiled("document.typ", data)


def letter_data(letter: Letter) -> str:
    """What letter.typ prints. Raises PrintFailed."""
    lines = [line for line in letter.addressee if line.strip()]
    if not 1 < len(lines) <= MOST_LINES:
        raise PrintFailed(f"An envelope shows two to {MOST_LINES} lines of an address, and this one has {len(lines)}.")
    data = {
        **_about(TITLES.get(letter.language, "Letter"), letter.sender[:1], letter.on, letter.language),
        "sender": [_clean(line) for line in letter.sender],
        "addressee": [_clean(line) for line in lines],
        "place-and-date": _clean(letter.place_and_date),
        "mention": _clean(letter.mention),
        "subject": _clean(letter.subject),
        "body": _blocks(letter.body),
        "signer": [_clean(line) for line in letter.signer],
        "legal": _clean(letter.legal),
    }
    return json.dumps(data, ensure_ascii=False)


def document_data(document: Document) -> str:
    """What document.typ prints."""
    data = {
        **_about(document.title, [document.author] if document.author else [], document.on, document.language),
        "heading": _clean(document.title),
        "subtitle": _clean(document.subtitle),
        "foot": _clean(document.foot),
        "body": _blocks(document.body),
    }
    return json.dumps(data, ensure_ascii=False)


class _NotShown(PrintFailed):
    """Characters that no embedded font has."""

    def __init__(self, characters: Sequence[str]) -> None:
        shown = ", ".join(f"U+{ord(character):04X}" for character in characters[:5])
        super().__init__(f"The page holds characters that its fonts cannot show: {shown}.")
        self.characters = characters


def _about(title: str, authors: Sequence[str], on: date | None, language: str) -> dict[str, Any]:
    day = [on.year, on.month, on.day] if on else None
    return {"title": _clean(title), "author": [_clean(author) for author in authors], "on": day, "language": language}


def _compiled(name: str, data: str) -> bytes:
    if len(data) > MOST_CHARACTERS:
        raise PrintFailed("The paper is too long to be printed.")
    typst = _driver()
    try:
        made: bytes = typst.compile(
            source(name), ignore_system_fonts=True, sys_inputs={"data": data}, pdf_standards=[STANDARD]
        )
    except typst.TypstError as error:
        raise _reason(error) from None
    return made


def _driver() -> Any:
    """The library, where it is installed whole. Raises PrintFailed."""
    try:
        return importlib.import_module(DRIVER)
    except ImportError as error:
        raise PrintFailed(f"{MISSING} ({error})") from None


def _reason(error: Any) -> PrintFailed:
    """What a TypstError tells."""
    found = dict.fromkeys(_NOT_SHOWN.findall(error.diagnostic))
    characters = [_ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), one)[:1] for one in found]
    if characters:
        return _NotShown(characters)
    return PrintFailed(f"The page cannot be made: {error.message.removeprefix('assertion failed: ')}.")


@lru_cache(maxsize=2)
def source(name: str) -> bytes:
    """What typst runs for a kind of page: it holds no data."""
    folder = files("relancier") / "adapters" / "printing"
    return b"\n".join((folder / part).read_bytes() for part in ("parts.typ", name))


def _blocks(blocks: Sequence[Block]) -> list[Mapping[str, Any]]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> Mapping[str, Any]:
    match block:
        case Paragraph(runs):
            return {"kind": "paragraph", "runs": _runs(runs)}
        case Bullets(items):
            return {"kind": "bullets", "items": [_runs(runs) for runs in items]}
        case Grid(headings, rows, right):
            cells = [_row(row, len(headings)) for row in rows]
            return {"kind": "grid", "headings": _row(headings, len(headings)), "rows": cells, "right": list(right)}
        case Heading(text, level):
            return {"kind": "heading", "text": _clean(text), "level": level}


def _row(cells: Sequence[str], width: int) -> list[str]:
    """The cells of a row, as many as there are columns."""
    return [_clean(cell) for cell in (*cells, *[""] * width)[:width]]


def _runs(runs: Sequence[Run]) -> list[Mapping[str, Any]]:
    return [{"text": _clean(run.text), "strong": run.strong} for run in runs]


def _clean(text: str) -> str:
    """What can be shown, and a place to break in each word that is wider than a column."""
    spaced = text.replace("\t", " ").replace("\r\n", "\n")
    shown = (char for char in spaced if char in JOINING or unicodedata.category(char) not in HIDDEN)
    return _LONG.sub(rf"\g<0>{BREAK}", "".join(shown))
