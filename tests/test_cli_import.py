"""`import`: files given once are recognised, shown, taken up whole or not at all, with a daemon and without."""

import io
import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from tests.cli_desk import CUSTOMER, TODAY, Desk, day
from tests.statements.make import camt

from relancier.config import load
from relancier.core.case import Because, Origin
from relancier.core.paid.statement import Movement, Statement
from relancier.demo.papers import CII
from relancier.loop import clock
from relancier.wiring import readable_setup
from relancier.work.books.given import Given, Sort, understand, understand_all
from relancier.work.books.importing import take_up
from relancier.work.orders.obey import apply_orders
from relancier.work.records import Desk as RecordsDesk
from relancier.work.setup import Setup

HEADINGS = "N° facture;Client;Code client;Date facture;Échéance;Montant TTC;Réglé;Email comptable"
CEDRE = "Cèdre SARL;CEDRE"
LATE = f"A-1;{CEDRE};{day(-60)};{day(-30)};1 200,00;0;compta@cedre.test"
PART = f"A-2;{CEDRE};{day(-30)};{day(10)};99,90;9,90;compta@cedre.test"
SHEETS = sorted(
    path for path in (Path(__file__).parent / "sheets").iterdir() if path.suffix in {".csv", ".txt", ".xlsx", ".ods"}
)
IBAN = "FR7630006000011234567890189"
MISTYPED = (
    'column "Téléfone" is not read; did you mean "téléphone"? Rename it, or name it in [invoices.columns], '
    'as in phone = "Téléfone".'
)
BY_DAEMON = "The daemon will apply it before it sends anything.\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.new(tmp_path / "etc")


def laid_down(desk: Desk, name: str, *lines: str, days_old: int = 0) -> str:
    return bytes_down(desk, name, "".join(f"{line}\n" for line in lines).encode(), days_old=days_old)


def bytes_down(desk: Desk, name: str, content: bytes, *, days_old: int = 0) -> str:
    path = desk.folder / name
    path.write_bytes(content)
    written = (datetime.now().astimezone() - timedelta(days=days_old)).timestamp()
    os.utime(path, (written, written))
    return str(path)


def case(desk: Desk, number: str) -> Any:
    return json.loads(desk.run("status", number, "--json").out)["cases"][0]


def events(desk: Desk, key: str) -> int:
    with desk.store() as store:
        return len(store.events(key))


# --- Taking up ------------------------------------------------------------------------------------------------------


def test_invoices_are_imported_at_once_without_a_daemon(desk: Desk) -> None:
    outcome = desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE, PART, days_old=2))
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "File       Done             Number\ngiven.csv  invoices opened  2\nApplied.\n"
    assert case(desk, "A-1")["amount_due"] == "1200.00"
    assert case(desk, "A-2")["amount_due"] == "90.00"
    assert case(desk, "F-2026-0001")["state"] == "open"
    with desk.store() as store:
        found = store.case(f"A-1|{day(-30)}")
        assert found is not None
        assert (found.invoice.origin, found.invoice.known_on) == (Origin.IMPORT, TODAY - timedelta(days=2))
        assert store.orders() == []


def test_an_imported_invoice_stays_when_the_books_are_read_again(desk: Desk) -> None:
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE))
    desk.edit("1 250,50", "1 250,60", desk.invoices)
    desk.run("pause", "F-2026-0001")
    assert (case(desk, "A-1")["state"], events(desk, f"A-1|{day(-30)}")) == ("open", 1)


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    given = laid_down(desk, "given.csv", HEADINGS, LATE, PART)
    desk.run("import", given)
    outcome = desk.run("import", given)
    assert outcome.out == (
        "File       Done                          Number\ngiven.csv  invoices known and unchanged  2\nApplied.\n"
    )
    assert events(desk, f"A-1|{day(-30)}") == 1


