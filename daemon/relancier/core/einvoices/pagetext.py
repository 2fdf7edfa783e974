"""An invoice read off the text of its pages: number, due date and total, in French or English, or nothing at all.

It only ever makes a proposal to a person. A value counts where it stands directly behind its label, alone on the next
line below a label that stands alone, or in a row of as many values as there are headings in the row above it; two
different values for one label, and nothing is read.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import product
from typing import TypeVar

from relancier.core.einvoices.einvoice import EInvoice, Part
from relancier.core.einvoices.invoiced import checked
from relancier.core.text.folding import composed, fold

LONGEST_TEXT, LONGEST_ROW = 200_000, 300
_MONTHS = {
    name: month
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for month, name in enumerate(names.split(), start=1)
}
_NUMBER_LABEL = re.compile(
    r"\b(?:(?:n[°ºo]\.?|numero|num\.?)\s?(?:de\s(?:la\s)?)?facture|facture\s?(?:n[°º]|(?:no\.?|numero|num\.?)(?![a-z]))"
    r"|invoice\s?(?:n[°º]|#|(?:no\.?|number|num\.?)(?![a-z]))|(?:facture|invoice)(?=\s+[a-z/_-]*[0-9]))"
)
_DUE_LABEL = re.compile(
    r"\b(?:(?P<french>(?:date\sd[' ]\s?)?echeance(?:\s(?:le|au))?|date\slimite\s(?:de|du)\s(?:paiement|reglement)"
    r"|(?:a\s(?:payer|regler)|payable|paiement|reglement)\s(?:au\splus\stard(?:\sle)?|avant\sle|jusqu'au))"
    r"|payment\sdue(?:\s(?:date|on|by))?|due\s(?:date|on|by)|(?:pay|payable)\sby|date\sdue)\b"
)
_ISSUED_LABEL = re.compile(
    r"\b(?:(?P<french>date\s(?:de\s(?:la\s)?(?:facture|facturation)|d[' ]\s?emission)|^(?:date|le)(?=\s?:))"
    r"|(?:invoice|issue)\sdate|date\sof\s(?:invoice|issue))\b"
)
_ALL_TAXES = r"(?:t\.?t\.?c\b\.?|toutes\staxes\scomprises)"
_TOTAL_LABEL = re.compile(
    rf"\b(?:(?:(?:montant|total|somme|reste|solde)\s)?(?:net\s)?(?:total\s)?a\s(?:payer|regler)(?:\s{_ALL_TAXES})?"
    rf"|(?:montant\s)?total\s(?:general\s)?{_ALL_TAXES}|montant\s{_ALL_TAXES}|(?:reste|solde|total|montant)\sdu"
    r"|(?:total\s)?(?:amount|balance)\s(?:due|payable)|total\s(?:due|payable)|(?:invoice|grand)\stotal"
    r"|total\s\(?incl[a-z.]*\s(?:of\s)?(?:vat|tax(?:es)?)\)?)"
)
_HEADINGS = tuple(
    re.compile(
        r"\b(?:(?P<number>(?:n[°º]|numero)(?:\s?(?:de\s)?facture)?|facture\s?n[°º])"
        rf"|(?P<due>(?:{day}\s?)?echeance)|(?P<issued>date(?:\s(?:de\s)?facture)?)"
        r"|(?P<other>(?:code\s|n[°º]\s?|reference\s)?client|page|reference))(?!\S)\s*"
    )
    for day in (r"date\sd'", r"date\s(?:d')?")  # "Date Échéance" may be two headings or one
)
_NOT_AN_INVOICE = re.compile(
    r"\bpro[\s-]?forma|\bacomptes?\b|\bdeposit\b|\bprepayment|\bcredit\snote|\bnote\sde\scredit|\bfacture\sd'\s?avoir"
    r"|\breleve\sde\s|\bstatement\sof\b|\becheances\b|\becheancier\b|\binstal?lments?\b|\bacquittee?\b"
    r"|\b(?:payee?|reglee?)\sle\b|^(?:paid|avoir|devis|quote|quotation|relance|rappel|mise\sen\sdemeure)\b"
    r"|^(?:payment\s)?reminder\b",
    re.MULTILINE,
)
_NUMBER = re.compile(r"[a-z0-9][a-z0-9._/\\-]{0,39}")
_BEHIND_A_NUMBER = re.compile(r"\s*$|\s{2,}|\s*[|;,)]|\s+(?:du|le|of|from|dated|date|page|en\sdate)\b")
_NUMERIC_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?![0-9]|[/.-][0-9])")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9][0-9])-([0-9][0-9])(?![0-9]|-[0-9])")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:er|st|nd|rd|th)?\s([a-z]{3,9})\s([0-9]{4})(?![0-9])")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\s([0-9]{1,2})(?:st|nd|rd|th)?,?\s([0-9]{4})(?![0-9])")
_MONEY = re.compile(
    r"(?P<before>€|\beur\b|£|\bgbp\b|\bchf\b)?\s?"
    r"(?P<whole>[0-9]{1,3}(?:(?P<group>[ .,'])[0-9]{3})(?:(?P=group)[0-9]{3})*|[0-9]{1,12})"
    r"(?P<point>[.,])(?P<cents>[0-9][0-9])(?![0-9]|[.,][0-9]|\s?%)\s?(?P<after>€|euros?\b|eur\b|£|gbp\b|chf\b)?"
)
_CURRENCIES = {"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "chf": "CHF"}
_EUROS = re.compile(r"€|\beur\b|\beuros?\b")
_FOREIGN = re.compile(r"[$¥₹£]|\b(?:usd|gbp|chf|cad|xof|xaf|mad|dollars?|pounds?)\b")
_BETWEEN = re.compile(r"[\s:=.]*")
_BEFORE_MONEY = re.compile(r"\s?(?:\(?(?:en\s)?(?:euros?|eur)\)?(?![\s:=.]*[a-z])|\(€\))?[\s:=.]*")
_SOME_VALUE = re.compile(r"[-(+]?\s?[0-9]")

T = TypeVar("T")


def read_text(text: str) -> EInvoice | None:
    """The invoice, if number, due date and total are each told without any doubt; else nothing."""
    rows = [row for one in composed(text[:LONGEST_TEXT]).splitlines() if (row := one.strip()[:LONGEST_ROW])]
    folded = [re.sub(r"\s", " ", fold(row)) for row in rows]
    whole = "\n".join(folded)
    if _NOT_AN_INVOICE.search(whole):
        return None
    listed = list(_listed(rows, folded))
    number = _number(rows, folded, [value for name, value in listed if name == "number"])
    due = _single((*_days(folded, _DUE_LABEL), *_listed_days(listed, "due")))
    total = _single(_totals(folded, whole))
    if number is None or due is None or total is None:
        return None
    return _sound(number, due, total, _single((*_days(folded, _ISSUED_LABEL), *_listed_days(listed, "issued"))))


def _sound(number: str, due: date, total: tuple[Decimal, str], issued: date | None) -> EInvoice | None:
    amount, currency = total
    if amount == 0 or (issued is not None and issued > due):
        return None
    invoice = EInvoice(
        number=number, total=amount, currency=currency, parts=(Part(due, amount),), issued=issued, exact=False
    )
    try:
        return checked(invoice)
    except ValueError:
        return None


def _single(found: Iterable[T | None]) -> T | None:
    """The one value found; nothing where there are two, or where one of them could not be read."""
    values = set(found)
    return values.pop() if len(values) == 1 else None


def _behind(folded: list[str], label: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Where a value of each label may begin: in its own row, or in the next where the label stands alone."""
    for index, row in enumerate(folded):
        for match in label.finditer(row):
            rest = _BEFORE_MONEY if label is _TOTAL_LABEL else _BETWEEN
            start = rest.match(row, match.end())
            end = start.end() if start else match.end()
            if end < len(row):
                yield index, end, match
            elif match.start() == 0 and index + 1 < len(folded):
                yield index + 1, 0, match


