"""What a program has passed on or marked may still be a person's word: it holds its case (house law 5)."""

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
    pass_days,
    pass_minutes,
    reminders,
    way_out,
    written,
)  # fmt: skip
from tests.work.rig import MANAGER, customer

from relancier.core.case import Kind, State

RULE = {"X_MS_Exchange_Inbox_Rules_Loop": "alice@dupont.test", "X_Auto_Response_Suppress": "DR, OOF, AutoReply"}


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Nous vous informons du virement de 1 200,00 EUR.", {"Return_Path": "<>"}),
        ("Virement de 450 € émis ce jour.", {"Return_Path": "<>"}),
        ("C'est payé depuis hier.", RULE),
        ("C'est payé.", {"X_No_Auto_Reply": "1"}),
        ("C'est payé.", {"X_AutoReply_Suppress": "All"}),
    ],
)
async def test_a_persons_word_behind_a_machines_mark_holds_the_case(text: str, headers: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    assert len(reminders(rig)) == 1
    arrive(rig, written(CUSTOMER, "Avis de virement FA-2026-0001", text, **headers))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert len(case(rig).unseen) == 1


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Congés d'été : règlement FA-2026-0001", "Le virement est parti hier, avant mes congés."),
        ("Fermeture annuelle - facture FA-2026-0001", "Nous fermons demain, votre facture sera réglée le 25."),
        ("Message automatique de relance reçu - FA-2026-0001", "Nous avons déjà payé."),
        ("OOO - invoice FA-2026-0001 contested", "We contest this invoice."),
        ("FA-2026-0001", "Réponse automatique à votre relance automatique : nous avons payé le 2."),
        ("Re: Réponse automatique : FA-2026-0001", "Bonjour, je suis de retour."),
        ("[EXTERNE] RE[2]: Automatic reply: FA-2026-0001", "I am back."),
    ],
)
async def test_a_person_who_writes_as_programs_begin_is_heard(subject: str, text: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written(CUSTOMER, subject, text))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert "\\Flagged" in box(rig).boxes["INBOX"].messages[1].flags


@pytest.mark.parametrize(
    ("subject", "headers"),
    [
        ("Fermeture annuelle - facture FA-2026-0001", {"Auto_Submitted": "auto-replied"}),
        ("[EXTERNE] Réponse automatique : FA-2026-0001", {}),
    ],
)
async def test_an_absence_stops_nothing(subject: str, headers: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    text = "Nous sommes fermés jusqu'au 15 mars ; pour une urgence, écrivez à garde@dupont.test."
    arrive(rig, written(CUSTOMER, subject, text, **headers))
    await pass_minutes(rig, 2)
    assert [event.kind for event in rig.store.events(case(rig).key)][-1] is Kind.AUTOREPLIED
    assert case(rig).state is State.OPEN


MARKS = [
    {"Auto_Submitted": "auto-replied"},
    {"X_Mailer": "SuperMail AutoResponder Pro"},
    {"X_Loop": "vacation-free"},
]


@pytest.mark.parametrize("mark", MARKS)
async def test_an_answer_that_tells_no_absence_is_in_doubt_whatever_program_signs_it(mark: dict[str, Any]) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Bonjour, voyez avec Paul : deux luminaires sont arrivés cassés.", **mark))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED
    assert len(notes(rig, "reply")) == 1


@pytest.mark.parametrize("mark", [*MARKS, {"X_Autoreply": "yes", "X_Mailer": "vacation 1.2"}])
@pytest.mark.parametrize("text", ["Je suis absente jusqu'au 15 mars.", "Nous avons bien reçu votre message."])
async def test_an_answer_that_tells_an_absence_or_a_receipt_is_a_programs(mark: dict[str, Any], text: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], text, **mark))
    await pass_minutes(rig, 2)
    assert case(rig).state is State.OPEN
    assert notes(rig) == []


async def test_a_doubtful_message_is_heard_also_where_its_invoice_comes_later() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(other)
    await rig.tick()
    arrive(rig, written(CUSTOMER, "Fermeture annuelle - facture FA-2026-0001", "Elle est payée depuis hier."))
    await pass_minutes(rig, 2)
    rig.source.set(other, late(), at=rig.wake.now())
    await pass_minutes(rig, 2)
    assert case(rig).state is State.PAUSED or case(rig).holds


# --- A server that has given up -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["4.4.7", "4.4.1", "4.2.1"])
async def test_a_server_that_has_given_up_holds_the_case(status: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, bounced(reminders(rig)[0], status=status))
    await pass_minutes(rig, 2)
    assert case(rig).holds
    assert box(rig).boxes["INBOX"].messages[1].flags >= {"\\Flagged", "$RelanceProblem"}
    assert [dict(note.facts)["reason"] for note in notes(rig, "refused")] == ["server_gave_up"]
    await pass_days(rig, 20)
    assert len(reminders(rig)) == 1


@pytest.mark.parametrize(("status", "action"), [("4.4.7", "delayed"), ("4.2.2", "failed"), ("5.2.2", "failed")])
async def test_a_server_that_tries_again_or_a_full_mailbox_is_only_noted(status: str, action: str) -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, bounced(reminders(rig)[0], status=status, action=action))
    await pass_minutes(rig, 2)
    assert not case(rig).holds
    assert notes(rig) == []


# --- Our own people -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["5.1.1", "4.4.7"])
@pytest.mark.parametrize("elsewhere", ["", "claire@maison.test"])
async def test_a_task_that_a_colleague_cannot_get_holds_no_customer(status: str, elsewhere: str) -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    task = next(sent for sent in way_out(rig).sent if MANAGER in sent.recipients)
    report = bounced(task, status=status).replace(
        f"rfc822; {MANAGER}".encode(), f"rfc822; {elsewhere or MANAGER}".encode()
    )
    before = rig.store.events(case(rig).key)
    arrive(rig, report)
    await pass_minutes(rig, 2)
    assert not case(rig).holds
    assert rig.store.events(case(rig).key) == before
    assert notes(rig, "refused") == []
    (note,) = notes(rig, "held", "colleague_fails")
    assert dict(note.facts)["lines"] == (elsewhere or MANAGER)


async def test_a_task_that_a_colleague_sent_on_to_the_customer_holds_the_customer() -> None:
    rig = daemon(late())
    await pass_days(rig, 15)
    task = next(sent for sent in way_out(rig).sent if MANAGER in sent.recipients)
    arrive(rig, bounced(task).replace(f"rfc822; {MANAGER}".encode(), f"rfc822; {CUSTOMER}".encode()))
    await pass_minutes(rig, 2)
    assert case(rig).holds
    assert notes(rig, "held", "colleague_fails") == []
