"""Waking by jumps: time stands still while the daemon works, and a rest takes it to the next due instant."""

from collections.abc import Awaitable, Callable
from datetime import datetime

Meanwhile = Callable[[datetime, datetime], Awaitable[datetime]]


class JumpingWake:
    """Implements ports.Wake for the demo and the tests.

    `meanwhile(now, until)` is what happens during a rest: it plays the customers and gives the instant at which the
    rest ends, not before `now` and not after `until`.
    """

    def __init__(self, start: datetime, meanwhile: Meanwhile) -> None:
        self._now = start
        self._meanwhile = meanwhile

    def now(self) -> datetime:
        return self._now

    async def rest(self, until: datetime) -> None:
        end = await self._meanwhile(self._now, max(until, self._now))
        self._now = max(self._now, end)

    def stir(self) -> None:
        """A rest here never lasts: there is nothing to end."""

    async def close(self) -> None:
        """Nothing runs beside the loop."""
