"""The two parts of a message from one Markdown: readable plain text, and HTML with inline styles only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from relancier.adapters.library.printed import printed
from relancier.core.blocks import Block
from relancier.core.typography import BREAK, bare

STYLES = {
    "p": "margin:0 0 16px 0",
    "ul": "margin:0 0 16px 0;padding:0 0 0 20px",
    "ol": "margin:0 0 16px 0;padding:0 0 0 20px",
    "li": "margin:0 0 6px 0",
    "a": "overflow-wrap:anywhere",
    "table": "border-collapse:collapse;margin:0 0 16px 0;width:100%;font-size:14px",
    "th": "padding:6px 8px 6px 0;border-bottom:2px solid #8a8a8a;vertical-align:bottom",
    "td": "padding:6px 8px 6px 0;border-bottom:1px solid #8a8a8a;vertical-align:top",
}
CELLS = {
    "left": "text-align:left;overflow-wrap:anywhere",
    "right": "text-align:right;white-space:nowrap",
}
MAIL = "mailto:"
RULES = ["list", "table", "emphasis", "escape", "link", "autolink", "newline", "text"]


@dataclass(frozen=True, slots=True)
class Page:
    """A message body in its forms, which say the same."""

    text: str
    html: str
    blocks: tuple[Block, ...] = ()


def page(blocks: Sequence[str], links: set[str], typography: Callable[[str], str]) -> Page:
    """Makes both parts; only addresses in `links` become links."""
    markdown = _markdown()
    allowed = {markdown.normalizeLink(link): link for link in links}
    parsed = [markdown.parse(block) for block in blocks]
    for tokens in parsed:
        _finish(tokens, allowed, typography)
    html = "".join(markdown.renderer.render(tokens, markdown.options, {}) for tokens in parsed)
    text = bare("\n\n".join(_text(tokens, typography) for tokens in parsed))
    return Page(text, bare(html), printed(parsed))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "linkify": False, "maxNesting": 20})
    return markdown.enable(RULES)


def _finish(tokens: Sequence[Token], allowed: dict[str, str], typography: Callable[[str], str]) -> None:
    for token in tokens:
        _style(token)
        if token.children:
            token.children = list(_inline(token.children, allowed, typography))


def _style(token: Token) -> None:
    if token.nesting != 1 or token.tag not in STYLES:
        return
    align = "right" if "right" in str(token.attrs.get("style", "")) else "left"
    cell = {"th": f";text-align:{align}", "td": f";{CELLS[align]}"}.get(token.tag, "")
    token.attrSet("style", STYLES[token.tag] + cell)
    if token.tag == "th":
        token.attrSet("scope", "col")


def _inline(tokens: Sequence[Token], allowed: dict[str, str], typography: Callable[[str], str]) -> Iterator[Token]:
    """The same tokens with typography applied and every link that is not allowed taken out."""
    address = ""
    for token in tokens:
        if token.type == "link_open":
            address = allowed.get(str(token.attrs.get("href", "")), "")
            token.meta["address"] = address
        if token.type == "text":
            written = token.content if not address else _label(token, address)
            token.content = typography(written)
        _style(token)
        if token.type not in {"link_open", "link_close"} or address:
            yield from _parted(token)
        if token.type == "link_close":
            address = ""


def _parted(token: Token) -> Iterator[Token]:
    """A text whose values stand in one cell, with the line breaks between them."""
    if BREAK not in token.content:
        yield token
        return
    for index, part in enumerate(token.content.split(BREAK)):
        if index:
            yield Token("hardbreak", "br", 0)
        yield Token("text", "", 0, content=part)


def _label(token: Token, address: str) -> str:
    return address if token.content.startswith(("http://", "https://")) else token.content


def _text(tokens: Sequence[Token], typography: Callable[[str], str]) -> str:
    if tokens and tokens[0].type == "table_open":
        return "\n".join(typography(row) for row in _table(tokens))
    lines: list[str] = []
    bullet = ""
    for token in tokens:
        if token.type == "list_item_open":
            bullet = f"{token.info}{token.markup} " if token.info else "- "
        if token.type == "inline":
            lines.append(bullet + _words(token))
            bullet = ""
    return "\n".join(lines)


def _table(tokens: Sequence[Token]) -> Iterator[str]:
    """A line for each row: every cell after its heading."""
    headings: list[str] = []
    cells: list[str] = []
    for before, token in pairwise(tokens):
        if before.type == "th_open":
            headings.append(_words(token))
        if before.type == "td_open":
            cells.append(_words(token))
        if token.type == "tr_close" and cells:
            yield _row(headings, cells)
            cells = []


def _row(headings: list[str], cells: list[str]) -> str:
    names = "\n".join(headings).split("\n")
    values = "\n".join(cells).split("\n")
    pairs = zip(names, values, strict=False)
    return "- " + "; ".join(f"{name}: {value}" for name, value in pairs if value.strip())


def _words(inline: Token) -> str:
    """An inline token's text; a web link with a label of its own is followed by its address."""
    written: list[str] = []
    address = label = ""
    for token in inline.children or []:
        if token.type == "link_open":
            address, label = str(token.meta.get("address", "")), ""
        elif token.type == "link_close":
            written.append("" if label == address or address.startswith(MAIL) else f" ({address})")
            address = ""
        elif token.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        else:
            label += token.content if address else ""
            written.append(token.content)
    return "".join(written)
