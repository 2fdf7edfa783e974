"""A second opinion on bounces, from whoever knows more mail servers' forms than our rules do.

It is asked only where our rules name no bounce and something shows that a program wrote; never about a person's answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from relancier.core.reading.bounce import machine_sender
from relancier.core.reading.mail import Message, Report
from relancier.core.reading.reply import Context, MailKind, Verdict, classify
from relancier.core.reading.signs import answers, automatic

RULE = "bounce_library"
LOOKS_AT = "the forms of many more mail servers, known to a library; asked where a program wrote and no rule is certain"
_OPEN = frozenset({"person", "auto_submitted", "no_return_path", "auto_generated", "newsletter"})


@dataclass(frozen=True, slots=True)
class Failures:
    """The addresses that a message says could not be reached: for now, and for good."""

    temporary: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()


def judge(message: Message, context: Context, ask: Callable[[], Failures]) -> tuple[Message, Verdict]:
    """What a message is by our rules, or else by the opinion asked for; it then reports whom it could not reach."""
    verdict = classify(message, context)
    found = ask() if uncertain(message, verdict) else Failures()
    return with_failures(message, found), second_opinion(verdict, found)


def uncertain(message: Message, verdict: Verdict) -> bool:
    """Whether a second opinion is worth asking for: no rule is certain, and a machine shows itself."""
    if verdict.rule not in _OPEN:
        return False
    report = message.content_type.startswith("multipart/report")
    nobody = message.sender is None and not answers(message)
    return report or nobody or automatic(message) or machine_sender(message) != ""


def second_opinion(verdict: Verdict, found: Failures) -> Verdict:
    """The verdict in the light of what was found: failed for good counts more than delayed, as in a report."""
    if found.permanent:
        return Verdict(MailKind.BOUNCE_PERMANENT, RULE, f"could not be reached: {', '.join(found.permanent)}"[:300])
    if found.temporary:
        return Verdict(MailKind.BOUNCE_TEMPORARY, RULE, f"not reached yet: {', '.join(found.temporary)}"[:300])
    return verdict


def with_failures(message: Message, found: Failures) -> Message:
    """The message with a report line for each address found, so that it is matched as a report is."""
    failed = [Report(recipient=address, action="failed", status="5.0.0") for address in found.permanent]
    delayed = [Report(recipient=address, action="delayed", status="4.0.0") for address in found.temporary]
    return replace(message, reports=(*message.reports, *failed, *delayed)) if failed or delayed else message
