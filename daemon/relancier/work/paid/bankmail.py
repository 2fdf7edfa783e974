"""Statements that banks mail: the one exception to what arrives by mail only pausing and proposing (house law 12)."""

from collections.abc import Sequence

from relancier.core.einvoices.carried import STATEMENTS, File, may_hold
from relancier.core.reading.mail import Message
from relancier.core.reading.proof import proved
from relancier.core.stored import Seen
from relancier.ports import FolderRole
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

INSIDE = frozenset({FolderRole.INBOX, FolderRole.OTHER})


def from_a_bank(seen: Seen, setup: Setup) -> bool:
    """Whether a message that came in names one of the configured banks as its sender; that proves nothing yet."""
    return not seen.in_sent and seen.sender.lower() in {sender.lower() for sender in setup.config.payments.senders}


def may_bring_statements(message: Message, seen: Seen, role: FolderRole, setup: Setup) -> bool:
    """Whether what is attached to it is to be read; Junk is where forgeries lie."""
    return role in INSIDE and from_a_bank(seen, setup) and may_hold(message, STATEMENTS, beyond=True)


def believed(message: Message, seen: Seen, statements: Sequence[File], desk: Desk) -> bool:
    """Whether the statements in a message are its bank's; of those that nothing proves a person is told once."""
    if not statements or not from_a_bank(seen, desk.setup):
        return False
    if proved(message, desk.setup.config.mailbox.authserv_id):
        return True
    names = "\n".join(file.name for file in statements)
    facts = (("reason", "statement_unproved"), ("detail", f"{seen.sender}: {seen.subject[:200]}"), ("lines", names))
    queue_note(desk, "statement", seen.identity, facts)
    return False
