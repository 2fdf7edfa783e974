"""A payment that came back, and the one that replaces it: whoever has paid after all is not chased."""

from datetime import timedelta
from decimal import Decimal

from tests.work.paying import LATER, TODAY, because, money, start, take
from tests.work.play import KEY, case, daemon, late, notes, pass_days, reminders, taken

from relancier.core.case import Because, State


async def test_an_invoice_paid_twice_with_nothing_open_is_told() -> None:
    rig = await start(late())
    take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=1)))
    take(rig, money(wording="FA-2026-0001 BIS"))
    assert len(notes(rig, "money")) == 1


async def test_a_debit_rejected_and_paid_by_transfer_before_the_order_is_paid() -> None:
    rig = await start(late(payment_method="prélèvement"))
    rig.confirm()
    take(rig, money(wording="PRLV FA-2026-0001", on=TODAY - timedelta(days=4)))
    take(rig, money("-1200.00", "REJET PRLV FA-2026-0001", returned=True, on=TODAY - timedelta(days=2)))
    take(rig, money(wording="VIR FA-2026-0001", on=TODAY - timedelta(days=1)))
    rig.order("rejected", KEY, on=TODAY - timedelta(days=2))
    await rig.tick()
    await pass_days(rig, 1)
    assert reminders(rig) == []


async def test_rejected_and_paid_again_on_one_statement() -> None:
    rig = await start(late())
    take(
        rig,
        money(wording="PRLV FA-2026-0001", on=TODAY - timedelta(days=4)),
        money("-1200.00", "REJET PRLV FA-2026-0001", returned=True, on=TODAY - timedelta(days=2)),
        money(wording="VIR FA-2026-0001", on=TODAY - timedelta(days=1)),
    )
    rig.order("rejected", KEY, on=TODAY - timedelta(days=2))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_what_replaces_it_without_a_number_counts_too() -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    take(rig, money(wording="PRLV FA-2026-0001", on=TODAY - timedelta(days=4)))
    take(rig, money("-1200.00", "REJET PRLV DUPONT", returned=True, on=TODAY - timedelta(days=2)))
    take(rig, money(wording="VIREMENT", on=TODAY - timedelta(days=1)))
    rig.order("rejected", KEY, on=TODAY - timedelta(days=2))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_what_replaces_it_is_booked_though_it_held_another_invoice() -> None:
    rig = daemon(late(), late("FA-2026-0002", amount=Decimal(77)), confirmed=False)
    await rig.tick()
    take(rig, money(wording="PRLV FA-2026-0001", on=TODAY - timedelta(days=4)))
    take(rig, money("-1200.00", "REJET PRLV FA-2026-0001", returned=True, on=TODAY - timedelta(days=2)))
    take(rig, money(wording="VIR FA-2026-0001", on=TODAY - timedelta(days=1)))
    rig.order("rejected", KEY, on=TODAY - timedelta(days=2))
    rig.confirm()
    await rig.tick()
    assert taken(rig) == []


async def test_money_of_nobody_is_asked_about_when_the_books_take_a_payment_back() -> None:
    rig = daemon(late(paid=Decimal(1200)))
    await rig.tick()
    take(rig, money("1200.00", "REMISE CHEQUE", payer=""))
    assert notes(rig, "money") == []
    rig.source.set(late(), at=LATER)
    await rig.tick()
    await rig.tick()
    assert Because.PAYMENT in because(case(rig))
    assert len(notes(rig, "money", "money_alone")) == 1


async def test_a_debit_of_two_invoices_that_came_back_names_both() -> None:
    rig = await start(late(), late("FA-2026-0003", amount=Decimal(340)))
    take(rig, money("1540.00", "PRLV DUPONT", on=TODAY - timedelta(days=4)))
    assert case(rig).state is State.PAID
    take(rig, money("-1540.00", "REJET PRLV DUPONT", returned=True, on=TODAY - timedelta(days=1)))
    assert len(notes(rig, "money", "money_returned")) == 1


async def test_a_part_that_came_back_and_the_whole_paid_later() -> None:
    rig = await start(late(amount=Decimal(1200)))
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=3)))
    take(rig, money("-400.00", "REJET PRLV FA-2026-0001", returned=True, on=TODAY - timedelta(days=2)))
    rig.order("rejected", KEY, on=TODAY - timedelta(days=2))
    await rig.tick()
    take(rig, money("1200.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    assert case(rig).state is State.PAID
