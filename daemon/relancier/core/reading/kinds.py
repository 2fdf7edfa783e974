"""What a message can be, and what reading one needs to know of us."""

from dataclasses import dataclass
from enum import StrEnum


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
    """What a message is, by which rule, on what evidence.

    `doubtful`: a person may yet stand behind it. `given_up`: nobody was told, and the server tries no more.
    """

    kind: MailKind
    rule: str
    evidence: str
    doubtful: bool = False
    given_up: bool = False
