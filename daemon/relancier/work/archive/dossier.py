"""The legal file of an invoice: one archive, the same bytes for the same state and day, that explains itself.

All that is kept is in it as it was kept; what lacks is named in its index. Nothing is written here.
"""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from relancier.core.case import IN_STORE, Case
from relancier.core.claim import once_an_invoice
from relancier.core.limitation import limitation
from relancier.core.outbox import Entry
from relancier.core.overviews.chronology import History, chronology
from relancier.core.overviews.chronology_words import Tongue
from relancier.core.overviews.paper import (
    Party,
    chronology_headings,
    chronology_rows,
    happened,
    interest_headings,
    interest_rows,
    owed,
    parties,
    plain,
)
from relancier.core.stored import Seen
from relancier.core.text.blocks import Block, Document
from relancier.ports import Printer, PrintFailed, Store
from relancier.work.archive.claims import claim_of
from relancier.work.archive.proofs import Proofs, gather, letter_of
from relancier.work.setup import Setup
from relancier.work.writing.attached import kept_bytes

NAMES = {
    "index": ("00-sommaire.txt", "00-contents.txt"),
    "sums": ("00-empreintes.sha256", "00-hashes.sha256"),
    "pages": ("01-dossier.pdf", "01-file.pdf"),
    "text": ("01-dossier.txt", "01-file.txt"),
    "chronology": ("02-chronologie.csv", "02-chronology.csv"),
    "interest": ("03-penalites.csv", "03-interest.csv"),
    "invoice": ("04-facture", "04-invoice"),
    "sent": ("05-messages-envoyes", "05-messages-sent"),
    "received": ("06-messages-recus", "06-messages-received"),
    "letters": ("07-lettres", "07-letters"),
    "tasks": ("08-taches", "08-tasks"),
}
UNFIT = re.compile(r"[^A-Za-z0-9.-]+")
MODE = 0o644 << 16
NO_INVOICE = ("La facture elle-même (PDF) n'est pas disponible", "The invoice itself (PDF) is not available")
NO_PAGES = ("Les pages PDF n'ont pas pu être imprimées", "The PDF pages could not be printed")
NO_BYTES = ("Message dont la copie n'a pas été conservée, du", "A message of which no copy was kept, of")
CUT = ("tronqué : seuls les premiers 512 Ko ont été conservés", "truncated: only the first 512 KB were kept")
WHAT = {
    "pages": (
        "les parties, la créance ligne par ligne, la chronologie",
        "the parties, the claim line by line, the chronology",
    ),
    "text": ("le même contenu, en texte", "the same, as text"),
    "chronology": ("la chronologie, en tableau", "the chronology, as a table"),
    "interest": ("le calcul des pénalités, en tableau", "the calculation of interest, as a table"),
}
READ_ME = (
    """\
Chaque message figure tel qu'il a été envoyé ou reçu, octet pour octet, au format .eml ;
tout logiciel de messagerie l'ouvre.
Les réponses des serveurs, les accusés et les suites des lettres figurent dans la chronologie,
avec le fichier qui les prouve.
Les messages sont numérotés par ordre de date dans chaque dossier.
Pour vérifier qu'aucun fichier n'a changé : sha256sum -c {sums}
Ce dossier rassemble des faits et un calcul ; il n'est pas un avis juridique.""",
    """\
Every message stands as it was sent or received, byte for byte, as .eml: any mail program opens it.
The servers' answers, receipts and what became of letters stand in the chronology, with the file that proves them.
Messages are numbered by date in each folder.
To verify that no file has changed: sha256sum -c {sums}
This file gathers facts and a calculation; it is not legal advice.""",
)
FIRST_DAY = date(1980, 1, 1)  # of a ZIP file's calendar


@dataclass(frozen=True, slots=True)
class Archive:
    """The bytes of the file, how many files are in it, and what lacks, for whoever made it."""

    content: bytes
    files: int
    lacking: tuple[str, ...]


