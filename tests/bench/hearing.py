"""From a reply that Postfix has accepted to a case that is held and flagged, beside a bare IDLE listener."""

import asyncio
import contextlib
import imaplib
import re
import ssl
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.faults.real import imap, smtp
from tests.servers.mailhost import MailHost
from tests.servers.waiting import until
from tests.work.rig import MemorySource, Silent, config, customer, invoice, mail, setup

from relancier.adapters.library import FileLibrary
from relancier.adapters.scheduled_wake import ScheduledWake
from relancier.adapters.shipped import shipped
from relancier.adapters.store import DocumentStore, open_store
from relancier.core.case import Invoice, State
from relancier.core.reading.reply import normalise
from relancier.loop import Loop, clock
from relancier.wiring import Holder, World, assemble

SHARED = "replies@lumen.test"
BARE = "bare@lumen.test"


@dataclass(frozen=True, slots=True)
class Hearing:
    """Median milliseconds from Postfix's yes: to the bare listener's notice, and to a case held and flagged."""

    bare: float
    ours: float


def _invoices(count: int) -> list[Invoice]:
    due = clock().date()
    return [invoice(f"FA-2026-{number:05}", due, customer=customer(f"Client{number}")) for number in range(count)]


class Listener:
    """One connection in IDLE, and nothing else."""

    def __init__(self, host: MailHost) -> None:
        self._client = imaplib.IMAP4_SSL("localhost", host.imaps_port, ssl_context=host.context(), timeout=30)
        self._client.login(BARE, host.password(BARE))
        self._client.select("INBOX")

    def listen(self, ready: Callable[[], None]) -> float:
        """The instant at which the server tells of a new message."""
        self._client.send(b"x1 IDLE\r\n")
        self._client.readline()
        ready()
        while not re.search(rb"EXISTS", self._client.readline()):
            pass
        heard = perf_counter()
        self._client.send(b"DONE\r\n")
        while not self._client.readline().startswith(b"x1 "):
            pass
        return heard

    def close(self) -> None:
        with contextlib.suppress(OSError, ssl.SSLError, imaplib.IMAP4.error):
            self._client.logout()


async def _bare(host: MailHost, listener: Listener, number: int) -> float:
    """The seconds from Postfix's yes to the bare listener's notice."""
    ready, loop = asyncio.Event(), asyncio.get_running_loop()

    def listening() -> None:
        loop.call_soon_threadsafe(ready.set)

    heard = asyncio.create_task(asyncio.to_thread(listener.listen, listening))
    await ready.wait()
    raw = mail("a@client.test", f"Re: {number}", message_id=f"<bare-{number}@client.test>", to=BARE)
    await asyncio.to_thread(host.deliver, raw, BARE)
    accepted = perf_counter()
    return await heard - accepted


@asynccontextmanager
async def _daemon(host: MailHost, folder: Path, invoices: list[Invoice]) -> AsyncIterator[DocumentStore]:
    """The real loop, woken by APScheduler and IDLE, on a state of its own."""
    conf = config(mailbox={"address": SHARED}, sender=[])
    store = open_store(folder / "heard", normalise, exclusive=True)
    wake = ScheduledWake(clock)
    source = MemorySource(invoices)
    source.as_of = clock()
    library = FileLibrary(shipped("templates"), shipped("plans"))
    world = World(store, imap(host, SHARED), smtp(host, SHARED), library, source)
    loop = Loop(assemble(world, Holder(setup(conf), Path("config.toml"), {}), wake), wake, Silent())
    running = asyncio.create_task(loop.run())
    try:
        await until(lambda: loop._listener is not None and len(store.case_keys()) == len(invoices), 30)
        yield store
    finally:
        loop.stop()
        await running
        store.close()


async def _held(host: MailHost, store: DocumentStore, invoice: Invoice) -> float:
    """The seconds from Postfix's yes until the case is held in the state and its message flagged in the mailbox."""
    sender = invoice.customer.contacts[0].email
    identity = f"<reply-{invoice.number}@{invoice.customer.id}.test>"
    raw = mail(sender, f"Re: facture {invoice.number}", "Nous contestons cette facture.", SHARED, message_id=identity)
    await asyncio.to_thread(host.deliver, raw, SHARED, sender)
    accepted = perf_counter()
    await until(lambda: _done(store, invoice), 30)
    return perf_counter() - accepted


def _done(store: DocumentStore, invoice: Invoice) -> bool:
    case = store.case(invoice.key)
    assert case is not None
    held = case.state is not State.OPEN or bool(case.holds)
    return held and not store.flags_wanted()


async def measure(host: MailHost, folder: Path, rounds: int = 20) -> Hearing:
    """One of each, turn by turn, so that both meet the same machine."""
    host.add(SHARED, BARE)
    invoices = _invoices(rounds)
    listener = await asyncio.to_thread(Listener, host)
    bare, ours = [], []
    try:
        async with _daemon(host, folder, invoices) as store:
            for number, one in enumerate(invoices):
                ours.append(await _held(host, store, one))
                bare.append(await _bare(host, listener, number))
    finally:
        await asyncio.to_thread(listener.close)
    return Hearing(1000 * statistics.median(bare), 1000 * statistics.median(ours))
