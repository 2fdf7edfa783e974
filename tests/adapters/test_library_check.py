import shutil
import stat
import time
from pathlib import Path

import pytest

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.problem import Problem
from relancier.ports import RenderFailed

TEMPLATES = shipped("templates")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "fr", tmp_path / "templates" / "fr")
    shutil.copy(TEMPLATES / "layout.html", tmp_path / "templates")
    return tmp_path / "templates"


def put(folder: Path, source: str, name: str = "note-x.txt") -> None:
    (folder / "fr" / name).write_text(source, "utf-8")


def found(folder: Path) -> list[Problem]:
    return list(FileLibrary(folder, shipped("plans")).problems())


def french(folder: Path) -> list[tuple[str, int | None, str]]:
    return [(Path(one.where).name, one.line, one.text) for one in found(folder) if one.where.startswith("templates/")]


def test_every_mistake_is_told_at_once_with_its_line(folder: Path) -> None:
    put(folder, "Subject: {{ numbr }}\n\nA {{ custmer }}.\nB {{ due|upper }}.\n{{ invoices|each('numbre') }}\n")
    told = french(folder)
    assert [(file, line) for file, line, _ in told] == [
        ("note-x.txt", 1),
        ("note-x.txt", 3),
        ("note-x.txt", 4),
        ("note-x.txt", 5),
    ]
    assert "'number'" in told[0][2]
    assert "'customer'" in told[1][2]
    assert "no filter 'upper'" in told[2][2]
    assert "'number'" in told[3][2]


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("a\n{% if x %}\n", 4, "end"),
        ("a\n{% for %}\n", 4, "xpected"),
        ("{{ customer", 3, "end"),
        ("{{ row.nmber }}", 3, "'number'"),
        ("{{ due > 3 }}", 3, "not supported"),
        ("{% if due > number %}x{% endif %}", 3, "not supported"),
    ],
)
def test_a_mistake_has_its_line(folder: Path, body: str, line: int, says: str) -> None:
    put(folder, f"Subject: x\n\n{body}")
    told = french(folder)
    assert told, body
    assert any(at == line and says in text for _, at, text in told), told


@pytest.mark.parametrize(
    ("source", "line"),
    [("Bonjour\n\nx", 1), ("Subject: x\ny\n", 2), ("", 1), ("Subject:\n\nx\n", 1), ("Subject: x\n\n", 1)],
)
def test_a_template_needs_a_subject_a_blank_line_and_a_body(folder: Path, source: str, line: int) -> None:
    put(folder, source)
    assert [at for _, at, _ in french(folder)] == [line]


def test_a_mistake_in_a_part_is_told_there(folder: Path) -> None:
    put(folder, "{{ sgner_name }}\n", "_signature.txt")
    assert ("_signature.txt", 1) in [(file, line) for file, line, _ in french(folder)]


def test_a_missing_template_is_a_problem(folder: Path) -> None:
    (folder / "fr" / "task.txt").unlink()
    assert "templates/fr/task.txt" in [one.where for one in found(folder)]


def test_words_not_for_a_customer_are_warned_of_with_their_line(folder: Path) -> None:
    path = folder / "fr" / "reminder-1.txt"
    path.write_text(path.read_text("utf-8") + "Ceci est notre troisième relance !\n", "utf-8")
    told = [one for one in found(folder) if one.warning and one.where.endswith("reminder-1.txt")]
    assert len(told) == 2
    assert all(one.line == len(path.read_text("utf-8").splitlines()) for one in told)


@pytest.mark.parametrize("name", ["Rappel.txt", "a b.txt", "_A.txt"])
def test_a_file_name_that_no_plan_could_name_is_a_problem(folder: Path, name: str) -> None:
    put(folder, "Subject: x\n\nx\n", name)
    assert [file for file, _, _ in french(folder)] == [name]


def test_a_file_that_is_not_utf8_or_too_large_is_a_problem(folder: Path) -> None:
    (folder / "fr" / "note-x.txt").write_bytes("Subject: x\n\né".encode("cp1252"))
    put(folder, "Subject: x\n\n" + "x" * 70_000, "note-y.txt")
    assert [(file, line) for file, line, _ in french(folder)] == [("note-x.txt", 3), ("note-y.txt", 1)]


def test_a_broken_layout_is_a_problem(folder: Path) -> None:
    (folder / "layout.html").write_text("{{ bdy }}")
    assert any(one.where.endswith("layout.html") for one in found(folder))


