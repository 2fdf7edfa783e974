"""Reminders out with every guarantee, beside what sends the same bytes with none, on Dovecot and Postfix."""

import asyncio
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from aiosmtplib import SMTP
from tests.bench.watch import Watch
from tests.faults.real import imap, smtp
from tests.servers.mailhost import MailHost
from tests.servers.waiting import wait_until
from tests.work.rig import NOON, MemorySource, Rig, config, customer, invoice

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.adapters.store import open_store
from relancier.core.case import Contact, Invoice, Role
from relancier.core.outbox import Entry, Status
from relancier.core.reading.reply import normalise
from relancier.core.stored import Setting
from relancier.loop import Loop
from relancier.wiring import World, assemble
from relancier.work.orders.obey import apply_orders
from relancier.work.sending.copies import FILER

SHARED = "reminders@lumen.test"
CUSTOMER = "achats@client.test"
SMTP_SOURCE = "/usr/sbin/smtp-source"
PDF_BYTES = 54_000
WARM = 40
MAILBOX = {"look": "look", "find": "find the copy", "append": "file the copy", "fetch": "fetch", "new": "search"}


@dataclass(frozen=True, slots=True)
class Sending:
    """Milliseconds of a message for each, the median share of their rate that we reach, and our stages."""

    ours: float
    library: float
    source: float
    of_library: float
    of_source: float
    size: int
    stages: tuple[tuple[str, float], ...]


