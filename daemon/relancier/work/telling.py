"""A parcel about to be put into words, and the customer's cases that its message names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from relancier.core.case import Case
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken
from relancier.core.schedule import Near, World, obstacle, payments_known
from relancier.core.steps import last_word_theirs
from relancier.ports import Store
from relancier.work.setup import Setup

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Telling:
    """A parcel about to be put into words, with all the cases of its customer and what is known now."""

    parcel: Parcel
    siblings: Sequence[Case]
    world: World
    setup: Setup
    store: Store

    @property
    def today(self) -> date:
        return self.world.today

    @property
    def lead(self) -> Taken:
        return self.parcel.lead

    @property
    def language(self) -> str:
        wanted = self.parcel.language if self.parcel.sort is Sort.REMINDER else ""
        return self.setup.language(wanted)


def named_cases(telling: Telling) -> list[Case]:
    """The cases whose invoices the message names: those carried, then the customer's other overdue ones."""
    carried = sorted((one.case for one in telling.parcel.carries), key=lambda case: case.invoice.due)
    if telling.parcel.sort is not Sort.REMINDER or not _reminds(telling):
        return carried
    keys = {case.key for case in carried}
    others = [case for case in telling.siblings if case.key not in keys and _may_be_named(case, telling)]
    return [*carried, *sorted(others, key=lambda case: case.invoice.due)]


def upcoming_cases(telling: Telling, named: Sequence[Case]) -> list[Case]:
    """Invoices not yet due, shown apart and only beside a reminder."""
    if not _reminds(telling):
        return []
    keys = {case.key for case in named}
    later = [case for case in telling.siblings if case.key not in keys and case.invoice.due >= telling.today]
    return sorted((case for case in later if _open(case, telling.world)), key=lambda case: case.invoice.due)


def _reminds(telling: Telling) -> bool:
    return all(one.case.invoice.due < telling.today for one in telling.parcel.carries)


def _open(case: Case, world: World) -> bool:
    """Whether it may be written about: by the rules of a reminder of its own, and no other message carries it."""
    return obstacle(case, world, Near()) is None and not case.in_flight


def _may_be_named(case: Case, telling: Telling) -> bool:
    currency = telling.lead.case.invoice.currency
    late = case.invoice.due < telling.today and case.invoice.currency == currency and not last_word_theirs(case)
    return late and _open(case, telling.world) and payments_known(case, telling.world)