@dataclass(slots=True)
class _Contents:
    """The files by name, what each of them is, and what lacks."""

    files: dict[str, bytes]
    told: dict[str, str]
    lacking: list[str]

    def put(self, name: str, content: bytes, told: str) -> None:
        self.files[name] = content
        self.told[name] = told


@dataclass(frozen=True, slots=True)
class Maker:
    """What making needs: the state, what is fixed, the printer, and the reader of invoices' PDFs."""

    store: Store
    setup: Setup
    printer: Printer
    read_file: Callable[[str], bytes]

    @property
    def _tongue(self) -> Tongue:
        return Tongue(self.setup.config.company.language)

    def make(self, cases: Sequence[Case], on: date) -> Archive:
        """The file of one invoice, all its parts, with the figures at the end of a day. Raises StoreFailed."""
        tongue, others = self._tongue, self.store.of_customer(cases[0].invoice.customer.id)
        made = _Contents({}, {}, [])
        self._invoices(cases, made)
        found = gather(cases, others, self.store, invoices=made.files.values(), ours=self.setup.ours)
        names = _file(found, made, tongue, self.setup.calendar.zone)
        rows = chronology(_history(found, names, cases[0]), tongue, self.setup.calendar.zone)
        claims = once_an_invoice(claim_of(case, others, self.store, self.setup, on) for case in cases)
        limits = [limitation(case, found.events[case.key]) for case in cases]
        made.put(
            tongue.plain(NAMES["chronology"]), _csv(chronology_headings(tongue), chronology_rows(rows, tongue)), ""
        )
        lines = (line for one in claims for line in interest_rows(one, tongue))
        made.put(tongue.plain(NAMES["interest"]), _csv(interest_headings(tongue), lines), "")
        body = [
            *parties(self._creditor(), cases[0].invoice.customer, tongue),
            *owed(claims, limits, tongue),
            *happened(rows, tongue),
        ]
        self._print(cases[0], body, on, made)
        made.lacking.extend(_lacks(one, tongue) for one in found.lacking)
        return _archive(cases[0], made, on, tongue)

    def _invoices(self, cases: Iterable[Case], made: _Contents) -> None:
        """The invoices' own PDFs, each once."""
        tongue = self._tongue
        for path in dict.fromkeys(case.invoice.pdf for case in cases):
            number = len(made.files) + 1
            try:
                content = self._read(path) if path else b""
            except OSError as error:
                made.lacking.append(tongue.one(NO_INVOICE) + f" ({error.strerror})")
                continue
            if content:
                name = f"{tongue.plain(NAMES['invoice'])}{'' if number == 1 else f'-{number}'}.pdf"
                made.put(name, content, tongue.one(("la facture", "the invoice")))
            else:
                made.lacking.append(tongue.one(NO_INVOICE))

    def _read(self, path: str) -> bytes:
        return kept_bytes(path, self.store) if path.startswith(IN_STORE) else self.read_file(path)

    def _creditor(self) -> Party:
        company = self.setup.config.company
        legal = (company.legal_form, company.capital and f"capital {company.capital}", company.siren, company.rcs)
        mentions = ", ".join(part for part in legal if part)
        return Party(company.name, (*company.address, mentions, company.phone, self.setup.config.mailbox.address))

    def _print(self, case: Case, body: Sequence[Block], on: date, made: _Contents) -> None:
        """The pages, and the same as text: without a printer the file is as complete."""
        tongue = self._tongue
        title = f"{tongue.one(('Dossier de la facture', 'File on invoice'))} {case.invoice.number}"
        under = f"{case.invoice.customer.name}, {tongue.one(('arrêté au', 'as of'))} {tongue.day(on)}"
        made.put(tongue.plain(NAMES["text"]), f"{title}\n{under}\n\n{plain(body)}".encode(), "")
        company = self.setup.config.company.name
        document = Document(
            title=title,
            subtitle=under,
            body=tuple(body),
            foot=f"{company} - {title}",
            language=tongue.language,
            author=company,
            on=on,
        )
        try:
            made.put(tongue.plain(NAMES["pages"]), self.printer.document(document), "")
        except PrintFailed as error:
            made.lacking.append(f"{tongue.one(NO_PAGES)} ({error})")


