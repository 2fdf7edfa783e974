"""Files damaged at random, and damaged by someone who knows how they are built; the same ones for the same seed."""

import re
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]
NUMBERS = (b"0", b"-1", b"1", b"7", b"255", b"65536", b"2147483648", b"99999999999999999999", b"1.5", b"NaN", b"")
FILTERS = (
    b"/FlateDecode", b"/LZWDecode", b"/ASCII85Decode", b"/ASCIIHexDecode", b"/RunLengthDecode", b"/DCTDecode",
    b"/JBIG2Decode", b"/CCITTFaxDecode", b"/Crypt", b"/JPXDecode", b"[/FlateDecode/FlateDecode]", b"/Nothing", b"null",
)  # fmt: skip
TOKENS = (
    b"<<", b">>", b"[", b"]", b"(", b")", b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer", b"null",
    b"1 0 R", b"99 0 R", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&lt;", b"&x;", b"<!--", b"-->", b"</", b"/>", b"\0",
    b"\xff\xfe", b"%PDF-1.7\n", b"\xef\xbb\xbf", b"<?xml version='1.0' encoding='utf-16'?>", b"e9", b"-", b"9" * 30,
)  # fmt: skip
VALUES = (
    b"", b"NaN", b"-1", b"1e400", b"99999999999999", b"0.001", b"20269999", b"00000000", b"381", b"325", b"x" * 5_000,
    "٣".encode(), b"\xe2\x80\xae", b"&#10;&#9;", b"https://a.example", b"FR7630006000011234567890189", b"1" * 64,
)  # fmt: skip


def flip(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    raw = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def cut(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data))] if chance.random() < 0.7 else data[chance.randrange(len(data)) :]


def _span(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 8, 60, 400, 3_000)))


def lose(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def double(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.randint(1, 20) + data[end:]


def swap(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    first, second, third = sorted(chance.randrange(len(data)) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def splice(data: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    start, end = _span(other, chance)
    at = chance.randrange(len(data))
    return data[:at] + other[start:end] + data[at + (end - start) * chance.randint(0, 1) :]


def token(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 300)) + data[at:]


def _one(data: bytes, pattern: bytes, new: bytes, chance: Random) -> bytes:
    """One of the places that match, written anew."""
    found = list(re.finditer(pattern, data))
    if not found:
        return data + new
    place = chance.choice(found)
    return data[: place.start(1)] + new + data[place.end(1) :]


def number(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """A length, a size, a place or a width of a PDF's tables."""
    pattern = rb"(?:/Length|/Size|/Prev|/First|/N|/Count|/Columns|/Predictor|/R|/V|startxref|/W \[)\s*(-?\d+)"
    return _one(data, pattern, chance.choice(NUMBERS), chance)


def entry(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """A line of the cross-reference table."""
    new = b"%010d %05d %s" % (
        chance.randrange(len(data) * 2),
        chance.choice((0, 1, 65535)),
        chance.choice((b"n", b"f")),
    )
    return _one(data, rb"(\d{10} \d{5} [nf])", new, chance)


def filters(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    return _one(data, rb"/Filter\s*(\[[^\]]{0,80}\]|/\w+)", chance.choice(FILTERS), chance)


def reference(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """A reference that leads elsewhere, to itself or nowhere."""
    return _one(data, rb"(\d+ 0 R)", b"%d 0 R" % chance.choice((0, 1, 2, 3, 5, 8, 13, 999)), chance)


def nest(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    depth = chance.choice((10, 100, 3_000))
    opening, closing = chance.choice(((b"[", b"]"), (b"<</A ", b">>"), (b"<a>", b"</a>"), (b"(", b")")))
    at = chance.randrange(len(data))
    return data[:at] + opening * depth + closing * chance.choice((0, depth)) + data[at:]


def value(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """The text of an element, or the value of an attribute."""
    return _one(data, rb"(?:>|\")([^<>\"\n]{1,80})(?:<|\")", chance.choice(VALUES), chance)


def repeat(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """An element that comes many times."""
    found = list(re.finditer(rb"<([\w:]+)[^<>]*>[^<>]*</\1>", data))
    if not found:
        return data * 2
    place = chance.choice(found)
    return data[: place.end()] + place[0] * chance.choice((1, 2, 50, 1_000)) + data[place.end() :]


def rename(data: bytes, chance: Random, _seeds: Sequence[bytes]) -> bytes:
    """A name that stands for another, in XML or in a PDF."""
    names = re.findall(rb"</?[\w:]+|/[A-Z]\w+", data)
    return data.replace(chance.choice(names), chance.choice(names), chance.choice((1, -1))) if names else data


ANY: tuple[Mutation, ...] = (flip, cut, lose, double, swap, splice, token, nest, rename)
OF_XML: tuple[Mutation, ...] = (*ANY, value, value, value, repeat)
OF_PDF: tuple[Mutation, ...] = (*ANY, number, number, entry, filters, reference, reference, value)


def mutated(data: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    """The file with one to four things done to it."""
    known = OF_PDF if data.startswith(b"%PDF") else OF_XML
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        data = chance.choice(known)(data, chance, seeds) or b"\0"
    return data
