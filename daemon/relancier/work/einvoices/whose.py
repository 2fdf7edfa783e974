"""Whose an invoice is that was found in the mailbox: a known customer, or a new one; and under which number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from relancier.core.case import Case, Contact, Customer
from relancier.core.einvoices.einvoice import EInvoice
from relancier.core.einvoices.mailed import name_key, new_customer
from relancier.core.text.numbers import squash
from relancier.ports import Store
from relancier.work.books.taken import Known


@dataclass(slots=True)
class Register:
    """What the state knows of numbers and names, read once for all that a tick brings."""

    store: Store
    known: Known
    _numbers: dict[str, dict[str, None]] = field(default_factory=dict)
    _names: dict[str, dict[str, Customer]] = field(default_factory=dict)
    _addresses: dict[str, dict[str, Customer]] = field(default_factory=dict)
    _gathered: bool = False

    @classmethod
    def of(cls, store: Store) -> "Register":
        """Everything that is in the state now."""
        register = cls(store, Known.of(store))
        for keys in register.known.by_number.values():
            register.learn(keys)
        return register

    def learn(self, keys: Iterable[str]) -> None:
        """Remembers cases that have been opened since."""
        for key in keys:
            self._numbers.setdefault(squash(key.rpartition("|")[0]), {})[key] = None

    def keys(self, number: str) -> tuple[str, ...]:
        """The cases of an invoice, ended ones too, however the separators of its number are written."""
        return tuple(self._numbers.get(squash(number), ()))

    def as_known(self, paper: EInvoice, cases: Iterable[Case]) -> EInvoice:
        """The paper with its number as the case of the same invoice has it."""
        days = {part.due for part in paper.parts}
        same = (case for case in cases if case.invoice.due in days or case.invoice.amount == paper.total)
        case = next(same, None)
        return replace(paper, number=case.invoice.number) if case else paper

    def customer(self, paper: EInvoice, to: Sequence[Contact], language: str = "") -> Customer:
        """Who owes it: by the name, then by an address that is one customer's alone; else a new one."""
        found = self._by_name(paper.buyer) or self._by_address(to)
        if found is None or not _may_be(found, paper):
            return new_customer(paper, to, language)
        return found if found.contacts else replace(found, contacts=tuple(to[:1]))

    def contradicts(self, paper: EInvoice, to: Sequence[Contact]) -> bool:
        """Whether it was mailed to one customer's address, and is made out to a name that nobody knows."""
        found = None if self._by_name(paper.buyer) else self._by_address(to)
        return found is not None and not _may_be(found, paper)

    def _by_name(self, name: str) -> Customer | None:
        self._gather()
        return _only(self._names.get(name_key(name), {}) if name_key(name) else {})

    def _by_address(self, to: Sequence[Contact]) -> Customer | None:
        self._gather()
        found = (self._addresses.get(one.email.lower(), {}) for one in to)
        return _only({name: customer for customers in found for name, customer in customers.items()})

    def _gather(self) -> None:
        """Every customer by name and by address, those too whose invoices are all paid."""
        if self._gathered:
            return
        self._gathered = True
        for case in self.store.all_cases():
            customer = case.invoice.customer
            self._names.setdefault(name_key(customer.name), {})[customer.id] = customer
            for one in customer.contacts:
                self._addresses.setdefault(one.email.lower(), {})[customer.id] = customer


def _may_be(customer: Customer, paper: EInvoice) -> bool:
    """Whether the buyer is told by no other name: one of them may be the longer form of the other."""
    told, known = set(name_key(paper.buyer).split()), set(name_key(customer.name).split())
    return told <= known or known <= told


def _only(found: dict[str, Customer]) -> Customer | None:
    """The one that it can only be."""
    return next(iter(found.values())) if len(found) == 1 else None
