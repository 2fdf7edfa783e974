from pathlib import Path

import pytest

from relancier.core.writing.fields import BY_NAME, FIELDS, markdown
from relancier.core.writing.samples import minimal, sample

DOCS = Path(__file__).parents[2] / "docs" / "templates.md"


def test_the_documentation_lists_the_variables_as_they_are() -> None:
    assert markdown() in DOCS.read_text("utf-8"), "write the lists anew: see the end of docs/templates.md"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("several", [False, True])
def test_an_example_sets_every_variable_and_no_other(language: str, several: bool) -> None:
    assert set(sample(language, several=several)) == set(BY_NAME)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_least_example_knows_only_what_is_always_known(language: str) -> None:
    fields = minimal(language)
    known = {name for name, value in fields.items() if value}
    assert known <= {field.name for field in FIELDS if field.always}
    assert {field.name for field in FIELDS if field.always} - known <= {"several", "consequences"}


def test_each_variable_is_listed_once_and_no_second_reply_address_is() -> None:
    assert len(BY_NAME) == len(FIELDS)
    assert "signer_email" not in BY_NAME
