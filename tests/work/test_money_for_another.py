"""Whoever pays for another customer, or quotes another's number: the invoices of both are held, none is booked."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.work.paying import SECOND, THEIRS, TODAY, borabora, money, start, take
from tests.work.play import case, daemon, late, reminders, taken
from tests.work.rig import customer

from relancier.core.case import State


@pytest.mark.parametrize("wording", ["REGLEMENT POUR BORABORA", "ULTIME DEBITEUR BORABORA"])
async def test_a_holding_pays_for_its_other_company_what_the_first_owes_too(wording: str) -> None:
    rig = await start(late("FA-2026-0003"), late(), borabora())
    take(rig, money(wording="FA-2026-0003", payer="HOLDING RHONE", payer_iban=THEIRS, on=TODAY - timedelta(days=1)))
    take(rig, money(wording=wording, payer="HOLDING RHONE", payer_iban=THEIRS))
    rig.confirm()
    await rig.tick()
    assert case(rig).state is not State.PAID
    assert taken(rig, SECOND) == []


async def test_a_holding_pays_for_its_other_company_what_only_that_owes() -> None:
    rig = await start(late("FA-2026-0003"), late(), borabora(amount=Decimal("999.99")))
    take(rig, money(wording="FA-2026-0003", payer="HOLDING RHONE", payer_iban=THEIRS, on=TODAY - timedelta(days=1)))
    take(rig, money("999.99", "REGLEMENT POUR BORABORA", payer="HOLDING RHONE", payer_iban=THEIRS))
    rig.confirm()
    await rig.tick()
    assert taken(rig, SECOND) == []


async def test_a_payer_known_by_name_pays_for_another() -> None:
    rig = await start(late(), borabora())
    take(rig, money("1200.00", "REGLEMENT POUR BORABORA"))
    rig.confirm()
    await rig.tick()
    assert taken(rig, SECOND) == []


async def test_the_account_of_a_payment_service_is_not_its_first_customers() -> None:
    two = late("FA-2026-0002", customer=customer("Borabora"))
    rig = await start(late("FA-2026-0009"), late(), two)
    take(rig, money(wording="FA-2026-0009", payer="STRIPE", payer_iban=THEIRS, on=TODAY - timedelta(days=1)))
    take(rig, money(wording="STRIPE PAYOUT", payer="STRIPE", payer_iban=THEIRS))
    assert case(rig).state is not State.PAID


async def test_a_payer_cut_to_the_name_of_another_customer_is_doubted() -> None:
    """The bank cuts DUPONT BATIMENT to DUPONT, who is a customer too, with the same amount."""
    other = replace(customer("Batiment"), name="Dupont Bâtiment")
    rig = await start(late(), late("FA-2026-0002", customer=other))
    take(rig, money("1200.00", "VIR DUPONT BATIMENT FEVRIER", payer="DUPONT"))
    assert case(rig).state is not State.PAID


async def test_a_name_that_goes_on_is_the_longer_one() -> None:
    """Payer's name begins with another customer's: DUPONT (customer) and DUPONT BATIMENT (customer too)."""
    other = replace(customer("Batiment"), name="Dupont Bâtiment")
    rig = await start(late(), late("FA-2026-0002", customer=other))
    take(rig, money("1200.00", "VIREMENT", payer="DUPONT BATIMENT RHONE"))
    rig.confirm()
    await rig.tick()
    assert taken(rig, SECOND) == []


async def test_a_customer_who_is_never_chased_pays_for_another() -> None:
    never = late("FA-2026-0009", customer=replace(customer("Borabora"), never=True))
    rig = daemon(never, late(), confirmed=False)
    await rig.tick()
    take(rig, money(wording="VIREMENT POUR DUPONT", payer="BORABORA"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_wrong_number_with_the_payers_own_balance() -> None:
    rig = await start(late(), late("FA-2026-0003", amount=Decimal("340.00")), borabora(amount=Decimal("900.00")))
    take(rig, money("1540.00", "VIR FA-2026-0002"))
    rig.confirm()
    await rig.tick()
    assert taken(rig) == []
    assert reminders(rig) == []


async def test_a_wrong_number_with_a_part_of_the_payers_own() -> None:
    rig = await start(late(), borabora(amount=Decimal("2900.00")))
    take(rig, money("1180.00", "VIR FA-2026-0002"))
    rig.confirm()
    await rig.tick()
    assert taken(rig) == []


async def test_a_wrong_number_with_the_exact_amount_where_the_payers_own_sum_fits() -> None:
    rig = await start(late(amount=Decimal(800)), late("FA-2026-0003", amount=Decimal(400)), borabora())
    take(rig, money("1200.00", "VIR FA-2026-0002"))
    assert case(rig, SECOND).state is not State.PAID


async def test_one_transfer_for_two_customers_a_cent_short_is_asked_about() -> None:
    two = late("FA-2026-0002", customer=customer("Borabora"), amount=Decimal(300))
    rig = await start(late(), two)
    take(rig, money("1499.99", "FA-2026-0001 FA-2026-0002", payer="CABINET X"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []
