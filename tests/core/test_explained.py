"""What reading a message yields, as one value; the command that shows it has tests of its own."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.core.cases import case

from relancier.core.outbox import Carried, Entry, Sort
from relancier.core.reading.absence import AutoReply
from relancier.core.reading.explained import MOST_RECIPIENTS, Explained, explained
from relancier.core.reading.fresh import FreshCases
from relancier.core.reading.kinds import Context, MailKind
from relancier.core.reading.look import Known, NothingKnown
from relancier.core.reading.mail import Report
from relancier.core.reading.match import NO_MATCH
from relancier.core.reading.read import read
from relancier.core.reading.reply import classify
from relancier.core.reading.token import alias_id, message_id, new_token

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345")
CONTEXT = Context(own_address="compta@lumen.example", key=KEY)
MONDAY = date(2026, 9, 7)
HEAD = "From: alice@dupont.test\nTo: compta@lumen.example\nSubject: Re: notre échange\nMIME-Version: 1.0\n"


class Sent(FreshCases):
    """Cases about which one message was sent, of which the bytes may be gone."""

    raw: bytes | None = b"Subject: x\n\nBonjour,\nMerci de nous payer lundi prochain.\nCordialement\n"

    def entry_by_token(self, token: str) -> Entry | None:  # type: ignore[override]
        if token != TOKEN:
            return None
        return Entry(
            id="1", sort=Sort.REMINDER, carries=(Carried("F-1|2026-07-01", "first"),), blob="kept", token=TOKEN,
            message_id=message_id(TOKEN, "lumen.example"), queued_at=datetime(2026, 9, 1, tzinfo=UTC),
        )  # fmt: skip

    def blob(self, sha256: str) -> bytes | None:  # type: ignore[override]
        return self.raw if sha256 == "kept" else None


def said(text: str, more: str = "", *, known: Known | None = None, **other: str) -> Explained:
    message = read(f"{HEAD}{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode())
    context = replace(CONTEXT, folder_role=other.pop("folder_role", "inbox"))
    return explained(message, classify(message, context), known or NothingKnown(), context, written=MONDAY, **other)


def test_without_cases_only_the_kind_is_told_and_what_would_follow() -> None:
    found = said("Nous paierons vendredi.")
    assert (found.verdict.kind, found.match) == (MailKind.HUMAN, NO_MATCH)
    assert found.changes == "left untouched"
    assert found.if_matched.keyword == "$RelanceReply"
    assert [(one.kind, one.on) for one in found.hints] == [("promise", date(2026, 9, 11))]


def test_our_own_words_in_the_thread_are_not_the_writers() -> None:
    thread = f"References: {alias_id(TOKEN, 'lumen.example')}\n"
    text = "Entendu.\n\nBonjour,\nMerci de nous payer lundi prochain.\nCordialement"
    sent = Sent([case()])
    assert said(text, thread, known=sent).new_text == "Entendu."
    sent.raw = None
    assert "lundi" in said(text, thread, known=sent).new_text
    assert "lundi" in said(text, known=sent).new_text


def test_an_auto_reply_has_no_hints_and_an_absence() -> None:
    found = said("Absent jusqu'au 15 septembre. Nous paierons vendredi.", "Auto-Submitted: auto-replied\n")
    assert found.absence is not None
    assert (found.absence.sort, found.absence.until) == (AutoReply.ABSENCE, date(2026, 9, 15))
    assert found.hints == ()
    assert found.new_text.startswith("Absent")


def test_one_who_has_left_is_told_beside_the_effect() -> None:
    found = said("Alice ne travaille plus chez Dupont.", "Auto-Submitted: auto-replied\n", known=Sent([case()]))
    assert found.match.rule == "sender"
    assert found.changes == "noted on its cases; nothing stops; a colleague is asked for another contact ($RelanceAuto)"


def test_a_colleagues_answer_in_sent_takes_no_mark() -> None:
    found = said("Bonjour Alice.", folder_role="sent")
    assert (found.verdict.kind, found.effect.event) == (MailKind.COLLEAGUE, None)
    assert found.if_matched.event == "answered"


def test_recipients_are_bounded_and_told_even_if_nothing_is_said_of_them() -> None:
    message = read(f"{HEAD}\nx\n".encode())
    many = tuple(
        Report(recipient=f"a{number}@b.example", action="", status="") for number in range(MOST_RECIPIENTS + 5)
    )
    message = replace(message, reports=many)
    found = explained(message, classify(message, CONTEXT), NothingKnown(), CONTEXT, written=MONDAY)
    assert len(found.recipients) == MOST_RECIPIENTS
    assert {one.outcome for one in found.recipients} == {"unknown"}


def test_our_own_message_changes_nothing() -> None:
    found = said("Bonjour", f"X-Relancier-Id: {TOKEN}\n", folder_role="sent")
    assert found.verdict.kind is MailKind.OWN
    assert found.changes == "our own message: nothing"


def test_a_bounce_in_words_names_whom_it_could_not_reach() -> None:
    text = "I wasn't able to deliver.\n<paul@dupont.test>:\n550 no such user"
    message = read(f"From: mailer-daemon@mx.example\nSubject: failure notice\n\n{text}\n".encode())
    found = explained(message, classify(message, CONTEXT), NothingKnown(), CONTEXT, written=MONDAY)
    assert [(one.address, one.outcome) for one in found.recipients] == [("paul@dupont.test", "permanent")]
    assert (found.new_text, found.hints) == ("", ())


def test_authentication_is_what_the_named_server_wrote() -> None:
    field = "Authentication-Results: mx.lumen.example; spf=pass smtp.mailfrom=dupont.test\n"
    assert said("Non.", field).authentication == ()
    (result,) = said("Non.", field, authserv_id="mx.lumen.example").authentication
    assert (result.method, result.result, result.domain) == ("spf", "pass", "dupont.test")
