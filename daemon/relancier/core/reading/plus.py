"""Plus-addresses: our own address with a token in it, to which servers and programs answer what one message provoked.

Only the envelope carries it: no message of ours prints or sets any reply address but the mailbox's own.
"""

import re

from relancier.core.reading.mail import Message
from relancier.core.reading.token import tokens_in

# Where servers note to which address a message came, and where its sender says so.
FIELDS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to", "to", "cc")
_TAGGED = re.compile(r"[+-]([a-z0-9.]{1,100})@", re.IGNORECASE)
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_MOST_VALUES = 20


def plus_address(address: str, token: str) -> str:
    """The address with the token after a plus; the address itself where that would be longer than mail allows."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged) <= _LONGEST_LOCAL else address


def ours(email: str, own: str) -> bool:
    """Whether an address is our own, in any case, with or without something after a plus."""
    local, _, domain = email.lower().rpartition("@")
    name, _, ending = own.lower().rpartition("@")
    return bool(name) and domain == ending and (local == name or local.startswith(f"{name}+"))


def addressed(message: Message, key: bytes) -> tuple[str, ...]:
    """The tokens of ours in the addresses that a message came to, after a plus or a minus, in any case."""
    values = [value for field in FIELDS for value in message.headers.get(field, ())[:_MOST_VALUES]]
    tags = _TAGGED.findall(" ".join(values))
    return tokens_in(key, " ".join(tags)) if key and tags else ()
