"""The aged balance as a small picture: one bar, a stretch for each age in the order of AGES.

PNG (ISO 15948) with a palette and a transparent ground, so that it can be read on white and on black. Whoever cannot
see it has the same figures in the table beside it.
"""

import struct
import zlib
from collections.abc import Sequence
from decimal import Decimal

WIDTH, BAR, GAP = 600, 40, 3
COLOURS = ("#2b7bba", "#1f9070", "#b87a14", "#d1601f", "#c2417a")


def aged_bar(amounts: Sequence[Decimal]) -> bytes:
    """The picture of these amounts, one for each age; b'' where nothing is owed."""
    stretches = _stretches(amounts)
    if not stretches:
        return b""
    bar = bytearray(WIDTH)
    for place, (start, end) in stretches.items():
        bar[start:end] = bytes([place + 1]) * (end - start)
    return _png([bytes(bar)] * BAR, ("#000000", *COLOURS))


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


def _png(rows: Sequence[bytes], palette: Sequence[str]) -> bytes:
    """Rows of palette places as a PNG; place 0 is transparent."""
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour.removeprefix("#")) for colour in palette)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (b"IHDR", head), (b"PLTE", colours), (b"tRNS", b"\0"), (b"IDAT", data), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
