"""The legal file of a case to which everything has happened: complete, the same each time, and it verifies."""

import csv
import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.work.play import (
    CUSTOMER,
    KEY,
    answer,
    arrive,
    bounced,
    box,
    case,
    daemon,
    entries,
    late,
    pass_days,
    reminders,
    send_drafts,
    written,
)
from tests.work.rig import MANAGER, OWN, Rig, config, customer
from tests.work.test_orders_by_mail import answered, dictated, lying_notes, order

from relancier.adapters.printing import printer
from relancier.core.case import Instalment
from relancier.core.money import to_cents
from relancier.core.outbox import Sort
from relancier.core.stored import Seen
from relancier.core.text.blocks import Document, Letter
from relancier.ports import Printer, PrintFailed
from relancier.work.archive.claims import claim_of
from relancier.work.archive.dossier import Archive, Maker
from relancier.work.inbox.intake import FIRST_BYTES

PDF = b"%PDF-1.7 the invoice"
ON = date(2026, 6, 15)
ADDRESS = ("1 rue A", "75001 Paris")


class Paper:
    """Prints what can be looked at: the document's own words."""

    def letter(self, letter: Letter) -> bytes:
        raise NotImplementedError(letter)

    def document(self, document: Document) -> bytes:
        return f"%PDF {document.title} {document.subtitle} {document.language}".encode()


class Broken(Paper):
    def document(self, document: Document) -> bytes:
        raise PrintFailed(f"no ink for {document.title}")


def made(rig: Rig, on: date = ON, paper: Printer | None = None, key: str = KEY) -> Archive:
    maker = Maker(rig.store, rig.holder.setup, paper or Paper(), lambda path: Path(path).read_bytes())
    return maker.make([case(rig, key)], on)


def opened(archive: Archive) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive.content)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


RECEIPT = "\r\n".join(
    [
        f"From: {CUSTOMER}",
        f"To: {OWN}",
        "Subject: Lu : Facture",
        "Message-ID: <read@dupont.test>",
        "Date: Tue, 03 Mar 2026 10:00:00 +0100",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=limit",
        "",
        "--limit",
        "Content-Type: text/plain",
        "",
        "Votre message a été lu.",
        "",
        "--limit",
        "Content-Type: message/disposition-notification",
        "",
        f"Final-Recipient: rfc822; {CUSTOMER}",
        "Original-Message-ID: {original}",
        "Disposition: manual-action/MDN-sent-manually; displayed",
        "",
        "--limit--",
        "",
    ]
)


async def everything(rig: Rig) -> dict[str, bytes]:
    """Plays a case to which nearly everything happens; gives what came in, by what it is."""
    await pass_days(rig, 1)
    first = reminders(rig)[0]
    came = {
        "autoreply": answer(first, "Je suis absent.", at=rig.wake.now(), Auto_Submitted="auto-replied"),
        "delayed": bounced(first, "4.4.1", "delayed"),
        "receipt": RECEIPT.replace("{original}", _id(first.raw)).encode(),
        "reply": answer(first, "Nous payons bientôt.", at=rig.wake.now()),
    }
    for raw in came.values():
        arrive(rig, raw)
    await pass_days(rig, 0.5)
    came["colleague"] = written(
        OWN,
        "Re: FA-2026-0001",
        "Merci de votre réponse.",
        at=rig.wake.now(),
        to=CUSTOMER,
        In_Reply_To=_id(came["reply"]),
    )
    arrive(rig, came["colleague"], "Sent")
    await pass_days(rig, 0.5)
    rig.order("promise", KEY, on=date(2026, 3, 20), note="au téléphone")
    await pass_days(rig, 0.5)
    rig.order("called", KEY, on=date(2026, 3, 3), note="virement prévu")
    rig.order("paid", KEY, on=date(2026, 3, 3), amount="200")
    rig.order("dispute", KEY, amount="100", note="un luminaire cassé")
    await pass_days(rig, 1)
    rig.order("balance", KEY)
    rig.order("resume", KEY)
    rig.order("plan", KEY, note="silence", on=rig.wake.now().date())
    for _ in range(10):
        await pass_days(rig, 1)
        send_drafts(rig)
    rig.order("posted", KEY, on=rig.wake.now().date(), note="1A 234 567")
    rig.order("letter", KEY, on=rig.wake.now().date(), note="received")
    came["bounce"] = bounced(first)
    arrive(rig, came["bounce"])
    await pass_days(rig, 1)
    rig.order("resume", KEY)
    parts = (Instalment(date(2026, 5, 4), Decimal(500)), Instalment(date(2026, 6, 4), Decimal(500)))
    rig.order("instalments", KEY, on=rig.wake.now().date(), instalments=parts)
    await pass_days(rig, 1)
    return came


