"""Runs a template where it can reach nothing but its variables, and for no longer than a bounded text takes.

A template knows output, if, for and include; no calls but table(), no arithmetic, no assignments. What remains can
neither touch attributes nor grow, so that a careless template costs itself and nothing else.
"""

import errno
import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relancier.adapters.library.grammar import PARTIAL, Fault, faults
from relancier.adapters.library.lines import table, vanishing
from relancier.adapters.library.shelf import Shelf
from relancier.adapters.library.values import LACKING, Iban, Lacking, Link, Quoted, Ready
from relancier.adapters.library.words import Words
from relancier.core.money import Money
from relancier.core.text.typography import BREAK, CLOSED, NBSP, OPENED, grouped, literal

LARGEST_FILE = 64 * 1024
LARGEST_OUTPUT = 64 * 1024
MOST_COMPILED = 200
NAMED = {"age", "role", "event", "state", "step"}
RUNTIME = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


class TemplateFailed(Exception):  # noqa: N818 - named after the situation
    """This template cannot be used; `fault` says where and why."""

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(f"{name}:{fault.line}: {fault.text}")
        self.name = name
        self.fault = fault


class Sandbox(ImmutableSandboxedEnvironment):
    """Renders the templates of one language's folder, as Markdown (`marked`) or as bare text for a subject."""

    def __init__(self, shelf: Shelf, language: str, words: Words, *, marked: bool) -> None:
        super().__init__(
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            finalize=self._shown,
            loader=FunctionLoader(self._partial),
            cache_size=MOST_COMPILED,
            autoescape=False,
        )
        self.shelf = shelf
        self.language = language
        self.words = words
        self.marked = marked
        self.globals = {"table": self._table}
        self.filters = dict(self._filters())
        self.tests = {}
        self._compiled: dict[tuple[str, str], Template] = {}

    def run(self, name: str, source: str, values: Mapping[str, object]) -> str:
        """The rendered text. Raises TemplateFailed, also for more than 64 KB of it."""
        for fault in faults(source):
            raise TemplateFailed(name, fault)
        try:
            return self._bounded(name, self._template(name, source).generate(**values))
        except RUNTIME as error:
            text = f"{error or type(error).__name__}".split("\n")[0]
            raise TemplateFailed(name, Fault(_line(error.__traceback__, name), text)) from None

    def _template(self, name: str, source: str) -> Template:
        """The template compiled from this very text, which is done once."""
        if (name, source) not in self._compiled:
            if len(self._compiled) >= MOST_COMPILED:
                self._compiled.clear()
            code = self.compile(vanishing(source), name, name)
            self._compiled[name, source] = self.template_class.from_code(self, code, self.globals)
        return self._compiled[name, source]

    def is_safe_callable(self, obj: Any) -> bool:
        return bool(obj == self._table)

    def _bounded(self, name: str, chunks: Iterable[str]) -> str:
        kept: list[str] = []
        size = 0
        for chunk in chunks:
            kept.append(chunk)
            size += len(chunk)
            if size > LARGEST_OUTPUT:
                raise TemplateFailed(name, Fault(1, "the message grows beyond 64 KB; shorten its loops"))
        return "".join(kept)

    def _partial(self, name: str) -> tuple[str, None, Callable[[], bool]]:
        """The text of an included file, and whether it still says that."""
        if not PARTIAL.fullmatch(name):
            raise TemplateNotFound(name)
        path = self.shelf.file(self.language, name)
        source = read(path)
        for fault in faults(source, partial=True):
            raise TemplateFailed(name, fault)
        return vanishing(source), None, lambda: read(path) == source

    def _shown(self, value: Any) -> str:
        """How any value stands in the output: formatted by its type, and escaped, so that it is data, never markup."""
        if isinstance(value, Ready):
            return value
        if self.marked and isinstance(value, Link):
            return f"<{value}>"
        text = self._written(value)
        if self.marked and isinstance(value, Quoted):
            return f"{OPENED}{literal(text)}{CLOSED}"
        return literal(text) if self.marked else text

    def _written(self, value: Any) -> str:
        if isinstance(value, datetime):
            return self.words.at(value)
        if isinstance(value, date):
            return self.words.day(value)
        if isinstance(value, Money):
            return self.words.money(value)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return self.words.number(value)
        if isinstance(value, tuple):
            return self.words.listing(self._written(item) for item in value) if value else str(LACKING)
        return grouped(value) if isinstance(value, Iban) else str(value)

    def _filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            "listing": tolerant(lambda items: self._ready(self.words.listing([self._written(i) for i in items]))),
            "having": tolerant(lambda rows, column: tuple(row for row in rows if row[column])),
            "each": tolerant(lambda rows, column: tuple(row[column] for row in rows)),
            "first": tolerant(lambda rows: rows[0]),
            "last": tolerant(lambda rows: rows[-1]),
            "count": len,
            "word": tolerant(self.words.name),
        }

    def _ready(self, text: str) -> Ready:
        return Ready(literal(text) if self.marked else text)

    def _table(self, rows: Any, *columns: str) -> Ready:
        """The rows as a table; a column of several names stacks them, and a name that no row has is left out."""
        stacks = [[name for name in column.split() if _known(rows, name)] for column in columns]
        kept = [stack for stack in stacks if stack]
        if not kept:
            return Ready(LACKING)
        headings = [BREAK.join(self._shown(self.words.column(name)) for name in stack) for stack in kept]
        cells = [[BREAK.join(self._cell(row, name) for name in stack) for stack in kept] for row in rows]
        right = {index for index, stack in enumerate(kept) if isinstance(rows[0][stack[0]], Money)}
        return Ready(table(headings, cells, right))

    def _cell(self, row: Mapping[str, Any], column: str) -> str:
        value = row[column]
        if column == "number" and row.get("sort"):
            return self._shown(f"{value} ({self.words.name(str(row['sort']))})")
        if column == "number" and row["part"]:
            return self._shown(f"{value} ({self.words.of_part(row['part'])})")
        if column in NAMED and value:
            return self._shown(self.words.name(str(value)))
        return NBSP if isinstance(value, Lacking) else self._shown(value)


