"""Which cases a person means by the number that they typed, or by a customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import click

from relancier.cli.ending import TRY_LATER, Stop
from relancier.cli.options import Choice
from relancier.core.case import Case, State
from relancier.core.text.folding import composed, fold
from relancier.core.text.numbers import normalise
from relancier.ports import Store


def number_of(key: str) -> str:
    """The invoice number in a case's key."""
    return key.rpartition("|")[0]


def by_customer(case: Case) -> tuple[str, str, date, str]:
    """Where a case stands in a list: by the customer's name as a dictionary has it (É beside E), then the due date."""
    name = case.invoice.customer.name
    return fold(composed(name)), name, case.invoice.due, case.key


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a store, looked up the way people name them."""

    store: Store

    def of(self, choice: Choice) -> list[Case]:
        """The cases meant, ended ones too, by due date; a number or customer that is not known ends the command."""
        if bool(choice.invoice) == bool(choice.customer):
            raise click.UsageError("Name either an invoice or, with --customer, a customer.")
        found = self._numbered(choice.invoice) if choice.invoice else self._of_customer(choice.customer)
        if choice.due is not None:
            found = self._part(found, choice)
        return sorted(found, key=lambda case: case.invoice.due)

    def open(self, choice: Choice) -> list[Case]:
        """The cases meant that are not paid or closed; where all are, the command ends saying so."""
        found = self.of(choice)
        alive = [case for case in found if not case.ended and case.amount_due > 0]
        if not alive:
            raise Stop(_ended(found, choice))
        return alive

    def _numbered(self, typed: str) -> list[Case]:
        wanted = normalise(typed)
        keys = self.store.case_keys()
        found = self.store.cases(sorted(key for key in keys if normalise(number_of(key)) == wanted))
        if not found:
            raise Stop(_unknown(typed, {number_of(key) for key in keys}))
        return found

    def _of_customer(self, typed: str) -> list[Case]:
        found = self.store.of_customer(typed)
        if found:
            return found
        everyone = list(self.store.all_cases())
        wanted = normalise(typed)
        found = [case for case in everyone if wanted in _names(case)]
        if not found:
            names = {name for case in everyone for name in (case.invoice.customer.id, case.invoice.customer.name)}
            near = _nearest(typed, names)
            raise Stop(f'There is no customer "{typed}"{near or "; `relancier status` lists them"}.')
        return found

    @staticmethod
    def _part(found: Sequence[Case], choice: Choice) -> list[Case]:
        parts = [case for case in found if case.invoice.due == choice.due]
        if not parts:
            days = ", ".join(sorted({case.invoice.due.isoformat() for case in found}))
            raise Stop(f"Nothing of {choice.invoice or choice.customer} is due on {choice.due}; it is due on {days}.")
        return parts


class NotYet(Stop):
    """The daemon has not read this invoice yet."""

    def __init__(self, typed: str) -> None:
        text = f"{typed} is in the invoice file, but the daemon has not read it yet: try again in a minute."
        super().__init__(text, TRY_LATER)


def _names(case: Case) -> set[str]:
    return {normalise(case.invoice.customer.id), normalise(case.invoice.customer.name)}


def _unknown(typed: str, numbers: Iterable[str]) -> str:
    near = _nearest(typed, numbers)
    return f'There is no invoice "{typed}"{near or "; `relancier status` lists those there are"}.'


def _nearest(typed: str, known: Iterable[str]) -> str:
    """The known names nearest to what was typed, as the end of a sentence."""
    by_form = {normalise(name): name for name in sorted(known)}
    wanted = normalise(typed)
    near = get_close_matches(wanted, by_form, 3, 0.6) or [form for form in by_form if wanted in form][:3]
    return f"; the nearest is {' or '.join(by_form[form] for form in near)}" if near else ""


def _ended(found: Sequence[Case], choice: Choice) -> str:
    if choice.customer:
        return f"Nothing of {choice.customer} is open any more, so there is nothing to do."
    states = sorted({case.state.value if case.ended else State.PAID.value for case in found})
    return f"{found[0].invoice.number} is {' and '.join(states)}, so there is nothing to do."
