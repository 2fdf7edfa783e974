"""The printer's pages: everything in the window and on the page, and a file that can be kept for years."""

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PageObject, PdfReader
from pypdf._text_extraction._layout_mode._fixed_width_page import text_show_operations
from pypdf.generic import ContentStream
from tests.gallery.letters import ADDRESSEES, TEMPLATES, letter, paper

from relancier.adapters.printing import NoPrinter, printer
from relancier.adapters.printing.pages import MOST_CHARACTERS, TypstPrinter, source
from relancier.core.text.blocks import Grid, Paragraph, Run
from relancier.ports import Printer, PrintFailed

MM = 72 / 25.4
CASES = [(template, language, count) for template in TEMPLATES for language in ("fr", "en") for count in (1, 12)]


def is_a_printer(made: Printer) -> Printer:
    return made


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(pdf).pages)


@dataclass(frozen=True)
class Piece:
    """Some words of one line: from where to where, and their baseline, in mm from the left and from the top."""

    words: str
    left: float
    right: float
    baseline: float
    size: float

    @property
    def top(self) -> float:
        return self.baseline - 0.75 * self.size  # the highest letters of the printer's fonts

    @property
    def bottom(self) -> float:
        return self.baseline + 0.25 * self.size


def pieces(pdf: bytes) -> list[list[Piece]]:
    """The words of each page where they stand."""
    return [list(_of_page(page)) for page in read(pdf).pages]


def _of_page(page: PageObject) -> Iterator[Piece]:
    """Widths by one way of pypdf, which leaves out where the page's content begins; that, by another."""
    begins: dict[str, float] = {}

    def visit(words: str, cm: list[float], tm: list[float], *_: Any) -> None:
        begins.setdefault(words.strip(), tm[4] * cm[0] + tm[5] * cm[2] + cm[4])

    page.extract_text(visitor_text=visit)
    content = ContentStream(page["/Contents"].get_object(), page.pdf, "bytes")
    shown = text_show_operations(iter(content.operations), page._layout_mode_fonts())
    written = [one for one in shown if one["text"].strip()]
    shift = next(begins[one["text"].strip()] - one["tx"] for one in written if one["text"].strip() in begins)
    for one in written:
        words, text = one["text"].rstrip(), one["text"]
        left, wide = (one["tx"] + shift) / MM, (one["displaced_tx"] - one["tx"]) / MM
        baseline = (float(page.mediabox.height) - one["ty"]) / MM
        yield Piece(words, left, left + wide * len(words) / len(text), baseline, one["font_size"] / MM)


