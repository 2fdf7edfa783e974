"""`make corpus`: the matrix, the shares and the exit status, over a few messages whose labels are known."""

from pathlib import Path

import pytest
from tests.corpus import INDEX, labelled, main

ANSWER = "From: paul@client.test\nTo: compta@lumen.test\nSubject: Re: facture\nDate: Mon, 2 Mar 2026 09:00:00 +0100\n"
AWAY = ANSWER + "Auto-Submitted: auto-replied (vacation)\n"
MESSAGES = {
    "human/direct.eml": ANSWER + "\nNon.\n",
    "human/list.eml": ANSWER + "In-Reply-To: <a@b.test>\nList-Id: <compta.lumen.test>\n\nNon.\n",
    "autoreply/away.eml": AWAY + "\nAbsent.\n",
    "newsletter/offer.eml": ANSWER.replace("Re: ", "") + "List-Unsubscribe: <https://x.test>\n\nOffre.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name, text in MESSAGES.items():
        add(tmp_path, name, text)
    return tmp_path


def add(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def told(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    status = main([str(folder), *options])
    return status, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_folders_are_labels_and_people_are_counted_directly_and_through_lists(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = told(corpus, capsys)
    assert status == 0
    assert lines[:4] == [
        "label \\ kind human autoreply newsletter", "human 2 · ·", "autoreply · 1 ·", "newsletter · · 1",
    ]  # fmt: skip
    assert "human 2 of 2 100.0 % (human or colleague)" in lines
    assert "written directly 1 of 1 100.0 %" in lines
    assert "through a list 1 of 1 100.0 %" in lines
    assert "People taken for a machine: 0." in lines
    assert lines[-1].endswith("a second.")


def test_a_person_taken_for_a_machine_is_told_and_fails(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(corpus, "human/robot.eml", AWAY + "\nJe paie demain.\n")
    status, lines = told(corpus, capsys, "--wrong")
    assert status == 1
    assert "People taken for a machine: 1." in lines
    assert "human 2 of 3 66.7 % (human or colleague)" in lines
    fault = "human/robot.eml: human, read as autoreply (vacation: Auto-Submitted: auto-replied (vacation))"
    assert lines[-1] == fault


def test_an_index_gives_the_labels_and_what_is_malformed_need_only_be_read(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(corpus, "odd/none.eml", "\0" * 100)
    rows = ["path\tlabel\thow", "human/list.eml\thuman\tby hand", "odd/none.eml\tmalformed\t", "odd/gone.eml\tother\t"]
    (corpus / INDEX).write_text("\n".join(rows) + "\n", "utf-8")
    assert [one.label for one in labelled(corpus)] == ["human", "malformed", "other"]
    status, lines = told(corpus, capsys, "--wrong")
    assert status == 0
    assert any(line.startswith("malformed 1 of 1 100.0 %") for line in lines)
    assert lines[-1].startswith("odd/gone.eml: other, read as unreadable (no_file:")


def test_a_folder_without_labels_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
