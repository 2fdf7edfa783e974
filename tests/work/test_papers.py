"""Invoices found in Sent: a case of its own, exact, in that message's thread, once; nothing else opens one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.work.carrying import CLIENT, DUE, SIREN, mailed, no_books, page, reading, sent
from tests.work.play import arrive, box, case, late, notes, parsed, pass_days, reminders
from tests.work.rig import MANAGER, NOON, OWN, MemorySource, config, customer

from relancier.core.case import Because, Contact, Kind, Origin, Role, State

KEY = f"FA-2026-0100|{DUE}"


def message_id(raw: bytes) -> str:
    return str(parsed(raw)["Message-ID"])


async def test_an_invoice_mailed_from_the_mailbox_opens_its_case_with_its_own_data() -> None:
    rig = reading()
    raw = mailed(rig, page(purpose="Pose de luminaires", delivered="2026-02-18"))
    await rig.tick()
    found = case(rig, KEY)
    invoice = found.invoice
    assert (invoice.amount, invoice.amount_due, invoice.due) == (Decimal("1200.00"), Decimal("1200.00"), DUE)
    assert (invoice.issued, invoice.delivered, invoice.purpose) == (
        date(2026, 2, 20),
        date(2026, 2, 18),
        "Pose de luminaires",
    )
    assert invoice.origin is Origin.MAIL
    assert invoice.known_on == date(2026, 2, 20)
    assert invoice.customer.name == "Moulins Dupré"
    assert invoice.customer.contacts == (Contact(Role.ACCOUNTING, CLIENT, "Alice Petit"),)
    assert invoice.customer.professional
    assert found.thread == (message_id(raw),)
    assert rig.store.attachments_wanted() == []
    assert rig.store.blob(invoice.pdf.removeprefix("blob:")) == page(
        purpose="Pose de luminaires", delivered="2026-02-18"
    )


async def test_its_reminder_goes_into_that_thread_with_the_pdf() -> None:
    rig = reading()
    raw = mailed(rig, page())
    await rig.go(rig.now + timedelta(days=18))
    (first,) = [parsed(one.raw) for one in reminders(rig)]
    assert first["To"] == CLIENT
    assert first["In-Reply-To"] == message_id(raw)
    assert message_id(raw) in first["References"]
    assert "FA-2026-0100" in first["Subject"]
    assert [
        part.get_content() for part in first.iter_attachments() if part.get_content_type() == "application/pdf"
    ] == [page()]


async def test_the_same_message_twice_opens_it_once() -> None:
    rig = reading()
    raw = mailed(rig, page())
    await rig.tick()
    events = len(rig.store.events(KEY))
    arrive(rig, raw, "Sent")
    await rig.tick()
    assert len(rig.store.events(KEY)) == events


async def test_a_second_mail_of_it_only_joins_the_thread() -> None:
    rig = reading()
    first = mailed(rig, page())
    await rig.tick()
    second = mailed(rig, page())
    await rig.tick()
    assert case(rig, KEY).thread == (message_id(first), message_id(second))
    assert case(rig, KEY).state is State.OPEN
    assert len(list(rig.store.all_cases())) == 1
    assert notes(rig, "note-offer") == []


async def test_another_total_under_the_same_number_is_held_and_overwrites_nothing() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    mailed(rig, page(total="1500.00"))
    await rig.tick()
    assert case(rig, KEY).holds
    assert case(rig, KEY).invoice.amount == Decimal("1200.00")
    assert notes(rig, "note-held")


async def test_a_number_with_other_separators_is_the_same_invoice() -> None:
    rig = reading()
    mailed(rig, page("FA-2026-0100"))
    await rig.tick()
    mailed(rig, page("FA20260100"))
    await rig.tick()
    assert [one.invoice.number for one in rig.store.all_cases()] == ["FA-2026-0100"]
    assert len(case(rig, KEY).thread) == 2


async def test_the_mail_of_another_invoice_is_no_part_of_the_thread() -> None:
    rig = reading()
    first = mailed(rig, page())
    await rig.tick()
    second = mailed(rig, page(number="FA-2026-0101"))
    await rig.tick()
    assert case(rig, KEY).thread == (message_id(first),)
    assert case(rig, f"FA-2026-0101|{DUE}").thread == (message_id(second),)


async def test_an_invoice_due_in_parts_is_as_many_cases() -> None:
    rig = reading()
    mailed(rig, page(parts=[["2026-03-20", "400.00"], ["2026-04-20", "800.00"]]))
    await rig.tick()
    dues = {one.invoice.due: one.invoice.amount_due for one in rig.store.all_cases()}
    assert dues == {date(2026, 3, 20): Decimal("400.00"), date(2026, 4, 20): Decimal("800.00")}


async def test_what_was_paid_before_is_not_asked_for() -> None:
    rig = reading()
    mailed(rig, page(prepaid="200.00", parts=[[DUE.isoformat(), "1000.00"]]))
    await rig.tick()
    invoice = case(rig, KEY).invoice
    assert (invoice.amount, invoice.deposit, invoice.amount_due) == (
        Decimal("1200.00"),
        Decimal("200.00"),
        Decimal("1000.00"),
    )


async def test_one_paid_by_direct_debit_is_not_reminded() -> None:
    rig = reading()
    mailed(rig, page(means="59"))
    await rig.go(rig.now + timedelta(days=60))
    assert case(rig, KEY).invoice.payment_method == "prélèvement SEPA"
    assert reminders(rig) == []


async def test_who_has_no_identifier_counts_as_a_consumer_and_the_history_says_so() -> None:
    rig = reading()
    mailed(rig, page(buyer_ids=[]))
    await rig.tick()
    assert not case(rig, KEY).invoice.customer.professional
    assert any("consumer" in event.detail for event in rig.store.events(KEY))


# --- Whose it is ---


@pytest.mark.parametrize(
    ("other", "opens"),
    [
        ({"seller_ids": [SIREN]}, True),
        ({"seller_ids": [f"{SIREN}00011"], "seller": "Lumen"}, True),
        ({"seller_ids": [f"FR32{SIREN}"], "seller": "Lumen"}, True),
        ({"seller_ids": ["111111118"]}, False),
        ({"seller": "ATELIER LUMEN SAS"}, True),
        ({"seller": "Électricité du Nord"}, False),
        ({"seller": ""}, False),
    ],
)
async def test_only_our_own_invoices_open_cases(other: dict[str, Any], opens: bool) -> None:
    rig = reading(no_books(company={"siren": SIREN}))
    mailed(rig, page(**other))
    await rig.tick()
    assert bool(list(rig.store.all_cases())) is opens
    assert notes(rig, "note-offer") == []


async def test_a_known_customer_keeps_its_contacts() -> None:
    known = replace(customer("Moulins Dupré"), id="C042", contacts=(Contact(Role.ACCOUNTING, "autre@moulins.test"),))
    rig = reading(config(), source=MemorySource([late(customer=known)]))
    await rig.tick()
    mailed(rig, page(issued="2026-03-01"))
    await rig.tick()
    assert case(rig, KEY).invoice.customer == known


async def test_a_customer_known_by_address_alone_is_the_same_one() -> None:
    known = replace(customer(), contacts=(Contact(Role.ACCOUNTING, CLIENT),))
    rig = reading(config(), source=MemorySource([late(customer=known)]))
    await rig.tick()
    mailed(rig, page(buyer="", issued="2026-03-01"))
    await rig.tick()
    assert case(rig, KEY).invoice.customer.id == "dupont"


async def test_an_invoice_of_the_books_keeps_their_figures_and_gains_thread_and_pdf() -> None:
    rig = reading(config(), source=MemorySource([late("FA-2026-0100", DUE, amount=Decimal("900.00"))]))
    await rig.tick()
    raw = mailed(rig, page())
    await rig.tick()
    found = case(rig, KEY)
    assert (found.invoice.amount, found.invoice.origin) == (Decimal("900.00"), Origin.BOOKS)
    assert found.thread == (message_id(raw),)
    assert found.invoice.pdf.startswith("blob:")
    assert rig.store.blob(found.invoice.pdf.removeprefix("blob:")) == page()


async def test_the_first_reading_of_the_books_comes_before_that_of_sent() -> None:
    rig = reading(config(), source=MemorySource([late("FA-2026-0100", DUE, amount=Decimal("900.00"))]))
    mailed(rig, page())
    await rig.tick()
    await rig.tick()
    assert case(rig, KEY).invoice.amount == Decimal("900.00")


# --- What opens nothing ---


@pytest.mark.parametrize("to", [OWN, MANAGER, "Paul <paul@lumen.test>"])
async def test_what_went_to_our_own_people_only_is_no_customers_invoice(to: str) -> None:
    rig = reading()
    mailed(rig, page(), to=to)
    await rig.tick()
    assert list(rig.store.all_cases()) == []


async def test_a_proforma_or_one_that_is_paid_is_not_chased() -> None:
    rig = reading()
    mailed(rig, page(kind="proforma"))
    mailed(rig, page("FA-2026-0101", prepaid="1200.00", parts=[]))
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert notes(rig, "note-offer") == []


@pytest.mark.parametrize("folder", ["INBOX", "Archive"])
async def test_an_invoice_that_came_in_by_mail_opens_nothing(folder: str) -> None:
    rig = reading()
    box(rig).create("Archive")
    mailed(rig, page(), folder=folder, sender="escroc@elsewhere.test")
    mailed(
        rig, page("FA-2026-0101"), folder=folder, Received="from x by mx.lumen.test with ESMTP id 1; Mon, 2 Mar 2026"
    )
    await rig.tick()
    assert list(rig.store.all_cases()) == []


async def test_what_a_server_brought_into_sent_from_outside_opens_nothing() -> None:
    rig = reading()
    mailed(rig, page(), Received="from x by mx.lumen.test with ESMTP id 1; Mon, 2 Mar 2026 09:00:00 +0100")
    await rig.tick()
    assert list(rig.store.all_cases()) == []


async def test_without_from_sent_nothing_is_read() -> None:
    rig = reading(no_books(invoices={"file": "", "from_sent": False}))
    mailed(rig, page())
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert rig.store.attachments_wanted() == []


async def test_hostile_files_stop_only_themselves() -> None:
    rig = reading()
    mailed(rig, b"%PDF-1.7 refused: it nests too deep", ("facture.xml", b"<"), page(), subject="Facture FA-2026-0100")
    await rig.tick()
    assert case(rig, KEY).invoice.amount == Decimal("1200.00")
    assert notes(rig, "note-unread")


async def test_a_message_that_was_deleted_meanwhile_is_let_go() -> None:
    rig = reading(config())
    mailed(rig, page())
    await rig.parts.intake.start_tick()
    await rig.parts.intake.run(rig.now)
    box(rig).delete("Sent", 1)
    await rig.tick()
    await rig.tick()
    assert rig.store.attachments_wanted() == []
    assert list(rig.store.all_cases()) == []


async def test_one_that_a_colleague_moved_is_read_where_it_is_found() -> None:
    rig = reading(config())
    box(rig).create("Clients")
    mailed(rig, page(issued="2026-03-01"))
    await rig.parts.intake.start_tick()
    await rig.parts.intake.run(rig.now)
    box(rig).move(1, "Sent", "Clients")
    await rig.tick()
    await rig.tick()
    assert case(rig, KEY)


async def test_a_reading_that_fails_three_times_is_told_and_left_at_that() -> None:
    rig = reading()
    papers = rig.holder.setup.papers
    papers.failing = ValueError  # type: ignore[attr-defined]
    mailed(rig, page())
    for _ in range(4):
        await rig.tick()
    assert len(papers.read_names) == 3  # type: ignore[attr-defined]
    assert len(notes(rig, "note-unread")) == 1
    assert rig.store.attachments_wanted() == []


# --- Mail that was there before ---


async def test_a_customers_answer_from_before_the_case_holds_it() -> None:
    rig = reading()
    raw = mailed(rig, page())
    arrive(rig, sent(to=OWN, sender=CLIENT, subject="Re: Votre facture", In_Reply_To=message_id(raw)))
    await rig.tick()
    await rig.tick()
    found = case(rig, KEY)
    assert found.holds or found.unseen
    await rig.go(rig.now + timedelta(days=30))
    assert reminders(rig) == []


# --- Credit notes ---


async def test_a_credit_note_of_the_whole_closes_the_case() -> None:
    rig = reading()
    mailed(rig, page())
    mailed(
        rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[]), at=NOON + timedelta(hours=1)
    )
    await rig.tick()
    found = case(rig, KEY)
    assert found.state is State.CLOSED
    assert found.amount_due == 0
    assert any(event.detail == "cancelled by credit note AV-2026-0001" for event in rig.store.events(KEY))


async def test_a_credit_note_of_a_part_reduces_it_once() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    note = page("AV-2026-0001", total="200.00", kind="credit_note", credits=["FA 2026 0100"], parts=[])
    mailed(rig, note)
    mailed(rig, note)
    await rig.tick()
    assert case(rig, KEY).amount_due == Decimal("1000.00")
    assert case(rig, KEY).state is State.OPEN


async def test_a_credit_note_that_names_nothing_holds_the_customers_cases() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    mailed(rig, page("AV-2026-0001", total="200.00", kind="credit_note", parts=[]))
    await rig.tick()
    assert [hold.because for hold in case(rig, KEY).holds] == [Because.CREDIT]
    assert notes(rig, "note-held", "credit")


async def test_a_credit_note_for_the_books_own_case_holds_it_until_a_person_has_looked() -> None:
    rig = reading(config(), source=MemorySource([late("FA-2026-0100", DUE)]))
    await rig.tick()
    mailed(rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[]))
    await rig.tick()
    await pass_days(rig, 20)
    assert [hold.because for hold in case(rig, KEY).holds] == [Because.CREDIT]
    assert case(rig, KEY).amount_due == Decimal("1200.00")
    assert reminders(rig) == []
    rig.order("resume", KEY)
    await rig.tick()
    assert case(rig, KEY).holds == ()


async def test_a_credit_note_that_came_in_by_mail_changes_nothing() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    mailed(
        rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[]),
        folder="INBOX", sender="escroc@elsewhere.test", subject="Bonjour",
    )  # fmt: skip
    await rig.tick()
    assert case(rig, KEY).amount_due == Decimal("1200.00")
    assert [event.kind for event in rig.store.events(KEY)].count(Kind.CHANGED) == 0


async def test_a_credit_note_that_was_only_shown_to_a_colleague_holds_what_it_names() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    mailed(rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[]), to=MANAGER)
    await rig.tick()
    assert case(rig, KEY).amount_due == Decimal("1200.00")
    assert [hold.because for hold in case(rig, KEY).holds] == [Because.CREDIT]


async def test_what_a_credit_note_leaves_over_holds_the_customers_other_cases() -> None:
    rig = reading()
    mailed(rig, page())
    mailed(rig, page("FA-2026-0101"))
    await rig.tick()
    mailed(rig, page("AV-2026-0001", total="1500.00", kind="credit_note", credits=["FA-2026-0100"], parts=[]))
    await rig.tick()
    assert case(rig, KEY).state is State.CLOSED
    other = case(rig, f"FA-2026-0101|{DUE}")
    assert (other.amount_due, [hold.because for hold in other.holds]) == (Decimal("1200.00"), [Because.CREDIT])


async def test_a_credit_note_for_what_is_paid_holds_the_customers_other_cases() -> None:
    rig = reading()
    mailed(rig, page())
    mailed(rig, page("FA-2026-0101"))
    await rig.tick()
    rig.order("paid", KEY)
    await rig.tick()
    mailed(rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[]))
    await rig.tick()
    assert [hold.because for hold in case(rig, f"FA-2026-0101|{DUE}").holds] == [Because.CREDIT]
