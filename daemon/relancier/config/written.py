"""How values are written in the configuration, and what each becomes.

Each function takes what TOML holds and gives the value, or raises ValueError with the sentence a person reads.
"""

import difflib
import ipaddress
import math
import re
import zoneinfo
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, PlainValidator, Strict, ValidationInfo

from relancier.core.case import Signer

MonthDay = tuple[int, int]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SIZES = {"KB": 1_000, "MB": 1_000_000}
MOST_BYTES = 50 * SIZES["MB"]
UNIT_DAYS = {"d": 1.0, "w": 7.0, "y": 365.25}
# Control characters and the marks that reverse or break text: nothing a name, a number or an address needs.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def shown(value: object, limit: int = 40) -> str:
    """A value as a sentence shows it: on one line, bounded, in quotation marks if it is text."""
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else UNSAFE.sub("�", str(value))[:limit]
    text = UNSAFE.sub("�", value)
    return f'"{text[: limit - 1]}…"' if len(text) > limit else f'"{text}"'


def text_of(value: object, example: str) -> str:
    if isinstance(value, str):
        return value.strip()
    raise ValueError(f'must be text in quotation marks, as in "{example}"; it is {shown(value)} now.')


def line(value: str) -> str:
    """One line of text without control characters."""
    if UNSAFE.search(value):
        raise ValueError(f"must be one line of plain text; take the control character out of {shown(value)}.")
    return value.strip()


def filled(value: str) -> str:
    """One line of text that is not empty."""
    if not line(value):
        raise ValueError("must not be empty; write it between the quotation marks.")
    return line(value)


def _first_words(error: EmailNotValidError) -> str:
    sentence = str(error).split(". ")[0].rstrip(".")
    return sentence[:1].lower() + sentence[1:]


