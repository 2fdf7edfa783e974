"""The IBAN that an invoice's own file shows: where it is not ours, nothing leaves for it until a person has looked."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.papers_made import page as text_page
from tests.work.carrying import PDF, FakePapers, mailed, page, reading, sent, with_papers
from tests.work.play import KEY, again, arrive, case, daemon, late, notes, pass_days, reminders, words, written
from tests.work.rig import NOON, OWN, Rig, config

from relancier.adapters.einvoice.caged import CagedReader
from relancier.core.case import Because, Invoice
from relancier.core.einvoices.accounts import not_contradicted

OURS = "FR7630006000011234567890189"
FORGED = "DE89370400440532013000"
GROUPED = "DE89 3704 0044 0532 0130 00"
FACTORS = "GB82WEST12345698765432"
FACTOR = {"bnp": {"name": "BNP Factor", "iban": FACTORS, "bic": "BNPAFRPP"}}
MAILED = "FA-2026-0100|2026-03-20"
SAME = "IBAN identique à celui de notre facture"


def file_of(folder: Path, *ibans: str, name: str = "facture.pdf", **other: Any) -> str:
    (folder / name).write_bytes(page(ibans=list(ibans), **other))
    return str(folder / name)


def with_file(*invoices: Invoice, **other: Any) -> Rig:
    return with_papers(daemon(*invoices, confirmed=False, **other))


def because(rig: Rig, key: str = KEY) -> list[Because]:
    return [hold.because for hold in case(rig, key).holds]


def said(rig: Rig, note: Any) -> str:
    return words(rig.store.blob(note.blob) or b"")


def compared(rig: Rig) -> int:
    papers = rig.holder.setup.papers
    assert isinstance(papers, FakePapers)
    return len(papers.compared)


def restarted(rig: Rig, **other: Any) -> Rig:
    return with_papers(again(rig, **other), confirmed=False)


# --- The file of the books ------------------------------------------------------------------------------------------


async def test_a_file_that_shows_our_iban_lets_its_invoice_leave_and_says_so(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, "CH9300762011623852957", OURS)))
    await rig.tick()
    (first,) = reminders(rig)
    assert SAME in words(first.raw)
    assert notes(rig, "note-iban") == []


async def test_a_file_with_another_iban_holds_its_invoice_and_no_other(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)), late("FA-2026-0002"))
    await pass_days(rig, 8)
    assert because(rig) == [Because.IBAN]
    assert case(rig).waiting == "its file shows another IBAN than the configuration: a person must look"
    texts = [words(sent.raw) for sent in reminders(rig)]
    assert texts
    assert not any("FA-2026-0001" in text or "DE89" in text for text in texts)
    (note,) = notes(rig, "note-iban")
    told = said(rig, note)
    ours, command = "FR76 3000 6000 0112 3456 7890 189", "relancier resume FA-2026-0001"
    for fact in ("FA-2026-0001 (Dupont)", ours, GROUPED, "reprendre", command):
        assert fact in told


@pytest.mark.parametrize("way", ["command", "mail"])
async def test_a_person_who_resumes_has_settled_it_for_good(tmp_path: Path, way: str) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    await rig.tick()
    assert reminders(rig) == []
    if way == "command":
        rig.order("resume", KEY)
    else:
        (note,) = notes(rig, "note-iban")
        arrive(rig, written(OWN, "RE: note", "reprendre", at=rig.wake.now(), In_Reply_To=note.message_id), "Sent")
    await pass_days(rig, 2)
    (first,) = reminders(rig)
    assert SAME not in words(first.raw)
    assert "FR76 3000" in words(first.raw)
    rig = restarted(rig)
    await pass_days(rig, 8)
    assert len(reminders(rig)) == 2
    assert len(notes(rig, "note-iban")) == 1


async def test_an_order_given_before_the_file_was_read_settles_nothing(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    rig.order("resume", KEY)
    await rig.tick()
    assert (because(rig), reminders(rig)) == ([Because.IBAN], [])
    rig.order("promise", KEY, on=NOON.date())
    await rig.tick()
    assert because(rig) == [Because.IBAN]


async def test_a_corrected_configuration_lets_it_leave_by_itself(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    await rig.tick()
    rig = restarted(rig, conf=config(company={"iban": FORGED}))
    await pass_days(rig, 1)
    assert because(rig) == []
    assert [SAME in words(sent.raw) for sent in reminders(rig)] == [True]
    rig = restarted(rig, conf=config())
    await rig.tick()
    assert because(rig) == [Because.IBAN]


async def test_it_is_asked_again_where_the_configuration_changes(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    await rig.tick()
    rig.order("resume", KEY)
    await rig.tick()
    rig = restarted(rig, conf=config(company={"iban": FACTORS}))
    rig.confirm()
    await pass_days(rig, 8)
    assert because(rig) == [Because.IBAN]
    assert len(reminders(rig)) == 1
    assert len(notes(rig, "note-iban")) == 2


async def test_it_is_asked_again_where_the_file_changes_between_two_messages(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, OURS)))
    await rig.tick()
    assert len(reminders(rig)) == 1
    file_of(tmp_path, FORGED)
    await pass_days(rig, 8)
    assert (len(reminders(rig)), because(rig)) == (1, [Because.IBAN])
    rig.order("resume", KEY)
    await pass_days(rig, 1)
    assert len(reminders(rig)) == 2
    file_of(tmp_path, FACTORS)
    await pass_days(rig, 14)
    assert (len(reminders(rig)), because(rig)) == (2, [Because.IBAN])


async def test_the_true_file_put_in_its_place_ends_it(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    await rig.tick()
    file_of(tmp_path, OURS)
    await pass_days(rig, 0.2)
    assert because(rig) == []
    assert [SAME in words(sent.raw) for sent in reminders(rig)] == [True]


async def test_each_content_is_read_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, OURS)
    parts = [late(pdf=path), late(due=NOON.date(), pdf=path)]
    rig = with_file(*parts)
    await pass_days(rig, 8)
    assert compared(rig) == 1
    assert len(reminders(rig)) > 1
    rig = restarted(rig)
    await pass_days(rig, 8)
    assert compared(rig) == 0


@pytest.mark.parametrize("text", ["nothing of it is an invoice", "refused: damaged"])
async def test_a_file_that_shows_no_account_holds_nothing_and_is_not_called_the_same(tmp_path: Path, text: str) -> None:
    (tmp_path / "scan.pdf").write_bytes(PDF + text.encode())
    rig = with_file(late(pdf=str(tmp_path / "scan.pdf")))
    await pass_days(rig, 8)
    assert [SAME in words(sent.raw) for sent in reminders(rig)] == [False, False]
    assert because(rig) == []
    assert compared(rig) == 1


async def test_without_a_file_the_configuration_is_believed() -> None:
    rig = with_file(late())
    await rig.tick()
    assert SAME in words(reminders(rig)[0].raw)
    assert not_contradicted(case(rig), OURS)


async def test_a_file_out_of_reach_changes_nothing_of_what_is_known(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, FORGED)))
    await rig.tick()
    (tmp_path / "facture.pdf").unlink()
    rig = restarted(rig)
    await pass_days(rig, 8)
    assert (because(rig), reminders(rig)) == ([Because.IBAN], [])


async def test_an_invoice_that_has_lost_its_file_has_nothing_to_compare(tmp_path: Path) -> None:
    one = late(pdf=file_of(tmp_path, FORGED))
    rig = with_file(one)
    await rig.tick()
    rig.source.set(replace(one, pdf=""), at=NOON)
    await pass_days(rig, 1)
    assert because(rig) == []
    assert len(reminders(rig)) == 1


async def test_an_invoice_named_beside_is_looked_at_too(tmp_path: Path) -> None:
    """A message names the customer's other overdue invoices: what was altered since must not be among them."""
    good, other = file_of(tmp_path, OURS), file_of(tmp_path, OURS, name="autre.pdf")
    rig = with_file(late(pdf=good), late("FA-2026-0002", pdf=other))
    await rig.tick()
    before = len(reminders(rig))
    file_of(tmp_path, FORGED, name="autre.pdf")
    await pass_days(rig, 8)
    assert because(rig, KEY.replace("0001", "0002")) == [Because.IBAN]
    later = [words(sent.raw) for sent in reminders(rig)[before:]]
    assert later
    assert not any("FA-2026-0002" in text for text in later)


