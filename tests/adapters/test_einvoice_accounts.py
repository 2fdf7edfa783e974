"""The accounts in an invoice's file, of every syntax, read through the process that production uses."""

import json

import pytest
from tests.adapters.papers_made import IBAN, Given, attached, cii, factur_x, page, page_of, ubl, zugferd_1

from relancier.adapters.einvoice import caged
from relancier.adapters.einvoice.caged import DAMAGED, LARGEST, CagedReader
from relancier.ports import Payees

OTHER = "DE89370400440532013000"
GROUPED = "DE89 3704 0044 0532 0130 00"
DATA = Given(means=("30",))
SPACE = "\u00a0"
CII_PAYER = (
    f"<ram:PayerPartyDebtorFinancialAccount><ram:IBANID>{OTHER}</ram:IBANID></ram:PayerPartyDebtorFinancialAccount>"
    "<ram:PayeePartyCreditorFinancialAccount>"
)
UBL_PAYER = (
    f"<cac:PaymentMandate><cac:PayerFinancialAccount><cbc:ID>{OTHER}</cbc:ID></cac:PayerFinancialAccount>"
    "</cac:PaymentMandate></cac:PaymentMeans>"
)


@pytest.fixture(scope="module")
def reader() -> CagedReader:
    return CagedReader(seconds=20)


SYNTAXES = {
    "CII": cii(DATA, "EN 16931"),
    "UBL invoice": ubl(DATA),
    "UBL credit note": ubl(Given(number="AV-1", code="381"), "CreditNote"),
    "ZUGFeRD 1": zugferd_1(DATA),
    "Factur-X": factur_x(DATA, "EN 16931"),
    "page": page(["Facture", f"IBAN : {IBAN}"]),
}


@pytest.mark.parametrize("content", SYNTAXES.values(), ids=SYNTAXES)
def test_the_account_of_every_syntax_is_read(reader: CagedReader, content: bytes) -> None:
    assert reader.payees(content) == Payees(((IBAN,),))


@pytest.mark.parametrize("name", ["CII", "UBL invoice", "ZUGFeRD 1"])
def test_an_account_whose_digits_do_not_check_is_none(reader: CagedReader, name: str) -> None:
    wrong = IBAN[:-1] + "8"
    assert reader.payees(SYNTAXES[name].replace(IBAN.encode(), wrong.encode())) == Payees()


@pytest.mark.parametrize(
    ("name", "before", "behind"),
    [
        ("CII", "<ram:PayeePartyCreditorFinancialAccount>", CII_PAYER),
        ("ZUGFeRD 1", "<ram:PayeePartyCreditorFinancialAccount>", CII_PAYER),
        ("UBL invoice", "</cac:PaymentMeans>", UBL_PAYER),
    ],
)
def test_the_account_of_a_direct_debits_payer_is_not_the_payees(
    reader: CagedReader, name: str, before: str, behind: str
) -> None:
    content = SYNTAXES[name].replace(before.encode(), behind.encode(), 1)
    assert OTHER.encode() in content
    assert reader.payees(content) == Payees(((IBAN,),))
    shown = attached({"factur-x.xml": content}, ["Facture", f"Compte : {GROUPED}"])
    assert reader.payees(shown) == Payees(((IBAN,),))


def test_several_accounts_are_all_read(reader: CagedReader) -> None:
    both = ubl(Given(means=("30", "58"))).replace(IBAN.encode(), OTHER.encode(), 1)
    assert reader.payees(both) == Payees(((OTHER, IBAN),))


def test_data_and_pages_are_told_apart_so_that_an_altered_page_shows(reader: CagedReader) -> None:
    content = attached({"factur-x.xml": cii(DATA, "EN 16931")}, ["Facture", f"IBAN : {GROUPED}"])
    assert reader.payees(content) == Payees(((IBAN,), (OTHER,)))


@pytest.mark.parametrize("gap", [" ", SPACE, "", "  "])
def test_an_account_on_a_page_is_read_in_groups(reader: CagedReader, gap: str) -> None:
    rows = ["Facture", f"IBAN :{SPACE}{GROUPED.replace(' ', gap)} BIC : COBADEFF"]
    assert reader.payees(page_of((), tuple(rows))) == Payees(((OTHER,),))


@pytest.mark.parametrize("code", ["393", "999"])
def test_the_account_counts_where_the_invoice_itself_is_not_read(reader: CagedReader, code: str) -> None:
    """One that was sold to a factor opens no case, but its account is compared with the factor's."""
    content = cii(Given(code=code, means=("30",)), "EXTENDED")
    assert reader.read("x.xml", content).refused
    assert reader.payees(content) == Payees(((IBAN,),))


@pytest.mark.parametrize("name", ["factur-x.xml", "other.xml"])
def test_pages_count_where_the_data_inside_cannot_be_read(reader: CagedReader, name: str) -> None:
    assert reader.payees(attached({name: b"<a"}, ["Facture", f"IBAN : {GROUPED}"])) == Payees(((OTHER,),))


def test_data_behind_a_broken_file_count(reader: CagedReader) -> None:
    content = attached({"a.xml": b"<a", "factur-x.xml": cii(DATA, "EN 16931")})
    assert reader.payees(content) == Payees(((IBAN,),))


@pytest.mark.parametrize("content", [page(["Facture"]), b"<a/>", attached({"note.xml": b"<a/>"})])
def test_a_file_without_any_shows_none(reader: CagedReader, content: bytes) -> None:
    assert reader.payees(content) == Payees()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<a", b"\0" * 1000, b"<!DOCTYPE a><a/>"])
def test_what_cannot_be_read_says_why(reader: CagedReader, content: bytes) -> None:
    found = reader.payees(content)
    assert found.places == ()
    assert found.refused
    assert "\n" not in found.refused


def test_a_file_beyond_all_measure_is_not_even_given_to_it(reader: CagedReader) -> None:
    assert "larger than 10 MB" in reader.payees(b" " * (LARGEST + 1)).refused


SAYS = "import sys; sys.stdin.buffer.read(); print({!r})"


@pytest.mark.parametrize("words", ["", "x", "[]", '{"places": 3}'])
def test_a_child_gone_mad_shows_nothing(words: str) -> None:
    assert CagedReader(seconds=20, start_payees=SAYS.format(words)).payees(b"x") == Payees(refused=DAMAGED)


def test_a_child_that_says_too_much_shows_nothing() -> None:
    endless = "print('{}' + ' ' * 200_000)"  # sound, but longer than any answer
    assert CagedReader(seconds=20, start_payees=endless).payees(b"x") == Payees(refused=DAMAGED)


def test_what_a_child_says_is_believed_no_more_than_its_file() -> None:
    said = json.dumps({"places": [["pay me", IBAN, IBAN], ["x"], [OTHER]]})
    assert CagedReader(seconds=20, start_payees=SAYS.format(said)).payees(b"x") == Payees(((IBAN,),))


def test_a_child_that_hangs_is_given_up() -> None:
    found = CagedReader(seconds=0.3, start_payees="import time; time.sleep(60)").payees(b"x")
    assert found == Payees(refused="Reading the file took longer than 0.3 seconds, so it was given up.")


def test_both_questions_are_put_to_the_same_cage() -> None:
    assert caged.START.replace("main", "main_payees") == caged.START_PAYEES
