from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relancier.core.reading import read as reading
from relancier.core.reading.mail import Address, Message, Report
from relancier.core.reading.mime import LONGEST_TEXT
from relancier.core.reading.read import read
from relancier.core.reading.reply import Context, classify

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mail").glob("*/*.eml"))]


def message(head: str, body: str = "Bonjour") -> Message:
    return read(f"{head}\n\n{body}\n".encode())


# --- Never raises ---------------------------------------------------------------------------------------------------


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert read(raw).identity


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=6)), max_size=12))
def test_a_mutated_message_is_read(raw: bytes, changes: list[tuple[int, bytes]]) -> None:
    mutated = bytearray(raw)
    for at, content in changes:
        mutated[at : at + len(content)] = content

    assert read(bytes(mutated)).identity


@given(st.sampled_from(SAMPLES), st.integers(0, 3_000))
def test_a_message_cut_anywhere_is_read(raw: bytes, end: int) -> None:
    assert read(raw[:end], complete=False).truncated


@pytest.mark.parametrize(
    "charset", ["x-nowhere", "hex", "punycode", "idna", "undefined", "unicode_escape", "utf-8\0", "é"]
)
def test_a_charset_that_is_none_is_guessed(charset: str) -> None:
    found = message(f"Subject: =?{charset}?q?Factur=C3=A9e?=\nContent-Type: text/plain; charset={charset}", "Payée")

    assert found.text.strip() == "Payée"
    assert found.subject == "Facturée" or "\0" in charset


def test_text_that_is_not_in_its_charset_is_read_with_marks() -> None:
    assert "Pay" in read(b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\nPay\xe9").text
    assert read(b"Subject: x\n\nPay\xe9").text == "Payé"
    assert read("Subject: Payé\n\nx".encode("cp1252")).subject == "Payé"


def test_what_defeats_the_parser_is_still_read_by_hand() -> None:
    def broken(_raw: bytes, _complete: bool) -> Message:
        raise AttributeError("no")

    raw = b"From: Ann <ann@client.example>\r\nSubject: FA-1\r\nMessage-ID: <1@x>\r\n\r\nPayed FA-1"
    found = reading._guarded(broken, raw, complete=True)

    assert found.faults == ("unreadable: AttributeError: no",)
    assert (found.sender, found.subject, found.message_id) == (
        Address(email="ann@client.example", name="Ann"),
        "FA-1",
        "<1@x>",
    )
    assert "Payed FA-1" in found.text


# --- Bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\n" * 200_000 + b"\n",
        b"Subject: " + b"a" * 4_000_000 + b"\n\n",
        b"To: " + b"(" * 200_000 + b"\n\n",
        b"To: " + b'"' * 200_001 + b"\n\n",
        (b"To: " + b'"\\' * 8_000 + b"\n") * 16 + b"\n",
        (b"References: " + b"a" * 16_000 + b"\n") * 16 + b"\n",
        (b"To: " + b"a" * 16_000 + b"\n") * 16 + b"\n",
        b"Content-Type: message/delivery-status\n\n"
        + (b"Action: failed\nDiagnostic-Code: " + b"exceed" * 2_500 + b"\n\n") * 500,
        b"Subject: Undeliverable\n\n" + b"exceed" * 40_000,
        b"References: " + b"<" * 300_000 + b"\n\n",
        b"Subject: " + b"=?a?q?" * 100_000 + b"\n\n",
        b"Content-Type: text/plain" + b';a="' * 100_000 + b"\n\n",
        b"Content-Type: text/html\n\n" + b"<script" * 100_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 100_000,
        b"Subject: x\n\n" + b"Received: x\n\n" * 50_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 200_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 400_000,
    ],
)
def test_mail_made_to_be_slow_or_large_is_read_in_bounded_time(raw: bytes) -> None:
    begun = perf_counter()
    found = read(raw)
    classify(found, Context())

    assert perf_counter() - begun < 3
    assert len(found.text) <= LONGEST_TEXT
    assert sum(len(value) for values in found.headers.values() for value in values) < 4_000_000


def nested(depth: int) -> bytes:
    inner = "Content-Type: text/plain\n\nau fond\n"
    for level in range(depth):
        inner = f'Content-Type: multipart/mixed; boundary="n{level}"\n\n--n{level}\n{inner}\n--n{level}--\n'
    return b"From: a@b.example\n" + inner.encode()


def test_a_hundred_nested_parts_are_read_and_more_are_not_opened() -> None:
    assert read(nested(100)).text.strip() == "au fond"
    assert read(nested(101)).faults == ("unreadable: parts nested too deep",)
    assert read(nested(5_000)).faults == ("unreadable: parts nested too deep",)


def test_too_many_parts_and_too_large_heads_are_named() -> None:
    many = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 600
    assert "unreadable: too many parts" in read(many).faults or len(read(many).parts) <= 500
    assert any("header fields of more than" in fault for fault in read(b"X: " + b"a" * 300_000 + b"\n\nx").faults)


def test_a_zip_is_named_and_never_opened() -> None:
    raw = (
        b"Subject: x\nContent-Type: application/zip; name=bomb.zip\nContent-Transfer-Encoding: base64\n\nUEsDB"
        + b"A" * 99
    )

    found = read(raw)

    assert (found.attachments, found.text) == (("bomb.zip",), "")


# --- Fields ---------------------------------------------------------------------------------------------------------


def test_identifiers_are_found_in_unclean_fields() -> None:
    found = message(
        "Message-ID: <1@\n  x.example>\nIn-Reply-To: Your message of Monday <a@x> and <b@x>\nReferences: c@x,d@x <>"
    )

    assert found.message_id == "<1@x.example>"
    assert found.in_reply_to == ("<a@x>", "<b@x>")
    assert found.references == ("<c@x>", "<d@x>")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Tue, 08 Sep 2026 10:00:00 +0200", datetime(2026, 9, 8, 10, tzinfo=timezone(timedelta(hours=2)))),
        ("Tue, 08 Sep 2026 10:00:00", datetime(2026, 9, 8, 10, tzinfo=UTC)),
        ("8 Sep 2026 10:00 -0000", datetime(2026, 9, 8, 10, tzinfo=UTC)),
        ("hier", None),
        ("Tue, 99 Sep 99999 10:00:00 +9999", None),
    ],
)
def test_dates_are_instants_or_nothing(written: str, expected: datetime | None) -> None:
    found = message(f"Date: {written}")

    assert found.date == expected
    assert ("a Date that is no date" in found.faults) == (expected is None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("FA-2026-0042", "FA-2026-0042"),
        ("=?utf-8?q?FA-2026-00?=\n =?utf-8?q?42_=C3=A9chue?=", "FA-2026-0042 échue"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
        ("=?iso-8859-1?q?caf=E9?= et =?utf-8?q?th=C3=A9?=", "café et thé"),
        ("=?utf-8*fr?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?RkEtMQ?=", "FA-1"),
        ("=?utf-8?q?FA 2026?=", "FA 2026"),
        ("=?utf-8?x?FA?=", "=?utf-8?x?FA?="),
        ("=?utf-8?q?FA-1", "=?utf-8?q?FA-1"),
    ],
)
def test_encoded_words_are_read_also_when_broken(written: str, expected: str) -> None:
    assert message(f"Subject: {written}").subject == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ann <ANN@Client.Example>", [("ann@client.example", "Ann")]),
        ("ann@client.example (Ann)", [("ann@client.example", "")]),
        ('"Small, Ann" <ann@x.example>, bob@x.example', [("ann@x.example", "Small, Ann"), ("bob@x.example", "")]),
        ("=?utf-8?q?=C3=89mile=2C_dir?= <e@client.example>", [("e@client.example", "Émile, dir")]),
        ("undisclosed-recipients:;", []),
        ("friends: a@x.example; b@x.example", [("a@x.example", ""), ("b@x.example", "")]),
        ("ann@x.example <ann@y.example>", [("ann@y.example", "ann@x.example")]),
        ("Ann <>", []),
        ("<a@x.example> <b@x.example>", [("a@x.example", "")]),
    ],
)  # fmt: skip
def test_addresses_are_read_tolerantly(written: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.email, one.name) for one in message(f"To: {written}").to] == expected


def test_fields_are_kept_in_order_with_control_characters_and_nonsense_lines_left_out() -> None:
    found = message("Received: one\nno field here\nReceived: t\x00wo\n: x\nX Y: z")

    assert found.headers == {"received": ("one", "two")}
    assert found.header("Received") == "one"
    assert found.header("absent") == ""


def test_what_is_not_understood_is_named() -> None:
    assert message("In-Reply-To: \nFrom: nobody").faults == (
        "an In-Reply-To without an identifier",
        "a From or To without an address",
    )
    assert read(b"").faults == ("unreadable: no header fields",)


def test_an_mbox_line_and_leading_empty_lines_are_passed_over() -> None:
    assert read(b"\n\nFrom x Mon\nSubject: FA-1\n\nBonjour").subject == "FA-1"


def test_a_message_is_known_again_wherever_it_lies_and_others_are_not() -> None:
    one = b"Message-ID: <1@x>\r\nFrom: a@b.example\r\nSubject: FA-1\r\n\r\nPaid"

    assert read(one).identity == read(b"Received: x\nX-Spam: no\n" + one.replace(b"\r\n", b"\n")).identity
    assert read(one).identity != read(one.replace(b"Paid", b"Unpaid")).identity


# --- Content --------------------------------------------------------------------------------------------------------


def test_html_is_read_without_its_tags() -> None:
    page = (
        "<html><head><title>t</title></head><body>Bonjour<br>&eacute;t&eacute; <!-- a <b>no</b> -->"
        "<script>1<2</script>x<style>y</style><P>z</P>fin < debut"
    )

    assert message("Content-Type: text/html", page).text.split() == ["Bonjour", "été", "x", "z", "fin"]


def test_a_comment_over_several_tags_is_left_out() -> None:
    assert message("Content-Type: text/html", "<!-- <p>a</p> -->b<><p>c").text.split() == ["b", "c"]


def test_a_plain_part_is_preferred_and_attached_texts_are_no_words() -> None:
    found = message(
        "Content-Type: multipart/mixed; boundary=b",
        "preamble\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b\nContent-Type: text/plain\n\nplain\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''re%C3%A7u.txt\n\nsecret\n"
        "--b--\nepilogue",
    )

    assert found.text == "plain"
    assert found.attachments == ("reçu.txt",)
    assert found.parts == ("text/html", "text/plain", "text/plain")


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ('filename="FA-1.pdf"', "FA-1.pdf"),
        ('filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ('filename="=?utf-8?q?re=C3=A7u.pdf?="', "reçu.pdf"),
        ("filename*0*=utf-8''re%C3%A7; filename*1*=u.pdf", "reçu.pdf"),
        ("filename*0=FA-; filename*1=1.pdf", "FA-1.pdf"),
        ('filename="unclosed', "unclosed"),
    ],
)
def test_names_of_attachments_are_read_in_every_form(parameters: str, name: str) -> None:
    assert message(f"Content-Type: application/pdf\nContent-Disposition: attachment; {parameters}").attachments == (
        name,
    )


@pytest.mark.parametrize("encoding", ["base64", "BASE64"])
def test_broken_base64_is_read_as_far_as_it_goes(encoding: str) -> None:
    found = message(f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}", "Qm9u\n!!am91cg=\nx")

    assert found.text.startswith("Bonjour")


def test_a_multipart_without_its_parts_is_text() -> None:
    for kind in ("multipart/mixed", "multipart/mixed; boundary=b", 'multipart/mixed; boundary=""'):
        found = message(f"Content-Type: {kind}")
        assert (found.text.strip(), found.faults) == ("Bonjour", ("a multipart without its parts",))


def test_a_boundary_that_begins_like_another_is_another() -> None:
    found = message("Content-Type: multipart/mixed; boundary=b", "--bb\n--b\n\nun\n--b2\n--b\n\ndeux")

    assert found.text == "un\n--b2\ndeux\n"


def test_the_text_ends_where_an_enclosed_original_begins() -> None:
    found = message(
        "Content-Type: multipart/mixed; boundary=b",
        "--b\n\nVoir ci-joint\n--b\nContent-Type: message/rfc822\n\nSubject: FA-1\nMessage-ID: <1@x>\n\nnot read\n"
        "--b\n\nafter\n--b--",
    )

    assert found.text == "Voir ci-joint"
    assert found.enclosed == {"subject": ("FA-1",), "message-id": ("<1@x>",)}


def test_an_original_inside_the_text_is_cut_off_and_its_headers_are_kept() -> None:
    found = message(
        "Subject: x", "Failed.\n\n> Return-Path: <a@x>\n> Received: here\n>  by there\n> Subject: FA-1\n\nold"
    )

    assert found.text == "Failed.\n"
    assert found.enclosed["subject"] == ("FA-1",)
    assert found.enclosed["received"] == ("here by there",)


def test_an_original_whose_known_field_comes_late_is_cut_off_from_its_start() -> None:
    assert message("Subject: x", "Failed.\n\nFrom: a@x\nSubject: FA-1\nMessage-ID: <1@x>").text == "Failed.\n"


def test_a_line_that_looks_like_a_field_is_no_original() -> None:
    assert message("Subject: x", "Received: hier\nmerci").text.strip() == "Received: hier\nmerci"


# --- Reports --------------------------------------------------------------------------------------------------------

STATUS = """Reporting-MTA: dns; mx
X-Original-Message-ID: <1@x>

Final-Recipient: rfc822; Ann@Client.Example
Action: failed (no)
Status: 5.1.1 (unknown)
Diagnostic-Code: smtp; 550 no

Original-Recipient: utf-8;b+2Bc@client.example
Action: delayed
Diagnostic-Code: smtp; 451 4.4.1 later

Something: else"""
REPORTS = (
    Report(recipient="ann@client.example", action="failed", status="5.1.1", diagnostic="smtp; 550 no"),
    Report(recipient="b+c@client.example", action="delayed", status="4.4.1", diagnostic="smtp; 451 4.4.1 later"),
)


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status", "text/plain"])
@pytest.mark.parametrize("outer", ["multipart/report; boundary=b", "multipart/mixed; boundary=b"])
def test_a_delivery_report_says_what_became_of_each_recipient(outer: str, kind: str) -> None:
    found = message(f"Content-Type: {outer}", f"--b\nContent-Type: {kind}\n\n{STATUS}\n--b--")

    assert found.reports == REPORTS


PASTED = (
    "Bonjour, voici ce que j'ai reçu :\n\nFinal-Recipient: rfc822; ann@client.example\nAction: failed\nStatus: 5.1.1"
)


@pytest.mark.parametrize(
    ("head", "count"),
    [("From: ann@client.example", 0), ("From: MAILER-DAEMON@mx", 1), ("From: Mailer-Daemon@mx.example", 1),
     ("From: postmaster@mx.example", 1), ("Return-Path: <>\nFrom: ann@client.example", 1), ("Subject: no sender", 1)],
)  # fmt: skip
def test_a_report_that_a_person_copies_is_none(head: str, count: int) -> None:
    assert len(message(head, PASTED).reports) == count


def test_a_recipient_is_told_in_any_script() -> None:
    lines = "Final-Recipient: utf-8; %s\nAction: failed"
    encoded, wrong, plain = (
        message("Content-Type: message/global-delivery-status", lines % one).reports[0].recipient
        for one in (r"\x{E9}mile@\x{4F8B}.example", r"\x{D800}\x{FFFFFF}a@x.example", "émile@例.example")
    )

    assert (encoded, wrong, plain) == ("émile@例.example", "a@x.example", "émile@例.example")


def test_the_fields_about_the_whole_report_are_kept() -> None:
    found = message(
        "Content-Type: multipart/report; boundary=b", f"--b\nContent-Type: message/delivery-status\n\n{STATUS}\n--b--"
    )

    assert found.notice["x-original-message-id"] == ("<1@x>",)


def test_a_report_without_an_address_or_status_has_empty_ones() -> None:
    found = message("Content-Type: message/delivery-status", "Action: failed")

    assert found.reports == (Report(recipient="", action="failed", status=""),)


def test_content_types_carry_what_they_are_about() -> None:
    found = message(
        "Content-Type: Multipart/Report; Report-Type=Delivery-Status; boundary=b",
        "--b\nContent-Type: text/calendar; method=REPLY\n\nx",
    )

    assert found.content_type == "multipart/report; report-type=delivery-status"
    assert found.parts == ("text/calendar; method=reply",)


# --- Groups ---------------------------------------------------------------------------------------------------------

GROUP = b"""\
From: "'Ann Roy' via Comptes" <compta@atelier.example>
List-ID: <compta.atelier.example>
%s
Subject: FA-1

Bonjour
"""


@pytest.mark.parametrize("field", [b"X-Original-From", b"X-Original-Sender", b"Reply-To"])
def test_a_group_that_writes_its_own_address_does_not_hide_who_wrote(field: bytes) -> None:
    found = read(GROUP % (field + b": Ann <ann@client.example>"))

    assert found.sender == Address(email="ann@client.example", name="Ann")


def test_the_groups_own_address_replaces_nothing() -> None:
    found = read(GROUP % b"X-Original-Sender: compta@atelier.example\nReply-To: ann@client.example")

    assert found.sender is not None
    assert found.sender.email == "ann@client.example"


def test_without_the_address_that_was_replaced_the_groups_own_stands() -> None:
    nobody = read(GROUP % b"Reply-To: compta@atelier.example")
    no_name = read(GROUP % b"X-Original-Sender: ann@client.example")
    person = read(GROUP.replace(b" via Comptes", b"") % b"Reply-To: other@client.example")

    assert nobody.sender is not None
    assert nobody.sender.email == "compta@atelier.example"
    assert no_name.sender == Address(email="ann@client.example", name="'Ann Roy' via Comptes".strip("'"))
    assert person.sender is not None
    assert person.sender.email == "compta@atelier.example"


def test_hidden_recipients_are_no_fault() -> None:
    assert read(b"From: a@x.example\nTo: undisclosed-recipients:;\nSubject: x\n\nx").faults == ()
    assert read(b"From: a@x.example\nTo: nobody\nSubject: x\n\nx").faults == ("a From or To without an address",)


def test_a_date_from_no_time_of_email_is_none() -> None:
    found = read(b"From: a@x.example\nDate: Mon, 30 Jun 3609 15:33:50 +0600\n\nx")

    assert found.date is None
    assert found.faults == ("a Date that is no date",)


@pytest.mark.parametrize(
    ("page", "text", "unquoted"),
    [
        ("<p>a</p>", "a", None),
        ("a<blockquote>b<!-- x -->c<blockquote>d</blockquote>e</blockquote>f", "a\nbc\nd\ne\nf", "a\n\n\n\nf"),
        ("</blockquote>a<BLOCKQUOTE type=cite><style>x</style>b", "a\nb", "a"),
    ],
)
def test_what_html_marks_as_quoted_is_told_apart(page: str, text: str, unquoted: str | None) -> None:
    message = read(f"From: a@b.test\nContent-Type: text/html\n\n{page}".encode())
    assert (message.text, message.unquoted) == (text, unquoted)
    assert message.outside_quotations == (text if unquoted is None else unquoted)
