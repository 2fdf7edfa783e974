"""A colleague's answer from the mailbox: what counts as one, for which replies, and what is part of the thread."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    late,
    notes,
    parsed,
    pass_days,
    reminders,
    taken,
    written,
)
from tests.work.rig import MANAGER, NOON, OWN, Rig, customer

from relancier.core.case import Kind, State
from relancier.core.stored import Seen

QUESTION = "<question@dupont.test>"
SALES = "achats@dupont.test"  # another contact of the case
BOSS = "patron@lumen.test"
OURS = {"\\Flagged", "$RelanceReply"}
HOUR = timedelta(hours=1)
BEFORE = NOON - timedelta(days=1)


async def asked(*more: bytes, **other: Any) -> tuple[Rig, int]:
    """A reminder left, and the customer has answered it."""
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], **{"message_id": QUESTION, **other}))
    for raw in more:
        arrive(rig, raw)
    await rig.tick()
    assert case(rig).unseen
    return rig, uid


async def sends(rig: Rig, subject: str = "RE: FA-2026-0001", **facts: Any) -> None:
    """A colleague writes from the mailbox; the daemon looks twice."""
    raw = written(OWN, subject, **{"to": CUSTOMER, "at": NOON + HOUR, **facts})
    arrive(rig, raw, "Sent", flags={"\\Seen"})
    await rig.tick()
    await rig.tick()


def kinds(rig: Rig, key: str = KEY) -> list[Kind]:
    return [event.kind for event in rig.store.events(key)]


def reply(rig: Rig) -> Seen:
    found = rig.store.seen(case(rig).unseen[0])
    assert found is not None
    return found


def answered(rig: Rig, uid: int) -> bool:
    """Whether the answer was taken for one, in the history and in the mailbox alike."""
    counted = Kind.ANSWERED in kinds(rig)
    assert counted == (not case(rig).unseen) == (not OURS & box(rig).flags_of("INBOX", uid))
    assert case(rig).state is State.PAUSED
    return counted


@pytest.mark.parametrize(
    "facts",
    [
        {"In_Reply_To": QUESTION},
        {"In_Reply_To": QUESTION, "subject": "Votre question"},
        {"References": f"<other@dupont.test> {QUESTION}", "subject": "Votre question"},
        {"In_Reply_To": QUESTION, "at": BEFORE},
        {},
        {"to": SALES},
        {"to": BOSS, "Cc": CUSTOMER},
        {"to": "Mme Petit <COMPTA@Dupont.Test>"},
    ],
    ids=[
        "in the thread", "with a subject of its own", "by References alone", "by a clock that is late",
        "by the number, later", "to another contact", "by Cc only", "however the address is written",
    ],
)  # fmt: skip
async def test_what_counts_as_an_answer(facts: dict[str, Any]) -> None:
    rig, uid = await asked()
    await sends(rig, **facts)
    assert answered(rig, uid)


@pytest.mark.parametrize("subject", ["RE: FA-2026-0001", "RE: votre message"])
async def test_an_answer_that_is_read_before_what_it_answers_counts_then(subject: str) -> None:
    """The reply was moved while the folders were read: it is found a tick after the answer in Sent."""
    rig = daemon(late())
    await rig.tick()
    await sends(rig, subject, In_Reply_To=QUESTION)
    assert Kind.ANSWERED not in kinds(rig)
    told = len(notes(rig))
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    assert answered(rig, uid)
    assert len(notes(rig)) == told


@pytest.mark.parametrize("facts", [{"In_Reply_To": QUESTION, "to": BOSS}, {}], ids=["a forward", "about the case only"])
async def test_what_was_read_before_a_reply_and_does_not_answer_it_changes_nothing(facts: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    await sends(rig, **facts)
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await rig.tick()
    assert not answered(rig, uid)


@pytest.mark.parametrize(
    "facts",
    [
        {"at": BEFORE},
        {"subject": "Nos vœux"},
        {"to": "ami@ailleurs.test"},
        {"to": "autre@dupont.test"},
        {"In_Reply_To": QUESTION, "to": BOSS, "subject": "TR: RE: FA-2026-0001"},
        {"In_Reply_To": QUESTION, "to": "conseil@avocat.test", "subject": "Fwd: FA-2026-0001"},
        {"In_Reply_To": QUESTION, "to": OWN},
    ],
    ids=[
        "written before", "about nothing", "to someone else", "to a stranger at the customer's",
        "a forward to a superior", "a forward outside", "to ourselves",
    ],
)  # fmt: skip
async def test_what_is_no_answer(facts: dict[str, Any]) -> None:
    rig, uid = await asked()
    await sends(rig, **facts)
    await pass_days(rig, 8)
    assert not answered(rig, uid)
    assert taken(rig) == ["reminder"]


async def test_a_forward_is_recorded_with_whom_it_went_to() -> None:
    rig, _ = await asked()
    await sends(rig, "TR: RE: FA-2026-0001", In_Reply_To=QUESTION, to=BOSS)
    (noted,) = [event for event in rig.store.events(KEY) if event.kind is Kind.NOTED]
    assert noted.detail == f"a colleague wrote to {BOSS}: TR: RE: FA-2026-0001"


async def test_a_forward_that_the_customer_also_gets_is_an_answer() -> None:
    rig, uid = await asked()
    await sends(rig, "TR: RE: FA-2026-0001", In_Reply_To=QUESTION, to=BOSS, Cc=CUSTOMER)
    assert answered(rig, uid)


async def test_an_answer_without_a_date_counts_where_it_names_the_reply() -> None:
    rig, uid = await asked()
    threads: list[dict[str, Any]] = [{}, {"In_Reply_To": QUESTION}]
    for thread in threads:
        raw = parsed(written(OWN, "RE: FA-2026-0001", to=CUSTOMER, **thread))
        del raw["Date"]
        arrive(rig, raw.as_bytes(), "Sent")
        await rig.tick()
        await rig.tick()
        assert answered(rig, uid) == bool(thread)


@pytest.mark.parametrize("date", [NOON + timedelta(days=3), None], ids=["a clock that is fast", "no date"])
async def test_a_reply_was_written_before_it_was_read(date: datetime | None) -> None:
    rig = daemon(late())
    await rig.tick()
    raw = parsed(answer(reminders(rig)[0], at=date or NOON))
    if date is None:
        del raw["Date"]
    uid = arrive(rig, raw.as_bytes())
    await rig.tick()
    await sends(rig)
    assert answered(rig, uid)


async def test_an_answer_goes_to_where_the_writer_asks_for_it() -> None:
    rig, uid = await asked(Reply_To="Comptes <fournisseurs@groupe-dupont.test>")
    await sends(rig, In_Reply_To=QUESTION, to="fournisseurs@groupe-dupont.test")
    assert answered(rig, uid)


async def test_a_reply_to_ourselves_makes_no_answer_of_a_note_among_us() -> None:
    rig, uid = await asked(Reply_To=OWN)
    await sends(rig, In_Reply_To=QUESTION, to=OWN)
    assert not answered(rig, uid)


async def test_an_answer_to_someone_who_is_no_contact_counts_when_that_person_wrote() -> None:
    rig, uid = await asked(sender="stagiaire@dupont.test")
    await sends(rig, In_Reply_To=QUESTION, to="stagiaire@dupont.test")
    assert answered(rig, uid)


async def test_one_answer_later_than_all_replies_answers_them_all() -> None:
    more = written(SALES, "FA-2026-0001", "Et la livraison ?", at=NOON + HOUR / 2)
    rig, first = await asked(more)
    await sends(rig, In_Reply_To=QUESTION)
    assert answered(rig, first)
    assert box(rig).flags_of("INBOX", first + 1) == set()


async def test_an_answer_leaves_what_came_after_it_to_be_seen_to() -> None:
    rig, first = await asked()
    await rig.go(NOON + 2 * HOUR)
    second = arrive(rig, written(SALES, "FA-2026-0001", "Et la livraison ?", at=NOON + 2 * HOUR))
    await sends(rig, In_Reply_To=QUESTION)
    assert box(rig).flags_of("INBOX", first) == set()
    assert box(rig).flags_of("INBOX", second) == OURS
    assert len(case(rig).unseen) == 1
    assert case(rig).needs_person
    await sends(rig, at=NOON + 3 * HOUR)
    assert box(rig).flags_of("INBOX", second) == set()
    assert case(rig).unseen == ()
    assert kinds(rig).count(Kind.ANSWERED) == 2


async def test_a_flag_stays_while_another_case_waits_for_the_answer() -> None:
    second = "FA-2026-0002|2026-02-27"
    rig = daemon(late(), late("FA-2026-0002"))
    await rig.tick()
    uid = arrive(rig, written(CUSTOMER, "FA-2026-0001 et FA-2026-0002", message_id=QUESTION))
    await rig.tick()
    await sends(rig, "Votre question sur FA-2026-0001")
    assert (case(rig).unseen, len(case(rig, second).unseen)) == ((), 1)
    assert box(rig).flags_of("INBOX", uid) == OURS
    await sends(rig, "Votre question sur FA-2026-0002")
    assert case(rig, second).unseen == ()
    assert box(rig).flags_of("INBOX", uid) == set()


async def test_an_answer_about_what_is_paid_takes_the_flag_off() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], "Bien reçu, merci.", message_id=QUESTION))
    await rig.tick()
    assert box(rig).flags_of("INBOX", uid) >= OURS
    await sends(rig, In_Reply_To=QUESTION)
    assert box(rig).flags_of("INBOX", uid) == set()
    assert case(rig).state is State.PAID


async def test_an_answer_says_nothing_of_a_message_that_came_back() -> None:
    rig, uid = await asked()
    back = arrive(rig, bounced(reminders(rig)[0]))
    await rig.tick()
    await sends(rig, In_Reply_To=QUESTION)
    assert answered(rig, uid)
    assert box(rig).flags_of("INBOX", back) == {"\\Flagged", "$RelanceProblem"}
    assert case(rig).holds


# --- The mailbox's own responder ------------------------------------------------------------------------------------

RESPONDERS: dict[str, dict[str, str]] = {
    "sieve": {"subject": "Auto: RE: FA-2026-0001", "Auto_Submitted": "auto-replied (vacation)", "Precedence": "bulk"},
    "gmail": {"subject": "Absente Re: FA-2026-0001", "Auto_Submitted": "auto-replied", "X_Autoreply": "yes"},
    "exchange": {"subject": "Réponse automatique : FA-2026-0001", "X_Auto_Response_Suppress": "All"},
    "exchange rule": {
        "subject": "RE: FA-2026-0001", "X_MS_Exchange_Inbox_Rules_Loop": OWN, "X_Auto_Response_Suppress": "All",
    },
    "no mark but the subject": {"subject": "Réponse automatique: RE: FA-2026-0001"},
    "english subject": {"subject": "Automatic reply: FA-2026-0001"},
    "ovh": {"subject": "Re: FA-2026-0001", "message_id": "<1772445600.123456.blah@lumen.test>"},
    "its own words": {"subject": "Re: FA-2026-0001", "text": "Ceci est une réponse automatique. Je suis absent."},
    "its own mark": {"subject": "Lu : FA-2026-0001", "Auto_Submitted": "auto-replied"},
}  # fmt: skip


@pytest.mark.parametrize("responder", RESPONDERS)
async def test_the_mailboxs_own_automatic_replies_answer_nothing(responder: str) -> None:
    facts: dict[str, Any] = {"In_Reply_To": QUESTION, **RESPONDERS[responder]}
    rig, uid = await asked()
    await sends(rig, **facts)
    assert not answered(rig, uid)


@pytest.mark.parametrize("responder", RESPONDERS)
async def test_the_mailboxs_own_automatic_replies_are_no_reminder(responder: str) -> None:
    sunday = datetime(2026, 3, 1, 9, tzinfo=NOON.tzinfo)
    rig = daemon(late(), now=sunday)
    rig.source.touch(sunday)
    await rig.tick()
    facts: dict[str, Any] = {"at": sunday, **RESPONDERS[responder]}
    await sends(rig, **facts)
    await pass_days(rig, 2)
    assert len(reminders(rig)) == 1


async def test_a_persons_answer_to_an_absence_notice_is_an_answer() -> None:
    rig, uid = await asked()
    await sends(rig, "RE: Réponse automatique : FA-2026-0001", In_Reply_To=QUESTION)
    assert answered(rig, uid)


async def test_exchanges_mark_on_ordinary_mail_is_no_sign_of_a_machine() -> None:
    rig, uid = await asked()
    await sends(rig, In_Reply_To=QUESTION, X_Auto_Response_Suppress="DR, OOF, AutoReply")
    assert answered(rig, uid)


# --- A colleague's message in the inbox -----------------------------------------------------------------------------


@pytest.mark.parametrize("sender", [MANAGER, OWN])
async def test_a_colleagues_message_in_the_inbox_holds_and_is_flagged(sender: str) -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, written(sender, "FA-2026-0001 : ils contestent", at=NOON + HOUR))
    await pass_days(rig, 8)
    assert case(rig).state is State.PAUSED
    assert box(rig).flags_of("INBOX", uid) >= OURS
    assert taken(rig) == ["reminder"]


async def test_a_colleagues_message_in_the_inbox_is_no_answer_to_the_customer() -> None:
    rig, uid = await asked()
    arrive(rig, written(MANAGER, "RE: FA-2026-0001", to=f"{CUSTOMER}, {OWN}", at=NOON + HOUR, In_Reply_To=QUESTION))
    await rig.tick()
    assert not answered(rig, uid)
    assert len(case(rig).unseen) == 2


# --- Where the reply lies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before it was read", "before it was answered", "with the answer"])
async def test_the_flag_comes_off_where_the_reply_now_lies(when: str) -> None:
    rig = daemon(late())
    box(rig).create("Clients/Dupont")
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    if when != "before it was read":
        await rig.tick()
        assert box(rig).flags_of("INBOX", uid) >= OURS
    uid = box(rig).move(uid, "INBOX", "Clients/Dupont")
    if when != "with the answer":
        await rig.tick()
        assert box(rig).flags_of("Clients/Dupont", uid) >= OURS
    await sends(rig, In_Reply_To=QUESTION)
    assert box(rig).flags_of("Clients/Dupont", uid) == set()
    assert case(rig).unseen == ()


async def test_an_answer_read_in_the_same_look_as_the_reply_counts() -> None:
    rig = daemon(late())
    await rig.tick()
    uid = arrive(rig, answer(reminders(rig)[0], message_id=QUESTION))
    await sends(rig, In_Reply_To=QUESTION)
    assert answered(rig, uid)
    assert not OURS & box(rig).set_by_us.get(("INBOX", uid), frozenset())


async def test_an_answer_that_comes_while_the_inbox_is_read_waits_for_the_reply_it_answers() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], message_id="<first@dupont.test>"))
    arrive(rig, written(OWN, "Déjeuner ?", to="ami@ailleurs.test"), "Sent")
    later = [
        (answer(reminders(rig)[0], "Encore.", message_id=QUESTION), "INBOX"),
        (written(OWN, "RE:", to=CUSTOMER, at=NOON + HOUR, In_Reply_To=QUESTION), "Sent"),
    ]

    def meanwhile(name: str) -> None:
        while name == "fetch" and later:
            arrive(rig, *later.pop(0))

    box(rig).fail = meanwhile
    await rig.tick()
    assert later == []
    await rig.tick()
    assert case(rig).unseen == ()
    assert not any(OURS & message.flags for message in box(rig).boxes["INBOX"].messages.values())


async def test_a_reply_that_is_filed_while_its_flag_comes_off_loses_it_where_it_went() -> None:
    rig, uid = await asked()
    box(rig).create("Clients/Dupont")
    moved: list[int] = []

    def file(name: str) -> None:
        if name == "unflag" and not moved:
            moved.append(box(rig).move(uid, "INBOX", "Clients/Dupont"))

    box(rig).fail = file
    await sends(rig, In_Reply_To=QUESTION)
    assert box(rig).flags_of("Clients/Dupont", moved[0]) == set()
    assert rig.store.flags_wanted() == []


async def test_an_answer_from_before_the_invoice_was_known_counts_once_it_is() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(other)
    await rig.go(NOON + HOUR)
    uid = arrive(rig, written(CUSTOMER, "FA-2026-0001 : un souci", at=NOON + HOUR, message_id=QUESTION))
    await rig.go(NOON + 2 * HOUR)
    await sends(rig, "RE: FA-2026-0001 : un souci", In_Reply_To=QUESTION, at=NOON + 2 * HOUR)
    rig.source.set(other, late(), at=NOON + 2 * HOUR)
    await rig.tick()
    await rig.tick()
    assert answered(rig, uid)
    assert box(rig).flags_of("INBOX", uid) == set()
