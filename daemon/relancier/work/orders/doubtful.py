"""An order by mail that begins by stopping and goes on unclearly: what it may mean is held until it is made clear."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from relancier.core.case import Case, Event, Kind
from relancier.core.orders.choices import RELEASE
from relancier.core.orders.dictation import begun
from relancier.core.stored import Seen
from relancier.core.text.folding import fold
from relancier.core.text.numbers import normalise, numbers_in
from relancier.work.records import Desk

log = logging.getLogger("relancier")

STOPS = frozenset({"pause", "promise", "instalments", "dispute", "paid", "close", "insolvent"})
AGAIN = "order_again"  # the reason why what was told before is not counted a second time: that holds nothing
EVERYTHING = "hold"
_STOPPING = re.compile(
    r"(?:ne (?:pas|plus|rien)|pas de relance|arret\w*|stopp\w*|attend\w*|suspend\w*|bloqu\w*|reten\w*|surtout pas"
    r"|do not|don't|hold|halt|wait|block|no reminders?)\b"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is held for an order that is not clear, and what its note says of that."""

    cases: tuple[Case, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


def hold_in_doubt(line: str, seen: Seen, cases: Sequence[Case], desk: Desk, stop_all: Callable[[], object]) -> Held:
    """Holds what the line may stop: the invoice that it names, else all that its note is about, or all sending."""
    order, named = begun(line, [case.invoice.number for case in cases])
    if order == EVERYTHING:
        stop_all()
        return Held(facts=(("command", RELEASE),))
    if order not in STOPS and not _STOPPING.match(fold(line)):
        return Held()
    others = filter(None, map(desk.ledger.case, _other_keys(line, cases, desk)))
    meant = [*([case for case in cases if case.invoice.number in named] or cases), *others]
    alive = [case for case in meant if not case.ended]
    told = f"an order by mail is not clear: {line[:120]}"
    desk.ledger.add(
        *(Event(case=one.key, kind=Kind.UNCLEAR, at=desk.now, ref=seen.identity, detail=told) for one in alive)
    )
    log.info("order_holds", extra={"cases": [case.key for case in alive]})
    return Held(tuple(meant), (("count", str(len(alive))),) if alive else ())


def foreign(line: str, cases: Sequence[Case], desk: Desk) -> bool:
    """Whether the line names an open invoice that the note is not about."""
    return any(True for _ in _other_keys(line, cases, desk))


def _other_keys(line: str, cases: Sequence[Case], desk: Desk) -> Iterator[str]:
    own = {normalise(case.invoice.number) for case in cases}
    certain = [number for number, sure in numbers_in(line).items() if sure and number not in own]
    if certain:
        yield from (key for keys in desk.store.by_number(certain).values() for key in keys)
