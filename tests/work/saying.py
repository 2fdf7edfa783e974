"""The fields of a message about a case on a day, as the daemon works them out: for tests of what messages say."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.work.rig import config, invoice, setup

from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import Case, Event, How, StepDone
from relancier.core.extra import step_of
from relancier.core.outbox import Entry, Sort
from relancier.core.parcel import Parcel, Taken
from relancier.core.plan import Channel
from relancier.core.reading.reply import normalise
from relancier.work.setup import Setup
from relancier.work.writing.telling import Telling
from relancier.work.writing.words import fields

DUE = date(2026, 3, 2)


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def of(number: str = "FA-1", due: date = DUE, plan: str = "standard", **other: Any) -> Case:
    """A case on an invoice; what the invoice does not know belongs to the case."""
    known = {name: other.pop(name) for name in list(other) if name in invoice().__slots__}
    made = invoice(number, due, **{"issued": due - timedelta(days=30), **known})
    return Case(key=made.key, invoice=made, plan=plan, opened_at=at(due), plan_start=due, **other)


def done(step: str, on: date, how: How = How.SENT, entry: str = "") -> StepDone:
    return StepDone(step, how, at(on), on, entry)


def told(
    case: Case,
    step: str,
    today: date,
    *beside: Case,
    events: tuple[Event, ...] = (),
    entries: tuple[Entry, ...] = (),
    channel: Channel = Channel.EMAIL,
    sort: Sort = Sort.REMINDER,
    to: tuple[str, ...] = ("compta@dupont.test",),
    conf: Setup | None = None,
    together: tuple[Case, ...] = (),
) -> dict[str, Any]:
    """The fields of this step of a case's plan, as of a day; `together` are those that take it in the same message."""
    made = conf or setup(config())
    store = MemoryStore(normalise)
    store.commit(case, *together, *beside, *events, *entries)
    plan = made.plans[case.plan]
    taken = step_of(plan, step)
    assert taken is not None
    language = case.invoice.customer.language or plan.language
    carries = tuple(Taken(one, plan, taken) for one in (case, *together))
    parcel = Parcel(sort=sort, channel=channel, carries=carries, to=to, language=language)
    world = made.world(at(today), at(today))
    return fields(Telling(parcel, [case, *together, *beside], world, made, store))
