"""The style sheet of a message into its elements, where every mail program reads it; css-inline behind one function."""

from functools import lru_cache

from css_inline import CSSInliner, InlineError

from relancier.core.typography import NBSP


class StyleFailed(Exception):  # noqa: N818 - named after the situation
    """The style sheet cannot be read."""


def inlined(html: str, style: str) -> str:
    """The page with its style inside each element; only what depends on the screen stays in the head."""
    try:
        return _inliner(style).inline(html).replace("&nbsp;", NBSP)
    except InlineError as error:
        raise StyleFailed(str(error)) from None


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
