"""Adopting messages in Sent that carry our token but are unknown to this state (house law 13).

A lost or restored state, or a second daemon, shows itself so. What a message carried is told by its keyed marks.
"""

from dataclasses import replace

from relancier.core.case import Case, Event, How, Kind
from relancier.core.reading.read import read
from relancier.core.reading.token import marked, tokens_in
from relancier.core.steps import ONE_OFF
from relancier.core.stored import Seen
from relancier.work.records import UNKNOWN_SENT, Desk
from relancier.work.sending.settle import withdraw


def unknown(desk: Desk) -> list[Seen]:
    """The messages that hold all sending until a person confirms."""
    listed = desk.store.setting(UNKNOWN_SENT)
    found = [desk.store.seen(str(identity)) for identity in listed] if isinstance(listed, list) else []
    return [seen for seen in found if seen is not None]


def adopt_unknown(desk: Desk) -> list[str]:
    """Counts the steps that those messages carried as done; gives the case keys."""
    adopted = []
    cases = list(desk.store.all_cases(open_only=True)) if unknown(desk) else []
    for seen in unknown(desk):
        for case, step in _carried(seen, cases, desk):
            adopted.append(case)
            desk.ledger.add(_event(seen, case, step, desk))
        desk.ledger.put(replace(seen, unmatched=False))
    withdraw(adopted, desk)
    return adopted


def _carried(seen: Seen, cases: list[Case], desk: Desk) -> list[tuple[str, str]]:
    raw = desk.store.blob(seen.blob)
    if raw is None:
        return []
    message = read(raw)
    marks = message.header("x-relancier-marks").replace(",", " ").split()
    tokens = tokens_in(desk.setup.key, f"{message.header('x-relancier-id')} {message.message_id}")
    candidates = [(case.key, step) for case in cases for step in _steps(case, desk)]
    return [pair for token in tokens[:1] for pair in marked(desk.setup.key, token, marks, candidates)]


def _steps(case: Case, desk: Desk) -> list[str]:
    plan = desk.setup.plans.get(case.plan)
    return [*(step.id for step in plan.steps), ONE_OFF] if plan else []


def _event(seen: Seen, case: str, step: str, desk: Desk) -> Event:
    return Event(
        case=case,
        kind=Kind.STEP_DONE,
        at=seen.written_at or seen.at,
        ref=seen.identity,
        step=step,
        how=How.ADOPTED,
        on=desk.setup.today(seen.written_at or seen.at),
        detail=f"{step}: found in Sent, sent before this state began",
        message_id=seen.message_id,
    )
