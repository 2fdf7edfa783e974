"""What the configuration, the plans and the key fix for the work: one frozen value, replaced whole at a reload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from relancier.config import Config
from relancier.core.case import Customer, Invoice
from relancier.core.money import Rates
from relancier.core.plan import Plan
from relancier.core.schedule import World
from relancier.core.second import Failures
from relancier.core.workdays import Calendar
from relancier.ports import BounceReader

Clock = Callable[[], datetime]
UNLIMITED = 1_000_000


class NoBounces:
    """The bounce reader that knows no bounce: our own rules have the last word."""

    def read(self, raw: bytes) -> Failures:
        del raw
        return Failures()


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

    def world(self, now: datetime, known_at: datetime) -> World:
        sending = self.config.sending
        return World(
            now=now,
            calendar=self.calendar,
            known_at=known_at,
            customer_gap=sending.customer_gap,
            minimum=sending.minimum,
            pause_limit=self.config.replies.pause_limit,
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

    def plan_for(self, invoice: Invoice) -> str:
        """The plan by the invoice, else by the customer's risk, else the default."""
        chosen = invoice.plan or self.config.plans.by_risk.get(invoice.customer.risk, "")
        return self._in_language(chosen or self.config.plans.default, invoice.customer)

    def _in_language(self, name: str, customer: Customer) -> str:
        """The plan's twin in the customer's language, where it exists."""
        twin = f"{name}-{customer.language}"
        return twin if customer.language and twin in self.plans else name

    def language(self, wanted: str) -> str:
        """The language of a message: the customer's where there are templates for it, else the company's."""
        return wanted if wanted in self.languages else self.config.company.language

    def resume_on(self, now: datetime) -> date | None:
        """The day from which a case answered by a colleague goes on by itself, if the configuration wants that."""
        patience = self.config.replies.after_colleague_answer
        return self.today(now) + patience if isinstance(patience, timedelta) else None
