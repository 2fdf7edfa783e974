"""Rows by one SELECT, from an SQLite file or a PostgreSQL server: `query` gives the Query for a database."""

from relancier.adapters.sql.postgresql import PostgresqlQuery
from relancier.adapters.sql.sqlite import SqliteQuery
from relancier.ports import Answer, Query, QueryFailed

__all__ = ["PostgresqlQuery", "SqliteQuery", "Unaskable", "query"]

SERVER = ("postgresql://", "postgres://")


class Unaskable:
    """The query that cannot be asked, and why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def ask(self) -> Answer:
        raise QueryFailed(self._reason)


def query(database: str, select: str, password: str = "") -> Query:
    """What asks this database."""
    return PostgresqlQuery(database, select, password) if database.startswith(SERVER) else SqliteQuery(database, select)
