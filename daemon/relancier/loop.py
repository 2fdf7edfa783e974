"""The loop: a tick is intake, escalate, deliver, in that order; the only reader of the clock.

It also holds what surrounds the ticks: signals, readiness and watchdog, listening on the inbox, reconnecting.
"""

import asyncio
import contextlib
import logging
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from relancier.core.outbox import Status
from relancier.core.problem import Problem
from relancier.core.stored import Setting
from relancier.ports import Channel, LoginRefused, Mailbox, Store, StoreFailed, Unavailable, Wake
from relancier.work.alarm import Alarm
from relancier.work.archive.keeping import Keeping
from relancier.work.einvoices.papers import Papers
from relancier.work.inbox.intake import Intake
from relancier.work.inbox.watch import Watch
from relancier.work.morning.digest import Morning
from relancier.work.orders.obey import apply_orders
from relancier.work.records import Desk, queue_note
from relancier.work.sending.copies import Copies
from relancier.work.sending.deliver import Deliver
from relancier.work.sending.escalate import Escalate
from relancier.work.sending.shown import Accounts
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

POLL = timedelta(seconds=60)
LISTEN = 240.0
BACK_OFF = (timedelta(seconds=5), timedelta(minutes=5))
LOGIN_PAUSE = timedelta(minutes=15)
LAST_TICK = "last_tick"
LAST_GOOD = "last_good_tick"
STARTED = "started_at"


def clock() -> datetime:
    return datetime.now(UTC)


def _pause(failures: int) -> timedelta:
    """How long to wait after that many failures: doubling, with jitter."""
    first, longest = BACK_OFF
    return min(first * (1 << min(failures - 1, 10)), longest) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


class Notify(Protocol):
    def tell(self, *states: str) -> None:
        """Tells the service manager."""


@dataclass(slots=True)
class Parts:
    """Everything a tick needs, made by wiring."""

    store: Store
    mailbox: Mailbox
    channel: Channel
    intake: Intake
    watch: Watch
    papers: Papers
    accounts: Accounts
    escalate: Escalate
    deliver: Deliver
    copies: Copies
    alarm: Alarm
    keeping: Keeping
    morning: Morning
    setup: Callable[[], Setup]
    reload: Callable[[], tuple[Problem, ...]]


