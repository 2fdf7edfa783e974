"""A promise told with a call: `appelé, promesse 15/12/2026`."""

import re
from datetime import date

from relancier.core.orders.dictated_values import EDGES, read_day
from relancier.core.text.folding import fold

_PROMISE = re.compile(
    r"(?:^|[\s,;:.(])(?:promesse|promet|promis|promises?|promised)\b"
    r"(?:\s+(?:de\s+|un\s+|to\s+|a\s+)?(?:paiement|reglement|virement|payer|regler|payment|pay)\b)?"
)
_NOT = re.compile(r"\b(?:pas|sans|aucune?|non|jamais|ni|no|not|never|without|si|if)\b")


_BLANK = re.compile(r"\b(?:JJ/MM/AAAA|DD/MM/YYYY)\b")


def left_blank(remark: str) -> bool:
    """Whether the day of a ready-made line was never filled in."""
    return _BLANK.search(remark) is not None


def promise_in(remark: str, today: date) -> tuple[date | None, str]:
    """The day for which payment was promised in a call, and what else was said; no day where it is not plain."""
    plain = fold(remark)
    found = _PROMISE.search(plain)
    if found is None or _NOT.search(plain[: found.end()]) or "?" in remark:
        return None, remark
    on, rest = read_day(remark[found.end() :], today, ahead=True)
    if on is None:
        return None, remark
    parts = (remark[: found.start()].strip(EDGES + ":,("), rest.strip(EDGES + ":,()"))
    return on, ", ".join(part for part in parts if part)
