"""Both stores keep the contract."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.contracts.store import MakeStore, StoreContract, normalise

from relancier.adapters.memory_store import MemoryStore
from relancier.adapters.store import open_store
from relancier.ports import Store


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def make(self) -> MakeStore:
        return lambda **options: MemoryStore(normalise, **options)


class TestDocumentStore(StoreContract):
    @pytest.fixture
    def make(self, tmp_path: Path) -> Iterator[MakeStore]:
        with ExitStack() as opened:

            def make(**options: Any) -> Store:
                store = open_store(tmp_path / "state", normalise, exclusive=True, **options)
                opened.callback(store.close)
                return store

            yield make
