"""What the gallery shows: one function a kind of page, each in SOURCES.

To add pages, write a module beside this one with a function that yields `Page`s, and put it in `sources()`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

WIDTHS = (360, 1280)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page to look at: `html` that Chromium lays out, or a picture that was made elsewhere (`png`).

    `name` becomes the file's name: letters, digits and hyphens. `group` is the heading that it stands under.
    `language` is fr or en. `dark`: it is photographed in the dark too (every page is checked in it).
    """

    name: str
    group: str
    title: str
    language: str = "fr"
    html: str = ""
    png: bytes = b""
    dark: bool = False


Source = Callable[[], Iterator[Page]]


def sources() -> tuple[Source, ...]:
    """Every function that yields pages, in the order in which they are shown."""
    from tests.gallery import letters, messages, reports  # here: they import Page from this one

    return (messages.pages, letters.pages, reports.pages)


def pages() -> list[Page]:
    """All of them, each with a name of its own."""
    found = [page for source in sources() for page in source()]
    names = [page.name for page in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two pages of the gallery are called {', '.join(twice)}")
    return found