def _listed(rows: list[str], folded: list[str]) -> Iterator[tuple[str, str]]:
    """Headings and values where a row of nothing but headings stands above a row of as many values."""
    for (index, row), headings in product(enumerate(folded[:-1]), _HEADINGS):
        found = list(headings.finditer(row))
        values = rows[index + 1].split()
        if len(found) > 1 and sum(len(one[0]) for one in found) == len(row) and len(found) == len(values):
            yield from ((one.lastgroup or "", value) for one, value in zip(found, values, strict=True))


def _listed_days(listed: list[tuple[str, str]], wanted: str) -> Iterator[date | None]:
    for name, value in listed:
        if name == wanted:
            found = _day_at(fold(value), 0, french=True)
            yield found[0] if found and found[1] == len(value) else None


def _number(rows: list[str], folded: list[str], listed: list[str]) -> str | None:
    """The one number that stands by itself; what goes on behind it elsewhere must begin with the same."""
    sure = {one for one in listed if _NUMBER.fullmatch(fold(one)) and re.search("[0-9]", one)}
    told = set(listed)
    for index, start, _ in _behind(folded, _NUMBER_LABEL):
        row = folded[index]
        match = _NUMBER.match(row, start)
        if match is None or not re.search("[0-9]", match[0]) or _day_at(row, start, french=True):
            continue
        value = rows[index][start : match.end()].rstrip(".-/")
        told.add(value)
        if match.end() == len(row) or (start and _BEHIND_A_NUMBER.match(row, match.end())):
            sure.add(value)
    return sure.pop() if len(sure) == 1 and len(told) == 1 else None


