"""Text with separators as lines of cells: bytes to text, the separator, the cells with their lines."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping

from relancier.adapters.invoices import headings as known
from relancier.adapters.invoices import layout
from relancier.adapters.invoices.grid import Line, Table, Unreadable
from relancier.core.problem import Problem

SEPARATORS = (";", ",", "\t")
# Accented letters, quotes and spaces of UTF-8, read as Windows-1252: no language writes these pairs.
TWO_BYTES = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xbf]|\xc5[\x92\x93]")
TWICE = re.compile("Ã[©¨ª§´®¢¹¯«]")
BEGINNING = 400
MIXED = "the line is in Windows-1252 where others are in UTF-8; bring the whole file into one, and save it as UTF-8."
NAMES = {";": "semicolons", ",": "commas", "\t": "tabs"}


def table(name: str, content: bytes, given: Mapping[str, str]) -> Table:
    """The text as a table. Raises Unreadable."""
    text = _decoded(name, content)
    separator, found = _separator(name, text, given)
    try:
        rows = [(line, row) for line, row in _rows(text, separator) if any(map(str.strip, row))]
    except csv.Error as error:
        raise Unreadable(Problem(name, _quotes(error.args[0]), error.args[1])) from None
    sheet = layout.Found(name, rows, found.at, uneven=lambda cells, wanted: _uneven(cells, wanted, separator))
    return layout.arranged(sheet, given)


def _decoded(name: str, content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else cp1252 (what Excel writes in France)."""
    text = _as_text(name, content)
    if spoilt := TWICE.search(text):
        line = text.count("\n", 0, spoilt.start()) + 1
        sentence = f'"{_around(text, spoilt.start())}" was encoded twice; export the file again, as UTF-8.'
        raise Unreadable(Problem(name, sentence, line))
    return text


def _around(text: str, at: int) -> str:
    """The word around a place in the text, as far as one can show it."""
    before, after = re.search(r"\w*$", text[max(at - 15, 0) : at]), re.match(r"[^\s;,]*", text[at : at + 15])
    return (before[0] if before else "") + (after[0] if after else "")


def _as_text(name: str, content: bytes) -> str:
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if encoding != "utf-16" and content[:BEGINNING].count(0) > len(content[:BEGINNING]) // 4:
        raise Unreadable(Problem(name, "this is no plain text, or UTF-16 without its mark; save the file as UTF-8."))
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16" or _is_cut(content, error):
            raise Unreadable(_cut(name, content)) from None
        line = content.count(b"\n", 0, error.start) + 1
        if TWO_BYTES.search(content):
            raise Unreadable(Problem(name, MIXED, line)) from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = "the text is neither UTF-8 nor Windows-1252; save the file as UTF-8."
        raise Unreadable(Problem(name, sentence, line)) from None


def _is_cut(content: bytes, error: UnicodeDecodeError) -> bool:
    """Whether UTF-8 ends within a character (in cp1252 a file may well end on such a byte, but holds no UTF-8)."""
    return error.reason == "unexpected end of data" and not content[: error.start].isascii()


def _cut(name: str, content: bytes) -> Problem:
    line = content.count(b"\n") + 1
    return Problem(name, "the file ends in the middle of a character; it was cut short, so export it again.", line)


def _rows(text: str, separator: str) -> Iterator[Line]:
    """The rows with the line on which each begins; raises csv.Error with that line as its second argument."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(str(error), line) from None


def _first(text: str, separator: str) -> list[Line]:
    """The first lines that are not empty, up to one that cannot be read with this separator."""
    found: list[Line] = []
    try:
        for line in itertools.islice(
            (row for row in _rows(text, separator) if any(map(str.strip, row[1]))), layout.TOP
        ):
            found.append(line)  # noqa: PERF402 - what came before an error counts
    except csv.Error:
        pass
    return found


def _separator(name: str, text: str, given: Mapping[str, str]) -> tuple[str, layout.Place]:
    """The separator with which most headings are understood, and where they stand."""
    found = {}
    for separator in SEPARATORS:
        top = _first(text, separator)
        place = layout.find([row for _, row in top], given)
        found[separator] = (place, len(top[place.at][1]) if top else 0)
    best = max(SEPARATORS, key=lambda separator: (found[separator][0].rank, found[separator][1]))
    if found[best][0].understood == 0:
        heading = re.split(r"[\r\n]", text.strip(), maxsplit=1)[0]
        sentence = (
            f"no heading of the first line is understood, {known.listed([heading])}; the first line must hold the "
            "headings, separated by ; or , or tabs, as in number;customer;due;amount;accounting_email."
        )
        raise Unreadable(Problem(name, sentence, 1))
    return best, found[best][0]


def _uneven(cells: int, wanted: int, separator: str) -> str:
    return (
        f"the line has {cells} cells where the headings are {wanted}; put text that holds {NAMES[separator]} "
        "in quotation marks, or export the file again if it was cut short."
    )


def _quotes(error: str) -> str:
    if "field larger" in error:
        return "a cell is longer than 130 000 characters; a closing quotation mark is missing, so add it."
    return "a quotation mark is opened and not closed, or stands inside a text; double it, or close the text."
