"""What a writer added to a conversation: a reply without what it quotes, attributes or signs.

One pass over the lines. A line is the writer's unless it is quoted, leads in a quotation, belongs to the block of
headers that Outlook puts over one, signs by machine, or is known to be ours.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from relancier.core.text.folding import composed, fold

LONGEST_SHOWN = 16 * 1024
_LONGEST_READ = 64 * 1024
_LONGEST_LINE = 400
_FEWEST = 10
_MOST_WRAPPED = 4
_MARKS = (">", "|>")

_WROTE = re.compile(
    r"\b(?:a ecrit|ecrivait|wrote|writes|schrieb|escribio|ha scritto|schreef|escreveu|a repondu)\b[^:]{0,60}:?$"
)
_LEADS_IN = re.compile(r"(?:le|on|am|el|il|op|em|de|from|\d{1,4}[-/. ])\b|.{1,80}<[^<>@]{1,64}@[^<>]{1,80}>")
_NAMES = re.compile(r"[^@:]{2,60}(?:<[^<>]{1,100}>)? (?:a ecrit|wrote|schrieb) ?:")
_GMAIL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d .{0,100}<[^<>]{1,100}>:")
_SEPARATOR = re.compile(
    r"[-_*=\s]{2,40}(?:message d'origine|message original|mail original|courriel original|e-mail d'origine"
    r"|message initial|original message|original appointment|original email|ursprungliche nachricht"
    r"|mensaje original|messaggio originale|oorspronkelijk bericht|message (?:transfere|reachemine|transmis)"
    r"|forwarded message|weitergeleitete nachricht|forwarded by .{1,60}|transmis par .{1,60})[-_*=\s]{2,40}:?"
    r"|(?:debut du message (?:transfere|reexpedie)|begin forwarded message|anfang der weitergeleiteten nachricht) ?:"
)
_HEADER = re.compile(
    r"[*_ ]{0,4}(?P<name>de|from|von|da|expediteur|envoye(?: le| par)?|date|sent|gesendet|datum|a|to|an|pour"
    r"|destinataires?|cc|objet|subject|betreff|sujet)[*_ ]{0,4}:(?: |\*|$)"
)
_FROM = frozenset({"de", "from", "von", "da", "expediteur", "envoye par"})
_UNDERLINE = re.compile(r"[-_=]{16,}")
_MACHINE_SIGNED = re.compile(
    r"(?:envoye|expedie|ecrit) (?:de(?:puis)?|a partir de|avec|d'un|par) (?:m(?:on|a) |l'appli(?:cation)? |outlook"
    r"|yahoo|proton|un |gmail|windows|courrier|mail).{0,60}"
    r"|sent (?:from|with|via) (?:my |outlook|yahoo|proton|mail for|gmail|the |an? |samsung|blackberry).{0,60}"
    r"|von meinem .{1,40} gesendet|(?:get|telecharge[rz]?|obtenir|obtenez) (?:outlook|yahoo mail|proton mail).{0,60}"
)


def new_text(text: str, ours: str = "") -> str:
    """What the writer added, for people to read; the whole text where that would leave next to nothing.

    `ours` is the text of our own messages in the thread: their lines are left out wherever they stand, quoted or not.
    """
    added = own_words(text, ours)
    if len(added) >= _FEWEST:
        return added
    whole = _joined(_without(_lines(text), ours))
    return whole[:LONGEST_SHOWN] or added


@lru_cache(maxsize=2)
def own_words(text: str, ours: str = "") -> str:
    """What the writer added and nothing else, be it nothing: what may be held against the writer."""
    lines = _lines(text.lstrip())
    folded = fold("\n".join(lines)).split("\n")
    kept = _kept(lines, [line.strip()[:_LONGEST_LINE] for line in folded])
    return _joined(_without([lines[index] for index in kept], ours))[:LONGEST_SHOWN]


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in composed(text[:_LONGEST_READ]).replace("\xa0", " ").splitlines()]


def _joined(lines: Sequence[str]) -> str:
    """The lines, with at most one empty line in a row."""
    runs = ((empty, list(run)) for empty, run in groupby(lines, key=lambda line: not line))
    return "\n".join(line for empty, run in runs for line in (run[:1] if empty else run)).strip()


def _kept(lines: list[str], folded: list[str]) -> list[int]:
    """The places of the writer's own lines; none follow a quotation without marks, unless all would be lost."""
    kept: list[int] = []
    marked = any(line.startswith(_MARKS) for line in folded)
    index = 0
    signing = False
    while index < len(lines):
        length = _lead_in(folded, index)
        said = any(folded[place] for place in kept[:3])
        if length and (said or not marked) and not _quotes(folded, index + length):
            break
        quoted = length or _quoted(folded, index)
        signing = (signing or folded[index] == "--") and not quoted
        if not quoted and not signing and not _signed_by_machine(folded[index]):
            kept.append(index)
        index += length or 1
    return kept


