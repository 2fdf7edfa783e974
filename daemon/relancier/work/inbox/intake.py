"""Intake: every folder since its cursor, each message into events, then the flags (house laws 1, 5, 6, 7).

`run` is also the last look before each send. It reads to the end or raises Unavailable; `clear` says whether
everything that has arrived has been read.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from relancier.core.case import Event, Kind
from relancier.core.reading.read import read
from relancier.core.stored import Cursor, Seen
from relancier.ports import Fetched, Folder, FolderRole, FolderState, Mailbox, Store, Unavailable
from relancier.work.each import apart
from relancier.work.inbox.heard import Found, heard, suspected
from relancier.work.orders.obey import obey
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

FIRST_BYTES = 512 * 1024
BATCH = 50
MOST_ATTEMPTS = 3
LISTING_LAGS = timedelta(minutes=5)  # how long a server may count a message before it lists it
MOST_EXPECTED = 1000  # copies of our own that a look recognises by their UIDs alone
FLAG = "\\Flagged"
UNWATCHED = frozenset({FolderRole.DRAFTS, FolderRole.TRASH})


@dataclass(slots=True)
class Intake:
    """Reads the shared mailbox; people work in it at the same time."""

    mailbox: Mailbox
    store: Store
    setup: Callable[[], Setup]
    folders: tuple[Folder, ...] = ()
    trash: tuple[str, ...] = ()
    drafts: str = ""
    read_count: int = 0
    _ours: dict[str, set[int]] = field(default_factory=dict)
    _passed: dict[str, int] = field(default_factory=dict)
    _unlisted: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    async def start_tick(self) -> None:
        """Looks which folders there are; a tick's last looks use the same list."""
        ignored = {name.casefold() for name in self.setup().config.mailbox.folders.ignore}
        everything = await self.mailbox.folders()
        watched = [item for item in everything if item.role not in UNWATCHED and item.name.casefold() not in ignored]
        self.trash = tuple(item.name for item in everything if item.role is FolderRole.TRASH)
        self.drafts = next((item.name for item in everything if item.role is FolderRole.DRAFTS), "")
        self.folders = tuple(sorted(watched, key=lambda item: item.role is FolderRole.SENT))

    def folder(self, role: FolderRole) -> str | None:
        """The name of the folder with this role."""
        return next((item.name for item in self.folders if item.role is role), None)

    async def run(self, now: datetime) -> bool:
        """Reads all that is new, Sent last; True when something was. Raises Unavailable."""
        before = self.read_count
        states = {state.name: state for state in await self.mailbox.look([item.name for item in self.folders])}
        cursors = {cursor.folder: cursor for cursor in self.store.cursors()}
        for item in self.folders:
            if item.name in states:
                await self._read_folder(item, states[item.name], cursors.get(item.name), now)
        self._tell_lost(cursors.values(), now)
        await self._set_flags()
        return self.read_count != before

    def expect(self, folder: str, uid: int) -> None:
        """A copy that we have just filed ourselves: it need not be read back."""
        self._ours.setdefault(folder, set()).add(uid)

    def highest(self, folder: str) -> int:
        """The highest UID of a folder that has been read or is ours."""
        cursor = self.store.cursor(folder)
        return max(cursor.highest if cursor else 0, self._passed.get(folder, 0))

    def passed(self) -> list[Cursor]:
        """The cursors of folders in which we have gone past copies of our own, as they should be kept."""
        known = ((self.store.cursor(folder), highest) for folder, highest in self._passed.items())
        return [replace(cursor, highest=highest) for cursor, highest in known if cursor and cursor.highest < highest]

    def clear(self) -> bool:
        """Whether no message waits to be read again in a watched folder (law 7)."""
        watched = {item.name for item in self.folders}
        return not any(cursor.pending for cursor in self.store.cursors() if cursor.folder in watched)

    def _tell_lost(self, cursors: Iterable[Cursor], now: datetime) -> None:
        """A message that waits in a folder no longer watched is told once; it stops nothing, and is read on return."""
        watched = {item.name for item in self.folders}
        for cursor in (cursor for cursor in cursors if cursor.pending and cursor.folder not in watched):
            uids = [f"{cursor.folder}, UID {uid}" for uid in sorted(cursor.pending)]
            desk = Desk.at(self.store, self.setup(), now)
            facts = (("detail", "its folder is gone or no longer watched"), ("lines", "\n".join(uids)))
            queue_note(desk, "unread", f"{cursor.folder}|{cursor.uidvalidity}|{sorted(cursor.pending)}", facts)
            desk.ledger.commit()

    async def _read_folder(self, folder: Folder, state: FolderState, known: Cursor | None, now: datetime) -> None:
        if known is None or known.uidvalidity != state.uidvalidity:
            self._passed.pop(folder.name, None)
            self._ours.pop(folder.name, None)
            self._unlisted.pop(folder.name, None)
            if known is not None:
                self._forget_places(folder.name)
            cursor, listed = await self._from_the_start(folder.name, state.uidvalidity, now)
            uids = _looked_at(folder, listed, state)
            top = max(state.uidnext - 1, *uids, 0)
        else:
            cursor, listed = known, await self._since_last(known, state.uidnext, now)
            uids = _looked_at(folder, listed, state)
            if not uids and not cursor.pending:
                return
            top = max([cursor.highest, *uids])
        waiting = sorted({*cursor.pending, *uids})
        for start in range(0, len(waiting), BATCH):
            chunk = waiting[start : start + BATCH]
            cursor = await self._read_batch(folder, cursor, chunk, now)
        if cursor.highest != top or not waiting:
            self.store.commit(replace(cursor, highest=top))

    async def _from_the_start(self, folder: str, uidvalidity: int, now: datetime) -> tuple[Cursor, list[int]]:
        """A folder seen for the first time, or numbered anew: what arrived within the lookback."""
        since = self.setup().today(now - self.setup().config.state.lookback)
        return Cursor(folder, uidvalidity, 0, {}), await self.mailbox.new(folder, 0, since)

    def _forget_places(self, folder: str) -> None:
        """The folder is numbered anew: a UID kept from before may be another message's now (law 6)."""
        marked = {seen.identity: seen for seen in (*self.store.asked_about(), *self.store.flags_wanted())}
        self.store.commit(*(replace(seen, folder="") for seen in marked.values() if seen.folder == folder))

    async def _since_last(self, cursor: Cursor, uidnext: int, now: datetime) -> list[int]:
        """The UIDs above those read before, without copies of our own at their end."""
        folder = cursor.folder
        highest, ours = max(cursor.highest, self._passed.get(folder, 0)), self._ours.get(folder, set())
        if uidnext <= highest + 1:
            return []
        new = set(range(highest + 1, uidnext)) if uidnext - highest <= MOST_EXPECTED else set()
        uids = sorted(new) if new and new <= ours else await self.mailbox.new(folder, highest)
        if not set(uids) <= ours:
            return uids
        self._passed[folder] = self._reached(folder, max(uids, default=highest), uidnext, now)
        ours.difference_update(uids)
        return []

    def _reached(self, folder: str, listed: int, uidnext: int, now: datetime) -> int:
        """How far a folder is read: what is counted but not listed is asked for again, until it cannot be there."""
        if listed >= uidnext - 1:
            self._unlisted.pop(folder, None)
            return listed
        counted, since = self._unlisted.setdefault(folder, (uidnext, now))
        if now - since < LISTING_LAGS:
            return listed
        del self._unlisted[folder]
        return max(listed, counted - 1)

    async def _read_batch(self, folder: Folder, cursor: Cursor, uids: Sequence[int], now: datetime) -> Cursor:
        """Reads some messages; the cursor moves in the same commits as what they mean."""
        batch = _Batch(self, folder, cursor, now)
        fetched = {item.uid: item async for item in self.mailbox.fetch(folder.name, uids, FIRST_BYTES)}
        for item in (fetched[uid] for uid in uids if uid in fetched):
            with apart(f"{folder.name}, UID {item.uid}", partial(batch.failed, item)):
                batch.hear(item)
        missing = [uid for uid in uids if uid not in fetched]
        if missing:
            still_there = await self.mailbox.flags(folder.name, missing)
            batch.not_fetched(missing, frozenset(still_there))
        return batch.close(max(uids))

    async def _set_flags(self) -> None:
        """Sets what is wanted; a mailbox that fails here has been read all the same, and is tried again."""
        try:
            alike: dict[tuple[object, ...], list[Seen]] = {}
            for seen in await self._not_theirs(self.store.flags_wanted()):
                alike.setdefault((seen.folder, seen.flags, seen.flagged), []).append(seen)
            for group in alike.values():
                for start in range(0, len(group), BATCH):
                    await self._flag_alike(group[start : start + BATCH])
        except Unavailable as error:
            log.warning("flag_waits", extra={"reason": str(error)})

    async def _not_theirs(self, wanted: Iterable[Seen]) -> list[Seen]:
        """A flag that a person has set since the message was read stays theirs: it is not ours to set or take off."""
        everything = list(wanted)
        lying: dict[str, list[int]] = {}
        for seen in everything:
            if FLAG in seen.flags and not seen.flagged:
                lying.setdefault(seen.folder, []).append(seen.uid)
        there = {folder: await self.mailbox.flags(folder, uids) for folder, uids in lying.items()}
        return [_without_theirs(seen, there.get(seen.folder, {}).get(seen.uid, frozenset())) for seen in everything]

    async def _flag_alike(self, group: Sequence[Seen]) -> None:
        """Sets the same flags on several messages of a folder at once; what that did not settle goes one by one."""
        first = group[0]
        got: Mapping[int, frozenset[str]] = {}
        if first.flags and not first.flagged and len(group) > 1:
            uids = [seen.uid for seen in group]
            got = await self.mailbox.flag_all(first.folder, uids, sorted(first.flags))
        done = [seen for seen in group if got.get(seen.uid)]
        if done:
            self.store.commit(*(_marked(seen, set(got[seen.uid]), set()) for seen in done))
        for seen in group:
            if seen not in done:
                self.store.commit(await self._flagged(seen))

    async def _flagged(self, seen: Seen) -> Seen:
        """Sets and takes off our own flags; a message that is gone waits until it is seen elsewhere."""
        wanted, have = set(seen.flags), set(seen.flagged)
        got: set[str] = set()
        try:
            if wanted - have:
                got |= await self.mailbox.flag(seen.folder, seen.uid, sorted(wanted - have))
            if have - wanted:
                await self._take_off(seen, have - wanted)
        except KeyError:
            log.warning("flag_failed", extra={"folder": seen.folder, "uid": seen.uid})
            return replace(seen, folder="")
        return _marked(seen, got, have - wanted)

    async def _take_off(self, seen: Seen, flags: Collection[str]) -> None:
        """Takes flags off where the message still lies. Raises KeyError: who answers often files it at once."""
        await self.mailbox.unflag(seen.folder, seen.uid, sorted(flags))
        if seen.uid not in await self.mailbox.flags(seen.folder, [seen.uid]):
            raise KeyError(seen.uid)


