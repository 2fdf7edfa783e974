"""Rules for what programs answer or send by themselves: absences, acknowledgements, calendars, newsletters.

Each rule gives its evidence, or None. Neither list headers nor X-Auto-Response-Suppress alone are evidence: a shared
mailbox behind a group puts the first on every person's answer, Exchange the second on ordinary mail.
"""

import re

from relancier.core.reading import phrases
from relancier.core.reading.kinds import Context
from relancier.core.reading.mail import Message
from relancier.core.reading.signs import answers, null_path, opening, plain, plain_subject, submitted
from relancier.core.text.numbers import strip_prefixes

_FORWARD = re.compile(r"(?:\[[^\]]{1,20}\] ?)?(?:re ?: ?)?(?:tr|fwd?|wg|enc) ?:")
_OVH_ID = re.compile(r"<\d+\.\d+\.blah[^>]*>")
_ORNAMENT = "*-=#!_[( "
_FIRST_WORDS = 600
_LIST_FIELDS = (
    "list-unsubscribe", "list-id", "list-post", "feedback-id", "x-lsv-listid", "x-campaign", "x-campaign-id",
    "x-mc-user", "x-csa-complaints", "x-mailin-campaign",
)  # fmt: skip
_LOTUS = ("x-mimetrack", "x-tnefevaluated", "x-lotus-fromdomain", "x-notes-item")


def vacation(message: Message) -> str | None:
    """RFC 3834's mark with its own comment: an absence, whatever its text quotes."""
    value = message.header("auto-submitted").lower()
    return f"Auto-Submitted: {value}" if value.startswith("auto-replied") and "vacation" in value else None


def auto_submitted(message: Message) -> str | None:
    """RFC 3834's own mark; auto-generated has a rule of its own."""
    value = submitted(message)
    return f"Auto-Submitted: {value}" if value and value != "auto-generated" else None


def inbox_rule(message: Message) -> str | None:
    """Exchange's answer by an inbox rule: the loop mark and the suppression together."""
    both = message.header("x-ms-exchange-inbox-rules-loop") and message.header("x-auto-response-suppress")
    return "X-MS-Exchange-Inbox-Rules-Loop with X-Auto-Response-Suppress" if both else None


def exchange_generated(message: Message) -> str | None:
    """Exchange's own answers say which message they stem from, or which part of it wrote them."""
    names = ("x-ms-exchange-generated-message-source", "x-ms-exchange-parent-message-id")
    name = next((one for one in names if message.header(one)), "")
    return f"{name}: {message.header(name)}"[:200] if name and submitted(message) else None


def vendor_form(message: Message) -> str | None:
    """Responders that write none of the standard marks: OVH, Lotus Notes."""
    if any(value.strip().lower() == "autoresponder" for value in message.headers.get("delivered-to", ())):
        return "Delivered-To: Autoresponder"
    if _OVH_ID.fullmatch(message.message_id):
        return f"Message-ID: {message.message_id}"
    lotus = any(message.header(name) for name in _LOTUS) or message.message_id.startswith("<OF")
    absent = lotus and phrases.ABSENT_LOTUS.search(plain_subject(message))
    return f"Lotus Notes, subject {message.subject[:80]!r}" if absent else None


def auto_reply_subject(message: Message) -> str | None:
    """A subject that starts as auto-replies do; not a person's answer to one (Re and a thread) or forward of one."""
    subject = plain_subject(message)
    starts = phrases.AUTO_REPLY_SUBJECT.match(subject) or phrases.ABSENCE_SUBJECT.match(subject)
    if not starts or _FORWARD.match(plain(message.subject)) or _listed(message):
        return None
    answered = answers(message) and not plain(message.subject).startswith(subject[:20])
    return None if answered else f"subject {message.subject[:80]!r}"


def says_so(message: Message) -> str | None:
    """A text that begins by saying that it is an automatic reply, above anything quoted."""
    found = phrases.AUTO_REPLY_TEXT.match(opening(message).lstrip(_ORNAMENT))
    return f"text {found.group()[:120]!r}" if found else None


def no_return_path(message: Message) -> str | None:
    """An empty return path; in a thread it may be a person's, behind a server that takes the path away."""
    return "Return-Path: <>" if null_path(message) and not answers(message) else None


def acknowledged(message: Message) -> str | None:
    """A ticket system's word that our message came in; a person may have written it through the same system."""
    if submitted(message) != "auto-generated" or _commented(message):
        return None
    found = phrases.ACKNOWLEDGED.search(opening(message)[:_FIRST_WORDS])
    return f"Auto-Submitted: auto-generated, {found.group()!r}" if found else None


def auto_generated(message: Message) -> str | None:
    """A program's message of its own; in a thread, or as a comment, it carries a person's words."""
    if answers(message) or _commented(message):
        return None
    if submitted(message) == "auto-generated":
        return "Auto-Submitted: auto-generated"
    found = phrases.AUTO_MESSAGE_TEXT.match(opening(message).lstrip(_ORNAMENT))
    return f"text {found.group()[:120]!r}" if found else None


def _commented(message: Message) -> bool:
    """Whether a ticket system says that it passes on what a person wrote."""
    words = f"{message.subject.lower()} {opening(message)[:_FIRST_WORDS]}"
    return phrases.COMMENTED.search(words) is not None


def calendar(message: Message) -> str | None:
    return next((kind for kind in message.parts if kind.startswith("text/calendar; method=")), None)


def newsletter(message: Message, context: Context) -> str | None:
    """A server's spam verdict, or list headers, on what is well formed and not part of a conversation.

    The fields of a list that is the mailbox itself (a shared mailbox behind a group) say nothing about the sender.
    """
    if message.faults or answers(message):
        return None
    if message.header("x-spam-flag").strip().lower() == "yes":
        return "X-Spam-Flag: YES"
    if message.header("x-spam-status").strip().lower().startswith("yes"):
        return "X-Spam-Status: Yes"
    replies = strip_prefixes(message.subject) != " ".join(message.subject.split())
    if replies or context.sender_is_contact or _our_own_list(message, context):
        return None
    if name := _listed(message):
        return f"{name}: {message.header(name)}"[:200]
    bulk = message.header("precedence").strip().lower()
    return f"Precedence: {bulk}" if bulk in ("bulk", "list", "junk") else None


def _listed(message: Message) -> str:
    """The field by which a list or a mailing shows itself."""
    return next((name for name in _LIST_FIELDS if message.header(name)), "")


def _our_own_list(message: Message, context: Context) -> bool:
    """Whether the list is the mailbox itself, or, where that is not known, one of the addresses written to."""
    posts = f"{message.header('list-post')} {message.header('x-beenthere')}".lower()
    ours = [context.own_address] if context.own_address else [address.email for address in message.to]
    dotted = [address.replace("@", ".") for address in ours]
    return any(one in posts for one in ours) or any(one in message.header("list-id").lower() for one in dotted)
