"""What the work asks of the world: Mailbox, BounceReader, Channel, Store, Source, Library, Printer, Wake, their errors.

An adapter translates every error of its library into one of these; nothing else crosses this border.
"""

from relancier.ports.mail import (
    BounceReader,
    Channel,
    Fetched,
    Folder,
    FolderRole,
    FolderState,
    LoginRefused,
    Lost,
    Mailbox,
    Rejected,
    Transaction,
    Unavailable,
    Wish,
)
from relancier.ports.pages import Codes, Credit, Library, Printer, PrintFailed, RenderFailed, Snapshot, Source
from relancier.ports.store import AlreadyQueued, Store, StoreBusy, StoreFailed
from relancier.ports.wake import Wake

__all__ = [
    "AlreadyQueued",
    "BounceReader",
    "Channel",
    "Codes",
    "Credit",
    "Fetched",
    "Folder",
    "FolderRole",
    "FolderState",
    "Library",
    "LoginRefused",
    "Lost",
    "Mailbox",
    "PrintFailed",
    "Printer",
    "Rejected",
    "RenderFailed",
    "Snapshot",
    "Source",
    "Store",
    "StoreBusy",
    "StoreFailed",
    "Transaction",
    "Unavailable",
    "Wake",
    "Wish",
]
