"""OFX as French banks write it: 1.x with tags left open (SGML), 2.x (XML), empty tags, comma amounts, odd headers.

Read by our own few lines: a validating library refuses a whole file for an empty MEMO, a missing LEDGERBAL or a
language that the standard does not list, and French banks write all of these.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

from relancier.adapters.statements.accounts import french_iban
from relancier.adapters.statements.values import (
    MOST,
    a_day,
    added_up,
    one_line,
    plain_amount,
    reference,
    refuse,
    too_many,
)
from relancier.adapters.statements.words import came_back, payer_in, without_transfer
from relancier.core.paid.statement import Movement, Statement
from relancier.core.writing.transfer import is_iban

MARK = re.compile(rb"OFXHEADER|<\?OFX\b|<OFX>", re.IGNORECASE)
TAG = re.compile(r"<(/?)([A-Za-z][\w.]{0,40})\s*>((?:[^<]|<(?![/A-Za-z]))*)")
TEXTS = frozenset({"NAME", "MEMO"})  # of which banks write several lines
CODE = re.compile("[A-Z]{3}")
DAY = timedelta(days=1)
OFX_DAY = re.compile(r"\s*(\d{4})(\d{2})(\d{2})\d{0,6}(?:\.\d+)?(?:\[[^\]]*\])?\s*", re.ASCII)
STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
GROUPS = STATEMENTS | {"STMTTRN", "BANKACCTFROM", "CCACCTFROM", "LEDGERBAL"}


@dataclass(slots=True)
class Group:
    """One of the groups that matter, with the texts of its tags; the first of a name counts."""

    kind: str
    line: int
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, tag: str) -> str:
        return self.texts.get(tag, "")


@dataclass(slots=True)
class Found:
    """One statement as it stands in the file."""

    own: Group
    entries: list[Group] = field(default_factory=list)
    account: Group | None = None
    balance: Group | None = None


def looks_like(content: bytes) -> bool:
    """Whether it begins with the header of an OFX file."""
    return MARK.search(content[:1_000].replace(b"\0", b"")) is not None


def read(name: str, content: bytes) -> tuple[Statement, ...]:
    """Every statement in the file. Raises Refused."""
    text = _decoded(content).replace("<![CDATA[", "").replace("]]>", "")
    if re.search(r"</OFX\s*>\s*\Z", text[-200:], re.IGNORECASE) is None:
        raise refuse(name, "its end (</OFX>) is missing: it was cut short, so download it from the bank again.")
    everything, made = _parsed(name, text)
    statements = [one for one in everything if one.own.kind == "STMTRS"]
    if not statements:
        raise refuse(name, "it holds no statement of a bank account (STMTRS); download that of the account, as OFX.")
    told = [one for one in statements if _tells(one)]
    return tuple(_statement(name, one, made) for one in told or statements)


def _tells(found: Found) -> bool:
    """Whether an account has movements or a period; of some, banks give the balance alone."""
    return bool(found.entries) or any(found.own.text(tag) for tag in ("DTSTART", "DTEND"))


def _decoded(content: bytes) -> str:
    """The header's word on characters is often wrong: UTF-8 where it is, else cp1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _parsed(name: str, text: str) -> tuple[list[Found], str]:
    """The statements with their groups, and when the file was made."""
    found: list[Found] = []
    open_groups: list[Group] = []
    made, entries, line, at = "", 0, 1, 0
    for closes, tag, value in _tags(text):
        line, at = line + text.count("\n", at, closes[1]), closes[1]
        if closes[0]:
            _close(open_groups, tag)
        elif tag in GROUPS:
            entries += tag == "STMTTRN"
            if entries > MOST:
                raise too_many(name)
            open_groups = [one for one in open_groups if one.kind != tag]
            open_groups.append(_opened(Group(tag, line), found))
        elif tag == "DTSERVER":
            made = value
        elif open_groups:
            open_groups[-1].texts.setdefault(tag, value)
    return found, made


def _tags(text: str) -> Iterator[tuple[tuple[bool, int], str, str]]:
    for match in TAG.finditer(text):
        tag, value = match[2].upper(), unescape(match[3]).strip()
        yield (match[1] == "/", match.start()), tag, value if tag in TEXTS else value.partition("\n")[0].strip()


