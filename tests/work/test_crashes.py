"""Killed at any commit, cut at any stage or mailbox call: no message twice, each step once or uncertain."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    again,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    entries,
    ids,
    late,
    later,
    reminders,
    taken,
    way_out,
)  # fmt: skip
from tests.work.rig import NOON, Rig, customer

from relancier.core.case import State
from relancier.core.outbox import Stage, Status
from relancier.ports import Lost, StoreFailed, Unavailable

MARTIN = late("FA-2026-0002", customer=customer("Martin"))
ZOLA = late("FA-2026-0003", customer=customer("Zola"))
END = NOON + timedelta(days=16)


class Killed(BaseException):
    """The process died here."""


@dataclass
class Clumsy:
    """Dies, or fails, at the n-th time it is called."""

    at: int
    error: Callable[[], BaseException]
    count: int = 0

    def __call__(self, _what: object) -> None:
        self.count += 1
        if self.count == self.at:
            raise self.error()


def play(rig: Rig) -> None:
    """Dupont answers, Martin's bounces, Zola says nothing."""

    def to(name: str) -> Callable[[], None]:
        def deed() -> None:
            sent = [one for one in reminders(rig) if name in one.recipients[0]]
            if sent and name == "martin":
                arrive(rig, bounced(sent[0]))
            elif sent:
                arrive(rig, answer(sent[0], at=rig.wake.now()))

        return deed

    rig.during = later([(NOON + timedelta(days=1), to("dupont")), (NOON + timedelta(days=2), to("martin"))])


async def run_to_the_end(rig: Rig, crashes: int = 5) -> Rig:
    """Runs; killed, it is started again on what the dead one left behind."""
    for _ in range(crashes):
        try:
            await rig.go(END)
        except Killed:
            pass
        else:
            return rig
        during = rig.during
        rig = again(rig)
        rig.during = during
    raise AssertionError("it never got through")


def fresh() -> Rig:
    rig = daemon(late(), MARTIN, ZOLA)
    rig.loop.poll = timedelta(days=2)
    play(rig)
    return rig


def nothing_twice(rig: Rig) -> None:
    assert max(Counter(ids(rig)).values()) == 1
    steps = Counter(
        (one.key, entry.status) for entry in rig.store.entries(*Status) for one in entry.carries if entry.live
    )
    assert max(steps.values()) == 1
    for one in (late(), MARTIN, ZOLA):
        reached = [sent for sent in reminders(rig) if one.customer.contacts[0].email in sent.recipients]
        live = [entry for entry in entries(rig) if entry.live and entry.carries[0].case == one.key]
        assert len(reached) <= len(live)
        assert {entry.status for entry in live} <= {Status.SENT, Status.UNCERTAIN}
    sent = box(rig).raws("Sent")
    assert len(sent) == len(set(sent))


def states(rig: Rig) -> dict[str, tuple[object, ...]]:
    return {
        one.key: (case(rig, one.key).state, tuple(taken(rig, one.key)), bool(case(rig, one.key).holds))
        for one in (late(), MARTIN, ZOLA)
    }


async def uncrashed() -> tuple[Rig, int]:
    rig = fresh()
    counter = Clumsy(0, Killed)
    rig.store._on_commit = counter  # type: ignore[attr-defined]
    await run_to_the_end(rig)
    return rig, counter.count


async def test_without_a_crash() -> None:
    rig, _ = await uncrashed()
    nothing_twice(rig)
    assert case(rig).state is State.PAUSED
    assert [bool(case(rig, key).holds) for key in (KEY, MARTIN.key, ZOLA.key)] == [False, True, False]
    assert taken(rig, ZOLA.key) == ["reminder", "penalties", "call"]


@pytest.mark.parametrize("error", [Killed, lambda: StoreFailed("disk full")], ids=["killed", "disk full"])
async def test_killed_at_any_commit_the_end_is_the_same_or_uncertain(error: Callable[[], BaseException]) -> None:
    expected, count = await uncrashed()
    assert count > 20
    for at in range(1, count + 1):
        rig = fresh()
        rig.store._on_commit = Clumsy(at, error)  # type: ignore[attr-defined]
        rig = await run_to_the_end(rig)
        nothing_twice(rig)
        uncertain = {one.case for entry in rig.store.entries(Status.UNCERTAIN) for one in entry.carries}
        for key, facts in states(rig).items():
            assert facts == states(expected)[key] or key in uncertain, (at, key, facts)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("error", [Killed, None], ids=["killed", "lost"])
async def test_cut_at_any_stage_of_any_dialogue(stage: Stage, error: type[BaseException] | None) -> None:
    expected, _ = await uncrashed()
    for nth in (1, 2, 3, 4):
        rig = fresh()
        clumsy = Clumsy(nth, error or (lambda: Lost(stage, "cut")))
        way_out(rig).on_step = lambda now, _wish, clumsy=clumsy: clumsy(now) if now is stage else None
        rig = await run_to_the_end(rig)
        nothing_twice(rig)
        uncertain = {one.case for entry in rig.store.entries(Status.UNCERTAIN) for one in entry.carries}
        for key, facts in states(rig).items():
            assert facts == states(expected)[key] or key in uncertain, (nth, key, facts)


@pytest.mark.parametrize("name", ["folders", "look", "new", "fetch", "flags", "flag", "find", "append"])
@pytest.mark.parametrize("error", [Killed, lambda: Unavailable("cut")], ids=["killed", "unavailable"])
async def test_cut_at_any_call_of_the_mailbox(name: str, error: Callable[[], BaseException]) -> None:
    expected, _ = await uncrashed()
    for nth in (1, 2, 3, 5, 8):
        rig = fresh()
        clumsy = Clumsy(nth, error)
        box(rig).fail = lambda called, clumsy=clumsy: clumsy(called) if called == name else None  # type: ignore[misc]
        rig = await run_to_the_end(rig)
        nothing_twice(rig)
        assert states(rig) == states(expected), nth


async def test_what_was_begun_when_it_died_is_found_in_sent_after_the_restart() -> None:
    rig = daemon(late())

    def die(_what: object) -> None:
        if any(entry.status is Status.SENDING for entry in entries(rig)) and way_out(rig).sent:
            raise Killed

    rig.store._on_commit = die  # type: ignore[attr-defined]
    with pytest.raises(Killed):
        await rig.go(NOON + timedelta(minutes=5))
    rig.store._on_commit = None  # type: ignore[attr-defined]
    box(rig).deliver("Sent", way_out(rig).sent[0].raw, at=NOON)
    rig = again(rig)
    await rig.go(NOON + timedelta(hours=3))
    assert taken(rig) == ["reminder"]
    assert case(rig).holds == ()
    assert len(ids(rig)) == 1
    assert CUSTOMER in way_out(rig).sent[0].recipients
