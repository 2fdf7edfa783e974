"""`python -m tests.gallery [FOLDER]`: pictures of everything that Relancier shows anybody, and one page with them."""

import html
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.gallery.browser import Browser
from tests.gallery.pages import WIDTHS, Page, pages

HEAD = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Gallery</title><style>
body{font:16px/1.5 system-ui,sans-serif;margin:2rem;background:#f2f2f2;color:#222}h2{margin:3rem 0 1rem}
figure{margin:0 0 2rem}figcaption{font-weight:600;margin-bottom:.5rem}
.row{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}img{border:1px solid #ccc;max-height:900px}
</style>
"""


def main(folder: Path, wanted: str = "") -> None:
    """Writes every page whose name holds `wanted`."""
    folder.mkdir(parents=True, exist_ok=True)
    shown: dict[str, list[tuple[Page, list[str]]]] = {}
    with Browser() as browser:
        for page in pages():
            if wanted in page.name:
                shown.setdefault(page.group, []).append((page, list(photographed(page, folder, browser))))
    (folder / "index.html").write_text("".join(index(shown)), "utf-8")
    print(f"{sum(len(group) for group in shown.values())} pages: {folder / 'index.html'}")  # noqa: T201


def photographed(page: Page, folder: Path, browser: Browser) -> Iterator[str]:
    """The names of the pictures made of a page."""
    if page.png:
        (folder / f"{page.name}.png").write_bytes(page.png)
        yield f"{page.name}.png"
        return
    for width in WIDTHS:
        for dark in (False, True) if page.dark else (False,):
            name = f"{page.name}-{width}{'-dark' if dark else ''}.png"
            height = browser.show(page.html, width=width, dark=dark)
            (folder / name).write_bytes(browser.picture(width, height))
            yield name


def index(shown: dict[str, list[tuple[Page, list[str]]]]) -> Iterator[str]:
    yield HEAD
    for group, rows in shown.items():
        yield f"<h2>{html.escape(group)}</h2>"
        for page, names in rows:
            pictures = "".join(f'<img src="{name}" alt="" loading="lazy">' for name in names)
            caption = html.escape(f"{page.title} ({page.language})")
            yield f'<figure><figcaption>{caption}</figcaption><div class="row">{pictures}</div></figure>'


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery"), *sys.argv[2:3])
