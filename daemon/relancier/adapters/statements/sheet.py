"""The rows of a bank's export into movements: one column of amounts or two, the day first."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import starmap

from relancier.adapters.statements.accounts import known
from relancier.adapters.statements.balances import folded
from relancier.adapters.statements.cells import amount_of, day
from relancier.adapters.statements.table import INTO, OUT, Sheet
from relancier.adapters.statements.titles import account_in, currency_in, is_of_a_card, period_in
from relancier.adapters.statements.values import EXPORT_AGAIN, Refused, added_up, reference, refuse
from relancier.adapters.statements.words import came_back, payer_in
from relancier.core.paid.statement import Movement, Statement
from relancier.core.problem import Problem
from relancier.core.writing.transfer import is_iban
from relancier.ports import Statements

MOST_SHOWN = 20
EUROS = dict.fromkeys(("", "€", "euro", "euros"), "EUR")
NOT_BOOKED = frozenset({
    "en attente", "pending", "en cours", "a venir", "refuse", "refusee", "declined", "annule", "annulee", "canceled",
    "cancelled", "reverted", "reversed", "rejected", "rejete", "rejetee", "en traitement", "processing", "failed",
    "echoue", "echouee", "echec", "initiated", "initie", "initiee", "expired", "expire", "expiree",
})  # fmt: skip


def read(name: str, sheets: Sequence[Sheet], accounts: Sequence[str]) -> Statements:
    """The statement of each account. Raises Refused."""
    sheets = [sheet for sheet in sheets if not is_of_a_card(sheet.titles)]
    if not sheets:
        raise refuse(name, "it is of a card, not of an account; download the account's statement from the bank.")
    told = [account_in(sheet.titles, name, accounts, by_name=not number) for number, sheet in enumerate(sheets)]
    only = accounts[0] if len(accounts) == 1 else ""
    found: dict[str, tuple[list[Sheet], list[Movement]]] = {}
    problems: list[Problem] = []
    for account, sheet in zip(told, sheets, strict=True):
        for movement in _movements(sheet, account or only, accounts, problems):
            of_sheets, movements = found.setdefault(movement.account, ([], []))
            movements.append(movement)
            of_sheets += [] if sheet in of_sheets[-1:] else [sheet]
    if problems:
        raise Refused(*problems[:MOST_SHOWN])
    if not found:
        raise refuse(name, f"there is no movement under its headings; {EXPORT_AGAIN}.")
    unnamed = any(not _numbered(sheets[0].cell(row, "account")) for _, row in sheets[0].rows)
    return Statements(tuple(starmap(_statement, found.values())), assumed=not told[0] and unnamed)


def _movements(sheet: Sheet, fallback: str, accounts: Sequence[str], problems: list[Problem]) -> Iterator[Movement]:
    for line, row in sheet.whole():
        try:
            movement = _movement(sheet, row, fallback, accounts)
        except ValueError as error:
            problems.append(Problem(sheet.name, str(error), line))
            continue
        if movement is not None:
            yield movement


def _movement(sheet: Sheet, row: Sequence[str], fallback: str, accounts: Sequence[str]) -> Movement | None:
    """The movement of a row; None where it moves nothing or is not booked. Raises ValueError with the sentence."""
    if folded(sheet.cell(row, "status")) in NOT_BOOKED:
        return None
    amount = _amount(sheet, row)
    if not amount:
        return None
    on = day(sheet.on(row))
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


def _statement(sheets: Sequence[Sheet], movements: Sequence[Movement]) -> Statement:
    titles = [row for sheet in sheets for row in sheet.titles]
    since, until = period_in(titles, (movement.on for movement in movements))
    first = movements[0]
    return added_up(
        sheets[0].name,
        Statement(account=first.account, since=since, until=until, movements=tuple(movements), currency=first.currency),
    )
