"""A message's page made to be looked at by itself, outside of any mail program."""

import binascii
import re
from collections.abc import Mapping
from email.message import EmailMessage

_SOURCE = re.compile(r'src="cid:([^"]+)"')


def page_alone(message: EmailMessage) -> str:
    """The HTML of a message with its pictures inside it; '' where it has none."""
    page = message.get_body(("html",))
    if page is None:
        return ""
    shown = {_identifier(part["Content-ID"]): part for part in message.walk() if part["Content-ID"]}
    pictures = {name: (part.get_content_type(), _content(part)) for name, part in shown.items()}
    return with_pictures(str(page.get_content()), pictures)


def with_pictures(page: str, pictures: Mapping[str, tuple[str, bytes]]) -> str:
    """The page with pictures, each its type and content by its identifier, inside it; others stay as they are."""

    def inside(match: re.Match[str]) -> str:
        if match[1] not in pictures:
            return match[0]
        kind, content = pictures[match[1]]
        return f'src="data:{kind};base64,{binascii.b2a_base64(content, newline=False).decode()}"'

    return _SOURCE.sub(inside, page)


def _identifier(header: object) -> str:
    return str(header).strip().removeprefix("<").removesuffix(">")


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