def _id(raw: bytes) -> str:
    line = next(line for line in raw.decode().splitlines() if line.lower().startswith("message-id:"))
    return line.partition(":")[2].strip()


@pytest.fixture
async def played(tmp_path: Path) -> tuple[Rig, dict[str, bytes]]:
    pdf = tmp_path / "facture.pdf"
    pdf.write_bytes(PDF)
    rig = daemon(late(pdf=str(pdf), customer=customer(address=ADDRESS)))
    return rig, await everything(rig)


async def test_every_message_is_there_byte_for_byte(played: tuple[Rig, dict[str, bytes]]) -> None:
    rig, came = played
    files = opened(made(rig))
    contents = set(files.values())
    lacking = [name for name, raw in came.items() if raw not in contents]
    assert lacking == []
    assert all(sent.raw in contents for sent in reminders(rig))
    tasks = [rig.store.blob(entry.blob) for entry in entries(rig, Sort.TASK) if entry.blob]
    assert tasks
    assert all(raw in contents for raw in tasks)


async def test_the_hashes_verify_and_name_every_other_file(
    played: tuple[Rig, dict[str, bytes]], tmp_path: Path
) -> None:
    files = opened(made(played[0]))
    sums = files["00-empreintes.sha256"].decode().splitlines()
    listed = {line.partition("  ")[2]: line.partition("  ")[0] for line in sums}
    assert listed == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "00-empreintes.sha256"
    }
    assert verified(files, tmp_path) == len(sums) == len(files) - 1


