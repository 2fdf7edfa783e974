"""The watched file or folder: what waits, in which order, and what is not ready."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.contracts.statements import FILES

from relancier.adapters.statements import BankStatements, StatementFolder
from relancier.core.problem import WRITING

CAMT = FILES["camt.xml"]


def folder(place: Path, read_bytes: Callable[[Path], bytes] = Path.read_bytes) -> StatementFolder:
    return StatementFolder(place, BankStatements(), read_bytes)


def names(source: StatementFolder, known: dict[str, str] | None = None) -> list[str]:
    return [name for name, _ in source.waiting(known or {})]


def test_new_and_changed_files_wait_oldest_first(tmp_path: Path) -> None:
    for age, name in enumerate(["c.xml", "a.xml", "b.xml"]):
        (tmp_path / name).write_bytes(CAMT)
        os.utime(tmp_path / name, (1_000_000 + age, 1_000_000 + age))
    source = folder(tmp_path)
    assert names(source) == ["c.xml", "a.xml", "b.xml"]
    known = dict(source.waiting({}))
    assert source.waiting(known) == ()
    (tmp_path / "a.xml").write_bytes(CAMT + b"\n")
    assert names(source, known) == ["a.xml"]


def test_what_is_hidden_unfinished_or_no_plain_file_does_not_wait(tmp_path: Path) -> None:
    for name in (".hidden", "a.part", "b.tmp", "c.filepart", "d.xml~", "~$e.csv", "f.CRDOWNLOAD", "Thumbs.db"):
        (tmp_path / name).write_bytes(CAMT)
    (tmp_path / "2025").mkdir()
    (tmp_path / "2025" / "old.xml").write_bytes(CAMT)
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "g.xml").write_bytes(CAMT)
    assert names(folder(tmp_path)) == ["g.xml"]


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "secret.xml"
    inside.mkdir()
    outside.write_bytes(CAMT)
    (inside / "a.xml").symlink_to(outside)
    (inside / "gone.xml").symlink_to(tmp_path / "nothing")
    (inside / "round.xml").symlink_to(inside / "round.xml")
    source = folder(inside)
    assert source.waiting({}) == ()
    for name in ("a.xml", "../secret.xml", str(outside), "gone.xml"):
        assert source.read(name).found == ()
        assert source.read(name).problems


def test_a_link_to_a_file_in_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CAMT)
    (tmp_path / "last.xml").symlink_to(tmp_path / "a.xml")
    assert folder(tmp_path).read("last.xml").found


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CAMT)
    assert len(folder(tmp_path).read("a.xml").found[0].movements) == 6


def test_a_single_file_may_be_named(tmp_path: Path) -> None:
    place = tmp_path / "releve.xml"
    source = folder(place)
    ((name, absent),) = source.waiting({})
    assert name == "releve.xml"
    assert source.waiting({name: absent}) == ()
    (problem,) = source.read(name).problems
    assert str(problem) == "releve.xml: there is no such file; put it there, or correct its place in [payments]."
    place.write_bytes(CAMT)
    assert names(source, {name: absent}) == ["releve.xml"]
    assert source.read("releve.xml").found
    known = dict(source.waiting({}))
    assert source.waiting(known) == ()


def test_a_folder_that_is_not_there_says_so_once(tmp_path: Path) -> None:
    source = folder(tmp_path / "statements")
    ((name, stamp),) = source.waiting({})
    assert name == "statements"
    assert "no such file" in source.read(name).problems[0].text
    assert source.waiting({name: stamp}) == ()


@pytest.mark.parametrize("more", [b"more", b""])
def test_a_file_that_is_being_written_is_no_alarm(tmp_path: Path, more: bytes) -> None:
    place = tmp_path / "a.xml"
    place.write_bytes(CAMT)

    def read(path: Path) -> bytes:
        content = path.read_bytes()
        if more:
            path.write_bytes(content + more)
        return content if more else content[:-1]

    (problem,) = folder(tmp_path, read).read("a.xml").problems
    assert problem.text == WRITING


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CAMT)

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (problem,) = folder(tmp_path, refused).read("a.xml").problems
    assert problem.text == "it cannot be read (Permission denied); give the daemon's account the right to read it."


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "a.xml").open("wb") as file:
        file.truncate(50_000_001)

    def never(path: Path) -> bytes:
        raise AssertionError(path)

    assert "larger than 50 MB" in folder(tmp_path, never).read("a.xml").problems[0].text
