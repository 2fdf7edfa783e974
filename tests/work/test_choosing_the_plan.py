"""Which plan a new case follows, and that an open one keeps it until a person chooses another."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.work.play import KEY, again, case, daemon, late, pass_days
from tests.work.rig import Rig, config, customer

from relancier.core.case import Kind

RULES = {
    "default": "standard",
    "by_customer": {"dupont": "squad"},
    "key_account": "grand-compte",
    "by_risk": {"high": "mauvais-payeurs"},
    "by_amount": [{"from": 10000, "plan": "workflow"}, {"from": 5000, "plan": "regulier"}],
}


def why(rig: Rig, key: str) -> str:
    opened = [event for event in rig.store.events(key) if event.kind in {Kind.OPENED, Kind.PLAN_CHOSEN}]
    return opened[-1].detail


async def test_the_rules_choose_in_their_order_and_the_history_says_why() -> None:
    due = date(2026, 5, 1)
    rig = daemon(
        late("A", due, plan="silence"),
        late("B", due, amount=Decimal(20000)),
        late("C", due, customer=customer("Martin", key_account=True, risk="high")),
        late("D", due, customer=customer("Petit", risk="high"), amount=Decimal(20000)),
        late("E", due, customer=customer("Grand"), amount=Decimal(10000)),
        late("F", due, customer=customer("Blanc"), amount=Decimal(5000)),
        late("G", due, customer=customer("Noir")),
        late("H", due, customer=customer("Smith", language="en", risk="high")),
        conf=config(plans=RULES),
    )
    await rig.tick()
    assert {number: why(rig, f"{number}|{due}") for number in "ABCDEFGH"} == {
        "A": "plan silence: named in the books",
        "B": "plan squad: of the customer dupont",
        "C": "plan grand-compte: a key account",
        "D": "plan mauvais-payeurs: high risk",
        "E": "plan workflow: 10000.00 or more",
        "F": "plan regulier: 5000.00 or more",
        "G": "plan standard: the default",
        "H": "plan mauvais-payeurs-en: high risk, in en",
    }


async def test_who_paid_the_last_invoices_late_gets_the_plan_of_late_payers() -> None:
    rules = {"by_history": {"plan": "mauvais-payeurs", "late": "30d", "invoices": 2}}
    old = [late(number, date(2026, 1, day), paid=Decimal(1200)) for number, day in (("X", 5), ("Y", 12))]
    rig = daemon(*[replace(one, paid=Decimal(0)) for one in old], conf=config(plans=rules))
    await rig.tick()
    rig.source.set(*old, at=rig.wake.now())
    await pass_days(rig, 1)
    rig.source.set(*old, late("Z", date(2026, 5, 1)), at=rig.wake.now())
    await pass_days(rig, 1)
    told = "plan mauvais-payeurs: the last 2 invoices were paid"
    assert why(rig, "Z|2026-05-01").startswith(told)


async def test_an_open_case_keeps_its_plan_when_the_rules_or_the_amount_change() -> None:
    rig = daemon(late(due=date(2026, 5, 1)), conf=config(plans={"by_amount": RULES["by_amount"]}))
    await rig.tick()
    key = "FA-2026-0001|2026-05-01"
    rig.source.set(replace(rig.source.invoices[0], amount=Decimal(12000)), at=rig.wake.now() + timedelta(minutes=1))
    await pass_days(rig, 1)
    rig = again(rig, conf=config(plans={"default": "squad"}))
    await pass_days(rig, 1)
    assert case(rig, key).plan == "standard"
    rig.source.set(replace(rig.source.invoices[0], plan="silence"), at=rig.wake.now())
    await pass_days(rig, 1)
    assert (case(rig, key).plan, why(rig, key)) == ("silence", "plan silence: named in the books")
    assert key != KEY
