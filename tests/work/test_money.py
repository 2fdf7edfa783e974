"""Money on statements: what is certain stops what is queued, what is doubtful holds and asks, nothing counts twice."""

from datetime import timedelta
from decimal import Decimal

from tests.work.paying import SECOND, THEIRS, TODAY, because, money, opened, receipt, statement, take
from tests.work.play import (
    KEY,
    arrive,
    at_stage,
    case,
    daemon,
    entries,
    late,
    notes,
    pass_days,
    reminders,
    taken,
    way_out,
    written,
)
from tests.work.rig import NOON, config, customer

from relancier.core.case import Because, Kind, State
from relancier.core.claim import Paid, Source, payments
from relancier.core.outbox import Stage, Status
from relancier.core.stored import Fate
from relancier.work.archive.removal import removal
from relancier.work.paid.money import take_statement
from relancier.work.records import Desk

# --- Certain ---


async def test_a_payment_closes_its_case_and_the_reminder_that_is_queued_does_not_leave() -> None:
    two = late("FA-2026-0002", customer=customer("Martin"))
    rig = daemon(late(), two)
    paid = money(wording="VIR SEPA FACT FA-2026-0002", payer="MARTIN")
    way_out(rig).on_step = at_stage(Stage.BODY, lambda: take(rig, paid))
    await pass_days(rig, 10)
    assert case(rig, two.key).state is State.PAID
    assert {to for sent in reminders(rig) for to in sent.recipients} == {"compta@dupont.test", "achats@dupont.test"}
    queued = [entry for entry in entries(rig) if two.key in entry.about]
    assert [entry.status for entry in queued] == [Status.CANCELLED]


async def test_a_paid_case_is_thanked_where_that_is_wanted() -> None:
    rig = daemon(late(), conf=config(sending={"thank_you": True}))
    await rig.tick()
    take(rig, money(wording="FA-2026-0001"))
    await pass_days(rig, 3)
    assert taken(rig)[-1] == "thank-you"


async def test_the_payment_stands_in_the_history_with_its_day_and_its_file() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=2)))
    (paid,) = [event for event in rig.store.events(KEY) if event.kind is Kind.PAID]
    assert (paid.on, paid.amount, paid.seen) == (TODAY - timedelta(days=2), Decimal("1200.00"), ())
    assert paid.detail == "payment of 1,200.00 EUR on 2026-02-28 by statement releve.xml"
    assert paid.ref == receipt(rig).identity
    assert (receipt(rig).fate, receipt(rig).cases) == (Fate.BOOKED, (KEY,))


async def test_interest_counts_the_payment_from_the_day_of_the_bank() -> None:
    rig = await opened()
    paid_on = TODAY - timedelta(days=2)
    take(rig, money("500.00", "FA-2026-0001", on=paid_on))
    found = payments(case(rig), rig.store.events(KEY), rig.holder.setup.today)
    assert found == (Paid(paid_on, Decimal("500.00"), Source.BANK),)
    take(rig, money("700.00", "FA-2026-0001"))
    found = payments(case(rig), rig.store.events(KEY), rig.holder.setup.today)
    assert [(one.on, one.amount) for one in found] == [(paid_on, Decimal(500)), (TODAY, Decimal(700))]


async def test_the_same_file_twice_or_one_that_overlaps_changes_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    first, again = money("300.00", "ACOMPTE FA-2026-0001"), money("500.00", "ACOMPTE FA-2026-0002")
    take(rig, first)
    before = (case(rig), case(rig, SECOND), rig.store.events(KEY))
    told = take(rig, first)
    assert (told["known"], told["booked"]) == (1, 0)
    assert before == (case(rig), case(rig, SECOND), rig.store.events(KEY))
    overlapping = take(rig, first, again, stem="releve-2.xml")
    assert (overlapping["known"], overlapping["booked"]) == (1, 1)
    assert case(rig).amount_due == Decimal("900.00")
    assert case(rig, SECOND).amount_due == Decimal("700.00")


async def test_two_payments_that_read_alike_both_count() -> None:
    rig = await opened()
    alike = money("300.00", "ACOMPTE FA-2026-0001")
    assert take(rig, alike, alike)["booked"] == 2
    assert case(rig).amount_due == Decimal("600.00")


async def test_a_payment_answers_no_reply() -> None:
    rig = daemon(late())
    await rig.tick()
    arrive(rig, written("compta@dupont.test", "FA-2026-0001", "Pourquoi ce montant ?"))
    await rig.tick()
    take(rig, money("300.00", "FA-2026-0001"))
    assert case(rig).state is State.PAUSED
    assert case(rig).unseen


async def test_the_account_of_a_payer_is_learnt_from_a_number_and_from_nothing_less() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002", "FA-2026-0003")
    take(rig, money(wording="VIR", payer_iban=THEIRS))
    assert receipt(rig).fate is Fate.ASKED
    take(rig, money("801.00", "VIR", payer="D. HOLDING", payer_iban=THEIRS))
    assert len(rig.store.receipts(Fate.UNKNOWN)) == 1
    take(rig, money(wording="FA-2026-0001", payer_iban=THEIRS))
    take(rig, money("800.00", "VIR", payer="D. HOLDING", payer_iban=THEIRS))
    assert [one.customer for one in rig.store.receipts(Fate.LOOSE)] == ["dupont"]


