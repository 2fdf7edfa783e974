"""Every page of the gallery in a real browser: on a phone and on a desk, in the light and in the dark."""

import os
from collections.abc import Iterator

import pytest
from tests.gallery.browser import Browser, program
from tests.gallery.checks import faults, loose
from tests.gallery.pages import WIDTHS, Page, pages

pytestmark = pytest.mark.servers
MISSING = "Chromium is not installed: run `sudo make servers`."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if program() is None and os.environ.get("RELANCIER_REQUIRE_SERVERS") == "1":
        pytest.fail(MISSING)
    if program() is None:
        pytest.skip(MISSING)
    with Browser() as one:
        yield one


@pytest.fixture(scope="module")
def shown() -> list[Page]:
    """The pages that a browser lays out."""
    return [page for page in pages() if page.html]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_can_be_read(browser: Browser, shown: list[Page], width: int, dark: bool) -> None:
    found = {
        page.name: wrong
        for page in shown
        if (wrong := faults(browser, page.html, width=width, dark=dark, language=page.language))
    }
    assert found == {}


def test_messages_to_customers_and_colleagues_are_there_in_both_languages(shown: list[Page]) -> None:
    for language in ("fr", "en"):
        names = {page.name for page in shown if page.language == language}
        assert {f"{language}-reminder-1-one", f"{language}-reminder-3-several", f"{language}-note-reply-one"} <= names


SOUND = '<html lang="fr"><meta name="color-scheme" content="light dark"><body style="color:#111;background:#fff">{}'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<p style="width:900px">large</p>', "too wide"),
        ("<p>https://pay.example/" + "x" * 200 + "</p>", "too wide"),
        ('<p style="color:#999">pâle</p>', "hard to read"),
        ('<div style="background:#111"><p>noir</p></div>', "hard to read"),
        ("<p>Combien ?</p>", "fixed space"),
        ("<p>Combien?</p>", "fixed space"),
        ("<p>Total : <b>5 €</b></p>", "fixed space"),
        ('<img alt="x" src="https://elsewhere.example/a.png">', "network"),
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">', "nothing of a picture"),
    ],
)
def test_a_page_with_a_fault_is_found(browser: Browser, body: str, told: str) -> None:
    found = faults(browser, SOUND.format(body), width=360, dark=False, language="fr")
    assert any(told in one for one in found), found


def test_a_page_that_the_dark_makes_unreadable_is_found(browser: Browser) -> None:
    page = SOUND.format(
        '<p style="color:#111">x</p><style>@media (prefers-color-scheme:dark){body{background:#222!important}}'
    )
    assert faults(browser, page, width=1280, dark=False, language="en") == []
    assert faults(browser, page, width=1280, dark=True, language="en")


@pytest.mark.parametrize(
    "text",
    [
        "Combien\u202f? « Oui\u00a0», 1\u202f234,56\u00a0€ à 12,15\u00a0%\u00a0: voir\u202f; fin".replace(
            "« ", "«\u00a0"
        ),
        "https://pay.example/?a=b;c à 10:30, RE: FA-1, compta@lumen.test",
    ],
)
def test_well_set_french_is_left_alone(text: str) -> None:
    assert loose(text) == []


@pytest.mark.parametrize("text", ["1 234,56\u00a0€", "12 %", "Objet : x", "oui ;", "« oui\u00a0»", "oui!", "5€"])
def test_french_that_may_part_is_told(text: str) -> None:
    assert loose(text)
