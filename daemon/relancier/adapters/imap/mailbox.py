"""ImapMailbox: the Mailbox port over at most two lasting connections, one that idles and one that works.

A third one files copies, so that a large upload never delays the look before the next send; it closes when unused.
Everything is read with PEEK from folders opened read-only. Nothing is retried here: a call that fails throws its
connection away and says Unavailable, the next call opens a new one, and how long to wait is the caller's decision.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from imapclient import IMAPClient

from relancier.adapters.imap import commands
from relancier.adapters.imap.commands import IDS_A_COMMAND, FolderGone
from relancier.adapters.imap.connection import Connection
from relancier.adapters.imap.folders import FolderNames, Names, with_roles
from relancier.adapters.imap.idle import REST_SECONDS, wait_for_news
from relancier.adapters.imap.login import ImapLogin
from relancier.ports import Fetched, Folder, FolderState

BATCH_BYTES = 4 * 1024 * 1024
FILING_REST = 60.0

T = TypeVar("T")


class ImapMailbox:
    """A mailbox on an IMAP server; IDLE begins anew after `idle_rest`, filing closes after `filing_rest` seconds."""

    def __init__(self, login: ImapLogin, folders: FolderNames) -> None:
        self.idle_rest = REST_SECONDS
        self.filing_rest = FILING_REST
        self._login = login
        self._folder_names = folders
        self._names = Names()
        self._working = Connection(login)
        self._idling = Connection(login)
        self._filing = Connection(login)
        self._filing_timer: asyncio.TimerHandle | None = None
        self._farewell: asyncio.Task[None] | None = None
        self._idles: bool | None = None
        self._looked: FolderState | None = None
        self._announced: FolderState | None = None

    # --- reading ---

    async def folders(self) -> tuple[Folder, ...]:
        """Every selectable folder but the ignored ones, INBOX first. Raises Unavailable."""
        listed = await self._working.call(lambda client: commands.list_folders(client, self._names))
        return with_roles(listed, self._folder_names)

    async def look(self, names: Sequence[str]) -> tuple[FolderState, ...]:
        """The state of each named folder now; one that no longer exists is left out. Raises Unavailable."""
        states = await self._working.call(lambda client: commands.look(client, self._names, names))
        self._looked = next((state for state in states if state.name.upper() == "INBOX"), self._looked)
        return tuple(states)

    async def new(self, folder: str, after: int, since: date | None = None) -> list[int]:
        """UIDs above `after`, ascending, optionally only those that arrived on or after a day. Raises Unavailable."""
        search = partial(commands.search_new, names=self._names, folder=folder, after=after, since=since)
        return await self._unless_gone(self._working, search) or []

    async def fetch(self, folder: str, uids: Sequence[int], limit: int) -> AsyncIterator[Fetched]:
        """The first `limit` bytes of each message, in bounded batches; a UID that vanished is left out."""
        limit = max(1, limit)
        for chunk in _chunks(uids):
            measure = partial(commands.fetch_sizes, names=self._names, folder=folder, uids=chunk)
            sizes = await self._unless_gone(self._working, measure) or {}
            for batch in _batches(sizes, limit):
                read = partial(commands.fetch_messages, names=self._names, folder=folder, sizes=batch, limit=limit)
                for message in await self._unless_gone(self._working, read) or []:
                    yield message

    async def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """The flags of those messages that still exist. Raises Unavailable."""
        found: dict[int, frozenset[str]] = {}
        for chunk in _chunks(uids):
            read = partial(commands.fetch_flags, names=self._names, folder=folder, uids=chunk)
            found |= await self._unless_gone(self._working, read) or {}
        return found

    async def find(self, folder: str, token: str, after: int = 0) -> list[int]:
        """UIDs above `after` whose Message-ID, References or X-Relancier-Id holds `token`. Raises Unavailable."""
        search = partial(commands.search_token, names=self._names, folder=folder, token=token, after=after)
        return await self._unless_gone(self._file(), search) or []

    async def find_subject(self, folder: str, words: str, since: date) -> list[int]:
        """UIDs of messages since a day whose subject holds `words`. Raises Unavailable."""
        search = partial(commands.search_subject, names=self._names, folder=folder, words=words, since=since)
        return await self._unless_gone(self._file(), search) or []

    async def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do, after login. Raises Unavailable."""
        told = await self._working.call(lambda client: client.capabilities())
        return tuple(word.decode("ascii", "replace") for word in told)

    async def keywords(self, folder: str) -> bool:
        """Whether messages of a folder take keywords of our own. Raises Unavailable."""
        ask = partial(commands.takes_keywords, names=self._names, folder=folder)
        return bool(await self._unless_gone(self._working, ask))

    # --- writing ---

    async def flag(self, folder: str, uid: int, flags: Iterable[str]) -> frozenset[str]:
        """Sets those flags the folder allows; gives back those set. Raises KeyError when the message is gone."""
        done = await self.flag_all(folder, [uid], flags)
        return done[uid]

    async def flag_all(self, folder: str, uids: Sequence[int], flags: Iterable[str]) -> Mapping[int, frozenset[str]]:
        """`flag` for several messages at once; those that are gone are left out. Raises Unavailable."""
        done: dict[int, frozenset[str]] = {}
        wanted = tuple(flags)
        for chunk in _chunks(uids):
            store = partial(commands.add_flags, names=self._names, folder=folder, uids=chunk, flags=wanted)
            done |= await self._unless_gone(self._working, store) or {}
        return done

    async def unflag(self, folder: str, uid: int, flags: Iterable[str]) -> None:
        """Takes flags off; a message that is gone is no error. Raises Unavailable."""
        store = partial(commands.remove_flags, names=self._names, folder=folder, uid=uid, flags=tuple(flags))
        await self._unless_gone(self._working, store)

    async def append(self, folder: str, raw: bytes, *, seen: bool, at: datetime, draft: bool = False) -> int | None:
        """Files a message, unread unless `seen`. Raises KeyError when there is no such folder, Unavailable."""
        seconds = 4 * self._login.seconds + commands.upload_seconds(raw)
        flags = tuple(flag for flag, wanted in (("\\Seen", seen), ("\\Draft", draft)) if wanted)
        file = partial(commands.append, names=self._names, folder=folder, raw=raw, flags=flags, at=at)
        uid = await self._unless_gone(self._file(), file, seconds)
        if uid is None:
            raise KeyError(folder)
        return uid or None

    async def discard(self, folder: str, uid: int, raw: bytes) -> bool:
        """Removes a message that is byte for byte `raw`; whether it was there and is gone now. Raises Unavailable."""
        take = partial(commands.discard, names=self._names, folder=folder, uid=uid, raw=raw)
        return bool(await self._unless_gone(self._working, take))

    # --- waiting and leaving ---

    async def changed(self, seconds: float) -> bool:
        """Waits until the inbox may have changed (True) or `seconds` have passed (False). Raises Unavailable."""
        if self._idles is None:
            self._idles = await self._working.call(lambda client: client.has_capability("IDLE"))
        if self._idles:
            async with self._idling.session() as session:
                return await wait_for_news(session, self._moved, seconds, self.idle_rest)
        await asyncio.sleep(seconds)
        return False

    async def close(self) -> None:
        """Leaves cleanly; never raises."""
        if self._filing_timer is not None:
            self._filing_timer.cancel()
        await asyncio.gather(self._working.leave(), self._idling.leave(), self._filing.leave())
        if self._farewell is not None:
            await self._farewell

    def _moved(self, client: IMAPClient) -> bool:
        """Whether the inbox differs from the last look; told once, lest two ways of counting make a busy loop."""
        opened = commands.open_folder(client, self._names, "INBOX")
        state = FolderState("INBOX", opened.uidvalidity, opened.uidnext)
        looked = self._looked
        if not opened.uidnext or looked is None or state == self._announced:
            return False
        if (looked.uidvalidity, looked.uidnext) == (state.uidvalidity, state.uidnext):
            return False
        self._announced = state
        return True

    async def _unless_gone(
        self, connection: Connection, work: Callable[[IMAPClient], T], seconds: float | None = None
    ) -> T | None:
        """What `work` gives; None when its folder does not exist any more."""

        def guarded(client: IMAPClient) -> T | None:
            with suppress(FolderGone):
                return work(client)
            return None

        return await connection.call(guarded, seconds)

    def _file(self) -> Connection:
        """The connection for filing; it closes when it has not been asked for during a minute."""
        self._await_rest()
        return self._filing

    def _await_rest(self) -> None:
        if self._filing_timer is not None:
            self._filing_timer.cancel()
        self._filing_timer = asyncio.get_running_loop().call_later(self.filing_rest, self._rest_filing)

    def _rest_filing(self) -> None:
        if self._filing.busy:
            self._await_rest()
        else:
            self._farewell = asyncio.ensure_future(self._filing.leave())


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (uids[start : start + IDS_A_COMMAND] for start in range(0, len(uids), IDS_A_COMMAND))


def _batches(sizes: Mapping[int, int], limit: int) -> Iterator[dict[int, int]]:
    """Messages together as long as their bytes stay bounded; a single one may be larger."""
    batch: dict[int, int] = {}
    for uid, size in sorted(sizes.items()):
        if batch and sum(min(one, limit) for one in batch.values()) + min(size, limit) > BATCH_BYTES:
            yield batch
            batch = {}
        batch[uid] = size
    if batch:
        yield batch
