"""The report's page: its figures stand in tables, its words are the language's, and it needs nothing else."""

import re
from html import unescape
from pathlib import Path

import pytest
from tests.core.cases import CALENDAR, at
from tests.core.follow import PLAN, TODAY, year

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.overviews.report import Report, report
from relancier.ports import RenderFailed

TEMPLATES, PLANS = shipped("templates"), shipped("plans")


def made(company: str = "Atelier Lumen") -> Report:
    return report(year(), {PLAN.name: PLAN}, CALENDAR, at(TODAY), company)


def page(language: str = "fr", value: Report | None = None, templates: Path = TEMPLATES) -> str:
    return FileLibrary(templates, PLANS, spare=TEMPLATES).report(value or made(), language)


def shown(html: str) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_every_figure_of_a_chart_stands_in_a_table() -> None:
    html = page()
    cells = {unescape(cell) for cell in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html)}
    for label, value in re.findall(r'font-size="13" fill="[^"]*">([^<]*)</text><text[^>]*>([^<]*)</text>', html):
        assert unescape(label) in cells
        assert unescape(value) in cells


def test_amounts_and_dates_are_the_language_s() -> None:
    french, english = shown(page("fr")), shown(page("en"))
    assert "21\N{NARROW NO-BREAK SPACE}889,00\N{NO-BREAK SPACE}€" in french
    assert "€21,889.00" in english
    assert "Situation au 15 juin 2026" in french
    assert "As of 15 June 2026" in english


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = page()
    assert re.findall(r"(?:src|href|url\(|@import|<script|<link)", html) == []


def test_names_are_data() -> None:
    assert "<i>Lumen</i>" not in page(value=made("<i>Lumen</i>"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_state_says_so_in_words(language: str) -> None:
    nothing = report([], {}, CALENDAR, at(TODAY), "Lumen")
    said = shown(page(language, nothing))
    assert ("Rien n'est en retard." if language == "fr" else "Nothing is late.") in said
    assert not re.search(r"\{|\bNone\b|nan", said)


def test_both_languages_have_the_same_words() -> None:
    names = [
        re.findall(r"^([\w-]+) = ", (TEMPLATES / language / "report.toml").read_text("utf-8"), re.MULTILINE)
        for language in ("fr", "en")
    ]
    assert names[0] == names[1]


def test_a_user_s_own_words_win_and_a_wrong_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr/words.toml").write_text((TEMPLATES / "fr/words.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "fr/report.toml").write_text('title = "Suivi des règlements"', "utf-8")
    assert "Suivi des règlements" in shown(page(templates=tmp_path))
    (tmp_path / "fr/report.toml").write_text("title = ", "utf-8")
    with pytest.raises(RenderFailed, match=r"fr/report\.toml"):
        page(templates=tmp_path)