async def test_a_draft_that_waits_is_taken_back(tmp_path: Path) -> None:
    rig = with_file(late(pdf=file_of(tmp_path, OURS), amount=Decimal(1200)), conf=config())
    await rig.tick()
    assert case(rig).shown[0].places == ((OURS,),)
    rig = restarted(rig, conf=config(company={"iban": FORGED}))
    await rig.tick()
    assert because(rig) == [Because.IBAN]
    assert not not_contradicted(case(rig), FORGED)


# --- A factor -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shown", "leaves"), [(FACTORS, True), (OURS, False)])
async def test_a_factored_invoice_shows_the_factors_account_or_nothing_leaves(
    tmp_path: Path, shown: str, leaves: bool
) -> None:
    rig = with_file(late(factor="BNP", pdf=file_of(tmp_path, shown)), conf=config(factor=FACTOR))
    await pass_days(rig, 1)
    assert (len(reminders(rig)) == 1, because(rig) == []) == (leaves, leaves)
    if not leaves:
        assert "GB82 WEST 1234 5698 7654 32" in said(rig, notes(rig, "note-iban")[0])


async def test_an_invoice_of_an_unknown_factor_is_compared_with_nothing(tmp_path: Path) -> None:
    rig = with_file(late(factor="BNP", pdf=file_of(tmp_path, OURS)))
    await pass_days(rig, 1)
    assert (because(rig), reminders(rig), notes(rig, "note-iban")) == ([], [], [])


