"""What every test may use."""

import pytest
from hypothesis import settings
from tests.servers.fixtures import accounts, mailhost

__all__ = ["accounts", "mailhost"]

# An example may take long on a machine that is busy with something else: pytest's own timeout is the bound.
settings.register_profile("busy machine", settings(), deadline=None)
settings.load_profile("busy machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need real servers, so that `-m 'not servers'` leaves them out."""
    for item in items:
        if "mailhost" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")
