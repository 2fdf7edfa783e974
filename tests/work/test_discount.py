"""Discount for early payment (escompte), at the level of the whole day."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.work.paying import money, take
from tests.work.play import again, arrive, case, daemon, notes, pass_days, reminders, taken, words, written
from tests.work.rig import NOON, OWN, Rig, config, invoice

from relancier.core.case import Because, Kind, State

DUE = date(2026, 3, 20)
UNTIL = date(2026, 3, 9)  # a Monday
NUMBER = "FA-2026-0001"
KEY = f"{NUMBER}|{DUE}"
NET = Decimal("1176.00")


def agreed(**other: object) -> Rig:
    """A daemon on an invoice of 1200.00 of which 24.00 may be taken off until UNTIL."""
    return daemon(invoice(NUMBER, DUE, discount=Decimal(24), discount_until=UNTIL), **other)  # type: ignore[arg-type]


def shows(rig: Rig, paid: Decimal = NET) -> None:
    """The books show a payment now."""
    rig.source.set(*(replace(one, paid=paid) for one in rig.source.invoices), at=rig.wake.now())


async def to(rig: Rig, day: date) -> None:
    await rig.go(datetime(day.year, day.month, day.day, 9, tzinfo=NOON.tzinfo))


def details(rig: Rig, kind: Kind) -> list[str]:
    return [event.detail for event in rig.store.events(KEY) if event.kind is kind]


def answered(rig: Rig, line: str) -> None:
    """A colleague answers the note from the shared mailbox."""
    (note,) = notes(rig, "pause", "discount_late")
    arrive(rig, written(OWN, "Re: escompte", line, at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")


async def late_by_the_books() -> Rig:
    rig = agreed()
    await to(rig, date(2026, 3, 13))
    shows(rig)
    await to(rig, date(2026, 4, 2))
    return rig


async def test_what_the_books_show_two_banking_days_later_was_paid_in_time() -> None:
    rig = agreed()
    await to(rig, date(2026, 3, 11))
    shows(rig)
    await to(rig, date(2026, 5, 4))
    assert case(rig, KEY).state is State.PAID
    assert details(rig, Kind.PAID) == ["paid, less 24.00, the discount agreed until 2026-03-09"]
    assert taken(rig, KEY) == []
    assert notes(rig, "pause") == []


async def test_what_the_books_show_later_goes_to_a_person_once() -> None:
    rig = await late_by_the_books()
    one = case(rig, KEY)
    assert (one.state, [hold.because for hold in one.holds]) == (State.OPEN, [Because.DISCOUNT])
    assert one.needs_person == "24.00 was taken off, the discount agreed until 2026-03-09, but paid later"
    assert len(notes(rig, "pause", "discount_late")) == 1
    assert reminders(rig) == []
    await pass_days(again(rig), 5)
    assert len(notes(rig, "pause", "discount_late")) == 1


async def test_a_person_grants_the_discount() -> None:
    rig = await late_by_the_books()
    answered(rig, "payé")
    await pass_days(rig, 30)
    assert case(rig, KEY).state is State.PAID
    assert reminders(rig) == []


async def test_a_person_asks_for_the_rest() -> None:
    rig = await late_by_the_books()
    answered(rig, "reprendre")
    await pass_days(rig, 10)
    first = words(reminders(rig)[0].raw)
    assert "24,00 €" in first
    assert case(rig, KEY).amount_due == 24
    shows(rig, Decimal(1200))
    await pass_days(rig, 3)
    assert case(rig, KEY).state is State.PAID


@pytest.mark.parametrize(("on", "state"), [(UNTIL, State.PAID), (date(2026, 3, 10), State.OPEN)])
async def test_a_statement_knows_the_day(on: date, state: State) -> None:
    rig = agreed()
    await to(rig, date(2026, 3, 16))
    take(rig, money("1176.00", f"VIR {NUMBER} ESCOMPTE 24,00", on=on))
    await to(rig, date(2026, 4, 13))
    assert case(rig, KEY).state is state
    assert len(notes(rig, "pause", "discount_late")) == (state is State.OPEN)
    assert taken(rig, KEY) == []


async def test_a_person_who_tells_the_payment_tells_its_day() -> None:
    rig = agreed()
    await to(rig, date(2026, 3, 16))
    rig.order("paid", KEY, on=UNTIL, amount="1176")
    await pass_days(rig, 1)
    assert case(rig, KEY).state is State.PAID


async def test_books_that_follow_the_statement_ask_for_nothing_again() -> None:
    rig = agreed()
    await to(rig, date(2026, 3, 10))
    take(rig, money("1176.00", NUMBER, on=UNTIL))
    await to(rig, date(2026, 3, 24))
    shows(rig)
    await to(rig, date(2026, 5, 4))
    assert (case(rig, KEY).state, case(rig, KEY).holds) == (State.PAID, ())


async def test_a_payment_that_the_books_take_back_is_owed_again() -> None:
    rig = agreed()
    shows(rig)
    await pass_days(rig, 2)
    assert case(rig, KEY).state is State.PAID
    shows(rig, Decimal(0))
    await pass_days(rig, 2)
    assert [hold.because for hold in case(rig, KEY).holds] == [Because.OWED_AGAIN]


async def test_another_part_payment_is_no_discount() -> None:
    rig = agreed()
    shows(rig, Decimal(1100))
    await to(rig, date(2026, 4, 2))
    assert case(rig, KEY).state is State.OPEN
    assert "100,00 €" in words(reminders(rig)[-1].raw)


async def test_the_notification_offers_the_discount_up_to_its_day_and_nothing_else_does() -> None:
    rig = daemon(invoice(NUMBER, date(2026, 3, 4), discount=Decimal(24), discount_until=date(2026, 3, 3)))
    await to(rig, date(2026, 3, 20))
    first, *others = [words(sent.raw) for sent in reminders(rig)]
    offer = "Un escompte de 24,00 € est convenu pour la facture FA-2026-0001 si votre règlement nous parvient au plus"
    assert offer in first
    assert "3 mars 2026" in first
    assert others
    assert not any("escompte" in text for text in others)


async def test_once_the_day_has_passed_nothing_is_offered() -> None:
    rig = daemon(invoice(NUMBER, date(2026, 3, 4), discount=Decimal(24), discount_until=date(2026, 3, 1)))
    await to(rig, date(2026, 3, 4))
    (first,) = [words(sent.raw) for sent in reminders(rig)]
    assert "escompte" not in first


async def test_thanks_name_what_was_received() -> None:
    rig = daemon(
        invoice(NUMBER, date(2026, 2, 27), discount=Decimal(24), discount_until=date(2026, 3, 9)),
        conf=config(sending={"thank_you": True, "per_minute": 1000, "per_hour": 10000}),
    )
    await pass_days(rig, 1)
    shows(rig)
    await pass_days(rig, 3)
    assert taken(rig, f"{NUMBER}|2026-02-27")[-1] == "thank-you"
    assert "1 176,00 €" in words(reminders(rig)[-1].raw)


async def test_what_was_settled_by_a_discount_is_purged_in_time_and_not_opened_again() -> None:
    rig = agreed()
    shows(rig)
    await pass_days(rig, 1)
    for _ in range(2):
        rig.wake._now = rig.wake.now() + timedelta(days=1830)
        rig.source.touch(rig.wake.now())
        await rig.tick()
        assert rig.store.case(KEY) is None
