"""The forms of a message from one Markdown: readable plain text, HTML, and the blocks of a printed page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from relancier.adapters.library.lines import Block as Kind
from relancier.adapters.library.lines import Piece
from relancier.adapters.library.printed import printed
from relancier.adapters.library.shown import PICTURES, UNSEEN, Shown, drawn, said
from relancier.core.text.blocks import Block
from relancier.core.text.typography import BREAK, bare

MAIL = "mailto:"
RULES = ["list", "table", "emphasis", "escape", "link", "image", "autolink", "newline", "text"]
LINE_ENDS = frozenset({"softbreak", "hardbreak"})
Typography = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A message body in its forms, which say the same."""

    text: str
    html: str
    blocks: tuple[Block, ...] = ()


def page(pieces: Sequence[Piece], links: set[str], typography: Typography) -> Page:
    """Makes all forms; only addresses in `links` become links or pictures."""
    markdown = _markdown()
    allowed = {markdown.normalizeLink(link): link for link in links}
    shown = [Shown(one.kind, [] if one.kind is Kind.RULE else markdown.parse(one.markdown)) for one in pieces]
    for one in shown:
        _finish(one.tokens, allowed, typography)
    texts = (_text(one.tokens, typography) for one in shown)
    text = "\n\n".join(filter(None, texts))
    return Page(bare(text), bare(drawn(shown, markdown)), printed(one.tokens for one in shown if one.says))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "linkify": False, "maxNesting": 20})
    markdown.add_render_rule("text", said)
    return markdown.enable(RULES)


def _finish(tokens: Sequence[Token], allowed: dict[str, str], typography: Typography) -> None:
    for token in tokens:
        if token.children is not None:
            lines = _lines(token.children)
            token.meta[PICTURES] = [_told_aloud(line[0], typography) for line in lines if _is_picture(line, allowed)]
            kept = [list(_inline(line, allowed, typography)) for line in lines if not _is_picture(line, allowed)]
            token.children = list(_joined(kept))


def _lines(children: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each line; a line break of Markdown's stands at the end of its own."""
    lines: list[list[Token]] = [[]]
    for token in children:
        lines[-1].append(token)
        if token.type in LINE_ENDS:
            lines.append([])
    return lines


def _joined(lines: Sequence[Sequence[Token]]) -> Iterator[Token]:
    """The lines one after another, without a line break after the last one."""
    tokens = [token for line in lines for token in line]
    yield from tokens[:-1] if tokens and tokens[-1].type in LINE_ENDS else tokens


def _is_picture(line: Sequence[Token], allowed: dict[str, str]) -> bool:
    """Whether a line is nothing but a picture that may be shown."""
    inner = [token for token in line if token.type not in LINE_ENDS and token.content.strip("\\ ") + token.tag]
    return len(inner) == 1 and inner[0].type == "image" and str(inner[0].attrs.get("src", "")) in allowed


def _told_aloud(picture: Token, typography: Typography) -> Token:
    """The picture, its words finished."""
    for child in picture.children or []:
        child.content = typography(child.content)
    return picture


def _inline(tokens: Sequence[Token], allowed: dict[str, str], typography: Typography) -> Iterator[Token]:
    """The same tokens with typography applied and every link or picture that is not allowed taken out."""
    address = label = ""
    alone = [token.type for token in tokens if token.type not in LINE_ENDS][:1] == ["link_open"]
    for token in tokens:
        if token.type == "link_open":
            address, label = allowed.get(str(token.attrs.get("href", "")), ""), ""
        if token.type == "text":
            label = token.content if not address else _label(token, address)
            token.content = typography(label)
        if token.type != "image" and (token.type not in {"link_open", "link_close"} or address):
            yield from _parted(token)
        if token.type == "link_close":
            if address not in {"", label} and not address.startswith(MAIL):
                yield _told(typography("x: ")[1:] + address if alone else f" ({address})")
            address = ""


def _told(text: str) -> Token:
    """Words that HTML need not show, for its reader can follow the link."""
    return Token("text", "", 0, content=text, meta={UNSEEN: True})


def _parted(token: Token) -> Iterator[Token]:
    """A text whose values stand in one cell, with the line breaks between them."""
    if BREAK not in token.content:
        yield token
        return
    first, *others = token.content.split(BREAK)
    yield Token("text", "", 0, content=first)
    for part in others:
        lacking = {UNSEEN: True} if not part.strip() else {}
        yield Token("hardbreak", "br", 0, meta=dict(lacking))
        yield Token("span_open", "span", 1, attrs={"class": "under"}, meta=dict(lacking))
        yield Token("text", "", 0, content=part, meta=dict(lacking))
        yield Token("span_close", "span", -1, meta=dict(lacking))


def _label(token: Token, address: str) -> str:
    return address if token.content.startswith(("http://", "https://")) else token.content


def _text(tokens: Sequence[Token], typography: Typography) -> str:
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
    """An inline token's text."""
    return "".join("\n" if token.type in LINE_ENDS else token.content for token in inline.children or [])
