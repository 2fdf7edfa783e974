"""A payment beside what is known of the invoices, and what can come of matching them (core/paid/allot does it)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from relancier.core.case import Case
from relancier.core.paid.fitting import NOTHING, Share
from relancier.core.paid.payer import begins_with, names_in, plain_name
from relancier.core.paid.quoted import How, Numbers, Quoted, quoted
from relancier.core.paid.statement import Movement


class Verdict(StrEnum):
    """How sure it is what a payment is for."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"
    LOOSE = "loose"
    SETTLED = "settled"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why a person is asked; a note to the team says it in a sentence."""

    SEVERAL = "money_several"
    AMOUNT = "money_amount"
    PAYER = "money_payer"
    KNOWN = "money_known"
    CHARGES = "money_charges"
    CURRENCY = "money_currency"
    NAME = "money_name"
    LOOSE = "money_loose"
    TWICE = "money_twice"
    OVER = "money_over"
    RETURNED = "money_returned"


@dataclass(frozen=True, slots=True)
class Told:
    """What the books, or a person, say was paid on a case beyond all movements, and up to which day they know."""

    amount: Decimal = NOTHING
    until: date | None = None

    def may_hold(self, amount: Decimal, on: date) -> bool:
        """Whether a payment of that day may be a part of it already."""
        return self.until is not None and on <= self.until and NOTHING < amount <= self.amount


class Known(Numbers, Protocol):
    """What is known of the cases, open and ended ones; a book of the store is one."""

    def of_customer(self, customer: str) -> Sequence[Case]:
        """A customer's cases, ended ones too."""

    def payers(self, iban: str) -> Sequence[str]:
        """The customers who have paid from an account before, by what is certain."""

    def named(self, names: Iterable[str]) -> Sequence[str]:
        """The customers with one of these plain names."""

    def told(self, case: Case) -> Told: ...
    def credit(self, customer: str) -> Sequence[Decimal]:
        """What the customer has to the good: each credit note, and all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What a payment is for: its shares where that is certain, else the cases it may be for, and why that is doubtful.

    `rest` is what the shares leave over. `learns`: the payer's account is this customer's, by their own words.
    """

    verdict: Verdict
    rule: str
    evidence: str = ""
    shares: tuple[Share, ...] = ()
    candidates: tuple[str, ...] = ()
    customer: str = ""
    doubt: str = ""
    learns: bool = False
    rest: Decimal = NOTHING


NOBODY = Allotment(verdict=Verdict.UNKNOWN, rule="nobody", evidence="no number, account or name that is a customer's")


class Look:
    """One movement beside what is known: whom it comes from, and which numbers it quotes."""

    def __init__(self, movement: Movement, known: Known) -> None:
        self.movement, self.known = movement, known
        self.amount, self.on = movement.amount, movement.on

    @cached_property
    def sure(self) -> tuple[str, ...]:
        """The customers who pay from this account, or have exactly this name."""
        by_account = self.known.payers(self.movement.payer_iban) if self.movement.payer_iban else ()
        name = plain_name(self.movement.payer)
        by_name = self.known.named([name]) if name else ()
        both = [customer for customer in by_account if customer in by_name]
        return once(both or (*by_account, *by_name))

    @cached_property
    def maybe(self) -> tuple[str, ...]:
        """The customers whose name stands somewhere in the payer's or the bank's words."""
        return tuple(self.known.named(names_in((self.movement.payer, self.movement.wording))))

    @cached_property
    def perhaps(self) -> tuple[str, ...]:
        """Those whose money it may be whatever the amount is: the payer's name begins with theirs, or is not told."""
        payer = self.movement.payer
        return tuple(self.known.named(begins_with(payer))) if payer else self.maybe

    @cached_property
    def reference(self) -> tuple[Quoted, ...]:
        return quoted(self.movement.end_to_end, self.known)

    @cached_property
    def quoted(self) -> tuple[Quoted, ...]:
        return best((*self.reference, *quoted(self.movement.wording, self.known)))

    def backed(self, customer: str) -> bool:
        """Whether account or name speak for a customer too, and for no other one more."""
        return customer in self.sure if self.sure else customer in self.maybe

    def open(self, case: Case) -> bool:
        return not over(case) and case.invoice.currency == self.movement.currency

    def opened(self, customers: Iterable[str]) -> list[Case]:
        """The open cases of some customers that were issued when the money came."""
        cases = [case for customer in customers for case in self.known.of_customer(customer)]
        return [case for case in cases if self.open(case) and (case.invoice.issued or self.on) <= self.on]

    def told_before(self, customers: Iterable[str]) -> list[Case]:
        """The ended cases of some customers that this amount may have paid, as the books knew already."""
        cases = [case for customer in customers for case in self.known.of_customer(customer) if over(case)]
        return [
            case
            for case in cases
            if case.invoice.payable == self.amount and self.known.told(case).may_hold(self.amount, self.on)
        ]

    def may_be_known(self, shares: Iterable[Share], cases: Iterable[Case]) -> bool:
        by_key = {case.key: case for case in cases}
        return any(self.known.told(by_key[one.case]).may_hold(one.amount, self.on) for one in shares)


def over(case: Case) -> bool:
    """Whether nothing is to be paid any more."""
    return case.ended or case.amount_due <= 0


def once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def best(hits: Iterable[Quoted]) -> tuple[Quoted, ...]:
    """Each case once, as it stands best."""
    found: dict[str, Quoted] = {}
    for hit in sorted(hits, key=lambda one: list(How).index(one.how)):
        found.setdefault(hit.case.key, hit)
    return tuple(found.values())