def test_another_amount_is_told_and_taken(desk: Desk) -> None:
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE, PART, days_old=1))
    outcome = desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE.replace(";0;", ";200;"), PART, days_old=1))
    assert "invoices changed              1" in outcome.out
    assert f"A-1      {day(-30)}  1200.00 EUR  1000.00 EUR  changed" in outcome.out
    assert case(desk, "A-1")["amount_due"] == "1000.00"


def test_an_older_file_takes_no_payment_back(desk: Desk) -> None:
    paid = LATE.replace(";0;", ";1 200,00;")
    desk.run("import", laid_down(desk, "new.csv", HEADINGS, paid))
    outcome = desk.run("import", laid_down(desk, "old.csv", HEADINGS, LATE, days_old=3))
    assert "left as it is: a younger file was imported before" in outcome.out
    assert case(desk, "A-1")["amount_due"] == "0.00"


def test_a_dry_run_shows_the_headings_of_the_file_alone(desk: Desk) -> None:
    lines = ("N° facture;Échéance;Montant TTC", "Cèdre SARL;;", f"A-1;{day(-30)};1 200,00 CHF")
    out = desk.run("import", laid_down(desk, "given.csv", *lines, days_old=1), "--dry-run").out
    assert [row.split("  ")[0] for row in out.splitlines()[2:6]] == ["N° facture", "Échéance", "Montant TTC", ""]


def test_a_copy_with_a_newer_date_knows_of_no_later_payments(desk: Desk) -> None:
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE, days_old=9))
    copy = laid_down(desk, "copie.csv", HEADINGS, LATE)
    told = f"copie.csv was imported before: what it knows of payments ends on {day(-9)}, as it did.\n"
    assert told in desk.run("import", "--dry-run", copy).out
    assert told in desk.run("import", copy).out
    with desk.store() as store:
        (found,) = store.cases([f"A-1|{day(-30)}"])
    assert str(found.invoice.known_on) == day(-9)
    other = laid_down(desk, "autre.csv", HEADINGS, LATE, PART)
    assert "was imported before" not in desk.run("import", other).out
    with desk.store() as store:
        (found,) = store.cases([f"A-1|{day(-30)}"])
    assert str(found.invoice.known_on) == day(0)


def test_what_the_invoice_file_lists_is_left_to_it(desk: Desk) -> None:
    line = f"F-2026-0001;Alpes SA;alpes;{day(-30)};{day(40)};5,00;0;{CUSTOMER}"
    outcome = desk.run("import", laid_down(desk, "given.csv", HEADINGS, line, LATE))
    assert "invoices left to the invoice file, which lists it  1" in outcome.out
    assert case(desk, "F-2026-0001")["amount_due"] == "100.00"
    assert case(desk, "A-1")["state"] == "open"


def test_a_pdf_that_the_file_names_is_kept_in_the_state(desk: Desk) -> None:
    (desk.folder / "pdf").mkdir()
    (desk.folder / "pdf" / "a1.pdf").write_bytes(b"%PDF-1.7 the invoice")
    outcome = desk.run("import", laid_down(desk, "given.csv", f"{HEADINGS};Fichier", f"{LATE};pdf/a1.pdf"))
    assert outcome.status == 0
    (desk.folder / "pdf" / "a1.pdf").unlink()
    with desk.store() as store:
        found = store.case(f"A-1|{day(-30)}")
        assert found is not None
        assert store.blob(found.invoice.pdf.removeprefix("blob:")) == b"%PDF-1.7 the invoice"


def test_the_bytes_of_the_file_are_not_kept(desk: Desk) -> None:
    given = laid_down(desk, "given.csv", HEADINGS, LATE)
    desk.run("import", given)
    assert Path(given).read_bytes() not in b"".join(path.read_bytes() for path in desk.state.glob("*.db"))
    with desk.store() as store:
        assert store.setting("imported") is None


def test_credit_in_the_file_holds_the_customers_imported_cases(desk: Desk) -> None:
    note = f"AV-1;{CEDRE};{day(-5)};{day(-5)};-50,00;0;compta@cedre.test"
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE, note))
    with desk.store() as store:
        found = store.case(f"A-1|{day(-30)}")
        assert found is not None
        assert [hold.because for hold in found.holds] == [Because.CREDIT]


