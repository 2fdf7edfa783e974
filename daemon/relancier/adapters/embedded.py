"""EmbeddedHost: a mail host inside this process, on loopback, for the demo and the tests.

The one adapter of two libraries: pymap serves IMAP, aiosmtpd takes mail, and both must share one event loop and one set
of mailboxes. It forgets everything at the end, speaks no TLS and keeps passwords in clear.
"""

import asyncio
import logging
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import count
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Flag, Wildcard
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
FOLDERS = ("Sent", "Drafts", "Junk", "Trash")
SIZE_LIMIT = 32 * 1024 * 1024
REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@localhost>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report.{number}@localhost>
{date}Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=limit

--limit
Content-Type: text/plain; charset=utf-8

Your message to {recipient} could not be delivered.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; localhost

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}

--limit
Content-Type: text/rfc822-headers

"""

# aiosmtpd warns of its own deprecated field at every login.
logging.getLogger("mail.log").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to mail for an address: the answer at RCPT, then perhaps a delivery report that says why not."""

    answer: str = "250 2.1.5 OK"
    bounce: str = ""


ACCEPT = Behaviour()
REFUSE = Behaviour("550 5.1.1 No such user here")
DEFER = Behaviour("450 4.2.0 Try again later")
BOUNCE = Behaviour(bounce="5.1.1")


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it lies in a folder."""

    uid: int
    flags: frozenset[str]
    raw: bytes


class EmbeddedHost:
    """An IMAP and an SMTP server for some accounts (address to password), each with INBOX and a few more folders.

    Mail is delivered by its envelope. `behaviour` rules what happens to mail for an address; without one, an account
    takes its mail and anybody else is refused. `on_delivered(address, raw)` is called after each delivery by SMTP,
    also for addresses that have a behaviour and no account; what it gives is awaited before the sender gets its answer.
    `now` gives deliveries their date.
    """

    def __init__(
        self,
        accounts: Mapping[str, str],
        *,
        folders: Sequence[str] = FOLDERS,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.accounts = dict(accounts)
        self.behaviour: dict[str, Behaviour] = {}
        self.on_delivered: Callable[[str, bytes], Awaitable[None] | None] | None = None
        self.imap_port = self.smtp_port = 0
        self._now = now
        self._names = tuple(folders)
        self._boxes: dict[str, MailboxSet] = {}
        self._servers: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[None]] = set()
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        imap = IMAPServer(await self._open_accounts(), self._config)
        loop = asyncio.get_running_loop()
        self._servers = [
            await asyncio.start_server(lambda reader, writer: self._serve_imap(imap, reader, writer), HOST, 0),
            await loop.create_server(self._smtp, HOST, 0),
        ]
        self.imap_port, self.smtp_port = (server.sockets[0].getsockname()[1] for server in self._servers)
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    # --- mail ---

    async def deliver(self, address: str, raw: bytes, folder: str = "INBOX", flags: Sequence[str] = ()) -> int:
        """Puts a message into a folder; gives its UID. Raises KeyError."""
        box = await self._boxes[address].get_mailbox(folder)
        when = self._now() if self._now else None
        message = await box.append(AppendMessage(raw, when, frozenset(map(Flag, flags))), recent=True)
        return message.uid

    async def messages(self, address: str, folder: str = "INBOX") -> list[Stored]:
        """What lies in a folder, oldest first. Raises KeyError."""
        box = await self._boxes[address].get_mailbox(folder)
        return [
            Stored(
                message.uid,
                frozenset(str(flag) for flag in message.permanent_flags),
                bytes((await message.load_content(FetchRequirement.CONTENT)).get_body()),
            )
            async for message in box.messages()
        ]

    async def create(self, address: str, folder: str) -> None:
        """A new folder. Raises KeyError, and ValueError when it exists."""
        await self._boxes[address].add_mailbox(folder)

    async def delete(self, address: str, folder: str, uids: Sequence[int]) -> None:
        """Takes messages away, as a colleague does. Raises KeyError."""
        await (await self._boxes[address].get_mailbox(folder)).delete(uids)

    async def move(self, address: str, uid: int, source: str, target: str) -> int | None:
        """Moves a message, as a colleague does; gives its new UID, None when it is gone. Raises KeyError."""
        boxes = self._boxes[address]
        return await (await boxes.get_mailbox(source)).move(uid, await boxes.get_mailbox(target))

    # --- IMAP ---

    async def _open_accounts(self) -> Login:
        self._config = _Config()
        login = Login(self._config)
        for address, password in self.accounts.items():
            login.users_dict[address] = UserMetadata(self._config, address, password=password)
            self._boxes[address] = _Folders()
            self._config.set_cache[address] = (self._boxes[address], FilterSet())
            for name in self._names:
                await self._boxes[address].add_mailbox(name)
        return login

    async def _serve_imap(self, imap: IMAPServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.current_task()
        assert session is not None  # noqa: S101 - start_server gives every connection a task
        self._sessions.add(session)
        try:
            await imap(reader, writer, SocketInfo.get(writer, None))
        finally:
            self._sessions.discard(session)

    # --- SMTP ---

    def _smtp(self) -> SMTP:
        return SMTP(
            self,
            hostname="localhost",
            ident="Relancier's embedded mail host",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            authenticator=self._authenticate,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        known = self.accounts.get(data.login.decode("utf-8", "replace"))
        return AuthResult(success=known is not None and known.encode() == data.password, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """aiosmtpd: the answer to one recipient."""
        known = ACCEPT if address in self.accounts else REFUSE
        answer = self.behaviour.get(address, known).answer
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        """aiosmtpd: the whole message is there."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            bounce = self.behaviour.get(address, ACCEPT).bounce
            if bounce:
                await self._report(envelope.mail_from or "", address, bounce, raw)
            elif address in self._boxes:
                await self.deliver(address, raw)
            reaction = self.on_delivered(address, raw) if self.on_delivered is not None else None
            if reaction is not None:
                await reaction
        return "250 2.0.0 Accepted"

    async def _report(self, sender: str, recipient: str, status: str, raw: bytes) -> None:
        """A delivery report (RFC 3464) into the sender's inbox; none for a report, none to a stranger."""
        with suppress(KeyError):
            date = self._now() if self._now else None
            report = delivery_report(sender, recipient, status, raw, number=next(self._numbers), date=date)
            await self.deliver(sender, report)


