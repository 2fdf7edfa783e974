"""What people write in the demo: customers, a colleague, strangers. And what an answer takes over from a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from relancier.demo.office import OWN

AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail about to be written; `answers` is the message that it replies to, `file` goes along, by its name."""

    sender: str
    text: str
    subject: str = ""
    to: str = OWN
    answers: bytes = b""
    headers: Mapping[str, str] | None = None
    file: tuple[str, bytes] | None = None


def written(letter: Letter, at: datetime, number: int) -> bytes:
    """The bytes of a letter, as a mail program makes them."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = letter.sender, letter.to
    message["Date"] = format_datetime(at)
    domain = parseaddr(letter.sender)[1].rpartition("@")[2]
    message["Message-ID"] = f"<letter.{number}@{domain}>"
    if letter.answers:
        original = opened(letter.answers)
        identity = str(original["Message-ID"])
        message["Subject"] = letter.subject or f"Re: {original['Subject']}"
        message["In-Reply-To"] = identity
        message["References"] = " ".join(f"{original.get('References', '')} {identity}".split())
    else:
        message["Subject"] = letter.subject
    for name, value in (letter.headers or {}).items():
        message[name] = value
    message.set_content(letter.text)
    if letter.file:
        name, content = letter.file
        message.add_attachment(content, maintype="application", subtype=name.rpartition(".")[2], filename=name)
    return message.as_bytes()


def opened(raw: bytes) -> Message:
    return message_from_bytes(raw, policy=SMTP)
