import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage, MIMEPart
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.reading.mail import Attachment, Draft, Envelope
from relancier.core.reading.read import read
from relancier.core.reading.token import alias_id, message_id, new_token, tokens_in
from relancier.core.writing.compose import Forbidden, compose, redirected

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345")
DOMAIN = "atelier-lumen.example"
DRAFT = Draft(
    subject="FA-2026-0042 : facture échue depuis le 15 août",
    text="Bonjour,\n\nLa somme de 1\u202f234,56\u00a0€ reste due.\n.\nFrom nous\n",
    html="<html><body class='x'><p>Bonjour</p></body></html>",
    attachments=(Attachment("Facture n° 42.pdf", b"%PDF-" + bytes(range(256))),),
    language="fr",
)
ENVELOPE = Envelope(
    message_id=message_id(TOKEN, DOMAIN),
    token=TOKEN,
    from_name="Zoé Lumière",
    from_address=f"compta@{DOMAIN}",
    to=("a@client.example", "b@client.example"),
    cc=("c@client.example",),
    date=datetime(2026, 9, 8, 9, 30, tzinfo=timezone(timedelta(hours=2))),
    thread=("<first@x>", "<last@x>"),
    marks=("aaaa2222", "bbbb3333"),
)


def parsed(draft: Draft = DRAFT, envelope: Envelope = ENVELOPE) -> EmailMessage:
    message = email.message_from_bytes(compose(draft, envelope), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_headers_say_who_writes_to_whom_in_which_thread() -> None:
    message = parsed()

    assert message["Subject"] == DRAFT.subject
    assert message["From"] == f"Zoé Lumière <compta@{DOMAIN}>"
    assert message["To"] == "a@client.example, b@client.example"
    assert message["Cc"] == "c@client.example"
    assert message["Date"] == "Tue, 08 Sep 2026 09:30:00 +0200"
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["In-Reply-To"] == "<last@x>"
    assert message["References"].split() == ["<first@x>", "<last@x>", alias_id(TOKEN, DOMAIN)]
    assert message["X-Relancier-Id"] == TOKEN
    assert message["X-Relancier-Marks"].split() == ["aaaa2222", "bbbb3333"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Content-Language"] == "fr"
    assert message["Precedence"] is None


def test_text_html_and_attachment_arrive_as_they_were() -> None:
    message = parsed()

    assert body(message, "plain") == DRAFT.text
    assert body(message, "html").strip() == DRAFT.html
    attachment = next(message.iter_attachments())
    assert attachment.get_filename() == "Facture n° 42.pdf"
    assert attachment.get_content() == DRAFT.attachments[0].content
    assert attachment.get_content_type() == "application/pdf"


def test_only_short_lines_of_seven_bit_characters_with_crlf_leave() -> None:
    raw = compose(replace(DRAFT, text=DRAFT.text + "été " * 400, subject="FA-2026-0042 " + "mot " * 60), ENVELOPE)

    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\r\nFrom " not in raw


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert compose(DRAFT, ENVELOPE) == compose(DRAFT, ENVELOPE)


def test_what_is_absent_leaves_no_header() -> None:
    envelope = replace(ENVELOPE, cc=(), thread=(), marks=(), auto_submitted=False, from_name="")
    message = parsed(Draft(subject="FA-2026-0042", text="Bonjour"), envelope)

    assert message["From"] == f"compta@{DOMAIN}"
    assert message["References"] == alias_id(TOKEN, DOMAIN)
    absent = {"Cc", "In-Reply-To", "X-Relancier-Marks", "Auto-Submitted", "Content-Language"}
    assert not absent & set(message.keys())
    assert message.get_content_type() == "text/plain"


def test_a_long_thread_keeps_its_first_and_its_latest_messages() -> None:
    thread = tuple(f"<{number}@x>" for number in range(50))
    references = parsed(envelope=replace(ENVELOPE, thread=(*thread, "<not ascii é@x>")))["References"].split()

    assert references == ["<0@x>", *thread[-20:], alias_id(TOKEN, DOMAIN)]


@pytest.mark.parametrize(
    "name", ["Paul", 'Paul "le chef" \\ Martin', "Martin, Paul", "Émile (compta) <x@y>", "=?utf-8?q?x?="]
)
def test_any_name_arrives_as_it_was(name: str) -> None:
    addresses = parsed(envelope=replace(ENVELOPE, from_name=name))["From"].addresses

    assert [(one.display_name, one.addr_spec) for one in addresses] == [(name, f"compta@{DOMAIN}")]


def test_a_name_of_several_encoded_words_arrives_whole() -> None:
    sender = read(compose(DRAFT, replace(ENVELOPE, from_name="é" * 90))).sender

    assert sender is not None
    assert sender.name == "é" * 90


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), max_size=200))
def test_any_subject_and_text_is_read_back(words: str) -> None:
    message = read(compose(replace(DRAFT, subject=words, text=words), ENVELOPE))

    assert message.subject == " ".join(words.split())
    assert message.text.split() == words.split() or not words.strip()
    assert message.faults == ()
    assert tokens_in(KEY, message.header("x-relancier-id")) == (TOKEN,)


