"""The demo with its parts given to other customers and begun on other days: what happens is worked out here anew."""

import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from relancier.adapters.embedded import Stored
from relancier.adapters.library import FileLibrary
from relancier.adapters.shipped import shipped
from relancier.core.case import Because, Customer, Invoice, Kind, State
from relancier.core.history import open_case
from relancier.demo import run
from relancier.demo.cast import HOUSES, WRITTEN_TO_FIRST, Actor, Bill, House, Part, Scenario
from relancier.demo.office import DIRECTOR, MANAGER
from relancier.demo.outcome import complaints
from relancier.demo.stage import Played, Stage

PARIS = ZoneInfo("Europe/Paris")
NINE = time(9, 0)
TO_PAY = timedelta(days=8)  # after a formal notice
A_POLL = timedelta(seconds=60)
# The standard plan as it is promised: the day from the due date, the channel, whether only accounting is written to.
BEFORE, FIRST, PENALTIES, CALL, CALL_MANAGEMENT, LAST, FORMAL, LEGAL = -2, 3, 10, 15, 20, 25, 35, 45
EMAILS = (BEFORE, FIRST, PENALTIES, LAST)
PLAN = (BEFORE, FIRST, PENALTIES, CALL, CALL_MANAGEMENT, LAST, FORMAL, LEGAL)
STATES = {
    Part.SILENT: State.LEGAL,
    Part.FOUR: State.PAID,
    Part.ABSENT: State.PAID,
    Part.ANSWERS: State.PAUSED,
    Part.PAYS: State.PAID,
    Part.BOUNCES: State.OPEN,
    Part.DISPUTES: State.DISPUTED,
    Part.ASKS: State.PAUSED,
    Part.MAILED: State.PAID,
}
FLAGS = {
    Part.ANSWERS: {"\\Flagged", "$RelanceReply"},
    Part.ABSENT: {"$RelanceAuto"},
    Part.DISPUTES: set[str](),
    Part.PROMISES: set[str](),
    Part.ASKS: set[str](),
}
LAST_TAKEN = {Part.ANSWERS: BEFORE, Part.DISPUTES: FIRST, Part.ASKS: PENALTIES}
PAUSED = {Part.ANSWERS, Part.ASKS}  # notes to the team speak of them; their steps are checked beside
PAID_AFTER = {Part.PAYS: FIRST, Part.MAILED: FIRST, Part.FOUR: PENALTIES, Part.ABSENT: PENALTIES}


# --- The calendar, by itself ---