@dataclass(slots=True)
class Loop:
    """Ticks until told to stop. A tick that fails is told and tried again, later each time."""

    parts: Parts
    wake: Wake
    notify: Notify
    failures: int = 0
    listen: bool = True
    telling: bool = True  # writes to the team: not while a person is about to be asked on a terminal
    poll: timedelta = POLL
    _closed: str = ""
    _stopping: bool = False
    _reload: bool = False
    _again: datetime | None = None
    _not_before: datetime | None = None
    _listener: asyncio.Task[None] | None = field(default=None)

    async def run(self, *, once: bool = False) -> bool:
        """Ticks until SIGTERM or, with `once`, a single time. True when the last tick went through."""
        self._catch_signals()
        self.parts.deliver.beat = self.parts.papers.beat = self.parts.accounts.beat = self.beat
        self.parts.deliver.stopping = lambda: self._stopping
        self.parts.deliver.notes.telling = self.telling
        self.parts.deliver.recover()
        self.notify.tell("READY=1", "STATUS=starting")
        ok = True
        try:
            while not self._stopping:
                ok = await self._guarded_tick()
                if once or self._stopping:
                    break
                self._hear_on()
                await self._rest()
        finally:
            await self._leave()
        return ok

    async def _rest(self) -> None:
        """Until the next instant or a stir; no stir ends what a refusal or a server has asked to wait."""
        await self.wake.rest(self._next())
        while self._not_before and self.wake.now() < self._not_before and not (self._stopping or self._reload):
            self.beat()
            await self.wake.rest(self._not_before)

    def stop(self) -> None:
        """Finishes what is being sent, then ends."""
        self._stopping = True
        self.wake.stir()

    def ask_reload(self) -> None:
        self._reload = True
        self.wake.stir()

    def beat(self) -> None:
        """Real progress, told to the watchdog."""
        self.notify.tell("WATCHDOG=1")

    async def _guarded_tick(self) -> bool:
        """One tick; whatever fails in it is told, and the next tick comes after a pause."""
        started = time.monotonic()
        try:
            self._reload_if_asked()
            await self.tick()
        except (Unavailable, StoreFailed) as error:
            await self._failed(str(error), error)
            return False
        except Exception as error:
            log.exception("tick_failed")
            await self._failed(f"unexpected: {error}", None)
            return False
        self.failures, self._not_before = 0, None
        self.parts.alarm.over()
        self._note_tick(ok=True, reason="", seconds=time.monotonic() - started)
        return True

    async def tick(self) -> None:
        """Orders, intake, escalate, deliver. Raises Unavailable, StoreFailed."""
        parts, now = self.parts, self.wake.now()
        last = parts.store.setting(LAST_GOOD)
        if last is not None:
            parts.escalate.after_absence(datetime.fromisoformat(str(last)), now)
        apply_orders(parts.store, parts.setup(), now)
        self.beat()
        await parts.intake.start_tick()
        await parts.intake.run(now)
        if parts.store.setting(STARTED) is None:
            parts.store.commit(Setting(STARTED, now.isoformat()))
        self.beat()
        await parts.watch.run(now)
        await parts.papers.run(now)
        await parts.accounts.run(now)
        parts.escalate.run(now)
        if self.telling:
            parts.morning.run(now)
        self.beat()
        self._again = await parts.deliver.run()
        await parts.copies.run(self.wake.now())
        await parts.keeping.run(self.wake.now())
        self.beat()

    async def _failed(self, reason: str, error: Exception | None) -> None:
        self.failures += 1
        pause = _pause(self.failures)
        if isinstance(error, LoginRefused):
            pause = LOGIN_PAUSE
        elif isinstance(error, Unavailable) and error.delay is not None:
            pause = max(pause, timedelta(seconds=error.delay))
        self._again = self.wake.now() + pause
        told = isinstance(error, LoginRefused) or (isinstance(error, Unavailable) and error.delay is not None)
        self._not_before = self._again if told else None
        log.error("tick_waits", extra={"reason": reason, "seconds": round(pause.total_seconds())})
        self.notify.tell(f"STATUS=nothing is sent: {reason[:200]}")
        self._note_tick(ok=False, reason=reason, seconds=0.0)
        await self.parts.alarm.raise_if_long(reason, self.wake.now(), at_once=isinstance(error, LoginRefused))
        if isinstance(error, Unavailable):
            await self._digest_without_mailbox(reason)

    async def _digest_without_mailbox(self, reason: str) -> None:
        """The mailbox cannot be read in the morning: the digest goes to people's own addresses."""
        with contextlib.suppress(StoreFailed):  # told with the next tick
            self.parts.morning.without_mailbox(reason, self.wake.now())
            await self.parts.deliver.notes.post_alone()

    def _note_tick(self, *, ok: bool, reason: str, seconds: float) -> None:
        now = self.wake.now()
        facts = {"at": now.isoformat(), "ok": ok, "reason": reason}
        with contextlib.suppress(StoreFailed):
            good = (Setting(LAST_GOOD, now.isoformat()),) if ok else ()
            self.parts.store.commit(Setting(LAST_TICK, facts), *good)
        if ok:
            log.debug("tick", extra={"ms": round(seconds * 1000)})
            with contextlib.suppress(StoreFailed):
                self._tell_closed(now)

    def _tell_closed(self, now: datetime) -> None:
        """Says to the service manager, and once in the log, why nothing at all may leave, as before `confirm`."""
        closed = self.parts.deliver.gates.closed(now)
        if closed and closed != self._closed:
            log.warning("nothing_leaves", extra={"reason": closed})
        self._closed = closed
        self.notify.tell(f"STATUS=nothing is sent: {closed[:200]}" if closed else "STATUS=watching")

    def _next(self) -> datetime:
        """The next instant at which time alone brings something to do."""
        now, store = self.wake.now(), self.parts.store
        if self.failures and self._again:
            return self._again
        copies = [self.parts.copies.due_at(entry) for entry in store.copies_wanted()]
        asked = [self.parts.copies.ask_at(entry) for entry in store.entries(Status.UNCERTAIN)]
        digest = self.parts.morning.next_at(now)
        instants = [instant for instant in (self._again, digest, store.next_look(), *copies, *asked) if instant]
        # What is overdue waits for a gate or an event: there is no hurry.
        return min([now + self.poll, *(instant if instant > now else now + POLL for instant in instants)])

    def _hear_on(self) -> None:
        if self.listen and not self.failures and (self._listener is None or self._listener.done()):
            self._listener = asyncio.create_task(self._listening())

    async def _listening(self) -> None:
        """IDLE on the inbox: a change stirs the loop. A lost connection is taken up again, later each time."""
        losses = 0
        while not self._stopping:
            try:
                if await self.parts.mailbox.changed(LISTEN):
                    self.wake.stir()
                losses = 0
            except Unavailable as error:
                losses += 1
                log.info("listening_lost", extra={"reason": str(error)})
                pause = LOGIN_PAUSE if isinstance(error, LoginRefused) else _pause(losses)
                await asyncio.sleep(pause.total_seconds())
                if not self.failures:
                    self.wake.stir()

    def _reload_if_asked(self) -> None:
        if not self._reload:
            return
        self._reload = False
        self.notify.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        problems = [problem for problem in self.parts.reload() if not problem.warning]
        for problem in problems:
            log.error("reload_refused", extra={"reason": str(problem)})
        if problems:
            desk = Desk.at(self.parts.store, self.parts.setup(), self.wake.now())
            facts = (
                ("reason", "reload_refused"),
                ("lines", "\n".join(map(str, problems[:20]))),
                ("command", "relancier check"),
            )
            queue_note(desk, "held", f"reload|{desk.now.isoformat()}", facts)
            desk.ledger.commit()
        else:
            self.parts.deliver.recover_rehearsal()
            log.info("reloaded")
        self.notify.tell("READY=1")

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for name, action in ((signal.SIGTERM, self.stop), (signal.SIGINT, self.stop), (signal.SIGHUP, self.ask_reload)):
            with contextlib.suppress(
                ValueError, RuntimeError
            ):  # not in the main thread: a test or an embedding program
                loop.add_signal_handler(name, action)

    async def _leave(self) -> None:
        self.notify.tell("STOPPING=1")
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        await self.wake.close()
        await self.parts.channel.close()
        await self.parts.mailbox.close()
