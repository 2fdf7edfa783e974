"""A printed page: its blocks from the same Markdown tokens as the message, finished by `page`, and its fixed words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from markdown_it.token import Token

from relancier.adapters.library.words import Words
from relancier.core.text.blocks import Block, Bullets, Grid, Letterhead, Paragraph, Run
from relancier.core.text.typography import bare, french

_VALUE = re.compile(r"\{(\w+)\}")


def printed(parsed: Iterable[Sequence[Token]]) -> tuple[Block, ...]:
    """What the tokens of each paragraph, list or table say, as values; links are their text."""
    return tuple(block for tokens in parsed for block in _blocks(tokens))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    if tokens and tokens[0].type == "table_open":
        yield _grid(tokens)
    elif tokens and tokens[0].type in {"bullet_list_open", "ordered_list_open"}:
        yield Bullets(tuple(_runs(token) for token in tokens if token.type == "inline"))
    else:
        yield from (Paragraph(_runs(token)) for token in tokens if token.type == "inline")


def _grid(tokens: Sequence[Token]) -> Grid:
    headings: list[str] = []
    right: list[int] = []
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "th_open":
            if "right" in str(before.attrs.get("style", "")):
                right.append(len(headings))
            headings.append(_words(token))
        if before.type == "tr_open" and token.type == "td_open":
            rows.append([])
        if before.type == "td_open":
            rows[-1].append(_words(token))
    return Grid(tuple(headings), tuple(map(tuple, rows)), tuple(right))


def _words(inline: Token) -> str:
    return "".join(run.text for run in _runs(inline))


def _runs(inline: Token) -> tuple[Run, ...]:
    """The words of one paragraph, item or cell; neighbours of one weight are one run."""
    runs: list[Run] = []
    strong = False
    for token in inline.children or []:
        if token.type in {"strong_open", "strong_close"}:
            strong = token.nesting == 1
        text = "\n" if token.type in {"softbreak", "hardbreak"} else bare(token.content)
        if runs and runs[-1].strong == strong:
            runs[-1] = Run(runs[-1].text + text, strong)
        elif text:
            runs.append(Run(text, strong))
    return tuple(runs)


def letterhead(words: Words, day: date, *, place: str, subject: str, person: str) -> Letterhead:
    """What words.toml says under [letter], with these values in it."""
    values = {"day": words.day(day), "place": place, "subject": subject, "person": person}

    def said(name: str, usual: str) -> str:
        text = words.letter.get(name, usual)
        text = french(text) if words.language == "fr" else text
        return _VALUE.sub(lambda match: values.get(match[1], match[0]), text)

    return Letterhead(
        place_and_date=said("dated", "{place}, {day}") if place else said("day", "{day}"),
        subject=said("subject", "{subject}") if subject else "",
        attention=said("person", "{person}") if person else "",
        registered=said("registered", ""),
        file=said("file", "letter"),
    )
