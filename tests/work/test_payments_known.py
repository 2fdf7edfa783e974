"""Payments not known yet: a reminder waits for the source that its invoice has, or for statements without a gap."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.work.play import KEY, box, case, daemon, late, parsed, pass_days, pass_minutes, reminders, taken, words
from tests.work.rig import NOON, MemoryStatements, Rig, config

from relancier.core.case import Invoice, Origin, State
from relancier.core.forecast import forecast
from relancier.core.paid.statement import Movement, Statement
from relancier.work.books.taken import take_invoices
from relancier.work.paid.statements import coverage
from relancier.work.records import Desk

OURS, OTHER = "FR7630006000011234567890189", "FR7610107001011234567890129"
SENT_ON = date(2026, 2, 20)  # a Friday, a week before the invoice is due
BY_FILE = {"file": "releves", "accounts": [OURS]}


def without_books(**payments: Any) -> Rig:
    statements = payments.pop("source", None) or MemoryStatements()
    conf = config(invoices={"file": ""}, payments=payments)
    return daemon(conf=conf, fresh_books=False, statements=statements)


def hand(rig: Rig, *invoices: Invoice) -> None:
    desk = Desk.at(rig.store, rig.holder.current(), rig.wake.now())
    take_invoices(invoices, desk, message_id="<facture@lumen.test>")
    desk.ledger.commit()


def mailed(**other: Any) -> Invoice:
    return late(**{"origin": Origin.MAIL, "known_on": SENT_ON, **other})


def statement(since: date, until: date, *movements: Movement, account: str = OURS) -> Statement:
    return Statement(account=account, since=since, until=until, movements=movements)


def paid(on: date, amount: str = "1200.00", wording: str = "VIR DUPONT FA-2026-0001", account: str = OURS) -> Movement:
    return Movement(account=account, on=on, amount=Decimal(amount), wording=wording, payer="DUPONT")


def day(month: int, number: int) -> date:
    return date(2026, month, number)


async def test_a_mailed_invoice_waits_for_a_statement_however_fresh_the_books_are() -> None:
    rig = daemon(late("FA-9", customer=replace(late().customer, id="other")))
    hand(rig, mailed(known_on=day(2, 28)))
    await rig.tick()
    assert taken(rig) == []
    assert case(rig).waiting == "payments are known only up to 2026-02-27: the statement from 2026-02-28 on is missing"
    assert taken(rig, "FA-9|2026-02-27") == ["reminder"]


async def test_a_statement_from_its_day_on_lets_the_reminder_leave() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    rig.statements.put("fevrier.xml", statement(day(2, 1), day(3, 1)))
    await pass_days(rig, 1)
    assert taken(rig) == []
    rig.statements.put("mars.xml", statement(day(3, 2), day(3, 2)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]
    assert len(reminders(rig)) == 1


async def test_what_waits_for_a_statement_is_looked_at_as_soon_as_it_comes() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    rig.statements.put("fevrier.xml", statement(day(2, 1), day(3, 1)))
    await pass_days(rig, 1)
    rig.statements.put("mars.xml", statement(day(3, 2), day(3, 2)))
    await pass_minutes(rig, 5)
    assert taken(rig) == ["reminder"]


@pytest.mark.parametrize(("tells_paid", "until", "steps"), [
    (False, day(2, 26), []),
    (False, day(3, 2), ["reminder"]),
    (True, day(2, 26), ["reminder"]),
])  # fmt: skip
async def test_books_without_a_place_for_payments_know_only_what_the_statements_tell(
    *, tells_paid: bool, until: date, steps: list[str]
) -> None:
    rig = daemon(late(), conf=config(payments=BY_FILE), statements=MemoryStatements())
    rig.source.tells_paid = tells_paid
    await rig.tick()
    await pass_days(rig, 1)
    rig.statements.put("a.xml", statement(SENT_ON, until))
    await pass_minutes(rig, 5)
    assert taken(rig) == steps


async def test_a_gap_of_one_banking_day_keeps_it_waiting_and_is_named() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    rig.statements.put("a.xml", statement(SENT_ON, day(2, 24)), statement(day(2, 26), day(3, 5)))
    await pass_days(rig, 4)
    assert taken(rig) == []
    assert case(rig).waiting == (
        "payments are known only up to 2026-02-24: the statement of account …0189 from 2026-02-25 on is missing"
    )


@pytest.mark.parametrize(
    ("payments", "named"),
    [
        (BY_FILE, "faute de relevé bancaire (relevé du compte …0189 à partir du 25 février 2026) : FA-2026-0001"),
        ({}, "faute de relevé bancaire (relevé à partir du 20 février 2026) : FA-2026-0001"),
    ],
)
async def test_the_digest_says_which_statement_is_missing(payments: dict[str, Any], named: str) -> None:
    conf = config(invoices={"file": ""}, payments=payments, team={"digest": True})
    rig = daemon(conf=conf, fresh_books=False)
    hand(rig, mailed())
    rig.statements.put("a.xml", *([statement(SENT_ON, day(2, 24))] if payments else []))
    await pass_days(rig, 1)
    texts = [words(raw) for raw in box(rig).raws("INBOX") if "point du" in str(parsed(raw)["Subject"])]
    assert named in texts[-1]


async def test_every_account_that_is_awaited_must_be_known() -> None:
    rig = without_books(file="releves", accounts=[OURS, OTHER])
    hand(rig, mailed())
    await pass_days(rig, 3)
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 4)))
    rig.statements.put("b.xml", statement(SENT_ON, day(2, 26), account=OTHER))
    await rig.tick()
    assert case(rig).waiting.endswith("the statement of account …0129 from 2026-02-27 on is missing")
    rig.statements.put("b.xml", statement(SENT_ON, day(3, 4), account=OTHER))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]


async def test_the_day_on_which_a_statement_is_read_is_not_known_yet() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed(due=NOON.date(), known_on=SENT_ON))
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 31)))
    await rig.tick()
    assert rig.store.setting("coverage") == {OURS: [["2026-02-20", "2026-03-01"]]}


@pytest.mark.parametrize(("opening", "known"), [("350.00", 3), ("350.01", 1), (None, 1)])
async def test_it_is_known_once_the_next_statement_goes_on_from_its_balance(opening: str | None, known: int) -> None:
    rig = without_books(**BY_FILE)
    today, later = statement(SENT_ON, day(3, 2)), statement(day(3, 3), day(3, 3))
    rig.statements.put("a.xml", replace(today, closing=Decimal("350.00")))
    await pass_days(rig, 2)
    rig.statements.put("b.xml", replace(later, opening=Decimal(opening) if opening else None))
    await rig.tick()
    setup = rig.holder.current()
    assert coverage(rig.store, setup).known_until(SENT_ON, setup.calendar) == day(3, known)


async def test_a_payment_on_a_statement_closes_the_case_and_nothing_leaves() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 2), paid(day(2, 26))))
    await pass_days(rig, 3)
    assert case(rig).state is State.PAID
    assert reminders(rig) == []


async def test_a_statement_that_comes_before_the_last_look_stops_what_is_queued() -> None:
    rig = without_books(**BY_FILE, source=JustInTime())
    hand(rig, mailed())
    await pass_days(rig, 1)
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 2)))
    await pass_days(rig, 1)
    assert "queued" in {event.kind for event in rig.store.events(KEY)}
    assert case(rig).state is State.PAID
    assert reminders(rig) == []


class JustInTime(MemoryStatements):
    """A statement is laid down between the turn that queues a reminder and its last look."""

    def waiting(self, known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        if "a.xml" in known and "b.xml" not in self.files:
            self.put("b.xml", statement(day(3, 3), day(3, 3), paid(day(3, 2))))
        return MemoryStatements.waiting(self, known)


async def test_the_next_reminder_waits_for_statements_later_than_the_one_before() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    await pass_days(rig, 1)
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 2)))
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder"]
    rig.statements.put("b.xml", statement(day(3, 3), day(3, 10)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


async def test_the_message_says_up_to_when_payments_are_known() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    await pass_days(rig, 1)
    rig.statements.put("a.xml", statement(SENT_ON, day(3, 2)))
    await pass_days(rig, 1)
    (sent,) = reminders(rig)
    assert "2 mars 2026" in words(sent.raw)


async def test_statements_carry_the_books_further_than_their_own_instant() -> None:
    rig = daemon(late(), conf=config(payments=BY_FILE), fresh_books=False)
    rig.source.as_of = datetime(2026, 2, 26, 9, 0, tzinfo=NOON.tzinfo)
    await rig.tick()
    rig.statements.put("a.xml", statement(day(2, 26), day(3, 1)))
    await pass_days(rig, 1)
    assert taken(rig) == []
    rig.statements.put("b.xml", statement(day(2, 26), day(3, 2)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]


async def test_an_imported_invoice_is_known_to_the_day_of_its_file_and_further_by_the_next_import() -> None:
    rig = daemon(conf=config(invoices={"file": ""}), fresh_books=False)
    hand(rig, late(origin=Origin.IMPORT, known_on=NOON.date()))
    await pass_days(rig, 9)
    assert taken(rig) == ["reminder"]
    hand(rig, late(origin=Origin.IMPORT, known_on=rig.wake.now().date()))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


@pytest.mark.parametrize("awaited", [True, False])
async def test_the_forecast_counts_on_statements_only_where_they_are_to_come(awaited: bool) -> None:
    rig = without_books(**(BY_FILE if awaited else {}))
    hand(rig, mailed())
    await rig.tick()
    books, setup = rig.parts.escalate.books, rig.holder.current()
    world = books.world(rig.wake.now(), rig.wake.now() + timedelta(hours=3), ahead=True)
    found = forecast({"dupont": [case(rig)]}, setup.plans, world, day(4, 30), 20)
    assert bool(found.entries) is awaited


async def test_a_movement_is_booked_once_whichever_file_tells_it() -> None:
    rig = without_books(**BY_FILE)
    hand(rig, mailed())
    for name in ("a.xml", "b.xml"):
        rig.statements.put(name, statement(SENT_ON, day(3, 1), paid(day(2, 26), "500.00")))
        await rig.tick()
    assert case(rig, KEY).amount_due == Decimal("700.00")
