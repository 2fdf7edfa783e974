"""Payments told by the bank, by a person and by the books: none is forgotten, none counts twice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.work.paying import TODAY, because, money, opened, receipt, take
from tests.work.play import KEY, arrive, case, late, notes, pass_days, pass_minutes, reminders, words, written
from tests.work.rig import NOON, OWN, Rig

from relancier.core.case import Because, Instalment, Origin, State
from relancier.core.stored import Fate
from relancier.work.books.taken import take_invoices
from relancier.work.records import Desk

LATER = NOON + timedelta(minutes=1)


async def go(rig: Rig) -> None:
    rig.confirm()
    await rig.tick()


def books(rig: Rig, paid: str, minutes: int = 1) -> None:
    rig.source.set(late(paid=Decimal(paid)), at=NOON + timedelta(minutes=minutes))


def told(rig: Rig) -> list[str]:
    """Why a person was asked to compare payments."""
    return [reason for note in notes(rig, "pause") if (reason := dict(note.facts)["reason"]) == "paid_differs"]


async def test_a_transfer_at_the_bank_and_a_cheque_in_the_books_are_two_payments() -> None:
    rig = await opened()
    take(rig, money("800.00", "FA-2026-0001"))
    books(rig, "400.00")
    await go(rig)
    assert reminders(rig) == []
    assert because(case(rig)) == [Because.PAYMENT]
    assert told(rig) == ["paid_differs"]
    (note,) = notes(rig, "pause")
    text = words(rig.store.blob(note.blob) or b"")
    assert "le fichier des factures indique 400,00 réglés, 800,00 étaient déjà connus" in text


async def test_what_a_person_told_and_another_payment_in_the_books_are_two_payments() -> None:
    rig = await opened()
    rig.order("paid", KEY, amount="800.00")
    await rig.tick()
    books(rig, "400.00")
    await go(rig)
    assert reminders(rig) == []
    assert told(rig) == ["paid_differs"]


async def test_a_file_given_once_that_shows_another_payment_is_asked_about() -> None:
    rig = await opened("FA-2026-0009")
    given = late(origin=Origin.IMPORT, known_on=date(2026, 3, 2))
    for paid in ("0", "400.00"):
        desk = Desk.at(rig.store, rig.holder.setup, LATER)
        take_invoices([replace(given, paid=Decimal(paid))], desk)
        desk.ledger.commit()
        if paid == "0":
            take(rig, money("800.00", "FA-2026-0001"))
    assert because(case(rig)) == [Because.PAYMENT]


async def test_a_person_says_that_they_were_two() -> None:
    rig = await opened()
    take(rig, money("800.00", "FA-2026-0001"))
    books(rig, "400.00")
    await go(rig)
    rig.order("paid", KEY, amount="400.00")
    await rig.tick()
    assert case(rig).state is State.PAID


async def test_the_second_amount_in_answer_to_the_note_ends_what_it_asked() -> None:
    rig = await opened()
    take(rig, money("700.00", "ACOMPTE FA-2026-0001"))
    books(rig, "400.00")
    await go(rig)
    (note,) = notes(rig, "pause")
    line = written(OWN, "Re: paiements", "payé 400,00 €", at=rig.wake.now(), In_Reply_To=note.message_id)
    arrive(rig, line, "Sent")
    await pass_minutes(rig, 5)
    assert (because(case(rig)), case(rig).amount_due) == ([], Decimal("100.00"))


async def test_a_person_says_that_it_is_the_same_and_is_not_asked_again() -> None:
    rig = await opened()
    take(rig, money("800.00", "FA-2026-0001"))
    books(rig, "799.00")
    await go(rig)
    rig.order("resume", KEY)
    await rig.tick()
    books(rig, "799.00", minutes=30)
    await pass_minutes(rig, 60)
    assert (because(case(rig)), case(rig).amount_due) == ([], Decimal("400.00"))
    assert told(rig) == ["paid_differs"]


@pytest.mark.parametrize("shown", ["500.00", "300.00", "800.00", "900.00"])
async def test_books_that_show_some_of_what_is_known_or_all_of_it_ask_nothing(shown: str) -> None:
    rig = await opened()
    take(rig, money("500.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    take(rig, money("300.00", "FA-2026-0001 SUITE"))
    books(rig, shown)
    await rig.tick()
    assert told(rig) == []
    assert case(rig).amount_due == Decimal(1200) - max(Decimal(shown), Decimal(800))


async def test_books_that_had_a_payment_before_the_bank_told_the_next_one() -> None:
    rig = await opened()
    books(rig, "100.00")
    await rig.tick()
    take(rig, money("500.00", "FA-2026-0001", on=TODAY - timedelta(days=1)))
    rig.order("paid", KEY, amount="300.00")
    await rig.tick()
    books(rig, "400.00", minutes=3)
    await rig.tick()
    assert told(rig) == []


async def test_an_instalment_that_may_have_come_is_not_missed() -> None:
    rig = await opened()
    rig.confirm()
    parts = (Instalment(TODAY + timedelta(days=1), Decimal(400)), Instalment(date(2026, 4, 2), Decimal(800)))
    rig.order("instalments", KEY, instalments=parts, on=TODAY)
    await rig.tick()
    take(rig, money("400.00", "VIREMENT", on=TODAY))
    await pass_days(rig, 5)
    assert case(rig).amount_due == Decimal(800) or because(case(rig)) == [Because.PAYMENT]
    assert case(rig).instalments == parts
    assert notes(rig, "pause") == []


# --- A payment came back --------------------------------------------------------------------------------------------


async def test_of_two_payments_only_the_one_that_came_back_is_owed_again() -> None:
    rig = await opened()
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=2)))
    take(rig, money("800.00", "CHEQUE FA-2026-0001", on=TODAY - timedelta(days=1)))
    assert case(rig).state is State.PAID
    take(rig, money("-800.00", "CHEQUE IMPAYE FA-2026-0001", returned=True))
    rig.order("rejected", KEY, on=TODAY)
    await rig.tick()
    assert case(rig).amount_due == Decimal("800.00")


async def test_where_nobody_knows_which_came_back_nobody_is_asked_for_too_much() -> None:
    rig = await opened()
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=2)))
    take(rig, money("800.00", "FA-2026-0001 SOLDE", on=TODAY - timedelta(days=1)))
    rig.order("rejected", KEY, on=TODAY)
    await rig.tick()
    assert case(rig).amount_due == Decimal("400.00")


async def test_the_rest_that_a_person_took_for_paid_came_back() -> None:
    rig = await opened()
    take(rig, money("400.00", "FA-2026-0001", on=TODAY - timedelta(days=2)))
    rig.order("paid", KEY)
    rig.order("rejected", KEY, on=TODAY)
    await rig.tick()
    assert case(rig).amount_due == Decimal("800.00")


async def test_what_was_paid_again_after_a_rejection_may_come_back_as_well() -> None:
    rig = await opened()
    for day in (5, 3):
        take(rig, money("1200.00", f"FA-2026-0001 {day}", on=TODAY - timedelta(days=day)))
        assert case(rig).state is State.PAID
        rig.order("rejected", KEY, on=TODAY)
        await rig.tick()
        assert (case(rig).state, case(rig).amount_due) == (State.OPEN, Decimal("1200.00"))


# --- The books take back what they had closed -----------------------------------------------------------------------


async def taken_back() -> Rig:
    """The bank told the payment, the books showed it, and have taken it back."""
    rig = await opened()
    take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=1)))
    for minutes, paid in enumerate(("1200.00", "0"), start=1):
        books(rig, paid, minutes)
        await rig.tick()
    rig.confirm()
    return rig


async def test_what_the_bank_has_told_is_held_when_the_books_ask_again_until_a_person_says() -> None:
    rig = await taken_back()
    await pass_days(rig, 3)
    assert (case(rig).state, because(case(rig)), reminders(rig)) == (State.OPEN, [Because.OWED_AGAIN], [])
    rig.order("resume", KEY)
    await pass_days(rig, 2)
    assert (case(rig).amount_due, len(reminders(rig))) == (Decimal(1200), 1)


async def test_books_that_show_it_again_close_what_they_had_asked_for_again() -> None:
    rig = await taken_back()
    books(rig, "1200.00", minutes=30)
    await pass_days(rig, 1)
    assert (case(rig).state, reminders(rig)) == (State.PAID, [])


async def test_what_has_come_back_is_owed_again_when_the_books_ask_for_it() -> None:
    rig = await opened()
    take(rig, money(wording="FA-2026-0001", on=TODAY - timedelta(days=2)))
    books(rig, "1200.00", 1)
    await rig.tick()
    take(rig, money("-1200.00", "VIR REJETE FA-2026-0001", returned=True, on=TODAY - timedelta(days=1)))
    books(rig, "0", 2)
    await rig.tick()
    assert case(rig).amount_due == Decimal(1200)


async def test_what_the_bank_has_told_stays_paid_under_another_due_date() -> None:
    rig = await opened()
    take(rig, money("700.00", "ACOMPTE FA-2026-0001"))
    books(rig, "1200.00")
    await go(rig)
    other = late(due=date(2026, 3, 20))
    rig.source.set(other, at=NOON + timedelta(minutes=2))
    await rig.tick()
    assert (case(rig, other.key).amount_due, because(case(rig, other.key))) == (Decimal(500), [Because.OWED_AGAIN])


async def test_only_what_no_bank_has_told_is_asked_for_again() -> None:
    rig = await opened()
    take(rig, money("500.00", "FA-2026-0001"))
    rig.order("paid", KEY, amount="700.00")
    await rig.tick()
    for minutes, paid in enumerate(("1200.00", "0"), start=1):
        books(rig, paid, minutes)
        await rig.tick()
    assert because(case(rig)) == [Because.OWED_AGAIN]
    assert case(rig).amount_due == Decimal("700.00")


async def test_a_transfer_that_was_taken_for_the_books_payment_is_remembered_when_they_take_theirs_back() -> None:
    rig = await opened()
    books(rig, "1200.00")
    await rig.tick()
    take(rig, money(wording="FA-2026-0001"))
    books(rig, "0", minutes=2)
    await go(rig)
    assert reminders(rig) == []
    assert case(rig).state is State.PAID or told(rig) == ["paid_differs"]


async def test_a_case_that_was_given_up_swallows_no_money() -> None:
    rig = await opened()
    rig.order("close", KEY)
    await rig.tick()
    take(rig, money(wording="VIR FA-2026-0001"))
    assert receipt(rig).fate is not Fate.SETTLED