@pytest.mark.parametrize("name", ADDRESSEES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_addressee_stands_in_the_window_and_nothing_else_does(name: str, language: str) -> None:
    """Of each window of 100 x 35 or 45 mm, 20 mm from the right and 15 to 20 from the bottom, however the sheet slips.

    A sheet of 210 x 99 slips by 10 and 11 mm in an envelope of 220 x 110: what any window may show lies within 90 to
    200 and 39 to 95 mm, what every window shows within 100 to 190 and 55 to 79 mm.
    """
    first, *_ = pieces(printer.letter(letter("formal-notice", language, addressee=ADDRESSEES[name])))
    seen = [one for one in first if one.right >= 90 and one.bottom >= 39 and one.top <= 95]
    lines = "".join(ADDRESSEES[name]).replace(" ", "")
    assert "".join(one.words for one in seen).replace(" ", "") == lines
    for one in seen:
        assert round(one.left) == 110
        assert one.right <= 190
        assert 55 <= one.top <= one.bottom <= 79


def test_a_short_address_is_printed_in_full_size_and_a_long_one_smaller() -> None:
    sizes = {}
    for name, lines in ADDRESSEES.items():
        first, *_ = pieces(printer.letter(letter("letter", "fr", addressee=lines)))
        sizes[name] = round(next(one.size for one in first if one.left > 100) * MM, 1)
    assert sizes == {"short": 10.5, "six lines": 10.0, "long names": 8.5}


@pytest.mark.parametrize(("template", "language", "invoices"), CASES)
def test_everything_stands_within_the_margins_and_apart_from_the_foot(
    template: str, language: str, invoices: int
) -> None:
    pdf = printer.letter(letter(template, language, invoices=invoices, addressee=ADDRESSEES["six lines"]))
    for page in pieces(pdf):
        assert round(min(one.left for one in page), 1) >= 20
        assert max(one.right for one in page) <= 190.3
        assert min(one.top for one in page) >= 19.5
        foot = [one for one in page if one.size * MM < 8]
        assert foot
        assert max(one.bottom for one in page if one not in foot) + 4 <= min(one.top for one in foot)
        assert max(one.bottom for one in foot) <= 290


def test_the_lines_of_a_letter_do_not_touch() -> None:
    for page in pieces(printer.letter(letter("formal-notice", "fr", invoices=12))):
        heights = sorted({round(one.baseline, 2) for one in page})
        assert min(below - above for above, below in pairwise(heights)) > 2.5


@pytest.mark.parametrize(("template", "language", "invoices"), CASES)
def test_the_end_of_a_letter_never_stands_alone(template: str, language: str, invoices: int) -> None:
    pdf = printer.letter(letter(template, language, invoices=invoices))
    pages = [page.extract_text() for page in read(pdf).pages]
    assert "Sophie Bernard" in pages[-1]
    if len(pages) > 1:
        body = pages[-1].partition("Sophie Bernard\n")[0].strip().splitlines()
        assert len([line for line in body if len(line) > 40]) >= 2
        assert [page.strip().endswith(f"{at}/{len(pages)}") for at, page in enumerate(pages, 1)] == [True] * len(pages)
    else:
        assert "1/1" not in pages[0]


def test_twelve_invoices_take_two_pages_with_the_headings_on_each_part_of_the_table() -> None:
    pages = read(printer.letter(letter("formal-notice", "fr", invoices=12))).pages
    assert len(pages) == 2
    many = Grid(("Facture", "Solde"), tuple((f"FA-{at}", "1 €") for at in range(80)), (1,))
    made = replace(letter("letter", "fr"), body=(many, Paragraph((Run("Fin"),))))
    parts = [page.extract_text() for page in read(printer.letter(made)).pages]
    assert len(parts) > 1
    assert all("Facture" in part for part in parts if "FA-" in part)


def test_the_file_is_of_a_kind_to_be_kept_and_says_nothing_of_plans() -> None:
    pdf = printer.letter(letter("formal-notice", "fr"))
    made = read(pdf)
    xmp = made.metadata, made.xmp_metadata
    assert xmp[1] is not None
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert xmp[0] is not None
    assert (xmp[0].title, xmp[0].author) == ("Courrier", "Atelier Lumen SAS")
    assert str(xmp[0].creation_date)[:10] == "2026-06-22"
    assert made.trailer["/Root"]["/Lang"] == "fr"  # type: ignore[index]
    for word in (b"formal-notice", b"mise en demeure", b"mauvais-payeurs", b"reminder"):
        assert word not in pdf


def test_an_english_letter_says_so_in_its_properties() -> None:
    made = read(printer.letter(letter("formal-notice", "en")))
    assert made.metadata is not None
    assert made.metadata.title == "Letter"
    assert made.trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]


def test_accents_signs_and_spaces_can_be_read_and_copied() -> None:
    said = "Éÿæœçà « naïve » – l’été…\u00a0: 1\u202f234,56\u00a0€ n° ŒUVRE"
    made = replace(letter("letter", "fr"), body=(Paragraph((Run(said),)),))
    assert said in text(printer.letter(made))


def test_what_looks_like_markup_is_only_text() -> None:
    said = '#set page(width: 1cm) *x* _y_ $z$ @preview/a:1 #read("/etc/passwd") \\ // [a] `b` <c>'
    made = replace(letter("letter", "fr"), subject=said, body=(Paragraph((Run(said),)),))
    assert text(printer.letter(made)).count(said) == 2


