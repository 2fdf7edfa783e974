"""A file that somebody is writing: nothing is sent, and nobody is told unless it lasts."""

from tests.work.play import daemon, late, notes, pass_minutes, reminders
from tests.work.rig import NOON, Rig

from relancier.core.problem import Problem

WRITING = Problem("factures.xlsx", "the file is still being written; it is read again when that has ended.")


def being_written(rig: Rig) -> None:
    rig.source.problems, rig.source.settling = (WRITING,), True
    rig.source.touch(NOON)


def written(rig: Rig) -> None:
    rig.source.problems, rig.source.settling = (), False
    rig.source.touch(NOON)


async def test_nothing_is_sent_while_the_file_is_being_written_and_no_note_goes_out() -> None:
    rig = daemon(late())
    being_written(rig)
    await rig.tick()
    assert reminders(rig) == []
    assert notes(rig, "stale") == []
    written(rig)
    await rig.tick()
    assert len(reminders(rig)) == 1


async def test_a_file_that_is_written_for_long_is_told_once() -> None:
    rig = daemon(late())
    for _ in range(20):
        being_written(rig)
        await pass_minutes(rig, 1)
    assert len(notes(rig, "stale", "books_wrong")) == 1


async def test_each_time_it_is_written_counts_anew() -> None:
    rig = daemon(late())
    for _ in range(3):
        being_written(rig)
        await pass_minutes(rig, 10)
        written(rig)
        await pass_minutes(rig, 1)
    assert notes(rig, "stale") == []


async def test_any_other_problem_is_told_at_once() -> None:
    rig = daemon(late())
    rig.source.problems = (Problem("factures.xlsx", "the workbook is damaged."),)
    rig.source.touch(NOON)
    await rig.tick()
    assert len(notes(rig, "stale", "books_wrong")) == 1