def delivery_report(
    sender: str, recipient: str, status: str, raw: bytes, *, number: int, date: datetime | None
) -> bytes:
    """The message that says that mail did not arrive, with the headers of the original."""
    lines = REPORT.format(
        sender=sender,
        recipient=recipient,
        status=status,
        number=number,
        date=f"Date: {format_datetime(date)}\n" if date else "",
    )
    return lines.replace("\n", "\r\n").encode() + raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n--limit--\r\n"


class _Config(Config):
    """pymap without its command line: plain passwords, no TLS, no name look-up in the greeting."""

    def __init__(self) -> None:
        asyncio_only = Subsystem.for_asyncio()
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=HOST,
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            tls_enabled=False,
            reject_dnsbl=False,
            invalid_user_sleep=0.0,
            hash_context=Cleartext(),
            subsystem=asyncio_only,
            cpu_subsystem=asyncio_only,
        )

    @property
    def greeting(self) -> bytes:
        return b"Relancier's embedded mail host"


class _Folder(MailboxData):
    """A folder that takes any keyword, and counts its messages anew only where one of them has changed."""

    _counted: tuple[int, MailboxSnapshot] | None = None

    async def snapshot(self) -> MailboxSnapshot:
        changes = self._mod_sequences.highest
        if self._counted is None or self._counted[0] != changes:
            self._counted = (changes, await super().snapshot())
        return self._counted[1]

    @property
    def permanent_flags(self) -> frozenset[Flag]:
        return super().permanent_flags | {Wildcard}


class _Folders(MailboxSet):
    """An account's folders."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = _Folder(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = folder = _Folder(self._content_cache, self._thread_cache)
        return folder.mailbox_id
