"""French working days, typed here and nowhere taken from the product: what the year's expectations count by."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
CLOSED = frozenset({date(2026, 5, 15)})  # the office makes the bridge after Ascension: nothing leaves
AFTER_EASTER = (1, 39, 50)  # Monday, Ascension, Whit Monday


@cache
def easter(year: int) -> date:
    """Easter Sunday, by Oudin's rule."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    full = moon - (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full + 2 - century + century // 4) % 7
    ahead = full - weekday
    month = 3 + (ahead + 40) // 44
    return date(year, month, ahead + 28 - 31 * (month // 4))


@cache
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of metropolitan France."""
    fixed = (date(year, month, day) for month, day in FIXED)
    return frozenset([*fixed, *(easter(year) + timedelta(days=days) for days in AFTER_EASTER)])


def at_work(day: date) -> bool:
    """Whether offices and banks work."""
    return day.weekday() < 5 and day not in holidays(day.year)


def open_on(day: date) -> bool:
    """Whether mail may leave."""
    return at_work(day) and day not in CLOSED


def forward(day: date) -> date:
    """The day itself, or the next one on which mail may leave: never backward."""
    while not open_on(day):
        day += DAY
    return day


def working(day: date, number: int) -> date:
    """The `number`-th working day after `day`."""
    while number > 0:
        day += DAY
        number -= at_work(day)
    return day


def quiet(day: date) -> bool:
    """Whether no formal notice may leave and no deadline end: the first weeks of August, the end of the year."""
    here = (day.month, day.day)
    return (8, 1) <= here <= (8, 20) or here >= (12, 24) or here <= (1, 2)


def loud(day: date) -> date:
    """The first day from `day` on that mail may leave and is not quiet."""
    day = forward(day)
    while quiet(day):
        day = forward(day + DAY)
    return day


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
