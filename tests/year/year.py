"""The year itself: everybody in their places, the daemon among them, and what was seen at every step."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.year.cast import Customer
from tests.year.cast import customers as everybody
from tests.year.colleagues import Colleagues
from tests.year.customers import Customers
from tests.year.expected import From, Way
from tests.year.laws import Laws
from tests.year.office import PEOPLE
from tests.year.post import OWN, Mail, way
from tests.year.stage import FILED, ZONE, Stage
from tests.year.truth import Delivery, Truth

from relancier.core.case import Case, Event

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


@dataclass(frozen=True, slots=True)
class Came:
    """A step as it was seen: an email in a customer's mailbox, or a task in ours and at the address of a role."""

    on: date
    way: Way
    mail: Mail
    to: frozenset[str]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What the daemon told the team: a note, a task that came back, the digest."""

    at: datetime
    customer: str
    mail: Mail
    to: frozenset[str]


@dataclass(slots=True)
class Seen:
    """What one year has shown."""

    customers: tuple[Customer, ...]
    came: dict[str, list[Came]]
    notes: list[Note]
    laws: Laws
    cases: Mapping[str, Case]
    events: Mapping[str, tuple[Event, ...]]
    stumbles: list[str]
    odd: list[str]
    deeds: list[tuple[datetime, str]]
    log: Counter[str]
    ticks: int
    seconds: float
    counts: Counter[str] = field(default_factory=Counter)

    def figures(self) -> str:
        """What it came to, in a few lines."""
        counted = ", ".join(f"{number} {what}" for what, number in sorted(self.counts.items()))
        checks = ", ".join(f"{law}: {number}" for law, number in sorted(self.laws.checked.items()))
        return f"{self.seconds:.0f} s, {self.ticks} ticks; {counted}\nlaws checked: {checks}"


class Year:
    """Watches everything that arrives anywhere."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.truth = Truth(stage.customers)
        self.customers = Customers(stage, self.truth, Random(14))  # noqa: S311 - no secret
        self.colleagues = Colleagues(stage, self.truth, self.customers)
        self.laws: Laws
        self.came: dict[str, list[Came]] = {customer.code: [] for customer in stage.customers}
        self.delivered: dict[str, Delivery] = {}
        self.by_role: dict[str, set[str]] = {}
        self.sent: dict[str, str] = {}
        self.highest = {"INBOX": 0, "Sent": 0}
        self.replies: dict[int, Customer] = {}
        self.moved: dict[int, Customer] = {}
        self.foreign: set[int] = set()
        self.notes: set[int] = set()
        self.told: list[Note] = []
        self.day: date | None = None
        self.looked = stage.now
        self.counts: Counter[str] = Counter()

    def begin(self) -> None:
        self.laws = Laws(self.truth, self.stage.books, self.stage.store)
        self.stage.host.on_delivered = self.arrives
        self.customers.take_places()
        self.colleagues.take_places()

    # --- by SMTP ---

    async def arrives(self, address: str, raw: bytes) -> None:
        """A message went through SMTP to one address."""
        mail = Mail(raw, self.stage.now)
        if address == OWN:
            return
        if address in {person[1] for person in PEOPLE.values()}:
            self.by_role.setdefault(mail.id, set()).add(address)
            return
        customer = self.truth.customer_at(address)
        assert customer is not None, address
        known = self.delivered.get(mail.id)
        self.counts["deliveries"] += 1
        if known is not None:
            self.laws.hold("2 one entry a step", address not in known.to, self.stage.now, address, mail.subject)
            self.delivered[mail.id] = Delivery(mail, known.to | {address}, known.by_hand)
            return
        await self._first(customer, Delivery(mail, frozenset({address}), by_hand=self._by_hand(mail)))

    def _by_hand(self, mail: Mail) -> bool:
        return mail.signed == "" or "edited." in mail.id or self.colleagues.sending

    async def _first(self, customer: Customer, delivery: Delivery) -> None:
        mail, at = delivery.mail, self.stage.now
        before = self.truth.delivered[customer.code]
        if not delivery.by_hand:
            self.laws.leaves(customer, mail, at, before)
        before.append(delivery)
        self.delivered[mail.id] = delivery
        to = frozenset({*mail.addresses("To"), *mail.addresses("Cc")})
        self.came[customer.code].append(Came(at.date(), Way.EMAIL, mail, to, delivery.by_hand))
        self.counts["by hand" if delivery.by_hand else "emails"] += 1
        await self.customers.reads(customer, mail)

    # --- after each tick ---

    async def after_tick(self) -> None:
        """Looks at everything that is new, and once a day at everything."""
        at = self.stage.now
        for stored in await self.stage.lying("INBOX", self.highest["INBOX"]):
            self.highest["INBOX"] = stored.uid
            self._inbox(stored.uid, Mail(stored.raw, at))
        for stored in await self.stage.lying("Sent", self.highest["Sent"]):
            self.highest["Sent"] = stored.uid
            mail = Mail(stored.raw, at)
            self.laws.hold("3 bytes", mail.id not in self.sent, at, "twice in Sent", mail.subject)
            self.sent[mail.id] = sha256(stored.raw).hexdigest()
        self.laws.outbox(self.looked, at)
        self.looked = at
        waiting = {uid: one for uid, one in self.replies.items() if self.truth.waiting[one.code]}
        if waiting:
            self.laws.flagged(waiting, await self.stage.flags("INBOX", waiting), at)
        moved = {uid: one for uid, one in self.moved.items() if self.truth.waiting[one.code]}
        if moved:
            self.laws.flagged(moved, await self.stage.flags(FILED, moved), at, "7 moved")
        if await self.stage.lying("Drafts"):
            self.colleagues.plan_reading()
        if self.day != at.date():
            self.day = at.date()
            if at.weekday() in {0, 6}:
                self.laws.books_say(self.stage.store.all_cases(), at)
            self.laws.filed_alike(self.sent, self.delivered, at)
            self.laws.shelf(await self.stage.flags("INBOX"), self.foreign, self.notes, at)
        assert len(self.laws.broken) < 40, "\n".join(self.laws.broken)

    def _inbox(self, uid: int, mail: Mail) -> None:
        if mail.header("X-Relancier-Id") or mail.signed == "Relancier":
            self.notes.add(uid)
            self._ours(mail)
            return
        customer = self.truth.customer_at(mail.sender)
        person = customer is not None and not mail.header("Auto-Submitted")
        if customer is not None and person:
            self.replies[uid] = customer
            self.colleagues.replies[customer.code] = mail
            self.counts["replies"] += 1
            if self.counts["replies"] % 3 == 0:
                self.stage.agenda.at(at_once(self.stage.now), partial(self._file, uid, customer))
        elif customer is None and "mailer-daemon" not in mail.sender.lower():
            self.foreign.add(uid)
            self.counts["nobody's business"] += 1
        else:
            self.counts["machines' mail"] += 1

    async def _file(self, uid: int, customer: Customer) -> None:
        """A colleague files an answer before anybody has seen to it."""
        there = await self.stage.host.move(OWN, uid, "INBOX", FILED)
        assert there is not None
        del self.replies[uid]
        self.moved[there] = customer

    def _ours(self, mail: Mail) -> None:
        asked = way(mail)
        customer = self.truth.of_number.get(mail.numbers[0]) if mail.numbers else None
        self.counts["tasks" if asked else "notes"] += 1
        if asked is not None and customer is not None:
            self.laws.task(customer, mail, self.stage.now)
            to = frozenset(self.by_role.get(mail.id, ()))
            self.came[customer.code].append(Came(self.stage.now.date(), asked, mail, to))
        else:
            to = frozenset(self.by_role.get(mail.id, ()))
            self.told.append(Note(self.stage.now, customer.code if customer else "", mail, to))
        self.colleagues.finds(mail)


def at_once(now: datetime) -> datetime:
    return now + timedelta(minutes=5)


async def _live(folder: Path) -> Seen:
    started = time.monotonic()
    async with Stage(everybody(), folder) as stage:
        year = Year(stage)
        await stage.play(year.begin, year.after_tick)
        cases = {case.key: case for case in stage.cases}
    return Seen(
        stage.customers, year.came, year.told, year.laws, cases, stage.events, stage.log.stumbles, year.colleagues.odd,
        year.truth.deeds, stage.log.codes, stage.ticks, time.monotonic() - started, year.counts,
    )  # fmt: skip


def live() -> Seen:
    """Fourteen months, from the first day to the last; in memory where that can be: no crash is played here."""
    with TemporaryDirectory(prefix="year", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return asyncio.run(_live(Path(folder)))


__all__ = ["ZONE", "Came", "From", "Seen", "live"]
