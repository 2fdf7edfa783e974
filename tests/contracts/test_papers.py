"""The invoice readers keep their promise: the one that finds none, and the caged one."""

import pytest
from tests.adapters.papers_made import Given, cii, factur_x, ubl
from tests.contracts.papers import InvoiceReaderContract

from relancier.adapters.einvoice.caged import CagedReader
from relancier.ports import InvoiceReader
from relancier.work.setup import NoPapers


@pytest.fixture(scope="module")
def papers() -> list[bytes]:
    return [factur_x(Given(), "EN 16931"), cii(Given(), "EXTENDED"), ubl(Given())]


class TestNoPapers(InvoiceReaderContract):
    @pytest.fixture
    def reader(self) -> InvoiceReader:
        return NoPapers()


class TestCagedReader(InvoiceReaderContract):
    @pytest.fixture
    def reader(self) -> InvoiceReader:
        return CagedReader(seconds=20)
