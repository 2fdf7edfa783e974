"""Freshness of payments: statements that are old, missing or refused stop what is sent, and a person is told."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.work.play import case, daemon, entries, late, notes, pass_days, pass_minutes, reminders, taken
from tests.work.rig import NOON, Rig, config
from tests.work.test_payments_known import BY_FILE, OTHER, OURS, day, paid, statement

from relancier.adapters.statements import BankStatements, StatementFolder
from relancier.core.case import State
from relancier.core.outbox import Sort
from relancier.core.problem import WRITING
from relancier.ports import Statements, StoreFailed

FIRST = day(2, 20)


def with_books(**payments: Any) -> Rig:
    return daemon(late(), conf=config(payments=payments or BY_FILE))


def told(rig: Rig, name: str, reason: str) -> list[dict[str, str]]:
    return [dict(note.facts) for note in notes(rig, name, reason)]


async def test_without_a_statement_nothing_is_sent_and_a_person_is_told_once_a_day() -> None:
    rig = with_books()
    await pass_days(rig, 2.5)
    assert reminders(rig) == []
    assert [facts["detail"] for facts in told(rig, "stale", "payments_missing")] == ["…0189, /nowhere/releves"] * 3
    rig.statements.put("a.xml", statement(FIRST, day(3, 3)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]


async def test_where_no_account_is_named_the_first_statement_is_awaited_all_the_same() -> None:
    rig = with_books(file="releves")
    await rig.tick()
    assert [facts["detail"] for facts in told(rig, "stale", "payments_missing")] == ["/nowhere/releves"]


async def test_old_statements_stop_sending_although_the_books_are_fresh() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    await pass_days(rig, 9)
    assert taken(rig) == ["reminder"]
    first = told(rig, "stale", "payments_old")[0]
    assert (first["detail"], first["known_to"]) == ("…0189, /nowhere/releves", "2026-03-01")
    rig.statements.put("b.xml", statement(day(3, 2), day(3, 10)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


async def test_the_oldest_account_counts() -> None:
    rig = with_books(file="releves", accounts=[OURS, OTHER])
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    rig.statements.put("b.xml", statement(FIRST - timedelta(days=20), FIRST, account=OTHER))
    await rig.tick()
    assert reminders(rig) == []
    assert told(rig, "stale", "payments_old")[0]["detail"].startswith("…0129")


async def test_the_age_that_is_allowed_is_the_configurations() -> None:
    rig = with_books(**BY_FILE, max_age="20d")
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    await pass_days(rig, 9)
    assert taken(rig) == ["reminder", "penalties"]


async def test_where_no_statements_are_awaited_nothing_is_missed() -> None:
    rig = daemon(late())
    await rig.tick()
    assert taken(rig) == ["reminder"]


async def test_a_refused_statement_is_told_once_books_nothing_and_is_read_again_when_it_changes() -> None:
    rig = with_books()
    rig.statements.put("a.xml", problem="line 3: the closing balance does not follow; download it again.")
    await pass_minutes(rig, 5)
    (note,) = told(rig, "statement", "statement_refused")
    assert note["detail"] == "a.xml: line 3: the closing balance does not follow; download it again."
    assert rig.store.setting("coverage") is None
    rig.statements.put("a.xml", statement(FIRST, day(3, 1), paid(day(2, 26))))
    await pass_minutes(rig, 5)
    assert case(rig).state is State.PAID
    assert rig.store.setting("statements_refused") is None
    assert len(entries(rig, Sort.NOTE)) == len(notes(rig, "stale")) + 1


async def test_of_a_file_with_a_strange_account_nothing_is_booked() -> None:
    rig = with_books()
    rig.statements.put(
        "a.xml", statement(FIRST, day(3, 1), paid(day(2, 26))), statement(FIRST, day(3, 1), account=OTHER)
    )
    await rig.tick()
    (note,) = told(rig, "statement", "statement_refused")
    assert "…0129" in note["detail"]
    assert case(rig).state is State.OPEN
    assert rig.store.setting("coverage") is None


async def test_a_file_that_is_being_written_is_waited_for_and_told_after_a_quarter_of_an_hour() -> None:
    rig = with_books(**BY_FILE)
    rig.loop.poll = timedelta(minutes=5)
    rig.statements.put("a.xml", problem=WRITING)
    await pass_minutes(rig, 14)
    assert told(rig, "statement", "statement_refused") == []
    await pass_minutes(rig, 10)
    assert len(told(rig, "statement", "statement_refused")) == 1
    rig.statements.files["a.xml"] = Statements((statement(FIRST, day(3, 1)),))
    await pass_minutes(rig, 6)
    assert taken(rig) == ["reminder"]


async def test_a_statement_that_provokes_the_unexpected_stops_no_other() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    rig.statements.put("b.xml", statement(FIRST, day(3, 1)))
    del rig.statements.files["a.xml"]
    await rig.tick()
    assert told(rig, "statement", "statement_refused")[0]["detail"].startswith("a.xml: unexpected")
    await pass_days(rig, 1)
    rig.statements.put("b.xml", statement(FIRST, day(3, 2)))
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]


async def test_while_a_statement_lies_there_unread_payments_are_known_as_far_as_the_others_go() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(2, 26)))
    rig.statements.put("b.xml", problem="no column for the amount")
    await pass_days(rig, 2)
    assert taken(rig) == []
    assert case(rig).waiting.startswith("payments are known only up to 2026-02-26")
    rig.statements.take_away("b.xml")
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]
    assert rig.store.setting("statements_refused") is None


async def test_a_refused_statement_is_read_again_once_its_account_is_named() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    rig.statements.put("b.xml", statement(FIRST, day(3, 1), paid(day(2, 26), account=OTHER), account=OTHER))
    await rig.tick()
    assert case(rig).state is State.OPEN
    both = config(payments={**BY_FILE, "accounts": [OURS, OTHER]})
    rig.holder.setup = replace(rig.holder.setup, config=both)
    await rig.tick()
    assert (case(rig).state, rig.store.setting("statements_refused")) == (State.PAID, None)


async def test_where_no_statements_are_laid_down_any_more_none_is_refused() -> None:
    rig = with_books()
    rig.statements.put("a.xml", problem="no column for the amount")
    await rig.tick()
    payments = rig.parts.escalate.books.payments
    assert payments is not None
    payments.source = None
    await rig.tick()
    assert rig.store.setting("statements_refused"), "a command looks at the state alone"
    rig.holder.setup = replace(rig.holder.setup, config=config(payments={"accounts": [OURS]}))
    await rig.tick()
    assert rig.store.setting("statements_refused") is None


async def test_while_a_statement_is_being_written_nothing_leaves_and_nobody_is_told() -> None:
    rig = with_books()
    rig.loop.poll = timedelta(minutes=5)
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    rig.statements.put("b.xml", problem=WRITING)
    await pass_minutes(rig, 11)
    assert (taken(rig), notes(rig, "stale"), notes(rig, "statement")) == ([], [], [])
    rig.statements.put("b.xml", statement(day(2, 26), day(2, 28), paid(day(2, 26))))
    await pass_minutes(rig, 6)
    assert (taken(rig), case(rig).state) == ([], State.PAID)


async def test_a_file_that_was_never_written_to_its_end_and_taken_away_stops_nothing() -> None:
    rig = with_books()
    rig.loop.poll = timedelta(minutes=5)
    rig.statements.put("a.xml", statement(FIRST, day(3, 1)))
    rig.statements.put("b.xml", problem=WRITING)
    await pass_minutes(rig, 3)
    rig.statements.take_away("b.xml")
    await pass_minutes(rig, 6)
    assert taken(rig) == ["reminder"]


async def test_a_commit_that_fails_loses_no_statement() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(3, 1), paid(day(2, 26))))
    kept, rig.store.commit = rig.store.commit, _full  # type: ignore[method-assign]
    with pytest.raises(StoreFailed):
        rig.parts.escalate.books.sync(NOON)
    rig.store.commit = kept  # type: ignore[method-assign]
    await rig.tick()
    assert case(rig).state is State.PAID


def _full(*changes: object) -> None:
    raise StoreFailed(f"the disk is full: {len(changes)} changes")


async def test_a_restart_reads_no_statement_twice() -> None:
    rig = with_books()
    rig.statements.put("a.xml", statement(FIRST, day(3, 1), paid(day(2, 26), "500.00")))
    await rig.tick()
    before = rig.store.events(case(rig).key)
    rig.statements.files.clear()
    await rig.tick()
    assert rig.store.events(case(rig).key) == before
    assert told(rig, "statement", "statement_refused") == []
    assert case(rig).amount_due == Decimal("700.00")


CSV = """Compte;Date;Libellé;Débit;Crédit
FR7630006000011234567890189;20/02/2026;FRAIS DE TENUE DE COMPTE;4,50;
FR7630006000011234567890189;26/02/2026;VIR DUPONT FACTURE FA-2026-0001;;1 200,00
FR7630006000011234567890189;27/02/2026;PRLV EDF;85,00;
"""


async def test_a_file_as_a_bank_writes_it_closes_the_case(tmp_path: Path) -> None:
    rig = with_books(file=str(tmp_path), accounts=[OURS])
    rig.parts.escalate.books.payments.source = StatementFolder(tmp_path, BankStatements())  # type: ignore[union-attr]
    await pass_minutes(rig, 5)
    assert told(rig, "stale", "payments_missing")
    (tmp_path / "releve.csv").write_text(CSV, "cp1252")
    await pass_minutes(rig, 5)
    assert case(rig).state is State.PAID
    assert rig.store.setting("coverage") == {OURS: [["2026-02-20", "2026-02-26"]]}  # the last day may be cut off
    assert reminders(rig) == []


async def test_a_daemon_without_books_is_no_old_one() -> None:
    rig = daemon(conf=config(invoices={"file": ""}), fresh_books=False)
    await pass_days(rig, 9)
    assert notes(rig, "stale") == []
    assert rig.parts.escalate.books.trouble(rig.wake.now()) is None
    assert rig.parts.escalate.books.world(rig.wake.now()).today == date(2026, 3, 11)
