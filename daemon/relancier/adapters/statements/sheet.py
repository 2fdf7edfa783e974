"""CSV as French banks export it: title lines above, one column of amounts or two, the day first."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from relancier.adapters.statements.accounts import known
from relancier.adapters.statements.balances import folded, is_balance
from relancier.adapters.statements.cells import amount_of, day
from relancier.adapters.statements.headings import columns
from relancier.adapters.statements.titles import Titles, account_in, currency_in, period_in
from relancier.adapters.statements.values import (
    EXPORT_AGAIN,
    MOST,
    Refused,
    added_up,
    one_line,
    reference,
    refuse,
    too_many,
)
from relancier.adapters.statements.words import called, came_back, payer_in
from relancier.core.paid.statement import Movement, Statement
from relancier.core.problem import Problem
from relancier.core.writing.transfer import is_iban
from relancier.ports import Statements

SEPARATORS = (";", "\t", ",", "|")
DEEPEST = 40
MOST_SHOWN = 20
HEAD = 16_000
CENTS = re.compile(r"[.,]\d\d\s*(?:€|eur\w*)?\s*$", re.IGNORECASE | re.ASCII)
LONGEST_LINE = 200_000
MOST_CELLS = 200
OF_PAYERS = ("payer", "payer_iban", "end_to_end", "reference")
OUT = frozenset({
    "d", "debit", "debits", "debiteur", "debitrice", "db", "dbit", "dr", "-", "sortie", "sorties", "depense", "out",
    "money out",
})  # fmt: skip
INTO = frozenset({
    "c", "credit", "credits", "crediteur", "creditrice", "cr", "crdt", "+", "entree", "entrees", "recette", "in",
    "money in",
})  # fmt: skip
EUROS = dict.fromkeys(("", "€", "euro", "euros"), "EUR")
NOT_BOOKED = frozenset({
    "en attente", "pending", "en cours", "a venir", "refuse", "refusee", "declined", "annule", "annulee", "canceled",
    "cancelled", "reverted", "reversed", "rejected", "rejete", "rejetee", "en traitement", "processing", "failed",
    "echoue", "echouee", "echec", "initiated", "initie", "initiee", "expired", "expire", "expiree",
})  # fmt: skip

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of an export under their headings, and the lines above these."""

    name: str
    places: Mapping[str, Sequence[int]]
    titles: Titles
    rows: tuple[Row, ...]

    def cell(self, row: Sequence[str], column: str) -> str:
        """The first filled cell of a column, on one line."""
        filled = (one_line(row[at]) for at in self.places.get(column, ()) if at < len(row))
        return next(filter(None, filled), "")

    def told(self, row: Sequence[str]) -> list[str]:
        """The cells of wording, from left to right."""
        return [one_line(row[at]) for at in sorted(self.places.get("wording", ())) if at < len(row)]

    def words(self, row: Sequence[str]) -> str:
        return one_line(*self.told(row))

    def called(self, row: Sequence[str]) -> str:
        """Whose transfer it is, by the first cell of wording that begins with the words for one."""
        return next(filter(None, map(called, self.told(row))), "")


def looks_like(content: bytes, given: Mapping[str, str]) -> bool:
    """Whether a row of a bank's headings stands near its beginning."""
    text = _decoded(content[:HEAD])
    return text is not None and _headed(text, given) is not None


def read(name: str, content: bytes, given: Mapping[str, str], accounts: Sequence[str]) -> Statements:
    """The statement of each account in the file. Raises Refused."""
    sheet = _sheet(name, content, given)
    by_account: dict[str, list[Movement]] = {}
    problems: list[Problem] = []
    told = account_in(sheet.titles, name, accounts)
    only = accounts[0] if len(accounts) == 1 else ""
    for line, row in _whole(sheet):
        try:
            movement = _movement(sheet, row, told or only, accounts)
        except ValueError as error:
            problems.append(Problem(name, str(error), line))
            continue
        if movement is not None:
            by_account.setdefault(movement.account, []).append(movement)
    if problems:
        raise Refused(*problems[:MOST_SHOWN])
    if not by_account:
        raise refuse(name, f"there is no movement under its headings; {EXPORT_AGAIN}.")
    found = tuple(_statement(sheet, account, movements) for account, movements in by_account.items())
    unnamed = any(not _numbered(sheet.cell(row, "account")) for _, row in sheet.rows)
    return Statements(found, assumed=not told and unnamed)


