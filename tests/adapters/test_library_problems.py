"""What the program writes in English into its log is told in the language of who reads a note."""

import re
import shutil
import time
import tomllib
from pathlib import Path

import pytest
from tests.adapters.said import bare, sentences
from tests.contracts.statements import ACCOUNT, statement
from tests.sheets.test_damaged import REFUSED
from tests.statements import make

from relancier.adapters.library import FileLibrary
from relancier.adapters.library.problems import Problems, faults, put, read_problems
from relancier.adapters.library.shelf import Shelf
from relancier.adapters.library.words import read_words
from relancier.adapters.shipped import shipped
from relancier.adapters.statements import BankStatements
from relancier.core.text.typography import NARROW, NBSP

TEMPLATES = shipped("templates")
# What the team never reads: warnings of `check` and `import`, what a server is asked, the histories of cases.
UNTOLD = (
    *("is a task for a person", "no column holds mail addresses", "none of its words is a kind of document"),
    *("write facture if it is one", "no mail address for", "is left out: a credit note is not chased"),
    *("counts as paid, and the customer's reminders", "was issued after its due date", "not among the customer's"),
    *("the customer's reminders are held", "is of -{} and {}", "fits no invoice", "no invoice here is paid by it"),
    *("it is not known when", "is not read; did you mean", "is read, not {}", "it is not known of; add the day"),
    *(
        "it is passed over:",
        "count beside one another",
        "that stand",
        "(folder_reads =",
        "a bank statement is still being written",
        "letters and mails of a company",
    ),
    *("the town of registration", "say it otherwise", "OR OR HEADER", "a cell has no place", "repeated so many times"),
    *("no workbook has a document type", "Cannot overwrite a value", "at the end of a table declaration"),
    *("Expected newline or end", "Rehearsal: this message", "the daemon stopped", "the message is too large"),
    *("for one of these steps is in the outbox", "is not the SHA-256", "exists already: choose", "has no place in the"),
    *("has no time zone: only instants",),
    *("in the mailbox; {} was refused", "the last bank statement of account", "no bank statement has come yet"),
)
# Parts of sentences that the catalogue holds whole, with each of what may stand there.
IN_PARTS = (
    "{} and {} more",
    *("{} in cell {} {}", "{} holds {}; take it out{}.", "no line below the headings is an invoice or a customer{}"),
    *(
        "there is no such file; {}",
        "its template {} does not exist{}",
        "sender[{}] has the role",
        "{}_credential names it",
    ),
    *("must be an address with {} in it", "the {} comes from systemd"),
)
ENGLISH = re.compile(r"\b(?:the|is|it|its|not|cannot|must|write|holds|which|again|nothing|more|has|was|of|and|or)\b")
NOT_OURS = re.compile(r"«[^»]*»|\"[^\"]*\"|'[^']*'|\([^)]*\)|\[[^\]]*\]")


@pytest.fixture(scope="module")
def french() -> Problems:
    shelf = Shelf(TEMPLATES)
    return read_problems(shelf, "fr", read_words(shelf, "fr"))


def told(problems: Problems, text: str) -> str:
    """What a note says of it, with plain spaces."""
    return problems.told(text).replace(NBSP, " ").replace(NARROW, " ")


def english(said: str) -> list[str]:
    """The English words in what a note says, but for names and what was quoted."""
    return ENGLISH.findall(NOT_OURS.sub("", said))


# --- No sentence is forgotten -----------------------------------------------------------------------------------------


def test_every_sentence_that_the_program_writes_has_its_french_one(french: Problems) -> None:
    known = [bare(theirs) for theirs in tomllib.loads((TEMPLATES / "fr/problems.toml").read_text("utf-8"))]
    assert len(sentences()) > 400
    forgotten = [
        f"{where}: {text}"
        for where, text in sentences()
        if not any(text in one for one in known)
        and not any(part in text for part in (*UNTOLD, *IN_PARTS))
        and (french.told(text) == text or english(french.told(text)))
    ]
    assert forgotten == [], "say them in templates/fr/problems.toml (or in UNTOLD, if the team never reads them)"


@pytest.mark.parametrize("part", [*UNTOLD, *IN_PARTS])
def test_no_exemption_outlives_its_sentence(part: str) -> None:
    assert any(part in text for _, text in sentences())


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_in_a_damaged_file_is_told_in_french(name: str, french: Problems) -> None:
    said = told(french, f"{name}{REFUSED[name]}")
    assert said.startswith(name)
    assert english(said.removeprefix(name)) == []


