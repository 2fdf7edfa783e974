"""What time brings beside chasing: bytes still to be kept, closed cases to be purged, claims about to be barred."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypedDict

from relancier.core.case import Case, Event, Kind
from relancier.core.discount import settled
from relancier.core.limitation import limitation_on, reference
from relancier.core.outbox import ABOUT
from relancier.core.reading.read import read
from relancier.core.stored import Setting
from relancier.ports import Mailbox, Store, Unavailable
from relancier.work.archive.removal import on_its_way, removal
from relancier.work.inbox.intake import FIRST_BYTES
from relancier.work.paid.payers import old_money
from relancier.work.records import Desk, blob, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

MOST_FETCHED = 20
MOST_PURGED = 20  # at once: the rest has its turn with the next tick
MOST_TOLD = 20
PURGED = "purged"


@dataclass(slots=True)
class Keeping:
    """Runs at the end of each tick; what it cannot do now it does later."""

    mailbox: Mailbox
    store: Store
    setup: Callable[[], Setup]

    async def run(self, now: datetime) -> None:
        """Raises StoreFailed."""
        desk = Desk.at(self.store, self.setup(), now)
        tell_limits(desk)
        desk.ledger.commit()
        purge(self.store, self.setup(), now)
        try:
            await self._fetch()
        except Unavailable as error:
            log.warning("bytes_wait", extra={"reason": str(error)})

    async def _fetch(self) -> None:
        """Keeps the bytes of what was matched after it was read, such as mail from before the invoice was known."""
        for seen in self.store.bytes_wanted()[:MOST_FETCHED]:
            found = [item async for item in self.mailbox.fetch(seen.folder, [seen.uid], FIRST_BYTES)]
            now = self.store.seen(seen.identity)
            if now is None or not now.wants_bytes or (now.folder, now.uid) != (seen.folder, seen.uid):
                continue
            if not found or read(found[0].raw, complete=found[0].complete).identity != seen.identity:
                self.store.commit(replace(now, folder=""))  # it lies elsewhere now, and is found there or nowhere
                continue
            kept = blob(found[0].raw)
            self.store.commit(kept, replace(now, blob=kept.sha256))


def tell_limits(desk: Desk) -> None:
    """Tells a person, once, of each open claim that will be barred within six months."""
    for case in list(islice(desk.store.to_be_limited(desk.today), MOST_TOLD)):
        last, stem = limitation_on(case.invoice), reference(case.invoice)
        detail = f"the claim can be pursued until {last}"
        desk.ledger.add(Event(case=case.key, kind=Kind.LIMITATION, at=desk.now, ref=stem, on=last, detail=detail))
        facts = ((ABOUT, case.key), ("until", last.isoformat()))
        queue_note(desk, "limitation", f"{case.key}|{stem}", facts)
        log.warning("limitation", extra={"case": case.key, "until": stem})


def purge(store: Store, setup: Setup, now: datetime) -> int:
    """Removes some cases that were closed long enough ago; once all were looked at, not before the next day."""
    today, facts = setup.today(now).isoformat(), purged(store)
    if facts["day"] == today:
        return 0
    old = store.closed_before(now - setup.config.state.keep)
    found = list(islice((case for case in old if not _needed(case, store)), MOST_PURGED))
    for case in found:
        store.commit(*removal([case], store))
        log.info("purged", extra={"case": case.key, "closed": (case.state_at or case.opened_at).isoformat()})
    store.commit(*old_money(store, setup.today(now)))
    gone_through = today if len(found) < MOST_PURGED else facts["day"]
    before = facts["count"] if facts["month"] == today[:7] else 0
    store.commit(Setting(PURGED, {"day": gone_through, "month": today[:7], "count": before + len(found)}))
    return len(found)


class Purged(TypedDict):
    """How many cases were purged in which month, and the last day on which all were looked at."""

    day: str
    month: str
    count: int


def purged(store: Store) -> Purged:
    """What a digest may tell: the cases purged in the last month in which there were any to look at."""
    facts = store.setting(PURGED)
    known = facts if isinstance(facts, dict) else {}
    return {"day": str(known.get("day", "")), "month": str(known.get("month", "")), "count": int(known.get("count", 0))}


def _needed(case: Case, store: Store) -> bool:
    """Whether it must stay: the books still ask for it, a part of it is open, or what it became is still there."""
    asked = not case.absent and not settled(case.invoice)
    lives_on = bool(case.carried_to) and store.case(case.carried_to) is not None
    open_parts = any(not one.ended and one.invoice.number == case.invoice.number for one in _of_customer(case, store))
    return asked or lives_on or open_parts or on_its_way(case, store)


def _of_customer(case: Case, store: Store) -> list[Case]:
    return store.of_customer(case.invoice.customer.id)
