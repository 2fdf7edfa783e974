"""CAMT.053 as banks write it: batches, returns, pending entries, several accounts, files that do not add up."""

from datetime import date
from decimal import Decimal

import pytest

from relancier.adapters.statements import BankStatements
from relancier.core.paid.statement import Movement, Statement

READER = BankStatements()
ACCOUNT = "FR7630006000011234567890189"


def document(
    entries: str, *, balances: str = "", period: str = "", message: str = "BkToCstmrStmt", more: str = ""
) -> bytes:
    told = "Stmt" if message == "BkToCstmrStmt" else "Rpt"
    body = f"<{told}><Id>1</Id>{more}{period}<Acct><Id><IBAN>{ACCOUNT}</IBAN></Id></Acct>{balances}{entries}</{told}>"
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
    return f'<?xml version="1.0"?><Document xmlns="{space}"><{message}><GrpHdr/>{body}</{message}></Document>'.encode()


def balance(code: str, amount: str, on: str, sign: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def entry(amount: str, inside: str = "", *, sign: str = "CRDT", status: str = "BOOK", on: str = "2026-11-05") -> str:
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>{on}</Dt></BookgDt>{inside}</Ntry>"
    )


def details(amount: str = "", name: str = "", *, ref: str = "NOTPROVIDED", wording: str = "", more: str = "") -> str:
    said = f"<AmtDtls><TxAmt><Amt Ccy='EUR'>{amount}</Amt></TxAmt></AmtDtls>" if amount else ""
    party = f"<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>" if name else ""
    told = f"<RmtInf><Ustrd>{wording}</Ustrd></RmtInf>" if wording else ""
    return f"<TxDtls><Refs><EndToEndId>{ref}</EndToEndId></Refs>{said}{party}{told}{more}</TxDtls>"


def noted(*inside: str) -> str:
    return f"<NtryDtls>{''.join(inside)}</NtryDtls>"


BOTH = balance("OPBD", "100.00", "2026-11-04") + balance("CLBD", "400.00", "2026-11-05")


def one(content: bytes) -> Statement:
    found = READER.read("releve.xml", content)
    assert found.problems == ()
    (statement,) = found.found
    return statement


def test_an_entry_in_another_currency_than_its_account_refuses_the_file() -> None:
    dollars = entry("900.00").replace("EUR", "USD")
    own = "</Id><Ccy>{}</Ccy></Acct>"
    for content, currencies in (
        (
            document(entry("1.00") + dollars, balances=balance("CLBD", "400.00", "2026-11-05")),
            "EUR and holds an entry in USD",
        ),
        (document(dollars).replace(b"</Id></Acct>", own.format("EUR").encode()), "EUR and holds an entry in USD"),
        (document(entry("1.00")).replace(b"</Id></Acct>", own.format("USD").encode()), "USD and holds an entry in EUR"),
    ):
        (problem,) = READER.read("releve.xml", content).problems
        assert f"statement 1 of {ACCOUNT} is in {currencies}; download it" in str(problem)
    whole = document(dollars, balances=balance("CLBD", "400.00", "2026-11-05").replace("EUR", "USD"))
    assert (one(whole).currency, one(whole).movements[0].currency) == ("USD", "USD")


def movements(*entries: str) -> tuple[Movement, ...]:
    return one(document("".join(entries), balances=balance("CLBD", "400.00", "2026-11-05"))).movements


def why_not(content: bytes) -> str:
    found = READER.read("releve.xml", content)
    assert found.found == ()
    (problem,) = found.problems
    assert problem.where == "releve.xml"
    return problem.text


def test_a_batch_gives_each_of_its_payments() -> None:
    batch = noted(details("100.00", "Martin", ref="E1", wording="FA-1"), details("200.00", "Durand", wording="FA-2"))
    found = movements(entry("300.00", f"<AcctSvcrRef>B7</AcctSvcrRef>{batch}<AddtlNtryInf>VIR GROUPE</AddtlNtryInf>"))
    assert [(one.amount, one.payer, one.end_to_end, one.wording, one.reference) for one in found] == [
        (Decimal("100.00"), "Martin", "E1", "FA-1 VIR GROUPE", "B7"),
        (Decimal("200.00"), "Durand", "", "FA-2 VIR GROUPE", "B7"),
    ]


@pytest.mark.parametrize("second", ["150.00", "", "x"])
def test_a_batch_whose_parts_are_not_the_whole_is_one_movement(second: str) -> None:
    batch = noted(details("100.00", "Martin", ref="E1", wording="FA-1"), details(second, "Durand", wording="FA-2"))
    (found,) = movements(entry("300.00", batch))
    assert (found.amount, found.payer, found.end_to_end, found.wording) == (Decimal("300.00"), "", "", "FA-1 FA-2")


