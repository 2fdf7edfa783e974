"""CFONB120, the statement in lines of 120 characters that French banks send by file transfer."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from relancier.adapters.statements.accounts import french_iban
from relancier.adapters.statements.values import (
    EXPORT_AGAIN,
    LONGEST,
    MOST,
    a_day,
    added_up,
    cents,
    one_line,
    reference,
    refuse,
    too_many,
)
from relancier.adapters.statements.words import came_back, payer_in, without_transfer
from relancier.core.paid.statement import Movement, Statement
from relancier.core.writing.transfer import is_iban

T = TypeVar("T")
WIDTH = 120
OPENING, MOVEMENT, DETAIL, CLOSING = "01", "04", "05", "07"
HEAD = re.compile(rb"01[0-9A-Z]{5}.{4}[0-9A-Z ]{5}(?:[A-Z]{3}|   )[0-9 ].[0-9A-Z ]{11}.{2}\d{6}", re.DOTALL)
SIGNS = {char: (digit, 1) for digit, char in enumerate("{ABCDEFGHI")}
SIGNS |= {char: (digit, -1) for digit, char in enumerate("}JKLMNOPQR")}
SIGNS |= {"é": (0, 1), "è": (0, -1)}  # { and } as the old French character set printed them
SIGNS |= {char: (int(char), 1) for char in "0123456789"}
# Interbank codes of SEPA direct debits and transfers that were rejected or returned.
RETURNS = frozenset({"A3", "B3", "B4", "B7", "B8"})
DAY = timedelta(days=1)


@dataclass(slots=True)
class Entry:
    """A movement's line with what its complements say, by their three letters."""

    number: int
    line: str
    told: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Block:
    """What stands between an opening and a closing balance, and these, with the numbers of their lines."""

    number: int
    opening: str
    entries: list[Entry] = field(default_factory=list)
    closing: str = ""
    end: int = 0


