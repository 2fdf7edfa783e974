"""What amounts carry beside their digits: a dash for nothing, the sign or the code of another currency."""

import re
from collections.abc import Mapping

from relancier.adapters.invoices.cells import CURRENCIES
from relancier.adapters.invoices.grid import Line, Unreadable
from relancier.adapters.invoices.sorts import MONEY
from relancier.core.problem import Problem

DASHES = "-–—€ \u00a0\u202f"
SIGNS = {"$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD", "$US": "USD", "FR.": "CHF", "SFR": "CHF"}
FOREIGN = re.compile(
    r"^\s*([A-Za-z]{2,3}\.?|US\$|\$US|[$£¥])\s*(?=[-(\d])|(?<=[\d)-])\s*([A-Za-z]{3}|\$US|US\$|[$£¥])\s*$"
)
BARE = re.compile(r"[\d\s.,'’()+\u2212-]*")


def with_currency(
    name: str, shown: tuple[str, ...], rows: list[Line], places: Mapping[str, int]
) -> tuple[tuple[str, ...], list[Line]]:
    """The rows with amounts that are digits alone, and the currency they name in its own column."""
    money = [places[column] for column in MONEY if column in places]
    optional = [places[column] for column in MONEY if column in places and column != "amount"]
    codes: dict[int, str] = {}
    for line, row in rows:
        for place in optional:
            if row[place] and not row[place].strip(DASHES):
                row[place] = ""
        if found := _codes(row, money):
            codes[line] = _one(name, line, found, row[places["currency"]] if "currency" in places else "")
    if not codes:
        return shown, rows
    if "currency" in places:
        return shown, [(line, _set(row, places["currency"], codes.get(line, ""))) for line, row in rows]
    return (*shown, "currency"), [(line, _set(row, len(shown), codes.get(line, ""))) for line, row in rows]


def _codes(row: list[str], money: list[int]) -> set[str]:
    """The currencies that the amounts of a row name; taken off the amounts."""
    found = set()
    for place in money:
        if BARE.fullmatch(row[place]):
            continue
        mark = FOREIGN.search(row[place])
        code = SIGNS.get((mark[1] or mark[2]).upper(), (mark[1] or mark[2]).upper()) if mark else ""
        if mark and code in CURRENCIES and code != "EUR":
            found.add(code)
            row[place] = row[place][: mark.start()] + row[place][mark.end() :]
    return found


def _one(name: str, line: int, found: set[str], written: str) -> str:
    codes = found | ({"EUR" if written.strip() == "€" else written.strip().upper()} if written.strip() else set())
    if len(codes) > 1:
        text = f"the line names several currencies, {' and '.join(sorted(codes))}; keep the one of the invoice."
        raise Unreadable(Problem(name, text, line))
    return codes.pop()


def _set(row: list[str], place: int, code: str) -> list[str]:
    """The row with the code at this place, where it names one."""
    full = [*row, *[""] * (place + 1 - len(row))]
    full[place] = code or full[place]
    return full
