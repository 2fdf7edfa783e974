"""The shared mailbox over IMAP (imapclient)."""

from relancier.adapters.imap.folders import FolderNames
from relancier.adapters.imap.login import ImapLogin
from relancier.adapters.imap.mailbox import ImapMailbox

__all__ = ["FolderNames", "ImapLogin", "ImapMailbox"]
