"""A template's rendered lines become Markdown: one sentence a line, and lines that lack a value disappear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from relancier.core.text.typography import LABEL, MARK, ROWS, TAG

FRAME = "|| "
KEPT = "| "
RULE = "---"
_ONLY_TAGS = re.compile(r"^[ \t]*(?:\{(?P<kind>[%#])(?:(?!(?P=kind)\}).)*(?P=kind)\}[ \t]*)+$", re.MULTILINE)
# A colon of the template, for one inside a value is escaped.
_PAIR = re.compile(r"((?:[^\\:\[\]<>]|\\.){1,80}? ?: )(?=\S)")


class Block(Enum):
    """What a run of lines becomes."""

    GAP = "gap"
    PARAGRAPH = "paragraph"
    LIST = "list"
    KEPT = "kept"
    FRAMED = "framed"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Piece:
    """The Markdown of one block, and how it stands on the page."""

    kind: Block
    markdown: str


def blocks(rendered: str) -> list[Piece]:
    """Each paragraph, list, run of kept lines or table, in order; empty ones are left out."""
    lines = [line.replace(TAG, "").strip() for line in rendered.splitlines() if MARK not in line and line != TAG]
    return [Piece(kind, _joined(kind, list(run))) for kind, run in groupby(lines, _kind) if kind is not Block.GAP]


def vanishing(source: str) -> str:
    """The same template, whose lines of nothing but tags leave no line behind."""
    return _ONLY_TAGS.sub(rf"\g<0>{TAG}", source)


def _kind(line: str) -> Block:
    if not line:
        return Block.GAP
    if line == RULE:
        return Block.RULE
    starts = {ROWS: Block.TABLE, "- ": Block.LIST, FRAME: Block.FRAMED, KEPT: Block.KEPT}
    return next((kind for start, kind in starts.items() if line.startswith(start)), Block.PARAGRAPH)


def _joined(kind: Block, lines: list[str]) -> str:
    if kind is Block.PARAGRAPH:
        return " ".join(lines)
    if kind is Block.KEPT:
        return "\\\n".join(_labelled([line.removeprefix(KEPT).strip() for line in lines]))
    if kind is Block.FRAMED:
        return "\\\n".join(_pair(line.removeprefix(FRAME).strip()) for line in lines)
    return "\n".join(line.removeprefix(ROWS) for line in lines)


def _labelled(lines: list[str]) -> list[str]:
    """The lines with their labels marked, where they are a list of facts: nearly every line is `Label : value`."""
    pairs = [_pair(line) for line in lines]
    count = sum(LABEL in line for line in pairs)
    others = len(lines) - count
    return pairs if count >= 2 + others and others <= 1 else lines


def _pair(line: str) -> str:
    """The line, its label marked if it has one."""
    return _PAIR.sub(rf"\1{LABEL} ", line, count=1) if _PAIR.match(line) else line


def table(headings: list[str], rows: list[list[str]], right: set[int]) -> str:
    """Lines that `blocks` takes for a table; columns in `right` are set to the right."""
    rule = ["---:" if index in right else "---" for index in range(len(headings))]
    return "\n".join(ROWS + line for line in _table_lines([headings, rule, *rows]))


def _table_lines(rows: list[list[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"