def easter(year: int) -> date:
    """The Gregorian computus (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def free(day: date) -> bool:
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {easter(day.year) + timedelta(days=after) for after in (1, 39, 50)}
    return day.weekday() > 4 or (day.month, day.day) in fixed or day in moving


def quiet(day: date) -> bool:
    here = (day.month, day.day)
    return (8, 1) <= here <= (8, 20) or here >= (12, 24) or here <= (1, 2)


def moved(day: date, step: int) -> date:
    while free(day) or (step == FORMAL and quiet(day)):
        day += timedelta(days=1)
    return day


def working_day_after(day: date) -> date:
    return moved(day + timedelta(days=1), BEFORE)


# --- What must happen ---


@dataclass(frozen=True)
class Expected:
    """The steps that one customer gets, with their days."""

    days: dict[int, date]

    @property
    def emails(self) -> list[date]:
        return [day for step, day in self.days.items() if step in EMAILS]

    @property
    def without_notification(self) -> list[date]:
        return [day for step, day in self.days.items() if step in EMAILS and step != BEFORE]


def expected(actor: Actor) -> Expected:
    due = actor.bills[0].due
    days = {step: moved(due + timedelta(days=step), step) for step in PLAN}
    if days[FORMAL] > moved(due + timedelta(days=FORMAL), LEGAL):  # it waited for the end of a quiet period
        days[LEGAL] = max(days[LEGAL], moved(days[FORMAL] + TO_PAY, LEGAL))
    if days[BEFORE] > due:
        del days[BEFORE]
    if actor.part is Part.BOUNCES:
        days = dict([*days.items()][:1])
    elif actor.part in LAST_TAKEN:
        days = {step: day for step, day in days.items() if step <= LAST_TAKEN[actor.part]}
    elif actor.part in PAID_AFTER:
        entered = working_day_after(days[PAID_AFTER[actor.part]] + timedelta(days=1))
        days = {step: day for step, day in days.items() if day < entered}
    return Expected(days)


def permuted(seed: int) -> tuple[tuple[House, Part], ...]:
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    houses, parts = [*HOUSES], [*Part]
    chance.shuffle(houses)
    chance.shuffle(parts)
    before = parts.index(Part.ANSWERS)
    first = min(parts.index(part) for part in WRITTEN_TO_FIRST)
    if first > before:
        parts[first], parts[before] = parts[before], parts[first]
    return tuple(zip(houses, parts, strict=True))


# --- What did happen ---


class Nobody:
    def event(self, at: datetime, record: logging.LogRecord) -> None:
        assert record.levelno < logging.ERROR, f"{at}: {record.__dict__}"

    def deed(self, at: datetime, text: str) -> None:
        """Nobody watches."""


def opened(stored: Stored) -> EmailMessage:
    message = message_from_bytes(stored.raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def written_at(stored: Stored) -> datetime:
    return parsedate_to_datetime(str(opened(stored)["Date"])).astimezone(PARIS)


def from_the_daemon(stored: Iterator[Stored] | tuple[Stored, ...]) -> list[Stored]:
    return [one for one in stored if opened(one)["X-Relancier-Id"]]


def days_at_nine(stored: list[Stored]) -> list[date]:
    instants = [written_at(one) for one in stored]
    assert {instant.time() for instant in instants} <= {NINE}
    return [instant.date() for instant in instants]


def letters(played: Played, actor: Actor) -> list[Stored]:
    return [one for one in played.inbox if actor.accounting in str(opened(one)["From"])]


def check_mailboxes(played: Played, actor: Actor) -> None:
    wanted = expected(actor)
    in_accounting = from_the_daemon(played.boxes[actor.accounting])
    in_sales = from_the_daemon(played.boxes[actor.sales])
    assert days_at_nine(in_accounting) == ([] if actor.part is Part.BOUNCES else wanted.emails)
    assert days_at_nine(in_sales) == wanted.without_notification
    assert from_the_daemon(played.boxes[actor.management]) == []
    for message in map(opened, [*in_accounting, *in_sales]):
        named = f"{message['Subject']} {message.get_body(('plain',)).get_content()}"  # type: ignore[union-attr]
        assert all(bill.number in named for bill in actor.bills)


def check_promise(played: Played, actor: Actor) -> None:
    """Reminded once, silent until the promise is broken, then a draft that a colleague sends; and the plan goes on."""
    history = played.histories[actor.cases[0]]
    told = [event.at for event in history if event.kind is Kind.REMINDED_TO_ACT]
    replied = [event.at for event in history if event.kind is Kind.REPLIED]
    proposed = [event.at for event in history if event.kind is Kind.PROPOSED]
    received = [written_at(one) for one in from_the_daemon(played.boxes[actor.accounting])]
    assert [at for at in received if at > replied[0]] == [at for at in received if at > told[0]]
    assert told[0] < proposed[0] == min(at for at in received if at > told[0])
    before = {step: day for step, day in expected(actor).days.items() if step <= FIRST}
    days = [done.on for done in played.cases[actor.cases[0]].done]
    assert days[: len(before)] == [*before.values()]
    assert all(day >= told[0].astimezone(PARIS).date() for day in days[len(before) :])


def check_end(played: Played, actor: Actor) -> None:
    cases = [played.cases[key] for key in actor.cases]
    assert {case.state for case in cases} == {STATES[actor.part]}
    held = {hold.because for case in cases for hold in case.holds}
    assert held == ({Because.BOUNCED} if actor.part is Part.BOUNCES else set())
    assert [done.on for done in cases[0].done] == [*expected(actor).days.values()]


def check_letters(played: Played, actor: Actor) -> None:
    wrote = letters(played, actor)
    if actor.part is Part.ABSENT:
        assert len(wrote) == sum(step < PENALTIES for step in expected(actor).days)
    else:
        assert len(wrote) == (actor.part in FLAGS)
    history = played.histories[actor.cases[0]]
    heard = [event.at for event in history if event.kind in {Kind.REPLIED, Kind.AUTOREPLIED}]
    assert heard == [written_at(one) for one in wrote], "each letter is noticed when it arrives"
    assert all(one.flags == FLAGS[actor.part] for one in wrote)


def check_reports(played: Played) -> None:
    reports = [one for one in played.inbox if opened(one).get_content_type() == "multipart/report"]
    assert [one.flags for one in reports] == [{"\\Flagged", "$RelanceProblem"}]
    actor = next(one for one in played.actors if one.part is Part.BOUNCES)
    bounced = [event.at for event in played.histories[actor.cases[0]] if event.kind is Kind.BOUNCED]
    waits = [at - written_at(one) for at, one in zip(bounced, reports, strict=True)]
    assert timedelta(0) <= waits[0] <= A_POLL, "a report may come after the last look of its tick"


def followed(played: Played) -> list[Actor]:
    """Whose days follow from the plan and the calendar alone."""
    return [actor for actor in played.actors if actor.part is not Part.PROMISES]


def naming(numbers: set[str], box: list[Stored]) -> list[Stored]:
    return [one for one in box if any(number in str(opened(one)["Subject"]) for number in numbers)]


def check_tasks(played: Played) -> None:
    def days(*steps: int) -> list[date]:
        taken = ((actor, expected(actor).days) for actor in followed(played))
        return sorted(of[step] for actor, of in taken for step in steps if step in of for _ in actor.bills)

    about = {bill.number for actor in followed(played) if actor.part not in PAUSED for bill in actor.bills}
    assert days_at_nine(naming(about, new_tasks(played.boxes[MANAGER]))) == days(CALL)
    assert days_at_nine(naming(about, new_tasks(played.boxes[DIRECTOR]))) == days(CALL_MANAGEMENT)
    ours = [one for one in new_tasks(played.inbox) if not is_note(one)]
    assert days_at_nine(naming(about, ours)) == days(CALL, CALL_MANAGEMENT, FORMAL, LEGAL)


NOTES = {" - réponse reçue - ": Kind.REPLIED, " - message non remis - ": Kind.BOUNCED}


MORNING = (" - reste à faire", " - le point du ")


def new_tasks(box: tuple[Stored, ...]) -> list[Stored]:
    """What the daemon wrote to colleagues, but for the mornings' digests and tasks that come back."""
    return [one for one in from_the_daemon(box) if not any(words in str(opened(one)["Subject"]) for words in MORNING)]


