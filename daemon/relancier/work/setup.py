"""What the configuration, the plans and the key fix for the work: one frozen value, replaced whole at a reload."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from relancier.config import Config, Factor
from relancier.core.case import Case, Invoice, State
from relancier.core.choosing import Chosen, choose, days_late
from relancier.core.money import Rates
from relancier.core.paid.coverage import Coverage
from relancier.core.plan import Plan
from relancier.core.reading.second import Failures
from relancier.core.schedule import World
from relancier.core.text.folding import composed, fold
from relancier.core.workdays import Calendar
from relancier.ports import BounceReader, InvoiceReader, Listed, Paper, Payees, StatementReader, Statements, TableReader

Clock = Callable[[], datetime]
UNLIMITED = 1_000_000


class NoBounces:
    """The bounce reader that knows no bounce: our own rules have the last word."""

    def read(self, raw: bytes) -> Failures:
        del raw
        return Failures()


class NoStatements:
    """The statement reader that recognises none."""

    def recognises(self, name: str, content: bytes) -> bool:
        del name, content
        return False

    def read(self, name: str, content: bytes) -> Statements:
        del name, content
        return Statements()


class NoPapers:
    """The invoice reader that finds none."""

    def read(self, name: str, content: bytes) -> Paper:
        del name, content
        return Paper()

    def payees(self, content: bytes) -> Payees:
        del content
        return Payees()


class NoTables:
    """The table reader that finds no row."""

    def read(self, name: str, content: bytes) -> Listed:
        del name, content
        return Listed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything that stays the same from one tick to the next."""

    config: Config
    plans: Mapping[str, Plan]
    calendar: Calendar
    key: bytes
    rates: Rates
    languages: tuple[str, ...] = ("fr", "en")
    bounces: BounceReader = field(default_factory=NoBounces)
    statements: StatementReader = field(default_factory=NoStatements)
    papers: InvoiceReader = field(default_factory=NoPapers)
    tables: TableReader = field(default_factory=NoTables)

    def world(
        self, now: datetime, known_at: datetime, coverage: Coverage | None = None, *, ahead: bool = False
    ) -> World:
        sending = self.config.sending
        return World(
            now=now,
            calendar=self.calendar,
            known_at=known_at,
            customer_gap=sending.customer_gap,
            minimum=sending.minimum,
            pause_limit=self.config.replies.pause_limit,
            thank_you=sending.thank_you,
            factors=frozenset(fold(composed(name)) for name in self.config.factor),
            coverage=coverage or Coverage(),
            ahead=ahead,
        )

    def today(self, now: datetime) -> date:
        return self.calendar.local_day(now)

    @property
    def old_a_day(self) -> int:
        return self.config.sending.per_day_old or UNLIMITED

    @property
    def ours(self) -> frozenset[str]:
        """The addresses of the mailbox and of everyone who works here, in lower case."""
        more = (self.config.mailbox.address, *self.config.team.digest_to)
        return self.config.colleagues | {address.lower() for address in more}

    @property
    def domain(self) -> str:
        return self.config.mailbox.address.rpartition("@")[2]

    def factor_of(self, invoice: Invoice) -> Factor | None:
        """The factor whom the customer is to pay, if the invoice was sold and the configuration knows to whom."""
        wanted = fold(composed(invoice.factor))
        found = (one for name, one in self.config.factor.items() if fold(composed(name)) == wanted)
        return next(found, None) if wanted else None

    def plan_for(self, invoice: Invoice) -> str:
        """The plan of an invoice, by whatever the books and the configuration say of it."""
        return self.choose(invoice).plan

    def choose(self, invoice: Invoice, cases: Iterable[Case] = ()) -> Chosen:
        """The plan and why; `cases` are those of the customer, whose payments may count."""
        plans = self.config.plans
        return choose(invoice, plans.rules, self.plans, self._days_late(cases) if plans.by_history else ())

    def _days_late(self, cases: Iterable[Case]) -> list[int]:
        paid = [case for case in cases if case.state is State.PAID and case.state_at is not None]
        return days_late(paid, {case.key: self.today(case.state_at) for case in paid if case.state_at is not None})

    def language(self, wanted: str) -> str:
        """The language of a message: the customer's where there are templates for it, else the company's."""
        return wanted if wanted in self.languages else self.config.company.language

    def resume_on(self, now: datetime) -> date | None:
        """The day from which a case answered by a colleague goes on by itself, if the configuration wants that."""
        patience = self.config.replies.after_colleague_answer
        return self.today(now) + patience if isinstance(patience, timedelta) else None
