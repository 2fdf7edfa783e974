"""Rules for what mail servers write back: delivery reports, and bounces in forms of their own.

Each rule gives its evidence, or None. Only the text before an enclosed original is read for phrases.
"""

import re
from typing import NamedTuple

from relancier.core.reading import delivery
from relancier.core.reading.mail import Message, Report
from relancier.core.reading.signs import LONGEST_READ, answers, null_path, opening, plain, plain_subject

PERMANENT = "permanent"
TEMPORARY = "temporary"
DELIVERED = "delivered"

_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_FAILED = frozenset({"failed", "failure", "error"})
_CODE = re.compile(
    r"(?<![\d.@+-])(?P<smtp>421|422|431|432|44[1267]|45[0124]|471|50[0-4]|51[0-5]|52[1-3]|53[05]|54[12]|55[0-7]|571)"
    r"(?=[] :>-]|,\s|$)(?! ?(?:[€$£]|k€|eur))(?:[ :#-]{1,3}(?P<enhanced>[45]\.\d{1,3}\.\d{1,3}))?"
    r"|(?<![\d.])(?P<alone>[45]\.\d{1,3}\.\d{1,3})(?![\d.])"
)
_LISTED = re.compile(r"[^\s,;<>]{1,100}@[^\s,;<>]{1,250}")
_ALONE = re.compile(r"^[ \t]{0,20}<?([^\s<>@:;,\"']{1,100}@[^\s<>@:;,\"']{1,250})>?(?::|[ \t]*$)", re.MULTILINE)
_LONGEST_LINE, _LONGEST_EVIDENCE = 300, 500
_GENERAL = frozenset({"", "5.0.0", "5.0.1", "5.4.0"})
_FULL = ".2.2"
_NO_MAILBOX = "550"


class Code(NamedTuple):
    """A server's answer as quoted in a text: the SMTP code, the enhanced one, either may be ""."""

    smtp: str
    enhanced: str

    @property
    def permanent(self) -> bool:
        return (self.enhanced or self.smtp).startswith("5") and not self.full

    @property
    def full(self) -> bool:
        """A full mailbox is emptied one day (RFC 5321, 4.5.3.1.10), but 550 says that there is none to write to."""
        return self.enhanced.endswith(_FULL) and self.smtp != _NO_MAILBOX


def severity(report: Report) -> str:
    """What one recipient's line of a delivery report says: permanent, temporary, delivered, or "" for nothing."""
    if report.action in _ARRIVED or (not report.action and report.status.startswith("2.")):
        return DELIVERED
    if report.action == "delayed" or report.status.startswith("4."):
        return TEMPORARY
    if report.action in _FAILED or report.status.startswith("5."):
        return _of_failure(report.status, report.diagnostic.lower())
    return ""


def _of_failure(status: str, words: str) -> str:
    """A failure's severity: a general status (5.0.0) is only as hard as the server's own words."""
    codes = answers_of_servers(words)
    if any(code.smtp == _NO_MAILBOX for code in codes) or delivery.GONE.search(words):
        return PERMANENT
    if status.endswith(_FULL) or delivery.BUSY.search(words):
        return TEMPORARY
    lasting = not codes or codes[0].permanent
    softened = status in _GENERAL and (delivery.FULL.search(words) or not lasting)
    return TEMPORARY if softened else PERMANENT


def answers_of_servers(words: str) -> list[Code]:
    """The answers of servers that a text quotes, in its order."""
    return [Code(found["smtp"] or "", found["enhanced"] or found["alone"] or "") for found in _CODE.finditer(words)]


def failed_recipients(message: Message) -> tuple[str, ...]:
    """The addresses that a report, or a bounce in a form of its own, says could not be reached, once each.

    Where some failed for good, those that are only delayed are left out.
    """
    failed = [(one.recipient, severity(one)) for one in message.reports]
    worst = PERMANENT if any(how == PERMANENT for _, how in failed) else TEMPORARY
    named = [recipient for recipient, how in failed if recipient and how in (worst, "")]
    named += _LISTED.findall(message.header("x-failed-recipients").lower())
    if not named:
        named = [found.group(1).lower() for found in _ALONE.finditer(message.text[:LONGEST_READ])]
    return tuple(dict.fromkeys(named))


# --- Delivery reports -----------------------------------------------------------------------------------------------


def report_failed(message: Message) -> str | None:
    return _reported(message, PERMANENT)


def report_delayed(message: Message) -> str | None:
    return _reported(message, TEMPORARY)


def report_delivered(message: Message) -> str | None:
    return _reported(message, DELIVERED)


def _reported(message: Message, wanted: str) -> str | None:
    """What was reported so, recipient by recipient, then what became of the others."""
    told = [(one, severity(one)) for one in message.reports]
    named = [_line(one) for one, how in told if how == wanted]
    others = [f"{one.recipient}: {how}" for one, how in told if how not in (wanted, "")]
    return "; ".join([*named, *others])[:_LONGEST_EVIDENCE] if named else None


def _line(report: Report) -> str:
    who = report.recipient or "a recipient"
    return f"{who}: {report.action} {report.status} {report.diagnostic}".strip()[:_LONGEST_LINE]


def gave_up(message: Message) -> bool:
    """Whether a failure that is not for ever was the last attempt; a full mailbox is emptied one day."""
    reports = [one for one in message.reports if severity(one) == TEMPORARY]
    if reports:
        return any(one.action in _FAILED and not _reports_full(one) for one in reports)
    words = _all_words(message)
    full = delivery.FULL.search(words) or any(code.full for code in answers_of_servers(words))
    ended = delivery.GAVE_UP.search(words) or delivery.EXPIRED.search(words)
    return bool(ended) and not full and not delivery.CONTINUES.search(words)


