"""The first day: existing invoices wait for confirm, old ones are spread over days, a deleted state adopts Sent."""

import logging
from datetime import date

import pytest
from tests.work.carrying import DUE, mailed, no_books, page, reading
from tests.work.play import box, case, late, notes, pass_days, reminders, taken, unhurried, way_out, words
from tests.work.rig import NOON, MemorySource, MemoryStatements, Rig, customer
from tests.work.test_digest import at, early
from tests.work.test_payments_known import OURS, day, hand, statement

from relancier.adapters.memory_channel import MemoryChannel
from relancier.core.case import How, Invoice, Origin, State
from relancier.core.outbox import Status

KEY = f"FA-2026-0100|{DUE}"
BY_FILE = no_books(payments={"file": "releves", "accounts": [OURS], "max_age": "60d"})
LONG_AGO = date(2025, 11, 3)


class Notify:
    def __init__(self) -> None:
        self.states: list[str] = []

    def tell(self, *states: str) -> None:
        self.states.extend(states)


def imported(number: int, due: date = LONG_AGO) -> Invoice:
    who = customer(f"Client{number}")
    return late(f"IM-{number}", due, customer=who, origin=Origin.IMPORT, known_on=NOON.date())


def chased(rig: Rig) -> int:
    return sum(bool(taken(rig, one.key)) for one in rig.store.all_cases())


async def test_what_was_imported_and_mailed_waits_for_confirm_and_a_person_is_told_once() -> None:
    rig = reading(no_books(), confirmed=False)
    mailed(rig, page())
    hand(rig, *(imported(number, date(2026, 2, 26)) for number in range(3)))
    await pass_days(rig, 2)
    assert way_out(rig).sent == []
    (note,) = notes(rig, "waiting")
    assert dict(note.facts)["command"] == "relancier confirm"
    rig.confirm()
    await pass_days(rig, 1)
    assert chased(rig) == 3


async def test_run_says_that_it_waits_once_in_the_log_and_to_the_service_manager(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = reading(confirmed=False)
    rig.loop.notify = notify = Notify()
    with caplog.at_level(logging.WARNING, "relancier"):
        await pass_days(rig, 0.2)
    told = [record.__dict__["reason"] for record in caplog.records if record.message == "nothing_leaves"]
    assert told == ["a person has not confirmed yet: relancier confirm"]
    assert notify.states[-2] == "STATUS=nothing is sent: a person has not confirmed yet: relancier confirm"
    rig.confirm()
    await pass_days(rig, 0.1)
    assert notify.states[-2] == "STATUS=watching"


async def test_old_invoices_that_were_imported_are_spread_over_days() -> None:
    rig = reading(no_books(sending={"per_day_old": 3}))
    hand(rig, *(imported(number) for number in range(8)))
    counts = []
    for days in (0.2, 1, 1):
        await pass_days(rig, days)
        counts.append(chased(rig))
    assert counts == [3, 6, 8]
    assert all(taken(rig, one.key) == ["one-off"] for one in rig.store.all_cases())


async def test_old_invoices_found_in_sent_are_spread_over_days_too() -> None:
    rig = reading(no_books(sending={"per_day_old": 2}, payments={"file": "releves", "accounts": [OURS]}))
    rig.statements.put("a.csv", statement(date(2025, 9, 1), day(3, 1)))
    for number in range(5):
        facts = {"buyer": f"Client {number}", "issued": "2025-10-01"}
        parts = [[LONG_AGO.isoformat(), "1200.00"]]
        at = NOON.replace(year=2025, month=10, day=1)
        paper = page(f"FA-2025-010{number}", parts=parts, buyer_ids=[], **facts)
        mailed(rig, paper, to=f"compta@client{number}.test", at=at)
    await pass_days(rig, 0.2)
    assert chased(rig) == 2
    await pass_days(rig, 1)
    assert chased(rig) == 4


async def reminded() -> Rig:
    """A mailed invoice, reminded of before and after its due date."""
    rig = reading(BY_FILE)
    mailed(rig, page())
    rig.statements.put("a.xml", statement(day(2, 1), day(3, 1)))
    await pass_days(rig, 22)
    rig.statements.put("b.xml", statement(day(3, 2), day(3, 23)))
    await pass_days(rig, 1)
    assert taken(rig, KEY) == ["notification", "reminder"]
    return rig


def lost(rig: Rig) -> Rig:
    """The state was deleted: a new one on the same mailbox and statements."""
    statements = MemoryStatements()
    statements.put("all.xml", statement(day(2, 1), day(3, 23)))
    now = rig.wake.now()
    made = Rig(
        MemorySource(), mailbox=rig.mailbox, channel=MemoryChannel(), conf=rig.conf, statements=statements, now=now
    )
    made.holder.setup = rig.holder.setup
    return unhurried(made)


async def test_a_deleted_state_opens_the_mailed_invoice_anew_and_adopts_its_reminders() -> None:
    rig = await reminded()
    before = case(rig, KEY)
    anew = lost(rig)
    await pass_days(anew, 1)
    assert case(anew, KEY).invoice == before.invoice
    assert way_out(anew).sent == []
    anew.confirm()
    await pass_days(anew, 2)
    assert [(done.step, done.how) for done in case(anew, KEY).done] == [
        ("notification", How.ADOPTED),
        ("reminder", How.ADOPTED),
    ]
    assert reminders(anew) == []
    assert case(anew, KEY).thread == before.thread


async def test_and_goes_on_with_the_next_one_only() -> None:
    anew = lost(await reminded())
    await anew.tick()
    anew.confirm()
    await pass_days(anew, 6)
    anew.statements.put("later.xml", statement(day(3, 24), day(3, 30)))
    await pass_days(anew, 1)
    assert case(anew, KEY).state is State.OPEN
    assert taken(anew, KEY) == ["notification", "reminder", "penalties"]
    assert len(reminders(anew)) == 1


async def test_what_a_person_agrees_to_before_it_was_told_is_never_told() -> None:
    rig = early(late(), confirmed=False)
    rig.loop.telling = False
    await rig.go(at(9, 30))
    assert box(rig).raws("INBOX") == [], "a person is asked on the terminal"
    rig.confirm()
    rig.loop.telling = True
    await rig.go(at(9, 40))
    assert [note.status for note in notes(rig, "waiting")] == [Status.CANCELLED]
    assert not any("accord" in words(raw) for raw in box(rig).raws("INBOX"))
    assert len(reminders(rig)) == 1


async def test_where_nobody_agrees_the_note_comes_with_the_next_tick() -> None:
    rig = early(late(), confirmed=False)
    rig.loop.telling = False
    await rig.go(at(9, 30))
    rig.loop.telling = True
    await rig.go(at(9, 40))
    assert [note.status for note in notes(rig, "waiting")] == [Status.SENT]
