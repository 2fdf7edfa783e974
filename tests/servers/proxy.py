"""A TCP proxy on loopback between the daemon and a real server, for faults: it sees each line and may interfere.

A hook gets every Event and says what becomes of it: None lets it pass; CUT aborts both sides; DROP does not forward
it; Replace forwards other bytes; Answer gives the client a reply of ours instead; Hold waits until it is released.

    def lose_the_answer(event: Event) -> Action | None:
        return CUT if event.is_reply_to(".") else None

    async with Proxy.before(mailhost, "smtps", hook=lose_the_answer) as proxy:
        ... a client of localhost:proxy.port ...
"""

import asyncio
import concurrent.futures
import contextlib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from tests.servers.certificates import Certificate
from tests.servers.dialogue import Dialogue, ImapDialogue, SmtpDialogue
from tests.servers.mailhost import MailHost
from tests.servers.waiting import until

LIMIT = 1 << 26


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the client, or a whole reply of the server.

    `verb` is the command (upper case), for a reply the command that it answers. SMTP: GREETING, BODY for a line of
    a message, `.` for its end. IMAP: GREETING, `*` for an untagged reply, `+`, CONTINUE. `number` counts the events
    of the same side and verb since the proxy began (of the lines of one message only the first is counted and kept).
    """

    side: str
    verb: str
    line: bytes
    number: int
    connection: int

    def is_command(self, verb: str, number: int = 0) -> bool:
        return self.side == "client" and self.verb == verb and number in (0, self.number)

    def is_reply_to(self, verb: str, number: int = 0) -> bool:
        return self.side == "server" and self.verb == verb and number in (0, self.number)


class Action:
    """What a hook decides about an event."""


CUT = Action()
DROP = Action()


@dataclass(frozen=True)
class Replace(Action):
    line: bytes


@dataclass(frozen=True)
class Answer(Action):
    """The client hears this and the server hears nothing. After `.` the connection ends: the message is not sent."""

    line: bytes


class Hold(Action):
    """The event waits, and all that follows on its side; `release` may be called from any thread."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._released: concurrent.futures.Future[None] = concurrent.futures.Future()

    def release(self) -> None:
        if not self._released.done():
            self._released.set_result(None)

    async def wait(self) -> None:
        self.reached.set()
        await asyncio.wrap_future(self._released)


Hook = Callable[[Event], Action | None]


def strip_starttls(event: Event) -> Action | None:
    """A hook: the server seems not to know STARTTLS (SMTP: EHLO; IMAP: CAPABILITY, greeting)."""
    if event.side == "client" or b"STARTTLS" not in event.line:
        return None
    lines = event.line.replace(b" STARTTLS", b"").splitlines(keepends=True)
    kept = [line for line in lines if line.strip() not in (b"250-STARTTLS", b"250 STARTTLS")]
    if lines[-1] not in kept and kept and kept[-1].startswith(b"250-"):
        kept[-1] = kept[-1].replace(b"250-", b"250 ", 1)
    return Replace(b"".join(kept))


