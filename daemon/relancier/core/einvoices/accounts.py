"""The accounts that an invoice's own file asks to pay to, only ever compared with those that our messages carry.

They are never shown to a customer, and never taken for our details (house law 12).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relancier.core.case import Case
from relancier.core.text.folding import composed, fold

LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""How many characters an IBAN of each country has (the SWIFT registry)."""
MOST, LONGEST_TEXT = 20, 200_000
_START = re.compile(r"(?:(?<![A-Za-z0-9])|(?<=IBAN))[A-Z]{2}[^\S\n]?[0-9]{2}")
_GAPS = re.compile(r"[\s.\-]")
_WIDEST_GAP = 3
_BANKS_CODE = re.compile(r"\s?(?:BIC|SWIFT)")
_OF_THE_PAYER = re.compile(
    r"\bprelev|\bmandat\b|\bdirect debit\b|\bdebite\b|\b(?:votre|your) (?:iban|rib|bank|compte|account)\b"
)
_TRANSFER = re.compile(r"\bvirement|\btransfer|\b(?:notre|nos|our)\b")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What a file's data name: where to pay, and the accounts of who pays (those of a direct debit)."""

    payees: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()


def sound(iban: str) -> str:
    """An IBAN without spaces where its length is its country's and its check digits are right (mod 97), else ''."""
    bare = _GAPS.sub("", iban).upper()
    if not (bare.isascii() and bare.isalnum()) or LENGTHS.get(bare[:2]) != len(bare):
        return ""
    return bare if int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1 else ""


def sounds(texts: Iterable[str]) -> tuple[str, ...]:
    """Those texts that are IBANs, each once, a few at most."""
    return tuple(dict.fromkeys(found for text in texts if (found := sound(text))))[:MOST]


def on_page(text: str) -> tuple[str, ...]:
    """The IBANs in the text of a page, in groups of four or not; those of who pays are left out."""
    plain = composed(text[:LONGEST_TEXT])
    return sounds(_read_from(plain))


def _read_from(text: str) -> Iterator[str]:
    folded = fold(text)
    for match in _START.finditer(text):
        length = LENGTHS.get(text[match.start() : match.start() + 2], 0)
        if length and not _of_the_payer(folded, match.start()):
            yield _taken(text, match.start(), length)


def _taken(text: str, at: int, length: int) -> str:
    """As many characters from there on, whatever small gaps stand between; '' where more of them follow at once."""
    found, gap = "", 0
    while at < len(text) and len(found) < length and gap <= _WIDEST_GAP:
        char = text[at]
        found, gap = (found, gap + 1) if _GAPS.match(char) else (found + char, 0)
        at += 1
    ends = at == len(text) or not text[at].isalnum() or _BANKS_CODE.match(text, at) is not None
    return found if ends else ""


def _of_the_payer(folded: str, at: int) -> bool:
    """Whether the words before it, in its row or the one above, speak of a debit and of no transfer."""
    row = folded.rfind("\n", 0, at)
    words = folded[folded.rfind("\n", 0, max(row, 0)) + 1 : at]
    return _OF_THE_PAYER.search(words) is not None and _TRANSFER.search(words) is None


# --- Compared with ours ---------------------------------------------------------------------------------------------


def differing(case: Case, ours: Sequence[str]) -> tuple[str, ...]:
    """The accounts that its files show instead of ours: of each place that shows any, where none of ours is among them.

    `ours` begins with the one that our messages carry.
    """
    if not any(ours):
        return ()
    places = (place for shown in case.shown for place in shown.places)
    return tuple(dict.fromkeys(iban for place in places if place and not set(ours) & set(place) for iban in place))


def not_contradicted(case: Case, ours: str) -> bool:
    """Whether it may be said that the account is that of the invoice: its file shows it, or there is no file."""
    if not case.shown:
        return not case.invoice.pdf
    shows = any(ours in place for shown in case.shown for place in shown.places)
    return shows and not differing(case, (ours,))


def mark(shown: Iterable[str], ours: str) -> str:
    """What tells one difference from another: what a person has settled is asked again only where one side changes."""
    facts = "|".join((*sorted(shown), ours))
    return f"iban|{hashlib.sha256(facts.encode()).hexdigest()[:20]}"
