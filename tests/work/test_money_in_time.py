"""Money before its invoice, in another currency, or with something missing; and what people do around it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.paying import ACCOUNT, LATER, SECOND, TODAY, because, borabora, money, start, take
from tests.work.play import KEY, again, case, daemon, late, notes, pass_days, pass_minutes, reminders, taken, words
from tests.work.rig import config
from tests.work.test_drafts import drafts, proposed

from relancier.core.case import State
from relancier.core.paid.statement import Statement, counted
from relancier.core.stored import Fate


async def test_a_number_quoted_before_its_invoice_was_issued_pays_it() -> None:
    rig = await start(borabora())
    issued = TODAY - timedelta(days=5)
    take(rig, money(wording="VIR FA-2026-0001", on=issued - timedelta(days=1)))
    rig.source.set(borabora(), late(issued=issued), at=LATER)
    rig.confirm()
    await rig.tick()
    assert case(rig).state is State.PAID


async def test_paid_on_a_pro_forma_before_the_invoice_was_known() -> None:
    rig = await start(borabora(), late("FA-2025-0900", due=date(2026, 5, 1), amount=Decimal("77.00")))
    issued = TODAY - timedelta(days=5)
    take(rig, money("1234.56", "VIREMENT", on=issued - timedelta(days=2)))
    rig.source.set(
        borabora(),
        late("FA-2025-0900", due=date(2026, 5, 1), amount=Decimal("77.00"), paid=Decimal(77)),
        late(issued=issued, amount=Decimal("1234.56")),
        at=LATER,
    )
    rig.confirm()
    await rig.tick()
    assert taken(rig) == []


async def test_paid_on_a_pro_forma_after_the_invoice_was_known() -> None:
    issued = TODAY - timedelta(days=5)
    rig = await start(late(issued=issued, amount=Decimal("1234.56")))
    take(rig, money("1234.56", "VIREMENT", on=issued - timedelta(days=2)))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_known_payer_in_another_currency() -> None:
    rig = await start(late(currency="USD"))
    take(rig, money("1100.00", "VIREMENT"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_converted_payment_beside_an_open_invoice_in_euros() -> None:
    rig = await start(late(currency="USD"), late("FA-2026-0002", amount=Decimal("50.00")))
    take(rig, money("1100.00", "VIREMENT"))
    rig.confirm()
    await rig.tick()
    assert taken(rig) == []


async def test_charges_that_only_the_words_tell() -> None:
    rig = await start(late())
    take(rig, money("1182.00", "WIRE FA-2026-0001 /OUR CHGS SHA", payer="DUPONT"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_every_way_in_which_a_sum_fits_is_held() -> None:
    amounts = {"A": "110", "B": "390", "C": "220", "D": "280", "E": "150", "F": "350"}
    some = [late(f"FA-{n}", amount=Decimal(a)) for n, a in amounts.items()]
    rig = await start(*some)
    take(rig, money("500.00", "VIREMENT"))
    assert {k: because(case(rig, f"FA-{k}|2026-02-27")) != [] for k in amounts} == dict.fromkeys(amounts, True)
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_what_was_given_up_swallows_no_money() -> None:
    rig = await start(late(amount=Decimal("2000.00")), late("FA-2026-0002"))
    rig.order("close", SECOND)
    await rig.tick()
    take(rig, money("1200.00", "VIREMENT"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_payment_for_what_was_given_up_is_told() -> None:
    rig = daemon(late(), confirmed=False)
    await rig.tick()
    rig.order("close", KEY)
    await rig.tick()
    take(rig, money(wording="VIR FA-2026-0001", on=TODAY))
    assert [r.fate for r in rig.store.receipts(*Fate)] != [Fate.SETTLED] or notes(rig, "money")


async def test_resume_on_a_paid_case_does_not_chase_it() -> None:
    rig = await start(late())
    take(rig, money(wording="FA-2026-0001"))
    rig.confirm()
    rig.order("resume", KEY)
    await pass_days(rig, 10)
    assert reminders(rig) == []


async def test_resume_given_before_the_statement_was_read_frees_nothing() -> None:
    rig = await start(late())
    rig.order("resume", KEY)
    take(rig, money("317.20", "VIREMENT"))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_paid_for_less_than_the_money_keeps_the_rest_held() -> None:
    rig = await start(late(), late("FA-2026-0002", amount=Decimal(340)))
    take(rig, money("1000.00", "VIREMENT"))
    rig.order("paid", KEY, amount="900.00")
    rig.confirm()
    await rig.tick()
    assert taken(rig, SECOND) == [], because(case(rig, SECOND))


async def test_what_is_left_of_a_dispute_is_chased_only_when_it_ends() -> None:
    rig = await start(late())
    rig.confirm()
    rig.order("dispute", KEY, amount="200.00")
    await rig.tick()
    take(rig, money("1000.00", "FA-2026-0001"))
    await pass_days(rig, 5)
    rig.order("balance", KEY)
    await pass_days(rig, 5)
    assert reminders(rig) == []


async def test_a_whole_balance_less_the_discount() -> None:
    one = late(due=date(2026, 2, 27), discount=Decimal(24), discount_until=date(2026, 3, 1))
    rig = await start(one, late("FA-2026-0003", amount=Decimal(340)))
    take(rig, money("1516.00", "VIREMENT", on=date(2026, 2, 28)))
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


async def test_a_higher_amount_after_the_payment_is_not_chased_at_once() -> None:
    """The books correct 1200 to 1250 after the payment: nothing tells the person that it was paid and is owed again."""
    rig = await start(late())
    take(rig, money(wording="FA-2026-0001"))
    rig.source.set(late(amount=Decimal(1250)), at=LATER)
    rig.confirm()
    await rig.tick()
    assert reminders(rig) == []


@pytest.mark.parametrize(("amount", "wording"), [("1200.00", "FA-2026-0001"), ("317.20", "VIREMENT")])
async def test_a_draft_goes_when_money_comes(amount: str, wording: str) -> None:
    rig = await proposed()
    assert len(drafts(rig)) == 1
    take(rig, money(amount, wording, on=rig.wake.now().date()))
    await pass_minutes(rig, 60)
    assert drafts(rig) == {} or notes(rig, "draft-stale")


async def test_a_restart_asks_once() -> None:
    rig = daemon(late(), conf=config(payments={"file": "r", "accounts": [ACCOUNT]}))
    rig.statements.put(
        "a.xml",
        Statement(
            account=ACCOUNT,
            since=date(2026, 2, 1),
            until=TODAY - timedelta(days=1),
            movements=counted([money("317.20", "VIREMENT", on=TODAY - timedelta(days=1))]),
        ),
    )
    await rig.tick()
    rig2 = again(rig, statements=rig.statements)
    await pass_days(rig2, 3)
    assert len(notes(rig2, "money")) == 1
    assert reminders(rig2) == []


async def test_one_of_two_invoices_paid_as_they_leave_together() -> None:
    rig = daemon(late(), late("FA-2026-0002"))
    rig.statements.put(
        "a.xml",
        Statement(
            account=ACCOUNT,
            since=date(2026, 2, 1),
            until=TODAY - timedelta(days=1),
            movements=counted([money(wording="FA-2026-0002", on=TODAY - timedelta(days=1))]),
        ),
    )
    await rig.tick()
    assert taken(rig, SECOND) == []
    assert all("FA-2026-0002" not in words(one.raw) for one in reminders(rig))


async def test_equal_parts_paid_in_one_transfer() -> None:
    parts = [late(due=d, amount=Decimal(400)) for d in (date(2026, 2, 25), date(2026, 2, 26), date(2026, 2, 27))]
    rig = daemon(*parts, confirmed=False)
    await rig.tick()
    take(rig, money("1000.00", "FA-2026-0001"))
    assert sum(c.amount_due for c in rig.store.all_cases()) == Decimal(200) or all(
        c.holds for c in rig.store.all_cases()
    )


async def test_what_is_retained_is_paid_with_the_rest() -> None:
    rig = daemon(late(amount=Decimal(1000), retained=Decimal(50)), confirmed=False)
    await rig.tick()
    take(rig, money("1000.00", "FA-2026-0001"))
    assert case(rig).state is State.PAID
