"""One movement told in two sorts of files: the same account, day and amount, in words of which most are the same."""

import re

from relancier.core.paid.statement import Movement
from relancier.core.text.folding import composed, fold

Facts = tuple[str, str, str, str]

ALIKE = 0.6  # of the words of the shorter one
_WORD = re.compile(r"[a-z0-9]{2,}")
_OF_BANKS = frozenset(
    {"vir", "virement", "sepa", "recu", "de", "du", "inst", "motif", "ref", "notprovided", "par", "eur"}
)


def facts(movement: Movement) -> Facts:
    """What every sort of file tells alike."""
    return (movement.account, movement.on.isoformat(), f"{movement.amount:.2f}", movement.currency)


def told_alike(one: Movement, other: Movement) -> bool:
    """Whether two lines that read differently, of one account, day and amount, are most likely one movement.

    Whoever pays twice on a day quotes other numbers: those of the shorter line must all stand in the other.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    numbers = {word for word in shorter if not word.isalpha()}
    return bool(shorter) and numbers <= longer and len(shorter & longer) >= ALIKE * len(shorter)


def _words(movement: Movement) -> set[str]:
    text = f"{movement.payer} {movement.wording} {movement.end_to_end}"
    return set(_WORD.findall(fold(composed(text)))) - _OF_BANKS
