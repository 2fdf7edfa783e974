"""Words that no message to a customer holds, by language: `check` names the line of a template that has one."""

import re
from collections.abc import Iterator

FRENCH = (
    (r"\b(?:\d+ ?(?:re|ère|er|e|ème|nde?)|première|deuxième|seconde|troisième|quatrième|énième) relance", "a count"),
    (r"\b(?:deux|trois|quatre|nos|plusieurs|multiples|nombreuses) relances\b", "a count"),
    (r"petite? piqûre|meilleurs délais|sauf erreur ou omission|je me permets", "filler"),
    (r"\b(?:débit(?:eur|rice)|créance|impayée?s?|mauvais payeur)\b", "a word that judges"),
    (r"\bfrais de (?:relance|dossier|rappel)\b", "a fee for chasing"),
    (r"\b(?:presse|fisc|administration fiscale|vos (?:autres )?(?:clients|fournisseurs))\b", "a threat"),
    (r"!(?!\[)", "an exclamation mark"),
)
ENGLISH = (
    (r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|final) reminder\b", "a count"),
    (r"\b(?:two|three|four|several|many|numerous|our) reminders\b", "a count"),
    (r"gentle (?:nudge|reminder)|friendly reminder|at your earliest convenience", "filler"),
    (r"\b(?:debtor|delinquent|bad payer)\b", "a word that judges"),
    (r"\b(?:chasing|reminder|administration) fee", "a fee for chasing"),
    (r"\b(?:the press|tax office|your other (?:customers|suppliers))\b", "a threat"),
    (r"!(?!\[)", "an exclamation mark"),
)
IN_SUBJECT = r"\bimpayé|mise en demeure|\bunpaid|formal notice|(?:amount_due|total_due|amount|penalties)\b"
FORBIDDEN = {"fr": FRENCH, "en": ENGLISH}
_TAGS = re.compile(r"\{[%{#].*?[%}#]\}")


def forbidden(language: str, source: str) -> Iterator[tuple[int, str, str]]:
    """Line, words found and what is wrong with them, for a template's source."""
    for number, line in enumerate(source.splitlines(), start=1):
        for pattern, fault in FORBIDDEN.get(language, ()):
            for found in re.finditer(pattern, _TAGS.sub("", line), re.IGNORECASE):
                yield number, found.group(), fault
        if number == 1 and line.startswith("Subject:") and (named := re.search(IN_SUBJECT, line, re.IGNORECASE)):
            yield number, named.group(), "not for a subject, which others may see"