# --- All or nothing -------------------------------------------------------------------------------------------------


def test_one_problem_refuses_every_file(desk: Desk) -> None:
    good = laid_down(desk, "good.csv", HEADINGS, LATE)
    bad = laid_down(desk, "bad.csv", HEADINGS, PART, PART.replace("A-2", "A-3").replace("99,90", "1.234"))
    desk.run("pause", "F-2026-0001")
    before = desk.fingerprint()
    outcome = desk.run("import", good, bad)
    assert outcome.status == 1
    assert outcome.out == ""
    assert outcome.err == (
        'problem  bad.csv:3: column "Montant TTC": "1.234" can be read in two ways; '
        "write 1234,00 if it is in thousands.\n"
        "Nothing of any of the files was imported; mend this and import again.\n"
    )
    assert desk.fingerprint() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{LATE};standart", 'there is no plan "standart"; the plans are silence, standard.'),
        (LATE.replace("compta@cedre", "compta@lumen") + ";", "our own mailbox"),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, line: str, said: str) -> None:
    outcome = desk.run("import", laid_down(desk, "given.csv", f"{HEADINGS};Plan de relance", line))
    assert outcome.status == 1
    assert said in outcome.err


def test_an_invoice_in_two_files_is_refused(desk: Desk) -> None:
    files = [laid_down(desk, name, HEADINGS, LATE) for name in ("one.csv", "two.csv")]
    outcome = desk.run("import", *files)
    assert outcome.status == 1
    assert outcome.err.startswith(f"problem  two.csv: A-1 due on {day(-30)} stands in one.csv already; ")


def test_a_pdf_that_is_not_there_is_refused(desk: Desk) -> None:
    outcome = desk.run("import", laid_down(desk, "given.csv", f"{HEADINGS};Fichier", f"{LATE};../../etc/passwd"))
    assert outcome.status == 1
    assert 'the PDF "../../etc/passwd" of A-1 lies outside' in outcome.err


@pytest.mark.parametrize(("name", "said"), [("none.csv", "cannot be read"), ("plans", "this is a folder")])
def test_a_name_without_a_file_is_refused(desk: Desk, name: str, said: str) -> None:
    outcome = desk.run("import", str(desk.folder / name))
    assert outcome.status == 1
    assert said in outcome.err
    assert not desk.state.exists()


# --- Showing --------------------------------------------------------------------------------------------------------


def test_a_dry_run_shows_every_column_and_changes_nothing(desk: Desk) -> None:
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE, days_old=1))
    before = desk.fingerprint()
    lines = (
        f"Export du {day(0)};;;;;;;",
        f"{HEADINGS};Téléfone;Divers",
        f"{LATE};;x",
        f"{PART};04;",
        "Total;;;;;1299,9",
    )
    outcome = desk.run("import", laid_down(desk, "given.csv", *lines, days_old=1), "--dry-run")
    assert (outcome.status, outcome.err) == (0, f"warning  given.csv:2: {MISTYPED}\n")
    assert outcome.out == (
        "given.csv: 2 invoices; 2 lines left out as titles, totals or page breaks\n"
        "Heading          Read as                                Example\n"
        "N° facture       number                                 A-1\n"
        "Client           customer                               Cèdre SARL\n"
        "Code client      customer_id                            CEDRE\n"
        f"Date facture     issued                                 {day(-60)}\n"
        f"Échéance         due                                    {day(-30)}\n"
        "Montant TTC      amount                                 1 200,00\n"
        "Réglé            paid                                   0\n"
        "Email comptable  accounting_email                       compta@cedre.test\n"
        'Téléfone         (not read); did you mean "téléphone"?  04\n'
        "Divers           (not read)                             x\n"
        "\n"
        "File       To be done                    Number\n"
        "given.csv  invoices opened               1\n"
        "given.csv  invoices known and unchanged  1\n"
        "Nothing was changed.\n"
    )
    assert desk.fingerprint() == before


