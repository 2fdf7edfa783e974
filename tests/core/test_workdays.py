from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relancier.core.workdays import Calendar, NeverOpen

PARIS = ZoneInfo("Europe/Paris")
WEEK = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
# France, 2026, on weekdays; typed by hand.
HOLIDAYS = frozenset(
    {
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    }
)
OFFICE = Calendar(
    days=WEEK,
    hours=(time(9), time(17, 30)),
    zone=PARIS,
    holidays=HOLIDAYS,
    closed=((date(2026, 8, 3), date(2026, 8, 21)),),
    quiet=(((8, 1), (8, 20)), ((12, 24), (1, 2))),
)


def paris(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=PARIS, fold=fold)  # type: ignore[arg-type, misc]


def at_night(start: time, end: time) -> Calendar:
    return Calendar(days=EVERY_DAY, hours=(start, end), zone=PARIS)


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
instants = st.integers(
    int(datetime(2025, 12, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 31, tzinfo=UTC).timestamp())
).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("day", "working", "sending"),
    [
        (date(2026, 6, 5), True, True),
        (date(2026, 6, 6), False, False),
        (date(2026, 6, 7), False, False),
        (date(2026, 7, 14), False, False),
        (date(2026, 8, 3), True, False),
        (date(2026, 8, 21), True, False),
        (date(2026, 8, 24), True, True),
    ],
)
def test_offices_work_and_messages_leave_on_their_own_days(day: date, working: bool, sending: bool) -> None:
    assert OFFICE.is_working(day) is working
    assert OFFICE.may_send_on(day) is sending


def test_a_company_may_send_on_saturday_though_banks_are_closed() -> None:
    saturdays = Calendar(days=frozenset({5}), hours=(time(9), time(12)), zone=PARIS)
    assert saturdays.may_send_on(date(2026, 6, 6))
    assert not saturdays.is_working(date(2026, 6, 6))
    assert saturdays.next_day(date(2026, 6, 7)) == date(2026, 6, 13)


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        (date(2026, 7, 31), False),
        (date(2026, 8, 1), True),
        (date(2026, 8, 20), True),
        (date(2026, 8, 21), False),
        (date(2026, 12, 23), False),
        (date(2026, 12, 24), True),
        (date(2027, 1, 2), True),
        (date(2027, 1, 3), False),
    ],
)
def test_quiet_periods_hold_their_first_and_last_day_and_the_new_year(day: date, quiet: bool) -> None:
    assert OFFICE.in_quiet(day) is quiet


@pytest.mark.parametrize(
    ("instant", "allowed"),
    [
        (paris(2026, 6, 5, 10), paris(2026, 6, 5, 10)),
        (paris(2026, 6, 5, 7), paris(2026, 6, 5, 9)),
        (paris(2026, 6, 5, 9), paris(2026, 6, 5, 9)),
        (paris(2026, 6, 5, 17, 29), paris(2026, 6, 5, 17, 29)),
        (paris(2026, 6, 5, 17, 30), paris(2026, 6, 8, 9)),
        (paris(2026, 6, 6, 10), paris(2026, 6, 8, 9)),
        (paris(2026, 7, 13, 18), paris(2026, 7, 15, 9)),
        (paris(2026, 8, 1, 10), paris(2026, 8, 24, 9)),
        (datetime(2026, 6, 4, 22, 30, tzinfo=UTC), paris(2026, 6, 5, 9)),
        (datetime(2026, 6, 5, 16, tzinfo=UTC), paris(2026, 6, 8, 9)),
    ],
)
def test_a_moment_moves_forward_to_the_next_allowed_one(instant: datetime, allowed: datetime) -> None:
    assert OFFICE.next_moment(instant) == allowed
    assert OFFICE.next_moment(instant).tzinfo is UTC


def test_opening_is_the_first_allowed_instant_of_a_day_or_of_the_next_one_that_has_any() -> None:
    assert OFFICE.opening(date(2026, 6, 5)) == paris(2026, 6, 5, 9)
    assert OFFICE.opening(date(2026, 6, 6)) == paris(2026, 6, 8, 9)
    assert OFFICE.next_day(date(2026, 6, 5)) == date(2026, 6, 5)
    assert OFFICE.next_day(date(2026, 6, 6)) == date(2026, 6, 8)


def test_a_calendar_remembers_a_bounded_number_of_days_and_is_equal_to_one_that_was_never_asked() -> None:
    asked, fresh = (at_night(time(2), time(3)) for _ in range(2))
    for ahead in range(9000):
        asked.next_day(date(2000, 1, 1) + timedelta(days=ahead))
    assert 0 < len(asked.memo) <= 8192
    assert asked == fresh
    assert hash(asked) == hash(fresh)


def test_the_day_is_the_one_on_the_wall() -> None:
    assert OFFICE.local_day(datetime(2026, 6, 4, 22, 30, tzinfo=UTC)) == date(2026, 6, 5)


@pytest.mark.parametrize("ask", [OFFICE.next_moment, OFFICE.local_day])
def test_an_instant_without_a_zone_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="lacks a time zone"):
        ask(datetime(2026, 6, 5, 10))  # noqa: DTZ001


def test_office_hours_stay_on_the_wall_clock_after_both_changes() -> None:
    assert OFFICE.next_moment(paris(2026, 3, 27, 20)) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert OFFICE.next_moment(paris(2026, 10, 23, 20)) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_in_march_hours_that_the_clock_skips_begin_at_the_jump() -> None:
    calendar = at_night(time(2, 30), time(6))
    assert calendar.opening(date(2026, 3, 29)) == utc(2026, 3, 29, 1)
    assert calendar.next_moment(utc(2026, 3, 29, 0, 59)) == utc(2026, 3, 29, 1)


def test_in_march_hours_skipped_altogether_move_to_the_next_day() -> None:
    calendar = at_night(time(2, 10), time(2, 50))
    assert calendar.opening(date(2026, 3, 29)) == utc(2026, 3, 30, 0, 10)


def test_in_october_the_repeated_hour_is_allowed_twice() -> None:
    calendar = at_night(time(2, 10), time(2, 50))
    assert calendar.next_moment(utc(2026, 10, 25, 0, 20)) == utc(2026, 10, 25, 0, 20)
    assert calendar.next_moment(utc(2026, 10, 25, 0, 50)) == utc(2026, 10, 25, 1, 10)
    assert calendar.next_moment(utc(2026, 10, 25, 1, 50)) == utc(2026, 10, 26, 1, 10)
    assert at_night(time(1, 30), time(2, 30)).next_moment(utc(2026, 10, 25, 0, 40)) == utc(2026, 10, 25, 1)


def test_hours_to_the_last_minute_of_a_changed_day_end_with_it() -> None:
    calendar = Calendar(days=frozenset({6}), hours=(time(0), time(23, 59, 30)), zone=PARIS)
    assert calendar.next_moment(utc(2026, 10, 25, 22, 59)) == utc(2026, 10, 25, 22, 59)
    assert calendar.next_moment(utc(2026, 10, 25, 23)) == utc(2026, 10, 31, 23)


def test_a_calendar_that_never_opens_says_so() -> None:
    never = Calendar(days=frozenset(), hours=(time(9), time(17)), zone=PARIS)
    with pytest.raises(NeverOpen, match="ten years of 2026-06-05"):
        never.next_day(date(2026, 6, 5))
    with pytest.raises(NeverOpen):
        never.opening(date(2026, 6, 5))


@pytest.mark.parametrize(
    ("day", "number", "later"),
    [
        (date(2026, 6, 5), 0, date(2026, 6, 5)),
        (date(2026, 6, 5), 1, date(2026, 6, 8)),
        (date(2026, 6, 6), 1, date(2026, 6, 8)),
        (date(2026, 5, 13), 1, date(2026, 5, 15)),
        (date(2026, 4, 30), 5, date(2026, 5, 11)),
    ],
)
def test_working_days_are_added(day: date, number: int, later: date) -> None:
    assert OFFICE.add_working_days(day, number) == later


