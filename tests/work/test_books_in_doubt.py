"""What the books say while a person still has something to read or to decide."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.work.play import KEY, answer, arrive, case, daemon, late, notes, pass_days, reminders, taken, words, written
from tests.work.rig import OWN, Rig, config, customer
from tests.work.test_orders_by_mail import lying_notes, order

from relancier.core.case import Because, State
from relancier.ports import Credit

OTHER = late("FA-2026-0002", due=date(2026, 3, 3))
PAID = replace(late(), paid=Decimal("1200.00"))


def because(rig: Rig) -> list[Because]:
    return [hold.because for hold in case(rig).holds]


# --- A payment is no answer -------------------------------------------------------------------------------------------


async def answered_and_paid() -> Rig:
    rig = daemon(late(), OTHER)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "Je paie celle-ci ; l'autre est contestée."))
    await rig.tick()
    rig.source.set(PAID, OTHER, at=rig.wake.now())
    await pass_days(rig, 10)
    return rig


async def test_a_payment_in_the_books_does_not_count_as_reading_the_reply() -> None:
    rig = await answered_and_paid()
    assert case(rig).unseen
    assert case(rig).needs_person
    assert taken(rig, OTHER.key) == []


async def test_the_other_invoices_go_on_once_a_person_has_read_it() -> None:
    rig = await answered_and_paid()
    rig.order("close", KEY)
    await pass_days(rig, 1)
    assert taken(rig, OTHER.key) != []


# --- Owed again -------------------------------------------------------------------------------------------------------


async def test_what_the_books_owe_again_is_held_and_told() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(PAID, at=rig.wake.now())
    await pass_days(rig, 1)
    assert case(rig).state is State.PAID
    rig.source.set(late(), at=rig.wake.now())  # the cheque came back
    await pass_days(rig, 30)
    assert case(rig).state is State.OPEN
    assert because(rig) == [Because.OWED_AGAIN]
    assert len(reminders(rig)) == 1
    (note,) = notes(rig, "held", "owed_again")
    assert dict(note.facts)["lines"] == "FA-2026-0001"


async def test_it_goes_on_once_a_person_has_looked() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(PAID, at=rig.wake.now())
    await pass_days(rig, 1)
    rig.source.set(late(), at=rig.wake.now())
    await pass_days(rig, 1)
    rig.order("resume", KEY)
    await pass_days(rig, 10)
    assert taken(rig) == ["reminder", "penalties"]


async def test_what_a_person_closed_stays_closed_however_the_books_go() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    rig.source.set(replace(late(), purpose="autre chose"), at=rig.wake.now())
    await pass_days(rig, 10)
    assert case(rig).state is State.PAID
    assert not notes(rig, "held", "owed_again")


OPEN_ITEMS = config(invoices={"missing": "paid"})


async def test_of_few_open_items_half_must_not_leave_unasked() -> None:
    both = late(), late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(*both, conf=OPEN_ITEMS)
    await rig.tick()
    rig.source.set(both[1], at=rig.wake.now())
    await rig.tick()
    assert case(rig).state is State.OPEN
    assert notes(rig, "stale", "books_shrunk")


async def test_an_open_item_that_comes_back_is_held_and_told() -> None:
    others = [late(f"FA-{number}", customer=customer(f"Client{number}")) for number in range(10, 13)]
    rig = daemon(late(), *others, conf=OPEN_ITEMS)
    await rig.tick()
    rig.source.set(*others, at=rig.wake.now())
    await pass_days(rig, 1)
    assert case(rig).state is State.PAID
    rig.source.set(late(), *others, at=rig.wake.now())
    await pass_days(rig, 1)
    assert because(rig) == [Because.OWED_AGAIN]
    assert notes(rig, "held", "owed_again")


async def test_an_open_item_that_a_person_closed_may_come_back_unasked() -> None:
    others = [late(f"FA-{number}", customer=customer(f"Client{number}")) for number in range(10, 13)]
    rig = daemon(late(), *others, conf=OPEN_ITEMS)
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    rig.source.set(*others, at=rig.wake.now())
    await pass_days(rig, 1)
    rig.source.set(late(), *others, at=rig.wake.now())
    await pass_days(rig, 1)
    assert case(rig).state is State.PAID
    assert not notes(rig, "held")


# --- Another code for the customer ------------------------------------------------------------------------------------


async def test_an_unread_reply_follows_the_customer_to_another_code() -> None:
    rig = daemon(late(), OTHER)
    await rig.tick()
    arrive(rig, answer(reminders(rig)[0], "contesté"))
    await rig.tick()
    rig.source.set(replace(OTHER, customer=customer("Dupont", id="C001")), at=rig.wake.now())
    await pass_days(rig, 10)
    assert taken(rig, OTHER.key) == []
    assert case(rig).invoice.customer.id == "C001"


# --- Credit -----------------------------------------------------------------------------------------------------------


def in_credit(rig: Rig, *credit: Credit) -> None:
    rig.source.credits = credit
    rig.source.touch(rig.wake.now())


NOTE = Credit("dupont", "AV-1002", Decimal("1200.00"))


async def test_a_credit_note_that_no_invoice_uses_holds_every_case_of_its_customer() -> None:
    other = late("FA-2026-0009", customer=customer("Martin"))
    rig = daemon(late(), OTHER, other)
    in_credit(rig, NOTE)
    await pass_days(rig, 10)
    assert taken(rig) == taken(rig, OTHER.key) == []
    assert because(rig) == [Because.CREDIT]
    assert taken(rig, other.key) == ["reminder", "penalties"]
    (note,) = notes(rig, "held", "credit")
    facts = dict(note.facts)
    assert facts["lines"] == "Dupont\N{NO-BREAK SPACE}: AV-1002 (1\N{NARROW NO-BREAK SPACE}200,00\N{NO-BREAK SPACE}€)"
    assert facts["command"] == "relancier resume --customer dupont"
    assert note.about == (KEY, OTHER.key)


async def test_in_english_it_is_written_in_english_and_several_customers_are_told_apart() -> None:
    rig = daemon(late(), late("FA-9", customer=customer("Martin", id="C 30")), conf=config(company={"language": "en"}))
    in_credit(rig, NOTE, Credit("C 30", "AV-2", Decimal("30.00"), "CHF"))
    await rig.tick()
    facts = dict(notes(rig, "held", "credit")[0].facts)
    lines = "Dupont: AV-1002 (€1,200.00)\nMartin (C 30): AV-2 (CHF\N{NO-BREAK SPACE}30.00)"
    assert (facts["lines"], facts["command"]) == (lines, "relancier resume --customer CUSTOMER")


async def test_a_customer_with_blanks_in_the_code_is_quoted_in_the_command() -> None:
    rig = daemon(late(customer=customer("Martin", id="C 30")))
    in_credit(rig, Credit("C 30", "AV-2", Decimal("30.00")))
    await rig.tick()
    assert dict(notes(rig, "held", "credit")[0].facts)["command"] == "relancier resume --customer 'C 30'"


async def test_an_answer_to_the_note_lets_them_go_on_and_the_message_names_the_credit() -> None:
    rig = daemon(late(), OTHER)
    in_credit(rig, replace(NOTE, amount=Decimal("200.00")))
    await pass_days(rig, 1)
    (note,) = lying_notes(rig, "held")
    assert "facture d'origine" in words(note.as_bytes())
    assert "reprendre FA-2026-0001 FA-2026-0002" in words(note.as_bytes())
    arrive(rig, order(note, "reprendre FA-2026-0001"), "Sent")
    await pass_days(rig, 1)
    assert (taken(rig), taken(rig, OTHER.key)) == (["reminder"], [])
    assert "avoir ou d'un trop-perçu de 200,00 €" in words(reminders(rig)[0].raw)


async def test_what_is_no_credit_any_more_is_named_in_no_message() -> None:
    rig = daemon(late())
    in_credit(rig, NOTE)
    await rig.tick()
    rig.order("resume", KEY)
    in_credit(rig)
    await pass_days(rig, 1)
    assert "avoir" not in words(reminders(rig)[0].raw)


async def test_the_notes_about_what_is_owed_again_take_an_order() -> None:
    rig = daemon(late())
    await rig.tick()
    rig.source.set(PAID, at=rig.wake.now())
    await pass_days(rig, 1)
    rig.source.set(late(), at=rig.wake.now())
    await pass_days(rig, 1)
    (note,) = lying_notes(rig, "held")
    facts = {"In_Reply_To": str(note["Message-ID"]), "to": OWN}
    arrive(rig, written(OWN, "Re: note", "reprendre", at=rig.wake.now(), **facts), "Sent")
    await pass_days(rig, 10)
    assert taken(rig) == ["reminder", "penalties"]


async def test_the_reminders_go_on_when_the_credit_is_used() -> None:
    rig = daemon(late())
    in_credit(rig, NOTE)
    await rig.tick()
    in_credit(rig)
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]


async def test_the_reminders_go_on_when_a_person_says_so_until_the_credit_changes() -> None:
    rig = daemon(late())
    in_credit(rig, NOTE)
    await rig.tick()
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert taken(rig) == ["reminder"]
    in_credit(rig, NOTE, replace(NOTE, number="AV-1003"))
    await pass_days(rig, 10)
    assert because(rig) == [Because.CREDIT]
    assert taken(rig) == ["reminder"]


async def test_a_few_cents_too_much_hold_nobody() -> None:
    rig = daemon(late())
    in_credit(rig, replace(NOTE, amount=Decimal("0.50")))
    await rig.tick()
    assert taken(rig) == ["reminder"]
