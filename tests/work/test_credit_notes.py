"""Credit notes that name the invoice they reduce, at the level of the whole day."""

from dataclasses import replace
from decimal import Decimal

from tests.work.play import (
    KEY,
    again,
    answer,
    arrive,
    at_stage,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    way_out,
    words,
)
from tests.work.rig import Rig, config, customer

from relancier.core.case import Because, Kind, State
from relancier.core.outbox import Stage, Status
from relancier.core.overviews.measures import Followed, payments
from relancier.work.archive.claims import claim_of

ALL = Decimal("1200.00")
THANKFUL = config(sending={"thank_you": True, "per_minute": 1000, "per_hour": 10000})


def credited(rig: Rig, amount: Decimal = ALL, *notes_: str, paid: Decimal = Decimal(0)) -> None:
    """The books take a credit note off."""
    lines = (replace(one, credited=amount, credit_notes=notes_ or ("AV-7",), paid=paid) for one in rig.source.invoices)
    rig.source.set(*lines, at=rig.wake.now())


def details(rig: Rig, kind: Kind) -> list[str]:
    return [event.detail for event in rig.store.events(KEY) if event.kind is kind]


async def test_an_invoice_that_is_cancelled_closes_and_nobody_is_thanked() -> None:
    rig = daemon(late(), conf=THANKFUL)
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 1
    credited(rig)
    await pass_days(rig, 20)
    assert case(rig).state is State.CLOSED
    assert details(rig, Kind.CLOSED) == ["cancelled by credit note AV-7"]
    assert details(rig, Kind.PAID) == []
    assert len(reminders(rig)) == 1
    assert notes(rig) == []


async def test_what_is_cancelled_is_no_payment_in_the_measures() -> None:
    rig = daemon(late())
    credited(rig)
    await pass_days(rig, 1)
    followed = [Followed(case(rig), tuple(rig.store.events(KEY)))]
    assert list(payments(followed, rig.holder.setup.calendar.local_day)) == []


async def test_the_reminder_that_is_queued_when_the_credit_note_comes_does_not_leave() -> None:
    other = late("FA-2026-0002", customer=customer("Aubry"))
    rig = daemon(other, late())

    def cancelled() -> None:
        rig.source.set(other, late(credited=ALL, credit_notes=("AV-7",)), at=rig.wake.now())

    way_out(rig).on_step = at_stage(Stage.BODY, cancelled)
    await pass_days(rig, 10)
    assert case(rig).state is State.CLOSED
    assert {to for sent in reminders(rig) for to in sent.recipients} == {"compta@aubry.test", "achats@aubry.test"}
    assert [entry.status for entry in entries(rig) if KEY in entry.about] == [Status.CANCELLED]


async def test_a_part_that_is_credited_is_not_asked_for_and_shown() -> None:
    rig = daemon(late())
    credited(rig, Decimal(300), "AV-7", "AV-8")
    await pass_days(rig, 14)
    for sent in reminders(rig):
        said = words(sent.raw)
        assert "Montant : 1 200,00 €" in said
        assert "Avoir déduit : 300,00 €" in said
        assert "Solde à régler : 900,00 €" in said
    assert reminders(rig)
    claim = claim_of(case(rig), [case(rig)], rig.store, rig.holder.setup, rig.wake.now().date())
    assert claim.principal == 900
    assert claim.beside_the_ledger == claim.interest


async def test_the_rest_that_is_paid_makes_it_paid() -> None:
    rig = daemon(late(), conf=THANKFUL)
    await pass_days(rig, 1)
    credited(rig, Decimal(300), paid=Decimal(900))
    await pass_days(rig, 3)
    assert case(rig).state is State.PAID
    assert taken(rig)[-1] == "thank-you"
    assert "900,00 €" in words(reminders(rig)[-1].raw)


async def test_a_credit_note_answers_no_reply() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    arrive(rig, answer(reminders(rig)[0], "Cette facture est fausse.", at=rig.wake.now()))
    await pass_days(rig, 1)
    unseen = case(rig).unseen
    assert unseen
    credited(rig)
    await pass_days(rig, 2)
    assert case(rig).state is State.CLOSED
    assert case(rig).unseen == unseen


async def test_a_credit_note_that_is_taken_back_is_put_before_a_person() -> None:
    rig = daemon(late())
    credited(rig)
    await pass_days(rig, 1)
    rig.source.set(late(), at=rig.wake.now())
    await pass_days(again(rig), 2)
    assert [hold.because for hold in case(rig).holds] == [Because.OWED_AGAIN]
    assert reminders(rig) == []


async def test_what_a_person_closed_stays_closed() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("close", KEY)
    await pass_days(rig, 1)
    credited(rig)
    await pass_days(rig, 1)
    rig.source.set(late(), at=rig.wake.now())
    await pass_days(rig, 2)
    assert (case(rig).state, case(rig).holds) == (State.CLOSED, ())
