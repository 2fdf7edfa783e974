"""Intake: every folder since its cursor, each message into events, then the flags (house laws 1, 5, 6, 7).

`run` is also the last look before each send. It reads to the end or raises Unavailable; `clear` says whether
everything that has arrived has been read.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from relancier.core.case import Event, Kind
from relancier.core.read import read
from relancier.ports import Cursor, Fetched, Folder, FolderRole, FolderState, Mailbox, Seen, Store
from relancier.work.each import each
from relancier.work.heard import Found, heard
from relancier.work.records import Desk, queue_note
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

FIRST_BYTES = 512 * 1024
BATCH = 50
MOST_ATTEMPTS = 3
UNWATCHED = frozenset({FolderRole.DRAFTS, FolderRole.TRASH})


@dataclass(slots=True)
class Intake:
    """Reads the shared mailbox; people work in it at the same time."""

    mailbox: Mailbox
    store: Store
    setup: Callable[[], Setup]
    folders: tuple[Folder, ...] = ()
    read_count: int = 0
    _ours: dict[str, set[int]] = field(default_factory=dict)
    _passed: dict[str, int] = field(default_factory=dict)

    async def start_tick(self) -> None:
        """Looks which folders there are; a tick's last looks use the same list."""
        ignored = {name.casefold() for name in self.setup().config.mailbox.folders.ignore}
        everything = await self.mailbox.folders()
        watched = [item for item in everything if item.role not in UNWATCHED and item.name.casefold() not in ignored]
        self.folders = tuple(sorted(watched, key=lambda item: item.role is FolderRole.SENT))

    def folder(self, role: FolderRole) -> str | None:
        """The name of the folder with this role."""
        return next((item.name for item in self.folders if item.role is role), None)

    async def run(self, now: datetime) -> bool:
        """Reads all that is new, Sent last; True when something was. Raises Unavailable."""
        before = self.read_count
        states = {state.name: state for state in await self.mailbox.look([item.name for item in self.folders])}
        for item in self.folders:
            if item.name in states:
                await self._read_folder(item, states[item.name], now)
        await self._set_flags()
        return self.read_count != before

    def expect(self, folder: str, uid: int) -> None:
        """A copy that we have just filed ourselves: it need not be read back."""
        self._ours.setdefault(folder, set()).add(uid)

    def highest(self, folder: str) -> int:
        """The highest UID of a folder that has been read or is ours."""
        cursor = self.store.cursor(folder)
        return max(cursor.highest if cursor else 0, self._passed.get(folder, 0))

    def clear(self) -> bool:
        """Whether no message waits to be read again (law 7)."""
        return not any(cursor.pending for cursor in self.store.cursors())

    async def _read_folder(self, folder: Folder, state: FolderState, now: datetime) -> None:
        cursor = self.store.cursor(folder.name)
        if cursor is None or cursor.uidvalidity != state.uidvalidity:
            since = self.setup().today(now - self.setup().config.state.lookback)
            uids = await self.mailbox.new(folder.name, 0, since)
            cursor = Cursor(folder.name, state.uidvalidity, 0, {})
            self._passed.pop(folder.name, None)
            self._ours.pop(folder.name, None)
        elif state.uidnext > self.highest(folder.name) + 1:
            uids = await self.mailbox.new(folder.name, self.highest(folder.name))
        else:
            uids = []
        if uids and not cursor.pending and set(uids) <= self._ours.get(folder.name, set()):
            self._passed[folder.name] = max(uids)
            self._ours[folder.name].difference_update(uids)
            return
        if not uids and not cursor.pending and self.store.cursor(folder.name) is not None:
            return
        top = max(state.uidnext - 1, cursor.highest, *uids, 0)
        waiting = sorted({*cursor.pending, *uids})
        for start in range(0, len(waiting), BATCH):
            chunk = waiting[start : start + BATCH]
            cursor = await self._read_batch(folder, cursor, chunk, now)
        if cursor.highest != top or self.store.cursor(folder.name) is None:
            self.store.commit(replace(cursor, highest=top))

    async def _read_batch(self, folder: Folder, cursor: Cursor, uids: Sequence[int], now: datetime) -> Cursor:
        """Reads some messages; the cursor moves in the same commits as what they mean."""
        batch = _Batch(self, folder, cursor, now)
        fetched = {item.uid: item async for item in self.mailbox.fetch(folder.name, uids, FIRST_BYTES)}
        await each([fetched[uid] for uid in uids if uid in fetched], batch.hear, batch.failed)
        missing = [uid for uid in uids if uid not in fetched]
        if missing:
            still_there = await self.mailbox.flags(folder.name, missing)
            batch.not_fetched(missing, still_there)
        return batch.close(max(uids))

    async def _set_flags(self) -> None:
        for seen in self.store.flags_wanted():
            if seen.folder:
                self.store.commit(await self._flagged(seen))

    async def _flagged(self, seen: Seen) -> Seen:
        """Sets and takes off our own flags; a message that is gone waits until it is seen elsewhere."""
        wanted, have = set(seen.flags), set(seen.flagged)
        try:
            got = set(await self.mailbox.flag(seen.folder, seen.uid, sorted(wanted - have))) if wanted - have else set()
            if have - wanted:
                await self.mailbox.unflag(seen.folder, seen.uid, sorted(have - wanted))
        except KeyError:
            log.warning("flag_failed", extra={"folder": seen.folder, "uid": seen.uid})
            return replace(seen, folder="")
        held = tuple(sorted((have & wanted) | got))
        for code, changed in (("flagged", got), ("unflagged", have - wanted)):
            if changed:
                log.info(code, extra={"cases": list(seen.cases), "flags": sorted(changed), "folder": seen.folder})
        return replace(seen, flags=held, flagged=held)


