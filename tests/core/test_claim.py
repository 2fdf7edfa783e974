from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.cases import CALENDAR, at, case, customer
from tests.core.test_money import RATES

from relancier.core.case import Case, Event, Kind
from relancier.core.claim import Claim, Paid, Remark, Source, claim, once_an_invoice, payments, remarks
from relancier.core.history import apply
from relancier.core.money import HalfYear, Imputation, Terms

DUE = date(2026, 1, 31)
CONTRACT = Terms(contract=Decimal(15))
day = CALENDAR.local_day


def told(kind: Kind, when: date, **other: Any) -> Event:
    return Event(case="F1|2026-01-31", kind=kind, at=at(when), **other)


def history(one: Case, *events: Event) -> tuple[Case, list[Event]]:
    """The case after it was opened and these events, with all of them."""
    opened = Event(case=one.key, kind=Kind.OPENED, at=one.opened_at, invoice=one.invoice)
    for event in events:
        one = apply(one, event)
    return one, [opened, *events]


def owed(one: Case, events: Sequence[Event], on: date, terms: Terms = CONTRACT) -> Claim:
    return claim(one, events, terms, RATES, on=on, day=day)


def figures(found: Claim) -> str:
    return f"{found.principal:.2f} {found.interest:.2f} {found.charge:.2f}"


def invoice(amount: str = "73000", paid: str = "0", due: date = DUE, **other: Any) -> Case:
    return case(due=due, amount=Decimal(amount), paid=Decimal(paid), opened=date(2026, 1, 5), **other)


def books(one: Case, paid: str, on: date) -> Event:
    return told(Kind.CHANGED, on, invoice=replace(one.invoice, paid=Decimal(paid)))


def by_person(amount: str | None, on: date, ref: str = "o1", told_on: date | None = None) -> Event:
    part = None if amount is None else Decimal(amount)
    return told(Kind.PAID, told_on or on, ref=ref, amount=part, on=on)


@pytest.mark.parametrize(
    ("amount", "due", "paid_on", "interest"),
    [
        ("10000", date(2026, 1, 31), date(2026, 6, 15), "449.38"),
        ("1200", date(2025, 5, 31), date(2026, 1, 31), "98.85"),
        ("1000", date(2023, 12, 15), date(2024, 3, 1), "30.37"),
        ("5000", date(2025, 12, 31), date(2026, 1, 1), "1.66"),
        ("2400", date(2022, 6, 15), date(2023, 7, 15), "293.42"),
    ],
)
def test_the_published_examples_come_out_to_the_cent(amount: str, due: date, paid_on: date, interest: str) -> None:
    found = owed(*history(invoice(amount, due=due)), paid_on, Terms())
    assert (found.principal, found.interest, found.charge) == (Decimal(amount), Decimal(interest), Decimal(40))
    assert found.total == Decimal(amount) + Decimal(interest) + 40
    assert found.remarks == ()


def test_each_line_names_its_days_rate_base_and_floor() -> None:
    found = owed(*history(invoice("1000", due=date(2023, 12, 15))), date(2024, 3, 1), Terms())
    lines = [(one.period.days, one.period.percent, one.floor) for one in found.lines]
    assert lines == [(16, Decimal("14.00"), Decimal("12.66")), (61, Decimal("14.50"), Decimal("15.21"))]
    assert {one.period.principal for one in found.lines} == {1000}
    assert sum(one.period.interest for one in found.lines) == pytest.approx(30.3699, abs=1e-3)


def test_nothing_but_the_principal_is_owed_by_the_due_date() -> None:
    found = owed(*history(invoice("1000")), DUE)
    assert figures(found) == "1000.00 0.00 0.00"
    assert found.lines == ()


def test_a_payment_that_a_person_told_counts_on_its_own_day() -> None:
    one, events = history(invoice(), by_person("36500", date(2026, 2, 10), told_on=date(2026, 2, 14)))
    found = owed(one, events, date(2026, 2, 20))
    assert found.payments == (Paid(date(2026, 2, 10), Decimal(36500), Source.PERSON),)
    assert figures(found) == "36500.00 450.00 40.00"  # 10 days at 30 a day, 10 at 15
    assert owed(one, events, date(2026, 2, 9)).principal == 73000