def verified(files: dict[str, bytes], folder: Path) -> int:
    """How many files the usual tool finds unchanged."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("sha256sum is missing")
    checked = subprocess.run([tool, "-c", "00-empreintes.sha256"], cwd=folder, check=True, capture_output=True)
    return checked.stdout.count(b": OK")


async def test_the_same_state_and_day_give_the_same_bytes(played: tuple[Rig, dict[str, bytes]]) -> None:
    assert made(played[0]).content == made(played[0]).content
    assert made(played[0]).content != made(played[0], ON + timedelta(days=1)).content


async def test_the_chronology_tells_what_happened_in_order_and_points_at_the_proof(
    played: tuple[Rig, dict[str, bytes]],
) -> None:
    files = opened(made(played[0]))
    head, *rows = table(files["02-chronologie.csv"])
    assert head == ["Date et heure", "Fait", "Détail", "Pièce"]
    facts = [row[1] for row in rows]
    wanted = [
        "Suivi de la facture ouvert", "Message envoyé", "Réponse automatique reçue", "Message reçu",
        "Accusé de réception ou de lecture reçu", "Réponse de notre équipe", "Paiement promis", "Appel téléphonique",
        "Paiement enregistré", "Facture contestée", "Solde non contesté relancé seul", "Lettre postée",
        "Suite donnée à la lettre", "Message non distribué", "Échéancier convenu",
    ]  # fmt: skip
    assert [fact for fact in wanted if fact not in facts] == []
    proven = {name for row in rows for name in row[3].split(", ") if name}
    assert proven <= files.keys()
    assert proven >= {name for name in files if name.startswith(("05-", "06-", "07-", "08-"))}
    text = "\n".join("|".join(row) for row in rows)
    assert "1A 234 567" in text
    assert "Code civil, art. 2240" in text
    assert "réponse du serveur" in text.replace("\N{NO-BREAK SPACE}", " ")
    for word in ("standard", "silence", "reminder", "paused", "promised"):
        assert word not in text


async def test_the_figures_are_those_of_the_claim(played: tuple[Rig, dict[str, bytes]]) -> None:
    rig, _ = played
    files = opened(made(rig))
    claim = claim_of(case(rig), [case(rig)], rig.store, rig.holder.setup, ON)
    rows = table(files["03-penalites.csv"])[1:]
    assert [row[2] for row in rows] == [str(line.period.days) for line in claim.lines]
    total = sum((line.period.interest for line in claim.lines), claim.lines[0].period.interest * 0)
    assert claim.interest == to_cents(total) > 0
    text = files["01-dossier.txt"].decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert f"Pénalités de retard  |  {str(claim.interest).replace('.', ',')} €" in text
    assert "Indemnité forfaitaire de recouvrement  |  40,00 €" in text
    assert "Prescription : au plus tôt le 28 janvier 2031" in text
    assert "nouveau délai" in text


async def test_letters_stand_apart_with_their_tracking_number(played: tuple[Rig, dict[str, bytes]]) -> None:
    rig, _ = played
    if not any(entry.channel in {"letter", "registered_letter"} for entry in entries(rig, Sort.TASK)):
        pytest.fail("no letter was played")
    files = opened(made(rig))
    letters = [name for name in files if name.startswith("07-lettres/")]
    assert letters
    assert all(files[name].startswith(b"%PDF") for name in letters)
    posted = next(row for row in table(files["02-chronologie.csv"]) if row[1] == "Lettre postée")
    assert set(posted[3].split(", ")) & set(letters)


async def test_what_lacks_is_named_and_stops_nothing() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    arrive(rig, answer(reminders(rig)[0]))
    await pass_days(rig, 0.2)
    (reply,) = [one for one in rig.store.messages_about(KEY) if one.kind == "human"]
    rig.store.commit(Seen(**{name: getattr(reply, name) for name in Seen.__slots__} | {"blob": "", "folder": ""}))
    archive = made(rig, paper=Broken())
    files = opened(archive)
    assert "01-dossier.pdf" not in files
    assert "01-dossier.txt" in files
    index = files["00-sommaire.txt"].decode()
    assert reply.message_id in index
    assert "no ink" in index
    assert "n'est pas disponible" in index
    assert len(archive.lacking) == 3


async def test_a_message_that_was_cut_is_said_to_be() -> None:
    rig = daemon(late())
    await pass_days(rig, 1)
    arrive(rig, answer(reminders(rig)[0], "long " * (FIRST_BYTES // 4)))
    await pass_days(rig, 0.2)
    files = opened(made(rig))
    (name,) = [name for name in files if name.startswith("06-")]
    assert len(files[name]) == FIRST_BYTES
    assert "tronqué" in next(line for line in files["00-sommaire.txt"].decode().splitlines() if name in line)


async def test_a_company_that_speaks_english_gets_an_english_file() -> None:
    rig = daemon(late(), conf=config(company={"language": "en"}))
    await pass_days(rig, 1)
    files = opened(made(rig))
    assert {"00-contents.txt", "00-hashes.sha256", "01-file.pdf", "01-file.txt", "02-chronology.csv"} <= files.keys()
    text = files["01-file.txt"].decode()
    assert "Late-payment interest" in text
    assert "Message sent" in text
    assert not set("éèêàç") & set(text.replace("Société", ""))


async def test_the_pages_have_their_text_and_their_count(played: tuple[Rig, dict[str, bytes]]) -> None:
    rig, _ = played
    files = opened(made(rig, paper=printer))
    if "01-dossier.pdf" not in files:
        pytest.skip("the extra `letters` is not installed")
    pages = PdfReader(io.BytesIO(files["01-dossier.pdf"])).pages
    text = " ".join("\n".join(page.extract_text() for page in pages).split())
    assert "FA-2026-0001" in text
    assert "Indemnité forfaitaire" in text
    assert "Échéancier convenu" in text
    assert 2 <= len(pages) <= 6
    assert made(rig, paper=printer).content == made(rig, paper=printer).content


async def test_internal_names_and_notes_stay_out(played: tuple[Rig, dict[str, bytes]]) -> None:
    rig, _ = played
    files = opened(made(rig))
    notes = [rig.store.blob(entry.blob) for entry in entries(rig, Sort.NOTE) if entry.blob]
    assert notes
    assert not set(filter(None, notes)) & set(files.values())
    assert all(name.isascii() for name in files)
    assert not any(word in name for name in files for word in ("silence", "reminder", "standard", MANAGER))
    assert box(rig).raws("Sent")


async def test_an_order_given_by_mail_is_told_as_a_fact_and_is_no_message() -> None:
    rig = await answered()
    (note,) = lying_notes(rig)
    raw = order(note, "promesse 20/03/2026")
    await dictated(rig, raw)
    files = opened(made(rig))
    assert raw not in files.values()
    assert "Paiement promis" in [row[1] for row in table(files["02-chronologie.csv"])]
