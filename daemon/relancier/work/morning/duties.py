"""Tasks that nobody has done: they come back to whose they are, then go to the role above, each of it once."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from relancier.core.case import Case, Signer
from relancier.core.outbox import ABOUT
from relancier.core.overviews.duties import DRAFT, Again, Duty, above, coming_back
from relancier.ports import Store
from relancier.work.records import STEP, Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

NOTE = "task"


@dataclass(frozen=True, slots=True)
class Open:
    """A task that is not done, and its case."""

    duty: Duty
    case: Case


def bring_back(found: Iterable[Open], desk: Desk) -> None:
    """Queues a fresh message for each task whose time has come; one that went up does not come back any more."""
    for one in found:
        for duty, again in coming_back((one.duty,), desk.setup.calendar, desk.today):
            _queue(duty, again, desk)


def _queue(duty: Duty, again: Again, desk: Desk) -> None:
    ref = f"{duty.ref}|{again}"
    if desk.store.live_entry(f"note:{NOTE}|{ref}") is not None:
        return
    role = above(duty.role) if again is Again.UP else duty.role
    facts = (
        (ABOUT, duty.case),
        ("reason", "draft_left" if duty.channel == DRAFT else f"task_{again}"),
        ("channel", duty.channel),
        ("step_title", duty.title or duty.step),
        ("since", duty.since.isoformat()),
        (STEP, duty.step),
    )
    queue_note(desk, NOTE, ref, facts, to=address_of(role, desk.setup))
    log.info("task_again", extra={"case": duty.case, "step": duty.step, "role": role.value, "again": again.value})


def address_of(role: Signer, setup: Setup) -> tuple[str, ...]:
    """The own address of whoever has a role; none where that is the mailbox itself."""
    email = setup.config.signer(role).email.lower()
    return () if email == setup.config.mailbox.address.lower() else (email,)


def whose(role: Signer, setup: Setup) -> str:
    """Who has a role, by name."""
    return setup.config.signer(role).name


def brought_back(duty: Duty, store: Store) -> str:
    """The word for how a task that is not done was brought up again; nothing where it was not."""
    ways = (Again.UP, Again.BACK)
    return next((f"task_{way}" for way in ways if store.live_entry(f"note:{NOTE}|{duty.ref}|{way}")), "")
