"""Messages by SMS over a gateway's web address: one connection and one POST each, nothing ever tried twice.

What is known for certain is told as SMTP would: refused, or failed before anything was said. From the first byte of the
POST's body on a failure is `Lost` at BODY, for the gateway may have taken the message: also an answer 5xx, and a
redirect that is no clear no.
"""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlencode, urlsplit

from relancier.core.outbox import Answer, Stage
from relancier.ports import Lost, Rejected, Wish

LIMIT = 65_536  # bytes of a message with its headers; its words are far fewer
LONGEST_HEAD = 65_536
SHOWN = 200
NO_NUMBER = Answer(550, "this is no telephone number", "5.1.1")
TOO_LARGE = Answer(552, "larger than an SMS may be", "5.3.4")
NOT_TAKEN = {301, 307, 308}  # a redirect that asks for the same POST elsewhere: nothing was taken here
ABOUT_US = {401, 402, 403, 404, 405, 407, 411, 415}
LATER = {408, 425, 429}
_PHONE = re.compile(r"[1-9]\d{6,14}")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r?\n")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Where messages are posted, and in what form; `ca_file` replaces the public authorities."""

    url: str
    form: bool = False
    phone_field: str = "to"
    text_field: str = "text"
    more: Mapping[str, str] = field(default_factory=dict)
    token: str = field(default="", repr=False)
    header: str = "Authorization"
    prefix: str = "Bearer "
    ca_file: str = ""
    seconds: float = 30.0

    def request(self, phone: str, text: str) -> tuple[bytes, bytes]:
        """The head and the body of the POST."""
        fields = {**self.more, self.phone_field: f"+{phone}", self.text_field: text}
        body = urlencode(fields).encode() if self.form else json.dumps(fields).encode()
        parts = urlsplit(self.url)
        lines = [
            f"POST {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Content-Type: application/{'x-www-form-urlencoded' if self.form else 'json'}",
            f"Content-Length: {len(body)}",
            *([f"{self.header}: {self.prefix}{self.token}"] if self.token else []),
            "Accept: */*",
            "User-Agent: Relancier",
            "Connection: close",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode(), body


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection to the gateway."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class SmsChannel:
    """Implements ports.Channel for recipients whose local part is a number with its country code."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._current: SmsTransaction | None = None

    async def open(self, wish: Wish) -> "SmsTransaction":
        await self.close()
        if wish.size > LIMIT:
            raise Rejected(Stage.MAIL, TOO_LARGE)
        phones = {to: _phone(to) for to in wish.recipients}
        refused = {to: NO_NUMBER for to, phone in phones.items() if not phone}
        if len(refused) == len(phones):
            raise Rejected(Stage.RCPT, NO_NUMBER)
        line = await self._connect()
        self._current = SmsTransaction(self, line, refused, [phone for phone in phones.values() if phone])
        return self._current

    async def probe(self) -> tuple[str, ...]:
        await self.close()
        line = await self._connect()
        _hang_up(line)
        with suppress(OSError):
            await line.writer.wait_closed()
        return (f"HTTP {urlsplit(self._gateway.url).netloc}", f"SIZE {LIMIT}")

    async def close(self) -> None:
        current, self._current = self._current, None
        if current is not None:
            _hang_up(current.line)

    # --- for its transactions ---

    def ends(self, transaction: "SmsTransaction") -> bool:
        """Whether this transaction was under way; from now on it is not."""
        under_way = self._current is transaction
        if under_way:
            self._current = None
        return under_way

    async def post(self, line: Line, phone: str, text: str) -> Answer:
        """One POST on a fresh connection: the one place where a loss leaves doubt."""
        head, body = self._gateway.request(phone, text)
        try:
            async with self._in_time(Stage.DATA):
                line.writer.write(head)
                await line.writer.drain()
            async with self._in_time(Stage.BODY):
                line.writer.write(body)
                await line.writer.drain()
                status, headers = await _head(line.reader)
                said = await line.reader.read(4 * SHOWN)
        finally:
            _hang_up(line)
        return _answer(status, headers, _plain(said, self._gateway.token))

    async def again(self) -> Line:
        """A connection for one more recipient of the same message."""
        try:
            return await self._connect()
        except Lost as lost:
            raise Lost(Stage.BODY, f"not every recipient was reached: {lost}") from None

    # --- inside ---

    async def _connect(self) -> Line:
        parts = urlsplit(self._gateway.url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        async with self._in_time(Stage.CONNECT):
            context = self._context() if secure else None
            return Line(*await asyncio.open_connection(parts.hostname, port, ssl=context, limit=LONGEST_HEAD))

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._gateway.ca_file or None)

    @asynccontextmanager
    async def _in_time(self, stage: Stage) -> AsyncIterator[None]:
        """Everything inside ends in time, and its failures are losses at this stage."""
        try:
            async with asyncio.timeout(self._gateway.seconds):
                yield
        except TimeoutError:
            raise Lost(stage, f"the SMS gateway said nothing for {self._gateway.seconds:g} s") from None
        except ssl.SSLError as error:
            known = Stage.TLS if stage is Stage.CONNECT else stage
            raise Lost(known, f"the SMS gateway cannot be trusted or understood: {error.reason or error}") from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise Lost(stage, f"the connection to the SMS gateway failed: {_plain(str(error).encode(), '')}") from None


class SmsTransaction:
    """Implements ports.Transaction."""

    def __init__(self, channel: SmsChannel, line: Line, refused: Mapping[str, Answer], phones: list[str]) -> None:
        self._channel = channel
        self.line = line
        self.refused = refused
        self._phones = phones

    async def data(self, raw: bytes) -> Answer:
        if not self._channel.ends(self):
            raise Lost(Stage.DATA, "this transaction has ended")
        text = words(raw)
        first, *others = self._phones
        answer = await self._channel.post(self.line, first, text)
        for phone in others:
            answer = await self._one_more(phone, text)
        return answer

    async def _one_more(self, phone: str, text: str) -> Answer:
        """Once one recipient has it, what fails for another is no clear no."""
        try:
            return await self._channel.post(await self._channel.again(), phone, text)
        except Rejected as no:
            raise Lost(Stage.BODY, f"not every recipient was reached: {no}") from None

    async def abandon(self) -> None:
        if self._channel.ends(self):
            _hang_up(self.line)


def words(raw: bytes) -> str:
    """What a message says, without the spaces at its end."""
    message = message_from_bytes(raw, policy=default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    return str(body.get_content()).replace("\r\n", "\n").strip() if body is not None else ""


def _phone(address: str) -> str:
    phone = address.partition("@")[0]
    return phone if _PHONE.fullmatch(phone) else ""


async def _head(reader: asyncio.StreamReader) -> tuple[int, Mapping[str, str]]:
    """The status and the headers of the final answer. Raises EOFError or ValueError for none."""
    for _ in range(10):
        found = _STATUS.fullmatch(await reader.readline())
        if found is None:
            raise ValueError("its answer is not HTTP")
        headers = await _headers(reader)
        if not 100 <= int(found[1]) < 200:
            return int(found[1]), headers
    raise ValueError("it never came to an answer")


async def _headers(reader: asyncio.StreamReader) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for _ in range(200):
        line = (await reader.readline()).decode("latin-1")
        if not line.strip():
            return headers
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    raise ValueError("its answer has too many headers")


def _answer(status: int, headers: Mapping[str, str], said: str) -> Answer:
    """A yes. Raises Rejected for a clear no, Lost where the message may have been taken all the same."""
    text = f"HTTP {status} {said}".strip()
    if 200 <= status < 300:
        return Answer(250, text, "2.0.0")
    if status in ABOUT_US | NOT_TAKEN:
        raise Rejected(Stage.BODY, Answer(554, text, "5.7.0"))
    if status in LATER or (status == 503 and "retry-after" in headers):
        raise Rejected(Stage.BODY, Answer(451, text, "4.3.2"))
    if 400 <= status < 500:
        raise Rejected(Stage.BODY, Answer(550, text, "5.6.0"))
    raise Lost(Stage.BODY, f"the SMS gateway answered {text}")


def _plain(said: bytes, secret: str) -> str:
    """The gateway's words on one line, bounded, without our token."""
    text = said.decode("utf-8", "replace")
    if secret:
        text = text.replace(secret, "…")
    return _CONTROLS.sub(" ", text).strip()[:SHOWN]


def _hang_up(line: Line) -> None:
    with suppress(OSError, RuntimeError):
        line.writer.transport.abort()