def test_a_payment_that_only_the_books_show_counts_when_it_was_known() -> None:
    one = invoice()
    found = owed(*history(one, books(one, "36500", date(2026, 2, 10))), date(2026, 2, 20))
    assert found.payments == (Paid(date(2026, 2, 10), Decimal(36500), Source.BOOKS),)
    assert found.interest == 10 * 30 + 10 * 15
    assert Remark.BOOKS_DAY in found.remarks


def test_the_books_that_catch_up_with_a_person_pay_nothing_twice() -> None:
    one = invoice()
    paid = by_person("36500", date(2026, 2, 10))
    one, events = history(one, paid, books(one, "36500", date(2026, 2, 15)), books(one, "40000", date(2026, 2, 18)))
    assert payments(one, events, day) == (
        Paid(date(2026, 2, 10), Decimal(36500), Source.PERSON),
        Paid(date(2026, 2, 18), Decimal(3500), Source.BOOKS),
    )


def test_what_was_paid_before_the_invoice_was_read_bears_no_interest() -> None:
    found = owed(*history(invoice(paid="36500")), date(2026, 2, 10))
    assert found.payments == (Paid(DUE, Decimal(36500), Source.BEFORE),)
    assert figures(found) == "36500.00 150.00 40.00"
    assert found.remarks == (Remark.PAID_BEFORE,)


def test_a_history_that_does_not_tell_how_it_began_is_read_in_the_customers_favour() -> None:
    one = invoice(paid="36500")
    assert payments(one, [], day) == (Paid(DUE, Decimal(36500), Source.BEFORE),)


def test_books_that_take_a_payment_back_take_the_last_one_back() -> None:
    one = invoice()
    steps = [books(one, "30000", date(2026, 2, 5)), books(one, "50000", date(2026, 2, 8))]
    one, events = history(one, *steps, books(one, "35000", date(2026, 2, 12)))
    assert payments(one, events, day) == (
        Paid(date(2026, 2, 5), Decimal(30000), Source.BOOKS),
        Paid(date(2026, 2, 8), Decimal(5000), Source.BOOKS),
    )


def test_an_invoice_paid_in_whole_owes_only_what_lateness_cost() -> None:
    one, events = history(invoice(), by_person(None, date(2026, 2, 10)))
    found = owed(one, events, date(2026, 6, 1))
    assert figures(found) == "0.00 300.00 40.00"
    assert found.payments[0].source is Source.PERSON


def test_books_that_close_it_pay_the_rest_on_that_day() -> None:
    one, events = history(invoice(), told(Kind.PAID, date(2026, 2, 10)))
    assert payments(one, events, day) == (Paid(date(2026, 2, 10), Decimal(73000), Source.BOOKS),)


def test_a_payment_recorded_by_mistake_is_gone_once_the_case_goes_on() -> None:
    again = told(Kind.RESUMED, date(2026, 2, 12), ref="o2")
    one, events = history(invoice(), by_person(None, date(2026, 2, 10)), again)
    assert owed(one, events, date(2026, 2, 20)).principal == 73000


def test_what_the_books_owe_again_counts_no_payment_of_before() -> None:
    paid = by_person("36500", date(2026, 2, 10))
    one, events = history(invoice(), paid, told(Kind.REOPENED, date(2026, 2, 15)))
    assert payments(one, events, day) == ()


def test_interest_first_leaves_more_principal_and_says_so() -> None:
    terms = replace(CONTRACT, imputation=Imputation.INTEREST_FIRST)
    one, events = history(invoice(), by_person("450", date(2026, 2, 10)))
    found = owed(one, events, date(2026, 2, 11), terms)
    assert figures(found) == "72850.00 29.94 40.00"
    assert found.remarks == (Remark.INTEREST_FIRST,)
    assert one.amount_due + found.beside_the_ledger == found.principal + found.interest


def test_beside_the_ledger_stands_the_interest_alone() -> None:
    one, events = history(invoice(), by_person("36500", date(2026, 2, 10)))
    found = owed(one, events, date(2026, 2, 20))
    assert found.beside_the_ledger == found.interest == 450