def test_parts_in_another_currency_are_not_counted() -> None:
    foreign = "<AmtDtls><TxAmt><Amt Ccy='USD'>150.00</Amt></TxAmt></AmtDtls>"
    batch = noted(details("150.00", wording="FA-1"), f"<TxDtls>{foreign}</TxDtls>")
    assert len(movements(entry("300.00", batch))) == 1


def test_what_is_not_booked_is_left_out_and_so_is_what_moves_nothing() -> None:
    assert movements(entry("10.00", status="PDNG"), entry("0.00"), entry("5", status="INFO")) == ()
    (newer,) = movements(entry("10.00").replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>"))
    assert newer.amount == 10
    assert movements(entry("10.00").replace("<Sts>BOOK</Sts>", "<Sts><Cd>PDNG</Cd></Sts>")) == ()


CODE = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>{}</SubFmlyCd></Fmly></Domn></BkTxCd>"


@pytest.mark.parametrize(
    "inside",
    [
        CODE.format("UPDD"),
        CODE.format("PRDD"),
        CODE.format("RRTN"),
        CODE.format("UPCQ"),
        "<RvslInd>true</RvslInd>",
        noted(details(more="<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>")),
        noted(details(more=CODE.format("UPDD"))),
        "<AddtlNtryInf>PRLV SEPA IMPAYÉ MARTIN</AddtlNtryInf>",
        "<AddtlNtryInf>RETOUR CHEQUE 0012</AddtlNtryInf>",
    ],
)
def test_a_payment_that_came_back_is_told_apart(inside: str) -> None:
    (found,) = movements(entry("120.00", inside, sign="DBIT"))
    assert (found.amount, found.returned) == (Decimal("-120.00"), True)


@pytest.mark.parametrize(
    ("inside", "sign"),
    [
        (CODE.format("ESDD"), "DBIT"),
        ("<RvslInd>false</RvslInd>", "DBIT"),
        ("<AddtlNtryInf>FRAIS REJET PRELEVEMENT</AddtlNtryInf>", "DBIT"),
        ("<AddtlNtryInf>VIR MARTIN SUITE REJET PRELEVEMENT FA-1</AddtlNtryInf>", "CRDT"),
    ],
)
def test_fees_and_new_payments_after_a_rejection_are_no_returns(inside: str, sign: str) -> None:
    (found,) = movements(entry("120.00", inside, sign=sign))
    assert not found.returned


def test_the_payer_of_a_return_is_the_customer_even_where_the_bank_names_us_first() -> None:
    us = f"<Dbtr><Nm>Nous</Nm></Dbtr><DbtrAcct><Id><IBAN>{ACCOUNT}</IBAN></Id></DbtrAcct>"
    them = "<Cdtr><Nm>Martin</Nm></Cdtr><CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct>"
    inside = noted(details(more=f"<RltdPties>{us}{them}</RltdPties><RtrInf/>"))
    (found,) = movements(entry("120.00", inside, sign="DBIT"))
    assert (found.payer, found.payer_iban) == ("Martin", "FR1420041010050500013M02606")


def test_names_stand_in_pty_from_version_8_on_and_the_last_payer_is_told() -> None:
    parties = "<Dbtr><Pty><Nm>Centrale SA</Nm></Pty></Dbtr><UltmtDbtr><Pty><Nm>Martin</Nm></Pty></UltmtDbtr>"
    (found,) = movements(entry("120.00", noted(details(more=f"<RltdPties>{parties}</RltdPties>"))))
    assert (found.payer, found.wording) == ("Centrale SA", "Martin")


def test_structured_references_stand_in_the_wording() -> None:
    structured = (
        "<RmtInf><Ustrd>Facture</Ustrd><Ustrd>FA-1</Ustrd><Strd><RfrdDocInf><Nb>FA-2</Nb></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf><AddtlTxInf>merci</AddtlTxInf>"
    )
    (found,) = movements(entry("120.00", noted(details(more=structured))))
    assert found.wording == "Facture FA-1 RF18539007547034 FA-2 merci"


def test_a_prefix_and_a_wrapper_change_nothing() -> None:
    raw = document(entry("300.00"), balances=BOTH).decode()
    wrapped = raw.replace("<Document xmlns=", "<Envelope><Document xmlns=").replace(
        "</Document>", "</Document></Envelope>"
    )
    assert one(wrapped.encode()) == one(raw.encode())
    assert one(raw.encode().decode().replace('<?xml version="1.0"?>', "").encode("utf-16")) == one(raw.encode())


MADE = "<CreDtTm>{}</CreDtTm>"
MORE = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
CLOSED = balance("CLBD", "400.00", "2026-11-06")
PERIOD = "<FrToDt><FrDtTm>2026-11-02T00:00:00</FrDtTm><ToDtTm>{}</ToDtTm></FrToDt>"


@pytest.mark.parametrize(
    ("period", "balances", "more", "since", "until"),
    [
        ("", BOTH, "", 5, 5),
        ("", balance("PRCD", "100.00", "2026-11-02") + balance("CLBD", "400.00", "2026-11-06"), "", 3, 6),
        ("", balance("OPBD", "100.00", "2026-11-05") + balance("CLBD", "400.00", "2026-11-05"), "", 5, 5),
        ("", balance("CLBD", "400.00", "2026-11-06"), "", 5, 6),
        (PERIOD.format("2026-11-06T23:59:59"), "", "", 2, 6),
        (PERIOD.format("2026-11-06T23:59:59+01:00"), "", "", 2, 6),
        (PERIOD.format("2026-11-06T00:00:00"), "", "", 2, 5),
        (PERIOD.format("2026-11-06T17:30:00"), "", "", 2, 5),
        (PERIOD.format("2026-11-06T17:30:00"), balance("CLBD", "400.00", "2026-11-06"), "", 2, 6),
        (PERIOD.format("2026-11-08T23:59:59"), balance("CLBD", "400.00", "2026-11-06"), "", 2, 8),
        (PERIOD.format("2026-11-08T23:59:59"), CLOSED, MADE.format("2026-11-08T06:00:00"), 2, 7),
        (PERIOD.format("2026-11-06T23:59:59"), "", MADE.format("2026-11-06T18:00:00"), 2, 5),
        (PERIOD.format("2026-11-06T23:59:59"), "", MORE, 2, 5),
    ],
)  # fmt: skip
def test_the_days_it_covers_are_whole(period: str, balances: str, more: str, since: int, until: int) -> None:
    found = one(document(entry("300.00"), balances=balances, period=period, more=more))
    assert (found.since, found.until) == (date(2026, 11, since), date(2026, 11, until))


def test_a_period_that_begins_within_a_day_does_not_hold_it() -> None:
    period = PERIOD.format("2026-11-06T23:59:59").replace("T00:00:00", "T18:00:00")
    assert one(document(entry("300.00"), period=period)).since == date(2026, 11, 3)


def test_balances_below_zero_add_up_too() -> None:
    overdrawn = balance("OPBD", "200.00", "2026-11-04", "DBIT") + balance("CLBD", "100.00", "2026-11-05")
    found = one(document(entry("300.00"), balances=overdrawn))
    assert (found.opening, found.closing) == (Decimal("-200.00"), Decimal("100.00"))


def test_a_statement_that_does_not_add_up_is_refused() -> None:
    assert why_not(document(entry("299.99"), balances=BOTH)) == (
        f"the statement of {ACCOUNT} up to 2026-11-05 does not add up: 100.00 and movements of 299.99 do not make "
        "400.00. It was cut short or edited: download it from the bank again."
    )
    assert "does not add up" in why_not(document(entry("300.00", status="PDNG"), balances=BOTH))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (document("", message="BkToCstmrAcctRpt"), "CAMT.052"),
        (document("", message="BkToCstmrDbtCdtNtfctn"), "CAMT.054"),
        (document(entry("1.00")), "neither its period"),
        (document(entry("1,x"), balances=BOTH), "'1,x' is not an amount"),
        (document(entry("1.00", on="2026-02-30"), balances=BOTH), "'2026-02-30'"),
        (document(entry("1.00", on=""), balances=BOTH), "an entry the day ''"),
        (document("", balances=BOTH).replace(ACCOUNT.encode(), b""), "names no account"),
        (document(entry("1.00"), balances=BOTH)[:-40], "Download it from the bank again"),
        (document("").replace(b"<Stmt>", b"<Rpt>").replace(b"</Stmt>", b"</Rpt>"), "holds no statement"),
        (document("").replace(b"<Document", b'<!DOCTYPE a [<!ENTITY b "c">]><Document'), "DOCTYPE"),
        (b"<BkToCstmrStmt>" + b"<a>" * 100, "nested deeper"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    assert sentence in why_not(content)


def test_an_account_that_is_no_iban_is_the_one_of_ours_in_which_its_number_stands() -> None:
    other = document(entry("300.00"), balances=BOTH).replace(
        f"<IBAN>{ACCOUNT}</IBAN>".encode(), b"<Othr><Id>00001 12345678901</Id></Othr>"
    )
    assert one(other).account == "0000112345678901"
    (ours,) = BankStatements(accounts=[ACCOUNT, "FR1420041010050500013M02606"]).read("x", other).found
    assert ours.account == ours.movements[0].account == ACCOUNT
