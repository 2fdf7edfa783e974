"""The stage: an embedded mail host, the office's files, the real daemon beside them, and time that jumps."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import aiosmtplib
from pymap.parsing.specials import FetchRequirement
from tests.year.cast import END, START, Customer
from tests.year.expected import From
from tests.year.office import PASSWORD, PEOPLE, Books, furnish
from tests.year.post import OWN, Letter, Mail, written

from relancier import wiring
from relancier.adapters.embedded import EmbeddedHost, Stored
from relancier.adapters.jumping_wake import JumpingWake
from relancier.adapters.notify import Notifier
from relancier.config import load, read_key
from relancier.core.case import Case, Event
from relancier.core.stored import Order
from relancier.demo.agenda import Agenda
from relancier.loop import Loop
from relancier.ports import Mailbox, Store
from relancier.work.setup import Setup

ZONE = ZoneInfo("Europe/Paris")
NO_ENVIRONMENT: Mapping[str, str] = {}
POLL = timedelta(days=1)
STUMBLES = frozenset({"tick_failed", "tick_waits", "set_aside", "render_failed", "note_failed", "copy_waits",
                      "flag_waits", "order_refused", "order_unclear", "already_queued", "surge"})  # fmt: skip

FILED = "Clients"  # where colleagues put some of the mail

AfterTick = Callable[[], Awaitable[None]]


class Log(logging.Handler):
    """What the daemon says of itself: how often each code, and whatever went wrong."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self.now = now
        self.codes: Counter[str] = Counter()
        self.stumbles: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        code = record.getMessage()
        self.codes[code] += 1
        if code in STUMBLES:
            facts = {name: getattr(record, name, None) for name in ("reason", "word", "cases", "entry", "detail")}
            self.stumbles.append(f"{self.now():%Y-%m-%d %H:%M} {code} {facts} {record.exc_info or ''}")


class Stage:
    """One year in a folder of its own; the mail host serves as long as it is open."""

    def __init__(self, customers: tuple[Customer, ...], folder: Path) -> None:
        self.folder = folder
        self.customers = customers
        self.agenda = Agenda(datetime.combine(START, time(8), ZONE), datetime.combine(END, time(18), ZONE))
        theirs = {address for customer in customers for address in customer.addresses}
        spare = {f"{name}@{customer.domain}" for customer in customers for name in ("nouveau", "jean.petit")}
        ours = {PEOPLE[role][1] for role in From}
        self.host = EmbeddedHost(dict.fromkeys(sorted(theirs | spare | ours), PASSWORD), now=lambda: self.agenda.now)
        self.log = Log(lambda: self.agenda.now)
        self.orders = count(1)
        self.letters = count(1)
        self.colleague: Mailbox
        self.books: Books
        self.store: Store
        self.cases: tuple[Case, ...] = ()
        self.events: dict[str, tuple[Event, ...]] = {}
        self.ticks = 0

    async def __aenter__(self) -> Self:
        await self.host.__aenter__()
        await self.host.create(OWN, FILED)
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.host.__aexit__(*details)

    @property
    def now(self) -> datetime:
        return self.agenda.now.astimezone(ZONE)

    # --- the daemon ---

    async def play(self, begin: Callable[[], None], after_tick: AfterTick) -> None:
        """Runs the daemon from the first day to the last; `after_tick` looks at the world after each of its ticks."""
        path = furnish(self.folder, imap=self.host.imap_port, smtp=self.host.smtp_port)
        config, problems = load(path)
        assert config is not None, problems
        setup, found = wiring.readable_setup(config)
        assert not [problem for problem in found if not problem.warning], found
        self.store = wiring.store(config, exclusive=True)
        self.colleague = wiring.mailbox(config, NO_ENVIRONMENT)
        self.books = Books(config.invoices.file or self.folder / "invoices.csv", self.customers)
        self.books.write_pdfs()
        self.books.save(self.now)
        async with self._listening():
            try:
                begin()
                await self._daemon(
                    path,
                    replace(setup, key=read_key(config.mailbox.key_file), calendar=wiring.calendar(config, self.now)),
                    after_tick,
                ).run()
            finally:
                self.cases = tuple(self.store.all_cases())
                self.events = {case.key: tuple(self.store.events(case.key)) for case in self.cases}
                await self.colleague.close()
                self.store.close()

    def _daemon(self, path: Path, setup: Setup, after_tick: AfterTick) -> Loop:
        async def meanwhile(now: datetime, until: datetime) -> datetime:
            self.ticks += 1
            await after_tick()
            return await self.agenda.meanwhile(now, until)

        config, wake = setup.config, JumpingWake(self.agenda.now, meanwhile)
        world = wiring.World(
            self.store,
            wiring.mailbox(config, NO_ENVIRONMENT),
            wiring.channel(config, NO_ENVIRONMENT),
            wiring.library(config),
            wiring.source(config),
        )
        parts = wiring.assemble(world, wiring.Holder(setup, path, NO_ENVIRONMENT), wake)
        loop = Loop(parts, wake, Notifier(NO_ENVIRONMENT), listen=False, poll=POLL)
        self.agenda.at_end = loop.stop
        return loop

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        log = logging.getLogger("relancier")
        level, propagates = log.level, log.propagate
        log.addHandler(self.log)
        log.setLevel(logging.INFO)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(self.log)
            log.setLevel(level)
            log.propagate = propagates

    # --- what people do ---

    def order(self, word: str, *keys: str, note: str = "", on: date | None = None) -> None:
        """A command beside the running daemon: it writes one order into the state."""
        day = self.now.date() if word == "plan" else on
        self.store.commit(
            Order(id=f"year-{next(self.orders)}", word=word, at=self.agenda.now, cases=keys, on=day, note=note)
        )

    async def post(self, letter: Letter) -> Mail:
        """Somebody outside writes to us, by SMTP."""
        mail = Mail(written(letter, self.now, next(self.letters)), self.now)
        await self.send(mail.raw, letter.sender, [letter.to])
        return mail

    async def send(self, raw: bytes, sender: str, to: list[str]) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.host.smtp_port, start_tls=False) as server:
            if sender == OWN:
                await server.login(OWN, PASSWORD)
            await server.sendmail(sender, to, raw)

    async def write(self, letter: Letter) -> Mail:
        """A colleague writes from the shared mailbox, with a mail program that files its copy in Sent."""
        mail = Mail(written(letter, self.now, next(self.letters)), self.now)
        if letter.to != OWN or next(self.orders) % 4 == 0:  # many providers deliver nothing from oneself to oneself
            await self.send(mail.raw, OWN, [letter.to])
        await self.colleague.append("Sent", mail.raw, seen=True, at=self.now)
        return mail

    async def lying(self, folder: str, after: int = 0, address: str = OWN) -> list[Stored]:
        """What lies in a folder beyond a UID."""
        box = await self.host._boxes[address].get_mailbox(folder)
        new = [message async for message in box.messages() if message.uid > after]
        contents = await asyncio.gather(*(message.load_content(FetchRequirement.CONTENT) for message in new))
        return [
            Stored(message.uid, frozenset(map(str, message.permanent_flags)), bytes(content.get_body()))
            for message, content in zip(new, contents, strict=True)
        ]

    async def flags(self, folder: str, only: Container[int] | None = None) -> dict[int, frozenset[str]]:
        """The flags of everything in a folder, or of some messages."""
        box = await self.host._boxes[OWN].get_mailbox(folder)
        lying = [message async for message in box.messages() if only is None or message.uid in only]
        return {message.uid: frozenset(map(str, message.permanent_flags)) for message in lying}
