from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.core.cases import PARIS, case

from relancier.core.case import Event, How, Instalment, Kind
from relancier.core.claim import Remark, Source
from relancier.core.outbox import Carried, Entry, Sort, Status
from relancier.core.overviews.chronology import UNTOLD, History, Row, chronology, may_have_left
from relancier.core.overviews.chronology_words import HAPPENED, LETTERS, REMARKS, SOURCES, Tongue
from relancier.core.recorded import Letter
from relancier.core.stored import Seen

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
DAY = date(2026, 3, 2)
ONE = case()
FRENCH, ENGLISH = Tongue("fr"), Tongue("en")


def event(kind: Kind, hours: int = 0, **other: Any) -> Event:
    return Event(case=ONE.key, kind=kind, at=NOON + timedelta(hours=hours), **other)


def entry(**other: Any) -> Entry:
    values: dict[str, Any] = {
        "id": "e1",
        "sort": Sort.REMINDER,
        "carries": (Carried(ONE.key, "reminder"),),
        "message_id": "<1@x>",
        "token": "t",
        "queued_at": NOON,
        "status": Status.SENT,
        "to": ("a@x.test",),
        "answer": "250 2.0.0 ok",
    }
    return Entry(**{**values, **other})


def seen(identity: str = "m1", **other: Any) -> Seen:
    values: dict[str, Any] = {"kind": "human", "sender": "a@x.test", "subject": "Facture"}
    return Seen(
        identity=identity, message_id="<m@x>", folder="INBOX", uid=1, at=NOON, **{**values, **other}
    )  # fmt: skip


def rows(*events: Event, tongue: Tongue = FRENCH, **other: Any) -> list[Row]:
    return chronology(History(events=events, **other), tongue, PARIS)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_message_sent_names_its_people_its_subject_and_the_servers_answer() -> None:
    sent = entry(cc=("b@x.test",), begun_at=NOON - timedelta(minutes=1))
    (row,) = rows(
        event(Kind.STEP_DONE, ref="e1", step="reminder"),
        entries={"e1": sent},
        subjects={"e1": "FA-1"},
        files={"e1": ("sent/1.eml",)},
    )
    assert row.at == (NOON - timedelta(minutes=1)).astimezone(PARIS)
    assert (row.what, row.files) == ("Message envoyé", ("sent/1.eml",))
    assert plain(row.detail) == (
        "à a@x.test ; copie à b@x.test ; « FA-1 » ; réponse du serveur : 250 2.0.0 ok"
    )  # fmt: skip


def test_reasons_of_our_own_are_no_answers_of_a_server() -> None:
    events = [event(Kind.STEP_DONE, ref="e1")]
    (row,) = rows(*events, entries={"e1": entry(answer="found in Sent")})
    assert plain(row.detail) == "à a@x.test"
    (row,) = rows(*events, entries={"e1": entry(answer="250 in the mailbox", to=())})
    assert row.detail == ""


@pytest.mark.parametrize(
    ("made", "how", "words"),
    [
        (entry(sort=Sort.TASK, channel="call"), How.TASK, "Appel confié à un collègue"),
        (entry(sort=Sort.TASK, channel="task"), How.TASK, "Tâche confiée à un collègue"),
        (entry(sort=Sort.TASK, channel="letter"), How.TASK, "Lettre remise à poster"),
        (entry(), How.SENT, "Message envoyé"),
        (None, How.BY_HAND, "Relance faite par un collègue"),
        (None, How.ADOPTED, "Message retrouvé dans les envois"),
    ],
)
def test_a_step_says_how_it_was_taken(made: Entry | None, how: How, words: str) -> None:
    (row,) = rows(event(Kind.STEP_DONE, ref="e1", how=how), entries={"e1": made} if made else {})
    assert plain(row.what) == words


def test_what_came_in_stands_at_the_time_it_was_written_unless_that_lies_ahead() -> None:
    early, late = NOON - timedelta(hours=3), NOON + timedelta(days=400)
    told = [event(Kind.REPLIED, ref="m1"), event(Kind.AUTOREPLIED, ref="m2"), event(Kind.RECEIPT, ref="m3")]
    messages = {"m1": seen(written_at=early), "m2": seen("m2", written_at=late), "m3": seen("m3")}
    found = rows(*told, messages=messages)
    assert [row.at for row in found] == [early, NOON, NOON]
    assert [row.what for row in found] == [
        "Message reçu",
        "Réponse automatique reçue",
        "Accusé de réception ou de lecture reçu",
    ]
    assert plain(found[0].detail) == "de a@x.test ; « Facture »"


def test_a_message_that_changed_nothing_stands_there_all_the_same() -> None:
    bare = seen(sender="", subject="", written_at=NOON - timedelta(days=1))
    delayed = seen("m2", kind="bounce_temporary")
    found = rows(messages={"m1": bare, "m2": delayed}, files={"m1": ("in/1.eml",)})
    assert (found[0].what, found[0].detail, found[0].files) == ("Message noté au dossier", "", ("in/1.eml",))
    assert found[1].what == "Distribution retardée"
    noted = rows(event(Kind.NOTED, ref="m2"), event(Kind.NOTED, ref="o1", hours=1), messages={"m2": delayed})
    assert [row.what for row in noted] == ["Distribution retardée", "Message noté au dossier"]


