"""Who a payment comes from: names as banks write them, made comparable without civilities and legal forms."""

import re
from collections.abc import Callable

from relancier.core.text.folding import composed, fold

_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_WORD = re.compile(r"[a-z0-9]+")
_FORMS = frozenset({
    "sarl", "sarlu", "sas", "sasu", "sa", "eurl", "sci", "snc", "scop", "scp", "scm", "selarl", "selas", "scic", "sca",
    "scs", "gie", "ei", "eirl", "ste", "societe", "ets", "etablissement", "etablissements", "entreprise", "gmbh", "ag",
    "kg", "ug", "ltd", "limited", "plc", "llc", "llp", "inc", "corp", "bv", "nv", "srl", "spa", "sl", "sprl", "company",
    "m", "mr", "mme", "mlle", "mrs", "ms", "monsieur", "madame", "mademoiselle", "et", "and", "ou",
})  # fmt: skip
_LONGEST = 1000
_MOST_WORDS = 8
_LEAST = 5  # letters and digits that a single word needs to mean somebody wherever it stands
_CUT = 20  # characters from which on banks cut names
_LEFT = 10  # letters of a name that a cut must leave


def plain_name(name: str) -> str:
    """The words of a name by which two spellings of it are one: no accents, civilities, legal forms or signs."""
    return " ".join(_plain_words(name))


def in_any_order(name: str) -> str:
    """What two plain names share whose words only stand in another order, as MARTIN JEAN and Jean Martin."""
    return " ".join(sorted(name.split()))


def names_standing(text: str, known: Callable[[str], bool]) -> frozenset[str]:
    """The known plain names in a text, none that only stands inside a longer one: DUPONT inside DUPONT BATIMENT."""
    words = _plain_words(text)
    found = [(first, last) for first, last in _runs(len(words)) if _is_known(" ".join(words[first:last]), known)]
    outer = [one for one in found if not any(_inside(one, other) for other in found)]
    return frozenset(" ".join(words[first:last]) for first, last in outer)


def cut_name(text: str, *, whole: bool) -> tuple[str, ...]:
    """The beginnings of names at which a bank may have cut a text: all of it, else whatever it ends with."""
    words = _plain_words(text) if len(text.strip()) >= _CUT else []
    starts = [0] if whole else range(max(0, len(words) - _MOST_WORDS), len(words))
    ends = (" ".join(words[first:]) for first in starts)
    return tuple(one for one in ends if len(one) >= _LEFT and not one.isdigit())


def _plain_words(text: str) -> list[str]:
    folded = fold(composed(text[:_LONGEST])).replace("'", " ")
    words = _WORD.findall(_DOTTED.sub(lambda found: found.group().replace(".", ""), folded))
    return [word for word in words if word not in _FORMS]


def _runs(many: int) -> list[tuple[int, int]]:
    return [(first, last) for first in range(many) for last in range(first + 1, min(first + _MOST_WORDS, many) + 1)]


def _is_known(name: str, known: Callable[[str], bool]) -> bool:
    return len(name) >= _LEAST and not name.isdigit() and known(name)


def _inside(narrow: tuple[int, int], wide: tuple[int, int]) -> bool:
    return narrow != wide and wide[0] <= narrow[0] and narrow[1] <= wide[1]
