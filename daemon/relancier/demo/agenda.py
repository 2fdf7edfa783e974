"""What happens next in the demo: deeds at instants; a rest of the daemon ends at the next one."""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count

Deed = Callable[[], Awaitable[None]]


class Agenda:
    """Deeds in the order of their instants; `meanwhile` is what JumpingWake asks during a rest."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.now = start
        self.at_end: Callable[[], None] = lambda: None
        self._end = end
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._numbers = count()

    def at(self, instant: datetime, deed: Deed) -> None:
        """Plans a deed, not before now."""
        heapq.heappush(self._deeds, (max(instant, self.now), next(self._numbers), deed))

    async def meanwhile(self, now: datetime, until: datetime) -> datetime:
        """Jumps to the next deed or to `until`, whichever comes first, and does everything planned for that instant."""
        self.now = min([until, self._end, *(instant for instant, _, _ in self._deeds[:1])])
        self.now = max(now, self.now)
        while self._deeds and self._deeds[0][0] <= self.now:
            _, _, deed = heapq.heappop(self._deeds)
            await deed()
        if self.over:
            self.at_end()
        return self.now

    @property
    def over(self) -> bool:
        return self.now >= self._end
