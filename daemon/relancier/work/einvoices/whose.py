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
    _names: dict[str, dict[str, Customer]] | None = None

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
        if found is None:
            return new_customer(paper, to, language)
        return found if found.contacts else replace(found, contacts=tuple(to[:1]))

    def _by_name(self, name: str) -> Customer | None:
        if self._names is None:
            self._names = {}
            for case in self.store.all_cases():
                customer = case.invoice.customer
                self._names.setdefault(name_key(customer.name), {})[customer.id] = customer
        return _only(self._names.get(name_key(name), {}) if name_key(name) else {})

    def _by_address(self, to: Sequence[Contact]) -> Customer | None:
        keys = [key for one in to for key in self.store.by_address(one.email)]
        found = (case.invoice.customer for case in self.store.cases(keys))
        return _only({customer.id: customer for customer in found})


def _only(found: dict[str, Customer]) -> Customer | None:
    """The one that it can only be."""
    return next(iter(found.values())) if len(found) == 1 else None
