"""Bounces in the forms of many mail servers, from the flufl.bounce library, held to bounds and kept from failing."""

import logging
from collections.abc import Iterable
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from relancier.core.reading.second import Failures

LONGEST = 32 * 1024
LONGEST_LINE = 320
_MOST = 50
_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
# What the library and the parser of the standard library raise at messages that are not as they expect.
_FAULTS = (
    LookupError, ValueError, AttributeError, TypeError, ArithmeticError, AssertionError, RecursionError, MessageError,
)  # fmt: skip

# It logs each of its steps, and every exception with a traceback; neither is news to whoever reads our log.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


class FluflBounces:
    """Asks the library about the beginning of a message; what it cannot read is no bounce."""

    def read(self, raw: bytes) -> Failures:
        try:
            temporary, permanent = all_failures(_message(raw))
        except _FAULTS:
            return Failures()
        return Failures(_addresses(temporary), _addresses(permanent))


def _message(raw: bytes) -> Message:
    """The beginning, as the library bears it: ASCII only, a sender, and no long lines.

    Some of its expressions take a line's square; others fail where From is missing or not ASCII.
    """
    lines = raw[:LONGEST].replace(b"\r\n", b"\n").translate(_ASCII).split(b"\n")
    message = message_from_bytes(b"\n".join(line[:LONGEST_LINE] for line in lines))
    if not parseaddr(message.get("from", ""))[1]:
        del message["from"]
        message["from"] = "nobody@unknown.invalid"
    return message


def _addresses(found: Iterable[bytes]) -> tuple[str, ...]:
    """The addresses as text, in a fixed order; what is none is left out."""
    text = {address.decode("ascii", "replace").strip().lower() for address in found}
    return tuple(sorted(address for address in text if "@" in address and " " not in address))[:_MOST]
