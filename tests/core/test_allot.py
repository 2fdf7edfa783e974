"""Which invoices a payment is for: each layer by what it finds, and by what it must not take for certain."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core import cases as make
from tests.core.shelf import ALICE, BOB, DAY, Shelf, asked, bill, money, numbers, shares

from relancier.core.allot import LAYERS, Doubt, Told, Verdict, allot
from relancier.core.case import Case, State
from relancier.core.payer import plain_name
from relancier.core.statement import Movement

DUPONT = {"payer": "DUPONT"}
LATER = make.DUE + timedelta(days=30)
D = Decimal


def paid(case: Case) -> Case:
    return make.in_state(case, State.PAID)


def certain(movement: Movement, *cases: Case, **known: Any) -> dict[str, Decimal]:
    found = asked(movement, *cases, **known)
    assert found.verdict is Verdict.CERTAIN, found
    return shares(found)


def doubt(movement: Movement, *cases: Case, **known: Any) -> str:
    found = asked(movement, *cases, **known)
    assert found.verdict in {Verdict.DOUBTFUL, Verdict.LOOSE}, found
    assert found.shares == ()
    return found.doubt


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
    assert asked(money("100", wording), bill("FA-2026-0042")).verdict is Verdict.UNKNOWN


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
    assert asked(money("100", "42"), case).verdict is Verdict.UNKNOWN
    assert asked(money("100", "42", **DUPONT), case).rule == "number"
    assert doubt(money("60", "42", **DUPONT), case) == Doubt.LOOSE


def test_a_number_that_may_be_a_day_counts_only_with_its_amount() -> None:
    case = bill("20260302")
    assert certain(money("100", "VIR 20260302"), case) == {"20260302": D(100)}
    assert asked(money("60", "VIR 20260302"), case).verdict is Verdict.UNKNOWN
    assert doubt(money("60", "VIR 20260302 DUPONT"), bill("2026-0302")) == Doubt.NAME
    assert certain(money("60", "VIR 20263302 DUPONT"), bill("20263302")) == {"20263302": D(60)}


def test_an_exact_number_is_doubted_where_its_payer_has_an_invoice_of_just_that_amount() -> None:
    mine, others = bill("FA-2026-0001"), bill("FA-2026-0002", "100", BOB)
    found = asked(money("100", "FA-2026-0002", **DUPONT), mine, others)
    assert (found.doubt, set(numbers(found))) == (Doubt.PAYER, {"FA-2026-0001", "FA-2026-0002"})
    stranger = asked(money("100", "FA-2026-0002", **DUPONT), bill("FA-2026-0001", "90"), others)
    assert (stranger.verdict, stranger.learns) == (Verdict.CERTAIN, False)


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


def test_another_currency_pays_nothing() -> None:
    assert doubt(money("100", "FA-2026-0001", **DUPONT), bill("FA-2026-0001", currency="USD")) == Doubt.CURRENCY
    assert asked(money("100", "VIR", **DUPONT), bill("FA-2026-0001", currency="USD")).verdict is Verdict.UNKNOWN


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
    assert asked(movement, case).verdict is Verdict.UNKNOWN
    assert asked(replace(movement, payer="NOBODY"), case, other).verdict is Verdict.UNKNOWN


def test_the_amount_of_a_paid_invoice_of_the_payer_was_in_the_books() -> None:
    old, new = paid(bill("FA-2026-0001")), bill("FA-2026-0002", "70")
    known = {old.key: Told(D(100), DAY)}
    found = asked(money("100", "VIR", **DUPONT), old, new, known=known)
    assert (found.verdict, found.candidates) == (Verdict.SETTLED, (old.key,))
    assert doubt(money("100", "VIR", **DUPONT), old, new) == Doubt.LOOSE
    assert doubt(money("100", "VIR", **DUPONT), old, bill("FA-2026-0002"), known=known) == Doubt.KNOWN


# --- A payer who is known, and no number ---


def test_the_exact_amount_of_one_invoice_of_a_known_payer_is_certain() -> None:
    found = asked(money("100", "VIR", payer="SARL DUPONT"), bill("FA-2026-0001"), bill("FA-2026-0002", "90"))
    assert (found.rule, shares(found), found.learns) == ("amount", {"FA-2026-0001": D(100)}, False)
    by_account = asked(money("100", "VIR", payer_iban="FR1"), bill("FA-2026-0001"), accounts={"FR1": ["A"]})
    assert (by_account.rule, by_account.evidence) == ("amount", "exact amount, paid by FR1")


def test_two_invoices_of_one_amount_are_asked_about() -> None:
    found = asked(money("100", "VIR", **DUPONT), bill("FA-2026-0001"), bill("FA-2026-0002"))
    assert (found.doubt, numbers(found), found.customer) == (Doubt.SEVERAL, ["FA-2026-0001", "FA-2026-0002"], "A")


def test_an_amount_that_a_sum_fits_too_is_asked_about() -> None:
    three = bill("FA-2026-0001"), bill("FA-2026-0002", "60"), bill("FA-2026-0003", "40")
    assert doubt(money("100", "VIR", **DUPONT), *three) == Doubt.SEVERAL


def test_namesakes_are_never_told_apart_by_their_name() -> None:
    other = make.customer(id="C", name="Dupont SAS")
    two = bill("FA-2026-0001"), bill("FA-2026-0002", "70", other)
    assert doubt(money("100", "VIR", **DUPONT), *two) == Doubt.SEVERAL
    assert doubt(money("170", "VIR", **DUPONT), *two) == Doubt.LOOSE
    known = certain(money("100", "VIR", payer_iban="FR1", **DUPONT), *two, accounts={"FR1": ["A"]})
    assert known == {"FA-2026-0001": D(100)}


def test_an_account_and_a_name_of_two_customers_are_two_payers() -> None:
    two = bill("FA-2026-0001"), bill("FA-2026-0002", "70", BOB)
    assert doubt(money("100", "VIR", payer_iban="FR1", **DUPONT), *two, accounts={"FR1": ["B"]}) == Doubt.SEVERAL


def test_the_whole_balance_and_the_only_sum_that_fits_are_certain() -> None:
    three = bill("FA-2026-0001", "10"), bill("FA-2026-0002", "25"), bill("FA-2026-0003", "70")
    assert len(certain(money("105", "VIR", **DUPONT), *three)) == 3
    assert certain(money("80", "VIR", **DUPONT), *three) == {"FA-2026-0001": D(10), "FA-2026-0003": D(70)}
    assert doubt(money("81", "VIR", **DUPONT), *three) == Doubt.LOOSE


def test_several_sums_that_fit_are_asked_about() -> None:
    four = [bill(f"FA-2026-000{at}", amount) for at, amount in enumerate(("10", "20", "15", "15"))]
    assert doubt(money("30", "VIR", **DUPONT), *four) == Doubt.SEVERAL
    late = [bill("FA-2026-0001", "10"), bill("FA-2026-0002", "20")]
    coming = [bill("FA-2026-0003", "15", due=LATER), bill("FA-2026-0004", "15", due=LATER)]
    assert doubt(money("30", "VIR", **DUPONT), *late, *coming) == Doubt.SEVERAL


def test_among_many_invoices_a_sum_may_fit_by_chance() -> None:
    many = [bill(f"FA-2026-{at:04}", str(2**at)) for at in range(11)]
    assert doubt(money("3", "VIR", **DUPONT), *many) == Doubt.SEVERAL
    assert len(certain(money("2047", "VIR", **DUPONT), *many)) == 11


def test_a_sum_that_the_books_may_hold_is_asked_about() -> None:
    two = bill("FA-2026-0001", "100", paid=D(60)), bill("FA-2026-0002")
    known = {two[0].key: Told(D(60), DAY)}
    assert doubt(money("140", "VIR", **DUPONT), *two, known=known) == Doubt.KNOWN


def test_what_fits_nothing_is_the_customers_and_holds_all_that_is_open() -> None:
    found = asked(money("33", "VIR", **DUPONT), bill("FA-2026-0001"), bill("FA-2026-0002"), bill("X-77777", who=BOB))
    assert (found.verdict, found.doubt, found.customer) == (Verdict.LOOSE, Doubt.LOOSE, "A")
    assert numbers(found) == ["FA-2026-0001", "FA-2026-0002"]


def test_money_from_before_an_invoice_was_issued_is_not_for_it_unless_it_is_quoted() -> None:
    case = bill("FA-2026-0001", issued=DAY + timedelta(days=1))
    assert asked(money("100", "VIR", **DUPONT), case).verdict is Verdict.UNKNOWN
    assert certain(money("100", "FA-2026-0001", **DUPONT), case) == {"FA-2026-0001": D(100)}


# --- A name in the words, nobody, and what came back ---


def test_a_name_in_the_words_is_never_enough() -> None:
    case = bill("FA-2026-0001")
    assert doubt(money("100", "RECU DE DUPONT SARL LYON"), case) == Doubt.NAME
    assert doubt(money("33", "RECU DE DUPONT SARL LYON"), case) == Doubt.NAME
    assert doubt(money("100", "VIR", payer="DUPONT BATIMENT"), case) == Doubt.NAME
    assert asked(money("33", "VIR", payer="DUPONT BATIMENT"), case).verdict is Verdict.UNKNOWN
    old = paid(bill("FA-2026-0001"))
    known = {old.key: Told(D(100), DAY)}
    assert asked(money("100", "DUPONT"), old, bill("FA-2026-0002", "70"), known=known).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("movement", [money("100", "VIR"), money("-100", "FA-2026-0001"), money("0", "FA-2026-0001")])
def test_money_of_nobody_and_what_we_paid_are_for_nothing(movement: Movement) -> None:
    assert asked(movement, bill("FA-2026-0001")).verdict is Verdict.UNKNOWN


def test_what_came_back_is_only_asked_about() -> None:
    case, other = paid(bill("FA-2026-0001")), bill("FA-2026-0002", "70")
    back = money("-100", "REJET FA-2026-0001", returned=True)
    found = asked(back, case, other)
    assert (found.verdict, found.doubt, found.rule, numbers(found)) == (
        Verdict.DOUBTFUL, Doubt.RETURNED, "returned", ["FA-2026-0001"],
    )  # fmt: skip
    assert numbers(asked(money("-70", "REJET", returned=True, **DUPONT), case, other)) == ["FA-2026-0002"]
    assert asked(money("-71", "REJET", returned=True, **DUPONT), case, other).verdict is Verdict.UNKNOWN
    assert asked(money("100", "FA-2026-0002", returned=True), case, other).verdict is Verdict.UNKNOWN


# --- What always holds ---


AMOUNTS = st.sampled_from([D(10), D(20), D(30), D("30.01"), D(50), D(100)])
NUMBERS = ("FA-2026-0001", "FA-2026-0002", "FA-2026-0003", "42", "20260302", "B 7")
WHOS = (ALICE, BOB, make.customer(id="C", name="Dupont SAS"))


@st.composite
def books(draw: st.DrawFn) -> Shelf:
    found: list[Case] = []
    for number in draw(st.lists(st.sampled_from(NUMBERS), max_size=7)):
        due = make.DUE + timedelta(days=len(found))
        who = draw(st.sampled_from(WHOS))
        case = bill(number, str(draw(AMOUNTS)), who, due=due, paid=draw(st.sampled_from([D(0), D(0), D(5)])))
        found.append(paid(case) if draw(st.booleans()) and draw(st.booleans()) else case)
    known = {case.key: Told(draw(AMOUNTS), draw(st.sampled_from([DAY, date(2026, 1, 1)]))) for case in found[:2]}
    accounts = {"FR1": tuple(draw(st.sets(st.sampled_from(["A", "B"]))))}
    return Shelf(found, accounts, {"A": [D(5)]}, known)


@st.composite
def payments(draw: st.DrawFn) -> Movement:
    quoted = draw(st.lists(st.sampled_from([*NUMBERS, "FACTURE", "VIR", "DUPONT", "FA20260001"]), max_size=4))
    amount = sum(draw(st.lists(AMOUNTS, min_size=1, max_size=3)), D(0))
    payer = draw(st.sampled_from(["", "DUPONT", "MARTIN ET FILS", "AUTRE"]))
    iban = draw(st.sampled_from(["", "FR1", "US1"]))
    reference = draw(st.sampled_from(["", *NUMBERS]))
    return money(str(amount), " ".join(quoted), payer=payer, payer_iban=iban, end_to_end=reference)


@settings(max_examples=400, deadline=None)
@given(books(), payments())
def test_no_share_is_more_than_is_due_nor_all_of_them_more_than_came(shelf: Shelf, movement: Movement) -> None:
    found = allot(movement, shelf)
    due = {case.key: case for case in shelf.cases}
    assert all(0 < one.amount <= due[one.case].amount_due and not due[one.case].ended for one in found.shares)
    assert sum((one.amount for one in found.shares), D(0)) + found.rest == (movement.amount if found.shares else 0)
    assert len({one.case for one in found.shares}) == len(found.shares)
    assert (found.verdict is Verdict.CERTAIN) == bool(found.shares)
    assert not (found.verdict in {Verdict.DOUBTFUL, Verdict.LOOSE} and not (found.doubt and found.candidates))


@settings(max_examples=150, deadline=None)
@given(books(), payments(), st.randoms())
def test_the_order_of_the_books_decides_nothing(shelf: Shelf, movement: Movement, dice: Any) -> None:
    shuffled = list(shelf.cases)
    dice.shuffle(shuffled)
    one, other = allot(movement, shelf), allot(movement, replace(shelf, cases=shuffled))
    assert (one.verdict, one.doubt, shares_of(one)) == (other.verdict, other.doubt, shares_of(other))
    assert set(one.candidates) == set(other.candidates)


def shares_of(found: Any) -> set[tuple[str, Decimal]]:
    return {(share.case, share.amount) for share in found.shares}


def test_each_layer_has_a_name_of_its_own_and_an_example() -> None:
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)
    assert all(layer.looks_at and layer.example for layer in LAYERS)


def test_words_far_apart_are_no_number_together() -> None:
    far = f"FA-2026 {'.' * 70} 0042"
    assert asked(money("100", far), bill("FA-2026-0042")).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("S.A.R.L. Dupont & Fils", "dupont fils"),
        ("DUPONT ET FILS SAS", "dupont fils"),
        ("Mme Zoé L'Hermitte", "zoe l hermitte"),
        ("SARL", ""),
    ],
)
def test_two_spellings_of_a_name_are_one(written: str, plain: str) -> None:
    assert plain_name(written) == plain
