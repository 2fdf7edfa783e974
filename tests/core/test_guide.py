"""docs/reading-mail.md is what the code reads: its made parts are made anew here, and compared."""

from pathlib import Path

import pytest

from relancier.core.reading.guide import ABSENCES, HINTS, PARTS, filled
from relancier.core.reading.hints import HintKind
from relancier.core.reading.reply import RULES

DOCS = Path(__file__).parents[2] / "docs" / "reading-mail.md"


def test_the_page_on_reading_mail_is_made_from_the_rules() -> None:
    page = DOCS.read_text("utf-8")
    assert filled(page) == page, "make docs"
    assert [name for name in PARTS if f"<!-- made: {name} -->\n" not in page] == []


def test_every_rule_of_the_page_is_shown_at_work() -> None:
    assert all(f"by `{rule.name}`: `" in PARTS["examples"]() for rule in RULES)


def test_every_hint_and_what_absences_tell_have_an_example() -> None:
    assert [kind for kind, *_ in HINTS] == list(HintKind)
    rows = PARTS["absences"]().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [sort for sort, *_ in ABSENCES]
    assert "until 2026-09-15, instead marie@client.example |" in rows[0]
    assert "back on 2026-09-21 |" in rows[1]


def test_only_made_parts_are_written_anew() -> None:
    page = "# A\n<!-- made: layers -->\nold\n<!-- end -->\nkept\n"
    assert filled(page) == f"# A\n<!-- made: layers -->\n{PARTS['layers']()}\n<!-- end -->\nkept\n"
    with pytest.raises(KeyError):
        filled("<!-- made: nothing -->\n<!-- end -->")
