"""A table of mistakes: what each says, its exit status, and the state as it was, to the byte.

The real command line runs on a configured folder with a state; `{etc}` stands for that folder.
"""
# ruff: noqa: E501 - a sentence stands on one line, as it is printed

import ast
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from typing import NamedTuple

import pytest
from tests.cli_desk import HEADINGS, INVOICES, Desk, Outcome, day, row
from tests.servers.certificates import Authority

Prepare = Callable[[Desk], object]


class Mistake(NamedTuple):
    """What goes wrong, the command that meets it, its exit status and what it says."""

    name: str
    prepare: Prepare
    command: str
    status: int
    sentence: str


def nothing(_desk: Desk) -> None:
    """The mistake is in the command itself."""


def config(old: str, new: str) -> Prepare:
    return lambda desk: desk.edit(old, new)


def added(text: str) -> Prepare:
    return lambda desk: desk.config.write_text(desk.config.read_text("utf-8") + text, "utf-8")


def plan(old: str, new: str) -> Prepare:
    return lambda desk: desk.edit(old, new, desk.folder / "plans" / "standard.toml")


def template(text: str) -> Prepare:
    return lambda desk: (desk.folder / "templates" / "fr" / "reminder-1.txt").write_text(text, "utf-8")


def books(text: str) -> Prepare:
    return lambda desk: desk.invoices.write_text(text, "utf-8")


def gone(name: str) -> Prepare:
    return lambda desk: (desk.folder / name).unlink()


def written(name: str, text: str, mode: int = 0o600) -> Prepare:
    def prepare(desk: Desk) -> None:
        (desk.folder / name).write_text(text, "utf-8")
        (desk.folder / name).chmod(mode)

    return prepare


def on_state(statement: str) -> Prepare:
    def prepare(desk: Desk) -> None:
        connection = sqlite3.connect(desk.state / "state.db")
        connection.execute(statement)
        connection.close()

    return prepare


def cut(desk: Desk) -> None:
    os.truncate(desk.state / "state.db", 0)