def _close(open_groups: list[Group], tag: str) -> None:
    """Closes a group with all that stayed open inside it; a stray end closes nothing."""
    kinds = [one.kind for one in open_groups]
    if tag in kinds:
        del open_groups[kinds.index(tag) :]


def _opened(group: Group, found: list[Found]) -> Group:
    """The group, put where it belongs."""
    if group.kind in STATEMENTS:
        found.append(Found(group))
    elif found and group.kind == "STMTTRN":
        found[-1].entries.append(group)
    elif found and group.kind == "LEDGERBAL":
        found[-1].balance = found[-1].balance or group
    elif found:
        found[-1].account = found[-1].account or group
    return group


def _statement(name: str, found: Found, made: str) -> Statement:
    account = _account(name, found)
    currency = found.own.text("CURDEF").upper() or "EUR"
    movements = tuple(one for group in found.entries if (one := _movement(name, group, account, currency)).amount)
    since, until = _period(name, found, made)
    return added_up(
        name,
        Statement(
            account=account,
            since=since,
            until=until,
            movements=movements,
            closing=_balance(name, found.balance),
            currency=currency,
        ),
    )


def _account(name: str, found: Found) -> str:
    group = found.account or Group("", found.own.line)
    number = "".join(group.text("ACCTID").split()).upper()
    if not number:
        raise refuse(name, "the statement names no account (ACCTID); download it from the bank again.", group.line)
    if is_iban(number):
        return number
    return french_iban(group.text("BANKID"), group.text("BRANCHID"), number) or number


def _movement(name: str, group: Group, account: str, currency: str) -> Movement:
    try:
        on = _day(group.text("DTPOSTED") or group.text("DTUSER"))
        amount = plain_amount(re.sub(r"[\s\u00a0\u202f]", "", group.text("TRNAMT")))
    except ValueError as error:
        sentence = f"a movement (STMTTRN) cannot be read: {error}. Download the file from the bank again."
        raise refuse(name, sentence, group.line) from None
    called, memo = one_line(group.text("NAME")), one_line(group.text("MEMO"))
    wording = one_line(called, "" if memo in called else memo, _check(group))
    returned = came_back(amount, wording)
    return Movement(
        account=account,
        on=on,
        amount=amount,
        currency=_currency(group) or currency,
        wording=wording,
        payer=(payer_in(wording) or without_transfer(called)) if amount > 0 or returned else "",
        reference=reference(group.text("FITID")),
        returned=returned,
    )


def _currency(group: Group) -> str:
    """The currency of a movement that is not in that of its account; ORIGCURRENCY only tells what it was before."""
    told = (group.text("CURRENCY"), group.text("CURSYM")) if "CURRENCY" in group.texts else ()
    return next((code for text in told if CODE.fullmatch(code := text.upper())), "")


def _check(group: Group) -> str:
    number = one_line(group.text("CHECKNUM")).strip("0")
    return number if number and number not in group.text("NAME") + group.text("MEMO") else ""


def _period(name: str, found: Found, made: str) -> tuple[date, date]:
    """The whole days it covers: the day on which the file was made is not over, nor is the last one if unsure."""
    days = [_day(text) for group in found.entries if (text := group.text("DTPOSTED"))]
    since = _maybe(found.own.text("DTSTART")) or min(days, default=None)
    end = _maybe(found.own.text("DTEND")) or max(days, default=None)
    if since is None or end is None:
        raise refuse(name, "it says no period (DTSTART, DTEND) and holds no movement; download it again.")
    server = _maybe(made)
    over = server is not None and server > end
    return since, end if over else (server or end) - DAY


def _maybe(text: str) -> date | None:
    try:
        return _day(text)
    except ValueError:
        return None


def _day(text: str) -> date:
    match = OFX_DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:30]!r} is no day")
    return a_day(int(match[1]), int(match[2]), int(match[3]))


def _balance(name: str, group: Group | None) -> Decimal | None:
    """The balance, where there is one; it is that of the day of the download, so nothing adds up to it."""
    text = re.sub(r"[\s\u00a0\u202f]", "", group.text("BALAMT")) if group else ""
    if not text:
        return None
    try:
        return plain_amount(text)
    except ValueError as error:
        raise refuse(name, f"the balance (LEDGERBAL) cannot be read: {error}.", group.line if group else None) from None
