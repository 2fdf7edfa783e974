"""The accounts in an invoice's file: what is an IBAN, whose it is, and whether it is ours."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.cases import case

from relancier.core.case import Because, Case, Event, Kind, Shown
from relancier.core.einvoices.accounts import (
    LENGTHS,
    Accounts,
    differing,
    mark,
    not_contradicted,
    on_page,
    sound,
    sounds,
)
from relancier.core.einvoices.cii import INVOICE, ZUGFERD_1, accounts_cii
from relancier.core.einvoices.ubl import accounts_ubl
from relancier.core.history import apply
from relancier.core.text.trees import parse
from relancier.core.text.typography import grouped

OURS = "FR7630006000011234567890189"
OPEN = case()
OTHER = "DE89370400440532013000"
LETTERS = "GB82WEST12345698765432"


@pytest.mark.parametrize("iban", [OURS, OTHER, LETTERS, "NO9386011117947", "MT84MALT011000012345MTLCAST001S"])
def test_an_iban_is_known_by_its_length_and_check_digits(iban: str) -> None:
    assert sound(grouped(iban).lower()) == iban
    assert sound(iban[:-1]) == ""
    assert sound(f"{iban}0") == ""
    assert sound(iban[:-1] + ("1" if iban[-1] != "1" else "2")) == ""


@pytest.mark.parametrize("text", ["", "FR76", "ZZ7630006000011234567890189", OURS.replace("0", "٠"), OURS[:-1] + "/"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert sound(text) == ""
    assert on_page(f"IBAN {text}") == ()


def test_each_is_given_once_and_no_more_than_a_few() -> None:
    assert sounds(["x", OURS, grouped(OURS), OTHER]) == (OURS, OTHER)
    assert len(sounds(f"BE{98 - (digits * 1000000 + 111400) % 97:02}{digits:012}" for digits in range(5000))) == 20


SPACED = [
    "FR76 3000 6000 0112 3456 7890 189",
    "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189",
    "FR76\u202f3000\u20096000\u20090112\u20093456\u20097890\u2009189",
    "FR 76 30006 00001 12345678901 89",
    "FR76-3000-6000-0112-3456-7890-189",
    "FR76 3000 6000 0112\n3456 7890 189",
    "FR76\u200b30006000011234567890189",
    OURS,
]


@pytest.mark.parametrize("written", SPACED)
@pytest.mark.parametrize(
    "row", ["{}", "IBAN : {} BIC AGRIFRPP", "IBAN{}BIC AGRIFRPP", "Virement ({}).", "x\n{}\nSIREN 1"]
)
def test_it_is_found_however_a_page_writes_it(written: str, row: str) -> None:
    assert on_page(row.format(written)) == (OURS,)


@pytest.mark.parametrize(
    "text",
    [
        "FA" + OURS,
        f"{OURS}1",
        f"{OURS[:-1]}X",
        "FR76 3000      6000 0112 3456 7890 189",
        "FR76 3000 6000 0112",
        "ref. FR12 rue 34",
        "US7630006000011234567890189",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert on_page(text) == ()


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("Prélèvement sur votre compte : {}", True),
        ("Mandat SEPA MND-12\n{}", True),
        ("Direct debit from {}", True),
        ("Votre IBAN : {}", True),
        ("Réglez par virement, ou par prélèvement : {}", False),
        ("Notre IBAN (mandat 3) : {}", False),
        ("Prélèvement\n\nRèglement\n{}", False),
        ("IBAN : {}", False),
    ],
)
def test_the_account_of_who_pays_is_not_whom_to_pay(text: str, theirs: bool) -> None:
    assert on_page(text.format(OURS)) == (() if theirs else (OURS,))


def test_several_on_a_page_are_all_read() -> None:
    assert on_page(f"Banque A {grouped(OURS)}\nBanque B {grouped(OTHER)} {grouped(OURS)}") == (OURS, OTHER)


@given(st.text(alphabet="FRDE0123456789 \n-.\u00a0IBAN", max_size=200))
def test_whatever_stands_on_a_page_only_sound_ibans_are_read(text: str) -> None:
    assert all(sound(iban) == iban and len(iban) == LENGTHS[iban[:2]] for iban in on_page(text))


# --- Compared -------------------------------------------------------------------------------------------------------


def showing(*places: tuple[str, ...], pdf: str = "a.pdf") -> Case:
    one = replace(OPEN, invoice=replace(OPEN.invoice, pdf=pdf))
    return replace(one, shown=(Shown("a.pdf", "1", places),))


@pytest.mark.parametrize(
    ("places", "ours", "found", "said"),
    [
        (((OURS,),), OURS, (), True),
        (((OTHER, OURS),), OURS, (), True),
        (((OURS,), (OTHER,)), OURS, (OTHER,), False),  # the data as they were, the page altered
        (((OTHER,), (OTHER, LETTERS)), OURS, (OTHER, LETTERS), False),
        (((OTHER,),), "", (), False),
        (((),), OURS, (), False),
        ((), OURS, (), False),
    ],
)
def test_every_place_that_shows_accounts_must_show_ours(
    places: tuple[tuple[str, ...], ...], ours: str, found: tuple[str, ...], said: bool
) -> None:
    one = showing(*places)
    assert differing(one, (ours,)) == found
    assert not_contradicted(one, ours) == said


def test_each_file_counts_and_without_any_our_own_word_does() -> None:
    both = replace(showing((OURS,)), shown=(Shown("a.pdf", "1", ((OURS,),)), Shown("mail:data", "2", ((OTHER,),))))
    assert differing(both, (OURS,)) == (OTHER,)
    bare = replace(showing(pdf=""), shown=())
    assert not_contradicted(bare, OURS)
    assert not not_contradicted(replace(showing(), shown=()), OURS)  # a file that nobody has read


def test_a_difference_is_another_where_one_side_is() -> None:
    assert mark((OTHER, LETTERS), OURS) == mark((LETTERS, OTHER), OURS)
    assert len({mark((OTHER,), OURS), mark((LETTERS,), OURS), mark((OTHER,), LETTERS)}) == 3


def happened(before: Case, kind: Kind, ref: str = "", detail: str = "") -> Case:
    return apply(before, Event(case=before.key, kind=kind, at=OPEN.opened_at, ref=ref, detail=detail))


def test_it_holds_until_both_agree_or_a_person_resumes() -> None:
    held = happened(OPEN, Kind.IBAN, "iban|1", detail="another")
    assert ([hold.because for hold in held.holds], held.needs_person) == ([Because.IBAN], "another")
    agrees = happened(held, Kind.IBAN_AGREES)
    assert (agrees.holds, agrees.needs_person) == ((), "")
    assert happened(agrees, Kind.IBAN, "iban|1").holds
    for kind in (Kind.BALANCE, Kind.REJECTED):
        assert [hold.because for hold in happened(held, kind, "o").holds] == [Because.IBAN]
    resumed = happened(held, Kind.RESUMED, "order")
    assert resumed.holds == ()
    assert happened(resumed, Kind.IBAN, "iban|1").holds == ()
    assert happened(happened(resumed, Kind.IBAN_AGREES), Kind.IBAN, "iban|1").holds == ()
    assert happened(resumed, Kind.IBAN, "iban|2").holds


def test_what_else_needs_a_person_stays_said() -> None:
    replied = happened(happened(OPEN, Kind.IBAN, "iban|1", detail="another"), Kind.REPLIED, "m", detail="a reply")
    assert happened(replied, Kind.IBAN_AGREES).needs_person == "a reply"


def test_an_ended_case_is_held_by_nothing() -> None:
    ended = happened(OPEN, Kind.CLOSED, "order")
    assert happened(ended, Kind.IBAN, "iban|1").holds == ()


# --- In an invoice's data -------------------------------------------------------------------------------------------

MEANS = (
    "<SpecifiedTradeSettlementPaymentMeans>{}</SpecifiedTradeSettlementPaymentMeans>",
    "<PayeePartyCreditorFinancialAccount><IBANID> {} </IBANID></PayeePartyCreditorFinancialAccount>",
    "<PayerPartyDebtorFinancialAccount><IBANID>{}</IBANID></PayerPartyDebtorFinancialAccount>",
)


@pytest.mark.parametrize(
    ("space", "trade", "settlement"),
    [
        (INVOICE, "SupplyChainTradeTransaction", "ApplicableHeaderTradeSettlement"),
        (ZUGFERD_1, "SpecifiedSupplyChainTradeTransaction", "ApplicableSupplyChainTradeSettlement"),
    ],
)
def test_cii_tells_the_payees_account_from_the_payers(space: str, trade: str, settlement: str) -> None:
    means, payee, payer = MEANS
    told = means.format(payer.format(LETTERS) + payee.format(grouped(OTHER))) + means.format(payee.format("FR76"))
    xml = f'<a xmlns="{space}"><{trade}><{settlement}>{told}{means.format("")}</{settlement}></{trade}></a>'
    assert accounts_cii(parse(xml.encode())) == Accounts((OTHER,), (LETTERS,))


@pytest.mark.parametrize("mandate", ["<PaymentMandate>{}</PaymentMandate>", "{}"])
def test_ubl_tells_the_payees_account_from_the_payers(mandate: str) -> None:
    payer = mandate.format(f"<PayerFinancialAccount><ID>{LETTERS}</ID></PayerFinancialAccount>")
    payee = f"<PayeeFinancialAccount><ID>{OTHER}</ID></PayeeFinancialAccount>"
    xml = f"<Invoice><PaymentMeans>{payer}{payee}</PaymentMeans><PaymentMeans/></Invoice>"
    assert accounts_ubl(parse(xml.encode())) == Accounts((OTHER,), (LETTERS,))