def address(value: str) -> str:
    """A mail address in the form in which it is sent to, domain in lower case and ASCII.

    `test_environment` lets `.test` through (RFC 2606 keeps it for demos and tests, as `.example`, which is allowed
    anyway): no mail can ever reach it, so it harms nobody. DNS is never asked: a check must work off line. Addresses
    beyond ASCII before the @ are refused because not every server on the way takes SMTPUTF8.
    """
    try:
        checked = validate_email(
            value, check_deliverability=False, strict=True, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValueError(f"{shown(value)} is not a mail address: {_first_words(error)}.") from None
    return checked.ascii_email or value


def optional_address(value: str) -> str:
    """A mail address, or nothing."""
    return address(value) if value.strip() else ""


def duration(value: object, example: str = "30d", units: str = "dwy") -> timedelta:
    """A span of time: "7d", "2w", "5y"; a year is 365 days and a quarter, rounded up to a whole day."""
    text = text_of(value, example)
    match = re.fullmatch(r"(\d{1,4})([a-z])", text)
    if match is None or match[2] not in units or int(match[1]) == 0:
        raise ValueError(f'must be a number and its unit, as in "{example}"; it is {shown(text)} now.')
    return timedelta(days=math.ceil(int(match[1]) * UNIT_DAYS[match[2]]))


def _span(example: str) -> Callable[[object], timedelta]:
    return lambda value: duration(value, example)


def working_days(value: object) -> int:
    """A number of working days, written "3d"."""
    if value == "0d":
        return 0
    return duration(value, "3d", "d").days


def days(value: object) -> frozenset[int]:
    """Days of the week, 0 is Monday."""
    if not isinstance(value, list) or not value:
        raise ValueError('must be a list of days, as in ["mon", "tue"].')
    unknown = [day for day in value if day not in WEEKDAYS]
    if unknown:
        raise ValueError(f"knows no day {shown(unknown[0])}; the days are {', '.join(WEEKDAYS)}.")
    return frozenset(WEEKDAYS.index(day) for day in value)


def clock(value: object) -> time:
    """A time of day, written "08:30"."""
    text = text_of(value, "08:30")
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if match is None:
        raise ValueError(f'must be a time of day, as in "08:30"; it is {shown(text)} now.')
    return time(int(match[1]), int(match[2]))


def hours(value: object) -> tuple[time, time]:
    """A span of the day, written "09:00-17:30"."""
    text = text_of(value, "09:00-17:30")
    begin, dash, end = text.partition("-")
    try:
        span = clock(begin), clock(end)
    except ValueError:
        dash = ""
    if not dash:
        raise ValueError(f'must be two times of day, as in "09:00-17:30"; it is {shown(text)} now.')
    if span[0] >= span[1]:
        raise ValueError(f"must begin before it ends; it is {shown(text)} now.")
    return span


def _month_day(text: str) -> MonthDay:
    match = re.fullmatch(r"(\d{2})-(\d{2})", text.strip())
    if match is None:
        raise ValueError(text)
    return date(2000, int(match[1]), int(match[2])).month, int(match[2])


def _listed(value: object, example: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'must be a list of text in quotation marks, as in ["{example}"].')
    return value


def quiet(value: object) -> tuple[tuple[MonthDay, MonthDay], ...]:
    """Periods of every year, written month-day/month-day; one may run over the new year."""
    periods = []
    for text in _listed(value, "08-01/08-20"):
        begin, _, end = text.partition("/")
        try:
            periods.append((_month_day(begin), _month_day(end)))
        except ValueError:
            raise ValueError(f'holds {shown(text)}; a period is month-day/month-day, as in "08-01/08-20".') from None
    return tuple(periods)


def closed(value: object) -> tuple[tuple[date, date], ...]:
    """Days or periods of one year, written as ISO dates."""
    periods = []
    for text in _listed(value, "2026-08-03/2026-08-21"):
        begin, _, end = text.partition("/")
        try:
            period = date.fromisoformat(begin.strip()), date.fromisoformat((end or begin).strip())
        except ValueError:
            hint = '"2026-05-15" or "2026-08-03/2026-08-21"'
            raise ValueError(f"holds {shown(text)}; write a day or two, as in {hint}.") from None
        if period[0] > period[1]:
            raise ValueError(f"holds {shown(text)}, which ends before it begins; swap the two dates.")
        periods.append(period)
    return tuple(periods)


def amount(value: object) -> Decimal:
    """An amount of money, zero or more, as TOML writes numbers."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite() or value < 0:
        raise ValueError(f"must be an amount of zero or more, as in 40 or 7.50; it is {shown(value)} now.")
    return Decimal(value)


def size(value: object) -> int:
    """A number of bytes, written "10 MB" or "800 KB", of which a mailbox accepts no more than 50 MB."""
    text = text_of(value, "10 MB")
    match = re.fullmatch(r"(\d{1,4}) ?(KB|MB)", text)
    found = int(match[1]) * SIZES[match[2]] if match else -1
    if not 0 <= found <= MOST_BYTES:
        raise ValueError(f'must be a size of at most 50 MB, as in "10 MB" or "800 KB"; it is {shown(text)} now.')
    return found


def rate(value: object) -> Decimal | None:
    """A yearly rate in percent, or None for the legal one."""
    if value == "legal":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 < value <= 100:
        raise ValueError(f'must be "legal" or a percentage, as in 12.5; it is {shown(value)} now.')
    return Decimal(value)


def patience(value: object) -> timedelta | None:
    """A span of time, or None for "hold"."""
    if value == "hold":
        return None
    try:
        return duration(value, "10d")
    except ValueError:
        raise ValueError(f'must be "hold" or a span of days, as in "10d"; it is {shown(value)} now.') from None


def iban(value: object) -> str:
    """An IBAN without spaces whose check digits are right (ISO 13616: mod 97), or nothing."""
    text = text_of(value, "FR76…").replace(" ", "").upper()
    if not text:
        return ""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        raise ValueError(f"{shown(value)} is not an IBAN; copy it from the bank's statement.")
    digits = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    if int(digits) % 97 != 1:
        raise ValueError(f"{shown(value)} is not an IBAN, its check digits do not fit; compare it with the bank's.")
    return text


def bic(value: object) -> str:
    """A BIC, or nothing."""
    text = text_of(value, "AGRIFRPP").upper()
    if text and not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", text):
        raise ValueError(f"{shown(value)} is not a BIC; it has 8 or 11 letters and digits, as in AGRIFRPP.")
    return text


def siren(value: object) -> str:
    """A SIREN whose check digit is right (Luhn), or nothing."""
    text = text_of(value, "732829320").replace(" ", "")
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text)) if digit.isdecimal()]
    if text and (not re.fullmatch(r"[0-9]{9}", text) or sum(n // 10 + n % 10 for n in doubled) % 10):
        raise ValueError(f"{shown(value)} is not a SIREN; it has nine digits, the last a check digit.")
    return text


def language(value: object) -> str:
    """A language by its two letters, the name of its folder of templates."""
    text = text_of(value, "fr")
    if not re.fullmatch(r"[a-z]{2}", text):
        raise ValueError(f'must be two letters, as in "fr" or "en"; it is {shown(text)} now.')
    return text


def timezone(value: object) -> str:
    """A time zone's name that this machine knows."""
    text = text_of(value, "Europe/Paris")
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(text, zoneinfo.available_timezones(), 1, 0.6) or ["Europe/Paris"]
        raise ValueError(f'{shown(text)} is no known time zone; did you mean "{near[0]}"?') from None
    return text


def holiday_region(value: object) -> str:
    """A country, a country and a region, or nothing."""
    text = text_of(value, "FR")
    if not re.fullmatch(r"([A-Z]{2}(-[A-Z0-9]{1,3})?)?", text):
        raise ValueError(
            f'must be a country, as in "FR", or one with a region, as in "FR-57"; it is {shown(text)} now.'
        )
    return text


def signer(value: object) -> Signer:
    """A role on our side."""
    if value not in list(Signer):
        raise ValueError(f"must be one of {', '.join(Signer)}; it is {shown(value)} now.")
    return Signer(str(value))


def credential(value: object) -> str:
    """The name of a systemd credential: a file name, never a path and never the secret itself (so it is not shown)."""
    text = text_of(value, "imap")
    if not re.fullmatch(r"[A-Za-z0-9_.-]{0,64}", text) or text in {".", ".."}:
        raise ValueError(
            'must be the name of a systemd credential, as in "imap"; the password itself never stands here.'
        )
    return text


def tenant(value: object) -> str:
    """A Microsoft tenant by its domain or its identifier, or nothing."""
    text = text_of(value, "atelier-lumen.onmicrosoft.com")
    if not re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9.-]{0,252})?", text):
        raise ValueError(
            "must be a domain or a directory identifier, as in "
            f'"atelier-lumen.onmicrosoft.com"; it is {shown(text)} now.'
        )
    return text


