"""The bounce readers keep their promise: the one that knows nothing, and the library."""

import pytest
from tests.contracts.bounces import BounceReaderContract

from relancier.adapters.flufl import FluflBounces
from relancier.ports import BounceReader
from relancier.work.setup import NoBounces


class TestNoBounces(BounceReaderContract):
    @pytest.fixture
    def reader(self) -> BounceReader:
        return NoBounces()


class TestFluflBounces(BounceReaderContract):
    @pytest.fixture
    def reader(self) -> BounceReader:
        return FluflBounces()
