"""The modules of a QR code from its bytes: segno's tables and layouts, worked through a whole row of bits at a time.

segno walks bit by bit, which takes longer than all else of a message but its words. For these codes (bytes, level M,
mask 0) the tests hold every length against segno's own answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any

import segno
from segno import consts as untyped_consts
from segno import encoder as untyped_encoder

consts: Any = untyped_consts
encoder: Any = untyped_encoder

LEVEL = consts.ERROR_LEVEL_M  # the level that the rule wants
MASK = 0  # choosing the best of the eight costs five times as much as all the rest; readers take any
BYTES = 0b0100
PADDING = b"\xec\x11"  # readers look at none of it; segno sets a zero before
LIGHT_AND_DARK = "01"


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each bit of a version's codewords stands: `place` puts them, and what never changes, into rows."""

    side: int
    bits: int
    masked: int
    place: Callable[[str], tuple[str, ...]]


def modules(payload: bytes) -> list[str]:
    """The rows of the code, each a text of 0 (light) and 1 (dark). Raises ValueError for more than a code holds."""
    version = next((one for one in range(1, 41) if _length(one, len(payload)) <= _room(one)), 0)
    if not version:
        raise ValueError(f"{len(payload)} bytes are more than a code holds")
    layout, words = _layout(version), _codewords(payload, version)
    bits = (int.from_bytes(words) << (layout.bits - 8 * len(words))) ^ layout.masked
    cells = "".join(layout.place(f"{bits:0{layout.bits}b}{LIGHT_AND_DARK}"))
    return [cells[start : start + layout.side] for start in range(0, len(cells), layout.side)]


def _length(version: int, count: int) -> int:
    """The codewords that so many bytes take: with the kind, the count, and the four bits that end them."""
    return count + (2 if version < 10 else 3)


def _room(version: int) -> int:
    return int(consts.SYMBOL_CAPACITY[version][LEVEL]) // 8


def _codewords(payload: bytes, version: int) -> bytes:
    """The data, padded, and what mends it, block beside block (ISO/IEC 18004, 7.4 to 7.6)."""
    length = _length(version, len(payload))
    head = (BYTES << (8 if version < 10 else 16)) | len(payload)
    data = (((head << (8 * len(payload))) | int.from_bytes(payload)) << 4).to_bytes(length)
    padded = (data + b"\0" + PADDING * _room(version))[: _room(version)]
    blocks = list(_blocks(padded, consts.ECC[version][LEVEL]))
    return bytes(_woven([block for block, _ in blocks])) + bytes(_woven([mending for _, mending in blocks]))


def _woven(blocks: Sequence[bytes]) -> Iterator[int]:
    """The first of each block, then the second of each, and so on."""
    return (word for word in chain.from_iterable(zip_longest(*blocks)) if word is not None)


def _blocks(data: bytes, kinds: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
    start = 0
    for kind in kinds:
        for _ in range(kind.num_blocks):
            block = data[start : start + kind.num_data]
            start += kind.num_data
            yield block, _mending(block, kind.num_total - kind.num_data)


def _mending(block: bytes, count: int) -> bytes:
    """The remainder of the block's division by the generator of so many words (Reed and Solomon)."""
    rows, rest, top = _rows(count), 0, 8 * (count - 1)
    keep = (1 << (8 * count)) - 1
    for word in block:
        rest = ((rest << 8) & keep) ^ rows[word ^ (rest >> top)]
    return rest.to_bytes(count)


@lru_cache(maxsize=32)
def _rows(count: int) -> tuple[int, ...]:
    """For each word the generator's multiple that begins with it."""
    generator, logs, powers = consts.GEN_POLY[count], consts.GALIOS_LOG, consts.GALIOS_EXP
    multiples = (bytes(powers[logs[word] + one] for one in generator[:count]) for word in range(1, 256))
    return (0, *map(int.from_bytes, multiples))


@lru_cache(maxsize=8)
def _layout(version: int) -> _Layout:
    """Learnt from segno: a code of this version, and the order in which it fills the cells left free."""
    code = segno.make_qr(bytes([255]), version=version, error="m", boost_error=False, mask=MASK)
    side = len(code.matrix)
    drawn = encoder.make_matrix(side, side)
    encoder.add_finder_patterns(drawn, side, side)
    encoder.add_alignment_patterns(drawn, side, side)
    free = [(row, column) for row in range(side) for column in range(side) if drawn[row][column] > 1]
    low, high = ([row[:] for row in drawn] for _ in range(2))
    encoder.add_codewords(low, bytes(index % 256 for index in range(len(free))), version)
    encoder.add_codewords(high, bytes(index // 256 for index in range(len(free))), version)
    nth = {(row, column): 256 * high[row][column] + low[row][column] for row, column in free}
    masked = sum(1 << (len(free) - 1 - nth[row, column]) for row, column in free if (row + column) % 2 == 0)
    cells = [(row, column) for row in range(side) for column in range(side)]
    places = [nth.get(cell, len(free) + code.matrix[cell[0]][cell[1]]) for cell in cells]
    return _Layout(side, len(free), masked, itemgetter(*places))