def _decoded(content: bytes) -> str | None:
    """UTF-8, UTF-16 with its mark, else cp1252; None for what is no text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return content[: error.start].decode("utf-8-sig")
    return content.decode("cp1252", "replace")


def _rows(text: str, separator: str) -> Iterator[Row]:
    """The rows with the line on which each begins. Raises csv.Error."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _lines_in(text: str) -> bool:
    """Whether the text has lines at all, as no table of millions of cells in one line has."""
    return max(map(len, re.split(r"[\r\n]", text))) <= LONGEST_LINE


def _headed(text: str, given: Mapping[str, str]) -> tuple[str, int, dict[str, list[int]]] | None:
    """The separator, the line and the columns of the first row that holds a bank's headings."""
    for separator in SEPARATORS:
        with suppress(csv.Error):
            top = islice(_rows(text, separator), DEEPEST + 1)
            headed = ((line, columns(row, given)) for line, row in top if len(row) <= MOST_CELLS)
            found = next(((line, places) for line, places in headed if places), None)
            if found is not None:
                return separator, *found
    return None


def _sheet(name: str, content: bytes, given: Mapping[str, str]) -> Sheet:
    text = _decoded(content)
    headed = _headed(text, given) if text is not None and _lines_in(text) else None
    if text is None or headed is None:
        sentence = (
            "it is no statement that is understood: download it from the bank as CAMT.053, OFX or CFONB120, or as "
            "CSV with the headings date, libellé and montant (or débit and crédit); name others in [payments.columns]."
        )
        raise refuse(name, sentence)
    separator, line, places = headed
    try:
        rows = tuple(row for row in _rows(text, separator) if any(map(str.strip, row[1])))
    except csv.Error as error:
        raise refuse(name, f"its quotation marks do not fit together ({error}); {EXPORT_AGAIN}.") from None
    if len(rows) > MOST:
        raise too_many(name)
    above = tuple(row for number, row in rows if number < line)
    sheet = _with_direction(Sheet(name, places, above, tuple(row for row in rows if row[0] > line)))
    width = next(len(row) for number, row in rows if number == line)
    last, cells = rows[-1]
    if not text.endswith(("\n", "\r")) and _is_cut(sheet, cells, width):
        raise refuse(name, f"the last line is cut short: {EXPORT_AGAIN}.", last)
    return sheet


def _with_direction(sheet: Sheet) -> Sheet:
    """A column of types tells the direction of the amounts where it says nothing else."""
    said = {folded(sheet.cell(row, "type")) for _, row in sheet.rows if sheet.cell(row, "amount")} - {""}
    if "direction" in sheet.places or not said or not said <= OUT | INTO:
        return sheet
    return replace(sheet, places={**sheet.places, "direction": sheet.places["type"]})


def _is_cut(sheet: Sheet, cells: Sequence[str], width: int) -> bool:
    """Whether a last line without an end lacks cells, or ends in an amount that may go on."""
    if _is_balance(sheet, cells):
        return False
    money = {at for column in ("amount", "debit", "credit") for at in sheet.places.get(column, ())}
    open_amount = len(cells) - 1 in money and CENTS.search(cells[-1]) is None and cells[-1].strip() != ""
    return len(cells) < width or open_amount


def _whole(sheet: Sheet) -> Iterator[Row]:
    """The rows of movements, each with the lines of wording that follow it; no balances, no totals."""
    waiting: Row | None = None
    for line, row in sheet.rows:
        if _is_rest(sheet, row):
            if waiting is not None:
                at = sheet.places["wording"][0]
                waiting[1][at] = f"{waiting[1][at]} {row[at]}"
            continue
        if waiting is not None:
            yield waiting
        waiting = None if _is_balance(sheet, row) else (line, [*row, *[""] * (_width(sheet) - len(row))])
    if waiting is not None:
        yield waiting


def _width(sheet: Sheet) -> int:
    return 1 + max(at for places in sheet.places.values() for at in places)


def _is_rest(sheet: Sheet, row: Sequence[str]) -> bool:
    """Whether the row only goes on with the wording of the one before."""
    own = set(sheet.places.get("wording", ())[:1])
    filled = {at for at, cell in enumerate(row) if cell.strip()}
    return bool(own) and filled == own and not is_balance(row[min(own)])


