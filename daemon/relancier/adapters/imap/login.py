"""From a host name to a logged-in imapclient; the secret leaves only over a connection that was verified."""

import base64
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError

from relancier.adapters.imap.errors import FAILURES, is_refusal, translate_connect, translate_login
from relancier.ports import LoginRefused

LOGIN_SECONDS = 30.0  # servers delay the answer to a wrong password by up to 15 s
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapLogin:
    """How to reach the mailbox; `token` gives an OAuth2 access token and then stands for the password.

    `fresh` gives another one in place of a token that the server refused, or that same one where none is to be had.
    """

    host: str
    port: int
    security: Security
    user: str
    password: str = field(default="", repr=False)
    ca_file: str = ""
    seconds: float = 60.0
    token: Callable[[], Awaitable[str]] | None = field(default=None, repr=False)
    fresh: Callable[[str], Awaitable[str]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("IMAP without TLS is for loopback only")
        if set(self.user + self.password) & set("\r\n\0"):
            raise ValueError("the IMAP user or password holds a line break")

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"


def connect(login: ImapLogin) -> IMAPClient:
    """A connection with the TLS that was asked for, not logged in. Raises Unavailable, LoginRefused."""
    context = _context(login)
    wait = SocketTimeout(connect=LOGIN_SECONDS, read=max(login.seconds, LOGIN_SECONDS))
    tls = login.security == "tls"
    try:
        client = IMAPClient(login.host, login.port, ssl=tls, ssl_context=context, timeout=wait)
    except FAILURES as error:
        raise translate_connect(error, login.where) from error
    client.folder_encode = False  # Names does it, and survives folders whose names are not valid
    client._imap._encoding = "latin-1"  # noqa: SLF001 - for names with bytes that no standard allows
    client._imap.debug = 0  # noqa: SLF001 - else every message is formatted for a log that nobody reads
    _tune(client.socket())
    if login.security == "starttls":
        _start_tls(client, context, login)
    return client


def authenticate(client: IMAPClient, login: ImapLogin, secret: str) -> None:
    """Logs in. Raises LoginRefused where a person must act, else Unavailable."""
    try:
        if client.has_capability("LOGINDISABLED") and login.token is None:
            raise LoginRefused(f'{login.where} allows no password on this connection; use security = "tls".')
        _log_in(client, login, secret)
        client.capabilities()
        _introduce(client)
    except FAILURES as error:
        words = (_bearer(login, secret, standard=standard) for standard in (False, True))
        encoded = (base64.b64encode(told.encode()).decode() for told in (*words, secret))
        raise translate_login(error, login.where, (*encoded, secret)) from error
    client.socket().settimeout(login.seconds)


def _context(login: ImapLogin) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=login.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise LoginRefused(f"The authority in ca_file ({login.ca_file}) cannot be read: {error}") from error


def _tune(connected: socket.socket) -> None:
    """Notices a vanished peer below TCP's own hours, and sends small commands at once."""
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _start_tls(client: IMAPClient, context: ssl.SSLContext, login: ImapLogin) -> None:
    try:
        client.starttls(context)
    except FAILURES as error:
        discard(client)
        if is_refusal(error):
            raise LoginRefused(
                f"{login.where} does not offer STARTTLS (or someone on the way removes it); no password was sent."
            ) from error
        raise translate_connect(error, login.where) from error


def _log_in(client: IMAPClient, login: ImapLogin, secret: str) -> None:
    if login.token is not None:
        _log_in_by_token(client, login, secret)
    elif (login.user + secret).isascii():
        client.login(_quoted(login.user), secret)
    else:
        client.plain_login(login.user, secret)


def _log_in_by_token(client: IMAPClient, login: ImapLogin, token: str) -> None:
    """XOAUTH2, or its standard form (RFC 7628) where the server knows only that one."""
    standard = client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2")
    # What follows the first answer is the server's reason for a no; it goes on once we have nothing to add.
    answers = iter((_bearer(login, token, standard=standard), "\1" if standard else ""))
    client.sasl_login("OAUTHBEARER" if standard else "XOAUTH2", lambda _: next(answers, None))


def _bearer(login: ImapLogin, token: str, *, standard: bool) -> str:
    if not standard:
        return f"user={login.user}\1auth=Bearer {token}\1\1"
    user = login.user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={user},\1host={login.host}\1port={login.port}\1auth=Bearer {token}\1\1"


def _quoted(text: str) -> str:
    """The library quotes the password but not the user."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _introduce(client: IMAPClient) -> None:
    """Some providers serve only programs that say their name (RFC 2971)."""
    if client.has_capability("ID"):
        with contextlib.suppress(CapabilityError):  # some servers name it and then refuse it
            client.id_({"name": "Relancier"})


def discard(client: IMAPClient) -> None:
    """Closes the socket without a word; never raises."""
    with contextlib.suppress(OSError, ValueError, IMAPClientError):
        client.shutdown()


def cut(client: IMAPClient) -> None:
    """Wakes whoever is blocked on this connection, from any thread; closing it is left to its own thread."""
    connected: Any = client.socket()
    with contextlib.suppress(OSError):
        # The plain method: SSLSocket's own takes the TLS layer from under a thread that reads.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
