"""Waking by APScheduler: the next due instant, and a poll beside it. A source of ticks, never of truth."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

ALWAYS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class ScheduledWake:
    """Implements ports.Wake on the real clock, which the loop hands in.

    A rest never lasts longer than `poll`: the clock may jump, and IDLE is only a hint.
    """

    def __init__(self, clock: Callable[[], datetime], poll: timedelta = timedelta(seconds=60)) -> None:
        self._clock = clock
        self._stirred = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.start()
        self._scheduler.add_job(self._wake, "interval", seconds=poll.total_seconds(), id="poll", **ALWAYS)

    def now(self) -> datetime:
        return self._clock()

    async def rest(self, until: datetime) -> None:
        if until > self._clock():
            self._scheduler.add_job(self._wake, "date", run_date=until, id="due", replace_existing=True, **ALWAYS)
            await self._stirred.wait()
        self._stirred.clear()

    def stir(self) -> None:
        self._stirred.set()

    async def close(self) -> None:
        self._scheduler.pause()
        self._scheduler.shutdown(wait=False)

    async def _wake(self) -> None:
        self._stirred.set()
