"""What a template may say, checked before it runs: every mistake at once, each with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from relancier.core.writing.fields import BY_NAME, COLUMNS

PARTIAL = re.compile(r"_[a-z0-9-]{1,60}\.txt")
FILTERS = ("listing", "having", "each", "first", "last", "count", "word")
LOOP = {"loop", "first", "last", "index"}
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.If, nodes.For,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Filter, nodes.Call,
    nodes.Include,
)  # fmt: skip
DEEPEST = 2


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A mistake in a template, and the line it stands on."""

    line: int
    text: str


@lru_cache(maxsize=256)
def faults(source: str, *, partial: bool = False) -> tuple[Fault, ...]:
    """Everything wrong with a template's source, in the order of its lines."""
    try:
        tree = _parsed(source)
    except TemplateSyntaxError as error:
        return (Fault(error.lineno, f"{error.message or 'this cannot be read'}"),)
    except RecursionError:
        return (Fault(1, "it is nested too deeply"),)
    found = {*_nodes(tree), *_names(tree), *_loops(tree, 0), *_includes(tree, partial=partial)}
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def variables(source: str) -> frozenset[str]:
    """The names that a template without faults mentions."""
    return frozenset(node.name for node in _parsed(source).find_all(nodes.Name))


@lru_cache(maxsize=256)
def included(source: str) -> frozenset[str]:
    """The files that a template without faults includes."""
    parts = (node.template for node in _parsed(source).find_all(nodes.Include))
    return frozenset(str(part.value) for part in parts if isinstance(part, nodes.Const))


def _parsed(source: str) -> nodes.Template:
    return Environment(autoescape=False).parse(source)  # noqa: S701 - parsed, never rendered


def _nodes(tree: nodes.Template) -> Iterator[Fault]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            name = type(node).__name__.lower()
            yield Fault(node.lineno, f"a template knows output, if, for and include; {name} is none of them")
        if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name == "table"):
            yield Fault(node.lineno, "nothing can be called but table(rows, columns…)")
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield Fault(node.lineno, f"there is no filter {node.name!r}{_nearest(node.name, FILTERS)}")


def _names(tree: nodes.Template) -> Iterator[Fault]:
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    known = {*BY_NAME, *own, "table", "loop"}
    for node in tree.find_all(nodes.Name):
        if node.name not in known:
            yield Fault(node.lineno, f"there is no variable {node.name!r}{_nearest(node.name, BY_NAME)}")
    for access in tree.find_all(nodes.Getattr):
        if access.attr not in COLUMNS | LOOP:
            yield Fault(access.lineno, f"there is no column {access.attr!r}{_nearest(access.attr, COLUMNS)}")
    for call in tree.find_all(nodes.Call):
        yield from _column_names(call)
    for use in tree.find_all(nodes.Filter):
        yield from _column_names(use)


def _column_names(call: nodes.Call | nodes.Filter) -> Iterator[Fault]:
    is_column = isinstance(call, nodes.Call) or call.name in {"having", "each"}
    for argument in call.args:
        names = str(argument.value).split() if is_column and isinstance(argument, nodes.Const) else []
        for name in names:
            if name not in COLUMNS:
                yield Fault(argument.lineno, f"there is no column {name!r}{_nearest(name, COLUMNS)}")


def _loops(node: nodes.Node, depth: int) -> Iterator[Fault]:
    """A loop may stand in one other; it goes over a variable; nothing is included inside one."""
    if isinstance(node, nodes.For):
        depth += 1
        if depth > DEEPEST or node.recursive:
            yield Fault(node.lineno, "a loop may stand inside one other loop, not deeper")
    if isinstance(node, nodes.Include) and depth:
        yield Fault(node.lineno, "an include cannot stand in a loop")
    for child in node.iter_child_nodes():
        yield from _loops(child, depth)


def _includes(tree: nodes.Template, *, partial: bool) -> Iterator[Fault]:
    for node in tree.find_all(nodes.Include):
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if partial or not isinstance(name, str) or not PARTIAL.fullmatch(name) or not node.with_context:
            yield Fault(
                node.lineno, "include takes a file of the same folder whose name begins with _, as '_signature.txt'"
            )


def _nearest(name: str, known: object) -> str:
    close = get_close_matches(name, list(known), n=1)  # type: ignore[call-overload]
    return f"; did you mean {close[0]!r}?" if close else ""
