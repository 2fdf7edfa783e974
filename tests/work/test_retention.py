"""Retention money (retenue de garantie): its own part of the invoice, chased from its own due date."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from tests.work.play import FRIDAY, case, daemon, late, pass_days, reminders, words
from tests.work.rig import NOON, Rig, customer

from relancier.adapters.invoices import InvoiceFile
from relancier.core.case import Invoice, State

KEPT = Decimal(60)
NUMBER = "FA-2026-0001"
MAIN, PART = f"{NUMBER}|{FRIDAY}", f"{NUMBER}|2026-03-30"


def both(**main: object) -> tuple[Invoice, Invoice]:
    """An invoice of 1200.00 of which 60.00 are retained for a month."""
    kept = late(due=date(2026, 3, 30), amount=KEPT, part="retention")
    return late(retained=KEPT, **main), kept  # type: ignore[arg-type]


async def to(rig: Rig, day: date) -> None:
    await rig.go(datetime(day.year, day.month, day.day, 9, tzinfo=NOON.tzinfo))


async def test_the_main_part_is_no_instalment_and_names_what_is_retained() -> None:
    rig = daemon(*both())
    await to(rig, date(2026, 3, 20))
    said = [words(sent.raw) for sent in reminders(rig)]
    assert said
    for text in said:
        assert "Solde à régler : 1 140,00 €" in text
        assert "Retenue de garantie, à régler plus tard : 60,00 €" in text
        assert "chéance 1/2" not in text


async def test_the_retention_is_asked_for_under_its_own_name() -> None:
    main, kept = both()
    rig = daemon(main, kept)
    await to(rig, date(2026, 3, 5))
    rig.source.set(late(retained=KEPT, paid=Decimal(1140)), kept, at=rig.wake.now())
    await to(rig, date(2026, 4, 20))
    assert case(rig, MAIN).state is State.PAID
    notified, *asked = [words(sent.raw) for sent in reminders(rig)[1:]]
    today = "La retenue de garantie de notre facture FA-2026-0001 est à régler aujourd'hui, le 30 mars 2026."
    assert today in notified.replace("’", "'")
    assert "Retenue de garantie de la facture FA-2026-0001" in notified
    assert asked
    for text in asked:
        assert "60,00 €" in text
        assert "chéance 2/2" not in text
        assert "etenue de garantie de notre facture FA-2026-0001" in text


async def test_the_recovery_charge_is_asked_for_once_an_invoice() -> None:
    rig = daemon(*both())
    await to(rig, date(2026, 5, 4))
    texts = [words(sent.raw) for sent in reminders(rig)]
    assert any("40,00 €" in text for text in texts)
    assert not any("80,00 €" in text for text in texts)


async def test_an_invoice_in_parts_counts_them_without_the_retention() -> None:
    rig = daemon(*both(), late(due=date(2026, 2, 26)))
    await pass_days(rig, 1)
    said = words(reminders(rig)[0].raw)
    assert "échéance 2/2" in said
    assert "/3" not in said


async def test_from_a_file_to_its_cases(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(
        "N° facture;Client;Échéance;Montant TTC;Email;Retenue de garantie;Date de réception\n"
        "F1;Dupont;27/02/2026;1200;compta@dupont.test;5 %;01/03/2026\n",
        "utf-8",
    )
    found = InvoiceFile(path).read()
    assert found.problems == ()
    rig = daemon(*found.invoices)
    await rig.tick()
    assert sorted((one.key, one.amount_due) for one in rig.store.all_cases()) == [
        ("F1|2026-02-27", Decimal(1140)),
        ("F1|2027-03-01", Decimal(60)),
    ]


async def test_the_same_in_english() -> None:
    english = customer(language="en")
    main, kept = (replace(one, customer=english) for one in both(deposit=Decimal(100), credited=Decimal(40)))
    offered = late("FA-2026-0009", date(2026, 3, 4), customer=customer("Smith", language="en"))
    rig = daemon(main, kept, replace(offered, discount=Decimal(24), discount_until=date(2026, 3, 3)))
    await to(rig, date(2026, 3, 5))
    rig.source.set(replace(main, paid=Decimal(1000)), kept, offered, at=rig.wake.now())
    await to(rig, date(2026, 4, 10))
    said = [words(sent.raw) for sent in reminders(rig)]
    assert any(
        "A discount of €24.00 is agreed for invoice FA-2026-0009 if your payment reaches us by" in text for text in said
    )
    first = next(text for text in said if NUMBER in text)
    for line in (
        "Deposit taken off: €100.00",
        "Credit note taken off: €40.00",
        "to be paid later: €60.00",
        "€1,000.00",
    ):
        assert line in first
    assert any(
        "The retention money on our invoice FA-2026-0001 falls due today, 30 March 2026" in text for text in said
    )
    assert any("The retention money on our invoice FA-2026-0001 fell due" in text for text in said)
    assert not any("nstalment 1/2" in text or "nstalment 2/2" in text for text in said)
