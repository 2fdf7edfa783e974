"""What a page is made of, whatever prints it: paragraphs, lists and tables as values, never as markup."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one weight."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs one after another; a line feed in one is a line break."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, each item runs of words."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its headings, its rows, and the columns (from 0) that stand to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows; `level` 1 is the largest."""

    text: str
    level: int = 1


Block = Paragraph | Bullets | Grid | Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The fixed words of a letter in its language; `file` is what its file is called, after the invoice's number."""

    place_and_date: str
    subject: str = ""
    attention: str = ""
    registered: str = ""
    file: str = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter ready to be printed, every line in its language.

    `sender` are the lines at the top left, `addressee` those behind the window of the envelope, at most six. `mention`
    is how it is to be posted. `legal` stands at the foot of each page. `on` is the day that the file's properties name.
    """

    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    place_and_date: str
    body: tuple[Block, ...]
    subject: str = ""
    signer: tuple[str, ...] = ()
    mention: str = ""
    legal: str = ""
    language: str = "fr"
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper of several pages, such as the chronology of a case; `foot` stands under each page beside its number.

    `author` and `on` are for the file's properties.
    """

    title: str
    body: tuple[Block, ...]
    subtitle: str = ""
    foot: str = ""
    language: str = "fr"
    author: str = ""
    on: date | None = None