class _Batch:
    """Some messages of one folder: what matched nothing is committed together, what matched at once."""

    def __init__(self, intake: Intake, folder: Folder, cursor: Cursor, now: datetime) -> None:
        self._intake = intake
        self._folder = folder
        self._cursor = cursor
        self._now = now
        self._waiting: list[Seen] = []

    async def hear(self, item: Fetched) -> None:
        desk = Desk.at(self._intake.store, self._intake.setup(), self._now)
        heard(Found(read(item.raw, complete=item.complete), self._folder, item.uid, item.raw), desk)
        self._intake.read_count += 1
        self._advance(item.uid)
        changes = desk.ledger.changes
        self._waiting.extend(change for change in changes if isinstance(change, Seen))
        if any(not isinstance(change, Seen) for change in changes):
            others = [change for change in changes if not isinstance(change, Seen)]
            self._intake.store.commit(*self._waiting, *others, self._cursor)
            self._waiting.clear()

    def failed(self, item: Fetched, error: Exception) -> None:
        """A message that could not be handled is tried again; after three times a person is told."""
        attempts = self._cursor.pending.get(item.uid, 0) + 1
        if attempts < MOST_ATTEMPTS:
            self._pend(item.uid, attempts)
            return
        self._set_aside(item, error)
        self._advance(item.uid)

    def not_fetched(self, uids: Iterable[int], still_there: object) -> None:
        """A message that vanished is no longer waited for; one that is there and came back empty is tried again."""
        for uid in uids:
            attempts = self._cursor.pending.get(uid, 0) + 1
            if isinstance(still_there, dict) and uid in still_there and attempts < MOST_ATTEMPTS:
                self._pend(uid, attempts)
            else:
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
        for case in desk.store.by_address(message.sender.email) if message.sender else ():
            desk.ledger.add(
                Event(case=case, kind=Kind.UNREADABLE, at=self._now, ref=message.identity, detail=str(error)[:200])
            )
        facts = (
            ("detail", str(error)[:200]),
            ("lines", f"{self._folder.name}, UID {item.uid}\n{message.subject[:200]}"),
        )
        queue_note(desk, "unread", message.identity, facts)
        desk.ledger.commit()
