"""The pages against the program: each command, option, key, target, link, code, rule and test that they name exists."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel
from tests.docs import FEEDING, fed
from tests.test_doors import RANKS

from relancier.adapters.invoices.headings import SYNONYMS, plain
from relancier.cli import COMMANDS, ending, relancier, run
from relancier.config.models import Config
from relancier.core import plan
from relancier.core.case import Kind
from relancier.core.orders.dictation import VERBS, Said, understand
from relancier.core.outbox import Effect as Failure
from relancier.core.outbox import Sort
from relancier.core.reading.reply import EFFECTS
from relancier.core.writing.reasons import REASONS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "daemon" / "relancier"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEMPLATES = sorted((ROOT / "templates").glob("*/*.txt"))
TEXT = {".md", ".py", ".toml", ".txt", ".sh", ".cfg", ".in", ".conf", ".service", ".svg", ".html", ".csv", ".eml", ""}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=name)


# --- Reading a page ---


FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path) -> list[tuple[str, str]]:
    return FENCE.findall(text_of(page).replace("\\\n", " "))


def spans(page: Path) -> list[str]:
    return [" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", text_of(page)))]


def code(page: Path) -> list[str]:
    """Every line of code on the page."""
    return [*spans(page), *(line for _, block in blocks(page) for line in block.splitlines())]


def cells(page: Path, heading: str) -> list[list[str]]:
    """The rows of the table whose heading row begins with these words."""
    lines = text_of(page).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def bare(cell: str) -> str:
    return cell.strip("`")


# --- Commands, targets, keys ---

CALL = re.compile(r"(?<![\w./@=-])(?:\S*bin/)?relancier(?: --config \S+| --debug)* ([a-z][a-z-]*)([^|#`;]*)")
PATH_OF_ITS_OWN = ("systemctl", "journalctl", "install ", "systemd", "sudo apt", "pip ")


def calls(line: str) -> Iterator[tuple[str, str]]:
    if not line.lstrip().startswith(PATH_OF_ITS_OWN):
        yield from CALL.findall(line)


def wrong_call(command: str, rest: str) -> str:
    if command not in COMMANDS:
        return f"there is no command {command}"
    found = relancier.get_command(click.Context(relancier), command)
    assert found is not None
    known = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    unknown = set(re.findall(r"--[a-z][a-z-]*", rest)) - known
    return f"{command} takes no {', '.join(unknown)}" if unknown else ""


@pytest.mark.parametrize("page", [*PAGES, *TEMPLATES], ids=name)
def test_every_command_that_a_page_or_a_message_names_exists(page: Path) -> None:
    lines = code(page) if page.suffix == ".md" else re.sub(r"{[{%].*?[%}]}", "X", text_of(page)).splitlines()
    found = [wrong_call(command, rest) for line in lines for command, rest in calls(line)]
    assert [wrong for wrong in found if wrong] == []


def test_a_command_that_does_not_exist_is_seen() -> None:
    line = "sudo -u x /opt/relancier/bin/relancier --config a.toml mandate F-1; relancier paid F-1 --sum 3"
    assert [wrong_call(*one) for one in calls(line)] == ["there is no command mandate", "paid takes no --sum"]


def test_the_readme_lists_every_command_with_options_that_it_has() -> None:
    listed = [SPAN.findall(row[0]) for row in cells(ROOT / "README.md", "command")]
    for words in (span.partition(" ") for row in listed for span in row):
        assert wrong_call(words[0], words[2]) == ""
    assert {span.split()[0] for row in listed for span in row} == set(COMMANDS)


@every_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = {target for line in code(page) for target in re.findall(r"\bmake ([a-z]+)\b", line)}
    assert named <= targets


def tables(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, set[str]]]:
    yield path, set(model.model_fields)
    for key, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from tables(kind, f"{path}.{key}".strip("."))


KEYS = dict(tables(Config))
STEP_KEYS = {*plan._STEP_KEYS, *plan._PLAN_KEYS}
FREE = {"plans.by_risk", "plans.by_customer", "plans.by_history", "factor"}  # names that people choose
FILES = {"invoices.csv", "mailbox.key"}


def walk(table: dict[str, Any], path: str = "") -> Iterator[str]:
    """What of a table is not known, as sentences."""
    for key, value in table.items():
        where = f"{path}.{key}".strip(".")
        if path in FREE:
            continue
        if key not in KEYS.get(path, STEP_KEYS):
            yield f"there is no key {where}"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and where in KEYS:
                yield from walk(one, where)


@every_page
def test_every_toml_block_and_key_is_known(page: Path) -> None:
    for language, block in blocks(page):
        if language == "toml":
            table = tomllib.loads(block)
            wrong = list(walk(table)) if "step" not in table else plan.parse("x", table, "x")[1]
            assert wrong == [], block
    everywhere = {key for keys in KEYS.values() for key in keys} | STEP_KEYS
    for span in spans(page):
        if (found := re.match(r"\[\[?([a-z_.]+)\]\]?", span)) and found[1] not in {"step", *KEYS}:
            pytest.fail(f"{span}: there is no table {found[1]}")
        if (found := re.match(r"(?:\[[a-z_.]+\] )?([a-z_]+) = ", span)) and found[1] not in everywhere:
            pytest.fail(f"{span}: there is no key {found[1]}")
        if (found := re.fullmatch(r"([a-z_.]+)\.([a-z_]+)", span)) and found[1] in KEYS and span not in FILES:
            assert found[2] in KEYS[found[1]] or span in KEYS, span


@every_page
def test_every_link_and_test_that_a_page_names_is_there(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(file), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target
    for span in spans(page):
        if re.match(r"tests/[\w/.]+$", span):
            assert (ROOT / span).exists(), span


def test_the_page_on_feeding_lists_every_column_with_a_heading_that_is_understood() -> None:
    rows = cells(ROOT / "docs/feeding.md", "column | French heading")
    assert {bare(row[0]) for row in rows} == set(SYNONYMS)
    for column, heading, _ in rows:
        assert plain(heading) in map(plain, SYNONYMS[bare(column)]), heading


def test_the_page_on_feeding_lists_every_heading() -> None:
    page = text_of(FEEDING)
    assert fed(page) == page, "run: make docs"


@pytest.mark.parametrize(
    ("page", "heading"),
    [("README.md", "exit status"), ("docs/operations.md", "status | means | do")],
    ids=["readme", "operations"],
)
def test_every_exit_status_is_told(page: str, heading: str) -> None:
    told = [int(row[0]) for row in cells(ROOT / page, heading)]
    assert told == [ending.DONE, ending.REFUSED, ending.WRONG_USE, ending.TRY_LATER, ending.UNUSABLE]


def test_the_doors_of_the_house_are_drawn_as_they_are() -> None:
    drawn = {bare(room): int(rank) for room, rank in cells(ROOT / "CONTRIBUTING.md", "room")}
    assert drawn == {**RANKS, "__main__": 7}


# --- Reading mail ---


def test_the_table_of_effects_has_the_effects_that_the_house_wants() -> None:
    told = {
        bare(row[0]): (bare(row[1]), row[3].replace("`", "")) for row in cells(ROOT / "docs/reading-mail.md", "kind")
    }
    person = ("replied", "\\Flagged $RelanceReply")
    problem = ("bounced", "\\Flagged $RelanceProblem")
    assert told == {
        "human": person,
        "colleague": person,
        "own": ("–", "–"),
        "autoreply": ("autoreplied", "$RelanceAuto"),
        "bounce_permanent": problem,
        "bounce_temporary": ("noted", "$RelanceAuto"),
        "receipt": ("receipt", "$RelanceAuto"),
        "challenge": problem,
        "newsletter": person,
        "other": person,
        "unreadable": ("unreadable", "\\Flagged $RelanceReply"),
        "given up": problem,
        "in doubt": person,
    }
    elsewhere = cells(ROOT / "docs/reading-mail.md", "kind | in Sent")
    assert {row[0]: row[1] for row in elsewhere if row[1] != "–"} == {"`colleague`": "`answered`"}
    assert {cell for row in elsewhere for cell in (row[2], row[3], row[5])} == {"–"}


# --- Operations ---

# What stands in a log call in place of a code, and every code that it can be.
COMPUTED = {
    "outcome.event.value": {row.matched.event.value for row in EFFECTS.values() if row.matched.event},
    "event.kind.value": {
        kind.value for kind in (Kind.REMINDED_TO_ACT, Kind.RESUMED, Kind.PAID, Kind.CLOSED, Kind.SHORT)
    },
    "effect.value": {effect.value for effect in Failure},
    "entry.sort.value": {sort.value for sort in Sort},
    "code": {"flagged", "marked", "unflagged"},
}


LOG = re.compile(r"log\.(log|debug|info|warning|error|exception|critical)")


def codes_in(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return codes_in(node.body) | codes_in(node.orelse)
    return COMPUTED[ast.unparse(node)]


def logged() -> set[str]:
    """Every code that the program logs."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (called := LOG.fullmatch(ast.unparse(node.func))):
                found |= codes_in(node.args[1 if called[1] == "log" else 0])
    return found


