"""What every test may use."""

import pytest
from tests.servers.fixtures import accounts, mailhost

__all__ = ["accounts", "mailhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need real servers, so that `-m 'not servers'` leaves them out."""
    for item in items:
        if "mailhost" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")
