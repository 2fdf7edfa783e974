"""Any bytes read as a Message: without trust, within bounds, without ever raising."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.utils import parsedate_to_datetime
from hashlib import sha256

from relancier.core.reading.mail import Address, Message
from relancier.core.reading.mime import (
    LONGEST_HEAD,
    LONGEST_TEXT,
    Fields,
    Part,
    decode_words,
    decoded_fields,
    first,
    guessed,
    parameters,
    read_fields,
    split,
    walk,
)
from relancier.core.reading.reports import ADDR_SPEC, notice_in, reports_in
from relancier.core.text.markup import without_tags

UNREADABLE = "unreadable"
_PARSE_ERRORS = (
    LookupError, ValueError, RecursionError, AttributeError, TypeError, OverflowError, MessageError,
)  # fmt: skip
_LONGEST = 16 * 1024 * 1024
_MOST_ADDRESSES = 200
_MOST_IDS = 200
_LONGEST_IDS = _LONGEST_LIST = 32 * 1024
_LONGEST_ADDRESS = 1_000
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_ENCLOSING = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers",
                        "message/rfc822-headers", "text/rfc822"})  # fmt: skip
_IN_ANGLES = re.compile(r"<([^<>]{1,1000})>")
_BARE_ID = re.compile(r"[^\s<>,;:\"()]{1,300}@[^\s<>,;:\"()]{1,300}")
_ADDRESS_PIECE = re.compile(r'"(?:[^"\\]|\\.){0,200}"|\([^()]*\)|<[^<>]*>|[,;]|[^",;<>()]+|.', re.DOTALL)
_ORIGINAL_FIELD = re.compile(
    r"^[> \t]{0,4}(received|return-path|message-id|dkim-signature|mime-version):", re.IGNORECASE
)
_ANY_FIELD = re.compile(r"^[> \t]{0,4}[A-Za-z][A-Za-z0-9-]{1,60}:|^[> ]{0,2}[ \t]+\S")
_QUOTE = re.compile(r"^(?:> ?)+|^[ \t]{1,4}(?=[A-Za-z-]{1,60}:)")
_PEOPLE = frozenset({"from", "to"})
_EMPTY_GROUP = re.compile(r"[^:;<>@]{0,200}: ?;\s*")
_VIA = re.compile(r" (?:via|par|über|tramite|por medio de) ", re.IGNORECASE)
_MBOX = re.compile(rb"^From [^\n]*\n")


def read(raw: bytes, *, complete: bool = True) -> Message:
    """The message in these bytes. Never raises: what could not be read is named in `faults`."""
    return _guarded(_read, raw, complete=complete)


def _guarded(reader: Callable[[bytes, bool], Message], raw: bytes, *, complete: bool) -> Message:
    try:
        return reader(raw, complete)
    except _PARSE_ERRORS as problem:
        return _by_hand(raw, f"{UNREADABLE}: {type(problem).__name__}: {problem}"[:300])


def _read(raw: bytes, complete: bool) -> Message:
    data = raw[:_LONGEST].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    head, body = split(_MBOX.sub(b"", data, count=1))
    fields = read_fields(head)
    if not fields:
        body = data
    parts, faults = walk(fields, body)
    return _message(fields, parts, [*_faults(head, fields), *faults], not complete or len(raw) > _LONGEST)


def _faults(head: bytes, fields: Fields) -> Iterator[str]:
    if len(head) > LONGEST_HEAD:
        yield f"{UNREADABLE}: header fields of more than {LONGEST_HEAD} bytes"
    if not fields:
        yield f"{UNREADABLE}: no header fields"
    if "date" in fields and _date(first(fields, "date")) is None:
        yield "a Date that is no date"
    if "in-reply-to" in fields and not _ids(fields, "in-reply-to"):
        yield "an In-Reply-To without an identifier"
    if any(
        not addresses(fields, name) and not _EMPTY_GROUP.fullmatch(first(fields, name))
        for name in _PEOPLE & fields.keys()
    ):
        yield "a From or To without an address"


def _message(fields: Fields, parts: list[Part], faults: list[str], truncated: bool) -> Message:
    text, enclosed, unquoted = _words(parts)
    decoded = decoded_fields(fields)
    return Message(
        identity=_identity(decoded, text),
        message_id=next(iter(_ids(fields, "message-id")), ""),
        in_reply_to=_ids(fields, "in-reply-to"),
        references=_ids(fields, "references"),
        sender=_sender(fields),
        to=addresses(fields, "to"),
        cc=addresses(fields, "cc"),
        subject=" ".join(first(decoded, "subject").split()),
        date=_date(first(fields, "date")),
        text=text,
        headers=decoded,
        content_type=_type(first(fields, "content-type")),
        reports=reports_in(parts, fields),
        enclosed=enclosed,
        notice=notice_in(parts),
        parts=tuple(map(_shown_type, parts)),
        attachments=tuple(part.name for part in parts if part.name),
        truncated=truncated,
        faults=tuple(faults),
        unquoted=unquoted,
    )


def _by_hand(raw: bytes, fault: str) -> Message:
    """What little can be known of a message that defeated the parser: enough to find whom it is about."""
    text = guessed(raw[:LONGEST_TEXT])
    fields = read_fields(raw.partition(b"\n\n")[0].replace(b"\r", b""))
    return Message(
        identity=sha256(raw).hexdigest(),
        message_id=next(iter(_ids(fields, "message-id")), ""),
        sender=next(iter(addresses(fields, "from")), None),
        subject=first(fields, "subject"),
        text=text,
        headers=fields,
        faults=(fault,),
    )


def _identity(fields: Fields, text: str) -> str:
    known = [first(fields, name) for name in ("message-id", "from", "date", "subject")]
    return sha256("\0".join([*known, text]).encode("utf-8", "replace")).hexdigest()


# --- Fields ---------------------------------------------------------------------------------------------------------


def _type(value: str) -> str:
    """The content type with the parameter that says what a report or a calendar entry is about."""
    kind, found = parameters(value)
    about = [f"; {name}={found[name].lower()}" for name in ("report-type", "method") if name in found]
    return (kind or "text/plain") + "".join(about)


def _shown_type(part: Part) -> str:
    method = part.parameters.get("method", "").lower()
    return f"{part.type}; method={method}" if method else part.type


def _ids(fields: Fields, name: str) -> tuple[str, ...]:
    """Every identifier of a field, once, oldest first; one broken by a fold is mended."""
    value = " ".join(fields.get(name, ()))[-_LONGEST_IDS:]
    found = [f"<{''.join(one.split())}>" for one in _IN_ANGLES.findall(value)]
    if not found:
        found = [f"<{one}>" for one in _BARE_ID.findall(value)]
    return tuple(dict.fromkeys(found))[-_MOST_IDS:]


def _date(value: str) -> datetime | None:
    """The instant of a Date field; one without a zone counts as UTC, one from no time of e-mail as none."""
    try:
        found = parsedate_to_datetime(value)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return None
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def addresses(fields: Fields, name: str) -> tuple[Address, ...]:
    """The addresses of a field, as far as they can be told; a group's or a name's own words are no address."""
    found: list[Address] = []
    words = angle = ""
    for piece in [*_ADDRESS_PIECE.findall(",".join(fields.get(name, ()))[:_LONGEST_LIST]), ","]:
        if piece in ",;":
            found += _address(words, angle)
            words = angle = ""
        elif piece.startswith("<"):
            angle = angle or piece[1:-1]
        elif not piece.startswith("("):
            words += piece
    return tuple(found[:_MOST_ADDRESSES])


def _sender(fields: Fields) -> Address | None:
    """Who wrote: the From, or the address that a group has replaced by its own ("Ann via Accounts")."""
    written = next(iter(addresses(fields, "from")), None)
    if written is None or "list-id" not in fields or not _VIA.search(written.name):
        return written
    named = (next(iter(addresses(fields, name)), None) for name in ("x-original-from", "x-original-sender", "reply-to"))
    replaced = next((one for one in named if one is not None and one.email != written.email), written)
    return Address(email=replaced.email, name=replaced.name or written.name)


def _address(words: str, angle: str) -> list[Address]:
    words, angle = (text[:_LONGEST_ADDRESS].replace("\\", "") for text in (words, angle))
    spec = ADDR_SPEC.search("".join(angle.split())) if angle else ADDR_SPEC.search(words)
    if spec is None:
        return []
    name = decode_words(words.replace('"', " ")) if angle else ""
    return [Address(email=spec.group().strip("'").lower(), name=" ".join(name.split()).strip("'"))]


# --- Content --------------------------------------------------------------------------------------------------------


def _words(parts: list[Part]) -> tuple[str, Fields, str | None]:
    """The readable text before an enclosed original, the fields of that original, and the text that HTML quotes not."""
    plain: list[str] = []
    rich: list[str] = []
    original: Part | None = None
    for part in parts:
        if part.type in _ENCLOSING:
            original = part
            break
        if part.type in ("text/plain", "text/html") and not part.attached:
            (plain if part.type == "text/plain" else rich).append(part.text())
    said = "\n".join(plain)[:LONGEST_TEXT]
    page = "" if said.strip() else "\n".join(rich)[:LONGEST_TEXT]
    text, enclosed = _without_original(said if said.strip() else without_tags(page))
    return text, _original(original) if original else enclosed, _unquoted(page)


def _unquoted(page: str) -> str | None:
    """The text outside the quotations of a page; None where it marks none."""
    return without_tags(page, quotations=False) if "<blockquote" in page.lower() else None


def _original(part: Part) -> Fields:
    content = part.content(LONGEST_HEAD).replace(b"\r\n", b"\n").lstrip(b"\n")
    return decoded_fields(read_fields(split(content)[0]))


def _without_original(text: str) -> tuple[str, Fields]:
    """Cuts off an original that follows in the text itself, as old mail servers write it."""
    lines = text.split("\n")
    at = next((at for at, line in enumerate(lines) if _ORIGINAL_FIELD.match(line)), None)
    if at is None:
        return text, {}
    start = end = at
    while start > 0 and _ANY_FIELD.match(lines[start - 1]):
        start -= 1
    while end < len(lines) and _ANY_FIELD.match(lines[end]):
        end += 1
    if end - start < 3:
        return text, {}
    block = "\n".join(_QUOTE.sub("", line) for line in lines[start:end])
    return "\n".join(lines[:start]), decoded_fields(read_fields(block.encode("utf-8", "replace")))
