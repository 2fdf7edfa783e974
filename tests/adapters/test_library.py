import re
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.money import Money
from relancier.core.orders.choices import ORDERS
from relancier.core.plan import Plan
from relancier.core.problem import Problem
from relancier.core.reading.hints import HintKind
from relancier.core.writing.reasons import REASONS
from relancier.core.writing.samples import minimal, sample
from relancier.ports import Library, RenderFailed

ASKING = ("task", "note-reply", "note-order", "note-pause", "note-uncertain", "note-refused", "note-left")
TEMPLATES = shipped("templates")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with the words and the layout, and one template to overwrite."""
    for language in ("fr", "en"):
        (tmp_path / "templates" / language).mkdir(parents=True)
        shutil.copy(TEMPLATES / language / "words.toml", tmp_path / "templates" / language)
    for name in ("layout.html", "style.css"):
        shutil.copy(TEMPLATES / name, tmp_path / "templates")
    return tmp_path / "templates"


def library(folder: Path) -> FileLibrary:
    return FileLibrary(folder, folder.parent / "plans")


def text_of(folder: Path, body: str, fields: Mapping[str, object] | None = None, language: str = "en") -> str:
    write(folder, body, language=language)
    text = library(folder).render("note-x", language, fields if fields is not None else sample(language)).text
    return text.replace("\u00a0", " ").replace("\u202f", " ").rstrip("\n")


def write(folder: Path, body: str, *, subject: str = "Subject: x", language: str = "en", name: str = "note-x") -> None:
    (folder / language / f"{name}.txt").write_text(f"{subject}\n\n{body}", "utf-8")


def problems(folder: Path, language: str = "en") -> list[Problem]:
    return [one for one in library(folder).problems() if "missing" not in one.text and f"/{language}/" in one.where]


SAID = "550 5.1.1: boîte pleine ! voir 1 234; « aide » *ici* a_b_c | fin"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("| {{ quote|first }}", {"quote": (SAID,)}),
        ("| {{ detail }}", {"detail": SAID}),
        ("Dit : {{ about }}", {"about": SAID}),
        ("{% for one in hints %}\n- {{ one.words }}\n{% endfor %}", {"hints": ({"hint": "x", "words": SAID},)}),
        ("{% for line in lines %}\n- {{ line }}\n{% endfor %}", {"lines": (SAID,)}),
        ('{{ table(history, "event detail") }}', {"history": ({"event": "noted", "detail": SAID},)}),
    ],
)
def test_the_words_of_others_stay_as_they_were_written(folder: Path, body: str, fields: Mapping[str, Any]) -> None:
    write(folder, body, language="fr")
    draft = library(folder).render("note-x", "fr", fields)
    assert SAID in draft.text
    assert SAID in unescape(draft.html)


def test_a_long_link_is_cut_only_where_it_does_not_fit(folder: Path) -> None:
    url = "https://pay.example/1234"
    write(folder, "{{ payment_url }}")
    html = library(folder).render("note-x", "en", {"payment_url": url}).html
    assert re.search(r'<a [^>]*style="[^"]*overflow-wrap:anywhere', html)
    assert "break-all" not in html


def test_it_is_a_library() -> None:
    made: Library = FileLibrary(TEMPLATES, shipped("plans"))
    assert made.languages() == ("en", "fr")


def test_the_shipped_files_have_no_problem() -> None:
    made = FileLibrary(TEMPLATES, shipped("plans"))
    assert [str(problem) for problem in (*made.problems(), *made.plans()[1])] == []


# --- lines ------------------------------------------------------------------------------------------------------------


def test_a_sentence_a_line_becomes_a_paragraph(folder: Path) -> None:
    assert text_of(folder, "One.\nTwo.\n\nThree.\n") == "One. Two.\n\nThree."


def test_list_items_and_kept_lines_stay_lines(folder: Path) -> None:
    assert text_of(folder, "One:\n- a\n- b\nAfter.\n| c\n| d\n") == "One:\n\n- a\n- b\n\nAfter.\n\nc\nd"


def test_a_line_that_lacks_a_value_disappears_without_a_gap(folder: Path) -> None:
    body = "One {{ purpose }}.\nTwo.\n\n- {{ bic }}\n- {{ iban }}\n\nThree.\n"
    assert text_of(folder, body, {}) == "Two.\n\nThree."


@pytest.mark.parametrize("value", [None, "", "  ", "\x00", "\ue000"])
def test_nothing_and_nothing_to_see_are_lacking(folder: Path, value: object) -> None:
    assert text_of(folder, "A {{ purpose }}.\nB.\n", {"purpose": value}) == "B."


@pytest.mark.parametrize(
    "use",
    [
        "{{ earlier|listing }}",
        "{{ invoices|having('consequences')|each('number')|listing }}",
        "{{ (invoices|first).number }}",
        "{{ (earlier|last) }}",
        "{{ channel|word }}",
        "{{ table(invoices, 'number') }}",
        "{{ company_address }}",
    ],
)
def test_a_lacking_value_in_a_filter_still_drops_the_line(folder: Path, use: str) -> None:
    assert text_of(folder, f"A {use}.\nB.\n", {}) == "B."


def test_a_condition_on_a_lacking_value_is_false(folder: Path) -> None:
    body = "{% if days_late > 3 or next_step == 'call' or due %}\nA\n{% else %}\nB\n{% endif %}\n"
    assert text_of(folder, body, {}) == "B"


def test_tags_on_their_own_line_leave_no_line_and_tags_within_keep_theirs(folder: Path) -> None:
    body = "One{% if several %} more{% endif %}\n{% if number %}\ntwo\n{% endif %}\nthree.\n"
    assert text_of(folder, body) == "One two three."


def test_a_value_in_a_row_that_is_lacking_drops_its_line_only(folder: Path) -> None:
    body = "{% for row in invoices %}\n- {{ row.number }} {{ row.interest }}\n{% endfor %}\n- end\n"
    assert text_of(folder, body, sample("en", several=True)).count("\n") == 2


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("fr", date(2026, 6, 1), "1er juin 2026"),
        ("fr", date(2026, 6, 11), "11 juin 2026"),
        ("en", date(2026, 6, 1), "1 June 2026"),
    ],
)
def test_dates_are_written_out(folder: Path, language: str, value: date, written: str) -> None:
    assert text_of(folder, "{{ due }}", {"due": value}, language) == written


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("fr", Money(Decimal("1234.565")), "1\u202f234,57\u00a0€"),
        ("fr", Money(Decimal("0.125")), "0,13\u00a0€"),
        ("en", Money(Decimal("1234.565")), "€1,234.57"),
        ("en", Money(Decimal(1000), "CHF"), "CHF1,000.00"),
    ],
)
def test_amounts_are_rounded_half_up(folder: Path, language: str, amount: Money, written: str) -> None:
    write(folder, "{{ amount }}", language=language)
    assert library(folder).render("note-x", language, {"amount": amount}).text == f"{written}\n"


def test_a_moment_a_number_and_a_list(folder: Path) -> None:
    row = {"at": datetime(2026, 6, 1, 9, 5, tzinfo=UTC), "event": "replied"}
    body = "{{ (history|first).at }} {{ days_late }} {{ lines|listing }}"
    fields = {"history": (row,), "days_late": 1234, "lines": ("a", "b", "c")}
    assert text_of(folder, body, fields, "fr") == "1er juin 2026 à 09:05 1 234 a, b et c"


def test_a_language_without_words_is_a_problem(folder: Path) -> None:
    (folder / "en" / "words.toml").unlink()
    write(folder, "x")
    assert "words.toml" in str(problems(folder)[0])
    with pytest.raises(RenderFailed, match=r"words\.toml"):
        library(folder).render("note-x", "en", {})


@pytest.mark.parametrize(("line", "says"), [("locale = 'xx_YY'", "locale"), ("and = 'y'", "part"), ("= 3", "read")])
def test_wrong_words_are_told_in_a_sentence(folder: Path, line: str, says: str) -> None:
    shared = "and = 'and'\npart = 'p'\nmoment = 'm'\n" if "locale" in line else ""
    (folder / "en" / "words.toml").write_text(f"{line}\n{shared}")
    write(folder, "x")
    assert any(says in problem.text for problem in problems(folder))


# --- fields are data --------------------------------------------------------------------------------------------------

NASTY = "*Dupont* [x](http://y.example) <b>&amp; `z` # _a_ | ~~s~~ <http://z.example> \\ {{ 7 }} - ![i](http://i)"


def test_a_field_is_shown_literally_in_both_parts(folder: Path) -> None:
    write(
        folder, "To {{ customer }} now.\n\n{{ customer }}\n\n- {{ customer }}\n", subject="Subject: a - {{ customer }}"
    )
    draft = library(folder).render("note-x", "en", {"customer": NASTY})
    assert draft.text == f"To {NASTY} now.\n\n{NASTY}\n\n- {NASTY}\n"
    assert "<a " not in draft.html
    assert "<em>" not in draft.html
    assert "&lt;b&gt;&amp;amp;" in draft.html


@pytest.mark.parametrize("value", ["- item", "| kept", "1. one", "# head", "> quote", "    code", "---", "***"])
def test_a_field_at_the_start_of_a_line_is_no_markup(folder: Path, value: str) -> None:
    assert text_of(folder, "{{ customer }}\nmore.", {"customer": value}) == f"{value.strip()} more."


def test_a_field_in_a_table_stays_in_its_cell(folder: Path) -> None:
    row = {"number": "A|B", "purpose": "x | y *z*", "amount_due": Money(Decimal(1))}
    written = text_of(folder, "{{ table(invoices, 'number', 'purpose', 'amount_due') }}", {"invoices": (row,)})
    assert written == "- Invoice: A|B; For: x | y *z*; Amount due: €1.00"


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.example", "a\nb", "a\x00b", "a\u2028b"])
def test_no_field_breaks_the_subject(folder: Path, bad: str) -> None:
    write(folder, "x", subject="Subject: {{ number }} - {{ customer }}")
    subject = library(folder).render("note-x", "en", {"number": bad, "customer": bad}).subject
    assert re.search(r"[\r\n\x00\u2028]", subject) is None


def test_only_a_sound_payment_link_becomes_a_link(folder: Path) -> None:
    write(folder, "Pay: {{ payment_url }}\nOr [here](https://evil.example).\n")
    url = "https://pay.example/a?b=1&c=%20"
    draft = library(folder).render("note-x", "en", {"payment_url": url})
    assert re.findall(r'href="([^"]*)"', draft.html) == ["https://pay.example/a?b=1&amp;c=%20"]
    assert url in draft.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://a.example", "https://a b", "https://", 'https://a"b', "https://u:p@a.example", "x"],
)
def test_any_other_address_is_lacking(folder: Path, url: str) -> None:
    assert text_of(folder, "Pay: {{ payment_url }}\nB.", {"payment_url": url}) == "B."


# --- the subject ------------------------------------------------------------------------------------------------------


def subject_of(folder: Path, **fields: object) -> str:
    write(folder, "x", subject="Subject: {{ numbers }} - {{ company }} - invoice - {{ customer }}")
    return library(folder).render("note-x", "en", fields).subject


def test_a_lacking_part_leaves_the_subject(folder: Path) -> None:
    assert subject_of(folder, numbers="FA-1", customer="C") == "FA-1 - invoice - C"


def test_the_customer_leaves_a_long_subject_first_then_the_last_part(folder: Path) -> None:
    assert subject_of(folder, numbers="FA-1", company="B" * 40, customer="C" * 40) == f"FA-1 - {'B' * 40} - invoice"
    assert subject_of(folder, numbers="FA-1", company="B" * 70, customer="C" * 40) == f"FA-1 - {'B' * 70}"


def test_many_numbers_are_cut_between_two(folder: Path) -> None:
    subject = subject_of(folder, numbers=", ".join(f"FA-2026-{n:04}" for n in range(20)), company="B", customer="C")
    assert subject == "FA-2026-0000, FA-2026-0001, FA-2026-0002, FA-2026-0003, FA-2026-0004, ..."
    assert len(subject_of(folder, numbers="F" * 200)) == 78


def test_a_name_with_a_dash_stays_whole(folder: Path) -> None:
    assert (
        subject_of(folder, numbers="FA-1", company="B", customer="Dupont - Fils")
        == "FA-1 - B - invoice - Dupont - Fils"
    )


# --- what must not happen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["amount_due", "number", "due", "deadline"])
def test_a_customer_gets_no_message_that_lacks_what_is_always_known(empty: str) -> None:
    fields = {**sample("fr"), empty: None}
    with pytest.raises(RenderFailed, match=empty):
        FileLibrary(TEMPLATES, shipped("plans")).render("reminder-1", "fr", fields)


def test_nor_one_with_a_row_that_lacks_it() -> None:
    rows = ({**sample("fr")["invoices"][0], "amount_due": None},)  # type: ignore[index]
    with pytest.raises(RenderFailed, match="amount_due is empty in one of invoices"):
        FileLibrary(TEMPLATES, shipped("plans")).render("reminder-1", "fr", {**sample("fr"), "invoices": rows})


def test_a_field_that_is_no_variable_is_refused() -> None:
    with pytest.raises(RenderFailed, match="adress"):
        FileLibrary(TEMPLATES, shipped("plans")).render("reminder-1", "fr", {**sample("fr"), "adress": "x"})


@pytest.mark.parametrize(
    ("name", "language"), [("../fr/task", "en"), ("task", "../fr"), ("nope", "fr"), ("task", "de")]
)
def test_no_other_file_is_a_template(name: str, language: str) -> None:
    with pytest.raises(RenderFailed, match="no such template"):
        FileLibrary(TEMPLATES, shipped("plans")).render(name, language, minimal("fr"))


def test_a_large_message_has_no_html_part(folder: Path) -> None:
    row = {"number": "FA-1", "due": date(2026, 6, 1), "amount_due": Money(Decimal(1)), "purpose": "x"}
    write(folder, "{{ table(invoices, 'number', 'due', 'amount_due', 'purpose') }}")
    draft = library(folder).render("note-x", "en", {"invoices": (row,) * 400})
    assert (draft.html, draft.text.count("FA-1")) == ("", 400)


# --- plans ------------------------------------------------------------------------------------------------------------


def test_plans_are_read_by_name_and_wrong_ones_set_aside(tmp_path: Path) -> None:
    def read(name: str, table: Mapping[str, object], where: str) -> tuple[Plan | None, list[Problem]]:
        known = Plan(name, str(table["title"]), ())
        return (known, []) if table["title"] else (None, [Problem(where, "no title")])

    (tmp_path / "good.toml").write_text("title = 'Bon'\n")
    (tmp_path / "empty.toml").write_text("title = ''\n")
    (tmp_path / "broken.toml").write_text("title = 'a'\n\nstep = = 3\n")
    (tmp_path / "latin.toml").write_bytes("title = 'a'\n# é\n".encode("cp1252"))
    (tmp_path / "huge.toml").write_text("title = 'a'\n" + "#\n" * 200_000)
    plans, found = FileLibrary(TEMPLATES, tmp_path, read).plans()
    assert list(plans) == ["good"]
    assert [(one.where, one.line) for one in found] == [
        ("broken.toml", 3),
        ("empty.toml", None),
        ("huge.toml", None),
        ("latin.toml", 2),
    ]


def test_an_empty_folder_of_plans_is_a_problem(tmp_path: Path) -> None:
    assert "no plan" in str(FileLibrary(TEMPLATES, tmp_path).plans()[1][0])


def test_a_template_that_an_email_step_names_must_exist(tmp_path: Path) -> None:
    step = (
        "[[step]]\nid = 'a'\nat = 'J+3'\nchannel = 'email'\ntemplate = 'nope'\nfrom = 'supplier'\nto = ['accounting']\n"
    )
    (tmp_path / "mine.toml").write_text(f"title = 'Mine'\n{step}")
    found = [str(one) for one in FileLibrary(TEMPLATES, tmp_path).problems()]
    assert len(found) == 2
    assert "mine.toml" in found[0]
    assert "nope.txt" in found[0]


# --- notes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_sentence_in_every_language(folder: Path, language: str, reason: str) -> None:
    told = text_of(folder, "{{ reason|word }}", {"reason": reason}, language)
    within = reason.startswith("off_")  # it ends a sentence of the note that calls a task off
    assert told not in {"", reason}
    assert told.endswith(".") is not within


@pytest.mark.parametrize(("language", "stops"), [("fr", "Plus aucun message ne part"), ("en", "No message leaves")])
def test_a_note_says_that_nothing_leaves_only_when_it_is_so(language: str, stops: str) -> None:
    notes = FileLibrary(TEMPLATES, shipped("plans"))
    held = notes.render("note-held", language, {"reason": "surge", "count": 40, "command": "relancier confirm"})
    wrong = notes.render("note-held", language, {"reason": "render_failed", "command": "relancier check"})
    assert stops in held.text
    assert stops not in wrong.text
    assert held.subject != wrong.subject


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", ASKING)
def test_a_note_offers_its_orders_as_links_that_open_the_answer(template: str, language: str) -> None:
    made = FileLibrary(TEMPLATES, shipped("plans")).render(template, language, sample(language))
    rows: Any = sample(language)["choices"]
    row = rows[0]
    assert f'<a href="{row["link"].replace("&", "&amp;")}"' in made.html
    assert f">{row['line']}</a>" in made.html
    assert f"\n- {row['line']}" in made.text
    assert "mailto:" not in made.text


@pytest.mark.parametrize("link", ["mailto:a@b.test?x=1 y", "mailto:a@b.test?x=<b>", "javascript:x", "mailto:", "x)(y"])
def test_an_order_never_links_to_anything_else(link: str) -> None:
    fields = sample("fr") | {"choices": ({"line": "stop", "meaning": "choice_close", "link": link},)}
    made = FileLibrary(TEMPLATES, shipped("plans")).render("note-reply", "fr", fields)
    assert "<a href" not in made.html


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("word", [*(f"choice_{word}" for word in ORDERS), *(f"hint_{kind}" for kind in HintKind)])
def test_every_choice_and_hint_has_its_words_in_every_language(folder: Path, language: str, word: str) -> None:
    assert text_of(folder, "{{ reason|word }}", {"reason": word}, language).strip() not in {"", word}


def test_a_task_shows_the_telephone_number() -> None:
    task = FileLibrary(TEMPLATES, shipped("plans")).render("task", "fr", sample("fr"))
    assert "+33 4 78 00 00 10" in task.text.replace("\u00a0", " ")


# --- what is kept between two messages -------------------------------------------------------------------------------


def test_an_edit_is_in_force_at_once_in_every_file(folder: Path) -> None:
    made = library(folder)
    for turn in ("a", "b"):  # files of the same length, written within the same tick of the file system's clock
        (folder / "en/_part.txt").write_text(f"part {turn}", "utf-8")
        write(folder, f"body {turn} {{{{ amount_due }}}}\n\n{{% include '_part.txt' %}}", subject=f"Subject: {turn}")
        words = (TEMPLATES / "en/words.toml").read_text("utf-8")
        (folder / "en/words.toml").write_text(words.replace('locale = "en_', f'# {turn}\nlocale = "en_'), "utf-8")
        layout = (TEMPLATES / "layout.html").read_text("utf-8")
        (folder / "layout.html").write_text(layout.replace("</body>", f"<p>layout {turn}</p></body>"), "utf-8")
        draft = made.render("note-x", "en", sample("en"))
        assert draft.subject == turn
        assert f"body {turn} " in draft.text
        assert f"part {turn}" in draft.text
        assert f"layout {turn}" in draft.html


def test_words_edited_are_in_force_at_once(folder: Path) -> None:
    made = library(folder)
    write(folder, "{{ numbers }} {{ earlier }}")
    sentence = "{{ earlier | listing }}"
    write(folder, sentence)
    before = made.render("note-x", "en", sample("en")).text
    words = (folder / "en/words.toml").read_text("utf-8")
    assert 'and = "and"' in words
    (folder / "en/words.toml").write_text(words.replace('and = "and"', 'and = "xyz"'), "utf-8")
    assert made.render("note-x", "en", sample("en")).text == before.replace(" and ", " xyz ")
    assert " xyz " in made.render("note-x", "en", sample("en")).text
