"""Bank statements as files: a core Statement written as French banks write it, in each of the four formats."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from xml.sax.saxutils import escape

from relancier.core.paid.statement import Movement, Statement

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
DAY = timedelta(days=1)


def camt(*statements: Statement, space: str = CAMT) -> bytes:
    """CAMT.053: everything that a Movement holds; from version 08 on names stand in Pty."""
    newer = int(space.rpartition(".")[2]) >= 8
    body = "".join(_stmt(number, statement, newer=newer) for number, statement in enumerate(statements, 1))
    head = "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T23:10:00</CreDtTm></GrpHdr>"
    document = f'<Document xmlns="{space}"><BkToCstmrStmt>{head}{body}</BkToCstmrStmt></Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'.encode()


def _stmt(number: int, statement: Statement, *, newer: bool) -> str:
    period = f"<FrDtTm>{statement.since}T00:00:00</FrDtTm><ToDtTm>{statement.until}T23:59:59</ToDtTm>"
    entries = "".join(_ntry(movement, newer=newer) for movement in statement.movements)
    return (
        f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><FrToDt>{period}</FrToDt>"
        f"<Acct>{_account(statement.account)}<Ccy>{statement.currency}</Ccy></Acct>"
        f"{_balance('OPBD', opening(statement), statement.since - DAY, statement.currency)}"
        f"{_balance('CLBD', closing(statement), statement.until, statement.currency)}{entries}</Stmt>\n"
    )


def _account(account: str) -> str:
    iban = account[:2].isalpha()
    return f"<Id><IBAN>{account}</IBAN></Id>" if iban else f"<Id><Othr><Id>{escape(account)}</Id></Othr></Id>"


def _balance(code: str, amount: Decimal, on: date, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _amount(amount: Decimal, currency: str) -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _ntry(movement: Movement, *, newer: bool) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if newer else "<Sts>BOOK</Sts>"
    sub = "UPDD" if movement.returned else "ESCT"
    code = f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
    return (
        f"<Ntry>{_amount(movement.amount, movement.currency)}{status}<BookgDt><Dt>{movement.on}</Dt></BookgDt>"
        f"{_tag('AcctSvcrRef', movement.reference)}{code}<NtryDtls>{_details(movement, newer=newer)}</NtryDtls></Ntry>"
    )


def _details(movement: Movement, *, newer: bool) -> str:
    name = _tag("Nm", movement.payer)
    party = f"<Dbtr>{f'<Pty>{name}</Pty>' if newer else name}</Dbtr>" if name else ""
    iban = f"<DbtrAcct><Id><IBAN>{movement.payer_iban}</IBAN></Id></DbtrAcct>" if movement.payer_iban else ""
    parties = f"<RltdPties>{party}{iban}</RltdPties>" if party or iban else ""
    wording = f"<RmtInf>{_tag('Ustrd', movement.wording)}</RmtInf>" if movement.wording else ""
    back = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>" if movement.returned else ""
    refs = f"<Refs><EndToEndId>{escape(movement.end_to_end or 'NOTPROVIDED')}</EndToEndId></Refs>"
    return f"<TxDtls>{refs}{parties}{wording}{back}</TxDtls>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def opening(statement: Statement) -> Decimal:
    return statement.opening if statement.opening is not None else Decimal("1000.00")


def closing(statement: Statement) -> Decimal:
    return opening(statement) + sum((movement.amount for movement in statement.movements), Decimal(0))


OFX_HEAD = (
    "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
    "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
)


def ofx(*statements: Statement) -> bytes:
    """OFX 1.02: NAME holds the payer, MEMO the wording; neither the payer's account nor the end-to-end reference."""
    made = max((statement.until for statement in statements), default=date(2026, 11, 20)) + DAY
    body = "".join(_stmttrnrs(statement) for statement in statements)
    text = (
        f"{OFX_HEAD}<OFX>\r\n<SIGNONMSGSRSV1>\r\n<SONRS>\r\n<STATUS>\r\n<CODE>0\r\n<SEVERITY>INFO\r\n</STATUS>\r\n"
        f"<DTSERVER>{made:%Y%m%d}060000\r\n<LANGUAGE>FRA\r\n</SONRS>\r\n</SIGNONMSGSRSV1>\r\n<BANKMSGSRSV1>\r\n{body}"
        "</BANKMSGSRSV1>\r\n</OFX>\r\n"
    )
    return text.encode("cp1252", "replace")


