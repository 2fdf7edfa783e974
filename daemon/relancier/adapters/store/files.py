"""The state folder: its lock, its file and versions, its copies; every error of SQLite becomes a sentence."""

import contextlib
import fcntl
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from relancier.ports import StoreBusy, StoreFailed

STATE = "state.db"
LOCK = "lock"
APPLICATION = 0x52454C41
WAIT = 10.0
"""Seconds to wait for another process that is writing."""

Migration = Callable[[sqlite3.Connection], None]


def more_terms(_connection: sqlite3.Connection) -> None:
    """The documents stay as they are: only the terms by which they are found are more, and follow every migration."""


MIGRATIONS: tuple[Migration, ...] = (more_terms, more_terms, more_terms)
"""The first brings a state of version 1 to version 2, and so on; all run in one transaction."""

SCHEMA = """
CREATE TABLE document (id INTEGER PRIMARY KEY, tbl TEXT NOT NULL, name TEXT, body TEXT NOT NULL, UNIQUE (tbl, name));
CREATE INDEX document_of_table ON document (tbl);
CREATE TABLE term (
    field TEXT NOT NULL, value TEXT NOT NULL, document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    PRIMARY KEY (field, value, document)) WITHOUT ROWID;
CREATE INDEX term_of_document ON term (document);
CREATE UNIQUE INDEX one_live_entry ON term (value) WHERE field = 'entries.live';
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
"""

SENTENCES = {
    sqlite3.SQLITE_FULL: "The disk that holds {path} is full: free some space, then try again.",
    sqlite3.SQLITE_READONLY: "{path} cannot be written: give this account write access to it and to its folder.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: give this account read and write access to it and its folder.",
    sqlite3.SQLITE_PERM: "{path} cannot be opened: give this account read and write access to it and its folder.",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged: move it away and put the last backup in its place.",
    sqlite3.SQLITE_NOTADB: "{path} is damaged or not a state file: move it away and put the last backup in its place.",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write {path}: check the disk and its free space.",
    sqlite3.SQLITE_BUSY: "{path} is being written by another program: end it, then try again.",
    sqlite3.SQLITE_LOCKED: "{path} is being written by another program: end it, then try again.",
}


@contextlib.contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turns the errors of SQLite into StoreFailed."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(sentence(error, path)) from error


@contextlib.contextmanager
def file_sentences(path: Path) -> Iterator[None]:
    """Turns the errors of SQLite and of the file system into StoreFailed."""
    try:
        with sentences(path):
            yield
    except FileExistsError:
        raise
    except OSError as error:
        raise StoreFailed(f"{error.filename or path} cannot be used: {error.strerror}.") from error


def sentence(error: sqlite3.Error, path: Path) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return SENTENCES.get(code, "{path} cannot be used ({error}).").format(path=path, error=error)


# --- The lock -------------------------------------------------------------------------------------------------------


def take_lock(folder: Path) -> int:
    """The lock's descriptor; it is given back when closed, or when the process ends. Raises StoreBusy."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(10):
        if _locked(descriptor, fcntl.LOCK_EX):
            os.pwrite(descriptor, f"{os.getpid():<10}\n".encode(), 0)
            return descriptor
        time.sleep(0.02)
    holder = os.pread(descriptor, 20, 0).decode().strip() or "starting"
    os.close(descriptor)
    raise StoreBusy(f"Another daemon (process {holder}) holds {folder}: stop it, or use another state folder.")


def lock_holder(folder: Path) -> int | None:
    """The process that holds a state folder, if one does."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        free = _locked(descriptor, fcntl.LOCK_SH)
        return None if free else int(os.pread(descriptor, 20, 0) or 0)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# --- The file -------------------------------------------------------------------------------------------------------