def _invoices(folder: Path, first: int, count: int) -> list[Invoice]:
    pdf = folder / "facture.pdf"
    if not pdf.exists():
        pdf.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * (PDF_BYTES // 256))
    contacts = (Contact(Role.ACCOUNTING, CUSTOMER, "Mme Alice Petit"),)
    return [
        invoice(
            f"FA-2026-{number:05}",
            NOON.date() - timedelta(days=3),
            customer=replace(customer(f"Client{number}"), contacts=contacts),
            pdf=str(pdf),
        )
        for number in range(first, first + count)
    ]


class Office:
    """A daemon on the shared mailbox whose calls of the servers, the store and the templates are timed."""

    def __init__(self, host: MailHost, folder: Path) -> None:
        self.watch = Watch()
        self.timed = 0
        self.folder = folder
        self.source = MemorySource()
        self.real = open_store(folder / "state", normalise, exclusive=True)
        plenty = dict.fromkeys(("per_minute", "per_hour", "surge"), 100_000)
        conf = config(mailbox={"address": SHARED}, sending=plenty, sender=[])
        watch = self.watch
        channel = smtp(host, SHARED)
        library = FileLibrary(shipped("templates"), shipped("plans"))
        self.rig = Rig(self.source, imap(host, SHARED), channel, self.real, conf)
        world = World(
            watch.over(self.real, self._store_stage),
            watch.over(self.rig.mailbox, lambda name, _: MAILBOX.get(name, "")),
            watch.over(channel, lambda name, _: "MAIL and RCPT" if name == "open" else "", {"open": self._transaction}),
            watch.over(library, lambda name, _: "words" if name == "render" else ""),
            self.source,
        )
        self.rig.parts = assemble(world, self.rig.holder, self.rig.wake)
        self.rig.loop = Loop(self.rig.parts, self.rig.wake, self.rig.loop.notify, listen=False)

    def _transaction(self, made: object) -> object:
        return self.watch.over(made, lambda name, _: "DATA" if name == "data" else "")

    @staticmethod
    def _store_stage(name: str, arguments: Sequence[object]) -> str:
        if name != "commit":
            return "store reads"
        entry = next((change for change in arguments if isinstance(change, Entry)), None)
        if entry is not None and entry.status is Status.SENDING:
            return "commit data_begun"
        if entry is not None and entry.status is Status.SENT and len(arguments) > 2:
            return "commit record"
        return "other commits"

    async def warm_up(self) -> None:
        """The first message waits for a provider's copy; from then on we file them ourselves."""
        self.rig.confirm()
        self.real.commit(Setting(FILER, "us"))
        await self.send(WARM)
        self.watch.clear()
        self.timed = 0

    async def send(self, count: int) -> float:
        """The seconds from the first last look until so many queued reminders have left and are filed in Sent."""
        first = len(self.source.invoices)
        new = _invoices(self.folder, first, count)
        self.source.set(*self.source.invoices, *new, at=NOON)
        parts, now = self.rig.parts, self.rig.wake.now()
        apply_orders(self.real, parts.setup(), now)
        await parts.intake.start_tick()
        await parts.intake.run(now)
        parts.escalate.run(now)
        await parts.accounts.look(self.real.cases(one.key for one in new), now)  # as ticks do once the books are read
        self.watch.running, start = True, perf_counter()
        await parts.deliver.run()
        await parts.copies.run(now)
        taken, self.watch.running = perf_counter() - start, False
        assert len(self.real.sent_since(NOON)) == first + count, "not everything left"
        assert not self.real.copies_wanted(), "not everything is filed"
        self.timed += count
        return taken

    def a_message(self) -> bytes:
        raw = self.real.blob(self.real.sent_since(NOON)[-1].blob)
        assert raw is not None
        return raw

    async def leave(self) -> None:
        await self.rig.parts.channel.close()
        await self.rig.parts.mailbox.close()
        self.real.close()


async def _by_library(host: MailHost, raw: bytes, count: int) -> float:
    """The seconds that aiosmtplib alone takes for so many messages on one open connection."""
    password = host.password(SHARED)
    client = SMTP(
        hostname="localhost",
        port=host.smtps_port,
        use_tls=True,
        tls_context=host.context(),
        local_hostname="lumen.test",
    )
    async with client:
        await client.login(SHARED, password)
        start = perf_counter()
        for _ in range(count):
            await client.sendmail(SHARED, [CUSTOMER], raw)
        return perf_counter() - start


def _by_source(host: MailHost, size: int, count: int) -> float:
    """The seconds that Postfix's own generator takes in one session, without encryption or login."""
    command = [SMTP_SOURCE, "-s", "1", "-m", str(count), "-l", str(size), "-f", SHARED, "-t", CUSTOMER]
    start = perf_counter()
    subprocess.run([*command, f"inet:127.0.0.1:{host.smtp_port}"], check=True)
    return perf_counter() - start


def _settled(host: MailHost, count: int) -> None:
    """Waits until Postfix has delivered what the one before left behind, so that nobody pays for another."""
    queue = host.folder / "postfix/queue"
    wait_until(lambda: not [*queue.glob("incoming/*"), *queue.glob("active/*")], seconds=30 + count)


async def measure(host: MailHost, folder: Path, *, rounds: int = 7, count: int = 15) -> Sending:
    """Rounds of so many messages each, one contender right after the other; each round is compared with itself."""
    host.add(SHARED, CUSTOMER)
    office = Office(host, folder)
    taken: list[tuple[float, float, float]] = []
    try:
        await office.warm_up()
        raw = office.a_message()
        taken = [await _round(host, office, raw, count) for _ in range(rounds)]
    finally:
        await office.leave()
    ours, library, source = (1000 * statistics.median(column) / count for column in zip(*taken, strict=True))
    return Sending(
        ours=ours,
        library=library,
        source=source,
        of_library=statistics.median(theirs / mine for mine, theirs, _ in taken),
        of_source=statistics.median(theirs / mine for mine, _, theirs in taken),
        size=len(raw),
        stages=tuple((name, 1000 * spent / office.timed) for name, spent in sorted(office.watch.seconds.items())),
    )


async def _round(host: MailHost, office: Office, raw: bytes, count: int) -> tuple[float, float, float]:
    """The seconds of each contender; what one leaves to deliver is delivered before the next begins."""
    ours = await office.send(count)
    await asyncio.to_thread(_settled, host, count)
    library = await _by_library(host, raw, count)
    await asyncio.to_thread(_settled, host, count)
    source = await asyncio.to_thread(_by_source, host, len(raw), count)
    await asyncio.to_thread(_settled, host, count)
    return ours, library, source
