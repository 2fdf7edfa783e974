"""A folder of exports: which files count, what a newer one says anew, and a file that is being written."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from relancier.adapters.invoices import InvoiceFile
from relancier.adapters.invoices.table import WRITING

HEADS = "n° facture;client;échéance;montant ttc;email"
OTHER = "facture;raison sociale;date d'échéance;total ttc;courriel"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def put(folder: Path, name: str, *rows: str, heads: str = HEADS, at: datetime = NOON) -> Path:
    path = folder / name
    path.write_text("\n".join([heads, *rows, ""]), "utf-8")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def row(number: str, amount: str = "10", client: str = "Aubry") -> str:
    return f"{number};{client};31/12/2026;{amount};a@aubry.example"


def amounts(folder: Path, reads: Literal["newest", "all"] = "newest") -> dict[str, str]:
    snapshot = InvoiceFile(folder, reads=reads).read()
    assert [str(problem) for problem in snapshot.problems if not problem.warning] == []
    assert len({invoice.key for invoice in snapshot.invoices}) == len(snapshot.invoices)
    return {invoice.number: f"{invoice.amount:.2f}" for invoice in snapshot.invoices}


def test_of_files_with_the_same_headings_the_newest_counts(tmp_path: Path) -> None:
    put(tmp_path, "octobre.csv", row("F1"), row("F2"))
    put(tmp_path, "a-novembre.csv", row("F2", "20"), at=NOON + timedelta(days=30))
    assert amounts(tmp_path) == {"F2": "20.00"}


@pytest.mark.parametrize(("client", "counting"), [("Leroy", ["10023", "20045"]), ("Aubry", ["20045"])])
def test_numbers_of_figures_alone_make_one_export_only_with_the_same_customers(
    tmp_path: Path, client: str, counting: list[str]
) -> None:
    put(tmp_path, "gescom.csv", row("10023"))
    heads = HEADS.replace("montant", "total")
    put(tmp_path, "atelier.csv", row("20045", client=client), heads=heads, at=NOON + timedelta(days=1))
    assert sorted(amounts(tmp_path)) == counting


def test_files_with_other_headings_are_other_books(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"))
    put(tmp_path, "b.csv", row("G1"), heads=OTHER)
    put(tmp_path, "b2.csv", row("G2"), heads=OTHER, at=NOON + timedelta(days=1))
    assert amounts(tmp_path) == {"F1": "10.00", "G2": "10.00"}
    assert told(tmp_path) == [
        (
            f"{tmp_path.name}: a.csv of 2026-11-02 and b2.csv of 2026-11-03 count beside one another, as different "
            "exports; take out of the folder what should not count."
        )
    ]


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in InvoiceFile(folder).read().problems]


# --- an export with other columns than the last ---------------------------------------------------------------------

MORE = HEADS + ";téléphone"
LATER = NOON + timedelta(days=4)


def test_an_export_with_one_column_more_replaces_the_last(tmp_path: Path) -> None:
    put(tmp_path, "factures-14-12.csv", row("G-2026-001"), row("G-2026-002"), row("G-2026-003"))
    new = [row("G-2026-002") + ";01", row("G-2026-003") + ";02"]
    put(tmp_path, "factures-18-12.csv", *new, heads=MORE, at=LATER)
    assert amounts(tmp_path) == {"G-2026-002": "10.00", "G-2026-003": "10.00"}
    snapshot = InvoiceFile(tmp_path).read()
    assert (snapshot.as_of, snapshot.oldest, snapshot.doubted) == (LATER, "factures-18-12.csv", {})
    assert told(tmp_path) == [
        "factures-14-12.csv: it is passed over: factures-18-12.csv is newer, and the same export with other columns."
    ]


def test_an_export_with_one_column_less_replaces_the_last(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("G1") + ";01", row("G2") + ";01", heads=MORE)
    put(tmp_path, "b.csv", row("G2"), at=LATER)
    assert amounts(tmp_path) == {"G2": "10.00"}


def test_who_is_spared_stays_so_when_the_newer_export_has_lost_the_column(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("G1") + ";oui", row("G2", client="Petit") + ";", heads=HEADS + ";jamais")
    put(tmp_path, "b.csv", row("G1"), row("G2", client="Petit"), at=LATER)
    assert [one.customer.never for one in InvoiceFile(tmp_path).read().invoices] == [True, False]
    put(tmp_path, "c.csv", row("G1") + ";", heads=HEADS + ";jamais", at=LATER + timedelta(days=1))
    assert [one.customer.never for one in InvoiceFile(tmp_path).read().invoices] == [False]


def test_the_same_invoices_under_other_headings_are_one_export(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"), row("F2"), row("F3"))
    put(tmp_path, "b.csv", row("F3"), row("F4"), heads=OTHER, at=LATER)
    assert amounts(tmp_path) == {"F3": "10.00", "F4": "10.00"}
    assert InvoiceFile(tmp_path).read().doubted == {"f1": "a.csv", "f2": "a.csv"}
    assert told(tmp_path) == [
        (
            "a.csv: it is passed over: b.csv is newer, and the same export with other columns, so that 2 invoices that "
            'stand here alone are not chased (folder_reads = "all" reads both).'
        )
    ]


@pytest.mark.parametrize(
    ("before", "now", "heads", "same"),
    [
        (row("FA-2026-0012"), row("FA-2026-0031") + ";01", MORE, True),  # one series, a column more
        (row("FA-2026-0012"), row("FA-2026-0031"), OTHER, True),  # one series of one customer, in another program
        (row("FA-2026-0012"), row("FA-2026-0031", client="Petit"), OTHER, False),
        (row("FA-2026-0012"), row("AC-2026-0031") + ";01", MORE, False),  # another series
        (row("1012"), row("1031") + ";01", MORE, True),
        (row("1012"), row("1031"), OTHER, False),  # figures alone say little
        (row("1012"), row("312") + ";01", MORE, False),
        (row("FA-2026-0012"), row("FA-2026-0012"), OTHER, True),
    ],
)  # fmt: skip
def test_which_files_are_one_export(tmp_path: Path, before: str, now: str, heads: str, same: bool) -> None:
    put(tmp_path, "a.csv", before)
    put(tmp_path, "b.csv", now, heads=heads, at=LATER)
    assert (len(InvoiceFile(tmp_path).read().invoices) == 1) is same
    assert len(told(tmp_path)) == 1


def test_what_left_the_export_before_its_columns_changed_is_not_doubted(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"), row("F2"))
    put(tmp_path, "b.csv", row("F2"), row("F3"), at=NOON + timedelta(days=1))
    put(tmp_path, "c.csv", row("F3"), row("F4"), row("F5"), heads=OTHER, at=NOON + timedelta(days=2))
    put(tmp_path, "d.csv", row("F5"), row("F6"), heads=OTHER, at=NOON + timedelta(days=3))
    assert amounts(tmp_path) == {"F5": "10.00", "F6": "10.00"}
    assert InvoiceFile(tmp_path).read().doubted == {"f2": "b.csv"}


def test_all_reads_them_all_without_a_word(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"))
    put(tmp_path, "b.csv", row("F2") + ";01", heads=MORE, at=LATER)
    snapshot = InvoiceFile(tmp_path, reads="all").read()
    assert ([one.number for one in snapshot.invoices], snapshot.problems) == (["F1", "F2"], ())
    assert (snapshot.as_of, snapshot.oldest) == (NOON, "a.csv")


def test_all_files_count_and_the_newer_says_what_stands_in_two(tmp_path: Path) -> None:
    put(tmp_path, "b.csv", row("F1", "99"), row("F3", "3"), at=NOON + timedelta(days=1))
    put(tmp_path, "c.csv", row("F1", "10"), row("F2", "2"))
    put(tmp_path, "d.csv", row("F2", "1"), heads=OTHER, at=NOON - timedelta(days=1))
    assert amounts(tmp_path, "all") == {"F1": "99.00", "F2": "2.00", "F3": "3.00"}


def test_the_same_invoice_twice_in_one_file_is_a_mistake_still(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"), row("F1"))
    put(tmp_path, "b.csv", row("F2"), at=NOON + timedelta(days=1))
    (problem,) = InvoiceFile(tmp_path, reads="all").read().problems
    assert "stands on line 2 already" in problem.text


def test_what_programs_write_while_they_work_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"))
    for name in ("~$a.xlsx", ".~lock.a.csv#", "a.csv.tmp", "a.csv.part", ".a.csv", "f1.pdf", "lisez-moi.doc"):
        (tmp_path / name).write_bytes(b"not finished")
    (tmp_path / "archives.csv").mkdir()
    assert amounts(tmp_path) == {"F1": "10.00"}


def test_as_of_is_the_oldest_of_the_files_that_count(tmp_path: Path) -> None:
    put(tmp_path, "old.csv", row("F1"), at=NOON - timedelta(days=40))
    put(tmp_path, "new.csv", row("F1"))
    put(tmp_path, "other.csv", row("G1"), heads=OTHER, at=NOON - timedelta(days=2))
    assert InvoiceFile(tmp_path).read().as_of == NOON - timedelta(days=2)
    assert InvoiceFile(tmp_path, reads="all").read().as_of == NOON - timedelta(days=40)


def test_a_file_that_comes_goes_or_changes_is_a_change(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"))
    here = InvoiceFile(tmp_path)
    assert here.changed()
    here.read()
    assert not here.changed()
    (tmp_path / "~$a.csv").write_text("x")
    assert not here.changed()
    put(tmp_path, "b.csv", row("F2"), heads=OTHER)
    assert here.changed()
    here.read()
    later = InvoiceFile(tmp_path)
    assert later.unchanged_since(here.stamp())
    assert not later.changed()
    (tmp_path / "b.csv").unlink()
    assert here.changed()
    assert not InvoiceFile(tmp_path).unchanged_since(here.stamp())
    assert not InvoiceFile(tmp_path, reads="all").unchanged_since(here.stamp())


def test_one_bad_file_refuses_all(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1"))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 cut")
    snapshot = InvoiceFile(tmp_path).read()
    assert snapshot.invoices == ()
    assert [problem.where for problem in snapshot.problems] == ["b.xlsx"]


def test_the_customers_file_may_lie_in_the_folder(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "F1;Aubry;31/12/2026;10", heads="n° facture;client;échéance;montant ttc")
    customers = put(tmp_path, "customers.csv", "Aubry;compta@aubry.example", heads="client;email")
    (invoice,) = InvoiceFile(tmp_path, customers).read().invoices
    assert invoice.customer.contacts[0].email == "compta@aubry.example"


def test_never_in_one_file_is_never_in_all(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", row("F1") + ";oui", heads=HEADS + ";jamais")
    put(tmp_path, "b.csv", row("G1"), heads=OTHER)
    assert [one.customer.never for one in InvoiceFile(tmp_path).read().invoices] == [True, True]


def test_whom_the_customers_file_spares_is_told_without_an_invoice_too(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "F1;Aubry;31/12/2026;10", heads="n° facture;client;échéance;montant ttc")
    lines = ("Aubry;compta@aubry.example;", "Petit;compta@petit.example;oui")
    customers = put(tmp_path, "customers.csv", *lines, heads="client;email;jamais")
    assert [one.name for one in InvoiceFile(tmp_path, customers).read().never] == ["Petit"]


# --- a file that somebody is writing --------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "settling"), [(0.5, True), (2.9, True), (3.1, False), (-60, False)])
def test_a_file_that_changed_a_moment_ago_is_waited_for(tmp_path: Path, age: float, settling: bool) -> None:
    path = put(tmp_path, "a.csv", row("F1"))
    now = NOON + timedelta(days=1)
    here = InvoiceFile(path, clock=lambda: now)
    assert len(here.read().invoices) == 1
    put(tmp_path, "a.csv", row("F1"), row("F2"), at=now - timedelta(seconds=age))
    snapshot = here.read()
    assert snapshot.settling is settling
    assert here.changed() is settling
    assert [problem.text for problem in snapshot.problems] == [WRITING] * settling
    now += timedelta(minutes=1)
    assert len(here.read().invoices) == 2
    assert not here.changed()


def test_the_first_read_waits_for_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", row("F1"))
    assert len(InvoiceFile(path, clock=lambda: NOON).read().invoices) == 1


def test_a_file_that_grows_while_it_is_read_is_settling_too(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", row("F1"))

    def writing(file: Path) -> bytes:
        content = file.read_bytes()
        file.write_bytes(content + b"more")
        return content

    assert InvoiceFile(path, read_bytes=writing).read().settling
