"""Whether a message is proved to come from its sender's domain: by DKIM, in the words of our own mail server alone.

On this hangs whether a bank's statement that was mailed is believed, so that whatever can be read in two ways proves
nothing: a field that another server wrote above ours, text in quotation marks, two senders, a signature that covers
only the beginning.
"""

import re
from collections.abc import Iterator

from relancier.core.reading.mail import Message

_LONGEST = 4_000
_COMMENT = re.compile(r"\([^()]*\)")
_NAME = re.compile(r"\s*(?P<name>[\w.:-]{1,200})(?:\s+\d{1,3})?\s*")
_RESULT = re.compile(
    r"\s*(?P<method>[a-z0-9-]{1,40})(?:\s*/\s*\d{1,3})?\s*=\s*(?P<result>[a-z]{1,40})"
    r"(?P<facts>(?:\s+[a-z0-9-]{1,20}(?:\.[a-z0-9_-]{1,40})?\s*=\s*(?:[^\s\";()]{1,300}|\"[\w+/=]{0,100}\"))*)\s*",
    re.IGNORECASE,
)
_SIGNER = re.compile(r"(?<!\S)header\.d\s*=\s*(?P<domain>[a-z0-9.-]{1,253})(?!\S)", re.IGNORECASE)
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")


def proved(message: Message, authserv_id: str) -> bool:
    """Whether our server found a valid signature of the sender's domain, or of one above it, on the whole message."""
    domain = message.sender_email.rpartition("@")[2].lower()
    alone = len(message.headers.get("from", ())) == 1 and "," not in message.header("from").rpartition(">")[2]
    if not authserv_id.strip() or not alone or _DOMAIN.fullmatch(domain) is None:
        return False
    found = [(result, signer) for result, signer in _signatures(message, authserv_id) if _above(signer, domain)]
    passed = bool(found) and all(result == "pass" for result, _ in found)
    return passed and any(_signed_whole(message, signer) for _, signer in found)


def _above(signer: str, domain: str) -> bool:
    return _DOMAIN.fullmatch(signer) is not None and (domain == signer or domain.endswith(f".{signer}"))


def _signatures(message: Message, authserv_id: str) -> list[tuple[str, str]]:
    """What our server's uppermost word on DKIM says: each result with its domain; none where it is ambiguous."""
    for field in message.headers.get("authentication-results", ()):
        results = _read(field, authserv_id)
        if results is None:
            return []  # another server's, or not to be read: what stands below may have come with the message
        found = [(result, _domain(facts)) for method, result, facts in results if method == "dkim"]
        if found:
            return found
    return []


def _read(field: str, authserv_id: str) -> list[tuple[str, str, str]] | None:
    """Methods, results and facts in a field that our server wrote; None for any other, or one with a doubtful word."""
    first, *rest = _COMMENT.sub(" ", field[:_LONGEST]).split(";")
    name = _NAME.fullmatch(first)
    if len(field) > _LONGEST or name is None or name["name"].lower() != authserv_id.strip().lower():
        return None
    pieces = [piece for piece in rest if piece.strip() and piece.strip().lower() != "none"]
    read = [_RESULT.fullmatch(piece) for piece in pieces]
    if any(one is None for one in read):
        return None
    return [(one["method"].lower(), one["result"].lower(), one["facts"]) for one in read if one is not None]


def _domain(facts: str) -> str:
    """The signing domain, where exactly one is named."""
    named = [found["domain"].lower() for found in _SIGNER.finditer(facts)]
    return named[0] if len(named) == 1 else ""


def _signed_whole(message: Message, signer: str) -> bool:
    """Whether the message bears a signature of this domain, and none of it that covers only the beginning."""
    mine = [tags for tags in _tags(message) if tags.get("d", "").lower() == signer]
    return bool(mine) and not any("l" in tags for tags in mine)


def _tags(message: Message) -> Iterator[dict[str, str]]:
    for field in message.headers.get("dkim-signature", ()):
        pairs = (piece.partition("=") for piece in field.split(";"))
        yield {name.strip().lower(): value.strip() for name, _, value in pairs}