def is_note(stored: Stored) -> bool:
    return any(words in str(opened(stored)["Subject"]) for words in NOTES)


def check_notes(played: Played) -> None:
    """One note for each message that was flagged, and none for a machine's."""
    for words, kind in NOTES.items():
        told = [one for one in from_the_daemon(played.inbox) if words in str(opened(one)["Subject"])]
        heard = {event.ref for events in played.histories.values() for event in events if event.kind is kind}
        assert len(told) == len(heard)


def check_shared_mailbox(played: Played) -> None:
    assert not any("\\Seen" in one.flags for one in played.inbox)
    known = {address for actor in played.actors for address in actor.addresses}
    strangers = [one for one in played.inbox if not (opened(one)["X-Relancier-Id"] or known & senders(one))]
    others = [one for one in strangers if opened(one).get_content_type() != "multipart/report"]
    assert [one.flags for one in others] == [frozenset()] * 3, "a newsletter, a stranger, a statement"
    about = {bill.number for actor in followed(played) for bill in actor.bills}
    reminders = naming(about, from_the_daemon(played.sent))
    assert sorted(days_at_nine(reminders)) == sorted(
        day for actor in followed(played) for day in expected(actor).emails
    )


def senders(stored: Stored) -> set[str]:
    return {address.addr_spec for address in opened(stored)["From"].addresses}


