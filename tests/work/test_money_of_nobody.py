"""Money that no number, account or name makes somebody's: who may have paid is held and asked about, never picked."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.carrying import mailed, page, reading
from tests.work.paying import TODAY, borabora, money, start, take
from tests.work.play import KEY, late, pass_days, reminders
from tests.work.rig import customer


@pytest.mark.parametrize(
    ("wording", "payer"),
    [
        ("REMISE CHEQUE 0001234", ""),
        ("VIR SEPA LES TROIS MOULINS", "LES TROIS MOULINS"),
    ],
)
async def test_the_exact_amount_of_an_open_invoice_holds_it_whoever_pays(wording: str, payer: str) -> None:
    rig = await start(late(amount=Decimal("1234.56")))
    take(rig, money("1234.56", wording, payer=payer))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_payer_whose_name_the_bank_cut_is_known() -> None:
    name = "Entreprise Generale de Travaux Publics du Rhone"
    rig = await start(late(customer=replace(customer(), name=name)))
    take(rig, money("1200.00", "VIR RECU ENTREPRISE GENERALE DE T", payer="ENTREPRISE GENERALE DE T"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_payer_whose_first_name_stands_behind_is_known() -> None:
    rig = await start(late(customer=replace(customer(), name="Jean Martin"), amount=Decimal("1234.56")))
    take(rig, money("1234.56", "VIR M MARTIN JEAN", payer="M MARTIN JEAN"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_joint_account_that_pays_a_part_holds_its_customer() -> None:
    rig = await start(late(customer=replace(customer(), name="Martin")))
    take(rig, money("600.00", "VIREMENT", payer="M OU MME MARTIN"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_group_before_the_customers_name_may_pay_two_invoices() -> None:
    rig = await start(late(), late("FA-2026-0003", amount=Decimal("340.00")))
    take(rig, money("1540.00", "VIREMENT", payer="GROUPE DUPONT"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_words_that_name_a_customer_hold_the_whole_balance() -> None:
    rig = await start(borabora(), borabora("FA-2026-0003", amount=Decimal("340.00")))
    take(rig, money("1540.00", "REGLEMENT POUR BORABORA FACTURES DE FEVRIER", payer="HOLDING RHONE"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_short_number_with_the_exact_cents_holds_its_invoice() -> None:
    rig = await start(late("1042", amount=Decimal("1234.56")))
    take(rig, money("1234.56", "REGLEMENT 1042", payer="HOLDING RHONE"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_promise_does_not_hide_a_payment_of_nobody() -> None:
    rig = await start(late())
    rig.order("promise", KEY, on=TODAY)
    take(rig, money("1200.00", "VIR SIGNATURE MOULINS", payer="SIGNATURE MOULINS"))
    rig.confirm()
    await pass_days(rig, 6)
    assert reminders(rig) == []


async def test_money_of_nobody_finds_the_offer_that_is_opened_later() -> None:
    rig = reading()
    mailed(rig, page(parts=[], issued="2026-01-20"))
    await rig.tick()
    take(rig, money(wording="FA-2026-0100", payer="X", on=TODAY - timedelta(days=1)))
    (offer,) = rig.store.offers()
    rig.order("open", on=date(2026, 2, 27), keys=(offer.id,))
    await pass_days(rig, 10)
    assert reminders(rig) == []


async def test_a_number_that_may_be_a_day_counts_beside_its_word() -> None:
    rig = await start(late("20260212"))
    take(rig, money("600.00", "REGLEMENT FACTURE 20260212", payer="HOLDING RHONE"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []
