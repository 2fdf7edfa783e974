"""The lines of a postal address as an envelope's window shows them."""

import re
from collections.abc import Sequence

from relancier.core.case import Customer
from relancier.core.text.folding import fold

MOST_LINES = 6  # NF Z 10-011
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?\d[\d ]{2,6}\s+(?P<name>\D.*)")
_CEDEX = re.compile(r"\s+cedex\b.*", re.IGNORECASE)


def addressee(customer: Customer, attention: str = "") -> tuple[str, ...]:
    """Name, the line for a person and the address; nothing where the address is not known or has too many lines.

    The line for a person is the first to go, and a name that begins the address already does not stand twice.
    """
    lines = [line.strip() for line in customer.address if line.strip()]
    if lines and fold(lines[0]) == fold(customer.name):
        lines = lines[1:]
    if not lines or len(lines) > MOST_LINES - 1:
        return ()
    persons = [attention] if attention and len(lines) < MOST_LINES - 1 else []
    return (customer.name, *persons, *lines)


def town(address: Sequence[str]) -> str:
    """The town of an address, from the line that begins with a postcode; nothing where no line does."""
    found = (_TOWN.fullmatch(line.strip()) for line in reversed(address))
    return next((_CEDEX.sub("", match["name"]).strip() for match in found if match), "")
