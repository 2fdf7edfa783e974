from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.outbox import Carried, Entry, Sort
from relancier.core.reading.mail import Address, Message, Report
from relancier.core.reading.match import LAYERS, OWN, Match, NothingKnown, match
from relancier.core.reading.read import read
from relancier.core.reading.reply import Context, MailKind
from relancier.core.reading.token import alias_id, message_id, new_token
from relancier.core.text.numbers import normalise

KEY = b"k" * 32
TOKEN = new_token(KEY, "abcdefgh2345")
CONTEXT = Context(own_address="compta@atelier.example", key=KEY)
ONE, TWO, OTHER, PLAIN = (
    "FA-2026-0042|2026-06-30",
    "FA-2026-0043|2026-06-30",
    "FA-2026-0099|2026-06-30",
    "1234|2026-06-30",
)


@dataclass
class Books:
    """What is known: the customer at client.example owes ONE, TWO and PLAIN, another OTHER."""

    asked: list[int] = field(default_factory=list)
    sent: bytes = b"Subject: FA-2026-0042, FA-2026-0043 - Atelier\r\n =?utf-8?q?_=C3=A9chue?=\r\n\r\nBonjour"
    thread: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"<sent@mx.example>": (ONE,)})

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        listed = list(numbers)
        self.asked.append(len(listed))
        known = {normalise(case.partition("|")[0]): (case,) for case in (ONE, TWO, OTHER, PLAIN)}
        return {number: known[number] for number in listed if number in known}

    def by_address(self, address: str) -> tuple[str, ...]:
        return {"ann@client.example": (ONE, TWO, PLAIN), "bob@gmail.com": (OTHER,)}.get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return {"client.example": (ONE, TWO, PLAIN), "gmail.com": (OTHER,), "atelier.example": (OTHER,)}.get(domain, ())

    def by_message_id(self, ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return {one: self.thread[one] for one in ids if one in self.thread}

    def entry_by_token(self, token: str) -> Entry | None:
        if token != TOKEN:
            return None
        return Entry(
            id="1", sort=Sort.REMINDER, carries=(Carried(ONE, "first"), Carried(TWO, "first")),
            message_id=message_id(TOKEN, "atelier.example"), token=TOKEN, queued_at=datetime(2026, 7, 1, tzinfo=UTC),
            blob="kept" if self.sent else "",
        )  # fmt: skip

    def blob(self, sha256: str) -> bytes | None:
        return self.sent if sha256 == "kept" else None


ANN = Message(identity="1", sender=Address(email="ann@client.example"), subject="Bonjour")
STRANGER = replace(ANN, sender=Address(email="zoe@elsewhere.example"))
DAEMON = replace(ANN, sender=Address(email="mailer-daemon@client.example"), subject="Undelivered Mail")
BOTH, ALL = (ONE, TWO), (ONE, TWO, PLAIN)
OUR_ID = message_id(TOKEN, "atelier.example")
BOUNCE = MailKind.BOUNCE_PERMANENT


def found(message: Message, kind: MailKind = MailKind.HUMAN, context: Context = CONTEXT) -> Match:
    return match(message, Books(), context, kind)


def of(message: Message, kind: MailKind = MailKind.HUMAN) -> tuple[tuple[str, ...], str, str]:
    this = found(message, kind)
    return this.cases, this.confidence, this.rule


# --- Threads --------------------------------------------------------------------------------------------------------


def test_in_reply_to_is_enough_by_token_or_by_known_identifier() -> None:
    assert of(replace(STRANGER, in_reply_to=("<x@y>", OUR_ID))) == (BOTH, "matched", "in_reply_to")
    assert of(replace(STRANGER, in_reply_to=("<sent@mx.example>",))) == ((ONE,), "matched", "in_reply_to")


def test_a_forged_or_unknown_token_matches_nothing() -> None:
    other = new_token(KEY, "zyxwvut98765")
    for token in (new_token(b"other", "abcdefgh2345"), other):
        assert of(replace(STRANGER, in_reply_to=(message_id(token, "atelier.example"),))) == ((), "none", "no_case")
    assert match(replace(STRANGER, in_reply_to=(OUR_ID,)), Books(), Context(), MailKind.HUMAN).cases == ()


def test_references_need_the_number_in_the_subject() -> None:
    thread = replace(STRANGER, references=("<x@y>", alias_id(TOKEN, "atelier.example"), "<z@y>"))

    assert of(replace(thread, subject="RE: FA-2026-0042 : relance")) == (BOTH, "matched", "references")
    assert of(replace(thread, subject="Autre sujet")) == (BOTH, "unverified", "old_thread")
    assert of(replace(thread, subject="Re: FA-2026-0099")) == ((OTHER,), "unverified", "subject")


@pytest.mark.parametrize(
    ("field", "cases"),
    [
        (OUR_ID, BOTH),
        (f"<x@y> {OUR_ID}", BOTH),
        (f"{OUR_ID},<x@y>", BOTH),
        (f"Your message of Monday, {OUR_ID} (sent by Ann <ann@client.example>)", BOTH),
        (OUR_ID.strip("<>"), BOTH),
        (OUR_ID[:-1], BOTH),
        (OUR_ID.upper(), BOTH),
        (f"{OUR_ID[:30]}\r\n {OUR_ID[30:]}", BOTH),
        (f"mid:{OUR_ID[1:-1]};x", BOTH),
        (TOKEN, BOTH),
        ("sent@mx.example", (ONE,)),
        (f"<sent@mx.example> {OUR_ID}", BOTH),
        ("<sent@mx.example.org>", ()),
        ("<>", ()),
        ("your mail", ()),
        ("<" * 5000, ()),
    ],
)
def test_in_reply_to_is_read_in_every_form_in_which_it_comes(field: str, cases: tuple[str, ...]) -> None:
    raw = f"From: zoe@elsewhere.example\r\nSubject: Re: Bonjour\r\nIn-Reply-To: {field}\r\n\r\nBonjour"

    assert found(read(raw.encode())).cases == cases


@pytest.mark.parametrize("between", [" ", ",", ", ", "\r\n ", ""])
def test_references_are_split_on_spaces_and_commas(between: str) -> None:
    ids = between.join(["<a@b>", OUR_ID, "<c@d>"])
    raw = f"From: zoe@elsewhere.example\r\nSubject: Re: FA-2026-0042\r\nReferences: {ids}\r\n\r\nBonjour"

    assert of(read(raw.encode())) == (BOTH, "matched", "references")


def test_a_new_number_in_the_subject_of_an_old_thread_is_held_too() -> None:
    old = replace(ANN, in_reply_to=("<sent@mx.example>",))

    assert of(replace(old, subject="RE: FA-2026-0042")) == ((ONE,), "matched", "in_reply_to")
    assert of(replace(old, subject="FA-2026-0043 : une question")) == ((ONE, TWO), "matched", "in_reply_to")
    assert of(replace(old, subject="FA-2026-0099 : une question")) == ((ONE, OTHER), "unverified", "in_reply_to")
    assert "another number" in found(replace(old, subject="FA-2026-0099")).evidence
    references = replace(STRANGER, references=("<sent@mx.example>",), subject="FA-2026-0042, FA-2026-0043")
    assert of(references) == ((ONE, TWO), "unverified", "references")


def test_the_numbers_of_our_own_subject_are_not_new() -> None:
    ours = replace(STRANGER, subject="RE : [EXT] FA-2026-0042, FA-2026-0043, FA-2026-0099 - Atelier")
    books = Books(sent=b"Subject: FA-2026-0042, FA-2026-0043, FA-2026-0099 - Atelier\r\n\r\n")

    for answer in (replace(ours, in_reply_to=(OUR_ID,)), replace(ours, references=("<a@b>", OUR_ID))):
        assert match(answer, books, CONTEXT, MailKind.HUMAN).cases == BOTH
        assert match(answer, books, CONTEXT, MailKind.HUMAN).confidence == "matched"


def test_references_under_our_own_subject_need_no_number() -> None:
    thread = replace(STRANGER, references=(OUR_ID,))
    books = Books(sent=b"Subject: Votre compte\r\n =?utf-8?q?chez_=C3=89clair?=\r\nTo: x@y\r\n\r\nBonjour")

    this = match(replace(thread, subject="TR : RE\u00a0: votre compte  chez Éclair"), books, CONTEXT, MailKind.HUMAN)
    assert (this.cases, this.confidence, this.rule) == (BOTH, "matched", "references")
    assert "same subject" in this.evidence
    for changed in (replace(thread, subject="Votre compte"), replace(thread, references=("<sent@mx.example>",))):
        assert match(changed, books, CONTEXT, MailKind.HUMAN).rule == "old_thread"
    assert match(replace(thread, subject="x"), Books(sent=b""), CONTEXT, MailKind.HUMAN).rule == "old_thread"


def test_the_address_it_came_to_is_enough_alone() -> None:
    here: dict[str, tuple[str, ...]] = {"delivered-to": (f"compta+{TOKEN}@atelier.example",)}

    assert of(replace(STRANGER, headers=here)) == (BOTH, "matched", "address")
    assert of(replace(DAEMON, headers=here), BOUNCE) == (BOTH, "matched", "address")
    assert of(replace(STRANGER, headers=here, in_reply_to=("<sent@mx.example>",))) == ((ONE,), "matched", "in_reply_to")
    assert match(replace(STRANGER, headers=here), Books(), Context(), MailKind.HUMAN).cases == ()


def test_only_the_latest_references_count() -> None:
    old = replace(STRANGER, references=(OUR_ID, *(f"<{at}@x>" for at in range(32))))

    assert of(old) == ((), "none", "no_case")
    assert of(replace(old, subject="Re: FA-2026-0042")) == ((ONE,), "unverified", "subject")
    assert of(replace(old, subject="Re: FA-2026-0042", references=old.references[:32])) == (
        BOTH,
        "matched",
        "references",
    )


def test_where_nothing_is_known_nothing_matches() -> None:
    for message in (replace(ANN, subject="FA-2026-0042", in_reply_to=(OUR_ID,)), DAEMON):
        assert match(message, NothingKnown(), CONTEXT, MailKind.HUMAN).confidence == "none"
    assert NothingKnown().blob("") is None


def test_our_message_enclosed_by_someone_is_found() -> None:
    enclosed: dict[str, tuple[str, ...]] = {
        "message-id": ("<sent@mx.example>",),
        "references": (f"<a@b> {alias_id(TOKEN, 'x.example')}",),
    }

    assert of(replace(ANN, enclosed=enclosed)) == (BOTH, "matched", "enclosed")
    assert of(replace(STRANGER, enclosed=enclosed)) == (BOTH, "unverified", "enclosed")


def test_our_own_message_is_matched_by_its_token_only() -> None:
    assert of(replace(ANN, message_id=OUR_ID), MailKind.OWN) == (BOTH, "matched", "own")
    assert of(replace(ANN, headers={"x-relancier-id": (TOKEN,)}), MailKind.OWN) == (BOTH, "matched", "own")
    assert of(replace(ANN, subject="FA-2026-0042"), MailKind.OWN) == ((), "none", "no_case")


# --- Numbers --------------------------------------------------------------------------------------------------------


def test_a_number_in_the_subject_is_believed_from_a_known_sender() -> None:
    assert of(replace(ANN, subject="RE : FA–2026- 0042")) == ((ONE,), "matched", "subject")
    assert of(replace(STRANGER, subject="RE : FA–2026- 0042")) == ((ONE,), "unverified", "subject")
    assert "not known" in found(replace(STRANGER, subject="FA-2026-0042")).evidence


def test_a_colleague_of_the_customer_is_known_by_the_domain_unless_anyone_can_have_it() -> None:
    colleague = replace(ANN, sender=Address(email="dir@client.example"))

    assert of(replace(colleague, subject="FA-2026-0042")) == ((ONE,), "matched", "subject")
    assert of(replace(ANN, sender=Address(email="zoe@gmail.com"), subject="FA-2026-0099")) == (
        (OTHER,),
        "unverified",
        "subject",
    )
    assert of(replace(ANN, sender=Address(email="bob@gmail.com"), subject="FA-2026-0099")) == (
        (OTHER,),
        "matched",
        "subject",
    )
    assert of(replace(ANN, sender=Address(email="x@atelier.example"))) == ((), "none", "no_case")


@pytest.mark.parametrize("note", ["x-original-from", "x-original-sender", "reply-to"])
def test_who_wrote_through_a_list_or_group_is_known_by_its_note_of_the_writer(note: str) -> None:
    group = replace(
        ANN,
        sender=Address(email="compta@atelier.example", name="Ann via Compta"),
        to=(Address(email="compta@atelier.example"),),
        headers={note: ("Ann <ann@client.example>, compta+x@atelier.example",)},
    )

    assert of(group) == (ALL, "matched", "sender")
    assert of(group, MailKind.COLLEAGUE) == (ALL, "matched", "sender")


def test_every_form_of_our_own_address_speaks_for_nobody() -> None:
    for email in ("compta@atelier.example", "compta+x@atelier.example"):
        assert of(replace(ANN, sender=Address(email=email))) == ((), "none", "no_case")


@dataclass
class Ambiguous(Books):
    """A number that two customers have, in two parts each; a domain and an address that belong to both."""

    def by_number(self, numbers: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        return {"fa-2026-0042": (ONE, TWO, OTHER)} if "fa-2026-0042" in numbers else {}

    def by_address(self, address: str) -> tuple[str, ...]:
        return {"ann@client.example": (ONE, TWO), "accountant@client.example": (ONE, TWO, OTHER)}.get(address, ())

    def by_domain(self, domain: str) -> tuple[str, ...]:
        return (ONE, TWO, OTHER) if domain == "holding.example" else ()


@pytest.mark.parametrize(
    ("sender", "subject", "confidence", "rule"),
    [
        ("ann@client.example", "FA-2026-0042", "unverified", "subject"),
        ("zoe@elsewhere.example", "FA-2026-0042", "unverified", "subject"),
        ("accountant@client.example", "FA-2026-0042", "matched", "subject"),
        ("accountant@client.example", "Bonjour", "matched", "sender"),
        ("zoe@holding.example", "Bonjour", "matched", "sender"),
    ],
)
def test_where_several_may_be_meant_all_are_held_and_none_is_picked(
    sender: str, subject: str, confidence: str, rule: str
) -> None:
    message = replace(ANN, sender=Address(email=sender), subject=subject)
    this = match(message, Ambiguous(), CONTEXT, MailKind.HUMAN)

    assert (set(this.cases), this.confidence, this.rule) == ({ONE, TWO, OTHER}, confidence, rule)


def test_several_numbers_are_all_held_and_one_of_another_customer_makes_it_unsure() -> None:
    assert of(replace(ANN, subject="FA-2026-0042, FA-2026-0043")) == (BOTH, "matched", "subject")
    assert of(replace(ANN, subject="FA-2026-0042 et FA-2026-0099")) == ((ONE, OTHER), "unverified", "subject")


def test_who_names_anothers_number_only_may_mean_their_own_cases() -> None:
    found = of(replace(ANN, subject="FA-2026-0099"))
    assert found[0][0] == OTHER
    assert set(found[0]) > {OTHER, *BOTH}
    assert found[1:] == ("unverified", "subject")


def test_only_the_senders_rule_rests_on_the_people_alone() -> None:
    rules = ("own", "in_reply_to", "references", "subject", "text", "sender", "old_thread")
    assert [rule for rule in rules if Match((ONE,), "matched", rule, "").by_sender_only] == ["sender"]


def test_a_weak_number_needs_a_word_or_a_known_sender() -> None:
    assert of(replace(ANN, subject="à propos de 1234")) == ((PLAIN,), "matched", "subject")
    assert of(replace(STRANGER, subject="à propos de 1234")) == ((), "none", "no_case")
    assert of(replace(STRANGER, subject="facture n° 1234")) == ((PLAIN,), "unverified", "subject")


def test_a_number_in_the_text_or_a_file_name_counts_for_a_known_sender_only() -> None:
    assert of(replace(ANN, text="> votre facture FA-2026-0043 du 3 mai")) == ((TWO,), "matched", "text")
    assert of(replace(ANN, attachments=("Lumen_FA-2026-0042.pdf",))) == ((ONE,), "matched", "text")
    assert of(replace(ANN, text="FA-2026-0099")) == (ALL, "matched", "sender")
    assert of(replace(STRANGER, text="FA-2026-0042")) == ((), "none", "no_case")


def test_a_known_sender_without_a_number_means_every_open_case() -> None:
    assert of(ANN) == (ALL, "matched", "sender")
    assert of(replace(ANN, sender=None, headers={"reply-to": ("Ann <ann@client.example>",)})) == (
        ALL,
        "matched",
        "sender",
    )
    assert of(STRANGER) == ((), "none", "no_case")


def test_a_colleague_speaks_for_whom_it_is_written_to() -> None:
    ours = replace(ANN, sender=Address(email="compta@atelier.example"), to=(Address(email="ann@client.example"),))

    assert of(ours, MailKind.COLLEAGUE) == (ALL, "matched", "sender")
    assert of(replace(ours, to=(), subject="TR: FA-2026-0099"), MailKind.COLLEAGUE) == ((OTHER,), "matched", "subject")


def test_numbers_are_looked_up_in_few_calls_however_long_the_text_is() -> None:
    books = Books()
    match(replace(ANN, text="facture 1 2 3 " * 20_000), books, CONTEXT, MailKind.HUMAN)

    assert len(books.asked) <= 3
    assert max(books.asked) <= 20_001


def test_a_space_in_a_number_is_read_as_it_was_written() -> None:
    raw = "From: zoe@elsewhere.example\r\nSubject: Re: FA-2026-00{}42\r\n\r\nBonjour"

    assert found(read(raw.format("\u00a0").encode())).cases == (ONE,)
    assert found(read(raw.format(" ").encode())).cases == ()


def test_the_digits_of_a_prefix_are_no_number() -> None:
    assert of(replace(ANN, subject="Re[1234]: Bonjour")) == (ALL, "matched", "sender")


# --- Reports --------------------------------------------------------------------------------------------------------

FAILED = Report(recipient="ann@client.example", action="failed", status="5.1.1")


@pytest.mark.parametrize(
    "changes",
    [
        {"notice": {"original-message-id": (OUR_ID,)}},
        {"notice": {"original-envelope-id": (TOKEN,)}},
        {"headers": {"x-original-message-id": (OUR_ID,)}},
        {"enclosed": {"x-relancier-id": (TOKEN,)}},
        {"text": f"The message {OUR_ID} failed."},
    ],
)
@pytest.mark.parametrize("kind", [BOUNCE, MailKind.RECEIPT, MailKind.CHALLENGE])
def test_a_report_names_the_original_in_many_places(changes: dict[str, Any], kind: MailKind) -> None:
    assert of(replace(DAEMON, **changes), kind) == (BOTH, "matched", "original")


def test_a_bounce_is_about_the_recipient_it_could_not_reach() -> None:
    assert of(replace(DAEMON, reports=(FAILED,)), BOUNCE) == (ALL, "matched", "recipient")
    assert of(replace(DAEMON, text="No such user (ann@client.example)"), BOUNCE) == (ALL, "matched", "recipient")


def test_the_number_of_the_enclosed_subject_says_which_of_its_cases() -> None:
    bounce = replace(DAEMON, reports=(FAILED,), enclosed={"subject": ("FA-2026-0043 : relance",)})

    assert of(bounce, BOUNCE) == ((TWO,), "matched", "recipient")


def test_a_bounce_of_someone_elses_mail_to_the_customer_matches_nothing() -> None:
    other = replace(FAILED, recipient="nobody@client.example")

    assert of(replace(DAEMON, reports=(other,)), BOUNCE) == ((), "none", "no_case")
    numbered = replace(DAEMON, reports=(other,), enclosed={"subject": ("FA-2026-0042 : relance",)})
    assert of(numbered, BOUNCE) == ((ONE,), "unverified", "subject")


# --- Never a wrong case ---------------------------------------------------------------------------------------------

PREFIXES = st.lists(
    st.sampled_from(["Re: ", "RE : ", "TR: ", "[EXTERNE] ", "Re[2]: ", "*** SPAM *** ", "Rép :\u00a0"]), max_size=3
)
DASH = st.sampled_from(
    ["-", "‐", "‑", "–", "—", "−", "\u00ad", "－", " -", "- ", "-\r\n ", "\u00a0-", "-\u202f", "\u200b-"]
)
AFTER = st.sampled_from(["", " : relance", " - 2e relance", ".", ", merci", " (urgent)", "\u00a0: échue"])


@given(PREFIXES, DASH, DASH, AFTER, st.booleans())
def test_a_mangled_subject_still_finds_its_case(
    prefixes: list[str], one: str, two: str, after: str, upper: bool
) -> None:
    subject = f"{''.join(prefixes)}fa{one}2026{two}0042{after}"

    assert of(replace(STRANGER, subject=subject.upper() if upper else subject)) == ((ONE,), "unverified", "subject")


@given(PREFIXES, DASH, st.integers(0, 99_999).map(str) | st.from_regex(r"0042[0-9A-Z]{1,3}", fullmatch=True), AFTER)
def test_no_other_number_finds_a_case(prefixes: list[str], dash: str, number: str, after: str) -> None:
    expected = tuple(case for case in (ONE, TWO, OTHER) if case.startswith(f"FA-2026-{number}|"))

    assert of(replace(STRANGER, subject=f"{''.join(prefixes)}FA-2026{dash}{number}{after}"))[0] == expected


@given(st.text(max_size=120))
def test_no_text_of_a_stranger_finds_a_case_without_a_number(text: str) -> None:
    this = found(replace(STRANGER, subject=text, text=text))

    assert this.cases == () or any(normalise(case.partition("|")[0]) in normalise(text) for case in this.cases)


@given(st.text(max_size=60), st.sampled_from([" ", ", ", " (", "\u00a0", "\n", " - ", ": "]), st.text(max_size=60))
def test_whatever_stands_round_a_number_no_other_case_is_found(before: str, gap: str, after: str) -> None:
    this = found(replace(STRANGER, subject=f"{before}{gap}FA-2026-0042{gap[::-1]}{after}", text=after))

    assert set(this.cases) <= {ONE}


@given(st.binary(max_size=300), st.sampled_from(["Subject", "In-Reply-To", "References", "Delivered-To", "From"]))
def test_whatever_bytes_a_field_holds_a_stranger_finds_nothing(value: bytes, field: str) -> None:
    raw = b"Message-ID: <1@x>\r\n" + field.encode() + b": " + value.replace(b"\n", b"") + b"\r\n\r\nBonjour"

    assert found(read(raw)).cases == ()


# --- What the layers say of themselves ------------------------------------------------------------------------------


def test_each_layer_has_a_name_of_its_own_and_says_what_it_looks_at() -> None:
    layers = (OWN, *LAYERS)

    assert len({layer.name for layer in layers}) == len(layers)
    assert {layer.confidence for layer in layers} == {"matched", "unverified", "matched or unverified"}
    assert all(layer.looks_at and layer.example for layer in layers)