def _days(folded: list[str], label: re.Pattern[str]) -> Iterator[date | None]:
    for index, start, match in _behind(folded, label):
        row = folded[index]
        found = _day_at(row, start, french=match["french"] is not None)
        if found is not None:
            more = re.search(r"[0-9][/.-][0-9][0-9]?[/.-][0-9]", row[found[1] :])
            alone = start or found[1] == len(row)
            yield found[0] if alone and not more else None
        elif _SOME_VALUE.match(row, start) and start:
            yield None


def _day_at(row: str, start: int, *, french: bool) -> tuple[date | None, int] | None:
    """The day written at a place and where it ends; no day where it is not clear which is meant."""
    if match := _ISO_DAY.match(row, start):
        return _day(match[1], match[2], match[3]), match.end()
    if match := _NUMERIC_DAY.match(row, start):
        return _numeric(match, french=french), match.end()
    if match := _DAY_FIRST.match(row, start):
        return _day(match[3], str(_MONTHS.get(match[2], 0)), match[1]), match.end()
    if match := _MONTH_FIRST.match(row, start):
        return _day(match[3], str(_MONTHS.get(match[1], 0)), match[2]), match.end()
    return None


def _numeric(match: re.Match[str], *, french: bool) -> date | None:
    """The day comes first in French and with points; else only where no month could be meant, or both are the same."""
    first, second = int(match[1]), int(match[3])
    if french or match[2] == "." or first > 12 or first == second:
        return _day(match[4], match[3], match[1])
    return _day(match[4], match[1], match[3]) if second > 12 else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _totals(folded: list[str], whole: str) -> Iterator[tuple[Decimal, str] | None]:
    for index, start, _ in _behind(folded, _TOTAL_LABEL):
        row = folded[index]
        match = _MONEY.match(row, start)
        if match is None:
            if start and _SOME_VALUE.match(row, start):
                yield None
        elif start or match.end() == len(row):
            more = _MONEY.search(row, match.end())
            yield None if more else _sum(match, row[:start], whole)


def _sum(match: re.Match[str], label: str, whole: str) -> tuple[Decimal, str] | None:
    """A sum and its currency, if both are clear."""
    told = {_CURRENCIES[one] for one in (match["before"], match["after"]) if one}
    if not told and (_EUROS.search(label) or (_EUROS.search(whole) and not _FOREIGN.search(whole))):
        told = {"EUR"}
    if len(told) != 1 or match["group"] == match["point"]:
        return None
    return Decimal(re.sub(r"\D", "", match["whole"]) + "." + match["cents"]), told.pop()