def _is_balance(sheet: Sheet, row: Sequence[str]) -> bool:
    """Whether the row only tells a balance or a total; a payer's name or reference beside a day makes it a payment."""
    first = next((cell for cell in row if cell.strip()), "")
    if not (is_balance(first) or is_balance(sheet.words(row))):
        return False
    return not (_is_dated(sheet, row) and any(sheet.cell(row, column) for column in OF_PAYERS))


def _is_dated(sheet: Sheet, row: Sequence[str]) -> bool:
    with suppress(ValueError):
        return bool(day(sheet.cell(row, "date") or sheet.cell(row, "value_date")))
    return False


def _movement(sheet: Sheet, row: Sequence[str], fallback: str, accounts: Sequence[str]) -> Movement | None:
    """The movement of a row; None where it moves nothing or is not booked. Raises ValueError with the sentence."""
    if folded(sheet.cell(row, "status")) in NOT_BOOKED:
        return None
    amount = _amount(sheet, row)
    if not amount:
        return None
    on = day(sheet.cell(row, "date") or sheet.cell(row, "value_date"))
    account = known(_numbered(sheet.cell(row, "account")), accounts) or fallback
    if not account:
        raise ValueError(
            "nothing says of which account this is: write its IBAN above the headings or in a column, or name the one "
            "account of [payments] accounts."
        )
    wording = sheet.words(row)
    returned = came_back(amount, wording)
    payer = sheet.cell(row, "payer") or payer_in(wording) or sheet.called(row)
    iban = "".join(sheet.cell(row, "payer_iban").split()).upper()
    return Movement(
        account=account,
        on=on,
        amount=amount,
        currency=_currency(sheet, row),
        wording=wording,
        payer=payer if amount > 0 or returned else "",
        payer_iban=iban if is_iban(iban) and (amount > 0 or returned) else "",
        end_to_end=reference(sheet.cell(row, "end_to_end")),
        reference=reference(sheet.cell(row, "reference")),
        returned=returned,
    )


def _numbered(account: str) -> str:
    """An account's number as it stands in a column; a name without a digit is none."""
    return "".join(account.split()).upper() if any(map(str.isdigit, account)) else ""


def _currency(sheet: Sheet, row: Sequence[str]) -> str:
    """The currency of a row, else the one above the headings. Raises ValueError for what is no code."""
    told = sheet.cell(row, "currency") or currency_in(sheet.titles)
    code = EUROS.get(folded(told), told.upper())
    if re.fullmatch("[A-Z]{3}", code) is None:
        raise ValueError(f"{told[:40]!r} is not a currency; write its code, as in EUR.")
    return code


def _amount(sheet: Sheet, row: Sequence[str]) -> Decimal:
    """What a row moves: the amount with its sign, or credit less debit."""
    single = sheet.cell(row, "amount")
    debit, credit = sheet.cell(row, "debit"), sheet.cell(row, "credit")
    if single and not (debit or credit):
        found = amount_of(single)
        return _directed(found, single, sheet.cell(row, "direction")) if "direction" in sheet.places else found
    out = amount_of(debit) if debit else Decimal(0)
    into = amount_of(credit) if credit else Decimal(0)
    if out and into:
        raise ValueError(f"the line has both a debit ({debit}) and a credit ({credit}); correct it or {EXPORT_AGAIN}.")
    return into or -abs(out)


def _directed(amount: Decimal, written: str, word: str) -> Decimal:
    """The amount in the direction that a column tells. Raises ValueError for a word that tells none."""
    if folded(word) in OUT:
        return -abs(amount)
    if folded(word) in INTO or (not word and written.startswith(("+", "-", "\u2212", "("))):
        return amount
    raise ValueError(f"{word[:40]!r} does not say whether {written} came in or went out; write debit or credit.")


def _statement(sheet: Sheet, account: str, movements: Iterable[Movement]) -> Statement:
    of_account = tuple(movements)
    since, until = period_in(sheet.titles, (movement.on for movement in of_account))
    return added_up(
        sheet.name,
        Statement(account=account, since=since, until=until, movements=of_account, currency=of_account[0].currency),
    )
