"""The stage: an embedded mail host, the office's files, the real daemon beside them, and time that jumps."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from relancier import wiring
from relancier.adapters.embedded import EmbeddedHost, Stored
from relancier.adapters.jumping_wake import JumpingWake
from relancier.adapters.notify import Notifier
from relancier.config import Config, load
from relancier.core.case import Case, Event
from relancier.core.overviews.measures import Followed
from relancier.core.overviews.report import report
from relancier.core.plan import Plan
from relancier.core.stored import Order
from relancier.demo.agenda import Agenda
from relancier.demo.cast import Actor, Part, Scenario
from relancier.demo.office import OWN, Ledger, accounts, write_office
from relancier.demo.players import Players
from relancier.loop import Loop
from relancier.ports import Store
from relancier.work.setup import Setup

ZONE = ZoneInfo("Europe/Paris")
OPENING, CLOSING = time(8, 0), time(18, 0)
POLL = timedelta(days=1)  # nobody writes unseen here: each deed of a player ends the rest
NO_ENVIRONMENT: Mapping[str, str] = {}


class Audience(Protocol):
    """Who watches."""

    def event(self, at: datetime, record: logging.LogRecord) -> None:
        """The daemon has logged something."""

    def deed(self, at: datetime, text: str) -> None:
        """A customer or a colleague has done something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What stands where when the demo is over; `complete` is false when it was stopped before its end.

    `report` is the HTML page that `relancier report` would write then, `failures` are the log codes of what went wrong
    in the daemon itself.
    """

    actors: tuple[Actor, ...]
    days: int
    plan: Plan
    complete: bool
    cases: Mapping[str, Case]
    histories: Mapping[str, tuple[Event, ...]]
    inbox: tuple[Stored, ...]
    sent: tuple[Stored, ...]
    boxes: Mapping[str, tuple[Stored, ...]]
    report: str
    failures: tuple[str, ...] = ()


class DemoBroken(Exception):  # noqa: N818 - named after the situation
    """This installation cannot play the demo; the text says why."""


WRONG = frozenset({"tick_failed", "tick_waits", "set_aside", "render_failed", "note_failed", "copy_waits"})


class Stage:
    """One performance in a folder of its own. The mail host serves as long as the stage is open."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.folder = folder
        self.actors = scenario.actors()
        start, end = datetime.combine(scenario.start, OPENING, ZONE), datetime.combine(scenario.end, CLOSING, ZONE)
        self._scenario = scenario
        self._agenda = Agenda(start, end)
        self.host = EmbeddedHost(accounts(self.actors), now=lambda: self._agenda.now)

    async def __aenter__(self) -> Self:
        await self.host.__aenter__()
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.host.__aexit__(*details)

    async def play(self, audience: Audience) -> Played:
        """Runs the daemon from the first day to the last. Raises DemoBroken."""
        path, setup = self._furnish()
        store = wiring.store(setup.config, exclusive=True)
        colleague = wiring.mailbox(setup.config, NO_ENVIRONMENT)
        try:
            players = Players(
                scenario=self._scenario,
                actors=self.actors,
                host=self.host,
                ledger=self._books(setup.config),
                agenda=self._agenda,
                calendar=setup.calendar,
                mailbox=colleague,
                command=Commands(setup.config, self._agenda).order,
                tell=audience.deed,
            )
            players.take_places()
            with _watched(audience, self._agenda) as watcher:
                await self._daemon(path, setup, store).run()
            played = await self._played(store, setup)
            return replace(played, failures=tuple(watcher.failures))
        finally:
            await colleague.close()
            store.close()

    def _furnish(self) -> tuple[Path, Setup]:
        path = write_office(
            self.folder, imap=self.host.imap_port, smtp=self.host.smtp_port, password=self.host.accounts[OWN]
        )
        config, problems = load(path)
        setup = None
        if config is not None:
            setup, problems = wiring.make_setup(config, NO_ENVIRONMENT)
        if config is None or setup is None:
            raise DemoBroken("; ".join(str(problem) for problem in problems if not problem.warning))
        return path, replace(setup, calendar=wiring.calendar(config, self._agenda.now))

    def _books(self, config: Config) -> Ledger:
        ledger = Ledger(config.invoices.file or self.folder / "invoices.csv", self.actors)
        ledger.unlisted |= {key for actor in self.actors if actor.part is Part.MAILED for key in actor.cases}
        ledger.write_pdfs()
        ledger.save(self._agenda.now)
        return ledger

    def _daemon(self, path: Path, setup: Setup, store: Store) -> Loop:
        """The daemon as the service runs it, but for its clock."""
        config, wake = setup.config, JumpingWake(self._agenda.now, self._agenda.meanwhile)
        world = wiring.World(
            store,
            wiring.mailbox(config, NO_ENVIRONMENT),
            wiring.channel(config, NO_ENVIRONMENT),
            wiring.library(config),
            wiring.source(config),
            statements=wiring.statement_source(config),
        )
        parts = wiring.assemble(world, wiring.Holder(setup, path, NO_ENVIRONMENT), wake)
        loop = Loop(parts, wake, Notifier(NO_ENVIRONMENT), listen=False, poll=POLL)
        self._agenda.at_end = loop.stop
        return loop

    async def _played(self, store: Store, setup: Setup) -> Played:
        cases = {case.key: case for case in store.all_cases()}
        histories = {key: tuple(store.events(key)) for key in cases}
        return Played(
            actors=self.actors,
            days=(self._scenario.end - self._scenario.start).days,
            plan=setup.plans[setup.config.plans.default],
            complete=self._agenda.over,
            cases=cases,
            histories=histories,
            inbox=tuple(await self.host.messages(OWN)),
            sent=tuple(await self.host.messages(OWN, "Sent")),
            boxes={address: tuple(await self.host.messages(address)) for address in self.host.accounts},
            report=self._report(setup, [Followed(case, histories[key]) for key, case in cases.items()]),
        )

    def _report(self, setup: Setup, followed: Iterable[Followed]) -> str:
        company = setup.config.company
        made = report(followed, setup.plans, setup.calendar, self._agenda.now, company.name)
        return wiring.library(setup.config).report(made, company.language)


class Commands:
    """The daemon's commands beside a running daemon: each writes one order into the state."""

    def __init__(self, config: Config, agenda: Agenda) -> None:
        self._config = config
        self._agenda = agenda
        self._numbers = count(1)

    async def order(self, word: str, cases: tuple[str, ...] = (), *, on: date | None = None, note: str = "") -> None:
        store = wiring.store(self._config, exclusive=False)
        try:
            order = f"demo-{next(self._numbers)}"
            store.commit(Order(id=order, word=word, at=self._agenda.now, cases=cases, on=on, note=note))
        finally:
            store.close()


class _Handler(logging.Handler):
    def __init__(self, audience: Audience, agenda: Agenda) -> None:
        super().__init__(logging.INFO)
        self._audience = audience
        self._agenda = agenda
        self.failures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() in WRONG:
            self.failures.append(record.getMessage())
        self._audience.event(self._agenda.now, record)


@contextmanager
def _watched(audience: Audience, agenda: Agenda) -> Iterator[_Handler]:
    """Shows the audience what the daemon logs."""
    log, handler = logging.getLogger("relancier"), _Handler(audience, agenda)
    level, propagates = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagates
