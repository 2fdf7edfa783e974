"""Up to which instant payments are known for a case, by its origin and by the statements that came."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from tests.core import cases as make
from tests.core.cases import CALENDAR, paris

from relancier.core.case import Case, Origin
from relancier.core.paid.coverage import Coverage, Span
from relancier.core.paid.known import Lacking, known_at, known_day, known_only, lacking_in
from relancier.core.schedule import World

OURS = "FR7630006000011234567890189"
NOW = paris(2026, 3, 20, 10)
BOOKS_AT = paris(2026, 3, 10, 18)


def march(day: int) -> date:
    return date(2026, 3, day)


def end_of(day: int) -> datetime:
    return datetime.combine(march(day), time.max, CALENDAR.zone)


def world(*spans: Span, books: datetime = BOOKS_AT, **other: Any) -> World:
    coverage = Coverage({OURS: spans}, **other) if spans else Coverage(**other)
    return make.world(NOW, known_at=books, coverage=coverage)


def case(origin: Origin = Origin.BOOKS, known_on: date | None = None) -> Case:
    return make.case(due=march(12), origin=origin, known_on=known_on)


MAILED = case(Origin.MAIL, march(10))


def test_without_statements_the_books_say_it() -> None:
    assert known_at(case(), world()) == BOOKS_AT
    assert known_only(case(), world()) == "payments are known only up to 2026-03-10"


def test_statements_reach_beyond_the_books() -> None:
    assert known_at(case(), world((march(2), march(19)))) == end_of(19)


def test_older_statements_take_nothing_from_the_books() -> None:
    assert known_at(case(), world((march(2), march(9)))) == BOOKS_AT


def test_statements_that_begin_after_the_books_leave_a_gap() -> None:
    there = world((march(12), march(19)))
    assert known_at(case(), there) == BOOKS_AT
    assert known_only(case(), there) == (
        "payments are known only up to 2026-03-10: the statement of account …0189 from 2026-03-10 on is missing"
    )


@pytest.mark.parametrize("origin", [Origin.MAIL, Origin.IMPORT])
def test_other_invoices_are_known_to_their_own_day_whatever_the_books_say(origin: Origin) -> None:
    given = case(origin, march(10))
    assert known_at(given, world(books=NOW)) == datetime.combine(march(10), time(), CALENDAR.zone)
    assert known_only(given, world(books=NOW)) == (
        "payments are known only up to 2026-03-09: the statement from 2026-03-10 on is missing"
    )


def test_and_further_by_statements() -> None:
    assert known_at(MAILED, world((march(10), march(18)))) == end_of(18)
    assert known_day(MAILED, world((march(10), march(18)))) == march(18)
    assert known_day(MAILED, world((march(11), march(18)))) == march(10)


def test_what_tells_no_day_is_known_as_the_books_are() -> None:
    assert known_at(case(Origin.IMPORT), world()) == BOOKS_AT


def test_nothing_is_known_of_the_future() -> None:
    assert known_at(MAILED, world((march(2), march(31)))) == NOW
    assert known_at(case(Origin.IMPORT, march(31)), world()) == NOW


def test_who_looks_ahead_counts_on_what_is_to_come() -> None:
    later = NOW + timedelta(days=30)
    for coming in (True, False):
        ahead = make.world(later, known_at=later, coverage=Coverage(coming=coming), ahead=True)
        assert known_at(case(), ahead) == later
        assert (known_at(MAILED, ahead) == later) is coming


def test_what_is_lacking_is_read_back_from_the_reason() -> None:
    gap = world((march(12), march(19)))
    assert lacking_in(known_only(case(), gap)) == Lacking("0189", march(10))
    assert lacking_in(known_only(MAILED, world())) == Lacking("", march(10))
    assert lacking_in(known_only(case(), world())) is None
    assert lacking_in("next step: penalties") is None
