"""Dovecot, a colleague beside us, and a proxy between, for the tests of ImapMailbox."""

import contextlib
from collections.abc import AsyncIterator, Iterator

from imapclient import IMAPClient
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Action, Answer, Event, Hook, Proxy, Replace

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.imap.login import Security

FOLDERS = ["INBOX", "Sent", "Drafts", "Junk", "Trash", "Archive"]


@contextlib.contextmanager
def colleague(accounts: Accounts) -> Iterator[IMAPClient]:
    """Another mail program on the same mailbox."""
    host = accounts.host
    with IMAPClient(host.host, host.imaps_port, ssl_context=host.context(), timeout=20) as client:
        client.login(accounts.shared, host.password(accounts.shared))
        yield client


def login(accounts: Accounts, *, port: int = 0, security: Security = "tls", seconds: float = 20) -> ImapLogin:
    host = accounts.host
    return ImapLogin(
        host=host.host,
        port=port or host.imaps_port,
        security=security,
        user=accounts.shared,
        password=host.password(accounts.shared),
        ca_file=str(host.ca_file),
        seconds=seconds,
    )


@contextlib.asynccontextmanager
async def mailbox_at(how: ImapLogin, names: FolderNames | None = None) -> AsyncIterator[ImapMailbox]:
    mailbox = ImapMailbox(how, names or FolderNames())
    try:
        yield mailbox
    finally:
        await mailbox.close()


@contextlib.asynccontextmanager
async def between(
    accounts: Accounts, hook: Hook | None = None, *, seconds: float = 20
) -> AsyncIterator[tuple[ImapMailbox, Proxy]]:
    """A mailbox that reaches Dovecot through a proxy."""
    async with (
        Proxy.before(accounts.host, "imaps", hook=hook) as proxy,
        mailbox_at(login(accounts, port=proxy.port, seconds=seconds)) as mailbox,
    ):
        yield mailbox, proxy


def without(*words: bytes) -> Hook:
    """A hook: the server does not offer these."""

    def hook(event: Event) -> Action | None:
        if event.side == "client" or b"CAPABILITY" not in event.line:
            return None
        line = event.line
        for word in words:
            line = line.replace(b" " + word + b" ", b" ").replace(b" " + word + b"]", b"]")
        return Replace(line)

    return hook


def refuse(verb: str, words: str) -> Hook:
    """A hook: the server refuses a command in these words."""

    def hook(event: Event) -> Action | None:
        return Answer(event.line.split()[0] + f" {words}\r\n".encode()) if event.is_command(verb) else None

    return hook
