"""What is wrong with a configuration, in sentences for the person who wrote it: no word of the libraries' own."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from relancier.config.models import Config
from relancier.config.written import shown

TYPE_NAMES = {
    "int_type": "a whole number without quotation marks, as in 10",
    "int_from_float": "a whole number, as in 10",
    "bool_type": "true or false, without quotation marks",
    "string_type": "text in quotation marks",
    "tuple_type": 'a list in square brackets, as in ["…", "…"]',
}

SYNTAX = (
    ("character '\\n'", "a text is not closed; add the missing quotation mark"),
    ("Expected \"'", "a text opened with ' is not closed; add the missing ' on this line or above it"),
    (" character '", "a control character stands in a text; take it out"),
    ("Unterminated string", "a text is not closed; add the missing quotation mark"),
    ("Unclosed array", "a list is not closed; add the missing ]"),
    ("Cannot overwrite a value", "a key is written twice; remove one of the two"),
    ("Cannot declare", "a table's heading is written twice; put its keys under one heading"),
    ("Cannot mutate immutable", "a table is written twice; put its keys under one heading"),
    ("Expected '=' after a key", 'a key needs = and a value, as in name = "text"; keys have no accents or spaces'),
    ("at the end of a table declaration", "a table's heading is not closed; add the missing ]"),
    ("Expected newline or end of document", "more stands on this line than one value; put text in quotation marks"),
    ("Unescaped '\\'", "a \\ in a text starts an escape; write it twice, or take single quotation marks"),
    ("Invalid value (at end", "a value is missing or a list is not closed; add what is missing"),
    ("Invalid value", 'this value is not understood; put text in straight quotation marks, as in "text"'),
)


def of_syntax(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line of a TOML error, and its sentence."""
    message = str(error)
    place = re.search(r"at line (\d+)", message)
    line = int(place[1]) if place else max(1, len(text.rstrip().splitlines()))
    meaning = next((ours for theirs, ours in SYNTAX if theirs in message), "this line is not understood")
    return line, f"{meaning} (the file must be TOML, as config.example.toml is)."


def where(path: Iterable[int | str]) -> str:
    """A key's path as it is written in the file; the items of a list count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def table_at(path: Iterable[int | str]) -> type[BaseModel] | None:
    """The table that a path of keys leads to."""
    found: Any = Config
    for part in path:
        if isinstance(part, int):
            found = get_args(found)[0]
        elif isinstance(found, type) and issubclass(found, BaseModel) and part in found.model_fields:
            found = found.model_fields[part].annotation
        else:
            return None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The table that a key holds, alone or in a list."""
    if get_origin(annotation) in {tuple, Union, UnionType}:
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def keys(table: type[BaseModel] = Config, path: str = "") -> Iterator[tuple[str, str]]:
    """Every key of the configuration with the table it stands in."""
    for name, field in table.model_fields.items():
        yield path, name
        inner = _inner(field.annotation)
        if inner is not None:
            yield from keys(inner, f"{path}.{name}".lstrip("."))


def _unknown(path: tuple[int | str, ...]) -> str:
    key, table = str(path[-1]), table_at(path[:-1])
    here = where(path[:-1])
    known = list(table.model_fields) if table else []
    near = difflib.get_close_matches(key, known, 1, 0.6)
    if near:
        return f'unknown key; did you mean "{near[0]}"?'
    elsewhere = [home or "the top of the file" for home, name in keys() if name == key]
    if elsewhere:
        return f"unknown key here; it belongs in {' or '.join(f'[{home}]' for home in elsewhere)}."
    return f"unknown key; {f'[{here}]' if here else 'the file'} knows {', '.join(known)}; remove it or correct it."


def _missing(path: tuple[int | str, ...]) -> str:
    if table_at(path) is not None:
        return f"this table is missing; add [{where(path)}] and its keys, as config.example.toml shows."
    return "this key is missing; add it, as config.example.toml shows."


def _choice(detail: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    return f"must be one of {', '.join(choice or 'nothing' for choice in choices)}; it is {shown(detail['input'])} now."


def _bounds(detail: ErrorDetails) -> str:
    if "ge" in detail["ctx"]:
        return f"must be {detail['ctx']['ge']} or more; it is {shown(detail['input'])} now."
    return f"must be {detail['ctx']['le']} or less; it is {shown(detail['input'])} now."


def _wrong_type(detail: ErrorDetails) -> str:
    wanted = TYPE_NAMES.get(detail["type"], "written as config.example.toml shows")
    return f"must be {wanted}; it is {shown(detail['input'])} now."


BY_TYPE: Mapping[str, Callable[[ErrorDetails], str]] = {
    "value_error": lambda detail: str(detail["ctx"]["error"]),
    "extra_forbidden": lambda detail: _unknown(detail["loc"]),
    "missing": lambda detail: _missing(detail["loc"]),
    "literal_error": _choice,
    "greater_than_equal": _bounds,
    "less_than_equal": _bounds,
    "model_type": lambda detail: f"must be a table; write its keys under a heading [{where(detail['loc'])}].",
}


def sentence(detail: ErrorDetails) -> str:
    """One of the model's errors as a sentence that says what to do."""
    return BY_TYPE.get(detail["type"], _wrong_type)(detail)


def _written(raw: object, path: tuple[int | str, ...]) -> bool:
    """Whether the file itself holds this key (a default may stand on another key's mistake)."""
    for part in path:
        held = dict(enumerate(raw)) if isinstance(raw, list | tuple) else raw
        if not isinstance(held, Mapping) or part not in held:
            return False
        raw = held[part]
    return True


def of_values(error: ValidationError, raw: object) -> Iterator[tuple[str, str]]:
    """Each mistake in the values: its key path and its sentence."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "missing" or _written(raw, detail["loc"]):
            yield where(detail["loc"]), sentence(detail)
