"""Deposits (acomptes), at the level of the whole day."""

from decimal import Decimal

from tests.work.play import KEY, case, daemon, late, pass_days, reminders, words
from tests.work.rig import config

from relancier.core.case import State
from relancier.core.overviews.measures import Followed, payments
from relancier.work.archive.claims import claim_of

DEPOSIT = Decimal(300)


async def test_the_deposit_is_taken_off_and_shown() -> None:
    rig = daemon(late(deposit=DEPOSIT))
    await pass_days(rig, 14)
    assert reminders(rig)
    for sent in reminders(rig):
        said = words(sent.raw)
        assert "Montant : 1 200,00 €" in said
        assert "Acompte déduit : 300,00 €" in said
        assert "Solde à régler : 900,00 €" in said
    claim = claim_of(case(rig), [case(rig)], rig.store, rig.holder.setup, rig.wake.now().date())
    assert claim.principal == 900
    assert claim.payments == ()


async def test_what_is_paid_beside_the_deposit_closes_it() -> None:
    rig = daemon(late(deposit=DEPOSIT))
    await pass_days(rig, 1)
    rig.source.set(late(deposit=DEPOSIT, paid=Decimal(900)), at=rig.wake.now())
    await pass_days(rig, 1)
    assert case(rig).state is State.PAID


async def test_a_deposit_that_comes_to_the_books_later_is_recorded_and_asked_for_no_more() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    rig.source.set(late(deposit=DEPOSIT), at=rig.wake.now())
    await pass_days(rig, 9)
    assert "amount due 1200.00 is now 900.00" in [event.detail for event in rig.store.events(KEY)]
    assert "900,00 €" in words(reminders(rig)[-1].raw)


async def test_a_deposit_invoice_is_chased_as_what_it_is() -> None:
    rig = daemon(late(part="deposit"))
    await pass_days(rig, 1)
    assert "Facture d'acompte : FA-2026-0001" in words(reminders(rig)[0].raw).replace("’", "'")


async def test_among_several_it_is_named_so_too() -> None:
    rig = daemon(late(part="deposit"), late("FA-2026-0002"))
    await pass_days(rig, 1)
    (sent,) = reminders(rig)
    assert "FA-2026-0001 (facture d'acompte)" in words(sent.raw).replace("’", "'")


async def test_an_invoice_that_its_deposit_covers_ends_without_thanks_and_counts_as_no_payment() -> None:
    conf = config(sending={"thank_you": True, "per_minute": 1000, "per_hour": 10000})
    rig = daemon(late(), conf=conf)
    await pass_days(rig, 1)
    rig.source.set(late(deposit=Decimal(1200)), at=rig.wake.now())
    await pass_days(rig, 5)
    assert case(rig).state is State.PAID
    assert len(reminders(rig)) == 1
    followed = [Followed(case(rig), tuple(rig.store.events(KEY)))]
    assert list(payments(followed, rig.holder.setup.calendar.local_day)) == []