def test_every_code_of_the_log_is_told_and_no_other() -> None:
    page = ROOT / "docs/operations.md"
    parts = text_of(page).split("| code | means | do |")[1:]
    told = [code for part in parts for code in re.findall(r"^\| `(\w+)` \|", part.split("\n\n")[0], re.MULTILINE)]
    assert sorted(told) == sorted(logged())


def test_every_note_and_reason_is_told_and_no_other() -> None:
    rows = cells(ROOT / "docs/operations.md", "template")
    templates = {path.stem for path in TEMPLATES if path.stem.startswith("note-")}
    assert {bare(row[0]) for row in rows} == templates
    assert sorted(bare(row[1]) for row in rows if row[1]) == sorted(REASONS)


# --- The first steps ---


def test_the_readmes_first_steps_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELANCIER_CONFIG", raising=False)
    block = next(text for _, text in blocks(ROOT / "README.md") if "relancier init" in text)
    for line in block.splitlines():
        if line.startswith("cd "):
            monkeypatch.chdir(line.removeprefix("cd "))
            continue
        program, *words = line.split()
        assert program.endswith(".venv/bin/relancier")
        assert run(words) == 0, line
    said = capsys.readouterr()
    assert "no problems" in said.out
    assert "F-2026-0141-notification.eml" in said.out
    assert said.err.splitlines() == ["Nothing leaves for now: a person has not confirmed yet: relancier confirm."]


