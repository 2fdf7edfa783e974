"""A whole daemon against Dovecot and Postfix, in this process: real adapters, a real state, time that jumps."""

import asyncio
import imaplib
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.servers.fixtures import Accounts
from tests.servers.mailhost import MailHost
from tests.work.rig import NOON, MemorySource, Rig, config, invoice, mail

from relancier.adapters.imap import FolderNames, ImapLogin, ImapMailbox
from relancier.adapters.oauth2 import Tokens
from relancier.adapters.smtp import SmtpChannel, SmtpLogin
from relancier.adapters.store import open_store
from relancier.core.case import Contact, Customer, Invoice, Role
from relancier.core.outbox import Status
from relancier.core.reading.reply import normalise
from relancier.loop import POLL

_numbers = itertools.count(1)


def imap(host: MailHost, user: str, port: int | None = None, tokens: Tokens | None = None) -> ImapMailbox:
    login = ImapLogin(
        host="localhost",
        port=port or host.imaps_port,
        security="tls",
        user=user,
        password="" if tokens else host.password(user),
        ca_file=str(host.ca_file),
        token=tokens.get if tokens else None,
        fresh=tokens.instead_of if tokens else None,
    )
    return ImapMailbox(login, FolderNames())


def smtp(host: MailHost, user: str, port: int | None = None, tokens: Tokens | None = None) -> SmtpChannel:
    login = SmtpLogin(
        host="localhost",
        port=port or host.smtps_port,
        security="tls",
        user=user,
        password="" if tokens else host.password(user),
        ca_file=str(host.ca_file),
        token=tokens.get if tokens else None,
        fresh=tokens.instead_of if tokens else None,
        local_hostname="lumen.test",
    )
    return SmtpChannel(login)


def real_customer(address: str, **other: Any) -> Customer:
    contacts = (Contact(Role.ACCOUNTING, address, "Mme Alice Petit"),)
    name = address.partition("@")[2]
    return Customer(**{"id": name, "name": name, "contacts": contacts, **other})


def real_invoice(address: str, number: str = "FA-2026-0001", due: date = date(2026, 2, 27)) -> Invoice:
    """Due on a Friday, so that its first reminder (J+3) leaves on Monday 2 March 2026, the rig's first day."""
    return invoice(number, due, customer=real_customer(address))


@asynccontextmanager
async def daemon(
    accounts: Accounts,
    folder: Path,
    *invoices: Invoice,
    imap_port: int | None = None,
    smtp_port: int | None = None,
    tokens: Tokens | None = None,
    **tables: Any,
) -> AsyncIterator[Rig]:
    """A daemon on the test's own shared mailbox; its state lies in `folder`, `tables` are its configuration."""
    host = accounts.host
    store = open_store(folder / "state", normalise, exclusive=True)
    rig = Rig(
        MemorySource(invoices),
        mailbox=imap(host, accounts.shared, imap_port, tokens),
        channel=smtp(host, accounts.shared, smtp_port, tokens),
        store=store,
        conf=config(**{"mailbox": {"address": accounts.shared}, "sender": [], **tables}),
        now=NOON,
    )
    rig.loop.poll = timedelta(hours=12)
    _unhurried(rig)
    try:
        yield rig
    finally:
        await rig.parts.channel.close()
        await rig.parts.mailbox.close()
        store.close()


def _unhurried(rig: Rig) -> None:
    """What is overdue behind a closed gate is looked at every ten minutes, not every minute."""
    meanwhile = rig.wake._meanwhile

    async def patient(now: datetime, until: datetime) -> datetime:
        if until == now + POLL:
            tries = (entry.not_before for entry in rig.store.entries(Status.DEFERRED))
            until = min([now + timedelta(minutes=10), *(at for at in tries if at and at > now)])
        return await meanwhile(now, until)

    rig.wake._meanwhile = patient


@contextmanager
def colleague(host: MailHost, user: str) -> Iterator[imaplib.IMAP4_SSL]:
    """Another program on the shared mailbox, as a colleague's mail client."""
    client = imaplib.IMAP4_SSL("localhost", host.imaps_port, ssl_context=host.context())
    client.login(user, host.password(user))
    try:
        yield client
    finally:
        client.logout()


def flags(host: MailHost, user: str, folder: str, subject: str) -> set[str]:
    """The flags of the only message with this subject, as another program sees them."""
    with colleague(host, user) as client:
        client.select(folder, readonly=True)
        (found,) = client.search(None, "HEADER", "Subject", f'"{subject}"')[1]
        uid = found.split()[-1].decode()
        answer = client.fetch(uid, "(FLAGS)")[1][0]
        assert isinstance(answer, bytes)
        return {flag.decode() for flag in imaplib.ParseFlags(answer)}


def subjects(host: MailHost, user: str, folder: str = "INBOX") -> list[str]:
    """The subjects of what lies in a folder, oldest first."""
    return [str(parsed(raw)["Subject"]) for raw in host.messages(user, folder)]


def notes(host: MailHost, shared: str) -> list[str]:
    """What the daemon has told the team in the mailbox, as one text each."""
    own = (parsed(raw) for raw in host.messages(shared))
    return [f"{m['Subject']}\n{_text(m)}" for m in own if m["X-Relancier-Id"] and m["To"] == shared]


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def lay(host: MailHost, user: str, *messages: bytes) -> None:
    """Puts messages into the inbox on the disk, whatever they are; a server that runs finds them there."""
    box = host.maildir(user)
    for folder in (box.parent.parent, box.parent, box, *(box / name for name in ("new", "cur", "tmp"))):
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, "mail", "mail")
    for raw in messages:
        file = box / f"tmp/1772445600.M{next(_numbers)}P1.outside"
        file.write_bytes(raw)
        shutil.chown(file, "mail", "mail")
        file.rename(box / "new" / file.name)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def delivered(host: MailHost, raw: bytes, to: str, sender: str, count: int = 1) -> None:
    """Sends a message from outside through Postfix and waits until it lies in the mailbox."""
    before = len(await asyncio.to_thread(host.messages, to))
    await asyncio.to_thread(host.deliver, raw, to, sender)
    await asyncio.to_thread(host.await_messages, to, before + count)


def answer_to(
    reminder: bytes, sender: str, to: str, text: str = "Bonjour, nous avons un doute sur la quantité."
) -> bytes:
    """What a mail client sends when a person presses Reply."""
    asked = parsed(reminder)
    thread = f"{asked.get('References', '')} {asked['Message-ID']}".split()
    subject = f"RE: {asked['Subject']}"
    return mail(
        sender,
        subject,
        text,
        to=to,
        In_Reply_To=asked["Message-ID"],
        References=" ".join(thread),
        message_id=f"<answer-{abs(hash(text))}@{sender.partition('@')[2]}>",
        date=datetime(2026, 3, 3, 9, 0, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
    )