@dataclass(slots=True)
class _Wire:
    """One connection: the client's side and the server's."""

    number: int
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    server: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    dialogue: Dialogue = field(default_factory=SmtpDialogue)

    def abort(self) -> None:
        for _, writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    """Relays connections to a port of 127.0.0.1. With the two contexts it ends TLS on both sides and sees inside."""

    def __init__(
        self,
        upstream: int,
        protocol: str,
        *,
        listen_tls: ssl.SSLContext | None = None,
        upstream_tls: ssl.SSLContext | None = None,
        hook: Hook | None = None,
    ) -> None:
        self.upstream = upstream
        self.protocol = protocol
        self.listen_tls = listen_tls
        self.upstream_tls = upstream_tls
        self.hook = hook
        self.port = 0
        self.refusing = False
        self.connections = 0
        self.events: list[Event] = []
        self._wires: dict[asyncio.Task[None], _Wire | None] = {}
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def before(
        cls, host: MailHost, service: str, *, hook: Hook | None = None, certificate: Certificate | None = None
    ) -> Self:
        """Before a service of a mail host: smtps, imaps (TLS on both sides), submission, smtp or imap (plain)."""
        port = getattr(host, f"{service}_port")
        protocol = "imap" if service.startswith("imap") else "smtp"
        if service not in ("smtps", "imaps"):
            return cls(port, protocol, hook=hook)
        shown = certificate or host.authority.good()
        return cls(port, protocol, listen_tls=serve_tls(shown), upstream_tls=host.context(), hook=hook)

    # --- life ---

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, on the same port as before if it was stopped."""
        self._loop = asyncio.get_running_loop()
        self._flowing.set()
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self.listen_tls, limit=LIMIT, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuses connections and aborts the live ones."""
        if self._server is not None:
            self._server.close()
        self.cut()
        tasks = list(self._wires)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- what a test does to it; from any thread ---

    def cut(self) -> None:
        """Aborts every live connection."""
        self._call(self._abort_all)

    def freeze(self) -> None:
        """From now on nothing passes and nothing is closed, as when a peer has vanished."""
        self._call(self._flowing.clear)

    def thaw(self) -> None:
        self._call(self._flowing.set)

    def count(self, side: str, verb: str) -> int:
        """How many events of this side and verb there were."""
        return sum(1 for event in self.events if (event.side, event.verb) == (side, verb))

    async def seen(self, side: str, verb: str, count: int = 1, seconds: float = 10) -> None:
        """Waits until there were that many. Raises TimeoutError."""
        await until(lambda: self.count(side, verb) >= count, seconds)

    def _abort_all(self) -> None:
        for wire in self._wires.values():
            if wire is not None:
                wire.abort()

    def _call(self, action: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)

    # --- relaying ---

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self.refusing:
            writer.transport.abort()
            return
        self.connections += 1
        self._wires[task] = None
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._relay(task, (reader, writer))
        finally:
            writer.transport.abort()
            wire = self._wires.pop(task)
            if wire is not None:
                wire.abort()  # also where the relay was cancelled as it closed

    async def _relay(self, task: asyncio.Task[None], client: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        name = "localhost" if self.upstream_tls else None
        server = await asyncio.open_connection(
            "127.0.0.1", self.upstream, ssl=self.upstream_tls, server_hostname=name, limit=LIMIT
        )
        dialogue = ImapDialogue() if self.protocol == "imap" else SmtpDialogue()
        wire = self._wires[task] = _Wire(self.connections, client, server, dialogue)
        pumps = [asyncio.create_task(self._pump_client(wire)), asyncio.create_task(self._pump_server(wire))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            await self._flowing.wait()
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await _close(wire)

    async def _pump_client(self, wire: _Wire) -> None:
        reader, toward_server = wire.client[0], wire.server[1]
        while part := await wire.dialogue.read_client(reader):
            await self._flowing.wait()
            action = self._decide("client", part.verb, part.data, wire) if part.whole else None
            if isinstance(action, Hold):
                await action.wait()
            if action is CUT:
                wire.abort()
                return
            if isinstance(action, Answer):
                await self._answer(wire, part.verb, action)
            elif action is not DROP:
                wire.dialogue.sent(part)
                toward_server.write(action.line if isinstance(action, Replace) else part.data)
                await toward_server.drain()

    async def _answer(self, wire: _Wire, verb: str, action: Answer) -> None:
        if verb == ".":
            wire.server[1].transport.abort()  # the server never saw the end of this message
        wire.client[1].write(action.line)
        await wire.client[1].drain()

    async def _pump_server(self, wire: _Wire) -> None:
        reader, toward_client = wire.server[0], wire.client[1]
        while part := await wire.dialogue.read_server(reader):
            await self._flowing.wait()
            action = self._decide("server", part.verb, part.data, wire) if part.whole else None
            if isinstance(action, Hold):
                await action.wait()
            if action is CUT:
                wire.abort()
                return
            if action is not DROP:
                toward_client.write(action.line if isinstance(action, Replace | Answer) else part.data)
                await toward_client.drain()

    def _decide(self, side: str, verb: str, line: bytes, wire: _Wire) -> Action | None:
        event = Event(side, verb, line, self.count(side, verb) + 1, wire.number)
        if verb != "BODY" or self.events[-1].verb != "BODY":
            self.events.append(event)
        return self.hook(event) if self.hook else None


async def _close(wire: _Wire) -> None:
    """Lets what was written arrive, then ends both sides."""
    for _, writer in (wire.client, wire.server):
        writer.close()
    for _, writer in (wire.client, wire.server):
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(0.5):
                await writer.wait_closed()
        writer.transport.abort()


def serve_tls(certificate: Certificate) -> ssl.SSLContext:
    """For a server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


class ProxyThread:
    """A proxy in a thread of its own, for tests and programs that do not share its event loop.

    with ProxyThread(Proxy.before(mailhost, "imaps")) as proxy:
        ...
    """

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._run(self.proxy.start)
        return self.proxy

    def __exit__(self, *_: object) -> None:
        self._run(self.proxy.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, step: Callable[[], object]) -> None:
        asyncio.run_coroutine_threadsafe(step(), self._loop).result(10)  # type: ignore[arg-type]