def test_a_consumer_owes_the_legal_rate_from_the_formal_notice_on_and_no_charge() -> None:
    consumer = invoice("36500", who=customer(professional=False))
    without = owed(*history(consumer), date(2026, 3, 31), Terms(professional=False))
    assert figures(without) == "36500.00 0.00 0.00"
    assert without.remarks == (Remark.NO_NOTICE,)
    noticed = Terms(professional=False, notice=date(2026, 3, 1), contract=Decimal(12))
    found = owed(*history(consumer), date(2026, 3, 31), noticed)
    assert figures(found) == "36500.00 78.60 0.00"
    assert found.remarks == ()
    assert found.lines[0].period.days == 30


def test_a_contract_below_the_floor_is_told_where_the_floor_is_known() -> None:
    low = Terms(contract=Decimal("15.20"))
    found = owed(*history(invoice("1000", due=date(2024, 5, 1))), date(2024, 6, 1), low)
    assert found.remarks == (Remark.BELOW_FLOOR,)
    assert owed(*history(invoice("1000", due=date(2026, 8, 1))), date(2026, 9, 1), low).remarks == ()


def test_a_half_year_without_a_rate_makes_an_estimate() -> None:
    found = owed(*history(invoice("1000", due=date(2026, 6, 1))), date(2026, 8, 1), Terms())
    assert found.estimated
    assert not owed(*history(invoice("1000")), date(2026, 5, 1), Terms()).estimated


def test_the_part_in_dispute_is_named_and_the_whole_where_no_part_is() -> None:
    part = told(Kind.DISPUTED, date(2026, 2, 10), ref="o1", amount=Decimal(300))
    one, events = history(invoice("1000"), part)
    assert owed(one, events, date(2026, 3, 1)).disputed == 300
    one, events = history(invoice("1000"), replace(part, amount=None))
    found = owed(one, events, date(2026, 3, 1))
    assert found.disputed == 1000
    assert found.remarks == (Remark.DISPUTED,)


def test_insolvency_stops_interest_and_the_charge_and_later_payments_lower_the_principal() -> None:
    judged = told(Kind.INSOLVENT, date(2026, 2, 25), ref="o1", on=date(2026, 2, 20))
    one, events = history(invoice(), judged, by_person("1000", date(2026, 3, 1), ref="o2"))
    found = owed(one, events, date(2026, 6, 1))
    assert figures(found) == "72000.00 600.00 0.00"
    assert found.stopped_on == date(2026, 2, 20)
    assert Remark.INSOLVENT in found.remarks


def test_insolvency_that_does_not_concern_the_case_stops_nothing() -> None:
    assert owed(invoice(), [], date(2026, 6, 1)).stopped_on is None


def test_the_charge_is_owed_once_for_an_invoice_in_parts() -> None:
    parts = [invoice("1000"), invoice("1000", due=date(2026, 2, 28)), invoice("1000", due=date(2026, 12, 31))]
    found = once_an_invoice(owed(*history(part), date(2026, 4, 1)) for part in parts)
    assert [one.charge for one in found] == [40, 0, 0]


def test_remarks_of_several_are_told_once_in_their_order() -> None:
    disputed = history(invoice("1000"), told(Kind.DISPUTED, date(2026, 2, 10), ref="o1"))
    before = history(invoice("1000", paid="10"))
    found = [owed(*disputed, date(2026, 3, 1)), owed(*before, date(2026, 3, 1)), owed(*before, date(2026, 3, 1))]
    assert remarks(found) == (Remark.PAID_BEFORE, Remark.DISPUTED)


def test_a_legal_rate_that_is_not_known_is_an_estimate() -> None:
    bare = RATES.plus([HalfYear(date(2026, 7, 1), Decimal("2.40"))])
    assert bare.legal(date(2026, 7, 1)) == (Decimal("2.62"), False)
    assert bare.legal(date(2026, 6, 30)) == (Decimal("2.62"), True)
    assert bare.legal(date(2027, 6, 30)) == (Decimal("2.62"), False)
    alone = type(bare)((HalfYear(date(2026, 7, 1), Decimal("2.40")),))
    assert alone.legal(date(2026, 8, 1)) == (Decimal(0), False)


amounts = st.decimals(Decimal("0.01"), Decimal(100_000), places=2)
parts = st.lists(st.tuples(st.integers(-20, 500), amounts), max_size=4)
lateness = st.integers(0, 700)
imputations = st.sampled_from(Imputation)


