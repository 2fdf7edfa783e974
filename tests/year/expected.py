"""The plan table of the guidance, typed by hand: on which day, by which way, for what, from whom, to whom.

No plan file is read here, and no day is counted by the product: a step's day moves forward over weekends and holidays,
what comes before the due date and cannot leave by it falls away, a formal notice waits for the end of a quiet period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tests.year.almanac import forward, loud


class Role(StrEnum):
    """Whom at the customer."""

    ACCOUNTING = "accounting"
    SALES = "sales"
    MANAGEMENT = "management"


class Way(StrEnum):
    """By what a step reaches the customer; all but the email are asked of a colleague."""

    EMAIL = "email"
    CALL = "call"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED = "registered letter"
    LEGAL = "legal"
    TASK = "task"


class For(StrEnum):
    """What it is for, as far as its own words tell."""

    NOTIFICATION = "notification before the due date"
    REMINDER = "kind reminder"
    FIRM = "firmer, with a deadline"
    PENALTIES = "reminder naming the penalties"
    DETAILED = "reminder detailing the penalties"
    LAST = "last reminder detailing the penalties"
    FINAL = "firmest, before a person decides"
    CALL = "call"
    RECAP = "recap of what was said"
    SMS = "sms"
    FILE = "letter recapping the file"
    ANNOUNCEMENT = "announcement of the formal notice"
    NOTICE = "formal notice"
    LEGAL = "start of proceedings"
    DECISION = "a person decides"


class From(StrEnum):
    """Who signs, or whose task it is."""

    SUPPLIER = "supplier"
    ACCOUNT_MANAGER = "account manager"
    MANAGEMENT = "management"


A, S, M = Role.ACCOUNTING, Role.SALES, Role.MANAGEMENT
SUPPLIER, MANAGER, DIRECTION = From.SUPPLIER, From.ACCOUNT_MANAGER, From.MANAGEMENT


@dataclass(frozen=True, slots=True)
class J:
    """Days from the due date."""

    days: int


@dataclass(frozen=True, slots=True)
class Started:
    """Days from the day on which a person started the plan."""

    days: int


@dataclass(frozen=True, slots=True)
class After:
    """Days after the step before went out."""

    days: int


@dataclass(frozen=True, slots=True)
class Later:
    """Some day from the step before on: the guidance names none."""


When = J | Started | After | Later


@dataclass(frozen=True, slots=True)
class Row:
    """A step of the table.

    `said`, `unsaid`: only where a call was told of, or was not; `link`, `file`: it holds the payment link, the invoice.
    """

    when: When
    way: Way
    purpose: For
    signer: From
    to: tuple[Role, ...] = ()
    said: bool = False
    unsaid: bool = False
    link: bool = False
    file: bool = False


def email(when: When, purpose: For, *to: Role, signer: From = SUPPLIER, link: bool = False, file: bool = False) -> Row:
    return Row(when, Way.EMAIL, purpose, signer, to, link=link, file=file)


def sms(when: When, *to: Role, unsaid: bool = False) -> Row:
    return Row(when, Way.SMS, For.SMS, SUPPLIER, to, unsaid=unsaid, link=True)


def call(when: When, signer: From, *to: Role) -> Row:
    return Row(when, Way.CALL, For.CALL, signer, to)


def recap(signer: From, *to: Role) -> Row:
    return Row(Later(), Way.EMAIL, For.RECAP, signer, to, said=True)


def notice(when: When, *to: Role) -> Row:
    return Row(when, Way.REGISTERED, For.NOTICE, SUPPLIER, to)


def legal(when: When) -> Row:
    return Row(when, Way.LEGAL, For.LEGAL, SUPPLIER)


def task(when: When, purpose: For = For.DECISION) -> Row:
    return Row(when, Way.TASK, purpose, SUPPLIER)


PLANS: dict[str, tuple[Row, ...]] = {
    "standard": (
        email(J(-2), For.NOTIFICATION, A),
        email(J(3), For.REMINDER, A, S),
        email(J(10), For.PENALTIES, A, S),
        call(J(15), MANAGER, S),
        call(J(20), DIRECTION, M),
        email(J(25), For.LAST, A, S, signer=DIRECTION),
        notice(J(35), A, M),
        legal(J(45)),
    ),
    "mauvais-payeurs": (
        email(J(-10), For.NOTIFICATION, A),
        email(J(0), For.NOTIFICATION, A, S),
        email(J(3), For.REMINDER, A, S),
        email(J(10), For.PENALTIES, A, S),
        call(J(12), MANAGER, S),
        call(J(15), DIRECTION, M),
        email(J(20), For.LAST, A, S),
        notice(J(25), A, M),
        legal(J(35)),
    ),
    "grand-compte": (
        email(J(-2), For.NOTIFICATION, A),
        email(J(3), For.REMINDER, A, S),
        call(J(10), MANAGER, S),
        email(J(15), For.DETAILED, A, S),
        call(J(20), MANAGER, S),
        call(J(40), SUPPLIER, A, M),
        notice(J(40), A, M),
        legal(J(50)),
    ),
    "squad": (
        email(J(-4), For.NOTIFICATION, A, link=True),
        email(J(6), For.REMINDER, A),
        call(After(2), MANAGER, A),
        email(J(10), For.PENALTIES, A, S),
        call(J(12), MANAGER, A),
        recap(MANAGER, A),
        sms(J(17), A),
        notice(J(30), A, M),
    ),
    "silence": (
        email(Started(0), For.FIRM, A, file=True),
        call(Started(2), MANAGER, A),
        recap(MANAGER, A),
        sms(Started(5), A),
        Row(Started(8), Way.LETTER, For.FILE, SUPPLIER, (A,)),
        Row(Started(12), Way.REGISTERED, For.ANNOUNCEMENT, SUPPLIER, (A,)),
        notice(After(8), A),
        legal(Later()),
    ),
    "workflow": (
        email(J(1), For.REMINDER, A, link=True, file=True),
        email(J(5), For.FIRM, A),
        call(J(5), MANAGER, A),
        sms(J(8), A, unsaid=True),
        notice(J(12), A),
    ),
    "clients-douteux": (
        email(J(8), For.REMINDER, A),
        email(After(8), For.FIRM, A),
        Row(After(8), Way.REGISTERED, For.LAST, SUPPLIER, (A,)),
        task(Later(), For.NOTICE),
        task(Later()),
        task(Later()),
        task(Later()),
    ),
    "regulier": (
        email(J(4), For.REMINDER, A),
        email(After(14), For.FIRM, A),
        email(After(14), For.FINAL, A),
        task(Later(), For.NOTICE),
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one invoice: `on` is None where the guidance leaves the day open."""

    on: date | None
    way: Way
    purpose: For
    signer: From
    to: tuple[Role, ...]
    link: bool = False
    file: bool = False


