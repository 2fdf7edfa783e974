"""Drafts whose entry has ended: each is to be cleared away if nobody has touched it, or a person is told to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from relancier.core.case import Case, State
from relancier.core.outbox import Entry, Status
from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.records import Desk

LEFT = "drafts_left"  # entry id: {"blob": the draft as we wrote it, "why", "after"}
SENT_ANYWAY = "draft_sent"
PUT_AWAY_SOON = timedelta(minutes=15)  # what a mail program does itself with a draft that it has sent


@dataclass(frozen=True, slots=True)
class Leftover:
    """A draft that may still lie in Drafts: as we wrote it, why it must not be sent, from when to look."""

    entry: str
    blob: str
    why: str
    after: datetime


def leave(entry: Entry, desk: Desk) -> None:
    """Remembers the draft of an entry that ends now; one that was never begun has none."""
    if not entry.approval or entry.begun_at is None:
        return
    why = _why([case for one in entry.carries if (case := desk.ledger.case(one.case))])
    _put({**_facts(desk), entry.id: {"blob": entry.blob, "why": why, "after": desk.now.isoformat()}}, desk)


def leave_sent(entry: Entry, desk: Desk) -> None:
    """The same for one that a person has sent: their mail program takes its draft away by itself, most often."""
    after = desk.now + PUT_AWAY_SOON
    facts = {"blob": entry.blob, "why": SENT_ANYWAY, "after": after.isoformat()}
    _put({**_facts(desk), entry.id: facts}, desk)


def leftovers(store: Store) -> list[Leftover]:
    """Every draft that is still to be cleared away."""
    kept = store.setting(LEFT)
    found = kept.items() if isinstance(kept, dict) else ()
    return [
        Leftover(str(name), str(one["blob"]), str(one["why"]), datetime.fromisoformat(str(one["after"])))
        for name, one in found
    ]


def cleared(left: Leftover, desk: Desk) -> None:
    _put({name: facts for name, facts in _facts(desk).items() if name != left.entry}, desk)


def _facts(desk: Desk) -> Mapping[str, object]:
    """What is kept, with what this ledger has added to it."""
    added = [one.value for one in desk.ledger.changes if isinstance(one, Setting) and one.name == LEFT]
    kept = added[-1] if added else desk.store.setting(LEFT)
    return kept if isinstance(kept, dict) else {}


def _put(facts: Mapping[str, object], desk: Desk) -> None:
    desk.ledger.put(Setting(LEFT, dict(facts) or None))


def _why(cases: list[Case]) -> str:
    """Why a draft must not be sent any more, as the templates word it."""
    if any(case.state is State.PAID or case.amount_due <= 0 for case in cases):
        return "draft_paid"
    if any(case.state in {State.CLOSED, State.LEGAL} for case in cases):
        return "draft_closed"
    if any(case.state is State.DISPUTED for case in cases):
        return "draft_disputed"
    if any(case.state is State.PROMISED for case in cases):
        return "draft_promised"
    if any(case.unseen for case in cases):
        return "draft_answered"
    return "draft_paused" if any(case.state is State.PAUSED for case in cases) else "draft_changed"


def is_draft(entry: Entry) -> bool:
    """Whether a person has the message of this entry in hand, or had it: in Drafts, or gone from there."""
    return entry.approval and entry.status in {Status.PROPOSED, Status.UNCERTAIN}
