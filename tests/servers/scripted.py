"""A small SMTP server that does as it is told, also what no good server does."""

import asyncio
import contextlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

CUT = b"<cut>"
SILENCE = b"<silence>"
USUAL = {
    "GREETING": b"220 scripted ESMTP\r\n",
    "STARTTLS": b"220 2.0.0 go ahead\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "DATA": b"354 go ahead\r\n",
    ".": b"250 2.0.0 queued\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
}


@dataclass
class ScriptedSmtp:
    """Answers by `script`: for each verb (GREETING, EHLO, …, `.`) what is said the first, second, … time, over all
    connections; then the usual. CUT aborts the connection, SILENCE never answers, an answer after a NUL is followed
    by the end of the connection. `lines` holds what clients said, `messages` what they sent, final dot removed.
    """

    script: dict[str, list[bytes]] = field(default_factory=dict)
    offers: Iterable[str] = ("PIPELINING", "SIZE 20000000", "AUTH PLAIN LOGIN")
    tls: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    port: int = 0
    lines: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    connections: int = 0
    live: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls, limit=1 << 26)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def verbs(self) -> list[str]:
        return [_verb(line) for line in self.lines]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.connections += 1
        self.live.add(writer)
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            self.live.discard(writer)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await self._say("GREETING", writer)
        while said and (line := await reader.readline()):
            self.lines.append(line.rstrip(b"\r\n"))
            verb = "AUTH" if said.startswith(b"334") else _verb(line)
            said = await self._say(verb, writer)
            if verb == "STARTTLS" and said.startswith(b"220") and self.starttls is not None:
                await writer.start_tls(self.starttls)
            if verb == "DATA" and said.startswith(b"354"):
                self.messages.append(await _message(reader))
                said = await self._say(".", writer)

    async def _say(self, verb: str, writer: asyncio.StreamWriter) -> bytes:
        """What was answered; empty when the connection is over."""
        told = self.script.get(verb, [])
        answer = told.pop(0) if told else self._usual(verb)
        if answer == SILENCE:
            await asyncio.Event().wait()
        if answer == CUT:
            return b""
        writer.write(answer.removeprefix(b"\0"))
        await writer.drain()
        if answer.startswith(b"\0"):
            writer.close()
            await writer.wait_closed()
            return b""
        return answer

    def _usual(self, verb: str) -> bytes:
        if verb != "EHLO":
            return USUAL.get(verb, b"250 2.0.0 ok\r\n")
        lines = ["scripted", *self.offers]
        return b"".join(f"250{'-' if line is not lines[-1] else ' '}{line}\r\n".encode() for line in lines)


def _verb(line: bytes) -> str:
    return line.split()[0].decode("ascii", "replace").upper() if line.split() else ""


async def _message(reader: asyncio.StreamReader) -> bytes:
    stuffed = b""
    while not stuffed.endswith(b"\r\n.\r\n") and stuffed != b".\r\n":
        stuffed += await reader.readexactly(1) if not stuffed else await reader.readuntil(b"\n")
    lines = stuffed.removesuffix(b".\r\n").split(b"\r\n")
    return b"\r\n".join(line.removeprefix(b".") for line in lines)
