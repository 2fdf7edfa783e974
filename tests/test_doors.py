"""The house's doors (CONTRIBUTING.md): who may import whom, who may read the clock, who may catch everything."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "daemon" / "relancier"
RANKS = {
    "core": 0, "ports": 1, "config": 1, "work": 2, "adapters": 2, "loop": 3, "wiring": 4, "demo": 5, "cli": 6,
    "__main__": 7,
}  # fmt: skip
PURE = {
    "abc", "base64", "bisect", "calendar", "collections", "contextlib", "dataclasses", "datetime", "decimal", "difflib",
    "email", "enum", "functools", "hashlib", "heapq", "hmac", "html", "itertools", "json", "math", "operator",
    "quopri", "re", "string", "textwrap", "types", "typing", "unicodedata", "urllib.parse", "zoneinfo", "binascii",
    "codecs", "fractions", "struct", "zlib", "xml.parsers",
}  # fmt: skip
IMPURE_INSIDE = {"email.utils.localtime", "email.utils.make_msgid"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time"}
BROAD = re.compile(r"\b(Base)?Exception\b")
MAY_CATCH_ALL = {"loop.py", "cli/__init__.py", "work/each.py"}

FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides the door it goes through"
            names = [node.module or ""]
            if node.module == "relancier":
                names = [f"relancier.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name) for name in names)


def inside(name: str) -> str | None:
    """The room of the package that an import enters, if any."""
    parts = name.split(".")
    if parts[0] != "relancier":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in RANKS else "__init__"


def same_adapter(path: Path, name: str) -> bool:
    """An adapter that is a folder may import its own files."""
    own = path.relative_to(PACKAGE).parts
    return len(own) == 3 and own[0] == "adapters" and name.split(".")[:3] == ["relancier", "adapters", own[1]]


def broken_doors(path: Path) -> Iterator[str]:
    here = room(path)
    for line, name in imports(path):
        there = inside(name)
        if there == "__init__" or (there is None and here != "core"):
            continue
        if there is None:
            if name not in PURE and name.split(".")[0] not in PURE:
                yield f"{path.name}:{line}: core is pure, yet it imports {name}"
        elif here == there and (here in {"core", "ports", "work", "config", "demo", "cli"} or same_adapter(path, name)):
            continue
        elif RANKS[there] >= RANKS.get(here, 7):
            yield f"{path.name}:{line}: {here} may not import {there} ({name}): imports point down only"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    assert list(broken_doors(path)) == []


def clock_reads(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS):
            continue
        owner = ast.unparse(node.func.value).split(".")[-1]
        if owner in CLOCK_OWNERS:
            yield f"{path.name}:{node.lineno}: reads the clock ({ast.unparse(node.func)}); only the loop may"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_loop_reads_the_clock(path: Path) -> None:
    if room(path) not in {"loop", "cli"}:
        assert list(clock_reads(path)) == []


def broad_handlers(path: Path) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or BROAD.search(ast.unparse(node.type)))
    ]


def test_three_places_catch_everything() -> None:
    found = {str(path.relative_to(PACKAGE)): broad_handlers(path) for path in FILES if broad_handlers(path)}
    assert set(found) <= MAY_CATCH_ALL, found
    assert all(len(lines) == 1 for lines in found.values()), found


def drawn(room: str) -> set[str]:
    """The files that CONTRIBUTING.md's drawing names in a room: its folders' indented by two more."""
    drawing = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text("utf-8").partition(f"\n  {room}/ ")[2]
    inside_it = re.match(r".*\n((?: {4,}.*\n)+)", drawing)
    found, folder = set(), ""
    for line in (inside_it[1] if inside_it else "").splitlines():
        if entered := re.match(r" {4}(\w+/)(?: {2,}|$)", line):
            folder = entered[1]
        elif row := re.match(rf" {{{6 if folder else 4}}}(\w+(?:, \w+)*)(?: {{2,}}|$)", line):
            found |= {folder + name for name in row[1].split(", ")}
    return found


@pytest.mark.parametrize("room", ["core", "work"])
def test_the_drawing_names_every_file_of_the_two_largest_rooms(room: str) -> None:
    files = (path.relative_to(PACKAGE / room).with_suffix("") for path in (PACKAGE / room).rglob("*.py"))
    assert drawn(room) == {str(file) for file in files if file.name != "__init__"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "core" / "text").glob("*.py")), ids=lambda path: path.stem)
def test_text_stands_on_nothing_else_of_core(path: Path) -> None:
    entered = [name for _, name in imports(path) if name.startswith("relancier.")]
    assert [name for name in entered if not name.startswith("relancier.core.text")] == []


def test_the_test_sees_a_broken_door(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import imaplib\n")
    assert [name for _, name in imports(wrong)] == ["imaplib"]
    assert "imaplib" not in PURE
