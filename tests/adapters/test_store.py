"""The store on the disk: what it survives, what it refuses and in which words."""

import dataclasses
import os
import random
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import tracemalloc
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.store import DUE, NOW, make_blob, make_case, make_entry, make_seen, normalise
from tinydb import where
from tinydb.table import Document

from relancier.adapters.store import DocumentStore, lock_holder, open_store
from relancier.adapters.store.files import MIGRATIONS, STATE
from relancier.core.case import Case, Event, Kind
from relancier.core.outbox import Entry, Status
from relancier.core.stored import Cursor, Order, Removed, Seen, Setting, Thing
from relancier.ports import StoreBusy, StoreFailed


def opened(folder: Path, *, exclusive: bool = True) -> DocumentStore:
    return open_store(folder, normalise, exclusive=exclusive)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(folder: Path) -> Iterator[DocumentStore]:
    with closing(opened(folder)) as store:
        yield store


# --- Children: what a kill, a full disk or another account does must not befall the tests themselves


def fork(work: Callable[[], object]) -> int:
    """Runs `work` in a child process, which leaves with 0 only if nothing was raised."""
    child = os.fork()
    if child:
        return child
    status = 1
    with suppress(BaseException):
        work()
        status = 0
    os._exit(status)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def succeeds(work: Callable[[], object]) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1]) == 0


def commit_round(store: DocumentStore, number: int) -> None:
    """One commit over every table; all of it bears the same number."""
    case = make_case(f"FA-{number}", look_at=NOW)
    store.commit(
        case,
        Event(case="all", kind=Kind.NOTED, at=NOW, ref=str(number)),
        make_entry(f"e{number}", (case.key, "j2")),
        make_blob(str(number).encode() * 500),
        Cursor("INBOX", 1, number, {}),
        Setting("rounds", number),
    )


def commit_rounds(store: DocumentStore, count: int) -> None:
    for number in range(count):
        commit_round(store, number + 1)


def rounds(store: DocumentStore) -> int:
    """How many rounds the store holds, each of them whole."""
    count = typing.cast("int", store.setting("rounds") or 0)
    assert [event.ref for event in store.events("all")] == [str(number + 1) for number in range(count)]
    assert {case.invoice.number for case in store.due(NOW)} == {f"FA-{number + 1}" for number in range(count)}
    assert len(store.entries(Status.QUEUED)) == count
    assert all(store.blob(make_blob(str(n + 1).encode() * 500).sha256) for n in range(count))
    assert (store.cursor("INBOX") or Cursor("", 0, 0, {})).highest == count
    return count


@contextmanager
def writer(folder: Path) -> Iterator[tuple[int, int]]:
    """A child that commits round after round and acknowledges each by a byte on a pipe."""
    reading, writing = os.pipe()

    def work() -> None:
        os.close(reading)
        store = opened(folder)
        number = rounds(store)
        while True:
            number += 1
            commit_round(store, number)
            os.write(writing, b".")

    child = fork(work)
    os.close(writing)
    try:
        yield child, reading
    finally:
        kill(child)
        os.close(reading)


def read_all(pipe: int) -> bytes:
    return b"".join(iter(lambda: os.read(pipe, 65536), b""))


def test_kill_9_loses_no_acknowledged_commit_and_tears_none(folder: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    kept, end = 0, monotonic() + 15
    for kills in range(40):
        reading, writing = os.pipe()
        before = kept

        def work(reading: int = reading, writing: int = writing, number: int = before) -> None:
            os.close(reading)
            store = opened(folder)
            for new in range(number + 1, number + 1000):
                commit_round(store, new)
                os.write(writing, b".")

        child = fork(work)
        os.close(writing)
        sleep(chance.uniform(0, 0.12))
        kill(child)
        acknowledged = before + len(read_all(reading))
        os.close(reading)
        with closing(opened(folder)) as store:
            kept = rounds(store)
        assert acknowledged <= kept <= acknowledged + 1
        if monotonic() > end:
            assert kills >= 30
            break
    assert kept > 50


# --- Reopening


def test_everything_is_there_after_reopening(folder: Path) -> None:
    with closing(opened(folder)) as store:
        commit_round(store, 1)
        store.commit(make_seen("m1", flags=("x",)), Order(id="o", word="hold", at=NOW))
    for _ in range(2):
        with closing(opened(folder)) as store:
            assert rounds(store) == 1
            assert store.flags_wanted() == [make_seen("m1", flags=("x",))]
            assert store.orders() == [Order(id="o", word="hold", at=NOW)]
            assert store.live_entry(f"{make_case('FA-1').key}|j2") is not None


def test_only_the_owner_reads_the_state(folder: Path) -> None:
    with closing(opened(folder)) as store:
        commit_round(store, 1)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert set(modes) == {"lock", "state.db", "state.db-wal", "state.db-shm"}
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


# --- The lock


def test_a_second_daemon_is_refused_and_told_who_holds_the_folder(folder: Path, store: DocumentStore) -> None:
    assert lock_holder(folder) == os.getpid()
    with pytest.raises(StoreBusy, match=str(os.getpid())):
        opened(folder)
    store.close()
    assert lock_holder(folder) is None
    opened(folder).close()


def test_the_lock_ends_with_the_process(folder: Path) -> None:
    with writer(folder) as (child, acknowledged):
        assert os.read(acknowledged, 1)
        assert lock_holder(folder) == child
        with pytest.raises(StoreBusy, match=str(child)):
            opened(folder)
    assert lock_holder(folder) is None
    opened(folder).close()


def test_a_folder_that_is_not_there_is_held_by_nobody(folder: Path) -> None:
    assert lock_holder(folder) is None


def test_a_command_reads_and_gives_orders_beside_the_daemon(folder: Path, store: DocumentStore) -> None:
    commit_round(store, 1)
    with closing(opened(folder, exclusive=False)) as command:
        assert rounds(command) == 1
        command.commit(Order(id="1", word="hold", at=NOW))
        assert [order.word for order in store.orders()] == ["hold"]
        commit_round(store, 2)
        assert rounds(command) == 2


def test_a_command_may_be_the_first(folder: Path) -> None:
    with closing(opened(folder, exclusive=False)) as command:
        assert list(command.all_cases()) == []
        assert lock_holder(folder) is None


# --- Full disk


def fill(folder: Path, stop: Callable[[], object]) -> None:
    """Commits until the disk is full; what was committed stays, and once there is room it goes on."""
    with closing(opened(folder)) as store:
        with pytest.raises(StoreFailed, match=r"free (some )?space"):
            commit_rounds(store, 2000)
        done = rounds(store)
        assert 3 < done < 1000
        stop()
        commit_round(store, done + 1)
        assert rounds(store) == done + 1


def test_a_file_that_may_not_grow_changes_nothing(folder: Path) -> None:
    def work() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        fill(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)))

    assert succeeds(work)


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(1_200_000))
        fill(disk / "state", ballast.unlink)
    finally:
        subprocess.run(["umount", disk], check=True)


# --- Damage


def damaged(folder: Path, damage: Callable[[Path], object]) -> str:
    """The sentence with which a damaged state is refused; the file is left as it is."""
    with closing(opened(folder)) as store:
        commit_rounds(store, 200)
    damage(folder / "state.db")
    before = (folder / "state.db").read_bytes()
    with pytest.raises(StoreFailed) as refused:
        opened(folder).close()
    assert (folder / "state.db").read_bytes() == before
    assert lock_holder(folder) is None
    return str(refused.value)


def overwrite(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * length)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: overwrite(path, 0, 100),
        lambda path: overwrite(path, 8192, 200_000),
        lambda path: os.truncate(path, 50_000),
        lambda path: os.truncate(path, 0),
        lambda path: path.write_bytes(b"number;customer\n" * 1000),
    ],
    ids=["header", "middle", "cut off", "emptied", "another file"],
)
def test_a_damaged_file_is_refused_with_what_to_do(folder: Path, damage: Callable[[Path], object]) -> None:
    sentence = damaged(folder, damage)
    assert "state.db" in sentence
    assert "put the last backup in its place" in sentence


