"""`relancier open` and `ignore`: what waits for a person, taken up or not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.cli_desk import TODAY, Desk, day

from relancier.core.case import Contact, Role
from relancier.core.einvoices.einvoice import EInvoice, Part
from relancier.core.stored import Offer, Seen
from relancier.loop import clock
from relancier.work.archive.removal import removal
from relancier.work.records import blob


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def offered(desk: Desk, number: str = "FA-2026-0100", *, to: tuple[str, ...] = (), due: int | None = 20) -> None:
    """An invoice that waits for a person."""
    parts = () if due is None else (Part(TODAY + timedelta(days=due), Decimal(120)),)
    paper = EInvoice(number=number, total=Decimal(120), parts=parts, buyer="Moulins Dupré", seller="Atelier Lumen")
    seen = Seen(identity=f"m-{number}", message_id=f"<{number}@x.test>", folder="INBOX", uid=1, kind="human",
                at=clock(), to=to)  # fmt: skip
    with desk.store(exclusive=True) as store:
        store.commit(
            seen, Offer(id=f"o-{number}", invoice=paper, at=clock(), message=seen.identity, name="facture.pdf")
        )


def test_what_waits_is_listed_and_then_followed(desk: Desk) -> None:
    assert desk.run("open").out == "No invoice waits for a person.\n"
    offered(desk, to=("compta@moulins.test",))
    offered(desk, "FA-2026-0101", due=None)
    listed = desk.run("open").out.splitlines()
    assert listed[0] == f"FA-2026-0100, Moulins Dupré: 120.00 EUR, due {day(20)} (facture.pdf)"
    assert "no due date" in listed[1]
    done = desk.run("open", "fa 2026 0100")
    assert (done.status, done.err) == (0, "")
    assert "FA-2026-0100: followed from now on. Applied." in done.out
    with desk.store() as store:
        case = store.case(f"FA-2026-0100|{day(20)}")
        assert case is not None
        assert case.invoice.customer.contacts == (Contact(Role.ACCOUNTING, "compta@moulins.test"),)
        assert [one.invoice.number for one in store.offers()] == ["FA-2026-0101"]


def test_what_is_missing_is_asked_for_and_named(desk: Desk) -> None:
    offered(desk, due=None)
    assert "--due" in desk.run("open", "FA-2026-0100").err
    assert "--to" in desk.run("open", "FA-2026-0100", "--due", day(30)).err
    own = desk.run("open", "FA-2026-0100", "--due", day(30), "--to", "compta@lumen.test")
    assert own.status == 1
    done = desk.run("open", "FA-2026-0100", "--due", day(30), "--to", "Facturation@moulins.test")
    assert done.status == 0, done.err
    with desk.store() as store:
        case = store.case(f"FA-2026-0100|{day(30)}")
        assert case is not None
        assert [one.email for one in case.invoice.customer.contacts] == ["facturation@moulins.test"]


def test_what_is_ignored_waits_no_more(desk: Desk) -> None:
    offered(desk)
    assert desk.run("ignore", "FA-2026-0100").status == 0
    assert desk.run("open").out == "No invoice waits for a person.\n"
    assert "relancier open" in desk.run("open", "FA-2026-0100").err


def test_a_number_that_nobody_offered_is_told(desk: Desk) -> None:
    assert 'No invoice "FA-9" waits' in desk.run("ignore", "FA-9").err


def test_what_the_books_list_already_is_not_opened_again(desk: Desk) -> None:
    offered(desk, "F-2026-0001")
    refused = desk.run("open", "F-2026-0001")
    assert refused.status == 1
    assert "followed or settled already" in refused.err


def test_a_preview_shows_the_pdf_that_was_mailed(desk: Desk, tmp_path: Path) -> None:
    pdf = b"%PDF-1.7 the invoice"
    offered(desk, to=("compta@moulins.test",))
    with desk.store(exclusive=True) as store:
        (one,) = store.offers()
        page = blob(pdf)
        store.commit(page, replace(one, blob=page.sha256))
    assert desk.run("open", "FA-2026-0100").status == 0
    shown = desk.run("preview", "FA-2026-0100", "--step", "reminder", "--output", str(tmp_path))
    assert shown.status == 0, shown.err
    assert "Attached: FA-2026-0100.pdf" in shown.out
    dossier = tmp_path / "dossier.zip"
    assert desk.run("dossier", "FA-2026-0100", "--output", str(dossier)).status == 0
    with ZipFile(dossier) as archive:
        assert pdf in [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]


def test_what_is_removed_takes_its_pdf_along(desk: Desk) -> None:
    offered(desk, to=("compta@moulins.test",))
    with desk.store(exclusive=True) as store:
        (one,) = store.offers()
        page = blob(b"%PDF-1.7 the invoice")
        store.commit(page, replace(one, blob=page.sha256))
    assert desk.run("open", "FA-2026-0100").status == 0
    assert desk.run("close", "FA-2026-0100").status == 0
    with desk.store(exclusive=True) as store:
        case = store.case(f"FA-2026-0100|{day(20)}")
        assert case is not None
        assert store.blob(page.sha256)
        store.commit(*removal([case], store))
        assert store.blob(page.sha256) is None
