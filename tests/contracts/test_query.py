"""SQLite and a real PostgreSQL keep what a Query promises."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.contracts.query import TABLE, Make, QueryContract
from tests.servers.postgresql import Postgresql, served
from tests.servers.process import free_ports

from relancier.adapters.sql import PostgresqlQuery, SqliteQuery, query
from relancier.adapters.sql import postgresql as postgresql_adapter
from relancier.adapters.sql import sqlite as sqlite_adapter
from relancier.ports import QueryFailed

NUMBERS = itertools.count(1)


class TestSqlite(QueryContract):
    @pytest.fixture
    def make(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
        monkeypatch.setattr(sqlite_adapter, "MOST_STEPS", 100)
        path = tmp_path / "compta.sqlite"

        def made(script: str, select: str) -> SqliteQuery:
            with closing(sqlite3.connect(path)) as base:
                base.executescript(script)
            return SqliteQuery(str(path), select)

        return made

    def test_a_file_that_is_not_there_is_told_and_not_made(self, tmp_path: Path) -> None:
        with pytest.raises(QueryFailed, match=r"There is no database .*compta\.sqlite; correct \[invoices\] database"):
            SqliteQuery(str(tmp_path / "compta.sqlite"), "SELECT 1").ask()
        assert list(tmp_path.iterdir()) == []

    def test_what_another_program_writes_moves_the_instant(self, make: Make, tmp_path: Path) -> None:
        before = make("CREATE TABLE piece (numero TEXT);", "SELECT numero FROM piece")
        base = sqlite3.connect(tmp_path / "compta.sqlite")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("INSERT INTO piece VALUES ('FA-9')")
        base.commit()
        answer = before.ask()
        assert answer.rows == (("FA-9",),)
        assert answer.at.timestamp() == int((tmp_path / "compta.sqlite-wal").stat().st_mtime)
        base.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgresql]:
    yield from served()


class TestPostgresql(QueryContract):
    pytestmark = pytest.mark.servers

    @pytest.fixture
    def make(self, server: Postgresql, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
        monkeypatch.setattr(postgresql_adapter, "ANSWER", 2)
        name = f"compta{next(NUMBERS)}"
        server.run(f"CREATE DATABASE {name}")
        asked: list[PostgresqlQuery] = []

        def made(script: str, select: str) -> PostgresqlQuery:
            if script:
                server.run(script, name)
            asked.append(PostgresqlQuery(server.address(name), select, server.password))
            return asked[-1]

        yield made
        for one in asked:
            one.close()

    def test_a_query_that_would_write_is_refused_whatever_it_may(self, make: Make) -> None:
        insert = "'INSERT INTO piece VALUES (1) RETURNING 1'"
        writes = f"CREATE FUNCTION book() RETURNS int LANGUAGE sql SECURITY DEFINER AS {insert}"
        with pytest.raises(QueryFailed, match="read-only transaction"):
            make(f"{TABLE}{writes};", "SELECT book()").ask()
        assert len(make("", "SELECT numero FROM piece").ask().rows) == 2

    def test_a_wrong_password_is_told_without_showing_it(self, server: Postgresql) -> None:
        with pytest.raises(QueryFailed, match="does not answer the query") as refused:
            PostgresqlQuery(server.address("postgres"), "SELECT 1", "not-the-secret").ask()
        assert "not-the-secret" not in str(refused.value)

    def test_a_server_that_went_away_is_asked_again_when_it_is_back(self, server: Postgresql) -> None:
        asking = PostgresqlQuery(server.address("postgres"), "SELECT 1 AS number", server.password)
        assert asking.ask().rows == (("1",),)
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relancier'")
        with pytest.raises(QueryFailed):
            asking.ask()
        assert asking.ask().rows == (("1",),)
        asking.close()


def test_the_address_says_which_database_it_is() -> None:
    assert isinstance(query("postgresql://relancier@localhost/compta", "SELECT 1"), PostgresqlQuery)
    assert isinstance(query("/srv/compta.sqlite", "SELECT 1"), SqliteQuery)


def test_without_the_extra_postgresql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_adapter, "DRIVER", "psycopg_that_is_not_there")
    with pytest.raises(QueryFailed, match=r"pip install 'relancier\[postgresql\]'"):
        PostgresqlQuery("postgresql://relancier@localhost/compta", "SELECT 1").ask()


def test_nobody_listens() -> None:
    address = f"postgresql://relancier@127.0.0.1:{free_ports(1)[0]}/compta"
    with pytest.raises(QueryFailed, match="start the server"):
        PostgresqlQuery(address, "SELECT 1").ask()
