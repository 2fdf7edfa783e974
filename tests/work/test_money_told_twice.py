"""One payment told by two files or pages, in other words: never counted twice, and a second one never swallowed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.paying import ACCOUNT, LATER, SECOND, TODAY, because, borabora, money, start, take
from tests.work.play import case, daemon, late, notes
from tests.work.rig import NOON, Rig, customer

from relancier.core.case import Because, State
from relancier.core.paid.statement import Movement, Statement, counted
from relancier.core.stored import Fate, Received
from relancier.work.paid.statements import take as take_all
from relancier.work.records import Desk


def page_of(*movements: Movement, opening: str = "", closing: str = "") -> Statement:
    """A page of one day; its balances where they are told."""
    day = TODAY - timedelta(days=1)
    first, last = (Decimal(one) if one else None for one in (opening, closing))
    return Statement(account=ACCOUNT, since=day, until=day, movements=counted(movements), opening=first, closing=last)


def read(rig: Rig, *pages: Statement) -> list[Received]:
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    take_all(pages, "releve.xml", desk)
    desk.ledger.commit()
    return sorted(rig.store.receipts(*Fate), key=lambda one: one.movement.turn)


ALIKE = money("300.00", "ACOMPTE FA-2026-0001", on=TODAY - timedelta(days=1))


async def test_what_reads_alike_on_two_pages_is_two_payments() -> None:
    rig = await start(late(), late("FA-2026-0003"))
    one = money(wording="VIREMENT", on=TODAY - timedelta(days=1))
    assert len(read(rig, page_of(one), page_of(one))) == 2


async def test_a_third_sort_of_file_swallows_no_second_payment() -> None:
    rig = await start(late(), late("FA-2026-0003"))
    x = money(wording="VIR DUPONT FA-2026-0001")
    take(rig, x, stem="a.csv")
    take(rig, replace(x, wording="VIR DUPONT FA-2026-0001 SEPA"), stem="a.xml")
    y = replace(x, wording="VIR SEPA DUPONT FA-2026-0001")
    told = take(rig, y, y, stem="a.ofx")
    assert told["known"] == 1


async def test_two_layouts_of_one_sort_pay_no_second_invoice() -> None:
    rig = daemon(late(), late("FA-2026-0002", due=date(2026, 4, 30), issued=date(2026, 2, 1)), confirmed=False)
    await rig.tick()
    take(rig, money(wording="VIR DUPONT FA-2026-0001", on=TODAY - timedelta(days=1)), stem="court.csv")
    take(
        rig,
        money(wording="VIR SEPA RECU DE DUPONT SARL MOTIF FACTURE FEVRIER", on=TODAY - timedelta(days=1)),
        stem="detaille.csv",
    )
    assert case(rig, "FA-2026-0002|2026-04-30").state is not State.PAID


async def test_two_sorts_of_which_one_cuts_the_number_pay_no_second_invoice() -> None:
    rig = daemon(late(), late("FA-2026-0002", due=date(2026, 4, 30), issued=date(2026, 2, 1)), confirmed=False)
    await rig.tick()
    take(
        rig,
        money(wording="VIR SEPA DUPONT SARL /EREF 778812 /MOTIF FA-2026-0001", on=TODAY - timedelta(days=1)),
        stem="a.xml",
    )
    take(rig, money(wording="VIR 0302 DUPONT SARL 990017", on=TODAY - timedelta(days=1)), stem="a.csv")
    assert case(rig, "FA-2026-0002|2026-04-30").state is not State.PAID


async def test_a_statement_taken_again_after_its_customer_got_another_code() -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    take(rig, money(wording="VIREMENT", on=TODAY - timedelta(days=1)), stem="a.xml")
    rig.source.set(
        late(customer=replace(customer(), id="C77")),
        late("FA-2026-0002", customer=replace(customer(), id="C77"), due=date(2026, 4, 1), issued=date(2026, 2, 1)),
        at=LATER,
    )
    await rig.tick()
    take(rig, money(wording="VIREMENT", on=TODAY - timedelta(days=1)), stem="copie.xml")
    assert case(rig, "FA-2026-0002|2026-04-01").state is not State.PAID


async def test_the_books_catch_up_with_one_of_two_payments() -> None:
    rig = await start(late())
    take(rig, money("500.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    take(rig, money("300.00", "FA-2026-0001 SUITE"))
    rig.source.set(late(paid=Decimal("500.00")), at=LATER)
    await rig.tick()
    assert case(rig).amount_due == Decimal("400.00")


async def test_a_transfer_of_what_a_person_said_was_paid_pays_no_third_invoice() -> None:
    a, b, c = late(), late("FA-2026-0002", amount=Decimal(300)), late("FA-2026-0003", amount=Decimal(1500))
    rig = await start(a, b, c)
    rig.order("paid", a.key, b.key, on=TODAY)
    await rig.tick()
    take(rig, money("1500.00", "VIREMENT"))
    assert case(rig, c.key).state is not State.PAID


async def test_a_second_page_that_may_repeat_the_first_is_asked_about() -> None:
    rig = await start(late())
    found = read(rig, page_of(ALIKE), page_of(ALIKE))
    assert [one.fate for one in found] == [Fate.BOOKED, Fate.ASKED]
    assert found[1].reason == "money_known"
    assert case(rig).amount_due == Decimal(900)
    assert read(rig, page_of(ALIKE), page_of(ALIKE)) == found


async def test_a_second_page_that_goes_on_with_the_balance_of_the_first_counts() -> None:
    rig = await start(late())
    read(rig, page_of(ALIKE, opening="0", closing="300"), page_of(ALIKE, opening="300", closing="600"))
    assert case(rig).amount_due == Decimal(600)


@pytest.mark.parametrize(("second", "due"), [("R1", "900"), ("R2", "600")])
async def test_the_banks_own_reference_tells_whether_a_second_page_repeats_the_first(second: str, due: str) -> None:
    rig = await start(late())
    read(rig, page_of(replace(ALIKE, reference="R1")), page_of(replace(ALIKE, reference=second)))
    assert case(rig).amount_due == Decimal(due)


async def test_what_one_file_told_of_nobody_is_booked_when_another_names_its_invoice() -> None:
    rig = await start(late(), borabora())
    take(rig, money(wording="VIR 778812 SOCIETE DES MOULINS", payer=""), stem="a.csv")
    assert because(case(rig)) == because(case(rig, SECOND)) == [Because.PAYMENT]
    take(rig, money(wording="VIR 778812 SOCIETE DES MOULINS FA-2026-0001", payer="SOCIETE DES MOULINS"), stem="a.xml")
    assert case(rig).state is State.PAID
    assert because(case(rig, SECOND)) == []
    assert sorted(one.fate for one in rig.store.receipts(*Fate)) == [Fate.BOOKED, Fate.SETTLED]


async def test_money_of_nobody_is_asked_about_after_the_others_of_its_statement() -> None:
    rig = await start(late())
    take(rig, money(wording="REMISE CHEQUE", payer="", on=TODAY - timedelta(days=9)), money(wording="VIREMENT"))
    assert case(rig).state is State.PAID
    assert notes(rig, "money") == []