STATEMENTS = {
    "empty.xml": b" ",
    "a.pdf": b"%PDF-1.7",
    "old.sta": b":20:X",
    "cut.xml": make.camt(statement(1))[:-40],
    "day.xml": make.camt(statement(1)).replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"),
    "none.xml": b'<?xml version="1.0"?><Document><BkToCstmrStmt></BkToCstmrStmt></Document>',
    "account.xml": make.camt(statement(1)).replace(b"IBAN", b"NONE"),
    "edited.xml": make.camt(statement(1)).replace(b"924.80", b"925.80"),
    "doctype.xml": b"<!DOCTYPE a><BkToCstmrStmt/>",
    "cut.ofx": make.ofx(statement(1)).replace(b"</OFX>", b""),
    "amount.ofx": make.ofx(statement(1)).replace(b"<TRNAMT>", b"<TRNAMT>x"),
    "cut.txt": b"\r\n".join(make.cfonb(statement(1)).splitlines()[:-1]),
    "edited.txt": make.cfonb(statement(1)).replace(b"\n07", b"\n99"),
    "headings.csv": b"Jour;Texte;Somme\n05/11/2026;VIR;1,00\n",
    "amount.csv": "Date;Libellé;Montant\n05/11/2026;VIR;abc\n".encode(),
    "day.csv": "Date;Libellé;Montant\n35/11/2026;VIR;1,00\n".encode(),
    "both.csv": "Date;Libellé;Débit;Crédit\n05/11/2026;VIR;2,00;3,00\n".encode(),
    "bare.csv": "Date;Libellé;Montant\n".encode(),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_why_a_statement_is_refused_is_told_in_french(name: str, french: Problems) -> None:
    problems = BankStatements(accounts=[ACCOUNT]).read(name, STATEMENTS[name]).problems
    assert problems
    for problem in problems:
        said = told(french, str(problem))
        assert said.startswith(name)
        assert said != str(problem)
        assert english(said) == []


def test_the_shipped_catalogue_has_no_fault(french: Problems) -> None:
    for path in TEMPLATES.glob("*/problems.toml"):
        assert list(faults(path)) == []
    assert len(french.sentences) > 500


def test_no_french_sentence_reads_english() -> None:
    for ours in tomllib.loads((TEMPLATES / "fr/problems.toml").read_text("utf-8")).values():
        assert ENGLISH.findall(NOT_OURS.sub("", re.sub(r"\S+[._]\S+|pip install|SELECT", "", ours))) in ([], ["or"]), (
            ours
        )


# --- How a sentence is put together -----------------------------------------------------------------------------------

CASES = {
    "releve.xml: its end (</OFX>) is missing: it was cut short, so download it from the bank again.": (
        "releve.xml : la fin du fichier (</OFX>) manque : le fichier est coupé ; "
        "téléchargez-le de nouveau depuis la banque."
    ),
    "releve juin.xml:3: the balance (LEDGERBAL) cannot be read: '12,x' is not an amount.": (
        "releve juin.xml:3 : le solde (LEDGERBAL) est illisible : '12,x' n'est pas un montant."
    ),
    "r.xml: the statement of 123 up to 2026-06-12 does not add up: 1234.50 and movements of -3.00 do not make 15.00. "
    "It was cut short or edited: download it from the bank again.": (
        "r.xml : le relevé du compte 123 jusqu'au 12/06/2026 ne tombe pas juste : 1 234,50 et -3,00 de mouvements ne "
        "font pas 15,00. Il a été coupé ou modifié ; téléchargez-le de nouveau depuis la banque."
    ),
    "releve.xml:4: '310299' is no day of the calendar; download it from the bank again.": (
        "releve.xml:4 : '310299' n'existe pas au calendrier ; téléchargez le fichier de nouveau depuis la banque."
    ),
    "FR7630006000011234567890189 is now FR7610107001011234567890129; BNP: FR7610107001011234567890129 is now "
    "FR7630006000011234567890189": (
        "FR76 3000 6000 0112 3456 7890 189 est devenu FR76 1010 7001 0112 3456 7890 129 ; "
        "BNP : FR76 1010 7001 0112 3456 7890 129 est devenu FR76 3000 6000 0112 3456 7890 189"
    ),
    "waiting until 2026-11-02T09:05:00+01:00: SMTP connect: the server did not answer in time": (
        "en attente jusqu'au 2 novembre 2026 à 09:05 : "
        "Serveur d'envoi (SMTP, étape connect) : le serveur n'a pas répondu à temps"
    ),
    "SMTP rcpt: 550 5.7.1 Relaying denied": "Serveur d'envoi (SMTP, étape rcpt) : 550 5.7.1 Relaying denied",
    "IMAP has no access token: login.example refuses an access token (invalid_grant). The consent has ended or was "
    "withdrawn: give it again, and put the new refresh token into its place.": (
        "La boîte (IMAP) n'a pas d'autorisation : login.example refuse l'autorisation (invalid_grant). Le consentement "
        "a pris fin ou a été retiré : donnez-le de nouveau, et mettez le nouveau jeton (refresh token) à sa place."
    ),
    "reminder-1.txt:3: there is no variable custmer; did you mean customer?": (
        "reminder-1.txt:3 : la variable custmer n'existe pas ; vouliez-vous dire customer ?"
    ),
    "config.toml: mailbox.imap.port: must be a whole number, as in 10; it is 1.5 now.": (
        "config.toml : mailbox.imap.port : doit être un nombre entier, par exemple 10 ; c'est 1.5 pour l'instant."
    ),
    "Dupont SARL, F-1: AV-1 1250.00 EUR": "Dupont SARL, F-1 : AV-1 1 250,00 €",
    "2026-06-12 1200.00 EUR DUPONT": "12/06/2026 1 200,00 € DUPONT",
    "the server refused a@b.fr: 550 no such user": "le serveur a refusé a@b.fr : 550 no such user",
    "2026-02-31 1.00 EUR X": "2026-02-31 1,00 € X",
}


@pytest.mark.parametrize("text", CASES)
def test_a_sentence_is_told_with_what_it_holds(text: str, french: Problems) -> None:
    assert told(french, text) == CASES[text]


def test_our_words_have_french_spaces_and_others_words_keep_theirs(french: Problems) -> None:
    said = french.told("a;b.csv: the file is empty; export the invoices again.")
    assert said == f"a;b.csv{NBSP}: le fichier est vide{NARROW}; exportez de nouveau les factures."


@pytest.mark.parametrize(
    "text",
    [
        *("", "F-1", "550 5.1.1 User unknown", "compta@client.fr", "plan-inconnu", "…0189, /srv/releves"),
        *("Re: your invoice, and more", "banque@bnp.fr: votre relevé de juin", "x: y; z: t"),
        "the file is empty; export the invoices again." * 30,
    ],
)
def test_what_is_no_sentence_of_ours_stays_as_it_is(text: str, french: Problems) -> None:
    assert french.told(text) == text


def test_a_text_made_to_cost_time_does_not(french: Problems) -> None:
    before = time.process_time()
    for text in ("a: " * 330, "; " * 490, "is not an amount " * 58, "a.txt: " * 140, 'column "x": "' * 70):
        assert french.told(text)
    assert time.process_time() - before < 10.0


# --- In a note --------------------------------------------------------------------------------------------------------

REFUSED_STATEMENT = {
    "company": "Lumen",
    "reply_to": "compta@lumen.fr",
    "reason": "statement_refused",
    "detail": "releve.xml: it is empty; download it from the bank again.",
    "lines": ("/srv/releves",),
}


def note(folder: Path, language: str, name: str = "note-statement", **fields: object) -> str:
    library = FileLibrary(folder, folder.parent / "plans", spare=TEMPLATES)
    return library.render(name, language, {**REFUSED_STATEMENT, **fields}).text


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(TEMPLATES, tmp_path / "templates")


@pytest.mark.parametrize("older", [False, True])
def test_a_note_says_it_in_the_language_also_in_folders_made_before(copied: Path, older: bool) -> None:
    if older:
        (copied / "fr/problems.toml").unlink()
    assert "releve.xml : il est vide ; téléchargez-le" in note(copied, "fr").replace(NBSP, " ").replace(NARROW, " ")
    assert "releve.xml: it is empty; download it from the bank again." in note(copied, "en")


def test_a_sentence_of_the_users_own_file_counts_first(copied: Path) -> None:
    (copied / "fr/problems.toml").write_text('"it is empty; download it from the bank again." = "le relevé est vide"')
    assert f"releve.xml{NBSP}: le relevé est vide" in note(copied, "fr")


def test_a_spoilt_catalogue_stops_no_note_and_is_told_by_the_check(copied: Path) -> None:
    (copied / "fr/problems.toml").write_text('"a {b}" = "c {d}"\n"e f" = 3')
    assert "il est vide" in note(copied, "fr")
    library = FileLibrary(copied, copied.parent / "plans", spare=TEMPLATES)
    found = [str(one) for one in library.problems() if "problems.toml" in str(one)]
    assert len(found) == 2
    assert "has no field called d" in found[0]
    (copied / "fr/problems.toml").write_text("no toml")
    assert "il est vide" in note(copied, "fr")
    assert any("problems.toml cannot be read" in str(one) for one in library.problems())


def test_lines_are_told_only_in_notes_that_list_problems(copied: Path) -> None:
    problem = ("config.toml: this key is missing; add it, as config.example.toml shows.",)
    assert "cette clé manque" in note(copied, "fr", "note-held", reason="reload_refused", lines=problem)
    assert "this key is missing" in note(copied, "fr", "note-draft-stale", reason="draft_paid", lines=problem)


def test_the_digest_says_why_a_contact_is_to_be_mended(french: Problems) -> None:
    row = {"number": "F-1", "detail": "the SMS gateway refused +33600000000: HTTP 404"}
    (mended,) = rows(put("digest", {"to_mend": (row,), "duties": (row,)}, french)["to_mend"])
    assert mended["number"] == "F-1"
    assert str(mended["detail"]).startswith("la passerelle SMS a refusé +33600000000")


def rows(value: object) -> tuple[dict[str, object], ...]:
    assert isinstance(value, tuple)
    return value


def test_what_a_person_wrote_is_never_changed(copied: Path) -> None:
    assert "more than 3 MB" in note(copied, "fr", "note-order", reason="order_unknown", detail="more than 3 MB")
