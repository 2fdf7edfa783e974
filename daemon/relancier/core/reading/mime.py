"""The grammar of a message, read without trust: header fields, encoded words, parameters, parts.

Nothing here recurses and every step is bounded, so that no message costs more than a small multiple of its size.
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from urllib.parse import unquote_to_bytes

Fields = dict[str, tuple[str, ...]]

MOST_FIELDS = 1_000
LONGEST_HEAD = 256 * 1024
LONGEST_VALUE = 16 * 1024
LONGEST_TEXT = 256 * 1024
MOST_PARTS = 500
DEEPEST = 100

_FOLD = re.compile(r"\n(?=[ \t])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NAME = re.compile(r"[!-9;-~]{1,100}")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\n]{0,4000})\?=")
_PARAMETER = re.compile(r';\s*([\w*!.-]{1,40})\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')
_LONGEST_PARAMETERS = 2_000
_CHARSET = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_NOT_CHARSETS = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "ascii"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no others: its type in lower case, its parameters, fields and undecoded content."""

    type: str
    parameters: dict[str, str]
    fields: Fields
    body: bytes

    def content(self, limit: int) -> bytes:
        """The decoded content, from at most about `limit` bytes of it."""
        encoding = first(self.fields, "content-transfer-encoding").lower().strip()
        if encoding == "base64":
            return from_base64(self.body[: limit * 2])[:limit]
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body[: limit * 3])[:limit]
        return self.body[:limit]

    def text(self) -> str:
        decoded = decode(self.content(LONGEST_TEXT), self.parameters.get("charset", ""))
        return decoded.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")

    @property
    def name(self) -> str:
        """The file name, as its sender wrote it."""
        disposition = parameters(first(self.fields, "content-disposition"))[1]
        return parameter(disposition, "filename") or parameter(self.parameters, "name")

    @property
    def attached(self) -> bool:
        return first(self.fields, "content-disposition").lower().lstrip().startswith("attachment")


def first(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[0] if values else ""


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body of an entity whose lines end in LF."""
    if raw.startswith(b"\n"):
        return b"", raw[1:]
    head, _, body = raw.partition(b"\n\n")
    return head, body


def read_fields(head: bytes) -> Fields:
    """The fields of a head by lower-case name, unfolded, not yet decoded; lines that are no field are left out."""
    unfolded = _FOLD.sub("", guessed(head[:LONGEST_HEAD]))
    found: dict[str, list[str]] = {}
    for line in unfolded.split("\n")[:MOST_FIELDS]:
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and _NAME.fullmatch(name):
            found.setdefault(name.lower(), []).append(_CONTROL.sub("", value.strip()[:LONGEST_VALUE]))
    return {name: tuple(values) for name, values in found.items()}


def decoded_fields(fields: Fields) -> Fields:
    return {name: tuple(map(decode_words, values)) for name, values in fields.items()}


def decode_words(value: str) -> str:
    """A field with its encoded words (RFC 2047) read, also where a character or a number is split over two of them."""
    if "=?" not in value:
        return value
    return _CONTROL.sub("", "".join(_decoded_pieces(value)))


def _decoded_pieces(value: str) -> Iterator[str]:
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        joins = end > 0 and not between.strip()
        this = word[1].partition("*")[0].lower()
        if not joins or this != charset:
            yield decode(pending, charset)
            pending = b""
        if not joins:
            yield between
        pending, charset, end = pending + _word_bytes(word[2], word[3]), this, word.end()
    yield decode(pending, charset)
    yield value[end:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return from_base64(data)
    return binascii.a2b_qp(data, header=True)


def from_base64(data: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters are skipped, a broken end is left out."""
    clean = _NOT_BASE64.sub(b"", data)
    whole = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode(data: bytes, charset: str) -> str:
    """Text in a charset as it is declared, or as it can be guessed when that is unknown; never fails."""
    known = _codec(charset)
    return data.decode(known, "replace") if known else guessed(data)


def guessed(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


@lru_cache(maxsize=128)
def _codec(charset: str) -> str:
    """The codec for a charset that a sender named; "" for what is none, or reads text in unbounded time."""
    if not _CHARSET.fullmatch(charset):
        return ""
    try:
        name = codecs.lookup(charset).name
        b"a".decode(name, "replace")
    except (LookupError, UnicodeError):
        return ""
    return "" if name.replace("_", "-") in _NOT_CHARSETS else name


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The main word of a structured field in lower case, and its parameters."""
    bounded = value[:_LONGEST_PARAMETERS]
    main = bounded.partition(";")[0].strip().lower()
    return main, {found[1].lower(): _unquoted(found[2]) for found in _PARAMETER.finditer(bounded)}


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def parameter(found: dict[str, str], name: str) -> str:
    """One parameter, also in the split or encoded forms of RFC 2231 and RFC 2047."""
    if name in found or not any(key.startswith(f"{name}*") for key in found):
        return decode_words(found.get(name, ""))
    pieces = [found.get(f"{name}*{at}*", found.get(f"{name}*{at}", "")) for at in range(20)]
    extended = found.get(f"{name}*", "".join(pieces))
    charset, quote, rest = extended.partition("'")
    if not quote:
        return extended
    return _CONTROL.sub("", decode(unquote_to_bytes(rest.partition("'")[2]), charset))


def walk(fields: Fields, body: bytes) -> tuple[list[Part], list[str]]:
    """The parts that hold no others, in order, and what could not be read; enclosed messages are not opened."""
    parts: list[Part] = []
    faults: list[str] = []
    waiting = [(fields, body, 0)]
    while waiting and len(parts) < MOST_PARTS:
        fields, body, depth = waiting.pop()
        kind, found = parameters(first(fields, "content-type"))
        pieces = _pieces(body, found.get("boundary", "")) if kind.startswith("multipart/") else []
        if pieces and depth < DEEPEST:
            inner = [split(piece) for piece in reversed(pieces)]
            waiting += [(read_fields(head), content, depth + 1) for head, content in inner]
            continue
        if kind.startswith("multipart/"):
            faults.append("unreadable: parts nested too deep" if pieces else "a multipart without its parts")
            kind = "text/plain"
        parts.append(Part(kind if "/" in kind else "text/plain", found, fields, body))
    if waiting:
        faults.append("unreadable: too many parts")
    return parts, faults


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundary lines; the last piece may lack its end."""
    if not boundary:
        return []
    padded = b"\n" + body
    bounds = list(islice(_boundaries(padded, b"\n--" + boundary.encode("utf-8", "replace")), MOST_PARTS + 1))
    if bounds and not bounds[-1][2]:
        bounds.append((len(padded), len(padded), True))
    return [padded[end + 1 : start] for (_, end, _), (start, _, _) in pairwise(bounds)]


def _boundaries(padded: bytes, line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line starts and ends, up to the closing one, and whether it closes."""
    at = padded.find(line)
    while at >= 0:
        end = padded.find(b"\n", at + 1)
        end = len(padded) if end < 0 else end
        rest = padded[at + len(line) : end].strip()
        if rest in (b"", b"--"):
            yield at, end, rest == b"--"
        at = -1 if rest == b"--" else padded.find(line, end)
