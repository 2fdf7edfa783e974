"""What people did to the messages that we flagged: a flag taken off, or a message gone from every folder (law 6).

A flag that a person takes off ends the calls about that message, not its hold, and is never set again. A message that
waits for an answer and can be found nowhere is told once: a delegate's answer may lie in the delegate's own Sent.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from relancier.core.case import Case, Event, Kind
from relancier.core.outbox import ABOUT
from relancier.core.reading.read import read
from relancier.core.stored import Seen, Setting
from relancier.ports import Mailbox, Store, Unavailable
from relancier.work.inbox.intake import FIRST_BYTES, FLAG, Intake
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

EVERY = timedelta(minutes=10)
MOST_LOOKED_AT = 2000
MOST_SOUGHT = 20  # searches are dear: the others have their turn the next time
MOST_LINES = 50
GONE = "gone"  # the replies of which a person was told that they are gone: {"on": the day, "told": identities}

Flags = Mapping[int, frozenset[str]]


@dataclass(slots=True)
class Watch:
    """Looks at our flags every ten minutes; only reads the mailbox."""

    mailbox: Mailbox
    intake: Intake
    store: Store
    setup: Callable[[], Setup]
    _next: datetime | None = None
    _missed: dict[str, datetime] = field(default_factory=dict)

    async def run(self, now: datetime) -> None:
        """One round, if it is time: after intake, which knows where messages were moved. Raises StoreFailed."""
        if self._next is not None and now < self._next:
            return
        self._next = now + EVERY
        try:
            await self._round(now)
        except Unavailable as error:
            log.warning("watch_waits", extra={"reason": str(error)})

    async def _round(self, now: datetime) -> None:
        lying = defaultdict(list)
        for seen in self.store.asked_about()[:MOST_LOOKED_AT]:
            lying[seen.folder].append(seen)
        missing = lying.pop("", [])
        for folder, group in lying.items():
            there = await self.mailbox.flags(folder, [seen.uid for seen in group])
            missing += [seen for seen in group if seen.uid not in there]
            self._compare((seen for seen in group if seen.uid in there), there, now)
        await self._seek(missing, now)

    # --- Flags taken off ---

    def _compare(self, group: Iterable[Seen], there: Flags, now: datetime) -> None:
        for seen in group:
            desk = Desk.at(self.store, self.setup(), now)
            taken_off(seen, there[seen.uid], desk)
            desk.ledger.commit()

    # --- Messages gone ---

    async def _seek(self, missing: Sequence[Seen], now: datetime) -> None:
        """What is missed in two rounds running is looked for by its Message-ID; what stays lost is told."""
        desk = Desk.at(self.store, self.setup(), now)
        before, lost = self._missed, [seen for seen in missing if waiting(seen, desk)]
        self._missed = {seen.identity: before.get(seen.identity, now) for seen in lost}
        known = told(self.store)
        due = [seen for seen in lost if seen.identity in before and seen.identity not in known]
        if not due or told_on(self.store) == desk.today.isoformat():
            return
        found = [(seen, await self._find(seen)) for seen in due[:MOST_SOUGHT]]
        gone = [(seen, place) for seen, place in found if place is None or place.folder in self.intake.trash]
        desk.ledger.put(*(place for seen, place in found if place is not None and (seen, place) not in gone))
        if gone:
            tell_gone(gone, known & set(self._missed), desk)
        desk.ledger.commit()

    async def _find(self, seen: Seen) -> Seen | None:
        """Where the message lies now, in a folder that is watched or in the trash."""
        if not seen.message_id:
            return None
        for folder in (*(item.name for item in self.intake.folders), *self.intake.trash):
            uid = await self._find_in(folder, seen)
            if uid is not None:
                return replace(seen, folder=folder, uid=uid)
        return None

    async def _find_in(self, folder: str, seen: Seen) -> int | None:
        for uid in await self.mailbox.find(folder, seen.message_id):
            async for item in self.mailbox.fetch(folder, [uid], FIRST_BYTES):
                if read(item.raw, complete=item.complete).identity == seen.identity:
                    return uid
        return None


def taken_off(seen: Seen, flags: Iterable[str], desk: Desk) -> None:
    """What is no longer on a message was taken off by a person: it is theirs now, and the cases know."""
    there = {flag.casefold() for flag in flags}
    lost = {flag for flag in seen.flagged if flag.casefold() not in there}
    if not lost:
        return
    flags, flagged = ([one for one in had if one not in lost] for had in (seen.flags, seen.flagged))
    desk.ledger.put(replace(seen, flags=tuple(flags), flagged=tuple(flagged)))
    if FLAG.casefold() in there:
        return
    for case in waiting(seen, desk):
        detail = f"a person took the flag off: {seen.subject[:120]}"
        desk.ledger.add(Event(case=case.key, kind=Kind.DISMISSED, at=desk.now, ref=seen.identity, detail=detail))
    log.info("dismissed", extra={"cases": list(seen.cases), "flags": sorted(lost)})


def waiting(seen: Seen, desk: Desk) -> list[Case]:
    """The cases that this message still holds."""
    cases = [case for case in map(desk.ledger.case, seen.cases) if case is not None and not case.ended]
    return [case for case in cases if seen.identity in (*case.unseen, *(hold.ref for hold in case.holds))]


def told(store: Store) -> set[str]:
    """The replies of which a person knows that they are gone."""
    kept = store.setting(GONE)
    return set(map(str, kept["told"])) if isinstance(kept, dict) else set()


def told_on(store: Store) -> str:
    kept = store.setting(GONE)
    return str(kept["on"]) if isinstance(kept, dict) else ""


def tell_gone(gone: Sequence[tuple[Seen, Seen | None]], known: set[str], desk: Desk) -> None:
    """One note a day names what is newly gone."""
    day = desk.today.isoformat()
    keys = dict.fromkeys(case.key for seen, _ in gone for case in waiting(seen, desk))
    lines = [_line(seen, place, desk) for seen, place in gone[:MOST_LINES]]
    facts = (("count", str(len(gone))), ("lines", "\n".join(lines)), (ABOUT, "\n".join(list(keys)[:MOST_LINES])))
    queue_note(desk, "gone", day, facts)
    desk.ledger.put(Setting(GONE, {"on": day, "told": sorted(known | {seen.identity for seen, _ in gone})}))
    log.warning("replies_gone", extra={"cases": list(keys)})


def _line(seen: Seen, place: Seen | None, desk: Desk) -> str:
    day = desk.setup.today(seen.written_at or seen.at).strftime("%d/%m/%Y")
    return " - ".join(part for part in (seen.sender, day, seen.subject[:120], place.folder if place else "") if part)
