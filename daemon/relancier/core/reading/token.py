"""Keyed tokens: how a message of ours is known again, wherever its identifier turns up.

A token is a nonce and a truncated HMAC. It stands in the Message-ID, in References (where it survives in answers even
if a provider rewrites the Message-ID) and in X-Relancier-Id. Nobody without the key can make one.
"""

import base64
import hmac
import re
from collections.abc import Iterable

_MAC_BYTES = 15
_MARK_BYTES = 10
_NONCE = re.compile(r"[a-z0-9]{6,40}")
_TOKEN = re.compile(r"(?<![a-z0-9])[a-z0-9]{6,40}\.[a-z2-7]{24}(?![a-z0-9])")
_SPACE = re.compile(r"\s+")
_LONGEST_TEXT = 256 * 1024
_MOST_CANDIDATES = 200


def new_token(key: bytes, nonce: str) -> str:
    """The token for a nonce of 6 to 40 lower-case letters and digits. Raises ValueError for another nonce."""
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce is 6 to 40 lower-case letters and digits")
    return f"{nonce}.{_digest(key, _MAC_BYTES, 'token', nonce)}"


def valid(key: bytes, token: str) -> bool:
    """Whether we made this token; takes the same time for every wrong one."""
    nonce, _, mac = token.rpartition(".")
    expected = _digest(key, _MAC_BYTES, "token", nonce)
    return hmac.compare_digest(expected.encode(), mac.encode("utf-8", "replace"))


def message_id(token: str, domain: str) -> str:
    return f"<r.{token}@{domain}>"


def alias_id(token: str, domain: str) -> str:
    """The second identifier, for References: answers keep it when the first was rewritten on the way out."""
    return f"<x.{token}@{domain}>"


def tokens_in(key: bytes, text: str) -> tuple[str, ...]:
    """Every valid token of ours in a text or header value, once each, also one broken by a line fold."""
    bounded = text[:_LONGEST_TEXT].lower()
    found = dict.fromkeys(_candidates(bounded))
    found.update(dict.fromkeys(_candidates(_SPACE.sub("", bounded))))
    return tuple(token for token in found if valid(key, token))


def mark(key: bytes, token: str, case_key: str, step_id: str) -> str:
    """An opaque sign that the message with this token carried this step of this case."""
    return _digest(key, _MARK_BYTES, "mark", token, case_key, step_id)


def marked(
    key: bytes, token: str, marks: Iterable[str], candidates: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Those (case, step) pairs among the candidates that the marks of the message with this token stand for."""
    wanted = frozenset(marks)
    return [(case, step) for case, step in candidates if mark(key, token, case, step) in wanted]


def _candidates(text: str) -> list[str]:
    return [found.group() for found, _ in zip(_TOKEN.finditer(text), range(_MOST_CANDIDATES), strict=False)]


def _digest(key: bytes, size: int, *words: str) -> str:
    """A keyed digest of these words, each preceded by its length so that no two lists of words look the same."""
    data = b"".join(b"%d:%s" % (len(word), word) for word in (text.encode("utf-8", "replace") for text in words))
    return base64.b32encode(hmac.digest(key, data, "sha256")[:size]).decode().rstrip("=").lower()