def _quoted(folded: list[str], index: int) -> bool:
    """Whether a line is marked as quoted, or is the end of a quoted line that a mail program broke in two."""
    line = folded[index]
    if line.startswith(_MARKS):
        return True
    before, after = (folded[place] if 0 <= place < len(folded) else "" for place in (index - 1, index + 1))
    broken = len(before) > 65 and before.startswith(">") and after.startswith(">")
    return broken and 0 < len(line) < 35 and not line.endswith(("?", "!"))


def _quotes(folded: list[str], index: int) -> bool:
    """Whether the first line that is not empty is marked as quoted."""
    return next((line.startswith(_MARKS) for line in folded[index : index + 6] if line), False)


def _signed_by_machine(line: str) -> bool:
    return line[:1] in "esvgto" and _MACHINE_SIGNED.fullmatch(line) is not None


def _lead_in(folded: list[str], index: int) -> int:
    """How many lines lead in a quotation here; 0 for none."""
    line = folded[index]
    if not line or line[0] == ">":
        return 0
    if _SEPARATOR.fullmatch(line):
        return 1 + _headers(folded, index + 1, fewest=1)
    if _UNDERLINE.fullmatch(line):
        length = _headers(folded, index + 1)
        return 1 + length if length else 0
    return (_HEADER.match(line) and _headers(folded, index)) or _attribution(folded, index)


def _headers(folded: list[str], index: int, fewest: int = 3) -> int:
    """The length of a block of headers (De, Envoyé, À, Objet), 0 without one; empty lines may stand within."""
    names: set[str] = set()
    end = index
    for place in range(index, min(index + 16, len(folded))):
        found = _HEADER.match(folded[place])
        if found:
            names.add(found["name"])
            end = place + 1
        elif folded[place] and place >= end + 3 - 2 * (not names):
            break
    return end - index if len(names) >= fewest and names & _FROM else 0


def _attribution(folded: list[str], index: int) -> int:
    """The length of "Le …, X a écrit :", which mail programs wrap over up to four lines; 0 without one."""
    joined = ""
    for length, line in enumerate(folded[index : index + _MOST_WRAPPED], 1):
        if not line or line[0] == ">":
            break
        joined = f"{joined} {line}"[:_LONGEST_LINE].strip()
        if _attributes(joined) and (_dated(joined) or _quotes(folded, index + length)):
            return length
        if not _LEADS_IN.match(joined):
            break
    return 0


def _attributes(line: str) -> bool:
    if line[-1] != ":" and not line.endswith(("a ecrit", "wrote")):
        return False
    return bool(_LEADS_IN.match(line) and _WROTE.search(line)) or bool(_NAMES.fullmatch(line) or _GMAIL.fullmatch(line))


def _dated(line: str) -> bool:
    return "@" in line or sum(map(str.isdigit, line)) >= 3


# --- Our own words --------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")
_FEWEST_WORDS = 5
_IN_A_ROW = 3


class _Ours:
    """Our own text, as what is looked for in others': three words in a row, and whole lines.

    A few words, such as a date, may well be the writer's own: they count only beside a line of ours.
    """

    def __init__(self, text: str) -> None:
        words = _words(text)
        self._lines = {tuple(_words(line)) for line in text.splitlines()}
        self._rows = {row for length in range(1, _IN_A_ROW + 1) for row in _rows(words, length)}

    def wrote(self, words: list[str]) -> bool:
        return len(words) >= _FEWEST_WORDS and self._in_a_row(words)

    def wrote_below(self, words: list[str], gap: int) -> bool:
        """Whether words are ours where they stand under a line of ours, after so many empty lines."""
        return self.wrote(words) or tuple(words) in self._lines or (gap == 0 and self._in_a_row(words))

    def wrote_above(self, words: list[str]) -> bool:
        return tuple(words) in self._lines

    def _in_a_row(self, words: list[str]) -> bool:
        return self._rows.issuperset(_rows(words, min(len(words), _IN_A_ROW)))


def _without(lines: Sequence[str], ours: str) -> list[str]:
    """The lines that are not ours."""
    if not ours.strip():
        return list(lines)
    known = _Ours(ours[:_LONGEST_READ])
    return list(reversed(_above(list(reversed(_below(lines, known))), known)))


def _below(lines: Sequence[str], known: _Ours) -> list[str | None]:
    """The lines, None for those that are ours, as seen going down."""
    kept: list[str | None] = []
    gap: int | None = None
    for line in lines:
        words = _words(line)
        if not words:
            gap = None if gap is None else gap + 1
        elif known.wrote(words) if gap is None else known.wrote_below(words, gap):
            gap = 0
        else:
            gap = None
        kept.append(None if words and gap == 0 else line)
    return kept


def _above(lines: Sequence[str | None], known: _Ours) -> list[str]:
    """What is left of the lines going up: a greeting that stands over ours is ours."""
    kept: list[str] = []
    ours = False
    for line in lines:
        words = _words(line or "")
        ours = line is None or (ours and (not words or known.wrote_above(words)))
        if line is not None and not (words and ours):
            kept.append(line)
    return kept


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(composed(text)))


def _rows(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(length)), strict=False)
