"""What the lines above the headings of an export say: of which account it is, and which days it holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from relancier.adapters.statements.accounts import SHORTEST, french_iban, ibans_in, named_in
from relancier.adapters.statements.cells import day
from relancier.adapters.statements.values import EXPORT_AGAIN, refuse
from relancier.core.text.folding import composed, fold

Titles = Sequence[Sequence[str]]

DAY = timedelta(days=1)
A_DAY = r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})"
PERIODS = (
    re.compile(rf"\b(?:du|from|entre le) {A_DAY} (?:au|to|et le) {A_DAY}"),
    re.compile(rf"\b(?:date de debut|start date)\D{{0,30}}{A_DAY}\D{{0,20}}(?:date de fin|end date)\D{{0,30}}{A_DAY}"),
)
MADE = re.compile(
    rf"(?<!debut de )(?<!fin de )\b(?:edit|export|gener|telecharg|extrait|imprim|tire)[a-z]{{0,6}}"
    rf"(?: [a-z']{{1,12}}){{0,3}} ?:? ?{A_DAY}"
)
# Digits with spaces between groups of them, one letter among them at most; no beginning of a day or of an amount.
NUMBER = (
    r"(?<![0-9a-z.,/-])(\d{5}([ -])\d{5}\2[0-9a-z]{11}\2\d{2}|\d+(?: \d+(?![\d/.,-]))*(?: ?[a-z] ?\d{3}|[a-z])?)"
    r"(?![a-z0-9]|[/.,-]\d| \d{3}[.,]\d)"
)
NUMBERED = re.compile(NUMBER)
# What follows the word for an account, up to what other numbers belong to.
BESIDE = re.compile(
    r"(?<!solde )(?<!solde du )(?<!solde de )\b(?:compte|livret|account)\b"
    r"((?:(?!solde|\btel|siret|siren|conseiller).){0,80})"
)
CURRENCY = re.compile(r"\bdevise\b[ :;]{0,5}([a-z]{3})\b")
ALONE = re.compile(rf"[=\"' ]*{NUMBER}[\"' ]*")
CARD = re.compile(r"\b(?:visa|mastercard|carte)\b.{0,40}\d{4}")
ACCOUNT = re.compile(r"\b(?:compte|livret|iban|rib)\b")
ALONE_LENGTHS = range(10, 24)
AN_INSTANT = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d*")
BANK = re.compile(r"\bcode (?:de la )?banque\b[^0-9]{0,5}(\d{5})\b")
BRANCH = re.compile(r"\bcode (?:de l')?(?:agence|guichet)\b[^0-9]{0,5}(\d{5})\b")


def account_in(titles: Titles, name: str, accounts: Sequence[str], *, by_name: bool) -> str:
    """The account that the lines above the headings tell, or the file's name; '' for none. Raises Refused."""
    text = "\n".join(" ".join(row) for row in titles)
    ibans = ibans_in(text)
    ours = [one for one in ibans if one in accounts] or ibans
    if len(ours) == 1:
        return ours[0]
    if found := named_in(f"{text} {name}" if by_name else text, accounts):
        return found
    told = [*ours, *dict.fromkeys(_numbers(titles))]
    if len(told) > 1:
        raise refuse(name, f"the lines above its headings name several accounts: {EXPORT_AGAIN}, one account a file.")
    return told[0] if told else ""


def names_an_account(titles: Titles) -> bool:
    """Whether some lines name an account by its IBAN, or by a number beside the word for one."""
    return bool(ibans_in("\n".join(" ".join(row) for row in titles))) or any(_beside(_folded(titles)))


def is_of_a_card(titles: Titles) -> bool:
    """Whether some lines name a card and no account."""
    text = "\n".join(_folded(titles))
    return CARD.search(text) is not None and ACCOUNT.search(text) is None


def _folded(titles: Titles) -> list[str]:
    return [" ; ".join(filter(None, (fold(composed(cell)).strip() for cell in row))) for row in titles]


def _beside(lines: Iterable[str]) -> Iterator[str]:
    return (found for line in lines for place in BESIDE.finditer(line) if (found := _first(place[1])))


def _numbers(titles: Titles) -> Iterator[str]:
    """The numbers of accounts: beside the word for one, else alone in the first cell of a line."""
    lines = _folded(titles)
    alone = (match[1] for line in lines if (match := ALONE.fullmatch(line.partition(" ; ")[0])))
    whole = [_whole(number, "\n".join(lines)) for number in _beside(lines)]
    yield from whole or filter(_may_be_one, map(_squeezed, alone))


def _first(text: str) -> str:
    """The first number in a text that is long enough for an account."""
    return next((number for match in NUMBERED.finditer(text) if len(number := _squeezed(match[1])) >= SHORTEST), "")


def _may_be_one(number: str) -> bool:
    return len(number) in ALONE_LENGTHS and AN_INSTANT.fullmatch(number) is None


def _squeezed(number: str) -> str:
    return re.sub("[ -]", "", number).upper()


def _whole(number: str, text: str) -> str:
    """The number as its IBAN, where it is a whole RIB or bank and branch stand above the headings as well."""
    bank, branch = BANK.search(text), BRANCH.search(text)
    return french_iban(bank[1] if bank else "", branch[1] if branch else "", number) or number


def currency_in(titles: Titles) -> str:
    """The currency that the lines above the headings tell; '' for none."""
    found = CURRENCY.search("\n".join(_folded(titles)))
    return found[1].upper() if found else ""


def period_in(titles: Titles, days: Iterable[date]) -> tuple[date, date]:
    """The whole days it covers; the last one counts only where the file says that it was made later."""
    held = sorted(days)
    since, last = held[0], held[-1]
    text = " ".join(fold(composed(" ".join(cell for row in titles for cell in row))).split())
    stated = next(filter(None, (period.search(text) for period in PERIODS)), None)
    made = MADE.search(text)
    try:
        if stated is not None:
            since, last = day(stated[1]), max(day(stated[2]), last)
        if made is not None:
            return since, max(min(last, day(made[1]) - DAY), since - DAY)
    except ValueError:
        pass
    return since, last - DAY
