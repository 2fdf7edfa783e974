"""The timetable of every shipped plan, worked out by hand with a wall calendar; nothing here is read from plans/.

The due dates are chosen so that steps meet weekends, 1 May, 14 July, 25 December, quiet periods and 29 February 2028.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.core.cases import at, case, world

from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.case import Case
from relancier.core.forecast import Expected, Timetable, forecast
from relancier.core.plan import Plan
from relancier.core.turn import done

Row = tuple[str, str, str, str]

ACCOUNTING = "compta"
SALES = "achats"
MANAGEMENT = "direction"
BOTH = "compta, achats"
AND_MANAGEMENT = "compta, direction"
NOBODY = ""
SUPPLIER, MANAGER, BOSS = "supplier", "account_manager", "management"
LETTER = "registered_letter"

# Due Tuesday 21 April 2026. Holidays: Fri 1 May, Fri 8 May, Thu 14 May, Mon 25 May.
APRIL = date(2026, 4, 21)
# Due Monday 29 June 2026. Holiday: Tue 14 July. Quiet: 1 to 20 August; Fri 21 August is the first day after it.
JUNE = date(2026, 6, 29)
# Due Tuesday 15 December 2026. Holidays: Fri 25 December, Fri 1 January. Quiet: 24 December to 2 January.
DECEMBER = date(2026, 12, 15)
# Due Saturday 19 February 2028, ten days before Tuesday 29 February.
LEAP = date(2028, 2, 19)

STANDARD: dict[date, list[Row]] = {
    APRIL: [
        ("Mon 20 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Sunday 19
        ("Fri 24 Apr 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 04 May 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 1 May
        ("Wed 06 May 2026", "call", MANAGER, SALES),  # J+15
        ("Mon 11 May 2026", "call", BOSS, MANAGEMENT),  # J+20
        ("Mon 18 May 2026", "email", BOSS, BOTH),  # J+25 is Saturday 16
        ("Tue 26 May 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+35
        ("Fri 05 Jun 2026", "legal", SUPPLIER, NOBODY),  # J+45
    ],
    JUNE: [
        ("Mon 29 Jun 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Saturday 27; Monday is still in time
        ("Thu 02 Jul 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Thu 09 Jul 2026", "email", SUPPLIER, BOTH),  # J+10
        ("Wed 15 Jul 2026", "call", MANAGER, SALES),  # J+15 is Tuesday 14 July
        ("Mon 20 Jul 2026", "call", BOSS, MANAGEMENT),  # J+20 is Sunday 19
        ("Fri 24 Jul 2026", "email", BOSS, BOTH),  # J+25
        ("Fri 21 Aug 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+35 is 3 August, quiet
        ("Mon 31 Aug 2026", "legal", SUPPLIER, NOBODY),  # 8 days to pay after the late notice: Saturday 29
    ],
    DECEMBER: [
        ("Mon 14 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Sunday 13
        ("Fri 18 Dec 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 28 Dec 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 25 December
        ("Wed 30 Dec 2026", "call", MANAGER, SALES),  # J+15
        ("Mon 04 Jan 2027", "call", BOSS, MANAGEMENT),  # J+20
        ("Mon 11 Jan 2027", "email", BOSS, BOTH),  # J+25 is Saturday 9
        ("Tue 19 Jan 2027", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+35
        ("Fri 29 Jan 2027", "legal", SUPPLIER, NOBODY),  # J+45
    ],
    LEAP: [
        ("Thu 17 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J-2
        ("Tue 22 Feb 2028", "email", SUPPLIER, BOTH),  # J+3
        ("Tue 29 Feb 2028", "email", SUPPLIER, BOTH),  # J+10 is the leap day
        ("Mon 06 Mar 2028", "call", MANAGER, SALES),  # J+15 is Sunday 5
        ("Fri 10 Mar 2028", "call", BOSS, MANAGEMENT),  # J+20
        ("Wed 15 Mar 2028", "email", BOSS, BOTH),  # J+25
        ("Mon 27 Mar 2028", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+35 is Saturday 25
        ("Tue 04 Apr 2028", "legal", SUPPLIER, NOBODY),  # J+45
    ],
}

BAD_PAYERS: dict[date, list[Row]] = {
    APRIL: [
        ("Mon 13 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J-10 is Saturday 11
        ("Tue 21 Apr 2026", "email", SUPPLIER, BOTH),  # J0
        ("Fri 24 Apr 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 04 May 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 1 May
        ("Mon 04 May 2026", "call", MANAGER, SALES),  # J+12 is Sunday 3
        ("Wed 06 May 2026", "call", BOSS, MANAGEMENT),  # J+15
        ("Mon 11 May 2026", "email", SUPPLIER, BOTH),  # J+20
        ("Mon 18 May 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+25 is Saturday 16
        ("Tue 26 May 2026", "legal", SUPPLIER, NOBODY),  # J+35
    ],
    JUNE: [
        ("Fri 19 Jun 2026", "email", SUPPLIER, ACCOUNTING),  # J-10
        ("Mon 29 Jun 2026", "email", SUPPLIER, BOTH),  # J0
        ("Thu 02 Jul 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Thu 09 Jul 2026", "email", SUPPLIER, BOTH),  # J+10
        ("Mon 13 Jul 2026", "call", MANAGER, SALES),  # J+12 is Saturday 11
        ("Wed 15 Jul 2026", "call", BOSS, MANAGEMENT),  # J+15 is Tuesday 14 July
        ("Mon 20 Jul 2026", "email", SUPPLIER, BOTH),  # J+20 is Sunday 19
        ("Fri 24 Jul 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+25
        ("Mon 03 Aug 2026", "legal", SUPPLIER, NOBODY),  # J+35
    ],
    DECEMBER: [
        ("Mon 07 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J-10 is Saturday 5
        ("Tue 15 Dec 2026", "email", SUPPLIER, BOTH),  # J0
        ("Fri 18 Dec 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 28 Dec 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 25 December
        ("Mon 28 Dec 2026", "call", MANAGER, SALES),  # J+12 is Sunday 27
        ("Wed 30 Dec 2026", "call", BOSS, MANAGEMENT),  # J+15
        ("Mon 04 Jan 2027", "email", SUPPLIER, BOTH),  # J+20
        ("Mon 11 Jan 2027", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+25 is Saturday 9
        ("Tue 19 Jan 2027", "legal", SUPPLIER, NOBODY),  # J+35
    ],
    LEAP: [
        ("Wed 09 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J-10
        # J0 is Saturday 19: it cannot leave by the due date
        ("Tue 22 Feb 2028", "email", SUPPLIER, BOTH),  # J+3
        ("Tue 29 Feb 2028", "email", SUPPLIER, BOTH),  # J+10 is the leap day
        ("Thu 02 Mar 2028", "call", MANAGER, SALES),  # J+12
        ("Mon 06 Mar 2028", "call", BOSS, MANAGEMENT),  # J+15 is Sunday 5
        ("Fri 10 Mar 2028", "email", SUPPLIER, BOTH),  # J+20
        ("Wed 15 Mar 2028", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+25
        ("Mon 27 Mar 2028", "legal", SUPPLIER, NOBODY),  # J+35 is Saturday 25
    ],
}

KEY_ACCOUNT: dict[date, list[Row]] = {
    APRIL: [
        ("Mon 20 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Sunday 19
        ("Fri 24 Apr 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 04 May 2026", "call", MANAGER, SALES),  # J+10 is Friday 1 May
        ("Wed 06 May 2026", "email", SUPPLIER, BOTH),  # J+15
        ("Mon 11 May 2026", "call", MANAGER, SALES),  # J+20
        ("Mon 01 Jun 2026", "call", SUPPLIER, AND_MANAGEMENT),  # J+40 is Sunday 31
        ("Mon 01 Jun 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # the same day, in writing
        ("Wed 10 Jun 2026", "legal", SUPPLIER, NOBODY),  # J+50
    ],
    JUNE: [
        ("Mon 29 Jun 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Saturday 27
        ("Thu 02 Jul 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Thu 09 Jul 2026", "call", MANAGER, SALES),  # J+10
        ("Wed 15 Jul 2026", "email", SUPPLIER, BOTH),  # J+15 is Tuesday 14 July
        ("Mon 20 Jul 2026", "call", MANAGER, SALES),  # J+20 is Sunday 19
        ("Fri 21 Aug 2026", "call", SUPPLIER, AND_MANAGEMENT),  # J+40 is 8 August, quiet
        ("Fri 21 Aug 2026", LETTER, SUPPLIER, AND_MANAGEMENT),
        ("Mon 31 Aug 2026", "legal", SUPPLIER, NOBODY),  # 8 days to pay after the late notice: Saturday 29
    ],
    DECEMBER: [
        ("Mon 14 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J-2 is Sunday 13
        ("Fri 18 Dec 2026", "email", SUPPLIER, BOTH),  # J+3
        ("Mon 28 Dec 2026", "call", MANAGER, SALES),  # J+10 is Friday 25 December
        ("Wed 30 Dec 2026", "email", SUPPLIER, BOTH),  # J+15
        ("Mon 04 Jan 2027", "call", MANAGER, SALES),  # J+20
        ("Mon 25 Jan 2027", "call", SUPPLIER, AND_MANAGEMENT),  # J+40 is Sunday 24
        ("Mon 25 Jan 2027", LETTER, SUPPLIER, AND_MANAGEMENT),
        ("Wed 03 Feb 2027", "legal", SUPPLIER, NOBODY),  # J+50
    ],
    LEAP: [
        ("Thu 17 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J-2
        ("Tue 22 Feb 2028", "email", SUPPLIER, BOTH),  # J+3
        ("Tue 29 Feb 2028", "call", MANAGER, SALES),  # J+10 is the leap day
        ("Mon 06 Mar 2028", "email", SUPPLIER, BOTH),  # J+15 is Sunday 5
        ("Fri 10 Mar 2028", "call", MANAGER, SALES),  # J+20
        ("Thu 30 Mar 2028", "call", SUPPLIER, AND_MANAGEMENT),  # J+40
        ("Thu 30 Mar 2028", LETTER, SUPPLIER, AND_MANAGEMENT),
        ("Mon 10 Apr 2028", "legal", SUPPLIER, NOBODY),  # J+50 is Sunday 9
    ],
}

SQUAD: dict[date, list[Row]] = {
    APRIL: [
        ("Fri 17 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J-4
        ("Mon 27 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J+6
        ("Wed 29 Apr 2026", "call", MANAGER, ACCOUNTING),  # 48 hours later
        ("Mon 04 May 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 1 May
        ("Mon 04 May 2026", "call", MANAGER, ACCOUNTING),  # J+12 is Sunday 3
        ("Mon 04 May 2026", "email?", MANAGER, ACCOUNTING),  # the recap, if the call was recorded
        ("Mon 11 May 2026", "sms", SUPPLIER, ACCOUNTING),  # J+17 is Friday 8 May
        ("Thu 21 May 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+30
    ],
    JUNE: [
        ("Thu 25 Jun 2026", "email", SUPPLIER, ACCOUNTING),  # J-4
        ("Mon 06 Jul 2026", "email", SUPPLIER, ACCOUNTING),  # J+6 is Sunday 5
        ("Wed 08 Jul 2026", "call", MANAGER, ACCOUNTING),  # 48 hours after it really left
        ("Thu 09 Jul 2026", "email", SUPPLIER, BOTH),  # J+10
        ("Mon 13 Jul 2026", "call", MANAGER, ACCOUNTING),  # J+12 is Saturday 11
        ("Mon 13 Jul 2026", "email?", MANAGER, ACCOUNTING),
        ("Thu 16 Jul 2026", "sms", SUPPLIER, ACCOUNTING),  # J+17
        ("Wed 29 Jul 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+30
    ],
    DECEMBER: [
        ("Fri 11 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J-4
        ("Mon 21 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J+6
        ("Wed 23 Dec 2026", "call", MANAGER, ACCOUNTING),  # 48 hours later
        ("Mon 28 Dec 2026", "email", SUPPLIER, BOTH),  # J+10 is Friday 25 December
        ("Mon 28 Dec 2026", "call", MANAGER, ACCOUNTING),  # J+12 is Sunday 27
        ("Mon 28 Dec 2026", "email?", MANAGER, ACCOUNTING),
        ("Mon 04 Jan 2027", "sms", SUPPLIER, ACCOUNTING),  # J+17 is Friday 1 January
        ("Thu 14 Jan 2027", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+30
    ],
    LEAP: [
        ("Tue 15 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J-4
        ("Fri 25 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J+6
        ("Mon 28 Feb 2028", "call", MANAGER, ACCOUNTING),  # 48 hours later is Sunday 27
        ("Tue 29 Feb 2028", "email", SUPPLIER, BOTH),  # J+10 is the leap day
        ("Thu 02 Mar 2028", "call", MANAGER, ACCOUNTING),  # J+12
        ("Thu 02 Mar 2028", "email?", MANAGER, ACCOUNTING),
        ("Tue 07 Mar 2028", "sms", SUPPLIER, ACCOUNTING),  # J+17
        ("Mon 20 Mar 2028", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+30
    ],
}

# Started by a person on that day, for an invoice due a month before.
SILENCE: dict[date, list[Row]] = {
    APRIL: [
        ("Tue 21 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # day 0
        ("Thu 23 Apr 2026", "call", MANAGER, ACCOUNTING),  # day 2
        ("Thu 23 Apr 2026", "email?", MANAGER, ACCOUNTING),  # the recap, if the call was recorded
        ("Mon 27 Apr 2026", "sms", SUPPLIER, ACCOUNTING),  # day 5 is Sunday 26
        ("Wed 29 Apr 2026", "letter", SUPPLIER, ACCOUNTING),  # day 8
        ("Mon 04 May 2026", LETTER, SUPPLIER, ACCOUNTING),  # day 12 is Sunday 3
        ("Tue 12 May 2026", LETTER, SUPPLIER, ACCOUNTING),  # 8 days after it really left
        ("Wed 20 May 2026", "legal", SUPPLIER, NOBODY),  # 8 days later
    ],
    JUNE: [
        ("Mon 29 Jun 2026", "email", SUPPLIER, ACCOUNTING),
        ("Wed 01 Jul 2026", "call", MANAGER, ACCOUNTING),
        ("Wed 01 Jul 2026", "email?", MANAGER, ACCOUNTING),
        ("Mon 06 Jul 2026", "sms", SUPPLIER, ACCOUNTING),  # day 5 is Saturday 4
        ("Tue 07 Jul 2026", "letter", SUPPLIER, ACCOUNTING),  # day 8
        ("Mon 13 Jul 2026", LETTER, SUPPLIER, ACCOUNTING),  # day 12 is Saturday 11
        ("Tue 21 Jul 2026", LETTER, SUPPLIER, ACCOUNTING),
        ("Wed 29 Jul 2026", "legal", SUPPLIER, NOBODY),
    ],
    DECEMBER: [
        ("Tue 15 Dec 2026", "email", SUPPLIER, ACCOUNTING),
        ("Thu 17 Dec 2026", "call", MANAGER, ACCOUNTING),
        ("Thu 17 Dec 2026", "email?", MANAGER, ACCOUNTING),
        ("Mon 21 Dec 2026", "sms", SUPPLIER, ACCOUNTING),  # day 5 is Sunday 20
        ("Wed 23 Dec 2026", "letter", SUPPLIER, ACCOUNTING),  # day 8
        ("Mon 28 Dec 2026", LETTER, SUPPLIER, ACCOUNTING),  # day 12 is Sunday 27
        ("Tue 05 Jan 2027", LETTER, SUPPLIER, ACCOUNTING),  # the formal notice, after the quiet period
        ("Wed 13 Jan 2027", "legal", SUPPLIER, NOBODY),
    ],
    LEAP: [
        ("Mon 21 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # day 0 is Saturday 19
        ("Mon 21 Feb 2028", "call", MANAGER, ACCOUNTING),  # day 2
        ("Mon 21 Feb 2028", "email?", MANAGER, ACCOUNTING),
        ("Thu 24 Feb 2028", "sms", SUPPLIER, ACCOUNTING),  # day 5
        ("Mon 28 Feb 2028", "letter", SUPPLIER, ACCOUNTING),  # day 8 is Sunday 27
        ("Thu 02 Mar 2028", LETTER, SUPPLIER, ACCOUNTING),  # day 12
        ("Fri 10 Mar 2028", LETTER, SUPPLIER, ACCOUNTING),
        ("Mon 20 Mar 2028", "legal", SUPPLIER, NOBODY),  # 8 days later is Saturday 18
    ],
}

WORKFLOW: dict[date, list[Row]] = {
    APRIL: [
        ("Wed 22 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J+1
        ("Mon 27 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J+5 is Sunday 26
        ("Mon 27 Apr 2026", "call", MANAGER, ACCOUNTING),  # in parallel
        ("Wed 29 Apr 2026", "sms", SUPPLIER, ACCOUNTING),  # J+8
        ("Mon 04 May 2026", LETTER, SUPPLIER, ACCOUNTING),  # J+12 is Sunday 3
    ],
    JUNE: [
        ("Tue 30 Jun 2026", "email", SUPPLIER, ACCOUNTING),  # J+1
        ("Mon 06 Jul 2026", "email", SUPPLIER, ACCOUNTING),  # J+5 is Saturday 4
        ("Mon 06 Jul 2026", "call", MANAGER, ACCOUNTING),
        ("Tue 07 Jul 2026", "sms", SUPPLIER, ACCOUNTING),  # J+8
        ("Mon 13 Jul 2026", LETTER, SUPPLIER, ACCOUNTING),  # J+12 is Saturday 11
    ],
    DECEMBER: [
        ("Wed 16 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J+1
        ("Mon 21 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J+5 is Sunday 20
        ("Mon 21 Dec 2026", "call", MANAGER, ACCOUNTING),
        ("Wed 23 Dec 2026", "sms", SUPPLIER, ACCOUNTING),  # J+8
        ("Mon 04 Jan 2027", LETTER, SUPPLIER, ACCOUNTING),  # J+12 is Sunday 27, Monday 28 is quiet, 3 January Sunday
    ],
    LEAP: [
        ("Mon 21 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J+1 is Sunday 20
        ("Thu 24 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J+5
        ("Thu 24 Feb 2028", "call", MANAGER, ACCOUNTING),
        ("Mon 28 Feb 2028", "sms", SUPPLIER, ACCOUNTING),  # J+8 is Sunday 27
        ("Thu 02 Mar 2028", LETTER, SUPPLIER, ACCOUNTING),  # J+12
    ],
}

DOUBTFUL: dict[date, list[Row]] = {
    APRIL: [
        ("Wed 29 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J+8
        ("Thu 07 May 2026", "email", SUPPLIER, ACCOUNTING),  # 8 days later
        ("Fri 15 May 2026", LETTER, SUPPLIER, ACCOUNTING),  # 8 days later
        ("Tue 26 May 2026", "task", SUPPLIER, NOBODY),  # Saturday 23, then Monday 25 is a holiday
        ("Wed 03 Jun 2026", "task", SUPPLIER, NOBODY),
        ("Thu 11 Jun 2026", "task", SUPPLIER, NOBODY),
        ("Fri 19 Jun 2026", "task", SUPPLIER, NOBODY),
    ],
    JUNE: [
        ("Tue 07 Jul 2026", "email", SUPPLIER, ACCOUNTING),  # J+8
        ("Wed 15 Jul 2026", "email", SUPPLIER, ACCOUNTING),
        ("Thu 23 Jul 2026", LETTER, SUPPLIER, ACCOUNTING),
        ("Fri 31 Jul 2026", "task", SUPPLIER, NOBODY),  # the last day before the quiet period
        ("Mon 10 Aug 2026", "task", SUPPLIER, NOBODY),  # 8 days later is Saturday 8
        ("Tue 18 Aug 2026", "task", SUPPLIER, NOBODY),
        ("Wed 26 Aug 2026", "task", SUPPLIER, NOBODY),
    ],
    DECEMBER: [
        ("Wed 23 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J+8
        ("Thu 31 Dec 2026", "email", SUPPLIER, ACCOUNTING),
        ("Fri 08 Jan 2027", LETTER, SUPPLIER, ACCOUNTING),
        ("Mon 18 Jan 2027", "task", SUPPLIER, NOBODY),  # 8 days later is Saturday 16
        ("Tue 26 Jan 2027", "task", SUPPLIER, NOBODY),
        ("Wed 03 Feb 2027", "task", SUPPLIER, NOBODY),
        ("Thu 11 Feb 2027", "task", SUPPLIER, NOBODY),
    ],
    LEAP: [
        ("Mon 28 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J+8 is Sunday 27
        ("Tue 07 Mar 2028", "email", SUPPLIER, ACCOUNTING),  # over the leap day
        ("Wed 15 Mar 2028", LETTER, SUPPLIER, ACCOUNTING),
        ("Thu 23 Mar 2028", "task", SUPPLIER, NOBODY),
        ("Fri 31 Mar 2028", "task", SUPPLIER, NOBODY),
        ("Mon 10 Apr 2028", "task", SUPPLIER, NOBODY),  # 8 days later is Saturday 8
        ("Tue 18 Apr 2028", "task", SUPPLIER, NOBODY),
    ],
}

REGULAR: dict[date, list[Row]] = {
    APRIL: [
        ("Mon 27 Apr 2026", "email", SUPPLIER, ACCOUNTING),  # J+4 is Saturday 25
        ("Mon 11 May 2026", "email", SUPPLIER, ACCOUNTING),  # 14 days later
        ("Tue 26 May 2026", "email", SUPPLIER, ACCOUNTING),  # Monday 25 is a holiday
        ("Tue 09 Jun 2026", "task", SUPPLIER, NOBODY),
    ],
    JUNE: [
        ("Fri 03 Jul 2026", "email", SUPPLIER, ACCOUNTING),  # J+4
        ("Fri 17 Jul 2026", "email", SUPPLIER, ACCOUNTING),
        ("Fri 31 Jul 2026", "email", SUPPLIER, ACCOUNTING),
        ("Fri 21 Aug 2026", "task", SUPPLIER, NOBODY),  # 14 August is quiet: no formal notice is proposed
    ],
    DECEMBER: [
        ("Mon 21 Dec 2026", "email", SUPPLIER, ACCOUNTING),  # J+4 is Saturday 19
        ("Mon 04 Jan 2027", "email", SUPPLIER, ACCOUNTING),
        ("Mon 18 Jan 2027", "email", SUPPLIER, ACCOUNTING),
        ("Mon 01 Feb 2027", "task", SUPPLIER, NOBODY),
    ],
    LEAP: [
        ("Wed 23 Feb 2028", "email", SUPPLIER, ACCOUNTING),  # J+4
        ("Wed 08 Mar 2028", "email", SUPPLIER, ACCOUNTING),  # over the leap day
        ("Wed 22 Mar 2028", "email", SUPPLIER, ACCOUNTING),
        ("Wed 05 Apr 2028", "task", SUPPLIER, NOBODY),
    ],
}

TABLES = {
    "standard": STANDARD,
    "mauvais-payeurs": BAD_PAYERS,
    "grand-compte": KEY_ACCOUNT,
    "squad": SQUAD,
    "silence": SILENCE,
    "workflow": WORKFLOW,
    "clients-douteux": DOUBTFUL,
    "regulier": REGULAR,
}


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    found, problems = FileLibrary(shipped("templates"), shipped("plans")).plans()
    assert problems == ()
    return dict(found)


def opened(plan: str, day: date) -> Case:
    """A case twenty days before its due date; with the plan for the silent, a month after it."""
    if plan.startswith("silence"):
        return case(plan=plan, due=day - timedelta(days=30), opened=day)
    return case(plan=plan, due=day, opened=day - timedelta(days=20))


def timetable(one: Case, plans: dict[str, Plan], **other: Any) -> Timetable:
    start = at(one.plan_start, 8)
    return forecast({"C1": [one]}, plans, world(start, **other), one.invoice.due + timedelta(days=365), 20)


def rows(entries: Iterable[Expected]) -> list[Row]:
    return [row(entry) for entry in entries]


def row(entry: Expected) -> Row:
    parcel = entry.parcel
    assert entry.reason in {"", "only if the call before was recorded"}
    people = ", ".join(address.partition("@")[0] for address in parcel.to)
    channel = f"{parcel.channel.value}{'?' if entry.reason else ''}"
    return f"{entry.on:%a %d %b %Y}", channel, parcel.signer.value, people


def test_every_shipped_plan_was_worked_out(plans: dict[str, Plan]) -> None:
    assert {name.removesuffix("-en") for name in plans} == {*TABLES}


@pytest.mark.parametrize("day", [APRIL, JUNE, DECEMBER, LEAP], ids=str)
@pytest.mark.parametrize("language", ["", "-en"])
@pytest.mark.parametrize("name", TABLES)
def test_the_timetable_is_the_one_worked_out_by_hand(
    name: str, language: str, day: date, plans: dict[str, Plan]
) -> None:
    table = timetable(opened(f"{name}{language}", day), plans)
    assert rows(table.entries) == TABLES[name][day]
    too_late = ["notification-due: cannot leave by the due date"] if (name, day) == ("mauvais-payeurs", LEAP) else []
    assert [nothing.reason for nothing in table.nothing] == too_late


def test_a_notification_that_would_leave_after_the_due_date_is_skipped_and_shown(plans: dict[str, Plan]) -> None:
    # Due Sunday 3 May 2026: J-2 is Friday 1 May, and Monday 4 May is too late.
    table = timetable(opened("standard", date(2026, 5, 3)), plans)
    assert [nothing.reason for nothing in table.nothing] == ["notification: cannot leave by the due date"]
    assert rows(table.entries)[0] == ("Wed 06 May 2026", "email", SUPPLIER, BOTH)


def test_a_doubtful_customer_without_an_address_is_called_and_one_without_a_post_address_written_to(
    plans: dict[str, Plan],
) -> None:
    one = opened("clients-douteux", APRIL)
    called = replace(one, invoice=replace(one.invoice, customer=replace(one.invoice.customer, contacts=())))
    assert [row[1] for row in rows(timetable(called, plans).entries)][:3] == ["call", "call", LETTER]
    mailed = replace(one, invoice=replace(one.invoice, customer=replace(one.invoice.customer, address=())))
    assert [row[1] for row in rows(timetable(mailed, plans).entries)][:3] == ["email", "email", "email"]


def test_an_invoice_taken_up_late_gets_the_first_reminder_then_time_to_answer_then_what_the_plan_still_has(
    plans: dict[str, Plan],
) -> None:
    # Due Tuesday 21 April, taken up on Tuesday 5 May: the notification and the reminders of J+3 and J+10 were missed.
    one = replace(opened("standard", APRIL), plan_start=date(2026, 5, 5))
    table = timetable(one, plans)
    assert table.entries[0].parcel.lead.step.template == "reminder-1"
    assert rows(table.entries) == [
        ("Tue 05 May 2026", "email", SUPPLIER, BOTH),
        ("Mon 11 May 2026", "call", BOSS, MANAGEMENT),  # three working days later; J+15 and J+20 have come by then
        ("Mon 18 May 2026", "email", BOSS, BOTH),  # J+25 is Saturday 16
        ("Tue 26 May 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # J+35
        ("Fri 05 Jun 2026", "legal", SUPPLIER, NOBODY),  # J+45
    ]


def test_a_very_old_invoice_still_gets_its_formal_notice_before_proceedings(plans: dict[str, Plan]) -> None:
    # Due Tuesday 21 April, taken up on Wednesday 1 July.
    one = replace(opened("standard", APRIL), plan_start=date(2026, 7, 1))
    table = timetable(one, plans)
    assert rows(table.entries) == [
        ("Wed 01 Jul 2026", "email", SUPPLIER, BOTH),
        ("Wed 08 Jul 2026", LETTER, SUPPLIER, AND_MANAGEMENT),  # five working days after the one-off
        ("Thu 16 Jul 2026", "legal", SUPPLIER, NOBODY),  # the eight days of the notice
    ]
    assert table.entries[0].parcel.lead.step.template == "one-off"


def test_the_plan_ends_with_the_case_handed_over(plans: dict[str, Plan]) -> None:
    last = timetable(opened("standard", APRIL), plans).entries[-1]
    events = done(last.parcel, last.at, world(last.at), "entry")
    assert [event.kind.value for event in events] == ["step_done", "handed_over"]
