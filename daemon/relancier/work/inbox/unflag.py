"""Taking our flags off messages that nobody has to see to any more."""

from collections.abc import Iterable
from dataclasses import replace

from relancier.core.case import Case
from relancier.core.stored import Seen
from relancier.work.records import Desk


def flags_off(before: Iterable[Case], desk: Desk, *, solved: bool) -> None:
    """Our flags come off the replies (and problems) that no case of the customer still has to be seen to."""
    for case in before:
        unflag(case, _flagged(case, solved=solved), desk)


def unflag(case: Case, identities: Iterable[str], desk: Desk) -> None:
    """Those of these messages that no case waits for any more are to lose our flags."""
    for identity in dict.fromkeys(identities):
        reply = desk.store.seen(identity)
        if reply is not None and not _waits(identity, case, reply, desk):
            desk.ledger.put(replace(reply, flags=()))


def _flagged(case: Case, *, solved: bool) -> tuple[str, ...]:
    return (*case.unseen, *((hold.ref for hold in case.holds) if solved else ()))


def _waits(identity: str, case: Case, reply: Seen, desk: Desk) -> bool:
    """Whether any case still has that reply, or open with that problem, before a person."""
    beside = {other.key for other in desk.store.of_customer(case.invoice.customer.id)}
    cases = [found for found in map(desk.ledger.case, {case.key, *beside, *reply.cases}) if found is not None]
    return any(identity in _flagged(found, solved=not found.ended) for found in cases)
