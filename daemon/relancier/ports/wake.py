"""What says when the next tick comes."""

from datetime import datetime
from typing import Protocol


class Wake(Protocol):
    """What says when the next tick comes; the loop gives it the time of the clock, the demo jumps."""

    def now(self) -> datetime:
        """This instant, with a zone."""

    async def rest(self, until: datetime) -> None:
        """Returns at an instant, or as soon as it is stirred."""

    def stir(self) -> None:
        """Ends the present rest, or the next one at once."""

    async def close(self) -> None:
        """Stops whatever runs beside the loop."""
