"""One POST to the address that gives out tokens, bounded in time and size, and what its answer means.

Both grants are one form: the program's own name and secret, or a person's refresh token beside them.
"""

import json
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from urllib.error import URLError
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from relancier.ports import LoginRefused, Unavailable

LARGEST = 256 * 1024
USUAL_LIFE = 3600.0
LONGEST_WAIT = 86_400.0
LONGEST_TEXT = 300
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

BUSY = {408, 425, 429}
TEMPORARY = {"temporarily_unavailable", "server_error", "slow_down"}
CHECK_CLIENT = "Check client_id and the client's secret: it may have expired."
CONSENT = "The consent has ended or was withdrawn: give it again, and put the new refresh token into its place."
PERMISSION = "The permission has ended or was withdrawn: an administrator must give it again."
ADVICE = {
    "invalid_client": CHECK_CLIENT,
    "unauthorized_client": CHECK_CLIENT,
    "invalid_scope": "Check scope in [mailbox.oauth2].",
}
CONSENT_ENDED = {"invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied"}

_TOKEN = re.compile(r"[!-~]{1,16384}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who asks for tokens, and where; `ca_file` replaces the public authorities. Anything but https raises ValueError.

    Only this very machine may be asked over plain http.
    """

    url: str
    client_id: str
    secret: str = field(default="", repr=False)
    scope: str = ""
    ca_file: str = ""
    seconds: float = 20.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and self.on_this_machine):
            raise ValueError("tokens are asked for over https only")

    @property
    def where(self) -> str:
        """The endpoint's host, as an error names it."""
        return urlsplit(self.url).netloc

    @property
    def on_this_machine(self) -> bool:
        return urlsplit(self.url).hostname in LOOPBACK


@dataclass(frozen=True, slots=True)
class Grant:
    """What the endpoint gave: a token good for so many seconds, and a newer refresh token if it sent one."""

    access_token: str = field(repr=False)
    seconds: float
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the endpoint."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def fields(self) -> dict[str, object]:
        """The JSON object in it, or nothing."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def ask(client: Client, refresh_token: str = "") -> Grant:
    """A new access token. Blocks. Raises LoginRefused where a person must act, else Unavailable."""
    form = {"grant_type": "client_credentials", "client_id": client.client_id}
    if refresh_token:
        form |= {"grant_type": "refresh_token", "refresh_token": refresh_token}
    form |= {key: value for key, value in (("client_secret", client.secret), ("scope", client.scope)) if value}
    reply = _post(client, urlencode(form).encode())
    return _granted(reply) or _refusal(client, reply, client.secret, refresh_token)


def _post(client: Client, form: bytes) -> Reply:
    headers = {"Accept": "application/json", "User-Agent": "Relancier"}
    request = Request(client.url, data=form, headers=headers, method="POST")  # noqa: S310 - Client takes https only
    try:
        with _opener(client).open(request, timeout=client.seconds) as response:
            return _read(client, response)
    except URLError as error:
        reason = error.reason if isinstance(error.reason, Exception) else error
        raise _unreachable(client, reason) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(client, error) from None


def _opener(client: Client) -> OpenerDirector:
    """No redirects: what is secret goes to the configured address or nowhere."""
    opener = OpenerDirector()
    opener.add_handler(ProxyHandler({} if client.on_this_machine else None))
    opener.add_handler(HTTPSHandler(context=_context(client)))
    if client.on_this_machine:
        opener.add_handler(HTTPHandler())
    return opener


def _context(client: Client) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=client.ca_file or None)
    except OSError as error:
        raise LoginRefused(f"The authority in ca_file ({client.ca_file}) cannot be read: {error}") from error


def _read(client: Client, response: HTTPResponse) -> Reply:
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Unavailable(f"{client.where} gives an answer of more than {LARGEST // 1024} KB.")
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, body)


def _unreachable(client: Client, error: Exception) -> Unavailable:
    if isinstance(error, ssl.SSLCertVerificationError):
        return LoginRefused(
            f"The certificate of {client.where} is not accepted ({error.verify_message}); no secret was sent."
            " Check token_url, or name the authority in ca_file of [mailbox.oauth2]."
        )
    if isinstance(error, TimeoutError):
        return Unavailable(f"{client.where} gives no access token in time.")
    return Unavailable(f"{client.where} cannot be asked for an access token: {_plain(str(error), ())}")


def _granted(reply: Reply) -> Grant | None:
    """The token in a good answer; None for any other."""
    told = reply.fields()
    token, newer = told.get("access_token"), told.get("refresh_token")
    if not 200 <= reply.status < 300 or not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    kept = newer if isinstance(newer, str) and _TOKEN.fullmatch(newer) else ""
    return Grant(token, _life(told.get("expires_in")), kept)


def _life(told: object) -> float:
    """How long a token is good for; some endpoints write the number as text, leave it out, or count from nothing."""
    try:
        seconds = float(str(told))
    except ValueError:
        return USUAL_LIFE
    return min(seconds, LONGEST_WAIT) if seconds > 0 else USUAL_LIFE


def _refusal(client: Client, reply: Reply, secret: str, consent: str) -> Grant:
    """Raises what an answer without a token means."""
    told = reply.fields()
    code = str(told.get("error", ""))
    code = code if _CODE.fullmatch(code) else f"HTTP {reply.status}"
    words = _plain(str(told.get("error_description", "")), (secret, consent))
    said = f"{code}: {words}" if words else code
    if reply.status in BUSY or reply.status >= 500 or code in TEMPORARY:
        raise Unavailable(f"{client.where} gives no access token just now ({said}).", delay=_delay(reply.headers))
    if reply.status < 300:
        raise Unavailable(f"{client.where} gives an answer that holds no access token.")
    if reply.status < 400:
        raise LoginRefused(
            f"{client.where} sends us elsewhere ({code}); no token is taken from there. Check token_url."
        )
    ended = CONSENT if consent else PERMISSION
    advice = ended if code in CONSENT_ENDED else ADVICE.get(code, "Check [mailbox.oauth2].")
    raise LoginRefused(f"{client.where} refuses an access token ({said}). {advice}")


def _delay(headers: Mapping[str, str]) -> float | None:
    """Retry-After: seconds, or an instant, which the answer's own Date makes seconds of."""
    told = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}", told):
        return min(float(told), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, min(seconds, LONGEST_WAIT))


def _plain(text: str, secrets: Iterable[str]) -> str:
    """The first line of a server's words, bounded, without what it was told in secret."""
    for secret in secrets:
        for form in {secret, quote_plus(secret)} - {""}:
            text = text.replace(form, "…")
    first = text.strip().partition("\n")[0]
    return _CONTROLS.sub(" ", first).strip().rstrip(".")[:LONGEST_TEXT]