def test_the_file_of_another_program_is_refused(folder: Path) -> None:
    def replace(path: Path) -> None:
        path.unlink()
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA journal_mode = WAL")
            other.execute("CREATE TABLE t (a)")

    assert "not a state of Relancier" in damaged(folder, replace)


def test_a_state_without_its_file_but_with_its_journal_is_refused(folder: Path) -> None:
    with writer(folder) as (_, acknowledged):
        os.read(acknowledged, 1)
    (folder / "state.db").unlink()
    with pytest.raises(StoreFailed, match="journal"):
        opened(folder)


def test_damage_met_while_reading_is_told_in_words(folder: Path) -> None:
    with closing(opened(folder)) as store:
        commit_round(store, 1)
        store.db.sqlite.connection.execute("UPDATE document SET body = '{\"key\":1}' WHERE tbl = 'cases'")
        store.db.sqlite.connection.execute("UPDATE blob SET content = x'00'")
        with pytest.raises(StoreFailed, match="restore"):
            store.case(make_case("FA-1").key)
        with pytest.raises(StoreFailed, match="backup"):
            store.blob(make_blob(b"1" * 500).sha256)


@pytest.fixture
def anyone() -> Iterator[Path]:
    """A folder of an account that is not root's."""
    folder = Path(tempfile.mkdtemp(prefix="relancier-"))
    if os.getuid() == 0:
        os.chown(folder, 65534, 65534)
    yield folder
    shutil.rmtree(folder)


def as_anyone(work: Callable[[], object]) -> bool:
    def child() -> None:
        if os.getuid() == 0:
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        work()

    return succeeds(child)


def open_and_commit(folder: Path, *, exclusive: bool) -> None:
    with closing(opened(folder, exclusive=exclusive)) as store:
        commit_round(store, 2)


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("modes", [(0o400, 0o700), (0o400, 0o500), (0o000, 0o700)], ids=["file", "folder", "closed"])
def test_a_read_only_state_is_refused_in_words(anyone: Path, modes: tuple[int, int], *, exclusive: bool) -> None:
    folder = anyone / "state"

    def work() -> None:
        with closing(opened(folder)) as store:
            commit_round(store, 1)
        (folder / "state.db").chmod(modes[0])
        folder.chmod(modes[1])
        with pytest.raises(StoreFailed, match=r"state\.db|lock"):
            open_and_commit(folder, exclusive=exclusive)
        folder.chmod(0o700)
        (folder / "state.db").chmod(0o600)
        with closing(opened(folder)) as store:
            assert rounds(store) == 1

    assert as_anyone(work)


# --- Backups


def put_in_place(copy: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    shutil.copy(copy, folder / "state.db")


def test_a_backup_while_the_daemon_writes_is_consistent(folder: Path, tmp_path: Path) -> None:
    counts = []
    with writer(folder) as (_, acknowledged):
        os.read(acknowledged, 1)
        for number in range(5):
            copy = tmp_path / f"copy{number}"
            with closing(opened(folder, exclusive=False)) as command:
                command.backup(str(copy))
            assert stat.S_IMODE(copy.stat().st_mode) == 0o600
            put_in_place(copy, tmp_path / f"restored{number}")
            with closing(opened(tmp_path / f"restored{number}")) as restored:
                counts.append(rounds(restored))
            os.read(acknowledged, 1)
    assert counts == sorted(counts)
    assert counts[0] > 0
    assert counts[-1] > counts[0]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".") or "-" in path.name]


def test_a_backup_that_cannot_be_written_says_so(store: DocumentStore, tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="nowhere"):
        store.backup(str(tmp_path / "nowhere" / "copy"))