def _paid(amount: Decimal, paid: Sequence[tuple[int, Decimal]]) -> tuple[Case, list[Event]]:
    """A case with these part payments, as far as something was left to pay."""
    one = invoice(str(amount), due=date(2024, 11, 15))
    events = []
    for number, (after, part) in enumerate(paid):
        if one.amount_due > part:
            events.append(by_person(str(part), one.invoice.due + timedelta(days=after), ref=f"o{number}"))
            one = apply(one, events[-1])
    return one, events


@given(amounts, parts)
def test_payments_add_up_to_what_the_case_counts_as_paid(amount: Decimal, paid: list[tuple[int, Decimal]]) -> None:
    one, events = _paid(amount, paid)
    assert sum(part.amount for part in payments(one, events, day)) == one.invoice.amount - one.amount_due


@given(amounts, parts, lateness, imputations)
def test_a_day_more_never_costs_less(
    amount: Decimal, paid: list[tuple[int, Decimal]], late: int, imputation: Imputation
) -> None:
    one, events = _paid(amount, paid)
    end = one.invoice.due + timedelta(days=max([late, *(after for after, _ in paid)]))
    terms = Terms(imputation=imputation)
    today, tomorrow = (owed(one, events, on, terms) for on in (end, end + timedelta(days=1)))
    assert tomorrow.total >= today.total


@given(amounts, parts, amounts, st.integers(-20, 700), imputations)
def test_a_payment_more_never_raises_the_claim(
    amount: Decimal, paid: list[tuple[int, Decimal]], more: Decimal, after: int, imputation: Imputation
) -> None:
    one, events = _paid(amount, paid)
    on, terms = one.invoice.due + timedelta(days=700), Terms(imputation=imputation)
    before = owed(one, events, on, terms)
    if one.amount_due > more:
        extra = by_person(str(more), one.invoice.due + timedelta(days=after), ref="more")
        one, events = apply(one, extra), [*events, extra]
    assert owed(one, events, on, terms).total <= before.total


@given(amounts, parts, st.integers(1, 699), imputations)
def test_a_payment_of_nothing_anywhere_splits_a_period_and_changes_nothing(
    amount: Decimal, paid: list[tuple[int, Decimal]], after: int, imputation: Imputation
) -> None:
    one, events = _paid(amount, paid)
    on, terms = one.invoice.due + timedelta(days=700), Terms(imputation=imputation)
    whole = owed(one, events, on, terms)
    middle = replace(by_person("1", one.invoice.due + timedelta(days=after), ref="none"), amount=Decimal(0))
    split = owed(one, [*events, middle], on, terms)
    assert (split.principal, split.interest) == (whole.principal, whole.interest)


def test_an_instant_counts_by_its_local_day() -> None:
    late_evening = datetime(2026, 2, 9, 23, 30, tzinfo=at(DUE).tzinfo)  # half past midnight in Paris
    one = invoice()
    event = replace(books(one, "36500", DUE), at=late_evening)
    assert payments(*history(one, event), day)[0].on == date(2026, 2, 10)


def test_the_principal_is_without_deposit_credit_note_and_retention() -> None:
    one, events = history(invoice(deposit=Decimal(3000), credited=Decimal(20000), retained=Decimal(10000)))
    found = owed(one, events, date(2026, 2, 10))
    assert figures(found) == "40000.00 164.38 40.00"  # ten days at 15 % on 40000
    assert found.beside_the_ledger == found.interest
    assert found.payments == ()


def test_all_that_is_payable_is_contested_where_no_part_is_named() -> None:
    one, events = history(invoice(credited=Decimal(23000)), told(Kind.DISPUTED, date(2026, 2, 1), ref="o1"))
    assert owed(one, events, date(2026, 2, 10)).disputed == 50000


def test_what_was_paid_less_a_discount_is_what_was_received() -> None:
    agreed: dict[str, Any] = {"discount": Decimal(1460), "discount_until": date(2026, 1, 20)}
    one, events = history(
        invoice(**agreed),
        by_person("71540", date(2026, 1, 20)),
        told(Kind.PAID, date(2026, 1, 21)),
    )
    assert [paid.amount for paid in payments(one, events, day)] == [Decimal(71540)]
    granted, later = history(invoice(**agreed), by_person(None, date(2026, 1, 20)))
    assert [paid.amount for paid in payments(granted, later, day)] == [Decimal(73000)]
