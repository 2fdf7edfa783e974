"""The loop: failures are told and tried again later each time, reload, stop, and what an idle tick costs."""

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from tests.work.play import box, case, daemon, late, notes, pass_days, pass_minutes, reminders, taken, way_out
from tests.work.rig import NOON, Rig, customer

from relancier.adapters.store import open_store
from relancier.core.case import Case
from relancier.core.history import open_case
from relancier.core.problem import Problem
from relancier.core.reading.reply import normalise
from relancier.core.stored import Cursor, Setting
from relancier.ports import LoginRefused, Store, StoreFailed, Unavailable


class Told:
    """Remembers what the service manager was told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def tell(self, *states: str) -> None:
        self.words.extend(states)


def broken(error: Exception) -> object:
    def fail(_name: str) -> None:
        raise error

    return fail


async def test_a_failing_tick_is_told_and_tried_again_later_each_time() -> None:
    rig = daemon(late())
    tries: list[float] = []

    def fail(_name: str) -> None:
        tries.append((rig.wake.now() - NOON).total_seconds())
        raise Unavailable("gone")

    box(rig).fail = fail
    await pass_minutes(rig, 60)
    gaps = [b - a for a, b in pairwise(tries)]
    assert gaps[0] < 10
    assert 240 <= max(gaps) <= 360
    last = rig.store.setting("last_tick")
    assert isinstance(last, dict)
    assert (last["ok"], last["reason"]) == (False, "gone")


async def test_the_delay_a_server_asks_for_is_obeyed() -> None:
    rig = daemon(late())
    tries: list[float] = []

    def fail(_name: str) -> None:
        tries.append((rig.wake.now() - NOON).total_seconds())
        raise Unavailable("slow down", delay=1200)

    box(rig).fail = fail
    await pass_minutes(rig, 59)
    assert tries == [0, 1200, 2400]


async def test_a_store_that_fails_stops_sending_and_no_dialogue_begins() -> None:
    rig = daemon(late())
    await rig.parts.intake.start_tick()

    def full(_changes: tuple[object, ...]) -> None:
        raise StoreFailed("disk full")

    rig.store._on_commit = full  # type: ignore[attr-defined]
    await pass_minutes(rig, 30)
    assert way_out(rig).steps == []
    rig.store._on_commit = None  # type: ignore[attr-defined]
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 1


async def test_an_error_nobody_foresaw_does_not_end_the_daemon() -> None:
    rig = daemon(late())
    box(rig).fail = broken(ZeroDivisionError("a stone"))  # type: ignore[assignment]
    await pass_minutes(rig, 5)
    box(rig).fail = lambda _name: None
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == 1


async def test_once_ticks_a_single_time_and_says_whether_it_went_through() -> None:
    rig = daemon(late())
    assert await rig.loop.run(once=True)
    assert len(reminders(rig)) == 1
    box(rig).fail = broken(Unavailable("gone"))  # type: ignore[assignment]
    assert not await rig.loop.run(once=True)


async def test_stop_during_a_dialogue_finishes_it_and_begins_no_other() -> None:
    rig = daemon(late(), late("FA-2", customer=customer("Martin")))
    way_out(rig).on_step = lambda _stage, _wish: rig.loop.stop()
    await rig.loop.run()
    assert len(reminders(rig)) == 1
    assert taken(rig) == ["reminder"]
    assert box(rig).closed


async def test_cancelled_while_the_bytes_are_on_their_way_it_is_uncertain_after_a_restart() -> None:
    from tests.work.play import again

    rig = daemon(late())
    reached = asyncio.Event()

    async def hang(stage: object, _wish: object) -> None:
        if str(stage) == "body":
            reached.set()
            await asyncio.Event().wait()

    way_out(rig).on_step = hang
    task = asyncio.create_task(rig.loop.run())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    way_out(rig).on_step = None
    rig = again(rig)
    await pass_days(rig, 1)
    assert case(rig).holds
    assert len(reminders(rig)) <= 1


async def test_a_reload_with_mistakes_keeps_the_old_configuration_and_tells() -> None:
    rig = daemon(late())
    rig.loop.parts = replace(rig.parts, reload=lambda: (Problem("config.toml", "wrong"),))
    rig.loop.ask_reload()
    await pass_minutes(rig, 3)
    assert len(notes(rig, "held", "reload_refused")) == 1
    assert len(reminders(rig)) == 1


async def test_a_good_reload_says_so() -> None:
    rig = daemon(late())
    told = Told()
    rig.loop.notify = told
    rig.loop.parts = replace(rig.parts, reload=lambda: ())
    rig.loop.ask_reload()
    await pass_minutes(rig, 3)
    assert told.words.index("RELOADING=1") < len(told.words) - told.words[::-1].index("READY=1")
    assert "WATCHDOG=1" in told.words
    assert told.words[-1] == "STOPPING=1"


async def test_listening_on_the_inbox_stirs_the_loop_and_takes_a_lost_connection_up_again() -> None:
    rig = daemon(late())
    stirred = asyncio.Event()
    rig.loop.wake.stir = stirred.set  # type: ignore[method-assign]
    rig.loop.listen = True
    rig.loop._hear_on()
    await asyncio.sleep(0)
    assert box(rig).calls == ["changed"]
    box(rig).deliver("INBOX", b"Subject: x\r\n\r\n", at=NOON)
    await asyncio.wait_for(stirred.wait(), 5)
    await rig.loop._leave()


async def test_a_refused_login_does_not_make_the_listener_storm() -> None:
    rig = daemon(late())
    tries: list[str] = []

    def refuse(name: str) -> None:
        tries.append(name)
        raise LoginRefused("no")

    box(rig).fail = refuse
    rig.loop._hear_on()
    rig.loop.listen = True
    rig.loop._hear_on()
    for _ in range(20):
        await asyncio.sleep(0)
    assert tries == ["changed"]
    await rig.loop._leave()


@pytest.mark.parametrize(
    ("error", "waits"),
    [(LoginRefused("no"), timedelta(minutes=15)), (Unavailable("busy", delay=1200), timedelta(minutes=20))],
)
async def test_a_refusal_is_not_asked_about_again_before_its_time_whatever_wakes_the_loop(
    error: Unavailable, waits: timedelta
) -> None:
    rig = daemon(late())
    asked: list[datetime] = []

    def refuse(_name: str) -> None:
        asked.append(rig.wake.now())
        raise error

    async def each_minute(now: datetime, until: datetime) -> datetime:
        return min(now + timedelta(minutes=1), until)

    rig.during = each_minute
    box(rig).fail = refuse
    await rig.go(NOON + timedelta(minutes=50))
    first, second, *_ = sorted(set(asked))
    assert second - first >= waits


# --- What an idle tick costs ----------------------------------------------------------------------------------------

MANY = 3000


def populated(folder: Path) -> Rig:
    """Three thousand cases that wait for a later day."""
    store = open_store(folder, normalise, exclusive=True)
    rig = daemon(store=store, fresh_books=False)
    later = NOON + timedelta(days=3)
    cases: list[Case] = []
    for number in range(MANY):
        one = late(f"FA-{number}", customer=customer(f"Client{number}"))
        case = open_case(one, plan="standard", at=NOON, on=NOON.date())
        cases.append(replace(case, look_at=later, waiting="next step: reminder"))
    known = Setting("known_at", NOON.isoformat())
    store.commit(*cases, known, Cursor("INBOX", 1, 0, {}), Setting("confirmed_at", NOON.isoformat()))
    rig.source.changed = lambda: False  # type: ignore[method-assign]
    rig.parts.escalate.books.read_once = True
    return rig


async def test_a_tick_with_nothing_due_costs_little_whatever_the_size(tmp_path: Path) -> None:
    rig = populated(tmp_path)
    await rig.tick()
    costs = []
    for _ in range(5):
        begin = time.perf_counter()
        await rig.tick()
        rig.loop._next()
        costs.append(time.perf_counter() - begin)
    assert min(costs) < 0.05
    rig.store.close()


async def test_a_tick_with_nothing_due_reads_no_case(tmp_path: Path) -> None:
    rig = populated(tmp_path)
    await rig.tick()
    read: list[str] = []
    inner = rig.store

    class Watched:
        def __getattr__(self, name: str) -> object:
            read.append(name)
            return getattr(inner, name)

    watched = cast("Store", Watched())
    parts = rig.parts
    parts.store = parts.intake.store = parts.escalate.store = parts.escalate.books.store = watched
    parts.deliver.store = parts.deliver.gates.store = parts.copies.store = watched
    await rig.tick()
    rig.loop._next()
    assert not {"all_cases", "case_keys", "sent_since", "unmatched", "of_customer", "cases"} & set(read)
    assert len(read) < 60
    inner.close()
