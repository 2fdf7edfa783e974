"""What stands in a cell: amounts, dates, yes and no, as people and programs write them.

Each function gives the value, or raises ValueError with the end of a sentence: why not, and what to write instead.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from relancier.config import address

SPACES = re.compile("[\\s\u00a0\u202f\u2009\u2007'’]+")
CURRENCY_MARK = re.compile(r"(?:€|EUR)\s*$|^\s*(?:€|EUR)", re.IGNORECASE)
WHOLE = r"(\d{1,12}|\d{1,3}(?: \d{3}){1,3}"
DECIMAL_COMMA = re.compile(WHOLE + r"|\d{1,3}(?:\.\d{3}){1,3}),(\d{1,2}|\d{2}0{1,6})", re.ASCII)
DECIMAL_POINT = re.compile(WHOLE + r"|\d{1,3}(?:,\d{3}){1,3})\.(\d{1,2}|\d{2}0{1,6})", re.ASCII)
NO_DECIMALS = re.compile(WHOLE + r"|\d{1,3}(?:\.\d{3}){2,3}|\d{1,3}(?:,\d{3}){2,3})", re.ASCII)
PLAIN = re.compile(r"\d{1,12}[.,]\d\d", re.ASCII)  # what most cells hold
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
TIME = r"(?:[T ]\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?)?"
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + TIME, re.ASCII)
COMPACT_DATE = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})", re.ASCII)
COMPACT_DAY_FIRST = re.compile(r"(\d{2})(\d{2})((?:19|20)\d{2}|\d{2})", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + TIME, re.ASCII)
SHORT_YEAR = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2})" + TIME, re.ASCII)
NAMED_MONTH = re.compile(r"(?:[^\W\d_]{3,9}\.?,? )?(\d{1,2})(?:er)?[ /.-]([^\W\d_]{3,9})\.?[ /.-](\d{4}|\d{2})" + TIME)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier janv jan january", "février fevrier févr fevr fév fev feb february", "mars mar march",
         "avril avr april apr", "mai may", "juin june jun", "juillet juil july jul", "août aout aoû aou august aug",
         "septembre sept sep september", "octobre oct october", "novembre nov november",
         "décembre decembre déc dec december"), 1)
    for name in names.split()
}  # fmt: skip
SERIAL = re.compile(r"[3-5]\d{4}(?:[.,]\d+)?", re.ASCII)
SERIALS = range(36_526, 55_153)  # the days from 2000 to 2050, counted as spreadsheets do
COUNTED_FROM = date(1899, 12, 30)
SIDE = re.compile(r"(?<=[\d) €])\s*(D|DB|C|CR)$")  # debit or credit, as ledgers write beside an amount
YEARS = range(1990, 2101)
MONTH_FIRST = (
    "is written month first, and other days of the column may be; write all of them day, month, year, as in 31/12/2026."
)
YES = frozenset({"yes", "oui", "1", "y", "o", "true", "vrai", "x"})
NO = frozenset({"no", "non", "0", "n", "false", "faux"})
RISKS = {"faible": "low", "moyen": "medium", "moyenne": "medium", "élevé": "high", "eleve": "high", "fort": "high"}
RISKS |= {risk: risk for risk in ("low", "medium", "high")}
SECTORS = {"private": "private", "public": "public", "privé": "private", "prive": "private"}
LANGUAGES = {
    "français": "fr", "francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de",
    "espagnol": "es", "italien": "it",
}  # fmt: skip
# ISO 4217, the currencies in use.
CURRENCIES = frozenset(
    re.findall(
        "[A-Z]{3}",
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
        "CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
        "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
        "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR "
        "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
        "TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ",
    )
)


@lru_cache(maxsize=65_536)
def amount(text: str) -> Decimal:
    """An amount to the cent; thousands and decimals as in French, English or German, with or without a euro sign."""
    side = SIDE.search(text)
    if PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    bare = SPACES.sub(" ", CURRENCY_MARK.sub("", text[: side.start()] if side else text)).strip().replace("\u2212", "-")
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    digits = bare.strip("-() ")
    if side and side[1].startswith("C"):
        negative = not negative
    if AMBIGUOUS.fullmatch(digits):
        raise ValueError(f"can be read in two ways; write {re.sub('[.,]', '', digits)},00 if it is in thousands.")
    match = DECIMAL_COMMA.fullmatch(digits) or DECIMAL_POINT.fullmatch(digits) or NO_DECIMALS.fullmatch(digits)
    if match is None:
        raise ValueError("is not an amount; write it as 1 234,56 or 1234.56.")
    whole = re.sub("[ .,]", "", match[1])
    cents = (match[2] if match.lastindex == 2 else "")[:2].ljust(2, "0")
    return Decimal(f"{'-' if negative else ''}{whole}.{cents}")


@lru_cache(maxsize=65_536)
def day(text: str) -> date:
    """A date, day first, ISO, with its month in letters or as a spreadsheet counts days; never month first."""
    year, month, number = _parts(" ".join(text.split()))
    try:
        found = date(year, month, number)
    except ValueError:
        if month > 12 >= number:
            raise ValueError(MONTH_FIRST) from None
        raise ValueError("is no day of the calendar; write day, month, year, as in 31/12/2026.") from None
    if year not in YEARS:
        raise ValueError(f"is in the year {year}; correct the year.")
    return found


def _parts(text: str) -> tuple[int, int, int]:
    """The year, the month and the day that a text names."""
    if match := ISO_DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := DAY_FIRST.fullmatch(text) or SHORT_YEAR.fullmatch(text):
        return _whole(match[4]), int(match[3]), int(match[1])
    if match := COMPACT_DAY_FIRST.fullmatch(text):
        return _whole(match[3]), int(match[2]), int(match[1])
    if (match := NAMED_MONTH.fullmatch(text)) and match[2].casefold() in MONTHS:
        return _whole(match[3]), MONTHS[match[2].casefold()], int(match[1])
    if SERIAL.fullmatch(text) and int(text[:5]) in SERIALS:
        found = COUNTED_FROM + timedelta(days=int(text[:5]))
        return found.year, found.month, found.day
    raise ValueError("is not a date; write it as 31/12/2026 or 2026-12-31.")


def _whole(year: str) -> int:
    return int(year) + (2000 if len(year) == 2 else 0)


def yes(text: str) -> bool:
    """Yes or no, in English or French."""
    word = text.casefold()
    if word not in YES | NO:
        raise ValueError("is neither yes nor no; write yes, no, oui or non.")
    return word in YES


def risk(text: str) -> str:
    """A risk: low, medium or high."""
    try:
        return RISKS[text.casefold()]
    except KeyError:
        raise ValueError("is no risk; write low, medium or high (faible, moyen, élevé).") from None


def sector(text: str) -> str:
    """A sector: private or public."""
    try:
        return SECTORS[text.casefold()]
    except KeyError:
        raise ValueError("is no sector; write private or public.") from None


def language(text: str) -> str:
    """A language by its two letters."""
    word = text.casefold()
    code = LANGUAGES.get(word, word[:2] if re.fullmatch(r"[a-z]{2}([-_][a-z]{2})?", word) else "")
    if not code:
        raise ValueError("is no language; write two letters, as in fr or en.")
    return code


def currency(text: str) -> str:
    """A currency by its ISO code."""
    code = "EUR" if text == "€" else text.upper()
    if code not in CURRENCIES:
        raise ValueError("is no currency; write its ISO code, as in EUR.")
    return code


def link(text: str) -> str:
    """The address of a page to pay on."""
    if not re.fullmatch(r"https://[^\s/<>\"@]+(/[^\s<>\"]*)?", text) or len(text) > 2000:
        raise ValueError("is no safe link; write an address that begins with https://.")
    return text


def number(text: str) -> str:
    """An invoice number."""
    if re.fullmatch(r"\d+(?:[.,]\d+)?E\+\d+", text, re.IGNORECASE):
        raise ValueError("was changed by a spreadsheet; format the column as text and enter the number again.")
    if len(text) > 64:
        raise ValueError("is too long for an invoice number; it may have 64 characters.")
    return text


@lru_cache(maxsize=262_144)
def _email(text: str) -> tuple[str, str]:
    try:
        return address(text), ""
    except ValueError as error:
        return "", str(error).partition(" is not a mail address")[2]


def email(text: str) -> str:
    """A mail address; each distinct one is checked once."""
    found, why_not = _email(text)
    if why_not:
        raise ValueError(f"is not a mail address{why_not.rstrip('.')}; write one address, as in compta@client.fr.")
    return found
