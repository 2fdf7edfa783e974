"""A message's blocks for a printed page say what its text says."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.text.blocks import Block, Bullets, Grid, Paragraph, Run
from relancier.core.writing.samples import sample

TEMPLATES = shipped("templates")
DAY = date(2026, 4, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fr").mkdir()
    shutil.copy(TEMPLATES / "fr" / "words.toml", tmp_path / "fr")
    shutil.copy(TEMPLATES / "layout.html", tmp_path)
    return tmp_path


def blocks(folder: Path, body: str) -> tuple[Block, ...]:
    (folder / "fr" / "note-x.txt").write_text(f"Subject: x\n\n{body}", "utf-8")
    return FileLibrary(folder, folder / "plans").render("note-x", "fr", sample("fr")).blocks


def test_a_paragraph_keeps_its_words_its_strong_ones_and_its_spaces(folder: Path) -> None:
    body = "Merci de régler\n**sans attendre** : 12 €."
    runs = (
        Run("Merci de régler "),
        Run("sans attendre", strong=True),
        Run("\N{NO-BREAK SPACE}: 12\N{NO-BREAK SPACE}€."),
    )
    assert blocks(folder, body) == (Paragraph(runs),)


def test_kept_lines_are_one_paragraph_with_line_breaks(folder: Path) -> None:
    assert blocks(folder, "| IBAN\n| BIC") == (Paragraph((Run("IBAN\nBIC"),)),)


def test_a_list_is_bullets_with_one_item_a_line(folder: Path) -> None:
    assert blocks(folder, "- un\n- **deux** ou trois") == (
        Bullets(((Run("un"),), (Run("deux", strong=True), Run(" ou trois")))),
    )


def test_a_table_keeps_headings_rows_and_the_columns_at_the_right(folder: Path) -> None:
    (grid,) = blocks(folder, '{{ table(invoices, "number", "due", "amount_due") }}')
    assert isinstance(grid, Grid)
    assert len(grid.headings) == 3
    assert grid.right == (2,)
    assert [len(row) for row in grid.rows] == [3] * len(sample("fr")["invoices"])  # type: ignore[arg-type]
    assert grid.rows[0][2].endswith("\N{NO-BREAK SPACE}€")


def test_what_looks_like_markup_in_a_value_stays_what_it_is(folder: Path) -> None:
    (folder / "fr" / "note-x.txt").write_text("Subject: x\n\n{{ customer }}", "utf-8")
    fields = {**sample("fr"), "customer": "**Dupont** <b> #set | fin"}
    draft = FileLibrary(folder, folder / "plans").render("note-x", "fr", fields)
    assert draft.blocks == (Paragraph((Run("**Dupont** <b> #set | fin"),)),)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", ["reminder-1", "reminder-3", "recap"])
def test_every_word_of_the_text_stands_in_the_blocks(language: str, template: str) -> None:
    draft = FileLibrary(TEMPLATES, shipped("plans")).render(template, language, sample(language))
    said = " ".join(_words(block) for block in draft.blocks).split()
    lacking = [
        word
        for word in draft.text.split()
        if word.strip("-;:()") and not any(word.strip("-;:()") in one for one in said)
    ]
    assert lacking == []


def _words(block: Block) -> str:
    match block:
        case Paragraph(runs):
            return "".join(run.text for run in runs)
        case Bullets(items):
            return " ".join("".join(run.text for run in runs) for runs in items)
        case Grid(headings, rows):
            return " ".join([*headings, *(cell for row in rows for cell in row)])
        case _:
            return block.text


def test_a_letters_fixed_words_are_the_languages_own() -> None:
    library = FileLibrary(TEMPLATES, shipped("plans"))
    head = library.letterhead("fr", DAY, place="Lyon", subject="F-1 {place}", person="Mme Petit")
    assert head.place_and_date == "Lyon, le 1er avril 2026"
    assert head.subject == "Objet\N{NO-BREAK SPACE}: F-1 {place}"
    assert head.attention == "À l'attention de Mme Petit"
    assert head.registered == "Lettre recommandée avec avis de réception"
    bare = library.letterhead("en", DAY)
    assert (bare.place_and_date, bare.subject, bare.attention, bare.file) == ("1 April 2026", "", "", "letter")


def test_a_language_without_these_words_writes_what_is_known(folder: Path) -> None:
    words = (folder / "fr" / "words.toml").read_text("utf-8")
    (folder / "fr" / "words.toml").write_text(words.partition("[letter]")[0] + "[columns]\n[names]\n", "utf-8")
    head = FileLibrary(folder, folder / "plans").letterhead("fr", DAY, place="Lyon", subject="F-1", person="Mme Petit")
    assert (head.place_and_date, head.subject, head.attention) == ("Lyon, 1er avril 2026", "F-1", "Mme Petit")


def test_the_words_of_a_users_older_folder_come_with_the_program(folder: Path) -> None:
    words = (folder / "fr" / "words.toml").read_text("utf-8")
    (folder / "fr" / "words.toml").write_text(words.partition("[letter]")[0] + "[columns]\n[names]\n", "utf-8")
    head = FileLibrary(folder, folder / "plans", spare=TEMPLATES).letterhead("fr", DAY, place="Lyon", person="X")
    assert (head.place_and_date, head.attention) == ("Lyon, le 1er avril 2026", "À l'attention de X")
