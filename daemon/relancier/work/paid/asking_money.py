"""Asking a person about money: a note for each movement, a few a day, one for all the others of a statement."""

import re
from dataclasses import dataclass, field

from relancier.core.outbox import ABOUT
from relancier.core.paid.statement import Movement
from relancier.core.stored import Received, Setting
from relancier.core.text.numbers import squash
from relancier.work.records import Desk, queue_note

MOST_A_DAY = 10
MOST_CASES = 20
MOST_LINES = 50
LONGEST = 300
COUNTED = "money_asked"  # how many notes about money were written on a day: {"day", "count"}
MANY = "money_many"
_SIGNS = r"[\W_]{0,3}"  # what may stand between the characters of a number


@dataclass(slots=True)
class Asking:
    """The questions that one statement raises."""

    desk: Desk
    stem: str
    _all: list[Received] = field(default_factory=list)

    def about(self, receipt: Received) -> None:
        """A person is to say what this money is for."""
        self._all.append(receipt)

    def tell(self) -> None:
        """Queues the notes; beyond what a day bears, one lists the rest."""
        asked = self._asked()
        single, rest = self._all[: MOST_A_DAY - asked], self._all[max(MOST_A_DAY - asked, 0) :]
        if asked >= MOST_A_DAY:
            single = []
        for receipt in single:
            queue_note(self.desk, "money", receipt.identity, self._facts(receipt))
        if rest:
            self._tell_many(rest)
        if self._all:
            count = {"day": self.desk.today.isoformat(), "count": asked + len(single)}
            self.desk.ledger.put(Setting(COUNTED, count))
        self._all = []

    def _asked(self) -> int:
        put = [one.value for one in self.desk.ledger.changes if isinstance(one, Setting) and one.name == COUNTED]
        kept = put[-1] if put else self.desk.store.setting(COUNTED)
        today = isinstance(kept, dict) and kept.get("day") == self.desk.today.isoformat()
        return int(kept["count"]) if isinstance(kept, dict) and today else 0

    def _facts(self, receipt: Received) -> list[tuple[str, str]]:
        movement, listed = receipt.movement, "\n".join(self._named(receipt)[:MOST_CASES])
        facts = {
            ABOUT: listed,
            "reason": receipt.reason,
            "payment": f"{abs(movement.amount):.2f} {movement.currency}",
            "payment_on": movement.on.isoformat(),
            "payer": self._payer(receipt)[:LONGEST],
            "wording": movement.wording[:LONGEST],
            "file": self.stem,
        }
        return [(name, text) for name, text in facts.items() if text]

    def _named(self, receipt: Received) -> list[str]:
        """The open cases that it may be for, else those that it was for."""
        cases = [case for case in map(self.desk.ledger.case, receipt.cases) if case is not None]
        return [case.key for case in cases if not case.ended] or [case.key for case in cases]

    def _payer(self, receipt: Received) -> str:
        """Who pays; where a bank's words were read for the name, without the numbers that they quote."""
        name = receipt.movement.payer
        for number in dict.fromkeys(squash(key.rpartition("|")[0]) for key in receipt.cases):
            name = re.sub(rf"(?<!\w){_SIGNS.join(map(re.escape, number))}(?!\w)", " ", name, flags=re.IGNORECASE)
        return " ".join(name.split()).strip(" -/:,;") or receipt.movement.payer

    def _tell_many(self, receipts: list[Received]) -> None:
        lines = [_line(receipt.movement) for receipt in receipts]
        keys = dict.fromkeys(key for receipt in receipts for key in self._named(receipt))
        facts = [
            (ABOUT, "\n".join(list(keys)[:MOST_CASES])),
            ("reason", MANY),
            ("count", str(len(receipts))),
            ("lines", "\n".join(lines[:MOST_LINES])),
            ("file", self.stem),
        ]
        ref = f"{self.desk.today.isoformat()}|{self.stem[:100]}|{receipts[0].identity}"
        queue_note(self.desk, "money", ref, facts)


def _line(movement: Movement) -> str:
    words = " ".join(f"{movement.payer} {movement.wording}".split())
    return f"{movement.on} {movement.amount:.2f} {movement.currency} {words}"[:160]
