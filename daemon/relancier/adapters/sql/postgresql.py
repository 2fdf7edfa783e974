"""A PostgreSQL server, asked in a transaction that can only read; psycopg comes with the extra `postgresql`."""

import importlib
from typing import Any

from relancier.adapters.sql import values
from relancier.ports import Answer, QueryFailed

DRIVER = "psycopg"  # loaded only where it is asked for: it keeps 24 MB
CONNECT = 5  # seconds
ANSWER = 30  # seconds for the whole query
MISSING = "PostgreSQL needs psycopg: pip install 'relancier[postgresql]'."


class PostgresqlQuery:
    """One SELECT to a PostgreSQL server, whose rows are as of its own clock; the connection stays open in between."""

    def __init__(self, address: str, select: str, password: str = "") -> None:
        self._address = address
        self._select = values.bounded(select)
        self._password = password
        self._connection: Any = None

    def ask(self) -> Answer:
        """The rows, at the server's instant. Raises QueryFailed."""
        driver = _driver()
        try:
            return self._asked(driver)
        except driver.Error as error:
            self.close()
            first = str(error).strip().partition("\n")[0]
            sentence = (
                f"The database of [invoices] does not answer the query ({first}); correct it, or start the server."
            )
            raise QueryFailed(sentence) from error

    def _asked(self, driver: Any) -> Answer:
        if self._connection is None or self._connection.closed:
            self._connection = self._open(driver)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            row = cursor.execute("SELECT now()").fetchone()
            cursor.execute(self._select)
            names = None if cursor.description is None else (column.name for column in cursor.description)
            found = values.headings(names)
            return Answer(found, values.rows(cursor.fetchall()), row[0])

    def _open(self, driver: Any) -> Any:
        return driver.connect(
            self._address,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=CONNECT,
            password=self._password or None,
            options=f"-c default_transaction_read_only=on -c statement_timeout={ANSWER}s",
        )

    def close(self) -> None:
        """Ends the connection; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _driver() -> Any:
    """The library, where the extra is installed. Raises QueryFailed."""
    try:
        return importlib.import_module(DRIVER)
    except ImportError:
        raise QueryFailed(MISSING) from None