def test_what_a_person_recorded_is_told_with_its_day_sum_and_words() -> None:
    parts = (Instalment(date(2026, 5, 1), Decimal(500)), Instalment(date(2026, 6, 2), Decimal(500)))
    found = rows(
        event(Kind.PROMISED, 0, on=date(2026, 3, 20), note="au téléphone"),
        event(Kind.PAID, 1, on=date(2026, 3, 1), amount=Decimal("1234.5")),
        event(Kind.INSTALMENTS, 2, instalments=parts),
        event(Kind.POSTED, 3, on=date(2026, 3, 2), note="1A 234"),
        event(Kind.LETTER, 4, on=date(2026, 3, 3), note="unclaimed"),
        event(Kind.DISPUTED, 5, note="cassé"),
    )
    acknowledged = "à examiner comme reconnaissance de la dette (Code civil, art. 2240)"
    assert [plain(row.detail) for row in found] == [
        f"20 mars 2026 ; « au téléphone » ; {acknowledged}",
        "1er mars 2026 ; 1 234,50 €",
        f"1er mai 2026, 500,00 € ; 2 juin 2026, 500,00 € ; {acknowledged}",
        "2 mars 2026 ; « 1A 234 »",
        "3 mars 2026 ; non réclamée",
        "« cassé »",
    ]


def test_what_the_books_and_the_contacts_became() -> None:
    found = rows(
        event(Kind.OPENED, 0, invoice=ONE.invoice),
        event(Kind.CHANGED, 1, invoice=ONE.invoice),
        event(Kind.CONTACT, 2, invoice=ONE.invoice),
        event(Kind.OPENED, 3),
        event(Kind.CONTACT, 4),
    )
    assert [plain(row.detail) for row in found] == [
        "reste dû : 1 000,00 €",
        "reste dû : 1 000,00 €",
        "compta@dupont.test, achats@dupont.test, direction@dupont.test",
        "",
        "",
    ]


def test_what_never_left_is_not_told() -> None:
    queued = [event(kind, ref="e1") for kind in UNTOLD]
    assert rows(*queued, entries={"e1": entry()}) == []
    failed = event(Kind.SEND_FAILED, ref="e1")
    assert rows(failed, entries={"e1": entry(status=Status.CANCELLED)}) == []
    (row,) = rows(failed, entries={"e1": entry(status=Status.REFUSED, begun_at=NOON, answer="550 5.7.1 no")})
    assert "550 5.7.1 no" in row.detail
    assert len(rows(failed)) == 1


@pytest.mark.parametrize(
    ("made", "left"),
    [
        (entry(), True),
        (entry(status=Status.UNCERTAIN), True),
        (entry(status=Status.CANCELLED), False),
        (entry(status=Status.CANCELLED, begun_at=NOON), True),
        (entry(rehearsal=True), False),
        (entry(approval=True, begun_at=NOON, status=Status.PROPOSED), False),
        (entry(approval=True, begun_at=NOON, status=Status.CANCELLED), False),
        (entry(approval=True), True),
        (entry(approval=True, rehearsal=True), False),
    ],
)
def test_what_may_have_left(made: Entry, *, left: bool) -> None:
    assert may_have_left(made) is left


def test_english_has_its_own_days_amounts_and_words() -> None:
    (row,) = rows(event(Kind.PROMISED, on=date(2026, 3, 1), amount=Decimal(1500), note="soon"), tongue=ENGLISH)
    assert row.what == "Payment promised"
    assert plain(row.detail) == (
        "1 March 2026; €1,500.00; “soon”; to be examined as an acknowledgement of the debt (Code civil, art. 2240)"
    )
    assert plain(ENGLISH.amount(Decimal(1), "CHF")) == "CHF 1.00"
    assert plain(FRENCH.amount(Decimal(1), "CHF")) == "1,00 CHF"
    assert ENGLISH.moment(NOON) == "2026-03-02 11:00"
    assert FRENCH.moment(NOON) == "02/03/2026 11:00"
    assert ENGLISH.plain(("a", "b")) == "b"
    assert FRENCH.plain(("a :", "b")) == "a :"
    assert ENGLISH.short(DAY) == "2026-03-02"
    assert FRENCH.short(DAY) == "02/03/2026"
    assert ENGLISH.of(LETTERS, "else") == "else"


def test_everything_that_can_be_told_has_words_in_both_languages() -> None:
    assert set(HAPPENED) | UNTOLD == set(Kind)
    assert set(REMARKS) == set(Remark)
    assert set(SOURCES) == set(Source)
    assert set(LETTERS) == set(Letter)
    pairs = [*HAPPENED.values(), *REMARKS.values(), *SOURCES.values(), *LETTERS.values()]
    assert all(french and english and french != english for french, english in pairs)
    told = " ".join(text for pair in pairs for text in pair)
    assert "!" not in told
    assert not any(name in told for name in ("reminder-", "standard", "silence"))