ATTACKS = [
    "{{ customer.__class__.__mro__ }}",
    "{{ customer['__class__'] }}",
    "{{ customer.upper() }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ customer ~ customer }}",
    "{% set a = 'x' %}{{ a }}",
    "{% for a in range(1000000000) %}{{ a }}{% endfor %}",
    "{% for a in invoices %}{% for b in invoices %}{% for c in invoices %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in invoices recursive %}{{ loop(invoices) }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% include '../en/_signature.txt' %}",
    "{% include customer %}",
    "{% include 'task.txt' %}",
    "{% include ['_signature.txt'] ignore missing %}",
    "{% for a in invoices %}{% include '_signature.txt' %}{% endfor %}",
    "{% import '_signature.txt' as s %}",
    "{% extends 'task.txt' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum() }}",
    "{{ cycler.__init__ }}",
    "{{ table.__globals__ }}",
    "{{ loop.__class__ }}",
    "{{ customer|attr('__class__') }}",
    "{{ (number, number) }}",
    "{{ [1, 2][0:1] }}",
    "{{ 1 is defined }}",
    "{% filter listing %}x{% endfilter %}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_reaches_nothing_but_its_variables(folder: Path, attack: str) -> None:
    put(folder, f"Subject: x\n\nA\n{attack}\n")
    began = time.monotonic()
    with pytest.raises(RenderFailed, match=r"templates/fr/note-x\.txt:4: "):
        FileLibrary(folder, shipped("plans")).render("note-x", "fr", {"customer": "x", "invoices": ({"number": "1"},)})
    assert time.monotonic() - began < 2


def test_a_part_may_not_hold_what_a_template_may_not(folder: Path) -> None:
    put(folder, "{% include '_signature.txt' %}\n", "_a.txt")
    put(folder, "Subject: x\n\n{% include '_a.txt' %}\n")
    with pytest.raises(RenderFailed, match=r"_a\.txt:1: include"):
        FileLibrary(folder, shipped("plans")).render("note-x", "fr", {})


def test_the_output_is_bounded(folder: Path) -> None:
    rows = ({"number": "x" * 300},) * 500
    loops = "{% for a in invoices %}{% for b in invoices %}{{ b.number }}{% endfor %}{% endfor %}"
    put(folder, f"Subject: x\n\n{loops}\n")
    with pytest.raises(RenderFailed, match="64 KB"):
        FileLibrary(folder, shipped("plans")).render("note-x", "fr", {"invoices": rows})


def test_a_symbolic_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / "fr" / "_out.txt").symlink_to("/etc/passwd")
    put(folder, "Subject: x\n\nA {% include '_out.txt' %}\n")
    with pytest.raises(RenderFailed, match="outside"):
        FileLibrary(folder, shipped("plans")).render("note-x", "fr", {})


def test_what_was_without_fault_is_tried_again_once_a_file_changes(tmp_path: Path) -> None:
    for kind in ("templates", "plans"):
        shutil.copytree(shipped(kind), tmp_path / kind)
    checked = tmp_path / "checked"

    def found() -> list[str]:
        made = FileLibrary(tmp_path / "templates", tmp_path / "plans", checked=checked)
        return [str(problem) for problem in made.problems()]

    assert found() == []
    known = checked.read_text()
    assert found() == []
    broken = tmp_path / "templates/fr/reminder-1.txt"
    text = broken.read_text("utf-8")
    broken.write_text(text.replace("{{", "{{ nonsense }} {{", 1), "utf-8")
    assert len(found()) == 1
    assert len(found()) == 1, "a fault is never remembered as none"
    assert checked.read_text() == known
    broken.write_text(text, "utf-8")
    assert found() == []


def test_where_nothing_can_be_remembered_everything_is_tried(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.write_text("", "ascii")
    made = FileLibrary(shipped("templates"), shipped("plans"), checked=nowhere / "checked")
    assert made.problems() == made.problems() == ()


def test_the_first_start_remembers_too_though_it_has_yet_to_make_the_folder_of_its_state(tmp_path: Path) -> None:
    checked = tmp_path / "state" / "checked"
    assert FileLibrary(shipped("templates"), shipped("plans"), checked=checked).problems() == ()
    assert checked.exists()
    assert stat.S_IMODE(checked.parent.stat().st_mode) == 0o700
