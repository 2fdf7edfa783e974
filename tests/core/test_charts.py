"""Charts that stand in a page: what is drawn is to scale, and every word is escaped."""

import re
from xml.etree import ElementTree as ET

from relancier.core.overviews.charts import COLUMNS_HEIGHT, WIDTH, Bar, bars, columns

ROWS = [Bar("Non échu", 100.0, "100 €"), Bar("<b>&", 25.0, "25 €", "bad"), Bar("Rien", 0.0, "0 €")]


def lengths(svg: str, name: str) -> list[float]:
    root = ET.fromstring(svg)  # noqa: S314 - made here
    return [float(one.get(name, "0")) for one in root.iter("rect") if one.get("class", "").startswith("bar")]


def test_bars_are_as_long_as_their_sizes() -> None:
    svg = bars(ROWS, title="Titre", description="Ce qu'on voit")
    assert lengths(svg, "width") == [WIDTH, WIDTH / 4]
    assert 'class="bar bad"' in svg


def test_a_share_is_of_the_whole() -> None:
    assert lengths(bars([Bar("a", 0.5, "50 %")], title="t", description="d", full=1.0), "width") == [WIDTH / 2]


def test_what_is_not_zero_can_be_seen() -> None:
    assert lengths(bars([Bar("a", 1000.0, "x"), Bar("b", 0.1, "y")], title="t", description="d"), "width")[1] >= 2


def test_words_are_escaped_and_the_picture_has_a_title() -> None:
    svg = bars(ROWS, title="A & B", description="d")
    words = [one.text for one in ET.fromstring(svg)]  # noqa: S314 - made here
    assert words[:2] == ["A & B", "d"]
    assert "<b>" not in svg


def test_columns_below_zero_hang_from_the_line() -> None:
    svg = columns([Bar("J", 6.0, "6"), Bar("F", -3.0, "-3"), Bar("M", 0.0, "")], title="t", description="d")
    heights = lengths(svg, "height")
    assert heights == [COLUMNS_HEIGHT * 2 / 3, COLUMNS_HEIGHT / 3]
    zero = float(re.findall(r'class="axis"[^>]* y1="([\d.]+)"', svg)[0])
    tops = lengths(svg, "y")
    assert tops[0] + heights[0] == zero
    assert tops[1] == zero


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert lengths(columns([], title="t", description="d"), "height") == []
    assert lengths(bars([], title="t", description="d"), "width") == []
