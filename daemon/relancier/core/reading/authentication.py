"""What our own mail server found out about a sender: its Authentication-Results (RFC 8601), and no other server's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

METHODS = ("spf", "dkim", "dmarc")

_LONGEST = 4_000
_MOST_FIELDS = 20
_MOST = 10
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_PIECE = re.compile(r'(?:"[^"]{0,500}"|[^;"]|")+')
_RESULT = re.compile(r"\s*(?P<method>[a-z0-9-]{1,40})(?:\s*/\s*\d+)?\s*=\s*(?P<result>[a-z]{1,40})\b", re.IGNORECASE)
_ABOUT = {
    "spf": ("smtp.mailfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}
_PROPERTY = re.compile(r"\b(?P<name>(?:smtp|header)\.[a-z]{1,20})\s*=\s*\"?(?P<value>[^\s\";]{1,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """What one check gave, and the domain it is about."""

    method: str
    result: str
    domain: str = ""


def authentication(fields: Iterable[str], authserv_id: str) -> tuple[Result, ...]:
    """The results of SPF, DKIM and DMARC that this server wrote, from its uppermost field for each; none for no server.

    `fields` are the values of Authentication-Results, the uppermost first. Anyone can write such a field: one under
    another name counts for nothing, and what our server wrote stands above whatever came with the message.
    """
    found: dict[str, list[Result]] = {}
    for field in _written_by(authserv_id, fields):
        here: dict[str, list[Result]] = {}
        for result in _results(field):
            here.setdefault(result.method, []).append(result)
        found = {**here, **found}
    return tuple(result for method in METHODS for result in found.get(method, ())[:_MOST])


def _written_by(authserv_id: str, fields: Iterable[str]) -> Iterator[str]:
    """What follows the name in those fields that bear it."""
    wanted = authserv_id.strip().lower()
    for field, _ in zip(fields, range(_MOST_FIELDS), strict=False):
        name, _, rest = _COMMENT.sub(" ", field[:_LONGEST]).partition(";")
        written = name.split()[:1]
        if wanted and written and written[0].strip('"').lower() == wanted:
            yield rest


def _results(field: str) -> Iterator[Result]:
    for piece in _PIECE.findall(field):
        found = _RESULT.match(piece)
        if found and found["method"].lower() in METHODS:
            method = found["method"].lower()
            yield Result(method, found["result"].lower(), _domain(method, piece))


def _domain(method: str, piece: str) -> str:
    named = {found["name"].lower(): found["value"] for found in _PROPERTY.finditer(piece)}
    value = next((named[name] for name in _ABOUT[method] if name in named), "")
    return value.rpartition("@")[2].lower()
