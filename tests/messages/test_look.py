"""How every message is put together, whatever it says: its two forms agree, it is small, nothing comes from afar."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from tests.gallery.messages import names, situations, written
from tests.messages.reading import plain, words, words_of

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.reading.mail import Draft, Envelope
from relancier.core.reading.token import message_id, new_token
from relancier.core.writing.compose import compose
from relancier.ports import RenderFailed

TEMPLATES = shipped("templates")
TOKEN = new_token(b"k" * 32, "abcdefgh2345")
STAYS = re.compile(r"<style>.*?</style>", re.DOTALL)


def every() -> Iterator[tuple[str, str, str]]:
    for language in ("fr", "en"):
        for template in names(language):
            yield from ((language, template, situation) for situation in situations(template, language))


def draft(language: str, template: str, situation: str = "one") -> Draft:
    return written(template, language, situations(template, language)[situation])


@pytest.mark.parametrize(("language", "template", "situation"), list(every()))
def test_text_and_html_say_the_same(language: str, template: str, situation: str) -> None:
    made = draft(language, template, situation)
    assert words_of(made.html) ^ words(made.text) <= {"Atelier", "Lumen", "SAS"}, "the letterhead names us"
    assert made.html


@pytest.mark.parametrize(("language", "template", "situation"), list(every()))
def test_each_message_is_small_and_holds_all_it_shows(language: str, template: str, situation: str) -> None:
    made = draft(language, template, situation)
    raw = composed(made)
    shown = set(re.findall(r'src="cid:([^"]+)"', made.html)) - {"balance@relancier"}
    assert len(raw) < 100_000
    assert shown == {one.cid for one in made.attachments if one.cid}
    assert re.search(r"url\(|@import|<script|<link|<object|<iframe|javascript:", made.html) is None
    assert set(re.findall(r'(?:src|background)="(\w+):', made.html)) <= {"cid"}


def composed(made: Draft) -> bytes:
    envelope = Envelope(
        message_id=message_id(TOKEN, "atelier-lumen.example"),
        token=TOKEN,
        from_name="Sophie Bernard",
        from_address="compta@atelier-lumen.example",
        to=("compta@dupre.example",),
        date=datetime(2026, 6, 22, 8, 0, tzinfo=UTC),
    )
    return compose(made, envelope)


def test_its_head_names_each_thing_once_and_nothing_of_the_plan() -> None:
    message = message_from_bytes(composed(draft("fr", "reminder-3")), policy=default)
    assert isinstance(message, EmailMessage)
    heads = [name.lower() for name in message.keys()]  # noqa: SIM118 - a message repeats its keys
    assert len(heads) == len(set(heads))
    assert not {"reply-to", "x-mailer", "precedence", "list-unsubscribe", "x-priority", "importance"} & set(heads)
    assert "reminder" not in " ".join(str(value) for value in message.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_element_that_the_style_sheet_names_carries_its_style(language: str) -> None:
    html = STAYS.sub("", draft(language, "reminder-1").html)
    bare = [tag for tag in re.findall(r'<\w+[^>]*class="[^"]+"[^>]*>', html) if "style=" not in tag]
    assert bare == []
    assert "--" not in re.sub(r"<!--.*?-->", "", html), "a custom property that old mail programs cannot read"


def test_what_depends_on_the_screen_stays_in_the_head() -> None:
    kept = "".join(STAYS.findall(draft("fr", "reminder-1").html))
    assert "prefers-color-scheme" in kept
    assert "max-width" in kept
    assert 'charset="utf-8"' in draft("fr", "reminder-1").html[:200]
    assert ".page {" not in re.sub(r"@media[^{]+\{(?:[^{}]+\{[^{}]*\})+\s*\}", "", kept)


# --- What a template's lines become -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fr").mkdir()
    for name in ("layout.html", "style.css", "fr/words.toml"):
        (tmp_path / name).write_bytes((TEMPLATES / name).read_bytes())
    return tmp_path


def made(folder: Path, body: str, **fields: object) -> Draft:
    (folder / "fr" / "note-x.txt").write_text(f"Subject: x\n\n{body}", "utf-8")
    return FileLibrary(folder, folder / "plans").render("note-x", "fr", fields)


def shape(html: str) -> str:
    """The body without styles and spaces between elements."""
    body = html.partition('<div class="sheet"')[2].partition(">")[2].rpartition("</div>")[0].replace("&nbsp;", "\u00a0")
    bare = re.sub(r' (?:style|width|role)="[^"]*"|<!--.*?-->', "", body)
    return re.sub(r">\s+<", "><", bare).strip()


def test_lines_of_labels_become_two_columns(folder: Path) -> None:
    draft = made(folder, "| Facture : {{ number }}\n| Objet : {{ purpose }}\n", number="FA-1", purpose="a : b")
    assert draft.text == "Facture\u00a0: FA-1\nObjet\u00a0: a\u00a0: b\n"
    assert shape(draft.html) == (
        '<table class="facts"><tbody><tr><th scope="row">Facture</th><td>FA-1</td></tr>'
        '<tr><th scope="row">Objet</th><td>a\u00a0: b</td></tr></tbody></table>'
    )


def test_one_line_that_is_no_label_goes_across(folder: Path) -> None:
    html = shape(made(folder, "| Échéance 2/3\n| Émise le : hier\n| Solde : **5**\n| Objet : x").html)
    assert '<tr><td colspan="2">Échéance 2/3</td></tr>' in html
    assert '<th scope="row">Solde</th><td><strong>5</strong></td>' in html


@pytest.mark.parametrize(
    "body", ["| Sophie\n| Lumen\n| Téléphone : 1\n| Courriel : 2", "| Détail : x", "| a\n| b", "| 12:30\n| 13:30"]
)
def test_other_kept_lines_stay_lines(folder: Path, body: str) -> None:
    draft = made(folder, body)
    assert "<table" not in shape(draft.html)
    assert draft.text.count("\n") == body.count("\n") + 1


def test_a_colon_in_a_value_makes_no_label(folder: Path) -> None:
    draft = made(folder, "{% for line in quote %}\n| {{ line }}\n{% endfor %}", quote=("A : b", "C : d", "E : f"))
    assert "<table" not in shape(draft.html)


def test_what_is_set_off_stands_in_a_frame(folder: Path) -> None:
    draft = made(folder, "|| IBAN : {{ iban }}\n|| (le même)\n", iban="FR7630006000011234567890189")
    assert plain(draft.text) == "IBAN : FR76 3000 6000 0112 3456 7890 189\n(le même)\n"
    assert '<p class="fact"><span class="label">IBAN</span><br>FR76\u00a0<wbr>3000\u00a0<wbr>' in shape(draft.html)
    assert '<p class="fact aside">(le même)</p>' in shape(draft.html)
    assert shape(draft.html).startswith('<table class="frame">')


@pytest.mark.parametrize("start", ["", "| ", "|| "])
def test_a_link_alone_on_its_line_is_a_button_whose_address_the_text_tells(folder: Path, start: str) -> None:
    url = "https://pay.example/a?b=1"
    draft = made(folder, f"{start}[Payer en ligne]({{{{ payment_url }}}})", payment_url=url)
    assert draft.text == f"Payer en ligne\u00a0: {url}\n"
    button = f'<table class="button"><tbody><tr><td><a href="{url}">Payer en ligne</a></td></tr>'
    assert button in shape(draft.html)
    assert url in draft.blocks[0].runs[0].text  # type: ignore[union-attr]


def test_a_link_that_is_lacking_leaves_no_frame(folder: Path) -> None:
    draft = made(folder, "Bonjour.\n\n|| [Payer]({{ payment_url }})\n")
    assert (draft.text, shape(draft.html)) == ("Bonjour.\n", "<p>Bonjour.</p>")


PICTURE = "|| ![Code QR : à lire]({{ transfer_qr }})"


def test_a_picture_stands_beside_and_its_words_are_read_once(folder: Path) -> None:
    draft = made(folder, f"|| BIC : x\n{PICTURE}", transfer_qr="cid:a@b.test")
    words = "Code QR\u00a0: à lire"
    figure = f'<img src="cid:a@b.test" alt="{words}"><br><span aria-hidden="true">{words}</span>'
    assert draft.text == "BIC\u00a0: x\n"
    assert f'<div class="picture"><p class="shown">{figure}</p></div>' in shape(draft.html)


@pytest.mark.parametrize("body", [PICTURE.removeprefix("|| "), PICTURE])
def test_a_picture_may_stand_alone_and_is_no_word_of_the_text(folder: Path, body: str) -> None:
    draft = made(folder, f"Bonjour.\n\n{body}\n\nFin.", transfer_qr="cid:a@b.test")
    assert draft.text == "Bonjour.\n\nFin.\n"
    assert draft.html.count("<img ") == 1


@pytest.mark.parametrize(
    "source", ["https://e.example/a.png", "data:image/png;base64,AAAA", "cid:other@b.test", "a.png"]
)
def test_no_picture_comes_from_anywhere_else(folder: Path, source: str) -> None:
    draft = made(folder, f"Bonjour ![x]({source}) et fin.\n\n![y]({source})", transfer_qr="cid:a@b.test")
    assert "<img" not in draft.html
    assert "e.example" not in draft.html


@pytest.mark.parametrize("value", ["https://e.example/a.png", 'cid:a"onerror=x', "cid:", "javascript:x", "cid:a b"])
def test_a_picture_is_one_of_the_message(folder: Path, value: str) -> None:
    assert "<img" not in made(folder, f"Bonjour.\n\n{PICTURE}", transfer_qr=value).html


def test_what_stands_below_a_rule_is_the_foot(folder: Path) -> None:
    draft = made(folder, "Cordialement,\n\n---\n\n| 12 rue des Forges\n| Lyon")
    assert draft.text == "Cordialement,\n\n12 rue des Forges\nLyon\n"
    assert shape(draft.html).endswith('<div class="foot"><p>12 rue des Forges<br>\nLyon</p></div>')


def test_the_letterhead_names_the_company_where_it_is_known(folder: Path) -> None:
    assert '<p class="sender"' in made(folder, "Bonjour.", company="A & B").html
    assert ">A &amp; B</p>" in made(folder, "Bonjour.", company="A & B").html
    assert 'class="sender"' not in STAYS.sub("", made(folder, "Bonjour.").html)


def test_a_style_of_ones_own_is_in_force_at_once_and_may_lack(folder: Path) -> None:
    (folder / "style.css").write_text("p { color: #123456 }", "utf-8")
    assert 'style="color:#123456' in made(folder, "Bonjour.").html
    (folder / "style.css").unlink()
    assert "style=" not in made(folder, "Bonjour.").html


@pytest.mark.parametrize("rule", ["@import 'https://e.example/a.css';", "p { background: URL(https://e.example/a) }"])
def test_a_style_that_fetches_something_is_told(folder: Path, rule: str) -> None:
    (folder / "style.css").write_text(rule, "utf-8")
    with pytest.raises(RenderFailed, match=r"style\.css.*take it out"):
        made(folder, "Bonjour.")


def test_templates_copied_before_there_was_a_style_get_the_shipped_one(folder: Path) -> None:
    (folder / "style.css").unlink()
    (folder / "fr" / "note-x.txt").write_text("Subject: x\n\nBonjour.", "utf-8")
    draft = FileLibrary(folder, folder / "plans", spare=TEMPLATES).render("note-x", "fr", {})
    assert "margin:0 0 16px" in draft.html


def test_a_layout_that_cannot_be_filled_is_told(folder: Path) -> None:
    (folder / "layout.html").write_text("{{ nothing }}", "utf-8")
    with pytest.raises(RenderFailed, match=r"layout\.html"):
        made(folder, "Bonjour.", company="x")
