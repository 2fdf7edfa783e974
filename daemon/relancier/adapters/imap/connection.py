"""One connection and its one thread: opened when needed, thrown away after any failure or cancelled call."""

import asyncio
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Self, TypeVar

from imapclient import IMAPClient

from relancier.adapters.imap.errors import FAILURES, SecretRefused, translate
from relancier.adapters.imap.login import ImapLogin, authenticate, connect, cut, discard
from relancier.ports import LoginRefused, Unavailable

LEAVE_SECONDS = 5.0

T = TypeVar("T")


class Session:
    """A logged-in client and the only thread that may touch it; once `dead`, never used again."""

    def __init__(self, login: ImapLogin, secret: str) -> None:
        self.dead = False
        self._login = login
        self._secret = secret
        self._client: IMAPClient | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")

    @classmethod
    async def open(cls, login: ImapLogin) -> Self:
        """Connects and logs in; a token that the server refuses is replaced once. Raises Unavailable, LoginRefused."""
        secret = await _current(login)
        try:
            return await cls._with(login, secret)
        except SecretRefused:
            fresh = await _another(login, secret)
            if fresh == secret:
                raise
        return await cls._with(login, fresh)

    @classmethod
    async def _with(cls, login: ImapLogin, secret: str) -> Self:
        session = cls(login, secret)
        await session._in_thread(session._log_in, 4 * max(login.seconds, 30))
        return session

    async def outdated(self) -> bool:
        """Whether another token is in force than the one it logged in with: the server is about to end it."""
        return self._login.token is not None and await _current(self._login) != self._secret

    async def run(self, work: Callable[[IMAPClient], T], seconds: float | None = None) -> T:
        """What `work` gives, done in the thread. After any failure, or when cancelled, the session is dead."""
        client = self._client
        if self.dead or client is None:
            raise Unavailable("The IMAP connection was lost.")
        return await self._in_thread(lambda: work(client), seconds or 4 * self._login.seconds)

    def descriptor(self) -> int:
        """The socket's number, to wait until it is readable; -1 once it is gone."""
        return -1 if self._client is None else int(self._client.socket().fileno())

    def stale(self) -> bool:
        """Whether the server spoke while nobody asked: a farewell, or the end of the connection."""
        return self.dead or _readable(self.descriptor())

    def drop(self) -> None:
        """Cuts the connection at once; whoever waits in the thread wakes up."""
        if self.dead:
            return
        self.dead = True
        if self._client is not None:
            cut(self._client)
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    async def leave(self) -> None:
        """Says LOGOUT; never raises."""
        if not self.dead:
            with suppress(Unavailable):
                await self.run(lambda client: client.logout(), LEAVE_SECONDS)
        self.drop()

    async def _in_thread(self, work: Callable[[], T], seconds: float) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except asyncio.CancelledError:
            self.drop()
            raise
        except (Unavailable, *FAILURES) as error:
            self.drop()
            raise translate(error, self._farewell()) from error

    def _farewell(self) -> str:
        """What the server said as it left (an expired token, a shutdown, a limit)."""
        said = self._client._imap.untagged_responses.get("BYE") if self._client is not None else None  # noqa: SLF001
        return said[-1].decode("utf-8", "replace") if said else ""

    def _log_in(self) -> None:
        self._client = connect(self._login)
        if self.dead:
            return
        authenticate(self._client, self._login, self._secret)

    def _close(self) -> None:
        if self._client is not None:
            discard(self._client)


class Connection:
    """A session whenever one is needed, one user of it at a time."""

    def __init__(self, login: ImapLogin) -> None:
        self._login = login
        self._lock = asyncio.Lock()
        self._session: Session | None = None

    @property
    def busy(self) -> bool:
        return self._lock.locked()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """The open session, or a new one, for this caller alone. Raises Unavailable."""
        async with self._lock:
            if self._session is not None and self._session.stale():
                self._session.drop()
                self._session = None
            if self._session is not None and await self._session.outdated():
                await self._session.leave()
                self._session = None
            if self._session is None:
                self._session = await Session.open(self._login)
            yield self._session

    async def call(self, work: Callable[[IMAPClient], T], seconds: float | None = None) -> T:
        """What `work` gives on a live session. Raises Unavailable."""
        async with self.session() as session:
            return await session.run(work, seconds)

    async def leave(self) -> None:
        """Closes, politely unless someone is using it; never raises."""
        session, self._session = self._session, None
        if session is None:
            return
        if self.busy:
            session.drop()
        else:
            await session.leave()


async def _current(login: ImapLogin) -> str:
    """The password, or the access token in force. Raises Unavailable, LoginRefused."""
    return login.password if login.token is None else await _had(login.token())


async def _another(login: ImapLogin, refused: str) -> str:
    return refused if login.fresh is None else await _had(login.fresh(refused))


async def _had(token: Awaitable[str]) -> str:
    """The token; what keeps it from being had names this side."""
    try:
        return await token
    except LoginRefused as error:
        raise LoginRefused(f"IMAP has no access token: {error}") from error
    except Unavailable as error:
        raise Unavailable(f"IMAP has no access token: {error}", delay=error.delay) from error


def _readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
