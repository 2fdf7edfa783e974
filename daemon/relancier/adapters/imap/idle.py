"""Waiting for news with IDLE: a hint that something may have changed, never the truth about it.

imapclient's own idle_check() is not used: on a closed connection it returns at once for ever, and it misses what came
in the same packet as the server's "+ idling".
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from relancier.adapters.imap.connection import Session
from relancier.ports import Unavailable

REST_SECONDS = 240.0  # no connection is trusted for longer without an answer
DONE_SECONDS = 30.0
STOP_SECONDS = 1.0
IDLE_TALK = {"OK", "FETCH"}  # "still here", and flags


class Start(Enum):
    """How the server took to idling."""

    CHANGED = auto()  # the inbox is not what it was: there is nothing to wait for
    EARLY = auto()  # idling, and news came before the answer
    GLUED = auto()  # idling, and something came along with the answer
    IDLING = auto()


async def wait_for_news(
    session: Session, moved: Callable[[IMAPClient], bool], seconds: float, rest: float = REST_SECONDS
) -> bool:
    """True when the open folder may have changed, False after `seconds`. Raises Unavailable.

    `moved` opens the folder and tells whether it differs from what was last seen there. IDLE begins anew after `rest`.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        start = await session.run(lambda client: _start(client, moved))
        if start is Start.CHANGED:
            return True
        pause = min(rest, max(0.0, end - loop.time())) if start is Start.IDLING else 0.0
        if await _idle(session, pause) or start is Start.EARLY:
            return True
        if loop.time() >= end:
            return False


def _start(client: IMAPClient, moved: Callable[[IMAPClient], bool]) -> Start:
    if moved(client):
        return Start.CHANGED
    imap = client._imap  # noqa: SLF001 - idle() gives up half-way when news comes before "+ idling"
    imap.untagged_responses.clear()
    try:
        client.idle()
    except IMAPClientError as error:
        if not str(error).startswith("Unexpected IDLE response"):
            raise
        _await_continuation(client)
    if set(imap.untagged_responses) - IDLE_TALK:
        return Start.EARLY
    return Start.GLUED if _buffered(client) else Start.IDLING


def _await_continuation(client: IMAPClient) -> None:
    """News before "+ idling" is no error; a refusal of IDLE is."""
    while not client._imap.tagged_commands.get(client._idle_tag):  # noqa: SLF001 - see _start
        if client._imap._get_response() is None:  # noqa: SLF001
            return
    raise IMAPClientError("IDLE was refused")


def _buffered(client: IMAPClient) -> bool:
    """Whether something has been read from the socket, or deciphered, that a wait for the socket would not show."""
    connected = client.socket()
    waiting = connected.gettimeout()
    connected.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))  # noqa: SLF001 - imaplib keeps its buffer there
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connected.settimeout(waiting)


async def _idle(session: Session, seconds: float) -> bool:
    """Waits until the server speaks, ends IDLE, and tells whether it was news."""
    try:
        if seconds:
            await _readable(session.descriptor(), seconds)
    except asyncio.CancelledError:
        with suppress(Unavailable):
            await asyncio.shield(session.run(_done, STOP_SECONDS))
        raise
    return await session.run(_done, DONE_SECONDS)


async def _readable(descriptor: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    spoke = asyncio.Event()
    loop.add_reader(descriptor, spoke.set)
    try:
        async with asyncio.timeout(seconds):
            await spoke.wait()
    except TimeoutError:
        pass
    finally:
        loop.remove_reader(descriptor)


def _done(client: IMAPClient) -> bool:
    """Ends IDLE; True when the server told of more than its being alive or a change of flags."""
    _, answers = client.idle_done()
    return any(not {_word(item) for item in answer[:2]} & IDLE_TALK for answer in answers)


def _word(item: object) -> str:
    return item.decode("ascii", "replace") if isinstance(item, bytes) else ""