def test_a_dry_run_of_the_watched_file_shows_how_it_is_read(desk: Desk) -> None:
    outcome = desk.run("import", str(desk.invoices), "--dry-run")
    assert outcome.status == 0
    assert "invoices.csv: 3 invoices\n" in outcome.out
    assert "invoices left to the invoice file, which lists it  3\n" in outcome.out
    assert not desk.state.exists()


def test_check_tells_of_headings_that_seem_meant_for_us_and_of_no_others(desk: Desk) -> None:
    text = desk.invoices.read_text("utf-8").replace("phone", "Téléfone", 1).replace("plan\n", "Divers\n", 1)
    desk.invoices.write_text(text, "utf-8")
    told = desk.run("check", "--offline").out
    assert f"warning  invoices.csv:1: {MISTYPED}\n" in told
    assert "Divers" not in told


def test_a_dry_run_shows_the_columns_of_a_file_that_is_refused(desk: Desk) -> None:
    outcome = desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE.replace("1 200,00", "#REF!")), "--dry-run")
    assert outcome.status == 1
    assert "Montant TTC      amount            #REF!" in outcome.out
    assert "in cell F2 is a formula's error" in outcome.err


def test_a_terminal_gets_a_drawn_table(desk: Desk) -> None:
    given = laid_down(desk, "given.csv", HEADINGS, LATE)
    drawn = desk.run("import", given, "--dry-run", terminal=True).out
    assert "─" in drawn
    assert "accounting_email" in drawn


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_what_programs_export_is_recognised_as_invoices(desk: Desk, path: Path) -> None:
    found = understand(Given(path.name, path.read_bytes(), TODAY), setup(desk))
    assert (found.sort, found.wrong, bool(found.listed.invoices)) == (Sort.INVOICES, False, True)


# --- Customers ------------------------------------------------------------------------------------------------------


CUSTOMERS = "Code client;Client;Email comptable;Contact comptable;Langue;Ne pas relancer"


def test_customers_are_mended_and_remembered_for_invoices_to_come(desk: Desk) -> None:
    lines = ("alpes;Alpes SA;neuf@alpes.test;M. Neuf;;", "CEDRE;Cèdre SARL;dir@cedre.test;Mme Bois;en;")
    given = laid_down(desk, "customers.csv", CUSTOMERS, *lines)
    outcome = desk.run("import", given)
    assert outcome.status == 0
    assert "customers.csv  customers new or changed  2\n" in outcome.out
    bare = LATE.removesuffix("compta@cedre.test")
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, bare))
    with desk.store() as store:
        (cedre,) = store.of_customer("CEDRE")
        assert [(one.email, one.name) for one in cedre.invoice.customer.contacts] == [("dir@cedre.test", "Mme Bois")]
        assert cedre.invoice.customer.language == "en"
        emails = {one.email for case in store.of_customer("alpes") for one in case.invoice.customer.contacts}
        assert emails == {"neuf@alpes.test"}
    assert "customers known and unchanged  2\n" in desk.run("import", given).out


def test_a_customer_never_to_be_chased_is_not(desk: Desk) -> None:
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, LATE))
    desk.run("import", laid_down(desk, "customers.csv", CUSTOMERS, "CEDRE;Cèdre SARL;;;;oui"))
    desk.run("import", laid_down(desk, "more.csv", HEADINGS, PART))
    with desk.store() as store:
        assert [case.invoice.customer.never for case in store.of_customer("CEDRE")] == [True, True]


# --- Payments -------------------------------------------------------------------------------------------------------


def statement(wording: str, amount: str) -> bytes:
    on = TODAY - timedelta(days=1)
    movement = Movement(account=IBAN, on=on, amount=Decimal(amount), wording=wording, payer="CEDRE SARL")
    return camt(Statement(account=IBAN, since=TODAY - timedelta(days=7), until=on, movements=(movement,)))


