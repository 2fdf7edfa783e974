"""A draft and an envelope made into the bytes that leave: RFC 5322, CRLF, seven bits, the same every time.

Built by hand rather than by the `email` package: its generator takes tens of milliseconds for an attachment.
"""

import binascii
import html
import re
from collections.abc import Iterable
from dataclasses import replace
from email.utils import format_datetime
from urllib.parse import quote

from relancier.core.reading.mail import Attachment, Draft, Envelope
from relancier.core.reading.token import alias_id

_FORBIDDEN = re.compile(r"[\r\n\0]")
_ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.\[\]:-]+")
_NOT_IN_ADDRESS = frozenset('<>(),;:"')
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")
_IDENTIFIER = re.compile(r"<[!-;=?-~]{1,250}>")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_FROM = re.compile(rb"^From ", re.MULTILINE)  # some servers write ">From", which breaks signatures
_LINE = 76
_WORD_BYTES = 45
_LATEST = 20


class Forbidden(ValueError):  # noqa: N818 - named after the situation
    """A value that may not stand in a header: a line break or NUL (header injection), or not an address."""


def compose(draft: Draft, envelope: Envelope) -> bytes:
    """The message's bytes. The same draft and envelope give the same bytes. Raises Forbidden."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(draft, envelope) if value)
    return head.encode("ascii") + _body(draft, envelope.token)


def redirected(draft: Draft, envelope: Envelope, to: str) -> tuple[Draft, Envelope]:
    """The same message for a rehearsal: to one address, marked, naming at its top who would have received it."""
    english = draft.language.lower().startswith("en")
    tag = "[Rehearsal]" if english else "[Essai]"
    notice = _notice(envelope, english=english)
    marked = replace(
        draft,
        subject=f"{tag} {draft.subject}",
        text=f"{notice}\n\n{draft.text}",
        html=_with_notice(draft.html, notice),
    )
    return marked, replace(envelope, to=(to,), cc=())


def _notice(envelope: Envelope, *, english: bool) -> str:
    names = ("Rehearsal: this message would have gone to", "copy to") if english else (
        "Essai : ce message serait parti à", "copie à")  # fmt: skip
    copies = f" ({names[1]} {', '.join(envelope.cc)})" if envelope.cc else ""
    return f"{names[0]} {', '.join(envelope.to)}{copies}."


def _with_notice(page: str, notice: str) -> str:
    if not page:
        return ""
    paragraph = f"<p><strong>{html.escape(notice)}</strong></p>"
    body = re.search(r"<body[^<>]*>", page, re.IGNORECASE)
    at = body.end() if body else 0
    return page[:at] + paragraph + page[at:]


# --- Headers --------------------------------------------------------------------------------------------------------


def _headers(draft: Draft, envelope: Envelope) -> Iterable[tuple[str, str]]:
    domain = envelope.message_id.strip("<>").rpartition("@")[2]
    thread = [one for one in map(_checked, envelope.thread) if _IDENTIFIER.fullmatch(one)]
    yield "From", _mailbox(envelope.from_name, envelope.from_address)
    yield "To", _addresses(envelope.to)
    yield "Cc", _addresses(envelope.cc)
    yield "Subject", _unstructured(_checked(draft.subject), len("Subject: "))
    yield "Date", format_datetime(envelope.date)
    yield "Message-ID", _identifier(envelope.message_id)
    yield "In-Reply-To", thread[-1] if thread else ""
    yield "References", "\r\n ".join([*_bounded(thread), _identifier(alias_id(envelope.token, domain))])
    yield "X-Relancier-Id", _ascii(envelope.token)
    yield "X-Relancier-Marks", "\r\n ".join(map(_ascii, envelope.marks))
    yield "Auto-Submitted", "auto-generated" if envelope.auto_submitted else ""
    yield "X-Auto-Response-Suppress", "OOF, AutoReply"
    yield "Content-Language", _ascii(draft.language)
    yield "MIME-Version", "1.0"


def _bounded(thread: list[str]) -> list[str]:
    return thread if len(thread) <= _LATEST + 1 else [thread[0], *thread[-_LATEST:]]


def _checked(value: str) -> str:
    if _FORBIDDEN.search(value):
        raise Forbidden("a line break or NUL may not stand in a header or a file name")
    return value


def _ascii(value: str) -> str:
    if not _checked(value).isascii():
        raise Forbidden(f"only ASCII may stand here: {value!r}")
    return value


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(_checked(value)):
        raise Forbidden(f"not a message identifier: {value!r}")
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(_checked(value)) or _NOT_IN_ADDRESS & set(value.rpartition("@")[0]):
        raise Forbidden(f"not an address: {value!r}")
    return value


def _addresses(values: Iterable[str]) -> str:
    return ",\r\n ".join(map(_address, values))


def _mailbox(name: str, address: str) -> str:
    if not _checked(name):
        return _address(address)
    if not name.isascii() or "=?" in name:
        return f"{_encoded(name)}\r\n <{_address(address)}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    shown = name if _ATOMS.fullmatch(name) else f'"{escaped}"'
    return f"{shown} <{_address(address)}>"


def _unstructured(text: str, indent: int) -> str:
    """Plain words as they are, so that a number stays readable to everyone; from the first other word on, encoded."""
    plain, rest = _ascii_start(text)
    if not rest:
        return _folded(plain, indent)
    return _folded(plain, indent) + ("\r\n " if plain else "") + _encoded(rest)


def _ascii_start(text: str) -> tuple[str, str]:
    words = text.split(" ")
    if text.isascii() and text.isprintable() and "=?" not in text and text.strip() == text:
        return text, ""
    count = next((at for at, word in enumerate(words) if not _plain(word)), 0)
    return " ".join(words[:count]), " ".join(words[count:])


def _plain(word: str) -> bool:
    return bool(word) and word.isascii() and word.isprintable() and "=?" not in word


def _folded(text: str, indent: int) -> str:
    lines = [""]
    for word in text.split(" "):
        room = _LINE - (indent if len(lines) == 1 else 1)
        if lines[-1].strip() and word and len(lines[-1]) + len(word) >= room:
            lines.append(word)
        else:
            lines[-1] += word if lines == [""] else f" {word}"
    return "\r\n ".join(lines)


def _encoded(text: str) -> str:
    """Encoded words (RFC 2047), none of which cuts a character in two."""
    chunks, size = [""], 0
    for character in text:
        size += len(character.encode("utf-8", "replace"))
        if size > _WORD_BYTES:
            chunks.append("")
            size = len(character.encode("utf-8", "replace"))
        chunks[-1] += character
    return "\r\n ".join(f"=?utf-8?b?{_base64(chunk.encode('utf-8', 'replace'))}?=" for chunk in chunks)


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


# --- Body -----------------------------------------------------------------------------------------------------------


def _body(draft: Draft, token: str) -> bytes:
    """The content headers and the content; no boundary can occur inside, as `=_` is in no encoded line.

    A picture that no HTML can show is left out, for its words stand in the text.
    """
    words = _text("plain", draft.text)
    if draft.html:
        words = _multipart("alternative", f"=_words.{token}", [words, _page(draft, token)])
    files = [_attached(one) for one in draft.attachments if not one.cid]
    if files:
        words = _multipart("mixed", f"=_whole.{token}", [words, *files])
    return words


def _page(draft: Draft, token: str) -> bytes:
    """The HTML, beside the pictures that it shows if there are any."""
    page = _text("html", draft.html)
    pictures = [_attached(one) for one in draft.attachments if one.cid]
    return _multipart("related", f"=_shown.{token}", [page, *pictures]) if pictures else page


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    line = b"--" + boundary.encode("ascii")
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    unix = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    data = unix.replace("\n", "\r\n").encode("utf-8", "replace")
    lines = binascii.b2a_qp(data, quotetabs=False, istext=True)
    return head.encode("ascii") + _FROM.sub(b"=46rom ", lines)


def _attached(attachment: Attachment) -> bytes:
    if not _TYPE.fullmatch(_checked(attachment.type)):
        raise Forbidden(f"not a content type: {attachment.type!r}")
    how = "inline" if attachment.cid else "attachment"
    called = f"Content-ID: {_identifier(f'<{attachment.cid}>')}\r\n" if attachment.cid else ""
    head = (
        f"Content-Type: {attachment.type}\r\nContent-Transfer-Encoding: base64\r\n{called}"
        f"Content-Disposition: {how};\r\n {_file_name(attachment.name)}\r\n\r\n"
    )
    encoded = binascii.b2a_base64(attachment.content, newline=False)
    lines = [encoded[at : at + _LINE] for at in range(0, len(encoded), _LINE)]
    return head.encode("ascii") + b"\r\n".join(lines) + b"\r\n"


def _file_name(name: str) -> str:
    if len(_checked(name)) > 200:
        raise Forbidden("a file name of more than 200 characters")
    if name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'filename="{escaped}"'
    return f"filename*=utf-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
