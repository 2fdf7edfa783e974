"""An SMS gateway on loopback that takes POSTs, and misbehaves as it is told."""

import asyncio
import json
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class SmsGateway:
    """`reply` is sent once the whole POST is there, after those in `first`, one a POST.

    `hangs_up`: as soon as the head is there. `silent`: it takes the POST and says nothing.
    """

    reply: bytes = OK
    first: list[bytes] = field(default_factory=list)
    hangs_up: bool = False
    silent: bool = False
    tls: ssl.SSLContext | None = None
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> Self:
        self._let_go = asyncio.Event()
        self._serving: set[asyncio.Task[None] | None] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._let_go.set()
        self._server.close()
        await asyncio.gather(*filter(None, self._serving))
        await self._server.wait_closed()

    def url(self, path: str = "/send?account=1") -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{path}"

    @property
    def texts(self) -> list[tuple[str, str]]:
        """To whom and what, in JSON or as a form."""
        return [(one["to"], one["text"]) for one in map(self._fields, self.bodies)]

    @staticmethod
    def _fields(body: bytes) -> dict[str, str]:
        if body.startswith(b"{"):
            return dict(json.loads(body))
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._serving.add(asyncio.current_task())
        try:
            await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller hung up
        finally:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        if self.hangs_up:
            return
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))
        self.bodies.append(await reader.readexactly(length))
        if self.silent:
            await self._let_go.wait()
        writer.write(self.first.pop(0) if self.first else self.reply)
        await writer.drain()
