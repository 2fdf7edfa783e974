from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from relancier.core.reading.mail import Attachment, Draft, Envelope
from relancier.core.reading.token import message_id, new_token
from relancier.core.writing.alone import page_alone, with_pictures
from relancier.core.writing.compose import compose

TOKEN = new_token(b"k" * 32, "abcdefgh2345")
PICTURE = Attachment("a.png", b"\x89PNG", "image/png", cid="a@lumen.test")


def message(html: str, *attachments: Attachment) -> EmailMessage:
    envelope = Envelope(
        message_id=message_id(TOKEN, "lumen.test"),
        token=TOKEN,
        from_name="",
        from_address="compta@lumen.test",
        to=("a@client.test",),
        date=datetime(2026, 6, 1, tzinfo=UTC),
    )
    draft = Draft(subject="x", text="x", html=html, attachments=attachments)
    return message_from_bytes(compose(draft, envelope), policy=default)


def test_the_pictures_of_a_message_come_into_its_page() -> None:
    made = page_alone(message('<p>é</p><img src="cid:a@lumen.test"><img src="cid:b@lumen.test">', PICTURE))
    assert made.strip() == '<p>é</p><img src="data:image/png;base64,iVBORw=="><img src="cid:b@lumen.test">'


def test_a_message_without_html_has_no_page() -> None:
    assert page_alone(message("")) == ""


def test_a_picture_that_is_a_message_of_its_own_is_empty() -> None:
    odd = EmailMessage()
    odd.set_content('<img src="cid:a">', subtype="html")
    odd.add_related(EmailMessage(), cid="<a>")
    assert "data:message/rfc822;base64," in page_alone(odd)


def test_a_page_without_pictures_stays_as_it_is() -> None:
    assert with_pictures("<p>x</p>", {}) == "<p>x</p>"