@lru_cache(maxsize=16)
def sandbox(shelf: Shelf, language: str, words: Words, *, marked: bool) -> Sandbox:
    """The sandbox of a language's folder and words, with what it has compiled."""
    return Sandbox(shelf, language, words, marked=marked)


def _known(rows: Any, column: str) -> bool:
    return any(not isinstance(row[column], Lacking) for row in rows)


def tolerant(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that leaves a lacking value lacking."""
    return lambda value, *more: function(value, *more) if value or value == 0 else LACKING


def read(path: Path) -> str:
    """A template's source. Raises TemplateFailed when it is missing, too large or not UTF-8."""
    raw = b""
    try:
        raw = _bytes(path).removeprefix(BOM_UTF8)
        text = raw.decode()
    except FileNotFoundError:
        _refuse(path, "there is no such template")
    except OSError as error:
        _refuse(path, f"it cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        _refuse(path, "it is not UTF-8; save it as UTF-8", raw[: error.start].count(b"\n") + 1)
    if len(raw) > LARGEST_FILE:
        _refuse(path, "it is larger than 64 KB")
    return text.replace("\r\n", "\n")


def _bytes(path: Path) -> bytes:
    """A little more than the largest template holds, at most; a message reads thirty files. Raises OSError."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        if path.resolve().parent != path.parent.resolve():
            _refuse(path, "it is a link that leads outside of its folder; put the file itself there")
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, LARGEST_FILE + len(BOM_UTF8) + 1)
    finally:
        os.close(file)


def _refuse(path: Path, text: str, line: int = 1) -> NoReturn:
    raise TemplateFailed(path.name, Fault(line, text)) from None


def _line(trace: TracebackType | None, name: str) -> int:
    """The last line of template `name` that a traceback went through."""
    line = 1
    while trace:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
