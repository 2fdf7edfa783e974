"""Copies in the mailbox: of a reminder in Sent, of a task or note in the inbox; looked for by token, then APPEND.

A provider may file its own copy in Sent. The first copy is therefore waited for; what is learned is kept.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from relancier.core.outbox import ABOUT, Copy, Entry, Sort, Status
from relancier.core.plan import Channel
from relancier.core.stored import Setting
from relancier.ports import FolderRole, Mailbox, Store
from relancier.work.inbox.intake import Intake
from relancier.work.records import INBOX, Desk, queue_note
from relancier.work.sending.leftovers import is_draft
from relancier.work.sending.settle import settle_sent
from relancier.work.setup import Setup

log = logging.getLogger("relancier")

FILER = "sent_copy_by"  # "provider" | "us"
PATIENCE = timedelta(seconds=30)
LOOKED_FOR = timedelta(minutes=15)  # how long an uncertain message is looked for before a person is asked
MOST_UNRECORDED = 20
MOST_TRIED = 1000
LONG_PATIENCE = timedelta(minutes=10)  # for a provider that has filed its own copies so far


@dataclass(slots=True)
class Copies:
    """Files what is wanted; failing to file warns and is tried again, it never sends anything."""

    mailbox: Mailbox
    intake: Intake
    store: Store
    setup: Callable[[], Setup]
    _in_sent: dict[str, bool] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)
    _since: datetime | None = None

    async def run(self, now: datetime) -> None:
        """Files every wanted copy whose time has come. Raises Unavailable."""
        self._since = self._since or now
        self.record()
        try:
            for entry in self.store.copies_wanted():
                if entry.sort is Sort.REMINDER and now >= self.due_at(entry):
                    await self.file(entry, now)
        finally:
            self.record()

    def due_at(self, entry: Entry) -> datetime:
        """From when on we file the copy ourselves, if the provider has not."""
        filer = self.store.setting(FILER)
        wait = {"us": timedelta(0), "provider": LONG_PATIENCE}.get(str(filer), PATIENCE)
        return (entry.ended_at or entry.queued_at) + wait

    async def file(self, entry: Entry, now: datetime) -> bool:
        """The copy of a sent reminder; True when it is in Sent, which `record` then commits."""
        folder, raw = self.intake.folder(FolderRole.SENT), self.store.blob(entry.blob)
        if raw is None:
            return False
        if folder is None:
            self._no_folder(now)
            return False
        found = await self.mailbox.find(folder, entry.token, entry.find_after)
        if not found and not await self._append(folder, raw, seen=True, at=entry.ended_at or now):
            self._no_folder(now)
            return False
        self._in_sent[entry.id] = bool(found)
        log.info("copy_found" if found else "copy_filed", extra={"entry": entry.id, "folder": folder})
        if len(self._in_sent) >= MOST_UNRECORDED:
            self.record()
        return True

    def record(self) -> None:
        """Commits which copies are in Sent, several at once: one that a crash forgets is found again by its token."""
        if not self._in_sent:
            return
        entries = [entry for name in self._in_sent if (entry := self.store.entry(name)) is not None]
        mails = [self._in_sent[entry.id] for entry in entries if entry.channel != Channel.SMS]
        learned = [Setting(FILER, "provider" if mails[-1] else "us")] if mails else []
        filed = [replace(entry, copy=Copy.FILED) for entry in entries if entry.copy is Copy.WANTED]
        self.store.commit(*filed, *learned, *self.intake.passed())
        self._in_sent.clear()

    async def into_inbox(self, entry: Entry, raw: bytes, now: datetime) -> bool:
        """The copy of a task or note, unread, once: it is looked for by its token, where it may lie there already."""
        self._since = self._since or now
        fresh = entry.queued_at > self._since and entry.id not in self._tried
        inbox = self.intake.folder(FolderRole.INBOX) or INBOX
        after = entry.find_after if entry.sort is Sort.NOTE else 0
        if not fresh and await self.mailbox.find(inbox, entry.token, after):
            return True
        if len(self._tried) >= MOST_TRIED:  # what is in the inbox by now is not filed again
            self._tried = {name for name in self._tried if (one := self.store.entry(name)) and one.copy is Copy.WANTED}
        self._tried.add(entry.id)
        return await self._append(inbox, raw, seen=False, at=now)

    async def _append(self, folder: str, raw: bytes, *, seen: bool, at: datetime) -> bool:
        try:
            uid = await self.mailbox.append(folder, raw, seen=seen, at=at)
        except KeyError:
            return False
        if uid is not None:
            self.intake.expect(folder, uid)
        return True

    def _no_folder(self, now: datetime) -> None:
        desk = Desk.at(self.store, self.setup(), now)
        facts = (("reason", "no_sent_folder"), ("command", "relancier check"))
        queue_note(desk, "held", f"no sent folder|{desk.today.isoformat()}", facts)
        desk.ledger.commit()
        log.warning("no_sent_folder")

    def ask_at(self, entry: Entry) -> datetime | None:
        """When a person is asked about an uncertain message; None once that has happened."""
        told = self.store.live_entry(f"note:uncertain|{entry.id}") is not None
        return None if told or is_draft(entry) else (entry.ended_at or entry.queued_at) + LOOKED_FOR

    async def look_up(self, now: datetime) -> None:
        """Looks for every uncertain message in Sent; what stands there was sent."""
        folder = self.intake.folder(FolderRole.SENT)
        for entry in self.store.entries(Status.UNCERTAIN):
            ask_at = self.ask_at(entry)
            if ask_at is None:
                continue  # a person was told; what still arrives is found by reading
            desk = Desk.at(self.store, self.setup(), now)
            if folder and await self.mailbox.find(folder, entry.token, entry.find_after):
                done = settle_sent(entry, desk, f"found in {folder}")
                desk.ledger.put(replace(done, copy=Copy.FILED))
            elif now >= ask_at:
                facts = ((ABOUT, "\n".join(one.case for one in entry.carries)),)
                queue_note(desk, "uncertain", entry.id, facts)
            desk.ledger.commit()
