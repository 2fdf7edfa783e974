"""A PostgreSQL server of a test's own: on loopback, with a password, gone afterwards."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.servers.process import Process, free_ports
from tests.servers.waiting import wait_until

ACCOUNT = "postgres"


@dataclass(frozen=True)
class Postgresql:
    """A running server; the user `relancier` may read everything."""

    port: int
    password: str

    def address(self, database: str) -> str:
        return f"postgresql://relancier@127.0.0.1:{self.port}/{database}"

    def run(self, script: str, database: str = "postgres") -> None:
        """Runs a script as the server's own user."""
        address = f"postgresql://{ACCOUNT}@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, password=self.password, autocommit=True) as connection:
            connection.execute(script.encode())


def served() -> Iterator[Postgresql]:
    """A server for the length of a test class. Skips where it cannot run; fails with RELANCIER_REQUIRE_SERVERS=1."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL is not installed: make servers (as root)"
        (pytest.fail if os.environ.get("RELANCIER_REQUIRE_SERVERS") == "1" else pytest.skip)(reason)
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="relancier-pg-", dir="/tmp"))
    server = Postgresql(free_ports(1)[0], secrets.token_hex(8))
    try:
        process = _made(programs, folder, server)
        process.start()
        try:
            ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(server.port)]
            wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, 20)
            server.run(f"CREATE USER relancier PASSWORD '{server.password}' IN ROLE pg_read_all_data")
            yield server
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _made(programs: Path, folder: Path, server: Postgresql) -> Process:
    """A new cluster in a folder; it refuses to run as root, so the account of its package runs it."""
    data, secret = folder / "data", folder / "secret"
    secret.write_text(server.password)
    as_account = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups"] if os.getuid() == 0 else []
    if as_account:
        account = pwd.getpwnam(ACCOUNT)
        for path in (folder, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    options = ["--username", ACCOUNT, "--pwfile", str(secret), "--auth", "scram-sha-256", "--no-sync", "-E", "UTF8"]
    subprocess.run(
        [*as_account, str(programs / "initdb"), "-D", str(data), "--locale=C", *options],
        check=True,
        capture_output=True,
    )
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    command = [*as_account, str(programs / "postgres"), "-D", str(data), "-p", str(server.port), *settings]
    return Process(command, [server.port], folder / "log")
