"""A bank statement as values: what moved on an account, on which days, and what the bank says of each movement."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from relancier.core.text.folding import composed, fold

_IDENTITY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of a statement; `amount` is above zero for money that came in.

    `account` is the IBAN without spaces, else the account as the bank writes it. `wording` is all that payer and bank
    wrote, on one line. `end_to_end` is the payer's reference, `reference` the bank's own. `returned`: a payment that
    came back (a direct debit, a bill, a cheque). `turn` counts the movements before it, of the same statement, that
    read exactly like it.
    """

    account: str
    on: date
    amount: Decimal
    currency: str = "EUR"
    wording: str = ""
    payer: str = ""
    payer_iban: str = ""
    end_to_end: str = ""
    reference: str = ""
    returned: bool = False
    turn: int = 0

    @property
    def identity(self) -> str:
        """What tells it from every other, in whichever file of the same sort it stands."""
        words = (self.wording, self.payer, self.payer_iban, self.end_to_end)
        read = (fold(composed(" ".join(word.split()))) for word in words)
        facts = (self.account, self.on.isoformat(), f"{self.amount:.2f}", self.currency, *read, str(self.turn))
        return sha256("\0".join(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file says of one account; it holds everything that was booked from `since` to `until`, both whole days."""

    account: str
    since: date
    until: date
    movements: tuple[Movement, ...] = ()
    opening: Decimal | None = None
    closing: Decimal | None = None
    currency: str = "EUR"


def is_movement(ref: str) -> bool:
    """Whether what something stems from is a movement's identity."""
    return _IDENTITY.fullmatch(ref) is not None


def counted(movements: Iterable[Movement]) -> tuple[Movement, ...]:
    """The movements of a statement, those that read exactly alike told apart by their turn."""
    turns: dict[str, int] = {}
    found = []
    for movement in movements:
        first = replace(movement, turn=0).identity
        turns[first] = turns.get(first, -1) + 1
        found.append(replace(movement, turn=turns[first]))
    return tuple(found)