def test_a_statement_pays_what_the_same_call_imports(desk: Desk) -> None:
    bank = bytes_down(desk, "releve.xml", statement("VIR CEDRE FACTURE A-1", "1200.00"))
    invoices = laid_down(desk, "given.csv", HEADINGS, LATE)
    outcome = desk.run("import", bank, invoices)
    assert (outcome.status, outcome.err) == (0, "")
    assert "releve.xml  payments booked  1\n" in outcome.out
    assert case(desk, "A-1")["amount_due"] == "0.00"
    again = desk.run("import", bank)
    assert "payments known already  1\n" in again.out
    assert case(desk, "A-1")["amount_due"] == "0.00"


def test_a_statement_of_another_account_is_refused(desk: Desk) -> None:
    desk.edit("[state]", '[payments]\naccounts = ["FR7630006000011234567890189"]\n[state]')
    other = statement("x", "1.00").replace(IBAN.encode(), b"FR1420041010050500013M02606")
    outcome = desk.run("import", bytes_down(desk, "releve.xml", other))
    assert outcome.status == 1
    assert "releve.xml: the account FR1420041010050500013M02606 is none of ours" in outcome.err


# --- An invoice by its own file --------------------------------------------------------------------------------------


def paper(number: str, total: str, seller: str = "Atelier Lumen", siren: str = "732829320") -> bytes:
    day_of = {"issued": TODAY - timedelta(days=40), "due": TODAY - timedelta(days=10)}
    buyer = {"buyer": "CEDRE", "buyer_siren": "552100554"}
    money = {"net": total, "tax": "0.00", "total": total}
    return CII.format(number=number, seller=seller, siren=siren, **day_of, **buyer, **money).encode()


def test_an_invoice_by_its_own_file_opens_a_case_for_the_customer_of_that_name(desk: Desk) -> None:
    known = LATE.replace("Cèdre SARL", "CEDRE SARL")
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, known))
    outcome = desk.run("import", bytes_down(desk, "A-9.xml", paper("A-9", "321.50")))
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "File     Done             Number\nA-9.xml  invoices opened  1\nApplied.\n"
    with desk.store() as store:
        found = store.case(f"A-9|{day(-10)}")
        assert found is not None
        assert (found.invoice.origin, found.invoice.amount) == (Origin.IMPORT, Decimal("321.50"))
        assert [one.email for one in found.invoice.customer.contacts] == ["compta@cedre.test"]
        assert found.invoice.customer.id == "CEDRE"


def test_a_known_invoice_by_its_own_file_forgets_no_payment(desk: Desk) -> None:
    paid = f"A-9;{CEDRE};{day(-40)};{day(-10)};321,50;100,00;compta@cedre.test"
    desk.run("import", laid_down(desk, "given.csv", HEADINGS, paid))
    outcome = desk.run("import", bytes_down(desk, "A-9.xml", paper("A-9", "321.50")))
    assert "invoices known and unchanged  1\n" in outcome.out
    assert case(desk, "A-9")["amount_due"] == "221.50"


def test_an_invoice_of_somebody_else_is_refused(desk: Desk) -> None:
    outcome = desk.run("import", bytes_down(desk, "x.xml", paper("X-1", "5.00", "Autre SAS", "552100554")))
    assert outcome.status == 1
    assert "x.xml: X-1 was issued by Autre SAS, not by Atelier Lumen; only our own invoices are chased." in outcome.err


def test_the_pdf_of_an_invoice_goes_with_its_reminders(desk: Desk) -> None:
    written, data = io.BytesIO(), paper("A-9", "321.50")
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("factur-x.xml", data)
    writer.write(written)
    outcome = desk.run("import", bytes_down(desk, "A-9.pdf", written.getvalue()))
    assert (outcome.status, outcome.err) == (0, "")
    with desk.store() as store:
        found = store.case(f"A-9|{day(-10)}")
        assert found is not None
        assert store.blob(found.invoice.pdf.removeprefix("blob:")) == written.getvalue()


