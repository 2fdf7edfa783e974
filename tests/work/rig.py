"""A whole daemon on memory adapters: the real work, plans, templates and loop; time jumps when told."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from relancier.adapters.jumping_wake import JumpingWake
from relancier.adapters.library import FileLibrary
from relancier.adapters.memory_channel import MemoryChannel
from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.memory_store import MemoryStore
from relancier.adapters.public_holidays import public_holidays
from relancier.adapters.rates import load_rates
from relancier.adapters.shipped import shipped
from relancier.cli.orders import known_of
from relancier.config import Config
from relancier.core.case import Contact, Customer, Invoice, Role
from relancier.core.paid.statement import Statement
from relancier.core.problem import Problem
from relancier.core.reading.reply import normalise
from relancier.core.stored import Order
from relancier.core.workdays import Calendar
from relancier.loop import Loop
from relancier.ports import Channel, Credit, Mailbox, Snapshot, Statements, Store
from relancier.wiring import Holder, World, assemble
from relancier.work.setup import Setup

OWN = "compta@lumen.test"
MANAGER = "claire@lumen.test"
KEY = b"k" * 32
ORDERS = count(1)
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Paris


class MemorySource:
    """Invoices held in a list; `set` is what saving the file would be."""

    def __init__(self, invoices: Sequence[Invoice] = ()) -> None:
        self.invoices = tuple(invoices)
        self.as_of = NOON
        self.problems: tuple[Problem, ...] = ()
        self.credits: tuple[Credit, ...] = ()
        self.settling = False
        self.tells_paid = True
        self.oldest = ""
        self.doubted: dict[str, str] = {}
        self._read: object = None
        self._version = 0

    def set(self, *invoices: Invoice, at: datetime) -> None:
        self.invoices, self.as_of = invoices, at
        self._version += 1

    def touch(self, at: datetime) -> None:
        self.as_of = at
        self._version += 1

    def changed(self) -> bool:
        return self._read != self._version

    def stamp(self) -> str:
        return ""

    def unchanged_since(self, stamp: str) -> bool:  # noqa: ARG002 - the port's signature
        return False

    def read(self) -> Snapshot:
        self._read = self._version
        found = () if self.problems else self.invoices
        told = (self.tells_paid, self.oldest, self.doubted)
        return Snapshot(found, self.as_of, self.problems, self.credits, self.settling, *told)


class MemoryStatements:
    """Statements laid down in a folder that is a mapping; `put` is what saving a file would be."""

    def __init__(self) -> None:
        self.files: dict[str, Statements] = {}
        self._version: dict[str, int] = {}

    def put(self, name: str, *found: Statement, problem: str = "") -> None:
        problems = (Problem(name, problem),) if problem else ()
        self.files[name] = Statements(() if problem else found, problems)
        self._version[name] = self._version.get(name, 0) + 1

    def take_away(self, name: str) -> None:
        del self.files[name], self._version[name]

    def waiting(self, known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        stamps = {name: str(version) for name, version in self._version.items()}
        return tuple((name, stamp) for name, stamp in stamps.items() if known.get(name) != stamp)

    def read(self, name: str) -> Statements:
        return self.files[name]


class Silent:
    def tell(self, *states: str) -> None:
        """Nobody listens."""


def config(folder: Path = Path("/nowhere"), **tables: Any) -> Config:
    base: dict[str, Any] = {
        "company": {
            "name": "Atelier Lumen",
            "iban": "FR7630006000011234567890189",
            "phone": "+33 4 72 00 00 00",
        },
        "mailbox": {
            "address": OWN,
            "imap": {"host": "localhost", "user": OWN, "password_credential": "imap"},
            "smtp": {"host": "localhost", "user": OWN, "password_credential": "smtp"},
        },
        "sending": {"per_minute": 1000, "per_hour": 10000},
        "team": {"digest": False},  # only where the morning is what is tested
        "sender": [
            {"role": "account_manager", "name": "Claire Martin", "email": MANAGER, "phone": "+33 4 72 00 00 01"},
        ],
    }
    for name, table in tables.items():
        base[name] = {**base.get(name, {}), **table} if isinstance(table, dict) else table
    return Config.model_validate(base, context={"folder": folder})


def setup(conf: Config) -> Setup:
    library = FileLibrary(shipped("templates"), shipped("plans"))
    plans, _ = library.plans()
    sending = conf.sending
    return Setup(
        config=conf,
        plans=plans,
        calendar=Calendar(
            days=sending.days,
            hours=sending.hours,
            zone=conf.company.zone,
            holidays=public_holidays(sending.holidays, range(2024, 2032)),
            closed=sending.closed,
            quiet=sending.quiet,
        ),
        key=KEY,
        rates=load_rates(None),
        languages=library.languages(),
    )


def customer(name: str = "Dupont", **other: Any) -> Customer:
    domain = f"{name.lower()}.test"
    contacts = (
        Contact(Role.ACCOUNTING, f"compta@{domain}", "Mme Alice Petit"),
        Contact(Role.SALES, f"achats@{domain}", "M. Jean Roux"),
    )
    return Customer(**{"id": name.lower(), "name": name, "contacts": contacts, "phone": "+33 1 00 00 00 00", **other})


def invoice(number: str = "FA-2026-0001", due: date = date(2026, 3, 4), **other: Any) -> Invoice:
    values: dict[str, Any] = {
        "number": number,
        "customer": customer(),
        "due": due,
        "issued": due - timedelta(days=30),
        "amount": Decimal("1200.00"),
        "purpose": "la pose de luminaires",
        **other,
    }
    return Invoice(**values)


@dataclass
class Rig:
    """One mailbox, one daemon. `go` runs ticks up to an instant; `during` is played in each rest."""

    source: MemorySource
    mailbox: Mailbox = field(default_factory=MemoryMailbox)
    channel: Channel = field(default_factory=MemoryChannel)
    store: Store = field(default_factory=lambda: MemoryStore(normalise))
    conf: Config = field(default_factory=config)
    now: datetime = NOON
    fresh_books: bool = True
    statements: MemoryStatements = field(default_factory=MemoryStatements)
    during: Callable[[datetime, datetime], Awaitable[datetime]] | None = None

    def __post_init__(self) -> None:
        self.holder = Holder(setup(self.conf), Path("config.toml"), {})
        self.wake = JumpingWake(self.now, self._meanwhile)
        library = FileLibrary(shipped("templates"), shipped("plans"))
        world = World(self.store, self.mailbox, self.channel, library, self.source, statements=self.statements)
        self.parts = assemble(world, self.holder, self.wake)
        self.loop = Loop(self.parts, self.wake, Silent(), listen=False)
        self.until = self.now

    def confirm(self) -> None:
        self.order("confirm")

    def order(self, word: str, *cases: str, **other: Any) -> None:
        now, known = self.wake.now(), known_of(self.store.cases(cases))
        self.store.commit(Order(id=f"{word}-{next(ORDERS)}", word=word, at=now, cases=cases, seen=known, **other))

    async def tick(self) -> None:
        """One tick at this instant; raises what the loop would have told."""
        await self.loop.tick()

    async def go(self, until: datetime) -> None:
        """Ticks and rests until an instant."""
        self.until = until
        self.loop._stopping = False
        await self.loop.run()

    async def _meanwhile(self, now: datetime, until: datetime) -> datetime:
        end = min(until, self.until)
        if self.during is not None:
            end = await self.during(now, end)
        if self.fresh_books and end.date() > now.date():
            self.source.touch(end)
        if end >= self.until:
            self.loop.stop()
        return end


def mail(sender: str, subject: str, text: str = "Bonjour", to: str = OWN, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((sender, subject, text)))}@elsewhere.test>")
    message["Date"] = headers.pop("date", "Mon, 02 Mar 2026 10:00:00 +0100")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
