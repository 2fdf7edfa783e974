"""Rules for what filters and mail programs write back: refusals, complaints, receipts, challenges.

Each rule gives its evidence, or None. Only the text before an enclosed original is read for phrases.
"""

import re

from relancier.core import phrases
from relancier.core.mail import Message
from relancier.core.signs import answers, automatic, null_path, opening, plain_subject

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
    return None


def _disposition(message: Message) -> str:
    values = message.notice.get("disposition", ("",))
    return f"Disposition: {values[0]}" if values[0] else ""


def receipt_by_subject(message: Message) -> str | None:
    marked = null_path(message) or message.header("auto-submitted").lower().startswith("auto-")
    subject = message.subject.lower()
    return f"subject {message.subject[:80]!r}" if marked and phrases.RECEIPT_SUBJECT.match(subject) else None


def challenge(message: Message) -> str | None:
    """A filter that holds our message until a person proves to be one."""
    domain = message.sender.email.rpartition("@")[2] if message.sender else ""
    words = opening(message)
    strong = phrases.CHALLENGE_STRONG.search(words)
    asked = phrases.CHALLENGE_SUBJECT.match(plain_subject(message))
    if phrases.CHALLENGERS.search(f"@{domain}") and (strong or asked or phrases.CHALLENGE_TEXT.search(words)):
        return f"from {domain}"
    if message.header("x-tmda-confirm") or message.header("x-boxbe-challenge"):
        return "a filter's own header"
    machine = automatic(message) or _confirm_address(message)
    if answers(message) and not machine:
        return None
    if asked and (strong or (machine and phrases.CHALLENGE_TEXT.search(words))):
        return f"subject {asked.group()[:80]!r}"
    return f"a program asks: {strong.group()!r}" if machine and strong and "http" in words else None


def _confirm_address(message: Message) -> bool:
    """Whether answers go to an address made for confirmations, as TMDA's do."""
    senders = f"{message.header('from')} {message.header('reply-to')}".lower()
    return "-confirm+" in senders or "+confirm" in senders
