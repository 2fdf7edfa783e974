"""Edited plans, calendar and settings reach the cases that wait: each is decided again when one of them has changed."""

import hashlib
import logging
from dataclasses import replace

from relancier.core.stored import Setting
from relancier.ports import Store
from relancier.work.records import Desk
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

PLANNED_BY = "planned_by"  # stands for the plans, calendar and settings by which the cases were last decided


def wake_if_replanned(store: Store, desk: Desk) -> None:
    """Has every case that waits looked at now, where it was decided by other plans. Raises StoreFailed."""
    now, before = _stands_for(desk.setup), store.setting(PLANNED_BY)
    if before == now:
        return
    if before is not None:
        _wake(store, desk)
    desk.ledger.put(Setting(PLANNED_BY, now))
    desk.ledger.commit()


def _wake(store: Store, desk: Desk) -> None:
    waiting = [case for case in store.all_cases(open_only=True) if not case.in_flight]
    for case in waiting:
        desk.ledger.know(case)
        desk.ledger.replace_case(replace(case, look_at=desk.now))
    log.info("replanned", extra={"cases": len(waiting)})


def _stands_for(setup: Setup) -> str:
    """The same text in every process as long as nothing has changed by which a case is decided."""
    calendar, sending = setup.calendar, setup.config.sending
    facts = (
        sorted(setup.plans.items()),
        (sorted(calendar.days), calendar.hours, str(calendar.zone), sorted(calendar.holidays)),
        (calendar.closed, calendar.quiet),
        (sending.customer_gap, sending.minimum, sending.per_day_old, setup.config.replies.pause_limit),
        sorted(setup.config.factor),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()
