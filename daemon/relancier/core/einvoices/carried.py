"""The attachments that may be an invoice or a bank statement: by their names in a message, and taken out of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relancier.core.reading.mail import Message
from relancier.core.reading.mime import Part, read_fields, split, walk

INVOICES = frozenset({"pdf", "xml"})
WORKBOOKS = frozenset({"xlsx", "xls", "ods"})
STATEMENTS = WORKBOOKS | {"xml", "ofx", "qfx", "csv", "tsv", "txt", "cfo", "afb", "asc", "camt", "sta", "qif"}
MOST_FILES = 10
LARGEST_FILE = 20 * 1024 * 1024
_TYPES = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/x-ofx": "ofx",
    "application/vnd.intu.qfx": "qfx",
    "text/csv": "csv",
}


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name as its sender wrote it, and its bytes."""

    name: str
    content: bytes


def is_invoice(file: File) -> bool:
    """Whether its name lets it be an invoice."""
    return _ending(file.name) not in STATEMENTS - INVOICES


def may_hold(message: Message, endings: Iterable[str], *, beyond: bool) -> bool:
    """Whether something attached to it has one of these endings; with `beyond`, or lies behind what was fetched."""
    wanted = frozenset(endings)
    named = (_ending(name) for name in message.attachments)
    typed = (_TYPES.get(one.partition(";")[0], "") for one in message.parts)
    if not wanted.isdisjoint((*named, *typed)):
        return True
    return beyond and message.truncated and message.content_type.startswith("multipart/")


def files_in(raw: bytes, endings: Iterable[str]) -> tuple[File, ...]:
    """The attachments of a whole message that have one of these endings, a few at most; never raises."""
    wanted = frozenset(endings)
    head, body = split(raw.replace(b"\r\n", b"\n").lstrip(b"\n"))
    parts, _faults = walk(read_fields(head), body)
    return tuple(_some(part for part in parts if _kind(part) in wanted))


def _some(parts: Iterable[Part]) -> Iterator[File]:
    for number, part in zip(range(MOST_FILES), parts, strict=False):
        content = part.content(LARGEST_FILE)
        if content:
            yield File(part.name[:200] or f"{number + 1}.{_kind(part)}", content)


def _kind(part: Part) -> str:
    """The ending of its name; of a nameless one, or one of which the name tells nothing, what its type says."""
    ending = _ending(part.name)
    return ending if ending in INVOICES | STATEMENTS else _TYPES.get(part.type, "")


def _ending(name: str) -> str:
    return name.strip().rpartition(".")[2].lower()