async def test_what_the_books_had_already_is_settled_without_a_word() -> None:
    rig = daemon(late(paid=Decimal("1200.00")), late("FA-2026-0002"), confirmed=False)
    await rig.tick()
    told = take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=3)))
    assert told["settled"] == 1
    assert notes(rig, "money") == []
    assert because(case(rig, SECOND)) == []


async def test_a_part_that_the_books_may_have_already_is_asked_about() -> None:
    rig = daemon(late(paid=Decimal("400.00")), confirmed=False)
    await rig.tick()
    take(rig, money("400.00", "ACOMPTE FA-2026-0001", on=TODAY - timedelta(days=3)))
    assert receipt(rig).reason == "money_known"
    assert case(rig).amount_due == Decimal("800.00")
    assert because(case(rig)) == [Because.PAYMENT]


async def test_a_part_after_the_books_were_written_counts() -> None:
    rig = daemon(late(paid=Decimal("400.00")), confirmed=False)
    await rig.tick()
    take(rig, money("400.00", "ACOMPTE FA-2026-0001", on=TODAY + timedelta(days=1)))
    assert case(rig).amount_due == Decimal("400.00")


async def test_the_books_that_show_the_payment_later_count_it_once() -> None:
    rig = await opened()
    take(rig, money("400.00", "FA-2026-0001"))
    rig.source.set(late(paid=Decimal("400.00")), at=NOON + timedelta(days=1))
    await rig.tick()
    assert case(rig).amount_due == Decimal("800.00")
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    assert case(rig).amount_due == Decimal("400.00")


async def test_another_sort_of_file_tells_the_same_payment_and_changes_nothing() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money("300.00", "ACOMPTE FA-2026-0001"))
    as_csv = money("300.00", "VIR SEPA DUPONT SARL ACOMPTE FA-2026-0001", payer="", reference="X1")
    told = take(rig, as_csv, stem="releve.csv")
    assert (told["known"], told["booked"]) == (1, 0)
    assert case(rig).amount_due == Decimal("900.00")
    again = take(rig, as_csv, money("300.00", "ACOMPTE FA-2026-0002"), stem="releve.csv")
    assert (again["known"], again["booked"]) == (1, 1)


async def test_what_a_person_said_was_paid_is_no_second_payment_when_the_bank_tells_it() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    rig.order("paid", KEY)
    await rig.tick()
    told = take(rig, money(wording="VIREMENT", on=TODAY + timedelta(days=9)))
    assert told["asked"] == 1
    assert case(rig, SECOND).state is State.OPEN
    quoted = take(rig, money(wording="FA-2026-0001", on=TODAY + timedelta(days=10)))
    assert quoted["settled"] == 1


async def test_a_case_whose_number_is_written_otherwise_since_is_freed_all_the_same() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.source.set(late(due=late().due + timedelta(days=2)), late("FA-2026-0002"), at=NOON)
    await rig.tick()
    moved = f"FA-2026-0001|{late().due + timedelta(days=2)}"
    assert because(case(rig, moved)) == [Because.PAYMENT]
    rig.order("paid", SECOND)
    await rig.tick()
    assert because(case(rig, moved)) == []


async def test_the_statements_of_one_file_know_of_each_other() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    desk = Desk.at(rig.store, rig.holder.setup, NOON)
    first = money("300.00", "ACOMPTE FA-2026-0001", payer_iban=THEIRS)
    for movements in ((first,), (first, money("900.00", "SOLDE FA-2026-0001")), (money("33.00", payer_iban=THEIRS),)):
        take_statement(statement(*movements), "releve.xml", desk)
    desk.ledger.commit()
    assert case(rig).state is State.PAID
    assert [event.amount for event in rig.store.events(KEY) if event.kind is Kind.PAID] == [Decimal(300), Decimal(900)]
    assert [one.customer for one in rig.store.receipts(Fate.LOOSE)] == ["dupont"]


async def test_money_from_more_than_a_year_ago_is_left_alone() -> None:
    rig = await opened()
    assert take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=401)))["left"] == 1
    assert rig.store.receipts(*Fate) == []


async def test_a_forgotten_customer_leaves_no_payment_behind() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001"))
    rig.store.commit(*removal([case(rig)], rig.store))
    assert rig.store.receipts(*Fate) == []


async def test_money_held_for_two_stays_with_the_one_that_is_left() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    take(rig, money(wording="VIREMENT"))
    rig.store.commit(*removal([case(rig)], rig.store))
    assert receipt(rig).cases == (SECOND,)


async def test_what_quotes_its_invoice_has_its_turn_before_what_does_not() -> None:
    rig = await opened("FA-2026-0001", "FA-2026-0002")
    early = money(wording="VIREMENT", on=TODAY - timedelta(days=5))
    assert take(rig, early, money(wording="FA-2026-0001"))["booked"] == 2
    (second,) = [event for event in rig.store.events(SECOND) if event.kind is Kind.PAID]
    assert second.on == early.on
