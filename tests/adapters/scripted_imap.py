"""An IMAP server that says what a test tells it to, byte by byte; just enough of the protocol to log in and idle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from tests.servers.waiting import until

CAPABILITIES = "IMAP4rev1 IDLE UNSELECT"
Say = Callable[[bytes], Awaitable[None]]
Reply = Callable[[str, list[str], Say], Awaitable[bool]]


async def nothing_special(_verb: str, _words: list[str], _say: Say) -> bool:
    return False


class ScriptedImap:
    """Answers every command with OK; `reply(verb, words, say)` may answer instead and then gives True.

    `spoken` lists the verbs heard; a reply that raises ConnectionError ends the connection.
    """

    def __init__(self, reply: Reply = nothing_special, *, greeting: bytes = b"* OK ready\r\n") -> None:
        self.reply = reply
        self.greeting = greeting
        self.spoken: list[str] = []
        self.port = 0
        self.exists = 1
        self.connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def heard(self, verb: str, count: int = 1) -> None:
        """Waits until a command has come that often."""
        await until(lambda: self.spoken.count(verb) >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1

        async def say(words: bytes) -> None:
            writer.write(words)
            await writer.drain()

        try:
            await say(self.greeting)
            while line := await reader.readline():
                await self._answer(line.decode().split(), say)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the test is over, or wants the connection to end
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _answer(self, words: list[str], say: Say) -> None:
        tag, verb = (words[0], words[1].upper()) if len(words) > 1 else ("", "".join(words))
        self.spoken.append(verb)
        if verb == "IDLE":
            self._idle_tag = tag
        if not await self.reply(verb, words, say):
            await say(self._usual(verb, tag))

    def _usual(self, verb: str, tag: str) -> bytes:
        told = {
            "CAPABILITY": f"* CAPABILITY {CAPABILITIES}\r\n",
            "EXAMINE": f"* {self.exists} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {self.exists + 1}] x\r\n",
            "STATUS": f"* STATUS INBOX (UIDVALIDITY 7 UIDNEXT {self.exists + 1})\r\n",
            "IDLE": "+ idling\r\n",
            "LOGOUT": "* BYE\r\n",
        }
        if verb == "DONE":
            return f"{self._idle_tag} OK done\r\n".encode()
        return (told.get(verb, "") + ("" if verb == "IDLE" else f"{tag} OK done\r\n")).encode()
