"""Templates that a user copied before this version: what it needs beside them comes with the program."""

import shutil
from pathlib import Path

import pytest

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.writing.samples import sample
from relancier.ports import RenderFailed

TEMPLATES = shipped("templates")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A user's own copy of every shipped template."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def older(folder: Path) -> FileLibrary:
    """An installation whose templates were copied before there were notes that ask."""
    for language in ("fr", "en"):
        for name in ("note-reply.txt", "note-order.txt", "note-left.txt", "_choices.txt", "call.txt", "follow-up.txt"):
            (folder / language / name).unlink()
        words = (folder / language / "words.toml").read_text("utf-8").splitlines()
        kept = [line for line in words if not line.startswith(("hint_", "choice_", "order_"))]
        (folder / language / "words.toml").write_text("\n".join(kept), "utf-8")
    return FileLibrary(folder, shipped("plans"), spare=TEMPLATES)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_new_note_is_written_also_where_the_templates_are_older(copied: Path, language: str) -> None:
    made = older(copied)
    assert [problem for problem in made.problems() if not problem.warning] == []
    new = FileLibrary(TEMPLATES, shipped("plans"))
    for name in ("note-reply", "note-order", "note-left", "task", "call", "follow-up"):
        assert made.render(name, language, sample(language)) == new.render(name, language, sample(language))


def test_a_message_that_a_plan_names_never_comes_from_anywhere_but_the_users_folder(copied: Path) -> None:
    (copied / "fr" / "reminder-1.txt").unlink()
    made = FileLibrary(copied, shipped("plans"), spare=TEMPLATES)
    assert any("reminder-1.txt does not exist" in str(problem) for problem in made.problems())
    with pytest.raises(RenderFailed):
        made.render("reminder-1", "fr", sample("fr"))


def test_the_users_own_words_and_notes_come_first(copied: Path) -> None:
    (copied / "en/note-reply.txt").write_text("Subject: x\n\n{{ reason|word }}", "utf-8")
    words = copied / "en/words.toml"
    words.write_text(words.read_text("utf-8").replace("choice_close =", 'choice_close = "the end"\n# was:'), "utf-8")
    made = FileLibrary(copied, shipped("plans"), spare=TEMPLATES)
    assert made.render("note-reply", "en", {"reason": "choice_close"}).text == "the end\n"
