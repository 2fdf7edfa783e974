"""Which invoices a payment is for: each layer by what it finds, and by what it must not take for certain."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.core import cases as make
from tests.core.shelf import (
    BOB,
    DAY,
    DUPONT,
    LATER,
    D,
    asked,
    bill,
    certain,
    doubt,
    money,
    numbers,
    paid,
    shares,
)

from relancier.core.paid.allot import Doubt, Told, Verdict
from relancier.core.paid.fitting import alone, may_cost

# --- Quoted and exact ---


def test_a_reference_that_quotes_the_invoice_pays_it() -> None:
    found = asked(money("100", end_to_end="FA-2026-0042"), bill("FA-2026-0042"), bill("FA-2026-0043"))
    assert (found.verdict, found.rule, shares(found)) == (Verdict.CERTAIN, "reference", {"FA-2026-0042": D(100)})
    assert found.customer == "A"
    assert found.learns
    assert found.evidence == "FA-2026-0042 end-to-end reference 'FA-2026-0042', exact amount"


@pytest.mark.parametrize(
    "wording", ["FACT FA-2026-0042", "fa–2026–0042", "VIR FA20260042", "FA 2026 0042 MERCI", "FA/2026.0042"]
)
def test_a_number_pays_its_invoice_however_its_separators_are_written(wording: str) -> None:
    assert certain(money("100", wording), bill("FA-2026-0042"), bill("FA-2026-004")) == {"FA-2026-0042": D(100)}


@pytest.mark.parametrize("wording", ["FA-2026-0042-2", "FA-2026-00421", "XFA-2026-0042", "FA-2026-004"])
def test_a_number_cut_out_of_another_is_nobodys(wording: str) -> None:
    assert asked(money("99", wording), bill("FA-2026-0042")).verdict is Verdict.UNKNOWN
    assert doubt(money("100", wording), bill("FA-2026-0042")) == Doubt.ALONE


def test_a_number_that_only_stands_inside_another_is_not_quoted() -> None:
    two = bill("FA-2026-0042"), bill("2026-0042", "70", BOB)
    assert doubt(money("70", "FA 2026 0042"), *two) == Doubt.PAYER
    assert numbers(asked(money("70", "FA-2026-0042"), *two)) == ["FA-2026-0042"]
    assert doubt(money("170", "FA 2026 0042"), *two) == Doubt.PAYER


def test_several_numbers_pay_their_sum() -> None:
    two = bill("FA-2026-0001", "100"), bill("FA-2026-0002", "50.50")
    assert certain(money("150.50", "FA-2026-0001 FA-2026-0002"), *two) == {
        "FA-2026-0001": D(100),
        "FA-2026-0002": D("50.5"),
    }


def test_two_customers_are_paid_at_once_only_where_both_are_named_and_the_sum_fits() -> None:
    two = bill("FA-2026-0001", "100"), bill("FA-2026-0002", "50", BOB)
    found = asked(money("150", "FA-2026-0001 + FA-2026-0002", payer_iban="FR1"), *two)
    assert (found.verdict, found.customer, found.learns) == (Verdict.CERTAIN, "", False)
    assert doubt(money("120", "FA-2026-0001 + FA-2026-0002"), *two) == Doubt.AMOUNT


def test_one_number_of_two_customers_is_nobodys_sum() -> None:
    two = bill("FA-2026-0001", "100"), bill("FA-2026-0001", "50", BOB, due=LATER)
    assert doubt(money("150", "FA-2026-0001"), *two) == Doubt.AMOUNT
    assert certain(money("50", "FA-2026-0001", payer="MARTIN ET FILS SAS"), *two) == {"FA-2026-0001": D(50)}


def test_credit_notes_are_taken_off_the_sum_and_the_oldest_is_paid_first() -> None:
    two = bill("FA-2026-0001", "100"), bill("FA-2026-0002", "50", due=LATER)
    movement = money("130", "FA-2026-0001, FA-2026-0002")
    assert certain(movement, *two, credits={"A": [D(20)]}) == {"FA-2026-0001": D(100), "FA-2026-0002": D(30)}
    assert doubt(movement, *two, credits={"A": [D(21)]}) == Doubt.PAYER
    assert certain(money("100", "FA-2026-0001, FA-2026-0002"), *two, credits={"A": [D(50)]}) == {"FA-2026-0001": D(100)}


def test_the_discount_may_be_taken_off_in_time_and_not_later() -> None:
    early = bill("FA-2026-0001", discount=D(2), discount_until=DAY)
    late = bill("FA-2026-0001", discount=D(2), discount_until=DAY - timedelta(days=1))
    movement = money("98", "FA-2026-0001", **DUPONT)
    assert asked(movement, early).rule == "number"
    assert (asked(movement, late).rule, shares(asked(movement, late))) == ("part", {"FA-2026-0001": D(98)})
    paid_in_part = bill("FA-2026-0001", paid=D(10), discount=D(2), discount_until=DAY)
    assert asked(money("88", "FA-2026-0001"), paid_in_part).verdict is Verdict.DOUBTFUL


def test_what_is_not_in_dispute_is_paid_exactly() -> None:
    disputed = replace(bill("FA-2026-0001"), disputed=D(30))
    assert certain(money("70", "FA-2026-0001"), disputed) == {"FA-2026-0001": D(70)}
    whole = replace(bill("FA-2026-0001"), disputed=D(100))
    assert certain(money("100", "FA-2026-0001"), whole) == {"FA-2026-0001": D(100)}


def test_of_an_invoice_in_parts_the_oldest_that_fits_is_paid() -> None:
    parts = [bill("FA-2026-0001", "100", due=make.DUE + timedelta(days=30 * at)) for at in range(3)]
    first, second, third = (case.key for case in parts)
    movement = money("100", "FA-2026-0001")
    assert [one.case for one in asked(movement, *reversed(parts)).shares] == [first]
    assert [one.case for one in asked(money("200", "FA-2026-0001"), *parts).shares] == [first, second]
    assert len(asked(money("300", "FA-2026-0001"), *parts).shares) == 3
    odd = [*parts[:2], bill("FA-2026-0001", "77", due=make.DUE + timedelta(days=60))]
    assert [one.case for one in asked(money("77", "FA-2026-0001"), *odd).shares] == [third]


def test_a_plain_number_counts_beside_a_word_or_from_its_payer() -> None:
    case = bill("42")
    assert certain(money("100", "FACTURE N° 42"), case) == {"42": D(100)}
    assert doubt(money("100", "42"), case) == Doubt.ALONE
    assert asked(money("100", "42", **DUPONT), case).rule == "number"
    assert doubt(money("60", "42", **DUPONT), case) == Doubt.LOOSE


def test_a_number_that_may_be_a_day_counts_only_with_its_amount() -> None:
    case = bill("20260302")
    assert certain(money("100", "VIR 20260302"), case) == {"20260302": D(100)}
    assert asked(money("60", "VIR 20260302"), case).verdict is Verdict.UNKNOWN
    assert doubt(money("60", "FACTURE 20260302"), case) == Doubt.PAYER
    assert doubt(money("60", "VIR 20260302 DUPONT"), bill("2026-0302")) == Doubt.NAME
    assert certain(money("60", "VIR 20263302 DUPONT"), bill("20263302")) == {"20263302": D(60)}


def test_an_exact_number_is_doubted_where_its_payer_has_an_invoice_of_just_that_amount() -> None:
    mine, others = bill("FA-2026-0001"), bill("FA-2026-0002", "100", BOB)
    found = asked(money("100", "FA-2026-0002", **DUPONT), mine, others)
    assert (found.doubt, set(numbers(found))) == (Doubt.PAYER, {"FA-2026-0001", "FA-2026-0002"})
    stranger = asked(money("100", "FA-2026-0002", **DUPONT), bill("FA-2026-0001", "90"), others)
    assert (stranger.verdict, stranger.learns) == (Verdict.CERTAIN, False)
    three = bill("FA-2026-0001", "70"), bill("FA-2026-0003", "30"), bill("FA-2026-0004", "9")
    found = asked(money("100", "FA-2026-0002", **DUPONT), *three, others)
    assert (found.doubt, len(found.candidates)) == (Doubt.PAYER, 4)


def test_whoever_quotes_another_customers_number_may_pay_their_own() -> None:
    own = bill("FA-2026-0001", "70"), bill("FA-2026-0003", "80")
    found = asked(money("150", "FA-2026-0002", **DUPONT), *own, bill("FA-2026-0002", "90", BOB))
    assert (found.doubt, set(numbers(found))) == (Doubt.PAYER, {"FA-2026-0001", "FA-2026-0002", "FA-2026-0003"})


def test_only_the_payers_of_several_named_invoices_may_fit() -> None:
    mine, others = bill("FA-2026-0001"), bill("FA-2026-0002", "40", BOB)
    movement = money("100", "FA-2026-0001 REF FA-2026-0002")
    assert certain(replace(movement, payer="Dupont"), mine, others) == {"FA-2026-0001": D(100)}
    assert doubt(movement, mine, others) == Doubt.AMOUNT


# --- Quoted, and another amount ---


def test_a_payer_who_quotes_an_invoice_pays_a_part_of_it() -> None:
    found = asked(money("60", "FA-2026-0001", **DUPONT), bill("FA-2026-0001"))
    assert (found.rule, shares(found), found.rest, found.learns) == ("part", {"FA-2026-0001": D(60)}, D(0), True)
    assert certain(money("60", "FA20260001 DUPONT"), bill("FA-2026-0001")) == {"FA-2026-0001": D(60)}


def test_more_than_is_due_pays_what_is_due_and_leaves_a_rest() -> None:
    found = asked(money("160", "FA-2026-0001", **DUPONT), bill("FA-2026-0001"))
    assert (shares(found), found.rest, found.doubt) == ({"FA-2026-0001": D(100)}, D(60), Doubt.OVER)


def test_a_part_is_doubted_from_someone_who_may_not_be_the_customer() -> None:
    case = bill("FA-2026-0001")
    assert doubt(money("60", "FA-2026-0001"), case) == Doubt.PAYER
    assert doubt(money("60", "FA-2026-0001", payer="MARTIN"), case) == Doubt.PAYER
    assert (
        doubt(money("60", "FA-2026-0001 DUPONT", payer="Martin & Fils"), case, bill("X-77777", who=BOB)) == Doubt.PAYER
    )
    assert doubt(money("60", "FA20260001"), case) == Doubt.PAYER


def test_a_part_is_doubted_where_another_invoice_has_just_that_amount() -> None:
    found = asked(money("60", "FA-2026-0001", **DUPONT), bill("FA-2026-0001"), bill("FA-2026-0002", "60"))
    assert (found.doubt, numbers(found)) == (Doubt.SEVERAL, ["FA-2026-0001", "FA-2026-0002"])


def test_less_than_several_invoices_is_nobodys_to_share_out() -> None:
    assert (
        doubt(money("120", "FA-2026-0001 FA-2026-0002", **DUPONT), bill("FA-2026-0001"), bill("FA-2026-0002"))
        == Doubt.AMOUNT
    )


def test_a_paid_invoice_beside_an_open_one_is_asked_about() -> None:
    two = paid(bill("FA-2026-0001")), bill("FA-2026-0002")
    assert doubt(money("150", "FA-2026-0001 FA-2026-0002", **DUPONT), *two) == Doubt.AMOUNT


def test_a_few_euros_less_from_abroad_may_be_the_banks() -> None:
    abroad, near = {"payer_iban": "US12", **DUPONT}, {"payer_iban": "FR12", **DUPONT}
    case = bill("FA-2026-0001", "1000")
    assert doubt(money("985", "FA-2026-0001", **abroad), case) == Doubt.CHARGES
    assert certain(money("900", "FA-2026-0001", **abroad), case) == {"FA-2026-0001": D(900)}
    assert certain(money("985", "FA-2026-0001", **near), case) == {"FA-2026-0001": D(985)}


def test_where_no_account_is_told_the_words_say_that_banks_kept_something() -> None:
    case = bill("FA-2026-0001", "1000")
    assert doubt(money("985", "WIRE FA-2026-0001 CHGS SHA", **DUPONT), case) == Doubt.CHARGES
    assert certain(money("900", "WIRE FA-2026-0001 CHGS SHA", **DUPONT), case) == {"FA-2026-0001": D(900)}
    assert certain(money("985", "FA-2026-0001 FRAISES", **DUPONT), case) == {"FA-2026-0001": D(985)}
    dollars = bill("FA-2026-0001", "1000", currency="USD")
    assert doubt(money("985", "FA-2026-0001", currency="USD", **DUPONT), dollars) == Doubt.CHARGES


def test_another_currency_pays_nothing_and_is_asked_about() -> None:
    assert doubt(money("100", "FA-2026-0001", **DUPONT), bill("FA-2026-0001", currency="USD")) == Doubt.CURRENCY
    dollars, euros = bill("FA-2026-0001", currency="USD"), bill("FA-2026-0002", "70")
    assert doubt(money("100", "VIR", **DUPONT), dollars) == Doubt.CURRENCY
    found = asked(money("101", "VIR", **DUPONT), dollars, euros, paid(bill("FA-2026-0003", currency="USD")))
    assert (found.doubt, set(numbers(found))) == (Doubt.CURRENCY, {"FA-2026-0001", "FA-2026-0002"})


# --- What is known as paid ---


@pytest.mark.parametrize("amount", ["60", "40"])
def test_what_the_books_may_hold_is_asked_about(amount: str) -> None:
    case = bill("FA-2026-0001", "100", paid=D(60))
    known = {case.key: Told(D(60), DAY)}
    assert doubt(money(amount, "FA-2026-0001", **DUPONT), case, known=known) == Doubt.KNOWN
    assert doubt(money("40", "VIR", **DUPONT), case, known=known) == Doubt.KNOWN
    assert doubt(money("30", "FA-2026-0001", **DUPONT), case, known=known) == Doubt.KNOWN


def test_what_came_after_the_books_or_is_more_than_they_know_counts() -> None:
    case = bill("FA-2026-0001", "100", paid=D(30))
    before = {case.key: Told(D(30), DAY - timedelta(days=1))}
    assert certain(money("30", "FA-2026-0001", **DUPONT), case, known=before) == {"FA-2026-0001": D(30)}
    assert certain(money("70", "FA-2026-0001", **DUPONT), case, known={case.key: Told(D(30), DAY)}) == {
        "FA-2026-0001": D(70)
    }


def test_a_paid_invoice_that_is_quoted_was_in_the_books() -> None:
    case = paid(bill("FA-2026-0001"))
    known = {case.key: Told(D(100), DAY)}
    found = asked(money("100", "FA-2026-0001"), case, bill("FA-2026-0002"), known=known)
    assert (found.verdict, numbers(found)) == (Verdict.SETTLED, ["FA-2026-0001"])
    shown = bill("FA-2026-0001", paid=D(100))
    assert (
        asked(money("100", "FA-2026-0001", **DUPONT), shown, bill("FA-2026-0002"), known=known).verdict
        is Verdict.SETTLED
    )


def test_a_paid_invoice_quoted_once_more_is_paid_twice() -> None:
    case, other = paid(bill("FA-2026-0001")), bill("FA-2026-0002", "70")
    movement = money("100", "FA-2026-0001", **DUPONT)
    found = asked(movement, case, other)
    assert (found.verdict, found.doubt, found.candidates) == (Verdict.LOOSE, Doubt.TWICE, (other.key,))
    assert doubt(movement, case, other, known={case.key: Told(D(60), DAY)}) == Doubt.TWICE
    assert doubt(replace(movement, amount=D(70)), case, other) == Doubt.SEVERAL
    nothing_open = asked(movement, case)
    assert (nothing_open.verdict, nothing_open.doubt, nothing_open.candidates) == (
        Verdict.LOOSE, Doubt.TWICE, (case.key,),
    )  # fmt: skip
    assert asked(replace(movement, payer="NOBODY"), case, other).verdict is Verdict.UNKNOWN


def test_the_amount_of_a_paid_invoice_of_the_payer_was_in_the_books() -> None:
    old, new = paid(bill("FA-2026-0001")), bill("FA-2026-0002", "70")
    known = {old.key: Told(D(100), DAY)}
    found = asked(money("100", "VIR", **DUPONT), old, new, known=known)
    assert (found.verdict, found.candidates) == (Verdict.SETTLED, (old.key,))
    assert doubt(money("100", "VIR", **DUPONT), old, new) == Doubt.LOOSE
    assert doubt(money("100", "VIR", **DUPONT), old, bill("FA-2026-0002"), known=known) == Doubt.KNOWN


def test_an_amount_that_several_paid_invoices_had_together_may_be_theirs() -> None:
    old = [paid(bill(f"FA-2026-000{at}", "50")) for at in (1, 2)]
    known = {case.key: Told(D(50), DAY) for case in old}
    new = bill("FA-2026-0009", "100")
    assert doubt(money("100", "VIR", **DUPONT), *old, new, known=known) == Doubt.KNOWN
    assert certain(money("100", "VIR", **DUPONT), *old, new) == {"FA-2026-0009": D(100)}
    many = [paid(bill(f"FA-2026-10{at}", "50")) for at in range(9)]
    told = {case.key: Told(D(50), DAY) for case in many}
    assert certain(money("100", "VIR", **DUPONT), *many, new, known=told) == {"FA-2026-0009": D(100)}


def test_every_amount_that_may_pay_a_case_is_known_beforehand() -> None:
    case = replace(bill("FA-2026-0001", discount=D(2), discount_until=DAY), disputed=D(30))
    assert may_cost(case) == {D(100), D(98), D(70)}
    assert all(alone([case], amount, DAY) == [case] for amount in may_cost(case))
