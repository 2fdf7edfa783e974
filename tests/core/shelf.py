"""What matching is told of the cases, out of plain lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.core import cases as make

from relancier.core.case import Case, Customer, State
from relancier.core.paid.allot import Allotment, Told, Verdict, allot
from relancier.core.paid.payer import in_any_order, plain_name
from relancier.core.paid.statement import Movement
from relancier.core.text.numbers import squash

DAY = date(2026, 6, 20)
ALICE = make.customer(id="A", name="Dupont SARL")
BOB = make.customer(id="B", name="Martin & Fils")


@dataclass
class Shelf:
    """Cases, the accounts that are learnt, credit notes, and what is told as paid of some cases."""

    cases: Sequence[Case] = ()
    accounts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    credits: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    known: Mapping[str, Told] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)

    def numbered(self, squashed: Iterable[str]) -> Mapping[str, tuple[Case, ...]]:
        wanted = set(squashed)
        found: dict[str, tuple[Case, ...]] = {}
        for case in self.cases:
            number = squash(case.invoice.number)
            if number in wanted:
                found[number] = (*found.get(number, ()), case)
        return found

    def of_customer(self, customer: str) -> Sequence[Case]:
        return [case for case in self.cases if case.invoice.customer.id == customer]

    def payers(self, iban: str) -> Sequence[str]:
        return self.accounts.get(iban, ())

    def named(self, names: Iterable[str]) -> Sequence[str]:
        wanted = set(map(in_any_order, names))
        mine = (case.invoice.customer for case in self.cases)
        return tuple(dict.fromkeys(one.id for one in mine if in_any_order(plain_name(one.name)) in wanted))

    def beginning(self, starts: Iterable[str]) -> Sequence[str]:
        some = tuple(starts)
        mine = (case.invoice.customer for case in self.cases)
        return tuple(dict.fromkeys(one.id for one in mine if plain_name(one.name).startswith(some)))

    def priced(self, amount: Decimal) -> Iterable[Case]:
        return [case for case in self.cases if case.invoice.payable >= amount]

    def came(self, movement: Movement) -> Iterable[Case]:
        return [case for case in self.cases if self.before.get(movement.end_to_end) == case.key]

    def told(self, case: Case) -> Told:
        return self.known.get(case.key, Told())

    def credit(self, customer: str) -> Sequence[Decimal]:
        return self.credits.get(customer, ())


def bill(number: str, amount: str = "100", who: Customer = ALICE, **other: Any) -> Case:
    return make.case(number, who=who, amount=Decimal(amount), **other)


def money(amount: str, wording: str = "", **other: Any) -> Movement:
    return Movement(**{"account": "FR76", "on": DAY, "amount": Decimal(amount), "wording": wording, **other})


def asked(movement: Movement, *cases: Case, **known: Any) -> Allotment:
    return allot(movement, Shelf(cases, **known))


def shares(found: Allotment) -> dict[str, Decimal]:
    """By the number of the invoice."""
    return {share.case.partition("|")[0]: share.amount for share in found.shares}


def numbers(found: Allotment) -> list[str]:
    return [key.partition("|")[0] for key in found.candidates]


DUPONT = {"payer": "DUPONT"}
LATER = make.DUE + timedelta(days=30)
D = Decimal


def paid(case: Case) -> Case:
    return make.in_state(case, State.PAID)


def certain(movement: Movement, *cases: Case, **known: Any) -> dict[str, Decimal]:
    found = asked(movement, *cases, **known)
    assert found.verdict is Verdict.CERTAIN, found
    return shares(found)


def doubt(movement: Movement, *cases: Case, **known: Any) -> str:
    found = asked(movement, *cases, **known)
    assert found.verdict in {Verdict.DOUBTFUL, Verdict.LOOSE}, found
    assert found.shares == ()
    return found.doubt
