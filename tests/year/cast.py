"""Who plays: two hundred invented customers, what each of them owes, and what each does about it.

Everything is drawn from one seed. The silent ones stand on days chosen by hand: at a weekend, before a bridge, in the
quiet weeks of August, at the end of the year.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from tests.year.almanac import forward, working
from tests.year.expected import PLANS, Role

START, END = date(2026, 1, 5), date(2027, 3, 5)
FIRST_DUE, LAST_DUE = date(2026, 1, 26), date(2026, 12, 4)
TERM = timedelta(days=30)
EVERYONE = (Role.ACCOUNTING, Role.SALES, Role.MANAGEMENT)


class Part(StrEnum):
    """What a customer does, and what colleagues do about it."""

    SILENT = "never answers"
    ENGLISH = "never answers, in English"
    ALONE = "never answers, and only its accounting is known"
    CALLED = "never answers, and our calls to it are told of"
    CONSUMER = "never answers, a consumer"
    PUBLIC = "never answers, a public body"
    NO_EMAIL = "has no address: everything is asked of a person"
    ABSENT = "is out of office, and its machine says so"
    PAYS_EARLY = "pays before the due date"
    PAYS = "pays after a reminder"
    PAYS_PART = "pays a part, then the rest"
    REPLIES = "answers; a colleague answers, then lets the plan go on"
    ELSEWHERE = "answers from another address of its own"
    NEW_SUBJECT = "answers with a new message"
    JUST_BEFORE = "answers while its reminder is about to leave"
    DISPUTES = "disputes the whole; the colleague ends it weeks later"
    DISPUTES_PART = "disputes a part; the rest is chased"
    KEEPS = "promises a day and pays on it"
    BREAKS = "promises a day and does not pay"
    BOUNCES = "has an address that fails; the contact is mended"
    MOVED = "says who reads the mail now; the contact is changed"
    BY_HAND = "is chased by a colleague's own message"
    SEVERAL = "owes several invoices, falling due close together"
    IN_PARTS = "owes one invoice in three parts"
    GIVEN_UP = "never answers until a colleague starts the silence plan"
    OLD = "has an old invoice that nobody ever chased"
    BY_DEBIT = "pays by direct debit: is not chased"
    IN_TWO = "agrees to pay in two instalments, and does"
    MISSES = "agrees to pay in two instalments, and pays none"
    REJECTED = "pays by direct debit, which its bank rejects"
    INSOLVENT = "tells of its liquidation"
    CLOSED = "is let off: a colleague closes the case"


# How often each part is played beside the silent ones, whose number follows from their days.
SHARES = {
    Part.CALLED: 6,
    Part.CONSUMER: 5,
    Part.PUBLIC: 3,
    Part.NO_EMAIL: 3,
    Part.ABSENT: 5,
    Part.PAYS_EARLY: 9,
    Part.PAYS: 10,
    Part.PAYS_PART: 8,
    Part.REPLIES: 9,
    Part.ELSEWHERE: 5,
    Part.NEW_SUBJECT: 5,
    Part.JUST_BEFORE: 5,
    Part.DISPUTES: 5,
    Part.DISPUTES_PART: 6,
    Part.KEEPS: 7,
    Part.BREAKS: 7,
    Part.BOUNCES: 4,
    Part.MOVED: 4,
    Part.BY_HAND: 4,
    Part.SEVERAL: 9,
    Part.IN_PARTS: 4,
    Part.GIVEN_UP: 3,
    Part.OLD: 3,
    Part.BY_DEBIT: 2,
    Part.IN_TWO: 4,
    Part.MISSES: 3,
    Part.REJECTED: 2,
    Part.INSOLVENT: 2,
    Part.CLOSED: 2,
}
ORDINARY = ("standard", "mauvais-payeurs", "grand-compte", "squad", "workflow", "clients-douteux", "regulier")
# The days on which the silent ones owe: a Wednesday; a Saturday; a Friday before Whitsun; so that the formal notice
# falls into August; so that it falls between the years.
DUE_DAYS = {
    "standard": ("2026-03-18", "2026-04-18", "2026-05-22", "2026-07-03", "2026-11-20"),
    "mauvais-payeurs": ("2026-03-18", "2026-06-06", "2026-05-22", "2026-07-13", "2026-12-02"),
    "grand-compte": ("2026-03-18", "2026-06-06", "2026-05-08", "2026-06-26", "2026-11-15"),
    "squad": ("2026-03-18", "2026-06-06", "2026-05-10", "2026-07-10", "2026-11-27"),
    "silence": ("2026-03-04", "2026-06-06", "2026-05-01", "2026-07-06", "2026-11-23"),
    "workflow": ("2026-03-18", "2026-04-03", "2026-05-07", "2026-07-24", "2026-12-15"),
    "clients-douteux": ("2026-03-18", "2026-06-06", "2026-05-15", "2026-07-17", "2026-11-06"),
    "regulier": ("2026-03-18", "2026-06-06", "2026-05-10", "2026-07-10", "2026-11-27"),
}

TRADES = (
    "Menuiserie", "Hôtel", "Boulangerie", "Garage", "Clinique", "Imprimerie", "Librairie", "Transports", "Domaine",
    "Pharmacie", "Fromagerie", "Serrurerie", "Pépinière", "Brasserie", "Carrosserie", "Optique", "Charpente",
    "Verrerie", "Papeterie", "Toiture",
)  # fmt: skip
NAMES = (
    "Aubry", "Perrin", "Lemoine", "Rolland", "Benali", "Vasseur", "Girard", "Meyer", "Colin", "Savoie", "Marchand",
    "Delorme", "Fontaine", "Kessler", "Prévost", "Tissier", "Vidal", "Wagner", "Ybert", "Zeller",
)  # fmt: skip
WORKS = ("la pose de luminaires", "l'éclairage du hall", "les projecteurs de l'atelier", "le balisage des couloirs")


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice of ours, or one part of it."""

    number: str
    issued: date
    due: date
    amount: Decimal

    @property
    def key(self) -> str:
        return f"{self.number}|{self.due.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer with its part; `roles` are the contacts that the books name."""

    code: str
    name: str
    part: Part
    plan: str
    bills: tuple[Bill, ...]
    roles: tuple[Role, ...] = EVERYONE
    language: str = ""
    professional: bool = True
    sector: str = ""
    pdf: bool = False
    method: str = ""
    shown_from: date | None = None
    people: dict[Role, str] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return f"{plain.replace(' ', '-')}.example"

    def address(self, role: Role) -> str:
        """The address of who has that role."""
        return (
            f"{ {Role.ACCOUNTING: 'compta', Role.SALES: 'achats', Role.MANAGEMENT: 'direction'}[role] }@{self.domain}"
        )

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(self.address(role) for role in self.roles)

    def whom(self, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        """Who is written to: everyone named whom the books know, else whoever is known."""
        known = tuple(role for role in roles if role in self.roles)
        return known or self.roles[:1]

    @property
    def link(self) -> str:
        """Where it may pay."""
        return f"https://payer.example/{self.bills[0].number}"

    @property
    def started(self) -> date | None:
        """The day on which a colleague starts the silence plan: four working days after the first reminder."""
        own = self.plan == "silence"
        return working(forward(self.bills[0].due + timedelta(days=4)), 4) if own else None

    @property
    def in_the_books(self) -> str:
        """The plan that the books name: silence is started by a person, and only beside another."""
        return "regulier" if self.plan == "silence" else self.plan

    @property
    def phone(self) -> str:
        return f"+33 4 00 00 {self.code[1:3]} {self.code[3:]}"

    @property
    def postal(self) -> tuple[str, ...]:
        return (f"{int(self.code[1:])} rue des Essais", "69003 Lyon")


CIVILITIES = {Role.ACCOUNTING: "Mme", Role.SALES: "M.", Role.MANAGEMENT: "M."}


class Casting:
    """Hands out names, numbers and amounts in one order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret
        self._customers = 0
        self._bills = 0

    def customer(self, part: Part, plan: str, dues: tuple[date, ...], **more: object) -> Customer:
        """The next customer; one number for all of its bills where the part says so."""
        place = self._customers
        self._customers += 1
        name = f"{TRADES[place % len(TRADES)]} {NAMES[(place // len(TRADES) + place) % len(NAMES)]}"
        if place >= len(TRADES) * len(NAMES):
            raise ValueError("There are not so many names.")
        one_number = part is Part.IN_PARTS
        bills = tuple(self._bill(due, min(dues), fresh=not one_number or due == dues[0]) for due in dues)
        people = {role: f"{CIVILITIES[role]} {NAMES[(place + 3 * n) % len(NAMES)]}" for n, role in enumerate(EVERYONE)}
        letter = "Z" if part is Part.JUST_BEFORE else "C"
        given = {"pdf": place % 3 == 0, "people": people, **more}
        return Customer(code=f"{letter}{place + 1:04}", name=name, part=part, plan=plan, bills=bills, **given)  # type: ignore[arg-type]

    def _bill(self, due: date, first: date, *, fresh: bool) -> Bill:
        self._bills += fresh
        amount = Decimal(self.random.randrange(9_000, 900_000)) / 100
        return Bill(f"FA-26{self._bills:04}", first - TERM, due, amount)

    def due(self) -> date:
        return FIRST_DUE + timedelta(days=self.random.randrange((LAST_DUE - FIRST_DUE).days))


def customers(seed: int = 26) -> tuple[Customer, ...]:
    """Everybody, in the order of the books."""
    casting = Casting(seed)
    return (*_silent(casting), *_lively(casting))


def _silent(casting: Casting) -> Iterator[Customer]:
    """The control group: each plan on each of its days, and once in English, once with one contact only."""
    for plan in PLANS:
        dues = [date.fromisoformat(day) for day in DUE_DAYS[plan]]
        for due in dues:
            yield casting.customer(Part.SILENT, plan, (due,))
        yield casting.customer(Part.ENGLISH, plan, (casting.due(),), language="en")
        yield casting.customer(Part.ALONE, plan, (casting.due(),), roles=(Role.ACCOUNTING,))


def _lively(casting: Casting) -> Iterator[Customer]:
    parts = [part for part, number in SHARES.items() for _ in range(number)]
    for place, part in enumerate(parts):
        yield _one(casting, part, ORDINARY[place % len(ORDINARY)])


MORE: dict[Part, dict[str, object]] = {
    Part.CONSUMER: {"professional": False},
    Part.PUBLIC: {"sector": "public"},
    Part.NO_EMAIL: {"roles": ()},
    Part.BY_DEBIT: {"method": "prélèvement"},
    Part.REJECTED: {"method": "prélèvement"},
}
STANDARD = frozenset({Part.IN_PARTS, Part.OLD, Part.GIVEN_UP, Part.REJECTED, Part.IN_TWO, Part.MISSES})


def _one(casting: Casting, part: Part, plan: str) -> Customer:
    due = casting.due()
    plan = "standard" if part in STANDARD else plan
    match part:
        case Part.CALLED:
            return casting.customer(part, ("workflow", "squad")[due.day % 2], (due,))
        case Part.JUST_BEFORE:
            return casting.customer(part, "standard", (date.fromisoformat(DUE_DAYS["standard"][due.day % 5]),))
        case Part.SEVERAL:
            apart = casting.random.randrange(1, 9)  # two of them fall due on one day for every other customer
            dues = tuple(due + timedelta(days=days) for days in (0, apart * (apart % 2), 16))
            return casting.customer(part, plan, dues)
        case Part.IN_PARTS:
            return casting.customer(part, plan, tuple(due + timedelta(days=30 * n) for n in range(3)))
        case Part.OLD:
            shown = min(due + timedelta(days=50), END - timedelta(days=80))
            return casting.customer(part, plan, (due,), shown_from=shown)
    return casting.customer(part, plan, (due,), **MORE.get(part, {}))
