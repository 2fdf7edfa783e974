"""The year is lived once, for all tests of this folder."""

import pytest
from tests.year.year import Seen, live


@pytest.fixture(scope="session")
def seen() -> Seen:
    return live()