def test_payments_must_be_known_up_to_a_banking_day_after_the_due_date() -> None:
    assert OFFICE.known_day(date(2026, 6, 4)) == date(2026, 6, 5)
    assert OFFICE.known_day(date(2026, 6, 5)) == date(2026, 6, 8)
    assert OFFICE.known_day(date(2026, 4, 30)) == date(2026, 5, 4)


@pytest.mark.parametrize(
    ("day", "deadline"),
    [
        (date(2026, 6, 1), date(2026, 6, 8)),
        (date(2026, 4, 30), date(2026, 5, 11)),
        (date(2026, 7, 27), date(2026, 8, 21)),
        (date(2026, 12, 18), date(2027, 1, 4)),
    ],
)
def test_a_deadline_is_a_working_day_five_ahead_outside_quiet_periods(day: date, deadline: date) -> None:
    assert OFFICE.deadline(day) == deadline


def test_a_deadline_may_lie_farther_ahead() -> None:
    assert OFFICE.deadline(date(2026, 6, 1), working=8) == date(2026, 6, 11)


def test_a_formal_notice_gives_eight_days_and_five_working_days() -> None:
    assert OFFICE.notice_deadline(date(2026, 6, 1)) == date(2026, 6, 9)
    assert OFFICE.notice_deadline(date(2026, 6, 5)) == date(2026, 6, 15)  # the eighth day is a Saturday


def test_a_year_that_is_all_quiet_still_gives_a_deadline() -> None:
    quiet = Calendar(days=WEEK, hours=(time(9), time(17)), zone=PARIS, quiet=(((1, 1), (12, 31)),))
    assert quiet.deadline(date(2026, 6, 1)) == date(2026, 6, 8)


@given(days, st.integers(0, 60))
def test_adding_and_counting_working_days_agree(day: date, number: int) -> None:
    later = OFFICE.add_working_days(day, number)
    between = (day + timedelta(days=ahead) for ahead in range(1, (later - day).days + 1))
    assert sum(map(OFFICE.is_working, between)) == number
    assert number == 0 or OFFICE.is_working(later)


@given(instants, st.sampled_from(["02:00-03:00", "01:30-02:30", "02:15-02:45", "09:00-17:30", "00:00-23:59"]))
def test_the_next_moment_is_allowed_never_earlier_and_stays_put(instant: datetime, hours: str) -> None:
    start, end = (time.fromisoformat(hour) for hour in hours.split("-"))
    calendar = at_night(start, end)
    moment = calendar.next_moment(instant)
    assert moment >= instant
    assert start <= moment.astimezone(PARIS).time() < end
    assert calendar.next_moment(moment) == moment
    assert calendar.next_moment(instant + timedelta(minutes=7)) >= moment


@given(st.integers(0, 6 * 60))
def test_no_allowed_minute_of_the_long_night_is_passed_over(minutes: int) -> None:
    start, end = time(1, 30), time(2, 30)
    instant = utc(2026, 10, 24, 22) + timedelta(minutes=minutes)
    minute = instant
    while not start <= minute.astimezone(PARIS).time() < end:
        minute += timedelta(minutes=1)
    assert at_night(start, end).next_moment(instant) == minute


def test_questions_are_cheap_enough_for_a_hundred_thousand_cases() -> None:
    # About 3 µs each here; the bound only catches a walk or a lost memo, not a slow machine.
    instants = [utc(2026, 1, 1) + timedelta(hours=hour) for hour in range(0, 8760, 5)]
    day = date(2026, 3, 2)
    questions: dict[str, Callable[[], object]] = {
        "next_moment": lambda: [OFFICE.next_moment(instant) for instant in instants],
        "deadline": lambda: [OFFICE.deadline(day) for _ in instants],
    }
    for name, ask in questions.items():
        ask()
        fastest = min(_seconds(ask) for _ in range(5)) / len(instants)
        assert fastest < 50e-6, f"{name} takes {fastest * 1e6:.1f} µs"


def _seconds(ask: Callable[[], object]) -> float:
    start = perf_counter()
    ask()
    return perf_counter() - start
