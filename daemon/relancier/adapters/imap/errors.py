"""What imapclient raises, told as Unavailable or LoginRefused."""

import re
import ssl
from collections.abc import Iterable

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from relancier.ports import LoginRefused, Unavailable

# The last four are what a malformed answer makes of the library's own parser.
FAILURES = (IMAPClientError, OSError, ValueError, LookupError, TypeError, AttributeError)

_BACKOFF = re.compile(r"Suggested Backoff Time: *(\d+) *millisecond", re.IGNORECASE)
_LATER = re.compile(
    r"\[(LIMIT|UNAVAILABLE|THROTTLED|INUSE|SERVERBUG)\b|Suggested Backoff Time|too many (simultaneous )?connections"
    r"|try again later|temporar(y|ily)",
    re.IGNORECASE,
)
_NOT_CONNECTED = "authenticated but not connected"
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}


class SecretRefused(LoginRefused):
    """The server was reached and trusted, and does not take the password or token."""


def translate(error: Exception, farewell: str = "") -> Unavailable:
    """An error in the middle of a session, with the server's last words, as what the caller can do about it."""
    if isinstance(error, Unavailable):
        return error
    text = farewell or str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        return Unavailable("The IMAP server does not answer in time.")
    if _NOT_CONNECTED in text:
        return Unavailable(
            f"The IMAP server knows the user but opens no mailbox: too many connections, or no permission ({text}).",
            delay=_delay(text),
        )
    if _LATER.search(text):
        return Unavailable(f"The IMAP server asks to come back later: {text}", delay=_delay(text))
    if isinstance(error, IMAPClientError | OSError):
        return Unavailable(f"The IMAP connection failed: {text}")
    return Unavailable(f"The IMAP server gave an answer that cannot be read: {text}")


def translate_connect(error: Exception, where: str) -> Unavailable:
    """An error before anything secret was said: LoginRefused where the other side cannot be trusted."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return LoginRefused(
            f"The certificate of {where} is not accepted ({error.verify_message}); no password was sent."
            " Check the host name, or name the authority in ca_file."
        )
    if isinstance(error, ssl.SSLError) and error.reason in _NO_TLS:
        return LoginRefused(f"{where} does not speak TLS at once; no password was sent. Check port and security.")
    if isinstance(error, OSError) and not isinstance(error, TimeoutError):
        return Unavailable(f"{where} cannot be reached: {error}")
    return translate(error)


def translate_login(error: Exception, where: str, said: Iterable[str]) -> Unavailable:
    """An error at the login itself: LoginRefused where the server said no, without what it was told in secret."""
    if is_refusal(error) and not is_throttle(error) and _NOT_CONNECTED not in str(error):
        text = str(error)
        for secret in said:
            text = text.replace(secret, "…") if secret else text
        return SecretRefused(f"{where} refuses the login: {text}")
    return translate(error)


def is_throttle(error: Exception) -> bool:
    """Whether the server said that it is only busy."""
    return _LATER.search(str(error)) is not None


def is_refusal(error: Exception) -> bool:
    """Whether the server said no in words; a connection that died is not that, even wrapped in a LoginError."""
    if isinstance(error, IMAPClientReadOnlyError):
        return True
    dead = (IMAPClientAbortError, OSError)
    return (
        isinstance(error, IMAPClientError) and not isinstance(error, dead) and not isinstance(error.__context__, dead)
    )


def _delay(text: str) -> float | None:
    found = _BACKOFF.search(text)
    return int(found[1]) / 1000 if found else None
