"""What is wrong with a folder of templates: every mistake of every file at once, before anything is sent."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from relancier.adapters.library.grammar import PARTIAL, Fault, faults
from relancier.adapters.library.problems import FILE as PROBLEMS
from relancier.adapters.library.problems import faults as problems_of
from relancier.adapters.library.rendering import NAME, draft, split
from relancier.adapters.library.sandbox import TemplateFailed, read
from relancier.adapters.library.shelf import Shelf, is_for_team
from relancier.adapters.library.words import FILE, WordsFailed, read_words
from relancier.core.problem import Problem
from relancier.core.writing.samples import minimal, sample
from relancier.core.writing.wording import forbidden

NEEDED = (
    "one-off", "recap", "follow-up", "rejected", "instalments", "instalment", "thank-you", "task", "call",
    "note-waiting", "note-held", "note-uncertain", "note-refused", "note-stale", "note-missing", "note-unread",
    "note-pause", "note-reply", "note-order", "note-left", "note-money", "note-statement",
)  # fmt: skip


def check(shelf: Shelf, languages: tuple[str, ...]) -> Iterator[Problem]:
    """Every problem of every language."""
    if not languages:
        yield Problem(str(shelf.own), "there are no templates here; copy the shipped ones")
    for language in languages:
        yield from _language(shelf, language)


def _language(shelf: Shelf, language: str) -> Iterator[Problem]:
    place = f"{shelf.own.name}/{language}"
    try:
        read_words(shelf, language)
    except WordsFailed as failed:
        yield Problem(f"{place}/{FILE}", str(failed))
        return
    own = shelf.own / language / PROBLEMS
    if own.exists():
        yield from (Problem(f"{place}/{PROBLEMS}", text) for text in problems_of(own))
    for name in NEEDED:
        if not shelf.file(language, f"{name}.txt").is_file():
            yield Problem(f"{place}/{name}.txt", "this template is missing; copy the shipped one")
    for path in sorted((shelf.own / language).glob("*.txt")):
        yield from _file(shelf, language, path)


def _file(shelf: Shelf, language: str, path: Path) -> Iterator[Problem]:
    where = f"{shelf.own.name}/{language}/{path.name}"
    try:
        source = read(path)
        found = _static(path.name, source)
    except TemplateFailed as failed:
        yield Problem(where, failed.fault.text, failed.fault.line)
        return
    yield from (Problem(where, fault.text, fault.line) for fault in found)
    if not PARTIAL.fullmatch(path.name) and not found:
        yield from _tried(shelf, language, path.stem)
    if not is_for_team(path.stem):
        for line, words, fault in forbidden(language, source):
            yield Problem(where, f"{words!r} is {fault}; say it otherwise", line, warning=True)


def _static(name: str, source: str) -> list[Fault]:
    if name.startswith("_"):
        unfit = [] if PARTIAL.fullmatch(name) else [Fault(1, "name it with small letters, digits and '-' after the _")]
        return [*unfit, *faults(source, partial=True)]
    if not NAME.fullmatch(name.removesuffix(".txt")):
        return [Fault(1, "name it with small letters, digits and '-'")]
    split(name, source)
    return list(faults(source))


def _tried(shelf: Shelf, language: str, name: str) -> Iterator[Problem]:
    """The template filled with examples: everything known, several invoices, and next to nothing known."""
    tries: Mapping[str, Mapping[str, object]] = {
        "with every field": sample(language),
        "with several invoices": sample(language, several=True),
        "with only what is always known": minimal(language),
    }
    seen: set[str] = set()
    for when, fields in tries.items():
        try:
            draft(shelf, language, name, fields)
        except TemplateFailed as failed:
            if str(failed) not in seen:
                seen.add(str(failed))
                where = f"{shelf.own.name}/{language}/{failed.name}"
                yield Problem(where, f"{failed.fault.text} ({when})", failed.fault.line)
