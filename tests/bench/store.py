"""What the store costs: a commit, a load, a look for what is due, with many cases present."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from relancier.adapters.store import DocumentStore, open_store
from relancier.core.case import Case, Contact, Customer, Invoice, Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BATCH = 10_000


def make_case(number: int) -> Case:
    """A case like those of a real state: two contacts, a thread of two messages, a next moment to look at it."""
    domain = f"client{number % 2000}.example"
    contacts = (Contact(Role.ACCOUNTING, f"compta@{domain}", "Anne B"), Contact(Role.SALES, f"achats@{domain}"))
    customer = Customer(id=f"C{number % 2000}", name=f"Client {number % 2000} SARL", contacts=contacts)
    invoice = Invoice(
        number=f"FA-2026-{number:06}", customer=customer, due=date(2026, 1, 31), amount=Decimal("1234.56")
    )
    return Case(
        key=invoice.key,
        invoice=invoice,
        plan="standard",
        opened_at=NOW,
        plan_start=invoice.due,
        thread=(f"<{number}.a@x.example>", f"<{number}.b@x.example>"),
        look_at=NOW + timedelta(days=1),
    )


@contextmanager
def filled(documents: int) -> Iterator[DocumentStore]:
    """A store on the disk with that many cases."""
    with tempfile.TemporaryDirectory(prefix="bench-store-") as folder:
        store = open_store(Path(folder), str.upper, exclusive=True)
        for first in range(0, documents, BATCH):
            store.commit(*map(make_case, range(first, min(documents, first + BATCH))))
        yield store
        store.close()


def commit_ms(documents: int, times: int = 200) -> float:
    """The median milliseconds of a commit that changes one case, with that many cases present."""
    taken = []
    with filled(documents) as store:
        for number in range(times):
            case = replace(make_case(number * 7 % documents), needs_person=str(number), look_at=NOW + timedelta(number))
            start = perf_counter()
            store.commit(case)
            taken.append(perf_counter() - start)
    return statistics.median(taken) * 1000


def due_ms(documents: int, times: int = 50) -> float:
    """The median milliseconds of a look for what is due when nothing is, with that many cases present."""
    taken = []
    with filled(documents) as store:
        for _ in range(times):
            start = perf_counter()
            assert not store.due(NOW)
            taken.append(perf_counter() - start)
    return statistics.median(taken) * 1000


def load_ms(documents: int) -> float:
    """The milliseconds of opening a new state and committing that many cases."""
    start = perf_counter()
    with filled(documents):
        return (perf_counter() - start) * 1000
