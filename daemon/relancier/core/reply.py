"""What a message is: ordered rules, the first that gives evidence decides. And what each kind does to a case.

A person taken for a machine would mean chasing someone who answered; a machine taken for a person only pauses. So
whatever no rule names is a person's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from relancier.core import automatic, bounce
from relancier.core.case import Kind
from relancier.core.freemail import FREE_MAIL
from relancier.core.mail import Message
from relancier.core.numbers import normalise, strip_prefixes
from relancier.core.read import UNREADABLE
from relancier.core.signs import auto_reply_header
from relancier.core.signs import automatic as shows_a_program
from relancier.core.token import tokens_in

__all__ = [
    "MATCHED", "MATCHED_IN_SENT", "NOTHING", "REPORTS", "RULES", "Context", "Effect", "MailKind", "Rule", "Verdict",
    "classify", "effect", "failed_recipients", "normalise", "strip_prefixes",
]  # fmt: skip

failed_recipients = bounce.failed_recipients


class MailKind(StrEnum):
    """Who or what wrote a message."""

    HUMAN = "human"
    COLLEAGUE = "colleague"
    OWN = "own"
    AUTOREPLY = "autoreply"
    BOUNCE_PERMANENT = "bounce_permanent"
    BOUNCE_TEMPORARY = "bounce_temporary"
    RECEIPT = "receipt"
    CHALLENGE = "challenge"
    NEWSLETTER = "newsletter"
    OTHER = "other"
    UNREADABLE = "unreadable"


REPORTS = frozenset({MailKind.BOUNCE_PERMANENT, MailKind.BOUNCE_TEMPORARY, MailKind.RECEIPT, MailKind.CHALLENGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What reading a message needs to know of us: who we are, and where the message stands.

    `folder_role` is inbox, sent, drafts, junk, trash or other. `sender_is_contact`: the sender is a customer's contact,
    which outweighs a team domain.
    """

    own_address: str = ""
    team: frozenset[str] = frozenset()
    team_domains: frozenset[str] = frozenset()
    key: bytes = b""
    folder_role: str = "inbox"
    sender_is_contact: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is, by which rule, on what evidence. `doubtful`: a person may yet stand behind it."""

    kind: MailKind
    rule: str
    evidence: str
    doubtful: bool = False


# --- Our own side ---------------------------------------------------------------------------------------------------


def own(message: Message, context: Context) -> str | None:
    """Our token, on a message that stands in Sent or Drafts or comes from our own address."""
    carriers = f"{message.header('x-relancier-id')} {message.message_id}"
    tokens = tokens_in(context.key, carriers) if context.key else ()
    ours = context.folder_role in ("sent", "drafts") or (_email(message) == context.own_address.lower() != "")
    return f"our token {tokens[0]}" if tokens and ours else None


_BY_ITSELF = (
    bounce.machine_sender, bounce.disposition, bounce.other_disposition, automatic.auto_reply_subject,
)  # fmt: skip


def colleague(message: Message, context: Context) -> str | None:
    """Stands in Sent, or comes from the team, and shows no mark of a machine."""
    if shows_a_program(message) or message.reports or any(rule(message) for rule in _BY_ITSELF):
        return None
    if context.folder_role in ("sent", "drafts"):
        return f"stands in {context.folder_role.capitalize()}"
    email = _email(message)
    if email and email in {context.own_address.lower(), *context.team}:
        return f"from {email}"
    domain = email.rpartition("@")[2]
    theirs = domain in FREE_MAIL or context.sender_is_contact
    return f"from {email}" if domain in context.team_domains and not theirs else None


def unreadable(message: Message) -> str | None:
    return next((fault for fault in message.faults if fault.startswith(UNREADABLE)), None)


def _email(message: Message) -> str:
    return message.sender.email if message.sender else ""


# --- The rules ------------------------------------------------------------------------------------------------------


class Rule(NamedTuple):
    """A rule's name, the kind it means, and the function that gives its evidence."""

    name: str
    kind: MailKind
    evidence: Callable[[Message, Context], str | None]
    doubtful: bool = False


def _alone(rule: Callable[[Message], str | None]) -> Callable[[Message, Context], str | None]:
    """A rule that looks at the message only."""
    return lambda message, _context: rule(message)