# --- What was mailed ------------------------------------------------------------------------------------------------


async def test_another_account_of_ours_holds_nothing_and_is_not_called_the_same(tmp_path: Path) -> None:
    second = "FR1420041010050500013M02606"
    rig = with_file(
        late(pdf=file_of(tmp_path, second)),
        conf=config(payments={"accounts": [OURS, "FR14 2004 1010 0505 0001 3M02 606"]}),
    )
    await pass_days(rig, 1)
    assert (because(rig), notes(rig, "note-iban")) == ([], [])
    assert case(rig).shown
    assert not not_contradicted(case(rig), OURS)


async def test_many_invoices_with_the_same_other_account_are_told_in_one_note(tmp_path: Path) -> None:
    path = file_of(tmp_path, FORGED)
    numbers = [f"FA-2026-{number:04}" for number in range(1, 31)]
    rig = with_file(*(late(number, pdf=path) for number in numbers))
    await pass_days(rig, 2)
    assert all(because(rig, f"{number}|2026-02-27") == [Because.IBAN] for number in numbers)
    (note,) = notes(rig, "note-iban")
    assert "30 factures" in said(rig, note)
    assert GROUPED in said(rig, note)


async def test_a_mailed_invoice_is_compared_as_soon_as_it_is_read() -> None:
    rig = reading()
    mailed(rig, page(ibans=[FORGED]))
    await rig.tick()
    assert because(rig, MAILED) == [Because.IBAN]
    assert len(notes(rig, "note-iban")) == 1
    assert compared(rig) == 1
    await pass_days(rig, 30)
    assert reminders(rig) == []
    assert len(notes(rig, "note-iban")) == 1


async def test_a_mailed_file_without_pages_is_compared_too() -> None:
    rig = reading()
    xml = page(ibans=[FORGED]).removeprefix(PDF)
    mailed(rig, ("facture.xml", xml), page("FA-OTHER", ibans=[OURS]))
    await rig.tick()
    assert because(rig, MAILED) == [Because.IBAN]


async def test_an_invoice_in_parts_is_told_once() -> None:
    rig = reading()
    mailed(rig, page(parts=[["2026-03-20", "400.00"], ["2026-04-20", "800.00"]], ibans=[FORGED]))
    await rig.tick()
    assert {tuple(hold.because for hold in one.holds) for one in rig.store.all_cases()} == {(Because.IBAN,)}
    assert len(notes(rig, "note-iban")) == 1


async def test_the_right_account_mailed_lets_it_leave() -> None:
    rig = reading()
    mailed(rig, page(ibans=[OURS]))
    await pass_days(rig, 20)
    assert because(rig, MAILED) == []
    assert SAME in words(reminders(rig)[0].raw)


async def test_what_came_from_outside_is_compared_with_nothing() -> None:
    rig = with_papers(daemon(late()))
    raw = sent(page("FA-2026-0001", ibans=[FORGED]), to=OWN, sender="x@elsewhere.test")
    arrive(rig, raw)
    await rig.tick()
    assert because(rig) == []
    assert compared(rig) == 0


# --- As in production -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("iban", "held"), [("FR76 3000 6000 0112 3456 7890 189", False), (GROUPED, True)])
async def test_the_text_of_a_page_is_read_by_the_real_child(tmp_path: Path, iban: str, held: bool) -> None:
    (tmp_path / "facture.pdf").write_bytes(text_page(["Facture", f"Virement : {iban}", "BIC AGRIFRPP"]))
    rig = daemon(late(pdf=str(tmp_path / "facture.pdf")), confirmed=False)
    rig.holder.setup = replace(rig.holder.setup, papers=CagedReader(seconds=20))
    rig.confirm()
    await rig.tick()
    assert (because(rig) == [Because.IBAN], reminders(rig) == []) == (held, held)
