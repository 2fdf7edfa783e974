"""A letter's task carries the letter ready to print, or says why not and holds its words."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from tests.work.play import KEY, box, case, daemon, entries, late, parsed, pass_days, taken, words
from tests.work.rig import Rig, config, customer

from relancier.core.case import How, Kind
from relancier.core.outbox import Entry, Sort
from relancier.core.plan import Channel
from relancier.core.text.blocks import Document, Letter
from relancier.ports import PrintFailed

ADDRESS = ("Zone des Œillets", "12 rue du Bief", "42000 Saint-Étienne")
COMPANY = {
    "address": ["12 rue des Forges", "69003 Lyon"],
    "legal_form": "SAS",
    "capital": "50 000 €",
    "siren": "552100554",
    "rcs": "RCS Lyon",
}


class Failing:
    """A printer that has run out of paper."""

    def letter(self, letter: Letter) -> bytes:
        raise PrintFailed(f"No paper for {letter.addressee[0]}.")

    def document(self, document: Document) -> bytes:
        raise PrintFailed(document.title)


def silent(**other: Any) -> Rig:
    """A daemon whose customer never answers, on the plan for that."""
    known = {"address": ADDRESS, **other.pop("known", {})}
    owed = late(plan="silence", customer=customer(**known), **other.pop("owed", {}))
    return daemon(owed, conf=config(company=COMPANY), **other)


def printing_with(rig: Rig, printer: object) -> Rig:
    """The same daemon with another printer."""
    rig.parts.deliver.renderer = replace(rig.parts.deliver.renderer, printer=printer)  # type: ignore[arg-type]
    return rig


def tasks(rig: Rig, channel: Channel) -> list[Entry]:
    return [entry for entry in entries(rig, Sort.TASK) if entry.channel == channel]


def given(rig: Rig, channel: Channel) -> EmailMessage:
    """The one task of a channel, as it stands in the inbox."""
    (entry,) = tasks(rig, channel)
    raw = rig.store.blob(entry.blob)
    assert raw is not None
    return parsed(raw)


def files(task: EmailMessage) -> Mapping[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in task.iter_attachments()}


def printed(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def test_the_task_of_a_letter_carries_it_with_a_neutral_name() -> None:
    rig = silent()
    await pass_days(rig, 9)
    task = given(rig, Channel.LETTER)
    assert list(files(task)) == ["FA-2026-0001-courrier.pdf"]
    page = printed(files(task)["FA-2026-0001-courrier.pdf"])
    for line in ("Dupont", "À l'attention de Mme Alice Petit", *ADDRESS, "Lyon, le 10 mars 2026", "Atelier Lumen"):
        assert line in page
    assert "FA-2026-0001" in page
    assert "1\u202f200,00\u00a0€" in page
    assert "FR76\u00a03000" in page
    assert "SAS" in page
    assert "Madame," in page
    assert "recommandée avec avis" not in page.partition("Madame,")[0]


async def test_a_registered_letter_says_how_it_is_posted_and_stays_unposted_until_somebody_says_so() -> None:
    rig = silent()
    await pass_days(rig, 15)
    task = given(rig, Channel.REGISTERED_LETTER)
    (name,) = files(task)
    assert "demeure" not in name
    assert "Lettre recommandée avec avis de réception" in printed(files(task)[name])
    assert Kind.POSTED not in {event.kind for event in rig.store.events(KEY)}
    done = case(rig).step_done("silence-announcement")
    assert done is not None
    assert done.how is How.TASK


async def test_the_task_and_its_letter_are_stored_before_it_is_sent_and_filed_as_they_are() -> None:
    rig = silent()
    await pass_days(rig, 9)
    (entry,) = tasks(rig, Channel.LETTER)
    raw = rig.store.blob(entry.blob)
    assert raw is not None
    assert raw in box(rig).raws("INBOX")


async def test_the_letter_is_in_the_customers_language_and_its_task_in_ours() -> None:
    rig = silent(known={"language": "en"})
    await pass_days(rig, 9)
    task = given(rig, Channel.LETTER)
    assert list(files(task)) == ["FA-2026-0001-courrier.pdf"]
    page = printed(files(task)["FA-2026-0001-courrier.pdf"])
    assert "Lyon, 10 March 2026" in page
    assert "For the attention of Mme Alice Petit" in page
    assert "Merci d'imprimer" in task.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_without_an_address_the_task_says_so_and_holds_the_words() -> None:
    rig = silent(known={"address": ()})
    await pass_days(rig, 9)
    task = given(rig, Channel.LETTER)
    assert files(task) == {}
    said = words(task.as_bytes())
    assert "l'adresse postale du client manque" in said
    assert "FR76 3000 6000" in said
    assert "Madame," in said


async def test_without_a_printer_the_task_says_so_and_holds_the_words() -> None:
    rig = printing_with(silent(), None)
    await pass_days(rig, 9)
    task = given(rig, Channel.LETTER)
    assert files(task) == {}
    assert "l'impression des lettres n'est pas installée" in words(task.as_bytes())
    assert "Madame," in words(task.as_bytes())


async def test_a_letter_that_cannot_be_set_leaves_its_words_and_the_reason() -> None:
    rig = printing_with(silent(), Failing())
    await pass_days(rig, 9)
    task = given(rig, Channel.LETTER)
    assert files(task) == {}
    assert "elle n'a pas pu être mise en page" in words(task.as_bytes())
    assert "No paper for Dupont." in words(task.as_bytes())


async def test_the_invoices_pdf_lies_beside_the_letter(tmp_path: Path) -> None:
    (tmp_path / "f.pdf").write_bytes(b"%PDF-1.7 invoice")
    rig = silent(owed={"pdf": str(tmp_path / "f.pdf")})
    await pass_days(rig, 9)
    found = files(given(rig, Channel.LETTER))
    assert list(found) == ["FA-2026-0001-courrier.pdf", "FA-2026-0001.pdf"]
    assert found["FA-2026-0001.pdf"] == b"%PDF-1.7 invoice"


async def test_a_consumer_is_not_asked_to_his_own_attention() -> None:
    rig = silent(known={"name": "Mme Alice Petit", "professional": False})
    await pass_days(rig, 9)
    page = printed(files(given(rig, Channel.LETTER))["FA-2026-0001-courrier.pdf"])
    assert "À l'attention" not in page
    assert page.count("Mme Alice Petit\n") == 1


async def test_a_letter_names_only_the_invoice_of_its_own_task() -> None:
    who = customer(address=ADDRESS)
    other = late("FA-2026-0002", date(2026, 2, 20), plan="silence", customer=who)
    rig = daemon(late(plan="silence", customer=who), other, conf=config(company=COMPANY))
    await pass_days(rig, 9)
    for entry in tasks(rig, Channel.LETTER):
        mine = entry.carries[0].case.partition("|")[0]
        raw = rig.store.blob(entry.blob)
        assert raw is not None
        page = printed(next(iter(files(parsed(raw)).values())))
        assert mine in page
        assert ("FA-2026-0001" in page, "FA-2026-0002" in page).count(True) == 1


async def test_a_part_in_dispute_leaves_the_formal_notice_to_a_person() -> None:
    rig = daemon(late(customer=customer(address=ADDRESS)), conf=config(company=COMPANY))
    await pass_days(rig, 1)
    rig.order("dispute", KEY, amount="300")
    rig.order("balance", KEY)
    await pass_days(rig, 45)
    assert tasks(rig, Channel.REGISTERED_LETTER) == []


async def test_a_posted_letter_starts_the_eight_days_anew() -> None:
    rig = silent()
    await pass_days(rig, 15)
    assert taken(rig)[-1] == "silence-announcement"
    rig.order("posted", KEY, on=date(2026, 3, 17), note="1A 234 567 8901 2")
    await pass_days(rig, 2)
    rig.order("letter", KEY, on=date(2026, 3, 19), note="received")
    await pass_days(rig, 6)
    assert taken(rig)[-1] == "silence-announcement"
    await pass_days(rig, 5)
    done = case(rig).step_done("silence-formal-notice")
    assert done is not None
    assert done.on == date(2026, 3, 19) + timedelta(days=8)


async def test_the_plan_by_due_dates_keeps_them_whenever_its_letter_is_posted() -> None:
    rig = daemon(late(customer=customer(address=ADDRESS)), conf=config(company=COMPANY))
    await pass_days(rig, 34)
    assert taken(rig)[-1] == "formal-notice"
    rig.order("posted", KEY, on=date(2026, 4, 5), note="1A 234 567 8901 2")
    await pass_days(rig, 20)
    assert taken(rig)[-1] == "legal"


@pytest.mark.parametrize("channel", [Channel.CALL])
async def test_a_call_carries_its_script_and_no_letter(channel: Channel) -> None:
    rig = silent()
    await pass_days(rig, 3)
    task = given(rig, channel)
    assert files(task) == {}
    assert "Merci d'appeler" in words(task.as_bytes())
    assert "Quel jour exact le virement partira-t-il" in words(task.as_bytes())
