"""Cases, plans and a calendar that are quick to make, for the tests of deciding."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from relancier.core.case import Case, Contact, Customer, Event, How, Invoice, Kind, Role, State, StepDone
from relancier.core.history import apply, open_case
from relancier.core.plan import Base, Channel, Moment, Plan, Step
from relancier.core.schedule import World
from relancier.core.workdays import Calendar

PARIS = ZoneInfo("Europe/Paris")
QUIET = (((8, 1), (8, 20)), ((12, 24), (1, 2)))
# French public holidays that fall on weekdays where the tests look; typed by hand.
HOLIDAYS = frozenset(
    {
        *(date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14)),
        *(date(2026, 5, 25), date(2026, 7, 14), date(2026, 11, 11), date(2026, 12, 25)),
        *(date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17), date(2027, 7, 14)),
        *(date(2027, 11, 1), date(2027, 11, 11)),
        *(date(2028, 4, 17), date(2028, 5, 1), date(2028, 5, 8), date(2028, 5, 25), date(2028, 6, 5)),
        *(date(2028, 7, 14), date(2028, 8, 15), date(2028, 11, 1), date(2028, 12, 25)),
    }
)
CALENDAR = Calendar(days=frozenset(range(5)), hours=(time(9), time(17, 30)), zone=PARIS, holidays=HOLIDAYS, quiet=QUIET)
DUE = date(2026, 6, 1)  # a Monday without a holiday in the next six weeks


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)  # type: ignore[arg-type, misc]


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def due(days: int, hour: int = 10) -> datetime:
    """The instant so many days from the usual due date."""
    return at(DUE + timedelta(days=days), hour)


def customer(**other: Any) -> Customer:
    contacts = (
        Contact(Role.ACCOUNTING, "compta@dupont.test", "Mme Alice Petit"),
        Contact(Role.SALES, "achats@dupont.test", "M. Jean Roux"),
        Contact(Role.MANAGEMENT, "direction@dupont.test", "Mme Zoé Grand"),
    )
    values = {"id": "C1", "name": "Dupont", "contacts": contacts, "phone": "+33 1", "address": ("1 rue A",), **other}
    return Customer(**values)


def case(
    number: str = "F1", *, plan: str = "plan", who: Customer | None = None, opened: date = DUE, **other: Any
) -> Case:
    """A case just opened; `other` are fields of its invoice."""
    values: dict[str, Any] = {"due": DUE, "amount": Decimal(1000), **other}
    invoice = Invoice(number=number, customer=who or customer(), **values)
    return open_case(invoice, plan=plan, at=at(opened), on=opened)


def step(step_id: str, day: int | str, *channels: Channel, **other: Any) -> Step:
    """A step at so many days from the due date; "8d" counts from the step before, "S2" from the plan's start."""
    values: dict[str, Any] = {"to": (Role.ACCOUNTING,), "template": "reminder-1", **other}
    return Step(id=step_id, moment=moment(day), channels=channels or (Channel.EMAIL,), **values)


def moment(day: int | str) -> Moment:
    if isinstance(day, int):
        return Moment(Base.DUE, timedelta(days=day))
    if day.startswith("S"):
        return Moment(Base.START, timedelta(days=int(day[1:])))
    unit = "hours" if day.endswith("h") else "days"
    return Moment(Base.PREVIOUS, timedelta(**{unit: int(day[:-1])}))


def plan(*steps: Step, name: str = "plan") -> Plan:
    return Plan(name, name, steps)


def world(now: datetime, *, known_at: datetime | None = None, calendar: Calendar = CALENDAR, **other: Any) -> World:
    values: dict[str, Any] = {"customer_gap": 3, "minimum": Decimal(5), **other}
    return World(now=now, calendar=calendar, known_at=known_at or now, **values)


def after(case_: Case, *events: Event) -> Case:
    for event in events:
        case_ = apply(case_, event)
    return case_


def event(case_: Case, kind: Kind, *, days: int = 0, **other: Any) -> Event:
    return Event(case=case_.key, kind=kind, at=due(days), **other)


def taken(case_: Case, step_id: str, day: date, *, how: How = How.SENT, entry: str | None = None) -> Case:
    """The case after that step was taken on that day."""
    name = f"{case_.key}|{step_id}" if entry is None else entry
    return replace(case_, done=(*case_.done, StepDone(step_id, how, at(day), day, name)))


def in_state(case_: Case, state: State, **other: Any) -> Case:
    return replace(case_, state=state, state_at=due(0), **other)


def ids(steps: Iterable[Step]) -> list[str]:
    return [one.id for one in steps]
