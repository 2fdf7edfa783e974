"""When a second opinion on bounces is asked for, and what it changes."""

from dataclasses import replace

import pytest

from relancier.core.reading.bounce import failed_recipients
from relancier.core.reading.mail import Address, Message, Report
from relancier.core.reading.reply import Context, MailKind, Verdict
from relancier.core.reading.second import RULE, Failures, judge, second_opinion, with_failures

PERSON = Message(identity="1", sender=Address(email="ann@client.example"), subject="FA-1", text="Bonjour")
THREAD = replace(PERSON, in_reply_to=("<1@atelier.example>",))
FOUND = Failures(permanent=("paul@client.example",))


def marked(message: Message, name: str, value: str) -> Message:
    return replace(message, headers={name: (value,)})


ASKED = [
    marked(PERSON, "auto-submitted", "auto-generated"),
    marked(PERSON, "auto-submitted", "auto-replied"),
    marked(THREAD, "return-path", "<>"),
    replace(PERSON, content_type="multipart/report"),
    replace(PERSON, sender=None),
    replace(THREAD, sender=Address(email="mailer-daemon@mx.example")),
]
NOT_ASKED = [
    PERSON,
    THREAD,
    replace(THREAD, sender=None),
    marked(PERSON, "list-id", "<compta.atelier.example>"),
    marked(PERSON, "auto-submitted", "auto-replied (vacation)"),
    replace(PERSON, subject="Absence du bureau"),
    replace(
        PERSON,
        content_type="multipart/report",
        reports=(Report(recipient="a@x.example", action="delivered", status="2.0.0"),),
    ),
]


@pytest.mark.parametrize("message", ASKED)
def test_a_message_with_a_machines_sign_is_asked_about(message: Message) -> None:
    judged, verdict = judge(message, Context(), lambda: FOUND)

    assert (verdict.kind, verdict.rule) == (MailKind.BOUNCE_PERMANENT, RULE)
    assert "paul@client.example" in verdict.evidence
    assert failed_recipients(judged) == ("paul@client.example",)


@pytest.mark.parametrize("message", NOT_ASKED)
def test_a_person_and_what_a_rule_is_certain_of_are_not_asked_about(message: Message) -> None:
    def never() -> Failures:
        pytest.fail("asked")

    judged, verdict = judge(message, Context(), never)

    assert judged == message
    assert verdict.rule != RULE


def test_nothing_found_changes_nothing() -> None:
    verdict = Verdict(MailKind.HUMAN, "person", "no sign of a machine")

    assert second_opinion(verdict, Failures()) is verdict
    assert with_failures(PERSON, Failures()) is PERSON


def test_failed_for_good_counts_more_than_delayed() -> None:
    person = Verdict(MailKind.HUMAN, "person", "no sign of a machine")
    both = Failures(temporary=("a@x.example",), permanent=("b@x.example",))

    assert second_opinion(person, both).kind is MailKind.BOUNCE_PERMANENT
    assert second_opinion(person, Failures(temporary=("a@x.example",))).kind is MailKind.BOUNCE_TEMPORARY
    assert [line.action for line in with_failures(PERSON, both).reports] == ["failed", "delayed"]
