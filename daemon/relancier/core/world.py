"""The values of deciding: what is known of the world and of a customer's other cases, and what can come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from relancier.core.case import Because, Case
from relancier.core.paid.coverage import Coverage
from relancier.core.plan import Step
from relancier.core.steps import MESSAGES
from relancier.core.workdays import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What deciding needs beside the case and its plan.

    `known_at`: the books know payments up to this instant, `coverage`: the days that statements hold; `ahead`: whoever
    looks into the future counts on both to come (`paid.known` tells what that means for a case). `today` is the local
    day of `now`. `thank_you`: customers are thanked for a payment. `factors` are the names, folded, of the factors
    whose bank details are known.
    """

    now: datetime
    calendar: Calendar
    known_at: datetime
    customer_gap: int
    minimum: Decimal
    pause_limit: timedelta = timedelta(days=30)
    thank_you: bool = False
    factors: frozenset[str] = frozenset()
    coverage: Coverage = field(default_factory=Coverage)
    ahead: bool = False
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.calendar.local_day(self.now))


@dataclass(frozen=True, slots=True)
class Near:
    """What the customer's other cases say.

    One with an unseen reply, the last message that carried only others, and one with a sign of insolvency that nobody
    has confirmed.
    """

    unseen: str = ""
    last_message: date | None = None
    insolvent: str = ""


@dataclass(frozen=True, slots=True)
class Remind:
    """Take these steps now (usually one); `skipped` are those that they replace or that came too late."""

    steps: tuple[Step, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing now; `until` is when to look again (None: only an event can change it)."""

    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must be told, and nothing goes on by itself; `code` is the reason as the templates word it."""

    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Resume:
    """A pause that the configuration lets end by itself has ended."""

    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The books say that it is paid, or `cancelled` by credit notes."""

    reason: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Short:
    """All but the discount was paid, too late for it: a person decides. `ref` tells this payment from another."""

    reason: str
    ref: str


Action = Remind | Wait | Ask | Resume | Close | Short


def near(case: Case, others: Iterable[Case]) -> Near:
    """What a customer's other cases mean for this one."""
    return nears([case, *(other for other in others if other.key != case.key)])[case.key]


def nears(cases: Sequence[Case]) -> dict[str, Near]:
    """What the cases of one customer mean for each other, by their keys."""
    if len(cases) == 1:
        return {cases[0].key: Near()}
    sent = {(done.on, done.entry or case.key) for case in cases for done in case.done if done.how in MESSAGES}
    latest_first = sorted(sent, reverse=True)
    unseen = [case for case in cases if case.unseen]
    doubtful = [case for case in cases if _sign_of_insolvency(case)]
    return {
        case.key: Near(_beside(case, unseen), _last_beside(case, latest_first), _beside(case, doubtful))
        for case in cases
    }


def _sign_of_insolvency(case: Case) -> bool:
    held = any(hold.because is Because.INSOLVENT for hold in case.holds)
    return held and case.insolvent_on is None and not case.ended


def _beside(case: Case, others: Iterable[Case]) -> str:
    return next((other.invoice.number for other in others if other.key != case.key), "")


def _last_beside(case: Case, latest_first: Iterable[tuple[date, str]]) -> date | None:
    mine = {case.key, *(done.entry for done in case.done)}
    return next((on for on, entry in latest_first if entry not in mine), None)
