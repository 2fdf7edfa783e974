"""The HTML of a message's blocks, named by classes that the style sheet knows; no style stands here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from relancier.adapters.library.lines import Block
from relancier.core.text.typography import LABEL, bare

PICTURES = "pictures"
"""In an inline token's meta: the pictures that stood on lines of their own."""

UNSEEN = "unseen"
"""In a text token's meta: it stands in text, and not in HTML."""

# Outlook lays nothing side by side but the cells of a table.
SIDE_BY_SIDE = (
    '<!--[if mso]><table role="presentation" width="100%"><tr><td valign="top"><![endif]-->\n<div class="beside">\n',
    '</div>\n<!--[if mso]></td><td valign="top" width="190"><![endif]-->\n<div class="picture">\n',
    "</div>\n<!--[if mso]></td></tr></table><![endif]-->\n",
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\u00a0[A-Z0-9]{1,4}){2,}")
CELLS = frozenset({"th", "td"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One block: what it is, and its finished Markdown tokens."""

    kind: Block
    tokens: Sequence[Token]

    @property
    def says(self) -> bool:
        """Whether anything of it can be read."""
        return any(token.children for token in self.tokens)

    @property
    def inline(self) -> Token:
        """The tokens of a block of kept lines."""
        return next(token for token in self.tokens if token.type == "inline")


def said(_renderer: object, tokens: Sequence[Token], at: int, *_: Any) -> str:
    """A text's HTML: an IBAN that is too long for its line parts between two groups, and nowhere else."""
    return _IBAN.sub(lambda found: found[0].replace("\u00a0", "\u00a0<wbr>"), escapeHtml(tokens[at].content))


def drawn(blocks: Sequence[Shown], markdown: MarkdownIt) -> str:
    """All of them; what stands below a rule is the foot."""
    html = [_block(block, markdown) for block in blocks]
    rule = next((at for at, block in enumerate(blocks) if block.kind is Block.RULE), len(html))
    foot = "".join(html[rule + 1 :])
    return "".join(html[:rule]) + (f'<div class="foot">\n{foot}</div>\n' if foot else "")


def _block(block: Shown, markdown: MarkdownIt) -> str:
    if block.kind is Block.RULE:
        return ""
    if block.kind is Block.FRAMED:
        return _frame(block.inline, markdown)
    if block.kind is Block.KEPT and any(LABEL in token.content for token in block.inline.children or []):
        return _facts(block.inline, markdown)
    if block.kind in {Block.KEPT, Block.PARAGRAPH} and _is_button(block.inline.children or []):
        return _button(block.inline.children or [], markdown)
    for before, token in pairwise(block.tokens):
        _named(before)
        if before.tag == "th":
            token.children = list(_on_one_line(token.children or []))
    pictures = [one for token in block.tokens for one in token.meta.get(PICTURES, ())]
    words = _render(block.tokens, markdown) if block.says else ""
    return words + "".join(_picture(one) for one in pictures)


def _named(token: Token) -> None:
    """Its class, and what a heading is the heading of."""
    if token.nesting != 1:
        return
    if token.tag == "table":
        token.attrSet("class", "list")
    if token.tag in CELLS and "right" in str(token.attrs.get("style", "")):
        token.attrSet("class", "figure")
    if token.tag == "th":
        token.attrSet("scope", "col")


def _on_one_line(heading: Sequence[Token]) -> Iterator[Token]:
    """The names of the values that stand above each other, one after another."""
    yield from (_plain(" · ") if token.type == "hardbreak" else token for token in heading)


def _render(tokens: Sequence[Token], markdown: MarkdownIt) -> str:
    for token in tokens:
        if token.children:
            token.children = [one for one in token.children if not one.meta.get(UNSEEN)]
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _words(children: Sequence[Token], markdown: MarkdownIt) -> str:
    line = Token("inline", "", 0, children=[token for token in children if not token.meta.get(UNSEEN)])
    return str(markdown.renderer.render([line], markdown.options, {})).strip()


# --- Lines kept as they are -----------------------------------------------------------------------------------------


def _lines(children: Sequence[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    for token in children:
        if token.type == "hardbreak":
            lines.append([])
        else:
            lines[-1].append(token)
    return [line for line in lines if line]


def _split(line: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The label's tokens, if there is one, and the value's."""
    at = next((at for at, token in enumerate(line) if LABEL in token.content), None)
    if at is None:
        return [], list(line)
    label, _, value = line[at].content.partition(LABEL)
    return [*line[:at], _plain(label.rstrip(": \u00a0\u202f"))], [_plain(value.lstrip(" ")), *line[at + 1 :]]


def _plain(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _facts(inline: Token, markdown: MarkdownIt) -> str:
    """A table of two columns: a heading and what it is of."""
    rows = "".join(_fact(*_split(line), markdown) for line in _lines(inline.children or []))
    return f'<table class="facts">\n{rows}</table>\n'


def _fact(label: Sequence[Token], value: Sequence[Token], markdown: MarkdownIt) -> str:
    if not label:
        return f'<tr><td colspan="2">{_words(value, markdown)}</td></tr>\n'
    return f'<tr><th scope="row">{_words(label, markdown)}</th><td>{_words(value, markdown)}</td></tr>\n'


# --- What is set off ------------------------------------------------------------------------------------------------


def _frame(inline: Token, markdown: MarkdownIt) -> str:
    """A frame: each value below its label, the links as buttons, the pictures beside."""
    words = "".join(_framed(line, markdown) for line in _lines(inline.children or []))
    pictures = "".join(_picture(picture) for picture in inline.meta.get(PICTURES, ()))
    begin, between, end = SIDE_BY_SIDE
    inside = f"{begin}{words}{between}{pictures}{end}" if pictures else words
    return f'<table role="presentation" class="frame"><tr><td class="framed">\n{inside}</td></tr></table>\n'


def _framed(line: Sequence[Token], markdown: MarkdownIt) -> str:
    if _is_button(line):
        return _button(line, markdown)
    label, value = _split(line)
    if not label:
        return f'<p class="fact aside">{_words(value, markdown)}</p>\n'
    title = f'<span class="label">{_words(label, markdown)}</span>'
    return f'<p class="fact">{title}<br>{_words(value, markdown)}</p>\n'


def _is_button(line: Sequence[Token]) -> bool:
    """Whether a line is nothing but a link with a label of its own."""
    types = [token.type for token in line if not token.meta.get(UNSEEN)]
    return types == ["link_open", "text", "link_close"] and any(token.meta.get(UNSEEN) for token in line)


def _button(line: Sequence[Token], markdown: MarkdownIt) -> str:
    return f'<table role="presentation" class="button"><tr><td>{_words(line, markdown)}</td></tr></table>\n'


def _picture(token: Token) -> str:
    """A picture with its words below, which are read aloud once."""
    words = escape(bare("".join(child.content for child in token.children or [])))
    source = escape(str(token.attrs.get("src", "")))
    return f'<p class="shown"><img src="{source}" alt="{words}"><br><span aria-hidden="true">{words}</span></p>\n'
