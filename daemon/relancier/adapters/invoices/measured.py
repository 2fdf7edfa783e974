"""How far a sheet reaches, found before anything makes room for it; and that its XML is whole."""

import re
from xml.parsers import expat

MOST_CELLS = 20_000_000
DIGITS = "0123456789"
COLUMN = re.compile(r"[A-Z]{1,3}")
ROW = re.compile(r"[1-9]\d{0,6}")


class NotWhole(ValueError):  # noqa: N818 - named after the situation
    """The XML ends too early, has a document type, or names cells that no sheet has."""


class Vast(ValueError):  # noqa: N818 - named after the situation
    """A cell stands so far from the first one that the sheet would fill the memory."""


class Measure:
    """The rows and columns up to the last cell that holds anything, element by element."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def vast(self) -> bool:
        return self.rows * self.columns > MOST_CELLS


class Excel(Measure):
    """A sheet of an .xlsx workbook: cells name their place, or follow the one before."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: set[str] = set()
        self._lines: set[str] = set()
        self._in_row = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "c":
            self._in_row += 1
            if place := attributes.get("r"):
                letters = place.rstrip(DIGITS)
                self._letters.add(letters)
                self._lines.add(place[len(letters) :])
        elif local == "row":
            self.rows += 1
            self.columns, self._in_row = max(self.columns, self._in_row), 0
            if "r" in attributes:
                self._lines.add(attributes["r"])

    def vast(self) -> bool:
        if not all(map(COLUMN.fullmatch, self._letters)) or not all(map(ROW.fullmatch, self._lines)):
            raise NotWhole("a cell has no place")
        self.columns = max([self.columns, self._in_row, *map(_number, self._letters)])
        self.rows = max([self.rows, *map(int, self._lines)])
        return super().vast()


class OpenDocument(Measure):
    """A sheet of an .ods workbook: empty rows and cells are told by how often they repeat."""

    def __init__(self) -> None:
        super().__init__()
        self._line = self._repeated = self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._line = self._repeated = 0
        elif tag == "table:table-row":
            self._line += self._repeated
            self._repeated, self._column = _times(attributes.get("table:number-rows-repeated")), 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._column += _times(attributes.get("table:number-columns-repeated"))
            if any(name.startswith("office:") for name in attributes):
                self.columns = max(self.columns, self._column)
                self.rows = max(self.rows, self._line + self._repeated)


def _times(text: str | None) -> int:
    if text is None:
        return 1
    if not ROW.fullmatch(text):
        raise NotWhole("a cell is repeated so many times")
    return int(text)


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value


def hold(part: bytes, measure: Measure | None = None) -> None:
    """Raises NotWhole or Vast; the reader of workbooks waits for ever, or takes all memory, for what these are."""
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _no_document_type
    if measure is not None:
        parser.StartElementHandler = measure.start
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise NotWhole(str(error)) from None
    if measure is not None and measure.vast():
        raise Vast


def _no_document_type(*_: object) -> None:
    raise NotWhole("no workbook has a document type")
