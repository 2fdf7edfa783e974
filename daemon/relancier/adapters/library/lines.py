"""A template's rendered lines become Markdown: one sentence a line, and lines that lack a value disappear."""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import groupby

from relancier.core.typography import MARK, ROWS, TAG

_ONLY_TAGS = re.compile(r"^[ \t]*(?:\{(?P<kind>[%#])(?:(?!(?P=kind)\}).)*(?P=kind)\}[ \t]*)+$", re.MULTILINE)


class Block(Enum):
    """What a run of lines becomes."""

    GAP = "gap"
    PARAGRAPH = "paragraph"
    LIST = "list"
    KEPT = "kept"
    TABLE = "table"


def blocks(rendered: str) -> list[str]:
    """The Markdown of each paragraph, list, run of kept lines or table, in order; empty ones are left out."""
    lines = [line.replace(TAG, "").strip() for line in rendered.splitlines() if MARK not in line and line != TAG]
    return [_joined(kind, list(run)) for kind, run in groupby(lines, _kind) if kind is not Block.GAP]


def vanishing(source: str) -> str:
    """The same template, whose lines of nothing but tags leave no line behind."""
    return _ONLY_TAGS.sub(rf"\g<0>{TAG}", source)


def _kind(line: str) -> Block:
    if not line:
        return Block.GAP
    if line.startswith(ROWS):
        return Block.TABLE
    if line.startswith("- "):
        return Block.LIST
    return Block.KEPT if line.startswith("| ") else Block.PARAGRAPH


def _joined(kind: Block, lines: list[str]) -> str:
    if kind is Block.PARAGRAPH:
        return " ".join(lines)
    if kind is Block.LIST:
        return "\n".join(lines)
    if kind is Block.KEPT:
        return "\\\n".join(line[2:].strip() for line in lines)
    return "\n".join(line.removeprefix(ROWS) for line in lines)


def table(headings: list[str], rows: list[list[str]], right: set[int]) -> str:
    """Lines that `blocks` takes for a table; columns in `right` are set to the right."""
    rule = ["---:" if index in right else "---" for index in range(len(headings))]
    return "\n".join(ROWS + line for line in _table_lines([headings, rule, *rows]))


def _table_lines(rows: list[list[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"