def check_colleague(played: Played) -> None:
    actor = next(one for one in played.actors if one.part is Part.ASKS)
    answers = [one for one in played.sent if str(opened(one)["To"]) == actor.accounting]
    answers = [one for one in answers if not opened(one)["X-Relancier-Id"]]
    noticed = [event.at for event in played.histories[actor.cases[0]] if event.kind is Kind.ANSWERED]
    assert noticed == [written_at(one) for one in answers]
    assert len(answers) == 1


@pytest.fixture
def empty() -> Played:
    """A demo in which nothing happened but that every case was opened."""
    actors = Scenario().actors()
    at = datetime(2026, 3, 2, 8, tzinfo=PARIS)
    bills = [(actor, bill) for actor in actors for bill in actor.bills]
    cases = {bill.case: open_case(invoice(actor, bill), plan="standard", at=at, on=at.date()) for actor, bill in bills}
    return Played(
        actors=actors,
        days=61,
        plan=FileLibrary(shipped("templates"), shipped("plans")).plans()[0]["standard"],
        complete=True,
        cases=cases,
        histories=dict.fromkeys(cases, ()),
        inbox=(),
        sent=(),
        boxes={address: () for actor in actors for address in actor.addresses},
        report="",
    )


def invoice(actor: Actor, bill: Bill) -> Invoice:
    customer = Customer(id=actor.code, name=actor.house.name)
    return Invoice(number=bill.number, customer=customer, due=bill.due, amount=bill.amount)


STARTS = {
    "the usual one, over Easter and the change of the clock": (0, date(2026, 3, 2)),
    "the clock goes back": (1, date(2025, 9, 26)),
    "over the 1st and the 8th of May": (2, date(2026, 4, 4)),
    "over the new year": (3, date(2026, 11, 17)),
    "notices fall on a holiday": (4, date(2027, 4, 22)),
    "a leap day": (5, date(2024, 1, 24)),
}


@pytest.mark.parametrize(("seed", "start"), STARTS.values(), ids=STARTS)
async def test_every_part_ends_as_the_plan_and_the_calendar_say(seed: int, start: date, tmp_path: Path) -> None:
    scenario = Scenario(start, permuted(seed))
    async with Stage(scenario, tmp_path) as stage:
        played = await stage.play(Nobody())
    for actor in played.actors:
        check_letters(played, actor)
        if actor.part is Part.PROMISES:
            check_promise(played, actor)
            continue
        check_mailboxes(played, actor)
        check_end(played, actor)
    check_reports(played)
    check_tasks(played)
    check_notes(played)
    check_shared_mailbox(played)
    check_colleague(played)
    assert complaints(played) == []


@pytest.mark.parametrize("part", Part)
async def test_a_part_that_was_not_played_is_told(part: Part, empty: Played) -> None:
    assert any(str(part) in text for text in complaints(empty))


def test_a_daemon_that_failed_is_told(empty: Played) -> None:
    assert "the daemon said tick_failed 2 times" in complaints(replace(empty, failures=("tick_failed", "tick_failed")))


def test_it_shows_each_event_in_its_line_and_writes_every_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(output=tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    for wanted in (
        "Mon 09 Mar 09:00  reminder        FA-2026-0101    notification to compta@menuiserie-aubry.example",
        "Mon 09 Mar 09:01  autoreplied     FA-2026-0106    nobody wrote, a machine did: the plan goes on",
        "Fri 13 Mar 09:00  ~ Garage Rolland writes while this morning's reminders are leaving",
        "Fri 13 Mar 09:00  flagged         FA-2026-0107    \\Flagged $RelanceReply",
        "Tue 24 Mar 11:00  answered        FA-2026-0112    a colleague's answer stands in Sent: the case is theirs",
        "Everything happened as it should.",
    ):
        assert wanted in lines
    assert not any("\x1b" in line for line in lines), "no colours when piped"
    messages = [*tmp_path.glob("*.eml")]
    assert len(messages) == int(next(line for line in lines if line.startswith("The ")).split()[1])
    assert [*tmp_path.glob("*-sent-*.html")]
