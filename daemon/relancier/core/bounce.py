"""Rules for what mail servers and filters write back: delivery reports, other bounces, challenges, receipts.

Each rule gives its evidence, or None. Only the text before an enclosed original is read for phrases.
"""

import re

from relancier.core import phrases
from relancier.core.mail import Message, Report
from relancier.core.signs import LONGEST_READ, answers, automatic, null_path, opening, plain, plain_subject

PERMANENT = "permanent"
TEMPORARY = "temporary"
DELIVERED = "delivered"

_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_CODE = re.compile(
    r"(?<![\d.@+-])(?:421|422|431|432|44[1267]|45[0124]|471|50[0-4]|51[0-5]|52[1-3]|53[05]|54[12]|55[0-7]|571)"
    r"(?=[] :>-]|$)(?:[ :#-]{1,3}(?P<enhanced>[45]\.\d{1,3}\.\d{1,3}))?"
    r"|(?<![\d.])(?P<alone>[45]\.\d{1,3}\.\d{1,3})(?![\d.])"
)
_LISTED = re.compile(r"[^\s,;<>]{1,100}@[^\s,;<>]{1,250}")
_ALONE = re.compile(r"^[ \t]{0,20}<?([^\s<>@:;,\"']{1,100}@[^\s<>@:;,\"']{1,250})>?(?::|[ \t]*$)", re.MULTILINE)
_GENERAL = frozenset({"", "5.0.0", "5.0.1", "5.4.0"})
_FULL = ".2.2"


def severity(report: Report) -> str:
    """What one recipient's line of a delivery report says: permanent, temporary, delivered, or "" for nothing."""
    words = report.diagnostic.lower()
    if report.action in _ARRIVED or (not report.action and report.status.startswith("2.")):
        return DELIVERED
    if report.action == "delayed" or report.status.startswith("4.") or report.status.endswith(_FULL):
        return TEMPORARY
    if report.action == "failed" or report.status.startswith("5."):
        return _of_diagnostic(report.status, words)
    return ""


def _of_diagnostic(status: str, words: str) -> str:
    """A failure's severity: a general status (5.0.0) is only as hard as the server's own words."""
    if phrases.FULL.search(words):
        return TEMPORARY
    codes = _codes(words)
    return TEMPORARY if status in _GENERAL and codes and codes[0].startswith("4") else PERMANENT


def _codes(words: str) -> list[str]:
    """The SMTP answers in a text, each by its enhanced code where it has one."""
    return [found["enhanced"] or found["alone"] or found.group() for found in _CODE.finditer(words)]


def failed_recipients(message: Message) -> tuple[str, ...]:
    """The addresses that a report, or a bounce in a form of its own, says could not be reached, once each."""
    named = [one.recipient for one in message.reports if one.recipient and severity(one) != DELIVERED]
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
    for report in message.reports:
        if severity(report) == wanted:
            who = report.recipient or "a recipient"
            return f"{who}: {report.action} {report.status} {report.diagnostic}".strip()[:300]
    return None


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
    return next(filter(None, (rule(message) for rule in (_by_sender, _by_report, _by_null_path, _by_words))), None)


def _said(message: Message) -> str:
    """The words that speak of a failed delivery, in the subject or the text."""
    found = phrases.BOUNCE_SUBJECT.search(plain_subject(message)) or phrases.BOUNCE_TEXT.search(opening(message))
    return found.group() if found else ""


def _by_sender(message: Message) -> str | None:
    """From an address that only machines use; from a postmaster, who may be a person, with words about a failure."""
    sender, said = machine_sender(message), _said(message)
    local = sender.partition("@")[0]
    certain = phrases.MACHINE_LOCAL.fullmatch(local) is not None and not answers(message)
    return f"from {sender}, {said!r}" if sender and (said or certain) else None


def _by_report(message: Message) -> str | None:
    report = message.content_type.startswith("multipart/report") and "disposition" not in message.content_type
    return f"multipart/report, {_said(message)!r}" if report and _said(message) else None


def _by_null_path(message: Message) -> str | None:
    """An empty envelope sender, and a bounce's subject, a server's answer or plain words about a failure."""
    if not null_path(message):
        return None
    words = opening(message)
    found = (
        phrases.BOUNCE_SUBJECT.match(plain_subject(message))
        or _CODE.search(words)
        or phrases.NOT_DELIVERED.search(words)
    )
    return f"Return-Path: <>, {found.group()!r}" if found else None


def _by_words(message: Message) -> str | None:
    """From any address: subject and text agree, and a machine's mark or a server's answer stands with them."""
    named = phrases.BOUNCE_SUBJECT.match(plain(message.subject))
    words = opening(message)
    if named is None or answers(message) or not phrases.BOUNCE_TEXT.search(words):
        return None
    local = message.sender.email.partition("@")[0] if message.sender else ""
    marked = message.header("auto-submitted").lower().startswith("auto-") or message.sender is None
    machine = marked or phrases.PERHAPS_MACHINE.fullmatch(local) or _CODE.search(words)
    return f"subject {message.subject[:80]!r}" if machine else None


def machine_sender(message: Message) -> str:
    """The sender, where its address or name is one that mail servers use."""
    if message.sender is None:
        return ""
    local = message.sender.email.partition("@")[0]
    named = phrases.MACHINE_NAME.search(message.sender.name.lower()) and phrases.PERHAPS_MACHINE.fullmatch(local)
    postmaster = phrases.POSTMASTER.fullmatch(local) and not answers(message)
    return message.sender.email if phrases.MACHINE_LOCAL.fullmatch(local) or named or postmaster else ""


def text_severity(message: Message) -> str:
    """Whether a bounce without a machine-readable status is about a delay or a failure, from its words."""
    words = f"{message.subject.lower()} {opening(message)}"
    codes = _codes(words)
    if any(code.startswith("5") and not code.endswith(_FULL) for code in codes) or phrases.UNKNOWN.search(words):
        return PERMANENT
    if codes or phrases.LATER.search(words) or phrases.EXPIRED.search(words):
        return TEMPORARY
    return PERMANENT


# --- Receipts, challenges, complaints -------------------------------------------------------------------------------

_SHOWN = re.compile(r"displayed|processed|dispatched")


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
    if any("disposition-notification" in kind for kind in (message.content_type, *message.parts)):
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
