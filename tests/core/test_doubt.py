"""When a person may stand behind a machine's mark, and when a server has given up: the kind stays as it is."""

import pytest

from relancier.core.case import Kind
from relancier.core.reading.effects import effect
from relancier.core.reading.kinds import Context, MailKind, Verdict
from relancier.core.reading.read import read
from relancier.core.reading.reply import classify

THREAD = "In-Reply-To: <1@lumen.example>\n"
AWAY = "Je suis absente jusqu'au 15 mars."
PAID = "Nous avons payé hier."
ASIDE = "Voyez avec Paul, à l'atelier."


def judged(subject: str, text: str, headers: str = "") -> Verdict:
    head = f"From: alice@dupont.test\nTo: compta@lumen.example\nSubject: {subject}\nMIME-Version: 1.0\n{headers}"
    return classify(read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()), Context())


@pytest.mark.parametrize(
    ("subject", "text", "headers", "doubtful"),
    [
        ("Fermeture annuelle - FA-1", PAID, "", True),
        ("Fermeture annuelle - FA-1", PAID, "Date: Mon, 02 Mar 2026 10:00:00 +0100\n", True),
        ("Fermeture annuelle - FA-1", PAID, "Auto-Submitted: auto-generated\n", False),
        ("Fermeture annuelle - FA-1", AWAY, "", False),
        ("Réponse automatique : FA-1", f"{AWAY} Écrivez à paul@dupont.test.", "", False),
        ("Re: Réponse automatique : FA-1", "Je suis de retour.", "", True),
        ("FA-1", f"Réponse automatique. {PAID}", "", True),
        ("FA-1", "Réponse automatique. Merci.", "", False),
        ("Re: FA-1", ASIDE, f"Auto-Submitted: auto-replied\n{THREAD}", True),
        ("Re: FA-1", AWAY, f"Auto-Submitted: auto-replied\n{THREAD}", False),
        ("Re: FA-1", ASIDE, "Auto-Submitted: auto-replied\n", False),
        ("Re: FA-1", PAID, "Auto-Submitted: auto-replied\n", True),
        ("Re: FA-1", ASIDE, f"X-Loop: vacation-free\n{THREAD}", True),
        ("Re: FA-1", AWAY, f"X-Loop: vacation-free\n{THREAD}", False),
        ("Re: FA-1", ASIDE, f"X-Autoreply: yes\n{THREAD}", False),
        ("Re: FA-1", ASIDE, f"X-Mailer: vacation 1.2\nPrecedence: auto_reply\n{THREAD}", False),
    ],
)
def test_an_auto_reply_is_in_doubt_where_a_person_may_speak(
    subject: str, text: str, headers: str, doubtful: bool
) -> None:
    found = judged(subject, text, headers)
    assert (found.kind, found.doubtful) == (MailKind.AUTOREPLY, doubtful)


def reported(action: str, status: str, said: str = "") -> Verdict:
    lines = ("From: MAILER-DAEMON@mx.test", "Subject: Undelivered", "Content-Type: message/delivery-status", "",
             "Reporting-MTA: dns; mx.test", "", "Final-Recipient: rfc822; a@dupont.test", f"Action: {action}",
             f"Status: {status}", f"Diagnostic-Code: smtp; {said}", "")  # fmt: skip
    return classify(read("\n".join(lines).encode()), Context())


@pytest.mark.parametrize(
    ("action", "status", "said", "given_up"),
    [
        ("failed", "4.4.7", "", True),
        ("failed", "4.4.1", "connection timed out", True),
        ("failed", "4.2.2", "", False),
        ("failed", "4.0.0", "mailbox full", False),
        ("delayed", "4.4.7", "", False),
        ("", "4.4.7", "", False),
    ],
)
def test_a_report_of_the_last_attempt_is_told_from_one_still_trying(
    action: str, status: str, said: str, given_up: bool
) -> None:
    found = reported(action, status, said)
    assert (found.kind, found.given_up) == (MailKind.BOUNCE_TEMPORARY, given_up)


@pytest.mark.parametrize(
    ("text", "given_up"),
    [
        ("Delivery failed: the message has been in the queue too long.", True),
        ("Delivery failed: retry timeout exceeded.", True),
        ("Delivery failed: 451 4.3.0 please try again later.", False),
        ("Delivery delayed: connection timed out; we are still trying.", False),
        ("Delivery failed: the mailbox is full, delivery time expired.", False),
        ("Delivery failed: 452 4.2.2 no more room, delivery time expired.", False),
    ],
)
def test_a_servers_words_tell_the_last_attempt(text: str, given_up: bool) -> None:
    raw = f"From: MAILER-DAEMON@mx.test\nSubject: Mail delivery failed\n\n{text}\n"
    found = classify(read(raw.encode()), Context())
    assert (found.kind, found.given_up) == (MailKind.BOUNCE_TEMPORARY, given_up)


def test_a_server_that_has_given_up_does_what_a_bounce_for_good_does() -> None:
    found = effect(MailKind.BOUNCE_TEMPORARY, matched=True, folder_role="inbox", given_up=True)
    assert found == effect(MailKind.BOUNCE_PERMANENT, matched=True, folder_role="inbox")
    assert effect(MailKind.BOUNCE_TEMPORARY, matched=True, folder_role="inbox").event is Kind.NOTED
