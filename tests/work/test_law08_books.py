"""Law 8: books that are suddenly empty, smaller, wrong or old close nothing, stop sending and say so."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.work.play import (
    case,
    daemon,
    entries,
    late,
    notes,
    parsed,
    pass_days,
    pass_minutes,
    reminders,
    taken,
    the_entry,
    way_out,
    words,
)  # fmt: skip
from tests.work.rig import NOON, Rig, config, customer
from tests.work.test_orders_by_mail import dictated, lying_notes, order

from relancier.core.case import Because, State
from relancier.core.outbox import Answer, Stage, Status
from relancier.core.problem import Problem
from relancier.core.stored import Setting
from relancier.ports import StoreFailed

BUSY = Answer(451, "try later", "4.7.1")
MANY = [late(f"FA-{number}", customer=customer(f"Client{number}")) for number in range(10, 16)]


async def test_an_empty_source_closes_nothing_stops_sending_and_says_so() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(at=NOON)
    await pass_days(rig, 8)
    assert all(case(rig, one.key).state is State.OPEN and not case(rig, one.key).holds for one in MANY)
    assert len(reminders(rig)) == len(MANY)
    assert notes(rig, "stale", "books_shrunk")


async def test_a_single_invoice_that_leaves_an_empty_file_is_not_believed() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(at=NOON)
    await rig.tick()
    assert case(rig).holds == ()
    assert notes(rig, "stale", "books_shrunk")


async def test_the_note_about_shrunken_books_says_which_file_and_how_many_and_an_answer_confirms_them() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(MANY[0], at=NOON)
    await pass_days(rig, 0.1)
    note = lying_notes(rig, "stale")[-1]
    text = words(note.as_bytes())
    assert "(6 → 1)" in text
    assert "Depuis le : 2 mars 2026" in text
    assert "fichier complet" in text
    rig.source.set(*MANY[:2], at=rig.wake.now())
    await pass_days(rig, 0.1)
    await dictated(rig, order(note, "fichier complet"))
    assert [dict(told.facts)["reason"] for told in notes(rig, "order")] == ["order_not_shrunk"], "it is another one now"
    await pass_days(rig, 1)
    await dictated(rig, order(lying_notes(rig, "stale")[-1], "fichier complet"))
    assert rig.store.setting("shrunk") is None
    assert case(rig, MANY[5].key).holds
    assert not case(rig, MANY[1].key).holds
    await dictated(rig, order(lying_notes(rig, "stale")[-1], "file complete"))
    assert dict(notes(rig, "order")[-1].facts)["reason"] == "order_not_shrunk", "nothing is to be confirmed"


async def test_a_source_that_shrinks_a_lot_stops_sending_until_confirm() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(MANY[0], at=NOON)
    await pass_days(rig, 8)
    assert taken(rig, MANY[0].key) == ["reminder"]
    rig.confirm()
    await pass_days(rig, 1)
    assert taken(rig, MANY[0].key) == ["reminder", "penalties"]
    assert [hold.because for hold in case(rig, MANY[1].key).holds] == [Because.MISSING]


async def test_a_source_that_comes_back_whole_goes_on_by_itself() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(at=NOON)
    await rig.tick()
    rig.source.set(*MANY, at=NOON)
    await pass_days(rig, 8)
    assert taken(rig, MANY[0].key) == ["reminder", "penalties"]


async def test_an_invoice_that_leaves_the_file_is_held_and_listed() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(*MANY[1:], at=NOON)
    await pass_days(rig, 8)
    assert [hold.because for hold in case(rig, MANY[0].key).holds] == [Because.MISSING]
    assert taken(rig, MANY[0].key) == ["reminder"]
    (note,) = notes(rig, "missing")
    euros = "1\N{NARROW NO-BREAK SPACE}200,00\N{NO-BREAK SPACE}€"
    assert dict(note.facts)["lines"] == f"FA-10, Client10, 27/02/2026, {euros}"


async def test_it_goes_on_when_it_returns() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(*MANY[1:], at=NOON)
    await rig.tick()
    rig.source.set(*MANY, at=NOON)
    await pass_days(rig, 8)
    assert taken(rig, MANY[0].key) == ["reminder", "penalties"]


async def test_it_goes_on_when_a_person_says_so() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    rig.source.set(*MANY[1:], at=NOON)
    await rig.tick()
    rig.order("resume", MANY[0].key)
    await pass_days(rig, 8)
    assert taken(rig, MANY[0].key) == ["reminder", "penalties"]


async def test_an_export_of_open_items_closes_what_has_left_it() -> None:
    rig = daemon(*MANY, conf=config(invoices={"missing": "paid"}))
    await rig.tick()
    rig.source.set(*MANY[1:], at=NOON)
    await rig.tick()
    assert case(rig, MANY[0].key).state is State.PAID


async def test_but_never_when_the_file_shrank_a_lot() -> None:
    rig = daemon(*MANY, conf=config(invoices={"missing": "paid"}))
    await rig.tick()
    rig.source.set(MANY[0], at=NOON)
    await rig.tick()
    assert all(case(rig, one.key).state is State.OPEN for one in MANY)


async def test_a_file_with_mistakes_changes_nothing_stops_sending_and_is_told() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.problems = (Problem("invoices.csv", "wrong", line=3),)
    rig.source.touch(NOON)
    await pass_days(rig, 8)
    assert taken(rig) == ["reminder"]
    assert notes(rig, "stale", "books_wrong")
    rig.source.problems = ()
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


async def test_old_books_stop_sending_and_are_told_once_a_day() -> None:
    rig = daemon(late(), fresh_books=False)
    await rig.tick()
    await pass_days(rig, 9)
    assert taken(rig) == ["reminder"]
    assert len(notes(rig, "stale", "books_old")) == 3
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


async def test_the_note_about_old_books_names_the_file_and_its_day() -> None:
    rig = daemon(late(), fresh_books=False)
    rig.source.oldest = "factures-14-12.csv"
    await rig.tick()
    await pass_days(rig, 9)
    assert dict(notes(rig, "stale", "books_old")[0].facts) == {
        "reason": "books_old",
        "detail": "factures-14-12.csv",
        "known_to": "2026-03-02",
    }
    told = "the invoice file factures-14-12.csv of 2026-03-02 is older than 7 days"
    assert str(rig.parts.escalate.books.trouble(rig.wake.now())) == told


async def test_what_stands_only_in_an_older_export_is_held_and_not_taken_for_paid() -> None:
    rig = daemon(*MANY, conf=config(invoices={"missing": "paid"}))
    await rig.tick()
    rig.source.doubted = {"fa10": "factures-14-12.csv"}
    rig.source.set(*MANY[2:], at=NOON)
    await pass_days(rig, 8)
    assert case(rig, MANY[0].key).holds[0].because is Because.MISSING
    assert "factures-14-12.csv" in rig.store.events(MANY[0].key)[-1].detail
    assert case(rig, MANY[1].key).state is State.PAID
    assert taken(rig, MANY[0].key) == ["reminder"]
    assert [note.about for note in notes(rig, "missing")] == [(MANY[0].key,)]


async def test_books_that_do_not_reach_beyond_the_last_reminder_hold_the_next_one() -> None:
    rig = daemon(late(), fresh_books=False)
    await rig.tick()
    await pass_days(rig, 7.5)
    assert taken(rig) == ["reminder"]
    assert case(rig).waiting.startswith("payments are known only")
    rig.source.touch(rig.wake.now())
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder", "penalties"]


# --- What is queued -------------------------------------------------------------------------------------------------


async def queued() -> Rig:
    rig = daemon(late())
    way_out(rig).script[Stage.RCPT] = BUSY
    await rig.tick()
    way_out(rig).script.clear()
    return rig


async def test_an_invoice_paid_while_queued_is_withdrawn() -> None:
    rig = await queued()
    rig.source.set(late(paid=late().amount), at=NOON)
    await pass_minutes(rig, 10)
    assert the_entry(rig).status is Status.CANCELLED
    assert case(rig).state is State.PAID
    assert reminders(rig) == []


async def test_an_invoice_gone_while_queued_is_withdrawn() -> None:
    rig = daemon(*MANY)
    way_out(rig).script[Stage.RCPT] = BUSY
    await rig.tick()
    way_out(rig).script.clear()
    rig.source.set(*MANY[1:], at=NOON)
    await pass_minutes(rig, 10)
    assert len(reminders(rig)) == len(MANY) - 1


async def test_a_contact_changed_while_queued_is_written_to_at_the_new_address() -> None:
    rig = await queued()
    new = replace(customer(), contacts=tuple(replace(one, email=f"n{one.email}") for one in customer().contacts))
    rig.source.set(late(customer=new), at=NOON)
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert sent.recipients == ("ncompta@dupont.test", "nachats@dupont.test")
    assert [entry.status for entry in entries(rig)] == [Status.CANCELLED, Status.SENT]


async def test_an_amount_changed_while_queued_is_the_one_that_leaves() -> None:
    rig = await queued()
    rig.source.set(late(paid=Decimal("200.00")), at=NOON)
    await pass_minutes(rig, 10)
    (sent,) = reminders(rig)
    assert "1 000,00" in parsed(sent.raw).get_body(("html",)).get_content().replace("\N{NARROW NO-BREAK SPACE}", " ")  # type: ignore[union-attr]


async def test_a_new_due_date_closes_the_old_case_and_goes_on_in_another() -> None:
    rig = daemon(*MANY)
    await rig.tick()
    moved = replace(MANY[0], due=MANY[0].due + timedelta(days=30))
    rig.source.set(moved, *MANY[1:], at=NOON)
    await rig.tick()
    assert case(rig, MANY[0].key).state is State.CLOSED
    assert case(rig, moved.key).state is State.OPEN


async def test_books_whose_record_failed_are_read_again_before_anything_is_sent() -> None:
    rig = await queued()
    armed = [True]

    def full(changes: tuple[object, ...]) -> None:
        if armed and any(isinstance(change, Setting) and change.name == "known_at" for change in changes):
            armed.clear()
            raise StoreFailed("disk full")

    rig.store._on_commit = full  # type: ignore[attr-defined]
    rig.source.set(late(paid=late().amount), at=NOON)
    await pass_minutes(rig, 15)
    assert reminders(rig) == []
    assert case(rig).state is State.PAID