# --- Language, and what no file of the project says ---


def test_the_french_page_keeps_french_typography() -> None:
    prose = SPAN.sub("", text_of(ROOT / "docs/guide-comptable.md"))
    assert re.findall(r".{0,20} [:;!?»]|« .{0,20}|\w'\w.{0,20}|\w[;!?]", prose) == []


def test_every_order_of_the_french_page_is_understood() -> None:
    lines = [bare(row[0]) for row in cells(ROOT / "docs/guide-comptable.md", "première ligne")]
    heard = {line: understand(line, date(2026, 11, 22)) for line in lines}
    assert [line for line, order in heard.items() if not isinstance(order, Said)] == []
    assert {order for order, _ in VERBS.values()} <= {order.word for order in heard.values() if isinstance(order, Said)}


FORBIDDEN = (
    r"/root/[a-z.]", r"/home/[a-z]", r"(?<![\w.<])/wor[k]/", r"py[p]i\.org", r"python[h]osted", r"artif[a]ctory",
    r"cla[u]de", r"anthr[o]pic", r"open[a]i\b", r"chat[g]pt", r"copil[o]t", r"language m[o]del", r"\bsub-?[a]gent",
    r"generated by an? (?:[a]i|model)\b", r"--(?:extra-)?index-ur[l][ =]http",
)  # fmt: skip


def tracked() -> list[Path]:
    """The project's files, as git knows them; without git, all but what is made."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [path for one in listing.stdout.split("\0") if one and (path := ROOT / one).is_file()]
    made = {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & {*path.relative_to(ROOT).parts}]


def test_no_file_names_a_machine_an_index_or_how_it_was_written() -> None:
    wrong = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
    files = [path for path in tracked() if path.suffix in TEXT]
    assert len(files) > 100
    found = {
        name(path): hit[0]
        for path in files
        if (hit := wrong.search(path.read_text(encoding="utf-8", errors="replace"))) is not None
    }
    assert found == {}
