"""What a message is: ordered rules, the first that gives evidence decides.

A person taken for a machine would mean chasing someone who answered; a machine taken for a person only pauses. So
whatever no rule names is a person's.
"""

from collections.abc import Callable
from typing import NamedTuple

from relancier.core.reading import automatic, bounce, challenges, notices, specimens
from relancier.core.reading.doubt import ALWAYS, ANSWERING, NAMED, UNMARKED, Doubt
from relancier.core.reading.effects import DOUBTFUL, EFFECTS, NOTHING, Effect, Effects, effect
from relancier.core.reading.freemail import FREE_MAIL
from relancier.core.reading.kinds import REPORTS, Context, MailKind, Verdict
from relancier.core.reading.mail import Message
from relancier.core.reading.plus import ours as is_ours
from relancier.core.reading.read import UNREADABLE
from relancier.core.reading.signs import auto_reply_header
from relancier.core.reading.signs import automatic as shows_a_program
from relancier.core.reading.token import tokens_in
from relancier.core.text.numbers import normalise, strip_prefixes

__all__ = [
    "DOUBTFUL", "EFFECTS", "EXAMPLE_CONTEXT", "NOTHING", "REPORTS", "RULES", "Context", "Effect", "Effects", "MailKind",
    "Rule", "Verdict", "classify", "effect", "failed_recipients", "normalise", "strip_prefixes",
]  # fmt: skip

failed_recipients = bounce.failed_recipients


# --- Our own side ---------------------------------------------------------------------------------------------------


def own(message: Message, context: Context) -> str | None:
    """Our token, on a message that stands in Sent or Drafts or comes from our own address."""
    carriers = f"{message.header('x-relancier-id')} {message.message_id}"
    tokens = tokens_in(context.key, carriers) if context.key else ()
    ours = context.folder_role in ("sent", "drafts") or is_ours(message.sender_email, context.own_address)
    return f"our token {tokens[0]}" if tokens and ours else None


_BY_ITSELF = (
    bounce.machine_sender, notices.disposition, notices.other_disposition, automatic.auto_reply_subject,
    automatic.exchange_generated, automatic.inbox_rule, automatic.vendor_form, automatic.says_so,
)  # fmt: skip


def colleague(message: Message, context: Context) -> str | None:
    """Stands in Sent, or comes from the team, and shows no mark of a machine."""
    evidence = _from_us(message, context)
    if evidence is None or shows_a_program(message) or message.reports or any(rule(message) for rule in _BY_ITSELF):
        return None
    return evidence


def _from_us(message: Message, context: Context) -> str | None:
    if context.folder_role in ("sent", "drafts"):
        return f"stands in {context.folder_role.capitalize()}"
    email = message.sender_email
    if is_ours(email, context.own_address) or email in context.team:
        return f"from {email}"
    domain = email.rpartition("@")[2]
    theirs = domain in FREE_MAIL or context.sender_is_contact
    return f"from {email}" if domain in context.team_domains and not theirs else None


def unreadable(message: Message) -> str | None:
    return next((fault for fault in message.faults if fault.startswith(UNREADABLE)), None)


# --- The rules ------------------------------------------------------------------------------------------------------


class Rule(NamedTuple):
    """A rule's name, the kind it means, the function that gives its evidence; for people, what it looks at.

    `example` is a message, as it would come in, that this rule and none before it decides in EXAMPLE_CONTEXT; `doubt`
    says when a person may yet stand behind what it names.
    """

    name: str
    kind: MailKind
    evidence: Callable[[Message, Context], str | None]
    looks_at: str
    example: str
    doubt: Doubt | None = None


EXAMPLE_CONTEXT = Context(own_address=specimens.OURS, team=frozenset({specimens.TEAM}), key=specimens.KEY)


def _alone(rule: Callable[[Message], str | None]) -> Callable[[Message, Context], str | None]:
    """A rule that looks at the message only."""
    return lambda message, _context: rule(message)