def test_no_page_reads_a_file_or_fetches_a_package() -> None:
    for name in ("letter.typ", "document.typ"):
        written = source(name).decode()
        assert not any(word in written for word in ("@preview", "#import", "#include", "read(", "image(", "plugin("))


def test_only_a_registered_letter_says_that_it_is_one() -> None:
    assert "Lettre recommandée avec avis de réception" in text(printer.letter(letter("formal-notice", "fr")))
    assert "recommandée avec avis" not in text(printer.letter(letter("letter", "fr")))


@pytest.mark.parametrize(
    "lines", [(), ("Dupont",), ("Dupont", " "), tuple("abcdefg")], ids=["none", "a name", "a name and a blank", "seven"]
)
def test_an_address_that_no_window_shows_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(PrintFailed, match="An envelope shows two to 6 lines"):
        printer.letter(letter("letter", "fr", addressee=lines))


def test_an_address_that_is_far_too_long_is_refused() -> None:
    with pytest.raises(PrintFailed, match="the address is too long for the window"):
        printer.letter(letter("letter", "fr", addressee=("Dupont " * 60, "1 rue A", "75001 Paris")))


def test_letters_that_the_fonts_lack_are_refused_on_a_letter() -> None:
    with pytest.raises(PrintFailed, match=r"The page holds characters that its fonts cannot show: U\+4E2D\."):
        printer.letter(letter("letter", "fr", addressee=("中", "1 rue A", "75001 Paris")))


def test_letters_that_the_fonts_lack_are_marked_on_a_paper() -> None:
    made = replace(paper(), body=(Paragraph((Run("avant 😀 中 après\x00\x07\u202e fin"),)),))
    assert "avant \ufffd \ufffd après fin" in text(printer.document(made))


def test_a_word_as_wide_as_the_page_breaks_within_the_margins() -> None:
    grid = Grid(("a", "b"), (("x" * 300, "1\u202f234,56\u00a0€"),), (1,))
    (page,) = pieces(printer.document(replace(paper(), body=(Paragraph((Run("y" * 500),)), grid))))
    assert max(one.right for one in page) <= 190.3


def test_a_paper_has_its_title_and_numbers_on_each_page() -> None:
    body = tuple(block for _ in range(3) for block in paper().body)
    made = printer.document(replace(paper(), body=body))
    pages = [page.extract_text() for page in read(made).pages]
    assert len(pages) > 1
    assert all(f"{at}/{len(pages)}" in page and "Atelier Lumen SAS" in page for at, page in enumerate(pages, 1))
    assert b"<pdfaid:part>2</pdfaid:part>" in made


def test_a_paper_without_end_is_refused() -> None:
    with pytest.raises(PrintFailed, match="too long"):
        printer.document(replace(paper(), body=(Paragraph((Run("mot " * (MOST_CHARACTERS // 4)),)),)))


def test_a_row_that_lacks_cells_or_has_too_many_fits_its_table() -> None:
    made = replace(paper(), body=(Grid(("a", "b"), (("un",), ("deux", "trois", "quatre"))),))
    assert "trois" in text(printer.document(made))
    assert "quatre" not in text(printer.document(made))


def test_without_the_extra_a_sentence_says_what_to_install() -> None:
    lacking = is_a_printer(NoPrinter())
    with pytest.raises(PrintFailed, match=r'pip install "relancier\[letters\]"'):
        lacking.letter(letter("letter", "fr"))
    with pytest.raises(PrintFailed, match=r'pip install "relancier\[letters\]"'):
        lacking.document(paper())
    assert isinstance(is_a_printer(printer), TypstPrinter)


def test_a_broken_library_is_told_like_one_that_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PrintFailed, match=r'pip install "relancier\[letters\]"'):
        printer.document(paper())


def test_the_library_is_loaded_only_where_a_page_is_printed() -> None:
    asked = "import sys, relancier.wiring; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
