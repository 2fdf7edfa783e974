"""Working days, public holidays and sending hours: the next allowed moment after another.

Days are local calendar dates. Hours are what the clock on the wall shows, also on the two nights on which it changes.
Instants come back in UTC, since local times compare by the clock on the wall, which is wrong in the hour that repeats.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DayOfYear = tuple[int, int]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
NOTICE_GIVES = 8
_FARTHEST = 3660
_MOST_KNOWN = 8192


class NeverOpen(ValueError):  # noqa: N818 - named after the situation
    """No day on which anything may be sent lies within ten years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When the company works and sends.

    `days` are the weekdays on which messages leave (0 is Monday), `hours` the first minute and the end (no longer
    allowed) of sending, `closed` first and last days on which nothing leaves, `quiet` first and last (month, day) of
    periods without formal notices and deadlines, which may run over the end of the year. `holidays` must cover the
    years asked about. `memo` remembers sending days that were worked out before.
    """

    days: frozenset[int]
    hours: tuple[time, time]
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    closed: tuple[tuple[date, date], ...] = ()
    quiet: tuple[tuple[DayOfYear, DayOfYear], ...] = ()
    memo: dict[date, date] = field(default_factory=dict, init=False, repr=False, compare=False)

    def local_day(self, instant: datetime) -> date:
        """The calendar date of an aware instant here."""
        return _aware(instant).astimezone(self.zone).date()

    def is_working(self, day: date) -> bool:
        """Whether offices and banks work: Monday to Friday, no public holiday."""
        return day.weekday() < 5 and day not in self.holidays

    def may_send_on(self, day: date) -> bool:
        return (
            day.weekday() in self.days
            and day not in self.holidays
            and not any(first <= day <= last for first, last in self.closed)
        )

    def in_quiet(self, day: date) -> bool:
        """Whether the day lies in a period without formal notices and deadlines."""
        here = (day.month, day.day)
        return any(
            first <= here <= last if first <= last else here >= first or here <= last for first, last in self.quiet
        )

    def next_day(self, day: date) -> date:
        """The first sending day at or after `day`. Raises NeverOpen."""
        known = self.memo.get(day)
        if known is None:
            if len(self.memo) >= _MOST_KNOWN:
                self.memo.clear()
            known = self.memo[day] = self._walk(day)
        return known

    def _walk(self, day: date) -> date:
        for ahead in range(_FARTHEST):
            if self.may_send_on(later := day + timedelta(days=ahead)):
                return later
        raise NeverOpen(f"No sending day lies within ten years of {day.isoformat()}.")

    def opening(self, day: date) -> datetime:
        """The first allowed instant of the first sending day at or after `day`. Raises NeverOpen."""
        return self._first_from(day, datetime.min.replace(tzinfo=UTC))

    def next_moment(self, instant: datetime) -> datetime:
        """The first allowed instant at or after an aware one. Raises NeverOpen."""
        return self._first_from(self.local_day(instant), instant.astimezone(UTC))

    def _first_from(self, day: date, instant: datetime) -> datetime:
        while True:
            day = self.next_day(day)
            for start, end in _windows(self.zone, self.hours, day):
                if instant < end:
                    return max(start, instant)
            day += _DAY

    def add_working_days(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`; `day` itself for 0."""
        while number > 0:
            day += _DAY
            number -= self.is_working(day)
        return day

    def known_day(self, due: date) -> date:
        """Up to which day payments must be known before a customer is told that `due` has passed."""
        return self.add_working_days(due, 1)

    def deadline(self, day: date, working: int = 5) -> date:
        """The first working day outside quiet periods that lies at least `working` working days after `day`.

        Where the quiet periods fill the whole year, they are passed over.
        """
        return self._clear_of_quiet(self.add_working_days(day, working))

    def notice_deadline(self, day: date) -> date:
        """The first such day that a formal notice may name: at least eight days, and five working days, after `day`."""
        return self._clear_of_quiet(max(day + timedelta(days=NOTICE_GIVES), self.add_working_days(day, 5)))

    def _clear_of_quiet(self, earliest: date) -> date:
        for ahead in range(367):
            later = earliest + timedelta(days=ahead)
            if self.is_working(later) and not self.in_quiet(later):
                return later
        return earliest


def months_after(day: date, number: int) -> date:
    """The same day of a later month, or that month's last one."""
    years, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} names no instant: it lacks a time zone.")
    return instant


@lru_cache(maxsize=8192)
def _windows(zone: ZoneInfo, hours: tuple[time, time], day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The allowed stretches of one local day as (start, end) in UTC.

    One on an ordinary day; on a day with a change of the clock there may be none (all skipped) or two (one repeated).
    """
    start, end = (datetime.combine(day, at, zone) for at in hours)
    midnights = (datetime.combine(later, time(), zone) for later in (day, day + _DAY))
    if len({midnight.utcoffset() for midnight in midnights}) == 1:
        return ((start.astimezone(UTC), end.astimezone(UTC)),)
    return tuple(_stretches(zone, hours, day))


def _stretches(zone: ZoneInfo, hours: tuple[time, time], day: date) -> Iterator[tuple[datetime, datetime]]:
    """Walks a day minute by minute, as the clock on the wall shows it."""
    minute = datetime.combine(day, time(), zone).astimezone(UTC)
    start: datetime | None = None
    while (local := minute.astimezone(zone)).date() <= day:
        allowed = local.date() == day and hours[0] <= local.time() < hours[1]
        if allowed and start is None:
            start = minute
        if not allowed and start is not None:
            yield start, minute
            start = None
        minute += _MINUTE
    if start is not None:
        yield start, minute
