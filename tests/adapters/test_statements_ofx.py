"""OFX as French banks write it, and what a validating reader would refuse."""

from datetime import date
from decimal import Decimal

import pytest

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Statement

READER = BankStatements()
ACCOUNT = "FR7630006000011234567890189"
HEAD = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
    "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n"
)
SIGNON = (
    "<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>{}<LANGUAGE>FRA</SONRS></SIGNONMSGSRSV1>"
)
BANK = "<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>"
MOVED = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261105<TRNAMT>+120,00<FITID>A1<NAME>VIR MARTIN<MEMO>FA-1</STMTTRN>"


def ofx(
    moved: str = MOVED, *, bank: str = BANK, period: str = "<DTSTART>20261101<DTEND>20261110", made: str = "20261111",
    balance: str = "<LEDGERBAL><BALAMT>500.00<DTASOF>20261110</LEDGERBAL>",
) -> str:  # fmt: skip
    return (
        f"{HEAD}\r\n<OFX>{SIGNON.format(made)}<BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STMTRS><CURDEF>EUR{bank}"
        f"<BANKTRANLIST>{period}{moved}</BANKTRANLIST>{balance}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    )


def one(content: str | bytes) -> Statement:
    found = READER.read("releve.ofx", content if isinstance(content, bytes) else content.encode("cp1252"))
    assert found.problems == ()
    (statement,) = found.found
    return statement


def why_not(content: str | bytes) -> str:
    found = READER.read("releve.ofx", content if isinstance(content, bytes) else content.encode("cp1252"))
    assert found.found == ()
    return str(found.problems[0])


# As the banks' sites write them, with invented people and amounts.
CREDIT_AGRICOLE = (
    HEAD
    + """<OFX>
<SIGNONMSGSRSV1>
<SONRS>
<STATUS>
<CODE>0
<SEVERITY>INFO
</STATUS>
<DTSERVER>20261111060000
<LANGUAGE>FRA
<DTPROFUP>20261111060000
<DTACCTUP>20261111060000
</SONRS>
</SIGNONMSGSRSV1>
<BANKMSGSRSV1>
<STMTTRNRS>
<TRNUID>00
<STATUS>
<CODE>0
<SEVERITY>INFO
</STATUS>
<STMTRS>
<CURDEF>EUR
<BANKACCTFROM>
<BANKID>30006
<BRANCHID>00001
<ACCTID>12345678901
<ACCTTYPE>CHECKING
</BANKACCTFROM>
<BANKTRANLIST>
<DTSTART>20261101000000
<DTEND>20261110000000
<STMTTRN>
<TRNTYPE>OTHER
<DTPOSTED>20261105
<TRNAMT>+1234.56
<FITID>9876543210123
<NAME>VIREMENT EN VOTRE FAVEUR
<MEMO>MENUISERIE DÉCOR & FILS FA-2026-0117
</STMTTRN>
<STMTTRN>
<TRNTYPE>CHECK
<DTPOSTED>20261106
<TRNAMT>-80.00
<FITID>9876543210124
<CHECKNUM>0004321
<NAME>CHEQUE EMIS
<MEMO>
</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL>
<BALAMT>4321.00
<DTASOF>20261110
</LEDGERBAL>
<AVAILBAL>
<BALAMT>4000.00
<DTASOF>20261110
</AVAILBAL>
</STMTRS>
</STMTTRNRS>
</BANKMSGSRSV1>
</OFX>
"""
)
BANQUE_POSTALE = (
    HEAD.replace("\r\n", "\n")
    + """
<OFX>
  <SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS><DTSERVER>20261111</DTSERVER>
  <LANGUAGE>FR</LANGUAGE></SONRS></SIGNONMSGSRSV1>
  <BANKMSGSRSV1><STMTTRNRS><TRNUID></TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>
  <STMTRS><CURDEF>EUR</CURDEF>
  <BANKACCTFROM><BANKID>20041</BANKID><BRANCHID>01005</BRANCHID><ACCTID>0500013M026</ACCTID><ACCTTYPE></ACCTTYPE></BANKACCTFROM>
  <BANKTRANLIST><DTSTART>20261101</DTSTART><DTEND>20261110</DTEND>
  <STMTTRN><TRNTYPE>DIRECTDEP</TRNTYPE><DTPOSTED>20261105</DTPOSTED><TRNAMT>1234,56</TRNAMT><FITID></FITID>
  <NAME>VIREMENT DE MENUISERIE DECOR</NAME><MEMO>FA-2026-0117</MEMO></STMTTRN>
  </BANKTRANLIST><LEDGERBAL><BALAMT>4321,00</BALAMT><DTASOF></DTASOF></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""
)
XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
    + BANQUE_POSTALE.partition("NEWFILEUID:NONE")[2].replace("DECOR<", "DÉCOR &amp; FILS<")
)


def test_credit_agricole() -> None:
    found = one(CREDIT_AGRICOLE)
    assert (found.account, found.closing) == (ACCOUNT, Decimal("4321.00"))
    assert (found.since, found.until) == (date(2026, 11, 1), date(2026, 11, 10))
    credit, check = found.movements
    assert (credit.amount, credit.on, credit.reference) == (Decimal("1234.56"), date(2026, 11, 5), "9876543210123")
    assert credit.wording == "VIREMENT EN VOTRE FAVEUR MENUISERIE DÉCOR & FILS FA-2026-0117"
    assert (check.amount, check.wording) == (Decimal("-80.00"), "CHEQUE EMIS 4321")


def test_banque_postale_closes_its_tags_and_leaves_some_empty() -> None:
    found = one(BANQUE_POSTALE)
    assert found.account == "FR1420041010050500013M02606"
    (credit,) = found.movements
    assert (credit.amount, credit.payer, credit.reference) == (Decimal("1234.56"), "MENUISERIE DECOR", "")


def test_version_2_is_xml() -> None:
    (credit,) = one(XML.encode()).movements
    assert credit.payer == "MENUISERIE DÉCOR & FILS"


@pytest.mark.parametrize(
    "change",
    [
        ("LANGUAGE>FRA", "LANGUAGE>FR"),
        ("CHARSET:1252", "CHARSET:8859-1"),
        ("CHARSET:1252", "CHARSET:ISO-8859-15"),
        ("TRNTYPE>CREDIT", "TRNTYPE>VIREMENT"),
        ("TRNTYPE>CREDIT", "TRNTYPE>"),
        ("<ACCTTYPE>CHECKING", "<ACCTTYPE2>CHECKING"),
        ("<ACCTTYPE>CHECKING", ""),
        ("<LEDGERBAL><BALAMT>500.00<DTASOF>20261110</LEDGERBAL>", ""),
        ("<DTASOF>20261110", "<DTASOF>"),
        ("SIGNONMSGSRSV1", "SIGNONMSGSRSV2"),
        ("+120,00", "+120.00"),
        ("+120,00", "120"),
        ("+120,00", "  120,0 "),
        ("<TRNUID>0", ""),
        ("<STMTTRN>", "<stmttrn>"),
        ("</STMTTRN>", ""),
        ("<DTPOSTED>20261105", "<DTPOSTED>20261105120000.000[+1:CET]"),
        ("\r\n", "\n"),
        ("<", "\r\n<"),
        ("OFXHEADER", "\r\n\r\nOFXHEADER"),
    ],
)
def test_what_a_validating_reader_refuses_is_read(change: tuple[str, str]) -> None:
    raw = ofx()
    assert change[0] in raw
    found = one(raw.replace(*change))
    (moved,) = found.movements
    assert (found.account, moved.amount, moved.wording) == (ACCOUNT, Decimal("120.00"), "VIR MARTIN FA-1")
    assert (found.since, found.until) == (date(2026, 11, 1), date(2026, 11, 10))


def test_a_long_name_and_an_empty_memo_are_read() -> None:
    name = "VIREMENT EN VOTRE FAVEUR DE LA SOCIETE MARTIN FRERES ET COMPAGNIE"
    (moved,) = one(ofx(MOVED.replace("VIR MARTIN", name).replace("<MEMO>FA-1", "<MEMO>"))).movements
    assert (moved.wording, moved.payer) == (name, "LA SOCIETE MARTIN FRERES ET COMPAGNIE")
    (angle,) = one(ofx(MOVED.replace("FA-1", "A < B & C"))).movements
    assert angle.wording == "VIR MARTIN A < B & C"


@pytest.mark.parametrize(
    ("name", "payer"),
    [
        ("VIR SEPA MARTIN", "MARTIN"),
        ("VIR INST DE MARTIN", "MARTIN"),
        ("VIREMENT RECU DE MARTIN", "MARTIN"),
        ("MARTIN SARL", "MARTIN SARL"),
        ("VIR NO LIMIT SARL", "NO LIMIT SARL"),
        ("VIR DU PONT ET FILS", "DU PONT ET FILS"),
        ("VIR PAR EXEMPLE SARL", "PAR EXEMPLE SARL"),
        ("VIR N° 42 MARTIN", "MARTIN"),
        ("VIREMENT NO 123456 MARTIN", "MARTIN"),
        ("VIR DU 05/11/2026 MARTIN", "MARTIN"),
        ("VIREMENT PAR : MARTIN", "MARTIN"),
        ("VIR INST RE 564770123 DUPONT", "DUPONT"),
        ("VIR RE NOUVEAU SARL", "RE NOUVEAU SARL"),
        ("VIR RECU MARTIN REF: 12 DE: 3", "MARTIN REF: 12 DE: 3"),
        ("Money added from MARTIN SARL", "MARTIN SARL"),
        ("Received money from MARTIN SARL with reference FA-1", "MARTIN SARL"),
        ("Payment fromage SARL", "Payment fromage SARL"),
        ("VIRGINIE MARTIN", "VIRGINIE MARTIN"),
        ("VIR SEPA RECU /DE MARTIN SARL /MOTIF FA-1 /REF X", "MARTIN SARL"),
        ("VIR RECU 9876543210123 DE: MARTIN SARL MOTIF: FA-1", "MARTIN SARL"),
    ],
)
def test_the_payer_is_what_remains_of_the_name(name: str, payer: str) -> None:
    (moved,) = one(ofx(MOVED.replace("VIR MARTIN", name))).movements
    assert moved.payer == payer


@pytest.mark.parametrize(
    ("period", "made", "since", "until"),
    [
        ("<DTSTART>20261101<DTEND>20261110", "20261111", 1, 10),
        ("<DTSTART>20261101<DTEND>20261110", "20261110180000", 1, 9),
        ("<DTSTART>20261101<DTEND>20261130", "20261111", 1, 10),
        ("<DTSTART>20261101<DTEND>20261110", "00000000000000", 1, 9),
        ("<DTSTART>20261101<DTEND>20261110", "", 1, 9),
        ("", "20261111", 5, 5),
        ("", "", 5, 4),
    ],
)
def test_a_day_that_may_not_have_been_over_is_not_covered(period: str, made: str, since: int, until: int) -> None:
    found = one(ofx(period=period, made=made))
    assert (found.since, found.until) == (date(2026, 11, since), date(2026, 11, until))


@pytest.mark.parametrize(
    ("bank", "account"),
    [
        ("<BANKACCTFROM><BANKID>30006<ACCTID>0000112345678901</BANKACCTFROM>", ACCOUNT),
        (f"<BANKACCTFROM><BANKID>30006<ACCTID>{ACCOUNT}</BANKACCTFROM>", ACCOUNT),
        ("<BANKACCTFROM><BANKID>30006<ACCTID>30006000011234567890189</BANKACCTFROM>", ACCOUNT),
        ("<BANKACCTFROM><BANKID><ACCTID>12345678901</BANKACCTFROM>", "12345678901"),
    ],
)
def test_an_account_is_the_same_however_the_bank_cuts_it(bank: str, account: str) -> None:
    assert one(ofx(bank=bank)).account == account


def test_a_number_alone_is_the_account_of_ours_in_which_it_stands() -> None:
    raw = ofx(bank="<BANKACCTFROM><BANKID><ACCTID>12345678901</BANKACCTFROM>").encode()
    (found,) = BankStatements(accounts=["FR1420041010050500013M02606", ACCOUNT]).read("x", raw).found
    assert found.account == found.movements[0].account == ACCOUNT


def test_a_rejected_direct_debit_came_back_its_fees_did_not() -> None:
    back = MOVED.replace("+120,00", "-120,00").replace("VIR MARTIN", "PRLV SEPA REJETE MARTIN")
    fees = MOVED.replace("+120,00", "-12,00").replace("VIR MARTIN", "FRAIS PRLV SEPA REJETE")
    assert [moved.returned for moved in one(ofx(back + fees)).movements] == [True, False]


@pytest.mark.parametrize(
    ("more", "currency"),
    [
        ("<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>", "USD"),
        ("<CURRENCY>USD", "USD"),
        ("<CURRENCY><CURRATE>1.1<CURSYM>?</CURRENCY>", "EUR"),
        ("<ORIGCURRENCY><CURRATE>1.1<CURSYM>USD</ORIGCURRENCY>", "EUR"),
    ],
)
def test_a_movement_may_be_in_a_currency_of_its_own(more: str, currency: str) -> None:
    (moved,) = one(ofx(MOVED.replace("</STMTTRN>", f"{more}</STMTTRN>"))).movements
    assert (moved.currency, moved.amount) == (currency, Decimal("120.00"))


def test_a_wording_on_several_lines_is_read_whole() -> None:
    (moved,) = one(
        ofx(MOVED.replace("VIR MARTIN", "VIR\r\nMARTIN\r\n").replace("FA-1", "MOTIF :\r\n FA-1\r\n"))
    ).movements
    assert moved.wording == "VIR MARTIN MOTIF : FA-1"
    (odd,) = one(ofx(MOVED.replace("+120,00", "+120,00\r\nrest"))).movements
    assert odd.amount == 120


def test_the_marks_of_text_that_is_no_markup_are_no_part_of_it() -> None:
    (moved,) = one(ofx(MOVED.replace("VIR MARTIN", "<![CDATA[VIR M DUPONT & FILS]]>"))).movements
    assert (moved.wording, moved.payer) == ("VIR M DUPONT & FILS FA-1", "M DUPONT & FILS")


def test_an_account_with_its_balance_alone_does_not_refuse_the_others() -> None:
    idle = "<STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>42</BANKACCTFROM><LEDGERBAL><BALAMT>5.00</LEDGERBAL></STMTRS>"
    (found,) = READER.read("x", ofx().replace("</STMTTRNRS>", f"</STMTTRNRS>{idle}").encode()).found
    assert found.account == ACCOUNT
    assert "it says no period" in why_not(f"{HEAD}<OFX>{idle}</OFX>")


def test_a_day_that_is_none_is_told_in_our_own_words() -> None:
    assert why_not(ofx(MOVED.replace("20261105", "20261305"))) == (
        "releve.ofx:11: a movement (STMTTRN) cannot be read: 5/13/2026 is no day of the calendar. Download the "
        "file from the bank again."
    )


def test_cards_are_left_out() -> None:
    card = f"<CCSTMTRS><CURDEF>EUR<CCACCTFROM><ACCTID>4970</CCACCTFROM>{MOVED}</CCSTMTRS>"
    both = ofx().replace("</BANKMSGSRSV1>", f"</BANKMSGSRSV1>{card}")
    assert len(one(both).movements) == 1
    only = f"{HEAD}<OFX>{card}</OFX>"
    assert "holds no statement of a bank account" in why_not(only)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ofx()[:-60], "its end (</OFX>) is missing: it was cut short, so download it from the bank again."),
        (ofx(MOVED.replace("+120,00", "1.234,56")), "releve.ofx:11: a movement (STMTTRN) cannot be read: '1.234,56'"),
        (ofx(MOVED.replace("20261105", "20261305")), "a movement (STMTTRN) cannot be read"),
        (ofx(MOVED.replace("<DTPOSTED>20261105", "")), "'' is no day"),
        (ofx(bank=""), "names no account"),
        (ofx("", period=""), "no period"),
        (ofx(balance="<LEDGERBAL><BALAMT>abc</LEDGERBAL>"), "the balance (LEDGERBAL)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content: str, sentence: str) -> None:
    assert sentence in why_not(content)
