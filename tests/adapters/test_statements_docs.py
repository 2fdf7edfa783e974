"""docs/statements.md lists the headings that the reader understands."""

from tests.docs import STATEMENTS, banked

from relancier.adapters.statements.headings import FOREIGN, KNOWN, plain
from relancier.config.feeding import PaymentColumns


def test_the_page_lists_every_heading() -> None:
    page = STATEMENTS.read_text("utf-8")
    assert banked(page) == page, "run `make docs`"


def test_every_heading_is_written_as_it_is_compared_and_stands_once() -> None:
    every = [heading for headings in KNOWN.values() for heading in headings]
    assert [plain(heading) for heading in every] == every
    assert len(set(every)) == len(every)
    assert not FOREIGN.intersection(every)


def test_each_column_of_the_configuration_has_headings() -> None:
    assert set(PaymentColumns.model_fields) <= set(KNOWN)
