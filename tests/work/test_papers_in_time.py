"""When mailed papers are read, and which: in the order they were written, after the books, before each send."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.statements.make import camt
from tests.work.carrying import CLIENT, DUE, mailed, page, reading, sent
from tests.work.play import arrive, box, case, late, notes, parsed, reminders
from tests.work.rig import NOON, OWN, MemorySource, Rig, config

from relancier.adapters.memory_mailbox import Kept
from relancier.adapters.statements import BankStatements
from relancier.core.case import Origin, State
from relancier.core.outbox import Status
from relancier.core.paid.statement import Movement, Statement
from relancier.work.orders.obey import apply_orders

KEY = f"FA-2026-0100|{DUE}"
IBAN = "FR7630006000011234567890189"


def credit_note() -> bytes:
    return page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0100"], parts=[])


async def test_a_credit_note_filed_before_its_invoice_counts_all_the_same() -> None:
    rig = reading()
    mailed(rig, credit_note(), at=NOON + timedelta(hours=1))
    mailed(rig, page(), at=NOON)
    await rig.tick()
    assert case(rig, KEY).state is State.CLOSED


async def test_what_lies_under_the_number_of_a_message_now_is_not_taken_for_it() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    await rig.tick()
    mailed(rig, page(issued="2026-03-01"))
    await rig.parts.intake.start_tick()
    await rig.parts.intake.run(rig.now)
    other = sent(page("FA-2026-0666", issued="2026-03-01"), sender="escroc@elsewhere.test")
    box(rig).boxes["Sent"].messages[1] = Kept(other, frozenset(), NOON.date())
    await rig.tick()
    assert [one.invoice.number for one in rig.store.all_cases()] == ["FA-2026-0001"]
    assert rig.store.attachments_wanted() == []


async def test_an_invoice_that_has_left_the_books_long_ago_opens_nothing_on_the_first_day() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    mailed(rig, page(), at=NOON - timedelta(days=10))
    await rig.tick()
    await rig.tick()
    assert [one.invoice.number for one in rig.store.all_cases()] == ["FA-2026-0001"]
    assert notes(rig, "note-missing") == []


async def test_data_without_a_due_date_gives_thread_and_pdf_to_the_case_of_the_books() -> None:
    rig = reading(config(), source=MemorySource([late("FA-2026-0100", DUE)]))
    await rig.tick()
    raw = mailed(rig, page(parts=[]))
    await rig.tick()
    found = case(rig, KEY)
    assert (found.invoice.origin, found.thread) == (Origin.BOOKS, (str(parsed(raw)["Message-ID"]),))
    assert rig.store.blob(found.invoice.pdf.removeprefix("blob:")) == page(parts=[])
    assert notes(rig, "note-offer") == []


async def test_a_page_that_tells_another_total_is_not_attached_to_the_case_of_the_books() -> None:
    rig = reading(config(), source=MemorySource([late("FA-2026-0100", DUE)]))
    await rig.tick()
    mailed(rig, page(parts=[], total="900.00"))
    await rig.tick()
    assert case(rig, KEY).invoice.pdf == ""


async def test_an_xml_file_opens_the_case_and_the_page_beside_it_is_attached() -> None:
    rig = reading()
    data = page().removeprefix(b"%PDF-1.7 ")
    mailed(rig, ("cgv.pdf", b"%PDF-1.7 conditions"), ("FA-2026-0100.pdf", b"%PDF-1.7 the page"), ("data.xml", data))
    await rig.tick()
    found = case(rig, KEY)
    assert rig.store.blob(found.invoice.pdf.removeprefix("blob:")) == b"%PDF-1.7 the page"


async def test_of_the_same_invoice_in_two_files_the_data_counts() -> None:
    rig = reading()
    read_text = page(exact=False, total="12.00", parts=[[DUE.isoformat(), "12.00"]])
    mailed(rig, read_text, ("data.xml", page().removeprefix(b"%PDF-1.7 ")))
    await rig.tick()
    found = case(rig, KEY)
    assert found.amount_due == Decimal("1200.00")
    assert rig.store.blob(found.invoice.pdf.removeprefix("blob:")) == read_text
    assert notes(rig, "note-offer") == []


async def test_what_lies_in_junk_is_not_even_read() -> None:
    rig = reading()
    mailed(rig, page(), folder="Junk", sender="escroc@elsewhere.test")
    await rig.tick()
    assert rig.store.offers() == []
    assert rig.holder.setup.papers.read_names == []  # type: ignore[attr-defined]


async def test_what_a_customer_sends_about_a_case_is_a_reply_and_no_offer() -> None:
    rig = reading()
    mailed(rig, page())
    await rig.tick()
    arrive(rig, sent(page("FA-2026-0300"), sender=CLIENT, to=OWN, subject="Votre facture FA-2026-0100"))
    await rig.tick()
    assert rig.store.offers() == []
    assert case(rig, KEY).unseen


def with_a_bank(rig: Rig) -> Rig:
    rig.holder.setup = replace(rig.holder.setup, statements=BankStatements())
    return rig


async def test_a_statement_that_comes_between_decision_and_sending_stops_the_reminder() -> None:
    rig = with_a_bank(reading(config(), source=MemorySource([late()])))
    await rig.parts.intake.start_tick()
    await rig.parts.intake.run(rig.now)
    await rig.parts.papers.run(rig.now)
    apply_orders(rig.store, rig.parts.setup(), rig.now)
    rig.parts.escalate.run(rig.now)
    assert len(rig.store.entries(Status.QUEUED)) == 1
    money = Movement(account=IBAN, on=date(2026, 2, 27), amount=Decimal("1200.00"), wording="FA-2026-0001")
    releve = camt(Statement(account=IBAN, since=date(2026, 2, 1), until=date(2026, 3, 1), movements=(money,)))
    mailed(rig, ("releve.xml", releve), to=OWN)
    await rig.parts.deliver.run()
    assert reminders(rig) == []
    assert case(rig, "FA-2026-0001|2026-02-27").state is State.PAID


HALF = b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'


@pytest.mark.parametrize("broken", [b"<Document>", HALF])
async def test_a_broken_statement_is_told_and_stops_nothing_else(broken: bytes) -> None:
    rig = with_a_bank(reading())
    mailed(rig, ("releve.xml", broken), page(), to=f"{CLIENT}, {OWN}")
    await rig.tick()
    assert case(rig, KEY).state is State.OPEN
    assert rig.store.attachments_wanted() == []


async def test_a_message_too_large_to_be_read_is_told_once() -> None:
    rig = reading()
    mailed(rig, ("annexe.pdf", b"%PDF-1.7 " + b"x" * 26_000_000))
    await rig.tick()
    await rig.tick()
    assert len(notes(rig, "note-unread")) == 1
    assert rig.store.attachments_wanted() == []
