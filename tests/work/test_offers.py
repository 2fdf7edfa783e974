"""Invoices that open nothing by themselves: a person is asked once, and their order takes them up or not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.work.carrying import CLIENT, DUE, mailed, no_books, page, reading, sent
from tests.work.play import arrive, box, case, late, notes, parsed, pass_days, reminders, words
from tests.work.rig import MANAGER, OWN, MemorySource, Rig, config

from relancier.core.case import Origin
from relancier.core.outbox import Status
from relancier.core.stored import Order

KEY = f"FA-2026-0100|{DUE}"
SOFTWARE = "factures@logiciel.test"
FROM_OUTSIDE = "from mx.logiciel.test by mx.lumen.test with ESMTPS id 1; Mon, 2 Mar 2026 09:00:00 +0100"


def dictate(rig: Rig, line: str, *, folder: str = "Sent", sender: str = OWN, which: int = -1, **headers: str) -> None:
    """A colleague answers the note about an offer."""
    note = notes(rig, "note-offer")[which]
    order = sent(to=OWN, sender=sender, subject="RE: facture à suivre ?", at=rig.wake.now(),
                 In_Reply_To=note.message_id, **headers)  # fmt: skip
    message = parsed(order)
    body = message.get_body()
    assert body is not None
    body.set_content(line)
    arrive(rig, message.as_bytes(), folder)


def asked(rig: Rig) -> list[str]:
    return [dict(note.facts)["reason"] for note in notes(rig, "note-offer")]


def note_text(rig: Rig) -> str:
    return next(words(raw) for raw in box(rig).raws("INBOX") if "facture à suivre" in str(parsed(raw)["Subject"]))


def copied(rig: Rig, *files: bytes, to: str = f"{CLIENT}, {OWN}", **other: str) -> bytes:
    """What a program sent to the customer, with the mailbox in copy."""
    return mailed(rig, *files, folder="INBOX", sender=SOFTWARE, to=to, Received=FROM_OUTSIDE, **other)


# --- What is offered ---


async def test_what_came_in_by_mail_is_offered_and_waits_for_a_person() -> None:
    rig = reading()
    copied(rig, page())
    await rig.go(rig.now + timedelta(days=40))
    assert asked(rig) == ["offer_mail"]
    assert list(rig.store.all_cases()) == []
    assert reminders(rig) == []
    told = note_text(rig)
    assert "FA-2026-0100" in told
    assert "1 200,00 €" in told.replace("\u202f", " ").replace("\xa0", " ")
    assert "ouvrir" in told
    assert "ignorer" in told


@pytest.mark.parametrize(
    ("paper", "mail", "reason", "line"),
    [
        ({"exact": False}, {}, "offer_data", "ouvrir"),
        ({"exact": False, "seller": ""}, {}, "offer_data", "ouvrir"),
        ({"parts": []}, {}, "offer_due", "ouvrir échéance JJ/MM/AAAA"),
        ({}, {"subject": "TR: Votre facture"}, "offer_forwarded", "ouvrir"),
        ({"credits": ["FA-2026-0099"]}, {}, "offer_replaces", "ouvrir"),
        ({"issued": "2025-06-01", "parts": [["2025-07-01", "1200.00"]]}, {}, "offer_copy", "ouvrir"),
        ({"parts": [["2026-03-20", "1000.00"]]}, {}, "offer_sum", "ouvrir"),
    ],
)
async def test_what_is_not_certain_in_sent_is_offered(
    paper: dict[str, Any], mail: dict[str, Any], reason: str, line: str
) -> None:
    rig = reading()
    mailed(rig, page(**paper), **mail)
    await rig.tick()
    assert asked(rig) == [reason]
    assert list(rig.store.all_cases()) == []
    assert f"- {line} " in f"{' '.join(note_text(rig).split())} "


@pytest.mark.parametrize(
    "paper", [{"seller": "Électricité du Nord"}, {"seller": "", "exact": False}, {"kind": "proforma"}]
)
async def test_what_a_supplier_mails_us_is_not_offered(paper: dict[str, object]) -> None:
    rig = reading()
    copied(rig, page(**paper), to=OWN)  # type: ignore[arg-type]
    await rig.tick()
    assert asked(rig) == []
    assert rig.store.offers() == []


async def test_the_same_invoice_is_offered_once() -> None:
    rig = reading()
    copied(rig, page())
    copied(rig, page())
    await rig.tick()
    assert len(notes(rig, "note-offer")) == 1


async def test_a_flood_of_forged_invoices_writes_few_notes() -> None:
    rig = reading()
    for number in range(15):
        copied(rig, page(f"FA-2026-{number:04}"))
    await rig.tick()
    await rig.tick()
    assert len(notes(rig, "note-offer")) == 10


async def test_with_books_nobody_is_asked_about_what_they_list_soon() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    await rig.tick()
    copied(rig, page(issued="2026-03-01"))
    await rig.tick()
    rig.source.set(late(), late("FA-2026-0100", DUE), at=rig.wake.now())
    await pass_days(rig, 3)
    assert [note.status for note in notes(rig, "note-offer")] == [Status.CANCELLED]
    assert rig.store.offers() == []


async def test_with_books_a_person_is_asked_about_what_they_do_not_list() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    await rig.tick()
    copied(rig, page(issued="2026-03-01"))
    await pass_days(rig, 3)
    assert [note.status for note in notes(rig, "note-offer")] == [Status.SENT]


async def test_the_copy_in_sent_settles_what_a_copy_elsewhere_offered() -> None:
    rig = reading()
    raw = sent(page())
    arrive(rig, raw)
    await rig.tick()
    assert rig.store.offers()
    arrive(rig, raw, "Sent")
    await rig.tick()
    await rig.tick()
    assert case(rig, KEY).invoice.origin is Origin.MAIL
    assert rig.store.offers() == []
    assert [note.status for note in notes(rig, "note-offer")] == [Status.CANCELLED]


# --- What a person orders ---


async def test_a_person_takes_it_up_by_mail() -> None:
    rig = reading()
    raw = copied(rig, page())
    await rig.tick()
    dictate(rig, "ouvrir")
    await rig.tick()
    found = case(rig, KEY)
    assert found.invoice.amount_due == Decimal("1200.00")
    assert [one.email for one in found.invoice.customer.contacts] == [CLIENT]
    assert found.thread == (str(parsed(raw)["Message-ID"]),)
    assert rig.store.blob(found.invoice.pdf.removeprefix("blob:")) == page()
    assert rig.store.offers() == []
    assert notes(rig, "note-order") == []


async def test_what_is_missing_is_named_with_the_order() -> None:
    rig = reading()
    copied(rig, page(parts=[]), to=OWN)
    await rig.tick()
    dictate(rig, "ouvrir échéance 31/12/2026 facturation@moulins.test")
    await rig.tick()
    found = case(rig, "FA-2026-0100|2026-12-31")
    assert found.invoice.amount_due == Decimal("1200.00")
    assert [one.email for one in found.invoice.customer.contacts] == ["facturation@moulins.test"]
    assert found.thread == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ouvrir", "order_open_due"),
        ("ouvrir échéance JJ/MM/AAAA", "order_date"),
        ("ouvrir échéance 31/12/2026", "order_open_to"),
        (f"ouvrir échéance 31/12/2026 {OWN}", "order_open_to"),
        ("ouvrir échéance 31/12/2026 a@b.test c@d.test", "order_contact"),
        ("ouvrir échéance 31/12/2026 sauf si elle est payée", "order_rest"),
        ("ignorer pas encore", "order_rest"),
    ],
)
async def test_an_order_that_lacks_something_changes_nothing(line: str, reason: str) -> None:
    rig = reading()
    copied(rig, page(parts=[]), to=OWN)
    await rig.tick()
    dictate(rig, line)
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert [dict(note.facts)["reason"] for note in notes(rig, "note-order")] == [reason]
    assert rig.store.offers()


async def test_what_is_ignored_is_not_offered_again() -> None:
    rig = reading()
    copied(rig, page())
    await rig.tick()
    dictate(rig, "ignorer")
    copied(rig, page())
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert rig.store.offers() == []
    assert len(notes(rig, "note-offer")) == 1
    dictate(rig, "ouvrir")
    await rig.tick()
    assert [dict(note.facts)["reason"] for note in notes(rig, "note-order")] == ["order_no_offer"]


async def test_of_what_is_ignored_nothing_of_the_customer_is_kept() -> None:
    rig = reading()
    copied(rig, page())
    await rig.tick()
    (one,) = rig.store.offers()
    dictate(rig, "ignorer")
    await rig.tick()
    kept = rig.store.offer(one.id)
    assert kept is not None
    assert (kept.settled, kept.invoice.buyer, kept.name) == (True, "", "")
    assert rig.store.blob(one.blob) is None


async def test_an_order_from_outside_takes_nothing_up() -> None:
    rig = reading()
    copied(rig, page())
    await rig.tick()
    dictate(rig, "ouvrir", folder="INBOX", Received=FROM_OUTSIDE)
    dictate(rig, "ouvrir", folder="INBOX", sender="escroc@elsewhere.test", Received=FROM_OUTSIDE)
    dictate(rig, "ouvrir", sender=MANAGER, Received=FROM_OUTSIDE)
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert rig.store.offers()


async def test_the_order_in_answer_to_another_note_says_that_it_offers_nothing() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    await rig.tick()
    arrive(rig, sent(to=OWN, sender="compta@dupont.test", subject="Votre facture FA-2026-0001"))
    await rig.tick()
    (note,) = notes(rig, "note-reply")
    message = parsed(sent(to=OWN, subject="RE", In_Reply_To=note.message_id, at=rig.wake.now()))
    body = message.get_body()
    assert body is not None
    body.set_content("ouvrir")
    arrive(rig, message.as_bytes(), "Sent")
    await rig.tick()
    assert [dict(one.facts)["reason"] for one in notes(rig, "note-order")] == ["order_no_offer"]


async def test_a_command_takes_it_up() -> None:
    rig = reading()
    copied(rig, page())
    await rig.tick()
    (one,) = rig.store.offers()
    order = Order(id="open-1", word="open", at=rig.wake.now(), keys=(one.id,), on=date(2026, 4, 30))
    rig.store.commit(order)
    await rig.tick()
    assert case(rig, "FA-2026-0100|2026-04-30").invoice.amount_due == Decimal("1200.00")
    rig.store.commit(replace(order, id="open-2"))
    await rig.tick()
    assert len(list(rig.store.all_cases())) == 1


async def test_what_was_taken_up_stays_though_the_books_do_not_list_it() -> None:
    rig = reading(config(), source=MemorySource([late()]))
    await rig.tick()
    copied(rig, page(issued="2026-01-10", parts=[["2026-02-10", "1200.00"]]))
    await pass_days(rig, 3)
    dictate(rig, "ouvrir")
    await pass_days(rig, 10)
    found = case(rig, "FA-2026-0100|2026-02-10")
    assert not found.absent
    assert not found.holds


async def test_without_books_a_person_is_asked_at_once() -> None:
    rig = reading(no_books())
    copied(rig, page())
    await rig.tick()
    assert [note.status for note in notes(rig, "note-offer")] == [Status.SENT]
