"""Messages as values: what we are about to send (Draft, Outgoing) and what came in (Message)."""

from dataclasses import dataclass, field
from datetime import datetime

from relancier.core.text.blocks import Block


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to attach; one with a `cid` is a picture that the HTML shows as `cid:…`, no file of its own."""

    name: str
    content: bytes
    type: str = "application/pdf"
    cid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message's words, before it has an identity; `language` is a tag such as `fr`.

    `blocks` are the same words for a printed page.
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    language: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom, and in which thread.

    `message_id` is `<…>`, `token` the bare keyed token that also goes to X-Relancier-Id and, as an id of its own, to
    References. `marks` are the keyed marks of the steps carried (opaque; they let a restored state adopt the message).
    """

    message_id: str
    token: str
    from_name: str
    from_address: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    date: datetime
    thread: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    auto_submitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A parsed address: lower-case `email`, decoded `name`."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One recipient's line of a delivery report (RFC 3464, 6533)."""

    recipient: str
    action: str
    status: str
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that came in, read without trust.

    Everything is decoded and bounded; nothing here raised. `headers` maps lower-case names to all raw-decoded values in
    order. `text` is the readable text before any enclosed original, `enclosed` the headers of an enclosed original.
    `identity` is a hash of Message-ID, From, Date, Subject and text, so that a moved message is known again.
    `faults` names what could not be read. `parts` are the content types of all parts, in order (a calendar's with its
    method). `notice` holds the fields of a disposition notification, or those of a delivery report about the whole.
    `unquoted` is the text outside the quotations that HTML marks, None where it marks none.
    """

    identity: str
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    content_type: str = ""
    reports: tuple[Report, ...] = ()
    enclosed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notice: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    truncated: bool = False
    faults: tuple[str, ...] = ()
    unquoted: str | None = None

    @property
    def outside_quotations(self) -> str:
        """The text without the quotations that HTML marks: those in plain text are for newtext to find."""
        return self.text if self.unquoted is None else self.unquoted

    @property
    def sender_email(self) -> str:
        """The sender's address, "" where it names none."""
        return self.sender.email if self.sender else ""

    def header(self, name: str) -> str:
        values = self.headers.get(name.lower(), ())
        return values[0] if values else ""
