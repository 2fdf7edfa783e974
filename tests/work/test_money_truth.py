"""In each format, 1,000 movements against 500 open invoices: every certain match right, none wrong, doubts proposed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.statements import make, truth
from tests.statements.truth import Made, Truth, Wanted
from tests.work.play import daemon, notes
from tests.work.rig import Rig

from relancier.adapters.statements import BankStatements
from relancier.core.case import Because, Kind
from relancier.core.paid.evidence import FEW
from relancier.core.paid.statement import Movement, Statement, counted
from relancier.core.stored import Fate, Received
from relancier.work.paid.money import take_statement
from relancier.work.records import Desk

WRITERS: Mapping[str, Callable[[Statement], bytes]] = {
    "camt": make.camt, "ofx": make.ofx, "cfonb": make.cfonb, "csv": make.csv,
}  # fmt: skip
ASKED = {Fate.ASKED, Fate.LOOSE}


def as_read(made: Made, form: str) -> Statement:
    """The statement as its file is read again, in the order in which it was written."""
    read = BankStatements().read(f"releve.{form}", WRITERS[form](made.statement))
    assert read.problems == ()
    (statement,) = read.found
    return statement


async def taken(made: Made, statement: Statement) -> Rig:
    rig = daemon(*made.invoices, confirmed=False)
    await rig.tick()
    again(rig, statement)
    return rig


def again(rig: Rig, statement: Statement, stem: str = "releve") -> None:
    desk = Desk.at(rig.store, rig.holder.setup, rig.wake.now())
    take_statement(statement, stem, desk)
    desk.ledger.commit()


def booked(rig: Rig) -> dict[str, dict[str, Decimal]]:
    """What each movement has paid, by case."""
    found: dict[str, dict[str, Decimal]] = {}
    for case in rig.store.all_cases():
        for event in rig.store.events(case.key):
            if event.kind is Kind.PAID and event.amount is not None:
                found.setdefault(event.ref, {})[case.key] = event.amount
    return found


def held(rig: Rig, identity: str) -> set[str]:
    """The cases that a movement holds."""
    cases = rig.store.all_cases()
    return {one.key for one in cases if any(h.because is Because.PAYMENT and h.ref == identity for h in one.holds)}


def owed(rig: Rig, movement: Movement) -> bool:
    """Whether an invoice that is open is paid by exactly this, of few customers only."""
    cases = [one for one in rig.store.all_cases() if not one.ended and one.invoice.currency == movement.currency]
    return 0 < len({one.invoice.customer.id for one in cases if one.amount_due == movement.amount}) <= FEW


def judged(rig: Rig, told: Truth, identity: str, paid: Mapping[str, Mapping[str, Decimal]]) -> str:
    """What is wrong with what became of a movement, if anything."""
    receipt = rig.store.received(identity)
    if dict(paid.get(identity, {})) != dict(told.pays):
        return f"paid {paid.get(identity)} instead of {told.pays} ({receipt.reason if receipt else ''})"
    if told.wanted is Wanted.ASKED and (receipt is None or receipt.fate not in ASKED):
        return "nobody is asked"
    if told.wanted is Wanted.ASKED and not set(told.mean) <= held(rig, identity):
        return f"{told.mean} are not held"
    if told.wanted is Wanted.SETTLED and (receipt is None or receipt.fate is not Fate.SETTLED):
        return "the books had it"
    if told.wanted is Wanted.HELD:
        return "" if held(rig, identity) or not owed(rig, told.movement) else "nobody is asked"
    wrong = told.wanted is Wanted.NOTHING and receipt is not None and receipt.fate is not Fate.UNKNOWN
    return f"{receipt.fate} for noise" if wrong and receipt else ""


@pytest.mark.parametrize("form", WRITERS)
async def test_every_certain_match_is_right_and_none_wrong(form: str) -> None:
    made = truth.make(seed=5)
    assert (len(made.invoices), len(made.truths)) == (500, 1000)
    statement = as_read(made, form)
    rig = await taken(made, statement)
    paid, wrong = booked(rig), []
    for told, movement in zip(made.truths, statement.movements, strict=True):
        assert (told.movement.on, told.movement.amount) == (movement.on, movement.amount)
        if fault := judged(rig, told, movement.identity, paid):
            wrong.append(f"{told.story}: {fault}: {movement.payer!r} {movement.wording!r} {movement.end_to_end!r}")
    assert wrong == []
    certain = [told for told in made.truths if told.wanted is Wanted.CERTAIN]
    assert len(certain) > 150
    assert sum(map(len, paid.values())) >= len(certain)


async def test_the_same_file_twice_and_files_that_overlap_change_nothing() -> None:
    made = truth.make(seed=8)
    statement = as_read(made, "camt")
    whole = await taken(made, statement)
    before = state(whole)
    again(whole, statement, "again")
    assert state(whole) == before
    third = len(statement.movements) // 3
    for some in (statement.movements[: 2 * third], statement.movements[third:]):
        again(whole, replace(statement, movements=some), "overlapping")
    assert state(whole) == before


async def test_files_that_overlap_pay_what_one_file_pays() -> None:
    """Cut between two days, as banks do; what needs the later words of the same statement is left out of account."""
    made = truth.make(seed=9)
    statement = as_read(made, "camt")
    days = sorted({one.on for one in statement.movements})
    first = [one for one in statement.movements if one.on <= days[len(days) // 2 + 3]]
    second = [one for one in statement.movements if one.on >= days[len(days) // 2 - 3]]
    rig = await taken(made, replace(statement, movements=counted(replace(one, turn=0) for one in first)))
    again(rig, replace(statement, movements=counted(replace(one, turn=0) for one in second)))
    whole = await taken(made, statement)
    assert booked(rig) == booked(whole)
    assert [one.identity for one in received(rig)] == [one.identity for one in received(whole)]


def received(rig: Rig) -> list[Received]:
    return sorted(rig.store.receipts(*Fate), key=lambda one: one.identity)


def state(rig: Rig) -> object:
    """Everything that a statement changes."""
    cases = sorted(rig.store.all_cases(), key=lambda case: case.key)
    return cases, [rig.store.events(case.key) for case in cases], received(rig), len(notes(rig))
