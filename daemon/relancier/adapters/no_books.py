"""The source of those who keep no invoice file: invoices come from Sent, or are imported."""

from datetime import UTC, datetime

from relancier.ports import Snapshot

NEVER = datetime.fromtimestamp(0, UTC)


class NoBooks:
    """Books that list nothing; they know of no payment."""

    def __init__(self) -> None:
        self._read = False

    def changed(self) -> bool:
        return not self._read

    def read(self) -> Snapshot:
        self._read = True
        return Snapshot((), NEVER)

    def stamp(self) -> str:
        return "no books"

    def unchanged_since(self, stamp: str) -> bool:
        self._read = stamp == self.stamp()
        return self._read
