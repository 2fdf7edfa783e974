"""A note to the team lies in the inbox once, and is looked for only where it may lie there already."""

import pytest
from tests.work.play import again as restarted
from tests.work.play import answer, arrive, box, daemon, late, pass_minutes, reminders
from tests.work.rig import Rig

from relancier.core.outbox import Copy, Entry
from relancier.ports import StoreFailed


async def asked() -> Rig:
    rig = daemon(late())
    await pass_minutes(rig, 2)
    arrive(rig, answer(reminders(rig)[0]))
    return rig


def told(rig: Rig) -> int:
    return sum(b"\r\nX-Relancier-Id:" in raw for raw in box(rig).raws("INBOX"))


async def test_a_new_note_is_filed_without_a_search() -> None:
    rig = await asked()
    before, notes = box(rig).calls.count("find"), told(rig)
    await pass_minutes(rig, 1)
    assert told(rig) == notes + 1
    assert box(rig).calls.count("find") == before


@pytest.mark.parametrize("restart", [False, True])
async def test_a_note_that_was_filed_but_not_recorded_is_found(*, restart: bool) -> None:
    rig = await asked()
    failed: list[int] = []
    notes = told(rig)

    def fail(changes: tuple[object, ...]) -> None:
        if not failed and any(isinstance(one, Entry) and one.copy is Copy.FILED for one in changes):
            failed.append(1)
            raise StoreFailed("disk full")

    rig.store._on_commit = fail  # type: ignore[attr-defined]
    with pytest.raises(StoreFailed):
        await rig.tick()
    assert told(rig) == notes + 1
    if restart:
        rig = restarted(rig)
    await pass_minutes(rig, 5)
    assert told(rig) == notes + 1
