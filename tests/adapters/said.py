"""Every sentence that the program writes about a file, a server or a template, gathered from its source."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import relancier

PROGRAM = Path(relancier.__file__).parent
READERS = (
    *("adapters/statements", "adapters/sql", "adapters/einvoice", "adapters/invoices", "adapters/imap"),
    *("adapters/smtp", "adapters/oauth2", "adapters/sms.py", "adapters/printing", "adapters/library"),
    *("adapters/rates.py", "adapters/public_holidays.py", "adapters/shipped.py", "config", "core/plan.py"),
    *("core/einvoices", "core/text/trees.py", "core/problem.py", "core/writing/compose.py", "wiring.py"),
    *("work/paid/statements.py", "work/paid/payments.py", "work/sending/gates.py", "work/sending/bank.py"),
    *("work/sending/notes.py", "work/einvoices/papers.py", "work/inbox/intake.py", "work/writing/attached.py"),
    *(
        "work/writing/letters.py",
        "work/writing/texting.py",
        "adapters/store/__init__.py",
        "adapters/store/files.py",
        "adapters/store/records.py",
    ),
)
ENGLISH = re.compile(
    r"\b(?:the|this|its?|is|are|be|was|has|of|no|not|none|nothing|which|than|that|cannot|must|may|holds?|another|with|"
    r"more|write|names?|says|in|from|as|by|to|for|an?|and|or|one)\b"
)
NO_PROSE = re.compile(r"\\[a-z.(\[{]|\(\?|\.\*|\[a-z|\\d|</|\n|PRAGMA ")


@cache
def sentences() -> tuple[tuple[str, str], ...]:
    """Where each stands, and the sentence with {} for its fields."""
    return tuple(_gathered())


def _gathered() -> Iterator[tuple[str, str]]:
    for name in READERS:
        place = PROGRAM / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for line, text in _prose(path):
                yield f"{path.relative_to(PROGRAM)}:{line}", text


def bare(sentence: str) -> str:
    """The sentence with {} for each field, so that the source and the catalogue compare."""
    return re.sub(r"(?:\{\})+", "{}", re.sub(r"\{[a-z]*\d?\}", "{}", sentence)).strip()


def _prose(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    module = ".".join(["relancier", *path.relative_to(PROGRAM).with_suffix("").parts]).removesuffix(".__init__")
    for node in ast.walk(tree):
        if id(node) in alone or (id(node) in parts and not isinstance(node, ast.JoinedStr)):
            continue
        text = _written(node, module)
        if text.count(" ") > 1 and len(ENGLISH.findall(text.lower())) > 1 and not NO_PROSE.search(text):
            yield getattr(node, "lineno", 0), bare(text)


def _written(node: ast.AST, module: str) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_written(part, module) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _constant(node.value, module)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _constant(node: ast.AST, module: str) -> str:
    """The words of a module's constant; {} for whatever else stands in a sentence."""
    if isinstance(node, ast.Name) and node.id.isupper():
        value = getattr(importlib.import_module(module), node.id, None)
        return value if isinstance(value, str) else "{}"
    return "{}"