def timetable(plan: str, due: date, *, started: date | None = None, called: bool = False) -> tuple[Step, ...]:
    """What a customer who never answers gets; `called`: each of our calls was told of."""
    return tuple(_steps(PLANS[plan], due, started or due, called=called))


def _steps(rows: tuple[Row, ...], due: date, started: date, *, called: bool) -> Iterator[Step]:
    before: date | None = due - timedelta(days=60)
    noticed: date | None = None
    for place, row in enumerate(rows):
        if (row.unsaid and called) or (row.said and not called):
            continue
        on = _day(row.when, due, started, before)
        if on is not None and before is not None:
            on = max(on, before)
        announces = rows[place + 1 : place + 2] and rows[place + 1].purpose is For.NOTICE
        if on is not None and (row.purpose is For.NOTICE or (announces and rows[place + 1].when == row.when)):
            on = loud(on)
        if on is not None and row.way is Way.LEGAL and noticed is not None:
            on = forward(max(on, noticed + timedelta(days=8)))
        if isinstance(row.when, J) and row.when.days <= 0 and on is not None and on > due:
            continue
        noticed = on if row.purpose is For.NOTICE else noticed
        before = before if row.said else on
        yield Step(on, row.way, row.purpose, row.signer, row.to, row.link, row.file)


def _day(when: When, due: date, started: date, before: date | None) -> date | None:
    match when:
        case J(days):
            return forward(due + timedelta(days=days))
        case Started(days):
            return forward(started + timedelta(days=days))
        case After(days) if before is not None:
            return forward(before + timedelta(days=days))
    return None
