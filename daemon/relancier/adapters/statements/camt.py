"""CAMT.053, the bank's statement as XML (ISO 20022), in every version."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from relancier.adapters.statements.values import (
    LARGEST,
    a_day,
    added_up,
    one_line,
    plain_amount,
    reference,
    refuse,
    within,
)
from relancier.adapters.statements.words import came_back
from relancier.core.paid.statement import Movement, Statement
from relancier.core.text.trees import Bounds, Element, parse

BOUNDS = Bounds(size=LARGEST, elements=1_000_000)
MARK = re.compile(rb"<(?:\w+:)?(BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)\b")
NO_STATEMENT = {
    "BkToCstmrAcctRpt": "it is a report of the running day (CAMT.052), which ends before the day does; "
    "ask the bank for the statements of whole days (CAMT.053).",
    "BkToCstmrDbtCdtNtfctn": "it is a notice of single movements (CAMT.054), which does not say what is missing; "
    "ask the bank for the statements of whole days (CAMT.053).",
}
# Sub-families of payments that came back: transfers, direct debits, cheques, bills, cards.
RETURNS = frozenset({"RRTN", "RPCR", "UPDD", "PRDD", "RCDD", "UPCQ", "CQRV", "XPCQ", "XRCQ", "UDFT", "UPCT"})
DAY = timedelta(days=1)
Balance = tuple[Decimal, date]
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?.*", re.ASCII | re.DOTALL)


def looks_like(content: bytes) -> bool:
    """Whether it begins like one of the bank's three messages to its customer."""
    head = content[:4_000]
    return MARK.search(head.replace(b"\0", b"") if b"\0" in head[:8] else head) is not None


def read(name: str, content: bytes) -> tuple[Statement, ...]:
    """Every statement in the file. Raises Refused."""
    try:
        root = parse(content, BOUNDS)
    except ValueError as error:
        why = str(error)
        mend = "for a shorter period" if "more than" in why or "larger" in why else "from the bank again"
        raise refuse(name, f"{why[:1].lower()}{why[1:]} Download it {mend}.") from None
    message = _message(root)
    if message is None or message.name in NO_STATEMENT:
        missing = "it holds no statement (Stmt); ask the bank for CAMT.053."
        raise refuse(name, NO_STATEMENT[message.name] if message else missing)
    found = tuple(message.all("Stmt"))
    if not found:
        raise refuse(name, "it holds no statement (Stmt); download it from the bank again.")
    within(name, message.all("Stmt/Ntry"))
    return tuple(_Stmt(name, number, stmt).statement() for number, stmt in enumerate(found, 1))


def _message(root: Element) -> Element | None:
    """What the document says, under its root or, for banks that wrap it, one level deeper."""
    wanted = {"BkToCstmrStmt", *NO_STATEMENT}
    near = (root, *root.children, *(below for child in root.children for below in child.children))
    return next((one for one in near if one.name in wanted), None)


