"""What most commands begin with: the configuration, what can be read without secrets, and the state."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from relancier import wiring
from relancier.adapters.memory_store import MemoryStore
from relancier.cli.configured import configuration
from relancier.cli.ending import UNUSABLE, Asked, Stop, first_of
from relancier.config import Config, SecretRefused, read_key
from relancier.core.case import Case
from relancier.core.outbox import Status
from relancier.core.problem import Problem
from relancier.core.reading.reply import normalise
from relancier.core.stored import Fate, Order, Setting
from relancier.loop import LAST_TICK, STARTED, clock
from relancier.ports import Store, StoreBusy
from relancier.work.books.importing import IMPORTED, waiting_bytes
from relancier.work.books.shrunk import SHRUNK
from relancier.work.books.spared import CUSTOMERS, SPARED
from relancier.work.books.sync import SHRINK_ACCEPTED, Books
from relancier.work.books.taken import KNOWN_AT
from relancier.work.orders.contacts import CONTACTS
from relancier.work.orders.obey import APPROVED, CONFIRMED, HELD, SURGE, apply_orders
from relancier.work.paid.payments import REFUSED, Payments
from relancier.work.paid.statements import COVERAGE
from relancier.work.records import UNKNOWN_SENT
from relancier.work.sending.gates import Gates
from relancier.work.setup import Setup

FACTS = (
    *(APPROVED, CONFIRMED, HELD, SURGE, UNKNOWN_SENT, KNOWN_AT, SHRINK_ACCEPTED, SHRUNK, LAST_TICK, STARTED),
    *("queue_wait", CONTACTS, COVERAGE, CUSTOMERS, SPARED, IMPORTED, REFUSED),
)
WITHDRAWABLE = frozenset({Status.QUEUED, Status.DEFERRED})


@dataclass(frozen=True, slots=True)
class Office:
    """A configuration and what follows from it; `problems` are those of the plans, the key and the holidays."""

    path: Path
    config: Config
    setup: Setup
    problems: tuple[Problem, ...]

    @classmethod
    def at(cls, asked: Asked, *, key: bool = False) -> "Office":
        """Reads the files; with `key` a key that cannot be read ends the command."""
        path, config = configuration(asked)
        setup, problems = wiring.readable_setup(config)
        try:
            setup = replace(setup, key=read_key(config.mailbox.key_file))
        except SecretRefused as refusal:
            if key:
                raise Stop(f"{config.mailbox.key_file}: {refusal}", UNUSABLE) from None
        return cls(path, config, setup, problems)

    def insist(self) -> None:
        """Ends the command when a plan or the calendar cannot be used."""
        if any(not problem.warning for problem in self.problems):
            raise Stop(first_of(self.problems), UNUSABLE)

    def books(self, store: Store, *, with_statements: bool = False) -> Books:
        """The books on this state; the statements laid down are read only where what they do is kept."""
        statements = wiring.statement_source(self.config) if with_statements else None
        payments = Payments(statements, store, lambda: self.setup)
        return Books(wiring.source(self.config), store, lambda: self.setup, payments)

    @contextmanager
    def writing(self) -> Iterator["Writing"]:
        """The state to give orders to: ours alone, or beside the daemon that holds it."""
        _refuse_root(self.config.state.folder)
        try:
            store, alone = wiring.store(self.config, exclusive=True), True
        except StoreBusy:
            store, alone = wiring.store(self.config, exclusive=False), False
        with closing(store):
            yield Writing(self, store, alone)


@dataclass(frozen=True, slots=True)
class Writing:
    """A state that orders are given to; `alone` when no daemon holds it."""

    office: Office
    store: Store
    alone: bool

    def prepare(self) -> None:
        """Without a daemon: applies what is waiting, and brings the books into the state."""
        if self.alone:
            apply_orders(self.store, self.office.setup, clock())
            if not any(not problem.warning for problem in self.office.problems):
                self.office.books(self.store, with_statements=True).sync(clock())

    def give(self, order: Order) -> str:
        """Writes an order, and applies it where no daemon will; says which."""
        self.store.commit(order)
        if not self.alone:
            return "The daemon will apply it before it sends anything."
        apply_orders(self.store, self.office.setup, clock())
        return "Applied."


@dataclass(frozen=True, slots=True)
class Picture:
    """The state as the next orders and the books would leave it, in memory; nothing of it is written."""

    store: MemoryStore
    books: Books
    setup: Setup

    @classmethod
    def of(cls, office: Office, state: Store | None, *, withdraw: bool = False) -> "Picture":
        """With `withdraw`, what is queued and has not been tried counts as not yet decided."""
        memory = MemoryStore(normalise)
        if state is not None:
            free = _withdrawable(state) if withdraw else frozenset()
            cases = (_without(case, free) for case in state.all_cases())
            facts = (Setting(name, value) for name in FACTS if (value := state.setting(name)) is not None)
            memory.commit(*cases, *facts, *state.receipts(*Fate), *waiting_bytes(state), *state.orders())
            apply_orders(memory, office.setup, clock())
        books = office.books(memory)
        books.sync(clock())
        return cls(memory, books, office.setup)

    def customers(self) -> dict[str, list[Case]]:
        """Every case, by customer."""
        found: dict[str, list[Case]] = {}
        for case in self.store.all_cases():
            found.setdefault(case.invoice.customer.id, []).append(case)
        return found

    def trouble(self) -> str:
        """Why nothing at all may leave now, or nothing."""
        now = clock()
        return str(self.books.trouble(now) or Gates(self.store, lambda: self.setup).closed(now))


def _withdrawable(state: Store) -> frozenset[str]:
    return frozenset(entry.id for entry in state.entries(*WITHDRAWABLE) if entry.begun_at is None)


def _without(case: Case, entries: frozenset[str]) -> Case:
    return replace(case, in_flight=tuple(entry for entry in case.in_flight if entry not in entries))


def _refuse_root(folder: Path) -> None:
    """What root wrote there, the daemon could not write again."""
    owner = folder.stat().st_uid if os.geteuid() == 0 and folder.exists() else 0
    if owner != 0:
        raise Stop(
            f"{folder} belongs to {folder.owner()}: run this as that account, as in `sudo -u {folder.owner()} …`."
        )