def damaged(desk: Desk) -> None:
    with (desk.state / "state.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)


def no_state(desk: Desk) -> None:
    shutil.rmtree(desk.state)


def no_plans(desk: Desk) -> None:
    for path in (desk.folder / "plans").iterdir():
        path.unlink()


# fmt: off
CONFIGURATION = (
    Mistake("no file", lambda desk: desk.config.unlink(), "forecast", 78, "{etc}/config.toml: there is no such file; `relancier init DIR` writes one, and --config FILE names another."),
    Mistake("not UTF-8", lambda desk: desk.config.write_bytes(b'[company]\nname = "\xe9"\n'), "forecast", 78, "{etc}/config.toml: line 2 is not UTF-8; save the file as UTF-8 in the editor."),
    Mistake("text not closed", config('name = "Atelier Lumen"', 'name = "Atelier Lumen'), "forecast", 78, "config.toml:2: a text is not closed; add the missing quotation mark (the file must be TOML, as config.example.toml is)."),
    Mistake("key twice", config("[mailbox]\n", '[mailbox]\naddress = "a@b.test"\n'), "forecast", 78, "config.toml:12: a key is written twice; remove one of the two (the file must be TOML, as config.example.toml is)."),
    Mistake("unknown key", config("holidays =", "holydays ="), "forecast", 78, 'config.toml: sending.holydays: unknown key; did you mean "holidays"?'),
    Mistake("unknown table", added("[emails]\nx = 1\n"), "forecast", 78, 'config.toml: emails: unknown key; did you mean "mailbox"?'),
    Mistake("port as text", config("port = 1\n", 'port = "993"\n'), "forecast", 78, 'config.toml: mailbox.imap.port: must be a whole number without quotation marks, as in 10; it is "993" now.'),
    Mistake("port beyond", config("port = 1\n", "port = 70000\n"), "forecast", 78, "config.toml: mailbox.imap.port: must be 65535 or less; it is 70000 now."),
    Mistake("IBAN", config("FR76 3000", "FR75 3000"), "forecast", 78, 'config.toml: company.iban: "FR75 3000 6000 0112 3456 7890 189" is not an IBAN, its check digits do not fit; compare it with the bank\'s.'),
    Mistake("SIREN", config("732 829 320", "732 829 321"), "forecast", 78, 'config.toml: company.siren: "732 829 321" is not a SIREN; it has nine digits, the last a check digit.'),
    Mistake("mail address", config("compta@lumen.test", "compta.lumen.test"), "forecast", 78, 'config.toml: mailbox.address: "compta.lumen.test" is not a mail address: an email address must have an @-sign.'),
    Mistake("time zone", config('name = "Atelier Lumen"', 'name = "A"\ntimezone = "Europe/Pari"'), "forecast", 78, 'config.toml: company.timezone: "Europe/Pari" is no known time zone; did you mean "Europe/Paris"?'),
    Mistake("weekday", config('"mon"', '"lun"'), "forecast", 78, 'config.toml: sending.days: knows no day "lun"; the days are mon, tue, wed, thu, fri, sat, sun.'),
    Mistake("hours", config('"00:00-23:59"', '"9h-17h"'), "forecast", 78, 'config.toml: sending.hours: must be two times of day, as in "09:00-17:30"; it is "9h-17h" now.'),
    Mistake("hours reversed", config('"00:00-23:59"', '"17:00-09:00"'), "forecast", 78, 'config.toml: sending.hours: must begin before it ends; it is "17:00-09:00" now.'),
    Mistake("holidays region", config('holidays = ""', 'holidays = "FR-ZZZ"'), "forecast", 78, 'config.toml: sending.holidays: The region "FR-ZZZ" is not known; write "FR" or one of FR-57, FR-6AE, FR-971, FR-972, FR-973, FR-974, FR-976, FR-BL, FR-MF, FR-NC, FR-PF, FR-PM, FR-TF, FR-WF, FR-Zone A, FR-Zone B, FR-Zone C.'),
    Mistake("password in the file", config('password_file = "password"', 'password = "hunter2"'), "forecast", 78, "config.toml: mailbox.imap.password: a secret never stands in this file; put it alone in a file of mode 0600 that password_file names, or pass it through systemd as password_credential names it, and change it if others could read this file."),
    Mistake("OAuth2", config('password_file = "password"', 'auth = "oauth2"'), "forecast", 78, "config.toml: mailbox.oauth2: this table is missing; add [mailbox.oauth2] and its keys, as config.example.toml shows."),
    Mistake("clear text to a far host", config('host = "127.0.0.1"', 'host = "imap.lumen.test"'), "forecast", 78, 'config.toml: mailbox.imap.security: "none" would send the password in clear, so it is for 127.0.0.1, ::1 and localhost only; write "tls" or "starttls".'),
    Mistake("unknown risk", added('[plans.by_risk]\nvery = "standard"\n'), "forecast", 78, 'config.toml: plans.by_risk: knows no risk "very"; the risks are low, medium, high.'),
    Mistake("rate", added("[late_interest]\nrate = 120\n"), "forecast", 78, 'config.toml: late_interest.rate: must be "legal" or a percentage, as in 12.5; it is 120 now.'),
    Mistake("duration", added('[replies]\npause_limit = "30 jours"\n'), "forecast", 78, 'config.toml: replies.pause_limit: must be a number and its unit, as in "30d"; it is "30 jours" now.'),
    Mistake("no smtp", lambda desk: desk.config.write_text( desk.config.read_text("utf-8").replace("mailbox.smtp", "mailbox.imap2"), "utf-8" ), "forecast", 78, "config.toml: mailbox.smtp: this table is missing; add [mailbox.smtp] and its keys, as config.example.toml shows. (1 more: `relancier check` lists all.)"),
    Mistake("no default plan", added('[plans]\ndefault = "normal"\n'), "forecast", 78, "config.toml: plans.default: There is no plan called 'normal'."),
    Mistake("no plan of a risk", added('[plans.by_risk]\nhigh = "dur"\n'), "check --offline", 1, "problem  config.toml: plans.by_risk.high: there is no plan called 'dur'; the plans are silence, standard."),
    Mistake("no templates in the language", config('name = "Atelier Lumen"', 'name = "A"\nlanguage = "en"'), "check --offline", 1, "problem  config.toml: company.language: there are no templates in 'en'; there are some in fr."),
)

FILES = (
    Mistake("plan not TOML", plan("[[step]]", "[[step]"), "forecast", 78, "standard.toml:14: this is not TOML: Expected ']]' at the end of an array declaration (at line 14, column 7) (1 more: `relancier check` lists all.)"),
    Mistake("plan with an unknown key", plan("template = ", "tempate = "), "forecast", 78, 'standard.toml: step[1].tempate: This key is not known; the nearest is "template". (2 more: `relancier check` lists all.)'),
    Mistake("plan with an odd day", plan('"J+3"', '"dans 3 jours"'), "forecast", 78, 'standard.toml: step[2].at: Write a day such as "J-2", "J0", "J+10" or "S+2" instead of "dans 3 jours". (1 more: `relancier check` lists all.)'),
    Mistake("plan without a template", plan('template = "reminder-1"', 'template = "rappel"'), "check --offline", 1, "problem  standard.toml: its template templates/fr/rappel.txt does not exist; write it, or name another in the plan"),
    Mistake("no plan at all", no_plans, "forecast", 78, "{etc}/plans: there is no plan here; write one, or copy the shipped ones (1 more: `relancier check` lists all.)"),
    Mistake("template with an unknown field", template("Subject: {{ number }}\n\n{{ solde }}\n"), "check --offline", 1, "problem  templates/fr/reminder-1.txt:3: there is no variable 'solde'"),
    Mistake("template without a subject", template("Bonjour,\n"), "check --offline", 1, "problem  templates/fr/reminder-1.txt:1: the first line must begin with 'Subject: '"),
    Mistake("template that reaches too far", template("Subject: {{ number }}\n\n{{ number.__class__ }}\n"), "run", 78, "templates/fr/reminder-1.txt:3: there is no column '__class__'"),
    Mistake("no invoice file", gone("invoices.csv"), "forecast", 1, "{etc}/invoices.csv: there is no such file; put it there, or correct its path in [invoices]."),
    Mistake("empty invoice file", books(""), "forecast", 1, "invoices.csv: the file is empty; export the invoices again."),
    Mistake("amount in two ways", books(HEADINGS + row("F-1", 9, "1.234")), "forecast", 1, 'invoices.csv:2: column "amount": "1.234" can be read in two ways; write 1234,00 if it is in thousands.'),
    Mistake("odd date", books(HEADINGS + row("F-1", 9).replace(day(9), "demain")), "forecast", 1, 'invoices.csv:2: column "due": "demain" is not a date; write it as 31/12/2026 or 2026-12-31.'),
    Mistake("invoice twice", books(INVOICES + row("F-2026-0001", 40)), "forecast", 1, 'invoices.csv:5: column "number": F-2026-0001 due on {in 40 days} stands on line 2 already; remove one of the two, or correct the due date of an invoice due in parts.'),
    Mistake("no due column", books(INVOICES.replace(";due;", ";quand;")), "forecast", 1, 'invoices.csv:1: no column for due (échéance); the headings are "number", "customer", "customer_id", "issued", "quand", "amount", "paid", "accounting_name", "accounting_email", "phone", "plan": add the column, or name it in [invoices.columns], as in due = "quand".'),
    Mistake("our own address as a customer's", books(INVOICES.replace("factures@alpes.test", "compta@lumen.test")), "forecast", 1, 'invoices.csv:2: column "accounting_email": "compta@lumen.test" is our own mailbox; write the customer\'s address.'),
    Mistake("plan of an invoice", books(INVOICES + row("F-9", 9, plan="dur")), "check --offline", 1, "problem  invoices.csv: F-9 names the plan 'dur', which does not exist; the plans are silence, standard."),
    Mistake("books of an order's preview", books("x\n"), "preview F-2026-0001", 1, 'invoices.csv:1: no heading of the first line is understood, "x"; the first line must hold the headings, separated by ; or , or tabs, as in number;customer;due;amount;accounting_email.'),
    Mistake("no password file", gone("password"), "run", 78, "mailbox.imap.password_file {etc}/password: there is no such file; write the secret into it, alone, with mode 0600. (1 more: `relancier check` lists all.)"),
    Mistake("password for all to read", written("password", "x", 0o644), "run", 78, "mailbox.imap.password_file {etc}/password: others may read or change it (mode 0644); run `chmod 600 {etc}/password`. (1 more: `relancier check` lists all.)"),
    Mistake("empty password", written("password", ""), "confirm --yes", 78, "mailbox.imap.password_file {etc}/password: the file is empty; write the secret into it, alone. (1 more: `relancier check` lists all.)"),
    Mistake("credential without systemd", config('password_file = "password"', 'password_credential = "imap"'), "run", 78, 'mailbox.imap.password_credential: the password comes from systemd as "imap", and systemd did not start this; name a password_file instead, or set $CREDENTIALS_DIRECTORY to a folder that holds it.'),
    Mistake("no key", gone("mailbox.key"), "pause F-2026-0001", 78, "{etc}/mailbox.key: there is no such file; put back the key kept with the configuration, or let `relancier init` make one."),
    Mistake("key that is none", written("mailbox.key", "secret\n"), "pause F-2026-0001", 78, "{etc}/mailbox.key: this is no key of Relancier; restore it from a backup, or move it away to make a new one."),
    Mistake("no ca_file", config('password_file = "password"', 'password_file = "password"\nca_file = "ca.pem"'), "run", 78, "mailbox.imap.ca_file {etc}/ca.pem: there is no such file; correct its path."),
    Mistake("server not there", nothing, "check", 1, "problem  IMAP 127.0.0.1:1: 127.0.0.1:1 cannot be reached: [Errno 111] Connection refused. Mend [mailbox.imap], or try again later."),
)

STATE = (
    Mistake("cut off", cut, "status", 1, "{etc}/state/state.db is empty: it was cut off; move it away and put the last backup in its place."),
    Mistake("damaged", damaged, "run", 1, "{etc}/state/state.db is damaged: move it away and put the last backup in its place."),
    Mistake("newer", on_state("PRAGMA user_version = 99"), "status", 1, "{etc}/state/state.db was written by a newer Relancier (version 99 of the state, this one knows 4): install that Relancier again, or put back a backup made before."),
    Mistake("another program's", on_state("PRAGMA application_id = 7"), "pause F-2026-0001", 1, "{etc}/state/state.db is not a state of Relancier: move it away, or use another state folder."),
    Mistake("nothing to copy", no_state, "backup {etc}/copy.db", 1, "There is no state in {etc}/state yet, so there is nothing to copy."),
    Mistake("copy exists", nothing, "backup {etc}/config.toml", 1, "{etc}/config.toml exists already, and nothing is overwritten: choose another name."),
    Mistake("copy nowhere", nothing, "backup {etc}/none/copy.db", 1, "There is no folder {etc}/none: make it, or name another file."),
)

COMMANDS = (
    Mistake("unknown command", nothing, "prewiew", 2, "No such command 'prewiew'. Did you mean 'preview'? `relancier --help` says what it takes."),
    Mistake("unknown option", nothing, "forecast --form json", 2, "No such option '--form'. Did you mean '--on'? `relancier forecast --help` says what it takes."),
    Mistake("nothing to explain", nothing, "explain", 2, "Missing argument 'FILE.eml…'. `relancier explain --help` says what it takes."),
    Mistake("odd date in a command", nothing, "pause F-2026-0001 --until demain", 2, "Invalid value for '--until': \"demain\" is not a date; write it as 31/12/2026 or 2026-12-31. `relancier pause --help` says what it takes."),
    Mistake("no such day", nothing, "promise F-2026-0001 --on 31/02/2027", 2, "Invalid value for '--on': \"31/02/2027\" is no day of the calendar; write day, month, year, as in 31/12/2026. `relancier promise --help` says what it takes."),
    Mistake("promise without a day", nothing, "promise F-2026-0001", 2, "Missing option '--on'. `relancier promise --help` says what it takes."),
    Mistake("pause that is over", nothing, "pause F-2026-0001 --until 2020-01-01", 2, "2020-01-01 is not in the future; name the day on which it comes back to a person. `relancier pause --help` says what it takes."),
    Mistake("promise in the past", nothing, "promise F-2026-0001 --on 2020-01-01", 2, "2020-01-01 is in the past; a promise is for today or later. `relancier promise --help` says what it takes."),
    Mistake("paid in the future", nothing, "paid F-2026-0001 --on 2099-01-01", 2, "2099-01-01 is in the future; for a payment to come, use `relancier promise`. `relancier paid --help` says what it takes."),
    Mistake("odd amount", nothing, "paid F-2026-0001 --amount cent", 2, "Invalid value for '--amount': \"cent\" is not an amount; write it as 1 234,56 or 1234.56. `relancier paid --help` says what it takes."),
    Mistake("amount below zero", nothing, "paid F-2026-0001 --amount=-5", 2, "Invalid value for '--amount': \"-5\" must be more than zero. `relancier paid --help` says what it takes."),
    Mistake("more than is due", nothing, "paid F-2026-0001 --amount 100,01", 1, "Only 100.00 EUR is due on F-2026-0001: give that or less, or leave --amount out."),
    Mistake("amount for several", nothing, "paid --customer alpes --amount 10", 1, "An amount is for one case, and these are several (F-2026-0002 of {in 30 days}, F-2026-0001 of {in 40 days}): name it with its --due."),
    Mistake("unknown invoice", nothing, "pause F-2026-00001", 1, 'There is no invoice "F-2026-00001"; the nearest is F-2026-0001 or F-2026-0006 or F-2026-0005.'),
    Mistake("invoice like no other", nothing, "pause XYZ", 1, 'There is no invoice "XYZ"; `relancier status` lists those there are.'),
    Mistake("unknown customer", nothing, "pause --customer alpe", 1, 'There is no customer "alpe"; the nearest is alpes or Alpes SA.'),
    Mistake("both", nothing, "pause F-2026-0001 --customer alpes", 2, "Name either an invoice or, with --customer, a customer. `relancier pause --help` says what it takes."),
    Mistake("neither", nothing, "pause", 2, "Name either an invoice or, with --customer, a customer. `relancier pause --help` says what it takes."),
    Mistake("paid already", nothing, "pause F-2026-0004", 1, "F-2026-0004 is paid, so there is nothing to do."),
    Mistake("closed already", nothing, "promise f-2026-0005 --on 2099-01-01", 1, "F-2026-0005 is closed, so there is nothing to do."),
    Mistake("resume what is paid", nothing, "resume F-2026-0006", 1, "F-2026-0006 is paid, so there is nothing to do."),
    Mistake("paid in the books", nothing, "pause F-2026-0006", 1, "F-2026-0006 is paid, so there is nothing to do."),
    Mistake("no such part", nothing, "close F-2026-0001 --due 2026-01-01", 1, "Nothing of F-2026-0001 is due on 2026-01-01; it is due on {in 40 days}."),
    Mistake("unknown plan", nothing, "plan F-2026-0001 dur", 1, 'There is no plan "dur"; the plans are silence, standard.'),
    Mistake("unknown step", nothing, "preview F-2026-0001 --step rappel", 1, 'The plan standard has no step "rappel"; its steps are notification, reminder, penalties, call, call-management, last-reminder, formal-notice, legal.'),
    Mistake("preview onto a file", nothing, "preview F-2026-0001 --output {etc}/config.toml", 1, "{etc}/config.toml/F-2026-0001-notification.eml cannot be written (File exists): name another folder with --output."),
    Mistake("forecast backward", nothing, "forecast --on 2031-01-02 --until 2031-01-01", 2, "--until 2031-01-01 lies before 2031-01-02; name a later day. `relancier forecast --help` says what it takes."),
    Mistake("nothing uncertain", nothing, "resend F-2026-0001", 1, "No message about F-2026-0001 is uncertain; `relancier status F-2026-0001` tells more."),
    Mistake("dispute of more than is due", nothing, "dispute F-2026-0001 --amount 100,01", 1, "Only 100.00 EUR is due on F-2026-0001: give that or less, or leave --amount out."),
    Mistake("disputed part of several", nothing, "dispute --customer alpes --amount 10", 1, "An amount is for one case, and these are several (F-2026-0002 of {in 30 days}, F-2026-0001 of {in 40 days}): name it with its --due."),
    Mistake("balance of what nobody disputes", nothing, "balance F-2026-0001", 1, "No part of F-2026-0001 is in dispute; `relancier dispute INVOICE --amount A` records one."),
    Mistake("call to come", nothing, "called F-2026-0001 --on 2099-01-01", 2, "2099-01-01 is in the future; record it once it has happened. `relancier called --help` says what it takes."),
    Mistake("call with and without an answer", nothing, "called F-2026-0001 --said oui --no-answer", 2, "Something was said, or nobody answered: give --said or --no-answer, not both. `relancier called --help` says what it takes."),
    Mistake("reminder before the due date", nothing, "chased F-2026-0001 --on 2020-01-01", 1, "Nothing was late on 2020-01-01 (F-2026-0001 on {in 40 days}): what is written before the due date is no reminder."),
    Mistake("letter that nobody asked for", nothing, "posted F-2026-0001 1A 234", 1, "The plan of F-2026-0001 has not asked for a letter yet; `relancier status F-2026-0001` shows what was done."),
    Mistake("odd fate of a letter", nothing, "letter F-2026-0001 lost", 2, "Invalid value for '{received|unclaimed|refused|unknown-address}': 'lost' is not one of 'received', 'unclaimed', 'refused', 'unknown-address'. `relancier letter --help` says what it takes."),
    Mistake("contact without a role", nothing, "contact F-2026-0001 x@alpes.test", 2, "Name an invoice (or, with --customer, a customer), then the role and the address. `relancier contact --help` says what it takes."),
    Mistake("contact in an unknown role", nothing, "contact F-2026-0001 boss x@alpes.test", 2, '"boss" is no role; write accounting, sales or management. `relancier contact --help` says what it takes.'),
    Mistake("contact without an address", nothing, "contact F-2026-0001 sales x@", 2, '"x@" is not a mail address: there must be something after the @-sign; give the customer\'s address. `relancier contact --help` says what it takes.'),
    Mistake("our own address as contact", nothing, "contact --customer alpes sales compta@lumen.test", 2, "compta@lumen.test is an address of our own; give the customer's address. `relancier contact --help` says what it takes."),
    Mistake("init onto a file", nothing, "init {etc}/config.toml", 1, "{etc}/config.toml cannot be written (File exists): name another folder, or mend this one."),
    Mistake("status of no invoice", nothing, "status F-2026-0099", 1, 'There is no invoice "F-2026-0099"; the nearest is F-2026-0006 or F-2026-0005 or F-2026-0004.'),
)
# fmt: on


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A folder with a state in which one invoice is paid, and another closed."""
    desk = Desk.new(tmp_path_factory.mktemp("once") / "etc")
    settled = row("F-2026-0006", 9).replace(";0;", ";100;")
    desk.invoices.write_text(INVOICES + row("F-2026-0004", 9) + row("F-2026-0005", 9) + settled, "utf-8")
    assert desk.run("paid", "F-2026-0004").status == 0
    assert desk.run("close", "F-2026-0005").status == 0
    return desk


@pytest.fixture
def desk(once: Desk, tmp_path: Path) -> Desk:
    shutil.copytree(once.folder, tmp_path / "etc")
    return Desk(tmp_path / "etc")


def said(desk: Desk, outcome: Outcome) -> str:
    """All that a command said, without what changes from run to run."""
    text = f"{outcome.out}{outcome.err}".replace(str(desk.folder), "{etc}")
    return text.replace(day(40), "{in 40 days}").replace(day(30), "{in 30 days}")


@pytest.mark.parametrize("mistake", [*CONFIGURATION, *FILES, *STATE, *COMMANDS], ids=lambda mistake: mistake.name)
def test_each_mistake_has_its_sentence_and_changes_nothing(mistake: Mistake, desk: Desk) -> None:
    mistake.prepare(desk)
    before = desk.fingerprint()
    outcome = desk.run(*mistake.command.replace("{etc}", str(desk.folder)).split())
    assert mistake.sentence in said(desk, outcome).splitlines()
    assert outcome.status == mistake.status
    assert desk.fingerprint() == before


# --- What needs more than a file


def test_a_second_daemon_is_refused(desk: Desk) -> None:
    with desk.store(exclusive=True):
        before = desk.fingerprint()
        outcome = desk.run("run")
        assert desk.fingerprint() == before
    assert outcome.status == 75
    assert said(desk, outcome).splitlines()[-1] == (
        f"Another daemon (process {os.getpid()}) holds {{etc}}/state: stop it, or use another state folder."
    )


@pytest.fixture
def anyone(once: Desk) -> Iterator[Desk]:
    """The same folder where an account that is not root's may reach it."""
    top = Path(tempfile.mkdtemp(prefix="relancier-"))
    shutil.copytree(once.folder, top / "etc")
    if os.getuid() == 0:
        for path in (top, *top.rglob("*")):
            os.chown(path, 65534, 65534)
    yield Desk(top / "etc")
    shutil.rmtree(top)


def by_anyone(work: Callable[[], Outcome]) -> Outcome:
    """What a command does in a process that is not root's."""

    def dropped() -> Outcome:
        if os.getuid() == 0:
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        return work()

    return in_a_child(dropped)


def in_a_child(work: Callable[[], Outcome]) -> Outcome:
    """What a command does in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        outcome = work()
        os.write(writing, repr(tuple(getattr(outcome, name) for name in ("status", "out", "err"))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    os.waitpid(child, 0)
    return Outcome(*ast.literal_eval(text))


@pytest.mark.parametrize("command", ["pause F-2026-0001", "hold", "confirm --yes", "run"])
def test_a_state_that_may_not_be_written(anyone: Desk, command: str) -> None:
    (anyone.state / "state.db").chmod(0o400)
    anyone.state.chmod(0o500)
    before = anyone.fingerprint()
    outcome = by_anyone(lambda: anyone.run(*command.split()))
    assert outcome.status == 1
    assert re.fullmatch(
        r"\{etc\}/state/(state.db|lock) cannot be (written|opened|used): .+\.", said(anyone, outcome).splitlines()[-1]
    )
    assert anyone.fingerprint() == before


def test_a_state_that_may_not_be_read(anyone: Desk) -> None:
    anyone.state.chmod(0o000)
    outcome = by_anyone(lambda: anyone.run("status"))
    anyone.state.chmod(0o700)
    assert outcome.status == 1
    assert said(anyone, outcome) == (
        "{etc}/state cannot be read (Permission denied): run the command as the account that owns it.\n"
    )


@pytest.mark.skipif(os.getuid() != 0, reason="only root can write what belongs to others")
def test_root_does_not_write_into_the_state_of_the_daemon_s_account(anyone: Desk) -> None:
    before = anyone.fingerprint()
    outcome = anyone.run("pause", "F-2026-0001")
    owner = anyone.state.owner()
    assert (outcome.status, said(anyone, outcome)) == (
        1, f"{{etc}}/state belongs to {owner}: run this as that account, as in `sudo -u {owner} …`.\n",
    )  # fmt: skip
    assert anyone.fingerprint() == before


def test_a_full_disk(desk: Desk) -> None:
    """No file may grow beyond what the state has: the journal has no room."""

    def without_room() -> Outcome:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        setrlimit(RLIMIT_FSIZE, (4096, getrlimit(RLIMIT_FSIZE)[1]))
        return desk.run("pause", "F-2026-0001")

    before = desk.fingerprint()
    outcome = in_a_child(without_room)
    assert outcome.status == 1
    assert re.fullmatch(r".*\{etc\}/state/state\.db.* space.*\.", said(desk, outcome).splitlines()[-1])
    assert desk.fingerprint() == before


def test_a_certificate_that_nobody_vouches_for(desk: Desk, tmp_path: Path) -> None:
    pair = Authority(tmp_path / "authority").good()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=_shake_hands, args=(listening, context), daemon=True)
        accepting.start()
        port = listening.getsockname()[1]
        text = desk.config.read_text("utf-8").replace('"none"', '"tls"').replace("port = 1\n", f"port = {port}\n")
        desk.config.write_text(text, "utf-8")
        before = desk.fingerprint()
        outcome = desk.run("check")
        accepting.join(20)
    assert outcome.status == 1
    assert f"problem  IMAP 127.0.0.1:{port}: The certificate of 127.0.0.1:{port} is not accepted" in outcome.out
    assert f"problem  SMTP 127.0.0.1:{port}: the server's certificate is not to be trusted" in outcome.out
    assert outcome.out.count("no password was sent") == 2
    assert desk.fingerprint() == before


def _shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    for _ in range(2):
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            context.wrap_socket(connection, server_side=True).close()
