"""Rules for what filters and mail programs write back: refusals, complaints, receipts, reports about mail.

Each rule gives its evidence, or None. Only the text before an enclosed original is read for phrases.
"""

import re

from relancier.core.reading import bounce, phrases
from relancier.core.reading.mail import Message
from relancier.core.reading.signs import answers, null_path, opening, plain_subject

_GENERAL_REPORTS = ("tlsrpt", "dmarc", "dmarc-report")
_SHOWN = re.compile(r"displayed|processed|dispatched")


def refused(message: Message) -> str | None:
    """A recipient's own filter (Sieve's reject) that sends the message back in a notification of its own."""
    marked = message.header("auto-submitted").lower()
    if marked.startswith("auto-replied") and "reject" in marked:
        return f"Auto-Submitted: {marked}"
    found = phrases.REJECTED.match(opening(message)) if _notified(message) else None
    return f"text {found.group()[:120]!r}" if found else None


def _notified(message: Message) -> bool:
    return any("disposition-notification" in kind for kind in (message.content_type, *message.parts))


def complaint(message: Message) -> str | None:
    kinds = (message.content_type, *message.parts)
    named = next((kind for kind in kinds if "feedback-report" in kind), None)
    provider = message.header("x-hmxmroriginalrecipient") or phrases.COMPLAINT_SUBJECT.match(message.subject.lower())
    return named or (f"subject {message.subject[:80]!r}" if provider else None)


def disposition(message: Message) -> str | None:
    """A disposition notification that says the message was shown: a receipt."""
    return _disposition(message) if _SHOWN.search(_disposition(message)) else None


def other_disposition(message: Message) -> str | None:
    """A disposition notification of another kind (deleted, denied, failed), or one without its fields."""
    if _notified(message):
        return _disposition(message) or "a disposition notification without a disposition"
    unread = _unasked(message) and phrases.UNREAD_SUBJECT.match(message.subject.lower())
    return f"subject {message.subject[:80]!r}" if unread else None


def _unasked(message: Message) -> bool:
    """Whether no person sent it: an empty return path, a mail server's address, or the mark of programs."""
    machine = null_path(message) or bounce.machine_sender(message) != ""
    return machine or message.header("auto-submitted").lower().startswith("auto-")


def _disposition(message: Message) -> str:
    values = message.notice.get("disposition", ("",))
    return f"Disposition: {values[0]}" if values[0] else ""


def receipt_by_subject(message: Message) -> str | None:
    found = _unasked(message) and phrases.RECEIPT_SUBJECT.match(message.subject.lower())
    return f"subject {message.subject[:80]!r}" if found else None


def about_the_mail(message: Message) -> str | None:
    """A report about mail in general (DMARC, TLS), or a gateway's warning of a virus: for a person to see."""
    kind = message.content_type
    if kind.startswith("multipart/report; report-type=") and kind.endswith(_GENERAL_REPORTS):
        return kind
    subject = plain_subject(message)
    if subject.startswith("report domain:"):
        return f"subject {message.subject[:80]!r}"
    warned = phrases.VIRUS_SUBJECT.match(subject) and not answers(message)
    return f"subject {message.subject[:80]!r}" if warned and phrases.VIRUS_TEXT.search(opening(message)) else None
