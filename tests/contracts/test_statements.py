"""The statement readers keep their promise: the one that knows none, and the banks' formats."""

import pytest
from tests.contracts.statements import FILES, StatementReaderContract

from relancier.adapters.invoices import Workbooks
from relancier.adapters.statements import BankStatements
from relancier.ports import StatementReader
from relancier.work.setup import NoStatements


class TestNoStatements(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return NoStatements()


class TestBankStatements(StatementReaderContract):
    @pytest.fixture
    def reader(self) -> StatementReader:
        return BankStatements(workbooks=Workbooks())

    @pytest.mark.parametrize("name", FILES)
    def test_each_format_is_recognised_by_what_is_in_it(self, reader: StatementReader, name: str) -> None:
        assert reader.recognises("file", FILES[name])
        assert len(reader.read(name, FILES[name]).found[0].movements) == 6
