"""One movement told twice: by another sort of file, or on another page of the same one; and what only may be one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import Protocol

from relancier.core.paid.evidence import Allotment, Doubt
from relancier.core.paid.statement import Movement, Statement
from relancier.core.paid.twins import Facts, facts, told_alike
from relancier.core.stored import Fate, Received

AGAIN = "told again by"  # before the file that told it in better words
BEFORE = "told before by"
_COUNTED = frozenset({Fate.BOOKED, Fate.SETTLED})
_QUOTING = ("reference:", "number:", "part:")


class Kept(Protocol):
    """The movements taken so far."""

    def alike(self, movement: Movement) -> list[Received]:
        """Those of the same account, day and amount that were in the state before this file."""

    def received(self, identity: str) -> Received | None:
        """The movement with this identity."""


class Twins:
    """The movements of a statement beside those that other files have told of the same day and amount.

    Files of one sort tell a movement in the same words, so that two that differ are two; and of a day and amount no
    more are known than other files have told.
    """

    def __init__(self, movements: Iterable[Movement], kept: Kept, stem: str) -> None:
        read = list(movements)
        self._kept, self._stem = kept, stem
        self._read = {one.identity for one in read}
        known = {one.identity: one for one in read if kept.received(one.identity) is not None}
        self._matched: Counter[Facts] = Counter(map(facts, known.values()))

    def twin(self, movement: Movement) -> Received | None:
        """The movement as another sort of file told it; each is found once."""
        mine = _sort(self._stem)
        others = [one for one in self._others(movement) if mine and _sort(one.stem) not in ("", mine)]
        found = next((one for one in others if told_alike(one.movement, movement)), None)
        if found is not None:
            self._read.add(found.identity)
            self._matched[facts(movement)] += 1
        return found

    def may_be_one(self, movement: Movement, found: Allotment) -> bool:
        """Whether it may be one that counts already, in words that are others; two that quote invoices are two."""
        quotes = f"{found.rule}:" in _QUOTING
        others = [one for one in self._others(movement) if not _is_twin(one)]
        return any(_counts(one) and not (quotes and one.reason.startswith(_QUOTING)) for one in others)

    def _others(self, movement: Movement) -> list[Received]:
        alike = self._kept.alike(movement)
        if self._matched[facts(movement)] >= sum(not _is_twin(one) for one in alike):
            return []
        return [one for one in alike if one.identity not in self._read]


@dataclass(slots=True)
class Pages:
    """The statements of one file: what reads alike on two of them is two, unless the bank's own reference is one.

    `unsure`: those of which nothing tells that the second is another one.
    """

    unsure: set[str] = field(default_factory=set)
    _told: dict[str, list[Movement]] = field(default_factory=dict)
    _ends: set[tuple[str, Decimal]] = field(default_factory=set)

    def turned(self, statement: Statement) -> tuple[Movement, ...]:
        """The movements of the next statement, told apart from those of the statements before it."""
        goes_on = statement.opening is not None and (statement.account, statement.opening) in self._ends
        found = [(one, self._told.get(_first(one), [])) for one in statement.movements]
        turned = [_turned(one, before) for one, before in found]
        for now, (one, before) in zip(turned, found, strict=True):
            other = one.reference and all(each.reference for each in before)
            if before and now not in before and not goes_on and not other:
                self.unsure.add(now.identity)
        for now in turned:
            told = self._told.setdefault(_first(now), [])
            self._told[_first(now)] = told if now in told else [*told, now]
        if statement.closing is not None:
            self._ends.add((statement.account, statement.closing))
        return tuple(turned)


def _turned(movement: Movement, before: list[Movement]) -> Movement:
    same = (one for one in before if one.reference and one.reference == movement.reference)
    return next(same, replace(movement, turn=movement.turn + len(before)))


def _first(movement: Movement) -> str:
    return replace(movement, turn=0).identity


def _is_twin(receipt: Received) -> bool:
    return receipt.reason.startswith((AGAIN, BEFORE))


def _counts(receipt: Received) -> bool:
    return receipt.fate in _COUNTED or receipt.reason == Doubt.OVER


def _sort(stem: str) -> str:
    """The sort of a file, by the end of its name."""
    return PurePath(stem).suffix.lower()
