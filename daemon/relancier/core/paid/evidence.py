"""A payment beside what is known of the invoices, and what can come of matching them (core/paid/allot does it)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from relancier.core.case import Case
from relancier.core.paid.fitting import NOTHING, Share, adds_up, alone
from relancier.core.paid.payer import cut_name, in_any_order, names_standing, plain_name
from relancier.core.paid.quoted import How, Numbers, Quoted, quoted
from relancier.core.paid.statement import Movement

BEFORE = timedelta(days=60)  # how far before its invoice was issued money may be for it: paid on order, on a pro forma
FEW = 3  # customers of whom an amount may be, where nothing else says whose it is


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
    EARLY = "money_early"
    ALONE = "money_alone"


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
        """The customers with one of these plain names, as they stand or with their words in another order."""

    def beginning(self, starts: Iterable[str]) -> Sequence[str]:
        """The customers whose plain name goes on behind one of these."""

    def priced(self, amount: Decimal) -> Iterable[Case]:
        """The open cases of anybody that this amount may pay exactly on some day."""

    def came(self, movement: Movement) -> Iterable[Case]:
        """The cases that the payment was for which a movement gives back."""

    def told(self, case: Case) -> Told:
        """What is told as paid of a case beyond its movements."""

    def credit(self, customer: str) -> Sequence[Decimal]:
        """What the customer has to the good: each credit note, and all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What a payment is for: its shares where that is certain, else the cases it may be for, and why that is doubtful.

    `rest` is what the shares leave over. `learns`: the payer's account is this customer's, by their own words.
    """

    verdict: Verdict
    rule: str = ""
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
    def by_name(self) -> tuple[str, ...]:
        """The customers who have exactly the payer's name."""
        name = plain_name(self.movement.payer)
        found = self.known.named([name]) if name else ()
        return tuple(one for one in found if name in self._names_of(one))

    @cached_property
    def sure(self) -> tuple[str, ...]:
        """The customers who pay from this account, or have exactly this name."""
        by_account = self.known.payers(self.movement.payer_iban) if self.movement.payer_iban else ()
        both = [customer for customer in by_account if customer in self.by_name]
        return once(both or (*by_account, *self.by_name))

    @property
    def by_account(self) -> bool:
        """Whether only the account speaks for a customer: others may pay from it, too, as a holding does for all."""
        return bool(self.sure) and not set(self.sure) & set(self.by_name)

    @cached_property
    def maybe(self) -> tuple[str, ...]:
        """The customers whose name stands somewhere in the payer's or the bank's words, be it cut at their end."""
        payer, wording = self.movement.payer, self.movement.wording
        cut = cut_name(payer, whole=True) if payer else cut_name(wording, whole=False)
        return once((*self.known.named(sorted(self._standing)), *self.known.beginning(cut)))

    @cached_property
    def beside(self) -> tuple[str, ...]:
        """Other customers whom the words name than those who are sure."""
        own = {in_any_order(name) for one in self.sure for name in self._names_of(one)}
        names = sorted(name for name in self._standing if in_any_order(name) not in own)
        return tuple(one for one in self.known.named(names) if one not in self.sure) if self.sure else ()

    @cached_property
    def anybodys(self) -> list[Case]:
        """The open invoices of which this is exactly the amount, whoever owes them; none where it is many people's."""
        found = alone(filter(self._stands, self.known.priced(self.amount)), self.amount, self.on)
        return found if len({case.invoice.customer.id for case in found}) <= FEW else []

    @cached_property
    def _standing(self) -> frozenset[str]:
        texts = (self.movement.payer, self.movement.wording)
        return frozenset(name for text in texts for name in names_standing(text, self._is_name))

    def _is_name(self, name: str) -> bool:
        return bool(self.known.named([name]))

    def _names_of(self, customer: str) -> set[str]:
        return {plain_name(case.invoice.customer.name) for case in self.known.of_customer(customer)}

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
        """Whether something is still to be paid of it, in the money that came."""
        return not over(case) and case.invoice.currency == self.movement.currency

    def _stands(self, case: Case) -> bool:
        return self.open(case) and (case.invoice.issued or self.on) <= self.on

    def opened(self, customers: Iterable[str]) -> list[Case]:
        """The open cases of some customers that were issued when the money came."""
        return [case for customer in customers for case in self.known.of_customer(customer) if self._stands(case)]

    def early(self, customers: Iterable[str]) -> list[Case]:
        """Those that were issued soon after it came."""
        cases = [case for customer in customers for case in self.known.of_customer(customer) if self.open(case)]
        return [case for case in cases if self.on < (case.invoice.issued or self.on) <= self.on + BEFORE]

    def foreign(self, customers: Iterable[str]) -> list[Case]:
        """Those in another currency."""
        cases = [case for customer in customers for case in self.known.of_customer(customer)]
        return [case for case in cases if not over(case) and not self.open(case)]

    def told_before(self, customers: Iterable[str]) -> list[Case]:
        """The ended cases of some customers that this amount may have paid, as the books knew already."""
        told = self._told(customers, self.amount)
        return [case for case in told if case.invoice.payable == self.amount]

    def told_together(self, customers: Iterable[str]) -> bool:
        """Whether it may have paid several of them at once: a few only, among many a sum may fit by chance."""
        return adds_up([case.invoice.payable for case in self._told(customers, self.amount)], self.amount)

    def _told(self, customers: Iterable[str], most: Decimal) -> list[Case]:
        cases = [case for customer in customers for case in self.known.of_customer(customer) if over(case)]
        fitting = [case for case in cases if case.invoice.payable <= most]
        return [case for case in fitting if self.known.told(case).may_hold(case.invoice.payable, self.on)]

    def may_be_known(self, shares: Iterable[Share], cases: Iterable[Case]) -> bool:
        """Whether one of these shares may be in what is told as paid already."""
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