def token_url(value: object) -> str:
    """An https address without a user in it (http only on this machine), or nothing."""
    text = text_of(value, "https://login.example/token")
    try:
        parts = urlsplit(text)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        fit = bool(parts.hostname) and secure and parts.username is None and (parts.port or 1) > 0
    except ValueError:
        fit = False
    if text and not (fit and re.fullmatch(r"[!-~]+", text)):
        raise ValueError(f'must be an https address, as in "https://login.example/token"; it is {shown(text)} now.')
    return text


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def plans_by_risk(value: object) -> dict[str, str]:
    """A plan's name for some of the risks."""
    if not isinstance(value, dict) or not all(isinstance(plan, str) for plan in value.values()):
        raise ValueError('must name a plan for each risk, as in high = "mauvais-payeurs".')
    unknown = [risk for risk in value if risk not in {"low", "medium", "high"}]
    if unknown:
        raise ValueError(f"knows no risk {shown(unknown[0])}; the risks are low, medium, high.")
    return {risk: plan.strip() for risk, plan in value.items() if plan.strip()}


def path(value: object, info: ValidationInfo) -> Path:
    """A path; a relative one starts from the folder of the configuration file."""
    if not isinstance(value, Path):
        value = Path(filled(text_of(value, "invoices.csv"))).expanduser()
    return Path((info.context or {}).get("folder", "")) / value


def optional_path(value: object, info: ValidationInfo) -> Path | None:
    """A path, or None for nothing."""
    return None if value in ("", None) else path(value, info)


def lines(value: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of text, without the empty ones."""
    return tuple(text for text in map(line, value) if text)


Line = Annotated[str, AfterValidator(line)]
Filled = Annotated[str, AfterValidator(filled)]
Lines = Annotated[tuple[str, ...], AfterValidator(lines)]
Address = Annotated[str, AfterValidator(filled), AfterValidator(address)]
OptionalAddress = Annotated[str, AfterValidator(optional_address)]
Port = Annotated[int, Strict(), Field(ge=1, le=65535)]
Count = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]
CountOrNone = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
Switch = Annotated[bool, Strict()]
Week = Annotated[timedelta, PlainValidator(_span("7d"))]
Month = Annotated[timedelta, PlainValidator(_span("30d"))]
Quarter = Annotated[timedelta, PlainValidator(_span("90d"))]
Years = Annotated[timedelta, PlainValidator(_span("5y"))]
Patience = Annotated[timedelta | None, PlainValidator(patience)]
WorkingDays = Annotated[int, PlainValidator(working_days)]
Days = Annotated[frozenset[int], PlainValidator(days)]
Clock = Annotated[time, PlainValidator(clock)]
Hours = Annotated[tuple[time, time], PlainValidator(hours)]
Quiet = Annotated[tuple[tuple[MonthDay, MonthDay], ...], PlainValidator(quiet)]
Closed = Annotated[tuple[tuple[date, date], ...], PlainValidator(closed)]
Amount = Annotated[Decimal, PlainValidator(amount)]
Size = Annotated[int, PlainValidator(size)]
Rate = Annotated[Decimal | None, PlainValidator(rate)]
Iban = Annotated[str, PlainValidator(iban)]
Bic = Annotated[str, PlainValidator(bic)]
Siren = Annotated[str, PlainValidator(siren)]
Language = Annotated[str, PlainValidator(language)]
Timezone = Annotated[str, PlainValidator(timezone)]
Holidays = Annotated[str, PlainValidator(holiday_region)]
OurRole = Annotated[Signer, PlainValidator(signer)]
Credential = Annotated[str, PlainValidator(credential)]
Tenant = Annotated[str, PlainValidator(tenant)]
TokenUrl = Annotated[str, PlainValidator(token_url)]
ByRisk = Annotated[dict[str, str], PlainValidator(plans_by_risk)]
RelativePath = Annotated[Path, PlainValidator(path), Field(validate_default=True)]
FileOrNone = Annotated[Path | None, PlainValidator(optional_path), Field(validate_default=True)]
OptionalPath = Annotated[Path | None, PlainValidator(optional_path)]
