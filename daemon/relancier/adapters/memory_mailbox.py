"""MemoryMailbox: the Mailbox port without a server, for tests; a colleague's and a server's deeds are methods too."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email import message_from_bytes, policy

from relancier.ports import Fetched, Folder, FolderRole, FolderState

TOKEN_HEADERS = {b"message-id", b"references", b"x-relancier-id"}
SYSTEM_FLAGS = frozenset({"\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted"})
ROLES = {"INBOX": FolderRole.INBOX} | {
    role.value.capitalize(): role for role in (FolderRole.SENT, FolderRole.DRAFTS, FolderRole.JUNK, FolderRole.TRASH)
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in a folder; `day` is when it arrived, None for before all time."""

    raw: bytes
    flags: frozenset[str] = frozenset()
    day: date | None = None


@dataclass(slots=True)
class Box:
    """A folder's messages by UID."""

    role: FolderRole
    uidvalidity: int = 1
    uidnext: int = 1
    messages: dict[int, Kept] = field(default_factory=dict)

    def add(self, message: Kept) -> int:
        uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.messages[uid] = message
        return uid


class MemoryMailbox:
    """A mailbox in memory.

    `fail` is called with each operation's name before it does anything and may raise Unavailable. `set_by_us` are the
    flags that came through the port, by (folder, uid).
    """

    def __init__(self, folders: Iterable[str] = ("INBOX", "Sent", "Drafts", "Junk", "Trash")) -> None:
        self.boxes = {name: Box(ROLES.get(name, FolderRole.OTHER)) for name in folders}
        self.fail: Callable[[str], None] = lambda _name: None
        self.keywords = True
        self.discards = True  # whether it can remove one message alone
        self.set_by_us: dict[tuple[str, int], frozenset[str]] = {}
        self.calls: list[str] = []
        self.closed = False
        self._news = asyncio.Event()

    # --- what others do to the mailbox ---

    def create(self, folder: str, role: FolderRole = FolderRole.OTHER) -> None:
        """A new folder."""
        self.boxes[folder] = Box(role)

    def remove(self, folder: str) -> None:
        """A folder disappears with its messages."""
        del self.boxes[folder]

    def deliver(self, folder: str, raw: bytes, *, flags: Iterable[str] = (), at: datetime | None = None) -> int:
        """A message arrives, or a colleague files one; gives its UID."""
        uid = self.boxes[folder].add(Kept(raw, frozenset(flags), at.date() if at else None))
        self._tell(folder)
        return uid

    def move(self, uid: int, source: str, target: str) -> int:
        """A colleague moves a message; gives its new UID."""
        new = self.boxes[target].add(self.boxes[source].messages.pop(uid))
        self._tell(source)
        self._tell(target)
        return new

    def delete(self, folder: str, uid: int) -> None:
        """A colleague deletes a message for good."""
        del self.boxes[folder].messages[uid]
        self._tell(folder)

    def mark(self, folder: str, uid: int, *flags: str, off: bool = False) -> None:
        """A colleague sets flags, or takes them off."""
        self._change(folder, uid, lambda old: old - set(flags) if off else old | set(flags))

    def renumber(self, folder: str) -> None:
        """The server loses its numbering: a new UIDVALIDITY, UIDs from 1 in the same order."""
        box = self.boxes[folder]
        kept = [message for _, message in sorted(box.messages.items())]
        box.uidvalidity += 1
        box.messages = dict(enumerate(kept, 1))
        box.uidnext = len(kept) + 1

    def raws(self, folder: str) -> list[bytes]:
        """The messages of a folder, oldest first."""
        return [message.raw for _, message in sorted(self.boxes[folder].messages.items())]

    def flags_of(self, folder: str, uid: int) -> frozenset[str]:
        """The flags of a message, whoever set them."""
        return self.boxes[folder].messages[uid].flags

    # --- the port ---

    async def folders(self) -> tuple[Folder, ...]:
        """Every folder, INBOX first."""
        self._call("folders")
        found = [Folder(name, box.role) for name, box in self.boxes.items()]
        return tuple(sorted(found, key=lambda folder: (folder.role != FolderRole.INBOX, folder.name)))

    async def look(self, names: Sequence[str]) -> tuple[FolderState, ...]:
        """The state of each named folder now; one that no longer exists is left out."""
        self._call("look")
        self._news.clear()
        boxes = ((name, self.boxes[name]) for name in names if name in self.boxes)
        return tuple(FolderState(name, box.uidvalidity, box.uidnext) for name, box in boxes)

    async def new(self, folder: str, after: int, since: date | None = None) -> list[int]:
        """UIDs above `after`, ascending, optionally only those that arrived on or after a day."""
        self._call("new")
        return [
            uid
            for uid, message in sorted(self._messages(folder).items())
            if uid > after and (since is None or (message.day is not None and message.day >= since))
        ]

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        """The first `limit` bytes of each message; a UID that vanished is left out."""
        for uid in sorted(uids):
            self._call("fetch")
            message = self._messages(folder).get(uid)
            if message is not None:
                yield Fetched(uid, len(message.raw), message.raw[:limit], message.flags)

    async def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """The flags of those messages that still exist."""
        self._call("flags")
        messages = self._messages(folder)
        return {uid: messages[uid].flags for uid in uids if uid in messages}

    async def flag(self, folder: str, uid: int, flags: Iterable[str]) -> frozenset[str]:
        """Sets those flags the folder allows; gives back those set. Raises KeyError when the message is gone."""
        self._call("flag")
        allowed = frozenset(flag for flag in flags if self._allows(flag))
        if uid not in self._messages(folder):
            raise KeyError(uid)
        self._change(folder, uid, lambda old: old | allowed)
        self.set_by_us[folder, uid] = self.set_by_us.get((folder, uid), frozenset()) | allowed
        return allowed

    async def flag_all(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> Mapping[int, frozenset[str]]:
        """`flag` for several messages at once; those that are gone are left out."""
        wanted, done = tuple(flags), {}
        for uid in uids:
            with suppress(KeyError):
                done[uid] = await self.flag(folder, uid, wanted)
        return done

    async def unflag(self, folder: str, uid: int, flags: Iterable[str]) -> None:
        """Takes flags off; a message that is gone is no error."""
        self._call("unflag")
        taken = frozenset(flags)
        if uid in self._messages(folder):
            self._change(folder, uid, lambda old: old - taken)
            self.set_by_us[folder, uid] = self.set_by_us.get((folder, uid), frozenset()) - taken

    async def find(self, folder: str, token: str, after: int = 0) -> list[int]:
        """UIDs above `after` whose Message-ID, References or X-Relancier-Id holds `token`."""
        self._call("find")
        messages = sorted(self._messages(folder).items())
        return [uid for uid, message in messages if uid > after and _holds(message.raw, token)]

    async def find_subject(self, folder: str, words: str, since: date) -> list[int]:
        """UIDs of messages that arrived on or after a day and whose subject holds `words`."""
        self._call("find_subject")
        messages = sorted(self._messages(folder).items())
        return [uid for uid, one in messages if (one.day is None or one.day >= since) and _titled(one.raw, words)]

    async def append(self, folder: str, raw: bytes, *, seen: bool, at: datetime, draft: bool = False) -> int | None:
        """Files a message, unread unless `seen`. Raises KeyError when there is no such folder."""
        self._call("append")
        flags = {flag for flag, wanted in (("\\Seen", seen), ("\\Draft", draft)) if wanted}
        return self.deliver(folder, raw, flags=flags, at=at)

    async def discard(self, folder: str, uid: int, raw: bytes) -> bool:
        """Removes a message that is byte for byte `raw`; whether it was there and is gone now."""
        self._call("discard")
        kept = self._messages(folder).get(uid)
        if not self.discards or kept is None or kept.raw != raw:
            return False
        self.delete(folder, uid)
        return True

    async def changed(self, seconds: float) -> bool:
        """Waits until the inbox may have changed (True) or `seconds` have passed (False)."""
        self._call("changed")
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def capabilities(self) -> tuple[str, ...]:
        """What a plain server says."""
        self._call("capabilities")
        return ("IMAP4REV1", "IDLE", *(["UIDPLUS"] if self.discards else []))

    async def close(self) -> None:
        """Leaves cleanly."""
        self.closed = True

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.fail(name)

    def _messages(self, folder: str) -> dict[int, Kept]:
        box = self.boxes.get(folder)
        return box.messages if box else {}

    def _allows(self, flag: str) -> bool:
        return flag in SYSTEM_FLAGS or (self.keywords and not flag.startswith("\\"))

    def _change(self, folder: str, uid: int, how: Callable[[frozenset[str]], frozenset[str]]) -> None:
        messages = self.boxes[folder].messages
        messages[uid] = replace(messages[uid], flags=how(messages[uid].flags))

    def _tell(self, folder: str) -> None:
        if folder == "INBOX":
            self._news.set()


def _titled(raw: bytes, words: str) -> bool:
    subject = str(message_from_bytes(raw, policy=policy.default)["Subject"] or "")
    return words.casefold() in subject.casefold()


def _holds(raw: bytes, token: str) -> bool:
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    lines = re.sub(rb"\r?\n(?=[ \t])", b"", head).splitlines()
    fields = (line.partition(b":") for line in lines)
    return bool(token) and any(
        name.strip().lower() in TOKEN_HEADERS and token.lower().encode() in value.lower() for name, _, value in fields
    )
