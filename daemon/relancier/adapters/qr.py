"""QR codes by segno."""

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

import segno

from relancier.core.writing.transfer import Transfer

DOTS = 4  # a module's side, which makes it one hexadecimal digit: sharp also where a screen shows two dots for one
QUIET = 4  # the white margin that readers need, in modules
MASK = 0  # choosing the best of the eight costs five times as much as all the rest; readers take any
DIGITS = bytes.maketrans(b"\0\1", b"f0")  # white has its bits set
AS_IS, AS_ABOVE = b"\0", b"\2"  # PNG's filters of a line


class QrCodes:
    """Implements ports.Codes; the same transfer gives the same bytes."""

    def transfer(self, transfer: Transfer) -> bytes:
        return _drawn(transfer)


@lru_cache(maxsize=16)  # a message is prepared, then made anew before it leaves
def _drawn(transfer: Transfer) -> bytes:
    code = segno.make_qr(transfer.payload, error="m", boost_error=False, mask=MASK)  # the level that the rule wants
    return _png(code.matrix)


def _png(modules: Iterable[bytes | bytearray]) -> bytes:
    """The picture as segno itself saves it, byte for byte, in a tenth of the time; a dot is one bit."""
    lines = [f"{'f' * QUIET}{row.translate(DIGITS).decode()}{'f' * QUIET}" for row in modules]
    side = len(lines[0])
    end = "0" * (side % 2)
    white, above = AS_IS + bytes.fromhex("f" * side + end), AS_ABOVE + bytes.fromhex("0" * side + end)
    margin = white * (QUIET * DOTS)
    drawn = b"".join(AS_IS + bytes.fromhex(line + end) + above * (DOTS - 1) for line in lines)
    head = struct.pack(">2I5B", side * DOTS, side * DOTS, 1, 0, 0, 0, 0)  # one bit a dot, black or white
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(margin + drawn + margin, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
