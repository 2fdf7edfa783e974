"""Who a payment comes from: names as banks write them, made comparable without civilities and legal forms."""

import re
from collections.abc import Iterable, Iterator

from relancier.core.text.folding import composed, fold

_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_WORD = re.compile(r"[a-z0-9]+")
_FORMS = frozenset({
    "sarl", "sarlu", "sas", "sasu", "sa", "eurl", "sci", "snc", "scop", "scp", "scm", "selarl", "selas", "scic", "sca",
    "scs", "gie", "ei", "eirl", "ste", "societe", "ets", "etablissement", "etablissements", "entreprise", "gmbh", "ag",
    "kg", "ug", "ltd", "limited", "plc", "llc", "llp", "inc", "corp", "bv", "nv", "srl", "spa", "sl", "sprl", "company",
    "m", "mr", "mme", "mlle", "mrs", "ms", "monsieur", "madame", "mademoiselle", "et", "and",
})  # fmt: skip
_LONGEST = 1000
_MOST_WORDS = 8
_LEAST = 5  # letters and digits that a single word needs to mean somebody wherever it stands


def plain_name(name: str) -> str:
    """The words of a name by which two spellings of it are one: no accents, civilities, legal forms or signs."""
    return " ".join(word for word in _words(name) if word not in _FORMS)


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Every run of words of some texts that may be somebody's plain name."""
    return frozenset(name for text in texts for name in _runs([word for word in _words(text) if word not in _FORMS]))


def begins_with(name: str) -> tuple[str, ...]:
    """The plain names with which a longer one begins: banks, and readers of their words, put more behind a payer."""
    words = plain_name(name).split()
    begun = (" ".join(words[:count]) for count in range(1, min(len(words), _MOST_WORDS + 1)))
    return tuple(one for one in begun if _means_somebody(one))


def _words(text: str) -> list[str]:
    folded = fold(composed(text[:_LONGEST])).replace("'", " ")
    return _WORD.findall(_DOTTED.sub(lambda found: found.group().replace(".", ""), folded))


def _runs(words: list[str]) -> Iterator[str]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            name = " ".join(words[first:last])
            if _means_somebody(name):
                yield name


def _means_somebody(name: str) -> bool:
    return len(name) >= _LEAST and not name.isdigit()
