"""`python -m tests.gallery.pictures`: the pictures of docs/pictures, which the README and the guide show."""

from collections.abc import Iterator
from pathlib import Path

from tests.gallery.browser import Browser
from tests.gallery.pages import Page, pages

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MAIL, PAGE = 672, 1120  # as wide as a message is, and as a page that is read on a desktop
SHOWN = {
    "fr-reminder-2-plain": ("relance.png", MAIL),
    "fr-note-reply-one": ("note.png", MAIL),
    "fr-digest-calm": ("point-du-matin.png", MAIL),
    "fr-call-one": ("appel.png", MAIL),
    "fr-follow-up-plain": ("brouillon.png", MAIL),
    "letter-fr-formal-notice-1-p1": ("lettre.png", MAIL),
    "report-fr": ("rapport.png", PAGE),
    "en-reminder-2-plain": ("reminder.png", MAIL),
}


def main(folder: Path = FOLDER) -> None:
    """Writes every picture, over those of before."""
    folder.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        for name, picture in taken(browser):
            (folder / name).write_bytes(picture)


def taken(browser: Browser) -> Iterator[tuple[str, bytes]]:
    """Each picture's file name and bytes."""
    known: dict[str, Page] = {page.name: page for page in pages()}
    for page, (name, width) in SHOWN.items():
        if known[page].png:
            yield name, known[page].png
            continue
        height = browser.show(known[page].html, width=width)
        yield name, browser.picture(width, height)


if __name__ == "__main__":
    main()
