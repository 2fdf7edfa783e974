from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.core.cases import DUE, case, customer, event, in_state

from relancier.core.case import Kind, State
from relancier.core.choosing import ByHistory, Chosen, Rules, choose, days_late, told, why_of

RULES = Rules(
    default="standard",
    by_customer={"C042": "squad"},
    key_account="grand-compte",
    by_risk={"high": "dur"},
    by_amount=((Decimal(500), "moyen"), (Decimal(1000), "grand")),
    by_history=ByHistory("lent", 30, 2),
)


def plan(rules: Rules = RULES, late: tuple[int, ...] = (), **who: object) -> Chosen:
    amount = who.pop("amount", 100)
    return choose(case(who=customer(**who), amount=Decimal(str(amount))).invoice, rules, {"standard-en"}, late)


def test_the_most_particular_rule_chooses() -> None:
    named = replace(case(who=customer(id="C042")).invoice, plan="mien")
    assert choose(named, RULES, ()) == Chosen("mien", "named in the books")
    assert plan(id="C042", key_account=True) == Chosen("squad", "of the customer C042")
    assert plan(key_account=True, risk="high") == Chosen("grand-compte", "a key account")
    assert plan(risk="high", amount=1000) == Chosen("dur", "high risk")
    assert plan(amount=1000, late=(60, 60)) == Chosen("grand", "1000.00 or more")
    assert plan(amount=999) == Chosen("moyen", "500.00 or more")
    assert plan(late=(60, 20, 0)).plan == "lent"
    assert plan() == Chosen("standard", "the default")
    assert told(plan()) == "plan standard: the default"


def test_history_speaks_only_after_enough_invoices_and_beyond_its_days() -> None:
    assert [plan(late=late).plan for late in [(), (90,), (30, 30), (31, 30)]] == ["standard"] * 3 + ["lent"]
    assert plan(replace(RULES, by_history=None), late=(90, 90)).plan == "standard"
    assert plan(replace(RULES, key_account=""), key_account=True).plan == "standard"


def test_a_twin_in_the_customers_language_is_taken_by_itself() -> None:
    assert plan(language="en") == Chosen("standard-en", "the default, in en")
    assert plan(language="de").plan == "standard"


def test_the_last_choice_in_the_history_says_why() -> None:
    one = case()
    opened = event(one, Kind.OPENED, detail=told(plan()))
    assert why_of([]) == ""
    assert why_of([opened, event(one, Kind.NOTED, detail="x: y")]) == "the default"
    assert why_of([opened, event(one, Kind.PLAN_CHOSEN, detail="silence")]) == ""


def test_how_late_a_customer_paid_counts_the_last_one_first_and_early_as_none() -> None:
    first, second, third = (in_state(case(number), State.PAID) for number in ("F1", "F2", "F3"))
    ended = {first.key: date(2026, 6, 11), second.key: date(2026, 7, 1), third.key: date(2026, 5, 1)}
    assert (DUE, days_late([first, second, third, case("F4")], ended)) == (date(2026, 6, 1), [30, 10, 0])
