"""The three mailboxes keep the same promises: memory, pymap in this process, Dovecot."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest
from imapclient import IMAPClient
from tests.contracts.mailbox import MailboxContract, World
from tests.servers.fixtures import Accounts

from relancier.adapters.embedded import EmbeddedHost
from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.ports import Mailbox

T = TypeVar("T")


def is_a_mailbox(mailbox: Mailbox) -> Mailbox:
    """mypy compares the port here."""
    return mailbox


class MemoryColleague:
    def __init__(self, mailbox: MemoryMailbox) -> None:
        self.mailbox = mailbox

    async def deliver(self, folder: str, raw: bytes) -> int:
        return self.mailbox.deliver(folder, raw)

    async def create(self, folder: str) -> None:
        self.mailbox.create(folder)

    async def remove(self, folder: str) -> None:
        self.mailbox.remove(folder)

    async def move(self, uid: int, source: str, target: str) -> None:
        self.mailbox.move(uid, source, target)

    async def delete(self, folder: str, uid: int) -> None:
        self.mailbox.delete(folder, uid)

    async def mark(self, folder: str, uid: int, flag: str) -> None:
        self.mailbox.mark(folder, uid, flag)

    async def raws(self, folder: str) -> list[bytes]:
        return self.mailbox.raws(folder)


class ImapColleague:
    """Another mail program, on a connection of its own; in a thread, for pymap answers from this event loop."""

    def __init__(self, connect: Callable[[], IMAPClient]) -> None:
        self._connect = connect

    async def _do(self, work: Callable[[IMAPClient], T]) -> T:
        def session() -> T:
            with self._connect() as client:
                return work(client)

        return await asyncio.to_thread(session)

    async def deliver(self, folder: str, raw: bytes) -> int:
        def append(client: IMAPClient) -> int:
            answer: bytes = client.append(folder, raw)
            return int(answer.split(b"]")[0].split()[-1])

        return await self._do(append)

    async def create(self, folder: str) -> None:
        await self._do(lambda client: client.create_folder(folder))

    async def remove(self, folder: str) -> None:
        await self._do(lambda client: client.delete_folder(folder))

    async def move(self, uid: int, source: str, target: str) -> None:
        await self._in(source, lambda client: client.move([uid], target))

    async def delete(self, folder: str, uid: int) -> None:
        await self._in(folder, lambda client: (client.delete_messages([uid]), client.expunge()))

    async def mark(self, folder: str, uid: int, flag: str) -> None:
        await self._in(folder, lambda client: client.add_flags([uid], [flag]))

    async def raws(self, folder: str) -> list[bytes]:
        def fetch(client: IMAPClient) -> list[bytes]:
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [data[b"BODY[]"] for _, data in sorted(found.items())]

        return await self._in(folder, fetch)

    async def _in(self, folder: str, work: Callable[[IMAPClient], T]) -> T:
        def selected(client: IMAPClient) -> T:
            client.select_folder(folder)
            return work(client)

        return await self._do(selected)


class TestMemory(MailboxContract):
    @pytest.fixture
    async def world(self) -> World:
        mailbox = MemoryMailbox()
        return World(is_a_mailbox(mailbox), MemoryColleague(mailbox))


class TestPymap(MailboxContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        user = "compta@lumen.test"
        async with EmbeddedHost({user: "secret"}) as host:

            def connect() -> IMAPClient:
                client = IMAPClient("127.0.0.1", host.imap_port, ssl=False, timeout=20)
                client.login(user, "secret")
                return client

            login = ImapLogin(
                host="127.0.0.1", port=host.imap_port, security="none", user=user, password="secret", seconds=20
            )
            mailbox = ImapMailbox(login, FolderNames())
            yield World(is_a_mailbox(mailbox), ImapColleague(connect))
            await mailbox.close()


class TestDovecot(MailboxContract):
    @pytest.fixture
    async def world(self, accounts: Accounts) -> AsyncIterator[World]:
        host, user = accounts.host, accounts.shared

        def connect() -> IMAPClient:
            context = ssl.create_default_context(cafile=str(host.ca_file))
            client = IMAPClient(host.host, host.imaps_port, ssl_context=context, timeout=20)
            client.login(user, host.password(user))
            return client

        login = ImapLogin(
            host=host.host,
            port=host.imaps_port,
            security="tls",
            user=user,
            password=host.password(user),
            ca_file=str(host.ca_file),
            seconds=20,
        )
        mailbox = ImapMailbox(login, FolderNames())
        yield World(is_a_mailbox(mailbox), ImapColleague(connect))
        await mailbox.close()
