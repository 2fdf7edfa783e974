"""A company's year of cases with their histories, made by hand for the report's figures and its pictures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.core.cases import CALENDAR, at, case, customer, event, plan, step, taken

from relancier.core.case import Case, Event, How, Kind, State
from relancier.core.history import apply
from relancier.core.overviews.measures import Followed
from relancier.core.plan import Channel

TODAY = date(2026, 6, 15)
PLAN = plan(
    step("notice", -2, template="notification"),
    step("first", 3, template="reminder-1"),
    step("second", 10, template="reminder-2"),
    step("call", 15, Channel.CALL, template="call"),
    step("last", 25, template="reminder-3"),
    name="standard",
)
NAMES = ("Dupont SARL", "Garage Martin", "Boulangerie des Halles", "Imprimerie Leroy & Fils", "Mairie de Saint-Priest")


def followed(case_: Case, *events: Event) -> Followed:
    """A case to which these events happened."""
    for one in events:
        case_ = apply(case_, one)
    return Followed(case_, events)


def paid(one: Case, on: date, *before: Event) -> Followed:
    """A case that was paid on a day, as a colleague said."""
    return followed(one, *before, replace(event(one, Kind.PAID), at=at(on), on=on, ref=f"paid-{one.key}"))


def year() -> Iterator[Followed]:
    """Sixty invoices over a year: the most paid a little late after one reminder, some in time, the last ones open."""
    for index in range(60):
        due = TODAY - timedelta(days=6 * (60 - index)) + timedelta(days=48)
        who = customer(id=f"C{index % 5}", name=NAMES[index % 5])
        amount = Decimal(400 + 170 * (index % 7)) + Decimal(index) / 4
        one = case(f"FA-{index:04}", who=who, plan="standard", due=due, amount=amount, issued=due - timedelta(days=30))
        yield from _played(one, index, due)


def _played(one: Case, index: int, due: date) -> Iterator[Followed]:
    reminded = taken(one, "notice", due - timedelta(days=2))
    if due < TODAY - timedelta(days=3):
        reminded = taken(reminded, "first", due + timedelta(days=3))
    late = index % 4 * 4 - 1
    if index % 9 == 5 and due < TODAY:
        yield _disputed(taken(reminded, "second", due + timedelta(days=10)), due)
    elif due + timedelta(days=late) < TODAY - timedelta(days=5) and index % 6:
        yield paid(_by_call(reminded, index, due), due + timedelta(days=late), *_promise(one, index, due))
    elif index % 6 == 0 and due < TODAY:
        yield followed(reminded, *_reply(one, due))
    else:
        yield followed(reminded)


def _by_call(one: Case, index: int, due: date) -> Case:
    return taken(one, "call", due + timedelta(days=10), how=How.TASK) if index % 4 == 3 else one


def _promise(one: Case, index: int, due: date) -> Iterator[Event]:
    if index % 4 == 3:
        on = due + timedelta(days=11 if index % 8 == 3 else 2)
        yield replace(event(one, Kind.PROMISED), at=at(due - timedelta(days=1)), on=on, ref=f"promise-{one.key}")


def _reply(one: Case, due: date) -> Iterator[Event]:
    day = due + timedelta(days=4)
    yield replace(event(one, Kind.REPLIED), at=at(day), on=day, ref=f"reply-{one.key}", detail="a reply")


def _disputed(one: Case, due: date) -> Followed:
    made = replace(event(one, Kind.DISPUTED), at=at(due + timedelta(days=12)), ref=f"dispute-{one.key}")
    found = followed(one, made)
    assert found.case.state is State.DISPUTED
    return found


assert CALENDAR.zone is not None
