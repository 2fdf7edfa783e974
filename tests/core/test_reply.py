"""Order and borders of the rules; what each form of mail is read as stands in tests/mail."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.case import Kind
from relancier.core.reading.mail import Address, Message, Report
from relancier.core.reading.read import read
from relancier.core.reading.reply import (
    EXAMPLE_CONTEXT,
    NOTHING,
    RULES,
    Context,
    MailKind,
    Rule,
    classify,
    effect,
    failed_recipients,
)
from relancier.core.reading.token import message_id, new_token

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345")
OURS = "compta@atelier.example"
CONTEXT = Context(
    own_address=OURS,
    team=frozenset({"lea@gmail.com"}),
    team_domains=frozenset({"atelier.example", "gmail.com"}),
    key=KEY,
)
PERSON = Message(
    identity="1",
    message_id="<1@client.example>",
    sender=Address(email="ann@client.example", name="Ann"),
    subject="Re: FA-1",
    text="Bonjour",
    headers={"from": ("Ann <ann@client.example>",)},
)


def kind(message: Message, context: Context = CONTEXT) -> MailKind:
    return classify(message, context).kind


def with_headers(message: Message, **headers: str) -> Message:
    added = {name.replace("_", "-"): (value,) for name, value in headers.items()}
    return replace(message, headers={**message.headers, **added})


def sent_by(email: str, **changes: Any) -> Message:
    return replace(PERSON, sender=Address(email=email), **changes)


def report(action: str, status: str, diagnostic: str = "", recipient: str = "ann@client.example") -> Report:
    return Report(recipient=recipient, action=action, status=status, diagnostic=diagnostic)


# --- Our own side ---------------------------------------------------------------------------------------------------


def test_our_own_message_is_known_by_its_token_where_it_may_stand() -> None:
    carried = with_headers(PERSON, x_relancier_id=TOKEN)
    named = replace(PERSON, message_id=message_id(TOKEN, "atelier.example"))

    assert kind(carried, replace(CONTEXT, folder_role="sent")) == MailKind.OWN
    assert kind(named, replace(CONTEXT, folder_role="drafts")) == MailKind.OWN
    assert kind(replace(carried, sender=Address(email=OURS))) == MailKind.OWN
    assert kind(carried) == MailKind.HUMAN
    assert (
        kind(with_headers(PERSON, x_relancier_id="forged"), replace(CONTEXT, folder_role="sent")) == MailKind.COLLEAGUE
    )
    assert kind(carried, Context(folder_role="sent")) == MailKind.COLLEAGUE


def test_a_colleague_writes_from_the_team_or_stands_in_sent() -> None:
    assert kind(PERSON, replace(CONTEXT, folder_role="sent")) == MailKind.COLLEAGUE
    assert kind(sent_by(OURS)) == MailKind.COLLEAGUE
    assert kind(sent_by("lea@gmail.com")) == MailKind.COLLEAGUE
    assert kind(sent_by("paul@atelier.example")) == MailKind.COLLEAGUE


def test_a_team_domain_makes_no_colleague_of_customers_and_free_mail() -> None:
    assert kind(sent_by("paul@atelier.example"), replace(CONTEXT, sender_is_contact=True)) == MailKind.HUMAN
    assert kind(sent_by("someone@gmail.com")) == MailKind.HUMAN
    assert kind(replace(PERSON, sender=None), Context()) == MailKind.HUMAN


def test_machines_of_our_own_domain_are_no_colleagues() -> None:
    bounce = sent_by("mailer-daemon@atelier.example", subject="Undelivered Mail", text="550 5.1.1 no such user")
    absence = with_headers(sent_by("paul@atelier.example"), auto_submitted="auto-replied")

    assert kind(bounce) == MailKind.BOUNCE_PERMANENT
    assert kind(absence) == MailKind.AUTOREPLY
    assert (
        kind(with_headers(PERSON, auto_submitted="auto-replied"), replace(CONTEXT, folder_role="sent"))
        == MailKind.AUTOREPLY
    )


def test_what_a_mail_program_files_in_sent_by_itself_is_no_colleagues_answer() -> None:
    sent = replace(CONTEXT, folder_role="sent")

    assert kind(replace(PERSON, notice={"disposition": ("x; displayed",)}), sent) == MailKind.RECEIPT
    assert kind(replace(PERSON, subject="Réponse automatique : FA-1"), sent) == MailKind.AUTOREPLY
    assert kind(replace(PERSON, subject="TR: Réponse automatique : FA-1"), sent) == MailKind.COLLEAGUE


def test_a_message_that_cannot_be_read_is_shown_to_a_person() -> None:
    assert kind(replace(PERSON, faults=("unreadable: too many parts",))) == MailKind.UNREADABLE
    assert kind(replace(PERSON, faults=("a Date that is no date",))) == MailKind.HUMAN


# --- Reports --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ((report("failed", "5.1.1"),), MailKind.BOUNCE_PERMANENT),
        ((report("delayed", "4.4.1"), report("failed", "5.1.1")), MailKind.BOUNCE_PERMANENT),
        ((report("delivered", "2.0.0"), report("delayed", "")), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.2.2"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.2.2", "smtp; 552 5.2.2 over quota"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.2.2", "smtp; 550 5.2.2 no mailbox"),), MailKind.BOUNCE_PERMANENT),
        ((report("failed", "5.2.2", "smtp; 552 5.2.2 account disabled"),), MailKind.BOUNCE_PERMANENT),
        ((report("error", ""),), MailKind.BOUNCE_PERMANENT),
        ((report("failed", "5.5.0", "smtp; 554 mx.example is not accepting connections"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "4.4.7"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.0.0", "smtp; 451 busy"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.0.0", "smtp; 550 no"),), MailKind.BOUNCE_PERMANENT),
        ((report("failed", "5.0.0", "smtp; 552 the mailbox of this user is full"),), MailKind.BOUNCE_TEMPORARY),
        ((report("failed", "5.0.0"),), MailKind.BOUNCE_PERMANENT),
        ((report("failed", ""),), MailKind.BOUNCE_PERMANENT),
        ((report("", "5.1.1"),), MailKind.BOUNCE_PERMANENT),
        ((report("", "2.0.0"),), MailKind.RECEIPT),
        ((report("expanded", ""),), MailKind.RECEIPT),
        ((report("", ""),), MailKind.HUMAN),
    ],
)
def test_a_report_is_as_bad_as_its_worst_recipient(reports: tuple[Report, ...], expected: MailKind) -> None:
    assert kind(replace(PERSON, reports=reports)) == expected


def test_the_evidence_of_a_report_names_each_recipient() -> None:
    mixed = (
        report("failed", "5.1.1", "smtp; 550 no"),
        report("delayed", "4.4.1", recipient="b@x.example"),
        report("delivered", "2.0.0", recipient="c@x.example"),
        report("failed", "5.1.2", recipient="d@x.example"),
        report("", "", recipient="e@x.example"),
    )
    verdict = classify(replace(PERSON, reports=mixed), CONTEXT)

    assert verdict.evidence == (
        "ann@client.example: failed 5.1.1 smtp; 550 no; d@x.example: failed 5.1.2; b@x.example: temporary; "
        "c@x.example: delivered"
    )
    assert failed_recipients(replace(PERSON, reports=mixed)) == ("ann@client.example", "d@x.example", "e@x.example")
    assert failed_recipients(replace(PERSON, reports=mixed[1:3])) == ("b@x.example",)


def test_the_failed_recipients_are_named() -> None:
    mixed = (
        report("failed", "5.1.1"),
        report("delivered", "2.0.0", recipient="b@x.example"),
        report("failed", "", recipient=""),
    )
    listed = with_headers(PERSON, x_failed_recipients="A@x.example, b@x.example")
    alone = replace(PERSON, text="Failed:\n  <c@x.example>:\n550 no\nd@x.example\nwrite to e@x.example please")

    assert failed_recipients(replace(PERSON, reports=mixed)) == ("ann@client.example",)
    assert failed_recipients(listed) == ("a@x.example", "b@x.example")
    assert failed_recipients(alone) == ("c@x.example", "d@x.example")


# --- The forms of programs ------------------------------------------------------------------------------------------

NULL = {"return_path": "<>"}
FORMS: list[tuple[str, Message]] = [
    ("vacation", with_headers(PERSON, auto_submitted="auto-replied (vacation)")),
    ("auto_submitted", with_headers(PERSON, auto_submitted="auto-replied; owner-email=x")),
    ("auto_reply_header", with_headers(PERSON, x_autoreply="yes")),
    ("auto_reply_header", with_headers(PERSON, precedence="auto_reply")),
    ("auto_reply_header", with_headers(PERSON, x_post_messageclass="9; Autoresponder")),
    ("auto_reply_header", with_headers(PERSON, x_autogenerated="Reply")),
    ("auto_reply_subject", replace(PERSON, subject="Réponse automatique : FA-1")),
    ("exchange_generated", with_headers(
        PERSON, auto_submitted="auto-generated", x_ms_exchange_parent_message_id="<1@x>")),
    ("inbox_rule", with_headers(PERSON, x_ms_exchange_inbox_rules_loop="x", x_auto_response_suppress="All")),
    ("vendor_form", with_headers(PERSON, delivered_to="Autoresponder")),
    ("vendor_form", replace(PERSON, message_id="<17.20.blah@x.example>")),
    ("vendor_form", replace(PERSON, message_id="<OF1@x.example>", subject="Ann est absente")),
    ("no_return_path", with_headers(PERSON, **NULL)),
    ("newsletter", with_headers(replace(PERSON, subject="Salon"), list_unsubscribe="<x>")),
    ("newsletter", with_headers(replace(PERSON, subject="Salon"), x_spam_flag="YES")),
    ("newsletter", with_headers(replace(PERSON, subject="Salon"), x_spam_status="Yes, score=9")),
    ("newsletter", with_headers(replace(PERSON, subject="Salon"), precedence="bulk")),
    ("person", replace(PERSON, subject="Salon")),
    ("calendar", replace(PERSON, parts=("text/calendar; method=reply",))),
    ("complaint", replace(PERSON, parts=("message/feedback-report",))),
    ("complaint", replace(PERSON, subject="complaint about message from 192.0.2.1")),
    ("disposition", replace(PERSON, notice={"disposition": ("manual-action; displayed",)})),
    ("other_disposition", replace(PERSON, parts=("message/disposition-notification",))),
    ("receipt_subject", with_headers(replace(PERSON, subject="Lu : FA-1"), **NULL)),
    ("challenge", sent_by("no-reply@mailinblack.com", text="Recopiez le captcha")),
    ("challenge", with_headers(PERSON, x_tmda_confirm="yes")),
    ("challenge", replace(PERSON, subject="Demande d’authentification", text="Prouvez que vous n’êtes pas un robot")),
    ("challenge", with_headers(replace(PERSON, text="captcha http://x"), auto_submitted="auto-replied")),
    ("challenge", with_headers(replace(PERSON, subject="Please confirm your message", text="held until you confirm"),
                               reply_to="ann-confirm+1@x.example")),
    ("bounce_final", with_headers(PERSON, x_failed_recipients="ann@client.example", **NULL)),
    ("bounce_final", sent_by("postmaster@client.example", subject="Non remis : FA-1")),
    ("bounce_final", replace(PERSON, content_type="multipart/report", text="could not be delivered")),
    ("bounce_final", with_headers(replace(PERSON, text="550 5.1.1 no"), **NULL)),
    ("bounce_final", replace(PERSON, subject="Undeliverable", text="rejected: 550 no")),
    ("bounce_later", sent_by("mailer-daemon@x.example", text="552 5.2.2 no room")),
    ("bounce_later", sent_by("mailer-daemon@x.example", text="451 later")),
    ("bounce_later", sent_by("mailer-daemon@x.example", text="will be retried")),
    ("bounce_later", sent_by("mailer-daemon@x.example", text="Retry timeout exceeded")),
    ("bounce_later", sent_by("mailer-daemon@x.example", text="After 3 attempts. Attempts will continue.")),
    ("bounce_final", sent_by("mailer-daemon@x.example", text="451 later. No further attempts will be made.")),
    ("bounce_final", sent_by("mailer-daemon@x.example", text="550 5.2.2 mailbox full")),
    ("bounce_final", sent_by("mailer-daemon@x.example", text="4.2.1 This mailbox has been disabled")),
    ("bounce_final", sent_by("post_master@x.example", text="550 no\n RCPT TO:<ann@x.example>", references=("<1@x>",))),
    ("bounce_final", sent_by("no-reply@x.example", text="Adresse a@x.fr inconnue", enclosed={"subject": ("FA-1",)})),
    ("bounce_final", replace(PERSON, subject="FA-1 : non remis",
                             text="** Votre message n'a pas pu être délivré à\nzoe@x.example")),
    ("refused", with_headers(PERSON, auto_submitted="auto-replied (rejected)")),
    ("refused", replace(PERSON, parts=("message/disposition-notification",),
                        text="Your message to <ann@x.example> was automatically rejected: no")),
    ("other_disposition", with_headers(replace(PERSON, subject="Non lu : FA-1"), **NULL)),
    ("says_so", replace(PERSON, text="*** Ceci est une réponse automatique ***")),
    ("says_so", replace(PERSON, text="This is an automated response. We are closed.", references=("<1@x>",))),
    ("auto_generated", replace(PERSON, text="Ceci est un message automatique, merci de ne pas répondre.")),
    ("auto_reply_header", with_headers(PERSON, x_mailer="vacation 1.2.7")),
    ("auto_reply_header", with_headers(PERSON, x_fc_machinegenerated="true")),
    ("auto_reply_header", with_headers(PERSON, preference="auto_reply")),
    ("challenge", with_headers(PERSON, x_mailer="Spam Arrest")),
    ("challenge", replace(PERSON, text="Anti-spam : cliquez ici, et votre message sera remis.")),
    ("challenge", with_headers(replace(PERSON, text="Prouvez que vous êtes là", parts=("text/html",)), **NULL)),
    ("acknowledged", with_headers(replace(PERSON, in_reply_to=("<1@x>",), text="Your request (8) has been received."),
                                  auto_submitted="auto-generated")),
    ("about_the_mail", replace(PERSON, content_type="multipart/report; report-type=tlsrpt")),
    ("about_the_mail", replace(PERSON, subject="Report domain: atelier.example Submitter: x.example")),
    ("about_the_mail", replace(PERSON, subject="VIRUS (X) in mail from you", text="Our content checker found it.")),
    ("receipt_subject", replace(sent_by("postmaster@x.example", subject="Delivered: FA-1"), text="was delivered")),
    ("auto_reply_subject", replace(PERSON, subject="On leave")),
    ("auto_reply_subject", replace(PERSON, subject="Absent jusqu’au 12 mai")),
    ("newsletter", with_headers(replace(PERSON, subject="Re: rank"), x_spam_flag="YES")),
    ("challenge", with_headers(replace(PERSON, text="You are not on the list of approved senders: http://x"), **NULL)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "message"), FORMS)
def test_each_form_is_decided_by_its_rule(rule: str, message: Message) -> None:
    assert classify(message, CONTEXT).rule == rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rules_example_is_decided_by_that_rule(rule: Rule) -> None:
    message = read(rule.example.encode())

    assert [other.name for other in RULES if other.evidence(message, EXAMPLE_CONTEXT)][:1] == [rule.name]
    assert classify(message, EXAMPLE_CONTEXT).kind is rule.kind
    assert rule.looks_at.strip(". ") == rule.looks_at != ""


def test_a_person_may_ask_to_confirm_and_speak_of_filters() -> None:
    asked = replace(PERSON, subject="Please confirm your bank details", text="They are not on our whitelist yet.")

    assert kind(asked) == MailKind.HUMAN
    assert kind(replace(PERSON, subject="Merci", text="Notre captcha http://x ne marche pas")) == MailKind.HUMAN


def test_a_refusal_that_speaks_of_senders_is_no_challenge() -> None:
    refusal = with_headers(replace(PERSON, text="550 5.7.1 Sender verification failed, see http://x.example"), **NULL)

    assert classify(refusal, CONTEXT).rule == "bounce_final"


# --- People are not taken for machines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("precedence", "list"), ("precedence", "bulk"), ("list-id", "<x>"), ("x-auto-response-suppress", "All"),
     ("auto-submitted", "no"), ("auto-submitted", "auto-forwarded"), ("auto-submitted", "auto-generated"),
     ("x-spam-flag", "YES"), ("x-autoreply", "no"), ("x-ms-exchange-inbox-rules-loop", "ann@client.example")],
)  # fmt: skip
def test_these_marks_alone_do_not_make_a_machine_of_an_answer(name: str, value: str) -> None:
    answer = replace(PERSON, in_reply_to=("<1@x>",))

    assert kind(replace(answer, headers={**answer.headers, name: (value,)})) == MailKind.HUMAN


@pytest.mark.parametrize("subject", ["Undeliverable: FA-1", "Failure notice", "Returned mail"])
def test_a_person_may_write_about_a_bounce(subject: str) -> None:
    text = "Your message could not be delivered here, what happened?"

    assert kind(replace(PERSON, subject=subject, text=text)) == MailKind.HUMAN
    assert kind(replace(PERSON, subject=subject, text=f"{text} 550", in_reply_to=("<1@x>",))) == MailKind.HUMAN


def test_a_person_may_forward_or_answer_an_auto_reply() -> None:
    forwarded = replace(PERSON, subject="[EXT] TR : Absence du bureau : FA-1")
    answered = replace(PERSON, subject="RE: Absence du bureau : FA-1", in_reply_to=("<1@x>",))
    robot = replace(PERSON, subject="Re: Absence du bureau : FA-1")

    assert [kind(one) for one in (forwarded, answered, robot)] == [MailKind.HUMAN, MailKind.HUMAN, MailKind.AUTOREPLY]


@pytest.mark.parametrize(
    "subject",
    ["Absence du bureau de Mme Roy : qui relancer ?", "Out of office party: lamps", "Message d'absence de facture",
     "Absence de bon de livraison", "Out of office ? Votre café vous attend", "Virus : nos bureaux sont fermés"],
)  # fmt: skip
def test_a_person_may_write_about_an_absence(subject: str) -> None:
    assert kind(replace(PERSON, subject=subject)) == MailKind.HUMAN


def test_a_comment_in_a_ticket_system_is_a_persons() -> None:
    comment = replace(
        PERSON, subject="REQ1 - comments added", text="Paul (Additional comments): we received your request"
    )

    assert kind(with_headers(comment, auto_submitted="auto-generated")) == MailKind.HUMAN


def test_a_person_who_speaks_of_filters_asks_for_no_proof() -> None:
    blocked = replace(PERSON, text="Notre anti-spam a bloqué votre message. Répondez à ce message avec un duplicata.")

    assert kind(blocked) == MailKind.HUMAN


def test_an_answer_that_encloses_our_message_is_a_persons() -> None:
    answer = sent_by(
        "no-reply@x.example", text="Adresse inconnue", enclosed={"subject": ("FA-1",)}, in_reply_to=("<1@x>",)
    )

    assert kind(answer) == MailKind.HUMAN


def test_a_persons_answer_may_lose_its_return_path() -> None:
    assert kind(with_headers(replace(PERSON, in_reply_to=("<1@x>",)), **NULL)) == MailKind.HUMAN


def test_a_list_that_is_the_mailbox_itself_or_a_customer_makes_no_newsletter() -> None:
    listed = {"list_unsubscribe": "<x>", "list_id": f"<{OURS.replace('@', '.')}>"}
    own_group = with_headers(replace(PERSON, subject="Question"), **listed)
    posted = with_headers(replace(PERSON, subject="Question"), list_unsubscribe="<x>", list_post=f"<mailto:{OURS}>")
    other = with_headers(replace(PERSON, subject="Question"), list_unsubscribe="<x>")

    assert [kind(one) for one in (own_group, posted, other)] == [MailKind.HUMAN, MailKind.HUMAN, MailKind.NEWSLETTER]
    assert kind(other, replace(CONTEXT, sender_is_contact=True)) == MailKind.HUMAN
    assert kind(replace(posted, to=(Address(email=OURS),)), Context()) == MailKind.HUMAN


@given(st.text(max_size=80), st.text(max_size=300))
def test_a_persons_answer_is_never_a_machines_whatever_it_says(subject: str, text: str) -> None:
    assert kind(replace(PERSON, subject=f"Re: {subject}", text=text, in_reply_to=("<1@x>",))) == MailKind.HUMAN


@given(st.sampled_from([rule for rule in RULES if rule.name not in ("own", "colleague")]), st.binary(max_size=500))
def test_no_rule_raises(rule: Rule, raw: bytes) -> None:
    rule.evidence(read(raw), CONTEXT)


def test_an_auto_generated_message_is_doubtful() -> None:
    verdict = classify(
        with_headers(replace(PERSON, subject="Avis de paiement"), auto_submitted="auto-generated"), CONTEXT
    )

    assert (verdict.kind, verdict.doubtful) == (MailKind.AUTOREPLY, True)


def test_a_person_without_any_sign_is_named_as_such() -> None:
    verdict = classify(PERSON, CONTEXT)

    assert (verdict.kind, verdict.rule, verdict.doubtful) == (MailKind.HUMAN, "person", False)


def test_a_bounce_without_a_sender_needs_the_right_words() -> None:
    nobody = replace(
        PERSON, sender=None, subject="Mail delivery failed", text="There was an error delivering your mail"
    )

    assert kind(nobody) == MailKind.BOUNCE_PERMANENT
    assert kind(replace(nobody, text="Hello")) == MailKind.HUMAN


def test_a_daemon_that_answers_needs_words_about_a_failure() -> None:
    answer = replace(sent_by("mailer-daemon@client.example"), in_reply_to=("<1@x>",), subject="x", text="x")

    assert kind(answer) == MailKind.HUMAN


def test_a_person_who_asks_for_a_proof_in_a_thread_is_a_person() -> None:
    asked = replace(PERSON, subject="Demande d'authentification", text="captcha", in_reply_to=("<1@x>",))

    assert kind(asked) == MailKind.HUMAN


def test_a_challenger_that_says_nothing_about_it_is_a_person() -> None:
    assert kind(sent_by("ann@boxbe.com", text="We paid.")) == MailKind.HUMAN


# --- The effect -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail_kind", "event", "flags", "keyword"),
    [
        ("human", Kind.REPLIED, ("\\Flagged",), "$RelanceReply"),
        ("colleague", Kind.REPLIED, ("\\Flagged",), "$RelanceReply"),
        ("newsletter", Kind.REPLIED, ("\\Flagged",), "$RelanceReply"),
        ("other", Kind.REPLIED, ("\\Flagged",), "$RelanceReply"),
        ("unreadable", Kind.UNREADABLE, ("\\Flagged",), "$RelanceReply"),
        ("bounce_permanent", Kind.BOUNCED, ("\\Flagged",), "$RelanceProblem"),
        ("challenge", Kind.BOUNCED, ("\\Flagged",), "$RelanceProblem"),
        ("bounce_temporary", Kind.NOTED, (), "$RelanceAuto"),
        ("autoreply", Kind.AUTOREPLIED, (), "$RelanceAuto"),
        ("receipt", Kind.RECEIPT, (), "$RelanceAuto"),
        ("own", None, (), ""),
    ],
)
def test_what_a_matched_message_does(mail_kind: str, event: Kind | None, flags: tuple[str, ...], keyword: str) -> None:
    found = effect(MailKind(mail_kind), matched=True, folder_role="inbox")

    assert (found.event, found.flags, found.keyword) == (event, flags, keyword)


@pytest.mark.parametrize("mail_kind", MailKind)
@pytest.mark.parametrize("folder", ["inbox", "sent", "drafts", "junk", "trash", "other"])
def test_what_matches_no_case_is_left_alone(mail_kind: MailKind, folder: str) -> None:
    assert effect(mail_kind, matched=False, folder_role=folder, doubtful=True) == NOTHING
    assert effect(mail_kind, matched=True, folder_role="drafts") == NOTHING


def test_in_sent_only_a_colleague_counts() -> None:
    assert effect(MailKind.COLLEAGUE, matched=True, folder_role="sent").event == Kind.ANSWERED
    assert effect(MailKind.COLLEAGUE, matched=True, folder_role="sent").flags == ()
    assert effect(MailKind.HUMAN, matched=True, folder_role="sent") == NOTHING


def test_in_doubt_a_person_looks() -> None:
    found = effect(MailKind.AUTOREPLY, matched=True, folder_role="inbox", doubtful=True)

    assert (found.event, found.flags) == (Kind.REPLIED, ("\\Flagged",))
