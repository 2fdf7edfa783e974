"""Which messages may carry an invoice or a bank statement, so that what is attached to them is read later."""

from relancier.core.einvoices.carried import INVOICES, STATEMENTS, WORKBOOKS, may_hold
from relancier.core.reading.mail import Message
from relancier.core.reading.reply import MailKind
from relancier.core.stored import Seen
from relancier.ports import FolderRole
from relancier.work.paid.bankmail import from_a_bank, may_bring_statements
from relancier.work.setup import Setup

OUTSIDE = frozenset({FolderRole.INBOX, FolderRole.OTHER})


def endings(seen: Seen, setup: Setup) -> frozenset[str]:
    """The sorts of files that count in a message: by whether it stands in Sent, and who wrote it.

    A workbook is an archive: those of strangers are not opened.
    """
    invoices = INVOICES if setup.config.invoices.from_sent else frozenset()
    if seen.in_sent:
        return invoices | STATEMENTS if seen.kind == MailKind.COLLEAGUE else frozenset()
    return STATEMENTS - WORKBOOKS if from_a_bank(seen, setup) else invoices


def carries(message: Message, seen: Seen, role: FolderRole, setup: Setup, *, known: bool) -> bool:
    """Whether its attachments are to be read; of what came in from others, only where it is about no case."""
    if from_a_bank(seen, setup):
        return may_bring_statements(message, seen, role, setup)
    if not seen.in_sent and (role not in OUTSIDE or (known and seen.kind != MailKind.COLLEAGUE)):
        return False
    wanted = endings(seen, setup)
    return bool(wanted) and may_hold(message, wanted, beyond=seen.in_sent)
