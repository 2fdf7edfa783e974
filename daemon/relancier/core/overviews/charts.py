"""Charts as SVG that stands in a page: no script, no font of its own, drawn narrow so that a phone shows its words.

Colours are the page's (classes `bar`, `track` and `axis`, `currentColor` for words). What a chart shows must stand
beside it as a table too: it is one picture to a screen reader, with its title and description.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 360
ROW = 44
BAR = 14
COLUMNS_HEIGHT = 150
MARGIN = 22  # above the columns, and below those that hang, for their values
LABELS = 20
_SHORTEST = 2.0  # what is not zero can be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its size, and the size as people read it; `mark` is a class of the style sheet."""

    label: str
    size: float
    written: str
    mark: str = ""


def bars(rows: Sequence[Bar], *, title: str, description: str, full: float | None = None) -> str:
    """Horizontal bars, one under the other; `full` is the size of the whole width (the largest, if left out)."""
    most = full or max((row.size for row in rows), default=0) or 1
    drawn = (_bar(row, index * ROW, WIDTH * min(row.size / most, 1)) for index, row in enumerate(rows))
    return _svg(drawn, ROW * len(rows), title, description)


def _bar(row: Bar, top: float, width: float) -> str:
    label = _text(row.label, 0, top + 16)
    value = _text(row.written, WIDTH, top + 16, anchor="end", strong=True)
    track = _rect(0, top + 22, WIDTH, "track")
    length = max(width, _SHORTEST) if row.size > 0 else 0
    return label + value + track + (_rect(0, top + 22, length, f"bar {row.mark}".strip()) if length else "")


def columns(rows: Sequence[Bar], *, title: str, description: str) -> str:
    """Columns side by side, those below zero hanging from the line."""
    top = max(0.0, *(row.size for row in rows)) if rows else 0.0
    bottom = min(0.0, *(row.size for row in rows)) if rows else 0.0
    scale = COLUMNS_HEIGHT / ((top - bottom) or 1)
    zero = MARGIN + top * scale
    wide = WIDTH / max(len(rows), 1)
    drawn = [_column(row, index * wide, wide, zero, scale) for index, row in enumerate(rows)]
    height = MARGIN + COLUMNS_HEIGHT + (MARGIN if bottom < 0 else 0) + LABELS
    labels = [
        _text(row.label, (index + 0.5) * wide, height - 6, anchor="middle", small=True)
        for index, row in enumerate(rows)
    ]
    line = f'<line class="axis" x1="0" x2="{WIDTH}" y1="{zero:.1f}" y2="{zero:.1f}"/>'
    return _svg([*drawn, line, *labels], height, title, description)


def _column(row: Bar, left: float, wide: float, zero: float, scale: float) -> str:
    if not row.written:
        return ""
    length = abs(row.size) * scale
    above = row.size >= 0
    y = zero - length if above else zero
    value = _text(row.written, left + wide / 2, y - 5 if above else y + length + 13, anchor="middle", small=True)
    shape = f'<rect class="bar" x="{left + 3:.1f}" y="{y:.1f}" width="{wide - 6:.1f}" height="{length:.1f}" rx="2"/>'
    return shape + value


def _rect(x: float, y: float, width: float, mark: str) -> str:
    return f'<rect class="{escape(mark)}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" rx="2"/>'


def _text(words: str, x: float, y: float, *, anchor: str = "start", strong: bool = False, small: bool = False) -> str:
    weight = ' font-weight="600"' if strong else ""
    size = 11 if small else 13
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight} fill="currentColor"'
    return f"<text {place}>{escape(words)}</text>"


def _svg(drawn: Iterable[str], height: float, title: str, description: str) -> str:
    head = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" class="chart">{head}{"".join(drawn)}</svg>'
