"""The picture of the aged balance: a PNG that any viewer opens, whose stretches are the shares."""

import struct
import zlib
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

import pytest

from relancier.core.overviews.figures import AGES
from relancier.core.overviews.picture import BAR, COLOURS, GAP, WIDTH, aged_bar


def chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(raw):
        (size,) = struct.unpack(">I", raw[at : at + 4])
        name, body = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + size]
        assert struct.unpack(">I", raw[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + body),)
        yield name, body
        at += 12 + size


def rows(raw: bytes) -> list[bytes]:
    found = dict(chunks(raw))
    width, height = struct.unpack(">II", found[b"IHDR"][:8])
    data = zlib.decompress(found[b"IDAT"])
    assert len(data) == height * (width + 1)
    return [data[at + 1 : at + 1 + width] for at in range(0, len(data), width + 1)]


def stretches(row: bytes) -> list[tuple[int, int]]:
    return [(place, len(list(run))) for place, run in groupby(row)]


def amounts(*figures: int) -> list[Decimal]:
    return [Decimal(figure) for figure in figures]


def test_each_age_has_a_stretch_as_long_as_its_share() -> None:
    raw = aged_bar(amounts(50, 25, 0, 0, 25))
    drawn = rows(raw)
    assert len(drawn) == BAR
    assert len({*drawn}) == 1
    assert [place for place, _ in stretches(drawn[0])] == [1, 0, 2, 0, 5]
    long, _, middle, _, last = (length for _, length in stretches(drawn[0]))
    assert long + middle + last + 2 * GAP == WIDTH
    assert abs(long - 2 * middle) < 4 * GAP
    assert abs(middle - last) <= 1
    assert len(raw) < 4000


def test_what_is_next_to_nothing_is_still_seen() -> None:
    row = rows(aged_bar(amounts(1_000_000, 1, 1, 1, 1)))[0]
    assert [place for place, _ in stretches(row)] == [1, 0, 2, 0, 3, 0, 4, 0, 5]
    assert min(length for place, length in stretches(row) if place) >= GAP
    assert len(row) == WIDTH


def test_nothing_owed_is_no_picture() -> None:
    assert aged_bar(amounts(0, 0, 0, 0, 0)) == b""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ground", ["#ffffff", "#1b1b1b"])
def test_every_colour_stands_out_on_white_and_on_black(colour: str, ground: str) -> None:
    dark, light = sorted((luminance(colour), luminance(ground)))
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_there_is_a_colour_for_each_age() -> None:
    assert len(COLOURS) == len(AGES)
