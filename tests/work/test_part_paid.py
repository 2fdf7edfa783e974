"""Where a part of an invoice was paid, whoever is asked for the rest sees why: amount, what was paid and when, rest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.work.play import KEY, arrive, box, daemon, late, notes, pass_days, pass_minutes, reminders, words, written
from tests.work.rig import Rig

PAID = date(2026, 3, 2)


async def told(rig: Rig) -> str:
    """The last message to the customer, on one line."""
    await pass_days(rig, 8)
    return words(reminders(rig)[-1].raw).replace("’", "'")


async def test_a_reminder_says_what_was_paid_and_on_which_day() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY, on=PAID, amount="400")
    said = await told(rig)
    assert "Montant : 1 200,00 € Déjà réglé le 2 mars 2026 : 400,00 € Solde à régler : 800,00 €" in said


async def test_two_payments_stand_together_with_both_days() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY, on=PAID, amount="400")
    await rig.tick()
    await pass_days(rig, 2)
    rig.order("paid", KEY, on=date(2026, 3, 4), amount="100")
    said = await told(rig)
    assert "Déjà réglé (2 mars 2026 et 4 mars 2026) : 500,00 € Solde à régler : 700,00 €" in said


async def test_the_day_is_left_out_where_only_the_books_know() -> None:
    rig = daemon(late(paid=Decimal(400)))
    said = await told(rig)
    assert "Montant : 1 200,00 € Déjà réglé : 400,00 € Solde à régler : 800,00 €" in said


async def test_all_that_makes_the_sum_smaller_adds_up() -> None:
    taken_off = late(deposit=Decimal(100), credited=Decimal(50), retained=Decimal(60), paid=Decimal(400))
    rig = daemon(taken_off)
    said = await told(rig)
    assert (
        "Montant : 1 200,00 € Acompte déduit : 100,00 € Avoir déduit : 50,00 € "
        "Retenue de garantie, à régler plus tard : 60,00 € Déjà réglé : 400,00 € Solde à régler : 590,00 €"
    ) in said


async def test_of_several_invoices_the_one_paid_in_part_is_explained() -> None:
    rig = daemon(late(paid=Decimal(400)), late("FA-2026-0002"))
    said = await told(rig)
    assert "FA-2026-0001 : montant 1 200,00 €, déjà réglé 400,00 €, solde 800,00 €" in said
    assert "FA-2026-0002 : montant" not in said
    assert "Le total de ces factures s'élève à 2 000,00 €." in said


async def test_without_a_payment_nothing_is_said_of_one() -> None:
    for invoices in ([late()], [late(), late("FA-2026-0002")]):
        rig = daemon(*invoices)
        said = await told(rig)
        assert "réglé le" not in said
        assert "Déjà" not in said
        assert "Montant" not in said
        assert "Détail de ce qui reste" not in said


async def test_who_is_to_call_sees_it_too_and_the_note_about_an_answer() -> None:
    rig = daemon(late(plan="silence", paid=Decimal(400)))
    await pass_days(rig, 2.2)
    task = words(box(rig).raws("INBOX")[-1])
    assert "Montant : 1 200,00 € Déjà réglé : 400,00 € Solde : 800,00 €" in task
    arrive(rig, written("compta@dupont.test", "FA-2026-0001", "Bonjour, un instant.", at=rig.wake.now()))
    await pass_minutes(rig, 3)
    (note,) = notes(rig, "note-reply")
    raw = rig.store.blob(note.blob)
    assert raw is not None
    assert "FA-2026-0001 : montant 1 200,00 €, déjà réglé 400,00 €, solde 800,00 €" in words(raw)


async def test_a_note_about_what_is_paid_shows_that_nothing_is_left() -> None:
    rig = daemon(late(plan="silence"))
    await pass_days(rig, 2.2)
    rig.order("paid", KEY, on=PAID)
    await pass_minutes(rig, 2)
    (note,) = notes(rig, "note-recall")
    raw = rig.store.blob(note.blob)
    assert raw is not None
    assert "FA-2026-0001 : montant 1 200,00 €, déjà réglé 1 200,00 € (2 mars 2026), solde 0,00 €" in words(raw)


async def test_a_foreign_customer_reads_it_in_english() -> None:
    first = late()
    rig = daemon(replace(first, customer=replace(first.customer, language="en")))
    await rig.tick()
    rig.order("paid", KEY, on=PAID, amount="400")
    said = await told(rig)
    assert "Amount: €1,200.00 Already paid on 2 March 2026: €400.00 Amount due: €800.00" in said
