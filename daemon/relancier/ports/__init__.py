"""What the work asks of the world: Mailbox, Channel, Store, Source, Library, Printer, Wake, readers, their errors.

An adapter translates every error of its library into one of these; nothing else crosses this border.
"""

from relancier.ports.files import (
    Heading,
    InvoiceReader,
    Listed,
    Paper,
    Payees,
    Sheet,
    Sheets,
    StatementReader,
    Statements,
    StatementSource,
    TableReader,
    WorkbookReader,
)
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
from relancier.ports.tables import Answer, Query, QueryFailed
from relancier.ports.wake import Wake

__all__ = [
    "AlreadyQueued",
    "Answer",
    "BounceReader",
    "Channel",
    "Codes",
    "Credit",
    "Fetched",
    "Folder",
    "FolderRole",
    "FolderState",
    "Heading",
    "InvoiceReader",
    "Library",
    "Listed",
    "LoginRefused",
    "Lost",
    "Mailbox",
    "Paper",
    "Payees",
    "PrintFailed",
    "Printer",
    "Query",
    "QueryFailed",
    "Rejected",
    "RenderFailed",
    "Sheet",
    "Sheets",
    "Snapshot",
    "Source",
    "StatementReader",
    "StatementSource",
    "Statements",
    "Store",
    "StoreBusy",
    "StoreFailed",
    "TableReader",
    "Transaction",
    "Unavailable",
    "Wake",
    "Wish",
    "WorkbookReader",
]
