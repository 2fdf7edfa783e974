"""From an address and a password to a connection that is encrypted and logged in, with one attempt at each."""

import asyncio
import base64
import ipaddress
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPResponse
from aiosmtplib.auth import auth_plain_encode, auth_xoauth2_encode

from relancier.adapters.smtp.answers import said_at
from relancier.core.outbox import Answer, Stage
from relancier.ports import LoginRefused, Lost, Rejected, Unavailable

METHODS = ("plain", "login", "cram-md5")
LONGEST_COMMAND = 512 - len("AUTH  \r\n")
SHORTEST = 7  # fewer characters at the end of an answer are no secret


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for answers (RFC 5321, 4.5.3.2), `body` after the final dot; `idle`: how long a line may rest."""

    connect: float = 60.0
    command: float = 300.0
    body: float = 600.0
    quit: float = 5.0
    idle: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpLogin:
    """How to reach the server; `token` gives an OAuth2 access token and then stands for the password.

    `fresh` gives another one in place of a token that the server refused, or that same one where none is to be had.
    An empty `user` sends without logging in. `ca_file` replaces the system's authorities. TLS is never optional but
    on loopback, where `security` may be "none": anything else raises ValueError.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    local_hostname: str = ""
    timeouts: Timeouts = field(default=Timeouts())
    token: Callable[[], Awaitable[str]] | None = field(default=None, repr=False)
    fresh: Callable[[str], Awaitable[str]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.security not in ("tls", "starttls", "none"):
            raise ValueError(f"SMTP security is tls, starttls or none, not {self.security}")
        if self.security == "none" and not _loopback(self.host):
            raise ValueError("SMTP without TLS is for loopback only")
        if set(self.user + self.password) & set("\r\n\0"):
            raise ValueError("the SMTP user or password holds a line break")
        if not re.fullmatch(r"[!-~]*", self.local_hostname):
            raise ValueError("the name said in EHLO has to be ASCII without spaces")

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def introduces_as(self) -> str:
        """The name said in EHLO: ours if given, else the domain of the login; never this machine's own name."""
        if self.local_hostname:
            return self.local_hostname
        domain = self.user.rpartition("@")[2] if "@" in self.user else ""
        try:
            return domain.encode("idna").decode("ascii") or "[127.0.0.1]"
        except UnicodeError:
            return "[127.0.0.1]"


class Line(SMTP):
    """A connection that ends at once: what was not yet sent stays unsent, and no farewell of TLS is waited for."""

    def close(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()


async def connect(login: SmtpLogin) -> Line:
    """An open connection, encrypted as asked for and logged in. Raises Rejected or Lost, and then nothing is open.

    A token that the server refuses is replaced once, on a connection of its own.
    """
    secret = await _secret(login)
    try:
        return await _connect_with(login, secret)
    except Rejected as no:
        fresh = await _another(login, secret) if no.stage is Stage.AUTH and no.answer.permanent else secret
        if fresh == secret:
            raise
    return await _connect_with(login, fresh)


async def _connect_with(login: SmtpLogin, secret: str) -> Line:
    line = Line(
        hostname=login.host,
        port=login.port,
        timeout=login.timeouts.command,
        use_tls=login.security == "tls",
        start_tls=False,
        tls_context=_context(login) if login.security != "none" else None,
        local_hostname=login.introduces_as,
    )
    with ExitStack() as undo:
        undo.callback(line.close)
        await _greet(line, login)
        if login.security == "starttls":
            await _start_tls(line, login)
        if login.user:
            await _authenticate(line, login, secret)
        undo.pop_all()
    return line


async def _greet(line: Line, login: SmtpLogin) -> None:
    with said_at(Stage.CONNECT):
        await line.connect(timeout=login.timeouts.connect)
        await line.ehlo()


async def _start_tls(line: Line, login: SmtpLogin) -> None:
    """Refuses to go on in clear: a server that hides STARTTLS gets no password."""
    if not line.supports_extension("starttls"):
        raise Lost(Stage.TLS, f"{login.where} does not offer STARTTLS; no password was sent")
    with said_at(Stage.TLS):
        await line.starttls(timeout=login.timeouts.connect)
        await line.ehlo()


async def _authenticate(line: Line, login: SmtpLogin, secret: str) -> None:
    """One attempt, with the best method on offer: several would look like a break-in and lock the account."""
    try:
        with said_at(Stage.AUTH):
            await _attempt(line, login, secret)
    except Rejected as no:
        text = _redacted(no.answer.text, login, secret)
        raise Rejected(Stage.AUTH, replace(no.answer, text=text)) from None


async def _attempt(line: Line, login: SmtpLogin, secret: str) -> SMTPResponse:
    offered = line.server_auth_methods
    if login.token is not None:
        return await _attempt_by_token(line, login, secret)
    method = next((method for method in METHODS if method in offered), "")
    if method == "plain":
        return await line.auth_plain(login.user, secret)
    if method == "login":
        return await line.auth_login(login.user, secret)
    if method == "cram-md5":
        return await line.auth_crammd5(login.user, secret)
    raise Lost(Stage.AUTH, f"{login.where} offers no way to log in with a password (it offers: {' '.join(offered)})")


async def _attempt_by_token(line: Line, login: SmtpLogin, token: str) -> SMTPResponse:
    """XOAUTH2, or its standard form (RFC 7628) where the server knows only that one.

    The library has but the first of them, and writes any token on the line of the command, where a long one is cut.
    """
    offered = line.server_auth_methods
    if "xoauth2" in offered:
        response = await _say_token(line, b"XOAUTH2", auth_xoauth2_encode(login.user, token), b"")
    elif "oauthbearer" in offered:
        response = await _say_token(line, b"OAUTHBEARER", base64.b64encode(_bearer(login, token)), b"AQ==")
    else:
        raise Lost(Stage.AUTH, f"{login.where} offers no way to log in with OAuth2 (it offers: {' '.join(offered)})")
    if response.code != 235:
        raise SMTPAuthenticationError(response.code, response.message)
    return response


async def _say_token(line: Line, mechanism: bytes, said: bytes, done: bytes) -> SMTPResponse:
    """On one line where that is short enough (RFC 4954, 4), else asked for; `done` lets a server end its refusal."""
    if len(mechanism) + len(said) <= LONGEST_COMMAND:
        response = await line.execute_command(b"AUTH", mechanism, said)
    else:
        response = await line.execute_command(b"AUTH", mechanism)
        response = await line.execute_command(said) if response.code == 334 else response
    return await line.execute_command(done) if response.code == 334 else response


def _bearer(login: SmtpLogin, token: str) -> bytes:
    user = login.user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={user},\1host={login.host}\1port={login.port}\1auth=Bearer {token}\1\1".encode()


async def _secret(login: SmtpLogin) -> str:
    return login.password if login.token is None else await _had(login.token())


async def _another(login: SmtpLogin, refused: str) -> str:
    return refused if login.fresh is None else await _had(login.fresh(refused))


async def _had(token: Awaitable[str]) -> str:
    """The token; what keeps it from being had is a no where a person must act, else a silence."""
    try:
        return await token
    except LoginRefused as error:
        raise Rejected(Stage.AUTH, Answer(535, f"no access token: {error}", "5.7.8")) from error
    except Unavailable as error:
        raise Lost(Stage.AUTH, f"no access token: {error}") from error


def _redacted(text: str, login: SmtpLogin, secret: str) -> str:
    """A server's answer to a login, which might repeat what it was told, be it cut off at the end."""
    said = (auth_plain_encode(login.user, secret), auth_xoauth2_encode(login.user, secret))
    encoded = (*said, *map(base64.b64encode, (_bearer(login, secret), secret.encode())))
    for word in (*(one.decode() for one in encoded), secret):
        text = text.replace(word, "…") if word else text
        begun = next((n for n in range(len(word) - 1, SHORTEST, -1) if text.endswith(word[:n])), 0)
        text = f"{text[:-begun]}…" if begun else text
    return text


def _context(login: SmtpLogin) -> ssl.SSLContext:
    try:
        return _trusting(login.ca_file)
    except OSError as error:
        raise Lost(Stage.TLS, f"the authorities in {login.ca_file} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=4)
def _trusting(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
