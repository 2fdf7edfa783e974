"""Killed at any commit, cut off at any call to the mailbox, while mailed papers are read: each counts once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.statements.make import camt
from tests.work.carrying import FakePapers, mailed, no_books, page, reading
from tests.work.play import again, box, case, ids, notes, reminders
from tests.work.rig import NOON, OWN, Rig

from relancier.adapters.statements import BankStatements
from relancier.core.case import Kind, State
from relancier.core.paid.statement import Movement, Statement
from relancier.ports import StoreFailed, Unavailable

IBAN = "FR7630006000011234567890189"
DUE = date(2026, 3, 4)
PAID, OPEN, CREDITED = (f"FA-2026-010{number}|{DUE}" for number in range(3))
END = NOON + timedelta(days=9)


class Killed(BaseException):
    """The process died here."""


@dataclass
class Clumsy:
    """Dies, or fails, at the n-th time it is called."""

    at: int
    error: Callable[[], BaseException]
    count: int = 0

    def __call__(self, _what: object) -> None:
        self.count += 1
        if self.count == self.at:
            raise self.error()


def able(rig: Rig) -> Rig:
    setup = replace(rig.holder.setup, papers=FakePapers(), statements=BankStatements())
    rig.holder.setup = setup
    return rig


def invoice(number: str) -> bytes:
    return page(number, parts=[[DUE.isoformat(), "1200.00"]])


def fresh() -> Rig:
    """Three invoices in one message, a credit note, a statement, and one that came in by mail."""
    rig = able(reading(no_books()))
    rig.loop.poll = timedelta(days=2)
    mailed(rig, *(invoice(f"FA-2026-010{number}") for number in range(3)))
    mailed(rig, page("AV-2026-0001", kind="credit_note", credits=["FA-2026-0102"], total="200.00", parts=[]),
           at=NOON + timedelta(minutes=1))  # fmt: skip
    money = Movement(account=IBAN, on=date(2026, 2, 27), amount=Decimal("1200.00"), wording="FA-2026-0100")
    releve = camt(Statement(account=IBAN, since=date(2026, 2, 1), until=date(2026, 3, 1), movements=(money,)))
    mailed(rig, ("releve.xml", releve), to=OWN, at=NOON + timedelta(minutes=2))
    mailed(rig, page("FA-2026-0199"), folder="INBOX", sender="factures@logiciel.test")
    return rig


async def run_to_the_end(rig: Rig) -> Rig:
    """Runs; killed, it is started again on what the dead one left behind."""
    for _ in range(5):
        try:
            await rig.go(END)
        except Killed:
            pass
        else:
            return rig
        rig = able(again(rig))
    raise AssertionError("it never got through")


def outcome(rig: Rig) -> dict[str, object]:
    """What it all comes to, whenever it was killed."""
    kinds = {key: Counter(event.kind for event in rig.store.events(key)) for key in (PAID, OPEN, CREDITED)}
    return {
        "cases": sorted(one.key for one in rig.store.all_cases()),
        "opened": [kinds[key][Kind.OPENED] for key in kinds],
        "paid": (case(rig, PAID).state, kinds[PAID][Kind.PAID]),
        "due": [case(rig, key).amount_due for key in kinds],
        "threads": [case(rig, key).thread[0] for key in (OPEN, CREDITED)] == [case(rig, PAID).thread[0]] * 2,
        "offers": len(rig.store.offers()),
        "notes": len(notes(rig, "note-offer")),
        "left": rig.store.attachments_wanted(),
    }


EXPECTED = {
    "cases": [PAID, OPEN, CREDITED],
    "opened": [1, 1, 1],
    "paid": (State.PAID, 1),
    "due": [Decimal("0.00"), Decimal("1200.00"), Decimal("1000.00")],
    "threads": True,
    "offers": 1,
    "notes": 1,
    "left": [],
}


async def test_undisturbed() -> None:
    rig = await run_to_the_end(fresh())
    assert outcome(rig) == EXPECTED
    assert reminders(rig)


@pytest.mark.parametrize("error", [Killed, lambda: StoreFailed("the disk is full")], ids=["killed", "disk full"])
async def test_at_any_commit(error: Callable[[], BaseException]) -> None:
    counted = fresh()
    counter = Clumsy(0, Killed)
    counted.store._on_commit = counter  # type: ignore[attr-defined]
    await run_to_the_end(counted)
    assert counter.count > 20
    for at in range(1, counter.count + 1):
        rig = fresh()
        rig.store._on_commit = Clumsy(at, error)  # type: ignore[attr-defined]
        rig = await run_to_the_end(rig)
        assert outcome(rig) == EXPECTED, at
        assert max(Counter(ids(rig)).values()) == 1


@pytest.mark.parametrize("first", [1, 2, 3])
async def test_at_any_call_to_the_mailbox(first: int) -> None:
    counter = await cut_off(0)
    assert counter.count > 30
    for at in range(first, counter.count + 1, 3):
        assert (await cut_off(at)).count >= at


async def cut_off(at: int) -> Clumsy:
    """A run in which the n-th call to the mailbox fails; it comes to the same."""
    rig, clumsy = fresh(), Clumsy(at, lambda: Unavailable("the server does not answer"))
    box(rig).fail = clumsy
    assert outcome(await run_to_the_end(rig)) == EXPECTED, at
    return clumsy
