"""The aged balance as a small picture: one bar, a stretch for each age in the order of AGES, its days beneath it.

PNG (ISO 15948) with a palette and a transparent ground, so that it can be read on white and on black. Whoever cannot
see it has the same figures in the table beside it.
"""

import struct
import zlib
from collections.abc import Sequence
from decimal import Decimal

WIDTH, BAR, GAP, LABEL = 600, 48, 3, 20
DOT = 4  # the side of a dot of a letter
COLOURS = ("#2b7bba", "#1f9070", "#b87a14", "#d1601f", "#c2417a")
GREY = "#7d7d7d"
LABELS = ("0", "1-30", "31-60", "61-90", "90+")
_DOTS = {
    "0": (7, 5, 5, 5, 7), "1": (2, 6, 2, 2, 7), "2": (7, 1, 7, 4, 7), "3": (7, 1, 7, 1, 7), "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7), "6": (7, 4, 7, 5, 7), "7": (7, 1, 1, 1, 1), "8": (7, 5, 7, 5, 7), "9": (7, 5, 7, 1, 7),
    "-": (0, 0, 7, 0, 0), "+": (0, 2, 7, 2, 0),
}  # fmt: skip
_ADVANCE = 4 * DOT


def aged_bar(amounts: Sequence[Decimal]) -> bytes:
    """The picture of these amounts, one for each age; b'' where nothing is owed."""
    stretches = _stretches(amounts)
    if not stretches:
        return b""
    bar = bytearray(WIDTH)
    for place, (start, end) in stretches.items():
        bar[start:end] = bytes([place + 1]) * (end - start)
    rows = [bytes(bar)] * BAR + [bytes(WIDTH)] * GAP + _labels(stretches)
    return _png(rows, ("#000000", *COLOURS, GREY))


def _stretches(amounts: Sequence[Decimal]) -> dict[int, tuple[int, int]]:
    """From where to where each age goes that owes anything, by its share; none is too thin to be seen."""
    owed = {place: amount for place, amount in enumerate(amounts) if amount > 0}
    room = WIDTH - GAP * (len(owed) - 1)
    least = 2 * GAP
    spare, total = room - least * len(owed), sum(owed.values(), Decimal(0))
    found: dict[int, tuple[int, int]] = {}
    start, before = 0, Decimal(0)
    for count, (place, amount) in enumerate(owed.items(), 1):
        before += amount
        end = int(spare * before / total) + least * count + GAP * (count - 1)
        found[place] = (start, end)
        start = end + GAP
    return found


def _labels(stretches: dict[int, tuple[int, int]]) -> list[bytes]:
    """Five rows of dots: the days of each age beneath its stretch, where there is room."""
    dots = [bytearray(WIDTH) for _ in range(5)]
    for place, (start, end) in stretches.items():
        label = LABELS[place]
        if len(label) * _ADVANCE > end - start:
            continue
        for at, letter in enumerate(label):
            _write(dots, start + at * _ADVANCE, letter)
    return [bytes(row) for row in dots for _ in range(DOT)]


def _write(dots: Sequence[bytearray], left: int, letter: str) -> None:
    for row, pattern in zip(dots, _DOTS[letter], strict=True):
        for column in range(3):
            if pattern & (4 >> column):
                at = left + column * DOT
                row[at : at + DOT] = bytes([len(COLOURS) + 1]) * DOT


def _png(rows: Sequence[bytes], palette: Sequence[str]) -> bytes:
    """Rows of palette places as a PNG; place 0 is transparent."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour.removeprefix("#")) for colour in palette)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (b"IHDR", head), (b"PLTE", colours), (b"tRNS", b"\0"), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
