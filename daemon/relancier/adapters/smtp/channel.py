"""The channel: one connection, kept while it is used, and one transaction at a time.

The library's own sendmail() is not used: it does not tell a cut before the final dot from one after it. After any
loss or cancellation the connection is dropped, for answers would be taken for those of other commands.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from relancier.adapters.smtp.answers import accepted, said_at
from relancier.adapters.smtp.envelope import NOT_AN_ADDRESS, Envelope, envelope, unfit
from relancier.adapters.smtp.login import Line, SmtpLogin, connect
from relancier.core.outbox import Answer, Stage
from relancier.ports import Lost, Rejected, Wish

RESET_SECONDS = 30.0
BARE = Answer(554, "the message holds a CR or LF alone; it was not sent", "5.6.0")


class SmtpChannel:
    """Implements ports.Channel."""

    def __init__(self, login: SmtpLogin) -> None:
        self._login = login
        self._line: Line | None = None
        self._used = 0.0
        self._current: SmtpTransaction | None = None

    async def open(self, wish: Wish) -> "SmtpTransaction":
        with self._dropping():
            line, reused = await self._ready()
            try:
                said = await self._mail(line, wish)
            except (Lost, Rejected) as gone:
                if not reused or not _ended(gone):
                    raise
                line = await self._connect()  # closed while it was idle: nothing was said yet, so say it anew
                said = await self._mail(line, wish)
            refused = await self._recipients(line, said)
            if all(address in refused for address in wish.recipients):
                await self.reset()
                raise Rejected(Stage.RCPT, next((refused[address] for address in wish.recipients), NOT_AN_ADDRESS))
        self._current = SmtpTransaction(self, line, refused, wish.meanwhile)
        return self._current

    async def probe(self) -> tuple[str, ...]:
        await self.close()
        with self._dropping():
            line = await self._connect()
        return tuple(sorted(f"{name.upper()} {words}".strip() for name, words in line.esmtp_extensions.items()))

    async def close(self) -> None:
        line, self._line, self._current = self._line, None, None
        if line is None:
            return
        try:
            with suppress(SMTPException, OSError):
                await line.quit(timeout=self._login.timeouts.quit)
        finally:
            line.close()

    # --- for its transactions ---

    def holds(self, transaction: "SmtpTransaction") -> bool:
        """Whether this transaction is the one under way."""
        return self._current is transaction

    async def say_data(self, line: Line, raw: bytes, meanwhile: Callable[[], None] | None = None) -> Answer:
        """DATA, the bytes, the final dot: the one place where a loss leaves doubt."""
        timeouts = self._login.timeouts
        with self._dropping():
            with said_at(Stage.DATA):
                protocol = await _begin(line, timeouts.command)
            with said_at(Stage.BODY):
                protocol.write(_stuffed(raw))
                if meanwhile is not None:
                    asyncio.get_running_loop().call_soon(meanwhile)  # apart: what fails there is none of this
                answer = accepted(await protocol.read_response(timeout=timeouts.body))
        self._current = None
        self._rest()
        return answer

    async def reset(self) -> None:
        """Clears the server's envelope; a connection that does not take that is dropped. Never raises."""
        line, self._current = self._line, None
        if line is None:
            return
        try:
            with self._dropping(), said_at(Stage.MAIL):
                await line.rset(timeout=min(RESET_SECONDS, self._login.timeouts.command))
            self._rest()
        except Lost:
            pass
        except Rejected:
            self._drop()

    # --- inside ---

    async def _ready(self) -> tuple[Line, bool]:
        """A connection to say MAIL on, and whether it was used before."""
        if self._current is not None:
            await self.reset()
        idle = asyncio.get_running_loop().time() - self._used
        if self._line is not None and self._line.is_connected and idle <= self._login.timeouts.idle:
            return self._line, True
        await self.close()
        return await self._connect(), False

    async def _connect(self) -> Line:
        self._drop()
        self._line = await connect(self._login)
        self._rest()
        return self._line

    async def _mail(self, line: Line, wish: Wish) -> Envelope:
        said = envelope(wish, line.supports_extension)
        if wish.sender and (no := unfit(said.sender, line.supports_extension)):
            raise Rejected(Stage.MAIL, no)
        with said_at(Stage.MAIL):
            await line.mail(said.sender, options=said.mail_options, encoding=said.encoding)
        return said

    async def _recipients(self, line: Line, said: Envelope) -> dict[str, Answer]:
        refused = dict(said.refused)
        for address, spelt in said.recipients.items():
            try:
                with said_at(Stage.RCPT):
                    await line.rcpt(spelt, options=said.rcpt_options, encoding=said.encoding)
            except Rejected as no:
                if _ended(no):
                    raise
                refused[address] = no.answer
        return refused

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        try:
            yield
        except Rejected as no:
            if _ended(no):
                self._drop()
            raise
        except (Lost, asyncio.CancelledError):
            self._drop()
            raise

    def _drop(self) -> None:
        line, self._line, self._current = self._line, None, None
        if line is not None:
            line.close()

    def _rest(self) -> None:
        self._used = asyncio.get_running_loop().time()


class SmtpTransaction:
    """Implements ports.Transaction; good for one message."""

    def __init__(
        self,
        channel: SmtpChannel,
        line: Line,
        refused: Mapping[str, Answer],
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        self._channel = channel
        self._line = line
        self._refused = dict(refused)
        self._meanwhile = meanwhile

    @property
    def refused(self) -> Mapping[str, Answer]:
        return self._refused

    async def data(self, raw: bytes) -> Answer:
        if not self._channel.holds(self):
            raise Lost(Stage.DATA, "this transaction has ended")
        if _has_bare_break(raw):
            await self.abandon()
            raise Rejected(Stage.DATA, BARE)
        try:
            return await self._channel.say_data(self._line, raw, self._meanwhile)
        except Rejected:
            await self._channel.reset()
            raise

    async def abandon(self) -> None:
        if self._channel.holds(self):
            await self._channel.reset()


async def _begin(line: Line, seconds: float) -> SMTPProtocol:
    """Says DATA and gives the open connection on which the server waits for the bytes."""
    response = await line.execute_command(b"DATA", timeout=seconds)
    if response.code != 354:
        raise SMTPResponseException(response.code, response.message)
    if line.protocol is None or not line.protocol.is_connected:
        raise SMTPServerDisconnected("the connection was closed before the message")
    return line.protocol


def _stuffed(raw: bytes) -> bytes:
    """The bytes as they travel: each leading dot doubled, and the final dot. Every line ends with CRLF."""
    first = b"." if raw.startswith(b".") else b""
    ending = b"" if raw.endswith(b"\r\n") else b"\r\n"
    return b"".join((first, raw.replace(b"\r\n.", b"\r\n.."), ending, b".\r\n"))


def _has_bare_break(raw: bytes) -> bool:
    """Whether a CR or an LF stands alone."""
    return not raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


def _ended(failure: Lost | Rejected) -> bool:
    """Whether the connection is over: lost, or closed by the server with a 421."""
    return isinstance(failure, Lost) or failure.answer.code == 421