def _reports_full(report: Report) -> bool:
    return report.status.endswith(_FULL) or delivery.FULL.search(report.diagnostic.lower()) is not None


# --- Other bounces --------------------------------------------------------------------------------------------------


def bounce_later(message: Message) -> str | None:
    evidence = _bounced(message)
    return evidence if evidence and text_severity(message) == TEMPORARY else None


def bounce_final(message: Message) -> str | None:
    return _bounced(message)


def _bounced(message: Message) -> str | None:
    """What shows that a mail server wrote this, in a form of its own."""
    if message.header("x-failed-recipients"):
        return f"X-Failed-Recipients: {message.header('x-failed-recipients')}"
    return next(filter(None, (form(message) for form in _FORMS)), None)


def _said(message: Message) -> str:
    """The words that speak of a failed delivery, in the subject or the text."""
    found = delivery.BOUNCE_SUBJECT.search(plain_subject(message)) or delivery.BOUNCE_TEXT.search(opening(message))
    return found.group() if found else ""


def _by_sender(message: Message) -> str | None:
    """From an address that only machines use; from a postmaster, who may be a person, with words about a failure."""
    sender = machine_sender(message)
    if not sender:
        return None
    local, said = sender.partition("@")[0], _said(message)
    certain = delivery.MACHINE_LOCAL.fullmatch(local) is not None and not answers(message)
    return f"from {sender}, {said!r}" if said or certain else None


def _by_report(message: Message) -> str | None:
    report = message.content_type.startswith("multipart/report") and "disposition" not in message.content_type
    return f"multipart/report, {_said(message)!r}" if report and _said(message) else None


def _by_null_path(message: Message) -> str | None:
    """An empty envelope sender, and a bounce's subject, a server's answer or plain words about a failure."""
    if not null_path(message):
        return None
    words = opening(message)
    found = (
        delivery.BOUNCE_SUBJECT.match(plain_subject(message))
        or _CODE.search(words)
        or delivery.NOT_DELIVERED.search(words)
    )
    return f"Return-Path: <>, {found.group()!r}" if found else None


def _by_words(message: Message) -> str | None:
    """From any address: subject and text agree, and a machine's mark or a server's answer stands with them."""
    named = delivery.BOUNCE_SUBJECT.match(plain(message.subject))
    words = opening(message)
    if named is None or answers(message) or not delivery.BOUNCE_TEXT.search(words):
        return None
    local = message.sender_email.partition("@")[0]
    marked = message.header("auto-submitted").lower().startswith("auto-") or message.sender is None
    machine = marked or delivery.PERHAPS_MACHINE.fullmatch(local) or _CODE.search(words)
    return f"subject {message.subject[:80]!r}" if machine else None


def _by_transcript(message: Message) -> str | None:
    """From a postmaster, also in a thread: the dialogue of two servers, with an answer that refuses."""
    local = message.sender_email.partition("@")[0]
    words = opening(message)
    quoted = delivery.TRANSCRIPT.search(words) if delivery.POSTMASTER.fullmatch(local) else None
    refused = quoted and any(code.permanent or code.full for code in answers_of_servers(words))
    return f"from {local}, {quoted.group()!r}" if quoted and refused else None


def _by_enclosure(message: Message) -> str | None:
    """From an address where nobody reads: our message comes back enclosed, with words about a failure."""
    local = message.sender_email.partition("@")[0]
    if not message.enclosed or answers(message) or not delivery.NEVER_A_PERSON.fullmatch(local):
        return None
    said = delivery.BOUNCE_TEXT.search(opening(message))
    return f"from {local}, our message enclosed, {said.group()!r}" if said else None


def _by_notice(message: Message) -> str | None:
    """From any address: the subject speaks of a failure, and the text is nothing but the notice with the address."""
    found = delivery.ONLY_NOTICE.match(opening(message).lstrip("*-=#!. "))
    named = None if answers(message) else delivery.BOUNCE_SUBJECT.search(plain_subject(message))
    return f"text {found.group()[:120]!r}" if found and named else None


_FORMS = (_by_sender, _by_report, _by_null_path, _by_words, _by_transcript, _by_enclosure, _by_notice)


def machine_sender(message: Message) -> str:
    """The sender, where its address or name is one that mail servers use."""
    if message.sender is None:
        return ""
    local = message.sender.email.partition("@")[0]
    named = delivery.MACHINE_NAME.search(message.sender.name.lower()) and delivery.PERHAPS_MACHINE.fullmatch(local)
    postmaster = delivery.POSTMASTER.fullmatch(local) and not answers(message)
    return message.sender.email if delivery.MACHINE_LOCAL.fullmatch(local) or named or postmaster else ""


def _all_words(message: Message) -> str:
    return f"{message.subject.lower()} {opening(message)}"


def text_severity(message: Message) -> str:
    """Whether a bounce without a machine-readable status is about a delay or a failure, from its words."""
    words = _all_words(message)
    codes = answers_of_servers(words)
    if any(code.permanent for code in codes) or delivery.UNKNOWN.search(words) or delivery.GONE.search(words):
        return PERMANENT
    if delivery.CONTINUES.search(words) or any(code.full for code in codes):
        return TEMPORARY
    if delivery.GAVE_UP.search(words):
        return PERMANENT
    return TEMPORARY if codes or delivery.LATER.search(words) or delivery.EXPIRED.search(words) else PERMANENT
