"""What is true, as those know it who did it: who has answered, paid, disputed, promised, and what people saw to."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tests.year.cast import Bill, Customer
from tests.year.post import Mail


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it went through SMTP; `by_hand`: a person sent it."""

    mail: Mail
    to: frozenset[str]
    by_hand: bool = False


@dataclass(slots=True)
class Truth:
    """The ledger of deeds; whoever does something enters it here at that instant."""

    customers: tuple[Customer, ...]
    waiting: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stopped: dict[str, str] = field(default_factory=dict)
    disputed: dict[str, Decimal] = field(default_factory=dict)
    promised: dict[str, date] = field(default_factory=dict)
    instalments: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    delivered: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    mended: dict[str, str] = field(default_factory=dict)
    deeds: list[tuple[datetime, str]] = field(default_factory=list)
    of_number: dict[str, Customer] = field(default_factory=dict)
    of_domain: dict[str, Customer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of_number = {bill.number: customer for customer in self.customers for bill in customer.bills}
        self.of_domain = {customer.domain: customer for customer in self.customers}

    def customer_at(self, address: str) -> Customer | None:
        return self.of_domain.get(address.rpartition("@")[2])

    def bills(self, number: str) -> list[Bill]:
        return [bill for bill in self.of_number[number].bills if bill.number == number]

    def answered(self, customer: Customer, message_id: str) -> None:
        """A person at the customer has written."""
        self.waiting[customer.code].add(message_id)

    def seen_to(self, customer: Customer) -> None:
        """A person has read everything that the customer wrote and said what becomes of it."""
        self.waiting[customer.code].clear()

    def stop(self, customer: Customer, why: str) -> None:
        for bill in customer.bills:
            self.stopped[bill.key] = why

    def go_on(self, customer: Customer) -> None:
        for bill in customer.bills:
            if self.stopped.get(bill.key) != "paid":
                self.stopped.pop(bill.key, None)

    def told(self, at: datetime, text: str) -> None:
        self.deeds.append((at, text))
