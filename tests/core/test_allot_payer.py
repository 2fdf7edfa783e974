"""Payments that quote nothing: what a payer and an amount say, what came back, and what always holds of matching."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core import cases as make
from tests.core.shelf import (
    ALICE,
    BOB,
    DAY,
    DUPONT,
    LATER,
    D,
    Shelf,
    asked,
    bill,
    certain,
    doubt,
    money,
    numbers,
    paid,
    shares,
)

from relancier.core.case import Case
from relancier.core.paid.allot import LAYERS, Doubt, Told, Verdict, allot, doubted
from relancier.core.paid.payer import plain_name
from relancier.core.paid.statement import Movement

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
    found = asked(money("30", "VIR", **DUPONT), *four)
    assert (found.doubt, len(found.candidates)) == (Doubt.SEVERAL, 4), "a third way may be the one"
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
    assert asked(money("90", "VIR", **DUPONT), case).verdict is Verdict.UNKNOWN
    assert doubt(money("100", "VIR", **DUPONT), case) == Doubt.EARLY
    assert asked(money("100", "VIR"), case).verdict is Verdict.UNKNOWN
    assert certain(money("100", "FA-2026-0001", **DUPONT), case) == {"FA-2026-0001": D(100)}
    long_after = bill("FA-2026-0001", issued=DAY + timedelta(days=61))
    assert asked(money("100", "VIR", **DUPONT), long_after).verdict is Verdict.UNKNOWN
    found = asked(money("100", "VIR", **DUPONT), case, bill("FA-2026-0002", "70"))
    assert (found.doubt, numbers(found)) == (Doubt.EARLY, ["FA-2026-0001", "FA-2026-0002"])


# --- A payer of one customer, in words that name another ---


def test_words_that_name_another_customer_than_the_payer_are_asked_about() -> None:
    mine, theirs = bill("FA-2026-0001"), bill("FA-2026-0002", "70", BOB)
    for amount in ("100", "70", "33"):
        found = asked(money(amount, "REGLEMENT POUR MARTIN & FILS", **DUPONT), mine, theirs)
        assert (found.doubt, set(numbers(found))) == (Doubt.PAYER, {"FA-2026-0001", "FA-2026-0002"})
    done = paid(bill("FA-2026-0002", "70", BOB))
    assert certain(money("100", "REGLEMENT POUR MARTIN & FILS", **DUPONT), mine, done) == {"FA-2026-0001": D(100)}


def test_a_name_inside_the_payers_own_is_no_other_customer() -> None:
    building = make.customer(id="C", name="Dupont Bâtiment")
    two = bill("FA-2026-0001"), bill("FA-2026-0002", who=building)
    movement = money("100", "VIR DUPONT BATIMENT FEVRIER", payer="DUPONT BATIMENT")
    assert certain(movement, *two) == {"FA-2026-0002": D(100)}
    assert doubt(replace(movement, payer="DUPONT"), *two) == Doubt.PAYER


def test_an_account_alone_is_not_certain_where_another_customer_owes_just_that() -> None:
    movement = money("100", "PAYOUT", payer="STRIPE", payer_iban="FR1")
    two = bill("FA-2026-0001"), bill("FA-2026-0002", who=BOB)
    found = asked(movement, *two, accounts={"FR1": ["A"]})
    assert (found.doubt, set(numbers(found))) == (Doubt.PAYER, {"FA-2026-0001", "FA-2026-0002"})
    assert certain(movement, two[0], accounts={"FR1": ["A"]}) == {"FA-2026-0001": D(100)}
    assert certain(replace(movement, payer="DUPONT"), *two, accounts={"FR1": ["A"]}) == {"FA-2026-0001": D(100)}


# --- A name in the words, nobody, and what came back ---


def test_a_name_in_the_words_is_never_enough() -> None:
    case = bill("FA-2026-0001")
    assert doubt(money("100", "RECU DE DUPONT SARL LYON"), case) == Doubt.NAME
    assert doubt(money("33", "RECU DE DUPONT SARL LYON"), case) == Doubt.NAME
    assert doubt(money("100", "VIR", payer="DUPONT BATIMENT"), case) == Doubt.NAME
    found = asked(money("33", "VIR", payer="BATIMENT DUPONT"), case, bill("FA-2026-0007", "33", BOB))
    assert (found.verdict, found.doubt, set(numbers(found))) == (
        Verdict.LOOSE, Doubt.NAME, {"FA-2026-0001", "FA-2026-0007"},
    )  # fmt: skip
    assert asked(money("33", "VIR", payer="BATIMENT DUPONT"), paid(case)).verdict is Verdict.UNKNOWN
    old = paid(bill("FA-2026-0001"))
    known = {old.key: Told(D(100), DAY)}
    assert asked(money("100", "DUPONT"), old, bill("FA-2026-0002", "70"), known=known).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("payer", ["GARAGE MOREL ACOMPTE", "Garage Morel SARL Lyon 7", "GARAGE MOREL 0001234"])
def test_a_payer_whose_name_goes_on_behind_a_customers_holds_what_is_open(payer: str) -> None:
    garage, cousin = make.customer(id="G", name="Garage Morel"), make.customer(id="M", name="Morel")
    cases = bill("FA-2026-0001", who=garage), bill("FA-2026-0002", who=cousin)
    found = asked(money("40", f"VIR INST {payer} 40,00", payer=payer), *cases)
    assert (found.verdict, found.doubt, found.customer) == (Verdict.LOOSE, Doubt.NAME, "G")
    assert numbers(found) == ["FA-2026-0001"]


def test_a_short_word_or_a_number_before_others_is_nobodys_name() -> None:
    short = make.customer(id="S", name="Axa"), make.customer(id="N", name="123456")
    cases = bill("FA-2026-0001", who=short[0]), bill("FA-2026-0002", who=short[1])
    for payer in ("AXA BANQUE PARIS", "123456 LYON", "123456 BANQUE POPULAIRE PARIS", "AXA"):
        wanted = Verdict.LOOSE if payer == "AXA" else Verdict.UNKNOWN
        assert asked(money("40", "VIR", payer=payer), *cases).verdict is wanted


@pytest.mark.parametrize(
    ("customer", "payer"),
    [
        ("Entreprise Générale de Travaux Publics du Rhône", "ENTREPRISE GENERALE DE T"),
        ("Jean Martin", "M MARTIN JEAN"),
        ("Dupont Bâtiment", "GROUPE DUPONT BATIMENT"),
    ],
)
def test_a_name_that_is_cut_turned_round_or_in_a_longer_one_may_be_theirs(customer: str, payer: str) -> None:
    who = make.customer(id="X", name=customer)
    cases = bill("FA-2026-0001", who=who), bill("FA-2026-0002", "70", BOB)
    for amount, verdict in (("100", Verdict.DOUBTFUL), ("33", Verdict.LOOSE)):
        found = asked(money(amount, "VIREMENT", payer=payer), *cases)
        assert (found.verdict, found.doubt, numbers(found)) == (verdict, Doubt.NAME, ["FA-2026-0001"])


def test_a_name_cut_at_the_end_of_the_banks_words_may_be_theirs() -> None:
    case = bill("FA-2026-0001", who=make.customer(id="X", name="Transports Internationaux Durand"))
    assert doubt(money("33", "VIR SEPA RECU TRANSPORTS INTERN"), case) == Doubt.NAME
    assert asked(money("33", "VIR TRANSPORTS INTE"), case).verdict is Verdict.UNKNOWN


def test_a_joint_account_is_its_customers() -> None:
    assert doubt(money("33", "VIR", payer="M OU MME DUPONT"), bill("FA-2026-0001")) == Doubt.LOOSE


# --- Nobody, and exactly what somebody owes ---


def test_the_exact_amount_of_a_few_customers_holds_them_whoever_pays() -> None:
    found = asked(money("100", "REMISE CHEQUE 0001234"), bill("FA-2026-0001"), bill("FA-2026-0002", "70", BOB))
    assert (found.verdict, found.rule, found.doubt, numbers(found)) == (
        Verdict.DOUBTFUL, "alone", Doubt.ALONE, ["FA-2026-0001"],
    )  # fmt: skip
    less = replace(bill("FA-2026-0001"), disputed=D(30))
    assert doubt(money("70", "REMISE CHEQUE"), less) == Doubt.ALONE


def test_an_amount_that_many_owe_or_nobody_does_holds_nobody() -> None:
    many = [bill(f"FA-2026-000{at}", who=make.customer(id=f"C{at}", name=f"Client {at}")) for at in range(4)]
    assert asked(money("100", "REMISE CARTES"), *many).verdict is Verdict.UNKNOWN
    assert doubt(money("100", "REMISE CARTES"), *many[:3]) == Doubt.ALONE
    assert asked(money("99.99", "REMISE CARTES"), *many[:3]).verdict is Verdict.UNKNOWN
    assert asked(money("100", "WIRE", currency="USD"), *many[:3]).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("movement", [money("99", "VIR"), money("-100", "FA-2026-0001"), money("0", "FA-2026-0001")])
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
    before = asked(money("-170", "REJET", returned=True, end_to_end="X1"), case, other, before={"X1": case.key})
    assert numbers(before) == ["FA-2026-0001"], "what came before names the invoice"


def test_what_was_certain_can_be_asked_about_all_the_same() -> None:
    found = doubted(asked(money("160", "FA-2026-0001", **DUPONT), bill("FA-2026-0001")), Doubt.KNOWN)
    assert (found.verdict, found.doubt, found.shares, found.rest) == (Verdict.DOUBTFUL, Doubt.KNOWN, (), D(0))
    assert numbers(found) == ["FA-2026-0001"]
    assert not found.learns


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
    assert asked(money("99", far), bill("FA-2026-0042")).verdict is Verdict.UNKNOWN


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