def test_the_journal_of_the_replaced_state_does_not_touch_a_restored_backup(folder: Path, tmp_path: Path) -> None:
    with closing(opened(folder)) as store:
        commit_round(store, 1)
        store.backup(str(tmp_path / "copy"))
    with writer(folder) as (_, acknowledged):
        for _ in range(5):
            os.read(acknowledged, 1)
    assert (folder / "state.db-wal").stat().st_size > 0
    put_in_place(tmp_path / "copy", folder)
    with closing(opened(folder, exclusive=False)) as restored:
        assert rounds(restored) == 1
    assert (folder / "state.db-wal.replaced").stat().st_size > 0


# --- Versions


def rename_plan(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE document SET body = replace(body, '\"FA-1\"', '\"AV-1\"') WHERE tbl = 'cases'")


def test_a_newer_state_is_refused(folder: Path) -> None:
    open_store(folder, normalise, exclusive=True, migrations=(*MIGRATIONS, rename_plan)).close()
    for exclusive in (True, False):
        with pytest.raises(StoreFailed, match="newer Relancier"):
            opened(folder, exclusive=exclusive)


@pytest.mark.parametrize("exclusive", [True, False])
def test_an_older_state_is_migrated_once_with_its_index(folder: Path, *, exclusive: bool) -> None:
    with closing(opened(folder)) as store:
        store.commit(make_case("FA-1"))
    calls = []

    def count(_connection: sqlite3.Connection) -> None:
        calls.append(1)

    for _ in range(2):
        newer = open_store(folder, normalise, exclusive=exclusive, migrations=(*MIGRATIONS, rename_plan, count))
        with closing(newer) as store:
            assert store.by_number(["FA1", "AV1"]) == {"AV1": (make_case("FA-1").key,)}
    assert calls == [1]


def test_a_migration_that_fails_changes_nothing(folder: Path) -> None:
    with closing(opened(folder)) as store:
        store.commit(make_case("FA-1"))

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE absent SET a = 1")

    with pytest.raises(StoreFailed, match="absent"):
        open_store(folder, normalise, exclusive=True, migrations=(*MIGRATIONS, rename_plan, fail))
    with closing(opened(folder)) as store:
        assert store.by_number(["FA1"]) == {"FA1": (make_case("FA-1").key,)}


# --- Values


Text = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN: dict[object, st.SearchStrategy[object]] = {
    str: Text,
    int: st.integers(),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    type(None): st.none(),
}


def values_of(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Any value of a type made of dataclasses, tuples and plain values."""
    if kind in PLAIN:
        return PLAIN[kind]
    inner = typing.get_args(kind)
    if isinstance(kind, types.UnionType):
        return st.one_of(*map(values_of, inner))
    if inner and inner[-1] is Ellipsis:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    if inner:
        return st.tuples(*map(values_of, inner))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return st.builds(kind, **{field.name: values_of(field.type) for field in dataclasses.fields(kind)})


@given(st.tuples(*map(values_of, (Case, Event, Entry, Seen, Order))))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_value_comes_back_as_it_was(store: DocumentStore, values: tuple[Case, Event, Entry, Seen, Order]) -> None:
    case, event, entry, seen, order = values
    entry = dataclasses.replace(entry, carries=())
    event = dataclasses.replace(event, case=f"case {event.case}")
    store.commit(case, event, entry, seen, order)
    assert store.case(case.key) == case
    assert event in store.events(event.case)
    assert store.entry(entry.id) == entry
    assert store.seen(seen.identity) == seen
    assert order in store.orders()


def test_an_instant_without_zone_is_refused(store: DocumentStore) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        store.commit(make_case("1"), make_case("2", look_at=NOW.replace(tzinfo=None)))
    assert store.case_keys() == set()


# --- What it costs


def test_every_look_up_reads_an_index(store: DocumentStore) -> None:
    store.commit(*(make_case(str(number), look_at=NOW) for number in range(300)))
    asked: list[str] = []
    connection = store.db.sqlite.connection
    connection.set_trace_callback(asked.append)
    store.due(NOW)
    store.next_look()
    store.of_customer("C1")
    store.by_number(["1"])
    store.by_message_id(["<1@x>"])
    store.case_keys()
    store.entries(*Status)
    store.entry_by_token("t")
    store.sent_since(NOW)
    list(store.unmatched(NOW))
    list(store.all_cases(open_only=True))
    store.commit(make_case("1"), make_entry("e", ("c", "j2")), Event(case="c", kind=Kind.NOTED, at=NOW))
    connection.set_trace_callback(None)
    plans = [row[3] for sql in asked if sql[0] in "SID" for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plans) > 20
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


def test_all_cases_are_read_a_few_at_a_time(store: DocumentStore) -> None:
    store.commit(*(make_case(str(number), needs_person="x" * 1000) for number in range(3000)))
    tracemalloc.start()
    assert sum(1 for _ in store.all_cases()) == 3000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


# --- TinyDB's own face


def test_tinydb_searches_the_records(store: DocumentStore) -> None:
    store.commit(make_case("1", "C1"), make_case("2", "C2"), make_entry("e1"))
    cases = store.db.table("cases")
    assert [found["key"] for found in cases.search(where("invoice")["number"] == "2")] == [make_case("2").key]
    assert cases.count(where("plan") == "standard") == len(cases) == len(cases.all()) == 2
    assert cases.contains(where("invoice")["customer"]["id"] == "C1")
    assert store.db.tables() == {"cases", "entries"}


def test_what_tinydb_changes_the_store_finds(store: DocumentStore) -> None:
    store.commit(*(make_case(str(number), "C1", look_at=NOW) for number in range(400)), make_case("x", "C2"))
    cases = store.db.table("cases")
    changed = cases.update({"look_at": None}, where("invoice")["customer"]["id"] == "C1")
    assert len(changed) == 400
    assert store.due(NOW + timedelta(days=9)) == []
    store.commit(make_case("x", "C2", look_at=NOW))
    cases.remove(where("invoice")["number"] == "x")
    assert store.next_look() is None
    assert store.case(make_case("x").key) is None
    assert store.of_customer("C2") == []
    held = cases.search(where("key") == make_case("1").key)[0]
    held["plan"] = "not stored"
    assert store.case(make_case("1").key) == make_case("1", "C1")


def test_a_table_of_ones_own_keeps_documents(store: DocumentStore, folder: Path) -> None:
    notes = store.db.table("notes")
    first, second = notes.insert({"text": "é"}), notes.insert({"text": "b", "tags": [1]})
    notes.upsert(Document({"text": "c"}, doc_id=second))
    assert notes.get(doc_id=first) == {"text": "é"}
    assert notes.insert_multiple([{"n": 1}, {"n": 2}]) == [second + 1, second + 2]
    store.close()
    with closing(opened(folder)) as again:
        assert [dict(note) for note in again.db.table("notes")] == [
            {"text": "é"},
            {"text": "c", "tags": [1]},
            {"n": 1},
            {"n": 2},
        ]
        again.commit(make_case())
        again.db.drop_table("notes")
        assert again.db.tables() == {"cases"}
        again.db.table("notes").truncate()


def test_a_tinydb_update_that_fails_changes_nothing(store: DocumentStore) -> None:
    store.commit(make_case("1"), make_case("2"))
    with pytest.raises(StoreFailed):
        store.db.table("cases").update({"opened_at": "not an instant"})
    assert {case.opened_at for case in store.all_cases()} == {NOW}
    assert store.case_keys() == {make_case("1").key, make_case("2").key}
    assert make_case("1").invoice.due == DUE


def test_removed_bytes_are_overwritten_in_the_file(folder: Path) -> None:
    secret = b"a customer's own words " * 40
    with closing(opened(folder)) as store:
        store.commit(make_blob(secret))
        store.commit(Removed(Thing.BLOB, make_blob(secret).sha256))
    assert not (folder / f"{STATE}-wal").exists()
    assert b"own words" not in (folder / STATE).read_bytes()


def test_what_somebody_does_to_a_setting_that_was_read_stays_theirs(folder: Path) -> None:
    with closing(opened(folder)) as store:
        store.commit(Setting("names", {"one": ["a"]}))
        read = store.setting("names")
        assert isinstance(read, dict)
        read["one"].append("b")
        assert store.setting("names") == {"one": ["a"]}
