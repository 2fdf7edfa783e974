"""Invoices by a query: read like the rows of a file, as old as the database says."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from relancier import wiring
from relancier.adapters.invoices import AskedInvoices
from relancier.config import load
from relancier.ports import Answer, QueryFailed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEADINGS = ("number", "customer", "due", "amount", "paid", "accounting_email")
ROW = ("FA-1", "Dupont", "2026-02-28", "1200.00", "0", "compta@dupont.example")
PARIS = ZoneInfo("Europe/Paris")


class Told:
    """A database that says what a test tells it."""

    def __init__(self, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS, at: datetime = NOON) -> None:
        self.answer = Answer(headings, rows, at)
        self.failure = ""

    def ask(self) -> Answer:
        if self.failure:
            raise QueryFailed(self.failure)
        return self.answer


def test_a_row_is_an_invoice_and_known_at_the_instant_of_the_answer() -> None:
    snapshot = AskedInvoices(Told(ROW)).read()
    assert snapshot.problems == ()
    assert [(one.key, one.amount_due, one.customer.contacts[0].email) for one in snapshot.invoices] == [
        ("FA-1|2026-02-28", Decimal("1200.00"), "compta@dupont.example")
    ]
    assert snapshot.as_of == NOON


def test_a_day_until_which_payments_are_booked_goes_before_the_instant_of_the_answer() -> None:
    told = Told((*ROW, "2026-02-27"), ("FA-2", *ROW[1:], "2026-02-26"), headings=(*HEADINGS, "known_until"))
    snapshot = AskedInvoices(told, zone=PARIS).read()
    assert snapshot.as_of == datetime(2026, 2, 27, tzinfo=PARIS)
    told.answer = replace(told.answer, rows=((*ROW, "2027-01-01"),))
    assert AskedInvoices(told, zone=PARIS).read().as_of == NOON


def test_books_without_a_place_for_payments_say_so() -> None:
    assert AskedInvoices(Told(ROW)).read().tells_paid
    bare = Told((*ROW[:4], ROW[5]), headings=(*HEADINGS[:4], HEADINGS[5]))
    assert not AskedInvoices(bare).read().tells_paid


def test_a_day_that_is_none_is_a_mistake() -> None:
    snapshot = AskedInvoices(Told((*ROW, "soon"), headings=(*HEADINGS, "known_until"))).read()
    assert str(snapshot.problems[0]).startswith('[invoices] query: column "known_until": "soon" is not a date')
    assert snapshot.invoices == ()


def test_it_has_changed_when_a_row_has_or_an_hour_has_passed() -> None:
    told = Told(ROW)
    source = AskedInvoices(told)
    assert source.changed()
    source.read()
    assert not source.changed()
    told.answer = replace(told.answer, at=NOON + timedelta(minutes=20))
    assert not source.changed()
    told.answer = replace(told.answer, at=NOON + timedelta(hours=1))
    assert source.changed()
    source.read()
    told.answer = replace(told.answer, rows=((*ROW[:4], "1200.00", ROW[5]),))
    assert source.changed()
    assert source.read().invoices[0].amount_due == 0


def test_a_later_process_knows_what_was_read() -> None:
    told = Told(ROW)
    source = AskedInvoices(told)
    source.read()
    later = AskedInvoices(told)
    assert later.unchanged_since(source.stamp())
    assert not later.changed()
    assert not AskedInvoices(Told()).unchanged_since(source.stamp())
    assert not AskedInvoices(told).unchanged_since("")


def test_a_database_that_does_not_answer_is_a_problem_until_it_does() -> None:
    told = Told(ROW)
    source = AskedInvoices(told)
    source.read()
    told.failure = "The database of [invoices] does not answer the query (no route); start the server."
    assert source.changed()
    assert str(source.read().problems[0]).endswith("start the server.")
    assert not source.unchanged_since("")
    told.failure = ""
    assert source.changed()
    assert len(source.read().invoices) == 1


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (("number", "customer", "due", "email"), "[invoices] query:1: no column for amount (montant ttc)"),
        (("number", "due", "amount", "customer"), "no column for accounting_email"),
    ],
)
def test_columns_that_lack_are_told(headings: tuple[str, ...], sentence: str) -> None:
    problems = AskedInvoices(Told(headings=headings)).read().problems
    assert any(sentence in str(problem) for problem in problems), problems


def test_a_row_that_is_wrong_refuses_the_answer_with_its_place() -> None:
    snapshot = AskedInvoices(Told(ROW, (*ROW[:3], "a lot", *ROW[4:]))).read()
    assert snapshot.invoices == ()
    assert str(snapshot.problems[0]).startswith('[invoices] query:2: column "amount": "a lot" is not an amount')


SCHEMA = """
CREATE TABLE tiers (code TEXT, nom TEXT, mail TEXT);
CREATE TABLE ecriture (piece TEXT, tiers TEXT, jour TEXT, echeance TEXT, debit REAL, regle REAL);
INSERT INTO tiers VALUES ('C001', 'Garage Morel', 'compta@morel.example');
INSERT INTO ecriture VALUES ('FA-2026-0101', 'C001', '2026-01-15', '2026-02-14', 1234.1, 234.1);
CREATE VIEW a_relancer AS SELECT piece AS number, jour AS issued, echeance AS due, debit AS amount, regle AS paid,
    code AS customer_id, nom AS customer, mail AS accounting_email FROM ecriture JOIN tiers ON code = tiers;
"""


def test_the_configuration_alone_connects_an_accounting_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "compta.sqlite")) as base:
        base.executescript(SCHEMA)
    config = Path(__file__).parents[2] / "config.example.toml"
    text = config.read_text().replace('file = "invoices.csv"\n', "")
    text = text.replace('query = ""', 'query = "SELECT * FROM a_relancer"')
    (tmp_path / "config.toml").write_text(text.replace('database = ""', 'database = "compta.sqlite"'))
    loaded, problems = load(tmp_path / "config.toml")
    assert loaded is not None, problems
    invoice = wiring.source(loaded, {}).read().invoices[0]
    assert (invoice.number, invoice.due, invoice.amount_due) == ("FA-2026-0101", date(2026, 2, 14), Decimal("1000.00"))
    assert (invoice.customer.id, invoice.customer.name) == ("C001", "Garage Morel")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ('query = "SELECT 1"', "invoices.database: nothing says which database the query is for"),
        ('database = "compta.sqlite"', "invoices.query: nothing is asked of the database"),
        ('query = "SELECT 1"\ndatabase = "x"\nfile = "invoices.csv"', "invoices.file: invoices come from the query"),
        ('query = "DROP TABLE piece"\ndatabase = "x"', "is no query; write one that begins with SELECT"),
        ('query = "SELECT 1"\ndatabase = "postgresql://me:secret@localhost/x"', "holds a password; take it out"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, keys: str, sentence: str) -> None:
    text = (Path(__file__).parents[2] / "config.example.toml").read_text()
    before, _, after = text.partition("[invoices]\n")
    rest = after[after.index("\n[") :]
    (tmp_path / "config.toml").write_text(f"{before}[invoices]\n{keys}\n{rest}")
    config, problems = load(tmp_path / "config.toml")
    assert config is None
    assert any(sentence in str(problem) for problem in problems), problems
    assert "secret" not in str(problems)