RULES: tuple[Rule, ...] = (
    Rule("own", MailKind.OWN, own),
    Rule("unreadable", MailKind.UNREADABLE, _alone(unreadable)),
    Rule("colleague", MailKind.COLLEAGUE, colleague),
    Rule("complaint", MailKind.OTHER, _alone(bounce.complaint)),
    Rule("challenge", MailKind.CHALLENGE, _alone(bounce.challenge)),
    Rule("report_failed", MailKind.BOUNCE_PERMANENT, _alone(bounce.report_failed)),
    Rule("report_delayed", MailKind.BOUNCE_TEMPORARY, _alone(bounce.report_delayed)),
    Rule("report_delivered", MailKind.RECEIPT, _alone(bounce.report_delivered)),
    Rule("disposition", MailKind.RECEIPT, _alone(bounce.disposition)),
    Rule("other_disposition", MailKind.OTHER, _alone(bounce.other_disposition)),
    Rule("receipt_subject", MailKind.RECEIPT, _alone(bounce.receipt_by_subject)),
    Rule("calendar", MailKind.OTHER, _alone(automatic.calendar)),
    Rule("vacation", MailKind.AUTOREPLY, _alone(automatic.vacation)),
    Rule("auto_reply_header", MailKind.AUTOREPLY, _alone(auto_reply_header)),
    Rule("auto_reply_subject", MailKind.AUTOREPLY, _alone(automatic.auto_reply_subject)),
    Rule("bounce_later", MailKind.BOUNCE_TEMPORARY, _alone(bounce.bounce_later)),
    Rule("bounce_final", MailKind.BOUNCE_PERMANENT, _alone(bounce.bounce_final)),
    Rule("auto_submitted", MailKind.AUTOREPLY, _alone(automatic.auto_submitted)),
    Rule("exchange_generated", MailKind.AUTOREPLY, _alone(automatic.exchange_generated)),
    Rule("inbox_rule", MailKind.AUTOREPLY, _alone(automatic.inbox_rule)),
    Rule("vendor_form", MailKind.AUTOREPLY, _alone(automatic.vendor_form)),
    Rule("no_return_path", MailKind.AUTOREPLY, _alone(automatic.no_return_path)),
    Rule("auto_generated", MailKind.AUTOREPLY, _alone(automatic.auto_generated), doubtful=True),
    Rule("newsletter", MailKind.NEWSLETTER, _alone(automatic.newsletter)),
)


def classify(message: Message, context: Context) -> Verdict:
    """What the message is; a person's, where no rule says otherwise."""
    for rule in RULES:
        evidence = rule.evidence(message, context)
        if evidence:
            return Verdict(rule.kind, rule.name, evidence, rule.doubtful)
    return Verdict(MailKind.HUMAN, "person", "no sign of a machine")


# --- The effect -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """What is recorded on the matched cases, and what is set on the message."""

    event: Kind | None = None
    flags: tuple[str, ...] = ()
    keyword: str = ""


NOTHING = Effect()
_FLAGGED = ("\\Flagged",)
_PERSON = Effect(Kind.REPLIED, _FLAGGED, "$RelanceReply")
_PROBLEM = Effect(Kind.BOUNCED, _FLAGGED, "$RelanceProblem")

MATCHED: dict[MailKind, Effect] = {
    MailKind.HUMAN: _PERSON,
    MailKind.COLLEAGUE: _PERSON,
    MailKind.OWN: NOTHING,
    MailKind.AUTOREPLY: Effect(Kind.AUTOREPLIED, (), "$RelanceAuto"),
    MailKind.BOUNCE_PERMANENT: _PROBLEM,
    MailKind.BOUNCE_TEMPORARY: Effect(Kind.NOTED, (), "$RelanceAuto"),
    MailKind.RECEIPT: Effect(Kind.RECEIPT, (), "$RelanceAuto"),
    MailKind.CHALLENGE: _PROBLEM,
    MailKind.NEWSLETTER: _PERSON,
    MailKind.OTHER: _PERSON,
    MailKind.UNREADABLE: Effect(Kind.UNREADABLE, _FLAGGED, "$RelanceReply"),
}
MATCHED_IN_SENT: dict[MailKind, Effect] = {MailKind.COLLEAGUE: Effect(Kind.ANSWERED)}


def effect(kind: MailKind, matched: bool, folder_role: str, *, doubtful: bool = False) -> Effect:
    """What a message does: nothing unless it matches a case; in Sent only what a colleague wrote counts."""
    if not matched or folder_role == "drafts":
        return NOTHING
    if folder_role == "sent":
        return MATCHED_IN_SENT.get(kind, NOTHING)
    return _PERSON if doubtful else MATCHED[kind]
