"""What aiosmtplib raises, in the words of the port: a server's no is Rejected, a silence or a cut is Lost."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException, SMTPTimeoutError

from relancier.core.outbox import Answer, Stage
from relancier.ports import Lost, Rejected

ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
LONGEST_TEXT = 500


@contextmanager
def said_at(stage: Stage) -> Iterator[None]:
    """Raises Rejected or Lost for whatever the library or the network raises inside."""
    try:
        yield
    except SMTPResponseException as error:
        raise refusal(stage, error) from error
    except (SMTPTimeoutError, TimeoutError) as error:
        raise Lost(stage, "the server did not answer in time") from error
    except (SMTPException, OSError) as error:
        raise lost(stage, error) from error


def refusal(stage: Stage, error: SMTPResponseException) -> Rejected | Lost:
    """A 4xx or 5xx is a no; anything else at a place where it does not belong is as good as silence."""
    answer = answer_of(error.code, error.message)
    if 400 <= error.code < 600:
        return Rejected(stage, answer)
    return Lost(stage, f"the server answered what nobody asked: {answer}")


def lost(stage: Stage, error: Exception) -> Lost:
    """A connection that failed; a failed TLS handshake is told as such."""
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if stage in (Stage.CONNECT, Stage.TLS) and isinstance(cause, ssl.SSLError):
        return Lost(Stage.TLS, tls_text(cause))
    return Lost(stage, readable(str(error)) or type(error).__name__)


def tls_text(error: ssl.SSLError) -> str:
    """Why no encrypted connection came about, and that no password was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not to be trusted ({error.verify_message}); no password was sent"
    return f"no encrypted connection with the server ({readable(error.reason or str(error))}); no password was sent"


def answer_of(code: int, text: str) -> Answer:
    """A reply of one or several lines as one line; the enhanced status stands apart."""
    lines = [readable(line) for line in text.split("\n")]
    found = ENHANCED.match(lines[0])
    status = found[1] if found else ""
    words = (line.removeprefix(status).strip() for line in lines)
    return Answer(code, " ".join(word for word in words if word)[:LONGEST_TEXT], status)


def accepted(response: SMTPResponse) -> Answer:
    """The answer to the final dot, when it is a yes; a no or anything else raises."""
    if 200 <= response.code < 300:
        return answer_of(response.code, response.message)
    raise SMTPResponseException(response.code, response.message)


def readable(text: str) -> str:
    """A server's words without control characters and without bytes that are no text."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return CONTROLS.sub(" ", whole).strip()
