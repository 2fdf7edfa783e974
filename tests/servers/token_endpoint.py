"""A token endpoint in a thread: checks who asks, issues signed access tokens, and can refuse, rotate, break or wait."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl

from tests.servers.mailhost import TOKEN_KEY

CLIENT, SECRET = "relancier-test", "client secret: s3cr3t & more"
CONSENT = "1//consent-of-a-person"

Answer = tuple[int, dict[str, str], bytes]


def signed(email: str, seconds: float, *, number: int = 0) -> str:
    """An access token that Dovecot takes for `email`, until it ends; as long as those of the large providers."""
    now = time.time()
    facts = {
        "sub": email,
        "email": email,
        "iat": int(now) - 1,
        "exp": int(now + seconds),
        "jti": number,
        "roles": "r" * 1200,
    }
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps(facts).encode())
    mark = hmac.new(TOKEN_KEY, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_part(mark)}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class TokenEndpoint:
    """`asked` holds the forms it was sent, `issued` the tokens it gave.

    `life` is what it says of a token, `truth` how long the token really is good for. `answers` are given first, as
    they are. With `rotates`, each refresh token is good for once and the answer holds the next.
    """

    def __init__(self, email: str = "", *, life: float = 3600, tls: ssl.SSLContext | None = None) -> None:
        self.email = email
        self.life = life
        self.truth: float | None = None
        self.revoked = False
        self.rotates = False
        self.consent = CONSENT
        self.answers: list[Answer] = []
        self.asked: list[dict[str, str]] = []
        self.issued: list[str] = []
        self._ends_at = 0.0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self.port}/token"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ended(self) -> bool:
        """Whether the life it told of the last token is over."""
        return time.monotonic() >= self._ends_at

    def answer(self, form: dict[str, str]) -> Answer:
        """What is said to this form."""
        with self._lock:
            self.asked.append(form)
            if self.answers:
                return self.answers.pop(0)
            if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
                return no("invalid_client", status=401)
            if form["grant_type"] == "refresh_token" and form.get("refresh_token") != self.consent:
                return no("invalid_grant", "this refresh token was used or replaced")
            if self.revoked:
                return no("invalid_grant", "AADSTS50173: the grant was revoked\r\nTrace ID: 1")
            return yes(**self._grant(form))

    def _grant(self, form: dict[str, str]) -> dict[str, object]:
        number = len(self.issued) + 1
        self.issued.append(signed(self.email, self.truth if self.truth is not None else self.life, number=number))
        self._ends_at = time.monotonic() + self.life
        told: dict[str, object] = {"access_token": self.issued[-1], "token_type": "Bearer", "expires_in": self.life}
        if self.rotates and form["grant_type"] == "refresh_token":
            self.consent = told["refresh_token"] = f"1//consent-{number}"
        return told


def yes(**fields: object) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(fields).encode()


def no(code: str, words: str = "", *, status: int = 400, **headers: str) -> Answer:
    told = {"error": code} | ({"error_description": words} if words else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": "application/json", **named}, json.dumps(told).encode()


def _handler(endpoint: TokenEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, content = endpoint.answer(dict(parse_qsl(body, strict_parsing=True)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), "Connection": "close", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler
