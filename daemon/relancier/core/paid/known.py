"""Up to which instant payments are known for a case: by where its invoice comes from, and by the statements since."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from relancier.core.case import Case, Invoice, Origin
from relancier.core.world import World

KNOWN_ONLY = "payments are known only up to"
_MISSING = re.compile(
    r": the statement(?: of account …(?P<account>\w+))? from (?P<since>\d{4}-\d\d-\d\d) on is missing$"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """The statement without which payments are not known: the end of its account's number, its first day."""

    account: str
    since: date


def known_at(case: Case, world: World) -> datetime:
    """Up to which instant payments on this case are known: its own source's, or further by statements without a gap."""
    if world.ahead and (case.invoice.origin is Origin.BOOKS or world.coverage.coming):
        return world.known_at
    own = _own(case.invoice, world)
    day = world.calendar.local_day(own)
    until = world.coverage.known_until(day, world.calendar)
    return own if until <= day else max(own, min(_end_of(until, world), world.now))


def known_day(case: Case, world: World) -> date:
    """The local day of that instant."""
    return world.calendar.local_day(known_at(case, world))


def known_only(case: Case, world: World) -> str:
    """Why nothing leaves while payments are not known: to which day's end they are, and which statement is missing."""
    at = known_at(case, world).astimezone(world.calendar.zone)
    day = known_day(case, world)
    last = day - timedelta(days=1) if case.invoice.origin is not Origin.BOOKS and at.time() == time() else day
    told = f"{KNOWN_ONLY} {last.isoformat()}"
    lacking = world.coverage.lacking(world.calendar.local_day(_own(case.invoice, world)), world.calendar)
    if lacking is not None:
        return f"{told}: the statement of account …{lacking[0][-4:]} from {lacking[1].isoformat()} on is missing"
    if case.invoice.origin is not Origin.BOOKS:
        return f"{told}: the statement from {day.isoformat()} on is missing"
    return told


def lacking_in(waiting: str) -> Lacking | None:
    """The statement that a case waits for, as the reason for its waiting names it."""
    found = _MISSING.search(waiting) if waiting.startswith(KNOWN_ONLY) else None
    return Lacking(found["account"] or "", date.fromisoformat(found["since"])) if found else None


def _own(invoice: Invoice, world: World) -> datetime:
    """The instant to which the invoice's own source knows payments: of a day, only its beginning."""
    if invoice.origin is Origin.BOOKS or invoice.known_on is None:
        return world.known_at
    return min(datetime.combine(invoice.known_on, time(), world.calendar.zone), world.now)


def _end_of(day: date, world: World) -> datetime:
    return datetime.combine(day, time.max, world.calendar.zone)