def looks_like(content: bytes) -> bool:
    """Whether it begins with the line of an opening balance."""
    return HEAD.match(content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")[:60]) is not None


def read(name: str, content: bytes) -> tuple[Statement, ...]:
    """Every statement in the file. Raises Refused."""
    return tuple(_Block(name, block).statement() for block in _blocks(name, content))


def _lines(content: bytes) -> Iterator[tuple[int, str]]:
    """The lines of 120 characters with their numbers, whether or not they are broken."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    lines = re.split(r"\r\n|\r|\n", text.replace("\x1a", "").strip("\r\n"))
    if len(lines) == 1:
        lines = [text[at : at + WIDTH] for at in range(0, len(lines[0]), WIDTH)]
    return ((number, line.ljust(WIDTH)) for number, line in enumerate(lines, 1) if line.strip())


def _blocks(name: str, content: bytes) -> Iterator[Block]:
    """Each opening balance with its movements and the closing balance; anything else is refused."""
    block: Block | None = None
    count, last = 0, 0
    for last, line in _lines(content):
        code = line[:2]
        if len(line.rstrip()) > WIDTH or code not in {OPENING, MOVEMENT, DETAIL, CLOSING}:
            sentence = (
                f"the line begins with {code!r} or is longer than 120 characters: it is no CFONB120; {EXPORT_AGAIN}."
            )
            raise refuse(name, sentence, last)
        if (code == OPENING) != (block is None) or (block and line[21:32] != block.opening[21:32]):
            raise refuse(name, f"a line {code} does not belong here: lines are missing; {EXPORT_AGAIN}.", last)
        if block is None:
            block = Block(last, line)
        elif code == CLOSING:
            block.closing, block.end = line, last
            yield block
            block = None
        else:
            count += _taken(name, block, last, line)
        if count > MOST:
            raise too_many(name)
    if block is not None or not last:
        raise refuse(name, f"the closing balance (line 07) is missing: it was cut short; {EXPORT_AGAIN}.", last or None)


def _taken(name: str, block: Block, number: int, line: str) -> int:
    """Puts a movement or a complement where it belongs; how many movements that makes."""
    if line.startswith(MOVEMENT):
        block.entries.append(Entry(number, line))
        return 1
    if not block.entries:
        raise refuse(name, f"a complement (05) stands before any movement; {EXPORT_AGAIN}.", number)
    told, qualifier = block.entries[-1].told, line[45:48]
    said = told.get(qualifier, "")
    if len(said) < LONGEST:
        told[qualifier] = said + line[48:118]
    return 0


class _Block:
    """One statement of one account."""

    def __init__(self, name: str, block: Block) -> None:
        self.name = name
        self.block = block
        head = block.opening
        self.account = french_iban(head[2:7], head[11:16], head[21:32]) or "".join(head[2:32].split())
        self.currency = head[16:19].strip() or "EUR"

    def statement(self) -> Statement:
        opened, opening_on = self._balance(self.block.number, self.block.opening)
        closed, until = self._balance(self.block.end, self.block.closing)
        movements = tuple(one for entry in self.block.entries if (one := self._movement(entry)).amount)
        return added_up(
            self.name,
            Statement(
                account=self.account,
                since=min(opening_on + DAY, until),
                until=until,
                movements=movements,
                opening=opened,
                closing=closed,
                currency=self.currency,
            ),
        )

    def _balance(self, number: int, line: str) -> tuple[Decimal, date]:
        return self._tried(number, lambda: (amount(line), day(line[34:40])))

    def _tried(self, number: int, take: Callable[[], T]) -> T:
        try:
            return take()
        except ValueError as error:
            raise refuse(self.name, f"{error}; {EXPORT_AGAIN}.", number) from None

    def _movement(self, entry: Entry) -> Movement:
        line, told = entry.line, entry.told
        moved = self._tried(entry.number, lambda: amount(line))
        wording = one_line(line[48:79], told.get("LIB", ""), _remittance(told), told.get("LCS", ""))
        coded = bool(line[40:42].strip(" 0")) or "RET" in told
        returned = coded or (moved < 0 and line[32:34] in RETURNS) or came_back(moved, wording)
        payer = told.get("NPY", "") or told.get("NPO", "") or payer_in(wording) or without_transfer(line[48:79])
        return Movement(
            account=self.account,
            on=self._tried(entry.number, lambda: day(line[34:40])),
            amount=moved,
            currency=self.currency,
            wording=wording,
            payer=one_line(payer) if moved > 0 or returned else "",
            payer_iban=_iban(told) if moved > 0 or returned else "",
            end_to_end=reference(told.get("RCN", "")[:35]),
            reference=reference(told.get("REF", "")[:35])
            or reference(line[104:120])
            or reference(line[81:88].strip("0")),
            returned=returned,
        )


def _remittance(told: dict[str, str]) -> str:
    """The payer's wording: its second line goes on where the first was full, in the middle of a word if need be."""
    return told.get("LCC", "") + told.get("LC2", "")


def _iban(told: dict[str, str]) -> str:
    account = "".join(told.get("CPY", told.get("CBE", "")).split()[:1]).upper()
    return account if is_iban(account) else ""


def amount(line: str) -> Decimal:
    """The amount of a line; its last character carries digit and sign, the line says how many are decimals."""
    digits, last = line[90:103].strip() or "0", line[103]
    if not (digits.isascii() and digits.isdigit() and last in SIGNS):
        raise ValueError(f"{line[90:104]!r} is no amount of CFONB120")
    digit, sign = SIGNS[last]
    decimals = int(line[19]) if line[19] in "0123456789" else 2
    return cents(sign * (Decimal(digits) * 10 + digit).scaleb(-decimals))


def day(text: str) -> date:
    """A day as DDMMYY."""
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        raise ValueError(f"{text!r} is no day written DDMMYY")
    try:
        return a_day(2000 + int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None
