"""What every Source promises. A subclass gives `books`: a place where a test books invoices, and its source."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from relancier.ports import Source

Line = tuple[str, str, str]
"""A number, what is to be paid, what was paid; all else is the same for every invoice."""


class Books(Protocol):
    def source(self) -> Source:
        """A new source, as a process that starts has one."""

    def book(self, *lines: Line) -> None:
        """These invoices, and no others, stand in the books now; each booking is told from the one before."""

    def spoil(self) -> None:
        """The books hold something that is no invoice."""


def due(source: Source) -> dict[str, Decimal]:
    snapshot = source.read()
    assert [problem for problem in snapshot.problems if not problem.warning] == []
    return {invoice.number: invoice.amount_due for invoice in snapshot.invoices}


class SourceContract:
    """Reads what was booked, knows when it has changed, and never raises for what the books hold."""

    def test_every_invoice_is_read_as_it_was_booked(self, books: Books) -> None:
        books.book(("FA-1", "1200.50", "0"), ("FA-2", "80.00", "30.00"))
        assert due(books.source()) == {"FA-1": Decimal("1200.50"), "FA-2": Decimal("50.00")}

    def test_payments_are_known_to_an_instant_that_has_passed(self, books: Books) -> None:
        books.book(("FA-1", "10.00", "0"))
        as_of = books.source().read().as_of
        assert as_of.tzinfo is not None
        assert as_of <= datetime.now(UTC)

    def test_it_has_changed_until_it_is_read_and_when_something_was_booked(self, books: Books) -> None:
        books.book(("FA-1", "10.00", "0"))
        source = books.source()
        assert source.changed()
        source.read()
        assert not source.changed()
        books.book(("FA-1", "10.00", "10.00"))
        assert source.changed()
        assert due(source) == {"FA-1": Decimal(0)}
        assert not source.changed()

    def test_a_later_process_knows_what_was_read_by_its_stamp(self, books: Books) -> None:
        books.book(("FA-1", "10.00", "0"))
        first = books.source()
        first.read()
        later = books.source()
        assert later.unchanged_since(first.stamp())
        assert not later.changed()
        books.book(("FA-1", "10.00", "5.00"))
        last = books.source()
        assert not last.unchanged_since(first.stamp())
        assert last.changed()
        assert not books.source().unchanged_since("")

    def test_books_that_cannot_be_read_are_a_problem_and_no_invoice(self, books: Books) -> None:
        books.book(("FA-1", "10.00", "0"))
        source = books.source()
        source.read()
        books.spoil()
        assert source.changed()
        snapshot = source.read()
        assert snapshot.invoices == ()
        assert shown(str(problem) for problem in snapshot.problems if not problem.warning)
        books.book(("FA-1", "10.00", "2.00"))
        assert source.changed()
        assert due(source) == {"FA-1": Decimal("8.00")}


def shown(sentences: Iterable[str]) -> list[str]:
    """Sentences that a person can read: one line each, without a traceback."""
    found = list(sentences)
    assert all(text and "\n" not in text and "Traceback" not in text for text in found)
    return found
