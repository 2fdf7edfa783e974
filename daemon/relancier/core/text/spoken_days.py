"""What each form in which people write a day stands for, as seen from the day of writing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from relancier.core.text import spoken_forms as forms

_FAR = timedelta(days=335)


@dataclass(frozen=True, slots=True)
class Sight:
    """From where the words are seen: the day of writing, and whether they tell what is past."""

    written: date
    past: bool

    @property
    def monday(self) -> date:
        return self.written - timedelta(days=self.written.weekday())


_Match = re.Match[str]
_Resolved = tuple[date, date] | None


# --- Dates ----------------------------------------------------------------------------------------------------------


def _iso(match: _Match, _sight: Sight) -> _Resolved:
    return _one(date(int(match["year"]), int(match["month"]), int(match["day"])))


def _numeric(match: _Match, sight: Sight) -> _Resolved:
    bare = match.string[match.start("day") : match.end()]
    if not match["year"] and not match["lead"] and (match["sep"] != "/" or bare in forms.FRACTIONS):
        return None
    year = f"20{match['year'][-2:]}" if match["year"] else ""
    return _one(_dated(int(match["day"]), int(match["month"]), year, sight))


def _day_month(match: _Match, sight: Sight) -> _Resolved:
    return _one(_dated(int(match["day"]), forms.MONTHS[match["month"]], match["year"], sight))


def _dated(day: int, month: int, year: str | None, sight: Sight) -> date | None:
    """The date, in the nearest year that has it where none is written."""
    if year:
        return date(int(year), month, day)
    near = [one for near in range(-1, 2) if (one := in_month(date(sight.written.year + near, month, 1), day))]
    return _nearest(near, sight)


def _nearest(near: list[date], sight: Sight) -> date | None:
    """The nearest of the dates to come, or that have passed; the other way where that is far away."""
    written = sight.written
    ahead = [day for day in near if timedelta() <= day - written < _FAR]
    behind = [day for day in near if timedelta() <= written - day < _FAR]
    first, second = (behind[-1:], ahead[:1]) if sight.past else (ahead[:1], behind[-1:])
    return next(iter((*first, *second)), None)


def _weekday_day(match: _Match, sight: Sight) -> _Resolved:
    return _one(_next_day(int(match["day"]), sight))


def _day(match: _Match, sight: Sight) -> _Resolved:
    if "next" in (match["tail"] or "") or "mois pro" in (match["tail"] or "") or "suiv" in (match["tail"] or ""):
        return _one(in_month(month_after(sight.written.replace(day=1), 1), int(match["day"])))
    if "mois" in (match["tail"] or "") or "month" in (match["tail"] or ""):
        return _one(in_month(sight.written.replace(day=1), int(match["day"])))
    return _one(_next_day(int(match["day"]), sight))


def _next_day(day: int, sight: Sight) -> date | None:
    """The next such day of a month, or the last."""
    step = -1 if sight.past else 1
    months = (month_after(sight.written.replace(day=1), step * count) for count in range(4))
    days = (one for first in months if (one := in_month(first, day)))
    return next((one for one in days if (one <= sight.written if sight.past else one >= sight.written)), None)


def _one(day: date | None) -> _Resolved:
    return (day, day) if day else None


def in_month(first: date, day: int) -> date | None:
    return first.replace(day=day) if 1 <= day <= _last(first).day else None


def _last(first: date) -> date:
    return month_after(first.replace(day=1), 1) - timedelta(days=1)


def month_after(first: date, count: int) -> date:
    """The first of a month so many months later."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


# --- Weekdays and weeks ---------------------------------------------------------------------------------------------


def _weekday(match: _Match, sight: Sight) -> _Resolved:
    lead, tail = match["lead"] or "", match["tail"] or ""
    place = forms.WEEKDAYS[match["weekday"]] - 1
    coming = sight.written + timedelta(days=(place - sight.written.weekday() - 1) % 7 + 1)
    if lead == "last " or tail.startswith((" dern", " pass")) or (sight.past and not lead and not tail):
        return _one(coming - timedelta(days=7 if coming - sight.written < timedelta(days=7) else 14))
    if "huit" in tail:
        return _one(coming + timedelta(days=7))
    if lead == "next " or tail:
        return _one(sight.monday + timedelta(days=7 + place))
    return _one(coming)


def _nearby(match: _Match, sight: Sight) -> _Resolved:
    return _one(sight.written + timedelta(days=forms.NEARBY[match.group()]))


def _week(match: _Match, sight: Sight) -> _Resolved:
    named = match.groupdict()
    if named.get("number"):
        return _numbered(int(match["number"]), sight)
    if not (named["part"] or named["next"] or (named["which"] or "the ") != "the "):
        return None
    if named["next"]:
        return _part_of_week(named["part"], sight.monday + timedelta(days=7))
    on, until = _part_of_week(named["part"], sight.monday)
    if until < sight.written and not named["part"]:
        until = sight.monday + timedelta(days=6)
    elif until < sight.written:
        on, until = on + timedelta(days=7), until + timedelta(days=7)
    return max(on, sight.written), until


def _part_of_week(part: str | None, monday: date) -> tuple[date, date]:
    """The working days that a part of a week stands for."""
    first, last = {"begin": (0, 1), "mid": (2, 2), "end": (3, 4)}.get(_PARTS.get(part or "", ""), (0, 4))
    return monday + timedelta(days=first), monday + timedelta(days=last)


