"""What gives rows that are no file: Query, and how it fails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class QueryFailed(Exception):  # noqa: N818 - named after the situation
    """The database does not answer, or not with rows; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns' names and the rows as text, '' for what is empty; `at` is the database's own instant."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    at: datetime


class Query(Protocol):
    """One question to a database, always the same; nothing is ever written there."""

    def ask(self) -> Answer:
        """The answer now, in bounded time. Raises QueryFailed."""
