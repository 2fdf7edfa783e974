"""The pictures that the pages show: each is one of the gallery's, and each of them is shown."""

import re
from pathlib import Path

import pytest
from tests.gallery.pages import pages
from tests.gallery.pictures import FOLDER, SHOWN

ROOT = FOLDER.parents[1]
PAGES = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))


def shown(page: Path) -> set[str]:
    return set(re.findall(r"\]\((?:docs/)?pictures/([\w-]+\.png)\)", page.read_text("utf-8")))


def test_every_picture_is_a_page_of_the_gallery() -> None:
    assert {*SHOWN} <= {page.name for page in pages()}


def test_the_folder_holds_those_pictures_and_no_others() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {name for name, _ in SHOWN.values()}


@pytest.mark.parametrize("name", [name for name, _ in SHOWN.values()])
def test_every_picture_is_shown_somewhere(name: str) -> None:
    assert any(name in shown(page) for page in PAGES)