def open_file(path: Path, version: int, *, check: bool) -> sqlite3.Connection:
    """A connection to a state of at most this version. Raises StoreFailed."""
    if path.stat().st_size == 0:
        raise StoreFailed(f"{path} is empty: it was cut off; move it away and put the last backup in its place.")
    with contextlib.ExitStack() as opened:
        connection = opened.enter_context(contextlib.closing(connect(path)))
        inspect(connection, path, version, check=check)
        opened.pop_all()
    return connection


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA journal_size_limit = 16777216")
    return connection


def inspect(connection: sqlite3.Connection, path: Path, version: int, *, check: bool) -> None:
    """Refuses what is not a state, is newer than we are, or is damaged."""
    if pragma(connection, "application_id") != APPLICATION:
        raise StoreFailed(f"{path} is not a state of Relancier: move it away, or use another state folder.")
    found = int(pragma(connection, "user_version"))
    if found > version:
        raise StoreFailed(
            f"{path} was written by a newer Relancier (version {found} of the state, this one knows {version}): "
            "install that Relancier again, or put back a backup made before."
        )
    if check and pragma(connection, "quick_check(document)") != "ok":
        raise StoreFailed(SENTENCES[sqlite3.SQLITE_CORRUPT].format(path=path))


def pragma(connection: sqlite3.Connection, name: str) -> int | str:
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def ready(path: Path, version: int) -> bool:
    """Whether the file can be used as it is, without the lock."""
    if not path.exists() or not journalled(path):
        return False
    with contextlib.closing(open_file(path, version, check=False)) as connection:
        return pragma(connection, "user_version") == version


def prepare(path: Path) -> None:
    """Makes a new state, or takes on a backup that a person put there. The caller holds the lock."""
    if not path.exists():
        create(path)
    elif not journalled(path):
        take_on(path)


def create(path: Path) -> None:
    """Makes an empty state of version 1: wholly, or not at all."""
    if path.with_name(f"{STATE}-wal").exists():
        raise StoreFailed(f"{path} is missing but its journal is there: put the file back, or move the journal away.")
    with temporary(path) as new:
        connection = connect(new)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA application_id={APPLICATION}; PRAGMA user_version=1; COMMIT")
        connection.close()
        new.rename(path)
        sync(path.parent)


def take_on(path: Path) -> None:
    """The journal of the state that the backup replaced does not belong to it: it is set aside."""
    for suffix in ("-wal", "-shm"):
        left = path.with_name(STATE + suffix)
        if left.exists():
            left.rename(path.with_name(f"{STATE}{suffix}.replaced"))
    with contextlib.closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def journalled(path: Path) -> bool:
    """Whether a state in use lies there; a fresh backup says in its header that it has no journal."""
    with path.open("rb") as file:
        head = file.read(20)
    return not head.startswith(b"SQLite format 3\0") or head[18:20] == b"\2\2"


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> bool:
    """Runs what is missing, within the caller's transaction; whether anything ran."""
    found = int(pragma(connection, "user_version"))
    missing = migrations[found - 1 :]
    for migration in missing:
        migration(connection)
    connection.execute(f"PRAGMA user_version = {found + len(missing)}")
    return bool(missing)


# --- Copies ---------------------------------------------------------------------------------------------------------


def copy_to(connection: sqlite3.Connection, target: Path) -> None:
    """Writes the state as it is at one instant into a new file, while others go on writing."""
    if target.exists():
        raise FileExistsError(f"{target} exists already: choose another name.")
    with temporary(target) as new:
        copy = sqlite3.connect(new)
        try:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        publish(new, target)
        sync(target.parent)


@contextlib.contextmanager
def temporary(beside: Path) -> Iterator[Path]:
    """An empty file in the same folder, readable by its owner only; it is gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix=f".{beside.name}.", dir=beside.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(name + suffix).unlink(missing_ok=True)


def publish(new: Path, target: Path) -> None:
    """Gives a file its name; one that came meanwhile is not overwritten."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        new.rename(target)


def sync(folder: Path) -> None:
    """Waits until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
