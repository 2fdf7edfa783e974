"""Rules for what filters and mail programs write back: refusals, complaints, receipts, challenges.

Each rule gives its evidence, or None. Only the text before an enclosed original is read for phrases.
"""

import re

from relancier.core import bounce, phrases
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
    unread = _unasked(message) and phrases.UNREAD_SUBJECT.match(message.subject.lower())
    return f"subject {message.subject[:80]!r}" if unread else None


def _unasked(message: Message) -> bool:
    """Whether no person sent it: an empty return path, or the mark of programs."""
    return null_path(message) or message.header("auto-submitted").lower().startswith("auto-")


def _disposition(message: Message) -> str:
    values = message.notice.get("disposition", ("",))
    return f"Disposition: {values[0]}" if values[0] else ""


def receipt_by_subject(message: Message) -> str | None:
    found = _unasked(message) and phrases.RECEIPT_SUBJECT.match(message.subject.lower())
    return f"subject {message.subject[:80]!r}" if found else None


def challenge(message: Message) -> str | None:
    """A filter that holds our message until a person proves to be one."""
    if message.header("x-tmda-confirm") or message.header("x-boxbe-challenge"):
        return "a filter's own header"
    domain = message.sender.email.rpartition("@")[2] if message.sender else ""
    known = phrases.CHALLENGERS.search(f"@{domain}")
    asked = phrases.CHALLENGE_SUBJECT.match(plain_subject(message))
    machine = automatic(message) or _confirm_address(message)
    if not (known or asked or machine):
        return None
    words = opening(message)
    proof = _proof(message, words)
    if known and (proof or asked or phrases.CHALLENGE_TEXT.search(words)):
        return f"from {domain}"
    if answers(message) and not machine:
        return None
    if asked and (proof or (machine and phrases.CHALLENGE_TEXT.search(words))):
        return f"subject {asked.group()[:80]!r}"
    return f"a program asks: {proof!r}" if machine and proof and "http" in words else None


def _proof(message: Message, words: str) -> str:
    """The words that ask for a proof; those that refusals use too count only where no server's answer stands."""
    found = phrases.CHALLENGE_STRONG.search(words)
    if found is None and not message.reports and not bounce.answers_of_servers(words):
        found = phrases.CHALLENGE_LIST.search(words)
    return found.group() if found else ""


def _confirm_address(message: Message) -> bool:
    """Whether answers go to an address made for confirmations, as TMDA's do."""
    senders = f"{message.header('from')} {message.header('reply-to')}".lower()
    return "-confirm+" in senders or "+confirm" in senders
