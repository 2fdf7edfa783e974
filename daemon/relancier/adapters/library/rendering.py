"""One template and its fields become a Draft: subject, text and HTML that say the same."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from relancier.adapters.library.grammar import Fault, faults, included, variables
from relancier.adapters.library.letterhead import FILE as LAYOUT
from relancier.adapters.library.letterhead import laid_out, style_of
from relancier.adapters.library.lines import blocks
from relancier.adapters.library.page import Page, page
from relancier.adapters.library.problems import put, read_problems, sources
from relancier.adapters.library.sandbox import TemplateFailed, read, sandbox
from relancier.adapters.library.shelf import Shelf, is_for_team
from relancier.adapters.library.subject import subject
from relancier.adapters.library.values import Lacking, Link, lacking_row, prepared
from relancier.adapters.library.words import FILE as WORDS
from relancier.adapters.library.words import Words, read_words
from relancier.core.reading.mail import Draft
from relancier.core.text.typography import french
from relancier.core.writing.fields import BY_NAME, FIELDS, Kind

SUBJECT = "Subject:"
Find = Callable[[str], Path]
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def split(name: str, source: str) -> tuple[str, str]:
    """A template's subject line and its body, which keeps its line numbers. Raises TemplateFailed."""
    first, _, rest = source.partition("\n")
    if not first.startswith(SUBJECT):
        raise TemplateFailed(name, Fault(1, "the first line must begin with 'Subject: '"))
    if rest.partition("\n")[0].strip():
        raise TemplateFailed(name, Fault(2, "the line after the subject must be blank"))
    return first.removeprefix(SUBJECT).strip(), f"\n{rest}"


def draft(shelf: Shelf, language: str, name: str, fields: Mapping[str, object]) -> Draft:
    """The message. Raises TemplateFailed, WordsFailed, and ValueError for a field that is no template variable."""
    file = f"{name}.txt"
    words = read_words(shelf, language)
    source = read(shelf.file(language, file))
    title, body = split(file, source)
    values = prepared(put(name, fields, read_problems(shelf, language, words)) if is_for_team(name) else fields)
    if not is_for_team(name):
        _refuse_empty(partial(shelf.file, language), file, source, values)
    bare = sandbox(shelf, language, words, marked=False)
    heading = subject(title, lambda part: bare.run(file, part, values))
    made = _page(words, sandbox(shelf, language, words, marked=True).run(file, body, values), _links(values))
    if not heading or not made.text:
        raise TemplateFailed(file, Fault(1, "nothing is left of the message: too many fields are lacking"))
    html = laid_out(shelf, body=made.html, subject=heading, language=language, company=str(fields.get("company") or ""))
    return Draft(subject=heading, text=f"{made.text}\n", html=html, blocks=made.blocks)


def texts(shelf: Shelf, language: str, name: str) -> tuple[str, ...]:
    """Every text that a message is made from. Raises TemplateFailed, OSError, ValueError."""
    source = read(shelf.file(language, f"{name}.txt"))
    parts = [] if faults(source) else sorted(included(source))
    return (
        source,
        *(read(shelf.file(language, part)) for part in parts),
        read(shelf.own / LAYOUT),
        style_of(shelf),
        *(path.read_text("utf-8") for path in shelf.words(language, WORDS)),
        *(sources(shelf, language) if is_for_team(name) else ()),
    )


def _links(values: Mapping[str, Any]) -> set[str]:
    """The only addresses that may become links or pictures: those of fields, and of rows, that are one."""
    rows = (row for field in FIELDS if field.kind is Kind.ROWS for row in values[field.name])
    offered = [row["link"] for row in rows if "link" in row]
    own = [values[field.name] for field in FIELDS if field.kind in {Kind.LINK, Kind.PICTURE}]
    return {str(link) for link in (*own, *offered) if isinstance(link, Link)}


def _page(words: Words, body: str, links: set[str]) -> Page:
    return page(blocks(body), links, french if words.language == "fr" else str)


def _refuse_empty(find: Find, file: str, source: str, values: Mapping[str, Any]) -> None:
    """A customer never gets a message in which something that is always known is missing (O2)."""
    for name in sorted(_mentioned(find, file, source) & set(BY_NAME)):
        field = BY_NAME[name]
        value = values[name]
        if field.always and isinstance(value, Lacking):
            raise TemplateFailed(file, Fault(1, f"{name} is empty, and a customer's message needs it"))
        if column := lacking_row(field, value):
            raise TemplateFailed(file, Fault(1, f"{column} is empty in one of {name}"))


def _mentioned(find: Find, file: str, source: str) -> set[str]:
    """The variables of a template and of what it includes. Raises TemplateFailed for the first fault in either."""
    names = set(variables(_sound(file, source)))
    for part in included(source):
        names |= variables(_sound(part, read(find(part)), partial=True))
    return names


def _sound(name: str, source: str, *, partial: bool = False) -> str:
    for fault in faults(source, partial=partial):
        raise TemplateFailed(name, fault)
    return source
