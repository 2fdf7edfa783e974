"""A French account as its IBAN, so that one account is the same in every format."""

import re
from collections.abc import Iterable

from relancier.core.paid.coverage import account_of
from relancier.core.writing.transfer import is_iban

LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
SHORTEST = 6
FRENCH = 27
IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Za-z0-9]){11,30}", re.ASCII)
PARTS = re.compile(r"(\d{5})(\d{5})([0-9A-Z]{11})", re.ASCII)


def french_iban(bank: str, branch: str, account: str) -> str:
    """The IBAN of bank, branch and account number (with its RIB key or without); '' where these are none of a RIB."""
    number = re.sub(r"[\s.-]", "", account).upper()
    whole = number
    if len(number) in {16, 18}:
        whole = bank.strip().zfill(5) + number
    elif len(number) <= 11:
        whole = bank.strip().zfill(5) + branch.strip().zfill(5) + number.zfill(11)
    match = PARTS.fullmatch(whole[:21])
    if match is None or len(whole) not in {21, 23} or not int(match[1]) or not match[3].strip("0"):
        return ""
    key = _rib_key(*match.groups())
    if len(whole) == 23 and whole[21:] != key:
        return ""
    found = _iban(f"{match[1]}{match[2]}{match[3]}{key}")
    return found if is_iban(found) else ""


def _rib_key(bank: str, branch: str, account: str) -> str:
    digits = account.translate(LETTERS)
    return f"{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(digits)) % 97:02}"


def _iban(rib: str) -> str:
    rest = int("".join(str(int(character, 36)) for character in f"{rib}FR00")) % 97
    return f"FR{98 - rest:02}{rib}"


def known(account: str, accounts: Iterable[str]) -> str:
    """The one of our accounts in which this number stands, else the number itself."""
    return account if is_iban(account) else account_of(account, accounts) or account


def named_in(text: str, accounts: Iterable[str]) -> str:
    """The one of our accounts whose number stands in a text; '' for none or several."""
    squeezed = re.sub(r"[^0-9A-Z]", "", text.upper())
    found = [one for one in accounts if _number(one) and _number(one) in squeezed]
    return found[0] if len(found) == 1 else ""


def _number(iban: str) -> str:
    """The account's own number in a French IBAN, without zeros before it."""
    number = iban[14:25].lstrip("0") if iban.startswith("FR") and len(iban) == FRENCH else iban[4:]
    return number if len(number) >= SHORTEST else ""


def ibans_in(text: str) -> list[str]:
    """Every IBAN in a text, spaced or not; what follows it on the line is no part of it."""
    found = (re.sub(r"\s", "", one).upper() for one in IBAN.findall(text))
    return list(dict.fromkeys(iban for one in found if (iban := _longest(one))))


def _longest(text: str) -> str:
    lengths = (FRENCH,) if text.startswith("FR") else range(len(text), 14, -1)
    return next((text[:length] for length in lengths if len(text) >= length and is_iban(text[:length])), "")