def _numbered(number: int, sight: Sight) -> _Resolved:
    year = sight.written.isocalendar().year
    mondays = [date.fromisocalendar(one, number, 1) for one in (year - 1, year, year + 1) if number < 53 or one == year]
    monday = _nearest([day + timedelta(days=4) for day in mondays], sight)
    return (monday - timedelta(days=4), monday) if monday else None


# --- Months, years and spans ----------------------------------------------------------------------------------------


_PARTS = {
    "debut": "begin",
    "beginning": "begin",
    "start": "begin",
    "early": "begin",
    "milieu": "mid",
    "middle": "mid",
    "mi": "mid",
    "mid": "mid",
    "fin": "end",
    "end": "end",
    "late": "end",
    "later": "end",
}


def _month_part(match: _Match, sight: Sight) -> _Resolved:
    month = forms.MONTHS[match["month"]]
    years = [int(match["year"])] if match["year"] else [sight.written.year + near for near in (-1, 0, 1)]
    spans = [_part_of_month(match["part"], date(year, month, 1)) for year in years]
    if match["year"]:
        return spans[0]
    until = _nearest([until for _, until in spans], sight)
    return next((span for span in spans if span[1] == until), None)


def _this_month(match: _Match, sight: Sight) -> _Resolved:
    named = match.groupdict()
    which = (named["which"] or "the ").strip()
    part = "end" if named.get("end") else named["part"]
    if not (part or named["next"] or which not in ("the", "le")):
        return None
    first = month_after(sight.written.replace(day=1), 1 if named["next"] else 0)
    on, until = _part_of_month(part, first)
    if until < sight.written and not sight.past:
        on, until = _part_of_month(part, month_after(first, 1))
    return (on if named["next"] or sight.past else max(on, sight.written)), until


def _part_of_month(part: str | None, first: date) -> tuple[date, date]:
    last = _last(first)
    spans = {
        "begin": (first, first.replace(day=10)),
        "mid": (first.replace(day=15), first.replace(day=15)),
        "end": (last - timedelta(days=6), last),
    }
    return spans.get(_PARTS.get(part or "", ""), (first, last))


def _year_end(match: _Match, sight: Sight) -> _Resolved:
    last = date(int(match["year"] or sight.written.year), 12, 31)
    return last - timedelta(days=6), last


def _within(match: _Match, sight: Sight) -> _Resolved:
    count = _count(match["count"])
    if match["count"] in _FORTNIGHTS:
        count = {"huitaine": 7}.get(match["count"], count)
    until = _later(sight.written, count, match["unit"] or "jours", working=_working(match))
    exact = match["lead"] in ("dans", "in")
    return (until if exact else sight.written), until


def _working(match: _Match) -> bool:
    return bool(match["worked"]) or (match["work"] or "calendar ") != "calendar "


def _ago(match: _Match, sight: Sight) -> _Resolved:
    count, unit = match["count"] or match["other"], match["unit"] or match["units"]
    return _one(_later(sight.written, -_count(count), unit))


_FORTNIGHTS = frozenset({"huitaine", "quinzaine", "fortnight"})


def _count(words: str) -> int:
    return int(words) if words.isdigit() else forms.COUNTS[words]


def _later(day: date, count: int, unit: str, *, working: bool = False) -> date:
    if unit.startswith("mo"):
        first = month_after(day.replace(day=1), count)
        return first.replace(day=min(day.day, _last(first).day))
    if unit.startswith(("s", "w")):
        return day + timedelta(weeks=count)
    days = -(-count // 24) if unit.startswith("h") else count
    return _working_days_later(day, days) if working else day + timedelta(days=days)


def _working_days_later(day: date, count: int) -> date:
    """So many days later, Saturdays and Sundays not counted."""
    for _ in range(count):
        day += timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))
    return day


_DIGITS = tuple("0123456789")
_WEEKDAYS = tuple(forms.FULL_WEEKDAYS)
FORMS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[_Match, Sight], _Resolved]], ...] = (
    (_DIGITS, forms.ISO, _iso),
    (_DIGITS, forms.NUMERIC, _numeric),
    (_DIGITS, forms.DAY_MONTH, _day_month),
    (_DIGITS, forms.MONTH_DAY, _day_month),
    (_DIGITS, forms.WEEKDAY_DAY, _weekday_day),
    (_WEEKDAYS, forms.WEEKDAY, _weekday),
    (_DIGITS, forms.DAY, _day),
    (tuple(forms.NEARBY), forms.NEARBY_DAY, _nearby),
    (("semaine",), forms.WEEK, _week),
    (("week",), forms.ENGLISH_WEEK, _week),
    (_DIGITS, forms.WEEK_NUMBER, _week),
    (tuple(forms.MONTHS), forms.MONTH_PART, _month_part),
    (("mois",), forms.THIS_MONTH, _this_month),
    (("month",), forms.ENGLISH_THIS_MONTH, _this_month),
    (("annee", "year", "fin 20"), forms.YEAR_END, _year_end),
    (("sous ", "ici ", "dans ", "moins de ", "avant ", "in ", "over "), forms.WITHIN, _within),
    (("il y a ", " ago"), forms.AGO, _ago),
)
"""Each form; before it, bits of which one must stand in a text for it to be looked for, after it what it stands for."""
