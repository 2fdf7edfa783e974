"""Every reason that a note may give is named once, and is given somewhere."""

from collections import Counter
from pathlib import Path

import pytest

import relancier
from relancier.core.writing.reasons import REASONS

CODE = "".join(file.read_text() for file in Path(relancier.__file__).parent.rglob("*.py") if file.name != "reasons.py")


def test_no_reason_is_named_twice() -> None:
    assert [reason for reason, times in Counter(REASONS).items() if times > 1] == []


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_given_somewhere(reason: str) -> None:
    kind = reason.split("_", maxsplit=1)[0]
    assert f'"{reason}"' in CODE or f'f"{kind}_{{' in CODE
