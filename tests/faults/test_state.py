"""Faults D1, D4, D5, P1 and P4: the state is full, damaged, gone, old, or one of two; the clock jumps."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from tests.faults.real import daemon, notes, parsed, real_invoice
from tests.faults.running import installed
from tests.servers.fixtures import Accounts
from tests.servers.proxy import Proxy, ProxyThread
from tests.work.rig import Rig

from relancier.core.case import How, State
from relancier.core.outbox import Status
from relancier.ports import StoreFailed

KEY = "FA-2026-0001|2026-02-27"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def received(accounts: Accounts, customer: str) -> list[str]:
    return [str(parsed(raw)["Message-ID"]) for raw in accounts.host.messages(customer)]


def done(rig: Rig) -> list[tuple[str, How]]:
    case = rig.store.case(KEY)
    return [(one.step, one.how) for one in case.done if one.how is not How.SKIPPED] if case else []


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill(ballast: Path) -> None:
    """Leaves no byte free."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


async def test_d1_on_a_full_disk_no_dialogue_begins(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    with small_disk(tmp_path / "disk") as disk:
        async with (
            Proxy.before(accounts.host, "smtps") as proxy,
            daemon(accounts, disk, real_invoice(customer), smtp_port=proxy.port) as rig,
        ):
            rig.parts.deliver.books.sync(rig.now)
            rig.confirm()
            ballast = disk / "ballast"
            fill(ballast)
            with pytest.raises(StoreFailed, match="full"):
                await rig.tick()
            await rig.go(rig.now + HOUR)
            assert proxy.connections == 0
            ballast.unlink()
            await rig.go(rig.wake.now() + HOUR)
            assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 1)) == 1
            assert done(rig) == [("reminder", How.SENT)]


@pytest.mark.parametrize("damage", ["cut", "emptied", "overwritten"])
def test_d4_a_damaged_state_sends_nothing_and_says_what_to_do(accounts: Accounts, tmp_path: Path, damage: str) -> None:
    customer = accounts.customer()
    with (
        ProxyThread(Proxy.before(accounts.host, "imaps")) as imap,
        ProxyThread(Proxy.before(accounts.host, "smtps")) as smtp,
    ):
        desk = installed(tmp_path / "etc", accounts, customer, imap_port=imap.port, smtp_port=smtp.port)
        assert desk.run("confirm", "--yes").status == 0
        state, before = desk.state / "state.db", imap.connections
        content = state.read_bytes()
        spoilt = {"cut": content[: len(content) // 2], "emptied": b"", "overwritten": b"\xa5" * 200 + content[200:]}
        state.write_bytes(spoilt[damage])
        outcome = desk.run("run", "--once")
        assert outcome.status == 1
        assert "backup" in outcome.err or "not a state" in outcome.err
        assert imap.connections == before
        assert smtp.connections == 0
    assert accounts.host.messages(customer) == []


async def test_d5_a_deleted_state_sends_nothing_before_confirm_and_then_adopts(
    accounts: Accounts, tmp_path: Path
) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        before = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        tomorrow = rig.wake.now()
    shutil.rmtree(tmp_path / "state")
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.wake._now = tomorrow
        rig.source.touch(tomorrow)
        await rig.go(tomorrow + DAY)
        assert done(rig) == []
        rig.confirm()
        await rig.go(tomorrow + 2 * DAY)
        assert done(rig) == [("reminder", How.ADOPTED)]
        assert accounts.host.messages(customer) == before
        await rig.go(tomorrow + 9 * DAY)
        assert [step for step, _ in done(rig)] == ["reminder", "penalties"]
        assert len(await asyncio.to_thread(accounts.host.await_messages, customer, 2)) == 2


async def test_d5_yesterdays_backup_sends_nothing_twice(accounts: Accounts, tmp_path: Path) -> None:
    customer, backup = accounts.customer(), tmp_path / "backup.db"
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.parts.intake.start_tick()
        await rig.parts.intake.run(rig.now)
        rig.parts.deliver.books.sync(rig.now)
        rig.store.backup(str(backup))
        await rig.go(rig.now + DAY)
        before = await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        tomorrow = rig.wake.now()
    shutil.copy(backup, tmp_path / "state/state.db")
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        assert done(rig) == []
        rig.wake._now = tomorrow
        rig.source.touch(tomorrow)
        await rig.go(tomorrow + 2 * DAY)
        assert accounts.host.messages(customer) == before
        rig.confirm()
        await rig.go(tomorrow + 3 * DAY)
        assert accounts.host.messages(customer) == before
        assert [step for step, _ in done(rig)] == ["reminder"]


async def test_p1_two_states_on_one_mailbox_the_second_holds(accounts: Accounts, tmp_path: Path) -> None:
    customer = accounts.customer()
    async with (
        daemon(accounts, tmp_path / "one", real_invoice(customer)) as first,
        daemon(accounts, tmp_path / "two", real_invoice(customer)) as second,
    ):
        first.confirm()
        await first.go(first.now + HOUR)
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        second.confirm()
        await second.go(second.now + DAY)
        assert len(received(accounts, customer)) == 1
        assert second.store.setting("unknown_sent")
        second.confirm()
        await second.go(second.wake.now() + HOUR)
        assert done(second) == [("reminder", How.ADOPTED)]
        assert len(received(accounts, customer)) == 1


@pytest.mark.parametrize("away", [timedelta(days=21), timedelta(days=366)])
async def test_p4_a_long_absence_or_a_clock_that_jumps_makes_no_burst(
    accounts: Accounts, tmp_path: Path, away: timedelta
) -> None:
    customer = accounts.customer()
    async with daemon(accounts, tmp_path, real_invoice(customer)) as rig:
        rig.confirm()
        await rig.go(rig.now + DAY)
        await asyncio.to_thread(accounts.host.await_messages, customer, 1)
        back = rig.wake.now() + away
        rig.wake._now = back
        rig.source.touch(back)
        await rig.go(back + 2 * DAY)
        assert len(accounts.host.messages(customer)) == 1
        assert len(notes(accounts.host, accounts.shared)) >= 1
        rig.confirm()
        await rig.go(rig.wake.now() + DAY)
        sent = [entry for entry in rig.store.entries(Status.SENT) if entry.to]
        assert len(accounts.host.messages(customer)) == len(sent) <= 2
        case = rig.store.case(KEY)
        assert case is not None
        assert case.state is State.OPEN
