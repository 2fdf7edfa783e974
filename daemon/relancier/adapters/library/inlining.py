"""The style sheet of a message into its elements, where every mail program reads it; css-inline behind one function."""

import re
from functools import lru_cache

from css_inline import CSSInliner, InlineError

from relancier.core.text.typography import NBSP

_KEPT = re.compile(r"<head>(<style>.*?</style>)", re.DOTALL)
_FETCHES = re.compile(r"@import|url\(", re.IGNORECASE)


class StyleFailed(Exception):  # noqa: N818 - named after the situation
    """The style sheet cannot be used."""


def inlined(html: str, style: str) -> str:
    """The page with its style inside each element; only what depends on the screen stays in the head.

    Raises StyleFailed.
    """
    if fetches := _FETCHES.search(style):
        raise StyleFailed(f"{fetches[0]} fetches something from elsewhere, which mail programs hold back; take it out")
    try:
        return _ordered(_inliner(style).inline(html).replace("&nbsp;", NBSP))
    except InlineError as error:
        raise StyleFailed(f"it cannot be read: {error}") from None


def _ordered(html: str) -> str:
    """The same page with what stays in the head at its end: a browser looks for the charset in the first bytes only."""
    kept = _KEPT.search(html)
    if kept is None:
        return html
    return f"{html[: kept.start(1)]}{html[kept.end(1) :]}".replace("</head>", f"{kept[1]}</head>", 1)


@lru_cache(maxsize=4)
def _inliner(style: str) -> CSSInliner:
    return CSSInliner(
        extra_css=style,
        inline_style_tags=True,
        keep_style_tags=False,
        keep_at_rules=True,
        load_remote_stylesheets=False,
        minify_css=True,
        apply_width_attributes=True,  # Outlook reads these, not the style
    )
