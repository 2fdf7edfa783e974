"""Mailed invoices read as in production, on the first day, and after the state was lost."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.adapters.papers_made import Given, cii, factur_x
from tests.adapters.papers_made import page as text_page
from tests.work.carrying import CLIENT, mailed, no_books, reading
from tests.work.play import again, case, notes, reminders, taken
from tests.work.rig import NOON, Rig

from relancier.adapters.einvoice.caged import CagedReader
from relancier.adapters.memory_store import MemoryStore
from relancier.core.reading.reply import normalise

DUE = date(2026, 3, 20)
KEY = f"FA-2026-0147|{DUE}"
INVOICE = Given(
    issued="20260220", delivered="20260218", terms=(("20260320", ""),), total="1200.00", prepaid="0.00",
    payable="1200.00", buyer="Moulins Dupré SARL",
)  # fmt: skip
COMPANY = {"name": "Atelier Lumen SAS", "siren": "732829320"}


def real(rig: Rig) -> Rig:
    rig.holder.setup = replace(rig.holder.setup, papers=CagedReader(seconds=20))
    return rig


def daemon(*, confirmed: bool = True) -> Rig:
    return real(reading(no_books(company=COMPANY), confirmed=confirmed))


@pytest.mark.parametrize("profile", ["BASIC WL", "BASIC", "EN 16931", "EXTENDED"])
async def test_a_factur_x_of_each_profile_opens_its_case(profile: str) -> None:
    rig = daemon()
    mailed(rig, ("facture.pdf", factur_x(INVOICE, profile)))
    await rig.tick()
    found = case(rig, KEY).invoice
    assert (found.amount_due, found.customer.name) == (Decimal("1200.00"), "Moulins Dupré SARL")
    assert found.customer.professional


async def test_the_least_profile_tells_no_due_date_and_asks_a_person() -> None:
    rig = daemon()
    mailed(rig, ("facture.pdf", factur_x(INVOICE, "MINIMUM")))
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    assert [dict(note.facts)["reason"] for note in notes(rig, "note-offer")] == ["offer_due"]


async def test_an_xml_file_beside_its_page_opens_the_case() -> None:
    rig = daemon()
    page = text_page(["Facture FA-2026-0147"])
    mailed(rig, ("facture.xml", cii(INVOICE, "EN 16931")), ("facture.pdf", page))
    await rig.tick()
    assert rig.store.blob(case(rig, KEY).invoice.pdf.removeprefix("blob:")) == page


async def test_a_page_without_data_asks_a_person() -> None:
    rig = daemon()
    rows = ["Facture n° FA-2026-0147", "Date de facture : 20/02/2026", "Date d'échéance : 20/03/2026",
            "Total TTC : 1 200,00 €"]  # fmt: skip
    mailed(rig, ("facture.pdf", text_page(rows)))
    await rig.tick()
    assert list(rig.store.all_cases()) == []
    (offer,) = rig.store.offers()
    assert (offer.invoice.number, offer.invoice.total) == ("FA-2026-0147", Decimal("1200.00"))
    assert offer.reason == "offer_data"


async def test_on_the_first_day_what_sent_holds_waits_for_a_person() -> None:
    rig = daemon(confirmed=False)
    mailed(rig, ("facture.pdf", factur_x(INVOICE, "BASIC")), at=NOON - timedelta(days=5))
    await rig.go(NOON + timedelta(days=40))
    assert case(rig, KEY)
    assert reminders(rig) == []


async def test_a_lost_state_finds_the_invoice_and_what_was_sent_about_it() -> None:
    rig = daemon()
    mailed(rig, ("facture.pdf", factur_x(INVOICE, "BASIC")))
    await rig.go(NOON + timedelta(days=17))
    assert taken(rig, KEY) == ["notification"]
    anew = real(again(rig, store=MemoryStore(normalise)))
    anew.holder.setup = replace(anew.holder.setup, papers=CagedReader(seconds=20))
    await anew.tick()
    anew.confirm()
    await anew.go(anew.wake.now() + timedelta(hours=2))
    assert taken(anew, KEY) == ["notification"]
    assert len(reminders(anew)) == 1
    assert reminders(anew)[0].recipients == (CLIENT,)
