"""A parcel about to be put into words, and the customer's cases that its message names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from relancier.core.case import Case
from relancier.core.outbox import Sort
from relancier.core.parcel import Parcel, Taken
from relancier.core.plan import Channel
from relancier.core.schedule import Near, World, obstacle, payments_known
from relancier.core.steps import after_an_answer
from relancier.ports import Store
from relancier.work.setup import Setup

Fields = dict[str, object]
OF_ITS_OWN = frozenset(
    {
        *("follow-up", "rejected", "recap", "instalments", "instalment", "thank-you"),
        *("formal-notice-announcement", "formal-notice"),
    }
)
"""Templates whose message names no invoice but those that it is about."""


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
    """The cases whose invoices the message names: those carried, then, where it chases, the other overdue ones."""
    carried = sorted((one.case for one in telling.parcel.carries), key=lambda case: case.invoice.due)
    if not _chases(telling):
        return carried
    keys = {case.key for case in carried}
    others = [case for case in telling.siblings if case.key not in keys and _may_be_named(case, telling)]
    return [*carried, *sorted(others, key=lambda case: case.invoice.due)]


def upcoming_cases(telling: Telling, named: Sequence[Case]) -> list[Case]:
    """Invoices not yet due, shown apart and only beside a reminder."""
    if not _chases(telling):
        return []
    keys = {case.key for case in named}
    later = [case for case in telling.siblings if case.key not in keys and case.invoice.due >= telling.today]
    same = (case for case in later if _same_payee(case, telling))
    return sorted((case for case in same if _open(case, telling.world)), key=lambda case: case.invoice.due)


def _chases(telling: Telling) -> bool:
    """Whether it is an email that reminds: not a letter, nor what answers, agrees, thanks or gives formal notice."""
    parcel = telling.parcel
    email = parcel.sort is Sort.REMINDER and parcel.channel is Channel.EMAIL
    late = all(one.case.invoice.due < telling.today for one in parcel.carries)
    return email and late and parcel.template not in OF_ITS_OWN


def _open(case: Case, world: World) -> bool:
    """Whether it may be written about: by the rules of a reminder of its own, and no other message carries it."""
    return obstacle(case, world, Near()) is None and not case.in_flight


def _same_payee(case: Case, telling: Telling) -> bool:
    """One message asks for payments to one account."""
    return case.invoice.factor == telling.lead.case.invoice.factor


def _may_be_named(case: Case, telling: Telling) -> bool:
    currency = telling.lead.case.invoice.currency
    late = case.invoice.due < telling.today and case.invoice.currency == currency and not after_an_answer(case)
    return late and _same_payee(case, telling) and _open(case, telling.world) and payments_known(case, telling.world)