class _Stmt:
    """One statement of one account."""

    def __init__(self, name: str, number: int, stmt: Element) -> None:
        self.name = name
        self.number = number
        self.stmt = stmt
        self.account = self._account()
        self.currency = stmt.value("Acct/Ccy") or self._first_currency()

    def _account(self) -> str:
        account = self.stmt.value("Acct/Id/IBAN") or self.stmt.value("Acct/Id/Othr/Id")
        if not account:
            raise self.trouble("names no account (Acct)")
        return "".join(account.split()).upper()

    def _first_currency(self) -> str:
        amounts = (*self.stmt.all("Bal/Amt"), *self.stmt.all("Ntry/Amt"))
        return next((code for one in amounts if (code := one.attributes.get("Ccy", ""))), "EUR")

    def trouble(self, what: str) -> Exception:
        place = f"statement {self.number}" + (f" of {self.account}" if getattr(self, "account", "") else "")
        return refuse(self.name, f"{place} {what}; download it from the bank again, or ask the bank to mend it.")

    def statement(self) -> Statement:
        opening, closing = self._balance("OPBD") or self._balance("PRCD"), self._balance("CLBD")
        movements = tuple(self._movements())
        since, until = self._period(opening, closing, min((one.on for one in movements), default=None))
        return added_up(
            self.name,
            Statement(
                account=self.account,
                since=since,
                until=until,
                movements=movements,
                opening=opening[0] if opening else None,
                closing=closing[0] if closing else None,
                currency=self.currency,
            ),
        )

    def _balance(self, code: str) -> Balance | None:
        """A balance with its day: the first opening one, the last closing one, when pages carry interim ones."""
        of_code = [bal for bal in self.stmt.all("Bal") if bal.value("Tp/CdOrPrtry/Cd") == code]
        if not of_code:
            return None
        chosen = max(of_code, key=self._dated) if code == "CLBD" else min(of_code, key=self._dated)
        return self._signed(chosen), self._dated(chosen)

    def _dated(self, bal: Element) -> date:
        return self._day(bal.value("Dt/Dt") or bal.value("Dt/DtTm") or bal.value("Dt"), "a balance")[0]

    def _period(self, opening: Balance | None, closing: Balance | None, first: date | None) -> tuple[date, date]:
        """The whole days it covers: the opening balance ends the day before, the closing one is that of a whole day."""
        until = self._end(closing[1] if closing else None)
        since = self._stated_start() or (min(opening[1] + DAY, until) if opening else first or until)
        more = self.stmt.value("StmtPgntn/LastPgInd").lower() in {"false", "0"}
        return since, until - DAY if more else until

    def _stated_start(self) -> date | None:
        text = self.stmt.value("FrToDt/FrDtTm")
        if not text:
            return None
        day, hour = self._day(text, "its period")
        return day if hour in {"", "00:00", "00:01"} else day + DAY

    def _end(self, closed: date | None) -> date:
        """The last whole day: that of the closing balance, or a later one that the period names and that was over."""
        stated, made = self.stmt.value("FrToDt/ToDtTm"), self.stmt.value("CreDtTm")
        if not stated:
            if closed is None:
                raise self.trouble("says neither its period (FrToDt) nor its closing balance (CLBD)")
            return closed
        day, hour = self._day(stated, "its period")
        last = day if hour in {"", "23:59", "24:00"} else day - DAY
        if made:
            last = min(last, self._day(made, "its making")[0] - DAY)
        return max(last, closed) if closed else last

    def _day(self, text: str, what: str) -> tuple[date, str]:
        match = ISO_DAY.fullmatch(text)
        try:
            if match is not None:
                return a_day(int(match[1]), int(match[2]), int(match[3])), match[4] or ""
        except ValueError:
            pass
        raise self.trouble(f"gives {what} the day {text[:30]!r}")

    def _signed(self, holder: Element) -> Decimal:
        try:
            amount = plain_amount(holder.value("Amt"))
        except ValueError as error:
            raise self.trouble(f"holds {error}") from None
        return -amount if holder.value("CdtDbtInd").upper() == "DBIT" else amount

    def _movements(self) -> Iterator[Movement]:
        for entry in self.stmt.all("Ntry"):
            status = entry.value("Sts/Cd") or entry.value("Sts")
            if status.upper() in {"BOOK", ""}:
                yield from self._of_entry(entry)

    def _of_entry(self, entry: Element) -> Iterator[Movement]:
        """One movement for each transaction of a batch, where their amounts make up the entry; else one for all."""
        whole = self._signed(entry)
        code = (entry.first("Amt") or Element("")).attributes.get("Ccy", self.currency)
        if code != self.currency:
            raise self.trouble(f"is in {self.currency} and holds an entry in {code}")
        details = tuple(entry.all("NtryDtls/TxDtls"))
        amounts = [self._part(one, entry) for one in details]
        known = [amount for amount in amounts if amount is not None]
        if len(details) > 1 and len(known) == len(details) and sum(known) == whole:
            parts: list[tuple[Decimal, tuple[Element, ...]]] = [
                (amount, (one,)) for amount, one in zip(known, details, strict=True)
            ]
        else:
            parts = [(whole, details)]
        return (self._movement(entry, amount, of) for amount, of in parts if amount)

    def _part(self, details: Element, entry: Element) -> Decimal | None:
        """The amount of one transaction in the currency of the account, if it says one."""
        for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
            found = details.first(path)
            if found is not None and found.attributes.get("Ccy", self.currency) == self.currency:
                sign = (details.value("CdtDbtInd") or entry.value("CdtDbtInd")).upper()
                try:
                    amount = plain_amount(found.text)
                except ValueError:
                    return None
                return -amount if sign == "DBIT" else amount
        return None

    def _movement(self, entry: Element, amount: Decimal, details: tuple[Element, ...]) -> Movement:
        on = entry.value("BookgDt/Dt") or entry.value("BookgDt/DtTm") or entry.value("ValDt/Dt")
        wording = _wording(entry, details)
        returned = _returned(entry, details) or came_back(amount, wording)
        single = details[0] if len(details) == 1 else None
        payer, iban = self._payer(single) if single and (amount > 0 or returned) else ("", "")
        return Movement(
            account=self.account,
            on=self._day(on or entry.value("ValDt/DtTm"), "an entry")[0],
            amount=amount,
            currency=self.currency,
            wording=wording,
            payer=payer,
            payer_iban=iban,
            end_to_end=reference(single.value("Refs/EndToEndId")) if single else "",
            reference=_bank_reference(entry, single),
            returned=returned,
        )

    def _payer(self, details: Element) -> tuple[str, str]:
        """Who paid, or whose payment came back; for a return some banks name ourselves as the payer."""
        parties = details.first("RltdPties") or Element("")
        sides = [
            (_name(parties, side), "".join(parties.value(f"{side}Acct/Id/IBAN").split()).upper())
            for side in ("Dbtr", "Cdtr")
        ]
        return sides[1] if sides[0][1] == self.account else sides[0]


def _name(parties: Element, side: str) -> str:
    return one_line(parties.value(f"{side}/Nm") or parties.value(f"{side}/Pty/Nm"))


def _returned(entry: Element, details: tuple[Element, ...]) -> bool:
    """Whether a payment came back: by the reversal's mark, by the reason of the return, or by the bank's code."""
    holders = (entry, *details)
    codes = {holder.value("BkTxCd/Domn/Fmly/SubFmlyCd").upper() for holder in holders}
    marked = any(holder.value("RvslInd").lower() in {"true", "1"} for holder in holders)
    return marked or bool(codes & RETURNS) or any(one.first("RtrInf") is not None for one in details)


def _bank_reference(entry: Element, details: Element | None) -> str:
    said = details.value("Refs/AcctSvcrRef") if details else ""
    return reference(said) or reference(entry.value("AcctSvcrRef")) or reference(entry.value("NtryRef"))


def _wording(entry: Element, details: tuple[Element, ...]) -> str:
    """What payer and bank wrote: free and structured, then the bank's own words."""
    said = [text.text for one in details for text in _told(one)]
    return one_line(*said, entry.value("AddtlNtryInf"))


def _told(details: Element) -> Iterator[Element]:
    for path in (
        "RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb", "RmtInf/Strd/AddtlRmtInf",
        "RltdPties/UltmtDbtr/Nm", "RltdPties/UltmtDbtr/Pty/Nm", "AddtlTxInf",
    ):  # fmt: skip
        yield from details.all(path)
