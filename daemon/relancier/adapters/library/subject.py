"""A subject from its parts: the number first, what is lacking or too long left out, the customer's name first."""

from collections.abc import Callable

from relancier.core.text.typography import MARK, plain

LONGEST = 78
BETWEEN = " - "


def subject(source: str, render: Callable[[str], str]) -> str:
    """The subject that `source` (parts between " - ") gives, of at most 78 characters."""
    parts = [(part, render(part)) for part in source.split(BETWEEN)]
    kept = [(part, plain(text)) for part, text in parts if MARK not in text and plain(text)]
    while len(kept) > 1 and len(_joined(kept)) > LONGEST:
        del kept[_first_to_go([part for part, _ in kept])]
    return _cut(_joined(kept))


def _joined(kept: list[tuple[str, str]]) -> str:
    return BETWEEN.join(text for _, text in kept)


def _first_to_go(parts: list[str]) -> int:
    """The customer's name where there is one, else the last part; never the first, which holds the number."""
    named = (index for index, part in enumerate(parts) if index and "customer" in part)
    return next(named, len(parts) - 1)


def _cut(text: str) -> str:
    """Text that fits, cut between two numbers where it can be."""
    if len(text) <= LONGEST:
        return text
    head, comma, _ = text[: LONGEST - 4].rpartition(", ")
    return f"{head}, ..." if comma else f"{text[: LONGEST - 3]}..."
