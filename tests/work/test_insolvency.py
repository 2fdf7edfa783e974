"""A customer's insolvency: held at the first sign, confirmed by a person, then stopped for good and declared."""

from datetime import date, timedelta

import pytest
from tests.work.play import (
    KEY,
    answer,
    arrive,
    case,
    daemon,
    late,
    notes,
    pass_days,
    reminders,
    words,
    written,
)  # fmt: skip
from tests.work.rig import NOON, OWN, Rig

from relancier.core.case import Because, State

OTHER = "FA-2026-0002|2026-04-10"
NEW = "FA-2026-0003|2026-04-30"
JUDGMENT = date(2026, 3, 2)


async def told(text: str = "Notre société est en redressement judiciaire depuis lundi.") -> Rig:
    rig = daemon(late(), late("FA-2026-0002", date(2026, 4, 10), issued=date(2026, 2, 20)))
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], text))
    await pass_days(rig, 0.1)
    return rig


def because(rig: Rig, key: str) -> set[Because]:
    return {hold.because for hold in case(rig, key).holds}


def answers(rig: Rig, line: str) -> None:
    note = notes(rig)[-1]
    arrive(rig, written(OWN, "RE: note", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")


@pytest.mark.parametrize(
    "text",
    [
        "Notre société est en redressement judiciaire.",
        "Nous sommes en liquidation.",
        "L'entreprise est placée en sauvegarde depuis le 2 mars, en sauvegarde judiciaire.",
        "Veuillez écrire au mandataire judiciaire.",
        "Un administrateur judiciaire a été nommé.",
        "Adressez-vous au liquidateur.",
        "Our company is insolvent.",
        "We have gone into administration.",
        "The company is in receivership.",
    ],
)
async def test_a_sign_holds_all_unpaid_invoices_of_the_customer_until_a_person_has_looked(text: str) -> None:
    rig = await told(text)
    assert because(rig, KEY) == because(rig, OTHER) == {Because.INSOLVENT}
    assert "procédure collective" in words(rig.store.blob(notes(rig, "reply")[0].blob) or b"")
    arrive(rig, written(OWN, "RE: votre message", "Bien reçu.", to="compta@dupont.test", at=rig.wake.now()), "Sent")
    await pass_days(rig, 60)
    assert len(reminders(rig)) == 1


async def test_an_invoice_that_comes_while_nobody_has_confirmed_waits_too() -> None:
    rig = await told()
    new = late("FA-2026-0003", date(2026, 4, 30), issued=date(2026, 3, 31))
    rig.source.set(*rig.source.invoices, new, at=rig.wake.now())
    await pass_days(rig, 70)
    assert len(reminders(rig)) == 1


async def test_once_confirmed_what_is_from_before_stops_and_what_came_later_goes_on() -> None:
    rig = await told()
    new = late("FA-2026-0003", date(2026, 4, 30), issued=date(2026, 3, 31))
    rig.source.set(*rig.source.invoices, new, at=rig.wake.now())
    await pass_days(rig, 0.1)
    rig.order("insolvent", KEY, on=JUDGMENT)
    await pass_days(rig, 0.1)
    assert [case(rig, key).state for key in (KEY, OTHER, NEW)] == [State.LEGAL, State.LEGAL, State.OPEN]
    assert [case(rig, key).insolvent_on for key in (KEY, NEW)] == [JUDGMENT, None]
    await pass_days(rig, 70)
    later = [words(sent.raw) for sent in reminders(rig)[1:]]
    assert later
    assert all("FA-2026-0003" in said and "FA-2026-0001" not in said for said in later)


async def test_the_claim_is_to_be_declared_and_comes_back_until_it_is_done() -> None:
    rig = await told()
    answers(rig, "insolvable 02/03/2026")
    await pass_days(rig, 0.2)
    first = notes(rig, "pause", "declare_claim")
    assert len(first) == 1
    said = words(rig.store.blob(first[0].blob) or b"")
    assert "2 mai 2026" in said
    assert "fait" in said
    await pass_days(rig, 45)
    again = notes(rig, "pause", "declare_claim")
    assert len(again) == 4
    answers(rig, "fait")
    await pass_days(rig, 40)
    assert len(notes(rig, "pause", "declare_claim")) == len(again)


async def test_a_mistake_is_undone_by_resume() -> None:
    rig = await told("Non, nous ne sommes pas concernés, le mandataire judiciaire est celui de notre voisin.")
    for key in (KEY, OTHER):
        rig.order("resume", key)
    await rig.go(NOON + timedelta(days=60))
    assert len(reminders(rig)) > 1 or case(rig, OTHER).state is State.OPEN
    assert because(rig, KEY) == because(rig, OTHER) == set()


async def test_a_second_letter_about_a_confirmed_insolvency_holds_nothing_that_came_later() -> None:
    rig = await told()
    new = late("FA-2026-0003", date(2026, 4, 30), issued=date(2026, 3, 31))
    rig.source.set(*rig.source.invoices, new, at=rig.wake.now())
    rig.order("insolvent", KEY, on=JUDGMENT)
    await pass_days(rig, 1)
    text = "Le mandataire judiciaire accuse réception de votre déclaration de créance FA-2026-0001."
    arrive(rig, written("greffe@mandataire.test", "FA-2026-0001", text, at=rig.wake.now()))
    await pass_days(rig, 0.2)
    assert because(rig, NEW) == set()


async def test_a_colleagues_message_first_read_elsewhere_was_no_sign() -> None:
    rig = daemon(late())
    await rig.tick()
    text = "Êtes-vous en redressement judiciaire ?\nVotre facture FA-2026-0001 reste due, la liquidation approche."
    raw = written(OWN, "FA-2026-0001", text, to="compta@dupont.test", at=rig.wake.now())
    arrive(rig, raw, "INBOX")
    await pass_days(rig, 0.1)
    arrive(rig, raw, "Sent")
    await pass_days(rig, 0.1)
    assert because(rig, KEY) == set()