@pytest.mark.parametrize("bad", ["a\rb", "a\nBcc: x@y.example", "a\0b"])
@pytest.mark.parametrize("where", ["subject", "language", "name", "type", "from_name", "from_address", "to", "thread"])
def test_line_breaks_and_nul_are_refused_everywhere(where: str, bad: str) -> None:
    change: dict[str, Any] = {where: (bad,) if where in ("to", "thread") else bad}
    draft, envelope = DRAFT, ENVELOPE
    if where in ("subject", "language"):
        draft = replace(draft, **change)
    elif where in ("name", "type"):
        draft = replace(draft, attachments=(replace(draft.attachments[0], **change),))
    else:
        envelope = replace(envelope, **change)

    with pytest.raises(Forbidden):
        compose(draft, envelope)


@pytest.mark.parametrize(
    "change",
    [
        {"to": ("not an address",)},
        {"to": ("a@b.example, c@d.example",)},
        {"to": ("a,b@d.example",)},
        {"to": ("é@d.example",)},
        {"message_id": "no brackets"},
        {"marks": ("é",)},
    ],
)
def test_what_is_no_address_or_identifier_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        compose(DRAFT, replace(ENVELOPE, **change))


def test_attachments_with_a_wrong_type_or_an_endless_name_are_refused() -> None:
    for attachment in (Attachment("a.pdf", b"", "pdf"), Attachment("a" * 201, b"")):
        with pytest.raises(Forbidden):
            compose(replace(DRAFT, attachments=(attachment,)), ENVELOPE)


def test_a_plain_file_name_stays_readable() -> None:
    draft = replace(DRAFT, attachments=(Attachment('FA "42".pdf', b"%PDF"),))

    assert next(parsed(draft).iter_attachments()).get_filename() == 'FA "42".pdf'


def test_a_rehearsal_goes_to_one_address_and_names_who_would_have_received_it() -> None:
    draft, envelope = redirected(DRAFT, ENVELOPE, "moi@atelier-lumen.example")

    assert (envelope.to, envelope.cc) == (("moi@atelier-lumen.example",), ())
    assert draft.subject == f"[Essai] {DRAFT.subject}"
    named = "Essai : ce message serait parti à a@client.example, b@client.example (copie à c@client.example)."
    assert draft.text.startswith(named)
    assert f"<body class='x'><p><strong>{named}</strong></p><p>Bonjour" in draft.html


def test_a_rehearsal_in_english_without_html_or_copies() -> None:
    english = replace(DRAFT, language="en", html="")
    draft, _ = redirected(english, replace(ENVELOPE, cc=()), "me@atelier-lumen.example")

    assert draft.subject.startswith("[Rehearsal] ")
    assert draft.text.startswith("Rehearsal: this message would have gone to a@client.example, b@client.example.\n")
    assert draft.html == ""


def test_a_rehearsal_of_an_html_fragment_is_marked_at_its_top() -> None:
    draft, _ = redirected(replace(DRAFT, html="<p>Bonjour</p>"), ENVELOPE, "me@atelier-lumen.example")

    assert draft.html.startswith("<p><strong>Essai")


PICTURE = Attachment("virement.png", b"\x89PNG" + bytes(range(64)), "image/png", cid="qr@relancier")


def shape(part: MIMEPart) -> Any:
    """The types of a message's parts as nested lists."""
    if not part.is_multipart():
        return part.get_content_type()
    return [part.get_content_subtype(), *(shape(inner) for inner in part.iter_parts())]


def test_a_picture_stands_beside_the_html_that_shows_it_and_files_stand_outside() -> None:
    both = replace(DRAFT, attachments=(*DRAFT.attachments, PICTURE))
    only = replace(DRAFT, attachments=(PICTURE,))
    words = ["alternative", "text/plain", ["related", "text/html", "image/png"]]

    assert shape(parsed(both)) == ["mixed", words, "application/pdf"]
    assert shape(parsed(only)) == words
    assert compose(both, ENVELOPE) == compose(both, ENVELOPE)


def test_a_picture_is_called_by_its_identifier_and_is_no_file_of_its_own() -> None:
    message = parsed(replace(DRAFT, attachments=(PICTURE,)))

    shown = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert shown["Content-ID"] == "<qr@relancier>"
    assert shown.get_content_disposition() == "inline"
    assert shown.get_filename() == "virement.png"
    assert shown.get_content() == PICTURE.content
    assert list(message.iter_attachments()) == []


def test_a_picture_without_html_is_left_out() -> None:
    assert shape(parsed(replace(DRAFT, html="", attachments=(PICTURE,)))) == "text/plain"


@pytest.mark.parametrize("bad", ["a>b", "a\r\nBcc: x@y", " "])
def test_a_picture_whose_identifier_could_break_a_header_is_refused(bad: str) -> None:
    with pytest.raises(Forbidden):
        compose(replace(DRAFT, attachments=(replace(PICTURE, cid=bad),)), ENVELOPE)