RULES: tuple[Rule, ...] = (
    Rule(
        "own",
        MailKind.OWN,
        own,
        "our keyed token, in Sent or Drafts or from our own address",
        specimens.OWN,
    ),
    Rule(
        "unreadable",
        MailKind.UNREADABLE,
        _alone(unreadable),
        "a message that cannot be taken apart",
        specimens.UNREADABLE,
    ),
    Rule(
        "colleague",
        MailKind.COLLEAGUE,
        colleague,
        "stands in Sent, or comes from the mailbox, a sender or a team address, without a machine's mark",
        specimens.COLLEAGUE,
    ),
    Rule(
        "complaint",
        MailKind.OTHER,
        _alone(notices.complaint),
        "a provider's complaint or feedback report",
        specimens.COMPLAINT,
    ),
    Rule(
        "challenge",
        MailKind.CHALLENGE,
        _alone(challenges.challenge),
        "a filter that asks the sender to prove that a person wrote",
        specimens.CHALLENGE,
    ),
    Rule(
        "report_failed",
        MailKind.BOUNCE_PERMANENT,
        _alone(bounce.report_failed),
        "a delivery report: failed for good for one recipient at least",
        specimens.REPORT_FAILED,
    ),
    Rule(
        "report_delayed",
        MailKind.BOUNCE_TEMPORARY,
        _alone(bounce.report_delayed),
        "a delivery report: delayed, a status of 4, or a full mailbox (x.2.2, unless the server answered 550)",
        specimens.REPORT_DELAYED,
    ),
    Rule(
        "report_delivered",
        MailKind.RECEIPT,
        _alone(bounce.report_delivered),
        "a delivery report: delivered, relayed or expanded for every recipient",
        specimens.REPORT_DELIVERED,
    ),
    Rule(
        "refused",
        MailKind.BOUNCE_PERMANENT,
        _alone(notices.refused),
        "the recipient's own filter sent the message back",
        specimens.REFUSED,
    ),
    Rule(
        "disposition",
        MailKind.RECEIPT,
        _alone(notices.disposition),
        "a read receipt: the message was displayed",
        specimens.DISPOSITION,
    ),
    Rule(
        "other_disposition",
        MailKind.OTHER,
        _alone(notices.other_disposition),
        "a notification that the message was deleted or that a receipt is denied",
        specimens.OTHER_DISPOSITION,
    ),
    Rule(
        "receipt_subject",
        MailKind.RECEIPT,
        _alone(notices.receipt_by_subject),
        "a subject that read receipts bear, on what no person sent",
        specimens.RECEIPT_SUBJECT,
    ),
    Rule(
        "calendar",
        MailKind.OTHER,
        _alone(automatic.calendar),
        "an invitation or the answer to one",
        specimens.CALENDAR,
    ),
    Rule(
        "about_the_mail",
        MailKind.OTHER,
        _alone(notices.about_the_mail),
        "a report about mail in general (DMARC, TLS), or a gateway's warning of a virus",
        specimens.ABOUT_THE_MAIL,
    ),
    Rule(
        "vacation",
        MailKind.AUTOREPLY,
        _alone(automatic.vacation),
        "Auto-Submitted with its comment for absences",
        specimens.VACATION,
    ),
    Rule(
        "auto_reply_header",
        MailKind.AUTOREPLY,
        _alone(auto_reply_header),
        "header fields that only responders write",
        specimens.AUTO_REPLY_HEADER,
        NAMED,
    ),
    Rule(
        "auto_reply_subject",
        MailKind.AUTOREPLY,
        _alone(automatic.auto_reply_subject),
        "a subject that starts as auto-replies do, on what is no person's answer to one",
        specimens.AUTO_REPLY_SUBJECT,
        UNMARKED,
    ),
    Rule(
        "bounce_later",
        MailKind.BOUNCE_TEMPORARY,
        _alone(bounce.bounce_later),
        "a mail server's words: still trying, or a full mailbox by its code",
        specimens.BOUNCE_LATER,
    ),
    Rule(
        "bounce_final",
        MailKind.BOUNCE_PERMANENT,
        _alone(bounce.bounce_final),
        "a mail server's words: could not be delivered, or given up",
        specimens.BOUNCE_FINAL,
    ),
    Rule(
        "auto_submitted",
        MailKind.AUTOREPLY,
        _alone(automatic.auto_submitted),
        "Auto-Submitted: auto-replied",
        specimens.AUTO_SUBMITTED,
        ANSWERING,
    ),
    Rule(
        "exchange_generated",
        MailKind.AUTOREPLY,
        _alone(automatic.exchange_generated),
        "Exchange's fields that name the message which a program answered",
        specimens.EXCHANGE_GENERATED,
    ),
    Rule(
        "inbox_rule",
        MailKind.AUTOREPLY,
        _alone(automatic.inbox_rule),
        "Exchange's mark of an inbox rule together with the one that asks for no answers",
        specimens.INBOX_RULE,
        ALWAYS,
    ),
    Rule(
        "vendor_form",
        MailKind.AUTOREPLY,
        _alone(automatic.vendor_form),
        "the forms of responders without standard marks: OVH, Lotus Notes",
        specimens.VENDOR_FORM,
    ),
    Rule(
        "says_so",
        MailKind.AUTOREPLY,
        _alone(automatic.says_so),
        "a text that begins by saying that it is an automatic reply",
        specimens.SAYS_SO,
        UNMARKED,
    ),
    Rule(
        "no_return_path",
        MailKind.AUTOREPLY,
        _alone(automatic.no_return_path),
        "an empty return path, on what is neither report nor bounce",
        specimens.NO_RETURN_PATH,
        ALWAYS,
    ),
    Rule(
        "acknowledged",
        MailKind.AUTOREPLY,
        _alone(automatic.acknowledged),
        "a ticket system that says that our message came in",
        specimens.ACKNOWLEDGED,
        ALWAYS,
    ),
    Rule(
        "newsletter",
        MailKind.NEWSLETTER,
        automatic.newsletter,
        "list fields or a server's spam verdict, outside a conversation",
        specimens.NEWSLETTER,
    ),
    Rule(
        "auto_generated",
        MailKind.AUTOREPLY,
        _alone(automatic.auto_generated),
        "a program's message of its own, outside a thread",
        specimens.AUTO_GENERATED,
        ALWAYS,
    ),
)


def classify(message: Message, context: Context) -> Verdict:
    """What the message is; a person's, where no rule says otherwise."""
    for rule in RULES:
        evidence = rule.evidence(message, context)
        if evidence:
            doubtful = rule.doubt is not None and rule.doubt.applies(message)
            given_up = rule.kind is MailKind.BOUNCE_TEMPORARY and bounce.gave_up(message)
            return Verdict(rule.kind, rule.name, evidence, doubtful, given_up)
    return Verdict(MailKind.HUMAN, "person", "no sign of a machine")