def _stmttrnrs(statement: Statement) -> str:
    lines = [
        "<STMTTRNRS>", "<TRNUID>00", "<STMTRS>", f"<CURDEF>{statement.currency}", "<BANKACCTFROM>",
        *_ofx_account(statement.account), "<ACCTTYPE>CHECKING", "</BANKACCTFROM>", "<BANKTRANLIST>",
        f"<DTSTART>{statement.since:%Y%m%d}", f"<DTEND>{statement.until:%Y%m%d}",
        *chain.from_iterable(map(_stmttrn, statement.movements)), "</BANKTRANLIST>", "<LEDGERBAL>",
        f"<BALAMT>{closing(statement):.2f}", f"<DTASOF>{statement.until:%Y%m%d}", "</LEDGERBAL>", "</STMTRS>",
        "</STMTTRNRS>",
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n"


def _ofx_account(account: str) -> tuple[str, ...]:
    if account.startswith("FR") and len(account) == 27:
        return f"<BANKID>{account[4:9]}", f"<BRANCHID>{account[9:14]}", f"<ACCTID>{account[14:25]}"
    return "<BANKID>00000", f"<ACCTID>{account}"


def _stmttrn(movement: Movement) -> tuple[str, ...]:
    kind = "CREDIT" if movement.amount > 0 else "DEBIT"
    words = (
        (f"<NAME>{movement.payer}", f"<MEMO>{movement.wording}")
        if movement.payer
        else (movement.wording and f"<NAME>{movement.wording}",)
    )
    return (
        "<STMTTRN>", f"<TRNTYPE>{kind}", f"<DTPOSTED>{movement.on:%Y%m%d}", f"<TRNAMT>{movement.amount:+.2f}",
        f"<FITID>{movement.reference}", *filter(None, words), "</STMTTRN>",
    )  # fmt: skip


PLUS, MINUS = "{ABCDEFGHI", "}JKLMNOPQR"


def cfonb(*statements: Statement, ends: str = "\r\n") -> bytes:
    """CFONB120: the account is a French IBAN; the wording may have 140 characters, payer 70, references 35 each."""
    lines = chain.from_iterable(map(_cfonb_lines, statements))
    return "".join(line.ljust(120)[:120] + ends for line in lines).encode("cp1252", "replace")


def _cfonb_lines(statement: Statement) -> Iterable[str]:
    yield _cfonb_balance("01", statement, opening(statement), statement.since - DAY)
    for number, movement in enumerate(statement.movements, 1):
        yield _cfonb_movement(number, movement)
        yield from _cfonb_details(movement)
    yield _cfonb_balance("07", statement, closing(statement), statement.until)


def _head(code: str, account: str, currency: str, operation: str = "    ") -> str:
    return f"{code}{account[4:9]}{operation}{account[9:14]}{currency}2 {account[14:25]}"


def _cfonb_balance(code: str, statement: Statement, amount: Decimal, on: date) -> str:
    return f"{_head(code, statement.account, statement.currency)}  {on:%d%m%y}{'':50}{overpunched(amount)}"


def _cfonb_movement(number: int, movement: Movement) -> str:
    kind, back = ("B3", "04") if movement.returned else ("A1", "  ")
    title = "PRLV SEPA REJETE" if movement.returned else "VIR SEPA RECU" if movement.amount > 0 else "VIR SEPA EMIS"
    on = f"{movement.on:%d%m%y}"
    return (
        f"{_head('04', movement.account, movement.currency, '0158')}{kind}{on}{back}{on}{title:31}  {number:07}0 "
        f"{overpunched(movement.amount)}{movement.end_to_end[:16]:16}"
    )


def _cfonb_details(movement: Movement) -> Iterable[str]:
    kind = "B3" if movement.returned else "A1"
    head = f"{_head('05', movement.account, movement.currency, '0158')}{kind}{movement.on:%d%m%y}     "
    told = (
        ("NPY", movement.payer[:70]), ("LCC", movement.wording[:70]), ("LC2", movement.wording[70:140]),
        ("RCN", movement.end_to_end[:35]), ("REF", movement.reference[:35]), ("CPY", movement.payer_iban),
    )  # fmt: skip
    return (f"{head}{qualifier}{text:70}" for qualifier, text in told if text.strip())


def overpunched(amount: Decimal) -> str:
    """Fourteen digits, the last of which carries the sign."""
    cents = f"{abs(amount) * 100:014.0f}"
    return cents[:-1] + (MINUS if amount < 0 else PLUS)[int(cents[-1])]


def csv(statement: Statement, *, encoding: str = "cp1252") -> bytes:
    """A bank's CSV export: title lines with the account and the period, then date, wording, debit and credit."""
    made = statement.until + DAY
    rows = [
        ["Compte courant professionnel", statement.account],
        [f"Période du {statement.since:%d/%m/%Y} au {statement.until:%d/%m/%Y}", f"édité le {made:%d/%m/%Y}"],
        [f"Solde au {statement.until:%d/%m/%Y}", french(closing(statement)), statement.currency],
        [],
        ["Date", "Libellé", "Débit euros", "Crédit euros", "Donneur d'ordre", "Référence"],
        *map(_csv_row, statement.movements),
    ]
    text = "".join(";".join(map(_quoted, row)) + "\r\n" for row in rows)
    return text.encode(encoding, "replace")


def _csv_row(movement: Movement) -> list[str]:
    amount = french(abs(movement.amount))
    debit, credit = ("", amount) if movement.amount > 0 else (f"-{amount}", "")
    return [f"{movement.on:%d/%m/%Y}", movement.wording, debit, credit, movement.payer, movement.reference]


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if any(char in cell for char in ';"\n') else cell


def french(amount: Decimal) -> str:
    """As in 1 234,56."""
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")