def _marked(seen: Seen, got: set[str], gone: set[str]) -> Seen:
    """The message as it is marked now: what we have just set, and what we have taken off."""
    held = tuple(sorted((set(seen.flagged) - gone) | got))
    for code, changed in (("flagged" if FLAG in got else "marked", got), ("unflagged", gone)):
        if changed:
            log.info(code, extra={"cases": list(seen.cases), "flags": sorted(changed), "folder": seen.folder})
    return replace(seen, flags=held, flagged=held)


def _without_theirs(seen: Seen, there: frozenset[str]) -> Seen:
    """Leaves out the flag that the message bears already; beside our keyword it is ours, from before a crash."""
    others = set(seen.flags) - {FLAG}
    if FLAG not in there or others & there or FLAG in seen.flagged:
        return seen
    return replace(seen, flags=tuple(flag for flag in seen.flags if flag != FLAG))


def _looked_at(folder: Folder, uids: Sequence[int], state: FolderState) -> Sequence[int]:
    """What is to be read now: in Sent only what the look saw, lest an answer be read before what it answers."""
    return uids if folder.role is not FolderRole.SENT else [uid for uid in uids if uid < state.uidnext]


class _Batch:
    """Some messages of one folder: what matched nothing is committed together, what matched at once."""

    def __init__(self, intake: Intake, folder: Folder, cursor: Cursor, now: datetime) -> None:
        self._intake = intake
        self._folder = folder
        self._cursor = cursor
        self._now = now
        self._waiting: list[Seen] = []

    def hear(self, item: Fetched) -> None:
        desk = Desk.at(self._intake.store, self._intake.setup(), self._now)
        message = read(item.raw, complete=item.complete)
        heard(Found(message, self._folder, item.uid, item.raw, item.flags), desk, obey)
        self._intake.read_count += 1
        self._advance(item.uid)
        seen = [change for change in desk.ledger.changes if isinstance(change, Seen)]
        others = [change for change in desk.ledger.changes if not isinstance(change, Seen)]
        if not others:
            self._waiting.extend(seen)
            return
        self._intake.store.commit(*self._waiting, *seen, *others, self._cursor)
        self._waiting.clear()

    def failed(self, item: Fetched, error: Exception) -> None:
        """A message that could not be handled is tried again; after three times a person is told."""
        attempts = self._cursor.pending.get(item.uid, 0) + 1
        if attempts < MOST_ATTEMPTS:
            self._pend(item.uid, attempts)
            return
        self._set_aside(item, error)
        self._advance(item.uid)

    def not_fetched(self, uids: Iterable[int], still_there: Collection[int]) -> None:
        """A message that vanished is no longer waited for; one that is there and came back empty is tried again."""
        for uid in uids:
            attempts = self._cursor.pending.get(uid, 0) + 1
            if uid in still_there and attempts < MOST_ATTEMPTS:
                self._pend(uid, attempts)
                continue
            if uid in still_there:
                desk = Desk.at(self._intake.store, self._intake.setup(), self._now)
                ref = f"{self._folder.name}|{self._cursor.uidvalidity}|{uid}"
                self._tell(desk, ref, uid, "the server gives no content")
                desk.ledger.commit()
            self._advance(uid)

    def close(self, highest: int) -> Cursor:
        self._cursor = replace(self._cursor, highest=max(highest, self._cursor.highest))
        self._intake.store.commit(*self._waiting, self._cursor)
        self._waiting.clear()
        return self._cursor

    def _advance(self, uid: int) -> None:
        pending = {key: value for key, value in self._cursor.pending.items() if key != uid}
        self._cursor = replace(self._cursor, highest=max(uid, self._cursor.highest), pending=pending)

    def _pend(self, uid: int, attempts: int) -> None:
        pending = {**self._cursor.pending, uid: attempts}
        self._cursor = replace(self._cursor, highest=max(uid, self._cursor.highest), pending=pending)

    def _set_aside(self, item: Fetched, error: Exception) -> None:
        desk = Desk.at(self._intake.store, self._intake.setup(), self._now)
        message = read(item.raw, complete=item.complete)
        for case in suspected(message, self._folder.role, desk):
            desk.ledger.add(
                Event(case=case, kind=Kind.UNREADABLE, at=self._now, ref=message.identity, detail=str(error)[:200])
            )
        self._tell(desk, message.identity, item.uid, str(error)[:200], message.subject[:200])
        desk.ledger.commit()

    def _tell(self, desk: Desk, ref: str, uid: int, reason: str, subject: str = "") -> None:
        lines = "\n".join(filter(None, (f"{self._folder.name}, UID {uid}", subject)))
        queue_note(desk, "unread", ref, (("detail", reason), ("lines", lines)))
