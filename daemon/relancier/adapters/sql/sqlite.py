"""An SQLite file, opened to be read only."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from relancier.adapters.sql import values
from relancier.ports import Answer, QueryFailed

STEPS = 100_000  # instructions of SQLite's machine between two looks at how many were spent
MOST_STEPS = 20_000  # looks: a query of a hundred thousand rows spends about a hundred of them
BUSY = 5.0  # seconds for another program's writing to end


class SqliteQuery:
    """One SELECT to an SQLite file; what it knows is as old as the file's last change."""

    def __init__(self, path: str, select: str) -> None:
        self._path = Path(path)
        self._select = values.bounded(select)

    def ask(self) -> Answer:
        """The rows, at the instant of the file's last change. Raises QueryFailed."""
        if not self._path.is_file():
            raise QueryFailed(f"There is no database {self._path}; correct [invoices] database.")
        try:
            with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY)) as base:
                return self._asked(base)
        except sqlite3.Error as error:
            sentence = f"The database {self._path.name} does not answer the query of [invoices] ({error}); correct it."
            raise QueryFailed(sentence) from error

    def _asked(self, base: sqlite3.Connection) -> Answer:
        looks = iter(range(MOST_STEPS))
        base.set_progress_handler(lambda: next(looks, None) is None, STEPS)
        base.execute("PRAGMA query_only = ON")
        base.execute("BEGIN")
        at = self._written()
        cursor = base.execute(self._select)
        names = None if cursor.description is None else (column[0] for column in cursor.description)
        found = values.headings(names)
        return Answer(found, values.rows(cursor.fetchall()), at)

    def _written(self) -> datetime:
        """When it was last written: changes lie in the journal beside it first."""
        beside = [self._path, Path(f"{self._path}-wal")]
        times = [path.stat().st_mtime for path in beside if path.exists()]
        return datetime.fromtimestamp(int(max(times, default=0)), UTC)
