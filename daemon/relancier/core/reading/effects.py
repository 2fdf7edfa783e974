"""What each kind of message does to the cases it is about, and to itself: one table, which the code reads."""

from dataclasses import dataclass

from relancier.core.case import Kind
from relancier.core.reading.kinds import MailKind


@dataclass(frozen=True, slots=True)
class Effect:
    """What is recorded on the matched cases, and what is set on the message."""

    event: Kind | None = None
    flags: tuple[str, ...] = ()
    keyword: str = ""


NOTHING = Effect()
CHANGES: dict[Kind, str] = {
    Kind.REPLIED: "its cases pause, and a colleague is asked",
    Kind.ANSWERED: "noted on its cases as a colleague's answer; our flag comes off the message that it answers",
    Kind.BOUNCED: "its cases are held, and a colleague is asked to mend the address",
    Kind.AUTOREPLIED: "noted on its cases; nothing stops",
    Kind.RECEIPT: "noted on its cases as a receipt; nothing stops",
    Kind.NOTED: "noted on its cases; nothing stops",
    Kind.UNREADABLE: "its cases are held, and a colleague is asked to read it",
}
"""What each event of the table does, in words."""

_FLAGGED = ("\\Flagged",)
_PERSON = Effect(Kind.REPLIED, _FLAGGED, "$RelanceReply")
_PROBLEM = Effect(Kind.BOUNCED, _FLAGGED, "$RelanceProblem")


@dataclass(frozen=True, slots=True)
class Effects:
    """What one kind of message does: about a case, by the folder it stands in; about none, wherever it stands."""

    matched: Effect
    in_sent: Effect = NOTHING
    in_drafts: Effect = NOTHING
    in_trash: Effect = NOTHING
    unmatched: Effect = NOTHING


EFFECTS: dict[MailKind, Effects] = {
    MailKind.HUMAN: Effects(_PERSON),
    MailKind.COLLEAGUE: Effects(_PERSON, in_sent=Effect(Kind.ANSWERED)),
    MailKind.OWN: Effects(NOTHING),
    MailKind.AUTOREPLY: Effects(Effect(Kind.AUTOREPLIED, (), "$RelanceAuto")),
    MailKind.BOUNCE_PERMANENT: Effects(_PROBLEM),
    MailKind.BOUNCE_TEMPORARY: Effects(Effect(Kind.NOTED, (), "$RelanceAuto")),
    MailKind.RECEIPT: Effects(Effect(Kind.RECEIPT, (), "$RelanceAuto")),
    MailKind.CHALLENGE: Effects(_PROBLEM),
    MailKind.NEWSLETTER: Effects(_PERSON),
    MailKind.OTHER: Effects(_PERSON),
    MailKind.UNREADABLE: Effects(Effect(Kind.UNREADABLE, _FLAGGED, "$RelanceReply")),
}
DOUBTFUL = Effects(_PERSON)
GIVEN_UP = Effects(_PROBLEM)


def effect(
    kind: MailKind, matched: bool, folder_role: str, *, doubtful: bool = False, given_up: bool = False
) -> Effect:
    """What a message does, by the one table of effects.

    A doubtful one does what a person's does; one by a server that has given up does what a bounce for good does.
    """
    row = DOUBTFUL if doubtful else GIVEN_UP if given_up else EFFECTS[kind]
    if not matched:
        return row.unmatched
    return {"sent": row.in_sent, "drafts": row.in_drafts, "trash": row.in_trash}.get(folder_role, row.matched)
