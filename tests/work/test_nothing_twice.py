"""What is known already is not read again: books of an earlier process, and the copies that we filed ourselves."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

from tests.work.play import answer, arrive, case, daemon, late, reminders
from tests.work.rig import NOON, Rig, config, customer, setup

from relancier.adapters.invoices import InvoiceFile
from relancier.adapters.memory_mailbox import MemoryMailbox
from relancier.adapters.memory_store import MemoryStore
from relancier.core.case import State
from relancier.core.outbox import Copy, Status
from relancier.core.reading.reply import normalise
from relancier.core.stored import Setting
from relancier.ports import Fetched, Store
from relancier.work.books.sync import Books
from relancier.work.sending.copies import FILER

LINES = "number;customer;due;amount;accounting_email\n"
MANY = [late(f"FA-{number}", customer=customer(f"Client{number}")) for number in range(10, 16)]


class CountingFile(InvoiceFile):
    reads = 0

    def read(self):  # type: ignore[no-untyped-def] # noqa: ANN201 - the parent's
        self.reads += 1
        return super().read()


def synced(file: Path, store: Store, **other: str) -> tuple[int, bool]:
    """A new process on these books: how often it read them in two rounds, and whether the first brought anything."""
    source = CountingFile(file, **other)  # type: ignore[arg-type]
    books = Books(source, store, lambda: setup(config()))
    changed = books.sync(NOON)
    books.sync(NOON)
    assert not books.problem
    return source.reads, changed


def test_books_that_an_earlier_process_took_over_are_not_read_again(tmp_path: Path) -> None:
    store, file = MemoryStore(normalise), tmp_path / "invoices.csv"
    file.write_text(f"{LINES}F1;Dupont;2026-03-04;100,00;a@dupont.test\n")
    assert synced(file, store) == (1, True)
    assert synced(file, store) == (0, False)
    assert synced(file, store, language="en") == (1, True), "read otherwise, it may say something else"
    with file.open("a") as more:
        more.write("F2;Dupont;2026-03-04;100,00;a@dupont.test\n")
    assert synced(file, store) == (1, True)
    assert len(store.case_keys()) == 2


def test_books_with_a_fault_are_read_again_by_the_next_process(tmp_path: Path) -> None:
    store, file = MemoryStore(normalise), tmp_path / "invoices.csv"
    file.write_text(f"{LINES}F1;Dupont;2026-03-04;100,00;a@dupont.test\n")
    synced(file, store)
    file.write_text(f"{LINES}F1;Dupont;some day;100,00;a@dupont.test\n")
    for _ in range(2):
        books = Books(CountingFile(file), store, lambda: setup(config()))
        books.sync(NOON)
        assert books.problem


class Counting(MemoryMailbox):
    """Notes which messages are read back."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[tuple[str, int]] = []
        self.searches: list[str] = []

    async def new(self, folder, after, since=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
        self.searches.append(folder)
        return await super().new(folder, after, since)

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        self.fetched += [(folder, uid) for uid in uids]
        async for item in super().fetch(folder, uids, limit):
            yield item


async def sent_and_filed() -> tuple[Rig, Counting]:
    rig = daemon(*MANY, mailbox=Counting())
    mailbox = rig.mailbox
    assert isinstance(mailbox, Counting)
    rig.store.commit(Setting(FILER, "us"))
    await rig.tick()
    assert len(reminders(rig)) == len(mailbox.raws("Sent")) == len(MANY)
    return rig, mailbox


async def test_our_own_copies_are_not_fetched_back() -> None:
    rig, mailbox = await sent_and_filed()
    assert {entry.copy for entry in rig.store.entries(Status.SENT)} == {Copy.FILED}
    mailbox.searches.clear()
    await rig.tick()
    assert [folder for folder, _ in mailbox.fetched if folder == "Sent"] == []
    assert mailbox.searches == []


async def test_what_a_colleague_files_between_our_copies_is_read() -> None:
    rig, mailbox = await sent_and_filed()
    theirs = arrive(rig, answer(reminders(rig)[0], at=NOON + timedelta(minutes=1)), folder="Sent")
    await rig.tick()
    assert ("Sent", theirs) in mailbox.fetched


async def test_an_answer_that_comes_while_copies_are_filed_is_heard() -> None:
    rig, _ = await sent_and_filed()
    arrive(rig, answer(reminders(rig)[0], at=NOON + timedelta(minutes=1)))
    await rig.tick()
    assert case(rig, MANY[0].key).state is not State.OPEN or case(rig, MANY[0].key).holds
