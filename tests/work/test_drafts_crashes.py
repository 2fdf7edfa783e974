"""Killed at any commit or mailbox call around a draft: never two of one, never sent, never proposed again in doubt."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.work.play import KEY, again, answer, arrive, box, case, daemon, entries, late, reminders, taken
from tests.work.rig import NOON, Rig
from tests.work.test_crashes import Clumsy, Killed
from tests.work.test_drafts import drafts

from relancier.core.outbox import Status
from relancier.ports import Unavailable

READY = NOON + timedelta(days=6, hours=20)
PUT = NOON + timedelta(days=7)


async def about_to_propose() -> Rig:
    """A daemon whose next step, on the morning to come, goes to Drafts."""
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0]))
    await rig.tick()
    rig.order("resume", KEY)
    rig.loop.poll = timedelta(hours=4)
    await rig.go(READY)
    assert not drafts(rig)
    return rig


async def on(rig: Rig, until: object = PUT) -> Rig:
    """Goes on until an instant; killed, another daemon takes over what the dead one left behind."""
    for _ in range(6):
        try:
            await rig.go(until)  # type: ignore[arg-type]
        except Killed:
            rig = again(rig)
        else:
            return rig
    raise AssertionError("it never got through")


def one_draft(rig: Rig) -> None:
    assert len(drafts(rig)) == 1
    assert len(reminders(rig)) == 1
    live = [entry for entry in entries(rig) if entry.approval and entry.live]
    assert [entry.status for entry in live] == [Status.PROPOSED]
    assert rig.store.blob(live[0].blob) == next(iter(drafts(rig).values()))


def commits(rig: Rig, at: int) -> Clumsy:
    clumsy = Clumsy(at, Killed)
    rig.store._on_commit = clumsy  # type: ignore[attr-defined]
    return clumsy


async def counted(rig: Rig, until: object = PUT) -> int:
    clumsy = commits(rig, 0)
    await on(rig, until)
    return clumsy.count


async def test_killed_at_any_commit_there_is_one_draft() -> None:
    count = await counted(await about_to_propose())
    assert count >= 4
    for at in range(1, count + 1):
        rig = await about_to_propose()
        commits(rig, at)
        one_draft(await on(rig))


def mailbox_fails(rig: Rig, name: str, nth: int, error: Callable[[], BaseException], *, after: bool = False) -> None:
    """The n-th such call fails, before or after it did what it should; of those that file, only into Drafts."""
    seen = Clumsy(nth, error)

    def before(called: str) -> None:
        if called == name:
            seen(called)

    if name != "append":
        box(rig).fail = before
        return
    append = box(rig).append

    async def failing(folder: str, *args: object, **other: object) -> int | None:
        if folder == "Drafts" and not after:
            seen(name)
        uid = await append(folder, *args, **other)  # type: ignore[arg-type]
        if folder == "Drafts" and after:
            seen(name)
        return uid

    box(rig).append = failing  # type: ignore[method-assign]


@pytest.mark.parametrize("error", [Killed, lambda: Unavailable("cut")], ids=["killed", "cut"])
@pytest.mark.parametrize("name", ["append", "find", "find_subject", "look", "fetch"])
async def test_cut_at_a_mailbox_call_there_is_one_draft(name: str, error: Callable[[], BaseException]) -> None:
    for nth in (1, 2):
        rig = await about_to_propose()
        mailbox_fails(rig, name, nth, error)
        one_draft(await on(rig, PUT + timedelta(hours=3)))


@pytest.mark.parametrize("error", [Killed, lambda: Unavailable("cut")], ids=["killed", "cut"])
async def test_filed_but_not_known_there_is_one_draft(error: Callable[[], BaseException]) -> None:
    rig = await about_to_propose()
    mailbox_fails(rig, "append", 1, error, after=True)
    one_draft(await on(rig, PUT + timedelta(hours=3)))


async def test_filed_but_not_known_and_deleted_meanwhile_it_is_not_proposed_again() -> None:
    rig = await about_to_propose()
    mailbox_fails(rig, "append", 1, Killed, after=True)
    with pytest.raises(Killed):
        await rig.go(PUT)
    box(rig).delete("Drafts", next(iter(drafts(rig))))
    rig = again(rig)
    await rig.go(PUT + timedelta(days=10))
    assert not drafts(rig)
    assert [entry.status for entry in entries(rig) if entry.approval] == [Status.UNCERTAIN]


async def test_filed_but_not_known_and_sent_meanwhile_it_counts() -> None:
    rig = await about_to_propose()
    mailbox_fails(rig, "append", 1, Killed, after=True)
    with pytest.raises(Killed):
        await rig.go(PUT)
    ((uid, raw),) = drafts(rig).items()
    box(rig).delete("Drafts", uid)
    arrive(rig, raw, "Sent")
    rig = again(rig)
    await rig.go(PUT + timedelta(hours=3))
    assert not drafts(rig)
    assert taken(rig) == ["reminder", "penalties"]


async def test_filed_but_not_known_and_no_longer_wanted_it_is_taken_away() -> None:
    rig = await about_to_propose()
    mailbox_fails(rig, "append", 1, Killed, after=True)
    with pytest.raises(Killed):
        await rig.go(PUT)
    assert len(drafts(rig)) == 1
    rig = again(rig)
    rig.order("close", KEY)
    await rig.go(PUT + timedelta(hours=9))
    assert not drafts(rig)


async def waiting() -> Rig:
    rig = await about_to_propose()
    return await on(rig)


@pytest.mark.parametrize("name", ["discard", "find"])
@pytest.mark.parametrize("error", [Killed, lambda: Unavailable("cut")], ids=["killed", "cut"])
async def test_cut_while_it_is_withdrawn_it_is_withdrawn_in_the_end(
    name: str, error: Callable[[], BaseException]
) -> None:
    rig = await waiting()
    rig.order("close", KEY)
    mailbox_fails(rig, name, 1, error)
    rig = await on(rig, PUT + timedelta(hours=3))
    assert not drafts(rig)
    assert not case(rig).in_flight


async def test_killed_at_any_commit_of_a_withdrawal_the_draft_is_gone() -> None:
    count = 0
    for at in range(8):
        rig = await waiting()
        rig.order("close", KEY)
        clumsy = commits(rig, at)
        rig = await on(rig, PUT + timedelta(hours=3))
        assert not drafts(rig), at
        count = max(count, clumsy.count)
    assert count >= 3, "more commits than these could be killed at"


async def test_killed_at_any_commit_while_it_is_written_anew_there_is_one_draft_or_a_person_is_asked() -> None:
    anew = PUT + timedelta(days=3, hours=2)
    count = await counted(await waiting(), anew)
    for at in range(1, count + 1):
        rig = await waiting()
        commits(rig, at)
        rig = await on(rig, anew)
        assert len(drafts(rig)) == 1, at
        assert len(reminders(rig)) == 1


@pytest.mark.parametrize("name", ["discard", "append"])
async def test_cut_while_it_is_written_anew_there_is_never_more_than_one(name: str) -> None:
    for error in (Killed, lambda: Unavailable("cut")):
        rig = await waiting()
        mailbox_fails(rig, name, 1, error)
        rig = await on(rig, PUT + timedelta(days=4))
        assert len(drafts(rig)) == 1