def test_a_pdf_without_data_is_refused(desk: Desk) -> None:
    outcome = desk.run("import", bytes_down(desk, "scan.pdf", b"%PDF-1.4 nothing"))
    assert outcome.status == 1
    assert outcome.err.startswith("problem  scan.pdf: ")


# --- Beside a daemon ------------------------------------------------------------------------------------------------


def test_with_a_daemon_the_order_waits_for_it(desk: Desk) -> None:
    desk.run("pause", "F-2026-0001")
    given = laid_down(desk, "given.csv", HEADINGS, LATE)
    with desk.store(exclusive=True) as store:
        outcome = desk.run("import", given)
        assert outcome.status == 0
        assert outcome.out == f"File       To be done       Number\ngiven.csv  invoices opened  1\n{BY_DAEMON}"
        assert store.case(f"A-1|{day(-30)}") is None
        Path(given).unlink()
        assert apply_orders(store, setup(desk), clock()) == 1
        found = store.case(f"A-1|{day(-30)}")
        assert found is not None
        assert (found.invoice.origin, found.invoice.known_on) == (Origin.IMPORT, TODAY)
        assert store.orders() == []


def test_two_orders_for_one_file_do_not_lose_its_bytes(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.run("pause", "F-2026-0001")
    given = laid_down(desk, "given.csv", HEADINGS, LATE)
    with desk.store(exclusive=True) as store:
        desk.run("import", given)
        desk.run("import", given)
        (name,) = {json.loads(key)["bytes"] for order in store.orders() for key in order.keys}
        assert apply_orders(store, setup(desk), clock()) == 2
        assert not [record for record in caplog.records if record.msg == "order_refused"]
        assert len(store.events(f"A-1|{day(-30)}")) == 1
        assert store.blob(name) is None


def test_an_order_that_was_cut_short_is_carried_out_to_its_end(desk: Desk) -> None:
    desk.run("pause", "F-2026-0001")
    names = (
        laid_down(desk, "customers.csv", CUSTOMERS, "CEDRE;Cèdre SARL;neuf@cedre.test;;;"),
        laid_down(desk, "given.csv", HEADINGS, LATE.removesuffix("compta@cedre.test")),
        bytes_down(desk, "releve.xml", statement("VIR CEDRE FACTURE A-1", "200.00")),
    )
    with desk.store(exclusive=True) as store:
        desk.run("import", *names)
        first = [Given(Path(name).name, Path(name).read_bytes(), TODAY) for name in names[:2]]
        take_up(understand_all(first, setup(desk)), RecordsDesk.at(store, setup(desk), clock()), "cut short")
        told = len(store.events(f"A-1|{day(-30)}"))
        for _ in range(2):
            apply_orders(store, setup(desk), clock())
        found = store.case(f"A-1|{day(-30)}")
        assert found is not None
        assert (found.amount_due, len(store.events(found.key))) == (Decimal("1000.00"), told + 1)
        assert store.orders() == []


def test_an_order_that_the_daemon_refuses_changes_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.run("pause", "F-2026-0001")
    given = laid_down(desk, "given.csv", f"{HEADINGS};Plan de relance", f"{PART};", f"{LATE};silence")
    with desk.store(exclusive=True) as store:
        assert desk.run("import", given).status == 0
        (name,) = {json.loads(key)["bytes"] for order in store.orders() for key in order.keys}
        known = setup(desk)
        apply_orders(store, replace(known, plans={"standard": known.plans["standard"]}), clock())
        assert store.of_customer("CEDRE") == []
        assert store.orders() == []
        assert store.blob(name) is None
    (refused,) = [record for record in caplog.records if record.msg == "order_refused"]
    assert vars(refused)["reason"] == 'given.csv: there is no plan "silence"; the plans are standard.'


def setup(desk: Desk) -> Setup:
    config, _ = load(desk.config)
    assert config is not None
    return readable_setup(config)[0]
