"""Being asked: the note that goes with a flagged message says who, what, how late, and what may be answered."""

from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from tests.work.play import (
    CUSTOMER,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    late,
    notes,
    parsed,
    pass_minutes,
    reminders,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig, config

from relancier.core.case import State


def lying(rig: Rig, template: str) -> list[EmailMessage]:
    ids = {entry.message_id for entry in notes(rig, template)}
    messages = [parsed(kept.raw) for kept in box(rig).boxes["INBOX"].messages.values()]
    return [message for message in messages if message["Message-ID"] in ids]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\xa0", " ").replace("\u202f", " ")


async def reminded(**other: Any) -> Rig:
    rig = daemon(late(), conf=config(**other))
    await rig.tick()
    return rig


REPLY = (
    "Bonjour,\n\nLe virement de 1 200,00 € partira le 15 mars.\n\nAlice Petit\n\n"
    "> Si vous contestez cette facture ou si elle est déjà réglée, dites-le nous.\n"
)


async def test_the_note_says_who_wrote_what_and_offers_the_orders() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0], REPLY, sender="Alice Petit <compta@dupont.test>"))
    await pass_minutes(rig, 2)
    (note,) = lying(rig, "reply")
    text = text_of(note)
    assert note["Subject"] == "FA-2026-0001 - réponse reçue - Dupont"
    assert note["To"] == OWN
    for wanted in (
        "Alice Petit <compta@dupont.test> a écrit le 2 mars 2026",
        "Le virement de 1 200,00 € partira le 15 mars.",
        "une date de paiement est annoncée (15 mars 2026, 1 200,00 €)",
        "- promesse 15/03/2026",
        "- stop",
        "étape faite",
        "1 200,00 €",
    ):
        assert wanted in text, wanted
    assert "contestez" not in text
    assert "la facture est contestée" not in text


@pytest.mark.parametrize(("said", "shown"), [("£1,431.50", "1 431,50 £GB"), ("GBP 1,000.00", "1 000,00 £GB")])
async def test_an_amount_in_another_currency_is_never_shown_as_euros(said: str, shown: str) -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0], f"We will pay {said} on 15 March.\n"))
    await pass_minutes(rig, 2)
    assert f"une date de paiement est annoncée (15 mars 2026, {shown})" in text_of(lying(rig, "reply")[0])


async def test_the_note_is_unread_and_carries_no_flag() -> None:
    rig = await reminded()
    arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 2)
    (uid,) = [uid for uid, kept in box(rig).boxes["INBOX"].messages.items() if b"Relancier <" in kept.raw]
    assert box(rig).boxes["INBOX"].messages[uid].flags == frozenset()


async def test_nobody_is_asked_where_it_is_switched_off_and_the_flag_is_set_all_the_same() -> None:
    rig = await reminded(replies={"ask": False})
    arrive(rig, answer(reminders(rig)[0]))
    arrive(rig, bounced(reminders(rig)[0]))
    await pass_minutes(rig, 2)
    assert notes(rig) == []
    assert box(rig).boxes["INBOX"].messages[1].flags >= {"\\Flagged", "$RelanceReply"}


async def test_an_unknown_sender_is_named_as_such() -> None:
    rig = await reminded()
    arrive(rig, written("someone@elsewhere.test", "FA-2026-0001", "Bonjour"))
    await pass_minutes(rig, 2)
    assert "n'est pas connue pour Dupont" in text_of(lying(rig, "reply")[0])


async def test_only_what_our_own_server_says_of_the_sender_is_shown() -> None:
    rig = await reminded(mailbox={"authserv_id": "mx.lumen.test"})
    forged = "mx.evil.test; spf=pass smtp.mailfrom=dupont.test"
    ours = "mx.lumen.test; spf=fail smtp.mailfrom=dupont.test"
    for results in (forged, ours):
        arrive(rig, answer(reminders(rig)[0], results, Authentication_Results=results))
        await pass_minutes(rig, 2)
    first, second = map(text_of, lying(rig, "reply"))
    assert "Vérification" not in first
    assert "Vérification de l'expéditeur : SPF fail (dupont.test)" in second


async def test_each_answer_is_asked_about_once_also_when_it_is_moved() -> None:
    rig = await reminded()
    uid = arrive(rig, answer(reminders(rig)[0]))
    await pass_minutes(rig, 2)
    box(rig).create("Clients")
    box(rig).move(uid, "INBOX", "Clients")
    await pass_minutes(rig, 3)
    assert len(lying(rig, "reply")) == 1


async def test_a_flood_is_flagged_and_asked_about_ten_times() -> None:
    rig = await reminded()
    for number in range(15):
        arrive(rig, answer(reminders(rig)[0], f"Message {number}", at=NOON + timedelta(seconds=number)))
    await pass_minutes(rig, 2)
    assert len(lying(rig, "reply")) == 10
    assert all("\\Flagged" in box(rig).boxes["INBOX"].messages[uid].flags for uid in range(1, 16))


async def test_a_bounce_asks_for_another_address() -> None:
    rig = await reminded()
    arrive(rig, bounced(reminders(rig)[0]))
    await pass_minutes(rig, 2)
    text = text_of(lying(rig, "refused")[0])
    assert "L'adresse n'accepte pas nos messages." in text
    assert CUSTOMER in text
    assert "- contact comptable adresse" in text


async def test_a_contact_who_left_is_told_and_nothing_stops() -> None:
    rig = await reminded()
    gone = "Bonjour, je ne fais plus partie de la société Dupont. Merci d'écrire à paul.roux@dupont.test."
    arrive(rig, answer(reminders(rig)[0], gone, Auto_Submitted="auto-replied"))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.OPEN
    assert not case(rig).holds
    text = text_of(lying(rig, "left")[0])
    assert "- paul.roux@dupont.test" in text
    offer = text.index("- contact comptable paul.roux@dupont.test")
    assert offer < text.index("Interlocuteurs connus")
    assert case(rig).invoice.customer.contacts[0].email == CUSTOMER


async def test_an_absence_asks_nobody_anything() -> None:
    rig = await reminded()
    away = "Je suis absente jusqu'au 15 mars inclus."
    arrive(rig, answer(reminders(rig)[0], away, Auto_Submitted="auto-replied"))
    await pass_minutes(rig, 2)
    assert notes(rig) == []


async def test_an_answer_about_what_is_paid_says_that_nothing_is_chased() -> None:
    rig = await reminded()
    rig.order("paid", "FA-2026-0001|2026-02-27")
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Bien reçu, merci."))
    await pass_minutes(rig, 2)
    for note in lying(rig, "reply"):
        assert "Rien n'est plus relancé" in text_of(note)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_the_note_is_in_the_companys_language(language: str) -> None:
    rig = await reminded(company={"name": "Atelier Lumen", "language": language})
    arrive(rig, answer(reminders(rig)[0], "We will pay on Friday."))
    await pass_minutes(rig, 2)
    (note,) = lying(rig, "reply")
    assert note["Subject"].split(" - ")[1] == {"fr": "réponse reçue", "en": "answer received"}[language]
    assert date(2026, 3, 6).strftime("%d/%m/%Y") in text_of(note)