def _file(found: Proofs, made: _Contents, tongue: Tongue, zone: ZoneInfo) -> dict[str, tuple[str, ...]]:
    """Gives every proof its name, in order of time; the names by what they prove."""
    names: dict[str, tuple[str, ...]] = {}
    counts: dict[str, int] = {}
    for proof in found.files:
        counts[proof.folder] = counts.get(proof.folder, 0) + 1
        stem = f"{counts[proof.folder]:03}-{proof.at.astimezone(zone):%Y-%m-%d}"
        name = f"{tongue.plain(NAMES[proof.folder])}/{stem}.{proof.suffix}"
        cut = tongue.one(CUT) if proof.truncated else ""
        made.put(name, proof.content, "; ".join(part for part in (proof.subject, cut) if part))
        names[proof.ref] = (*names.get(proof.ref, ()), name)
    return names


def _history(found: Proofs, names: Mapping[str, tuple[str, ...]], case: Case) -> History:
    events = found.all_events
    letters = {event.ref: names.get(letter_of(event, events), ()) for event in events if event.ref}
    return History(
        events=events,
        entries=found.entries,
        messages=found.messages,
        subjects={proof.ref: proof.subject for proof in found.files if proof.subject},
        files={**{ref: files for ref, files in letters.items() if files}, **names},
        currency=case.invoice.currency,
    )


def _lacks(one: Seen | Entry, tongue: Tongue) -> str:
    """A message of which the bytes were not kept, so that a person can look for it."""
    at = (one.written_at or one.at) if isinstance(one, Seen) else (one.begun_at or one.queued_at)
    return f"{tongue.one(NO_BYTES)} {tongue.moment(at)} UTC, Message-ID {one.message_id}"


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table that spreadsheets open: semicolons, and a mark that says it is UTF-8; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell


def _archive(case: Case, made: _Contents, on: date, tongue: Tongue) -> Archive:
    """Everything in one file, in the order of its names, with the index and the hashes."""
    files = dict(made.files)
    files[tongue.plain(NAMES["index"])] = "\n".join(_index(case, made, on, tongue)).encode()
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files[tongue.plain(NAMES["sums"])] = sums.encode()
    return Archive(_zip(files, max(on, FIRST_DAY)), len(files), tuple(made.lacking))


def _zip(files: Mapping[str, bytes], on: date) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, MODE
            archive.writestr(info, files[name])
    return whole.getvalue()


def _index(case: Case, made: _Contents, on: date, tongue: Tongue) -> Iterator[str]:
    """What this is, how to read and to verify it, what is in it, what lacks."""
    invoice = case.invoice
    yield f"{tongue.one(('Dossier de la facture', 'File on invoice'))} {invoice.number}, {invoice.customer.name}"
    yield f"{tongue.one(('Arrêté au', 'As of'))} {tongue.day(on)}"
    yield from ("", *tongue.one(READ_ME).format(sums=tongue.plain(NAMES["sums"])).splitlines(), "")
    kinds = {tongue.plain(NAMES[name]): tongue.one(words) for name, words in WHAT.items()}
    for name in sorted(made.files):
        told = made.told[name] or kinds.get(name, "")
        yield f"{name}  -  {told}" if told else name
    yield ""
    yield (
        tongue.one(("Ce qui manque :", "What lacks:"))
        if made.lacking
        else tongue.one(("Rien ne manque.", "Nothing lacks."))
    )
    yield from (f"- {text}" for text in made.lacking)
    yield ""


def file_name(number: str) -> str:
    """An invoice number as part of a file's name."""
    return UNFIT.sub("-", number).strip("-.") or "invoice"
